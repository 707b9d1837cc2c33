// The address says whom, where and which thread, so that each tab of the
// browser may be somebody else, and Back goes back.
import { keep } from './dom.js'
import { app, changed, place } from './state.js'

export function wanted() {
  const at = new URLSearchParams(location.hash.slice(1))
  return { as: at.get('as'), in: at.get('in'), thread: at.get('thread') ?? '', at: at.get('at') ?? '' }
}

export function address({ as = app.you, room = app.room, thread = '', at = '' }) {
  const to = new URLSearchParams({ as, in: room })
  if (thread) to.set('thread', thread)
  if (at) to.set('at', at)
  return `#${to.toString().replaceAll('%40', '@')}`
}

// go opens a place; another person is loaded by whoever watches the address.
export function go(to) {
  if (location.hash !== address(to)) location.hash = address(to)
  if ((to.as ?? app.you) === app.you) follow()
}

// follow makes the page show what the address asks for, as far as this person
// may see it.
export function follow() {
  const want = wanted()
  const last = keep.get(`room.${app.you}`)
  const room = [want.in, last].find(id => place(id)) ?? app.places[0]?.id ?? ''
  let thread = want.thread
  const pointed = app.posts.get(want.at)
  if (pointed?.thread && pointed.room === room) thread = pointed.thread
  if (app.posts.get(thread)?.room !== room) thread = ''
  if (app.room !== room || app.thread !== thread) app.editing = ''
  Object.assign(app, { room, thread, at: pointed?.room === room ? want.at : '' })
  keep.set(`room.${app.you}`, room)
  keep.set('you', app.you)
  if (want.as !== app.you || want.in !== room || want.thread !== thread) {
    history.replaceState(null, '', address({ room, thread, at: app.at }))
  }
  changed()
}
