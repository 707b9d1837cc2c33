package sla_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// spring is a Monday before the change to summer time.
var spring = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func minutes(most int) *rapid.Generator[time.Duration] {
	return rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.IntRange(0, most).Draw(t, "minutes")) * time.Minute
	})
}

// moments draws an instant within two weeks.
func moments() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time { return spring.Add(minutes(14*24*60).Draw(t, "moment")) })
}

func severities() *rapid.Generator[policy.Severity] { return rapid.SampledFrom(policy.Severities()) }

func packages() *rapid.Generator[policy.Package] {
	return rapid.SampledFrom([]policy.Package{silver, gold, platinum, pack(1, 2, 4, 2, 8)})
}

func metrics() *rapid.Generator[policy.Metric] {
	return rapid.SampledFrom([]policy.Metric{policy.Initial, policy.FollowUp})
}

func spans() *rapid.Generator[[]calendar.Span] {
	one := rapid.Custom(func(t *rapid.T) calendar.Span {
		from := moments().Draw(t, "from")
		return calendar.Span{From: from, To: from.Add(minutes(3*24*60).Draw(t, "long"))}
	})
	return rapid.SliceOfN(one, 0, 3)
}

// SLA T5: a later anchor is never due earlier.
func TestDueIsMonotone(t *testing.T) {
	k := hq(t)
	rapid.Check(t, func(t *rapid.T) {
		k := k
		k.Pauses = spans().Draw(t, "pauses")
		p, s, m := packages().Draw(t, "package"), severities().Draw(t, "severity"), metrics().Draw(t, "metric")
		one, two := moments().Draw(t, "one"), moments().Draw(t, "two")
		if two.Before(one) {
			one, two = two, one
		}
		a, b := sla.Start(0, m, s, p, one, k), sla.Start(0, m, s, p, two, k)
		if b.Due.Before(a.Due) {
			t.Fatalf("anchored %s due %s, anchored %s due %s", one, a.Due, two, b.Due)
		}
	})
}

// SLA T33: pauses only delay, and by no more than their length in elapsed time.
func TestPausesOnlyDelay(t *testing.T) {
	k := hq(t)
	rapid.Check(t, func(t *rapid.T) {
		paused := k
		paused.Pauses = spans().Draw(t, "pauses")
		p, s := packages().Draw(t, "package"), severities().Draw(t, "severity")
		c := sla.Start(0, policy.Initial, s, p, moments().Draw(t, "anchor"), k)
		later := c.Refresh(paused)
		if later.Due.Before(c.Due) {
			t.Fatalf("paused %s, else %s", later.Due, c.Due)
		}
		var sum time.Duration
		for _, x := range paused.Pauses {
			sum += x.To.Sub(x.From)
		}
		if s == policy.Severity1 && later.Due.Sub(c.Due) > sum {
			t.Fatalf("delayed by %s, paused for %s", later.Due.Sub(c.Due), sum)
		}
	})
}

// SLA T28: raised is never later, lowered never earlier, a raise never leaves
// less than its floor unless the old due was nearer, and 3 → 1 → 3 returns.
func TestChangeOnlySpeedsOrSlows(t *testing.T) {
	k := hq(t)
	rapid.Check(t, func(t *rapid.T) {
		k := k
		k.Pauses = spans().Draw(t, "pauses")
		p := packages().Draw(t, "package")
		from, to := severities().Draw(t, "from"), severities().Draw(t, "to")
		c := sla.Start(0, metrics().Draw(t, "metric"), from, p, moments().Draw(t, "anchor"), k)
		when := c.Anchor.Add(minutes(10*24*60).Draw(t, "after"))
		if when.After(c.Due) {
			when = c.Due
		}
		got := c.Change(to, p, when, sla.DefaultFloors, k)
		switch {
		case to < from && got.Due.After(c.Due):
			t.Fatalf("raised %s→%s at %s: %s later than %s", from, to, when, got.Due, c.Due)
		case to > from && got.Due.Before(c.Due):
			t.Fatalf("lowered %s→%s at %s: %s earlier than %s", from, to, when, got.Due, c.Due)
		case to < from && got.Due.Before(when):
			t.Fatalf("raised %s→%s at %s: due %s already", from, to, when, got.Due)
		case to == policy.Severity1 && to < from && got.Due.Before(c.Due) && got.Due.Before(when.Add(30*time.Minute)):
			t.Fatalf("raised %s→1 at %s: due %s, before the floor", from, when, got.Due)
		}
		if from != policy.Severity3 {
			return
		}
		back := got.Change(policy.Severity3, p, when.Add(minutes(20).Draw(t, "later")), sla.DefaultFloors, k)
		if to != from && !back.Due.Equal(c.Due) {
			t.Fatalf("3→%s→3 at %s: due %s, was %s", to, when, back.Due, c.Due)
		}
	})
}

// SLA T29, T6: whatever happens to a cycle, it breaches at most once, an ended
// one never changes again, and its due is always what its term says.
func TestCycleLife(t *testing.T) {
	k := hq(t)
	rapid.Check(t, func(t *rapid.T) {
		p := packages().Draw(t, "package")
		k := k
		now := moments().Draw(t, "start")
		c := sla.Start(1, metrics().Draw(t, "metric"), severities().Draw(t, "severity"), p, now, k)
		breaches := 0
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(minutes(36*60).Draw(t, "wait"))
			was := c
			if c = c.Refresh(k); c.Overdue(now) {
				c = c.Breach()
			}
			switch rapid.IntRange(0, 8).Draw(t, "op") {
			case 0:
				c = c.Change(severities().Draw(t, "to"), p, now, sla.DefaultFloors, k)
			case 1:
				if c.Unanswered() {
					c, _ = c.Respond(now)
				}
			case 2:
				if c.Outcome == sla.Pending {
					c = c.Rearm(now, k)
				}
			case 3:
				c = c.Wait()
			case 4:
				c = c.Earliest(sla.Start(1, c.Metric, c.Severity, p, now.Add(-time.Hour), k), now, sla.DefaultFloors, k)
			case 5:
				c = c.Reanchor(c.Anchor.Add(-time.Hour), now, sla.DefaultFloors, k)
			case 6:
				c = c.End(sla.Cancelled, now)
			case 7:
				k.Pauses = []calendar.Span{{From: now, To: now.Add(minutes(24*60).Draw(t, "pause"))}}
				c = c.Refresh(k)
			case 8:
				c, _ = c.Warn(now, sla.DefaultMarks, k)
			}
			if was.Outcome == sla.Pending && c.Outcome == sla.Breached {
				breaches++
				if !c.BreachedAt.Before(now) {
					t.Fatalf("breached at %s, before it was due %s: %+v", now, c.BreachedAt, c)
				}
			}
			if was.Outcome == sla.Breached && c.Outcome != sla.Breached {
				t.Fatalf("a breach became %s: %+v", c.Outcome, c)
			}
			if was.Outcome == sla.Met && (c.Outcome != sla.Met || !c.Due.Equal(was.Due)) {
				t.Fatalf("a met cycle changed: %+v, was %+v", c, was)
			}
			if c.Outcome == sla.Pending && !c.Refresh(k).Due.Equal(c.Due) {
				t.Fatalf("due %s, its term says %s", c.Due, c.Refresh(k).Due)
			}
		}
		if breaches > 1 {
			t.Fatalf("breached %d times", breaches)
		}
	})
}

// SLA T38, T41: however rarely one looks, every level comes once, in order.
func TestLadderOrder(t *testing.T) {
	k := hq(t)
	rapid.Check(t, func(t *rapid.T) {
		s := severities().Draw(t, "severity")
		c := sla.Start(0, policy.Initial, s, gold, moments().Draw(t, "anchor"), k)
		l := sla.Climb(c.Breach(), rapid.IntRange(1, 4).Draw(t, "nth"))
		now, level, repeat := c.Due, 0, 0
		for range rapid.IntRange(1, 20).Draw(t, "looks") {
			now = now.Add(minutes(6*60).Draw(t, "wait"))
			if rapid.IntRange(0, 5).Draw(t, "op") == 0 {
				to := severities().Draw(t, "to")
				_, clock := gold.Target(to, policy.FollowUp)
				l = l.Change(to, clock, now, sla.DefaultSteps, k)
			}
			next, due, skipped := l.Advance(now, sla.DefaultSteps, k, everybody)
			l = next
			rungs := skipped
			if due.Level > 0 {
				rungs = append(rungs, due)
			}
			for _, r := range rungs {
				if r.Level < level || r.Level == level && r.Repeat != repeat+1 || r.At.After(now) {
					t.Fatalf("at %s: rung %+v after level %d repeat %d", now, r, level, repeat)
				}
				level, repeat = r.Level, r.Repeat
			}
			if at := l.NextAt(k); !at.IsZero() && !at.After(now) {
				t.Fatalf("looked at %s, and still wants %s", now, at)
			}
		}
	})
}
