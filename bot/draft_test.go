package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/calendar"
)

// newestDraft is the draft that the last event began.
func (d *desk) newestDraft() string { return bot.DraftID(fmt.Sprintf("console:e%d", d.n)) }

func (d *desk) draft(sub, id string) bot.Draft {
	d.t.Helper()
	return record[bot.Draft](d.t, d.store, bot.DraftKey(sub, id))
}

func (d *desk) cases() int { return len(d.store.records(bot.KindCase)) }

// SLA T1: opening a draft starts nothing; "submit" is offered once a summary
// and a severity are known; receipt is the instant of the submission.
func TestReceipt(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.command("giulia", "acme", "case new Dashboards show yesterday's data")
	thread := d.thread("acme", "Dashboards show yesterday's data")
	d.advance(time.Hour)
	d.say("giulia", "acme", thread, "submit")
	if d.cases() > 0 {
		t.Fatal("a case without a severity (T25)")
	}
	d.say("giulia", "acme", thread, "error")
	d.say("giulia", "acme", thread, "1")
	wantText(t, "acme", d.room("acme"), "[Submit]")
	d.advance(time.Hour)
	d.press("giulia", "acme", "Submit")
	c := d.kase("ACME-1")
	wantTime(t, "receipt", c.ReceivedAt, base.Add(2*time.Hour))
	wantDue(t, c, base.Add(6*time.Hour))
	if c.Customer.Thread != thread {
		t.Fatalf("the case lives in thread %q, its intake in %q", c.Customer.Thread, thread)
	}
}

// SLA T1, T51: the platform's stamp counts; the server's time if it is
// missing, in the future, or more than 5 minutes older than the draft's last
// known event.
func TestReceiptStamp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		at   time.Duration // from now on; 1: no stamp
		want time.Duration
	}{
		{"late webhook", -4 * time.Minute, -4 * time.Minute},
		{"no stamp", 1, 0},
		{"in the future", time.Minute, 0},
		{"a little before the last answer", -10*time.Minute - 5*time.Minute, -15 * time.Minute},
		{"too old", -10*time.Minute - 5*time.Minute - time.Second, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"})
			id := d.newestDraft()
			d.advance(10 * time.Minute)
			now := d.travel.Now()
			e := d.event("giulia", "acme", "")
			e.Kind, e.Command, e.At = bot.EventCommand, &bot.Command{Group: "case", Text: "draft " + id + " submit"}, now.Add(test.at)
			if test.at == 1 {
				e.At = time.Time{}
			}
			d.do("giulia", e)
			c := d.kase("ACME-1")
			wantTime(t, "receipt", c.ReceivedAt, now.Add(test.want))
			wantDue(t, c, now.Add(test.want).Add(4*time.Hour))
		})
	}
}

// SLA T25: no default severity; what the answers suggest never overrules.
func TestSeverityIsTheContacts(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error"})
	d.command("giulia", "acme", "case draft "+d.newestDraft()+" submit")
	if d.cases() > 0 {
		t.Fatal("a case without a severity")
	}
	d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"})
	thread := d.thread("acme", "Dashboards show yesterday's data")
	d.say("giulia", "acme", thread, "one")
	wantText(t, "acme", d.room("acme"), "Keep 1")
	d.press("giulia", "acme", "Keep 1")
	d.say("giulia", "acme", thread, "submit")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity1)
}

// SLA T43, T46: a stranger and an untrained contact are told privately who may
// submit; an authorized contact submits their draft with one press.
func TestDraftOfStranger(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"sara", "luca"} {
		t.Run(who, func(t *testing.T) {
			d := openDesk(t)
			d.command(who, "acme", "case new Dashboards show yesterday's data")
			wantText(t, "the answer", d.private(who), "Giulia Bianchi")
			if room := d.room("acme"); room != "" {
				t.Fatalf("a public scolding:\n%s", room)
			}
			wantText(t, "@giulia", d.room("@giulia"), d.names[who], "Dashboards show yesterday's data", "Submit as 1", "Submit as 2", "Submit as 3", "Still missing")
			d.advance(time.Hour)
			d.press("giulia", "@giulia", "Submit as 2")
			c := d.kase("ACME-1")
			wantSeverity(t, c, policy.Severity2)
			wantTime(t, "receipt", c.ReceivedAt, d.travel.Now())
			if c.Contact != "giulia" {
				t.Fatalf("contact %q", c.Contact)
			}
			wantText(t, "acme", d.room("acme"), "ACME-1")
			wantText(t, "@"+who, d.room("@"+who), "ACME-1")
			wantText(t, "@giulia", d.room("@giulia"), "ACME-1")
			d.command("giulia", "@giulia", d.newestOffer("giulia"))
			if d.cases() != 1 {
				t.Fatal("submitted twice")
			}
		})
	}
}

// newestOffer is a "Submit as 1" as it stood before it was pressed.
func (d *desk) newestOffer(who string) string {
	for _, x := range d.platform.delivered() {
		for _, c := range x.Message.Controls {
			if x.Room == "console:@"+who && strings.HasSuffix(c.Command, " submit 1") {
				return c.Command
			}
		}
	}
	return ""
}

// SLA T43: neither a stranger nor an untrained contact submits, whatever they press.
func TestStrangerCannotSubmit(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	for _, who := range []string{"sara", "luca", "hank"} {
		d.command(who, "acme", "case new Dashboards show yesterday's data")
		id := d.newestDraft()
		for _, step := range []string{"submit 1", "submit", "answer severity=1", "submit"} {
			d.command(who, "@"+who, "case draft "+id+" "+step)
			d.command(who, "acme", "case draft "+id+" "+step)
		}
		d.say(who, "@"+who, "", "submit")
	}
	if d.cases() > 0 {
		t.Fatalf("cases: %v", d.store.records(bot.KindCase))
	}
}

// SUPPORT: one's own draft in direct messages: answers, then a discard.
func TestStrangerGoesOnWithDraft(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.command("sara", "acme", "case new Dashboards show yesterday's data")
	id := d.newestDraft()
	d.say("sara", "@sara", "", "It began this morning, I think")
	d.say("sara", "@sara", "", "error")
	d.say("sara", "@sara", "", "2")
	d.say("sara", "@sara", "", "all")
	if got := d.draft("ACME", id).State.Answers; got["affected"] != "all" {
		t.Fatalf("answers %v", got)
	}
	wantText(t, "@giulia", d.room("@giulia"), "All users")
	d.command("hank", "acme", "case draft "+id+" cancel") // not theirs
	d.draft("ACME", id)
	d.command("sara", "@sara", "case draft "+id+" cancel")
	if _, ok := d.store.records(bot.KindDraft)[bot.DraftKey("ACME", id)]; ok {
		t.Fatal("the draft is still there")
	}
	wantText(t, "@giulia", d.room("@giulia"), "withdrawn")
	wantNoText(t, "@giulia", d.room("@giulia"), "Submit as 1")
}

// SUPPORT, Intake: a draft is kept 24 hours after the last answer, one that was
// handed to contacts 7 days; its author is reminded once before.
func TestDraftExpires(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		who, room string
		kept      time.Duration
	}{
		{"giulia", "acme", 24 * time.Hour},
		{"sara", "@sara", 7 * 24 * time.Hour},
	} {
		t.Run(test.who, func(t *testing.T) {
			d := openDesk(t)
			d.command(test.who, "acme", "case new Dashboards show yesterday's data")
			key := bot.DraftKey("ACME", d.newestDraft())
			d.advance(test.kept - time.Second)
			d.draft("ACME", key.ID)
			if got := strings.Count(d.room(test.room), "not submitted yet"); got != 1 {
				t.Fatalf("reminded %d times:\n%s", got, d.room(test.room))
			}
			d.advance(time.Second)
			if _, ok := d.store.records(bot.KindDraft)[key]; ok {
				t.Fatal("the draft is still there")
			}
			if test.who == "sara" {
				d.command("giulia", "@giulia", d.newestOffer("giulia"))
				if d.cases() > 0 {
					t.Fatal("a case of an expired draft")
				}
			}
		})
	}
}

// SLA T43, corner 22: trained until a day: on that day authorized, the day
// after not, also on an open case; days are the subscriber's.
func TestTrainingExpires(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	until, err := calendar.ParseDate("2026-03-10")
	if err != nil {
		t.Fatal(err)
	}
	e := d.entry("ACME")
	e.Contacts[0].TrainedUntil = until
	d.apply(e)
	d.open("giulia", "acme", policy.Severity2)
	c := d.wait("ada", "ACME-1", "Which dashboard?")
	d.until(instant(t, "2026-03-10T22:59:00Z")) // 23:59 in Rome
	d.say("giulia", "acme", c.Customer.Thread, "The sales overview.")
	wantState(t, d.kase("ACME-1"), bot.StateOpen)
	d.wait("ada", "ACME-1", "And which filter?")
	d.until(instant(t, "2026-03-10T23:00:00Z"))
	d.say("giulia", "acme", c.Customer.Thread, "None.")
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	d.command("giulia", "acme", "case resolve ACME-1")
	wantState(t, d.kase("ACME-1"), bot.StateWaiting)
	wantText(t, "the refusal", d.private("giulia"), "expired")
}

// entry is a subscriber as the directory file says it.
func (d *desk) entry(key string) bot.DirectoryEntry {
	s := d.subscriber(key)
	return s.Entry()
}

// SLA T46: nobody authorized: the draft is kept and the vendor's queue is told.
func TestNobodyToSubmit(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	e := d.entry("ACME")
	e.Contacts = e.Contacts[1:]
	d.apply(e)
	d.command("sara", "acme", "case new Dashboards show yesterday's data")
	d.draft("ACME", d.newestDraft())
	wantText(t, "triage", d.room("triage"), "Acme S.p.A.", "Sara Conti", "no authorized contact")
}

// SUPPORT, Intake: secrets are masked before anything is stored or mirrored,
// and the author is told.
func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	const secret = "password: hunter2hunter2"
	d.command("giulia", "acme", "case new Dashboards fail, "+secret)
	wantText(t, "the answer", d.private("giulia"), "password")
	c := d.open("giulia", "acme", policy.Severity2)
	d.say("giulia", "acme", c.Customer.Thread, "try with "+secret)
	d.command("giulia", "acme", "case reply "+c.Key()+" or "+secret)
	d.command("ada", "triage", "case note "+c.Key()+" they use "+secret)
	d.internal = nil
	for _, x := range d.platform.delivered() {
		wantNoText(t, x.Room, plain(x.Message), "hunter2")
	}
	for _, tr := range d.store.history() {
		for _, change := range tr.Changes {
			wantNoText(t, change.Key.String(), string(change.Body)+string(change.Log), "hunter2")
		}
	}
}

// SUPPORT: severities 2 and 3 are warned once of what is missing; the case is
// flagged and the clock runs all the same. Severity 1 goes without a word.
func TestMissingDetail(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	form := map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "2"}
	d.commandIn("giulia", "acme", "", "case new", form)
	id := d.newestDraft()
	d.command("giulia", "acme", "case draft "+id+" submit")
	if d.cases() > 0 {
		t.Fatal("no warning")
	}
	d.press("giulia", "acme", "Submit as is")
	c := d.kase("ACME-1")
	if len(c.NeedsDetail) == 0 || running(t, c).Due.IsZero() {
		t.Fatalf("needs detail %v, due %s", c.NeedsDetail, running(t, c).Due)
	}
	wantText(t, "triage", d.room("triage"), "Still missing")
	form["severity"] = "1"
	d.commandIn("giulia", "acme", "", "case new", form)
	d.command("giulia", "acme", "case draft "+d.newestDraft()+" submit")
	d.kase("ACME-2")
}

// SLA T1: what is asked after the number goes into the case, and does not
// change its severity.
func TestDetailsAfterwards(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	if a := d.press("giulia", "acme", "Add details"); a.Form == nil {
		t.Fatalf("no form: %+v", a)
	}
	d.commandIn("giulia", "acme", "", "case details ACME-1", map[string]string{"summary": "Dashboards show yesterday's data", "where": "page 7", "severity": "3"})
	c := d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity1)
	if c.Answers["where"] != "page 7" {
		t.Fatalf("answers %v", c.Answers)
	}
	wantOutcomes(t, c, "initial pending")
}

// SLA T46: the offer that was submitted still says what it was about.
func TestSubmittedOfferKeepsItsTitle(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.command("sara", "acme", "case new Exports stop at 50 rows")
	d.press("giulia", "@giulia", "Submit as 3")
	wantText(t, "@giulia", d.room("@giulia"), "ACME-1", "Exports stop at 50 rows")
}
