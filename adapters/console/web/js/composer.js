// The box in which a person writes, with attachments and completion.
import { heard, here } from './act.js'
import { api, wording } from './api.js'
import { completion } from './complete.js'
import { grow, h, icon, noLine, size, tool, uuid } from './dom.js'
import { app, changed, key, myLast } from './state.js'
import { strings } from './strings.js'

// What was begun and not sent, by person and place.
const drafts = new Map()

// composer returns {el, box, show(room, thread, hint), fill(text), attach(files)}.
export function composer({ label, send, onSent }) {
  let at = { room: '', thread: '', as: '' }
  let draft = fresh()
  let queue = Promise.resolve()
  const box = h('textarea', { class: 'box', 'aria-label': label, rows: '1', dir: 'auto', autocomplete: 'off', spellcheck: true })
  const picker = h('input', { type: 'file', multiple: true, hidden: true, tabindex: '-1', 'aria-hidden': 'true' })
  const chips = h('ul', { class: 'attached' })
  const note = h('p', { class: 'problem', role: 'alert', hidden: true })
  const button = h('button', { type: 'submit', class: 'send', 'aria-label': send }, icon('send'), h('span', {}, send))
  const form = h('form', { class: 'composer', onsubmit: e => { e.preventDefault(); submit() } },
    note,
    h('div', { class: 'composer-box' },
      box, chips,
      h('div', { class: 'composer-foot' },
        tool(strings.attach, 'clip', () => picker.click()),
        picker, h('span', { class: 'keys' }, strings.keys), button)))
  const popup = completion(box, form, () => typed())

  box.addEventListener('input', typed)
  box.addEventListener('keydown', e => {
    if (e.isComposing || popup.key(e)) return
    if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault()
      submit()
    } else if (e.key === 'ArrowUp' && box.value === '') {
      const last = myLast(at.room, at.thread)
      if (!last) return
      e.preventDefault()
      app.editing = last.id
      changed()
    }
  })
  noLine(box)
  box.addEventListener('paste', e => {
    if (e.clipboardData?.files.length) {
      e.preventDefault()
      attach(e.clipboardData.files)
    }
  })
  picker.addEventListener('change', () => {
    attach([...picker.files])
    picker.value = ''
    box.focus()
  })

  function typed() {
    draft.text = box.value
    grow(box)
    const n = [...box.value].length
    say(n > app.maxText ? strings.tooLong(n, app.maxText) : '')
    ready()
  }

  function ready() {
    const nothing = box.value.trim() === '' && draft.files.length === 0
    button.classList.toggle('ready', !nothing)
  }

  function say(text) {
    note.textContent = text
    note.hidden = !text
  }

  // Sent texts leave in the order in which they were sent. What cannot be sent
  // comes back into the box.
  function submit() {
    const n = [...box.value].length
    if (n > app.maxText) return say(strings.tooLong(n, app.maxText))
    if (draft.pending) return say(strings.waitUpload)
    if (box.value.trim() === '' && draft.files.length === 0) return
    const sent = { ...draft, id: draft.id && draft.sent === box.value ? draft.id : uuid() }
    const to = at, k = placeKey()
    drafts.set(k, draft = fresh())
    restore()
    popup.close()
    queue = queue.then(async () => {
      try {
        const out = await api.message({ ...to, id: sent.id, text: sent.text, files: sent.files.map(f => f.ref) })
        heard(out, to)
        if (out.failed) giveBack(sent, k, '')
        else onSent?.()
      } catch (err) {
        giveBack(sent, k, wording(err))
      }
    })
  }

  // giveBack puts a text that was not taken back before whatever was typed
  // since. It keeps its id, so that sending it again can never count twice.
  function giveBack(sent, k, why) {
    const d = drafts.get(k) ?? fresh()
    d.text = d.text ? `${sent.text}\n${d.text}` : sent.text
    d.files = [...sent.files, ...d.files]
    Object.assign(d, { id: sent.id, sent: d.text })
    drafts.set(k, d)
    if (k === placeKey()) {
      restore()
      say(why)
    }
  }

  async function attach(files) {
    const d = draft, as = app.you
    for (const file of files) {
      if (file.size > app.maxFile) {
        say(strings.tooLarge(file.name, size(file.size), size(app.maxFile)))
        continue
      }
      d.pending++
      drawChips()
      try {
        d.files.push(await api.upload(as, file))
        say('')
      } catch (err) {
        say(wording(err))
      }
      d.pending--
      drawChips()
    }
  }

  function drawChips() {
    chips.replaceChildren(...draft.files.map(f => h('li', { class: 'chip' },
      f.type?.startsWith('image/')
        ? h('img', { src: api.fileURL(f.ref, app.you), alt: '', class: 'chip-picture' }) : icon('file'),
      h('span', { dir: 'auto' }, f.name), h('small', {}, size(f.size)),
      h('button', {
        type: 'button', class: 'ghost small', 'aria-label': strings.remove(f.name),
        onclick: () => { draft.files = draft.files.filter(other => other !== f); drawChips(); box.focus() },
      }, icon('close')))))
    if (draft.pending) chips.append(h('li', { class: 'chip', role: 'status' }, strings.uploading))
    ready()
  }

  function restore() {
    box.value = draft.text
    grow(box)
    say('')
    drawChips()
  }

  const placeKey = () => `${at.as} ${key(at.room, at.thread)}`

  function show(room, thread, hint) {
    box.placeholder = hint
    const next = here(room, thread)
    if (next.room === at.room && next.thread === at.thread && next.as === at.as) return
    at = next
    draft = drafts.get(placeKey()) ?? fresh()
    drafts.set(placeKey(), draft)
    popup.close()
    restore()
  }

  function fill(text) {
    box.value = text
    typed()
    box.focus()
    box.setSelectionRange(text.length, text.length)
    popup.close()
  }
  return { el: form, box, show, fill, attach }
}

const fresh = () => ({ text: '', files: [], pending: 0, id: '', sent: '' })
