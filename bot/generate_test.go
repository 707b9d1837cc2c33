package bot_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
	"casebot/bot/history"
	"casebot/policy/sla"
)

// madeUp is a past of the demo's subscribers.
func madeUp(t testing.TB, seed uint64, weeks int) ([]history.Group, *bot.Rules, time.Time) {
	t.Helper()
	cfg := exampleConfig(t)
	rules := exampleRules(t, cfg)
	var entries []bot.DirectoryEntry
	for _, sub := range cfg.Directory.Subscribers {
		entries = append(entries, bot.DirectoryEntry{
			Key: sub.Key, Name: sub.Name, Package: sub.Package, Location: sub.Location, Language: sub.Language, Timezone: sub.Timezone,
			Calendar: sub.Calendar, Channels: sub.Channels, Advisor: sub.NamedAdvisor, Contacts: sub.Contacts,
		})
	}
	from := instant(t, "2026-02-02 08:00")
	to := from.AddDate(0, 0, 7*weeks)
	groups, err := history.Generate(history.Plan{Rules: rules, Subscribers: entries, Seed: seed, From: from, To: to, PerWeek: 5})
	if err != nil {
		t.Fatal(err)
	}
	return groups, rules, to
}

// Whatever past is made up: its logs replay to the records exactly, and under
// its own rules nothing would have ended otherwise.
func TestGenerate(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			groups, rules, to := madeUp(t, seed, 8)
			r := &history.Report{}
			states := map[bot.State]int{}
			for _, g := range groups {
				lived, err := g.Replay(rules)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range g.Cases {
					states[c.Record.State]++
					if want, got := pretty(t, c.Record), pretty(t, lived[c.Key]); want != got {
						t.Fatalf("%s replays to another record (-record +replay):\n%s", c.Key, cmp.Diff(want, got))
					}
				}
				after, err := g.Simulate(history.Trial{Rules: rules, Until: to})
				if err != nil {
					t.Fatal(err)
				}
				r.Add(g.Recorded(), after)
			}
			if len(r.Changes) > 0 {
				t.Errorf("%d clocks would have ended otherwise under the same rules: %s", len(r.Changes), pretty(t, r.Changes[0]))
			}
			before, after := r.Sum(sla.Scope{})
			if before != after {
				t.Errorf("attainment %+v, simulated %+v", before, after)
			}
			percent, ok := before.Percent()
			if !ok || percent < 70 || percent > 98 || before.Breached == 0 {
				t.Errorf("attainment of %+v is not plausible", before)
			}
			if states[bot.StateClosed] == 0 || states[bot.StateNew]+states[bot.StateOpen] == len(groups) {
				t.Errorf("states %v are not plausible", states)
			}
			t.Logf("%d cases, %v, %+v, levels %+v", r.Cases, states, before, r.Levels)
		})
	}
}

// The same plan gives the same past.
func TestGenerateTwice(t *testing.T) {
	t.Parallel()
	one, _, _ := madeUp(t, 3, 3)
	two, _, _ := madeUp(t, 3, 3)
	if diff := cmp.Diff(pretty(t, one), pretty(t, two)); diff != "" {
		t.Fatal(diff)
	}
}

// BenchmarkSimulate lives through eight weeks of cases anew, alarms and all.
// "replays" is the same in units of replaying what was logged of them.
func BenchmarkSimulate(b *testing.B) {
	groups, rules, to := madeUp(b, 1, 8)
	cases, events := 0, 0
	for _, g := range groups {
		for _, c := range g.Cases {
			cases++
			events += len(c.Entries)
		}
	}
	for b.Loop() {
		for _, g := range groups {
			if _, err := g.Simulate(history.Trial{Rules: rules, Until: to}); err != nil {
				b.Fatal(err)
			}
		}
	}
	simulated := b.Elapsed()
	start := time.Now()
	for range b.N {
		for _, g := range groups {
			if _, err := g.Replay(rules); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(simulated)/float64(time.Since(start)), "replays")
	b.ReportMetric(float64(simulated)/float64(b.N*cases), "ns/case")
	b.ReportMetric(float64(simulated)/float64(b.N*events), "ns/event")
}
