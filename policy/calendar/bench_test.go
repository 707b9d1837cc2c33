package calendar

import (
	"testing"
	"time"
)

var hqSpec = Spec{
	Timezone: "America/Denver",
	Hours:    map[string][]string{"mon-fri": {"07:00-18:00"}},
	Country:  "us",
}

var (
	near = time.Date(2026, 3, 4, 17, 45, 0, 0, time.UTC)
	far  = time.Date(2091, 3, 7, 17, 45, 0, 0, time.UTC)
)

func BenchmarkAdd(b *testing.B) {
	c := mustNew(b, hqSpec)
	pause := Span{near.Add(30 * time.Hour), near.Add(40 * time.Hour)}
	for _, bench := range []struct {
		name   string
		from   time.Time
		pauses []Span
	}{{"near", near, nil}, {"far", far, nil}, {"paused", near, []Span{pause}}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := c.Add(bench.from, 72*time.Hour, bench.pauses...); !ok {
					b.Fatal("no due time")
				}
			}
		})
	}
}

func BenchmarkBetweenYear(b *testing.B) {
	c := mustNew(b, hqSpec)
	for _, from := range []time.Time{near, far} {
		b.Run(from.Format("2006"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Between(from, from.AddDate(1, 0, 0))
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	c := mustNew(b, hqSpec)
	for b.Loop() {
		c.Open(near)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		mustNew(b, hqSpec)
	}
}

// The hot path must not allocate: every open case asks it again and again.
func TestNoAllocations(t *testing.T) {
	c := mustNew(t, hqSpec)
	pauses := []Span{{near.Add(30 * time.Hour), near.Add(40 * time.Hour)}, {From: far}}
	for name, ask := range map[string]func(){
		"Add":             func() { c.Add(near, 72*time.Hour) },
		"Add, 1 pause":    func() { c.Add(near, 72*time.Hour, Span{near.Add(30 * time.Hour), near.Add(40 * time.Hour)}) },
		"Add, 2 pauses":   func() { c.Add(near, 72*time.Hour, pauses...) },
		"Between":         func() { c.Between(near, far) },
		"Open":            func() { c.Open(near) },
		"NextOpen":        func() { c.NextOpen(near) },
		"NextDay":         func() { c.NextDay(near) },
		"AddDays":         func() { c.AddDays(near, 10, pauses...) },
		"Days":            func() { c.Days(near, far) },
		"Elapsed.Add":     func() { Elapsed().Add(near, 72*time.Hour) },
		"Holiday":         func() { c.Holiday(Date{2026, 7, 4}) },
		"Location":        func() { c.Location(near) },
		"Version":         func() { c.Version(near) },
		"Elapsed.Between": func() { Elapsed().Between(near, far) },
	} {
		if n := testing.AllocsPerRun(10, ask); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

// A due time far from today takes no longer than a near one. The fastest of
// many interleaved rounds are compared, so that whatever else the machine does
// counts for neither.
func TestNearAsFar(t *testing.T) {
	c := mustNew(t, hqSpec)
	round := func(from time.Time) time.Duration {
		begin := time.Now()
		for range 2000 {
			c.Add(from, 72*time.Hour)
		}
		return time.Since(begin)
	}
	for range 5 {
		fastest := [2]time.Duration{time.Hour, time.Hour}
		for range 30 {
			for i, from := range []time.Time{near, far} {
				fastest[i] = min(fastest[i], round(from))
			}
		}
		if ratio := float64(fastest[1]) / float64(fastest[0]); ratio <= 1.5 {
			return
		}
	}
	t.Error("a due time in 2091 takes more than 1.5 times as long as one in 2026")
}
