package bot_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

func wantSeverity(t testing.TB, c bot.Case, want policy.Severity) {
	t.Helper()
	if c.Severity != want {
		t.Fatalf("%s has severity %s, want %s", c.Key(), c.Severity, want)
	}
}

// SLA T26: an agent's proposal takes effect when an authorized contact agrees;
// until then nothing changes.
func TestSeverityProposed(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	due := running(t, d.kase("ACME-1")).Due
	d.command("ada", "triage", "case severity ACME-1 2 many users cannot work")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
	wantDue(t, d.kase("ACME-1"), due)
	wantText(t, "acme", d.room("acme"), "ACME-1", "Ada Ricci", "many users cannot work", "Agree")
	d.command("ben", "triage", "case agree ACME-1") // the same side
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
	for _, who := range []string{"sara", "luca"} { // not authorized
		d.command(who, "acme", "case agree ACME-1")
		wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
	}
	d.advance(time.Hour)
	d.press("giulia", "acme", "Agree")
	c := d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity2)
	wantDue(t, c, instant(t, "2026-06-15 17:00")) // 8 h from the receipt, not from the change
}

// SLA T26: a contact's request takes effect when an agent agrees; contacts do
// not change it alone, nor by editing a text.
func TestSeverityAskedFor(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	d.command("giulia", "acme", "case severity ACME-1 1 nobody can work")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
	d.command("giulia", "acme", "case agree ACME-1")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
	edit := d.event("giulia", "acme", d.kase("ACME-1").Customer.Thread)
	edit.Kind, edit.Edited, edit.Text, edit.Origin.Ours, edit.Origin.Message = bot.EventMessage, true, "Severity: 1", true, "m1"
	d.do("giulia", edit)
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
	d.press("ada", "triage", "Agree")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity1)
	d.command("giulia", "acme", "case severity ACME-1 2 it got better")
	d.command("ada", "triage", "case refuse ACME-1 still down for us")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity1)
	wantText(t, "acme", d.room("acme"), "still down for us")
}

// SLA T26: a reason is needed.
func TestSeverityNeedsReason(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity3)
	for _, who := range []string{"ada", "giulia"} {
		if a := d.command(who, "acme", "case severity ACME-1 2"); a.Form == nil {
			t.Fatalf("%s is asked for no reason: %+v", who, a)
		}
	}
	if c := d.kase("ACME-1"); c.Proposal != nil {
		t.Fatalf("proposed without a reason: %+v", c.Proposal)
	}
}

// SLA T27: no answer is no change. After 8 business hours of silence, or a
// refusal, a manager may decide; nobody else may, and the contact is told.
func TestManagerDecides(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		refuse bool
		wait   time.Duration
		who    string
		want   policy.Severity
		note   string
	}{
		{"after a refusal", true, 0, "mark", policy.Severity3, "contested"},
		{"a director after a refusal", true, 0, "dana", policy.Severity3, "contested"},
		{"no agent", true, 0, "ada", policy.Severity2, ""},
		{"no team lead", true, 0, "tess", policy.Severity2, ""},
		{"too early", false, 7*time.Hour + 59*time.Minute, "mark", policy.Severity2, ""},
		{"after silence", false, 8 * time.Hour, "mark", policy.Severity3, "unanswered"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.open("giulia", "acme", policy.Severity2)
			d.command("ada", "triage", "case severity ACME-1 3 a workaround exists")
			if test.refuse {
				d.press("giulia", "acme", "Do not agree")
			}
			d.advance(test.wait)
			wantSeverity(t, d.kase("ACME-1"), policy.Severity2)
			d.command(test.who, "triage", "case severity ACME-1 3 a workaround exists")
			c := d.kase("ACME-1")
			wantSeverity(t, c, test.want)
			if test.note != "" {
				if n := len(c.Changes); n != 1 || !strings.HasPrefix(c.Changes[0].Note, test.note) {
					t.Fatalf("changes %+v, want one that is %q", c.Changes, test.note)
				}
				wantText(t, "acme", d.room("acme"), d.names[test.who]+" has set case ACME-1 to severity 3")
			}
		})
	}
}

// SLA T27, T32: the hours of silence stand still while the subscriber is
// suspended, and go on when the same is proposed again.
func TestSilenceWhileSuspended(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case severity ACME-1 3 a workaround exists")
	d.until(instant(t, "2026-06-15 12:00")) // 3 of 8 hours
	d.standing("ACME", "suspended invoice 7")
	d.until(instant(t, "2026-06-17 12:00"))
	d.standing("ACME", "good paid")
	d.until(instant(t, "2026-06-17 16:59"))
	d.command("mark", "triage", "case severity ACME-1 3 a workaround exists")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity2)
	d.until(instant(t, "2026-06-17 17:00"))
	d.command("mark", "triage", "case severity ACME-1 3 a workaround exists")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
}

// SLA T27: a refused proposal stays open to a manager's decision, whatever the
// contact asks for afterwards.
func TestRefusalCannotBeHidden(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case severity ACME-1 3 a workaround exists")
	d.press("giulia", "acme", "Do not agree")
	d.command("giulia", "acme", "case severity ACME-1 1 we want it faster")
	d.command("ada", "triage", "case refuse ACME-1 it is not down")
	d.command("mark", "triage", "case severity ACME-1 3 a workaround exists")
	wantSeverity(t, d.kase("ACME-1"), policy.Severity3)
}

// SLA T27, T28: an agent's raise to 1 is in force at once, confirmed
// afterwards; the contact who agrees changes nothing more.
func TestRaiseTo1(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	d.until(instant(t, "2026-06-15 14:00"))
	d.command("ada", "triage", "case severity ACME-1 1 production is down")
	c := d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity1)
	wantDue(t, c, instant(t, "2026-06-15 14:30")) // X7
	d.advance(time.Minute)
	d.press("giulia", "acme", "Agree")
	c = d.kase("ACME-1")
	wantSeverity(t, c, policy.Severity1)
	if c.Proposal != nil || len(c.Changes) != 1 {
		t.Fatalf("after the confirmation: %+v, %+v", c.Proposal, c.Changes)
	}
	wantDue(t, c, instant(t, "2026-06-15 14:30"))
}

// SLA T28, X7 with floor 0: a raise whose retroactive due has passed breaches at once.
func TestRaiseWithoutFloor(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.rules.Floors = [2]time.Duration{}
	d.open("giulia", "acme", policy.Severity3)
	d.until(instant(t, "2026-06-15 14:00"))
	d.command("ada", "triage", "case severity ACME-1 1 production is down")
	d.advance(time.Millisecond)
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached")
	wantTime(t, "the breach", c.Cycles[0].BreachedAt, instant(t, "2026-06-15 13:00"))
}

// SLA T28, corner 10: 3 → 1 → 3 inside one cycle: the due returns, no breach.
func TestSeverityThereAndBack(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	due := running(t, d.kase("ACME-1")).Due
	d.until(instant(t, "2026-06-15 14:00"))
	d.command("ada", "triage", "case severity ACME-1 1 production is down")
	d.press("giulia", "acme", "Agree")
	d.until(instant(t, "2026-06-15 14:10"))
	d.command("ada", "triage", "case severity ACME-1 3 it was a proxy")
	d.press("giulia", "acme", "Agree")
	wantDue(t, d.kase("ACME-1"), due)
	d.until(due)
	wantOutcomes(t, d.kase("ACME-1"), "initial pending")
}

// SLA T28, corner 11: after the initial response a change moves the follow-up only.
func TestChangeAfterInitial(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	d.advance(time.Hour)
	before := d.reply("ada", "ACME-1", "We look.")
	d.advance(time.Hour)
	d.command("ada", "triage", "case severity ACME-1 1 production is down")
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial met, follow_up pending")
	if c.Cycles[0].Severity != policy.Severity3 || !c.Cycles[0].Due.Equal(before.Cycles[0].Due) {
		t.Fatalf("the met cycle changed: %+v", c.Cycles[0])
	}
	wantDue(t, c, instant(t, "2026-06-16 18:00")) // 32 h elapsed from 10:00
}

// SLA T29, T38, corner 12: lowered after a breach: it stays breached, the climb
// goes on on the new clock, never earlier than before.
func TestLowerAfterBreach(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-12 12:00"))
	d.open("giulia", "acme", policy.Severity1) // due Fri 16:00
	d.until(instant(t, "2026-06-12 16:10"))
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	d.command("ada", "triage", "case severity ACME-1 2 a workaround exists")
	d.press("giulia", "acme", "Agree")
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached")
	d.until(instant(t, "2026-06-12 17:59"))
	if l := d.kase("ACME-1").Ladder.Level; l != 1 {
		t.Fatalf("level %d before its time", l)
	}
	d.until(instant(t, "2026-06-12 18:00:00.1"))
	if l := d.kase("ACME-1").Ladder.Level; l != 2 {
		t.Fatalf("level %d, want 2 after 2 business hours", l)
	}
}

// SLA T2, T28, corner 13: raised on a Sunday, the 24x7 clock bites at once.
func TestRaiseOnSunday(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-12 17:00"))
	d.open("giulia", "acme", policy.Severity2) // 1 h used until Monday
	d.until(instant(t, "2026-06-14 10:00"))
	d.command("ada", "triage", "case severity ACME-1 1 down")
	c := d.kase("ACME-1")
	wantDue(t, c, instant(t, "2026-06-14 10:30"))
	d.until(instant(t, "2026-06-14 10:31"))
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
}

// SLA T28, T33: a raise during a suspension leaves its floor once the clocks
// run again; a lowering never makes the due earlier.
func TestChangeWhileSuspended(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	d.until(instant(t, "2026-06-15 13:30"))
	d.command("fay", "ops", "support standing ACME suspended invoice 7")
	d.until(instant(t, "2026-06-15 14:00"))
	d.command("ada", "triage", "case severity ACME-1 1 production is down")
	d.until(instant(t, "2026-06-15 15:00"))
	d.command("fay", "ops", "support standing ACME good paid")
	d.advance(time.Minute)
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial pending")
	wantDue(t, c, instant(t, "2026-06-15 15:30"))
}

// SLA T30: a lowering in the last quarter of the target is flagged.
func TestLateLowering(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		at, want string
	}{{"2026-06-15 14:59", ""}, {"2026-06-15 15:00", "late"}} {
		t.Run(test.at, func(t *testing.T) {
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.open("giulia", "acme", policy.Severity2) // due 17:00
			d.until(instant(t, test.at))
			d.command("ada", "triage", "case severity ACME-1 3 a workaround exists")
			d.press("giulia", "acme", "Agree")
			if got := d.kase("ACME-1").Changes[0].Note; got != test.want {
				t.Fatalf("note %q, want %q", got, test.want)
			}
		})
	}
}

// SLA T19, T28: changed while waiting, the new target runs from the contact's message.
func TestChangeWhileWaiting(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	c := d.wait("ada", "ACME-1", "Which dashboard?")
	d.command("ada", "triage", "case severity ACME-1 1 all of them, it seems")
	wantDue(t, d.kase("ACME-1"), time.Time{})
	d.advance(time.Hour)
	d.say("giulia", "acme", c.Customer.Thread, "All of them.")
	wantDue(t, d.kase("ACME-1"), d.travel.Now().Add(32*time.Hour))
}

// SLA T11, T28: a change computes a follow-up with the package version that
// held at its anchor.
func TestChangeUsesPackageOfAnchor(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.newGold(t, "2026-06-16", func(p *policy.Package) {
		p.Severity[0].FollowUp.Duration = 10 * time.Hour
	})
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-06-17 09:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.command("ada", "triage", "case severity ACME-1 1 down")
	wantDue(t, d.kase("ACME-1"), instant(t, "2026-06-17 19:00"))
}

// newGold publishes a further version of the package gold.
func (d *desk) newGold(t testing.TB, from string, change func(*policy.Package)) {
	t.Helper()
	packages := policy.Packages{}
	maps.Copy(packages, d.rules.Packages)
	gold := packages["gold"]
	next := gold[len(gold)-1]
	if err := next.From.UnmarshalText([]byte(from)); err != nil {
		t.Fatal(err)
	}
	change(&next)
	packages["gold"] = append(append([]policy.Package{}, gold...), next)
	d.rules.Packages = packages
}
