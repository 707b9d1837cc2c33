package slack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
)

// TestPauses proves that where Slack asks to wait for one channel, posts there
// wait without asking again, and posts elsewhere do not.
func TestPauses(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	p := w.platform()
	post := func(key, room string) error {
		_, err := p.Deliver(t.Context(), bot.Delivery{Key: key, Room: room, Message: bot.Message{Text: "text " + key}})
		return err
	}
	if err := post("0", "slack:C0ACME"); err != nil {
		t.Fatal(err)
	}
	w.Fail(slackfake.Fault{Method: "chat.postMessage", Kind: slackfake.Limited, RetryAfter: 30})
	for i := range 3 {
		err := post(fmt.Sprint("acme", i), "slack:C0ACME")
		var retry *bot.RetryError
		if !errors.As(err, &retry) || retry.After > 30*time.Second || retry.After < 25*time.Second {
			t.Fatalf("try %d: %v, want to be asked to wait for 30 s", i, err)
		}
	}
	before := len(w.Calls("chat.postMessage"))
	if err := post("triage", "slack:C0TRIAGE"); err != nil {
		t.Errorf("another channel: %v", err)
	}
	if err := post("direct", "slack:@U0GIULIA"); err != nil {
		t.Errorf("direct messages: %v", err)
	}
	if n := len(w.Calls("chat.postMessage")) - before; n != 2 {
		t.Errorf("%d posts were tried, want 2", n)
	}
}

// TestSharedIsKnownToAll proves that no replica says anything internal in a
// channel that became shared, though Slack tells only one of them so.
func TestSharedIsKnownToAll(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	one, two := w.platform(), w.platform()
	listen(t, one, (&ears{}).handle)
	n := 0
	note := func(p *slack.Slack) error {
		n++
		_, err := p.Deliver(t.Context(), bot.Delivery{Key: fmt.Sprint(n), Room: "slack:C0TRIAGE", Internal: true, Message: bot.Message{Text: "a note"}})
		return err
	}
	for _, shared := range []bool{false, true, false} {
		if n > 0 {
			asked := len(w.Calls("conversations.info"))
			w.Share("C0TRIAGE", shared)
			eventually(t, "it is asked about", func() bool { _ = note(one); return len(w.Calls("conversations.info")) > asked })
		}
		for i, p := range []*slack.Slack{one, two} {
			if err := note(p); errors.Is(err, bot.ErrUndeliverable) != shared || !shared && err != nil {
				t.Errorf("shared %t: replica %d delivers with %v", shared, i+1, err)
			}
		}
	}
}

// TestWhisper proves that an answer which cannot be said for one pair of eyes in
// the channel is said in direct messages, and never to all.
func TestWhisper(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	core := &ears{}
	listen(t, w.platform(), func(ctx context.Context, e bot.Event) (bot.Answer, error) {
		if _, err := core.handle(ctx, e); err != nil || e.Command == nil {
			return bot.Answer{}, err
		}
		return bot.Answer{Private: &bot.Message{Text: "only for you: " + e.Command.Text}}, nil
	})
	for _, code := range []string{"user_not_in_channel", "not_in_channel", "restricted_action"} {
		w.Fail(slackfake.Fault{Method: "chat.postEphemeral", Kind: slackfake.Refused, Code: code})
		if _, err := w.Say("U0MARCO", "C0ACME", "", "{@U0BOT} list "+code); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the answer in direct messages", func() bool {
			posts, err := w.Posts("U0MARCO", w.DirectOf("U0MARCO"))
			return err == nil && len(posts) > 0 && strings.Contains(posts[len(posts)-1].Text, "only for you: list "+code)
		})
	}
	posts, err := w.Posts("U0ADA", "C0ACME")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range posts {
		if strings.Contains(p.Text, "only for you") {
			t.Errorf("everybody can read %q", p.Text)
		}
	}
}

// TestUnsafeText proves that a message of mirrored text parses, unfurls and
// links nothing.
func TestUnsafeText(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	p := w.platform()
	r, err := p.Deliver(t.Context(), bot.Delivery{Key: "1", Room: "slack:C0ACME", Message: bot.Message{Text: "https://evil.example <!channel>"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Deliver(t.Context(), bot.Delivery{Key: "2", Room: "slack:C0ACME", Ref: r.Ref, Edit: true, Message: bot.Message{Text: "https://evil.example <!here>"}}); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"chat.postMessage", "chat.update"} {
		calls := w.Calls(method)
		if len(calls) != 1 {
			t.Fatalf("%d calls of %s", len(calls), method)
		}
		args := calls[0].Args
		for name, want := range map[string]string{"parse": "none", "unfurl_links": "false", "unfurl_media": "false", "mrkdwn": "false"} {
			if args[name] != want {
				t.Errorf("%s: %s is %v, want %s", method, name, args[name], want)
			}
		}
		if text := fmt.Sprint(args["text"]); strings.Contains(text, "<!") {
			t.Errorf("%s: the text is %q", method, text)
		}
		if name := "link_names"; args[name] != nil {
			t.Errorf("%s: %s is %v", method, name, args[name])
		}
	}
}
