package console_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"casebot/adapters/console"
	"casebot/bot"
)

func TestADeliveryIsPostedOnce(t *testing.T) {
	v := &travel{}
	game := begin(t, console.NewMemory(), v, v.now)
	d := bot.Delivery{Key: "case ACME-42 card", Room: "console:acme", Opens: true, Message: bot.Message{Text: "open"}}
	first := deliver(t, game, d)
	_ = v.move("", time.Hour)
	if again := deliver(t, game, d); again != first {
		t.Errorf("the second receipt is %+v, want %+v", again, first)
	}
	if got := game.texts(t, "giulia", "acme"); !slices.Equal(got, []string{"open"}) {
		t.Errorf("the room holds %q", got)
	}
	if first.Thread != first.Ref || !first.At.Equal(noon) {
		t.Errorf("receipt %+v", first)
	}
}

func TestEditsChangeTheMessageInPlace(t *testing.T) {
	v := &travel{}
	game := begin(t, console.NewMemory(), v, v.now)
	post := bot.Delivery{Key: "1", Room: "console:acme", Slot: "card", Edit: true, Message: bot.Message{Text: "one"}}
	ref := deliver(t, game, post).Ref
	edit := bot.Delivery{Key: "2", Room: "console:acme", Slot: "card", Ref: ref, Edit: true, Message: bot.Message{Text: "two"}}
	_ = v.move("", time.Minute)
	first := deliver(t, game, edit)
	if first.Ref != ref || !first.At.Equal(noon.Add(time.Minute)) {
		t.Errorf("receipt of the edit: %+v", first)
	}
	last := edit
	last.Key, last.Message.Text = "3", "three"
	deliver(t, game, last)
	_ = v.move("", time.Minute)
	if again := deliver(t, game, edit); again != first {
		t.Errorf("the repeated edit's receipt is %+v, want %+v", again, first)
	}
	if got := game.texts(t, "giulia", "acme"); !slices.Equal(got, []string{"three"}) {
		t.Errorf("the room holds %q, want the last edit alone", got)
	}
	lost := bot.Delivery{Key: "4", Room: "console:acme", Ref: "b00", Edit: true, Message: bot.Message{Text: "posted anew"}}
	if r := deliver(t, game, lost); r.Ref == "b00" || r.Ref == "" {
		t.Errorf("an edit of nothing: %+v", r)
	}
}

// A chart is shown as a picture with its words, the same however often it is
// delivered; where it cannot be drawn the message is there without it.
func TestAChartIsAPicture(t *testing.T) {
	picture := "\x89PNG\r\n\x1a\n"
	cfg := setup(clockAt(noon))
	cfg.Draw = func(c bot.Chart) ([]byte, error) {
		if c.Name == "broken" {
			return nil, errors.New("no ink")
		}
		return []byte(picture + c.Title), nil
	}
	game := beginWith(t, cfg, console.NewMemory(), nil)
	for range 2 {
		deliver(t, game, bot.Delivery{Key: "weekly", Room: "console:acme", Message: bot.Message{
			Text: "Weekly update", Charts: []bot.Chart{{Name: "ageing", Title: "Age", Alt: "two are old"}, {Name: "broken"}},
		}})
	}
	state, _ := game.state(t, "giulia")
	posts := slices.DeleteFunc(state.Posts, func(p seen) bool { return p.Room != "acme" })
	if len(posts) != 1 || len(posts[0].Message.Files) != 1 || len(posts[0].Message.Charts) != 0 {
		t.Fatalf("posts %+v, want one with one picture", posts)
	}
	f := posts[0].Message.Files[0]
	if f.Name != "ageing.png" || f.Type != "image/png" || f.Alt != "two are old" {
		t.Errorf("the picture: %+v", f)
	}
	if status, _, got := game.download(t, "giulia", f); status != http.StatusOK || got != picture+"Age" {
		t.Errorf("the picture: %d %q", status, got)
	}
}

func TestDeliveriesFindTheirPlace(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	root := deliver(t, game, bot.Delivery{Key: "root", Room: "console:acme", Opens: true, Message: bot.Message{Text: "root"}})
	reply := deliver(t, game, bot.Delivery{Key: "r1", Room: "console:acme", Thread: root.Thread, Message: bot.Message{Text: "r1"}})
	deliver(t, game, bot.Delivery{Key: "r2", Room: "console:acme", Thread: reply.Ref, Message: bot.Message{Text: "r2"}})
	deliver(t, game, bot.Delivery{Key: "dm", Room: "console:@giulia", Message: bot.Message{Text: "dm"}})
	state, _ := game.state(t, "giulia")
	for _, p := range state.Posts {
		want := map[string]string{"r1": root.Ref, "r2": root.Ref}[p.said()]
		if p.Thread != want {
			t.Errorf("%s is in thread %q, want %q", p.said(), p.Thread, want)
		}
	}
	if got := game.texts(t, "giulia", "@giulia"); !slices.Equal(got, []string{"dm"}) {
		t.Errorf("giulia's direct messages are %q", got)
	}
	for name, d := range map[string]bot.Delivery{
		"no such channel":        {Key: "x", Room: "console:nowhere"},
		"no such person":         {Key: "x", Room: "console:@nobody"},
		"another platform":       {Key: "x", Room: "slack:C0ACME"},
		"no such thread":         {Key: "x", Room: "console:acme", Thread: "b00"},
		"a thread of another":    {Key: "x", Room: "console:triage", Thread: root.Thread},
		"a person as a channel":  {Key: "x", Room: "console:giulia"},
		"nothing at all":         {Key: "x"},
		"direct without anybody": {Key: "x", Room: "console:@"},
	} {
		if _, err := game.Deliver(t.Context(), d); !errors.Is(err, bot.ErrUndeliverable) {
			t.Errorf("%s: %v, want ErrUndeliverable", name, err)
		}
	}
}

func TestARestartShowsTheSame(t *testing.T) {
	shelf := console.NewMemory()
	before := begin(t, shelf, nil, clockAt(noon))
	root := deliver(t, before, bot.Delivery{Key: "root", Room: "console:acme", Opens: true, Message: *card("Ada Ricci", bot.ToneWarn)})
	before.say(t, "giulia", "acme", "one")
	before.ask(t, "messages", map[string]any{"as": "giulia", "room": "acme", "thread": root.Thread, "id": newID(), "text": "two"}, nil)
	f := before.upload(t, "giulia", "a.txt", []byte("bytes"))
	before.ask(t, "messages", map[string]any{"as": "giulia", "room": "acme", "id": newID(), "files": []string{f.Ref}}, nil)
	_, want := before.state(t, "giulia")

	after := begin(t, shelf, nil, clockAt(noon))
	if _, got := after.state(t, "giulia"); got != want {
		t.Errorf("after the restart:\n%s\nwant:\n%s", got, want)
	}
	if status, _, body := after.download(t, "sam", f); status != http.StatusOK || body != "bytes" {
		t.Errorf("the file after the restart: %d %q", status, body)
	}
	if again := deliver(t, after, bot.Delivery{Key: "root", Room: "console:acme", Opens: true}); again != root {
		t.Errorf("the delivery repeated after the restart: %+v, want %+v", again, root)
	}
}
