// Building the page: elements and text, never HTML.

// h makes an element. Props are properties or attributes; on… are listeners;
// children are nodes, strings, arrays, or nothing.
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag)
  for (const [name, value] of Object.entries(props ?? {})) set(el, name, value)
  append(el, children)
  return el
}

function set(el, name, value) {
  if (value === undefined || value === null || value === false) return
  if (name.startsWith('on')) el.addEventListener(name.slice(2), value)
  else if (name === 'class') el.className = value
  else if (name === 'data') Object.assign(el.dataset, value)
  else if (name in el && typeof value !== 'string') el[name] = value
  else el.setAttribute(name, value === true ? '' : value)
}

function append(el, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === '') continue
    el.append(child)
  }
}

// icon draws one of the line icons below, or of the filled ones.
export function icon(name, cls = '') {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', `icon ${cls}`)
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', paths[name])
  svg.append(path)
  return svg
}

const paths = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  hash: 'M9 4 7 20M17 4l-2 16M4.500 9h16M3.500 15h16',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14 6l-6 6 6 6M8 12h12',
  send: 'M4 12 20 4l-5 16-3.500-6.500zM11.500 13.500 20 4',
  clip: 'M19 11.500 12 18.500a4.600 4.600 0 0 1-6.500-6.500l7.500-7.500a3 3 0 0 1 4.300 4.300l-7.400 7.400a1.400 1.400 0 0 1-2-2l6.600-6.700',
  reply: 'M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z',
  pencil: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  file: 'M7 3h7l5 5v13H7zM14 3v5h5',
  clock: 'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500V12l3 2',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400',
  bulb: 'M9 18h6M10 21h4M12 3a6 6 0 0 0-3.500 10.900c.6.500 1 1.100 1 1.900h5c0-.8.400-1.400 1-1.900A6 6 0 0 0 12 3z',
  bot: 'M6 9.500A2.500 2.500 0 0 1 8.500 7h7A2.500 2.500 0 0 1 18 9.500v5a2.500 2.500 0 0 1-2.500 2.500H12l-3.500 2.800V17A2.500 2.500 0 0 1 6 14.500zM9.300 12l2 2 3.700-3.800',
  skip: 'M5 6l7 6-7 6zM13 6l7 6-7 6z',
  down: 'M12 4v9M7.500 6.500a7 7 0 1 0 9 0',
  link: 'M14 5h5v5M19 5l-8 8M17 14v5H5V7h5',
}

// tool is a button that shows an icon and is called by its name.
export function tool(name, sign, onclick, cls = 'tool') {
  return h('button', { type: 'button', class: cls, title: name, onclick }, icon(sign), h('span', { class: 'vh' }, name))
}

// reconcile makes the children of el those of items, each {key, sig, make}:
// what has kept its sig stays untouched, with its focus and selection.
export function reconcile(el, items) {
  const old = new Map([...el.children].map(child => [child.dataset.key, child]))
  let at = el.firstElementChild
  for (const item of items) {
    let node = old.get(item.key)
    if (node && node.dataset.sig === item.sig) {
      old.delete(item.key)
    } else {
      const fresh = item.make()
      fresh.dataset.key = item.key
      fresh.dataset.sig = item.sig
      if (node) {
        if (node === at) at = fresh
        const focused = node.contains(document.activeElement) && document.activeElement
        node.replaceWith(fresh)
        old.delete(item.key)
        if (focused) twin(fresh, focused)?.focus({ preventScroll: true })
      }
      node = fresh
    }
    if (node === at) at = at.nextElementSibling
    else el.insertBefore(node, at)
  }
  for (const node of old.values()) node.remove()
}

// twin is what took the place of a control in a message that was drawn anew.
const twin = (fresh, lost) => [...fresh.querySelectorAll(lost.tagName)]
  .find(el => el.textContent === lost.textContent && el.getAttribute('aria-label') === lost.getAttribute('aria-label'))

// initials of a name: "Giulia Bianchi" is "GB", "田中" is "田".
function initials(name) {
  const words = name.trim().split(/\s+/)
  const first = w => [...(w ?? '')].find(ch => /[\p{L}\p{N}]/u.test(ch)) ?? ''
  const a = first(words[0])
  if (!/\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}/u.test(a)) return a || '?'
  return (a + (words.length > 1 ? first(words.at(-1)) : '')).toUpperCase()
}

// tint is a colour of the eight, the same for the same name.
function tint(text) {
  let sum = 0
  for (const ch of text) sum = (sum * 31 + ch.codePointAt(0)) >>> 0
  return sum % 8 + 1
}

export function avatar(name, color, cls = '') {
  return h('span', { class: `avatar tint-${color || tint(name)} ${cls}`, 'aria-hidden': 'true' }, initials(name))
}

// grow keeps a text box as tall as its text.
export function grow(box) {
  box.style.height = 'auto'
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`
}

// noLine keeps the Enter that sends from leaving an empty line behind, where
// the key and its character arrive one after the other.
export const noLine = box => box.addEventListener('keypress', e => {
  if (e.key === 'Enter' && !e.shiftKey) e.preventDefault()
})

export const uuid = () => crypto.randomUUID?.() ?? fallback()

// Pages that are not served over https or from localhost have no randomUUID.
function fallback() {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = b[6] & 15 | 64
  b[8] = b[8] & 63 | 128
  const x = [...b].map(n => n.toString(16).padStart(2, '0')).join('')
  return `${x.slice(0, 8)}-${x.slice(8, 12)}-${x.slice(12, 16)}-${x.slice(16, 20)}-${x.slice(20)}`
}

export const size = n => n >= 1 << 20 ? `${+(n / (1 << 20)).toFixed(1)} MB`
  : n >= 1024 ? `${Math.round(n / 1024)} KB` : `${n} bytes`

// Storage that a browser may forbid.
export const keep = {
  get(key) { try { return localStorage.getItem(`casebot.${key}`) } catch { return null } },
  set(key, value) { try { localStorage.setItem(`casebot.${key}`, value) } catch { /* then it is forgotten */ } },
}
