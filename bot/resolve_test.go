package bot_test

import (
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// SLA T21: resolving posts a response, closes the follow-up as met or breached
// and opens none.
func TestResolve(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.reply("ada", "ACME-1", "We look.")
	d.advance(24 * time.Hour)
	d.command("ada", "triage", "case resolve ACME-1 It was the cache; fixed.")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateResolved)
	wantOutcomes(t, c, "initial met, follow_up met")
	wantText(t, "acme", d.room("acme"), "It was the cache; fixed.", "Reopen")
}

// SLA T21: resolving as the first response meets the initial response; it
// needs a text; from closed and merged it is refused.
func TestResolveFirst(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	if a := d.command("ada", "triage", "case resolve ACME-1"); a.Form == nil {
		t.Fatalf("no text is asked for: %+v", a)
	}
	wantState(t, d.kase("ACME-1"), bot.StateNew)
	d.command("ada", "triage", "case resolve ACME-1 Works again.")
	wantOutcomes(t, d.kase("ACME-1"), "initial met")
	d.command("ada", "triage", "case close ACME-1")
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
	d.command("ada", "triage", "case resolve ACME-1 Once more.")
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
	wantNoText(t, "acme", d.room("acme"), "Once more.")
}

// SLA T21: a resolve inside a burst cancels that follow-up.
func TestResolveInBurst(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.reply("ada", "ACME-1", "Found it.")
	d.advance(10 * time.Minute)
	d.command("ada", "triage", "case resolve ACME-1 And fixed.")
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up cancelled")
	wantState(t, d.kase("ACME-1"), bot.StateResolved)
}

// SLA T21: the contact's "This solved it" resolves and cancels what is
// pending; what is breached stays breached.
func TestContactResolves(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		wait time.Duration
		want string
	}{
		{"pending", time.Hour, "initial cancelled"},
		{"breached", 5 * time.Hour, "initial breached"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity1)
			d.advance(test.wait)
			d.press("giulia", "acme", "This solved it")
			c := d.kase("ACME-1")
			wantState(t, c, bot.StateResolved)
			wantOutcomes(t, c, test.want)
			if c.Ladder != nil {
				t.Fatalf("it climbs on: %+v", c.Ladder)
			}
		})
	}
}

// SLA T21: words do not resolve.
func TestWordsDoNotResolve(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	d.say("giulia", "acme", c.Customer.Thread, "This solved it")
	wantState(t, d.kase("ACME-1"), bot.StateNew)
}

// SLA T21: an agent's resolve of a severity 1 asks the contact; after 24 hours
// without a message of theirs an agent may resolve.
func TestResolveSeverity1(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		wait  time.Duration
		words string
		want  bot.State
	}{
		{"too early", 23 * time.Hour, "", bot.StateWaiting},
		{"after silence", 24 * time.Hour, "", bot.StateResolved},
		{"after thanks", 24 * time.Hour, "Thank you!", bot.StateWaiting},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity1)
			d.command("ada", "triage", "case resolve ACME-1 Failed over; please confirm.")
			c := d.kase("ACME-1")
			wantState(t, c, bot.StateWaiting)
			wantOutcomes(t, c, "initial met, follow_up pending")
			wantText(t, "acme", d.room("acme"), "This solved it")
			d.advance(time.Hour)
			if test.words != "" {
				d.say("giulia", "acme", c.Customer.Thread, test.words)
			}
			d.advance(test.wait - time.Hour)
			d.command("ben", "triage", "case resolve ACME-1 Resolved then.")
			wantState(t, d.kase("ACME-1"), test.want)
		})
	}
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.command("ada", "triage", "case resolve ACME-1 Failed over; please confirm.")
	d.press("giulia", "acme", "This solved it")
	wantState(t, d.kase("ACME-1"), bot.StateResolved)
}

// SLA T23, corner 19: a contact's message reopens a resolved case up to the
// end of its 7 days; after it, it begins a linked draft.
func TestReopen(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		at   time.Duration
		want bot.State
	}{
		{"one second before", -time.Second, bot.StateOpen},
		{"one second after", time.Second, bot.StateClosed},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity2)
			d.advance(time.Hour)
			d.command("ada", "triage", "case resolve ACME-1 Fixed.")
			end := d.kase("ACME-1").ResolvedAt.Add(7 * 24 * time.Hour)
			d.until(end.Add(test.at))
			d.say("giulia", "acme", d.kase("ACME-1").Customer.Thread, "It is back: the dashboards are stale again")
			c := d.kase("ACME-1")
			wantState(t, c, test.want)
			if test.want == bot.StateClosed {
				wantText(t, "acme", d.room("acme"), "linked to ACME-1")
				if c.Unresolved {
					t.Fatal("it counts as closed unresolved")
				}
				return
			}
			wantOutcomes(t, c, "initial met, follow_up pending")
			wantTime(t, "the anchor", running(t, c).Anchor, end.Add(test.at))
			if c.Reopened != 1 {
				t.Fatalf("reopened %d times", c.Reopened)
			}
		})
	}
}

// SLA T23, T51: outcomes go by the platform's stamp: a message written before
// the closing but handled after it reopens; one written after it does not,
// though the closing was not noticed yet.
func TestReopenByStamp(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case resolve ACME-1 Fixed.")
	end := d.kase("ACME-1").ResolvedAt.Add(7 * 24 * time.Hour)
	d.at(end.Add(time.Minute)) // nobody looked at any clock meanwhile
	d.say("giulia", "acme", c.Customer.Thread, "It is back: the dashboards are stale again")
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
	wantText(t, "acme", d.room("acme"), "linked to ACME-1")
}

// SLA T23: thanks do not reopen; a question and a long text do.
func TestThanks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want bot.State
	}{
		{"Thanks!", bot.StateResolved},
		{"thank you", bot.StateResolved},
		{"Grazie", bot.StateResolved},
		{"ありがとうございます", bot.StateResolved},
		{"Thanks?", bot.StateOpen},
		{"Thanks, but it is still broken", bot.StateOpen},
	} {
		t.Run(test.text, func(t *testing.T) {
			d := openDesk(t)
			c := d.open("giulia", "acme", policy.Severity2)
			d.command("ada", "triage", "case resolve ACME-1 Fixed.")
			d.say("giulia", "acme", c.Customer.Thread, test.text)
			wantState(t, d.kase("ACME-1"), test.want)
			if test.want == bot.StateOpen {
				d.press("giulia", "acme", "Keep resolved")
				wantState(t, d.kase("ACME-1"), bot.StateResolved)
				return
			}
			d.press("giulia", "acme", "Reopen")
			wantState(t, d.kase("ACME-1"), bot.StateOpen)
		})
	}
}

// SLA T23: a stranger's message does not reopen.
func TestStrangerDoesNotReopen(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case resolve ACME-1 Fixed.")
	d.say("sara", "acme", c.Customer.Thread, "It is back!")
	d.say("luca", "acme", c.Customer.Thread, "Indeed it is")
	wantState(t, d.kase("ACME-1"), bot.StateResolved)
	wantText(t, "triage", d.room("triage"), "It is back!")
}

// SLA T23, T1, T25: a message on a closed case begins a draft that is prefilled
// and linked; the new case's receipt and severity are its submission's.
func TestLateMessage(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case close ACME-1 a duplicate of a phone call")
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
	d.advance(time.Hour)
	d.say("giulia", "acme", c.Customer.Thread, "The sales dashboards are stale again")
	thread := d.thread("acme", "Continues case ACME-1")
	d.advance(time.Hour)
	d.say("giulia", "acme", thread, "severity: 1")
	d.say("giulia", "acme", thread, "submit")
	two := d.kase("ACME-2")
	wantTime(t, "receipt", two.ReceivedAt, d.travel.Now())
	wantSeverity(t, two, policy.Severity1)
	if two.Summary != "The sales dashboards are stale again" || len(two.Links) != 1 || two.Links[0] != "ACME-1" {
		t.Fatalf("summary %q, links %q", two.Summary, two.Links)
	}
}

// SLA T23: further messages go into the draft that the first one began.
func TestLateMessages(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case close ACME-1 a duplicate of a phone call")
	d.say("giulia", "acme", c.Customer.Thread, "The sales dashboards are stale again")
	drafts := len(d.store.records(bot.KindDraft))
	d.say("giulia", "acme", c.Customer.Thread, "Since this morning, by the way")
	d.say("giulia", "acme", c.Customer.Thread, "Thanks!")
	if got := len(d.store.records(bot.KindDraft)); got != drafts {
		t.Fatalf("%d drafts, want %d:\n%s", got, drafts, d.room("acme"))
	}
}

// SLA T53: `close` works from resolved, and from the others with a reason;
// pending cycles are cancelled, flagged and counted as closed unresolved.
func TestClose(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	if a := d.command("ada", "triage", "case close ACME-1"); a.Form == nil {
		t.Fatalf("no reason is asked for: %+v", a)
	}
	d.command("ada", "triage", "case close ACME-1 they left us")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateClosed)
	wantOutcomes(t, c, "initial cancelled")
	if !c.Unresolved {
		t.Fatal("it does not count as closed unresolved")
	}
	wantText(t, "audit", strings.Join(d.audit(bot.CaseKey("ACME", 1)), "\n"), "closed")
	wantNoText(t, "acme", d.room("acme"), "they left us")
}

// SLA T53: new → open when taken; take and reply leave closed cases alone.
func TestTake(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.press("ada", "triage", "Take")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateOpen)
	if c.Assignee != "ada" {
		t.Fatalf("assignee %q", c.Assignee)
	}
	d.command("ada", "triage", "case close ACME-1 a mistake")
	d.command("ben", "triage", "case take ACME-1")
	if c = d.kase("ACME-1"); c.Assignee != "ada" || c.State != bot.StateClosed {
		t.Fatalf("%s of %s", c.State, c.Assignee)
	}
}
