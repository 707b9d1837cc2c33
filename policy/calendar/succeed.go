package calendar

import "time"

// Succeed returns c as it holds if it was published at an instant in place of
// before: all time up to then stays before's, whatever day a version of c
// claims to begin on (T11). An instant that lies before the one at which before
// was published itself counts as that one.
func (c *Calendar) Succeed(before *Calendar, published time.Time) *Calendar {
	next := *c
	next.before, next.published = before, max(at(published), before.published)
	next.regimes = nil
	for _, r := range before.regimes {
		if r.to = min(r.to, next.published); r.from < r.to {
			next.regimes = append(next.regimes, r)
		}
	}
	for _, r := range c.regimes {
		if r.from = max(r.from, next.published); r.from < r.to {
			next.regimes = append(next.regimes, r)
		}
	}
	return &next
}

// Known returns the calendar as it was known at t: what was published later
// is left out.
func (c *Calendar) Known(t time.Time) *Calendar {
	for c.before != nil && at(t) < c.published {
		c = c.before
	}
	return c
}

// Published returns when the calendar was published in place of another one,
// and zero where it always held.
func (c *Calendar) Published() time.Time {
	if c.before == nil {
		return time.Time{}
	}
	return utc(c.published)
}
