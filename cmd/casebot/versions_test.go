package main

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"casebot/adapters/redis"
	"casebot/config"
)

// Configurations that differ from one another in one thing, and what is said
// of it. The day is the 23rd of November 2026 in Denver.
const (
	hqNow = "calendars:\n  hq:\n    - {timezone: America/Denver, hours: {mon-fri: 07:00-18:00}}\n    - {from: 2026-11-01, timezone: America/Denver, hours: {mon-fri: 08:00-18:00}}\n"

	goldNow = "packages:\n  gold:\n    - {services_days: 3}\n    - {from: 2026-11-01, services_days: 4}\n"
)

// SLA T11.
func TestChangedPastVersionsAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after string
		want          []string // of the error; none: it is accepted
	}{
		{"the same again", hqNow + goldNow, hqNow + goldNow, nil},
		{"the same, written otherwise", hqNow, strings.ReplaceAll(hqNow, "mon-fri: 07:00-18:00", `mon-wed: ["07:00-12:00", "12:00-18:00"], thu: 07:00-18:00, fri: 07:00-18:00`), nil},
		{"a name", goldNow, strings.Replace(goldNow, "{services_days: 3}", "{name: Or, services_days: 3}", 1), nil},
		{"a version to come is added", hqNow, hqNow + "    - {from: 2027-01-01, timezone: America/Denver, hours: {mon: 07:00-18:00}}\n", nil},
		{"one begins today", goldNow, goldNow + "    - {from: 2026-11-23, services_days: 5}\n", nil},
		{"a version to come is changed", goldNow + "    - {from: 2027-01-01, services_days: 5}\n", goldNow + "    - {from: 2027-01-01, services_days: 6}\n", nil},
		{"a version to come is withdrawn", goldNow + "    - {from: 2027-01-01, services_days: 5}\n", goldNow, nil},
		{"another calendar is new", hqNow, hqNow + "  night:\n    - {timezone: UTC, hours: {mon: 22:00-06:00}}\n    - {from: 2026-01-01, timezone: UTC, hours: {mon: 21:00-06:00}}\n", nil},
		{"a package is gone as a whole", goldNow + "  tiny: {elearning: yes}\n", goldNow, nil},
		{"the first version gets a from", goldNow, strings.Replace(goldNow, "{services_days: 3}", "{from: 2026-01-01, services_days: 3}", 1), nil},

		{
			"the version in force is changed", hqNow, strings.Replace(hqNow, "08:00", "09:00", 1),
			[]string{"calendar hq: its version from 2026-11-01 was changed after it came into force: put it back as it was, and add a version with from: 2026-11-24"},
		},
		{
			"so is one that was", goldNow, strings.Replace(goldNow, "3}", "2}", 1),
			[]string{"package gold: its first version was changed"},
		},
		{
			"the first one is in force whatever its from", "packages: {tiny: {from: 2027-01-01, elearning: yes}}", "packages: {tiny: {from: 2027-01-01, elearning: no}}",
			[]string{"package tiny: its first version was changed"},
		},
		{
			"one is taken away", goldNow, "packages: {gold: {services_days: 3}}",
			[]string{"package gold: its version from 2026-11-01 was taken away after it came into force: put it back, and add a version with from: 2026-11-24"},
		},
		{
			"one is put into the past", goldNow, goldNow + "    - {from: 2026-11-22, services_days: 5}\n",
			[]string{"package gold: its version from 2026-11-22 begins in the past, where another was in force: give it from: 2026-11-24"},
		},
		{
			"all at once", hqNow + goldNow, strings.ReplaceAll(hqNow, "18:00", "19:00") + strings.ReplaceAll(goldNow, "services_days", "private_sessions"),
			[]string{"calendar hq: its first", "calendar hq: its version from 2026-11-01", "package gold: its first", "package gold: its version from 2026-11-01"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shelf := versionShelf(t)
			now := time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC) // still the 23rd in Denver
			if err := publish(t.Context(), shelf, parse(t, tt.before), now); err != nil {
				t.Fatalf("at first: %v", err)
			}
			err := publish(t.Context(), shelf, parse(t, tt.after), now)
			if (err == nil) != (tt.want == nil) {
				t.Fatalf("%v, want %q", err, tt.want)
			}
			if err == nil {
				return
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwant %s", err, want)
				}
			}
			if lines := strings.Count(err.Error(), "\n") + 1; lines != len(tt.want) {
				t.Errorf("%d mistakes, want %d: %v", lines, len(tt.want), err)
			}
			if err := publish(t.Context(), shelf, parse(t, tt.before), now); err != nil {
				t.Errorf("what was refused is remembered: %v", err)
			}
		})
	}
}

// A version that was still to come when it was seen may change until its day,
// and is held to from then on, even if nothing was started in between.
func TestVersionsComeIntoForce(t *testing.T) {
	shelf := versionShelf(t)
	five, six := goldNow+"    - {from: 2027-01-01, services_days: 5}\n", goldNow+"    - {from: 2027-01-01, services_days: 6}\n"
	for _, step := range []struct {
		day     string
		text    string
		refused bool
	}{
		{"2026-11-23", five, false},
		{"2026-12-31", six, false},
		{"2027-01-02", five, true},
		{"2027-01-02", six, false},
		{"2027-01-02", goldNow, true},
		{"2027-01-02", "vendor: {name: X}", true}, // gold's first version is then the default's
	} {
		now, err := time.Parse(time.DateTime, step.day+" 19:00:00")
		if err != nil {
			t.Fatal(err)
		}
		if err := publish(t.Context(), shelf, parse(t, step.text), now); (err != nil) != step.refused {
			t.Errorf("%s: %v\n%s", step.day, err, step.text)
		}
	}
}

// SLA T11, corner 26: a version of today holds from the instant at which it is
// published, not from midnight; so after a restart, on every replica, and for
// the commands that only look.
func TestPublishedToday(t *testing.T) {
	shelf := versionShelf(t)
	at := func(clock string) time.Time {
		t.Helper()
		when, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-23 "+clock, denver(t))
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	open := func(cfg *config.Config) time.Duration {
		return cfg.Calendars["hq"].Between(at("00:00"), at("23:59"))
	}
	want := func(what string, cfg *config.Config, hours int) {
		t.Helper()
		if got := open(cfg); got != time.Duration(hours)*time.Hour {
			t.Errorf("%s: the day has %v, want %d h", what, got, hours)
		}
	}
	holiday := hqNow + "    - {from: 2026-11-23, timezone: America/Denver, hours: {mon-fri: 08:00-18:00}, holidays: {add: [2026-11-23]}}\n"
	before := parse(t, hqNow)
	if err := publish(t.Context(), shelf, before, at("08:00")); err != nil {
		t.Fatal(err)
	}
	want("before", before, 10)

	replicas := []*config.Config{parse(t, holiday), parse(t, holiday), parse(t, holiday)}
	var all sync.WaitGroup
	for i, cfg := range replicas {
		all.Go(func() {
			if err := publish(t.Context(), shelf, cfg, at("12:00").Add(time.Duration(i)*time.Minute)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, cfg := range replicas {
		if got := open(cfg); got != open(replicas[0]) || got < 4*time.Hour || got > 4*time.Hour+2*time.Minute {
			t.Errorf("published at noon: the day has %v", got)
		}
	}
	known, _, err := rememberedEditions(t.Context(), shelf)
	if err != nil || len(known["calendar hq"]) != 2 {
		t.Errorf("%d editions, %v", len(known["calendar hq"]), err)
	}

	again := parse(t, strings.ReplaceAll(holiday, "mon-fri: 08:00-18:00", "mon-thu: 08:00-18:00, fri: 08:00-18:00"))
	if err := publish(t.Context(), shelf, again, at("15:00")); err != nil || open(again) != open(replicas[0]) {
		t.Errorf("restarted with the same, written otherwise: %v, %v", open(again), err)
	}
	looks := parse(t, hqNow)
	if err := inForce(t.Context(), shelf, looks); err != nil || open(looks) != open(replicas[0]) {
		t.Errorf("what is in force: %v, %v", open(looks), err)
	}
	tried := parse(t, hqNow)
	if err := onTrial(t.Context(), shelf, tried); err != nil {
		t.Error(err)
	}
	want("another one on trial", tried, 10)
	same := parse(t, holiday)
	if err := onTrial(t.Context(), shelf, same); err != nil || open(same) != open(replicas[0]) {
		t.Errorf("the same on trial: %v, %v", open(same), err)
	}

	back := parse(t, hqNow) // taken back at four
	if err := publish(t.Context(), shelf, back, at("16:00")); err != nil || open(back) != open(replicas[0])+2*time.Hour {
		t.Errorf("taken back: %v, %v", open(back), err)
	}
}

func denver(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// What is not configured for a while is not forgotten.
func TestVersionsComeBack(t *testing.T) {
	shelf := versionShelf(t)
	now := time.Date(2026, 11, 23, 19, 0, 0, 0, time.UTC)
	for i, text := range []string{"packages: {tiny: {elearning: yes}}", "", "packages: {tiny: {elearning: yes}}", "packages: {tiny: {beta: yes}}"} {
		if err := publish(t.Context(), shelf, parse(t, text), now); (err != nil) != (i == 3) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func versionShelf(t *testing.T) *redis.Shelf {
	t.Helper()
	store, err := redis.Open(t.Context(), redis.Config{URL: "embedded", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store.Shelf()
}

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	cfg, _, err := config.Parse("casebot.yaml", []byte(text), config.Sources{Env: os.LookupEnv})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return cfg
}
