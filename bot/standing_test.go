package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// finance sets the standing of a subscriber.
func (d *desk) standing(sub, words string) {
	d.t.Helper()
	d.command("fay", "ops", "support standing "+sub+" "+words)
}

func (d *desk) subscriber(key string) bot.Subscriber {
	d.t.Helper()
	return record[bot.Subscriber](d.t, d.store, bot.SubscriberKey(key))
}

// SLA T33, X8: pending clocks pause for the suspension and then go on.
func TestSuspensionPausesClocks(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-16 08:00"))
	d.open("hank", "globex", policy.Severity2) // silver: 10 h
	d.until(instant(t, "2026-06-16 12:00"))
	d.standing("GLOBEX", "suspended invoice 7")
	d.until(instant(t, "2026-06-18 09:00"))
	wantOutcomes(t, d.kase("GLOBEX-1"), "initial pending")
	d.standing("GLOBEX", "good paid")
	c := d.kase("GLOBEX-1")
	wantDue(t, c, instant(t, "2026-06-18 15:00"))
	d.until(instant(t, "2026-06-18 15:00:00.001"))
	wantOutcomes(t, d.kase("GLOBEX-1"), "initial breached")
}

// SLA T33, corner 15: suspended and restored in the same second; and twice
// within one cycle: the pauses are united, not added.
func TestSuspendedInTheSameSecond(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-16 08:00"))
	c := d.open("hank", "globex", policy.Severity2)
	due := running(t, c).Due
	d.standing("GLOBEX", "suspended invoice 7")
	d.standing("GLOBEX", "good paid")
	wantDue(t, d.kase("GLOBEX-1"), due)
	d.standing("GLOBEX", "suspended invoice 8")
	d.advance(time.Hour)
	d.standing("GLOBEX", "suspended invoice 9") // twice is once
	d.advance(time.Hour)
	d.standing("GLOBEX", "good paid")
	wantDue(t, d.kase("GLOBEX-1"), instant(t, "2026-06-17 09:00"))
}

// SLA T31, T32: no new cases while suspended, refused privately, without
// amounts or reasons; the attempt is recorded.
func TestSuspendedRefusesCases(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.standing("ACME", "suspended invoice 7 of 12000 euros")
	before := len(d.platform.all("console:acme"))
	d.command("giulia", "acme", "case new Dashboards show yesterday's data")
	wantText(t, "the answer", d.private("giulia"), "billing contact")
	wantNoText(t, "the answer", d.private("giulia"), "invoice", "12000")
	d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "2"})
	if got := len(d.platform.all("console:acme")); got != before {
		t.Fatalf("something was posted in the shared channel:\n%s", d.room("acme"))
	}
	if cases := d.store.records(bot.KindCase); len(cases) > 0 {
		t.Fatalf("cases: %v", cases)
	}
	wantText(t, "audit", strings.Join(d.audit(bot.SubscriberKey("ACME")), "\n"), "attempt while suspended")
	for room := range map[string]bool{"acme": true, "@giulia": true} {
		wantNoText(t, room, d.room(room), "invoice", "12000")
	}
}

// SLA T32: a severity 1 attempt may notify the duty manager, who may open one
// untimed case as a courtesy; an agent may not.
func TestCourtesy(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.standing("ACME", "suspended invoice 7")
	d.command("giulia", "acme", "case new Production is down for everybody")
	d.press("giulia", "acme", "Tell duty manager")
	wantText(t, "@mark", d.room("@mark"), "Giulia Bianchi", "Acme S.p.A.")
	form := map[string]string{"contact": "giulia", "severity": "1", "summary": "Production is down for everybody"}
	d.commandIn("ada", "triage", "", "case new for:ACME", form)
	if cases := d.store.records(bot.KindCase); len(cases) > 0 {
		t.Fatalf("an agent opened %v", cases)
	}
	d.commandIn("mark", "triage", "", "case new for:ACME", form)
	c := d.kase("ACME-1")
	if !c.Courtesy {
		t.Fatal("the case is no courtesy")
	}
	wantDue(t, c, time.Time{})
	d.advance(48 * time.Hour)
	d.standing("ACME", "good paid")
	d.advance(48 * time.Hour)
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	d.reply("ada", "ACME-1", "We are here.")
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
	wantDue(t, d.kase("ACME-1"), time.Time{})
}

// SLA T32: what is public stays open: the knowledge base is named with the
// refusal, and what one may look up one still may.
func TestSuspendedMayLookUp(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.standing("ACME", "suspended invoice 7")
	d.command("giulia", "acme", "case new Dashboards show yesterday's data")
	wantText(t, "the answer", d.private("giulia"), d.rules.KnowledgeBase)
	for command, want := range map[string]string{"support package ACME": "Gold", "case list": "ACME-1", "case show ACME-1": "ACME-1", "case help": "/case"} {
		d.command("giulia", "acme", command)
		wantText(t, command, d.private("giulia"), want)
	}
}

// SLA T32: one courtesy case, not a second.
func TestOneCourtesy(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.standing("ACME", "suspended invoice 7")
	for range 2 {
		d.commandIn("mark", "triage", "", "case new for:ACME", map[string]string{"contact": "giulia", "severity": "1", "summary": "Production is down for everybody"})
	}
	if cases := d.store.records(bot.KindCase); len(cases) != 1 {
		t.Fatalf("%d cases in one suspension, want one", len(cases))
	}
}

// SLA T32: replies on old cases are stored, a staff response given all the
// same counts, and escalations, warnings and reminders are held.
func TestSuspendedKeepsOldCases(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-16 08:00"))
	c := d.open("hank", "globex", policy.Severity2)
	d.standing("GLOBEX", "suspended invoice 7")
	d.say("hank", "globex", c.Customer.Thread, "any news?")
	wantText(t, "triage", d.room("triage"), "any news?")
	d.command("hank", "globex", "case escalate GLOBEX-1 we are losing money")
	if got := d.room("escalations"); got != "" {
		t.Fatalf("escalated while suspended:\n%s", got)
	}
	d.advance(72 * time.Hour)
	if got := d.warnings("triage", "GLOBEX-1"); len(got) > 0 {
		t.Fatalf("warned while suspended: %q", got)
	}
	c = d.reply("ada", "GLOBEX-1", "We found it anyway.")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantDue(t, c, time.Time{})
}

// SLA T32: grace reminds the subscriber admin only; restricted refuses new
// severities 2 and 3; clocks run in both.
func TestGraceAndRestricted(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-16 08:00"))
	due := running(t, d.open("giulia", "acme", policy.Severity2)).Due
	d.standing("ACME", "grace invoice 7")
	wantText(t, "@giulia", d.room("@giulia"), "Acme S.p.A.")
	wantNoText(t, "@luca", d.room("@luca"), "Acme S.p.A.")
	d.open("giulia", "acme", policy.Severity3)
	d.standing("ACME", "restricted invoice 7")
	wantDue(t, d.kase("ACME-1"), due)
	d.open("giulia", "acme", policy.Severity1)
	d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "2"})
	draft := bot.DraftID(fmt.Sprintf("console:e%d", d.n))
	d.command("giulia", "acme", "case draft "+draft+" submit")
	d.command("giulia", "acme", "case draft "+draft+" submit")
	wantText(t, "the refusal", d.private("giulia"), "severity 1")
	if cases := d.store.records(bot.KindCase); len(cases) != 3 {
		t.Fatalf("%d cases, want 3", len(cases))
	}
	d.until(due.Add(time.Millisecond))
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
}

// SLA T31: only finance changes standing, with a reason and optionally an end;
// a manager overrides to good with reason and expiry, and to nothing else.
func TestStandingRights(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	for _, who := range []string{"giulia", "sara", "ada", "tess", "robin", "mark"} {
		d.command(who, "acme", "support standing ACME suspended because")
		if s := d.subscriber("ACME").Standing; s != policy.Good {
			t.Fatalf("%s set the standing to %s", who, s)
		}
	}
	if a := d.command("fay", "ops", "support standing ACME suspended"); a.Form == nil {
		t.Fatalf("no reason is asked for: %+v", a)
	}
	d.standing("ACME", "suspended invoice 7 until 2026-03-12")
	d.command("mark", "ops", "support standing ACME good they called") // no expiry
	if s := d.subscriber("ACME").Standing; s != policy.Suspended {
		t.Fatalf("overridden without an expiry: %s", s)
	}
	d.command("mark", "ops", "support standing ACME good they called until 2026-03-10 09:00")
	s := d.subscriber("ACME")
	if s.Standing != policy.Good || len(s.Suspensions) != 1 || s.Suspensions[0].To.IsZero() {
		t.Fatalf("override: %s %+v", s.Standing, s.Suspensions)
	}
	d.until(instant(t, "2026-03-10 09:00"))
	s = d.subscriber("ACME")
	if s.Standing != policy.Suspended || len(s.Suspensions) != 2 {
		t.Fatalf("after the expiry: %s %+v", s.Standing, s.Suspensions)
	}
	wantTime(t, "the second suspension", s.Suspensions[1].From, instant(t, "2026-03-10 09:00"))
	d.until(instant(t, "2026-03-12 00:00"))
	if s = d.subscriber("ACME"); s.Standing != policy.Good {
		t.Fatalf("after finance's end: %s", s.Standing)
	}
	wantTime(t, "its end", s.Suspensions[1].To, instant(t, "2026-03-12 00:00"))
}

// SLA T31: an override that outlives the suspension brings nothing back.
func TestOverrideOutlivesSuspension(t *testing.T) {
	t.Parallel()
	for _, down := range []bool{false, true} {
		t.Run(fmt.Sprintf("down %v", down), func(t *testing.T) {
			d := openDesk(t)
			d.standing("ACME", "suspended invoice 7 until 2026-03-13")
			d.command("mark", "ops", "support standing ACME good they called until 2026-03-16 09:00")
			if down {
				d.down(instant(t, "2026-03-17 09:00").Sub(d.travel.Now()))
			} else {
				d.until(instant(t, "2026-03-17 09:00"))
			}
			s := d.subscriber("ACME")
			if s.Standing != policy.Good {
				t.Fatalf("standing %s", s.Standing)
			}
			for _, p := range s.Suspensions {
				if p.To.IsZero() || p.To.Before(p.From) {
					t.Fatalf("suspensions %+v", s.Suspensions)
				}
			}
		})
	}
}

// SLA T33: a submission confirmed before the suspension instant counts, though
// it is handled after it.
func TestSubmissionStampedBeforeSuspension(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-16 08:00"))
	d.commandIn("hank", "globex", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"})
	draft := bot.DraftID(fmt.Sprintf("console:e%d", d.n))
	d.advance(time.Minute)
	e := d.event("hank", "globex", "")
	e.Kind, e.Command = bot.EventCommand, &bot.Command{Group: "case", Text: "draft " + draft + " submit"}
	d.advance(time.Minute)
	d.standing("GLOBEX", "suspended invoice 7")
	d.advance(time.Second)
	d.do("hank", e)
	c := d.kase("GLOBEX-1")
	wantTime(t, "receipt", c.ReceivedAt, instant(t, "2026-06-16 08:01"))
	wantDue(t, c, time.Time{})
}

// SLA T1, T31: "submit" typed in the draft's thread while suspended is refused
// privately; the draft survives.
func TestSubmitTypedWhileSuspended(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"})
	thread := d.thread("acme", "Dashboards")
	d.standing("ACME", "suspended invoice 7")
	d.say("giulia", "acme", thread, "submit")
	wantText(t, "the answer", d.private("giulia"), "billing contact")
	d.standing("ACME", "good paid")
	d.say("giulia", "acme", thread, "submit")
	d.kase("ACME-1")
}

// SLA T22, T32: a resolved case stays so during a suspension, and closes after
// its 7 days once restored.
func TestResolvedClosesAfterSuspension(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.command("giulia", "acme", "case resolve ACME-1")
	d.advance(24 * time.Hour)
	d.standing("ACME", "suspended invoice 7")
	d.advance(20 * 24 * time.Hour)
	wantState(t, d.kase("ACME-1"), bot.StateResolved)
	d.standing("ACME", "good paid")
	d.advance(6*24*time.Hour - time.Second)
	wantState(t, d.kase("ACME-1"), bot.StateResolved)
	d.advance(time.Second)
	wantState(t, d.kase("ACME-1"), bot.StateClosed)
}

// SUPPORT, SLA T31: a suspension is never announced in a shared channel, and the
// card says nothing of it.
func TestSuspensionIsNotAnnounced(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.standing("ACME", "suspended invoice 7")
	d.advance(time.Hour)
	d.command("giulia", "acme", "case show ACME-1")
	d.standing("ACME", "good paid")
	d.advance(time.Hour)
	for _, p := range d.platform.all("console:acme") {
		for _, word := range []string{"suspen", "invoice", "billing"} {
			if strings.Contains(strings.ToLower(plain(p.message)), word) {
				t.Fatalf("the channel speaks of it:\n%s", plain(p.message))
			}
		}
	}
}

// DESIGN §4: more cases than a page of the sweep look at their clocks anew
// after a restoration: none is left without an alarm.
func TestSweepOfManyCases(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-16 08:00"))
	const many = 103
	for range many {
		e := d.commandEvent("mark", "triage", "case new for:GLOBEX")
		e.Command.Form, e.Command.Args = true, map[string]string{"contact": "hank", "severity": "1", "summary": "Dashboards show yesterday's data"}
		if _, err := d.engine.Handle(d.ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	d.standing("GLOBEX", "suspended invoice 7")
	d.advance(24 * time.Hour) // past all dues: every alarm rang, and none is left
	d.standing("GLOBEX", "good paid")
	for i := range many {
		key := bot.CaseKey("GLOBEX", int64(i+1))
		c := d.kase(fmt.Sprintf("GLOBEX-%d", i+1))
		wantDue(t, c, instant(t, "2026-06-17 14:00"))
		if at := d.store.alarm(key); at.IsZero() || at.After(running(t, c).Due) {
			t.Fatalf("%s looks again at %s", key, at)
		}
	}
}

// SLA T31, T33: a suspension that ends by itself restores the clocks like one
// that finance ends: the cases look at theirs anew.
func TestSuspensionEndsByItself(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-16 08:00"))
	d.open("hank", "globex", policy.Severity2) // 10 h
	d.until(instant(t, "2026-06-16 12:00"))
	d.standing("GLOBEX", "suspended invoice 7 until 2026-06-18 09:00")
	d.until(instant(t, "2026-06-18 09:00:01"))
	wantDue(t, d.kase("GLOBEX-1"), instant(t, "2026-06-18 15:00"))
	d.until(instant(t, "2026-06-18 15:00:00.001"))
	wantOutcomes(t, d.kase("GLOBEX-1"), "initial breached")
}

// SLA T32: an attempt that is said to be severity 1 tells the duty manager at
// once; others, and those of people who are not authorized, do not.
func TestSuspendedSeverity1IsTold(t *testing.T) {
	t.Parallel()
	form := func(severity string) map[string]string {
		return map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": severity}
	}
	for _, test := range []struct {
		name, who string
		attempt   func(d *desk, who string)
		want      bool
	}{
		{"by form", "giulia", func(d *desk, who string) { d.commandIn(who, "acme", "", "case new", form("1")) }, true},
		{"severity 2", "giulia", func(d *desk, who string) { d.commandIn(who, "acme", "", "case new", form("2")) }, false},
		{"not authorized", "luca", func(d *desk, who string) { d.commandIn(who, "acme", "", "case new", form("1")) }, false},
		{"of a draft begun before", "giulia", func(d *desk, who string) {
			d.standing("ACME", "good paid")
			d.commandIn(who, "acme", "", "case new", form("1"))
			draft := d.newestDraft()
			d.advance(time.Second)
			d.standing("ACME", "suspended invoice 8")
			d.command(who, "acme", "case draft "+draft+" submit")
		}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			d.standing("ACME", "suspended invoice 7")
			test.attempt(d, test.who)
			if told := strings.Contains(d.room("@mark"), "Dashboards show yesterday's data"); told != test.want {
				t.Fatalf("told %v, want %v:\n%s", told, test.want, d.room("@mark"))
			}
			wantText(t, "audit", strings.Join(d.audit(bot.SubscriberKey("ACME")), "\n"), "attempt while suspended")
			if d.cases() > 0 {
				t.Fatal("a case was opened")
			}
		})
	}
}
