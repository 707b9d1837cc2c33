package sla_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// warned walks a cycle from mark to mark and prints what is told.
func warned(t testing.TB, c sla.Cycle, k sla.Clocks) (sla.Cycle, []string) {
	t.Helper()
	var out []string
	for range 10 {
		next := c.NextWarning(sla.DefaultMarks, k)
		if next.IsZero() {
			return c, out
		}
		if before, mark := c.Warn(next.Add(-time.Nanosecond), sla.DefaultMarks, k); mark > 0 {
			t.Fatalf("mark %d of %+v before its time", mark, before)
		}
		var mark int
		c, mark = c.Warn(next, sla.DefaultMarks, k)
		out = append(out, fmt.Sprintf("%d %s", mark, next.In(c.Anchor.Location()).Format("Mon 15:04")))
	}
	t.Fatalf("no end: %q", out)
	return c, out
}

// SLA T37, X1: 50, 75 and 90 % of the clock time from anchor to due; a target
// of an hour or less has only 75 %.
func TestWarnings(t *testing.T) {
	short := gold
	short.Severity[0].Initial.Duration = time.Hour
	longer := gold
	longer.Severity[0].Initial.Duration = time.Hour + time.Minute
	days := gold
	days.Severity[1].Initial = policy.Target{Days: 1}
	for _, test := range []struct {
		name     string
		severity policy.Severity
		pack     policy.Package
		received string
		want     []string
	}{
		{"X1", 2, gold, "2026-03-06 16:30", []string{"50 Mon 09:30", "75 Mon 11:30", "90 Mon 12:42"}},
		{"elapsed", 1, gold, "2026-06-14 00:00", []string{"50 Sun 02:00", "75 Sun 03:00", "90 Sun 03:36"}},
		{"an hour", 1, short, "2026-06-14 00:00", []string{"75 Sun 00:45"}},
		{"a little more", 1, longer, "2026-06-14 00:00", []string{"50 Sun 00:30", "75 Sun 00:45", "90 Sun 00:54"}},
		{"a business day", 2, days, "2026-06-15 07:00", []string{"50 Mon 12:30", "75 Mon 15:15", "90 Mon 16:54"}},
		{"no target", 2, policy.Package{}, "2026-06-15 07:00", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := hq(t)
			_, got := warned(t, initial(t, test.severity, test.pack, test.received, k), k)
			if !slices.Equal(got, test.want) {
				t.Fatalf("warned %q, want %q", got, test.want)
			}
		})
	}
}

// SLA T37: a due that moves re-arms the marks; of those passed already only
// the highest is told.
func TestWarningsRearm(t *testing.T) {
	k := hq(t)
	c := initial(t, 3, gold, "2026-06-15 09:00", k)
	c, mark := c.Warn(at(t, "2026-06-15 15:00"), sla.DefaultMarks, k)
	if mark != 50 {
		t.Fatalf("mark %d", mark)
	}
	paused := hq(t, span(t, "2026-06-15 16:00", "2026-06-15 17:00"))
	c = c.Refresh(paused)
	if c, mark = c.Warn(at(t, "2026-06-15 17:00"), sla.DefaultMarks, paused); mark != 50 {
		t.Fatalf("after the due moved: mark %d", mark)
	}
	if _, mark = c.Warn(at(t, "2026-06-15 17:01"), sla.DefaultMarks, paused); mark != 0 {
		t.Fatalf("twice: mark %d", mark)
	}
	up := c.Change(1, gold, at(t, "2026-06-15 17:01"), sla.DefaultFloors, paused)
	if _, mark = up.Warn(at(t, "2026-06-15 17:01"), sla.DefaultMarks, paused); mark != 90 {
		t.Fatalf("after the raise: mark %d", mark)
	}
}

// SLA T37: what is breached or ended is not warned of.
func TestNoWarnings(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 09:00", k)
	for _, x := range []sla.Cycle{c.Breach(), c.Wait(), c.End(sla.Cancelled, c.Anchor)} {
		if _, mark := x.Warn(c.Due, sla.DefaultMarks, k); mark != 0 || !x.NextWarning(sla.DefaultMarks, k).IsZero() {
			t.Fatalf("warned of %+v", x)
		}
	}
	if _, mark := c.Warn(c.Due.Add(time.Millisecond), sla.DefaultMarks, k); mark != 0 {
		t.Fatalf("warned after the due: %d", mark)
	}
}

// SLA T37, corner 10: once per due and mark: a due that comes back after a
// raise and a lowering has its warnings behind it, those to come before it.
func TestWarningsOfDueThatComesBack(t *testing.T) {
	k := hq(t)
	c := initial(t, 3, gold, "2026-06-15 09:00", k) // due Tue 10:00: 50 % Mon 15:00, 75 % 18:00
	c, mark := c.Warn(at(t, "2026-06-15 15:00"), sla.DefaultMarks, k)
	if mark != 50 {
		t.Fatalf("mark %d", mark)
	}
	when := at(t, "2026-06-15 15:05")
	up, mark := c.Change(1, gold, when, sla.DefaultFloors, k).Warn(when, sla.DefaultMarks, k)
	if mark != 90 {
		t.Fatalf("after the raise: mark %d", mark)
	}
	for range 2 { // there and back, twice
		back := up.Change(3, gold, when, sla.DefaultFloors, k)
		if _, mark = back.Warn(when, sla.DefaultMarks, k); mark != 0 {
			t.Fatalf("mark %d of the due that came back is told twice", mark)
		}
		wantTime(t, "the next warning", back.NextWarning(sla.DefaultMarks, k), at(t, "2026-06-15 18:00"))
		if up, mark = back.Change(1, gold, when, sla.DefaultFloors, k).Warn(when, sla.DefaultMarks, k); mark != 0 {
			t.Fatalf("mark %d of the raised due is told twice", mark)
		}
	}
}

// SLA T37, T35: a due that a merge brought to a cycle without a target has all
// marks, on the clock that it came from.
func TestWarningsOfTakenOverDue(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, policy.Package{}, "2026-06-15 09:00", k)
	c = c.Earliest(initial(t, 2, gold, "2026-06-15 09:00", k), at(t, "2026-06-15 09:00"), sla.DefaultFloors, k)
	_, got := warned(t, c, k)
	if want := []string{"50 Mon 13:00", "75 Mon 15:00", "90 Mon 16:12"}; !slices.Equal(got, want) {
		t.Fatalf("warned %q, want %q", got, want)
	}
}

// A due at the anchor is used up at once, and the way to a due that was taken
// over is measured on the clock of its term (SLA T35).
func TestUsed(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-12 12:00", k)
	c.Term = sla.Term{At: c.Anchor}
	c = c.Refresh(k)
	if got := c.Used(at(t, "2026-06-12 12:00"), k); got != 100 {
		t.Errorf("of nothing %d %% is used", got)
	}
	taken := initial(t, 2, policy.Package{}, "2026-06-12 12:00", k)
	taken.Clock, taken.Term = "", sla.Term{From: at(t, "2026-06-12 12:00"), Amount: gold.Severity[1].Initial, Clock: policy.ClockBusiness}
	taken = taken.Refresh(k) // eight hours of business: to Monday 09:00
	if got := taken.Used(at(t, "2026-06-15 07:00"), k); got != 75 {
		t.Errorf("over the weekend %d %% are used", got)
	}
}
