// The playground: one page that lives from the server's state and stream.
import { api, listen } from './api.js'
import { now, set, topBar } from './clock.js'
import { composer } from './composer.js'
import { dialogOpen } from './dialog.js'
import { avatar, h, icon, keep, tool } from './dom.js'
import { hints } from './hint.js'
import { follow, go, wanted } from './route.js'
import { sidebar } from './sidebar.js'
import {
  app, begin, changed, key, markRead, place, placeName, readUpTo, replies, roots, take, threads, watch, whispers,
} from './state.js'
import { strings } from './strings.js'
import { empty, timeline } from './timeline.js'

const $ = id => document.getElementById(id)
const room = $('room'), side = $('sidebar'), panel = $('thread'), scrim = $('scrim')

// Parts of the page.
const bar = topBar($('top'), $('travel'), { menu: () => drawer() })
const drawSide = sidebar(side, { become, hints: () => { hint.toggle(); drawer(false) }, left: () => drawer(false) })
const hint = hints(attempt)
const title = h('h1', { dir: 'auto' }), topic = h('p', { class: 'topic', dir: 'auto' }), members = h('div', { class: 'members' })
const list = timeline(strings.conversation)
const write = composer({ label: strings.message, send: strings.send, onSent: () => list.toEnd() })
room.append(h('header', { class: 'room-head' }, h('div', { class: 'room-name' }, title, topic), members), hint.el, list.el, write.el)

const back = tool(strings.back, 'back', closeThread, 'tool thread-back')
const shut = tool(strings.hide, 'close', closeThread, 'tool thread-close')
const where = h('p', { class: 'topic', dir: 'auto' })
const talk = timeline(strings.repliesLog)
const answer = composer({ label: strings.reply, send: strings.sendReply, onSent: () => talk.toEnd() })
panel.append(h('header', { class: 'room-head' }, back, h('div', { class: 'room-name' }, h('h2', {}, strings.thread), where), shut),
  talk.el, answer.el)

// Drawing.
let newFrom = '', newIn = '', panelOf = ''

watch(() => {
  if (!app.loaded) return
  document.body.classList.remove('loading')
  document.body.dataset.you = app.you
  drawSide()
  bar.enable(app.travel)
  const p = place(app.room)
  if (!p) return
  drawHead(p)
  hint.draw()
  drawRoom(p)
  drawThread(p)
  seen()
})

function drawHead(p) {
  title.replaceChildren(p.kind === 'direct' ? h('span', { class: 'avatar bot small', 'aria-hidden': 'true' }, icon('bot'))
    : icon(p.kind === 'staff' ? 'lock' : 'hash'), h('span', { title: p.name }, p.name))
  topic.textContent = p.kind === 'direct' ? strings.directTopic(app.bot) : p.topic ?? ''
  topic.title = topic.textContent
  const people = p.people.map(id => app.people.get(id)).filter(Boolean)
  members.replaceChildren(...p.kind === 'direct' ? [] : [
    h('span', { class: 'faces', title: people.map(x => x.name).join('\n') }, people.slice(0, 4).map(x => avatar(x.name, x.color, 'small'))),
    h('span', { class: 'members-count' }, strings.members(people.length))])
}

function drawRoom(p) {
  const posts = roots(p.id)
  const at = `${app.you} ${p.id}`
  if (newIn !== at) {
    newIn = at
    const read = readUpTo(key(p.id))
    newFrom = read ? posts.find(x => x.order > read && x.author !== app.you)?.id ?? '' : ''
  }
  list.draw({
    place: at, posts, whispers: whispers(p.id), threads: threads(p.id), newFrom, now: now(),
    empty: app.cut ? empty('clock', placeName(p), strings.cut) : beginning(p, posts.length > 0),
  })
  write.show(p.id, '', strings.messageIn(placeName(p)))
}

function beginning(p, begun) {
  if (p.kind === 'direct') return empty('bot', strings.emptyRoom(p.name), strings.emptyDirect(app.bot))
  if (p.kind === 'staff') return empty('lock', strings.emptyRoom(placeName(p)), begun ? strings.emptyRoomWhat : strings.emptyStaff)
  return empty('hash', strings.emptyRoom(placeName(p)), begun ? strings.emptyRoomWhat : strings.emptyRoomHow)
}

function drawThread(p) {
  const root = app.posts.get(app.thread)
  const opened = Boolean(root) && panelOf !== `${app.you} ${app.thread}`
  panel.hidden = !root
  document.body.classList.toggle('with-thread', Boolean(root))
  panelOf = root ? `${app.you} ${app.thread}` : ''
  if (!root) return
  where.textContent = placeName(p)
  const posts = [root, ...replies(root.id)]
  talk.draw({ place: panelOf, posts, whispers: whispers(p.id, root.id), inThread: root.id, now: now(), newFrom: '' })
  answer.show(p.id, root.id, strings.replyHint)
  if (opened && !app.at) answer.box.focus({ preventScroll: true })
}

// What is on the screen of somebody who looks at it is read.
function seen() {
  if (document.visibilityState !== 'visible') return
  if (list.atEnd()) markRead(app.room, '')
  if (app.thread && talk.atEnd()) markRead(app.room, app.thread)
  if (app.at) point()
}

function point() {
  const el = document.querySelector(`#t-${CSS.escape(app.at)}, #m-${CSS.escape(app.at)}`)
  el?.scrollIntoView({ block: 'center' })
}

document.addEventListener('visibilitychange', changed)
list.log.addEventListener('scroll', () => seen(), { passive: true })
talk.log.addEventListener('scroll', () => seen(), { passive: true })

// Moving about.
function closeThread() {
  const from = app.thread
  go({ room: app.room })
  setTimeout(() => ($(`m-${from}`)?.querySelector('.replies') ?? write.box).focus())
}

function drawer(open = !document.body.classList.contains('drawer-open')) {
  document.body.classList.toggle('drawer-open', open)
  bar.menu.setAttribute('aria-expanded', String(open))
  scrim.hidden = !open
  for (const el of [room, panel, $('travel')]) el.inert = open
  if (open) $('you').focus()
}

scrim.addEventListener('click', () => drawer(false))

document.addEventListener('keydown', e => {
  if (e.key !== 'Escape' || dialogOpen() || e.defaultPrevented) return
  if (document.body.classList.contains('drawer-open')) {
    drawer(false)
    bar.menu.focus()
  } else if (app.thread) closeThread()
})

window.addEventListener('hashchange', () => {
  const as = wanted().as
  if (as && as !== app.you && app.people.has(as)) load(as)
  else follow()
})

function become(id) {
  go({ as: id, room: place(app.room) && app.room, thread: app.thread })
  drawer(false)
}

async function attempt(step) {
  if (app.you !== step.as) await load(step.as, { room: step.channel })
  go({ as: step.as, room: step.channel })
  setTimeout(() => write.fill(step.text))
}

// Files dropped anywhere go to the box of the place where they fall.
const drop = h('div', { class: 'drop', hidden: true }, strings.drop)
document.body.append(drop)
let over = 0
const carries = e => [...e.dataTransfer?.types ?? []].includes('Files')
document.addEventListener('dragenter', e => { if (carries(e)) { over++; drop.hidden = false } })
document.addEventListener('dragleave', e => { if (carries(e) && --over <= 0) { over = 0; drop.hidden = true } })
document.addEventListener('dragover', e => { if (carries(e)) e.preventDefault() })
document.addEventListener('drop', e => {
  if (!carries(e)) return
  e.preventDefault()
  over = 0
  drop.hidden = true
  const box = panel.contains(e.target) ? answer : write
  box.attach([...e.dataTransfer.files])
})

// Loading and staying current.
let stop = () => {}, loads = 0, lost

async function load(as, to) {
  const mine = ++loads
  stop()
  let state
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      state = await api.state(as)
      break
    } catch {
      online(false, strings.loadFailed)
      await new Promise(resolve => setTimeout(resolve, wait))
    }
    if (mine !== loads) return
  }
  if (mine !== loads) return
  set(state.clock)
  begin(state)
  if (to) history.replaceState(null, '', `#${new URLSearchParams({ as: state.you, in: to.room })}`)
  follow()
  online(true)
  stop = listen(state.you, state.seq, {
    post: take,
    clock: clock => { set(clock); bar.tick(); document.body.classList.toggle('clock-moves', clock.moving ?? false) },
    reset: () => load(app.you),
    online,
  })
}

// A short pause in the connection is nobody's business.
const patience = 2000

function online(is, text = strings.offline) {
  const el = $('offline')
  if (is) {
    clearTimeout(lost)
    lost = undefined
    el.hidden = true
  } else if (lost === undefined) {
    lost = setTimeout(() => { el.textContent = text; el.hidden = false }, patience)
  }
}

document.body.classList.add('loading')
load(wanted().as ?? keep.get('you'))
