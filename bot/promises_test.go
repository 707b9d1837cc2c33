package bot_test

import (
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// What a merge takes over, and what it does not (SLA T35, T36).

// SLA T35, T38: a climb that a merge brings keeps its running step; what
// follows goes by the primary's severity.
func TestMergedClimbGoesByPrimary(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3) // due Tue 10:00, level 2 at 14:00
	d.until(instant(t, "2026-06-16 11:00"))
	d.open("giulia", "acme", policy.Severity1) // due 15:00
	d.until(instant(t, "2026-06-16 11:05"))
	d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2")
	wantDue(t, d.kase("ACME-2"), instant(t, "2026-06-16 11:35")) // what is past takes the floor
	d.until(instant(t, "2026-06-16 14:30:01"))
	wantTold(t, d, "escalations", "ACME-1", "1@Tue 10:00")
	wantTold(t, d, "escalations", "ACME-2", "1@Tue 11:35") // its own breach, to the active level
	wantTold(t, d, "management", "ACME-2", "2@Tue 14:00", "3@Tue 14:30")
}

// SLA T35, T39: a climb that a merge brought to a waiting case, or into a burst,
// ends with the next response, like any other.
func TestResponseEndsMergedClimb(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		ask  string // what ada says on the primary before the merge
		want bot.State
	}{
		{"waiting", "wait", bot.StateWaiting},
		{"burst", "reply", bot.StateOpen},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.two(policy.Severity1, policy.Severity1, time.Minute)
			d.reply("ada", "ACME-1", "We look.")
			d.reply("ada", "ACME-2", "We look.")
			d.advance(32*time.Hour - 5*time.Minute)
			d.command("ada", "triage", "case "+test.ask+" ACME-1 Which dashboard is it?")
			d.advance(6 * time.Minute)
			wantOutcomes(t, d.kase("ACME-2"), "initial met, follow_up breached")
			d.command("ada", "triage", "case merge ACME-2 ACME-1")
			c := d.kase("ACME-1")
			wantState(t, c, test.want)
			if c.Ladder == nil || c.Ladder.Level != 1 {
				t.Fatalf("the climb is %+v, want level 1", c.Ladder)
			}
			d.advance(time.Minute)
			c = d.reply("ada", "ACME-1", "One more thing.")
			wantState(t, c, test.want)
			if c.Ladder != nil {
				t.Fatalf("it climbs on: %+v", c.Ladder)
			}
			d.advance(2 * time.Hour)
			wantTold(t, d, "management", "ACME-1")
		})
	}
}

// SLA T35, T33: a merge in a suspension takes no promise away: the earlier due
// holds once the clocks run again, and not before its floor.
func TestMergeWhileSuspended(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ merged, want string }{
		{"2026-03-09 12:00", "2026-03-10 13:00"}, // 4 h were left
		{"2026-03-09 15:45", "2026-03-10 10:00"}, // 15 minutes were: the floor is an hour
	} {
		t.Run(test.merged, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
			d.two(policy.Severity2, policy.Severity2, 3*time.Hour) // due 16:00 and Tue 08:00
			d.until(instant(t, test.merged))
			d.standing("ACME", "suspended invoice 7")
			d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2")
			wantDue(t, d.kase("ACME-2"), time.Time{})
			d.until(instant(t, "2026-03-10 09:00"))
			d.standing("ACME", "good paid")
			wantDue(t, d.kase("ACME-2"), instant(t, test.want))
		})
	}
}

// SLA T35: an initial response that is breached keeps its anchor and its
// receipt; a pending one begins at the earliest receipt.
func TestMergeMovesOnlyPendingAnchor(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.two(policy.Severity3, policy.Severity1, time.Minute) // the second is due 13:01
	d.until(instant(t, "2026-06-15 13:02"))
	before := d.kase("ACME-2")
	wantOutcomes(t, before, "initial breached")
	d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2")
	c := d.kase("ACME-2")
	wantTime(t, "receipt", c.ReceivedAt, before.ReceivedAt)
	wantTime(t, "the anchor", c.Cycles[0].Anchor, before.ReceivedAt)
	wantOutcomes(t, c, "initial breached")
}

// SLA T35, T3: a promise that a merge brings to a case without a target is
// shown like any other.
func TestMergeShowsPromise(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.newGold(t, "2026-01-01", func(p *policy.Package) { p.Severity[2] = policy.Targets{} })
	d.two(policy.Severity3, policy.Severity2, time.Minute) // none, and 16:01
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	wantDue(t, d.kase("ACME-1"), instant(t, "2026-03-09 16:01"))
	d.command("giulia", "acme", "case show ACME-1")
	wantNoText(t, "the answer", d.private("giulia"), "No committed target")
	d.until(instant(t, "2026-03-09 16:02"))
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	d.until(instant(t, "2026-03-10 09:01:01")) // severity 3 climbs every 4 business hours
	wantTold(t, d, "management", "ACME-1", "2@Tue 09:01")
}

// SLA T35: who names a third case as the one that stays is told so.
func TestMergeIntoNeither(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity2, policy.Severity2, time.Minute)
	d.open("giulia", "acme", policy.Severity2)
	for _, into := range []string{"ACME-3", "the older one"} {
		d.command("ada", "triage", "case merge ACME-1 ACME-2 "+into)
		wantText(t, "the answer", d.private("ada"), into, "ACME-1", "ACME-2")
		wantState(t, d.kase("ACME-1"), bot.StateNew)
		wantState(t, d.kase("ACME-2"), bot.StateNew)
	}
}

// SLA T36: a message in the thread of a case that was merged into a merged one
// goes on to where it counts.
func TestWritesInTwiceMergedThread(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity2, policy.Severity2, time.Minute)
	d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2")
	d.command("ada", "triage", "case merge ACME-2 ACME-3 ACME-3")
	d.say("ada", "acme", d.kase("ACME-1").Customer.Thread, "We have found the reason.")
	wantOutcomes(t, d.kase("ACME-3"), "initial met, follow_up pending")
	if n := strings.Count(d.room("triage"), "We have found the reason."); n != 1 {
		t.Fatalf("mirrored %d times", n)
	}
}

// SLA T36, T19: a contact's reply by command in a merged case counts in the
// primary too.
func TestContactRepliesToMerged(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity1, policy.Severity1, time.Minute)
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.reply("ada", "ACME-2", "A duplicate.")
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.command("giulia", "acme", "case reply ACME-2 The sales overview")
	wantState(t, d.kase("ACME-1"), bot.StateOpen)
	wantText(t, "triage", d.room("triage"), "The sales overview")
}

// SLA T36, T14: the same fault at several subscribers is linked, not merged:
// each case has its own clock and needs its own response.
func TestLinkedProblem(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	other := d.open("hank", "globex", policy.Severity2)
	d.command("ada", "triage", "case link ACME-1 GLOBEX-1")
	d.reply("ada", "ACME-1", "We look.")
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
	wantOutcomes(t, d.kase("GLOBEX-1"), "initial pending")
	wantDue(t, d.kase("GLOBEX-1"), running(t, other).Due)
	if links := d.kase("ACME-1").Links; len(links) != 1 || links[0] != "GLOBEX-1" {
		t.Fatalf("links %q", links)
	}
}
