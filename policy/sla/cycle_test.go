package sla_test

import (
	"reflect"
	"testing"
	"time"

	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// SLA T5–T9, T33: due times, the worked examples among them.
func TestDue(t *testing.T) {
	for _, test := range []struct {
		name     string
		severity policy.Severity
		pack     policy.Package
		received string
		pauses   [][2]string
		want     string
	}{
		{"X1: over the change to summer time", 2, gold, "2026-03-06 16:30", nil, "2026-03-09 13:30"},
		{"X2: elapsed over the change", 1, silver, "2026-03-08T07:30:00Z", nil, "2026-03-08T13:30:00Z"},
		{"X4: received at closing", 3, platinum, "2026-06-12 18:00:00", nil, "2026-06-15 17:00:00"},
		{"X4: a second before closing", 3, platinum, "2026-06-12 17:59:59", nil, "2026-06-15 16:59:59"},
		{"X5: lands on closing", 2, platinum, "2026-06-12 12:00", nil, "2026-06-12 18:00"},
		{"X8: suspended in between", 2, silver, "2026-06-16 08:00", [][2]string{{"2026-06-16 12:00", "2026-06-18 09:00"}}, "2026-06-18 15:00"},
		{"T7: at opening", 2, platinum, "2026-06-15 07:00", nil, "2026-06-15 13:00"},
		{"T7: before opening", 2, platinum, "2026-06-15 06:59:59", nil, "2026-06-15 13:00"},
		{"T2: Sunday", 1, platinum, "2026-06-14 03:00", nil, "2026-06-14 05:00"},
		{"T33: severity 1 pauses in elapsed time", 1, gold, "2026-06-15 09:00", [][2]string{{"2026-06-15 10:00", "2026-06-15 11:30"}}, "2026-06-15 14:30"},
		{"T33: pauses are united", 1, gold, "2026-06-15 09:00", [][2]string{{"2026-06-15 10:00", "2026-06-15 11:00"}, {"2026-06-15 10:30", "2026-06-15 11:30"}}, "2026-06-15 14:30"},
		{"T33: in the same second", 1, gold, "2026-06-15 09:00", [][2]string{{"2026-06-15 10:00", "2026-06-15 10:00"}}, "2026-06-15 13:00"},
		{"T33: a pause after the due", 1, gold, "2026-06-15 09:00", [][2]string{{"2026-06-15 13:00", ""}}, "2026-06-15 13:00"},
		{"T33: a pause without an end", 1, gold, "2026-06-15 09:00", [][2]string{{"2026-06-15 12:59", ""}}, ""},
		{"T3: no target", 1, policy.Package{}, "2026-06-15 09:00", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := hq(t)
			for _, p := range test.pauses {
				k.Pauses = append(k.Pauses, span(t, p[0], p[1]))
			}
			want := time.Time{}
			if test.want != "" {
				want = at(t, test.want)
			}
			wantTime(t, "due", initial(t, test.severity, test.pack, test.received, k).Due, want)
		})
	}
}

// SLA T50: business days: the same local time on the n-th following date with
// open time; a pause adds its business time.
func TestDueInBusinessDays(t *testing.T) {
	p := gold
	p.Severity[1].Initial = policy.Target{Days: 2}
	for _, test := range []struct {
		received string
		pauses   []calendar.Span
		want     string
	}{
		{"2026-06-12 09:30", nil, "2026-06-16 09:30"},
		{"2026-06-12 06:00", nil, "2026-06-16 07:00"},
		{"2026-06-12 20:00", nil, "2026-06-16 18:00"},
		{"2026-06-17 09:00", nil, "2026-06-22 09:00"}, // 19 June is a holiday
		{"2026-06-15 09:00", []calendar.Span{span(t, "2026-06-15 10:00", "2026-06-15 12:00")}, "2026-06-17 11:00"},
	} {
		t.Run(test.received, func(t *testing.T) {
			wantTime(t, "due", initial(t, 2, p, test.received, hq(t, test.pauses...)).Due, at(t, test.want))
		})
	}
}

// SLA T6, X5, corner 1: met up to and including the due; breached_at is the
// due, however late it is noticed.
func TestRespond(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, platinum, "2026-06-12 12:00", k)
	met, corrected := c.Respond(at(t, "2026-06-12 18:00:00"))
	wantOutcome(t, met, sla.Met)
	if corrected {
		t.Fatal("nothing was to be corrected")
	}
	late, _ := c.Respond(at(t, "2026-06-12 18:00:01"))
	wantOutcome(t, late, sla.Breached)
	wantTime(t, "the breach", late.BreachedAt, c.Due)
	if c.Overdue(c.Due) || !c.Overdue(c.Due.Add(time.Millisecond)) {
		t.Fatal("overdue is strictly after the due")
	}
	noticed := c.Breach()
	wantTime(t, "the breach", noticed.BreachedAt, c.Due)
	if !noticed.Unanswered() {
		t.Fatal("a breach waits for its response")
	}
	answered, corrected := noticed.Respond(at(t, "2026-06-15 09:00"))
	wantOutcome(t, answered, sla.Breached)
	if corrected || answered.Unanswered() {
		t.Fatalf("answered late: %+v", answered)
	}
	// Corner 25: a response stamped in time takes the breach back, once.
	back, corrected := noticed.Respond(c.Due)
	wantOutcome(t, back, sla.Met)
	if !corrected || !back.BreachedAt.IsZero() {
		t.Fatalf("not taken back: %+v", back)
	}
}

// SLA T3: without a target a response is still recorded, and nothing is overdue.
func TestNoTarget(t *testing.T) {
	k := hq(t)
	c := initial(t, 1, policy.Package{}, "2026-06-12 12:00", k)
	if c.Overdue(at(t, "2027-01-01 00:00")) || !c.NextWarning(sla.DefaultMarks, k).IsZero() {
		t.Fatal("no target, but overdue or warned of")
	}
	answered, _ := c.Respond(at(t, "2026-06-30 12:00"))
	if answered.Unanswered() {
		t.Fatal("still unanswered")
	}
	if got := c.Clocked(at(t, "2026-06-12 14:00"), k); got != 2*time.Hour {
		t.Fatalf("elapsed %s", got)
	}
	c.Clock = policy.ClockBusiness // 12:00 to the closing, and two hours of Monday
	if got := c.Clocked(at(t, "2026-06-15 09:00"), k); got != 8*time.Hour {
		t.Fatalf("elapsed %s of business time", got)
	}
}

// SLA T18: a burst moves the anchor, with the full target.
func TestRearm(t *testing.T) {
	k := hq(t)
	c := sla.Start(1, policy.FollowUp, 1, gold, at(t, "2026-06-15 09:00"), k)
	c = c.Rearm(at(t, "2026-06-15 09:10"), k)
	wantTime(t, "due", c.Due, at(t, "2026-06-16 17:10"))
	wantTime(t, "anchor", c.Anchor, at(t, "2026-06-15 09:10"))
}

// SLA T19: waiting takes the due away, rearming brings the full target back.
func TestWait(t *testing.T) {
	k := hq(t)
	c := sla.Start(1, policy.FollowUp, 1, gold, at(t, "2026-06-15 09:00"), k).Wait()
	wantTime(t, "due", c.Refresh(k).Due, time.Time{})
	wantOutcome(t, c, sla.Pending)
	c = c.Rearm(at(t, "2026-06-17 09:00"), k)
	wantTime(t, "due", c.Due, at(t, "2026-06-18 17:00"))
	done, _ := c.Respond(at(t, "2026-06-17 10:00"))
	if done.Wait().Outcome != sla.Met || done.Wait().Due.IsZero() {
		t.Fatal("an ended cycle does not wait")
	}
}

// SLA T11: ended cycles never change when pauses or calendars do.
func TestRefresh(t *testing.T) {
	c := initial(t, 2, gold, "2026-06-15 09:00", hq(t))
	paused := hq(t, span(t, "2026-06-15 10:00", "2026-06-15 12:00"))
	wantTime(t, "due", c.Refresh(paused).Due, at(t, "2026-06-16 08:00"))
	for _, ended := range []sla.Cycle{c.Breach(), c.End(sla.Cancelled, c.Anchor)} {
		if got := ended.Refresh(paused); !reflect.DeepEqual(got, ended) {
			t.Fatalf("an ended cycle changed: %+v", got)
		}
	}
}

// SLA T21, T35: ending leaves a breach what it is.
func TestEnd(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 09:00", k)
	for _, as := range []sla.Outcome{sla.Cancelled, sla.Merged} {
		wantOutcome(t, c.End(as, c.Anchor.Add(time.Hour)), as)
		ended := c.Breach().End(as, c.Due.Add(time.Hour))
		wantOutcome(t, ended, sla.Breached)
		if ended.Unanswered() || c.End(as, c.Anchor).Unanswered() {
			t.Fatal("still waits for a response")
		}
	}
}

// SLA T2: which clock counts is a setting of each severity of a package.
func TestClockIsASetting(t *testing.T) {
	p := gold
	p.Severity[0].Clock, p.Severity[1].Clock = policy.ClockBusiness, policy.Clock24x7
	k := hq(t)
	wantTime(t, "severity 1 in business time", initial(t, 1, p, "2026-06-12 17:00", k).Due, at(t, "2026-06-15 10:00"))
	wantTime(t, "severity 2 around the clock", initial(t, 2, p, "2026-06-13 03:00", k).Due, at(t, "2026-06-13 11:00"))
	l := sla.Climb(initial(t, 1, p, "2026-06-12 13:45", k).Breach(), 1) // due 17:45
	l, _, _ = l.Advance(at(t, "2026-06-12 17:46"), sla.DefaultSteps, k, everybody)
	wantTime(t, "level 2 in business time", l.NextAt(k), at(t, "2026-06-15 07:15"))
}

// SLA T6, T51: a breach is noticed from a millisecond after the due on, and a
// cycle that has no due or has ended waits for none.
func TestAlarm(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 09:00", k)
	wantTime(t, "the alarm", c.Alarm(), c.Due.Add(time.Millisecond))
	if c.Overdue(c.Due.Add(time.Millisecond-1)) || !c.Overdue(c.Alarm()) {
		t.Fatal("overdue before the millisecond is over, or not with it")
	}
	met, _ := c.Respond(c.Due)
	for _, x := range []sla.Cycle{met, c.Breach(), c.Wait(), initial(t, 1, policy.Package{}, "2026-06-15 09:00", k)} {
		if !x.Alarm().IsZero() || x.Overdue(at(t, "2027-01-01 00:00")) {
			t.Fatalf("an alarm for %+v", x)
		}
	}
}

// SLA T11: each instant counts by the calendar's version that was valid then,
// so a holiday that is added for a past day changes nothing; one for a day to
// come moves what is pending, from its own anchor.
func TestCalendarPublished(t *testing.T) {
	first := calendar.Spec{Timezone: "America/Denver", Hours: map[string][]string{"mon-fri": {"07:00-18:00"}}, Country: "us"}
	c := initial(t, 3, platinum, "2026-06-15 16:00", hq(t)) // 10 h: Tue 15:00
	later := sla.Start(1, policy.FollowUp, 3, platinum, at(t, "2026-06-15 16:00"), hq(t))
	for _, test := range []struct {
		name    string
		holiday string
		due     string
		later   string
	}{
		{"none", "", "2026-06-16 15:00", "2026-06-25 11:00"},
		{"for a past day", "2026-06-15", "2026-06-16 15:00", "2026-06-25 11:00"},
		{"for a day to come", "2026-06-17", "2026-06-16 15:00", "2026-06-26 11:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			next := first
			next.From = date(t, "2026-06-16")
			if test.holiday != "" {
				next.Add = []calendar.Date{date(t, test.holiday)}
			}
			cal, err := calendar.New("hq", first, next)
			if err != nil {
				t.Fatal(err)
			}
			k := sla.Clocks{Business: cal}
			wantTime(t, "due", c.Refresh(k).Due, at(t, test.due))
			wantTime(t, "a longer target", later.Refresh(k).Due, at(t, test.later))
			wantTime(t, "the anchor", c.Refresh(k).Anchor, c.Anchor)
		})
	}
}

// SLA T10: what is never open in sight has no due, and the search ends.
func TestNoDueInSight(t *testing.T) {
	k := hq(t, span(t, "2026-06-15 10:00", ""))
	c := initial(t, 2, gold, "2026-06-15 09:00", k)
	if !c.Due.IsZero() || !c.Alarm().IsZero() || !c.NextWarning(sla.DefaultMarks, k).IsZero() {
		t.Fatalf("due %s while the clock stands still without an end", c.Due)
	}
	p := gold
	p.Severity[1].Initial.Duration = 365 * 24 * time.Hour // of business time: more than 400 days hold
	if c = initial(t, 2, p, "2026-06-15 09:00", hq(t)); !c.Due.IsZero() {
		t.Fatalf("due %s, beyond 400 days", c.Due)
	}
}

// SLA T51, T16, corner 25: a breach that was none is not excused either.
func TestCorrectedIsNotExcused(t *testing.T) {
	k := hq(t)
	c := initial(t, 2, gold, "2026-06-15 09:00", k).Breach()
	c.Excused = true
	met, corrected := c.Respond(c.BreachedAt)
	if !corrected || met.Outcome != sla.Met || met.Excused {
		t.Fatalf("corrected %v: %+v", corrected, met)
	}
}
