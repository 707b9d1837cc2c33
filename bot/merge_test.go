package bot_test

import (
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// two opens a case now and another after a while.
func (d *desk) two(first, second policy.Severity, gap time.Duration) {
	d.t.Helper()
	d.open("giulia", "acme", first)
	d.advance(gap)
	d.open("giulia", "acme", second)
}

// SLA T35: the case received first is primary; the other's pending cycles
// leave the statistics; both threads are told.
func TestMerge(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity2, policy.Severity2, time.Minute)
	due := running(t, d.kase("ACME-1")).Due
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	one, two := d.kase("ACME-1"), d.kase("ACME-2")
	wantState(t, one, bot.StateNew)
	wantState(t, two, bot.StateMerged)
	wantOutcomes(t, two, "initial merged")
	wantDue(t, one, due)
	if two.MergedInto != "ACME-1" {
		t.Fatalf("merged into %q", two.MergedInto)
	}
	wantText(t, "acme", d.room("acme"), "ACME-2 is part of case ACME-1")
}

// SLA T35: the agent may name another primary. Its initial response counts
// from the earliest receipt, but never breaches by the merge: the floor of its
// severity stands before it.
func TestMergeIntoTheLater(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.two(policy.Severity2, policy.Severity2, 7*time.Hour+30*time.Minute) // due 16:00; the other Tue 12:30
	d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2")
	two := d.kase("ACME-2")
	wantState(t, d.kase("ACME-1"), bot.StateMerged)
	wantDue(t, two, instant(t, "2026-03-09 16:30")) // now + 1 business hour, since 16:00 is nearer
	wantTime(t, "receipt", two.ReceivedAt, instant(t, "2026-03-09 08:00"))
}

// SLA T35, corner 18: only within one subscriber; the answer is that of an
// unknown case. Into or from resolved and closed cases is refused.
func TestMergeRefused(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.open("hank", "globex", policy.Severity2)
	d.command("ada", "triage", "case merge ACME-1 GLOBEX-1")
	other := d.private("ada")
	d.command("ada", "triage", "case merge ACME-1 GLOBEX-9")
	if got := strings.ReplaceAll(d.private("ada"), "GLOBEX-9", "GLOBEX-1"); got != other {
		t.Fatalf("somebody else's case %q, an unknown one %q", other, got)
	}
	d.open("giulia", "acme", policy.Severity2)
	d.command("giulia", "acme", "case resolve ACME-2")
	d.command("ada", "triage", "case merge ACME-1 ACME-2")
	d.command("ada", "triage", "case close ACME-2")
	d.command("ada", "triage", "case merge ACME-2 ACME-1 ACME-1")
	d.command("ada", "triage", "case merge ACME-1 ACME-1")
	wantState(t, d.kase("ACME-1"), bot.StateNew)
	wantState(t, d.kase("GLOBEX-1"), bot.StateNew)
}

// SLA T35, corner 17: a breached case merged into a pending one: its breach
// stays, its climb ends, and the primary goes on from the level that it had
// reached, with its running step.
func TestMergeBreachedIntoPending(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.open("giulia", "acme", policy.Severity2) // due 16:00
	d.until(instant(t, "2026-03-10 08:00"))    // level 1 Mon 16:00, level 2 Tue 07:00
	d.open("giulia", "acme", policy.Severity2) // due Tue 16:00
	d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2")
	one, two := d.kase("ACME-1"), d.kase("ACME-2")
	wantOutcomes(t, one, "initial breached")
	wantOutcomes(t, two, "initial pending")
	if one.Ladder != nil || two.Ladder == nil || two.Ladder.Level != 2 {
		t.Fatalf("climbs: %+v, %+v", one.Ladder, two.Ladder)
	}
	d.until(instant(t, "2026-03-10 08:59"))
	wantNoText(t, "management", d.room("management"), "level 3")
	d.until(instant(t, "2026-03-10 09:00:01"))
	wantText(t, "management", d.room("management"), "ACME-2 · level 3")
	// The primary's own breach meanwhile is told to the active level and starts no second climb.
	wantNoText(t, "management", d.room("management"), "0001")
	d.reply("ada", "ACME-2", "Found it.")
	if two = d.kase("ACME-2"); two.Ladder != nil || two.Highest != 3 {
		t.Fatalf("after the answer: level %+v, highest %d", two.Ladder, two.Highest)
	}
}

// SLA T35: a breach of the primary below the active level is told to that
// level; the running step stays.
func TestBreachBelowInheritedLevel(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.open("giulia", "acme", policy.Severity2) // due 16:00, level 1
	d.until(instant(t, "2026-03-10 07:30"))    // level 2 at 07:00
	d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2") // due now: floor 08:30
	wantDue(t, d.kase("ACME-2"), instant(t, "2026-03-10 08:30"))
	d.until(instant(t, "2026-03-10 08:59"))
	two := d.kase("ACME-2")
	wantOutcomes(t, two, "initial breached")
	if two.Ladder == nil || two.Ladder.Level != 2 {
		t.Fatalf("the climb is %+v, want level 2", two.Ladder)
	}
	if got := strings.Count(d.room("management"), "ACME-2 · level 2"); got != 1 {
		t.Fatalf("the breach was told %d times to level 2, want once:\n%s", got, d.room("management"))
	}
	d.until(instant(t, "2026-03-10 09:00:01"))
	wantText(t, "management", d.room("management"), "ACME-2 · level 3")
}

// SLA T35: a primary that waits stays waiting, without a due, where nobody of
// the customer waits for an answer in the other.
func TestMergeWaitingPrimaryStays(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity1, policy.Severity1, time.Minute)
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.advance(time.Minute)
	d.reply("ada", "ACME-2", "We look into it.")
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateWaiting)
	wantDue(t, c, time.Time{})
}

// SLA T35: a waiting primary opens if the other has an unanswered contact's
// message, and takes the other's due.
func TestMergeWaitingPrimaryOpens(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity1, policy.Severity1, time.Minute)
	d.wait("ada", "ACME-1", "Which dashboard?")
	due := running(t, d.kase("ACME-2")).Due // the initial response, in 4 hours
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateOpen)
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantDue(t, c, due)
}

// SLA T35, T27: a more severe duplicate raises the primary.
func TestMergeMoreSevere(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity3, policy.Severity1, time.Minute)
	due := running(t, d.kase("ACME-2")).Due
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	c := d.kase("ACME-1")
	if c.Severity != policy.Severity1 {
		t.Fatalf("severity %s, want 1 in force at once", c.Severity)
	}
	if got := running(t, c).Due; got.After(due) {
		t.Fatalf("due %s, later than the promise of the merged case %s", got, due)
	}
}

// SLA T36: messages in a merged case's thread go to the primary and count
// there, whoever wrote them; the bot says so.
func TestContactWritesInMergedThread(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity1, policy.Severity1, time.Minute)
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.reply("ada", "ACME-2", "A duplicate.")
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.say("giulia", "acme", d.kase("ACME-2").Customer.Thread, "The sales overview")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateOpen)
	wantDue(t, c, d.travel.Now().Add(32*time.Hour))
	wantText(t, "acme", d.room("acme"), "passed your message on")
	wantText(t, "triage", d.room("triage"), "The sales overview")
}

// SLA T36, T13: so does the message of an agent there.
func TestStaffAnswersInMergedThread(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity2, policy.Severity2, time.Minute)
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	d.say("ada", "acme", d.kase("ACME-2").Customer.Thread, "We have found the reason.")
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
	wantOutcomes(t, d.kase("ACME-2"), "initial merged")
}

// SLA T36, T19: and a stranger's message there is a comment on the primary.
func TestStrangerWritesInMergedThread(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity1, policy.Severity1, time.Minute)
	d.reply("ada", "ACME-2", "A duplicate.")
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	d.say("sara", "acme", d.kase("ACME-2").Customer.Thread, "The sales overview")
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	wantText(t, "triage", d.room("triage"), "This answers it")
}

// SLA T53: a reply that was on its way while its case was merged or closed
// changes nothing of that when it arrives.
func TestResolveDeliveredAfterMerge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, command string
		want          bot.State
	}{
		{"merged", "case merge ACME-2 ACME-1", bot.StateMerged},
		{"closed", "case close ACME-2 a duplicate", bot.StateClosed},
	} {
		for _, then := range []string{"resolve", "wait", "reply"} {
			t.Run(test.name+" "+then, func(t *testing.T) {
				d := openDesk(t)
				d.two(policy.Severity2, policy.Severity2, time.Minute)
				busy := true
				d.platform.fail = func(x bot.Delivery) error {
					if busy && x.Room == "console:acme" {
						return &bot.RetryError{After: time.Minute}
					}
					return nil
				}
				d.command("ada", "triage", "case "+then+" ACME-2 Fixed.")
				d.command("ben", "triage", test.command)
				wantState(t, d.kase("ACME-2"), test.want)
				busy = false
				d.clock.Step(time.Hour)
				d.drain()
				wantText(t, "acme", d.room("acme"), "Fixed.")
				wantState(t, d.kase("ACME-2"), test.want)
			})
		}
	}
}

// SLA T35: of two climbs the one on the higher level goes on with its running
// step, whichever case is primary.
func TestMergeKeepsTheHigherLevel(t *testing.T) {
	t.Parallel()
	for _, primary := range []string{"ACME-1", "ACME-2"} {
		t.Run(primary, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.two(policy.Severity1, policy.Severity1, 30*time.Minute) // both missed: 13:00 and 13:30
			d.until(instant(t, "2026-06-15 13:45"))
			for name, want := range map[string]int{"ACME-1": 2, "ACME-2": 1} {
				if l := d.kase(name).Ladder; l == nil || l.Level != want {
					t.Fatalf("%s climbs %+v, want level %d", name, l, want)
				}
			}
			d.command("ada", "triage", "case merge ACME-1 ACME-2 into "+primary)
			if other := map[string]string{"ACME-1": "ACME-2", "ACME-2": "ACME-1"}[primary]; d.kase(other).State != bot.StateMerged {
				t.Fatalf("%s is not merged: %s", other, d.private("ada"))
			}
			if l := d.kase(primary).Ladder; l == nil || l.Level != 2 {
				t.Fatalf("merged, it climbs %+v", l)
			}
			d.until(instant(t, "2026-06-15 14:00:01"))
			if l := d.kase(primary).Ladder; l == nil || l.Level != 3 {
				t.Fatalf("half an hour after level 2 it climbs %+v", l)
			}
		})
	}
}
