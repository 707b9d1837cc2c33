// What to try first, one step at a time.
import { h, icon, keep, tool } from './dom.js'
import { app } from './state.js'
import { strings } from './strings.js'

// hints returns {el, draw, show}. attempt(step) does what a step says.
export function hints(attempt) {
  const el = h('aside', { class: 'hint', 'aria-label': strings.showHints, hidden: true })
  let shown = keep.get('hints') !== 'off', i = Number(keep.get('hint')) || 0, drawn = ''

  const to = n => {
    i = n
    keep.set('hint', String(n))
    draw()
  }
  const turn = on => {
    shown = on
    keep.set('hints', on ? 'on' : 'off')
    draw()
  }

  function draw() {
    const n = app.hint.length
    el.hidden = !shown || n === 0
    if (el.hidden) return
    if (i >= n) i = 0
    const step = app.hint[i]
    const sig = JSON.stringify([i, n, step])
    if (sig === drawn) return
    drawn = sig
    const who = app.people.get(step.as)?.name ?? step.as
    const where = step.channel.startsWith('@') ? app.bot : `#${step.channel}`
    el.replaceChildren(
      h('span', { class: 'hint-mark', 'aria-hidden': 'true' }, icon('bulb')),
      h('div', { class: 'hint-body' },
        h('p', { class: 'hint-step' }, h('strong', {}, strings.stepOf(i + 1, n)), ` · ${strings.tryAs(who, where)}`),
        h('p', { class: 'hint-why' }, h('span', { dir: 'auto' }, step.why), ' ',
          h('code', { class: 'hint-text', dir: 'auto' }, step.text))),
      h('div', { class: 'hint-acts' },
        h('button', { type: 'button', class: 'btn small primary', onclick: () => { attempt(step); to((i + 1) % n) } }, strings.tryIt),
        n > 1 && h('button', { type: 'button', class: 'btn small', onclick: () => to((i + 1) % n) },
          i + 1 < n ? strings.nextHint : strings.lastHint)),
      tool(strings.hideHints, 'close', () => turn(false)))
  }
  return { el, draw, toggle: () => turn(!shown) }
}
