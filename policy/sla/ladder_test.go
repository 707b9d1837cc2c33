package sla_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

func everybody(int) bool { return true }

// climb walks a ladder from alarm to alarm and prints what is told.
func climb(t testing.TB, l sla.Ladder, k sla.Clocks, until string, present func(int) bool) (sla.Ladder, []string) {
	t.Helper()
	denver := at(t, until).Location()
	var out []string
	for {
		next := l.NextAt(k)
		if next.IsZero() || next.After(at(t, until)) {
			return l, out
		}
		var due sla.Rung
		l, due, _ = l.Advance(next, sla.DefaultSteps, k, present)
		out = append(out, fmt.Sprintf("%d %s", due.Level, next.In(denver).Format("Mon 15:04:05.999")))
	}
}

func wantRungs(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("climbed %q, want %q", got, want)
	}
}

// breached is a cycle whose due passed at the given time.
func breached(t testing.TB, s policy.Severity, due string, k sla.Clocks) sla.Cycle {
	t.Helper()
	c := sla.Start(0, policy.Initial, s, gold, at(t, due).Add(-time.Hour), k)
	c.Due = at(t, due)
	return c.Breach()
}

// SLA T38, X11: steps on the cycle's clock, exact to the millisecond from the
// breach; repeats at level 4.
func TestClimb(t *testing.T) {
	for _, test := range []struct {
		name     string
		severity policy.Severity
		due      string
		until    string
		want     []string
	}{
		{"severity 1", 1, "2026-06-12 17:00", "2026-06-12 23:00", []string{"1 Fri 17:00:00.001", "2 Fri 17:30:00", "3 Fri 18:00:00", "4 Fri 18:30:00", "4 Fri 20:30:00", "4 Fri 22:30:00"}},
		{"X11: severity 2", 2, "2026-06-12 17:00", "2026-06-17 06:59", []string{"1 Fri 17:00:00.001", "2 Mon 08:00:00", "3 Mon 10:00:00", "4 Mon 12:00:00", "4 Tue 07:00:00"}},
		{"severity 2, ends at closing", 2, "2026-06-12 16:00", "2026-06-15 08:00", []string{"1 Fri 16:00:00.001", "2 Fri 18:00:00"}},
		{"severity 3", 3, "2026-06-12 09:00", "2026-06-16 07:00", []string{"1 Fri 09:00:00.001", "2 Fri 13:00:00", "3 Fri 17:00:00", "4 Mon 10:00:00", "4 Tue 07:00:00"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := hq(t)
			_, got := climb(t, sla.Climb(breached(t, test.severity, test.due, k), 1), k, test.until, everybody)
			wantRungs(t, got, test.want...)
		})
	}
}

// SLA T39: the second breach starts at level 2, the third and later at 3.
func TestClimbStartsHigher(t *testing.T) {
	k := hq(t)
	for nth, want := range map[int]int{1: 1, 2: 2, 3: 3, 4: 3, 9: 3} {
		l, due, skipped := sla.Climb(breached(t, 1, "2026-06-12 17:00", k), nth).Advance(at(t, "2026-06-12 17:01"), sla.DefaultSteps, k, everybody)
		if due.Level != want || l.Level != want || len(skipped) > 0 {
			t.Fatalf("breach %d starts at %d, skipped %v; want %d", nth, due.Level, skipped, want)
		}
	}
}

// SLA T39: an acknowledgement stops level 4's repeats, not the climb.
func TestAcknowledge(t *testing.T) {
	k := hq(t)
	l := sla.Climb(breached(t, 1, "2026-06-12 17:00", k), 1)
	l, _ = climb(t, l, k, "2026-06-12 17:10", everybody)
	acked, got := climb(t, l.Acknowledge("ada", at(t, "2026-06-12 17:10")), k, "2026-06-13 17:00", everybody)
	wantRungs(t, got, "2 Fri 17:30:00", "3 Fri 18:00:00", "4 Fri 18:30:00")
	if acked.AckedBy != "ada" {
		t.Fatalf("acknowledged by %q", acked.AckedBy)
	}
	l, _ = climb(t, l, k, "2026-06-12 18:31", everybody)
	_, got = climb(t, l.Acknowledge("ada", at(t, "2026-06-12 18:31")), k, "2026-06-13 17:00", everybody)
	wantRungs(t, got)
}

// SLA T40: absent levels are passed over at once; the step of the next one
// still begins with the breach.
func TestAbsentLevels(t *testing.T) {
	k := hq(t)
	l := sla.Climb(breached(t, 2, "2026-06-12 16:00", k), 1)
	l, due, skipped := l.Advance(at(t, "2026-06-12 16:01"), sla.DefaultSteps, k, func(n int) bool { return n > 2 })
	if due.Level != 3 || len(skipped) != 2 || skipped[0].Level != 1 || skipped[1].Level != 2 {
		t.Fatalf("told %+v, skipped %+v", due, skipped)
	}
	wantTime(t, "the next level", l.NextAt(k), at(t, "2026-06-12 18:00"))
}

// SLA T40: nobody at all: level 4 is told all the same, to be marked undelivered.
func TestNobodyOnAnyLevel(t *testing.T) {
	k := hq(t)
	l, due, skipped := sla.Climb(breached(t, 1, "2026-06-12 16:00", k), 1).Advance(at(t, "2026-06-12 16:01"), sla.DefaultSteps, k, func(int) bool { return false })
	if due.Level != sla.Levels || len(skipped) != 3 || l.Level != sla.Levels {
		t.Fatalf("told %+v, skipped %+v", due, skipped)
	}
}

// SLA T41: after downtime only what is due now is told.
func TestSkipped(t *testing.T) {
	k := hq(t)
	l, due, skipped := sla.Climb(breached(t, 1, "2026-06-12 17:00", k), 1).Advance(at(t, "2026-06-12 20:45"), sla.DefaultSteps, k, everybody)
	if due.Level != 4 || due.Repeat != 1 || len(skipped) != 4 {
		t.Fatalf("told %+v, skipped %+v", due, skipped)
	}
	wantTime(t, "the next", l.NextAt(k), at(t, "2026-06-12 22:30"))
	if _, again, _ := l.Advance(at(t, "2026-06-12 20:45"), sla.DefaultSteps, k, everybody); again.Level != 0 {
		t.Fatalf("told twice: %+v", again)
	}
}

// SLA T34: a suspension pauses the running step, and the repeats of level 4
// come at an opening after it.
func TestClimbPaused(t *testing.T) {
	k := hq(t)
	l, _ := climb(t, sla.Climb(breached(t, 1, "2026-06-12 17:00", k), 1), k, "2026-06-12 17:10", everybody)
	_, got := climb(t, l, hq(t, span(t, "2026-06-12 17:10", "2026-06-15 09:00")), "2026-06-15 09:30", everybody)
	wantRungs(t, got, "2 Mon 09:20:00")
	_, got = climb(t, l, hq(t, span(t, "2026-06-12 17:10", "")), "2026-07-15 09:30", everybody)
	wantRungs(t, got)
	l, _ = climb(t, sla.Climb(breached(t, 2, "2026-06-12 17:00", k), 1), k, "2026-06-15 13:00", everybody)
	restored := hq(t, span(t, "2026-06-15 13:00", "2026-06-17 09:00"))
	l, due, _ := l.Advance(at(t, "2026-06-17 09:00"), sla.DefaultSteps, restored, everybody)
	if due.Level != 4 {
		t.Fatalf("told %+v when restored", due)
	}
	wantTime(t, "the next repeat", l.NextAt(restored), at(t, "2026-06-18 07:00"))
}

// SLA T38: a severity change measures the running step anew from its start.
func TestLadderChange(t *testing.T) {
	for _, test := range []struct {
		name     string
		from, to policy.Severity
		due      string
		told     string // the climb went on until here
		when     string
		want     string // the next level
	}{
		{"lowered: later", 1, 2, "2026-06-12 13:00", "2026-06-12 13:10", "2026-06-12 13:10", "2026-06-12 15:00"},
		{"lowered out of hours: the next opening", 1, 2, "2026-06-12 20:00", "2026-06-12 20:10", "2026-06-12 20:10", "2026-06-15 09:00"},
		{"raised: from the start of the step", 3, 1, "2026-06-12 13:00", "2026-06-12 13:10", "2026-06-12 13:20", "2026-06-12 13:30"},
		{"raised: never before now", 3, 1, "2026-06-12 13:00", "2026-06-12 13:10", "2026-06-12 14:00", "2026-06-12 14:00"},
		{"raised: never later", 3, 2, "2026-06-12 13:00", "2026-06-12 13:10", "2026-06-12 14:30", "2026-06-12 15:00"},
		{"raised at level 4: every 2 hours", 2, 1, "2026-06-12 08:00", "2026-06-12 15:00", "2026-06-12 15:10", "2026-06-12 16:00"},
		{"lowered at level 4: the next opening", 1, 2, "2026-06-12 08:00", "2026-06-12 09:40", "2026-06-12 10:00", "2026-06-15 07:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := hq(t)
			l, _ := climb(t, sla.Climb(breached(t, test.from, test.due, k), 1), k, test.told, everybody)
			_, clock := gold.Target(test.to, policy.FollowUp)
			l = l.Change(test.to, clock, at(t, test.when), sla.DefaultSteps, k)
			wantTime(t, "the next level", l.NextAt(k), at(t, test.want))
		})
	}
}

// SLA T38: what a raise makes due is never later than it was, though nobody
// looked when it was.
func TestRaiseWhenOverdue(t *testing.T) {
	k := hq(t)
	l, _ := climb(t, sla.Climb(breached(t, 3, "2026-06-12 09:00", k), 1), k, "2026-06-12 09:10", everybody)
	l = l.Change(1, policy.Clock24x7, at(t, "2026-06-12 13:10"), sla.DefaultSteps, k) // level 2 was due at 13:00
	wantTime(t, "the next level", l.NextAt(k), at(t, "2026-06-12 13:00"))
}

// SLA T38, T34: the repeats of level 4 come at openings of business days, also
// where a holiday or a suspension came between since the last one.
func TestRepeatsAtOpenings(t *testing.T) {
	k := hq(t)
	l, _ := climb(t, sla.Climb(breached(t, 2, "2026-06-12 17:00", k), 1), k, "2026-06-15 13:00", everybody)
	wantTime(t, "the next repeat", l.NextAt(k), at(t, "2026-06-16 07:00"))
	for _, test := range []struct {
		name string
		k    sla.Clocks
		want string
	}{
		{"restored at night", hq(t, span(t, "2026-06-15 13:00", "2026-06-16 20:00")), "2026-06-17 07:00"},
		{"restored before the opening", hq(t, span(t, "2026-06-15 13:00", "2026-06-16 05:00")), "2026-06-16 07:00"},
		{"suspended after it", hq(t, span(t, "2026-06-16 08:00", "2026-06-17 08:00")), "2026-06-16 07:00"},
		{"not restored", hq(t, span(t, "2026-06-15 13:00", "")), ""},
		{"a holiday published", holiday(t, "2026-06-16"), "2026-06-17 07:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := time.Time{}
			if test.want != "" {
				want = at(t, test.want)
			}
			wantTime(t, "the next repeat", l.NextAt(test.k), want)
		})
	}
}

// holiday is the calendar of the worked examples with one more day off.
func holiday(t testing.TB, day string) sla.Clocks {
	t.Helper()
	cal, err := calendar.New("hq", calendar.Spec{
		Timezone: "America/Denver", Hours: map[string][]string{"mon-fri": {"07:00-18:00"}}, Country: "us", Add: []calendar.Date{date(t, day)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return sla.Clocks{Business: cal}
}

// SLA T35, T39: a breach below the active level of a climb that a merge brought
// is told to that level, once, and its running step stays; one that starts
// higher goes on from its own level.
func TestTakeOver(t *testing.T) {
	k := hq(t)
	l, _ := climb(t, sla.Climb(breached(t, 1, "2026-06-12 17:00", k), 1), k, "2026-06-12 17:31", everybody) // level 2, the next at 18:00
	own := breached(t, 1, "2026-06-12 17:40", k)
	own.N = 4
	for _, test := range []struct {
		nth, want int
		next      string
	}{
		{1, 2, "2026-06-12 18:00"}, {2, 2, "2026-06-12 18:00"}, {3, 3, "2026-06-12 18:10"},
	} {
		got, due, skipped := l.TakeOver(own, test.nth).Advance(at(t, "2026-06-12 17:41"), sla.DefaultSteps, k, everybody)
		if due.Level != test.want || len(skipped) > 0 || got.Cycle != 4 || !got.Due.Equal(own.BreachedAt) {
			t.Fatalf("breach %d: told %+v, skipped %+v: %+v", test.nth, due, skipped, got)
		}
		wantTime(t, "the next level", got.NextAt(k), at(t, test.next))
		if _, again, _ := got.Advance(at(t, "2026-06-12 17:42"), sla.DefaultSteps, k, everybody); again.Level != 0 {
			t.Fatalf("breach %d is told twice: %+v", test.nth, again)
		}
	}
	_, due, skipped := l.TakeOver(own, 1).Advance(at(t, "2026-06-12 18:00"), sla.DefaultSteps, k, everybody)
	if due.Level != 3 || len(skipped) > 0 {
		t.Fatalf("with the next level: told %+v, skipped %+v", due, skipped)
	}
}

// SLA T35: a climb that a merge brings keeps its level and its running step;
// the steps after it are those of the case's own severity.
func TestMoveTo(t *testing.T) {
	k := hq(t)
	l, _ := climb(t, sla.Climb(breached(t, 3, "2026-06-12 09:00", k), 1), k, "2026-06-12 09:10", everybody)
	_, got := climb(t, l.MoveTo(2, 1, policy.Clock24x7), k, "2026-06-12 16:30", everybody)
	wantRungs(t, got, "2 Fri 13:00:00", "3 Fri 13:30:00", "4 Fri 14:00:00", "4 Fri 16:00:00")
	if moved := l.MoveTo(2, 1, ""); moved.Clock != policy.ClockBusiness {
		t.Fatalf("clock %q", moved.Clock)
	}
}
