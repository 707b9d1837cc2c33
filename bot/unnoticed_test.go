package bot_test

import (
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// SLA T6, T21, T29, T35, T53: a due that passed is a breach, whatever happens
// before anybody looked at the clock: solving, closing, lowering and merging
// take nothing of it back, and the audit names it.
func TestUnnoticedBreach(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		before string // said by ada before the due
		who    string
		after  string // said half an hour after it, as the first thing that is handled
		want   string
	}{
		{"solved by the contact", "", "giulia", "resolve ACME-1", "initial breached"},
		{"closed with a reason", "", "ada", "close ACME-1 they left us", "initial breached"},
		{"lowered", "severity ACME-1 3 a workaround exists", "giulia", "agree ACME-1", "initial breached"},
		{"raised", "", "ada", "severity ACME-1 1 down", "initial breached"},
		{"merged", "", "ada", "merge ACME-1 ACME-2 ACME-2", "initial breached"},
		{"put on hold", "", "ada", "hold ACME-1 engineering", "initial breached"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
			d.two(policy.Severity2, policy.Severity2, time.Hour) // due 16:00 and 17:00
			if test.before != "" {
				d.command("ada", "triage", "case "+test.before)
			}
			d.at(instant(t, "2026-03-09 16:30"))
			d.command(test.who, "acme", "case "+test.after)
			c := d.kase("ACME-1")
			wantOutcomes(t, c, test.want)
			wantTime(t, "the breach", c.Cycles[0].BreachedAt, instant(t, "2026-03-09 16:00"))
			wantText(t, "audit", strings.Join(d.audit(bot.CaseKey("ACME", 1)), "\n"), "breached")
		})
	}
}

// SLA T51: outcomes go by the stamp: what was pressed before the due and came
// late ends a cycle that was pending then.
func TestPressedBeforeDue(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.open("giulia", "acme", policy.Severity2) // due 16:00
	d.at(instant(t, "2026-03-09 16:30"))
	e := d.commandEvent("giulia", "acme", "case resolve ACME-1")
	e.At = instant(t, "2026-03-09 15:59")
	d.do("giulia", e)
	wantOutcomes(t, d.kase("ACME-1"), "initial cancelled")
}

// SLA T18, T21, T6: a burst carries on what is pending, not what is overdue:
// that is breached, noticed or not.
func TestBurstAfterDue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		noticed bool
		command string
		want    string
	}{
		{"a reply", false, "reply", "initial met, follow_up breached, follow_up pending"},
		{"a reply, noticed", true, "reply", "initial met, follow_up breached, follow_up pending"},
		{"resolved", false, "resolve", "initial met, follow_up breached"},
		{"resolved, noticed", true, "resolve", "initial met, follow_up breached"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
			d.newGold(t, "2026-01-01", func(p *policy.Package) { p.Severity[1].FollowUp.Duration = 10 * time.Minute })
			d.open("giulia", "acme", policy.Severity2)
			d.reply("ada", "ACME-1", "One.")
			when := d.travel.Now().Add(12 * time.Minute)
			if test.noticed {
				d.until(when)
			} else {
				d.at(when)
			}
			d.command("ada", "triage", "case "+test.command+" ACME-1 Two.")
			c := d.kase("ACME-1")
			wantOutcomes(t, c, test.want)
			if c.Ladder != nil {
				t.Fatalf("it climbs on: %+v", c.Ladder)
			}
		})
	}
}

// SLA T33, T34: what was due before a suspension is breached, though nobody
// looked until it was over; it is told once the clocks run again.
func TestUnnoticedBeforeSuspension(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.open("giulia", "acme", policy.Severity2) // due 16:00
	d.at(instant(t, "2026-03-09 16:30"))
	d.standing("ACME", "suspended invoice 7")
	d.command("ada", "triage", "case take ACME-1")
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	d.advance(48 * time.Hour)
	wantTold(t, d, "escalations", "ACME-1")
	d.standing("ACME", "good paid")
	d.drain()
	wantTold(t, d, "escalations", "ACME-1", "1@Wed 16:30")
}

// SLA T51: a stamp later than the server's clock counts as now, and a stamp
// within the millisecond of the due is in time.
func TestStampsOfResponses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		seen, at time.Duration // from the due on
		want     string
		answered time.Duration
	}{
		{"from the future", -time.Minute, time.Hour, "initial met, follow_up pending", -time.Minute},
		{"within the millisecond", time.Millisecond - 1, 400 * time.Microsecond, "initial met, follow_up pending", 0},
		{"a millisecond later", time.Second, time.Millisecond, "initial breached, follow_up pending", time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			c := d.open("giulia", "acme", policy.Severity2)
			due := running(t, c).Due
			d.until(due.Add(min(test.seen, 0)))
			d.at(due.Add(test.seen))
			e := d.event("ada", "acme", c.Customer.Thread)
			e.Kind, e.Text, e.At, e.Origin.Ours = bot.EventMessage, "We have it.", due.Add(test.at), true
			d.do("ada", e)
			c = d.kase("ACME-1")
			wantOutcomes(t, c, test.want)
			wantTime(t, "the answer", c.Cycles[0].AnsweredAt, due.Add(test.answered))
		})
	}
}

// SLA T51, T39, corner 25: the correction of an earlier breach ends no climb of
// a later one.
func TestCorrectionLeavesLaterClimb(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	c := d.open("giulia", "acme", policy.Severity1) // due 13:00
	d.until(instant(t, "2026-06-15 13:05"))
	d.reply("ada", "ACME-1", "We look.")
	d.until(instant(t, "2026-06-16 21:06")) // 32 h later, a minute after
	wantOutcomes(t, d.kase("ACME-1"), "initial breached, follow_up breached")
	e := d.event("ben", "acme", c.Customer.Thread)
	e.Kind, e.Text, e.At, e.Origin.Ours = bot.EventMessage, "I have it.", instant(t, "2026-06-15 12:59"), true
	d.do("ben", e)
	c = d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up breached")
	if c.Ladder == nil || c.Ladder.Level != 2 {
		t.Fatalf("the climb of the follow-up: %+v", c.Ladder)
	}
	d.until(instant(t, "2026-06-16 21:35:01"))
	wantTold(t, d, "management", "ACME-1", "2@Tue 21:05", "3@Tue 21:35")
}

// SLA T51, corner 25: a reply stamped in time corrects the breach also where
// the case was solved before it arrived.
func TestCorrectionAfterSolved(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	c := d.open("giulia", "acme", policy.Severity1) // due 13:00
	d.until(instant(t, "2026-06-15 13:05"))
	d.command("giulia", "acme", "case resolve ACME-1")
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	e := d.event("ada", "acme", c.Customer.Thread)
	e.Kind, e.Text, e.At, e.Origin.Ours = bot.EventMessage, "Restarted.", instant(t, "2026-06-15 12:59"), true
	d.do("ada", e)
	wantOutcomes(t, d.kase("ACME-1"), "initial met")
	wantState(t, d.kase("ACME-1"), bot.StateResolved)
	wantText(t, "triage", d.room("triage"), "withdrawn")
}
