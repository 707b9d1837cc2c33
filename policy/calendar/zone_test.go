package calendar

import (
	"math/rand/v2"
	"testing"
	"time"
)

// The table of offsets says what the time package says, at any instant.
func TestOffsets(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, name := range zones() {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		c := mustNew(t, Spec{Timezone: name, Hours: map[string][]string{"mon": {"09:00-17:00"}}})
		check := func(i instant) {
			_, want := utc(i).In(zone).Zone()
			if got := c.wall(i) - i; got != time.Duration(want)*time.Second {
				t.Errorf("%s at %v: offset %v, want %ds", name, utc(i), got, want)
			}
		}
		for range 300 {
			check(dawn + instant(r.Int64N(int64(dusk-dawn))))
		}
		for _, regime := range c.regimes {
			check(regime.from)
			check(regime.to - 1)
		}
	}
}

// Regimes cover the horizon without a gap, which every search relies on.
func TestRegimesAreContiguous(t *testing.T) {
	for _, name := range zones() {
		c := mustNew(t,
			Spec{Timezone: name, Hours: map[string][]string{"mon": {"09:00-17:00"}}},
			Spec{Timezone: "Asia/Tokyo", Hours: map[string][]string{"tue": {"09:00-17:00"}}, From: Date{2026, 7, 1}},
			Spec{Timezone: name, Hours: map[string][]string{"wed": {"09:00-17:00"}}, From: Date{2027, 7, 1}},
		)
		end := dawn
		for _, r := range c.regimes {
			if r.from != end || r.to <= r.from {
				t.Errorf("%s: a regime [%v, %v) follows one that ends at %v", name, utc(r.from), utc(r.to), utc(end))
			}
			end = r.to
		}
		if end != dusk {
			t.Errorf("%s: the last regime ends at %v", name, utc(end))
		}
	}
}
