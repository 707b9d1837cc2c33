package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
)

// TestPanic proves that a panic in the core ends nothing but the deed that
// caused it, whose doer is told that it was not saved.
func TestPanic(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"socket", "http"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, way)
			p := w.platformWith(func(c *slack.Config) { c.Say = func(key string) string { return key } })
			listen(t, p, func(_ context.Context, e bot.Event) (bot.Answer, error) {
				if strings.Contains(e.Command.Text, "boom") {
					panic("core")
				}
				return bot.Answer{Private: &bot.Message{Text: "fine"}}, nil
			})
			eventually(t, "casebot listens", func() bool { return p.Listens() && (way == "http" || w.Connections() > 0) })
			for _, line := range []string{"/case boom", "/case list"} {
				send, err := w.Slash("U0GIULIA", "C0ACME", line)
				if err == nil {
					err = send()
				}
				if err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
			for _, text := range []string{"not_saved", "fine"} {
				eventually(t, text, func() bool { return whispered(w, "U0GIULIA", text) })
			}
		})
	}
}

// whispered tells whether somebody was told something privately.
func whispered(w *workspace, user, text string) bool {
	posts, err := w.Posts(user, "C0ACME")
	for _, p := range posts {
		if p.Private && strings.Contains(p.Text, text) {
			return true
		}
	}
	return err != nil
}

// TestSlowPeople proves that an event waits a second at most for all the people
// whom it names, and does without those who were not looked up.
func TestSlowPeople(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "http")
	p := w.platform()
	heard := make(chan time.Time, 1)
	listen(t, p, func(context.Context, bot.Event) (bot.Answer, error) {
		heard <- time.Now()
		return bot.Answer{}, nil
	})
	eventually(t, "casebot listens", p.Listens)
	w.Fail(slackfake.Fault{Method: "users.info", Kind: slackfake.Slow, Delay: time.Minute, Times: 20})
	began := time.Now()
	_, err := p.Take(t.Context(), "slash_commands", []byte(`{"command":"/case","text":"new <@U0AAA1> <@U0AAA2> <@U0AAA3>","user_id":"U0ADA","channel_id":"C0ACME","trigger_id":"t.1"}`))
	if took := (<-heard).Sub(began); err != nil || took > 1900*time.Millisecond {
		t.Errorf("the core heard of it after %s, %v", took, err)
	}
	w.Heal()
}

// downMemory is a memory that cannot be reached.
type downMemory struct{ slack.Memory }

func (downMemory) Get(context.Context, ...string) ([]string, error) {
	return nil, errors.New("redis is down")
}

// TestFormWithoutMemory proves that whoever sends a form while it cannot be
// taken is told so in it, and loses nothing.
func TestFormWithoutMemory(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "http")
	w.memory = downMemory{w.memory}
	p := w.platformWith(func(c *slack.Config) { c.Say = func(key string) string { return key } })
	listen(t, p, (&ears{}).handle)
	eventually(t, "casebot listens", p.Listens)
	out, err := p.Take(t.Context(), "interactive", []byte(`{"type":"view_submission","user":{"id":"U0ADA"},"trigger_id":"t1",
		"view":{"id":"V1","callback_id":"casebot_form","private_metadata":"abc","state":{"values":{"abc:text":{"entry":{"type":"plain_text_input","value":"hello"}}}}}}`))
	body, bad := json.Marshal(out)
	if err != nil || bad != nil || !strings.Contains(string(body), `"errors":{"abc:text":"not_saved"}`) {
		t.Errorf("%v, %v, %s", err, bad, body)
	}
}

// TestSecretAddress proves that the addresses at which anybody may answer are
// not logged.
func TestSecretAddress(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "http")
	var mu sync.Mutex
	var out strings.Builder
	p := w.platformWith(func(c *slack.Config) { c.Logger = slog.New(slog.NewTextHandler(locked{&mu, &out}, nil)) })
	listen(t, p, func(context.Context, bot.Event) (bot.Answer, error) {
		return bot.Answer{Private: &bot.Message{Text: "answer"}}, nil
	})
	eventually(t, "casebot listens", p.Listens)
	w.Fail(slackfake.Fault{Method: "chat.postEphemeral", Kind: slackfake.Refused, Code: "user_not_in_channel"})
	w.Fail(slackfake.Fault{Method: "conversations.open", Kind: slackfake.Refused, Code: "user_disabled"})
	if _, err := p.Take(t.Context(), "interactive", []byte(`{"type":"block_actions","user":{"id":"U0ADA"},"trigger_id":"t1","response_url":"http://127.0.0.1:1/actions/T0/123/SECRETPART",
		"channel":{"id":"C0ACME"},"actions":[{"action_id":"c1","value":"case list"}]}`)); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if s := out.String(); !strings.Contains(s, "answer not delivered") || strings.Contains(s, "SECRETPART") {
		t.Errorf("the log: %s", s)
	}
}

type locked struct {
	mu *sync.Mutex
	to *strings.Builder
}

func (l locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(b)
}

// TestMoved proves that nothing is lost while a channel's id changes: before
// casebot hears of it, and on the replica that is not told.
func TestMoved(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	one, two := w.platform(), w.platform()
	listen(t, one, (&ears{}).handle)
	n := 0
	post := func(p *slack.Slack, age time.Duration) error {
		n++
		text := strings.Repeat("x", n)
		_, err := p.Deliver(t.Context(), bot.Delivery{Key: text, Room: "slack:C0ACME", Since: time.Now().Add(-age), Message: bot.Message{Text: text}})
		return err
	}
	for _, p := range []*slack.Slack{one, two} {
		if err := post(p, 0); err != nil {
			t.Fatal(err)
		}
	}
	w.Hold(true)
	w.ChangeID("C0ACME", "C0NEW")
	var retry *bot.RetryError
	if err := post(two, 0); !errors.As(err, &retry) || errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("before it is known: %v, want a retry", err)
	}
	if err := post(two, time.Hour); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("an hour later: %v, want it to be gone", err)
	}
	w.Hold(false)
	eventually(t, "the replica that is told", func() bool { return post(one, 0) == nil })
	if err := post(two, time.Hour); err != nil {
		t.Errorf("the other replica: %v", err)
	}
}

// TestCatchUpFailed proves that a gap stays noted until all of it was read, and
// that what was missed is told in the order in which it was written.
func TestCatchUpFailed(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	core := &ears{}
	var ahead atomic.Int64
	replica := func() *slack.Slack {
		return w.platformWith(func(c *slack.Config) {
			c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
			c.Places = func(_ context.Context, each func(room, thread string) bool) error {
				each("slack:C0ACME", "")
				return nil
			}
		})
	}
	alive := func() bool {
		note, err := w.memory.Get(t.Context(), "alive")
		return err == nil && note[0] != ""
	}
	stop := listen(t, replica(), core.handle)
	eventually(t, "a sign of life", alive)
	stop()
	w.Lose(true)
	for _, text := range []string{"one", "two", "three"} {
		if _, err := w.Say("U0GIULIA", "C0ACME", "", text); err != nil {
			t.Fatal(err)
		}
	}
	w.Lose(false)
	ahead.Store(int64(2 * time.Minute))
	w.Fail(slackfake.Fault{Method: "conversations.history", Kind: slackfake.Unavailable})
	stop = listen(t, replica(), core.handle)
	eventually(t, "a try that fails", func() bool { return len(w.Calls("conversations.history")) > 0 })
	stop()
	if core.heard("one") {
		t.Fatal("the try did not fail")
	}
	if err := w.memory.Set(t.Context(), time.Hour, map[string]string{"closing": ""}); err != nil { // as it is after five minutes
		t.Fatal(err)
	}
	listen(t, replica(), core.handle)
	eventually(t, "the last message", func() bool { return core.heard("three") })
	core.mu.Lock()
	var texts []string
	for _, e := range core.events {
		texts = append(texts, e.Text)
	}
	core.mu.Unlock()
	if got := strings.Join(texts, " "); got != "one two three" {
		t.Errorf("heard %q", got)
	}
	eventually(t, "the gap is closed", func() bool {
		note, err := w.memory.Get(t.Context(), "gap")
		return err == nil && note[0] == ""
	})
}

// TestAnswersAreSeen proves that an answer is said where its asker looks: on the
// surface where they reacted to a message or pressed a card there, though it has
// or may have a thread, and in the thread where they are in it.
func TestAnswersAreSeen(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	p := w.platform()
	listen(t, p, func(_ context.Context, e bot.Event) (bot.Answer, error) {
		if e.Command == nil {
			return bot.Answer{}, nil
		}
		return bot.Answer{Private: &bot.Message{Text: "answer to " + e.ID}}, nil
	})
	say := func(user, thread, text string) string {
		t.Helper()
		ts, err := w.Say(user, "C0ACME", thread, text)
		if err != nil {
			t.Fatal(err)
		}
		return ts
	}
	seen := 0
	answered := func(what, thread string) {
		t.Helper()
		var got slackfake.Post
		eventually(t, what, func() bool {
			posts, err := w.Posts("U0ADA", "C0ACME")
			n := 0
			for _, p := range posts {
				if p.Private {
					if n++; n > seen {
						got = p
					}
				}
			}
			return err == nil && n > seen
		})
		if seen++; got.Thread != thread {
			t.Errorf("%s is answered in %q, want %q", what, got.Thread, thread)
		}
	}
	ts := say("U0GIULIA", "", "it is broken")
	if err := w.React("U0ADA", "C0ACME", ts, "ticket"); err != nil {
		t.Fatal(err)
	}
	answered("a reaction to a message", "")
	reply := say("U0GIULIA", ts, "still")
	if err := w.React("U0ADA", "C0ACME", reply, "ticket"); err != nil {
		t.Fatal(err)
	}
	answered("a reaction to a reply", ts)
	r, err := p.Deliver(t.Context(), bot.Delivery{Key: "1", Room: "slack:C0ACME", Opens: true, Message: bot.Message{
		Text: "card", Controls: []bot.Control{{Kind: bot.ControlButton, Label: "Take", Command: "case take"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	say("U0GIULIA", r.Ref, "a reply")
	send, err := w.Press("U0ADA", "C0ACME", r.Ref, "Take", "")
	if err == nil {
		err = send()
	}
	if err != nil {
		t.Fatal(err)
	}
	answered("a press on a card with replies", "")
	say("U0ADA", r.Ref, "{@U0BOT} show")
	answered("words in a thread", r.Ref)
}

// TestLargeForm proves that a form too large for an acknowledgement over the
// socket, which Slack drops in silence, is there all the same.
func TestLargeForm(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	p := w.platform()
	field := bot.FormField{Name: "summary", Label: "Summary", Kind: bot.FieldLine, Required: true}
	listen(t, p, func(_ context.Context, e bot.Event) (bot.Answer, error) {
		f := &bot.Form{Title: "First page", Command: "case new", Submit: "Save", Fields: []bot.FormField{field}}
		if e.Command.Form {
			f.Title = "Second page"
			for _, name := range []string{"a", "b", "c", "d"} {
				f.Fields = append(f.Fields, bot.FormField{Name: name, Label: name, Kind: bot.FieldText, Value: strings.Repeat("あ", 2900)})
			}
		}
		return bot.Answer{Form: f}, nil
	})
	eventually(t, "a connection", func() bool { return w.Connections() > 0 })
	send, err := w.Slash("U0GIULIA", "C0ACME", "/case new")
	if err == nil {
		err = send()
	}
	if err != nil {
		t.Fatal(err)
	}
	title := func(want string) func() bool {
		return func() bool { v := w.View("U0GIULIA"); return v != nil && v.Title == want }
	}
	eventually(t, "the first page", title("First page"))
	if err := w.Fill("U0GIULIA", map[string]string{"Summary": "Exports fail"}); err != nil {
		t.Fatal(err)
	}
	if send, err = w.Submit("U0GIULIA"); err == nil {
		err = send()
	}
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the second page", title("Second page"))
}
