package bot_test

import (
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// Clauses of the rules on severity, on who may speak for a subscriber, and on
// what its contract says, each by itself.

// SLA T16: an excuse is for breaches; it is given once, its reason has no
// secrets, and the breach stays where it was.
func TestExcuseOnce(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.command("mark", "triage", "case correct ACME-1 initial it was announced")
	wantText(t, "the answer", d.private("mark"), "no breach")
	d.advance(5 * time.Hour)
	breach := d.kase("ACME-1").Cycles[0].BreachedAt
	d.command("mark", "triage", "case correct ACME-1 initial they sent password: hunter2hunter2")
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached excused")
	wantTime(t, "the breach", c.Cycles[0].BreachedAt, breach)
	wantNoText(t, "triage", d.room("triage"), "hunter2")
	for _, tr := range d.store.history() {
		for _, change := range tr.Changes {
			wantNoText(t, "the log", string(change.Log), "hunter2")
		}
	}
	commits := len(d.store.history())
	d.command("dana", "triage", "case correct ACME-1 initial once more")
	wantText(t, "the answer", d.private("dana"), "no breach")
	if len(d.store.history()) != commits {
		t.Fatal("excused twice")
	}
}

// SLA T25, T46: the three definitions stand where the severity is chosen: in the
// conversation, in the form, and in what contacts are offered.
func TestDefinitionsAreShown(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	definitions := []string{"Critical production problem", "Major functions are impaired", "A performance problem or bug"}
	d.command("giulia", "acme", "case new Dashboards show yesterday's data")
	d.say("giulia", "acme", d.thread("acme", "Dashboards show"), "error")
	wantText(t, "acme", d.room("acme"), definitions...)
	form := d.press("giulia", "acme", "Use a form").Form
	if form == nil {
		t.Fatal("no form")
	}
	var intro []string
	for _, s := range form.Intro {
		intro = append(intro, s.Text)
	}
	wantText(t, "the form", strings.Join(intro, "\n"), definitions...)
	d.command("sara", "acme", "case new Exports stop at 50 rows")
	wantText(t, "@giulia", d.room("@giulia"), definitions...)
	wantText(t, "@giulia", d.room("@giulia"), "Still missing")
}

// SLA T27: a manager decides what was proposed, nothing else: another severity is
// a proposal of its own; and a contact's request is agreed to, not decided.
func TestManagerDecidesWhatWasProposed(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.command("ada", "triage", "case severity ACME-1 2 a workaround exists")
	d.press("giulia", "acme", "Do not agree")
	d.command("mark", "triage", "case severity ACME-1 3 a workaround exists")
	c := d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity1)
	if c.Proposal == nil || c.Proposal.To != policy.Severity3 {
		t.Fatalf("proposed %+v", c.Proposal)
	}
	d.command("mark", "triage", "case severity ACME-1 2 a workaround exists")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity2)
	d.command("giulia", "acme", "case severity ACME-1 1 it is down again")
	d.advance(24 * time.Hour)
	wantSeverity(t, d.kase("ACME-1"), policy.Severity2)
}

// SLA T27, T8: the hours of silence are those of the subscriber's calendar.
func TestSilenceOnOwnCalendar(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09T00:00:00Z")) // Mon 09:00 in Tokyo
	d.open("yuki", "nippon", policy.Severity2)
	d.command("ada", "triage", "case severity NIPPON-1 3 a workaround exists")
	d.until(instant(t, "2026-03-09T07:59:00Z"))
	d.command("mark", "triage", "case severity NIPPON-1 3 a workaround exists")
	wantSeverity(t, d.kase("NIPPON-1"), policy.Severity2)
	d.until(instant(t, "2026-03-09T08:00:00Z")) // 17:00; at night in Denver
	d.command("mark", "triage", "case severity NIPPON-1 3 a workaround exists")
	c := d.kase("NIPPON-1")
	wantSeverity(t, c, policy.Severity3)
	if note := c.Changes[0].Note; !strings.HasPrefix(note, "unanswered") {
		t.Fatalf("noted %q", note)
	}
}

// SLA T27: a raise to 1 that the contact does not confirm, or refuses, stays in
// force, since it only speeds things up; the refusal is on record, and lowering it
// goes by T26 like any other change.
func TestRaiseRefused(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	d.command("ada", "triage", "case severity ACME-1 1 production is down")
	d.advance(10 * time.Minute)
	wantSeverity(t, d.kase("ACME-1"), policy.Severity1)
	d.press("giulia", "acme", "Do not agree")
	c := d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity1)
	if c.Contested == nil || !c.Contested.InForce {
		t.Fatalf("on record: %+v", c.Contested)
	}
	d.command("giulia", "acme", "case severity ACME-1 3 only one of us")
	d.press("ada", "triage", "Agree")
	c = d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity3)
	wantDue(t, c, instant(t, "2026-06-16 10:00"))
}

// SLA T52, T26: what staff entered is refused by choosing another severity; any
// authorized contact may choose, and whoever is none may not.
func TestFirstChoiceOfAnother(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.apply(d.withNora())
	d.openFor("ada", "ACME", map[string]string{"contact": "giulia", "severity": "2", "summary": "Dashboards show yesterday's data"})
	d.command("giulia", "acme", "case refuse ACME-1 it is not")
	wantText(t, "the answer", d.private("giulia"), "/case severity ACME-1")
	for _, who := range []string{"luca", "sara"} {
		d.command(who, "acme", "case severity ACME-1 1 everything is down")
		wantSeverity(t, d.kase("ACME-1"), policy.Severity2)
	}
	d.command("nora", "acme", "case severity ACME-1 1 everything is down")
	c := d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity1)
	wantDue(t, c, c.ReceivedAt.Add(4*time.Hour)) // T28: from the original anchor
}

// SLA T43: a contact is who has the platform's user id: neither a contact's
// display name nor their address in the text makes one; and a contact who is not
// active is none.
func TestIdentity(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	c := d.wait("ada", "ACME-1", "Which dashboard?")
	e := d.nominate("Nora")
	e.Contacts[len(e.Contacts)-1].Active = false
	d.apply(e)
	d.names["mallory"] = "Giulia Bianchi"
	for _, who := range []string{"mallory", "nora"} {
		d.say(who, "acme", c.Customer.Thread, "This is giulia@acme.example: the sales overview.")
		d.command(who, "acme", "case resolve ACME-1")
		d.command(who, "acme", "case severity ACME-1 1 it is down")
		d.command(who, "acme", "case reply ACME-1 The sales overview.")
		wantState(t, d.kase("ACME-1"), bot.StateWaiting)
		d.command(who, "acme", "case new Dashboards show yesterday's data")
		d.command(who, "@"+who, "case draft "+d.newestDraft()+" submit 1")
	}
	if d.cases() != 1 {
		t.Fatal("a case of somebody who is no contact")
	}
}

// SLA T12: Japan's policy goes with the acknowledgement also where a package is
// configured for it, whose rows are shown instead of the standard ones; a contact
// who lives in Japan, and a Japanese room, select nothing.
func TestJapanByContractOnly(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	const url = "https://www.domo.com/jp/company/support-package"
	d.open("yuki", "nippon", policy.Severity2)
	found := false
	for _, p := range d.platform.all("console:nippon") {
		found = found || strings.Contains(plain(p.message), url)
	}
	if !found {
		t.Fatalf("no policy address:\n%s", d.room("nippon"))
	}
	d.command("yuki", "nippon", "support package NIPPON")
	wantText(t, "the package", d.private("yuki"), url, "Gold Japan")
	d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) {
		e.Language, e.Timezone = "ja", "Asia/Tokyo"
		e.Contacts[0].Language, e.Contacts[0].Timezone = "ja", "Asia/Tokyo"
	})
	c := d.open("kenji", "initech", policy.Severity2)
	wantDue(t, c, instant(t, "2026-03-09 13:30")) // gold, on the calendar of Denver
	wantNoText(t, "initech", d.room("initech"), url)
}

// SLA corner 34, T18: the follow-ups of a case are its instance's as well.
func TestInstancePicksFollowUp(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) {
		e.Instances = []bot.Instance{{Key: "eu", Name: "Production EU", Package: "platinum"}, {Key: "test", Name: "Test", Package: "gold"}}
	})
	d.commandIn("kenji", "initech", "", "case new", map[string]string{"instance": "eu", "summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"})
	d.command("kenji", "initech", "case draft "+d.newestDraft()+" submit")
	c := d.reply("ada", "INITECH-1", "We look.")
	wantDue(t, c, d.travel.Now().Add(24*time.Hour)) // gold: 32 h
}

// SLA T46: others in the organisation hear who may submit; the draft is theirs
// alone until then, and the receipt is the contact's press.
func TestDraftIsPrivate(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.apply(d.withNora())
	d.command("sara", "acme", "case new Exports stop at 50 rows")
	wantText(t, "the answer", d.private("sara"), "Giulia Bianchi", "Nora Neri")
	wantNoText(t, "the answer", d.private("sara"), "Luca Verdi") // untrained
	for _, room := range []string{"acme", "triage", "@luca"} {
		wantNoText(t, room, d.room(room), "Exports stop")
	}
	d.advance(3 * 24 * time.Hour)
	d.press("nora", "@nora", "Submit as 2")
	c := d.kase("ACME-1")
	wantTime(t, "receipt", c.ReceivedAt, d.travel.Now())
	if c.Contact != "nora" {
		t.Fatalf("contact %q", c.Contact)
	}
}

// SLA T49, T19: "could not reproduce" holds no clock back; what asks for more
// detail is a response, and may wait for it.
func TestAskForDetail(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	due := running(t, d.open("giulia", "acme", policy.Severity2)).Due
	d.command("ada", "triage", "case verify ACME-1 no")
	d.until(due.Add(-time.Minute))
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
	c := d.wait("ada", "ACME-1", "We could not repeat it: which browser is it?")
	wantOutcomes(t, c, "initial met, follow_up pending")
	if c.Verified != "not_reproduced" {
		t.Fatalf("marked %q", c.Verified)
	}
}

// SLA T26: a button answers the proposal that stands beside it: one of an
// earlier proposal changes nothing, and says so to whoever pressed it.
func TestButtonOfAnEarlierProposal(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.command("ada", "triage", "case severity ACME-1 2 a workaround exists")
	stale := []string{d.button("giulia", "acme", "Agree"), d.button("giulia", "acme", "Do not agree")}
	d.command("ada", "triage", "case severity ACME-1 3 it is only slow")
	for _, press := range stale {
		d.command("giulia", "acme", press)
		wantText(t, "the answer", d.private("giulia"), "severity 3, not 2", "Nothing was changed")
		c := d.kase("ACME-1")
		wantSeverity(t, c, policy.Severity1)
		if c.Proposal == nil || c.Proposal.To != policy.Severity3 {
			t.Fatalf("proposed %+v", c.Proposal)
		}
	}
	d.press("giulia", "acme", "Agree")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
	d.command("giulia", "acme", stale[0])
	wantText(t, "the answer", d.private("giulia"), "No change of severity is waiting")
}
