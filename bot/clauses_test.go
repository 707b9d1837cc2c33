package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// Clauses of the rules on responses, cycles and waiting, each by itself.

// SLA T14: of all that staff can say and do on a case, only what is said to the
// customer is a response: no command else, nor a word elsewhere, nor one of
// another customer. A promise of an update is none either.
func TestOnlyAnswersAreResponses(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity2)
	other := d.open("giulia", "acme", policy.Severity2)
	answers := []string{"reply", "wait", "resolve", "call"} // and these need a text, or a contact who was spoken to
	ends := []string{"close", "merge"}
	for _, spec := range bot.Commands {
		if spec.On != bot.OnCase || slices.Contains(ends, spec.Name) {
			continue
		}
		words := "ACME-1"
		switch spec.Name {
		case "call":
			words += " voicemail Giulia"
		case "severity":
			words += " 1 it is down"
		case "hold", "update-by":
			words += " 5m"
		case "verify", "answers":
			words += " yes"
		case "link":
			words += " https://tracker.example/7"
		case "assign":
			words += " me"
		default:
			if !slices.Contains(answers, spec.Name) {
				words += " initial because"
			}
		}
		for _, who := range []string{"ada", "mark"} {
			d.command(who, "triage", "case "+spec.Name+" "+words)
			if got := outcomes(d.kase("ACME-1")); got != "initial pending" {
				t.Fatalf("%s: case %s %s is a response: %s", who, spec.Name, words, got)
			}
		}
	}
	d.say("ada", "acme", "", "ACME-1: we look into it")
	d.say("ada", "acme", other.Customer.Thread, "ACME-1 is looked into")
	d.say("hank", "acme", c.Customer.Thread, "It is the same with us")
	d.say("sara", "acme", c.Customer.Thread, "I think that it is solved")
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	wantOutcomes(t, d.kase("ACME-2"), "initial met, follow_up pending")
	if at := d.kase("ACME-1").Response.At; !at.IsZero() {
		t.Fatalf("a response at %s", at)
	}
}

// SLA T13, corner 5: a draft is no response, nor is the form it is written in:
// what was begun before the due and confirmed after it is late.
func TestDraftConfirmedAfterDue(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	due := running(t, d.open("giulia", "acme", policy.Severity2)).Due
	d.until(due.Add(-time.Minute))
	if a := d.command("ada", "triage", "case reply ACME-1"); a.Form == nil {
		t.Fatalf("no form: %+v", a)
	}
	d.until(due.Add(time.Second))
	d.commandIn("ada", "triage", "", "case reply ACME-1", map[string]string{"text": "We look into it."})
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached, follow_up pending")
	wantTime(t, "the answer", c.Cycles[0].AnsweredAt, due.Add(time.Second))
}

// SLA T15: a call counts if it was with a contact of the subscriber; who is none,
// and nobody at all, is refused with the contacts' names.
func TestCallWithStranger(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	for _, who := range []string{"Sara Conti", "hank", "somebody at the desk"} {
		d.command("ada", "triage", "case call ACME-1 "+who)
		wantText(t, "the refusal", d.private("ada"), who, "Giulia Bianchi")
	}
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	d.command("ada", "triage", "case call ACME-1 giulia, who will send the log")
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
}

// SLA T15, T18: a call while waiting restarts its days, as any response does.
func TestCallWhileWaiting(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.until(instant(t, "2026-03-11 10:00"))
	d.command("ada", "triage", "case call ACME-1 Giulia Bianchi")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateWaiting)
	wantTime(t, "the waiting", c.Waiting.Since, instant(t, "2026-03-11 10:00"))
	wantOutcomes(t, c, "initial met, follow_up pending")
}

// SLA T15, T36: a call is logged on the case that counts, not on one that was
// merged into it.
func TestCallOnMerged(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.two(policy.Severity2, policy.Severity2, time.Minute)
	d.command("ada", "triage", "case merge ACME-2 ACME-1")
	d.command("ada", "triage", "case call ACME-2 Giulia Bianchi")
	wantText(t, "the refusal", d.private("ada"), "use ACME-1")
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
}

// SLA T15, T18, T52: after a case from a live call what follows within 15 minutes
// belongs to the call; a case that was opened otherwise needs a public message.
func TestAfterCall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ phone, want string }{
		{"yes", "initial met, follow_up pending"},
		{"no", "initial pending"},
	} {
		t.Run(test.phone, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			d.openFor("ada", "ACME", map[string]string{"contact": "giulia", "severity": "1", "summary": "Dashboards show yesterday's data", "phone": test.phone})
			wantOutcomes(t, d.kase("ACME-1"), test.want)
			d.advance(10 * time.Minute)
			c := d.reply("ada", "ACME-1", "As said: please send the log.")
			wantOutcomes(t, c, "initial met, follow_up pending")
			wantTime(t, "the anchor", running(t, c).Anchor, d.travel.Now())
		})
	}
}

// SLA T17: the initial response counts from the receipt, on hold as well, and no
// reopening begins another.
func TestOneInitialResponse(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	c := d.open("giulia", "acme", policy.Severity2)
	wantTime(t, "the anchor", c.Cycles[0].Anchor, c.ReceivedAt)
	d.command("ada", "triage", "case hold ACME-1 engineering until 6h")
	wantDue(t, d.kase("ACME-1"), instant(t, "2026-03-09 16:00"))
	d.command("giulia", "acme", "case resolve ACME-1") // nobody answered
	d.advance(time.Hour)
	d.say("giulia", "acme", c.Customer.Thread, "It is back")
	c = d.kase("ACME-1")
	wantOutcomes(t, c, "initial cancelled, follow_up pending")
	wantTime(t, "the anchor", running(t, c).Anchor, d.travel.Now())
}

// SLA T18: the quarter of an hour counts from the response before, whoever gave
// it, so a chain of them is one; it is broken by a contact's message, not by
// somebody else's.
func TestBurstOfMany(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ between, want string }{
		{"", "initial met, follow_up pending"},
		{"sara", "initial met, follow_up pending"},
		{"giulia", "initial met, follow_up met, follow_up pending"},
	} {
		t.Run(test.between, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			thread := d.open("giulia", "acme", policy.Severity1).Customer.Thread
			for i, who := range []string{"ada", "ben", "ada", "tess"} {
				if i == 2 && test.between != "" {
					d.say(test.between, "acme", thread, "I see")
				}
				d.say(who, "acme", thread, fmt.Sprintf("Part %d", i))
				d.advance(14 * time.Minute)
			}
			c := d.kase("ACME-1")
			wantOutcomes(t, c, test.want)
			wantTime(t, "the anchor", running(t, c).Anchor, d.travel.Now().Add(-14*time.Minute))
		})
	}
}

// SLA T19, T43: whatever an authorized contact sends first ends the waiting, be
// it a file, a command, details or the words of another contact; the target runs
// whole from then on, and not again from the second message.
func TestFirstMessageEndsWaiting(t *testing.T) {
	t.Parallel()
	file := func(d *desk, thread string) {
		e := d.event("giulia", "acme", thread)
		e.Kind, e.Origin.Ours, e.Files = bot.EventMessage, true, []bot.File{{Ref: "console:f1", Name: "trace.log"}}
		d.do("giulia", e)
	}
	for name, send := range map[string]func(d *desk, thread string){
		"a message": func(d *desk, thread string) { d.say("giulia", "acme", thread, "The sales overview.") },
		"a file":    file,
		"a command": func(d *desk, _ string) { d.command("giulia", "acme", "case reply ACME-1 The sales overview.") },
		"details": func(d *desk, _ string) {
			d.commandIn("giulia", "acme", "", "case details ACME-1", map[string]string{"summary": "Dashboards show yesterday's data", "where": "page 7"})
		},
		"another contact": func(d *desk, thread string) { d.say("nora", "acme", thread, "The sales overview.") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			d.apply(d.withNora())
			d.open("giulia", "acme", policy.Severity1)
			c := d.wait("ada", "ACME-1", "Which dashboard?")
			d.advance(time.Hour)
			send(d, c.Customer.Thread)
			first := d.travel.Now()
			d.advance(time.Hour)
			d.say("giulia", "acme", c.Customer.Thread, "Any news?")
			c = d.kase("ACME-1")
			wantState(t, c, bot.StateOpen)
			wantTime(t, "the anchor", running(t, c).Anchor, first)
			wantDue(t, c, first.Add(32*time.Hour))
		})
	}
}

// SLA T19: a message of the contact since one's own response has ended the
// waiting that it could have begun: another response is asked for.
func TestWaitAfterAnswer(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	c := d.reply("ada", "ACME-1", "Which dashboard?")
	d.advance(time.Minute)
	d.say("giulia", "acme", c.Customer.Thread, "The sales overview.")
	d.advance(time.Minute)
	if a := d.command("ada", "triage", "case wait ACME-1"); a.Form == nil {
		t.Fatalf("no form asks for the text: %+v", a)
	}
	wantState(t, d.kase("ACME-1"), bot.StateOpen)
	d.wait("ada", "ACME-1", "And which filter?")
}

// SLA T19, T51: a contact who writes after the question was posted, and before
// the courier's report of it was handled, has answered it.
func TestAnsweredBeforeReport(t *testing.T) {
	t.Parallel()
	for _, do := range []string{"wait", "resolve"} {
		t.Run(do, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			thread := d.open("giulia", "acme", policy.Severity1).Customer.Thread
			d.platform.fail = func(x bot.Delivery) error {
				if x.Report {
					return &bot.RetryError{After: time.Minute}
				}
				return nil
			}
			d.command("ada", "triage", "case "+do+" ACME-1 Does it work now?")
			posted := d.travel.Now()
			d.advance(time.Second)
			d.say("giulia", "acme", thread, "No, it is as before.")
			written := d.travel.Now()
			d.advance(time.Second)
			for key := range d.kase("ACME-1").Replies {
				if err := d.engine.Tell(d.ctx, bot.CaseKey("ACME", 1), bot.Event{ID: "delivered:" + key, Kind: bot.EventDelivered, At: posted, Report: &bot.Report{Key: key, At: posted}}); err != nil {
					t.Fatal(err)
				}
			}
			c := d.kase("ACME-1")
			wantState(t, c, bot.StateOpen)
			wantOutcomes(t, c, "initial met, follow_up pending")
			wantTime(t, "the answer", c.Cycles[0].AnsweredAt, posted)
			wantTime(t, "the anchor", running(t, c).Anchor, written)
		})
	}
}

// SLA T19, T22: while staff have somebody else's message to decide about, the
// closing waits; "Still waiting" after its day closes.
func TestClosingHeld(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09 09:00"))
	c := d.wait("ada", "ACME-1", "Which dashboard?")
	d.until(instant(t, "2026-03-20 09:00"))
	d.say("sara", "acme", c.Customer.Thread, "The sales overview, I think.")
	d.until(instant(t, "2026-03-25 09:00")) // its day was the 23rd
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.press("ada", "triage", "Still waiting")
	c = d.kase("ACME-1")
	wantState(t, c, bot.StateClosed)
	wantOutcomes(t, c, "initial met, follow_up cancelled")
}

// SLA T21, T53: staff resolve from every state that is worked on; the text is the
// response, and nothing runs afterwards.
func TestResolveFromEveryState(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"new":     "initial met",
		"open":    "initial met, follow_up met",
		"waiting": "initial met, follow_up cancelled", // it had no due to be met
		"on hold": "initial met",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity2)
			stories[name](d)
			d.advance(time.Hour)
			d.command("ada", "triage", "case resolve ACME-1 Fixed.")
			c := d.kase("ACME-1")
			wantState(t, c, bot.StateResolved)
			wantOutcomes(t, c, want)
			wantTime(t, "the resolution", c.ResolvedAt, d.travel.Now())
			wantText(t, "acme", d.room("acme"), "Fixed.")
		})
	}
}

// SLA T23: a reopening keeps the old outcomes and is counted; what is kept
// resolved after it stays counted.
func TestReopenedTwice(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity1)
	d.advance(5 * time.Hour) // an hour late
	d.command("giulia", "acme", "case resolve ACME-1")
	d.say("giulia", "acme", c.Customer.Thread, "It is back")
	d.advance(time.Hour)
	d.reply("ada", "ACME-1", "We look.")
	d.advance(time.Hour)
	d.command("giulia", "acme", "case resolve ACME-1")
	d.say("giulia", "acme", c.Customer.Thread, "One more word on it")
	d.press("giulia", "acme", "Keep resolved")
	c = d.kase("ACME-1")
	wantState(t, c, bot.StateResolved)
	wantOutcomes(t, c, "initial breached, follow_up met, follow_up cancelled, follow_up cancelled")
	if c.Reopened != 2 {
		t.Fatalf("reopened %d times", c.Reopened)
	}
}

// SLA T24: another queue, advisor or contact touches no clock.
func TestChangesWithoutClock(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.apply(d.withNora())
	before := d.open("giulia", "acme", policy.Severity2)
	e := d.without("giulia")
	e.Advisor, e.Channels = "ben", append(slices.Clone(e.Channels), "console:acme2")
	d.apply(e)
	for _, command := range []string{"take ACME-1", "assign ACME-1 tess", "assign ACME-1 ben"} {
		d.command("tess", "triage", "case "+command)
	}
	c := d.kase("ACME-1")
	if c.Contact != "nora" || c.Assignee != "ben" {
		t.Fatalf("contact %q, assignee %q", c.Contact, c.Assignee)
	}
	wantTime(t, "the anchor", running(t, c).Anchor, before.Cycles[0].Anchor)
	wantDue(t, c, before.Cycles[0].Due)
}

// SLA T53: what each command and each message makes of each state.
func TestStates(t *testing.T) {
	t.Parallel()
	states := []string{"new", "open", "waiting", "on hold", "resolved", "closed", "merged"}
	rows := []struct{ who, does, want string }{
		{"ada", "take ACME-1", "open open waiting_customer open resolved closed merged"},
		{"ada", "hold ACME-1 engineering", "on_hold on_hold on_hold on_hold resolved closed merged"},
		{"ada", "hold ACME-1 off", "new open waiting_customer open resolved closed merged"},
		{"giulia", "resolve ACME-1", "resolved resolved resolved resolved resolved closed merged"},
		{"ada", "close ACME-1 a duplicate", "closed closed closed closed closed closed merged"},
		{"giulia", "reopen ACME-1", "new open waiting_customer on_hold open closed merged"},
		{"ada", "reopen ACME-1", "new open waiting_customer on_hold open closed merged"},
		{"ada", "merge ACME-1 ACME-3 ACME-3", "merged merged merged merged resolved closed merged"},
		{"ada", "assign ACME-1 me", "new open waiting_customer on_hold resolved closed merged"},
		{"giulia", "It is back", "new open open on_hold open closed merged"},
		{"giulia", "Thanks!", "new open waiting_customer on_hold resolved closed merged"},
		{"sara", "It is back", "new open waiting_customer on_hold resolved closed merged"},
		{"ada", "We look.", "open open waiting_customer on_hold resolved closed merged"},
	}
	for i, name := range states {
		d := openDesk(t)
		for range 3 {
			d.open("giulia", "acme", policy.Severity2)
		}
		stories[name](d)
		d.advance(time.Hour)
		for _, row := range rows {
			want := bot.State(strings.Fields(row.want)[i])
			if got := d.wouldBe(t, row.who, row.does); got != want {
				t.Errorf("%s, %s: %s becomes %s, want %s", name, row.who, row.does, got, want)
			}
		}
	}
}

// wouldBe is the state that ACME-1 would have after a command or a message.
func (d *desk) wouldBe(t *testing.T, who, does string) bot.State {
	t.Helper()
	was, sub := d.kase("ACME-1"), d.subscriber("ACME")
	e := d.commandEvent(who, "acme", "case "+does)
	e.Seen = d.travel.Now()
	s := bot.Scene{Target: bot.CaseKey("ACME", 1), Case: &was, Subscriber: &sub}
	if _, known := bot.FindCommand(bot.GroupCase, strings.Fields(does)[0]); known {
		s = d.scene(t, e)
	} else {
		e.Kind, e.Command, e.Text, e.Origin.Thread = bot.EventMessage, nil, does, was.Customer.Thread
	}
	for _, w := range bot.Decide(s, e, d.rules).Writes {
		if c, ok := w.Record.(*bot.Case); ok && c.Number == was.Number {
			return c.State
		}
	}
	return was.State
}

// SLA T53: when a hold is over, whoever set it and the case's owner are told.
func TestHoldEnds(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.command("ada", "triage", "case take ACME-1")
	d.command("tess", "triage", "case hold ACME-1 engineering until 3h")
	d.advance(3 * time.Hour)
	wantState(t, d.kase("ACME-1"), bot.StateOpen)
	for _, p := range slices.Backward(d.platform.all("console:triage")) {
		if strings.Contains(p.message.Text, "hold of ACME-1 is over") {
			if got := strings.Join(p.message.Mentions, " "); got != "console:tess console:ada" {
				t.Fatalf("told %q", got)
			}
			return
		}
	}
	t.Fatalf("nobody is told:\n%s", d.room("triage"))
}

// SLA T53, T19: a hold set while waiting takes the case back to us: its follow-up
// runs whole from then on.
func TestHoldWhileWaiting(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.advance(time.Hour)
	d.command("ada", "triage", "case hold ACME-1 engineering")
	c := d.kase("ACME-1")
	wantState(t, c, bot.StateOnHold)
	wantDue(t, c, d.travel.Now().Add(32*time.Hour))
}
