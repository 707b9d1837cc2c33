package main

import (
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"casebot/adapters/slack/slackfake"
)

// TestSlackHomeIsNobodyElses proves that the home page is about its reader: not
// even its name, typed in a subscriber's channel, tells others of its cases.
func TestSlackHomeIsNobodyElses(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "http", 1, friday)
	d.reported()
	d.say(sara, acmeRoom, "", "{@U0BOT} home")
	d.sees(sara, acmeRoom, "I cannot tell which company you write for")
	d.do(d.Slash(ada, acmeRoom, "/case home"))
	d.sees(ada, acmeRoom, "Ada Ricci: your desk")
	for _, channel := range []string{acmeRoom, d.DirectOf(sara)} {
		posts, err := d.Posts(sara, channel)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range posts {
			if p.Private && strings.Contains(p.Text, "Open cases") {
				t.Errorf("sara sees %s", p.Text)
			}
		}
	}
}

// TestSlackTypo proves that a command that is misspelt among staff is answered,
// and not taken for a message.
func TestSlackTypo(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "http", 1, friday)
	d.reported()
	card := d.sees(ada, triageRoom, "ACME-1 · Dashboards")
	d.say(ada, triageRoom, card.TS, "{@U0BOT} rpely We are on it")
	if m := d.sees(ada, triageRoom, `I do not know "rpely"`, "@casebot reply"); m.Thread != card.TS || !m.Private {
		t.Errorf("the answer: %+v", m)
	}
}

// TestSlackDirectThread proves that words in a thread of direct messages are
// heard like those beside it.
func TestSlackDirectThread(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "http", 1, friday)
	d.reported()
	direct := d.DirectOf(giulia)
	d.say(giulia, direct, "", "hello")
	help := d.sees(giulia, direct, "What you can do")
	d.say(giulia, direct, help.TS, "list")
	d.wait(giulia, direct, "the list in the thread", func(p slackfake.Post) bool {
		return p.Thread == help.TS && strings.Contains(p.Text, "Dashboards show yesterday's data")
	})
}

// SUPPORT, Intake: secrets are masked before anything is stored, also in what is
// kept for forms and buttons, and the author is told, also in the next page.
func TestSlackSecrets(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "http", 1, friday)
	d.sees(giulia, acmeRoom, "Press the button")
	ts := d.say(giulia, acmeRoom, "", "It fails with password: Hunter2Hunter2")
	d.do(d.Shortcut(ada, "case_from_message", acmeRoom, ts))
	d.form(ada, "ACME")
	d.CloseView(ada)
	if err := d.React(ada, acmeRoom, ts, "ticket"); err != nil {
		t.Fatal(err)
	}
	d.sees(ada, acmeRoom, "I have hidden")
	d.say(giulia, acmeRoom, "", "{@U0BOT} please see why it fails with password: Hunter3Hunter3")
	d.sees(giulia, acmeRoom, "I can open a case with these words")
	d.say(giulia, acmeRoom, "", "{@U0BOT} new It fails with password: Hunter4Hunter4")
	begun := d.sees(giulia, acmeRoom, "I have opened a thread")
	d.press(giulia, acmeRoom, begun, "Use a form", "")
	d.form(giulia, "New report")
	d.send(giulia, map[string]string{"Type": "Error", "Severity": "2 – Major", "Further details": "and password: Hunter5Hunter5"})
	eventually(t, "the next page says so", func() bool {
		v := d.View(giulia)
		return v != nil && strings.Contains(v.Text, "I have hidden")
	})

	client := goredis.NewClient(&goredis.Options{Addr: d.redis})
	t.Cleanup(func() { _ = client.Close() })
	keys, err := client.Keys(t.Context(), "*note*").Result()
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d notes, %v", len(keys), err)
	}
	for _, key := range keys {
		value, err := client.Get(t.Context(), key).Result()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(value, "Hunter") {
			t.Errorf("%s holds %s", key, value)
		}
	}
}

// TestSlackEmptyFile proves that a file that cannot be passed on holds nothing up.
func TestSlackEmptyFile(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "http", 1, friday)
	root := d.reported()
	d.say(giulia, acmeRoom, root, "first with an empty log", slackfake.Attach{Name: "empty.log", Type: "text/plain", Body: ""})
	d.say(giulia, acmeRoom, root, "second, the production is down")
	d.sees(ada, triageRoom, "second, the production is down")
	d.sees(ada, triageRoom, "empty.log: could not be passed on")
}
