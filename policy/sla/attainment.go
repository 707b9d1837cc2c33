package sla

import (
	"time"

	"casebot/policy"
)

// FellDue is when a cycle's target ran out, the zero time where it has none:
// the moment by which it counts in a period (T48).
func (c Cycle) FellDue() time.Time {
	if c.Outcome == Breached {
		return c.BreachedAt
	}
	return c.Due
}

// Attainment counts the outcomes of cycles (T48).
type Attainment struct {
	Met      int `json:"met"`
	Breached int `json:"breached"`
	Excused  int `json:"excused,omitempty"` // outside the others, shown apart
}

// Add counts a cycle: what was met or breached, and nothing that is pending,
// cancelled, merged, or had no target.
func (a *Attainment) Add(c Cycle) {
	switch {
	case c.FellDue().IsZero():
	case c.Excused:
		a.Excused++
	case c.Outcome == Met:
		a.Met++
	case c.Outcome == Breached:
		a.Breached++
	}
}

// Of is how many outcomes the share is taken of.
func (a Attainment) Of() int { return a.Met + a.Breached }

// Percent is the share that was met, rounded down, and false where there was
// nothing to meet: that is "n/a", never 100 %.
func (a Attainment) Percent() (int, bool) {
	if a.Of() == 0 {
		return 0, false
	}
	return a.Met * 100 / a.Of(), true
}

// Scope is what an attainment is counted by.
type Scope struct {
	Metric   policy.Metric   `json:"metric"`
	Severity policy.Severity `json:"severity"`
}

// Scope is where the cycle counts.
func (c Cycle) Scope() Scope { return Scope{Metric: c.Metric, Severity: c.Severity} }

// Plus adds two counts up.
func (a Attainment) Plus(b Attainment) Attainment {
	return Attainment{Met: a.Met + b.Met, Breached: a.Breached + b.Breached, Excused: a.Excused + b.Excused}
}
