package calendar

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// world is a random calendar with a moment and pauses near it.
type world struct {
	c      *Calendar
	from   time.Time
	pauses []Span
}

func drawWorld(rt *rapid.T) world {
	zone := rapid.SampledFrom(zones()).Draw(rt, "zone")
	s := draw(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 4)), zone)
	c, err := New("any", s.spec)
	if err != nil {
		rt.Fatal(err)
	}
	if rapid.Bool().Draw(rt, "published anew") {
		other := draw(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "anew"), 4)), rapid.SampledFrom(zones()).Draw(rt, "other zone"))
		next, err := New("any", other.spec)
		if err != nil {
			rt.Fatal(err)
		}
		c = next.Succeed(c, s.from.Add(time.Duration(rapid.Int64Range(-100, 1000).Draw(rt, "hours"))*time.Hour))
	}
	return world{c, s.from.Add(time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(rt, "later"))), s.pauses}
}

func target(rt *rapid.T, name string) time.Duration {
	return time.Duration(rapid.Int64Range(1, int64(200*time.Hour)).Draw(rt, name))
}

// What holds of every calendar in every zone (SLA T4, T5, T9, T33). A target
// that is refused, for a calendar that is hardly ever open, is refused at any
// later start or greater target as well, so there is nothing to compare.
func TestProperties(t *testing.T) {
	for name, property := range map[string]func(rt *rapid.T, w world){
		"due is monotone in start": func(rt *rapid.T, w world) {
			d := target(rt, "target")
			later := w.from.Add(target(rt, "between"))
			first, ok := w.c.Add(w.from, d, w.pauses...)
			second, too := w.c.Add(later, d, w.pauses...)
			if ok && too && second.Before(first) {
				rt.Fatalf("from %v due %v, from %v already %v", w.from, first, later, second)
			}
		},
		"due is strictly monotone in target": func(rt *rapid.T, w world) {
			d := target(rt, "target")
			more := d + target(rt, "more")
			first, ok := w.c.Add(w.from, d, w.pauses...)
			second, too := w.c.Add(w.from, more, w.pauses...)
			if too && (!ok || !first.Before(second)) {
				rt.Fatalf("%v due %v, %v due %v", d, first, more, second)
			}
		},
		"add and until are inverse": func(rt *rapid.T, w world) {
			d := target(rt, "target")
			due, ok := w.c.Add(w.from, d, w.pauses...)
			if got := w.c.Between(w.from, due, w.pauses...); ok && got != d {
				rt.Fatalf("%v until %v, which is due after %v", got, due, d)
			}
		},
		"a split target adds up": func(rt *rapid.T, w world) {
			a, b := target(rt, "first"), target(rt, "second")
			due, ok := w.c.Add(w.from, a+b, w.pauses...)
			middle, half := w.c.Add(w.from, a, w.pauses...)
			end, rest := w.c.Add(middle, b, w.pauses...)
			if ok && (!half || !rest || !end.Equal(due)) {
				rt.Fatalf("due %v at once, %v by way of %v", due, end, middle)
			}
		},
		"what is not due within 400 days is refused, and nothing else": func(rt *rapid.T, w world) { // T10
			d := 40 * target(rt, "target")
			last := w.from
			for _, p := range w.pauses {
				if p.To.After(last) {
					last = p.To
				}
			}
			limit := last.Add(400 * 24 * time.Hour)
			due, ok := w.c.Add(w.from, d, w.pauses...)
			if in := w.c.Between(w.from, limit, w.pauses...) >= d; ok != in || ok && due.After(limit) {
				rt.Fatalf("due %v, %v; %v is the limit", due, ok, limit)
			}
		},
		"pauses only delay": func(rt *rapid.T, w world) {
			d := target(rt, "target")
			free, ok := w.c.Add(w.from, d)
			due, too := w.c.Add(w.from, d, w.pauses...)
			if too && (!ok || due.Before(free)) {
				rt.Fatalf("due %v, and %v without pauses", due, free)
			}
		},
		"pauses count united, in any order": func(rt *rapid.T, w world) {
			d := target(rt, "target")
			other := slices.Clone(w.pauses)
			for _, p := range w.pauses { // the same once more, in two halves
				middle := p.From.Add(p.To.Sub(p.From) / 2)
				other = append(other, Span{p.From, middle}, Span{middle, p.To})
			}
			slices.Reverse(other)
			due, ok := w.c.Add(w.from, d, w.pauses...)
			same, too := w.c.Add(w.from, d, other...)
			if ok != too || !due.Equal(same) {
				rt.Fatalf("due %v, %v when the pauses are told otherwise", due, same)
			}
		},
		"the ledger tells every instant once, and its sum": func(rt *rapid.T, w world) {
			to := w.from.Add(target(rt, "span"))
			at, sum := w.from, time.Duration(0)
			for _, i := range w.c.Ledger(w.from, to, w.pauses...) {
				if !i.From.Equal(at) || !i.To.After(at) {
					rt.Fatalf("%v to %v follows on %v", i.From, i.To, at)
				}
				at = i.To
				if i.Why == ReasonOpen {
					sum += i.To.Sub(i.From)
				}
			}
			if want := w.c.Between(w.from, to, w.pauses...); !at.Equal(to) || sum != want {
				rt.Fatalf("the ledger ends at %v with %v, want %v with %v", at, sum, to, want)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { property(rt, drawWorld(rt)) })
		})
	}
}
