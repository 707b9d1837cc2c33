package calendar

import (
	"testing"
	"time"
)

// when reads a local time of a zone such as "2026-03-06 16:30".
func when(t testing.TB, zone, s string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	layout := time.DateTime
	if len(s) == len("2026-03-06 16:30") {
		layout = "2006-01-02 15:04"
	}
	at, err := time.ParseInLocation(layout, s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func denver(t testing.TB, s string) time.Time { t.Helper(); return when(t, "America/Denver", s) }

// hq is the calendar of the worked examples: America/Denver 07-18.
func hq(t testing.TB) *Calendar {
	t.Helper()
	return mustNew(t, Spec{Timezone: "America/Denver", Hours: map[string][]string{"mon-fri": {"07:00-18:00"}}})
}

func wantTime(t *testing.T, what string, got time.Time, ok bool, want time.Time) {
	t.Helper()
	if !ok || !got.Equal(want) {
		t.Errorf("%s = %v, %v, want %v", what, got, ok, want.UTC())
	}
	if got.Location() != time.UTC {
		t.Errorf("%s is in %v, want UTC", what, got.Location())
	}
}

// SLA X1, X2, X4, X5, X7, X8, X11: the worked examples.
func TestWorkedExamples(t *testing.T) {
	suspended := Span{denver(t, "2026-06-16 12:00"), denver(t, "2026-06-18 09:00")}
	for _, x := range []struct {
		name   string
		c      *Calendar
		from   string
		target time.Duration
		pauses []Span
		due    string
	}{
		{name: "X1", c: hq(t), from: "2026-03-06 16:30", target: 8 * time.Hour, due: "2026-03-09 13:30"},
		{name: "X1 50 %", c: hq(t), from: "2026-03-06 16:30", target: 4 * time.Hour, due: "2026-03-09 09:30"},
		{name: "X1 75 %", c: hq(t), from: "2026-03-06 16:30", target: 6 * time.Hour, due: "2026-03-09 11:30"},
		{name: "X1 90 %", c: hq(t), from: "2026-03-06 16:30", target: 432 * time.Minute, due: "2026-03-09 12:42"},
		{name: "X2", c: Elapsed(), from: "2026-03-08 00:30", target: 6 * time.Hour, due: "2026-03-08 07:30"},
		{name: "X4 at closing", c: hq(t), from: "2026-06-12 18:00:00", target: 10 * time.Hour, due: "2026-06-15 17:00:00"},
		{name: "X4 a second before", c: hq(t), from: "2026-06-12 17:59:59", target: 10 * time.Hour, due: "2026-06-15 16:59:59"},
		{name: "X5", c: hq(t), from: "2026-06-12 12:00", target: 6 * time.Hour, due: "2026-06-12 18:00"},
		{name: "X7 before the raise", c: hq(t), from: "2026-06-15 09:00", target: 12 * time.Hour, due: "2026-06-16 10:00"},
		{name: "X8", c: hq(t), from: "2026-06-16 08:00", target: 10 * time.Hour, pauses: []Span{suspended}, due: "2026-06-18 15:00"},
		{name: "X11", c: hq(t), from: "2026-06-12 17:00", target: 2 * time.Hour, due: "2026-06-15 08:00"},
	} {
		t.Run(x.name, func(t *testing.T) {
			due, ok := x.c.Add(denver(t, x.from), x.target, x.pauses...)
			wantTime(t, "due", due, ok, denver(t, x.due))
		})
	}
}

// SLA T5, T7: a zero target is due at the first open instant; opening is
// inside, closing is not.
func TestNextOpen(t *testing.T) {
	c := hq(t)
	for _, x := range []struct{ from, want string }{
		{"2026-06-15 07:00:00", "2026-06-15 07:00:00"},
		{"2026-06-15 17:59:59", "2026-06-15 17:59:59"},
		{"2026-06-15 18:00:00", "2026-06-16 07:00:00"},
		{"2026-06-13 12:00:00", "2026-06-15 07:00:00"},
	} {
		got, ok := c.NextOpen(denver(t, x.from))
		wantTime(t, "NextOpen "+x.from, got, ok, denver(t, x.want))
	}
	from := denver(t, "2026-06-15 12:00").Add(123456789)
	due, ok := c.Add(from, time.Hour+1)
	wantTime(t, "nanoseconds", due, ok, from.Add(time.Hour+1))
}

// SLA T33: pauses are united, in any order; corner 15: an empty one is nothing.
func TestPauses(t *testing.T) {
	c := hq(t)
	span := func(from, to string) Span { return Span{denver(t, from), denver(t, to)} }
	from := denver(t, "2026-06-15 08:00")
	for name, x := range map[string]struct {
		pauses []Span
		due    string
	}{
		"overlapping":       {[]Span{span("2026-06-15 10:00", "2026-06-15 12:00"), span("2026-06-15 09:00", "2026-06-15 11:00")}, "2026-06-15 15:00"},
		"one in another":    {[]Span{span("2026-06-15 09:00", "2026-06-15 13:00"), span("2026-06-15 10:00", "2026-06-15 11:00")}, "2026-06-15 16:00"},
		"touching":          {[]Span{span("2026-06-15 10:00", "2026-06-15 11:00"), span("2026-06-15 09:00", "2026-06-15 10:00")}, "2026-06-15 14:00"},
		"the same second":   {[]Span{span("2026-06-15 10:00", "2026-06-15 10:00")}, "2026-06-15 12:00"},
		"backwards":         {[]Span{span("2026-06-15 11:00", "2026-06-15 09:00")}, "2026-06-15 12:00"},
		"at night":          {[]Span{span("2026-06-15 18:00", "2026-06-16 07:00")}, "2026-06-15 12:00"},
		"starts at the due": {[]Span{span("2026-06-15 12:00", "2026-06-15 14:00")}, "2026-06-15 12:00"},
		"open, at the due":  {[]Span{{From: denver(t, "2026-06-15 12:00")}}, "2026-06-15 12:00"},
		"began long ago":    {[]Span{{To: denver(t, "2026-06-15 09:00")}}, "2026-06-15 13:00"},
	} {
		due, ok := c.Add(from, 4*time.Hour, x.pauses...)
		wantTime(t, name, due, ok, denver(t, x.due))
		if got := c.Between(from, due, x.pauses...); got != 4*time.Hour {
			t.Errorf("%s: Between = %v", name, got)
		}
	}
	if due, ok := c.Add(from, 4*time.Hour, Span{From: denver(t, "2026-06-15 11:59:59")}); ok {
		t.Errorf("a pause without an end: due %v", due)
	}
	unordered := []Span{span("2026-06-16 10:00", "2026-06-16 12:00"), span("2026-06-15 10:00", "2026-06-15 12:00")}
	c.Add(from, time.Hour, unordered...)
	if unordered[0].From.Before(unordered[1].From) {
		t.Error("the caller's pauses were sorted in place")
	}
}

// SLA T2: the elapsed clock is plain addition around pauses.
func TestElapsed(t *testing.T) {
	c := Elapsed()
	from := denver(t, "2026-10-31 23:30").Add(5)
	for _, d := range []time.Duration{0, 1, time.Hour, 32 * time.Hour, 1000 * dayLength} {
		due, ok := c.Add(from, d)
		wantTime(t, "due", due, ok, from.Add(d))
		due, ok = c.Add(from, d, Span{from, from.Add(time.Hour)})
		wantTime(t, "due after a pause", due, ok, from.Add(d+time.Hour))
	}
	if c.Location(from) != time.UTC || c.Name() != "24x7" || len(c.Version(from)) != 12 {
		t.Errorf("%v %q %q", c.Location(from), c.Name(), c.Version(from))
	}
}

// SLA T10: searching forward ends after 400 days, counted from the end of the
// last pause.
func TestSearchIsCapped(t *testing.T) {
	minute := mustNew(t, Spec{Timezone: "UTC", Hours: map[string][]string{"wed": {"12:00-12:01"}}})
	from := when(t, "UTC", "2026-01-01 00:00") // 57 Wednesdays in 400 days
	wednesday := when(t, "UTC", "2027-02-03 12:01")
	due, ok := minute.Add(from, 57*time.Minute)
	wantTime(t, "57 weeks", due, ok, wednesday)
	if due, ok := minute.Add(from, 57*time.Minute+1); ok {
		t.Errorf("58 weeks: due %v", due)
	}
	pause := Span{from, from.Add(2000 * dayLength)}
	if due, ok := minute.Add(from, 57*time.Minute, pause); !ok || due.Before(pause.To) {
		t.Errorf("after a long pause: %v, %v", due, ok)
	}
	for name, answer := range map[string]func(time.Time) (time.Time, bool){
		"Add":     func(t time.Time) (time.Time, bool) { return minute.Add(t, 100*time.Hour) },
		"AddDays": func(t time.Time) (time.Time, bool) { return minute.AddDays(t, 58) },
	} {
		for _, from := range []time.Time{{}, from, utc(dusk).Add(-time.Hour), utc(dusk), time.Unix(1<<60, 0), time.Unix(-1<<60, 0)} {
			if got, ok := answer(from); ok {
				t.Errorf("%s from %v = %v", name, from, got)
			}
		}
	}
}

// Beyond the horizon everything is closed; nothing overflows.
func TestHorizon(t *testing.T) {
	c := Elapsed()
	if c.Open(utc(dawn-1)) || !c.Open(utc(dawn)) || !c.Open(utc(dusk-1)) || c.Open(utc(dusk)) {
		t.Error("the horizon is not [dawn, dusk)")
	}
	if got := c.Between(time.Unix(-1<<60, 0), time.Unix(1<<60, 0)); got != dusk-dawn {
		t.Errorf("Between = %v", got)
	}
	if got, ok := c.NextOpen(time.Time{}); ok {
		t.Errorf("NextOpen of the zero time = %v", got)
	}
	if got := c.Between(near, near.Add(-time.Hour)); got != 0 {
		t.Errorf("Between backwards = %v", got)
	}
	due, ok := c.Add(near, -time.Hour)
	wantTime(t, "a negative target", due, ok, near)
}

// SLA T9: intervals are wall-clock, durations real.
func TestClockChanges(t *testing.T) {
	for _, x := range []struct {
		name, zone, window, from, to string
		want                         time.Duration
	}{
		{"a spring day", "Europe/Rome", "00:00-24:00", "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		{"an autumn day", "Europe/Rome", "00:00-24:00", "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		{"an office day", "Europe/Rome", "07:00-18:00", "2026-03-29 00:00", "2026-03-30 00:00", 11 * time.Hour},
		{"an edge in the gap", "America/Denver", "02:30-04:00", "2026-03-08 00:00", "2026-03-09 00:00", time.Hour},
		{"all in the gap", "America/Denver", "02:15-02:45", "2026-03-08 00:00", "2026-03-09 00:00", 0},
		{"an edge in the fold", "America/Denver", "01:30-04:00", "2026-11-01 00:00", "2026-11-02 00:00", 3 * time.Hour},
		{"all in the fold", "America/Denver", "01:15-01:45", "2026-11-01 00:00", "2026-11-02 00:00", time.Hour},
		{"half an hour", "Australia/Lord_Howe", "00:00-24:00", "2026-04-05 00:00", "2026-04-06 00:00", 24*time.Hour + 30*time.Minute},
		{"no midnight", "America/Sao_Paulo", "00:00-08:00", "2018-11-03 12:00", "2018-11-04 12:00", 7 * time.Hour},
		{"midnight twice", "America/Havana", "00:00-00:30", "2026-11-01 12:00", "2026-11-02 12:00", 30 * time.Minute},
		{"midnight twice, that night", "America/Havana", "00:00-00:30", "2026-10-31 12:00", "2026-11-01 12:00", time.Hour},
		{"a skipped day", "Pacific/Apia", "09:00-17:00", "2011-12-29 00:00", "2012-01-01 00:00", 16 * time.Hour},
		{"negative daylight saving", "Europe/Dublin", "00:00-24:00", "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
	} {
		c := mustNew(t, Spec{Timezone: x.zone, Hours: map[string][]string{"sun-sat": {x.window}}})
		if got := c.Between(when(t, x.zone, x.from), when(t, x.zone, x.to)); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
}

// SLA corner 31: an overnight shift; each half obeys its own date's holiday.
func TestOvernight(t *testing.T) {
	c := mustNew(t, Spec{
		Timezone: "Europe/Rome",
		Hours:    map[string][]string{"mon-fri": {"22:00-06:00"}},
		Add:      []Date{{2026, 6, 17}}, // a Wednesday
	})
	rome := func(s string) time.Time { return when(t, "Europe/Rome", s) }
	for _, x := range []struct {
		from   string
		target time.Duration
		due    string
	}{
		{"2026-06-15 23:00", 4 * time.Hour, "2026-06-16 03:00"},
		{"2026-06-16 21:00", 3 * time.Hour, "2026-06-18 01:00"}, // Tuesday's first half, Wednesday's second one
		{"2026-06-16 21:00", 2 * time.Hour, "2026-06-17 00:00"},
		{"2026-06-19 22:00", 8 * time.Hour, "2026-06-20 06:00"}, // Friday's shift ends on Saturday
		{"2026-06-20 06:00", 0, "2026-06-22 22:00"},
	} {
		due, ok := c.Add(rome(x.from), x.target)
		want := rome(x.due)
		wantTime(t, x.from, due, ok, want)
	}
}
