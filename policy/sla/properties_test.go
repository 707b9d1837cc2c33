package sla_test

import (
	"fmt"
	"slices"
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

// packages draws one of the matrix, one with short targets, one with business
// days and one that promises nothing for severity 3.
func packages() *rapid.Generator[policy.Package] {
	days, none := gold, silver
	days.Severity[1].Initial, days.Severity[2].FollowUp = policy.Target{Days: 1}, policy.Target{Days: 3}
	none.Severity[2] = policy.Targets{}
	return rapid.SampledFrom([]policy.Package{silver, gold, platinum, pack(1, 2, 4, 2, 8), days, none})
}

func metrics() *rapid.Generator[policy.Metric] {
	return rapid.SampledFrom([]policy.Metric{policy.Initial, policy.FollowUp})
}

// spans draws pauses, in any order, over and beside each other.
func spans() *rapid.Generator[[]calendar.Span] {
	one := rapid.Custom(func(t *rapid.T) calendar.Span {
		from := moments().Draw(t, "from")
		return calendar.Span{From: from, To: from.Add(minutes(3*24*60).Draw(t, "long"))}
	})
	return rapid.SliceOfN(one, 0, 3)
}

// calendars draws support hours of many kinds: the worked examples', a night
// shift, a lunch break, all hours of a place with summer time, and a window in
// the hour that the clocks skip.
func calendars(t testing.TB) *rapid.Generator[sla.Clocks] {
	t.Helper()
	all := []sla.Clocks{hq(t)}
	for _, spec := range []calendar.Spec{
		{Timezone: "Europe/Paris", Hours: map[string][]string{"mon-fri": {"22:00-06:00"}}},
		{Timezone: "Asia/Tokyo", Hours: map[string][]string{"mon-fri": {"09:00-12:00", "13:00-18:00"}}, Country: "jp"},
		{Timezone: "America/New_York", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}},
		{Timezone: "America/Denver", Hours: map[string][]string{"sat-sun": {"01:30-02:30", "20:00-23:00"}, "wed": {"12:00-20:00"}}},
	} {
		cal, err := calendar.New(spec.Timezone, spec)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sla.Clocks{Business: cal})
	}
	return rapid.Custom(func(t *rapid.T) sla.Clocks {
		k := rapid.SampledFrom(all).Draw(t, "calendar")
		k.Pauses = spans().Draw(t, "pauses")
		return k
	})
}

// pause is the clocks with one pause more, from now on.
func pause(t *rapid.T, k sla.Clocks, now time.Time) sla.Clocks {
	k.Pauses = append(slices.Clip(k.Pauses), calendar.Span{From: now, To: now.Add(minutes(24*60).Draw(t, "pause"))})
	return k
}

// suspended is the clocks with a pause that began by now and has no end yet, or
// as they were.
func suspended(t *rapid.T, k sla.Clocks, now time.Time) sla.Clocks {
	if rapid.IntRange(0, 3).Draw(t, "suspended") == 0 {
		k.Pauses = append(slices.Clip(k.Pauses), calendar.Span{From: now.Add(-minutes(24*60).Draw(t, "since"))})
	}
	return k
}

// earlier tells whether a due is before another; none at all is after all others.
func earlier(a, b time.Time) bool { return !a.IsZero() && (b.IsZero() || a.Before(b)) }

// SLA T5: a later anchor is never due earlier, nor is a larger target; only
// business days have the time of day of their anchor (T50).
func TestDueIsMonotone(t *testing.T) {
	clocks := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		k := clocks.Draw(t, "clocks")
		term := sla.Term{From: moments().Draw(t, "anchor"), Clock: rapid.SampledFrom([]policy.Clock{policy.Clock24x7, policy.ClockBusiness}).Draw(t, "clock")}
		larger := term
		if term.Clock == policy.ClockBusiness && rapid.Bool().Draw(t, "in days") {
			term.Amount.Days = rapid.IntRange(1, 10).Draw(t, "days")
			larger.Amount.Days = term.Amount.Days + rapid.IntRange(0, 10).Draw(t, "more days")
		} else {
			term.Amount.Duration = time.Minute + minutes(40*60).Draw(t, "target")
			larger.Amount.Duration = term.Amount.Duration + minutes(40*60).Draw(t, "more")
			larger.From = term.From.Add(minutes(3*24*60).Draw(t, "later"))
		}
		a, ok := k.Due(term)
		b, more := k.Due(larger)
		if more && (!ok || b.Before(a)) {
			t.Fatalf("%+v is due %s, %+v %s", term, a, larger, b)
		}
	})
}

// SLA T33: pauses only delay, and by no more than their length in elapsed time.
func TestPausesOnlyDelay(t *testing.T) {
	clocks := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		paused := clocks.Draw(t, "clocks")
		k := sla.Clocks{Business: paused.Business}
		p, s := packages().Draw(t, "package"), severities().Draw(t, "severity")
		c := sla.Start(0, metrics().Draw(t, "metric"), s, p, moments().Draw(t, "anchor"), k)
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

// floorOf is the least that a raise leaves, as T28 says it.
func floorOf(s policy.Severity, t time.Time) sla.Term {
	if s == policy.Severity1 {
		return sla.Term{From: t, Amount: policy.Target{Duration: 30 * time.Minute}, Clock: policy.Clock24x7}
	}
	return sla.Term{From: t, Amount: policy.Target{Duration: time.Hour}, Clock: policy.ClockBusiness}
}

// SLA T28, corner 10: raised is never later, lowered never earlier, a raise
// never leaves less than its floor unless the old due was nearer, and 3 → 1 → 3
// returns; all of it also in a suspension, as if it ended at the change.
func TestChangeOnlySpeedsOrSlows(t *testing.T) {
	clocks := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		k := clocks.Draw(t, "clocks")
		p := packages().Draw(t, "package")
		from, to := severities().Draw(t, "from"), severities().Draw(t, "to")
		c := sla.Start(0, metrics().Draw(t, "metric"), from, p, moments().Draw(t, "anchor"), k)
		when := c.Anchor.Add(minutes(10*24*60).Draw(t, "after"))
		if earlier(c.Due, when) {
			when = c.Due
		}
		k = suspended(t, k, when)
		resumed := k.ResumedAt(when)
		old := c.Refresh(resumed).Due
		changed := c.Refresh(k).Change(to, p, when, sla.DefaultFloors, k)
		got := changed.Refresh(resumed).Due
		switch {
		case to == from && !got.Equal(old):
			t.Fatalf("not changed, and due %s instead of %s", got, old)
		case to < from && earlier(old, got):
			t.Fatalf("raised %s→%s at %s: %s later than %s", from, to, when, got, old)
		case to > from && earlier(got, old) && !old.IsZero():
			t.Fatalf("lowered %s→%s at %s: %s earlier than %s", from, to, when, got, old)
		case to < from && earlier(got, when) && earlier(when, old):
			t.Fatalf("raised %s→%s at %s: due %s already", from, to, when, got)
		}
		if floor, ok := resumed.Due(floorOf(to, when)); ok && to < from && !got.Equal(old) && earlier(got, floor) {
			t.Fatalf("raised %s→%s at %s: due %s, before the floor %s", from, to, when, got, floor)
		}
		if from != policy.Severity3 || to == from {
			return
		}
		back := changed.Change(policy.Severity3, p, when.Add(minutes(20).Draw(t, "later")), sla.DefaultFloors, k)
		if _, promised := k.Due(c.Term); promised && !back.Due.Equal(c.Refresh(k).Due) {
			t.Fatalf("3→%s→3 at %s: due %s, was %s", to, when, back.Due, c.Due)
		}
	})
}

// SLA T35: a merge makes no due later; what it brings forward is not before the
// floor, and not after the other's promise but for it.
func TestMergeOnlySpeeds(t *testing.T) {
	clocks := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		k := clocks.Draw(t, "clocks")
		start := func(name string) sla.Cycle {
			return sla.Start(0, metrics().Draw(t, name+" metric"), severities().Draw(t, name+" severity"), packages().Draw(t, name+" package"), moments().Draw(t, name+" anchor"), k)
		}
		c, other := start("primary"), start("other")
		when := moments().Draw(t, "when")
		k = suspended(t, k, when)
		resumed := k.ResumedAt(when)
		old, theirs := c.Refresh(resumed).Due, other.Refresh(resumed).Due
		merged := c.Refresh(k).Earliest(other.Refresh(k), when, sla.DefaultFloors, k)
		if c.Anchor.After(other.Anchor) {
			merged = merged.Reanchor(other.Anchor, when, sla.DefaultFloors, k)
		}
		got := merged.Refresh(resumed).Due
		floor, _ := resumed.Due(floorOf(c.Severity, when))
		switch {
		case earlier(old, got):
			t.Fatalf("%s later than %s", got, old)
		case earlier(theirs, got) && !got.Equal(floor) && !got.Equal(old):
			t.Fatalf("%s later than the other's %s, and neither the floor %s nor the old %s", got, theirs, floor, old)
		case !got.Equal(old) && earlier(got, floor):
			t.Fatalf("%s before the floor %s", got, floor)
		}
	})
}

// SLA T29, T6, T11, corner 25: whatever happens to a cycle, it breaches at most
// once, and an ended one never changes again but by a response that was stamped
// in time; its due is always what its term says, computed once or twice.
func TestCycleLife(t *testing.T) {
	clocks := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		p := packages().Draw(t, "package")
		k := clocks.Draw(t, "clocks")
		now := moments().Draw(t, "start")
		c := sla.Start(1, metrics().Draw(t, "metric"), severities().Draw(t, "severity"), p, now, k)
		breaches := 0
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(minutes(36*60).Draw(t, "wait"))
			was, corrected := c, false
			if c = c.Refresh(k); c.Overdue(now) {
				c = c.Breach()
			}
			switch rapid.IntRange(0, 8).Draw(t, "op") {
			case 0:
				c = c.Change(severities().Draw(t, "to"), p, now, sla.DefaultFloors, k)
			case 1:
				if at := now.Add(-minutes(48*60).Draw(t, "late news")); c.Unanswered() && !at.Before(c.Anchor) {
					c, corrected = c.Respond(at)
				}
			case 2:
				c = c.Rearm(now, k)
			case 3:
				c = c.Wait()
			case 4:
				c = c.Earliest(sla.Start(1, c.Metric, c.Severity, p, now.Add(-time.Hour), k), now, sla.DefaultFloors, k)
			case 5:
				c = c.Reanchor(c.Anchor.Add(-time.Hour), now, sla.DefaultFloors, k)
			case 6:
				c = c.End(sla.Cancelled, now)
			case 7:
				k = pause(t, k, now)
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
			checkEnded(t, was, c, corrected)
			if once := c.Refresh(k); c.Outcome == sla.Pending && (!once.Due.Equal(c.Due) || !once.Refresh(k).Due.Equal(c.Due)) {
				t.Fatalf("due %s, its term says %s and then %s", c.Due, once.Due, once.Refresh(k).Due)
			}
		}
		if breaches > 1 {
			t.Fatalf("breached %d times", breaches)
		}
	})
}

// checkEnded proves that an outcome stays, but for a corrected breach.
func checkEnded(t *rapid.T, was, is sla.Cycle, corrected bool) {
	switch {
	case was.Outcome == sla.Pending:
	case was.Outcome == sla.Breached && is.Outcome != sla.Breached:
		if !corrected || is.Outcome != sla.Met || is.AnsweredAt.After(was.BreachedAt) {
			t.Fatalf("a breach became %s: %+v", is.Outcome, is)
		}
	case was.Outcome == sla.Breached && !is.BreachedAt.Equal(was.BreachedAt):
		t.Fatalf("breached twice: %+v, was %+v", is, was)
	case is.Outcome != was.Outcome || !is.Due.Equal(was.Due) || !is.Anchor.Equal(was.Anchor):
		t.Fatalf("an ended cycle changed: %+v, was %+v", is, was)
	}
}

// SLA T37: one mark of one due is told once, however the due moves and comes
// back, and none that is lower than one told; nothing is told before its time
// or after the due.
func TestWarnedOnce(t *testing.T) {
	clocks := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		p := packages().Draw(t, "package")
		k := clocks.Draw(t, "clocks")
		now := moments().Draw(t, "start")
		c := sla.Start(1, metrics().Draw(t, "metric"), severities().Draw(t, "severity"), p, now, k)
		told := map[int64]int{} // the highest mark, by due
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			now = now.Add(minutes(4*60).Draw(t, "wait"))
			switch rapid.IntRange(0, 4).Draw(t, "op") {
			case 0, 1, 2: // there and back, above all
				c = c.Change(severities().Draw(t, "to"), p, now, sla.DefaultFloors, k)
			case 3:
				k = pause(t, k, now)
			}
			c = c.Refresh(k)
			next := c.NextWarning(sla.DefaultMarks, k)
			var mark int
			if c, mark = c.Warn(now, sla.DefaultMarks, k); mark == 0 {
				if !next.IsZero() && !next.After(now) && !now.After(c.Due) {
					t.Fatalf("a warning was due at %s and is not told at %s: %+v", next, now, c)
				}
				continue
			}
			if now.After(c.Due) || next.After(now) || mark <= told[c.Due.UnixNano()] {
				t.Fatalf("mark %d at %s of due %s, after %d; the next was to be at %s", mark, now, c.Due, told[c.Due.UnixNano()], next)
			}
			told[c.Due.UnixNano()] = mark
		}
	})
}

// climber is a ladder in the hands of a property: what was told of it so far.
type climber struct {
	sla.Ladder
	level int
	told  map[string]bool
}

// look advances the climb and proves that a level only goes up, that nothing is
// told twice, and that all that was due is behind it.
func (l *climber) look(t *rapid.T, now time.Time, k sla.Clocks, present func(int) bool) {
	next, due, rungs := l.Advance(now, sla.DefaultSteps, k, present)
	l.Ladder = next
	if due.Level > 0 {
		rungs = append(rungs, due)
	}
	for _, r := range rungs {
		key := fmt.Sprintf("cycle %d (due %s) level %d repeat %d", l.Cycle, l.Due, r.Level, r.Repeat)
		if r.Level < l.level || r.At.After(now) || l.told[key] {
			t.Fatalf("at %s: rung %+v after level %d, told before: %v", now, r, l.level, l.told[key])
		}
		l.told[key], l.level = true, r.Level
	}
	if due.Level > 0 && due.Level != l.Level {
		t.Fatalf("level %d is told, and level %d is active", due.Level, l.Level)
	}
	if at := l.NextAt(k); !at.IsZero() && !at.After(now) {
		t.Fatalf("looked at %s, and still wants %s", now, at)
	}
}

// SLA T38, T39, T40, T41, T35: however rarely one looks, and whatever happens to
// the climb, a level goes up only, each repeat is told once, in order, and all
// that was due by now is behind it.
func TestLadderOrder(t *testing.T) {
	clocks := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		k := clocks.Draw(t, "clocks")
		c := sla.Start(0, policy.Initial, severities().Draw(t, "severity"), pack(1, 2, 4, 2, 8), moments().Draw(t, "anchor"), k)
		l := climber{Ladder: sla.Climb(c.Breach(), rapid.IntRange(1, 4).Draw(t, "nth")), told: map[string]bool{}}
		absent := rapid.IntRange(0, 15).Draw(t, "absent levels")
		now := c.Due
		for range rapid.IntRange(1, 20).Draw(t, "looks") {
			now = now.Add(minutes(6*60).Draw(t, "wait"))
			switch rapid.IntRange(0, 7).Draw(t, "op") {
			case 0:
				to := severities().Draw(t, "to")
				_, clock := gold.Target(to, policy.FollowUp)
				before, raise := l.NextAt(k), to < l.Severity
				l.Ladder = l.Change(to, clock, now, sla.DefaultSteps, k)
				if after := l.NextAt(k); raise && earlier(before, after) || !raise && earlier(after, before) {
					t.Fatalf("severity %s at %s: the next level at %s, before that at %s", to, now, after, before)
				}
			case 1:
				l.Ladder = l.Acknowledge("ada", now)
			case 2:
				own := c
				own.N, own.Due = l.Cycle+1, now.Add(-time.Minute)
				l.Ladder = l.TakeOver(own.Breach(), rapid.IntRange(1, 4).Draw(t, "nth of the case"))
			case 3:
				k = pause(t, k, now)
			}
			if !k.Paused(now) {
				l.look(t, now, k, func(n int) bool { return absent&(1<<(n-1)) == 0 })
			}
		}
	})
}
