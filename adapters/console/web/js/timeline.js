// A list of messages that keeps itself current and stays at its end unless
// somebody scrolled up.
import { h, icon, reconcile } from './dom.js'
import { message, whisperEl } from './message.js'
import { app, authorOf } from './state.js'
import { strings } from './strings.js'
import { dayOf, dividerText } from './when.js'

const together = 5 * 60_000 // ms between two messages under one name
const nearEnd = 60 // pixels

// timeline returns {el, draw, toEnd, atEnd}. draw takes {posts, whispers,
// threads, newFrom, inThread, now, empty, sig}.
export function timeline(label) {
  const list = h('div', { class: 'messages' })
  const log = h('div', { class: 'log', role: 'log', 'aria-label': label, tabindex: '0' }, list)
  const pill = h('button', { type: 'button', class: 'jump', hidden: true, onclick: () => toEnd(true) }, strings.jump)
  const el = h('div', { class: 'timeline' }, log, pill)
  let sticky = true, end = 0, shown = '', count = 0

  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < nearEnd
  const toEnd = smooth => {
    sticky = true
    log.scrollTo({ top: log.scrollHeight, behavior: smooth ? 'smooth' : 'instant' })
    end = smooth ? 0 : log.scrollTop
    pill.hidden = true
  }
  log.addEventListener('scroll', () => {
    sticky = atEnd()
    if (sticky) pill.hidden = true
  }, { passive: true })
  // Pictures that arrive late, an opened keyboard, a resized window.
  new ResizeObserver(() => { if (sticky) toEnd() }).observe(list)
  new ResizeObserver(() => { if (sticky) toEnd() }).observe(log)

  // A screen reader says what is new, not all of a place that is opened.
  let loud
  const quietly = () => {
    log.setAttribute('aria-live', 'off')
    clearTimeout(loud)
    loud = setTimeout(() => log.setAttribute('aria-live', 'polite'), 800)
  }

  function draw(o) {
    const fresh = o.place !== shown
    if (fresh) quietly()
    if (log.scrollTop < end - nearEnd && !atEnd()) sticky = false // scrolled a moment ago
    reconcile(list, entries(o))
    const mine = o.posts.at(-1)?.author === app.you && o.posts.length > count
    const more = o.posts.length + o.whispers.length > count
    if (fresh || mine || sticky) toEnd()
    else if (more) pill.hidden = false
    if (fresh) pill.hidden = true
    shown = o.place
    count = o.posts.length + o.whispers.length
  }
  return { el, log, draw, toEnd, atEnd: () => sticky }
}

function entries(o) {
  const items = []
  if (o.empty) items.push({ key: 'empty', sig: `${o.place} ${o.posts.length > 0}`, make: () => o.empty })
  const whispers = [...o.whispers]
  let day = '', before = null
  const whisperUpTo = order => {
    while (whispers.length && whispers[0].order < order) {
      const w = whispers.shift()
      items.push({ key: w.key, sig: w.key, make: () => whisperEl(w) })
      before = null
    }
  }
  whispers.sort((a, b) => a.order - b.order)
  for (const p of o.posts) {
    whisperUpTo(p.order)
    if (dayOf(p.at) !== day) {
      day = dayOf(p.at)
      const at = p.at
      items.push({
        key: `day-${day}-${p.id}`, sig: dividerText(at, o.now),
        make: () => h('div', { class: 'day', role: 'separator' }, h('span', {}, dividerText(at, o.now))),
      })
      before = null
    }
    if (p.id === o.newFrom) {
      items.push({ key: 'new', sig: p.id, make: () => h('div', { class: 'day new', role: 'separator' }, h('span', {}, strings.newLine)) })
      before = null
    }
    const t = o.threads?.get(p.id)
    const compact = before !== null && authorOf(before).key === authorOf(p).key && p.at - before.at < together &&
      !(before.message?.title) && !(p.message?.title) && !o.threads?.has(before.id)
    items.push({
      key: p.id,
      sig: [p.seq, compact, p.id === app.editing, p.id === app.at, app.you, o.inThread,
        t && [t.count, t.unread, +t.last, dayOf(o.now)]].join('|'),
      make: () => message(p, { compact, inThread: o.inThread, replies: o.threads ? t ?? null : undefined, now: o.now }),
    })
    before = p
  }
  whisperUpTo(Infinity)
  return items
}

// empty is a kind word where nothing has been said yet.
export const empty = (name, title, text) => h('div', { class: 'empty' },
  h('span', { class: 'empty-mark', 'aria-hidden': 'true' }, icon(name)), h('h2', {}, title), h('p', {}, text))
