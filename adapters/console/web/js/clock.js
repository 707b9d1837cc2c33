// The top of the page: the clock, what moves it, and the theme.
import { api, wording } from './api.js'
import { h, icon, keep } from './dom.js'
import { strings } from './strings.js'
import { full, parts, short } from './when.js'

let base = Date.now(), since = performance.now()

// now is the simulated present.
export const now = () => new Date(base + performance.now() - since)

// set takes the server's clock.
export function set(clock) {
  base = Date.parse(clock.now)
  since = performance.now()
}

// topBar fills the header and the row of time buttons. on has menu().
export function topBar(top, travel, on) {
  const menu = h('button', { type: 'button', class: 'tool menu', 'aria-label': strings.menu, 'aria-expanded': 'false', onclick: on.menu }, icon('menu'))
  const time = h('time', {})
  const clock = h('div', { class: 'clock', role: 'timer', 'aria-label': strings.now }, icon('clock'), time)
  const toggle = h('button', {
    type: 'button', class: 'tool time-toggle', 'aria-label': strings.time, 'aria-expanded': 'false', 'aria-controls': 'travel', hidden: true,
    onclick: () => {
      const open = document.body.classList.toggle('travel-open')
      toggle.setAttribute('aria-expanded', String(open))
    },
  }, icon('skip'))
  top.append(menu, h('span', { class: 'brand' }, h('img', { src: 'icon.svg', alt: '', width: '26', height: '26' }),
    h('span', { class: 'brand-name' }, strings.brand), h('span', { class: 'brand-small' }, strings.brandSmall)),
  clock, toggle, theme())
  const journey = journeys()
  const stepButton = ({ step, label }) => {
    const b = h('button', { type: 'button', class: 'step', title: strings.advanceWhy, onclick: () => journey(step, b) },
      h('span', { class: 'vh' }, `${strings.advance} `), label)
    return b
  }
  const down = h('button', { type: 'button', class: 'step down', title: strings.downWhy, onclick: () => journey('down', down) },
    icon('down'), strings.down)
  travel.append(
    h('span', { class: 'steps' }, h('span', { class: 'steps-label', 'aria-hidden': 'true' }, strings.advance), strings.steps.map(stepButton)),
    down)

  const tick = () => {
    const t = now(), p = parts(t)
    time.setAttribute('datetime', t.toISOString())
    const text = `${p.day} ${p.date} ${p.year}, ${p.time}:${p.seconds} UTC`
    if (time.dataset.text === text) return
    time.dataset.text = text
    time.replaceChildren(`${p.day} ${p.date}`, h('span', { class: 'wide-only' }, ` ${p.year}`), `, ${p.time}`,
      h('span', { class: 'wide-only' }, `:${p.seconds}`), ' UTC')
    time.title = full(t)
  }
  setInterval(tick, 250)
  tick()
  return { menu, tick, enable(on) { travel.hidden = !on; toggle.hidden = !on; document.body.classList.toggle('no-travel', !on) } }
}

// journeys are made one after the other, however fast the buttons are pressed.
const maxQueued = 8

function journeys() {
  let queue = Promise.resolve(), queued = 0
  return (step, button) => {
    if (queued >= maxQueued) return
    queued++
    document.body.classList.add('travelling')
    button.setAttribute('aria-busy', 'true')
    queue = queue.then(async () => {
      say(strings.advancing, true)
      try {
        const out = await api.travel(step)
        set(out.clock)
        const when = short(now())
        if (step === 'next' && !out.alarm) say(strings.noAlarm)
        else say(step === 'down' ? strings.wasDown(when) : strings.advanced(when))
      } catch (err) {
        say(wording(err))
      }
      if (--queued === 0) {
        document.body.classList.remove('travelling')
        for (const b of document.querySelectorAll('.step[aria-busy]')) b.removeAttribute('aria-busy')
      }
    })
  }
}

let fading

// say shows a short notice, which screen readers hear too.
export function say(text, stays) {
  const toast = document.getElementById('toast')
  toast.textContent = text
  toast.classList.add('shown')
  clearTimeout(fading)
  if (!stays) fading = setTimeout(() => toast.classList.remove('shown'), 6000)
}

function theme() {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches
  const button = h('button', {
    type: 'button', class: 'tool theme', 'aria-label': strings.dark, title: strings.dark,
    onclick: () => {
      root.dataset.theme = isDark() ? 'light' : 'dark'
      keep.set('theme', root.dataset.theme)
      draw()
    },
  })
  const draw = () => {
    button.setAttribute('aria-pressed', String(isDark()))
    button.replaceChildren(icon(isDark() ? 'sun' : 'moon'))
  }
  dark.addEventListener('change', draw)
  draw()
  return button
}
