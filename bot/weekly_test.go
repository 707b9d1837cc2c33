package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
	"casebot/policy"
)

// updates lists the weekly updates of a room, oldest first.
func (d *desk) updates(room string) []string {
	var out []string
	for _, p := range d.platform.all("console:" + room) {
		if p.thread == "" && strings.Contains(p.message.Text, "·") && strings.Contains(p.message.Title, d.subscriberName(room)) {
			out = append(out, p.plain())
		}
	}
	return out
}

func (d *desk) subscriberName(room string) string {
	for _, body := range []string{"ACME", "NIPPON", "GLOBEX"} {
		if s := d.subscriber(body); len(s.Channels) > 0 && s.Channels[0] == "console:"+room {
			return s.Name
		}
	}
	return room
}

// SUPPORT, Weekly update: Monday 09:00 in the subscriber's zone, for the week
// before, once; also when nothing is open; not for packages without it.
func TestWeeklyUpdate(t *testing.T) {
	t.Parallel()
	d := openDesk(t) // Friday
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09T07:59:59Z")) // 08:59:59 in Rome
	if got := d.updates("acme"); len(got) != 0 {
		t.Fatalf("too early:\n%s", got)
	}
	d.until(instant(t, "2026-03-09T08:00:00Z"))
	got := d.updates("acme")
	if len(got) != 1 {
		t.Fatalf("%d updates, want 1:\n%s", len(got), d.room("acme"))
	}
	wantText(t, "the update", got[0], "Gold", "ACME-1", "Ada Ricci")
	d.until(instant(t, "2026-03-16T07:59:59Z"))
	if got := d.updates("acme"); len(got) != 1 {
		t.Fatalf("%d updates within a week", len(got))
	}
	if got := d.updates("nippon"); len(got) != 2 { // 09:00 in Tokyo; sent also when nothing is open
		t.Fatalf("%d updates in Tokyo, want 2:\n%s", len(got), d.room("nippon"))
	}
	if got := d.updates("globex"); len(got) != 0 {
		t.Fatalf("silver has no weekly update:\n%s", got)
	}
}

// SUPPORT, Weekly update: a holiday of the support calendar moves it to the
// next business day; the week stays.
func TestWeeklyUpdateOnHoliday(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-05-21 12:00"))
	d.until(instant(t, "2026-05-26T06:59:59Z")) // Memorial Day is the 25th
	if got := d.updates("acme"); len(got) != 0 {
		t.Fatalf("on a holiday:\n%s", got)
	}
	d.until(instant(t, "2026-05-26T07:00:00Z")) // 09:00 in Rome
	got := d.updates("acme")
	if len(got) != 1 {
		t.Fatalf("%d updates, want 1", len(got))
	}
	wantText(t, "the update", got[0], "18 May 2026", "24 May 2026")
	d.until(instant(t, "2026-06-01T07:00:00Z"))
	if got := d.updates("acme"); len(got) != 2 {
		t.Fatalf("%d updates a week later, want 2", len(got))
	}
}

// SUPPORT, Weekly update: down at the time: sent late, once, and it says so;
// of several missed weeks only the last.
func TestWeeklyUpdateLate(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.down(instant(t, "2026-03-09T15:00:00Z").Sub(d.travel.Now()))
	d.drain()
	got := d.updates("acme")
	if len(got) != 1 {
		t.Fatalf("%d updates, want 1:\n%s", len(got), d.room("acme"))
	}
	wantText(t, "the update", got[0], "09:00")
	d.down(21 * 24 * time.Hour)
	if got := d.updates("acme"); len(got) != 2 {
		t.Fatalf("%d updates after three weeks, want 2", len(got))
	}
	d.advance(24 * time.Hour)
	if got := d.updates("acme"); len(got) != 2 {
		t.Fatalf("%d updates, want 2", len(got))
	}
}

// SUPPORT, Weekly update: held while suspended, not sent later; the next one says so.
func TestWeeklyUpdateHeld(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.standing("ACME", "suspended invoice 7")
	d.until(instant(t, "2026-03-10T08:00:00Z"))
	d.standing("ACME", "good paid")
	d.advance(time.Hour)
	if got := d.updates("acme"); len(got) != 0 {
		t.Fatalf("sent though held:\n%s", got)
	}
	d.until(instant(t, "2026-03-16T08:00:00Z"))
	got := d.updates("acme")
	if len(got) != 1 {
		t.Fatalf("%d updates, want 1", len(got))
	}
	wantNoText(t, "the update", got[0], "invoice", "suspen")
	d.until(instant(t, "2026-03-23T08:00:00Z"))
	next := d.updates("acme")[1]
	if len(strings.Split(got[0], "\n")[0]) == 0 || len(got[0]) <= len(next)-80 {
		t.Fatalf("the first says nothing of the held week:\n%s\n%s", got[0], next)
	}
}

// SUPPORT, Weekly update, SLA T48: status red with an open severity 1 or an unexcused
// breach, amber near a due or for an old case, else green; attainment is n/a
// where nothing fell due, never 100 %.
func TestWeeklyFigures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		story func(d *desk)
		want  []string
	}{
		{"nothing", func(*desk) {}, []string{"Green", "n/a"}},
		{"open severity 1", func(d *desk) { d.open("giulia", "acme", policy.Severity1); d.reply("ada", "ACME-1", "We look.") }, []string{"Red", "100 % (1/1)"}},
		{"a breach", func(d *desk) {
			d.open("giulia", "acme", policy.Severity1)
			d.advance(5 * time.Hour)
			d.command("giulia", "acme", "case resolve ACME-1")
		}, []string{"Red", "0 % (0/1)"}},
		{"an excused breach", func(d *desk) {
			d.open("giulia", "acme", policy.Severity1)
			d.advance(5 * time.Hour)
			d.command("mark", "triage", "case correct ACME-1 initial it was announced")
			d.command("giulia", "acme", "case resolve ACME-1")
		}, []string{"Green", "n/a"}},
		{"merged and cancelled count nowhere", func(d *desk) {
			d.open("giulia", "acme", policy.Severity1)
			d.open("giulia", "acme", policy.Severity1)
			d.command("ada", "triage", "case merge ACME-1 ACME-2")
			d.command("giulia", "acme", "case resolve ACME-1")
		}, []string{"Green", "n/a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			test.story(d)
			d.until(instant(t, "2026-03-09T08:00:00Z"))
			got := d.updates("acme")
			if len(got) != 1 {
				t.Fatalf("%d updates:\n%s", len(got), d.room("acme"))
			}
			wantText(t, "the update", got[0], test.want...)
		})
	}
}

// SLA T48: a cycle counts in the week in which its due falls.
func TestWeeklyCountsByDue(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2) // due Monday
	d.reply("ada", "ACME-1", "We look.")       // met on Friday
	d.until(instant(t, "2026-03-09T08:00:00Z"))
	wantNoText(t, "the first update", d.updates("acme")[0], "100 %")
	d.until(instant(t, "2026-03-16T07:00:00Z").Add(time.Hour))
	wantText(t, "the second update", d.updates("acme")[1], "100 % (1/1)")
}

// SLA T48, T3, corner 30: cycles without a target are left out of the figures,
// answered or not; their cases are listed like others.
func TestWeeklyWithoutTargets(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.newGold(t, "2026-01-01", func(p *policy.Package) { p.Severity[2] = policy.Targets{} })
	d.two(policy.Severity3, policy.Severity3, time.Minute)
	d.reply("ada", "ACME-1", "We look.")
	d.open("giulia", "acme", policy.Severity2)
	d.reply("ada", "ACME-3", "We look.")
	d.until(instant(t, "2026-03-16T08:00:00Z"))
	updates := d.updates("acme")
	got := updates[len(updates)-1]
	wantText(t, "the update", got, "First response | n/a | 100 % (1/1) | n/a", "ACME-1", "ACME-2", "No committed target")
}

// SLA T48: figures by metric and severity; excused breaches stand apart; what
// is lowered counts where it ended.
func TestWeeklyByMetricAndSeverity(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.open("giulia", "acme", policy.Severity1)
	d.open("giulia", "acme", policy.Severity1)
	d.open("giulia", "acme", policy.Severity2)
	d.advance(time.Hour)
	d.reply("ada", "ACME-1", "We look.")    // met; the follow-up is due Tue 17:00
	d.until(instant(t, "2026-03-09 12:01")) // the others are breached
	d.command("mark", "triage", "case correct ACME-2 initial it was announced")
	d.reply("ada", "ACME-4", "We look.") // severity 2, met; the follow-up is due the week after
	d.until(instant(t, "2026-03-16T08:00:00Z"))
	updates := d.updates("acme")
	wantText(t, "the update", updates[len(updates)-1],
		"First response | 50 % (1/2), 1 excused | 100 % (1/1) | n/a", "Follow-up | 0 % (0/1) | n/a | n/a")
}

// SUPPORT, Weekly update: a chart counts what the table beside it counts, and
// says it in words; where nothing is to be counted there is none.
func TestWeeklyCharts(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.open("giulia", "acme", policy.Severity1)
	d.open("giulia", "acme", policy.Severity2)
	d.advance(time.Hour)
	d.reply("ada", "ACME-1", "We look.")
	d.until(instant(t, "2026-03-09 12:01"))
	d.command("mark", "triage", "case correct ACME-2 initial it was announced")
	d.until(instant(t, "2026-03-16T08:00:00Z"))
	update := func(room string) (m bot.Message) {
		for _, p := range d.platform.all("console:" + room) {
			if p.message.Title == "Weekly update for "+d.subscriberName(room) || len(p.message.Charts) > 0 {
				m = p.message
			}
		}
		return m
	}
	if updates := d.updates("nippon"); len(updates) != 1 || len(update("nippon").Charts) > 0 {
		t.Errorf("nothing happened there, but there is %v, %v", updates, update("nippon").Charts)
	}
	m, week := update("acme"), map[string]bot.Chart{}
	for _, c := range m.Charts {
		week[c.Name] = c
	}
	targets, ageing := week["ACME-2026-03-09-targets"], week["ACME-2026-03-09-ageing"]
	want := []bot.ChartSeries{
		{Label: "In time", Tone: bot.ToneGood, Values: []int{1, 0, 0, 0, 0, 0}},
		{Label: "Late", Tone: bot.ToneAlarm, Values: []int{0, 1, 0, 1, 0, 0}},
		{Label: "Excused", Tone: bot.ToneQuiet, Values: []int{1, 0, 0, 0, 0, 0}},
	}
	if diff := cmp.Diff(want, targets.Series); diff != "" {
		t.Errorf("targets (-want +got):\n%s\n%v", diff, m.Sections)
	}
	wantText(t, "the words", targets.Alt, "Responses in time", "First response, Severity 1 – In time: 1, Excused: 1; First response, Severity 2 – Late: 1; First response, Severity 3 – 0")
	table := m.Sections[len(m.Sections)-1].Rows
	for i, label := range ageing.Labels {
		row := []string{label}
		sum := 0
		for _, s := range ageing.Series {
			row, sum = append(row, fmt.Sprint(s.Values[i])), sum+s.Values[i]
		}
		if diff := cmp.Diff(table[i+1], append(row, fmt.Sprint(sum))); diff != "" {
			t.Errorf("ageing (-table +chart):\n%s", diff)
		}
	}
	wantText(t, "the words", ageing.Alt, "0–7 days – Severity 1: 2, Severity 2: 1; 8–14 days – 0")
}

// SUPPORT: one subscriber per report: nothing of another's case, no note, no alert.
func TestWeeklyIsPrivate(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("hank", "globex", policy.Severity1)
	d.open("giulia", "acme", policy.Severity1)
	d.command("ada", "triage", "case note ACME-1 they never pay in time")
	d.advance(5 * time.Hour)
	d.reply("ada", "ACME-1", "We look.")
	d.reply("ada", "GLOBEX-1", "We look.")
	d.until(instant(t, "2026-03-09T08:00:00Z"))
	wantNoText(t, "the update", d.updates("acme")[0], "GLOBEX", "Globex", "level 1")
	if room := bot.SubscriberKey("ACME"); d.store.alarm(room).IsZero() {
		t.Fatal("no next update is planned")
	}
}
