package sla

import (
	"slices"
	"time"

	"casebot/policy"
	"casebot/policy/calendar"
)

// Clocks is the time that a subscriber's cases run on: its support calendar,
// and the spans in which all its clocks stand still (SLA T33).
type Clocks struct {
	Business *calendar.Calendar
	Pauses   []calendar.Span
}

var elapsed = calendar.Elapsed()

// On returns the calendar of a clock (SLA T2).
func (k Clocks) On(c policy.Clock) *calendar.Calendar {
	if c == policy.ClockBusiness {
		return k.Business
	}
	return elapsed
}

// Paused tells whether the clocks stand still at t.
func (k Clocks) Paused(t time.Time) bool {
	for _, p := range k.Pauses {
		if !t.Before(p.From) && (p.To.IsZero() || t.Before(p.To)) {
			return true
		}
	}
	return false
}

// PausedUntil returns when the pause of t ends; zero where there is none or it
// has no end yet.
func (k Clocks) PausedUntil(t time.Time) time.Time {
	for _, p := range k.Pauses {
		if !t.Before(p.From) && t.Before(p.To) {
			return p.To
		}
	}
	return time.Time{}
}

// ResumedAt is the clocks as if a pause that still runs ended at t. Terms are
// compared on them: while the clocks stand still, none of them has a due time.
func (k Clocks) ResumedAt(t time.Time) Clocks {
	for i, p := range k.Pauses {
		if p.To.IsZero() {
			if t.Before(p.From) { // stamped before it began
				t = p.From
			}
			k.Pauses = slices.Clone(k.Pauses)
			k.Pauses[i].To = t
			return k
		}
	}
	return k
}

// Known is the clocks as they were known at t: without what was published of the
// calendar later, without the pauses that began later, and without the ends of
// those that had not ended.
func (k Clocks) Known(t time.Time) Clocks {
	var pauses []calendar.Span
	for _, p := range k.Pauses {
		switch {
		case p.From.After(t):
			continue
		case p.To.After(t):
			p.To = time.Time{}
		}
		pauses = append(pauses, p)
	}
	return Clocks{Business: k.Business.Known(t), Pauses: pauses}
}

// Term is where a due time comes from: an amount of a clock, counted from a
// moment. The zero Term is never due.
type Term struct {
	From    time.Time     `json:"from,omitzero"`
	Amount  policy.Target `json:"amount,omitzero"`
	Clock   policy.Clock  `json:"clock,omitempty"`
	NextDay bool          `json:"next_day,omitempty"` // the opening of the next business day instead of an amount
	At      time.Time     `json:"at,omitzero"`        // a fixed instant instead of an amount
}

// Due returns when the term runs out, and false where it never does: no
// target, a clock that stands still with no end, or none open within the
// search cap (SLA T10).
func (k Clocks) Due(t Term) (time.Time, bool) {
	switch {
	case !t.At.IsZero():
		return t.At, true
	case t.NextDay:
		return k.Business.NextDay(t.From, k.Pauses...)
	case t.From.IsZero() || t.Amount.None():
		return time.Time{}, false
	case t.Amount.Days > 0:
		return k.On(t.Clock).AddDays(t.From, t.Amount.Days, k.Pauses...)
	default:
		return k.On(t.Clock).Add(t.From, t.Amount.Duration, k.Pauses...)
	}
}

// due is Due with the zero time for never.
func (k Clocks) due(t Term) time.Time {
	if at, ok := k.Due(t); ok {
		return at
	}
	return time.Time{}
}
