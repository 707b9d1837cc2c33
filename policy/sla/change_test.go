package sla_test

import (
	"reflect"
	"testing"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// SLA T28, T35: recomputed from the original anchor; lower: never earlier;
// higher: never later, and never before t plus the floor.
func TestChange(t *testing.T) {
	none := gold
	none.Severity[2] = policy.Targets{}
	for _, test := range []struct {
		name     string
		from, to policy.Severity
		pack     policy.Package
		received string
		when     string
		floors   sla.Floors
		want     string
	}{
		{"X7: raised, retroactively past", 3, 1, gold, "2026-06-15 09:00", "2026-06-15 14:00", sla.DefaultFloors, "2026-06-15 14:30"},
		{"X7: with floor 0", 3, 1, gold, "2026-06-15 09:00", "2026-06-15 14:00", sla.Floors{}, "2026-06-15 13:00"},
		{"floor 0 for severity 1 alone", 3, 1, gold, "2026-06-15 09:00", "2026-06-15 14:00", sla.Floors{0, time.Hour}, "2026-06-15 13:00"},
		{"floor 0 for severity 2 alone", 3, 2, gold, "2026-06-15 09:00", "2026-06-15 17:30", sla.Floors{30 * time.Minute, 0}, "2026-06-15 17:00"},
		{"raised early: from the anchor", 3, 1, gold, "2026-06-15 09:00", "2026-06-15 10:00", sla.DefaultFloors, "2026-06-15 13:00"},
		{"raised to 2: floor of a business hour", 3, 2, gold, "2026-06-15 09:00", "2026-06-15 17:30", sla.DefaultFloors, "2026-06-16 07:30"},
		{"raised: the old due is nearer than the floor", 3, 1, gold, "2026-06-15 09:00", "2026-06-16 09:45", sla.DefaultFloors, "2026-06-16 10:00"},
		{"raised on a Sunday (corner 13)", 2, 1, gold, "2026-06-12 17:00", "2026-06-14 10:00", sla.DefaultFloors, "2026-06-14 10:30"},
		{"lowered", 1, 2, gold, "2026-06-15 09:00", "2026-06-15 10:00", sla.DefaultFloors, "2026-06-15 17:00"},
		{"lowered: never earlier", 1, 2, pack(20, 1, 1, 1, 1), "2026-06-15 09:00", "2026-06-15 09:10", sla.DefaultFloors, "2026-06-16 05:00"},
		{"lowered to no target", 2, 3, none, "2026-06-15 09:00", "2026-06-15 10:00", sla.DefaultFloors, ""},
		{"raised from no target", 3, 2, none, "2026-06-15 09:00", "2026-06-15 10:00", sla.DefaultFloors, "2026-06-15 17:00"},
		{"raised from no target, past", 3, 2, none, "2026-06-15 09:00", "2026-06-15 17:30", sla.DefaultFloors, "2026-06-16 07:30"},
		{"the same", 2, 2, gold, "2026-06-15 09:00", "2026-06-15 17:30", sla.DefaultFloors, "2026-06-15 17:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := hq(t)
			c := initial(t, test.from, test.pack, test.received, k).Change(test.to, test.pack, at(t, test.when), test.floors, k)
			want := time.Time{}
			if test.want != "" {
				want = at(t, test.want)
			}
			wantTime(t, "due", c.Due, want)
			wantTime(t, "anchor", c.Anchor, at(t, test.received))
			if c.Severity != test.to {
				t.Fatalf("severity %s", c.Severity)
			}
			wantTime(t, "due after a refresh", c.Refresh(k).Due, want)
		})
	}
}

// SLA T28, T35: no raise takes a promise away: to a severity without a target
// the old due stands.
func TestRaiseToNoTarget(t *testing.T) {
	k := hq(t)
	p := gold
	p.Severity[0] = policy.Targets{}
	c := initial(t, 2, p, "2026-06-15 09:00", k)
	wantTime(t, "due", c.Change(1, p, at(t, "2026-06-15 10:00"), sla.DefaultFloors, k).Due, c.Due)
}

// SLA T28, corner 10: 3 → 1 → 3 returns to the original due, also over the floor.
func TestChangeThereAndBack(t *testing.T) {
	k := hq(t)
	c := initial(t, 3, gold, "2026-06-15 09:00", k)
	up := c.Change(1, gold, at(t, "2026-06-15 14:00"), sla.DefaultFloors, k)
	down := up.Change(3, gold, at(t, "2026-06-15 14:10"), sla.DefaultFloors, k)
	wantTime(t, "due", down.Due, c.Due)
	wantOutcome(t, down, sla.Pending)
}

// SLA T29: completed cycles are never recomputed.
func TestChangeLeavesEnded(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 09:00", k)
	met, _ := c.Respond(c.Due)
	for _, ended := range []sla.Cycle{met, c.Breach(), c.End(sla.Cancelled, c.Due), c.End(sla.Merged, c.Due)} {
		if got := ended.Change(1, gold, c.Due, sla.DefaultFloors, k); !reflect.DeepEqual(got, ended) {
			t.Fatalf("%s: %+v", ended.Outcome, got)
		}
	}
}

// SLA T28, T33: the same pauses count on both clocks, and a change during an
// open suspension keeps floor and order once it ends.
func TestChangeWhilePaused(t *testing.T) {
	open := hq(t, span(t, "2026-06-15 13:30", ""))
	ended := hq(t, span(t, "2026-06-15 13:30", "2026-06-15 15:00"))
	c := initial(t, 3, gold, "2026-06-15 09:00", open)
	up := c.Change(1, gold, at(t, "2026-06-15 14:00"), sla.DefaultFloors, open)
	wantTime(t, "due while paused", up.Due, time.Time{})
	wantTime(t, "due after it", up.Refresh(ended).Due, at(t, "2026-06-15 15:30"))
	down := up.Change(3, gold, at(t, "2026-06-15 14:10"), sla.DefaultFloors, open)
	wantTime(t, "there and back", down.Refresh(ended).Due, c.Refresh(ended).Due)
}

// SLA T30: the last quarter of the target.
func TestLate(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 09:00", k)
	if c.Late(at(t, "2026-06-15 14:59:59"), k) || !c.Late(at(t, "2026-06-15 15:00"), k) || c.Breach().Late(at(t, "2026-06-15 15:00"), k) {
		t.Fatal("the last quarter of 9 to 17 begins at 15:00")
	}
}

// SLA T35: the earliest due of the merged, not before t plus the floor, never
// later than before.
func TestEarliest(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 12:00", k) // due Tue 09:00
	earlier := initial(t, 2, gold, "2026-06-15 09:00", k)
	for _, test := range []struct {
		name  string
		cycle sla.Cycle
		other sla.Cycle
		when  string
		want  string
	}{
		{"earlier", c, earlier, "2026-06-15 13:00", "2026-06-15 17:00"},
		{"later", earlier, c, "2026-06-15 13:00", "2026-06-15 17:00"},
		{"past: the floor", c, earlier, "2026-06-15 17:30", "2026-06-16 07:30"},
		{"never later", c, earlier, "2026-06-16 08:30", "2026-06-16 09:00"},
		{"none before", initial(t, 2, policy.Package{}, "2026-06-15 12:00", k), earlier, "2026-06-15 13:00", "2026-06-15 17:00"},
		{"other has none", c, initial(t, 2, policy.Package{}, "2026-06-15 12:00", k), "2026-06-15 13:00", "2026-06-16 09:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.cycle.Earliest(test.other, at(t, test.when), sla.DefaultFloors, k)
			wantTime(t, "due", got.Due, at(t, test.want))
		})
	}
	if got := c.Breach().Earliest(earlier, c.Due, sla.DefaultFloors, k); !reflect.DeepEqual(got, c.Breach()) {
		t.Fatalf("a breached cycle took a due: %+v", got)
	}
}

// SLA T35: a merge moves the anchor of a pending initial response to the
// earliest receipt, and cannot breach at once.
func TestReanchor(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 12:00", k)
	for _, test := range []struct{ when, want string }{
		{"2026-06-15 13:00", "2026-06-15 17:00"},
		{"2026-06-15 16:30", "2026-06-15 17:30"},
		{"2026-06-16 08:59", "2026-06-16 09:00"},
	} {
		got := c.Reanchor(at(t, "2026-06-15 09:00"), at(t, test.when), sla.DefaultFloors, k)
		wantTime(t, test.when, got.Due, at(t, test.want))
		wantTime(t, "anchor", got.Anchor, at(t, "2026-06-15 09:00"))
	}
}

// SLA T28, T50: business days too count from the original anchor.
func TestChangeInBusinessDays(t *testing.T) {
	p := gold
	p.Severity[2].Initial = policy.Target{Days: 2}
	k := hq(t)
	c := initial(t, 3, p, "2026-06-15 09:00", k)
	wantTime(t, "2bd", c.Due, at(t, "2026-06-17 09:00"))
	up := c.Change(2, p, at(t, "2026-06-15 12:00"), sla.DefaultFloors, k)
	wantTime(t, "raised", up.Due, at(t, "2026-06-15 17:00"))
	wantTime(t, "and back", up.Change(3, p, at(t, "2026-06-15 12:30"), sla.DefaultFloors, k).Due, c.Due)
	down := initial(t, 2, p, "2026-06-15 09:00", k).Change(3, p, at(t, "2026-06-15 16:00"), sla.DefaultFloors, k)
	wantTime(t, "lowered", down.Due, at(t, "2026-06-17 09:00"))
}

// SLA T30, T33: also while the clock stands still in the last quarter.
func TestLateWhilePaused(t *testing.T) {
	for _, test := range []struct {
		paused string
		want   bool
	}{{"2026-06-15 14:59", false}, {"2026-06-15 15:00", true}} {
		k := hq(t, span(t, test.paused, ""))
		c := initial(t, 2, gold, "2026-06-15 09:00", k)
		if got := c.Late(at(t, "2026-06-16 09:00"), k); got != test.want {
			t.Errorf("paused since %s: late %v, want %v", test.paused, got, test.want)
		}
	}
}

// SLA T35, T33: no promise is lost to a merge in a suspension: the earlier due
// and the earlier anchor hold once the clocks run again, with their floor.
func TestMergeWhilePaused(t *testing.T) {
	open := hq(t, span(t, "2026-06-15 13:00", ""))
	ended := hq(t, span(t, "2026-06-15 13:00", "2026-06-16 13:00"))
	c := initial(t, 2, gold, "2026-06-15 12:00", open)
	earlier := initial(t, 2, gold, "2026-06-15 09:00", open)
	past := initial(t, 1, gold, "2026-06-15 09:00", open)
	when := at(t, "2026-06-15 14:00")
	for _, test := range []struct {
		name string
		got  sla.Cycle
		want string
	}{
		{"not merged", c, "2026-06-17 09:00"},
		{"the earlier due", c.Earliest(earlier, when, sla.DefaultFloors, open), "2026-06-16 17:00"},
		{"past, so the floor", c.Earliest(past, when, sla.DefaultFloors, open), "2026-06-16 14:00"},
		{"the later due", earlier.Earliest(c, when, sla.DefaultFloors, open), "2026-06-16 17:00"},
		{"the earlier anchor", c.Reanchor(earlier.Anchor, when, sla.DefaultFloors, open), "2026-06-16 17:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantTime(t, "due in the suspension", test.got.Due, time.Time{})
			wantTime(t, "due after it", test.got.Refresh(ended).Due, at(t, test.want))
		})
	}
}

// SLA T35: the floor of a case without a target is that of its severity.
func TestFloorWithoutTarget(t *testing.T) {
	k := hq(t)
	past := initial(t, 1, gold, "2026-06-12 12:00", k) // due Fri 16:00
	for severity, want := range map[policy.Severity]string{1: "2026-06-12 18:15", 2: "2026-06-15 07:45", 3: "2026-06-15 07:45"} {
		c := initial(t, severity, policy.Package{}, "2026-06-12 12:00", k).Earliest(past, at(t, "2026-06-12 17:45"), sla.DefaultFloors, k)
		wantTime(t, "severity "+severity.String(), c.Due, at(t, want))
	}
}
