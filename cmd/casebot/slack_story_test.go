package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/adapters/slack/slackfake"
)

// TestSlackStory lives a whole case in Slack, with two replicas and a customer
// in a shared channel: the button in the channel, a form, a thread, the team's
// card, replies both ways, a proposal, a breach and its escalation.
func TestSlackStory(t *testing.T) {
	for _, way := range []string{"socket", "http"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			slackStory(t, openDesk(t, way, 2, friday))
		})
		t.Run(way+" with everything told twice", func(t *testing.T) {
			t.Parallel()
			d := openDesk(t, way, 2, friday)
			d.Twice(true)
			slackStory(t, d)
		})
	}
}

func slackStory(t *testing.T, d *slackDesk) {
	root := d.reported()

	// The team sees the case, takes it with a press, and answers from there.
	triage := d.sees(ada, triageRoom, "ACME-1 · Dashboards show yesterday's data", "Severity")
	d.press(ada, triageRoom, triage, "Take", "")
	d.sees(ada, triageRoom, "Ada Ricci")
	d.do(d.Slash(ada, triageRoom, "/case reply ACME-1 We found it: the nightly load stopped. It runs again by noon."))
	reply := d.sees(giulia, acmeRoom, "the nightly load stopped")
	if reply.Thread != root || !strings.Contains(reply.Name, "Ada Ricci") {
		t.Errorf("the reply: %+v, want it in %s by Ada Ricci", reply, root)
	}
	d.do(d.Slash(ada, triageRoom, "/case note ACME-1 their proxy is misconfigured, again"))
	d.sees(ada, triageRoom, "misconfigured")

	// What the customer writes, changes and deletes is shown to the team.
	ts := d.say(giulia, acmeRoom, root, "Thank you. See {@U0ADA}, <here> & there.", slackfake.Attach{Name: "shot.png", Type: "image/png", Body: "picture"})
	mirror := d.sees(ada, triageRoom, "Thank you. See @Ada Ricci, <here> & there.", "shot.png")
	if mirror.Thread != triage.TS || !strings.Contains(mirror.Name, "Giulia Bianchi") || len(mirror.Notifies) > 0 {
		t.Errorf("the mirrored message: %+v, want it in %s by Giulia, calling nobody", mirror, triage.TS)
	}
	d.wait(ada, triageRoom, "the file itself", func(p slackfake.Post) bool { return len(p.Files) == 1 && p.Thread == triage.TS })
	if body, _, ok := d.Bytes("shot.png"); !ok || body != "picture" {
		t.Errorf("the file that was passed on holds %q", body)
	}
	if err := d.Change(giulia, acmeRoom, ts, "Thank you! It works."); err != nil {
		t.Fatal(err)
	}
	d.sees(ada, triageRoom, "Thank you! It works.", "edited")
	d.Unfurl(acmeRoom, ts)
	if err := d.Delete(giulia, acmeRoom, ts); err != nil {
		t.Fatal(err)
	}
	d.sees(ada, triageRoom, "Giulia Bianchi deleted a message")
	d.unseen(giulia, acmeRoom, "misconfigured")

	// A severity is proposed, and agreed to with a press.
	d.do(d.Slash(ada, triageRoom, "/case severity ACME-1 3 “only two people are left”"))
	ask := d.sees(giulia, acmeRoom, "Ada Ricci proposes severity 3 instead of 2", "solution as soon as reasonably possible")
	if ask.Thread != root || !slices.Equal(ask.Notifies, []string{giulia}) {
		t.Errorf("the proposal is in %q and calls %v, want %s, and Giulia", ask.Thread, ask.Notifies, root)
	}
	d.press(giulia, acmeRoom, ask, "Agree", "")
	d.wait(giulia, acmeRoom, "severity 3 on the card", func(p slackfake.Post) bool {
		return p.TS == root && strings.Contains(p.Text, "Severity\n3")
	})

	// Nobody answers: the ladder calls the team lead, who acknowledges in place.
	d.say(giulia, acmeRoom, root, "It is back again, the numbers are from yesterday.")
	d.sees(ada, triageRoom, "It is back again")
	d.advance(10*24*time.Hour + 18*time.Hour + 15*time.Minute)
	alert := d.sees(tess, escRoom, "ACME-1 · escalation, level 1")
	if !slices.Contains(alert.Notifies, tess) || !slices.Contains(alert.Notifies, "S0LEADS") {
		t.Errorf("the alert calls %v, want the team lead and the group", alert.Notifies)
	}
	d.press(tess, escRoom, alert, "Acknowledge", "")
	d.wait(tess, escRoom, "the acknowledgement in place", func(p slackfake.Post) bool {
		return p.TS == alert.TS && strings.Contains(p.Text, "Acknowledged by Tess Novak")
	})

	// Management hears of it in direct messages; the customer of none of it.
	d.unseen(giulia, acmeRoom, "escalation, level")

	// An answer in the thread itself counts, and the alert says so.
	d.say(ada, acmeRoom, root, "Sorry for the wait. The load is watched now.")
	d.wait(tess, escRoom, "the end of the climb in place", func(p slackfake.Post) bool {
		return p.TS == alert.TS && strings.Contains(p.Text, "Answered by Ada Ricci")
	})
	d.sees(ada, triageRoom, "The load is watched now.")

	// The weekly update came on Monday, and everything once.
	update := d.sees(giulia, acmeRoom, "Weekly update for Acme S.p.A.", "As of Mon 9 Mar 2026, 09:0")
	d.wait(giulia, acmeRoom, "the chart of the update", func(p slackfake.Post) bool {
		return p.Thread == update.TS && slices.Equal(p.Files, []string{"ACME-2026-03-02-ageing.png"})
	})
	if body, alt, ok := d.Bytes("ACME-2026-03-02-ageing.png"); !ok || !strings.HasPrefix(body, "\x89PNG") || !strings.Contains(alt, "0–7 days – Severity 3: 1") {
		t.Errorf("the chart is a picture of %d bytes and says %q", len(body), alt)
	}
	for user, channel := range map[string]string{giulia: acmeRoom, ada: triageRoom, tess: escRoom} {
		posts, err := d.Posts(user, channel)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, p := range posts {
			if !p.Private && p.Author == "" {
				seen[p.Thread+whole(p)]++
			}
		}
		for text, n := range seen {
			if n > 1 {
				t.Errorf("%d times in %s: %s", n, channel, text)
			}
		}
	}
}

// reported opens ACME-1 as Giulia: with the button in the channel, two pages of
// the form, and what is left in the thread. It returns the thread.
func (d *slackDesk) reported() (root string) {
	d.t.Helper()
	door := d.sees(giulia, acmeRoom, "Press the button")
	eventually(d.t, "the door is pinned", func() bool { return len(d.Pinned(acmeRoom)) == 1 })
	d.press(giulia, acmeRoom, door, "Open a case", "")
	f := d.form(giulia, "New report")
	if !strings.Contains(f.Text, "Critical production problem for all users") {
		d.t.Errorf("the definitions are not in the form: %+v", f)
	}

	// What is wrong in a field is said there, and nothing is lost.
	d.send(giulia, map[string]string{"Type": "Error", "Summary": "help", "Severity": "2 – Major"})
	if f = d.form(giulia, "New report"); f.Fields[1].Error == "" || f.Fields[2].Value != "2 – Major" {
		d.t.Errorf("a summary of one word: %+v", f)
	}
	d.send(giulia, map[string]string{"Summary": "Dashboards show yesterday's data"})
	root = d.sees(giulia, acmeRoom, "Dashboards show yesterday's data", "becomes a case").TS

	// The next page asks for what severity 2 needs.
	d.send(giulia, map[string]string{"Who is affected": "Many", "Workaround": "None", "Production and data": "Production"})
	d.wait(giulia, acmeRoom, "a button to submit", func(p slackfake.Post) bool {
		return p.Thread == root && strings.Contains(p.Text, "Noted")
	})

	// The last page shows it all, says what is missing, and submits it.
	f = d.form(giulia, "Check and submit")
	for _, want := range []string{"Nothing is submitted yet", "Still missing: since when", "Dashboards show yesterday's data", "2 – Major"} {
		if !strings.Contains(f.Text, want) {
			d.t.Errorf("the last page does not say %q: %+v", want, f)
		}
	}
	if f.Submit != "Submit as is" {
		d.t.Errorf("the last page's button is %q", f.Submit)
	}
	d.send(giulia, nil)
	if v := d.View(giulia); v != nil {
		d.t.Errorf("the form is still open: %+v", v)
	}
	d.sees(giulia, acmeRoom, "Case ACME-1, severity 2")
	return root
}
