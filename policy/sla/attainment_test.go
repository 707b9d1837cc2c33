package sla_test

import (
	"testing"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// SLA T48, corner 30: met and breached count, in the period of their due;
// excused ones stand apart, what is pending, cancelled, merged or without a
// target is left out, and nothing to count is no 100 %.
func TestAttainment(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 09:00", k)
	none := initial(t, 2, policy.Package{}, "2026-06-15 09:00", k)
	met, _ := c.Respond(c.Due)
	late, _ := c.Respond(c.Due.Add(time.Hour))
	answered, _ := none.Respond(c.Due)
	excused := c.Breach()
	excused.Excused = true
	for _, test := range []struct {
		name  string
		cycle sla.Cycle
		want  sla.Attainment
	}{
		{"met", met, sla.Attainment{Met: 1}},
		{"breached", c.Breach(), sla.Attainment{Breached: 1}},
		{"answered late", late, sla.Attainment{Breached: 1}},
		{"breached, then solved", c.Breach().End(sla.Cancelled, c.Due.Add(time.Hour)), sla.Attainment{Breached: 1}},
		{"breached, then merged", c.Breach().End(sla.Merged, c.Due.Add(time.Hour)), sla.Attainment{Breached: 1}},
		{"excused", excused, sla.Attainment{Excused: 1}},
		{"pending", c, sla.Attainment{}},
		{"cancelled", c.End(sla.Cancelled, c.Anchor), sla.Attainment{}},
		{"merged", c.End(sla.Merged, c.Anchor), sla.Attainment{}},
		{"no target, answered", answered, sla.Attainment{}},
		{"no target, pending", none, sla.Attainment{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got sla.Attainment
			if got.Add(test.cycle); got != test.want {
				t.Fatalf("counted %+v, want %+v", got, test.want)
			}
			if _, any := got.Percent(); any != (got.Of() > 0) {
				t.Fatalf("a share of %d outcomes", got.Of())
			}
			if got.Of() > 0 {
				wantTime(t, "it fell due", test.cycle.FellDue(), c.Due)
			}
		})
	}
	if percent, _ := (sla.Attainment{Met: 999, Breached: 1}).Percent(); percent != 99 {
		t.Fatalf("999 of 1000 are %d %%", percent)
	}
}
