package calendar

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// lineage is what the wall clock says of a calendar whose versions follow each
// other, and which was published anew while they did.
type lineage struct {
	editions []edition
	pauses   []Span
}

// edition is what was published at a moment.
type edition struct {
	at       time.Time
	versions []sample // the first one holds for all time before the second
}

// watch answers for moments that only grow: a version that has begun goes on,
// even where the clocks go back over its first midnight.
func (l lineage) watch() func(time.Time) bool {
	begun := make([]int, len(l.editions))
	return func(t time.Time) bool {
		valid := 0
		for i, e := range l.editions {
			for n := begun[i] + 1; n < len(e.versions); n++ {
				if v := e.versions[n]; v.spec.From.Compare(DateOf(t.In(v.zone))) <= 0 {
					begun[i] = n
				}
			}
			if i > 0 && !t.Before(e.at) {
				valid = i
			}
		}
		v := l.editions[valid].versions[begun[valid]]
		v.pauses = l.pauses
		return v.open(t)
	}
}

// SLA T11: over several versions, each in its own zone, and over editions
// published while they hold, the arithmetic agrees with the wall clock minute
// by minute: every instant follows what was valid then.
func TestOracleOverVersions(t *testing.T) {
	names := zones()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 4))
		first := draw(r, names[r.IntN(len(names))])
		from := first.from
		var l lineage
		var c *Calendar
		published := from
		for i := range 1 + r.IntN(3) {
			e := edition{at: published}
			var specs []Spec
			for n := range 1 + r.IntN(3) {
				name := first.spec.Timezone
				if r.IntN(3) == 0 {
					name = names[r.IntN(len(names))]
				}
				v := draw(r, name)
				v.drawDates(r, from)
				v.spec.From = DateOf(from.AddDate(0, 0, 3*n+r.IntN(2)))
				e.versions = append(e.versions, v)
				specs = append(specs, v.spec)
			}
			compiled := mustNew(t, specs...)
			if i == 0 {
				c = compiled
			} else {
				c = compiled.Succeed(c, published)
			}
			l.editions = append(l.editions, e)
			published = published.Add(time.Duration(1+r.IntN(4*24*60)) * time.Minute)
		}
		for range r.IntN(3) {
			begin := from.Add(time.Duration(r.IntN(9*24*60)) * time.Minute)
			l.pauses = append(l.pauses, Span{begin, begin.Add(time.Duration(r.IntN(20*60)) * time.Minute)})
		}
		q := question{c, from, l.pauses, l.watch()}
		if !q.agrees(t, r, time.Minute, 12*24*60) {
			t.Fatalf("seed %d, from %v, pauses %v, editions %+v", seed, from, l.pauses, l.editions)
		}
	}
}

// SLA T50, T38: business days agree with the wall clock: the same time of day
// on the n-th following date with open time, its next opening or its last
// closing; the next day's opening; the number of business days in between.
func TestOracleOfDays(t *testing.T) {
	asked := 0
	for i, name := range zones() {
		r := rand.New(rand.NewPCG(uint64(i), 5))
		s := draw(r, name)
		s.pauses = nil
		c := mustNew(t, s.spec)
		dates, ok := s.days(10)
		if !ok {
			continue // the clocks went back over a midnight: a date in two pieces
		}
		asked++
		wall := s.from.In(s.zone)
		clock := wall.Hour()*60 + wall.Minute()
		business := slices.DeleteFunc(slices.Clone(dates[1:]), func(d date) bool { return len(d.open) == 0 })
		for n := range min(4, len(business)) {
			d := business[n]
			want := d.open[len(d.open)-1].Add(time.Minute)
			for _, at := range d.open {
				if local := at.In(s.zone); local.Hour()*60+local.Minute() >= clock {
					want = at
					break
				}
			}
			if got, ok := c.AddDays(s.from, n+1); !ok || !got.Equal(want) {
				t.Fatalf("%s: %d business days after %v: %v, %v, want %v; spec %+v", name, n+1, wall, got.In(s.zone), ok, want.In(s.zone), s.spec)
			}
			if got := c.Days(s.from, d.open[0]); got != n+1 {
				t.Fatalf("%s: %d days from %v to %v, want %d; spec %+v", name, got, wall, d.open[0].In(s.zone), n+1, s.spec)
			}
		}
		if len(business) > 0 {
			if got, ok := c.NextDay(s.from); !ok || !got.Equal(business[0].open[0]) {
				t.Fatalf("%s: the day after %v opens %v, %v, want %v; spec %+v", name, wall, got.In(s.zone), ok, business[0].open[0].In(s.zone), s.spec)
			}
		}
	}
	if asked < 500 {
		t.Errorf("only %d zones were asked", asked)
	}
}

// date is a local date with the minutes at which it is open.
type date struct {
	Date
	open []time.Time
}

// days lists the first dates from s.from on, not ok where one comes back.
func (s *sample) days(n int) (dates []date, ok bool) {
	for now := s.from; ; now = now.Add(time.Minute) {
		today := DateOf(now.In(s.zone))
		switch last := len(dates) - 1; {
		case last >= 0 && today.Compare(dates[last].Date) < 0:
			return nil, false
		case last < 0 || today != dates[last].Date:
			if len(dates) == n {
				return dates, true
			}
			dates = append(dates, date{Date: today})
		}
		if s.open(now) {
			dates[len(dates)-1].open = append(dates[len(dates)-1].open, now)
		}
	}
}
