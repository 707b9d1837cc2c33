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

// told lists the notices of a case's climb in the order they came, "2@07:00".
func (d *desk) told(room, key string) []string {
	var out []string
	for _, p := range d.platform.all("console:" + room) {
		for level := 1; level <= 4; level++ {
			if strings.Contains(p.message.Text, fmt.Sprintf("%s · level %d", key, level)) {
				out = append(out, fmt.Sprintf("%d@%s", level, p.at.In(d.rules.Calendars["hq"].Location(p.at)).Format("Mon 15:04")))
			}
		}
	}
	return out
}

func wantTold(t testing.TB, d *desk, room, key string, want ...string) {
	t.Helper()
	if got := d.told(room, key); !slices.Equal(got, want) {
		t.Fatalf("%s was told %q of %s, want %q\n%s", room, got, key, want, d.room(room))
	}
}

// SLA T38: a breach escalates to level 1 at once and climbs while unanswered;
// severity 1 every 30 minutes, and level 4 repeats every 2 hours.
func TestLadderSeverity1(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-08 00:30"))
	d.open("hank", "globex", policy.Severity1) // X2: silver, 6 h, over the DST gap: 07:30 MDT
	wantDue(t, d.kase("GLOBEX-1"), instant(t, "2026-03-08 07:30"))
	d.until(instant(t, "2026-03-08 13:10"))
	wantTold(t, d, "escalations", "GLOBEX-1", "1@Sun 07:30")
	wantTold(t, d, "management", "GLOBEX-1", "2@Sun 08:00", "3@Sun 08:30", "4@Sun 09:00", "4@Sun 11:00", "4@Sun 13:00")
	wantText(t, "globex", d.room("globex"), "Overdue")
	wantText(t, "triage", d.room("triage"), "Level 4")
	d.reply("ada", "GLOBEX-1", "We are on it.")
	d.advance(12 * time.Hour)
	if c := d.kase("GLOBEX-1"); c.Ladder != nil || c.Highest != 4 {
		t.Fatalf("after the answer: %+v, highest %d", c.Ladder, c.Highest)
	}
	if got := d.told("management", "GLOBEX-1"); len(got) != 5 {
		t.Fatalf("told after the answer: %q", got)
	}
	wantText(t, "management", d.room("management"), "Answered by Ada Ricci")
}

// SLA T38, X11: severity 2 climbs every 2 business hours, and level 4 repeats
// at each opening of a business day.
func TestLadderSeverity2(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-12 09:00"))
	d.open("giulia", "acme", policy.Severity2) // due 17:00
	d.until(instant(t, "2026-06-17 12:00"))
	wantTold(t, d, "escalations", "ACME-1", "1@Fri 17:00")
	wantTold(t, d, "management", "ACME-1", "2@Mon 08:00", "3@Mon 10:00", "4@Mon 12:00", "4@Tue 07:00", "4@Wed 07:00")
}

// SLA T38: severity 3 climbs every 4 business hours.
func TestLadderSeverity3(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-12 09:00"))
	d.open("giulia", "acme", policy.Severity3) // 12 h: due Mon 10:00
	d.until(instant(t, "2026-06-16 17:00"))
	wantTold(t, d, "escalations", "ACME-1", "1@Mon 10:00")
	wantTold(t, d, "management", "ACME-1", "2@Mon 14:00", "3@Mon 18:00", "4@Tue 11:00")
}

// SLA T39: the second breached cycle of a case starts at level 2, the third
// and later at 3; excused breaches do not count.
func TestLaterBreachesStartHigher(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		excuse bool
		want   []string
	}{
		{"counted", false, []string{"2", "3", "3"}},
		{"excused", true, []string{"1", "2", "3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.open("giulia", "acme", policy.Severity1)
			d.advance(4*time.Hour + time.Minute)
			if l := d.kase("ACME-1").Ladder; l.Level != 1 {
				t.Fatalf("the first breach starts at level %d", l.Level)
			}
			if test.excuse {
				d.command("mark", "triage", "case correct ACME-1 initial the outage was announced")
				wantOutcomes(t, d.kase("ACME-1"), "initial breached excused")
			}
			for _, level := range test.want {
				d.reply("ada", "ACME-1", "Still looking.")
				d.advance(32*time.Hour + time.Second)
				if got := fmt.Sprint(d.kase("ACME-1").Ladder.Level); got != level {
					t.Fatalf("this breach starts at level %s, want %s", got, level)
				}
			}
		})
	}
}

// SLA T39: an acknowledgement stops level 4's repeats, not the climb.
func TestAcknowledge(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.advance(4*time.Hour + time.Minute) // 13:00
	d.press("tess", "escalations", "Acknowledge")
	wantText(t, "escalations", d.room("escalations"), "Acknowledged by Tess Novak")
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	d.until(instant(t, "2026-06-16 09:00"))
	wantTold(t, d, "management", "ACME-1", "2@Mon 13:30", "3@Mon 14:00", "4@Mon 14:30")
}

// SLA T40: an absent level is passed over at once and logged; nobody at all:
// the fallback room.
func TestAbsentLevels(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.rules.Levels = []bot.Level{
		{Role: "nobody"}, {Role: "nobody"}, {Role: policy.RoleDirector, Room: "console:management"},
	}
	d.open("giulia", "acme", policy.Severity1)
	d.until(instant(t, "2026-06-15 13:01"))
	wantTold(t, d, "management", "ACME-1", "3@Mon 13:00")
	audit := strings.Join(d.audit(bot.CaseKey("ACME", 1)), "\n")
	wantText(t, "audit", audit, "level 1 skipped", "level 2 skipped", "level 3")
	d.until(instant(t, "2026-06-15 13:31"))
	wantText(t, "ops", d.room("ops"), "ACME-1", "Nobody is on level 4")
	wantText(t, "audit", strings.Join(d.audit(bot.CaseKey("ACME", 1)), "\n"), "undelivered")
}

// SLA T38, T40: a level without a room tells each of its people in direct messages.
func TestLevelInDirectMessages(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.rules.Levels = []bot.Level{{Role: policy.RoleTeamLead}}
	d.open("giulia", "acme", policy.Severity1)
	d.until(instant(t, "2026-06-15 13:01"))
	wantTold(t, d, "@tess", "ACME-1", "1@Mon 13:00")
	d.reply("ada", "ACME-1", "Here.")
	wantText(t, "@tess", d.room("@tess"), "Answered by Ada Ricci")
}

// SLA T41, corner 23: after downtime over warning, breach and two levels only
// the level that is due now is told; the skipped ones are in the log.
func TestDowntime(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity1) // due 13:00
	d.down(4*time.Hour + 45*time.Minute)       // 13:45: level 2 since 13:30
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached")
	wantTime(t, "the breach", c.Cycles[0].BreachedAt, instant(t, "2026-06-15 13:00"))
	wantTold(t, d, "escalations", "ACME-1")
	wantTold(t, d, "management", "ACME-1", "2@Mon 13:45")
	if got := d.warnings("triage", "ACME-1"); len(got) > 0 {
		t.Fatalf("warned of what is breached: %q", got)
	}
	wantText(t, "audit", strings.Join(d.audit(bot.CaseKey("ACME", 1)), "\n"), "level 1 skipped")
	d.until(instant(t, "2026-06-15 14:00:01"))
	wantTold(t, d, "management", "ACME-1", "2@Mon 13:45", "3@Mon 14:00")
}

// SLA T42: a contact may ask for escalation: level 1 now, no clock changes,
// once in 4 hours; it does not climb.
func TestContactEscalates(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	c := d.open("giulia", "acme", policy.Severity2)
	d.command("giulia", "acme", "case escalate ACME-1 our board meets at noon")
	wantText(t, "escalations", d.room("escalations"), "ACME-1", "our board meets at noon")
	wantDue(t, d.kase("ACME-1"), running(t, c).Due)
	d.until(instant(t, "2026-06-15 12:59"))
	d.command("giulia", "acme", "case escalate ACME-1 again")
	if got := len(d.platform.all("console:escalations")); got != 1 {
		t.Fatalf("%d notices within 4 hours, want 1", got)
	}
	d.until(instant(t, "2026-06-15 13:00"))
	d.command("giulia", "acme", "case escalate ACME-1 please")
	if got := len(d.platform.all("console:escalations")); got != 2 {
		t.Fatalf("%d notices after 4 hours, want 2", got)
	}
	d.until(instant(t, "2026-06-15 16:59"))
	if got := d.told("management", "ACME-1"); len(got) > 0 {
		t.Fatalf("it climbed: %q", got)
	}
	d.until(instant(t, "2026-06-15 17:01")) // the breach is told on its own (T41)
	wantTold(t, d, "escalations", "ACME-1", "1@Mon 17:00")
}

// SLA T38: raised at level 4 the repeats are those of the new severity.
func TestRaiseAtLevel4(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-12 09:00"))
	d.open("giulia", "acme", policy.Severity2) // due Fri 17:00, level 4 Mon 12:00
	d.until(instant(t, "2026-06-15 12:30"))
	d.command("ada", "triage", "case severity ACME-1 1 down")
	d.until(instant(t, "2026-06-15 16:30"))
	wantTold(t, d, "management", "ACME-1", "2@Mon 08:00", "3@Mon 10:00", "4@Mon 12:00", "4@Mon 14:00", "4@Mon 16:00")
}

// SLA T38: a raise during the climb measures the running step anew, but never
// before now.
func TestRaiseDuringClimb(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-12 09:00"))
	d.open("giulia", "acme", policy.Severity3) // due Mon 10:00, level 2 at 14:00
	d.until(instant(t, "2026-06-15 11:00"))
	d.command("ada", "triage", "case severity ACME-1 1 down")
	d.advance(time.Second)
	wantTold(t, d, "management", "ACME-1", "2@Mon 11:00")
	d.until(instant(t, "2026-06-15 11:31"))
	wantTold(t, d, "management", "ACME-1", "2@Mon 11:00", "3@Mon 11:30")
}

// SLA T34, corner 16: a suspension pauses the ladder and its repeats.
func TestSuspensionDuringLadder(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity1) // due 13:00
	d.until(instant(t, "2026-06-15 13:10"))    // 20 minutes to level 2
	d.command("fay", "ops", "support standing ACME suspended invoice 7")
	d.until(instant(t, "2026-06-16 09:00"))
	wantTold(t, d, "management", "ACME-1")
	d.command("fay", "ops", "support standing ACME good paid")
	d.until(instant(t, "2026-06-16 09:19"))
	wantTold(t, d, "management", "ACME-1")
	d.until(instant(t, "2026-06-16 09:21"))
	wantTold(t, d, "management", "ACME-1", "2@Tue 09:20")
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
}

// SLA T40: people whom no platform reaches are nobody: the next level is told.
func TestLevelOfUnreachablePeople(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.rules.Levels[0].Room = ""
	for i, p := range d.rules.Staff {
		if p.Has(policy.RoleTeamLead) {
			d.rules.Staff[i].Refs = nil
		}
	}
	d.open("giulia", "acme", policy.Severity1)
	d.until(instant(t, "2026-06-15 13:01"))
	wantTold(t, d, "management", "ACME-1", "2@Mon 13:00")
	wantText(t, "audit", strings.Join(d.audit(bot.CaseKey("ACME", 1)), "\n"), "level 1 skipped")
}

// SLA T42, T40: what a contact asks for goes to the first level that anybody is
// on, to the fallback room where there is none.
func TestContactEscalatesPastAbsentLevel(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		levels []bot.Level
		room   string
		want   string
	}{
		{[]bot.Level{{Role: "nobody"}, {Role: policy.RoleSupportManager, Room: "console:management"}}, "management", "our board meets at noon"},
		{[]bot.Level{{Role: "nobody"}}, "ops", "Nobody is on level 1"},
	} {
		t.Run(test.room, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.rules.Levels = test.levels
			d.open("giulia", "acme", policy.Severity2)
			d.command("giulia", "acme", "case escalate ACME-1 our board meets at noon")
			wantText(t, test.room, d.room(test.room), "ACME-1", test.want)
			if c := d.kase("ACME-1"); c.Ladder != nil || c.Highest != 0 {
				t.Fatalf("it climbs: %+v, highest %d", c.Ladder, c.Highest)
			}
		})
	}
}
