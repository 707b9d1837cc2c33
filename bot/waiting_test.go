package bot_test

import (
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// wait answers a case and leaves it in the customer's hands.
func (d *desk) wait(who, key, text string) bot.Case {
	d.t.Helper()
	d.command(who, "triage", "case wait "+key+" "+text)
	c := d.kase(key)
	wantState(d.t, c, bot.StateWaiting)
	return c
}

// SLA T19: waiting is set together with a response; the follow-up has no due
// then, and the contact's first message brings the full target back.
func TestWaiting(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.advance(time.Hour)
	c := d.wait("ada", "ACME-1", "Which dashboard is it?")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantDue(t, c, time.Time{})
	wantText(t, "acme", d.room("acme"), "Which dashboard is it?", "Waiting for you")
	d.advance(100 * time.Hour)
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
	d.say("giulia", "acme", c.Customer.Thread, "It is the sales overview.")
	c = d.kase("ACME-1")
	wantState(t, c, bot.StateOpen)
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantDue(t, c, d.travel.Now().Add(32*time.Hour))
}

// SLA T19, corner 6: waiting without a response is not set; what is lacking is asked for.
func TestWaitWithoutResponse(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	a := d.command("ada", "triage", "case wait ACME-1")
	if a.Form == nil {
		t.Fatalf("no form asks for the text: %+v", a)
	}
	wantState(t, d.kase("ACME-1"), bot.StateNew)
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
}

// SLA T19, corner 7: within 5 minutes after one's own response waiting needs
// no other; a colleague's response, or an older one, does not do.
func TestWaitAfterResponse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, who string
		after     time.Duration
		want      bot.State
	}{
		{"own, at once", "ada", 0, bot.StateWaiting},
		{"own, 5 minutes", "ada", 5 * time.Minute, bot.StateWaiting},
		{"own, later", "ada", 5*time.Minute + time.Millisecond, bot.StateOpen},
		{"a colleague's", "ben", time.Minute, bot.StateOpen},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity2)
			d.reply("ada", "ACME-1", "Please send the log.")
			d.until(d.kase("ACME-1").Response.At.Add(test.after))
			d.command(test.who, "triage", "case wait ACME-1")
			wantState(t, d.kase("ACME-1"), test.want)
		})
	}
}

// SLA T19, corner 8: somebody who is no authorized contact does not end the
// waiting; staff decide, and until then nothing is closed.
func TestStrangerWritesWhileWaiting(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"sara", "luca"} {
		t.Run(who, func(t *testing.T) {
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity2)
			c := d.wait("ada", "ACME-1", "Which dashboard?")
			d.until(c.Waiting.Since.Add(24 * time.Hour))
			d.say(who, "acme", c.Customer.Thread, "The sales overview, I think.")
			wantState(t, d.kase("ACME-1"), bot.StateWaiting)
			wantText(t, "triage", d.room("triage"), d.names[who], "This answers it", "Still waiting")
			d.advance(40 * 24 * time.Hour)
			wantState(t, d.kase("ACME-1"), bot.StateWaiting)
			d.press("ada", "triage", "This answers it")
			c = d.kase("ACME-1")
			wantState(t, c, bot.StateOpen)
			wantTime(t, "the anchor", running(t, c).Anchor, d.travel.Now())
		})
	}
}

// SLA T19: "Still waiting" lets the days go on from where they began.
func TestStillWaiting(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09 09:00"))
	c := d.wait("ada", "ACME-1", "Which dashboard?")
	d.say("sara", "acme", c.Customer.Thread, "No idea, sorry.")
	d.until(instant(t, "2026-03-10 09:00"))
	d.press("ada", "triage", "Still waiting")
	d.until(instant(t, "2026-03-23 08:59"))
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.until(instant(t, "2026-03-23 09:00"))
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
}

// SLA T19, T23: mere thanks do not end waiting; they offer "This solved it".
func TestThanksWhileWaiting(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	c := d.wait("ada", "ACME-1", "Does it work now?")
	d.say("giulia", "acme", c.Customer.Thread, "Thank you!")
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.press("giulia", "acme", "This solved it")
	wantState(t, d.kase("ACME-1"), bot.StateResolved)
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up cancelled")
}

// SLA T18: while waiting a response opens no cycle; it restarts the days of T22.
func TestResponseWhileWaiting(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09 09:00"))
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.until(instant(t, "2026-03-11 10:00"))
	c := d.reply("ada", "ACME-1", "One more hint: look at the filter.")
	wantState(t, c, bot.StateWaiting)
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantTime(t, "the waiting", c.Waiting.Since, instant(t, "2026-03-11 10:00"))
	d.until(instant(t, "2026-03-25 09:59"))
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.until(instant(t, "2026-03-25 10:00"))
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
}

// SLA T22, T50: reminders after 3 and 7 business days, closed after 10; it
// counts as closed unresolved (T53), and pending cycles are cancelled.
func TestSilentCustomer(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09 09:00"))
	d.wait("ada", "ACME-1", "Which dashboard?")
	reminders := func() int { return strings.Count(d.room("acme"), "We are waiting for your answer on case ACME-1") }
	for _, step := range []struct {
		at   string
		want int
	}{
		{"2026-03-12 08:59", 0}, {"2026-03-12 09:00", 1}, {"2026-03-18 08:59", 1}, {"2026-03-18 09:00", 2}, {"2026-03-23 08:59", 2},
	} {
		d.until(instant(t, step.at))
		if got := reminders(); got != step.want {
			t.Fatalf("%s: %d reminders, want %d", step.at, got, step.want)
		}
	}
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.until(instant(t, "2026-03-23 09:00"))
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateClosed)
	wantOutcomes(t, c, "initial met, follow_up cancelled")
	if !c.Unresolved {
		t.Fatal("it does not count as closed unresolved")
	}
}

// SLA T22: severity 1 is reminded of, but never closed without a person.
func TestSilentCustomerSeverity1(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.wait("ada", "ACME-1", "Does it work now?")
	d.advance(60 * 24 * time.Hour)
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.command("ada", "triage", "case close ACME-1 nobody answers")
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
}

// SLA T22, T32, corner 14: a suspension that overlaps waiting stops the days
// of T22; a contact's message during it ends the waiting, and the full target
// runs from the restoration.
func TestSuspendedWhileWaiting(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09 09:00"))
	c := d.wait("ada", "ACME-1", "Which dashboard?")
	d.until(instant(t, "2026-03-10 09:00"))
	d.command("fay", "ops", "support standing ACME suspended invoice 7")
	d.until(instant(t, "2026-03-17 09:00"))
	wantNoText(t, "acme", d.room("acme"), "We are waiting for your answer on case ACME-1")
	d.command("fay", "ops", "support standing ACME good paid")
	d.until(instant(t, "2026-03-19 08:00"))
	wantNoText(t, "acme", d.room("acme"), "We are waiting for your answer on case ACME-1")
	d.until(instant(t, "2026-03-19 18:00"))
	wantText(t, "acme", d.room("acme"), "We are waiting for your answer on case ACME-1")
	d.command("fay", "ops", "support standing ACME suspended again")
	d.say("giulia", "acme", c.Customer.Thread, "The sales overview.")
	c = d.kase("ACME-1")
	wantState(t, c, bot.StateOpen)
	wantDue(t, c, time.Time{})
	d.until(instant(t, "2026-03-23 07:00"))
	d.command("fay", "ops", "support standing ACME good paid")
	wantDue(t, d.kase("ACME-1"), instant(t, "2026-03-31 13:00")) // 72 h of 11-hour days
}

// SLA T20, T53: on hold the follow-up runs on; neither a contact's message nor
// a response ends a hold, `take`, `hold off` and its time do.
func TestHold(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.reply("ada", "ACME-1", "With engineering.")
	due := running(t, d.kase("ACME-1")).Due
	d.command("ada", "triage", "case hold ACME-1 engineering until 3h")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateOnHold)
	wantDue(t, c, due)
	d.say("giulia", "acme", c.Customer.Thread, "any news?")
	wantState(t, d.kase("ACME-1"), bot.StateOnHold)
	d.advance(time.Hour)
	d.reply("ada", "ACME-1", "Not yet.")
	wantState(t, d.kase("ACME-1"), bot.StateOnHold)
	d.advance(2*time.Hour - time.Millisecond)
	wantState(t, d.kase("ACME-1"), bot.StateOnHold)
	d.advance(time.Millisecond)
	wantState(t, d.kase("ACME-1"), bot.StateOpen)
	wantText(t, "triage", d.room("triage"), "hold of ACME-1 is over")
	for _, end := range []string{"take ACME-1", "hold ACME-1 off"} {
		d.command("ada", "triage", "case hold ACME-1 engineering")
		wantState(t, d.kase("ACME-1"), bot.StateOnHold)
		d.command("ada", "triage", "case "+end)
		wantState(t, d.kase("ACME-1"), bot.StateOpen)
	}
	d.advance(33 * time.Hour)
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up met, follow_up breached")
}

// SLA T22, T26: a severity 1 that has waited longer than any other may is not
// closed in the moment in which both sides lower it: its days begin anew.
func TestLoweredWhileWaiting(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-01 09:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.until(instant(t, "2026-06-17 09:00")) // twelve business days
	d.command("ada", "triage", "case severity ACME-1 2 a workaround exists")
	d.press("giulia", "acme", "Agree")
	d.advance(time.Minute)
	c := d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity2)
	if c.State != bot.StateWaiting || c.Waiting.Reminded != 0 {
		t.Fatalf("%s, %+v", c.State, c.Waiting)
	}
	d.until(instant(t, "2026-07-01 08:00"))
	if c := d.kase("ACME-1"); c.State != bot.StateWaiting || c.Waiting.Reminded != 2 {
		t.Fatalf("after nine more business days: %s, %+v", c.State, c.Waiting)
	}
	d.until(instant(t, "2026-07-02 10:00"))
	if c := d.kase("ACME-1"); c.State != bot.StateClosed {
		t.Fatalf("after ten more: %s", c.State)
	}
}
