package history

import (
	"cmp"
	"slices"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/sla"
)

// Report compares how cases fared with how they would have fared.
type Report struct {
	From, To   time.Time // the period in which a cycle falls due; zero: open
	Cases      int
	Incomplete []string // cases whose log does not reach back to their opening
	Lines      []Line
	Changes    []Change
	Levels     [sla.Levels]struct{ Before, After int } // told, by level
	Escalated  []Told                                  // told under the other rules
}

// Line is one row of the comparison.
type Line struct {
	Subscriber string          `json:"subscriber,omitempty"`
	Metric     policy.Metric   `json:"metric"`
	Severity   policy.Severity `json:"severity"`
	Before     sla.Attainment  `json:"before"`
	After      sla.Attainment  `json:"after"`
}

// Change is a cycle that would have ended otherwise.
type Change struct {
	Case       string          `json:"case"`
	Subscriber string          `json:"subscriber"`
	Clock      string          `json:"clock"` // "initial", "follow-up 2"
	Severity   policy.Severity `json:"severity"`
	Fate       Fate            `json:"fate"`
	Before     *sla.Cycle      `json:"before,omitempty"`
	After      *sla.Cycle      `json:"after,omitempty"`
}

// Fate says what would have become of a cycle.
type Fate string

// The fates.
const (
	Saved       Fate = "saved"      // missed in truth, not missed there
	Missed      Fate = "missed"     // not missed in truth, missed there
	Unpromised  Fate = "unpromised" // had a target in truth, has none there
	NowPromised Fate = "promised"   // had none in truth, is met there
)

func (r *Report) within(t time.Time) bool {
	return !t.IsZero() && (r.From.IsZero() || !t.Before(r.From)) && (r.To.IsZero() || t.Before(r.To))
}

// falls tells whether a cycle falls due within the period.
func (r *Report) falls(c *sla.Cycle) bool { return c != nil && r.within(c.FellDue()) }

// Add takes a group's two fates into the report.
func (r *Report) Add(before, after Outcome) {
	for key := range before.Cases {
		r.Cases++
		r.compare(key, before.Cases[key], after.Cases[key])
	}
	for i, o := range []Outcome{before, after} {
		for _, t := range o.Told {
			if t.Level < 1 || t.Level > sla.Levels || !r.within(t.At) {
				continue
			}
			level := &r.Levels[t.Level-1]
			if i == 0 {
				level.Before++
			} else {
				level.After++
				r.Escalated = append(r.Escalated, t)
			}
		}
	}
}

func (r *Report) compare(key bot.Key, before, after *bot.Case) {
	var was, is []sla.Cycle
	was = before.Cycles
	if after != nil {
		is = after.Cycles
	}
	for i := range max(len(was), len(is)) {
		var b, a *sla.Cycle
		if i < len(was) {
			b = &was[i]
		}
		if i < len(is) {
			a = &is[i]
		}
		if r.falls(b) {
			r.line(key.Owner, b.Scope()).Before.Add(*b)
		}
		if r.falls(a) {
			r.line(key.Owner, a.Scope()).After.Add(*a)
		}
		if fate := fate(b, a); fate != "" && (r.falls(b) || r.falls(a)) {
			c := Change{Case: bot.CaseName(key), Subscriber: key.Owner, Fate: fate, Before: b, After: a}
			one := cmp.Or(b, a)
			c.Clock, c.Severity = bot.CycleName(*one), one.Severity
			r.Changes = append(r.Changes, c)
		}
	}
}

// fate tells what would have become of a cycle, "" where nothing worth telling.
// It goes by the outcomes alone: the period says only which cycles are looked at.
func fate(before, after *sla.Cycle) Fate {
	missed := func(c *sla.Cycle) bool { return c != nil && c.Outcome == sla.Breached && !c.Excused }
	met := func(c *sla.Cycle) bool { return c != nil && c.Outcome == sla.Met && !c.FellDue().IsZero() }
	none := func(c *sla.Cycle) bool { return c != nil && c.Target.None() && c.FellDue().IsZero() }
	excused := before != nil && before.Excused
	switch b, a := missed(before), missed(after); {
	case b && none(after), met(before) && none(after):
		return Unpromised
	case b && !a, excused && met(after):
		return Saved
	case a && !b:
		return Missed
	case none(before) && met(after):
		return NowPromised
	default:
		return ""
	}
}

func (r *Report) line(subscriber string, s sla.Scope) *Line {
	for i := range r.Lines {
		if l := &r.Lines[i]; l.Subscriber == subscriber && l.Metric == s.Metric && l.Severity == s.Severity {
			return l
		}
	}
	r.Lines = append(r.Lines, Line{Subscriber: subscriber, Metric: s.Metric, Severity: s.Severity})
	return &r.Lines[len(r.Lines)-1]
}

// Sort puts the report in order: it may have been added up in any.
func (r *Report) Sort() {
	slices.SortFunc(r.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Subscriber, b.Subscriber), -cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Severity, b.Severity))
	})
	slices.SortStableFunc(r.Changes, func(a, b Change) int { // the cycles of a case are in order
		return cmp.Or(cmp.Compare(a.Fate, b.Fate), cmp.Compare(a.Subscriber, b.Subscriber), compareNames(a.Case, b.Case))
	})
	slices.SortFunc(r.Escalated, func(a, b Told) int {
		return cmp.Or(a.At.Compare(b.At), compareNames(a.Case, b.Case), cmp.Compare(a.Level, b.Level))
	})
	slices.SortFunc(r.Incomplete, compareNames)
}

// compareNames orders cases by their numbers: ACME-9 before ACME-10.
func compareNames(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// Sum is the attainment of all lines of a severity and metric, or of all where
// they are zero.
func (r *Report) Sum(s sla.Scope) (before, after sla.Attainment) {
	for _, l := range r.Lines {
		if s.Metric != "" && l.Metric != s.Metric || s.Severity != 0 && l.Severity != s.Severity {
			continue
		}
		before = before.Plus(l.Before)
		after = after.Plus(l.After)
	}
	return before, after
}
