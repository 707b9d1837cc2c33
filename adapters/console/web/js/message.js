// One message.
import { here, press } from './act.js'
import { api, wording } from './api.js'
import { avatar, grow, h, icon, noLine, tool, uuid } from './dom.js'
import { go } from './route.js'
import { files, link, section, words } from './section.js'
import { app, authorOf, changed, dismiss, take } from './state.js'
import { strings } from './strings.js'
import { full, hhmm, hover, since } from './when.js'

// message draws a post. o: {thread, inThread, compact, replies, now}.
export function message(p, o) {
  const who = authorOf(p)
  const body = p.id === app.editing ? editor(p) : [
    p.author ? said(p) : card(p.message, { room: p.room, thread: o.inThread, message: p.id }),
    p.author && files(p.files),
    p.unheard && h('p', { class: 'unheard' }, icon('clock'), strings.unheard(app.bot)),
  ]
  const fresh = p.id === app.at
  const el = h('article', {
    class: `msg ${o.compact ? 'compact' : ''} ${fresh ? 'pointed' : ''}`, id: `${o.inThread ? 't' : 'm'}-${p.id}`,
    'aria-label': `${who.name}, ${hhmm(p.at)}`,
  },
  o.compact
    ? h('time', { class: 'gutter', datetime: p.at.toISOString(), title: hover(p.at) }, hhmm(p.at))
    : face(who),
  h('div', { class: 'msg-body' },
    !o.compact && head(who, p),
    body,
    o.compact && p.author && p.edits ? editedMark(p) : null,
    o.replies !== undefined && replyChip(p, o)),
  p.id !== app.editing && tools(p, o))
  return el
}

function face(who) {
  if (who.bot) return h('span', { class: 'avatar bot', 'aria-hidden': 'true' }, icon('bot'))
  return avatar(who.name, who.color)
}

function head(who, p) {
  return h('header', { class: 'msg-head' },
    h('span', { class: 'msg-author', dir: 'auto' }, who.name),
    who.staff && h('span', { class: 'badge staff' }, strings.vendor),
    who.app && h('span', { class: 'badge' }, strings.app),
    h('time', { datetime: p.at.toISOString(), title: hover(p.at) }, hhmm(p.at)),
    p.edits || (p.edited_at && !p.author) ? editedMark(p) : null)
}

const editedMark = p => h('span', { class: 'edited', title: p.edited_at ? strings.editedAt(full(p.edited_at)) : null },
  strings.edited)

function said(p) {
  if (!p.text) return null
  const call = `@${app.bot}`
  const mentions = p.text.toLowerCase().startsWith(call.toLowerCase())
  return clamped(p.id, p.text, h('p', { class: 'text', dir: 'auto' },
    mentions && h('span', { class: 'mention' }, p.text.slice(0, call.length)),
    words(mentions ? p.text.slice(call.length) : p.text)))
}

const manyLines = 22, manyCharacters = 1800
const unfolded = new Set()

// clamped folds a very long text away until somebody wants to read it.
function clamped(id, text, el) {
  if (text.length < manyCharacters && text.split('\n').length < manyLines) return el
  const fold = h('div', { class: 'fold', id: `fold-${id}` }, el)
  const button = h('button', {
    type: 'button', class: 'fold-button', onclick: () => {
      unfolded[unfolded.has(id) ? 'delete' : 'add'](id)
      draw()
    },
  })
  const draw = () => {
    fold.classList.toggle('folded', !unfolded.has(id))
    button.textContent = unfolded.has(id) ? strings.less : strings.more
    button.setAttribute('aria-expanded', String(unfolded.has(id)))
  }
  draw()
  return [fold, button]
}

// card is what the bot says: plain words, or a card with parts.
export function card(m, at, instead) {
  const rich = m.title || m.tone || m.sections?.some(s => s.fields?.length || s.rows?.length)
  const mentions = (m.mentions ?? []).map(ref => app.people.get(ref.replace(/^console:/, ''))).filter(Boolean)
  const inner = [
    m.title && h('h3', { class: 'card-title', dir: 'auto' }, m.title),
    !m.title && !m.sections?.length && m.text && clamped(at.message ?? m.text, m.text, h('p', { class: 'text', dir: 'auto' }, words(m.text))),
    (m.sections ?? []).map(section),
    files(m.files),
    m.controls?.length && h('div', { class: 'controls' }, m.controls.map(c => control(c, at, instead))),
    m.small && h('p', { class: 'small-print', dir: 'auto' }, words(m.small)),
  ]
  return [
    mentions.length > 0 && h('p', { class: 'mentions' }, mentions.map(who => h('span',
      { class: who.id === app.you ? 'mention me' : 'mention', dir: 'auto' }, `@${who.name}`))),
    rich ? h('div', { class: `card ${m.tone ?? ''}` }, inner) : inner,
  ]
}

const web = /^https?:\/\//i

function control(c, at, instead) {
  if (c.kind === 'link') return web.test(c.url) ? link(c.url, [c.label, icon('link')], 'btn') : h('span', { class: 'small-print' }, c.label)
  if (c.kind === 'select') return choice(c, at, instead)
  const button = h('button', {
    type: 'button', class: `btn ${c.style ?? ''}`, 'aria-label': c.label,
    onclick: () => busy(button, () => press(c, c.command, here(at.room, at.thread, at.message), instead)),
  }, c.label)
  return button
}

// busy lets nobody press twice while the first press is on its way.
async function busy(el, act) {
  if (el.getAttribute('aria-busy') === 'true') return
  el.setAttribute('aria-busy', 'true')
  try {
    return await act()
  } finally {
    el.removeAttribute('aria-busy')
  }
}

// choice is a select that counts when it is chosen. Arrow keys on a closed
// select walk through its options: what they reach counts only once applied.
function choice(c, at, instead) {
  let walking = false
  const apply = h('button', { type: 'button', class: 'btn primary', hidden: true, onclick: () => commit() }, strings.apply)
  const select = h('select', { class: 'btn select', 'aria-label': c.label },
    h('option', { value: '' }, c.label),
    (c.options ?? []).map((o, i) => h('option', { value: String(i) }, o.detail ? `${o.label} – ${o.detail}` : o.label)))
  const commit = () => busy(select, async () => {
    const option = c.options[Number(select.value)]
    apply.hidden = true
    if (select.value !== '' && option) {
      await press(c, option.value, here(at.room, at.thread, at.message), instead)
    }
    select.value = ''
  })
  select.addEventListener('pointerdown', () => { walking = false })
  select.addEventListener('keydown', e => {
    if (e.key === 'Enter' && !apply.hidden) {
      e.preventDefault()
      commit()
    } else if (e.key.startsWith('Arrow') || e.key.length === 1) walking = e.key !== ' '
  })
  select.addEventListener('change', () => {
    if (walking) apply.hidden = select.value === ''
    else commit()
    walking = false
  })
  return h('span', { class: 'choice-control' }, select, apply)
}

function replyChip(p, o) {
  const t = o.replies
  if (!t && !p.opens) return null
  const faces = t ? [...t.authors.values()].slice(0, 3).map(who => who.bot
    ? h('span', { class: 'avatar bot tiny', 'aria-hidden': 'true' }, icon('bot')) : avatar(who.name, who.color, 'tiny')) : []
  const count = t ? strings.replies(t.count) : strings.openThread
  const last = t && strings.lastReply(since(t.last, o.now))
  return h('button', {
    type: 'button', class: `replies ${t?.unread ? 'unread' : ''}`, 'aria-label': count,
    'aria-description': [last, t?.unread && strings.newReplies(t.unread)].filter(Boolean).join(', '),
    onclick: () => go({ room: p.room, thread: p.id }),
  },
  faces,
  h('span', { class: 'replies-count' }, count),
  t && h('span', { class: 'replies-last' }, `· ${last}`),
  t?.unread ? h('span', { class: 'pill-new' }, strings.newReplies(t.unread)) : null)
}

function tools(p, o) {
  const mine = p.author === app.you
  if (o.inThread && !mine) return null
  return h('div', { class: 'tools' },
    !o.inThread && tool(strings.replyInThread, 'reply', () => go({ room: p.room, thread: p.id })),
    mine && tool(strings.edit, 'pencil', () => { app.editing = p.id; changed() }))
}

function editor(p) {
  const box = h('textarea', { class: 'input', 'aria-label': strings.editBox, dir: 'auto', rows: '1' })
  box.value = p.text ?? ''
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true })
  const stop = e => { backToBox(e ?? { target: box }); app.editing = ''; changed() }
  const id = uuid()
  const save = async () => {
    if (box.value === p.text) return stop()
    try {
      const out = await api.edit({ ...here(p.room, p.thread, p.id), id, text: box.value, edits: (p.edits ?? 0) + 1 })
      take(out.post)
      stop()
    } catch (err) {
      problem.textContent = wording(err)
      problem.hidden = false
    }
  }
  box.addEventListener('input', () => grow(box))
  box.addEventListener('keydown', e => {
    if (e.key === 'Escape') { e.stopPropagation(); stop(e) }
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); save() }
  })
  noLine(box)
  setTimeout(() => { grow(box); box.focus(); box.setSelectionRange(box.value.length, box.value.length) })
  return h('div', { class: 'editor' }, box, problem, h('div', { class: 'editor-foot' },
    h('button', { type: 'button', class: 'btn small', onclick: stop }, strings.cancel),
    h('button', { type: 'button', class: 'btn small primary', onclick: save }, strings.save)))
}

// backToBox gives the focus of what disappears to the box to write in, unless a
// finger did it and would have the keyboard jump at it.
function backToBox(e) {
  if (e.pointerType !== 'touch') e.target.closest('main, section')?.querySelector('.box')?.focus({ preventScroll: true })
}

// whisperEl draws an answer that only you see.
export function whisperEl(w) {
  return h('article', { class: 'msg whisper', 'aria-label': strings.onlyYou },
    h('span', { class: 'avatar bot', 'aria-hidden': 'true' }, icon('bot')),
    h('div', { class: 'msg-body' },
      h('p', { class: 'only-you' }, icon('eye'), strings.onlyYou),
      h('header', { class: 'msg-head' },
        h('span', { class: 'msg-author' }, app.bot), h('span', { class: 'badge' }, strings.app)),
      card(w.message, { room: w.room, thread: w.thread }, w.key)),
    h('div', { class: 'tools always' }, tool(strings.dismiss, 'close', e => { backToBox(e); dismiss(w.key) })))
}

