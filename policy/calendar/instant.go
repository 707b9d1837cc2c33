package calendar

import "time"

// instant counts the nanoseconds since 1970-01-01T00:00:00Z. Being a
// duration, it adds up with windows and offsets without any conversion.
type instant = time.Duration

// The horizon: a calendar is open between dawn and dusk only. Its 290 years
// are just short of the longest time.Duration, so no sum can overflow.
const (
	dawn instant = -1893456000 * time.Second // 1910-01-01T00:00:00Z
	dusk instant = 7258118400 * time.Second  // 2200-01-01T00:00:00Z
)

// FirstYear and LastYear are the years of the horizon.
const (
	FirstYear = 1910
	LastYear  = 2199
)

// at converts t; instants beyond the horizon become its nearest closed one.
func at(t time.Time) instant {
	seconds := t.Unix()
	switch {
	case seconds < int64(dawn/time.Second):
		return dawn - 1
	case seconds >= int64(dusk/time.Second):
		return dusk
	}
	return instant(seconds)*time.Second + instant(t.Nanosecond())
}

// utc converts i back.
func utc(i instant) time.Time { return time.Unix(0, int64(i)).UTC() }

// Span is the time from From up to, not including, To. A zero To means that
// the span is still running. One that ends before it begins is empty.
type Span struct{ From, To time.Time }

// bounds returns the two ends of s as instants.
func (s Span) bounds() (from, to instant) {
	from = at(s.From)
	if s.To.IsZero() {
		return from, dusk
	}
	return from, max(from, at(s.To))
}
