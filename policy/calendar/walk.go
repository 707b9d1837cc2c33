package calendar

import (
	"iter"
	"slices"
	"time"
)

// stretch is open time without a break: the instants [from, to), on one local
// date and under one offset from UTC.
type stretch struct {
	from, to instant
	day      day
	east     time.Duration
}

// open yields the open stretches of [from, to) in order, with the pauses cut
// out. The pauses must be in order. It and search are small enough to be
// inlined, which keeps loops over them free of allocations.
func (c *Calendar) open(from, to instant, pauses []Span) iter.Seq[stretch] {
	return func(yield func(stretch) bool) { c.walk(from, to, pauses, yield) }
}

// walk is the whole arithmetic: regime by regime, date by date, window by
// window. Within a regime a wall time is an instant plus the offset, whatever
// the clocks do at its ends, so clipping each window to its regime counts a
// repeated hour twice and a skipped one not at all (T4, T9).
func (c *Calendar) walk(from, to instant, pauses []Span, yield func(stretch) bool) {
	for i := c.regimeAt(from); i < len(c.regimes) && c.regimes[i].from < to; i++ {
		r := &c.regimes[i]
		begin, end := max(from, r.from), min(to, r.to)
		for d := dayOf(begin + r.east); d.midnight()-r.east < end; d++ {
			midnight := d.midnight() - r.east
			for _, h := range r.on(d) {
				s := stretch{max(begin, midnight+h.from), min(end, midnight+h.to), d, r.east}
				if s.from < s.to && !s.cut(pauses, yield) {
					return
				}
			}
		}
	}
}

// cut yields what the pauses leave of s.
func (s stretch) cut(pauses []Span, yield func(stretch) bool) bool {
	for _, p := range pauses {
		from, to := p.bounds()
		if from >= s.to {
			break
		}
		if to <= s.from {
			continue
		}
		if before := (stretch{s.from, from, s.day, s.east}); before.from < before.to && !yield(before) {
			return false
		}
		if s.from = to; s.from >= s.to {
			return true
		}
	}
	return yield(s)
}

// search yields the open stretches after from as far as T10 lets it look.
func (c *Calendar) search(from time.Time, pauses []Span) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		begin := at(from)
		c.walk(begin, c.limit(begin, pauses), pauses, yield)
	}
}

// limit is where a search ends: patience after the later of its beginning and
// the end of the last pause, but before a pause without an end. From before
// the horizon nothing is looked for.
func (c *Calendar) limit(from instant, pauses []Span) instant {
	if from < dawn {
		return from
	}
	last, never := from, dusk
	for _, p := range pauses {
		if begin, end := p.bounds(); p.To.IsZero() {
			never = min(never, begin)
		} else {
			last = max(last, end)
		}
	}
	return min(never, min(last, dusk-c.patience)+c.patience)
}

// inOrder returns the pauses by their beginning. It copies only if it must.
func inOrder(pauses []Span) []Span {
	byBeginning := func(a, b Span) int { return a.From.Compare(b.From) }
	if slices.IsSortedFunc(pauses, byBeginning) {
		return pauses
	}
	pauses = slices.Clone(pauses)
	slices.SortFunc(pauses, byBeginning)
	return pauses
}

// paused reports whether the clock stands still at i.
func paused(i instant, pauses []Span) bool {
	return slices.ContainsFunc(pauses, func(p Span) bool {
		from, to := p.bounds()
		return from <= i && i < to
	})
}
