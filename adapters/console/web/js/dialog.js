// Dialogs: a question before a control counts, and forms.
import { api, wording } from './api.js'
import { h, uuid } from './dom.js'
import { field } from './field.js'
import { section } from './section.js'
import { strings } from './strings.js'

let ids = 0

function show(dialog) {
  document.body.append(dialog)
  dialog.addEventListener('close', () => dialog.remove())
  dialog.showModal()
}

function frame(title, cls) {
  const id = `dialog-${++ids}`
  const dialog = h('dialog', { class: `dialog ${cls}`, 'aria-labelledby': id })
  dialog.append(h('header', { class: 'dialog-head' }, h('h2', { id, dir: 'auto' }, title)))
  return dialog
}

// confirmed asks whether a control was meant.
export function confirmed(control) {
  return new Promise(resolve => {
    const dialog = frame(strings.sure, 'dialog-small')
    let yes = false
    dialog.append(
      h('p', { class: 'dialog-body', dir: 'auto' }, control.confirm),
      h('footer', { class: 'dialog-foot' },
        h('button', { class: 'btn', type: 'button', onclick: () => dialog.close() }, strings.cancel),
        h('button', {
          class: `btn ${control.style === 'danger' ? 'danger' : 'primary'}`, type: 'button',
          onclick: () => { yes = true; dialog.close() },
        }, control.label)),
    )
    dialog.addEventListener('close', () => resolve(yes))
    show(dialog)
  })
}

// openForm asks for a command's arguments. Errors are shown at their fields
// and what was typed stays. What comes of it is given to done.
export function openForm(form, at, done) {
  const dialog = frame(form.title, 'dialog-form')
  const fields = (form.fields ?? []).map(f => field(f, at.as))
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true })
  const submit = h('button', { class: 'btn primary', type: 'submit' }, form.submit || strings.send)
  const body = h('form', { class: 'dialog-inner', novalidate: true },
    h('div', { class: 'dialog-body' },
      problem, (form.intro ?? []).map(section), fields.map(f => f.el)),
    h('footer', { class: 'dialog-foot' },
      h('button', { class: 'btn', type: 'button', onclick: () => dialog.close() }, strings.cancel), submit))
  dialog.append(body)

  const fail = text => {
    problem.textContent = text
    problem.hidden = !text
    if (text) problem.scrollIntoView({ block: 'nearest' })
  }
  const mark = errors => {
    for (const f of fields) f.fail(errors[f.name] ?? '')
    const unknown = Object.keys(errors).filter(name => !fields.some(f => f.name === name))
    fail(unknown.map(name => errors[name]).join(' '))
    fields.find(f => errors[f.name])?.focus()
    return Object.keys(errors).length > 0
  }

  let sent = { id: '', body: '' } // the same answers sent again are the same act
  let busy = false
  body.addEventListener('submit', async e => {
    e.preventDefault()
    if (busy) return
    if (fields.some(f => f.busy())) return fail(strings.waitUpload)
    if (mark(Object.fromEntries(fields.map(f => [f.name, f.check()]).filter(([, text]) => text)))) return
    const args = Object.fromEntries(fields.map(f => [f.name, f.value()]))
    const files = fields.flatMap(f => f.files())
    const text = JSON.stringify(args)
    if (sent.body !== text) sent = { id: uuid(), body: text }
    busy = true
    submit.setAttribute('aria-busy', 'true')
    try {
      const out = await api.form({ ...at, id: sent.id, command: form.command, args, files })
      if (Object.keys(out.answer?.errors ?? {}).length) {
        sent.body = ''
        mark(out.answer.errors)
      } else if (out.failed) {
        fail(out.answer?.private?.text || strings.formFailed)
      } else {
        dialog.close()
        done(out)
      }
    } catch (err) {
      fail(wording(err))
    }
    busy = false
    submit.removeAttribute('aria-busy')
  })
  show(dialog)
  const first = fields[0]
  if (first) first.focus()
  else submit.focus()
}

// A modal dialog is closed by a press beside it, where nothing was typed.
document.addEventListener('pointerdown', e => {
  if (e.target instanceof HTMLDialogElement && e.target.matches('.dialog-small')) e.target.close()
})

export const dialogOpen = () => Boolean(document.querySelector('dialog[open]'))
