package bot_test

import (
	"slices"
	"strings"
	"testing"

	"casebot/bot"
	"casebot/policy"
)

// permits is SUPPORT's table "Who may do what" for the commands of this issue:
// who is let through. Everybody else is refused privately.
var permits = []struct {
	command string
	who     string
}{
	{"case help", "sara luca giulia ada ben tess mark dana erik fay robin"},
	{"case new Dashboards show yesterday's data", "sara luca giulia ada ben tess mark dana erik"}, // a stranger's and an untrained contact's is a draft
	{"case list", "luca giulia ada ben tess mark dana erik"},
	{"case show ACME-1", "luca giulia ada ben tess mark dana erik"},
	{"case take ACME-1", "ada ben tess mark dana erik"},
	{"case ack ACME-1", "ada ben tess mark dana erik"},
	{"case assign ACME-1 me", "ada ben tess mark dana erik"},
	{"case assign ACME-1 tess", "tess mark dana erik"},
	{"case reply ACME-1 here is more", "giulia ada ben tess mark dana erik"},
	{"case note ACME-1 only for us", "ada ben tess mark dana erik"},
	{"case severity ACME-1 3 it is mild", "giulia ada ben tess mark dana erik"},
	{"case wait ACME-1 which one?", "ada ben tess mark dana erik"},
	{"case hold ACME-1 engineering", "ada ben tess mark dana erik"},
	{"case call ACME-1 Giulia Bianchi", "ada ben tess mark dana erik"},
	{"case resolve ACME-1 done", "giulia ada ben tess mark dana erik"},
	{"case close ACME-1 a duplicate", "ada ben tess mark dana erik"},
	{"case merge ACME-1 ACME-2", "ada ben tess mark dana erik"},
	{"case link ACME-1 https://tracker.example/7", "ada ben tess mark dana erik"},
	{"case escalate ACME-1 it hurts", "giulia"},
	{"case verify ACME-1 yes", "ada ben tess mark dana erik"},
	{"case correct ACME-1 initial it was announced", "mark dana erik"},
	{"support package ACME", "luca giulia ada ben tess mark dana erik"},
	{"support standing ACME", "mark dana erik fay"},
	{"support standing ACME suspended invoice 7", "fay"},
	{"support weekly ACME", "luca giulia ada mark dana erik"},
}

// SUPPORT, "Who may do what": every person with every command. Whoever is not
// allowed is refused privately, and nothing comes of it: no record changes, no
// room hears of it.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.open("giulia", "acme", policy.Severity2)
	d.advance(24 * 3600e9)
	everyone := []string{"sara", "luca", "giulia", "hank", "ada", "ben", "tess", "mark", "dana", "erik", "fay", "robin"}
	for _, row := range permits {
		allowed := strings.Fields(row.who)
		for _, who := range everyone {
			if slices.Contains(allowed, who) {
				continue
			}
			commits, posts := len(d.store.history()), len(d.platform.delivered())
			if who == "hank" && !strings.HasPrefix(row.command, "case new") && !strings.HasPrefix(row.command, "case help") {
				d.command(who, "@hank", row.command) // from their own side: GLOBEX
			} else if who == "hank" {
				continue
			} else {
				d.command(who, "acme", row.command)
			}
			a := d.answers[who]
			if a.Private == nil || a.Form != nil {
				t.Errorf("%s: %q is not refused: %+v", who, row.command, a)
				continue
			}
			if who != "hank" && a.Private.Tone != bot.ToneWarn {
				t.Errorf("%s: %q is not refused: %.60q", who, row.command, plain(*a.Private))
			}
			if strings.Contains(plain(*a.Private), "Dashboards show") {
				t.Errorf("%s: %q tells of a case", who, row.command)
			}
			if n := len(d.store.history()); n != commits {
				t.Errorf("%s: %q changed records: %s", who, row.command, plain(*a.Private))
			}
			if n := len(d.platform.delivered()); n != posts {
				t.Errorf("%s: %q was heard in a room", who, row.command)
			}
		}
	}
}

// SUPPORT, "Who may do what": and whoever is allowed is let through.
func TestWhoMayDoIt(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.open("giulia", "acme", policy.Severity2)
	d.down(4 * 24 * 3600e9) // breached, so that there is something to acknowledge and excuse
	for _, row := range permits {
		for who := range strings.FieldsSeq(row.who) {
			e := d.commandEvent(who, "acme", row.command)
			e.Seen = d.travel.Now()
			out := bot.Decide(d.scene(t, e), e, d.rules)
			unauthorized := strings.HasPrefix(row.command, "case new") && (who == "sara" || who == "luca")
			if m := out.Answer.Private; m != nil && m.Tone == bot.ToneWarn && !unauthorized {
				t.Errorf("%s: %q is refused: %s", who, row.command, plain(*m))
			}
			if out.Answer.Private == nil && out.Answer.Form == nil && !out.Changes() {
				t.Errorf("%s: %q: nothing comes of it", who, row.command)
			}
		}
	}
}

// SUPPORT: somebody else's case key and an unknown key get the same answer,
// for every command on a case.
func TestUnknownAndForeignKeys(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("hank", "globex", policy.Severity2)
	d.open("giulia", "acme", policy.Severity2)
	for who, rooms := range map[string][]string{"giulia": {"acme", "@giulia"}, "luca": {"acme"}, "sara": {"acme"}} {
		for _, room := range rooms {
			for _, spec := range bot.Commands {
				if spec.On != bot.OnCase {
					continue
				}
				say := func(key string) string {
					a, err := d.engine.Handle(d.ctx, d.commandEvent(who, room, "case "+spec.Name+" "+key+" 1 words"))
					if err != nil || a.Private == nil {
						t.Fatalf("%s: %s %s: no answer", who, spec.Name, key)
					}
					return strings.ReplaceAll(plain(*a.Private), key, "KEY")
				}
				foreign, unknown := say("GLOBEX-1"), say("GLOBEX-77")
				nobody := say("NOBODY-1")
				if foreign != unknown || foreign != nobody {
					t.Errorf("%s in %s: %s: foreign %q, unknown %q, nobody's %q", who, room, spec.Name, foreign, unknown, nobody)
				}
			}
		}
	}
}

// SUPPORT, "Who may do what": a named advisor sees the weekly updates of their
// own subscribers; managers see all.
func TestWeeklyOfOthers(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.newSubscriber(t, "INITECH", "initech", "hank", func(e *bot.DirectoryEntry) { e.Package, e.Advisor = "gold", "ben" })
	for who, want := range map[string]bool{"ada": false, "mark": true} {
		a := d.command(who, "triage", "support weekly INITECH")
		if got := a.Private != nil && a.Private.Tone != bot.ToneWarn; got != want {
			t.Errorf("%s sees it: %v, want %v", who, got, want)
		}
	}
}

// DESIGN §3: a button is the same as typing the command: every button that
// somebody can see parses, and fits where all platforms can carry it.
func TestButtonsAreCommands(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.command("sara", "acme", "case new Dashboards show yesterday's data")
	d.open("giulia", "acme", policy.Severity1)
	d.advance(5 * 3600e9)
	d.command("ada", "triage", "case severity ACME-1 2 it got better")
	for _, x := range d.platform.delivered() {
		for _, c := range x.Message.Controls {
			if c.Kind == bot.ControlLink {
				continue
			}
			if n := len([]rune(c.Command)); n > bot.MaxCommand {
				t.Errorf("%q has %d characters", c.Command, n)
			}
			if n := len([]rune(c.Label)); n > bot.MaxLabel {
				t.Errorf("%q has %d characters", c.Label, n)
			}
			group, rest, _ := strings.Cut(c.Command, " ")
			call := bot.Parse(bot.Command{Group: group, Text: rest})
			if !call.Known() {
				t.Errorf("%q names no command", c.Command)
			}
			if call.Spec.On == bot.OnCase && call.Args["case"] == "" {
				t.Errorf("%q names no case", c.Command)
			}
		}
	}
}
