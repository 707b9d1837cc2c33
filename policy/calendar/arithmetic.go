package calendar

import "time"

// Open reports whether t is business time (T4).
func (c *Calendar) Open(t time.Time) bool {
	i := at(t)
	for range c.open(i, i+1, nil) {
		return true
	}
	return false
}

// Between returns the business time in [from, to) outside the pauses, which
// may overlap and come in any order (T33). It is zero if to is not after from.
func (c *Calendar) Between(from, to time.Time, pauses ...Span) (total time.Duration) {
	for s := range c.open(at(from), at(to), inOrder(pauses)) {
		total += s.to - s.from
	}
	return total
}

// Add returns the earliest instant not before from with exactly d of business
// time outside the pauses in between; for a d of zero, or less, that is the
// first open one (T5, T7). It is not ok if there is none in sight (T10).
func (c *Calendar) Add(from time.Time, d time.Duration, pauses ...Span) (due time.Time, ok bool) {
	left := max(d, 0)
	for s := range c.search(from, inOrder(pauses)) {
		if left <= s.to-s.from {
			return utc(s.from + left), true
		}
		left -= s.to - s.from
	}
	return time.Time{}, false
}

// NextOpen returns the earliest open instant not before t.
func (c *Calendar) NextOpen(t time.Time, pauses ...Span) (time.Time, bool) {
	return c.Add(t, 0, pauses...)
}

// NextDay returns the opening of the next business day: the first open instant
// on a date after t's (T38).
func (c *Calendar) NextDay(t time.Time, pauses ...Span) (time.Time, bool) {
	today := dayOf(c.wall(at(t)))
	for s := range c.search(t, inOrder(pauses)) {
		if s.day > today {
			return utc(s.from), true
		}
	}
	return time.Time{}, false
}

// AddDays returns n business days after from: the same local time on the n-th
// following date with open time. Outside that date's hours it is its next
// opening, or else its last closing. What business time the pauses take away
// until then is added (T50).
func (c *Calendar) AddDays(from time.Time, n int, pauses ...Span) (time.Time, bool) {
	if n <= 0 {
		return c.NextOpen(from, pauses...)
	}
	due, ok := c.sameTime(from, n)
	if !ok || len(pauses) == 0 {
		return due, ok
	}
	if paused := c.Between(from, due) - c.Between(from, due, pauses...); paused > 0 {
		return c.Add(due, paused, pauses...)
	}
	if paused(at(due)-1, pauses) {
		// The pause took no business time, so due is an opening; it may go on.
		return c.NextOpen(due, pauses...)
	}
	return due, true
}

// sameTime finds the time of day of from on the n-th following business day.
func (c *Calendar) sameTime(from time.Time, n int) (due time.Time, ok bool) {
	wall := c.wall(at(from))
	today := dayOf(wall)
	clock := wall - today.midnight()
	for s := range c.search(from, nil) {
		if s.day > today && n > 0 {
			today = s.day
			n--
		}
		switch wanted := s.day.midnight() + clock; {
		case n > 0 || s.day < today:
		case s.day > today:
			return due, true // the last closing
		case wanted < s.to+s.east:
			return utc(max(s.from, wanted-s.east)), true
		default:
			due = utc(s.to)
		}
	}
	return time.Time{}, false
}

// Days counts the business days, dates with open time, after from's local date
// up to and including to's.
func (c *Calendar) Days(from, to time.Time) (n int) {
	last, final := dayOf(c.wall(at(from))), dayOf(c.wall(at(to)))
	for s := range c.open(at(from), at(to)+2*dayLength, nil) {
		if s.day > final {
			break
		}
		if s.day > last {
			last = s.day
			n++
		}
	}
	return n
}
