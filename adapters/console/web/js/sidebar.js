// Who you are, and where you can go.
import { avatar, h, icon, keep } from './dom.js'
import { address } from './route.js'
import { app, me, unread } from './state.js'
import { strings } from './strings.js'

// sidebar fills its element. on has become(id), hints() and left().
export function sidebar(root, on) {
  const select = h('select', { id: 'you', onchange: () => on.become(select.value) })
  const face = h('span', { class: 'you-face' })
  const role = h('p', { class: 'you-role', dir: 'auto' })
  const nav = h('nav', { 'aria-label': strings.channels })
  const hints = h('button', { type: 'button', class: 'side-foot', onclick: on.hints }, icon('bulb'), strings.showHints)
  root.append(
    h('div', { class: 'you' }, h('label', { for: 'you' }, strings.youAre),
      h('div', { class: 'you-row' }, face, select), role),
    nav, hints)
  nav.addEventListener('click', e => { if (e.target.closest('a')) on.left() })
  let people = ''

  return function draw() {
    const listed = JSON.stringify([...app.people.values()])
    if (people !== listed) {
      people = listed
      select.replaceChildren(...grouped())
    }
    select.value = app.you
    const you = me()
    if (you) {
      face.replaceChildren(avatar(you.name, you.color))
      role.textContent = you.role ?? ''
    }
    hints.hidden = app.hint.length === 0
    const counts = unread()
    const channels = app.places.filter(p => p.kind !== 'direct')
    const direct = app.places.filter(p => p.kind === 'direct')
    const at = document.activeElement?.closest?.('nav a')?.dataset.place
    nav.replaceChildren(
      h('h2', { class: 'side-title', id: 'side-channels' }, strings.channels), list(channels, counts),
      h('h2', { class: 'side-title' }, strings.direct), list(direct, counts))
    if (at) nav.querySelector(`[data-place="${CSS.escape(at)}"]`)?.focus()
    const sum = [...counts.values()].reduce((a, b) => a + b, 0)
    const open = app.places.find(p => p.id === app.room)
    document.title = `${sum ? `(${sum}) ` : ''}${open ? `${open.kind === 'direct' ? '' : '#'}${open.name} · ` : ''}${strings.brand} ${strings.brandSmall}`
    keep.set('you', app.you)
  }
}

function grouped() {
  const groups = new Map()
  for (const p of app.people.values()) {
    const g = p.group ?? ''
    groups.set(g, [...groups.get(g) ?? [], h('option', { value: p.id }, p.name)])
  }
  return [...groups].map(([label, options]) => label ? h('optgroup', { label }, options) : options).flat()
}

function list(places, counts) {
  return h('ul', { class: 'places' }, places.map(p => {
    const n = counts.get(p.id) ?? 0
    const sign = p.kind === 'direct' ? h('span', { class: 'avatar bot tiny', 'aria-hidden': 'true' }, icon('bot'))
      : icon(p.kind === 'staff' ? 'lock' : 'hash')
    return h('li', {}, h('a', {
      href: address({ room: p.id }), class: n ? 'place unread' : 'place', data: { place: p.id },
      'aria-label': p.name, 'aria-description': n ? strings.unread(n) : null,
      'aria-current': p.id === app.room ? 'page' : null,
    }, sign, h('span', { class: 'place-name', dir: 'auto' }, p.name), n > 0 && h('span', { class: 'count' }, n > 99 ? '99+' : String(n))))
  }))
}
