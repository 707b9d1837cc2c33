// Times as the page shows them: simulated and in UTC, the same in every
// browser; the viewer's own zone is in the hover.
import { strings } from './strings.js'

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const longDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const longMonths = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
  'October', 'November', 'December']

const two = n => String(n).padStart(2, '0')

export const dayOf = t => t.toISOString().slice(0, 10)
export const hhmm = t => `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`
const dayText = t => `${days[t.getUTCDay()]} ${t.getUTCDate()} ${months[t.getUTCMonth()]}`
export const full = t => `${dayText(t)} ${t.getUTCFullYear()}, ${hhmm(t)}:${two(t.getUTCSeconds())} UTC`
export const short = t => `${dayText(t)}, ${hhmm(t)} UTC`

// parts of the clock, so that a narrow page may leave some out.
export const parts = t => ({
  day: days[t.getUTCDay()], date: `${t.getUTCDate()} ${months[t.getUTCMonth()]}`, year: String(t.getUTCFullYear()),
  time: hhmm(t), seconds: two(t.getUTCSeconds()),
})

// dividerText names a day as seen from now.
export function dividerText(t, now) {
  const day = 86_400_000
  const from = Date.parse(dayOf(t)), to = Date.parse(dayOf(now))
  const text = `${longDays[t.getUTCDay()]}, ${t.getUTCDate()} ${longMonths[t.getUTCMonth()]}`
  if (from === to) return `${strings.today} · ${text}`
  if (to - from === day) return `${strings.yesterday} · ${text}`
  return t.getUTCFullYear() === now.getUTCFullYear() ? text : `${text} ${t.getUTCFullYear()}`
}

// since says when a reply was, as short as it can be.
export const since = (t, now) => dayOf(t) === dayOf(now) ? hhmm(t) : `${dayText(t)}, ${hhmm(t)}`

const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' })
export const hover = t => `${full(t)}\n${strings.inYourZone(local.format(t))}`
