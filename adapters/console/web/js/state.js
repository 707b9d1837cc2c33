// What the page knows, and who is told when it changes.
import { keep } from './dom.js'

export const app = {
  you: '', bot: '', people: new Map(), places: [], commands: [], hint: [],
  maxText: 0, maxFile: 0, travel: false, cut: false, loaded: false,
  posts: new Map(), // by id
  whispers: [], // answers that only you see: {key, room, thread, order, message}
  room: '', thread: '', // what is open
  at: '', // the message to be pointed out
  editing: '', // the message being changed
  seq: 0,
}

const watchers = new Set()
let due = false

// watch calls draw after every change.
export function watch(draw) { watchers.add(draw) }

// changed redraws once for all changes made in one go.
export function changed() {
  if (due) return
  due = true
  queueMicrotask(() => {
    due = false
    for (const draw of watchers) draw()
  })
}

// begin takes the server's state for a viewer.
export function begin(state) {
  Object.assign(app, {
    you: state.you, bot: state.bot, places: state.places ?? [], commands: state.commands ?? [],
    hint: state.hint ?? [], maxText: state.max_text, maxFile: state.max_file, travel: state.travel,
    cut: state.cut ?? false, seq: state.seq, loaded: true, editing: '',
  })
  app.people = new Map((state.people ?? []).map((p, i) => [p.id, { ...p, color: p.color || i % 8 + 1 }]))
  app.posts = new Map(state.posts.map(p => [p.id, read(p)]))
  restoreRead()
  changed()
}

function read(p) {
  return { ...p, at: new Date(p.at), edited_at: p.edited_at && new Date(p.edited_at) }
}

// take puts a new or changed post in its place.
export function take(p) {
  if (!p || !place(p.room)) return
  const known = app.posts.get(p.id)
  if (known && known.seq >= p.seq) return
  app.posts.set(p.id, read(p))
  changed()
}

export const me = () => app.people.get(app.you)
export const place = id => app.places.find(p => p.id === id)
export const placeName = p => p.kind === 'direct' ? p.name : `#${p.name}`
export const key = (room, thread) => thread ? `t:${thread}` : room

const byOrder = (a, b) => a.order - b.order || a.at - b.at || (a.id < b.id ? -1 : 1)

// roots are the posts on a room's surface, replies those of a thread.
export const roots = room => [...app.posts.values()].filter(p => p.room === room && !p.thread).sort(byOrder)
export const replies = thread => [...app.posts.values()].filter(p => p.thread === thread).sort(byOrder)

// threads gathers for every thread of a room how many replies it has, when the
// last one came and how many are unread.
export function threads(room) {
  const all = new Map()
  for (const p of app.posts.values()) {
    if (p.room !== room || !p.thread) continue
    const t = all.get(p.thread) ?? { count: 0, last: p.at, order: 0, unread: 0, authors: new Map() }
    t.count++
    if (p.order >= t.order) Object.assign(t, { last: p.at, order: p.order })
    if (unreadPost(p)) t.unread++
    t.authors.set(authorOf(p).key, authorOf(p))
    all.set(p.thread, t)
  }
  return all
}

// authorOf says under whose name a post is shown.
export function authorOf(p) {
  if (p.author) {
    const who = app.people.get(p.author)
    return { key: p.author, name: who?.name ?? p.author, staff: who?.staff, color: who?.color }
  }
  const as = p.message?.author
  if (as) {
    const who = app.people.get((as.ref ?? '').replace(/^console:/, ''))
    return { key: `as:${as.name}`, name: as.name, staff: as.staff, color: who?.color, app: true }
  }
  return { key: 'bot', name: app.bot, bot: true, app: true }
}

// myLast is the last post of yours in a place, the one that ↑ changes.
export function myLast(room, thread) {
  const list = thread ? [...replies(thread)] : roots(room)
  return list.filter(p => p.author === app.you).at(-1)
}

// What was read, by place: the highest order seen.
let marks = {}

function restoreRead() {
  try {
    marks = JSON.parse(keep.get(`read.${app.you}`)) ?? {}
  } catch {
    marks = {}
  }
  const top = Math.max(0, ...[...app.posts.values()].map(p => p.order))
  for (const k of Object.keys(marks)) { // of an earlier store, which began anew
    if (marks[k] > top) delete marks[k]
  }
}

export const readUpTo = k => marks[k] ?? 0
const unreadPost = p => p.author !== app.you && p.order > readUpTo(key(p.room, p.thread))

export function markRead(room, thread) {
  const k = key(room, thread)
  const list = thread ? replies(thread) : roots(room)
  const top = list.at(-1)?.order ?? 0
  if (top <= readUpTo(k)) return
  marks[k] = top
  keep.set(`read.${app.you}`, JSON.stringify(marks))
  changed()
}

// unread counts by room.
export function unread() {
  const counts = new Map()
  for (const p of app.posts.values()) {
    if (unreadPost(p)) counts.set(p.room, (counts.get(p.room) ?? 0) + 1)
  }
  return counts
}

// whisper keeps an answer for your eyes, in the place where you asked. One
// that answers a control of another takes its place.
let whispered = 0

export function whisper(message, at, instead) {
  const order = Math.max(0, ...[...app.posts.values()].filter(p => p.room === at.room).map(p => p.order))
  const w = { key: `w${++whispered}`, you: app.you, room: at.room, thread: at.thread ?? '', order, message }
  const i = app.whispers.findIndex(other => other.key === instead)
  if (i >= 0) app.whispers[i] = { ...w, order: app.whispers[i].order }
  else app.whispers.push(w)
  changed()
}

export function dismiss(k) {
  app.whispers = app.whispers.filter(w => w.key !== k)
  changed()
}

export const whispers = (room, thread = '') =>
  app.whispers.filter(w => w.you === app.you && w.room === room && w.thread === thread)
