// The parts of a message: words, fields, tables, files. All of it is text.
import { api } from './api.js'
import { h, icon, size } from './dom.js'
import { app } from './state.js'
import { strings } from './strings.js'
import { hover } from './when.js'

const address = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g

// words makes addresses in a text links, and nothing else of it.
export function words(text) {
  const out = []
  let from = 0
  for (const found of text.matchAll(address)) {
    out.push(text.slice(from, found.index), link(found[0], found[0]))
    from = found.index + found[0].length
  }
  out.push(text.slice(from))
  return out
}

export function link(url, text, cls = '') {
  let to
  try {
    to = new URL(url)
  } catch {
    return h('span', { class: cls }, text)
  }
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return h('span', { class: cls }, text)
  const ours = to.origin === location.origin && to.pathname === location.pathname
  return h('a', { href: to.href, class: cls, target: ours ? null : '_blank', rel: 'noopener noreferrer' }, text)
}

// markup knows **strong** words, in texts of our own only.
const markup = text => text.split(/\*\*(.+?)\*\*/s)
  .map((part, i) => i % 2 ? h('strong', {}, words(part)) : words(part))

export function section(s) {
  return h('div', { class: 'section' },
    s.title && h('h4', { class: 'section-title', dir: 'auto' }, s.title),
    s.text && (s.quote
      ? h('blockquote', { class: 'quote', dir: 'auto' }, words(s.text))
      : h('p', { class: 'text', dir: 'auto' }, s.markup ? markup(s.text) : words(s.text))),
    s.fields?.length && fields(s.fields),
    s.rows?.length && table(s.rows, s.title))
}

const wideField = 60 // characters, then a field has the row for itself

function fields(list) {
  return h('dl', { class: 'fields' }, list.map(f => {
    const time = f.time && new Date(f.time)
    const value = time && !Number.isNaN(time.getTime())
      ? h('time', { datetime: time.toISOString(), title: hover(time) }, f.value || hover(time).split('\n')[0])
      : words(f.value ?? '')
    const wide = (f.value ?? '').length > wideField || (f.value ?? '').includes('\n')
    return h('div', { class: wide ? 'field-pair wide' : 'field-pair' },
      h('dt', { dir: 'auto' }, f.label), h('dd', { dir: 'auto' }, value))
  }))
}

const numeric = /^[\s\d.,:%+−–/-]*$/

const shortCell = 16 // characters that stay on one line
const fewColumns = 3 // a phone shows more of them as a list

function table(rows, title) {
  const [head, ...body] = rows
  const right = head.map((_, i) => body.length > 0 && body.every(r => numeric.test(r[i] ?? '')))
  const cls = (cell, i) => right[i] ? 'number' : cell.length <= shortCell ? 'short' : null
  return h('div', { class: 'table-scroll', tabindex: '0', role: 'group', 'aria-label': title || strings.table },
    h('table', { role: 'table', class: head.length > fewColumns ? 'many' : null },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head.map((cell, i) => h('th', { role: 'columnheader', scope: 'col', dir: 'auto', class: cls(cell, i) }, cell)))),
      h('tbody', { role: 'rowgroup' }, body.map(row => h('tr', { role: 'row' }, row.map((cell, i) => h('td', { role: 'cell', dir: 'auto', class: cls(cell, i), data: { label: head[i] ?? '' } }, words(cell))))))))
}

const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

export function files(list) {
  if (!list?.length) return null
  return h('ul', { class: 'files' }, list.map(f => h('li', {}, file(f))))
}

function file(f) {
  const name = h('span', { class: 'file-name', dir: 'auto' }, f.name || f.ref)
  if (!f.ref?.startsWith('console:')) {
    return h('span', { class: 'file' }, icon('file'), name, h('small', {}, strings.elsewhere))
  }
  const href = api.fileURL(f.ref, app.you)
  if (shown.has(f.type)) {
    return h('a', { class: 'picture', href, target: '_blank', rel: 'noopener' },
      h('img', { src: href, alt: f.alt || f.name, loading: 'lazy' }))
  }
  return h('a', { class: 'file', href: api.fileURL(f.ref, app.you, true), download: f.name, 'aria-label': strings.download(f.name) },
    icon('file'), name, f.size ? h('small', {}, size(f.size)) : null)
}
