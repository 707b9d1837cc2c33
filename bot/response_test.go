package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/sla"
)

// outcomes prints the cycles of a case: "initial met, follow_up pending".
func outcomes(c bot.Case) string {
	var out []string
	for _, y := range c.Cycles {
		text := string(y.Metric) + " " + string(y.Outcome)
		if y.Excused {
			text += " excused"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// running is the cycle that a response would end.
func running(t testing.TB, c bot.Case) sla.Cycle {
	t.Helper()
	for _, y := range c.Cycles {
		if y.Unanswered() {
			return y
		}
	}
	t.Fatalf("%s: no cycle runs: %s", c.Key(), outcomes(c))
	return sla.Cycle{}
}

func wantOutcomes(t testing.TB, c bot.Case, want string) {
	t.Helper()
	if got := outcomes(c); got != want {
		t.Fatalf("%s: outcomes %q, want %q", c.Key(), got, want)
	}
}

func wantState(t testing.TB, c bot.Case, want bot.State) {
	t.Helper()
	if c.State != want {
		t.Fatalf("%s is %s, want %s", c.Key(), c.State, want)
	}
}

func wantTime(t testing.TB, what string, got, want time.Time) {
	t.Helper()
	if !got.Equal(want) {
		t.Fatalf("%s is %s, want %s", what, got.UTC().Format(time.RFC3339Nano), want.UTC().Format(time.RFC3339Nano))
	}
}

func wantDue(t testing.TB, c bot.Case, want time.Time) {
	t.Helper()
	wantTime(t, c.Key()+" due", running(t, c).Due, want)
}

func wantText(t testing.TB, where, text string, holds ...string) {
	t.Helper()
	for _, h := range holds {
		if !strings.Contains(text, h) {
			t.Fatalf("%s does not hold %q:\n%s", where, h, text)
		}
	}
}

func wantNoText(t testing.TB, where, text string, holds ...string) {
	t.Helper()
	for _, h := range holds {
		if strings.Contains(text, h) {
			t.Fatalf("%s holds %q:\n%s", where, h, text)
		}
	}
}

// reply is a staff member's answer from the internal side.
func (d *desk) reply(who, key, text string) bot.Case {
	d.t.Helper()
	d.command(who, "triage", "case reply "+key+" "+text)
	return d.kase(key)
}

// SLA T13, T17, X1: a response ends the initial response; until then only the
// due counts, and the promise names it in the zone of the room.
func TestFirstResponse(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	wantDue(t, c, instant(t, "2026-03-09 13:30"))
	wantText(t, "acme", d.room("acme"), "ACME-1", "20:30", "Rome")
	wantText(t, "triage", d.room("triage"), "ACME-1", "13:30", "Acme S.p.A.")
	d.until(instant(t, "2026-03-09 09:00"))
	c = d.reply("ada", "ACME-1", "We are looking into the refresh.")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantState(t, c, bot.StateOpen)
	wantTime(t, "the answer", c.Cycles[0].AnsweredAt, instant(t, "2026-03-09 09:00"))
	wantText(t, "acme", d.room("acme"), "Ada Ricci> We are looking into the refresh.")
	wantText(t, "triage", d.room("triage"), "We are looking into the refresh.")
}

// SLA T6, corner 1, X5: a reply exactly at the due is in time, one second later it is not.
func TestReplyAtDue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		late time.Duration
		want string
	}{
		{0, "initial met, follow_up pending"},
		{time.Millisecond, "initial breached, follow_up pending"},
		{time.Second, "initial breached, follow_up pending"},
	} {
		t.Run(test.late.String(), func(t *testing.T) {
			d := openDesk(t)
			c := d.open("giulia", "acme", policy.Severity2)
			d.until(running(t, c).Due.Add(test.late))
			c = d.reply("ada", "ACME-1", "Here we are.")
			wantOutcomes(t, c, test.want)
		})
	}
}

// SLA T14, corner 2 and 3: the automatic note, an internal note, a message in
// the internal thread, taking, assigning, holding, verifying: none of it is a
// response, and the case breaches.
func TestNoResponse(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	due := running(t, d.kase("ACME-1")).Due
	d.until(instant(t, "2026-03-09 08:00"))
	thread := d.thread("triage", "ACME-1")
	for _, command := range []string{
		"take ACME-1", "note ACME-1 the nightly job hangs", "assign ACME-1 me", "verify ACME-1 yes",
		"hold ACME-1 engineering", "hold ACME-1 off", "link ACME-1 https://tracker.example/7",
	} {
		d.command("ada", "triage", "case "+command)
	}
	d.say("ada", "triage", thread, "I think that it is the scheduler")
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	d.until(due)
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	d.advance(time.Millisecond)
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached")
	wantTime(t, "the breach", c.Cycles[0].BreachedAt, due)
}

// SLA T14, corner 4: a reply that is never delivered is no response; staff are told.
func TestReplyNotDelivered(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.platform.fail = func(x bot.Delivery) error {
		if x.Room == "console:acme" {
			return fmt.Errorf("%w: archived", bot.ErrUndeliverable)
		}
		return nil
	}
	c := d.reply("ada", "ACME-1", "We look into it.")
	wantOutcomes(t, c, "initial pending")
	wantState(t, c, bot.StateNew)
	if len(c.Replies) > 0 {
		t.Fatalf("replies still on their way: %v", c.Replies)
	}
	wantText(t, "triage", d.room("triage"), "ACME-1", "did not arrive")
}

// SLA T13, corner 4 and 5: what counts is the platform's post time, not when
// the agent pressed send.
func TestReplyDeliveredLate(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	due := running(t, c).Due
	d.until(due.Add(-time.Minute))
	hold := true
	d.platform.fail = func(x bot.Delivery) error {
		if hold && x.Room == "console:acme" {
			return &bot.RetryError{After: 2 * time.Minute}
		}
		return nil
	}
	d.command("ada", "triage", "case reply ACME-1 In time, I hope.")
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	d.until(due.Add(time.Minute))
	hold = false
	d.clock.Step(time.Hour) // real time: the lane is tried again
	d.at(due.Add(time.Minute))
	d.drain()
	c = d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached, follow_up pending")
	wantTime(t, "the answer", c.Cycles[0].AnsweredAt, due.Add(time.Minute))
	if c.Ladder != nil {
		t.Fatalf("the climb goes on: %+v", c.Ladder)
	}
}

// SLA T14: an edit of an old message is no response, nor is a bot's message,
// nor an empty one.
func TestEditsAndBots(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	thread := d.kase("ACME-1").Customer.Thread
	edit := d.event("ada", "acme", thread)
	edit.Kind, edit.Text, edit.Edited, edit.Origin.Message, edit.Origin.Ours = bot.EventMessage, "now with more words", true, "m99", true
	d.do("ada", edit)
	machine := d.event("ada", "acme", thread)
	machine.Kind, machine.Text, machine.Actor.Bot, machine.Origin.Ours = bot.EventMessage, "automated", true, true
	d.do("ada", machine)
	d.say("ada", "acme", thread, "   ")
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	d.say("ada", "acme", thread, "Good morning, I am on it.")
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
	wantText(t, "triage", d.room("triage"), "Good morning, I am on it.")
}

// SLA T13: a message with an attachment and no text is a response; one outside
// the case's thread is not.
func TestResponseByFile(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.say("ada", "acme", "", "hello everybody")
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	e := d.event("ada", "acme", d.kase("ACME-1").Customer.Thread)
	e.Kind, e.Origin.Ours, e.Files = bot.EventMessage, true, []bot.File{{Ref: "console:f1", Name: "trace.log"}}
	d.do("ada", e)
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
}

// SLA T15: a logged call is a response at log time, a voicemail is not.
func TestCalls(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09 08:00"))
	d.command("ada", "triage", "case call ACME-1 voicemail Giulia Bianchi")
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	d.command("ada", "triage", "case call ACME-1 Giulia Bianchi")
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantTime(t, "the answer", c.Cycles[0].AnsweredAt, instant(t, "2026-03-09 08:00"))
	wantText(t, "acme", d.room("acme"), "Ada Ricci", "Giulia Bianchi")
}

// SLA T18: each response closes the follow-up and opens the next from itself.
func TestFollowUps(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.advance(time.Hour)
	d.reply("ada", "ACME-1", "First.")
	first := d.travel.Now()
	wantDue(t, d.kase("ACME-1"), first.Add(32*time.Hour))
	d.advance(31 * time.Hour)
	c := d.reply("ada", "ACME-1", "Second.")
	wantOutcomes(t, c, "initial met, follow_up met, follow_up pending")
	wantDue(t, c, first.Add(63*time.Hour))
	d.advance(32*time.Hour + time.Millisecond)
	c = d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up met, follow_up breached")
	c = d.reply("ada", "ACME-1", "Third.")
	wantOutcomes(t, c, "initial met, follow_up met, follow_up breached, follow_up pending")
}

// SLA T18, corner 9: three messages of the customer move no anchor.
func TestCustomerWritesThrice(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.advance(time.Hour)
	due := running(t, d.reply("ada", "ACME-1", "We look.")).Due
	thread := d.kase("ACME-1").Customer.Thread
	for _, text := range []string{"any news?", "still broken", "hello?"} {
		d.advance(time.Hour)
		d.say("giulia", "acme", thread, text)
	}
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantDue(t, c, due)
	wantText(t, "triage", d.room("triage"), "any news?", "still broken", "hello?")
}

// SLA T18: a burst of responses within 15 minutes closes nothing and moves the
// anchor, unless a contact wrote in between.
func TestBurst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		gap  time.Duration
		talk bool
		want string
	}{
		{"at once", 0, false, "initial met, follow_up pending"},
		{"at the edge", 15 * time.Minute, false, "initial met, follow_up pending"},
		{"after it", 15*time.Minute + time.Millisecond, false, "initial met, follow_up met, follow_up pending"},
		{"with a word between", 10 * time.Minute, true, "initial met, follow_up met, follow_up pending"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity1)
			d.advance(time.Hour)
			d.reply("ada", "ACME-1", "One.")
			if test.talk {
				d.advance(time.Minute)
				d.say("giulia", "acme", d.kase("ACME-1").Customer.Thread, "I see")
			}
			d.until(d.kase("ACME-1").Response.At.Add(test.gap))
			c := d.reply("ada", "ACME-1", "Two.")
			wantOutcomes(t, c, test.want)
			wantTime(t, "the anchor", running(t, c).Anchor, d.travel.Now())
		})
	}
}

// SLA T51, corner 25: a reply stamped before the due arrives after the breach
// was recorded: met after all, the escalation is withdrawn with a note.
func TestReplyArrivesAfterBreach(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	due := running(t, c).Due
	d.until(due.Add(time.Minute))
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	wantText(t, "escalations", d.room("escalations"), "ACME-1")
	e := d.event("ada", "acme", c.Customer.Thread)
	e.Kind, e.Text, e.At, e.Origin.Ours = bot.EventMessage, "We have it.", due.Add(-time.Minute), true
	d.do("ada", e)
	c = d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantTime(t, "the anchor", running(t, c).Anchor, due.Add(-time.Minute))
	if c.Ladder != nil {
		t.Fatalf("the climb goes on: %+v", c.Ladder)
	}
	wantText(t, "escalations", d.room("escalations"), "Withdrawn")
	wantText(t, "triage", d.room("triage"), "withdrawn")
	wantText(t, "audit", strings.Join(d.audit(bot.CaseKey("ACME", 1)), "\n"), "breach corrected to met")
}

// SLA T51: a response that arrives out of order, behind a later one, closes
// nothing that began after it and moves no anchor back.
func TestLateResponseDoesNotReanchor(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.advance(time.Hour)
	d.reply("ada", "ACME-1", "The later one, seen first.")
	want := running(t, d.kase("ACME-1"))
	e := d.event("ben", "acme", d.kase("ACME-1").Customer.Thread)
	e.Kind, e.Text, e.At, e.Origin.Ours = bot.EventMessage, "The earlier one.", e.At.Add(-20*time.Minute), true
	d.advance(time.Minute)
	d.do("ben", e)
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantTime(t, "the anchor", running(t, c).Anchor, want.Anchor)
	wantDue(t, c, want.Due)
}

// SLA T24: take, assign and another contact's message touch no clock.
func TestReassignment(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case take ACME-1")
	d.command("tess", "triage", "case assign ACME-1 ben")
	after := d.kase("ACME-1")
	wantDue(t, after, running(t, c).Due)
	if after.Assignee != "ben" {
		t.Fatalf("assignee %q, want ben", after.Assignee)
	}
}
