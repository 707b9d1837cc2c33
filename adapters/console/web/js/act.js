// What a person does: each act is sent with an id of its own, and the answer
// is shown where it was asked for.
import { api, wording } from './api.js'
import { uuid } from './dom.js'
import { confirmed, openForm } from './dialog.js'
import { app, take, whisper } from './state.js'

// heard shows what came back for a place.
export function heard(out, at, instead) {
  take(out.post)
  if (out.answer?.private) whisper(out.answer.private, at, instead)
  if (out.answer?.form) openForm(out.answer.form, at, next => heard(next, at))
}

// press is a button or a choice of a select.
export async function press(control, command, at, instead) {
  if (control.confirm && !await confirmed(control)) return false
  try {
    const out = await api.press({
      as: at.as, room: at.room, thread: at.thread, message: at.message, id: uuid(), command,
    })
    heard(out, at, instead)
  } catch (err) {
    whisper({ text: wording(err), tone: 'warn' }, at, instead)
  }
  return true
}

// here is the place of an act: the page may show another when the answer comes.
export const here = (room, thread, message) => ({ as: app.you, room, thread: thread ?? '', message: message ?? '' })
