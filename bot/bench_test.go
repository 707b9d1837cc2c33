package bot_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// sample is one decision as the engine asks for it: the records are loaded and
// decoded already.
type sample struct {
	name  string
	why   string // how the log has it; empty where nothing is committed, or nothing fell due
	scene bot.Scene
	event bot.Event
}

// samples are what a desk decides day in, day out, told of X1's case: received
// on Friday, warned of on Monday at 09:30, 11:30 and 12:42, due at 13:30.
func samples(t testing.TB) (*desk, []sample) {
	t.Helper()
	d := openDesk(t)
	d.commandIn("giulia", "acme", "", "case new", map[string]string{
		"summary": "Dashboards show yesterday's data", "type": "error", "severity": "2", "affected": "many: 40 in sales", "workaround": "none",
		"production": "yes", "since": "2026-03-06 14:00", "steps": "1. Open the sales dashboard\n2. Press Refresh", "expected": "the figures of this hour",
		"actual": "those of yesterday, 23:00", "error": "REFRESH-17: source not reached", "where": "https://acme.example.com/page/12", "impact": "the plan for Monday is wrong",
	})
	d.command("giulia", "acme", fmt.Sprintf("case draft %s submit", bot.DraftID(fmt.Sprintf("console:e%d", d.n))))
	take := d.commandEvent("ben", "triage", "case take ACME-1")
	untaken := d.scene(t, take)
	d.command("ada", "triage", "case take ACME-1")
	taken := d.caseScene("ACME-1")
	d.until(instant(t, "2026-03-09 13:00"))
	warned := d.caseScene("ACME-1")
	d.platform.fail = func(bot.Delivery) error { return &bot.RetryError{After: time.Minute} }
	d.command("ada", "triage", "case reply ACME-1 We are looking into the refresh.")
	leaving := d.caseScene("ACME-1")
	delivered := bot.Event{Kind: bot.EventDelivered, Report: &bot.Report{Ref: "m98", At: instant(t, "2026-03-09 13:01").UTC()}}
	for key := range leaving.Case.Replies {
		delivered.Report.Key = key
	}
	d.platform.fail = nil
	d.clock.Step(time.Minute)
	d.until(instant(t, "2026-03-09 14:00"))
	answered := d.caseScene("ACME-1")
	wrote := d.event("giulia", "acme", answered.Case.Customer.Thread)
	wrote.Kind, wrote.Text, wrote.Origin.Message = bot.EventMessage, "The sales overview shows it too, since this morning.", "m99"
	list := d.commandEvent("ben", "triage", "case list")
	page := d.scene(t, list)
	page.Page = nil
	for n := range int64(100) {
		c := *answered.Case
		c.Number, c.Severity = n+1, policy.Severity(n%3+1)
		page.Page = append(page.Page, c)
	}
	alarm := bot.Event{Kind: bot.EventAlarm}
	all := []sample{
		{"message", "contact wrote", answered, d.dated(wrote, "2026-03-09 14:05")},
		{"delivered", "response", leaving, d.dated(delivered, "2026-03-09 13:02")},
		{"alarm", "", taken, d.dated(alarm, "2026-03-09 09:00")},
		{"warning", "warned", taken, d.dated(alarm, "2026-03-09 09:30")},
		{"breach", "breached,level 1", warned, d.dated(alarm, "2026-03-09 13:30:00.001")},
		{"take", "taken", untaken, d.dated(take, "2026-03-09 09:00")},
		{"list", "", page, d.dated(list, "2026-03-09 14:00")},
	}
	for _, s := range all {
		if got := bot.Decide(s.scene, s.event, d.rules).Reason; got != s.why {
			t.Fatalf("%s is decided as %q, want %q", s.name, got, s.why)
		}
	}
	return d, all
}

// caseScene is what Decide would see of an event on a case at this moment.
func (d *desk) caseScene(name string) bot.Scene {
	d.t.Helper()
	c := d.kase(name)
	sub := d.subscriber(c.Subscriber)
	return bot.Scene{Target: bot.CaseKey(c.Subscriber, c.Number), Case: &c, Subscriber: &sub}
}

// dated says when an event happened.
func (d *desk) dated(e bot.Event, local string) bot.Event {
	d.t.Helper()
	e.At = instant(d.t, local).UTC()
	e.Seen = e.At
	if e.ID == "" {
		e.ID = "bench:" + local
	}
	return e
}

// A decision allocates no more than its answer, its effects and the two cards
// need. The bounds leave a tenth for what chance adds; whoever passes one has
// put work in the way of every event.
func TestDecideAllocations(t *testing.T) {
	most := map[string]float64{"message": 137, "delivered": 138, "alarm": 125, "warning": 157, "breach": 226, "take": 152, "list": 247}
	d, all := samples(t)
	for _, s := range all {
		n := testing.AllocsPerRun(20, func() { bot.Decide(s.scene, s.event, d.rules) })
		if n > most[s.name] {
			t.Errorf("%s allocates %v times, at most %v are allowed", s.name, n, most[s.name])
		}
	}
}

// BenchmarkDecide measures the decision alone. "decodes" is the same in units
// of the time that decoding a case takes on this machine at this moment.
func BenchmarkDecide(b *testing.B) {
	d, all := samples(b)
	for _, s := range all {
		c := s.scene.Case
		if c == nil {
			c = &s.scene.Page[0]
		}
		body := []byte(asJSON(b, c))
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bot.Decide(s.scene, s.event, d.rules)
			}
			decided := b.Elapsed()
			start := time.Now()
			for range b.N {
				var c bot.Case
				if err := json.Unmarshal(body, &c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(decided)/float64(time.Since(start)), "decodes")
		})
	}
}
