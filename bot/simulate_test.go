package bot_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
	"casebot/bot/history"
	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// other are the desk's rules but for what a change makes of Gold.
func (d *desk) other(change func(*policy.Package)) *bot.Rules {
	packages := maps.Clone(d.rules.Packages)
	gold := append([]policy.Package(nil), packages["gold"]...)
	for i := range gold {
		change(&gold[i])
	}
	packages["gold"] = gold
	r := bot.Rules{
		Vendor: d.rules.Vendor, Language: "en", Fallback: d.rules.Fallback, Triage: d.rules.Triage, Bot: "casebot",
		Calendars: d.rules.Calendars, CalendarHashes: d.rules.CalendarHashes, Default: d.rules.Default, Packages: packages, Regions: d.rules.Regions,
		Marks: d.rules.Marks, Steps: d.rules.Steps, Floors: d.rules.Floors, Levels: d.rules.Levels, Weekly: d.rules.Weekly,
		Staff: d.rules.Staff, Texts: d.rules.Texts,
	}
	return &r
}

// simulated is the past of the whole desk under other rules.
func (d *desk) simulated(t history.Trial) *history.Report {
	d.t.Helper()
	t.Until = d.travel.Now()
	r := &history.Report{}
	for _, g := range d.groups() {
		after, err := g.Simulate(t)
		if err != nil {
			d.t.Fatal(err)
		}
		r.Add(g.Recorded(), after)
	}
	r.Sort()
	return r
}

// A reply after 5 hours was in time; under a target of 4 hours it would have
// been late by an hour, and the levels due until then would have been told.
func TestSimulateShorterTarget(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-06-15 14:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.advance(time.Hour)
	r := d.simulated(history.Trial{Rules: d.other(func(p *policy.Package) { p.Severity[1].Initial = policy.Target{Duration: 4 * time.Hour} })})
	if len(r.Changes) != 1 || r.Changes[0].Fate != history.Missed || r.Changes[0].Clock != "initial" {
		t.Fatalf("changes %+v", r.Changes)
	}
	wantTime(t, "due", r.Changes[0].After.BreachedAt, instant(t, "2026-06-15 13:00"))
	before, after := r.Sum(sla.Scope{Metric: policy.Initial, Severity: policy.Severity2})
	if diff := cmp.Diff([]sla.Attainment{{Met: 1}, {Breached: 1}}, []sla.Attainment{before, after}); diff != "" {
		t.Errorf("attainment (-want +got):\n%s", diff)
	}
	if r.Levels[0].Before != 0 || r.Levels[0].After != 1 || r.Levels[1].After != 0 {
		t.Errorf("levels %+v", r.Levels)
	}
}

// A breach that a longer target, or a calendar with a holiday, would have
// saved: nobody would have been escalated to.
func TestSimulateSaves(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2) // due 17:00
	d.until(instant(t, "2026-06-16 09:00"))
	d.command("tess", "triage", "case ack ACME-1")
	d.reply("ada", "ACME-1", "We look.")
	d.advance(time.Hour)
	holiday, err := calendar.New("hq", calendar.Spec{
		Timezone: "America/Denver", Hours: map[string][]string{"mon-fri": {"07:00-18:00"}}, Country: "us", Add: []calendar.Date{{Year: 2026, Month: 6, Day: 15}},
	})
	if err != nil {
		t.Fatal(err)
	}
	closed := d.other(func(*policy.Package) {})
	closed.Calendars = maps.Clone(closed.Calendars)
	closed.Calendars["hq"] = holiday
	for name, rules := range map[string]*bot.Rules{
		"longer target": d.other(func(p *policy.Package) { p.Severity[1].Initial = policy.Target{Duration: 12 * time.Hour} }),
		"holiday":       closed,
	} {
		r := d.simulated(history.Trial{Rules: rules})
		if len(r.Changes) != 1 || r.Changes[0].Fate != history.Saved {
			t.Errorf("%s: changes %+v", name, r.Changes)
		}
		if r.Levels[0].Before != 1 || r.Levels[0].After != 0 {
			t.Errorf("%s: levels %+v", name, r.Levels)
		}
	}
}

// Under the rules of then nothing would have ended otherwise, whatever
// happened: merged cases, a suspension, a severity that changed, a case still
// open.
func TestSimulateSame(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.two(policy.Severity2, policy.Severity3, time.Hour)
	d.until(instant(t, "2026-06-15 12:00"))
	d.command("ada", "triage", "case merge ACME-1 ACME-2")
	d.standing("ACME", "suspended invoice 7")
	d.until(instant(t, "2026-06-16 12:00"))
	d.standing("ACME", "good paid")
	d.command("ada", "triage", "case severity ACME-1 1 everybody")
	d.press("giulia", "acme", "Agree")
	d.until(instant(t, "2026-06-17 12:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.until(instant(t, "2026-06-22 12:00"))
	r := d.simulated(history.Trial{Rules: d.rules})
	if len(r.Changes) > 0 {
		t.Errorf("changes %+v", r.Changes)
	}
	for i, l := range r.Levels {
		if l.Before != l.After {
			t.Errorf("level %d: told %d times, simulated %d", i+1, l.Before, l.After)
		}
	}
	if _, breached := r.Sum(sla.Scope{}); breached.Breached == 0 {
		t.Error("nothing was missed: the history is too tame to prove anything")
	}
}

// A subscriber with another package is amended for the whole period; without a
// target nothing is missed (SLA T3, T48).
func TestSimulateOtherPackage(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.until(instant(t, "2026-06-15 15:00"))
	d.reply("ada", "ACME-1", "We look.")
	r := d.simulated(history.Trial{Rules: d.rules, Amend: func(s *bot.Subscriber) { s.Package = "standard" }})
	if len(r.Changes) != 1 || r.Changes[0].Fate != history.Unpromised {
		t.Fatalf("changes %+v", r.Changes)
	}
	if _, after := r.Sum(sla.Scope{}); after.Of() != 0 {
		t.Fatalf("%+v counts without a target", after)
	}
}
