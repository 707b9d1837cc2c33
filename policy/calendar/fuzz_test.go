package calendar

import (
	"strings"
	"testing"
	"time"
)

// FuzzCalendar looks for specs that hang or panic, and checks what must hold
// of any calendar and any pauses:
//
//   - Add and Between are inverse, and due is the earliest such instant (T5);
//   - Between adds up;
//   - NextDay and AddDays go forward.
func FuzzCalendar(f *testing.F) {
	type seed struct {
		zone, hours, country, date, closed string
		start, d, pause, length            int64
	}
	const hour = int64(time.Hour)
	for _, s := range []seed{
		{"America/Denver", "mon-fri 07:00-18:00", "us", "2026-07-03", "12:00-13:00", 1772839800, 8 * hour, 2 * hour, 20 * hour},
		{"Europe/Rome", "mon-fri 09:00-13:00;mon-fri 14:00-18:00", "it", "", "", 1774598400, 16 * hour, 0, 0},
		{"Pacific/Apia", "sun-sat 22:00-06:00", "", "2011-12-29", "23:00-01:00", 1325160000, 11 * hour, -hour, 3 * hour},
		{"Australia/Lord_Howe", "sat-mon 01:45-02:15", "", "2026-04-05", "", 1775300000, hour, 1, 1},
		{"Asia/Beirut", "sun-sat 00:00-24:00", "gb", "2026-03-29", "", 1774700000, 240 * hour, 5 * hour, 1000 * hour},
		{"UTC", "wed 12:00-12:01", "jp", "", "", 0, 2 * hour, 0, -hour},
		{"Asia/Tokyo", "thu 12:00-12:01", "de", "", "", -7e10, 0, 0, 0},
		{"Africa/Cairo", "sun-thu 08:00-16:00", "fr", "2199-12-31", "00:00-24:00", 1 << 60, 0, 1 << 61, 1 << 62},
		{"Europe/Dublin", "mon,wed-fri 00:00-00:30", "gb", "1916-05-21", "", -1691964000, 3 * hour, hour, hour},
	} {
		f.Add(s.zone, s.hours, s.country, s.date, s.closed, s.start, s.d, s.pause, s.length)
	}
	f.Fuzz(func(t *testing.T, zone, hours, country, date, closed string, start, d, pause, length int64) {
		spec := Spec{Timezone: zone, Country: country, Hours: map[string][]string{}}
		for line := range strings.SplitSeq(hours, ";") {
			days, window, _ := strings.Cut(line, " ")
			spec.Hours[days] = append(spec.Hours[days], window)
		}
		if on, err := ParseDate(date); err == nil && closed == "" {
			spec.Add = []Date{on}
		} else if err == nil {
			spec.Breaks = map[Date][]string{on: {closed}}
		}
		c, err := New("fuzz", spec)
		if err != nil {
			return
		}
		from := time.Unix(start, start%1e9).UTC()
		begin := from.Add(time.Duration(pause))
		pauses := []Span{{begin, begin.Add(time.Duration(length))}, {begin.Add(time.Hour), begin.Add(2 * time.Hour)}}
		d = max(d, 0)
		holds(t, c, from, time.Duration(d), nil)
		holds(t, c, from, time.Duration(d), pauses)
	})
}

func holds(t *testing.T, c *Calendar, from time.Time, d time.Duration, pauses []Span) {
	t.Helper()
	open := func(u time.Time) bool { return c.Open(u) && !paused(at(u), pauses) }
	if due, ok := c.Add(from, d, pauses...); ok {
		if got := c.Between(from, due, pauses...); got != d {
			t.Errorf("Between(%v, Add(%v)) = %v, want %v", from, due, got, d)
		}
		if d > 0 && !open(due.Add(-1)) {
			t.Errorf("Add(%v, %v) = %v, which is not the earliest", from, d, due)
		}
		if d == 0 && (!open(due) || due.Before(from)) {
			t.Errorf("NextOpen(%v) = %v, which is not open", from, due)
		}
		middle := from.Add(due.Sub(from) / 3)
		if got := c.Between(from, middle, pauses...) + c.Between(middle, due, pauses...); got != d {
			t.Errorf("Between does not add up at %v: %v, want %v", middle, got, d)
		}
	}
	if next, ok := c.NextDay(from, pauses...); ok && (!open(next) || !next.After(from)) {
		t.Errorf("NextDay(%v) = %v", from, next)
	}
	if due, ok := c.AddDays(from, 3, pauses...); ok {
		if n := c.Days(from, due); n < 3 && from.Before(due) {
			t.Errorf("AddDays(%v, 3) = %v, only %d business days later", from, due, n)
		}
		if plain, _ := c.AddDays(from, 3); due.Before(plain) {
			t.Errorf("AddDays(%v, 3) = %v, pauses made it earlier than %v", from, due, plain)
		}
	}
	if c.Warnings() == nil && c.Location(from) == nil {
		t.Error("no zone")
	}
}
