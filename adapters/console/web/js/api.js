// What the page asks of the server.
import { strings } from './strings.js'

// Refusal is an answer of the server that the person should read.
class Refusal extends Error {
  constructor(text, status) {
    super(text)
    this.status = status
  }
}

// wording is what a person reads of an error.
export const wording = err => err instanceof Refusal ? err.message : strings.unreachable

async function answer(response) {
  let body = {}
  try {
    body = await response.json()
  } catch { /* a proxy's page */ }
  if (!response.ok) throw new Refusal(body.error ?? `${response.status} ${response.statusText}`, response.status)
  return body
}

const post = (path, body) => fetch(`api/${path}`, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
}).then(answer)

export const api = {
  state: as => fetch(`api/state?as=${encodeURIComponent(as ?? '')}`).then(answer),
  message: spoken => post('messages', spoken),
  edit: spoken => post('edits', spoken),
  press: spoken => post('presses', spoken),
  form: spoken => post('forms', spoken),
  travel: step => post('travel', { step }),
  upload: async (as, file) => post('files', { as, name: file.name || 'image.png', bytes: await base64(file) }),
  fileURL: (ref, as, download) =>
    `api/files/${encodeURIComponent(ref.replace(/^console:/, ''))}?as=${encodeURIComponent(as)}${download ? '&download' : ''}`,
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}

// listen keeps a live connection for a viewer. on has post, clock, reset and
// online; the returned function ends it.
export function listen(as, seq, on) {
  let source, timer, closed = false, wait = 500, last = seq
  let quiet
  const alive = () => {
    clearTimeout(quiet)
    quiet = setTimeout(() => reopen(), 30_000) // the server says something every 10 s
    wait = 500
    on.online(true)
  }
  const reopen = () => {
    source?.close()
    if (closed) return
    on.online(false)
    clearTimeout(timer)
    timer = setTimeout(open, wait)
    wait = Math.min(wait * 2, 8000)
  }
  const open = () => {
    source = new EventSource(`api/stream?as=${encodeURIComponent(as)}&since=${last}`)
    source.addEventListener('post', e => {
      last = Math.max(last, Number(e.lastEventId))
      alive()
      on.post(JSON.parse(e.data))
    })
    source.addEventListener('clock', e => {
      alive()
      on.clock(JSON.parse(e.data))
    })
    source.addEventListener('reset', () => {
      source.close()
      on.reset()
    })
    source.onerror = reopen
  }
  open()
  return () => {
    closed = true
    clearTimeout(timer)
    clearTimeout(quiet)
    source?.close()
  }
}
