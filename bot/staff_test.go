package bot_test

import (
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// openFor opens a case as staff do, by form.
func (d *desk) openFor(who, sub string, form map[string]string) {
	d.t.Helper()
	d.commandIn(who, "triage", "", "case new for:"+sub, form)
}

// SLA T52: staff open a case for an authorized contact: received at the press,
// severity as entered but to be confirmed, both sides see it.
func TestStaffOpens(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	a := d.command("ada", "triage", "case new for:ACME Dashboards are stale")
	if a.Form == nil {
		t.Fatalf("no form: %+v", a)
	}
	d.openFor("ada", "ACME", map[string]string{"contact": "giulia", "severity": "2", "summary": "Dashboards show yesterday's data"})
	c := d.kase("ACME-1")
	wantTime(t, "receipt", c.ReceivedAt, d.travel.Now())
	wantOutcomes(t, c, "initial pending")
	if !c.ToConfirm || c.Contact != "giulia" || c.OpenedBy != "ada" {
		t.Fatalf("to confirm %v, contact %q, opened by %q", c.ToConfirm, c.Contact, c.OpenedBy)
	}
	wantText(t, "acme", d.room("acme"), "ACME-1", "to be confirmed")
	wantText(t, "triage", d.room("triage"), "ACME-1")
}

// SLA T52: the contact's first choice holds at once (T28); later ones go by T26.
func TestFirstChoiceHolds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		first func(d *desk)
		want  policy.Severity
	}{
		{"another one", func(d *desk) { d.command("giulia", "acme", "case severity ACME-1 3 a workaround exists") }, policy.Severity3},
		{"confirmed", func(d *desk) { d.press("giulia", "acme", "Agree") }, policy.Severity2},
		{"the same one", func(d *desk) { d.command("giulia", "acme", "case severity ACME-1 2 as it is") }, policy.Severity2},
		{"a proposal agreed to", func(d *desk) {
			d.command("ben", "triage", "case severity ACME-1 3 a workaround exists")
			d.press("giulia", "acme", "Agree")
		}, policy.Severity3},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.openFor("ada", "ACME", map[string]string{"contact": "giulia", "severity": "2", "summary": "Dashboards show yesterday's data"})
			test.first(d)
			c := d.kase("ACME-1")
			wantSeverity(t, c, test.want)
			if c.ToConfirm {
				t.Fatal("still to be confirmed")
			}
			d.command("giulia", "acme", "case severity ACME-1 1 we want it faster")
			wantSeverity(t, d.kase("ACME-1"), test.want)
		})
	}
}

// SLA T52: what is to be confirmed is not decided by staff: the same severity
// proposed by an agent confirms and changes nothing.
func TestStaffDoNotConfirm(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.openFor("ada", "ACME", map[string]string{"contact": "giulia", "severity": "1", "summary": "Dashboards show yesterday's data"})
	before := d.kase("ACME-1")
	d.command("ben", "triage", "case severity ACME-1 1 it is really down")
	c := d.kase("ACME-1")
	if !c.ToConfirm || len(c.Changes) > 0 || c.Proposal != nil {
		t.Fatalf("to confirm %v, changes %+v, proposal %+v", c.ToConfirm, c.Changes, c.Proposal)
	}
	wantDue(t, c, running(t, before).Due)
}

// SLA T15: a case opened from a live call: the initial response is met at receipt.
func TestStaffOpensFromCall(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.openFor("ada", "ACME", map[string]string{"contact": "-", "severity": "1", "summary": "Dashboards show yesterday's data", "phone": "yes"})
	if d.cases() > 0 {
		t.Fatal("a call with nobody")
	}
	d.openFor("ada", "ACME", map[string]string{"contact": "giulia", "severity": "1", "summary": "Dashboards show yesterday's data", "phone": "yes"})
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up pending")
	wantTime(t, "the answer", c.Cycles[0].AnsweredAt, c.ReceivedAt)
	if !c.Phone {
		t.Fatal("the channel is not phone")
	}
}

// SLA T52, T46: with no contact named, staff hand a draft to the contacts; its
// receipt is the contact's press, and whoever began it hears of it.
func TestStaffDraftSubmitted(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.openFor("ada", "ACME", map[string]string{"contact": "-", "severity": "2", "summary": "Dashboards show yesterday's data"})
	if d.cases() > 0 {
		t.Fatal("a case for nobody")
	}
	wantText(t, "@giulia", d.room("@giulia"), "Ada Ricci", "Submit as 2")
	d.advance(time.Hour)
	d.press("giulia", "@giulia", "Submit as 3")
	c := d.kase("ACME-1")
	wantTime(t, "receipt", c.ReceivedAt, d.travel.Now())
	wantSeverity(t, c, policy.Severity3)
	if c.ToConfirm {
		t.Fatal("the contact chose it")
	}
	wantText(t, "@ada", d.room("@ada"), "ACME-1")
	wantNoText(t, "ops", d.room("ops"), "ACME-1")
}

// SLA T52: an untrained contact is not named; a mistake is shown in the form.
func TestStaffFormErrors(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	for _, form := range []map[string]string{
		{"contact": "luca", "severity": "2", "summary": "Dashboards show yesterday's data"},
		{"contact": "giulia", "severity": "4", "summary": "Dashboards show yesterday's data"},
		{"contact": "giulia", "severity": "2", "summary": "help"},
	} {
		d.openFor("ada", "ACME", form)
		if len(d.answers["ada"].Errors) == 0 {
			t.Fatalf("%v: no errors: %+v", form, d.answers["ada"])
		}
	}
	if d.cases() > 0 {
		t.Fatal("a case all the same")
	}
}

// SLA T49: verified and not reproduced are marks; they touch no clock.
func TestVerify(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	due := running(t, d.open("giulia", "acme", policy.Severity2)).Due
	for _, test := range []struct{ word, want string }{{"yes", "verified"}, {"no", "not_reproduced"}} {
		d.command("ada", "triage", "case verify ACME-1 "+test.word)
		c := d.kase("ACME-1")
		wantDue(t, c, due)
		if c.Verified != test.want {
			t.Fatalf("marked %q", c.Verified)
		}
	}
}

// SLA T16: only a support manager marks a breach as excused; it is never deleted.
func TestExcuse(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.advance(5 * time.Hour)
	for _, who := range []string{"ada", "tess", "giulia", "fay"} {
		d.command(who, "triage", "case correct ACME-1 initial it was announced")
		wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	}
	if a := d.command("mark", "triage", "case correct ACME-1 initial"); a.Form == nil {
		t.Fatalf("no reason is asked for: %+v", a)
	}
	d.command("mark", "triage", "case correct ACME-1 initial it was announced")
	wantOutcomes(t, d.kase("ACME-1"), "initial breached excused")
	wantText(t, "audit", last(d.audit(bot.CaseKey("ACME", 1))), "excused")
}

func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}
