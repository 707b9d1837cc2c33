package sla_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

var (
	silver   = pack(6, 10, 14, 32, 72)
	gold     = pack(4, 8, 12, 32, 72)
	platinum = pack(2, 6, 10, 24, 72)
)

// pack is a package of the matrix, in hours: initial 1, 2, 3, follow-up 1, 2–3.
func pack(one, two, three, follow1, follow int) policy.Package {
	h := func(n int) policy.Target { return policy.Target{Duration: time.Duration(n) * time.Hour} }
	return policy.Package{Key: "test", Severity: [3]policy.Targets{
		{Initial: h(one), FollowUp: h(follow1), Clock: policy.Clock24x7},
		{Initial: h(two), FollowUp: h(follow), Clock: policy.ClockBusiness},
		{Initial: h(three), FollowUp: h(follow), Clock: policy.ClockBusiness},
	}}
}

// hq is the calendar of the worked examples, with pauses.
func hq(t testing.TB, pauses ...calendar.Span) sla.Clocks {
	t.Helper()
	cal, err := calendar.New("hq", calendar.Spec{
		Timezone: "America/Denver", Hours: map[string][]string{"mon-fri": {"07:00-18:00"}}, Country: "us",
	})
	if err != nil {
		t.Fatal(err)
	}
	return sla.Clocks{Business: cal, Pauses: pauses}
}

// at reads a local time of Denver, or an RFC 3339 one.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	if v, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return v
	}
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999", "2006-01-02 15:04"} {
		if v, err := time.ParseInLocation(layout, s, denver); err == nil {
			return v
		}
	}
	t.Fatalf("%q is no time", s)
	return time.Time{}
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func span(t testing.TB, from, to string) calendar.Span {
	t.Helper()
	out := calendar.Span{From: at(t, from)}
	if to != "" {
		out.To = at(t, to)
	}
	return out
}

// initial is the first cycle of a case.
func initial(t testing.TB, s policy.Severity, p policy.Package, received string, k sla.Clocks) sla.Cycle {
	t.Helper()
	return sla.Start(0, policy.Initial, s, p, at(t, received), k)
}

func wantTime(t testing.TB, what string, got, want time.Time) {
	t.Helper()
	if !got.Equal(want) {
		t.Fatalf("%s is %s, want %s", what, got.UTC().Format(time.RFC3339Nano), want.UTC().Format(time.RFC3339Nano))
	}
}

func wantOutcome(t testing.TB, c sla.Cycle, want sla.Outcome) {
	t.Helper()
	if c.Outcome != want {
		t.Fatalf("the cycle is %s, want %s: %+v", c.Outcome, want, c)
	}
}
