package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebot/adapters/console"
	"casebot/bot"
)

func TestWhatIsTypedBecomesAnEvent(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	root := deliver(t, game, bot.Delivery{Key: "root", Room: "console:acme", Opens: true, Message: bot.Message{Text: "root"}})
	for _, tt := range []struct {
		text, thread string
		posted       bool
		want         bot.Event
	}{
		{text: "/case new It is slow", want: bot.Event{Command: &bot.Command{Group: "case", Text: "new It is slow"}}},
		{text: "  /SUPPORT\ncontacts ", want: bot.Event{Command: &bot.Command{Group: "support", Text: "contacts"}}},
		{text: "/case take", thread: root.Thread, want: bot.Event{Command: &bot.Command{Group: "case", Text: "take"}}},
		{text: "/frobnicate now", want: bot.Event{Command: &bot.Command{Group: "frobnicate", Text: "now"}}},
		{text: "/case", want: bot.Event{Command: &bot.Command{Group: "case"}}},
		{text: "@casebot new It is slow", posted: true, want: bot.Event{Command: &bot.Command{Text: "new It is slow"}}},
		{text: "@Casebot: list", posted: true, want: bot.Event{Command: &bot.Command{Text: "list"}}},
		{text: "@casebot\nnew", posted: true, want: bot.Event{Command: &bot.Command{Text: "new"}}},
		{text: "@casebot", posted: true, want: bot.Event{Command: &bot.Command{}}},
		{text: "@casebotics is a word", posted: true, want: bot.Event{Text: "@casebotics is a word"}},
		{text: "I told @casebot already", posted: true, want: bot.Event{Text: "I told @casebot already"}},
		{text: "/etc/hosts is empty", posted: true, want: bot.Event{Text: "/etc/hosts is empty"}},
		{text: "/ or not", posted: true, want: bot.Event{Text: "/ or not"}},
		{text: "thank you 🙏🏽", thread: root.Thread, posted: true, want: bot.Event{Text: "thank you 🙏🏽"}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			id := newID()
			before := len(game.texts(t, "giulia", "acme"))
			game.ask(t, "messages", map[string]any{"as": "giulia", "room": "acme", "thread": tt.thread, "id": id, "text": tt.text}, nil)
			want := tt.want
			want.ID, want.At, want.Seen = "console:"+id, noon, noon
			want.Actor = bot.Actor{Ref: "console:giulia", Name: "Giulia Bianchi"}
			want.Origin = bot.Origin{Room: "console:acme", Thread: tt.thread, Ours: tt.thread != ""}
			if tt.posted {
				want.Origin.Message = id
			}
			want.Kind = bot.EventMessage
			if want.Command != nil {
				want.Kind = bot.EventCommand
			}
			events := game.told()
			if diff := cmp.Diff(want, events[len(events)-1]); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
			state, _ := game.state(t, "giulia")
			posted := slices.ContainsFunc(state.Posts, func(p seen) bool { return p.ID == id })
			if posted != tt.posted || (posted && len(game.texts(t, "giulia", "acme")) < before+1) {
				t.Errorf("posted: %v, want %v", posted, tt.posted)
			}
		})
	}
}

func TestControlsAndFormsAreCommands(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	root := deliver(t, game, bot.Delivery{Key: "root", Room: "console:triage", Message: *card("nobody", bot.ToneWarn)})
	var out heardBack
	game.ask(t, "presses", map[string]any{
		"as": "ada", "room": "triage", "message": root.Ref, "id": newID(), "command": "case take ACME-42",
	}, &out)
	if out.Answer.Private == nil || out.Answer.Private.Text != "ACME-42 is yours." {
		t.Errorf("the answer to Take: %+v", out.Answer)
	}
	e := game.told()[0]
	if diff := cmp.Diff(&bot.Command{Group: "case", Text: "take ACME-42"}, e.Command); diff != "" || e.Origin.Message != root.Ref {
		t.Errorf("event of Take: %s, origin %+v", diff, e.Origin)
	}

	game.ask(t, "messages", map[string]any{"as": "giulia", "room": "acme", "id": newID(), "text": "/case new Slow"}, &out)
	if out.Answer.Form == nil || out.Answer.Form.Fields[0].Value != "Slow" {
		t.Fatalf("the form of /case new: %+v", out.Answer.Form)
	}
	form := map[string]any{
		"as": "giulia", "room": "acme", "id": newID(), "command": out.Answer.Form.Command,
		"args": map[string]string{"summary": "Slow", "severity": "1"},
	}
	out = heardBack{}
	game.ask(t, "forms", form, &out)
	if out.Answer.Errors["summary"] == "" || out.Answer.Private != nil {
		t.Errorf("the answer to a bad form: %+v", out.Answer)
	}
	f := game.upload(t, "giulia", "shot.txt", []byte("bytes"))
	form["id"], form["args"], form["files"] = newID(), map[string]string{"summary": "Exports are slow", "files": f.Ref}, []string{f.Ref}
	out = heardBack{}
	game.ask(t, "forms", form, &out)
	events := game.told()
	e = events[len(events)-1]
	if diff := cmp.Diff(&bot.Command{
		Group: "case", Text: "new", Form: true, Args: map[string]string{"summary": "Exports are slow", "files": f.Ref},
	}, e.Command); diff != "" {
		t.Errorf("event of the form (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]bot.File{f}, e.Files); diff != "" || out.Answer.Private == nil {
		t.Errorf("files of the form (-want +got):\n%s, answer %+v", diff, out.Answer)
	}
}

func TestTheSameRequestTwiceIsOneEvent(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	message := map[string]any{"as": "giulia", "room": "acme", "id": newID(), "text": "hello"}
	var first, again heardBack
	game.ask(t, "messages", message, &first)
	game.ask(t, "messages", message, &again)
	if first.Post == nil || again.Post == nil || first.Post.ID != again.Post.ID {
		t.Errorf("posts %+v and %+v, want the same", first.Post, again.Post)
	}
	press := map[string]any{"as": "giulia", "room": "acme", "id": newID(), "command": "case list"}
	game.ask(t, "presses", press, nil)
	var silent heardBack
	game.ask(t, "presses", press, &silent)
	if silent.Answer.Private != nil || silent.Failed {
		t.Errorf("the answer to a duplicate: %+v, want none", silent)
	}
	if events := game.told(); len(events) != 2 {
		t.Errorf("casebot heard %d events, want 2", len(events))
	}
	message["as"] = "marco"
	if status, _ := game.post(t, "messages", message, nil); status != http.StatusConflict {
		t.Errorf("another's message under the same id: %d", status)
	}
}

func TestPeopleChangeTheirOwnWords(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	id := newID()
	game.ask(t, "messages", map[string]any{"as": "giulia", "room": "acme", "id": id, "text": "helo"}, nil)
	edit := map[string]any{"as": "giulia", "room": "acme", "id": newID(), "message": id, "text": "hello", "edits": 1}
	var out heardBack
	game.ask(t, "edits", edit, &out)
	game.ask(t, "edits", edit, nil)
	if out.Post == nil || out.Post.Text != "hello" || out.Post.Edits != 1 {
		t.Errorf("the changed post: %+v", out.Post)
	}
	events := game.told()
	if len(events) != 2 {
		t.Fatalf("casebot heard %d events, want 2", len(events))
	}
	if e := events[1]; e.ID != "console:"+id+"/1" || !e.Edited || e.Text != "hello" || e.Origin.Message != id {
		t.Errorf("event of the edit: %+v", e)
	}
	edit["text"] = "hello?"
	if status, _ := game.post(t, "edits", edit, nil); status != http.StatusConflict {
		t.Errorf("an edit of an old version: %d", status)
	}
	edit["text"], edit["edits"] = "  ", 2
	if status, _ := game.post(t, "edits", edit, nil); status != http.StatusBadRequest {
		t.Errorf("an empty edit: %d", status)
	}
}

func TestHostileTextStaysText(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	hostile := `<img src=x onerror=alert(1)></script><script>alert(1)</script>` + "\x00\u202e" + strings.Repeat("é́", 500)
	game.say(t, "giulia", "acme", hostile)
	if got := game.texts(t, "giulia", "acme"); !slices.Equal(got, []string{hostile}) {
		t.Errorf("the text came back as %q", got)
	}
	if events := game.told(); events[0].Text != hostile {
		t.Errorf("casebot heard %q", events[0].Text)
	}
	page := []byte("<html><script>alert(1)</script></html>")
	f := game.upload(t, "giulia", `..\..\etc/"pass"`+"\r\nX-Evil: 1\u202egnp.exe", page)
	_, head, body := game.download(t, "giulia", f)
	if body != string(page) || head.Get("Content-Type") != "application/octet-stream" || head.Get("X-Evil") != "" ||
		!strings.HasPrefix(head.Get("Content-Disposition"), "attachment") || head.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a page as a file: %v", head)
	}
	if strings.ContainsAny(f.Name, "/\\\r\n\u202e") {
		t.Errorf("file name %q", f.Name)
	}
	png := game.upload(t, "giulia", "shot.html", []byte("\x89PNG\x0D\x0A\x1A\x0A rest"))
	if _, head, _ := game.download(t, "giulia", png); head.Get("Content-Type") != "image/png" ||
		!strings.HasPrefix(head.Get("Content-Disposition"), "inline") {
		t.Errorf("a picture: %v", head)
	}
}
