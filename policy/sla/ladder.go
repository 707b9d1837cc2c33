package sla

import (
	"time"

	"casebot/policy"
)

// Levels is how many levels a ladder has (T38): team lead, support manager,
// director, executive on duty. Level 0 is the assignee.
const Levels = 4

// repeatSeverity1 is how often the last level repeats for severity 1 (T38).
const repeatSeverity1 = 2 * time.Hour

// Steps is the time between two levels by severity, on the cycle's clock (T38).
type Steps [3]time.Duration

// DefaultSteps are 30 minutes, 2 hours and 4 hours.
var DefaultSteps = Steps{30 * time.Minute, 2 * time.Hour, 4 * time.Hour}

// Ladder is a climb: it starts with a breach and ends with a response.
type Ladder struct {
	Cycle    int             `json:"cycle"` // N of the breached cycle
	Metric   policy.Metric   `json:"metric"`
	Due      time.Time       `json:"due"` // what was missed
	Severity policy.Severity `json:"severity"`
	Clock    policy.Clock    `json:"clock"`
	Level    int             `json:"level"`            // the active level; 0 until the first is told
	Repeat   int             `json:"repeat,omitempty"` // how often the last level was repeated
	At       time.Time       `json:"at,omitzero"`      // when the active level, or its repeat, fell due
	Next     Term            `json:"next"`             // when the next level or repeat is due
	Untold   bool            `json:"untold,omitempty"` // the active level has yet to hear of the breach that took the climb over
	Start    int             `json:"start"`            // the level that the breach started at (T39)
	AckedBy  string          `json:"acked_by,omitempty"`
	AckedAt  time.Time       `json:"acked,omitzero"`
}

// Climb starts the ladder of a breached cycle, the nth unexcused breach of its
// case (1…): the second starts at level 2, the third and later at 3 (T39).
func Climb(c Cycle, nth int) Ladder {
	return Ladder{
		Cycle: c.N, Metric: c.Metric, Due: c.BreachedAt, Severity: c.Severity, Clock: c.clock(),
		Start: min(max(nth, 1), 3), Next: Term{At: c.BreachedAt.Add(time.Millisecond)},
	}
}

// TakeOver makes a running climb that of another breach, the nth of its case:
// one below the active level is told to that level and starts no second climb
// (T35); one that starts higher goes on from there (T39).
func (l Ladder) TakeOver(c Cycle, nth int) Ladder {
	fresh, level := Climb(c, nth), l.Level
	if level == 0 { // not told yet, as in a suspension
		level = l.Start
	}
	if level < fresh.Start {
		return fresh
	}
	l.Cycle, l.Metric, l.Due, l.Untold = c.N, c.Metric, c.BreachedAt, l.Level > 0
	return l
}

// MoveTo hands a running climb to the cycle of the case that this one is merged
// into: level and running step stay, what follows goes by that case's severity (T35).
func (l Ladder) MoveTo(cycle int, s policy.Severity, clock policy.Clock) Ladder {
	l.Cycle, l.Severity = cycle, s
	if clock != "" { // none where that case is promised nothing
		l.Clock = clock
	}
	return l
}

// Rung is one level that fell due.
type Rung struct {
	Level  int
	Repeat int
	At     time.Time
}

// NextAt returns when the ladder wants to be looked at; zero: never (paused
// without an end, or acknowledged on the last level).
func (l Ladder) NextAt(k Clocks) time.Time { return k.due(l.Next) }

// Advance climbs to now. It returns the rung that is due now and those that
// were skipped, because nobody looked in time (T41) or because a level is
// absent (T40); due.Level is 0 where nothing is. present tells whether anybody
// is on a level.
func (l Ladder) Advance(now time.Time, steps Steps, k Clocks, present func(level int) bool) (_ Ladder, due Rung, skipped []Rung) {
	var began time.Time // when the step began of a level that is absent: the next one's begins there too
	for {
		at, ok := k.Due(l.Next)
		if !ok || at.After(now) {
			if l.Untold && due.Level == 0 {
				due = Rung{Level: l.Level, Repeat: l.Repeat, At: now}
			}
			l.Untold = false
			return l, due, skipped
		}
		rung, step := Rung{Level: l.Level + 1, At: at}, at
		switch l.Level {
		case 0: // told a moment after the breach, which the step begins with
			rung.Level, step = l.Start, l.Due
		case Levels:
			rung.Level, rung.Repeat = Levels, l.Repeat+1
		}
		if !began.IsZero() {
			step, began = began, time.Time{}
		}
		if due.Level > 0 {
			skipped = append(skipped, due)
		}
		due = rung
		l.Level, l.Repeat, l.At = rung.Level, rung.Repeat, step
		if rung.Level < Levels && !present(rung.Level) {
			l.Next, began = Term{At: at}, step
			continue
		}
		l.Next = l.after(step, steps)
	}
}

// after returns the term that follows a level told at the given instant.
func (l Ladder) after(at time.Time, steps Steps) Term {
	switch {
	case l.Level < Levels:
		return Term{From: at, Amount: policy.Target{Duration: steps[l.Severity-1]}, Clock: l.Clock}
	case !l.AckedAt.IsZero():
		return Term{}
	case l.Severity == policy.Severity1:
		return Term{From: at, Amount: policy.Target{Duration: repeatSeverity1}, Clock: policy.Clock24x7}
	default:
		return Term{From: at, NextDay: true}
	}
}

// Acknowledge stops the repeats of the last level, not the climb (T39).
func (l Ladder) Acknowledge(by string, at time.Time) Ladder {
	l.AckedBy, l.AckedAt = by, at
	if l.Level == Levels {
		l.Next = Term{}
	}
	return l
}

// Change measures the running step anew from its start for another severity at
// t: lowered, never earlier than before; raised, never later than before and
// never before t (T38).
func (l Ladder) Change(s policy.Severity, clock policy.Clock, t time.Time, steps Steps, k Clocks) Ladder {
	raise := s < l.Severity
	if s == l.Severity {
		return l
	}
	l.Severity, l.Clock = s, clock
	old := l.Next
	if l.Level == 0 || old == (Term{}) {
		return l
	}
	k = k.ResumedAt(t)
	fresh := l.after(l.At, steps)
	freshAt, oldAt := k.due(fresh), k.due(old)
	if raise && freshAt.Before(t) {
		fresh, freshAt = Term{At: t}, t
	}
	l.Next = fresh
	if raise && !oldAt.IsZero() && oldAt.Before(freshAt) || !raise && oldAt.After(freshAt) {
		l.Next = old
	}
	return l
}
