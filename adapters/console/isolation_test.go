package console_test

import (
	"net/http"
	"strings"
	"testing"

	"casebot/adapters/console"
	"casebot/bot"
)

const secret = "only for the vendor's people"

func TestAPersonReceivesTheirRoomsOnly(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	live := game.stream(t, "giulia", "0", "")
	next(t, live, "clock")

	game.say(t, "ada", "triage", secret)
	game.say(t, "yuki", "nippon", secret)
	game.say(t, "ada", "@ada", secret)
	for _, room := range []string{"console:triage", "console:@ada", "console:nippon"} {
		deliver(t, game, bot.Delivery{Key: room, Room: room, Message: bot.Message{Text: secret}})
	}
	game.say(t, "giulia", "acme", "the last one")

	if _, body := game.state(t, "giulia"); strings.Contains(body, secret) || strings.Contains(body, "triage\",\"name") {
		t.Errorf("giulia's state holds what is not hers: %s", body)
	}
	for {
		e := next(t, live, "post")
		if strings.Contains(e.data, secret) {
			t.Errorf("giulia's stream holds what is not hers: %s", e.data)
		}
		if strings.Contains(e.data, "the last one") {
			break
		}
	}
	if got := game.texts(t, "ada", "triage"); len(got) != 2 {
		t.Errorf("ada reads %q in triage, want both messages", got)
	}
	if got := game.texts(t, "sam", "@ada"); got != nil {
		t.Errorf("sam reads ada's direct messages: %q", got)
	}
}

func TestNobodyWritesWhereTheyCannotRead(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	root := deliver(t, game, bot.Delivery{Key: "1", Room: "console:triage", Opens: true, Message: bot.Message{Text: secret}})
	game.say(t, "ada", "triage", "mine")
	state, _ := game.state(t, "ada")
	mine := state.Posts[len(state.Posts)-1].ID
	for _, tt := range []struct {
		name, path string
		body       map[string]any
		want       int
	}{
		{"a staff channel", "messages", map[string]any{"as": "giulia", "room": "triage", "text": "hello"}, http.StatusNotFound},
		{"a channel that is not there", "messages", map[string]any{"as": "giulia", "room": "nowhere", "text": "hello"}, http.StatusNotFound},
		{"somebody's direct messages", "messages", map[string]any{"as": "giulia", "room": "@ada", "text": "hello"}, http.StatusNotFound},
		{"nobody", "messages", map[string]any{"as": "mallory", "room": "acme", "text": "hello"}, http.StatusBadRequest},
		{"another room's thread", "messages", map[string]any{"as": "giulia", "room": "acme", "thread": root.Thread, "text": "hello"}, http.StatusNotFound},
		{"a control there", "presses", map[string]any{"as": "giulia", "room": "triage", "message": root.Ref, "command": "case take ACME-42"}, http.StatusNotFound},
		{"another room's control", "presses", map[string]any{"as": "giulia", "room": "acme", "message": root.Ref, "command": "case take ACME-42"}, http.StatusNotFound},
		{"a form there", "forms", map[string]any{"as": "giulia", "room": "triage", "command": "case new"}, http.StatusNotFound},
		{"somebody else's words", "edits", map[string]any{"as": "sam", "room": "triage", "message": mine, "text": "changed", "edits": 1}, http.StatusForbidden},
		{"the bot's words", "edits", map[string]any{"as": "ada", "room": "triage", "message": root.Ref, "text": "changed", "edits": 1}, http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.body["id"] = newID()
			if got, body := game.post(t, tt.path, tt.body, nil); got != tt.want {
				t.Errorf("%d %s, want %d", got, body, tt.want)
			}
		})
	}
	if events := game.told(); len(events) != 1 {
		t.Errorf("casebot heard %d events, want ada's alone: %v", len(events), events)
	}
}

func TestFilesFollowTheMessagesThatHoldThem(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	f := game.upload(t, "ada", "trace.log", []byte("stack trace"))
	if status, _, _ := game.download(t, "giulia", f); status != http.StatusNotFound {
		t.Errorf("giulia gets ada's upload: %d", status)
	}
	game.ask(t, "messages", map[string]any{"as": "ada", "room": "triage", "id": newID(), "files": []string{f.Ref}}, nil)
	if status, _, _ := game.download(t, "giulia", f); status != http.StatusNotFound {
		t.Errorf("giulia gets a file of triage: %d", status)
	}
	if status, _, body := game.download(t, "sam", f); status != http.StatusOK || body != "stack trace" {
		t.Errorf("sam gets %d %q", status, body)
	}
	if status, _ := game.post(t, "messages",
		map[string]any{"as": "giulia", "room": "acme", "id": newID(), "files": []string{f.Ref}}, nil); status != http.StatusBadRequest {
		t.Errorf("giulia attaches ada's file: %d", status)
	}
	deliver(t, game, bot.Delivery{Key: "relay", Room: "console:acme", Message: bot.Message{Text: "relayed", Files: []bot.File{f}}})
	if status, _, body := game.download(t, "giulia", f); status != http.StatusOK || body != "stack trace" {
		t.Errorf("giulia gets %d %q of what was relayed to her", status, body)
	}
}

func deliver(t testing.TB, game *play, d bot.Delivery) bot.Receipt {
	t.Helper()
	r, err := game.Deliver(t.Context(), d)
	if err != nil {
		t.Fatalf("deliver %s: %v", d.Key, err)
	}
	return r
}
