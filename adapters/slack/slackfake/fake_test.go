package slackfake_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"casebot/adapters/slack/slackfake"
)

const patience = 10 * time.Second

const (
	ada    = "U0ADA"    // of the workspace
	giulia = "U0GIULIA" // of another organisation
	acme   = "C0ACME"   // shared with it
	triage = "C0TRIAGE" // private, of the workspace only
	lounge = "C0LOUNGE" // without the bot
)

// world is a fake with people in it, and a real client of its API.
type world struct {
	*slackfake.Server
	*slack.Client
	t *testing.T
}

func open(t *testing.T, change ...func(*slackfake.Config)) *world {
	t.Helper()
	ms := time.Millisecond
	cfg := slackfake.Config{Retries: []time.Duration{0, 20 * ms, 50 * ms}, AckWithin: 300 * ms, AnswerWithin: time.Second}
	cfg.Scopes = slices.Concat(slackfake.AllScopes, []string{"reactions:write", "pins:read", "team:read", "channels:join"})
	for _, c := range change {
		c(&cfg)
	}
	s := slackfake.New(cfg)
	t.Cleanup(s.Close)
	s.AddUser(slackfake.User{ID: ada, Name: "ada", RealName: "Ada Ricci", DisplayName: "Ada", Locale: "en-GB", Email: "ada@example.com"})
	s.AddUser(slackfake.User{ID: giulia, Name: "giulia", RealName: "Giulia Bianchi", Team: "T0ITALY", Locale: "it-IT"})
	s.AddChannel(slackfake.Channel{ID: acme, Name: "acme", Shared: true, Teams: []string{"T0ITALY"}, Members: []string{ada, giulia, "U0BOT"}})
	s.AddChannel(slackfake.Channel{ID: triage, Name: "triage", Private: true, Members: []string{ada, "U0BOT"}})
	s.AddChannel(slackfake.Channel{ID: lounge, Name: "lounge", Members: []string{ada}})
	s.AddGroup("S0LEADS", ada)
	c := s.Config()
	return &world{s, slack.New(c.BotToken, slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(c.AppToken)), t}
}

// post posts as the bot and returns the timestamp.
func (w *world) post(channel string, options ...slack.MsgOption) string {
	w.t.Helper()
	_, ts, err := w.PostMessageContext(w.t.Context(), channel, options...)
	if err != nil {
		w.t.Fatal(err)
	}
	return ts
}

func (w *world) say(user, channel, thread, text string, files ...slackfake.Attach) string {
	w.t.Helper()
	ts, err := w.Say(user, channel, thread, text, files...)
	if err != nil {
		w.t.Fatal(err)
	}
	return ts
}

// last is the newest post that somebody sees.
func (w *world) last(user, channel string) slackfake.Post {
	w.t.Helper()
	posts, err := w.Posts(user, channel)
	if err != nil || len(posts) == 0 {
		w.t.Fatalf("%s sees no post in %s: %v", user, channel, err)
	}
	return posts[len(posts)-1]
}

// run does a deed that casebot answers.
func (w *world) run(send func() error, err error) {
	w.t.Helper()
	if err == nil {
		err = send()
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused proves that an error is Slack's word.
func refused(t *testing.T, err error, want string) {
	t.Helper()
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); !ok || e.Err != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
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

// told is what casebot was told over HTTP.
type told struct {
	path, body string
	header     http.Header
}

// inbox is casebot as far as Slack sees it: it keeps what comes, and answers as
// it is told to.
type inbox struct {
	mu     sync.Mutex
	all    []told
	answer func(http.ResponseWriter, told)
}

// hook points the fake at an inbox.
func (w *world) hook() *inbox {
	b := &inbox{}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		x := told{r.URL.Path, string(body), r.Header}
		b.mu.Lock()
		b.all = append(b.all, x)
		answer := b.answer
		b.mu.Unlock()
		if answer != nil {
			answer(out, x)
		}
	}))
	w.t.Cleanup(server.Close)
	w.Point(server.URL)
	return b
}

func (b *inbox) answers(f func(http.ResponseWriter, told)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = f
}

// holding are those that came so far and hold a text.
func (b *inbox) holding(text string) []told {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.all), func(x told) bool { return !strings.Contains(x.body, text) })
}

// wait waits until so many came that hold a text.
func (b *inbox) wait(t *testing.T, n int, text string) []told {
	t.Helper()
	eventually(t, text, func() bool { return len(b.holding(text)) >= n })
	return b.holding(text)
}

// TestClose proves that nothing of a fake is left after it, whatever was going
// on.
func TestClose(t *testing.T) {
	w := open(t, func(c *slackfake.Config) { c.Retries = []time.Duration{time.Hour} })
	w.say(ada, acme, "", "nobody hears this")
	w.Fail(slackfake.Fault{Kind: slackfake.Silent})
	done := make(chan error, 1)
	go func() { done <- call(w) }()
	eventually(t, "the call that hangs", func() bool { return len(w.Calls("auth.test")) > 0 })
	b := w.hook()
	b.answers(func(out http.ResponseWriter, _ told) { out.WriteHeader(http.StatusInternalServerError) })
	w.say(ada, acme, "", "this is not acknowledged")
	b.wait(t, 1, "this is not acknowledged")
	w.Close()
	w.Close()
	if err := <-done; err == nil {
		t.Error("the call that hung was answered")
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(stack, "slackfake.(*") {
			t.Errorf("a goroutine is left:\n%s", stack)
		}
	}
}

func call(w *world) error {
	_, err := w.AuthTestContext(context.Background())
	return err
}
