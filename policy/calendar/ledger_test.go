package calendar

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lines writes a ledger in local time, one interval a line.
func lines(c *Calendar, intervals []Interval) (list []string) {
	for _, i := range intervals {
		zone := c.Location(i.From)
		to := i.To.Add(-1).In(zone).Add(1) // a day ends at its own midnight
		line := fmt.Sprintf("%s %s-%s %s", i.Date, i.From.In(zone).Format("01-02 15:04 MST"), to.Format("01-02 15:04 MST"), i.Why)
		if i.Name != "" {
			line += ": " + i.Name
		}
		list = append(list, line)
	}
	return list
}

// SLA T4, T5, T9, T33, corner 31: the ledger says for each stretch of time
// whether it counts and why.
func TestLedger(t *testing.T) {
	lunch := map[string][]string{"mon-fri": {"09:00-13:00", "14:00-18:00"}}
	night := map[string][]string{"mon-fri": {"22:00-06:00"}}
	always := map[string][]string{"sun-sat": {"00:00-24:00"}}
	for _, x := range []struct {
		name     string
		spec     Spec
		from, to string
		pauses   [][2]string
		want     []string
	}{{
		name: "lunch, night and weekend",
		spec: Spec{Timezone: "Europe/Rome", Hours: lunch},
		from: "2026-06-12 12:00", to: "2026-06-15 10:00",
		want: []string{
			"2026-06-12 06-12 12:00 CEST-06-12 13:00 CEST open",
			"2026-06-12 06-12 13:00 CEST-06-12 14:00 CEST gap",
			"2026-06-12 06-12 14:00 CEST-06-12 18:00 CEST open",
			"2026-06-12 06-12 18:00 CEST-06-13 00:00 CEST night",
			"2026-06-13 06-13 00:00 CEST-06-14 00:00 CEST weekend",
			"2026-06-14 06-14 00:00 CEST-06-15 00:00 CEST weekend",
			"2026-06-15 06-15 00:00 CEST-06-15 09:00 CEST night",
			"2026-06-15 06-15 09:00 CEST-06-15 10:00 CEST open",
		},
	}, {
		name: "holidays with and without a name, one removed, one on a Saturday",
		spec: Spec{
			Timezone: "America/Denver", Hours: workdays, Country: "us",
			Add: []Date{{2026, 7, 2}, {2026, 7, 6}}, Remove: []Date{{2026, 7, 3}, {2026, 7, 5}},
		},
		from: "2026-07-02 08:00", to: "2026-07-07 00:00",
		want: []string{
			"2026-07-02 07-02 08:00 MDT-07-03 00:00 MDT holiday",
			"2026-07-03 07-03 00:00 MDT-07-03 07:00 MDT night",
			"2026-07-03 07-03 07:00 MDT-07-03 18:00 MDT open",
			"2026-07-03 07-03 18:00 MDT-07-04 00:00 MDT night",
			"2026-07-04 07-04 00:00 MDT-07-05 00:00 MDT holiday: Independence Day",
			"2026-07-05 07-05 00:00 MDT-07-06 00:00 MDT weekend",
			"2026-07-06 07-06 00:00 MDT-07-07 00:00 MDT holiday",
		},
	}, {
		name: "breaks: over lunch, all day, into the next date, on a holiday and a Sunday",
		spec: Spec{
			Timezone: "Europe/Rome", Hours: lunch, Add: []Date{{2026, 6, 20}},
			Breaks: map[Date][]string{
				{2026, 6, 16}: {"12:30-15:00", "17:00-20:00"}, {2026, 6, 17}: {"00:00-24:00"},
				{2026, 6, 18}: {"17:00-10:00"}, {2026, 6, 20}: {"09:00-10:00"}, {2026, 6, 21}: {"09:00-10:00"},
			},
		},
		from: "2026-06-16 10:00", to: "2026-06-22 00:00",
		want: []string{
			"2026-06-16 06-16 10:00 CEST-06-16 12:30 CEST open",
			"2026-06-16 06-16 12:30 CEST-06-16 13:00 CEST break",
			"2026-06-16 06-16 13:00 CEST-06-16 14:00 CEST gap",
			"2026-06-16 06-16 14:00 CEST-06-16 15:00 CEST break",
			"2026-06-16 06-16 15:00 CEST-06-16 17:00 CEST open",
			"2026-06-16 06-16 17:00 CEST-06-16 18:00 CEST break",
			"2026-06-16 06-16 18:00 CEST-06-17 00:00 CEST night",
			"2026-06-17 06-17 00:00 CEST-06-17 09:00 CEST night",
			"2026-06-17 06-17 09:00 CEST-06-17 13:00 CEST break",
			"2026-06-17 06-17 13:00 CEST-06-17 14:00 CEST gap",
			"2026-06-17 06-17 14:00 CEST-06-17 18:00 CEST break",
			"2026-06-17 06-17 18:00 CEST-06-18 00:00 CEST night",
			"2026-06-18 06-18 00:00 CEST-06-18 09:00 CEST night",
			"2026-06-18 06-18 09:00 CEST-06-18 13:00 CEST open",
			"2026-06-18 06-18 13:00 CEST-06-18 14:00 CEST gap",
			"2026-06-18 06-18 14:00 CEST-06-18 17:00 CEST open",
			"2026-06-18 06-18 17:00 CEST-06-18 18:00 CEST break",
			"2026-06-18 06-18 18:00 CEST-06-19 00:00 CEST night",
			"2026-06-19 06-19 00:00 CEST-06-19 09:00 CEST night",
			"2026-06-19 06-19 09:00 CEST-06-19 10:00 CEST break",
			"2026-06-19 06-19 10:00 CEST-06-19 13:00 CEST open",
			"2026-06-19 06-19 13:00 CEST-06-19 14:00 CEST gap",
			"2026-06-19 06-19 14:00 CEST-06-19 18:00 CEST open",
			"2026-06-19 06-19 18:00 CEST-06-20 00:00 CEST night",
			"2026-06-20 06-20 00:00 CEST-06-21 00:00 CEST holiday",
			"2026-06-21 06-21 00:00 CEST-06-22 00:00 CEST weekend",
		},
	}, {
		name: "an overnight shift over a holiday",
		spec: Spec{Timezone: "Europe/Rome", Hours: night, Add: []Date{{2026, 6, 17}}},
		from: "2026-06-16 23:00", to: "2026-06-18 07:00",
		want: []string{
			"2026-06-16 06-16 23:00 CEST-06-17 00:00 CEST open",
			"2026-06-17 06-17 00:00 CEST-06-18 00:00 CEST holiday",
			"2026-06-18 06-18 00:00 CEST-06-18 06:00 CEST open",
			"2026-06-18 06-18 06:00 CEST-06-18 07:00 CEST gap",
		},
	}, {
		name: "pauses: united, over everything, from the beginning",
		spec: Spec{Timezone: "America/Denver", Hours: workdays},
		from: "2026-06-12 16:00", to: "2026-06-16 08:00",
		pauses: [][2]string{
			{"2026-06-15 08:00", "2026-06-15 09:00"},
			{"2026-06-12 18:30", "2026-06-14 12:00"},
			{"2026-06-14 10:00", "2026-06-15 08:00"},
			{"2026-06-12 12:00", "2026-06-12 16:30"},
			{"2026-06-15 10:00", "2026-06-15 10:00"},
		},
		want: []string{
			"2026-06-12 06-12 16:00 MDT-06-12 16:30 MDT pause",
			"2026-06-12 06-12 16:30 MDT-06-12 18:00 MDT open",
			"2026-06-12 06-12 18:00 MDT-06-12 18:30 MDT night",
			"2026-06-12 06-12 18:30 MDT-06-15 09:00 MDT pause",
			"2026-06-15 06-15 09:00 MDT-06-15 18:00 MDT open",
			"2026-06-15 06-15 18:00 MDT-06-16 00:00 MDT night",
			"2026-06-16 06-16 00:00 MDT-06-16 07:00 MDT night",
			"2026-06-16 06-16 07:00 MDT-06-16 08:00 MDT open",
		},
	}, {
		name: "a repeated hour is one line, 25 hours long",
		spec: Spec{Timezone: "Europe/Rome", Hours: always},
		from: "2026-10-25 00:00", to: "2026-10-26 00:00",
		want: []string{"2026-10-25 10-25 00:00 CEST-10-26 00:00 CET open"},
	}, {
		name: "a skipped date is none",
		spec: Spec{Timezone: "Pacific/Apia", Hours: map[string][]string{"mon-fri": {"09:00-17:00"}}},
		from: "2011-12-29 16:00", to: "2012-01-01 00:00",
		want: []string{
			"2011-12-29 12-29 16:00 -10-12-29 17:00 -10 open",
			"2011-12-29 12-29 17:00 -10-12-31 00:00 +14 night",
			"2011-12-31 12-31 00:00 +14-01-01 00:00 +14 weekend",
		},
	}, {
		name: "a date entered twice",
		spec: Spec{Timezone: "America/St_Johns", Hours: always, Add: []Date{{2010, 11, 7}}},
		from: "2010-11-06 12:00", to: "2010-11-07 12:00",
		want: []string{
			"2010-11-06 11-06 12:00 NDT-11-07 00:00 NDT open",
			"2010-11-07 11-07 00:00 NDT-11-06 23:01 NST holiday",
			"2010-11-06 11-06 23:01 NST-11-07 00:00 NST open",
			"2010-11-07 11-07 00:00 NST-11-07 12:00 NST holiday",
		},
	}} {
		t.Run(x.name, func(t *testing.T) {
			c := mustNew(t, x.spec)
			from, to := when(t, x.spec.Timezone, x.from), when(t, x.spec.Timezone, x.to)
			var pauses []Span
			for _, p := range x.pauses {
				pauses = append(pauses, Span{when(t, x.spec.Timezone, p[0]), when(t, x.spec.Timezone, p[1])})
			}
			got := c.Ledger(from, to, pauses...)
			if diff := cmp.Diff(x.want, lines(c, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			wantExact(t, c, got, from, to, pauses)
		})
	}
}

// wantExact fails unless the intervals are [from, to) without a gap and agree
// with Between.
func wantExact(t testing.TB, c *Calendar, intervals []Interval, from, to time.Time, pauses []Span) {
	t.Helper()
	end, open := from, time.Duration(0)
	for n, i := range intervals {
		if !i.From.Equal(end) || !i.From.Before(i.To) {
			t.Fatalf("interval %d is [%v, %v) after one that ends at %v", n, i.From, i.To, end)
		}
		if n > 0 && intervals[n-1].goesOn(i) {
			t.Fatalf("interval %d of %v at %v repeats the one before", n, i.Date, i.From)
		}
		if end = i.To; i.Why == ReasonOpen {
			open += i.To.Sub(i.From)
		}
		if i.Version != c.Version(i.From) || i.From.Location() != time.UTC || i.To.Location() != time.UTC {
			t.Fatalf("interval %d is %+v, in version %s", n, i, c.Version(i.From))
		}
	}
	if from.Before(to) && !end.Equal(to) || !from.Before(to) && len(intervals) > 0 {
		t.Fatalf("the ledger of [%v, %v) ends at %v", from, to, end)
	}
	if want := c.Between(from, to, pauses...); open != want {
		t.Fatalf("the ledger counts %v in [%v, %v), Between %v", open, from, to, want)
	}
}

// SLA T11: each interval carries the version valid then, also where the desk
// moves to another zone within a date.
func TestLedgerOfVersions(t *testing.T) {
	c := mustNew(t,
		Spec{Timezone: "America/Denver", Hours: workdays},
		Spec{From: Date{2026, 6, 17}, Timezone: "Asia/Tokyo", Hours: workdays},
		Spec{From: Date{2026, 6, 18}, Timezone: "Asia/Tokyo", Hours: workdays, Add: []Date{{2026, 6, 18}}})
	from, to := denver(t, "2026-06-16 08:00"), when(t, "Asia/Tokyo", "2026-06-18 12:00")
	got := c.Ledger(from, to)
	if diff := cmp.Diff([]string{
		"2026-06-16 06-16 08:00 MDT-06-16 09:00 MDT open",
		"2026-06-17 06-17 00:00 JST-06-17 07:00 JST night",
		"2026-06-17 06-17 07:00 JST-06-17 18:00 JST open",
		"2026-06-17 06-17 18:00 JST-06-18 00:00 JST night",
		"2026-06-18 06-18 00:00 JST-06-18 12:00 JST holiday",
	}, lines(c, got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantExact(t, c, got, from, to, nil)
	paused := c.Ledger(from, to, Span{From: from.Add(time.Minute)})
	if len(paused) != 2 || paused[1].Why != ReasonPause || paused[1].Version != c.Version(from) || paused[1].Date != (Date{2026, 6, 16}) {
		t.Errorf("a pause over three versions: %+v", paused)
	}
}

// SLA T2: elapsed time is open or paused, date by date.
func TestLedgerOfElapsedTime(t *testing.T) {
	from := when(t, "UTC", "2026-06-16 08:00").Add(5)
	to := from.Add(72 * time.Hour)
	pause := Span{from.Add(time.Hour), from.Add(26 * time.Hour)}
	got := Elapsed().Ledger(from, to, pause)
	if diff := cmp.Diff([]string{
		"2026-06-16 06-16 08:00 UTC-06-16 09:00 UTC open",
		"2026-06-16 06-16 09:00 UTC-06-17 10:00 UTC pause",
		"2026-06-17 06-17 10:00 UTC-06-18 00:00 UTC open",
		"2026-06-18 06-18 00:00 UTC-06-19 00:00 UTC open",
		"2026-06-19 06-19 00:00 UTC-06-19 08:00 UTC open",
	}, lines(Elapsed(), got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantExact(t, Elapsed(), got, from, to, []Span{pause})
}

// Beyond the horizon and over all of it the ledger is still exact, and ends.
func TestLedgerBeyondTheHorizon(t *testing.T) {
	c := mustNew(t, hqSpec)
	early, late := time.Unix(-1<<60, 7), time.Unix(1<<60, 7)
	for _, calendar := range []*Calendar{c, Elapsed()} {
		for _, x := range []struct {
			from, to time.Time
			pauses   []Span
			want     string // the reasons at both ends
		}{
			{early, late, nil, "beyond beyond"},
			{time.Time{}, utc(dawn), nil, "beyond beyond"},
			{early, time.Time{}, nil, "beyond beyond"},
			{utc(dusk), late, nil, "beyond beyond"},
			{late, early, nil, ""},
			{near, near, nil, ""},
			{early, late, []Span{{To: near}, {From: far}}, "beyond pause"},
			{early, late, []Span{{From: late.Add(-1), To: late}, {From: early, To: early.Add(1)}}, "pause pause"},
			{early, late, []Span{{From: early.Add(-1)}}, "pause pause"},
			{utc(dawn - 1), utc(dusk + 1), []Span{{utc(dawn - 1), utc(dusk)}}, "pause beyond"},
		} {
			got := calendar.Ledger(x.from, x.to, x.pauses...)
			wantExact(t, calendar, got, x.from, x.to, x.pauses)
			var ends string
			if len(got) > 0 {
				ends = fmt.Sprint(got[0].Why, " ", got[len(got)-1].Why)
			}
			if ends != x.want {
				t.Errorf("[%v, %v) without %v: %q, want %q", x.from, x.to, x.pauses, ends, x.want)
			}
		}
	}
}

// Every reason has a use, and no calendar knows another.
func TestLedgerReasons(t *testing.T) {
	c := mustNew(t, Spec{
		Timezone: "Europe/Rome", Hours: map[string][]string{"mon-fri": {"09:00-13:00", "14:00-18:00"}}, Country: "it",
		Breaks: map[Date][]string{{2026, 6, 1}: {"10:00-11:00"}},
	})
	var got []string
	for _, i := range c.Ledger(utc(dusk).AddDate(-200, 0, 0), utc(dusk).Add(1), Span{near, near.Add(1)}) {
		got = append(got, string(i.Why))
	}
	slices.Sort(got)
	if diff := cmp.Diff("beyond break gap holiday night open pause weekend", strings.Join(slices.Compact(got), " ")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
