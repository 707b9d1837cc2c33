package slack_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
)

const patience = 20 * time.Second

// ears are a core that remembers what it heard.
type ears struct {
	mu     sync.Mutex
	events []bot.Event
	ids    map[string]bool
}

func (e *ears) handle(_ context.Context, x bot.Event) (bot.Answer, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ids == nil {
		e.ids = map[string]bool{}
	}
	if e.ids[x.ID] {
		return bot.Answer{}, bot.ErrDuplicate
	}
	e.ids[x.ID] = true
	e.events = append(e.events, x)
	return bot.Answer{}, nil
}

func (e *ears) heard(text string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, x := range e.events {
		if x.Text == text || x.Command != nil && x.Command.Text == text {
			return true
		}
	}
	return false
}

func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	limit, tick := time.NewTimer(patience), time.NewTicker(2*time.Millisecond)
	defer limit.Stop()
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// listen lets a core listen until stop is called or the test ends.
func listen(t *testing.T, p *slack.Slack, handle bot.Handle) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Listen(ctx, handle) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("listen: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// TestReconnect proves that a connection that ends, however it does, is
// followed by another, that nothing told meanwhile is lost, and that Slack is
// not stormed by one whom it sends away.
func TestReconnect(t *testing.T) {
	for _, reason := range []string{"", "warning", "refresh_requested", "too_many_websockets", "link_disabled"} {
		t.Run("disconnect "+reason, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, "socket")
			p, core := w.platform(), &ears{}
			listen(t, p, core.handle)
			eventually(t, "a connection, and ready", func() bool { return w.Connections() == 1 && p.Ready(t.Context()) == nil })
			opened := len(w.Calls("apps.connections.open"))
			if reason == "" {
				w.DropSockets()
			} else {
				w.Disconnect(reason)
			}
			switch reason {
			case "too_many_websockets", "link_disabled":
				eventually(t, "not ready", func() bool { return p.Ready(t.Context()) != nil })
				if err := p.Ready(t.Context()); reason == "link_disabled" && !strings.Contains(err.Error(), "switched off") {
					t.Errorf("not ready because of %v", err)
				}
				if reason == "link_disabled" { // only a person can put it right: nothing more is tried for minutes
					return
				}
				eventually(t, "another try", func() bool { return len(w.Calls("apps.connections.open")) > opened })
				w.Disconnect("")
			default:
				eventually(t, "the next connection", func() bool { return len(w.Calls("apps.connections.open")) > opened })
			}
			if _, err := w.Say("U0GIULIA", "C0ACME", "", "after it"); err != nil {
				t.Fatal(err)
			}
			eventually(t, "what was said after it", func() bool { return core.heard("after it") })
			if n := len(w.Calls("apps.connections.open")) - opened; n > 5 {
				t.Errorf("%d connections were asked for", n)
			}
			eventually(t, "ready again", func() bool { return p.Ready(t.Context()) == nil })
		})
	}
}

// TestRefusedToken proves that a token that is no good is said, and does not
// make a storm.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	w.Fail(slackfake.Fault{Method: "apps.connections.open", Kind: slackfake.Refused, Code: "invalid_auth", Times: 100})
	p := w.platform()
	listen(t, p, (&ears{}).handle)
	eventually(t, "not ready", func() bool {
		err := p.Ready(t.Context())
		return err != nil && strings.Contains(err.Error(), "invalid_auth")
	})
	if n := len(w.Calls("apps.connections.open")); n > 1 {
		t.Errorf("asked %d times with a token that was refused", n)
	}
}

// TestRefusedBotToken proves that a bot token that is no good is said before
// anybody needs it, whichever way events come, until it is good again.
func TestRefusedBotToken(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"socket", "http"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, way)
			w.Fail(slackfake.Fault{Method: "auth.test", Kind: slackfake.Refused, Code: "account_inactive", Times: 100})
			p := w.platform()
			listen(t, p, (&ears{}).handle)
			eventually(t, "not ready", func() bool {
				err := p.Ready(t.Context())
				return err != nil && strings.Contains(err.Error(), "does not take the bot token: account_inactive")
			})
			w.Heal()
			if _, err := p.Deliver(t.Context(), bot.Delivery{Key: "1", Room: "slack:C0ACME", Message: bot.Message{Text: "It works again."}}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "ready", func() bool { return p.Ready(t.Context()) == nil })
		})
	}
}

// TestCatchUp proves that after a gap in which events were lost the places that
// matter are read: channels and threads, each message once.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"socket", "http"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, way)
			core := &ears{}
			p := w.platform()
			stop := listen(t, p, core.handle)
			root, err := w.Say("U0GIULIA", "C0ACME", "", "before")
			if err != nil {
				t.Fatal(err)
			}
			eventually(t, "the first message", func() bool { return core.heard("before") })
			eventually(t, "a sign of life", func() bool {
				alive, err := w.memory.Get(t.Context(), "alive")
				return err == nil && alive[0] != ""
			})
			stop()
			w.Lose(true)
			say := func(thread, text string) {
				t.Helper()
				if _, err := w.Say("U0GIULIA", "C0ACME", thread, text); err != nil {
					t.Fatal(err)
				}
			}
			say("", "{@U0BOT} new It is slow")
			say(root, "still slow")
			w.Program("C0ACME", "build 7 is green")
			w.Lose(false)

			var ahead atomic.Int64
			ahead.Store(int64(10 * time.Minute)) // as if so much time had passed
			next := w.platformWith(func(c *slack.Config) {
				c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				c.Places = func(_ context.Context, each func(room, thread string) bool) error {
					_ = each("slack:C0GONE", "") && each("slack:C0ACME", "") && each("slack:C0ACME", root) && each("discord:1", "")
					return nil
				}
			})
			listen(t, next, core.handle)
			eventually(t, "the command", func() bool { return core.heard("new It is slow") })
			eventually(t, "the reply in the thread", func() bool { return core.heard("still slow") })
			core.mu.Lock()
			defer core.mu.Unlock()
			if len(core.events) != 3 {
				t.Errorf("heard %d events, want 3: %+v", len(core.events), core.events)
			}
		})
	}
}
