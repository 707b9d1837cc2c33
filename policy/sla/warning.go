package sla

import (
	"slices"
	"time"

	"casebot/policy"
)

// shortTarget is the longest target that is warned of only once (T37).
const shortTarget = time.Hour

// DefaultMarks are the warning marks in percent of the target's clock time (T37).
var DefaultMarks = []int{50, 75, 90}

// Warning is the highest mark that was told of a due.
type Warning struct {
	Due  time.Time `json:"due"`
	Mark int       `json:"mark"`
}

// clock is the one that the way to the due is measured on: the term's where
// nothing is promised and the due was taken over (T35).
func (c Cycle) clock() policy.Clock {
	if c.Clock == "" {
		return c.Term.Clock
	}
	return c.Clock
}

// marks returns the marks that hold for a cycle: a short target has only the
// middle one.
func (c Cycle) marks(all []int) []int {
	if !c.Target.None() && c.Target.Days == 0 && c.Target.Duration <= shortTarget && slices.Contains(all, 75) {
		return []int{75}
	}
	return all
}

// at returns the instant of a mark: p percent of the clock time from anchor to due.
func (c Cycle) at(mark int, k Clocks) (time.Time, bool) {
	clock := k.On(c.clock())
	whole := clock.Between(c.Anchor, c.Due, k.Pauses...)
	return clock.Add(c.Anchor, whole*time.Duration(mark)/100, k.Pauses...)
}

// Used returns how much of the clock time from anchor to due has passed at
// now, in percent; 0 for a cycle without a due.
func (c Cycle) Used(now time.Time, k Clocks) int {
	if c.Due.IsZero() {
		return 0
	}
	clock := k.On(c.clock())
	whole := clock.Between(c.Anchor, c.Due, k.Pauses...)
	if whole <= 0 {
		return 100
	}
	return int(clock.Between(c.Anchor, now, k.Pauses...) * 100 / whole)
}

// NextWarning returns when the next mark is reached that was not told of this
// due yet; zero: never.
func (c Cycle) NextWarning(marks []int, k Clocks) time.Time {
	if c.Outcome != Pending || c.Due.IsZero() {
		return time.Time{}
	}
	for _, mark := range c.marks(marks) {
		if c.told(mark) {
			continue
		}
		if at, ok := c.at(mark, k); ok {
			return at
		}
	}
	return time.Time{}
}

// Warn returns the highest mark that was reached at now and not told of this
// due yet, 0 for none. A due that moved has all its marks before it again, but
// only the highest one already passed is told (T37).
func (c Cycle) Warn(now time.Time, marks []int, k Clocks) (Cycle, int) {
	if c.Outcome != Pending || c.Due.IsZero() || now.After(c.Due) {
		return c, 0
	}
	highest := 0
	for _, mark := range c.marks(marks) {
		if c.told(mark) {
			continue
		}
		if at, ok := c.at(mark, k); !ok || at.After(now) {
			break // marks rise, so none above was reached either
		}
		highest = mark
	}
	if highest > 0 {
		c = c.tell(highest)
	}
	return c, highest
}

// tell remembers that a mark was told of the due. What was told of others is
// kept: a due may come back (corner 10), its warnings don't (T37).
func (c Cycle) tell(mark int) Cycle {
	if !c.WarnedDue.IsZero() && !c.WarnedDue.Equal(c.Due) {
		of := slices.Clone(c.WarnedOf)
		of = slices.DeleteFunc(of, func(w Warning) bool { return w.Due.Equal(c.Due) })
		c.WarnedOf = append(of, Warning{Due: c.WarnedDue, Mark: c.Warned})
	}
	c.Warned, c.WarnedDue = mark, c.Due
	return c
}

func (c Cycle) told(mark int) bool {
	if c.WarnedDue.Equal(c.Due) {
		return c.Warned >= mark
	}
	return slices.ContainsFunc(c.WarnedOf, func(w Warning) bool { return w.Due.Equal(c.Due) && w.Mark >= mark })
}

// Late tells whether t lies in the last quarter of the target, where lowering
// the severity is flagged (T30), also while the clock stands still.
func (c Cycle) Late(t time.Time, k Clocks) bool {
	k = k.ResumedAt(t)
	c = c.Refresh(k)
	return c.Outcome == Pending && !c.Due.IsZero() && c.Used(t, k) >= 75
}

// Clocked is the clock time from the anchor to t, for cycles without a target (T3).
func (c Cycle) Clocked(t time.Time, k Clocks) time.Duration {
	clock := c.Clock
	if clock == "" {
		clock = policy.Clock24x7
	}
	return k.On(clock).Between(c.Anchor, t, k.Pauses...)
}
