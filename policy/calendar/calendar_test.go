package calendar

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var workdays = map[string][]string{"mon-fri": {"07:00-18:00"}}

// SLA T11: each instant follows the version valid then; corner 26: a holiday
// published later leaves the past alone.
func TestVersions(t *testing.T) {
	old := Spec{Timezone: "America/Denver", Hours: workdays}
	c := mustNew(t, old, Spec{
		From: Date{2026, 6, 17}, Timezone: "America/Denver", Hours: map[string][]string{"mon-fri": {"09:00-17:00"}},
		Add: []Date{{2026, 6, 16}, {2026, 6, 18}},
	}, Spec{
		From: Date{2026, 12, 24}, Timezone: "America/Denver", Hours: workdays, Add: []Date{{2026, 12, 24}},
	})
	due, ok := c.Add(denver(t, "2026-06-15 07:00"), 22*time.Hour) // Monday and Tuesday as before
	wantTime(t, "in the old version", due, ok, denver(t, "2026-06-16 18:00"))
	due, ok = c.Add(denver(t, "2026-06-15 07:00"), 32*time.Hour) // and 8 h, none on the 18th, 2 h
	wantTime(t, "in the new version", due, ok, denver(t, "2026-06-19 11:00"))

	midnight := denver(t, "2026-06-17 00:00")
	if got, want := c.Version(midnight.Add(-1)), mustNew(t, old).Version(near); got != want {
		t.Errorf("the past version is %s, was %s", got, want)
	}
	if c.Version(midnight) == c.Version(midnight.Add(-1)) {
		t.Error("both versions have one hash")
	}
	if _, ok := c.Holiday(Date{2026, 6, 16}); ok {
		t.Error("a holiday in the past was added")
	}
	if _, ok := c.Holiday(Date{2026, 6, 18}); !ok {
		t.Error("the new holiday is missing")
	}
	if _, ok := c.Holiday(Date{2026, 12, 24}); !ok {
		t.Error("a holiday on a version's first date is missing")
	}
}

// SLA T11, corner 26: a calendar holds from the instant at which it is published,
// not from the midnight of its version: the hours that have passed stay
// counted. What was known before is known still.
func TestSucceed(t *testing.T) {
	old := Spec{Timezone: "America/Denver", Hours: workdays}
	today := Spec{From: Date{2026, 6, 16}, Timezone: "America/Denver", Hours: workdays, Add: []Date{{2026, 6, 16}}}
	first := mustNew(t, old)
	noon := denver(t, "2026-06-16 12:00")
	second := mustNew(t, old, today).Succeed(first, noon)
	from := denver(t, "2026-06-16 07:00")
	due, ok := second.Add(from, 6*time.Hour) // five in the morning, none on the holiday's afternoon
	wantTime(t, "the holiday", due, ok, denver(t, "2026-06-17 08:00"))
	due, ok = second.Known(noon.Add(-1)).Add(from, 6*time.Hour)
	wantTime(t, "before it was published", due, ok, denver(t, "2026-06-16 13:00"))
	if second.Known(noon) != second || second.Known(noon.Add(-1)) != first {
		t.Error("it is known at another moment than it was published")
	}
	var why []Reason
	for _, i := range second.Ledger(from, due) {
		why = append(why, i.Why)
	}
	if diff := cmp.Diff([]Reason{ReasonOpen, ReasonHoliday}, why); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}

	// Taken back at three: the afternoon counts from then on.
	three := denver(t, "2026-06-16 15:00")
	third := mustNew(t, old).Succeed(second, three)
	if got := third.Between(from, denver(t, "2026-06-16 18:00")); got != 8*time.Hour {
		t.Errorf("the day has %v", got)
	}
	if !first.Published().IsZero() || !third.Published().Equal(three) {
		t.Errorf("published %v and %v", first.Published(), third.Published())
	}
	if third.Known(noon) != second || third.Known(from) != first {
		t.Error("an edition in between is forgotten")
	}
	// A clock that was set back cannot put an edition before the one it replaces.
	if back := mustNew(t, old).Succeed(second, from); back.Between(from, noon) != 5*time.Hour || back.Known(noon) != back {
		t.Error("an edition came before the one that it replaces")
	}
}

// SLA T11: a version begins at its own zone's midnight, even across an
// overnight window.
func TestVersionsInTwoZones(t *testing.T) {
	night := map[string][]string{"sun-sat": {"22:00-06:00"}}
	c := mustNew(t,
		Spec{Timezone: "America/Denver", Hours: night},
		Spec{From: Date{2026, 6, 17}, Timezone: "Asia/Tokyo", Hours: night})
	tokyo := func(s string) time.Time { return when(t, "Asia/Tokyo", s) }
	if got := c.Location(tokyo("2026-06-17 00:00").Add(-1)).String(); got != "America/Denver" {
		t.Errorf("before: %s", got)
	}
	if got := c.Location(tokyo("2026-06-17 00:00")).String(); got != "Asia/Tokyo" {
		t.Errorf("after: %s", got)
	}
	// Denver's Tuesday 00:00-06:00, then Tokyo's Wednesday from midnight.
	if got := c.Between(denver(t, "2026-06-16 00:00"), tokyo("2026-06-17 08:00")); got != 12*time.Hour {
		t.Errorf("Between = %v", got)
	}
	for _, zone := range []string{"Etc/GMT+12", "Etc/GMT+10"} {
		_, err := New("x",
			Spec{Timezone: zone, Hours: night},
			Spec{From: Date{2026, 1, 1}, Timezone: zone, Hours: night},
			Spec{From: Date{2026, 1, 2}, Timezone: "Pacific/Kiritimati", Hours: night})
		if err == nil {
			t.Errorf("a version of %s that never holds was accepted", zone)
			continue
		}
		var wrong *SpecError // the later one of the two begins too early
		if !errors.As(err, &wrong) || wrong.Version != 2 || wrong.From != (Date{2026, 1, 2}) {
			t.Errorf("%s: %v is told of version %+v", zone, err, wrong)
		}
	}
}

// A version begins with its date, even where that has no midnight or none at all.
func TestVersionBeginsWithItsDate(t *testing.T) {
	for _, x := range []struct {
		zone string
		from Date
		want string // UTC
	}{
		{"America/Denver", Date{2026, 6, 17}, "2026-06-17 06:00"},
		{"America/Sao_Paulo", Date{2018, 11, 4}, "2018-11-04 03:00"}, // at 01:00
		{"America/Havana", Date{2026, 11, 1}, "2026-11-01 04:00"},    // at the first of two
		{"Pacific/Apia", Date{2011, 12, 30}, "2011-12-30 10:00"},     // which was skipped
	} {
		c := mustNew(t, Spec{Timezone: x.zone, Hours: workdays}, Spec{From: x.from, Timezone: x.zone, Hours: workdays})
		begin := when(t, "UTC", x.want)
		if c.Version(begin) == c.Version(begin.Add(-1)) {
			t.Errorf("%s: %s does not begin at %v", x.zone, x.from, begin)
		}
	}
}

// The first version holds since ever, even if it has a date.
func TestFirstVersionHoldsSinceEver(t *testing.T) {
	c := mustNew(t, Spec{From: Date{2026, 6, 17}, Timezone: "America/Denver", Hours: workdays, Add: []Date{{2026, 6, 16}}})
	if !c.Open(denver(t, "2020-06-17 12:00")) || c.Open(denver(t, "2026-06-16 12:00")) {
		t.Error("the time before the first version is not its own")
	}
}

// The hash tells versions apart by their meaning, not by their spelling.
func TestVersionHash(t *testing.T) {
	hash := func(s Spec) string { return mustNew(t, s).Version(near) }
	base := Spec{Timezone: "America/Denver", Hours: workdays, Country: "us", Add: []Date{{2026, 12, 24}, {2026, 12, 31}}}
	same := base
	same.Hours = map[string][]string{"MON,tue": {"07:00-12:00", "12:00-18:00"}, "wed-fri": {"7:00 - 18:00"}}
	same.Add = []Date{{2026, 12, 31}, {2026, 12, 24}}
	if hash(base) != hash(same) {
		t.Error("another spelling changed the hash")
	}
	if got := hash(base); got != "7f9d6752e240" {
		t.Errorf("the hash of a stored version became %s", got)
	}
	for name, change := range map[string]func(*Spec){
		"from":    func(s *Spec) { s.From = Date{2026, 1, 1} },
		"zone":    func(s *Spec) { s.Timezone = "America/Boise" },
		"hours":   func(s *Spec) { s.Hours = map[string][]string{"mon-fri": {"07:00-18:01"}} },
		"country": func(s *Spec) { s.Country = "it" },
		"add":     func(s *Spec) { s.Add = s.Add[:1] },
		"remove":  func(s *Spec) { s.Remove = []Date{{2026, 7, 3}} },
		"breaks":  func(s *Spec) { s.Breaks = map[Date][]string{{2026, 7, 8}: {"08:00-09:00"}} },
	} {
		changed := base
		if change(&changed); hash(changed) == hash(base) {
			t.Errorf("%s is not in the hash", name)
		}
	}
}

// SLA T10 and every other mistake, all at once, each with its place.
func TestMistakes(t *testing.T) {
	for name, x := range map[string]struct {
		specs []Spec
		want  []string
	}{
		"no version": {nil, []string{"calendar hq: hours: missing"}},
		"never open": {[]Spec{{Timezone: "UTC"}}, []string{"calendar hq: hours: never open"}},
		"no windows": {[]Spec{{Timezone: "UTC", Hours: map[string][]string{"mon": {}}}}, []string{"calendar hq: hours: never open"}},
		"zones": {[]Spec{{Hours: workdays}, {From: Date{2026, 1, 1}, Timezone: "Local", Hours: workdays}, {From: Date{2027, 1, 1}, Timezone: "Mars/Base", Hours: workdays}}, []string{
			`calendar hq: timezone: "" is not a time zone; write an IANA name`,
			`calendar hq from 2026-01-01: timezone: "Local" is not`,
			`calendar hq from 2027-01-01: timezone: "Mars/Base" is not`,
		}},
		"hours": {[]Spec{{Timezone: "UTC", Hours: map[string][]string{
			"day": {"07:00-18:00"}, "mon-": {"07:00-18:00"}, "sun": {"7-18", "07:00", "07:00-24:01", "07:60-08:00", "24:00-02:00", "08:00-08:00", "-1:00-05:00"},
		}}}, []string{
			`calendar hq: hours.day: "day" names no days`,
			`calendar hq: hours.mon-: "mon-" names no days`,
			`calendar hq: hours.sun[0]: "7" is not a time of day`,
			`calendar hq: hours.sun[1]: "07:00" is not a window`,
			`calendar hq: hours.sun[2]: "24:01" is not a time of day`,
			`calendar hq: hours.sun[3]: "07:60" is not a time of day`,
			`calendar hq: hours.sun[4]: "24:00-02:00" begins at the end of a day`,
			`calendar hq: hours.sun[5]: "08:00-08:00" begins and ends at once`,
			`calendar hq: hours.sun[6]: "" is not a time of day`,
		}},
		"holidays": {[]Spec{{
			Timezone: "UTC", Hours: workdays, Country: "US", Add: []Date{{2026, 2, 30}, {}, {2026, 5, 1}}, Remove: []Date{{2026, 5, 1}, {3000, 1, 1}},
		}}, []string{
			`calendar hq: holidays.country: "US" has no holidays here; write one of de, fr, gb, it, jp, us`,
			`calendar hq: holidays.add[0]: 2026-02-30 is no date`,
			`calendar hq: holidays.add[1]: 0000-00-00 is no date`,
			`calendar hq: holidays.remove[0]: 2026-05-01 is both added and removed`,
			`calendar hq: holidays.remove[1]: 3000-01-01 is out of reach`,
		}},
		"breaks": {[]Spec{{Timezone: "UTC", Hours: workdays, Breaks: map[Date][]string{{2026, 2, 30}: {"09:00-10:00"}, {2026, 2, 3}: {"x"}}}}, []string{
			`calendar hq: breaks.2026-02-03[0]: "x" is not a window`,
			`calendar hq: breaks.2026-02-30[0]: 2026-02-30 is no date`,
		}},
		"versions": {[]Spec{{Timezone: "UTC", Hours: workdays}, {Timezone: "UTC", Hours: workdays}, {From: Date{2026, 1, 1}, Timezone: "UTC", Hours: workdays}, {From: Date{2026, 1, 1}, Timezone: "UTC", Hours: workdays}, {From: Date{2025, 1, 1}, Timezone: "UTC"}}, []string{
			`calendar hq: from: does not come after`,
			`calendar hq from 2026-01-01: from: does not come after`,
			`calendar hq from 2025-01-01: from: does not come after`,
			`calendar hq from 2025-01-01: hours: never open`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New("hq", x.specs...)
			if err == nil {
				t.Fatal("accepted")
			}
			got := strings.Split(err.Error(), "\n")
			for i := range got {
				if i < len(x.want) && strings.HasPrefix(got[i], x.want[i]) {
					got[i] = x.want[i]
				}
			}
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if mistake := new(SpecError); !errors.As(err, &mistake) || mistake.Field == "" || mistake.Calendar != "hq" {
				t.Errorf("no SpecError: %v", err)
			}
		})
	}
}

// SLA T9: edges that the clocks skip or repeat are accepted with a warning.
func TestWarnings(t *testing.T) {
	for name, x := range map[string]struct {
		spec Spec
		want []string
	}{
		"hq":   {hqSpec, nil},
		"24x7": {Spec{Timezone: "Asia/Beirut", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}}, nil},
		"gap and fold": {Spec{Timezone: "America/Denver", Hours: map[string][]string{"sat-sun": {"01:30-02:30"}}}, []string{
			"calendar test: hours: sun 02:30 is skipped when America/Denver changes its clocks, as on 2026-03-08; the desk is open when the wall clock says so",
			"calendar test: hours: sun 01:30 is repeated when America/Denver changes its clocks, as on 2026-11-01; the desk is open when the wall clock says so",
		}},
		"at the gap's beginning": {Spec{Timezone: "America/Denver", Hours: map[string][]string{"sun": {"02:00-10:00"}}}, []string{
			"calendar test: hours: sun 02:00 is skipped when America/Denver changes its clocks, as on 2026-03-08; the desk is open when the wall clock says so",
		}},
		"at the gap's end": {Spec{Timezone: "America/Denver", Hours: map[string][]string{"sun": {"03:00-10:00"}}}, nil},
		"no clock changes": {Spec{Timezone: "Asia/Tokyo", Hours: map[string][]string{"sun-sat": {"01:30-02:30"}}}, nil},
		"half an hour": {Spec{Timezone: "Australia/Lord_Howe", Hours: map[string][]string{"sun": {"01:45-09:00"}}}, []string{
			"calendar test: hours: sun 01:45 is repeated when Australia/Lord_Howe changes its clocks, as on 2026-04-05; the desk is open when the wall clock says so",
		}},
		"removed": {Spec{Timezone: "UTC", Hours: workdays, Country: "it", Remove: []Date{{2026, 6, 2}, {2026, 6, 3}}}, []string{
			"calendar test: holidays.remove: 2026-06-03 is no holiday; remove only holidays of the country",
		}},
	} {
		if diff := cmp.Diff(x.want, mustNew(t, x.spec).Warnings()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	moved := mustNew(t, hqSpec, Spec{From: Date{2026, 7, 1}, Timezone: "Asia/Tokyo", Hours: workdays})
	if got := moved.Warnings(); got != nil {
		t.Errorf("moving the desk is no clock change: %v", got)
	}
}

// A calendar belongs to any number of goroutines, from its making on.
func TestConcurrentUse(t *testing.T) {
	var all sync.WaitGroup
	for country := range countries {
		for range 2 {
			all.Go(func() {
				c := mustNew(t, Spec{Timezone: "UTC", Hours: workdays, Country: country})
				c.Add(near, 72*time.Hour)
				Elapsed().Add(near, time.Hour)
			})
		}
	}
	all.Wait()
}
