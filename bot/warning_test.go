package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/policy"
)

// warnings lists the marks that triage was told of.
func (d *desk) warnings(room, key string) []string {
	var out []string
	for _, p := range d.platform.all("console:" + room) {
		for _, mark := range []int{50, 75, 90} {
			if strings.Contains(p.message.Text, fmt.Sprintf("%s · %d %% used", key, mark)) {
				out = append(out, fmt.Sprintf("%d@%s", mark, p.at.In(d.rules.Calendars["hq"].Location(p.at)).Format("Mon 15:04")))
			}
		}
	}
	return out
}

// inThreads keeps what was posted in a thread.
func (d *desk) warningsInThread(key string) []string {
	var out []string
	for _, p := range d.platform.all("console:triage") {
		for _, mark := range []int{50, 75, 90} {
			if p.thread != "" && strings.Contains(p.message.Text, fmt.Sprintf("%s · %d %% used", key, mark)) {
				out = append(out, fmt.Sprintf("%d@%s", mark, p.at.In(d.rules.Calendars["hq"].Location(p.at)).Format("Mon 15:04")))
			}
		}
	}
	return out
}

// SLA T37, X1: warnings at 50, 75 and 90 % in clock time, each once.
func TestWarnings(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.command("ada", "triage", "case take ACME-1")
	d.until(instant(t, "2026-03-09 13:29"))
	want := []string{"50@Mon 09:30", "75@Mon 11:30", "90@Mon 12:42"}
	if got := d.warningsInThread("ACME-1"); !slices.Equal(got, want) {
		t.Fatalf("warned %q, want %q\n%s", got, want, d.room("triage"))
	}
	for _, p := range d.platform.all("console:triage") { // the assignee at all marks, the team lead at the last
		if !strings.Contains(p.message.Text, "% used") || p.thread == "" {
			continue
		}
		if !slices.Contains(p.message.Mentions, "console:ada") {
			t.Errorf("the assignee is not mentioned: %s", p.message.Text)
		}
		if lead := slices.Contains(p.message.Mentions, "console:tess"); lead != strings.Contains(p.message.Text, "90 %") {
			t.Errorf("the team lead is mentioned: %v: %s", lead, p.message.Text)
		}
	}
}

// SLA T37: the queue hears at 75 % and after, and at 50 % where nobody has taken
// the case.
func TestWarningsInQueue(t *testing.T) {
	t.Parallel()
	for who, want := range map[string][]string{"": {"50", "75", "90"}, "ada": {"75", "90"}} {
		t.Run("taken by "+who, func(t *testing.T) {
			t.Parallel()
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity2)
			if who != "" {
				d.command(who, "triage", "case take ACME-1")
			}
			d.until(instant(t, "2026-03-09 13:29"))
			var got []string
			for _, p := range d.platform.all("console:triage") {
				for _, mark := range []string{"50", "75", "90"} {
					if p.thread == "" && strings.Contains(p.message.Text, "ACME-1 · "+mark+" % used") {
						got = append(got, mark)
						if len(p.message.Mentions) > 0 { // they are in the thread
							t.Errorf("%v are called in the queue as well: %s", p.message.Mentions, p.message.Text)
						}
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("the queue was warned %q, want %q\n%s", got, want, d.room("triage"))
			}
		})
	}
}

// SLA T37, corner 10: raised and lowered again, the due that comes back is not
// warned of twice.
func TestWarningsThereAndBack(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3) // due Tue 10:00: 50 % Mon 15:00
	d.until(instant(t, "2026-06-15 15:05"))
	d.command("ada", "triage", "case severity ACME-1 1 down")
	d.press("giulia", "acme", "Agree")
	d.advance(time.Minute)
	d.command("ada", "triage", "case severity ACME-1 3 it was a proxy")
	d.press("giulia", "acme", "Agree")
	d.until(instant(t, "2026-06-15 18:30"))
	if got, want := d.warningsInThread("ACME-1"), []string{"50@Mon 15:00", "90@Mon 15:05", "75@Mon 18:00"}; !slices.Equal(got, want) {
		t.Fatalf("warned %q, want %q", got, want)
	}
}

// SLA T37: a due that moves re-arms the marks; of those already passed only
// the highest is told.
func TestWarningsRearm(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3) // 12 h, due Tue 10:00; 50 % Mon 15:00
	d.until(instant(t, "2026-06-15 14:00"))
	d.command("ada", "triage", "case severity ACME-1 1 down") // due 14:30, all marks passed
	if got := d.warningsInThread("ACME-1"); !slices.Equal(got, []string{"90@Mon 14:00"}) {
		t.Fatalf("warned %q, want only the highest passed mark", got)
	}
}

// SLA T37: a target of an hour or less has only the 75 % mark.
func TestShortTargetWarnings(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.newGold(t, "2026-01-01", func(p *policy.Package) { p.Severity[0].Initial.Duration = time.Hour })
	d.open("giulia", "acme", policy.Severity1)
	d.advance(59 * time.Minute)
	if got := d.warningsInThread("ACME-1"); !slices.Equal(got, []string{"75@Mon 09:45"}) {
		t.Fatalf("warned %q, want only 75 %%", got)
	}
}
