package sla

import (
	"time"

	"casebot/policy"
)

// Outcome is how a cycle stands.
type Outcome string

// The outcomes of a cycle.
const (
	Pending   Outcome = "pending"
	Met       Outcome = "met"
	Breached  Outcome = "breached"
	Cancelled Outcome = "cancelled"
	Merged    Outcome = "merged"
)

// Cycle is one target being run.
type Cycle struct {
	N          int             `json:"n"` // 0 the initial response, 1… the follow-ups
	Metric     policy.Metric   `json:"metric"`
	Severity   policy.Severity `json:"severity"`
	Target     policy.Target   `json:"target,omitzero"`
	Clock      policy.Clock    `json:"clock,omitempty"`
	Calendar   string          `json:"calendar,omitempty"` // the calendar's version at the anchor
	Package    string          `json:"package,omitempty"`  // the package and its version at the anchor
	Anchor     time.Time       `json:"anchor"`
	Term       Term            `json:"term,omitzero"` // what the due follows from; anchor and target unless a floor moved it
	Due        time.Time       `json:"due,omitzero"`  // zero: none (no target, or the clock stands still)
	Outcome    Outcome         `json:"outcome"`
	AnsweredAt time.Time       `json:"answered,omitzero"`
	BreachedAt time.Time       `json:"breached,omitzero"` // the due that passed, however late it was noticed (T6)
	EndedAt    time.Time       `json:"ended,omitzero"`
	Excused    bool            `json:"excused,omitempty"` // T16
	Warned     int             `json:"warned,omitempty"`  // the highest mark told of WarnedDue
	WarnedDue  time.Time       `json:"warned_due,omitzero"`
	WarnedOf   []Warning       `json:"warned_of,omitempty"` // what was told of other dues, to which this one may come back
}

// Start opens a cycle at its anchor. Which version of which package that was,
// the caller knows and names.
func Start(n int, m policy.Metric, s policy.Severity, p policy.Package, anchor time.Time, k Clocks) Cycle {
	target, clock := p.Target(s, m)
	c := Cycle{
		N: n, Metric: m, Severity: s, Target: target, Clock: clock,
		Calendar: k.On(clock).Version(anchor),
		Anchor:   anchor, Outcome: Pending,
		Term: Term{From: anchor, Amount: target, Clock: clock},
	}
	c.Due = k.due(c.Term)
	return c
}

// Refresh computes a pending cycle's due anew, since pauses and calendars may
// have changed. Ended cycles stay as they are (T11).
func (c Cycle) Refresh(k Clocks) Cycle {
	if c.Outcome == Pending {
		c.Due = k.due(c.Term)
	}
	return c
}

// Overdue tells whether a pending cycle's due has passed at now (T6: strictly,
// so from the next millisecond on, T51).
func (c Cycle) Overdue(now time.Time) bool {
	return c.Outcome == Pending && !c.Due.IsZero() && !now.Before(c.Alarm())
}

// Alarm is when a pending cycle's breach is to be noticed (T51); zero where
// nothing is due.
func (c Cycle) Alarm() time.Time {
	if c.Outcome != Pending || c.Due.IsZero() {
		return time.Time{}
	}
	return c.Due.Add(time.Millisecond)
}

// Unanswered tells whether a response would still end the cycle.
func (c Cycle) Unanswered() bool {
	return c.Outcome == Pending || (c.Outcome == Breached && c.AnsweredAt.IsZero() && c.EndedAt.IsZero())
}

// Breach records that the due has passed (T6).
func (c Cycle) Breach() Cycle {
	c.Outcome, c.BreachedAt = Breached, c.Due
	return c
}

// Respond ends the cycle with a response at the given instant (T6: met up to
// and including the due). A response stamped before a breach that was already
// recorded takes the breach back; corrected says so (the one allowed reversal).
func (c Cycle) Respond(at time.Time) (_ Cycle, corrected bool) {
	c.AnsweredAt, c.EndedAt = at, at
	switch {
	case c.Outcome == Breached && !at.After(c.BreachedAt):
		c.Outcome, c.BreachedAt, c.Excused, corrected = Met, time.Time{}, false, true
	case c.Outcome == Breached:
	case !c.Due.IsZero() && at.After(c.Due):
		c = c.Breach()
	default:
		c.Outcome = Met
	}
	return c, corrected
}

// End closes a cycle without a response, as cancelled or merged; a breach stays.
func (c Cycle) End(as Outcome, at time.Time) Cycle {
	if c.Outcome == Pending {
		c.Outcome, c.Due = as, time.Time{}
	}
	c.EndedAt = at
	return c
}

// Rearm moves the anchor of a pending cycle, as a burst of responses does (T18).
func (c Cycle) Rearm(anchor time.Time, k Clocks) Cycle {
	if c.Outcome != Pending {
		return c
	}
	c.Anchor, c.Calendar = anchor, k.On(c.Clock).Version(anchor)
	c.Term = Term{From: anchor, Amount: c.Target, Clock: c.Clock}
	return c.Refresh(k)
}

// Floors is the least time that a raise leaves (T28), by the new severity.
// Severity 3's is severity 2's (T35).
type Floors [2]time.Duration

// DefaultFloors are 30 minutes elapsed for severity 1 and one business hour for others.
var DefaultFloors = Floors{30 * time.Minute, time.Hour}

// term is the floor as a term; the zero Term where there is none, which leaves
// a raise purely retroactive.
func (f Floors) term(s policy.Severity, clock policy.Clock, t time.Time) Term {
	d := f[1]
	switch {
	case s == policy.Severity1:
		d, clock = f[0], policy.Clock24x7
	case clock == "": // nothing is promised, so no clock is set
		clock = policy.ClockBusiness
	}
	return Term{From: t, Amount: policy.Target{Duration: d}, Clock: clock}
}

// Change recomputes a pending cycle for another severity at t (T28): from its
// original anchor with the new target and clock. Lower severity: never earlier
// than before. Higher: never later than before, and never before t plus the
// floor unless the old due was. Ended cycles are left alone (T29).
func (c Cycle) Change(s policy.Severity, p policy.Package, t time.Time, floors Floors, k Clocks) Cycle {
	if c.Outcome != Pending || s == c.Severity {
		return c
	}
	old, now := c.Term, k
	k = k.ResumedAt(t)
	oldDue, hadDue := k.Due(old)
	raise := s < c.Severity
	c.Severity = s
	c.Target, c.Clock = p.Target(s, c.Metric)
	c.Calendar = k.On(c.Clock).Version(c.Anchor)
	fresh := Term{From: c.Anchor, Amount: c.Target, Clock: c.Clock}
	freshDue, hasDue := k.Due(fresh)
	c.Term = fresh
	switch {
	case raise && !hasDue:
		c.Term = old // a raise takes no promise away
	case !hasDue || !hadDue && !raise:
		// No target on one side: the new severity's promise stands as it is.
	case raise:
		floor := floors.term(s, c.Clock, t)
		if at, ok := k.Due(floor); ok && at.After(freshDue) {
			c.Term, freshDue = floor, at
		}
		if hadDue && oldDue.Before(freshDue) {
			c.Term = old
		}
	case oldDue.After(freshDue):
		c.Term = old
	}
	return c.Refresh(now)
}

// Earliest takes over the due of a merged case's cycle where that is earlier,
// but never before t plus the floor (T35).
func (c Cycle) Earliest(other Cycle, t time.Time, floors Floors, k Clocks) Cycle {
	if c.Outcome != Pending {
		return c
	}
	now := k
	k = k.ResumedAt(t)
	term := other.Term
	due, ok := k.Due(term)
	if !ok {
		return c
	}
	floor := floors.term(c.Severity, c.Clock, t)
	if at := k.due(floor); at.After(due) {
		term, due = floor, at
	}
	if mine, ok := k.Due(c.Term); !ok || due.Before(mine) {
		c.Term = term
	}
	return c.Refresh(now)
}

// Wait takes the due away from a pending cycle while the customer is asked (T19).
func (c Cycle) Wait() Cycle {
	if c.Outcome == Pending {
		c.Term, c.Due = Term{}, time.Time{}
	}
	return c
}

// Reanchor moves a pending cycle to an earlier anchor (T35), no nearer than t
// plus the floor and never later than before.
func (c Cycle) Reanchor(anchor, t time.Time, floors Floors, k Clocks) Cycle {
	if c.Outcome != Pending {
		return c
	}
	other := Cycle{Term: Term{From: anchor, Amount: c.Target, Clock: c.Clock}}
	c = c.Earliest(other, t, floors, k)
	c.Anchor = anchor
	return c
}
