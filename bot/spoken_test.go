package bot_test

import (
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// SUPPORT, Intake; DESIGN: alone with casebot a word is a command and nobody has
// to mention it; what cannot be a command goes to the intake in hand.
func TestAloneWithCasebot(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity3)
	d.say("giulia", "@giulia", "", "show acme-1")
	wantText(t, "show", d.private("giulia"), "ACME-1", "Response targets")

	// An intake that is held in a channel takes sentences, but no commands.
	d.command("giulia", "acme", "case new")
	d.say("giulia", "@giulia", "", "Dashboards show yesterday's data")
	d.say("giulia", "@giulia", "", "list")
	wantText(t, "list", d.private("giulia"), "1 case")

	// One begun here is held here; its case opens in the channel.
	d.say("giulia", "@giulia", "", "new How do I share a dashboard?")
	mine := d.newestDraft()
	if room := d.draft("ACME", mine).Place.Room; room != "console:@giulia" {
		t.Errorf("the intake is held in %s", room)
	}
	for _, text := range []string{"question", "3", "no idea how", "submit"} {
		d.say("giulia", "@giulia", "", text)
	}
	if c := d.kase("ACME-2"); c.Customer.Room != "console:acme" || c.Summary != "How do I share a dashboard?" {
		t.Errorf("the case is in %s: %s", c.Customer.Room, c.Summary)
	}
	wantText(t, "the end of the intake", d.room("@giulia"), "ACME-2")
}

// PLATFORMS: who cannot type slash commands is told to mention casebot; who can
// sees the names that they have there.
func TestTyping(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		typing         map[string]bot.Typing
		outside        bool
		private, posts string
	}{
		"as they are called":       {nil, false, "/case help shows", "/case new begins"},
		"renamed":                  {map[string]bot.Typing{"console": {Case: "/desk", Support: "/services", Threads: true, Outsiders: true}}, false, "/desk help shows", "/desk new begins"},
		"not in threads":           {map[string]bot.Typing{"console": {Case: "/desk", Support: "/services", Outsiders: true}}, false, "/desk help shows", "@casebot new begins"},
		"not by others, not alone": {map[string]bot.Typing{"console": {Case: "/desk", Support: "/services", Threads: true}}, true, "@casebot help shows", "@casebot new begins"},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t)
			d.rules.Typing = test.typing
			e := d.commandEvent("giulia", "acme", "case frobnicate")
			e.Actor.Outside = test.outside
			d.do("giulia", e)
			wantText(t, "the answer", d.private("giulia"), test.private)
			e = d.commandEvent("giulia", "acme", "case help")
			e.Actor.Outside = test.outside
			d.do("giulia", e)
			want := strings.TrimSuffix(test.private, " help shows") + " list [which]"
			wantText(t, "help", d.private("giulia"), want)

			d.command("giulia", "acme", "case new Dashboards show yesterday's data")
			d.advance(25 * time.Hour)
			wantText(t, "the intake's end", d.room("acme"), test.posts)
		})
	}
}

// What is no command is a sentence where it has several words: casebot offers to
// open a case with all of them, also where they are more than a command.
func TestSentenceAfterMention(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	said := "my exports have been broken since " + strings.Repeat("yesterday ", 30) + "THE END"
	a := d.command("giulia", "acme", "case "+said)
	wantText(t, "the answer", d.private("giulia"), "I can open a case with these words")
	if a.Private == nil || len(a.Private.Controls) == 0 || a.Private.Controls[0].Command != "case new "+said {
		t.Fatalf("the answer: %+v", a.Private)
	}
	d.command("giulia", "acme", a.Private.Controls[0].Command)
	wantText(t, "the draft", d.room("acme"), "my exports have been broken")
	d.command("giulia", "acme", "case liist")
	wantText(t, "a word", d.private("giulia"), "Did you mean /case list?")
	d.command("ada", "triage", "case please do something now")
	wantText(t, "of staff", d.private("ada"), "I do not know")
}
