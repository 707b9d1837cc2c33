package calendar

import (
	"testing"
	"time"
)

// SLA T50: n business days after t.
func TestAddDays(t *testing.T) {
	lunch := mustNew(t, Spec{
		Timezone: "America/Denver",
		Hours:    map[string][]string{"mon-thu": {"07:00-12:00", "13:00-18:00"}, "fri": {"09:00-12:00"}},
		Country:  "us",
		Breaks:   map[Date][]string{{2026, 6, 16}: {"00:00-24:00"}},
	})
	span := func(from, to string) Span { return Span{denver(t, from), denver(t, to)} }
	for _, x := range []struct {
		name   string
		from   string
		n      int
		pauses []Span
		due    string
	}{
		{name: "the same local time", from: "2026-06-08 10:00", n: 2, due: "2026-06-10 10:00"},
		{name: "seconds too", from: "2026-06-08 10:00:07", n: 1, due: "2026-06-09 10:00:07"},
		{name: "over a weekend", from: "2026-06-12 10:00", n: 1, due: "2026-06-15 10:00"},
		{name: "over a break all day", from: "2026-06-15 10:00", n: 1, due: "2026-06-17 10:00"},
		{name: "over a holiday", from: "2026-07-02 10:00", n: 1, due: "2026-07-06 10:00"},
		{name: "from a Saturday", from: "2026-06-13 10:00", n: 1, due: "2026-06-15 10:00"},
		{name: "into lunch: next opening", from: "2026-06-06 12:30", n: 1, due: "2026-06-08 13:00"},
		{name: "as lunch begins: outside", from: "2026-06-08 12:00", n: 1, due: "2026-06-09 13:00"},
		{name: "at the opening", from: "2026-06-08 07:00", n: 1, due: "2026-06-09 07:00"},
		{name: "before the opening", from: "2026-06-08 05:00", n: 1, due: "2026-06-09 07:00"},
		{name: "at the closing: outside", from: "2026-06-08 18:00", n: 1, due: "2026-06-09 18:00"},
		{name: "after the closing: last closing", from: "2026-06-08 22:00", n: 1, due: "2026-06-09 18:00"},
		{name: "a shorter day", from: "2026-06-11 15:00", n: 1, due: "2026-06-12 12:00"},
		{name: "a later opening", from: "2026-06-11 08:00", n: 1, due: "2026-06-12 09:00"},
		{name: "the clocks change", from: "2026-03-06 10:00", n: 1, due: "2026-03-09 10:00"},
		{name: "no days: next opening", from: "2026-06-08 12:30", n: 0, due: "2026-06-08 13:00"},

		{name: "a pause adds its time", from: "2026-06-08 10:00", n: 1, pauses: []Span{span("2026-06-08 14:00", "2026-06-08 16:30")}, due: "2026-06-09 13:30"},
		{name: "two overlapping ones", from: "2026-06-08 10:00", n: 1, pauses: []Span{span("2026-06-08 15:00", "2026-06-08 16:00"), span("2026-06-08 14:00", "2026-06-08 16:00")}, due: "2026-06-09 12:00"},
		{name: "a pause at night adds none", from: "2026-06-08 10:00", n: 1, pauses: []Span{span("2026-06-08 18:00", "2026-06-09 07:00")}, due: "2026-06-09 10:00"},
		{name: "a pause over a day", from: "2026-06-08 10:00", n: 1, pauses: []Span{span("2026-06-09 00:00", "2026-06-10 00:00")}, due: "2026-06-10 10:00"},
		{name: "a pause over the due", from: "2026-06-08 10:00", n: 1, pauses: []Span{span("2026-06-09 09:00", "2026-06-09 15:00")}, due: "2026-06-09 16:00"},
		{name: "a pause into what it added", from: "2026-06-08 10:00", n: 1, pauses: []Span{span("2026-06-09 09:00", "2026-06-09 10:00"), span("2026-06-09 10:30", "2026-06-09 11:00")}, due: "2026-06-09 11:30"},
		{name: "a pause from the due on", from: "2026-06-08 10:00", n: 1, pauses: []Span{span("2026-06-09 10:00", "2026-06-09 15:00")}, due: "2026-06-09 10:00"},
		{name: "a pause over the opening", from: "2026-06-08 05:00", n: 1, pauses: []Span{span("2026-06-08 20:00", "2026-06-09 09:00")}, due: "2026-06-09 09:00"},
		{name: "two that touch there", from: "2026-06-08 05:00", n: 1, pauses: []Span{span("2026-06-09 07:00", "2026-06-09 09:00"), span("2026-06-08 20:00", "2026-06-09 07:00")}, due: "2026-06-09 09:00"},
		{name: "a pause after", from: "2026-06-08 10:00", n: 1, pauses: []Span{{From: denver(t, "2026-06-09 11:00")}}, due: "2026-06-09 10:00"},
	} {
		due, ok := lunch.AddDays(denver(t, x.from), x.n, x.pauses...)
		wantTime(t, x.name, due, ok, denver(t, x.due))
	}
	if due, ok := lunch.AddDays(denver(t, "2026-06-08 10:00"), 1, Span{From: denver(t, "2026-06-09 09:00")}); ok {
		t.Errorf("a pause without an end: due %v", due)
	}
}

// SLA T50 where the clocks change: the time of day may be skipped or repeated.
func TestAddDaysWhenClocksChange(t *testing.T) {
	c := mustNew(t, Spec{Timezone: "America/Denver", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}})
	due, ok := c.AddDays(denver(t, "2026-03-07 02:30"), 1)
	wantTime(t, "skipped", due, ok, denver(t, "2026-03-08 03:00"))
	due, ok = c.AddDays(denver(t, "2026-10-31 01:30"), 1)
	wantTime(t, "repeated", due, ok, when(t, "UTC", "2026-11-01 07:30"))
	apia := mustNew(t, Spec{Timezone: "Pacific/Apia", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}})
	due, ok = apia.AddDays(when(t, "Pacific/Apia", "2011-12-29 10:00"), 1)
	wantTime(t, "a skipped day", due, ok, when(t, "Pacific/Apia", "2011-12-31 10:00"))
	stJohns := mustNew(t, Spec{Timezone: "America/St_Johns", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}})
	due, ok = stJohns.AddDays(when(t, "America/St_Johns", "2010-11-05 10:00"), 2) // over 00:01 back to 23:01
	wantTime(t, "a date left and entered again", due, ok, when(t, "America/St_Johns", "2010-11-07 10:00"))
}

// SLA T38, level 4: at each opening of a business day.
func TestNextDay(t *testing.T) {
	c := hq(t)
	span := func(from, to string) Span { return Span{denver(t, from), denver(t, to)} }
	for _, x := range []struct {
		name, from string
		pauses     []Span
		want       string
	}{
		{"in the day", "2026-06-15 10:00", nil, "2026-06-16 07:00"},
		{"before its opening", "2026-06-15 05:00", nil, "2026-06-16 07:00"},
		{"at its opening", "2026-06-15 07:00", nil, "2026-06-16 07:00"},
		{"over the weekend", "2026-06-12 10:00", nil, "2026-06-15 07:00"},
		{"on the weekend", "2026-06-13 10:00", nil, "2026-06-15 07:00"},
		{"over the clock change", "2026-03-06 10:00", nil, "2026-03-09 07:00"},
		{"paused over the opening", "2026-06-15 10:00", []Span{span("2026-06-15 12:00", "2026-06-16 09:00")}, "2026-06-16 09:00"},
		{"paused all day", "2026-06-15 10:00", []Span{span("2026-06-15 12:00", "2026-06-16 20:00")}, "2026-06-17 07:00"},
	} {
		got, ok := c.NextDay(denver(t, x.from), x.pauses...)
		wantTime(t, x.name, got, ok, denver(t, x.want))
	}
	if got, ok := c.NextDay(near, Span{From: near}); ok {
		t.Errorf("paused for ever: %v", got)
	}
	got, ok := Elapsed().NextDay(when(t, "UTC", "2026-06-15 10:00"))
	wantTime(t, "24x7", got, ok, when(t, "UTC", "2026-06-16 00:00"))
}

func TestDays(t *testing.T) {
	c := mustNew(t, hqSpec)
	for _, x := range []struct {
		from, to string
		want     int
	}{
		{"2026-06-08 10:00", "2026-06-08 17:00", 0},
		{"2026-06-08 10:00", "2026-06-09 03:00", 1}, // a date counts from its midnight
		{"2026-06-08 23:00", "2026-06-12 23:00", 4},
		{"2026-06-12 10:00", "2026-06-14 10:00", 0},
		{"2026-06-12 10:00", "2026-06-15 10:00", 1},
		{"2026-06-18 10:00", "2026-06-22 10:00", 1}, // Juneteenth and a weekend
		{"2026-01-01 00:00", "2026-12-31 23:59", 250},
		{"2026-06-12 10:00", "2026-06-01 10:00", 0},
	} {
		if got := c.Days(denver(t, x.from), denver(t, x.to)); got != x.want {
			t.Errorf("Days(%s, %s) = %d, want %d", x.from, x.to, got, x.want)
		}
	}
}

// AddDays and Days agree.
func TestDaysCountsAddDays(t *testing.T) {
	c := mustNew(t, hqSpec)
	from := near
	for n := range 200 {
		due, ok := c.AddDays(from, n)
		if got := c.Days(from, due); !ok || got != n {
			t.Errorf("Days(AddDays(%d)) = %d, %v", n, got, ok)
		}
		from = from.Add(7 * time.Hour)
	}
}
