// Package calendar is the arithmetic of business time: when is a target due,
// how much of it is used up, when does the desk open next. It implements rules
// T2, T4-T11, T33 and T50 of the service levels.
//
// # Model
//
// An instant is business time if the wall clock of the calendar's zone then
// shows a time inside a window of that weekday, on a date that is no holiday
// and outside that date's breaks and all pauses. Windows, breaks and pauses are
// half-open: the opening is inside, the closing is not. An overnight window is
// short for two, up to 24:00 and from 00:00 on the next weekday, and each
// obeys its own date. That is all; durations are real elapsed time, to the
// nanosecond.
//
// Daylight saving needs no rules of its own. New cuts time into regimes, within
// which the version of the calendar and the offset from UTC stay the same, so
// that a wall time is an instant plus a constant:
//
//	regimes    |---- MST, version 1 ----|------- MDT, version 1 -------|-- MDT, version 2 --
//	dates      |  Fri  |  Sat  |  Sun   |  Sun  |  Mon  |  Tue  |  Wed |  Wed  |  Thu  |
//	windows      #####                            #####   #####   ####   #####   #####
//	pauses                                          --
//
// A walk goes through regimes, dates and windows, clips each window to its
// regime and cuts out the pauses. An hour that the clocks skip lies between
// two regimes, one that they repeat lies in both, a date that a zone left out
// is in none. Every answer is read off the stretches that the walk yields.
//
// # Invariants
//
//   - Between(from, due) == d if Add(from, d) is due, whatever the pauses.
//   - due is the earliest such instant: a target that runs out at closing is
//     due at closing. A target of zero is due at the first open instant.
//   - Between(a, b) + Between(b, c) == Between(a, c) for a ≤ b ≤ c.
//   - Each instant follows the version valid then, which begins at midnight of
//     its own zone. The first version also holds for all time before it.
//   - Every search ends: 400 days after its start or after the last pause,
//     whichever is later, or where a pause without an end begins. Then there
//     is no due time, and ok is false.
//   - Calendars are open between the years 1910 and 2199 only, about the
//     longest time a time.Duration can span, so nothing overflows.
//   - A calendar never changes and answers without allocating; pauses that are
//     out of order are sorted in a copy.
//
// Nothing here asks for the present time, the contact's zone or the server's.
package calendar
