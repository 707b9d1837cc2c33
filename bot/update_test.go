package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// promiseDesk is a desk with a severity 2 that Ada answered at 09:00; its
// follow-up is due a week later.
func promiseDesk(t *testing.T) *desk {
	t.Helper()
	d := openDeskAt(t, instant(t, "2026-06-15 08:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-06-15 09:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.until(instant(t, "2026-06-15 09:30"))
	return d
}

// An engineer promises the next update: the customer reads it, in the zone of
// their room, and a response keeps it. The clocks of the contract do not move.
func TestUpdateKept(t *testing.T) {
	t.Parallel()
	d := promiseDesk(t)
	before := d.kase("ACME-1")
	due := before.NextDue()
	d.command("ada", "triage", "case update-by ACME-1 2026-06-15 15:00")
	wantText(t, "acme", d.room("acme"), "Ada Ricci will write again by Mon 15 Jun 2026, 23:00 (Europe/Rome (CEST))", "Next update promised by")
	after := d.kase("ACME-1")
	wantTime(t, "the target", after.NextDue(), due)
	d.until(instant(t, "2026-06-15 14:50"))
	wantText(t, "triage", d.room("triage"), "the update that Ada Ricci promised is due Mon 15 Jun 2026, 15:00")
	d.reply("ada", "ACME-1", "It is the nightly import.")
	d.until(instant(t, "2026-06-15 17:00"))
	if c := d.kase("ACME-1"); c.Owed != nil {
		t.Fatalf("still owed: %+v", c.Owed)
	}
	wantNoText(t, "triage", d.room("triage"), "was not given")
	if !slices.ContainsFunc(d.audit(bot.CaseKey("ACME", 1)), func(s string) bool { return strings.Contains(s, "update given") }) {
		t.Errorf("the log does not say that it was kept: %q", d.audit(bot.CaseKey("ACME", 1)))
	}
}

// A promise that nobody keeps is told to its promiser, the queue and the team
// lead, once; it is no breach, and nobody climbs a ladder for it.
func TestUpdateMissed(t *testing.T) {
	t.Parallel()
	d := promiseDesk(t)
	d.command("ada", "triage", "case update-by ACME-1 3h")
	d.until(instant(t, "2026-06-15 12:30:00.001"))
	d.advance(2 * time.Hour)
	if n := strings.Count(d.room("triage"), "promised by Mon 15 Jun 2026, 12:30"); n == 0 {
		t.Fatalf("not told:\n%s", d.room("triage"))
	}
	missed := 0
	for _, p := range d.platform.all("console:triage") {
		if strings.Contains(p.message.Text, "was not given") {
			missed++
			if !slices.Contains(p.message.Mentions, "console:ada") || !slices.Contains(p.message.Mentions, "console:tess") {
				t.Errorf("mentions %q", p.message.Mentions)
			}
		}
	}
	if missed != 2 { // in the case's thread, and on the queue's surface
		t.Errorf("told %d times", missed)
	}
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
	if d.room("escalations") != "" {
		t.Errorf("somebody was escalated to:\n%s", d.room("escalations"))
	}
	d.reply("ada", "ACME-1", "Sorry, here it is.")
	if d.kase("ACME-1").Owed != nil {
		t.Error("still owed")
	}
}

// What cannot be promised is refused with what to write instead: a time that has
// passed or cannot be read, one after the target, and one while the customer is
// to answer.
func TestUpdateRefused(t *testing.T) {
	t.Parallel()
	d := promiseDesk(t)
	for words, want := range map[string]string{
		"soon":             `cannot read "soon"`,
		"08:00":            `cannot read "08:00"`,
		"-2h":              `cannot read "-2h"`,
		"2026-07-15 09:00": "A promise has to be earlier",
		"off":              "no update is promised",
	} {
		d.command("ada", "triage", "case update-by ACME-1 "+words)
		wantText(t, "the answer to "+words, d.private("ada"), want)
	}
	d.command("giulia", "acme", "case update-by ACME-1 15:00")
	wantText(t, "the contact's answer", d.private("giulia"), "support team")
	d.wait("ada", "ACME-1", "Which dashboard?")
	d.command("ada", "triage", "case update-by ACME-1 15:00")
	wantText(t, "the answer", d.private("ada"), "waits for the customer")
	if d.kase("ACME-1").Owed != nil {
		t.Fatal("promised all the same")
	}
}

// SLA T18, T33, T34: what belongs to the response before a promise does not keep
// it; a suspension holds its alarm; taken back, resolved or closed it is gone.
func TestUpdateAndTheRest(t *testing.T) {
	t.Parallel()
	for name, story := range map[string]func(d *desk){
		"taken back": func(d *desk) { d.command("ada", "triage", "case update-by ACME-1 off") },
		"resolved":   func(d *desk) { d.command("ada", "triage", "case resolve ACME-1 Fixed.") },
		"closed":     func(d *desk) { d.command("ada", "triage", "case close ACME-1 a duplicate") },
		"suspended":  func(d *desk) { d.standing("ACME", "suspended invoice 7") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := promiseDesk(t)
			d.reply("ada", "ACME-1", "One more thing.")
			d.command("ada", "triage", "case update-by ACME-1 15:00")
			d.reply("ada", "ACME-1", "And another.") // of the same burst
			if d.kase("ACME-1").Owed == nil {
				t.Fatal("kept by the response before it")
			}
			story(d)
			d.until(instant(t, "2026-06-15 17:00"))
			wantNoText(t, "triage", d.room("triage"), "was not given")
		})
	}
}

// A time that the clocks skip is none, whoever names it: it would be understood
// as an hour earlier or later than it was meant.
func TestSkippedTime(t *testing.T) {
	t.Parallel()
	d := openDesk(t) // the Friday before the clocks of Denver change
	d.open("giulia", "acme", policy.Severity3)
	d.reply("ada", "ACME-1", "We look.")
	for words, want := range map[string]string{
		"update-by ACME-1 2026-03-08 02:30":        "cannot read",
		"hold ACME-1 vendor until 2026-03-08 2:30": "until",
		"explain ACME-1 as of 2026-03-08 02:30":    "cannot read the moment",
		"explain ACME-1 as of":                     "cannot read the moment",
		"update-by ACME-1 2026-03-08 03:30":        "by Sun 8 Mar 2026, 03:30, America/Denver (MDT)",
	} {
		d.command("ada", "triage", "case "+words)
		wantText(t, "the answer to "+words, d.private("ada"), want)
	}
	if c := d.kase("ACME-1"); c.State != bot.StateOpen || c.Owed == nil {
		t.Errorf("%s, promised %v", c.State, c.Owed)
	}
}

// A reply that was on its way to the customer when the promise was made is not
// the promised update, however late it arrives.
func TestReplyBeforeThePromise(t *testing.T) {
	t.Parallel()
	d := promiseDesk(t)
	d.platform.fail = func(x bot.Delivery) error {
		if x.Room == "console:acme" {
			return &bot.RetryError{After: time.Minute}
		}
		return nil
	}
	d.command("ada", "triage", "case reply ACME-1 I look at the import.")
	d.advance(time.Second)
	d.command("ada", "triage", "case update-by ACME-1 2h")
	d.platform.fail = nil
	d.patience(20)
	d.advance(10 * time.Minute)
	c := d.kase("ACME-1")
	if len(c.Replies) > 0 || c.Owed == nil {
		t.Fatalf("on their way %v, promised %+v", c.Replies, c.Owed)
	}
	d.advance(2 * time.Hour)
	wantText(t, "triage", d.room("triage"), "was not given")
}
