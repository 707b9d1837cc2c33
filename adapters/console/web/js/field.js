// The fields of a form.
import { api, wording } from './api.js'
import { grow, h, icon, size } from './dom.js'
import { app } from './state.js'
import { strings } from './strings.js'

const fewOptions = 6 // shown all at once; more go into a list

let ids = 0

// field returns what a form needs of one: its element, name, value(), files(),
// check(), busy(), fail(text) and focus().
export function field(spec, as) {
  const id = `field-${++ids}`
  const kinds = { text: textField, choice: choiceField, file: fileField }
  const part = (kinds[spec.kind] ?? lineField)(spec, id, as)
  const error = h('p', { class: 'field-error', id: `${id}-error`, hidden: true })
  const hint = spec.hint && h('p', { class: 'field-hint', id: `${id}-hint`, dir: 'auto' }, spec.hint)
  const extra = spec.required ? null : h('span', { class: 'field-optional' }, strings.optional)
  const el = part.group
    ? h('fieldset', { class: 'field' }, h('legend', {}, h('span', { dir: 'auto' }, spec.label)), extra, hint, part.el, error)
    : h('div', { class: 'field' }, h('label', { for: id, dir: 'auto' }, spec.label), extra, hint, part.el, part.count, error)
  const described = part.group ? el : part.input
  const describe = failing => {
    const by = [hint && `${id}-hint`, failing && `${id}-error`].filter(Boolean).join(' ')
    if (by) described.setAttribute('aria-describedby', by)
    else described.removeAttribute('aria-describedby')
  }
  describe(false)
  if (spec.required && !part.group) part.input.setAttribute('aria-required', 'true')
  return {
    el, name: spec.name, value: part.value,
    files: part.files ?? (() => []),
    busy: part.busy ?? (() => false),
    focus: () => (part.group ? el.querySelector('input:checked') ?? el.querySelector('input') : part.input).focus(),
    check() {
      const value = part.value()
      if (spec.required && !value.trim()) return strings.required
      if (spec.max && [...value].length > spec.max) return strings.formTooLong(spec.max)
      return ''
    },
    fail(text) {
      error.textContent = text
      error.hidden = !text
      el.classList.toggle('invalid', Boolean(text))
      described.setAttribute('aria-invalid', String(Boolean(text)))
      describe(Boolean(text))
    },
  }
}

function lineField(spec, id) {
  const input = h('input', { type: 'text', id, class: 'input', dir: 'auto', autocomplete: 'off' })
  input.value = spec.value ?? ''
  return { el: input, input, value: () => input.value, count: counter(input, spec.max) }
}

function textField(spec, id) {
  const input = h('textarea', { id, class: 'input', dir: 'auto', rows: '3' })
  input.value = spec.value ?? ''
  input.addEventListener('input', () => grow(input))
  input.addEventListener('focus', () => grow(input))
  return { el: input, input, value: () => input.value, count: counter(input, spec.max) }
}

// counter appears when a text comes near its limit.
function counter(input, max) {
  if (!max) return null
  const el = h('p', { class: 'field-count', 'aria-hidden': 'true' })
  const draw = () => {
    const n = [...input.value].length
    el.textContent = n > max * 0.7 ? `${n} / ${max}` : ''
    el.classList.toggle('over', n > max)
  }
  input.addEventListener('input', draw)
  draw()
  return el
}

function choiceField(spec, id) {
  const options = spec.options ?? []
  if (options.length > fewOptions) return listField(spec, id, options)
  const el = h('div', { class: options.some(o => o.detail) ? 'choices tall' : 'choices' }, options.map((o, i) => {
    const input = h('input', {
      type: 'radio', name: id, id: `${id}-${i}`, value: o.value, checked: o.value === spec.value,
      'aria-describedby': o.detail ? `${id}-${i}-detail` : null,
    })
    return h('div', { class: 'choice' }, input,
      h('label', { for: `${id}-${i}`, dir: 'auto' }, o.label),
      o.detail && h('p', { class: 'choice-detail', id: `${id}-${i}-detail`, dir: 'auto' }, o.detail))
  }))
  el.addEventListener('click', e => { // the whole card is the choice
    const card = e.target.closest('.choice')
    if (card && !e.target.closest('input, label')) card.querySelector('input').click()
  })
  return { group: true, el, value: () => el.querySelector('input:checked')?.value ?? '' }
}

function listField(spec, id, options) {
  const input = h('select', { id, class: 'input' },
    h('option', { value: '' }, strings.choose),
    options.map(o => h('option', { value: o.value }, o.detail ? `${o.label} – ${o.detail}` : o.label)))
  input.value = options.some(o => o.value === spec.value) ? spec.value : ''
  return { el: input, input, value: () => input.value }
}

function fileField(_spec, id, as) {
  let held = [], pending = 0
  const input = h('input', { type: 'file', id, class: 'input-file', multiple: true })
  const list = h('ul', { class: 'attached' })
  const note = h('p', { class: 'field-note', role: 'status' })
  const draw = () => list.replaceChildren(...held.map(f => h('li', { class: 'chip' },
    icon('file'), h('span', { dir: 'auto' }, f.name), h('small', {}, size(f.size)),
    h('button', {
      type: 'button', class: 'ghost small', 'aria-label': strings.remove(f.name),
      onclick: () => { held = held.filter(other => other !== f); draw(); input.focus() },
    }, icon('close')))))
  input.addEventListener('change', async () => {
    const files = [...input.files]
    input.value = ''
    const problems = []
    for (const file of files) {
      if (file.size > app.maxFile) {
        problems.push(strings.tooLarge(file.name, size(file.size), size(app.maxFile)))
        continue
      }
      pending++
      note.textContent = strings.uploading
      try {
        held.push(await api.upload(as, file))
      } catch (err) {
        problems.push(wording(err))
      }
      pending--
      draw()
    }
    note.textContent = problems.join(' ')
  })
  return {
    el: h('div', { class: 'file-field' }, input, list, note), input,
    value: () => held.map(f => f.ref).join(' '), files: () => held.map(f => f.ref), busy: () => pending > 0,
  }
}
