package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casebot/adapters/slack/slackfake"
)

// TestSlackPeople proves who may do what in Slack: members, people of another
// organisation, those whom nobody nominated, and what each of them sees.
func TestSlackPeople(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "socket", 1, friday)
	root := d.reported()
	card := d.sees(ada, triageRoom, "ACME-1 · Dashboards show yesterday's data", "Severity")

	// Somebody whom nobody nominated is told so privately, and nothing is lost.
	d.say(sara, acmeRoom, "", "{@U0BOT} new The export button does nothing")
	d.sees(sara, d.DirectOf(sara), "The export button does nothing")
	d.unseen(luca, acmeRoom, "kept your draft")

	// External people cannot use slash commands; words after a mention do the same.
	if _, err := d.Slash(giulia, acmeRoom, "/case list"); err == nil {
		t.Error("the fake lets an external user use a slash command")
	}
	d.say(giulia, acmeRoom, "", "{@U0BOT} list")
	answer := d.sees(giulia, acmeRoom, "ACME-1", "Dashboards show yesterday's data", "Summary")
	if !answer.Private {
		t.Errorf("everybody sees the list: %+v", answer)
	}
	d.say(giulia, acmeRoom, root, "{@U0BOT} show")
	if shown := d.sees(giulia, acmeRoom, "Response targets"); !shown.Private || shown.Thread != root {
		t.Errorf("the answer in the thread: %+v", shown)
	}

	// What the vendor's people may do, a customer may not, whatever they press.
	d.press(ada, triageRoom, card, "Take", "")
	d.say(giulia, acmeRoom, root, "{@U0BOT} take")
	d.sees(giulia, acmeRoom, "is for our support team")

	// Whoever is in the agents' user group is an agent; of another organisation never.
	d.do(d.Slash(nina, triageRoom, "/case take ACME-1"))
	d.sees(nina, triageRoom, "Nina Berg has taken ACME-1")
	d.do(d.Slash(ada, triageRoom, "/case assign ACME-1 {@U0TESS}"))
	d.sees(ada, triageRoom, "A team lead can assign")

	// Alone with the bot a word is a command; a sentence may be a case.
	d.say(giulia, d.DirectOf(giulia), "", "list")
	d.sees(giulia, d.DirectOf(giulia), "ACME-1", "Times in Europe/Rome")
	d.say(giulia, d.DirectOf(giulia), "", "list of everything that is wrong with my life")
	d.say(giulia, d.DirectOf(giulia), "", "the export is empty")
	d.sees(giulia, d.DirectOf(giulia), "I can open a case with these words")
	d.say(giulia, d.DirectOf(giulia), "", "hello")
	d.sees(giulia, d.DirectOf(giulia), "@casebot new [text]")

	// After a mention in a case's thread a sentence is for the people there.
	d.say(giulia, acmeRoom, root, "{@U0BOT} it fails again, please look")
	if m := d.sees(ada, triageRoom, "it fails again, please look"); m.Thread != card.TS || !strings.Contains(m.Name, "Giulia Bianchi") {
		t.Errorf("what is said after a mention: %+v", m)
	}
}

// TestSlackForms proves that "new" alone opens the form where one can be opened,
// that more words begin the conversation, and that files of a form arrive.
func TestSlackForms(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "http", 1, friday)
	d.AddUser(slackfake.User{ID: luca, Name: "luca", RealName: "Luca Verdi"}) // a guest of the vendor's workspace, say
	d.sees(giulia, acmeRoom, "Press the button")
	d.do(d.Slash(luca, acmeRoom, "/case new"))
	d.form(luca, "New report")
	d.CloseView(luca)
	d.do(d.Slash(luca, acmeRoom, "/support contacts"))
	d.sees(luca, acmeRoom, "2 of 3", "Giulia Bianchi")

	d.say(giulia, acmeRoom, "", "{@U0BOT} new The export ends with an error")
	begun := d.sees(giulia, acmeRoom, "I have opened a thread")
	d.press(giulia, acmeRoom, begun, "Use a form", "")
	d.form(giulia, "New report")
	d.send(giulia, map[string]string{"Type": "Error", "Severity": "3 – Minor, or a question"})
	if err := d.AttachTo(giulia, "Attachments", slackfake.Attach{Name: "app.log", Type: "text/plain", Body: "ERR_STREAM"}); err != nil {
		t.Fatal(err)
	}
	d.send(giulia, map[string]string{"Steps to repeat it": "1. open\n2. export"})
	root := d.sees(giulia, acmeRoom, "The export ends with an error", "becomes a case").TS
	d.form(giulia, "Check and submit") // says what is missing
	d.forget()
	d.do(d.Submit(giulia))
	if f := d.form(giulia, "casebot"); !strings.Contains(f.Text, "open for too long") { // it has no field to say it at
		t.Errorf("a forgotten last page says %+v", f)
	}
	d.CloseView(giulia)
	d.say(giulia, acmeRoom, root, "submit now")
	card := d.sees(ada, triageRoom, "ACME-1 · The export ends with an error")
	d.wait(ada, triageRoom, "the file", func(p slackfake.Post) bool { return p.Thread == card.TS && len(p.Files) == 1 })
	if body, _, ok := d.Bytes("app.log"); !ok || body != "ERR_STREAM" {
		t.Errorf("the file that was passed on holds %q", body)
	}

	// A form that nobody remembers any more says so, and keeps what was typed.
	d.press(giulia, acmeRoom, d.sees(giulia, acmeRoom, "Press the button"), "Open a case", "")
	d.form(giulia, "New report")
	d.forget()
	d.send(giulia, map[string]string{"Summary": "Everything is slow since noon", "Severity": "2 – Major"})
	f := d.form(giulia, "New report")
	said := ""
	for _, field := range f.Fields {
		said += field.Error
	}
	if !strings.Contains(said, "open for too long") || value(f, "Summary") != "Everything is slow since noon" {
		t.Errorf("a forgotten form says %q: %+v", said, f)
	}
}

// TestSlackHome proves what the home page shows to staff and to contacts.
func TestSlackHome(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "socket", 1, friday)
	d.reported()
	d.do(d.Slash(ada, triageRoom, "/case take ACME-1"))
	home := func(user string, texts ...string) (controls []slackfake.Control) {
		t.Helper()
		d.OpenHome(user)
		var text string
		eventually(t, user+"'s home with "+strings.Join(texts, ", "), func() bool {
			text, controls = d.Home(user)
			for _, want := range texts {
				if !strings.Contains(text, want) {
					return false
				}
			}
			return true
		})
		return controls
	}
	home(ada, "1 of 1 open cases are yours", "Your cases", "ACME-1", "Dashboards show yesterday's data", "Due next", "Team load", "Ada Ricci")
	home(mark, "0 of 1 open cases are yours", "No case is yours")
	controls := home(giulia, "Open cases: 1", "Gold", "ACME-1", "What we promise with Gold", "4 h, day and night")
	if len(controls) < 2 || controls[0].Label != "Open a case" {
		t.Errorf("controls of a contact: %+v", controls)
	}
	home(sara, "Example")
	d.do(d.PressHome(giulia, "Open a case", ""))
	d.form(giulia, "New report")
	d.CloseView(giulia)
	d.do(d.PressHome(giulia, "Show a case", "ACME-1 · Dashboards show yesterday's data"))
	d.sees(giulia, d.DirectOf(giulia), "ACME-1 · Dashboards show yesterday's data")
}

// TestSlackFromMessage proves that staff make a case of a customer's message,
// with the message shortcut or an emoji, and that emoji take and resolve.
func TestSlackFromMessage(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "socket", 1, friday)
	d.sees(giulia, acmeRoom, "Press the button")
	ts := d.say(giulia, acmeRoom, "", "Since this morning every export ends with ERR_STREAM 502", slackfake.Attach{Name: "shot.png", Type: "image/png", Body: "picture"})
	d.do(d.Shortcut(ada, "case_from_message", acmeRoom, ts))
	f := d.form(ada, "ACME")
	if got := value(f, "Contact"); got != "Giulia Bianchi" {
		t.Errorf("the contact is %q: %+v", got, f)
	}
	if got := value(f, "Summary"); !strings.HasPrefix(got, "Since this morning every export") {
		t.Errorf("the summary is %q: %+v", got, f)
	}
	d.send(ada, map[string]string{"Severity": "Severity 2"})
	card := d.sees(ada, triageRoom, "ACME-1 · Since this morning every export", "Severity")
	d.sees(giulia, acmeRoom, "ACME-1")
	d.wait(ada, triageRoom, "the file of the message", func(p slackfake.Post) bool { return len(p.Files) == 1 })

	// 🎫 cannot open a form: the reaction is answered with a button that can.
	other := d.say(giulia, acmeRoom, "", "{@U0BOT} And the login page is slow today")
	if err := d.React(giulia, acmeRoom, other, "ticket"); err != nil { // friendly only
		t.Fatal(err)
	}
	if err := d.React(ada, acmeRoom, other, "ticket"); err != nil {
		t.Fatal(err)
	}
	ask := d.sees(ada, acmeRoom, "case for ACME")
	if !ask.Private {
		t.Errorf("everybody sees %+v", ask)
	}
	d.press(ada, acmeRoom, ask, ask.Controls[0].Label, "")
	if got := value(d.form(ada, "ACME"), "Summary"); got != "And the login page is slow today" {
		t.Errorf("the summary is %q", got)
	}
	d.CloseView(ada)

	// 👀 takes; of a message that is no case's it is only an emoji.
	if err := d.React(tess, acmeRoom, other, "eyes"); err != nil {
		t.Fatal(err)
	}
	if err := d.React(tess, triageRoom, card.TS, "eyes"); err != nil {
		t.Fatal(err)
	}
	d.sees(tess, triageRoom, "Tess Novak has taken ACME-1")
	d.unseen(tess, acmeRoom, "Which case")
	if err := d.React(tess, triageRoom, card.TS, "white_check_mark"); err != nil {
		t.Fatal(err)
	}
	resolve := d.sees(tess, triageRoom, "Still needed")
	d.press(tess, triageRoom, resolve, "Resolve · ACME-1", "")
	d.form(tess, "Resolve")
	d.send(tess, map[string]string{"Your answer": "The export service was restarted."})
	d.sees(giulia, acmeRoom, "The export service was restarted.", "Tess Novak")
}

// TestSlackShared proves that nothing internal is said in a channel that became
// shared with another organisation, and that staff hear of it elsewhere.
func TestSlackShared(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "socket", 1, friday)
	root := d.reported()
	d.sees(ada, triageRoom, "ACME-1 · Dashboards show yesterday's data")
	d.share(triageRoom)
	d.say(giulia, acmeRoom, root, "Is anybody there? It is urgent.")
	d.advance(72 * time.Hour)
	d.unseen(ada, triageRoom, "Is anybody there? It is urgent.")
	d.unseen(ada, triageRoom, "50 % used")
	d.sees(ada, opsRoom, "shared with another organisation")

	// Where no channel of the vendor's is left, managers hear of it directly.
	d.share(opsRoom)
	d.share(escRoom)
	d.say(giulia, acmeRoom, root, "Nobody can read this.")
	d.sees(tess, d.DirectOf(tess), "ACME-1", "shared with another organisation")
	d.unseen(ada, opsRoom, "Nobody can read this.")
}

// TestSlackBystander proves that a customer's person who is no contact is told
// who the contacts are, whatever they press or name.
func TestSlackBystander(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "socket", 1, friday)
	d.reported()
	for _, label := range []string{"Escalate", "This solved it"} {
		d.press(sara, acmeRoom, d.sees(giulia, acmeRoom, "A target is our goal"), label, "")
	}
	d.say(sara, acmeRoom, "", "{@U0BOT} show ACME-99")
	eventually(t, "three answers", func() bool {
		posts, err := d.Posts(sara, acmeRoom)
		n := 0
		for _, p := range posts {
			if p.Private && strings.Contains(p.Text, "You are not nominated as a contact") && strings.Contains(p.Text, "Giulia Bianchi") {
				n++
			}
		}
		return err == nil && n == 3
	})
	d.unseen(giulia, acmeRoom, "not nominated")
}

// TestSlackRooms proves that a case goes on where its channel gets another id,
// and that staff hear of it where casebot is taken out of a channel.
func TestSlackRooms(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "socket", 1, friday)
	root := d.reported()
	const moved = "C0ACMESHARED"
	d.ChangeID(acmeRoom, moved)
	d.say(giulia, moved, root, "We are in another channel now?")
	d.sees(ada, triageRoom, "We are in another channel now?")
	d.do(d.Slash(ada, triageRoom, "/case reply ACME-1 It is the same one."))
	if reply := d.sees(giulia, moved, "It is the same one.", "Ada Ricci"); reply.Thread != root {
		t.Errorf("the reply is in %q, want %s", reply.Thread, root)
	}
	door := d.sees(giulia, moved, "Press the button")
	d.press(giulia, moved, door, "Open cases", "")
	d.sees(giulia, moved, "ACME-1", "Times in Europe/Rome")

	// The directory may name the new id: older cases go on as well.
	text := strings.ReplaceAll(deskDirectory, acmeRoom, moved)
	if err := os.WriteFile(filepath.Join(filepath.Dir(d.path), "directory.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.apps[0].reload(t.Context(), d.path); err != nil {
		t.Fatal(err)
	}
	d.say(giulia, moved, root, "And now with its new name.")
	d.sees(ada, triageRoom, "And now with its new name.")
	d.do(d.Slash(ada, triageRoom, "/case reply ACME-1 Still the same one."))
	if reply := d.sees(giulia, moved, "Still the same one."); reply.Thread != root {
		t.Errorf("the reply is in %q, want %s", reply.Thread, root)
	}

	d.Leave("U0BOT", moved)
	d.sees(ada, opsRoom, "I was taken out of slack:"+moved, "Acme S.p.A.", "Invite @casebot")
	d.do(d.Slash(ada, triageRoom, "/case reply ACME-1 Can you read this?"))
	d.sees(ada, triageRoom, "Can you read this?")
	d.sees(ada, triageRoom, "not_in_channel")
	d.Join("U0BOT", moved)
	eventually(t, "the door is brought up to date", func() bool {
		calls := d.Calls("chat.update")
		return len(calls) > 0 && calls[len(calls)-1].Args["ts"] == door.TS
	})
	d.Archive(triageRoom)
	d.say(giulia, moved, root, "Hello?")
	d.sees(ada, opsRoom, "is_archived")
}

func value(f *slackfake.Form, label string) string {
	for _, field := range f.Fields {
		if strings.HasPrefix(field.Label, label) {
			return field.Value
		}
	}
	return ""
}
