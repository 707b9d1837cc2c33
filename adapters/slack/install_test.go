package slack_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
)

// spied is a memory that shows all that was ever put into it.
type spied struct {
	slack.Memory
	mu  sync.Mutex
	all strings.Builder
}

func (s *spied) Set(ctx context.Context, keep time.Duration, values map[string]string) error {
	s.mu.Lock()
	for name, value := range values {
		s.all.WriteString(name + "=" + value + "\n")
	}
	s.mu.Unlock()
	return s.Memory.Set(ctx, keep, values)
}

const sealKey = "0123456789abcdef0123456789abcdef"

// TestInstall proves that a further workspace installs the app itself: the flow
// cannot be forged or replayed, its token is sealed and refreshed, what happens
// there is told apart from what happens at home, and it ends when it throws
// the app out.
func TestInstall(t *testing.T) {
	t.Parallel()
	w := newWorkspaceWith(t, "socket", func(c *slackfake.Config) { c.Rotate = true })
	memory := &spied{Memory: slack.NewMemory()}
	w.memory = memory
	var ahead atomic.Int64
	server := httptest.NewUnstartedServer(nil)
	change := func(c *slack.Config) {
		c.OAuth = slack.OAuth{ClientID: w.Config().ClientID, ClientSecret: w.Config().ClientSecret, URL: "http://" + server.Listener.Addr().String(), Key: sealKey}
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	}
	p, core := w.platformWith(change), &ears{}
	server.Config.Handler = p.Routes()
	server.Start()
	t.Cleanup(server.Close)
	listen(t, p, core.handle)

	globex := slackfake.Install{Team: "T0GLOBEX", Domain: "globex", Name: "Globex & Sons", BotUser: "U0BOTX", BotID: "B0BOTX"}
	browser := func() *http.Client {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	get := func(c *http.Client, path string) (*http.Response, string) {
		t.Helper()
		resp, err := c.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(body)
	}
	begin := func(c *http.Client) string {
		t.Helper()
		resp, _ := get(c, "/slack/install")
		to, err := url.Parse(resp.Header.Get("Location"))
		if err != nil || resp.StatusCode != http.StatusFound || to.Path != "/oauth/v2/authorize" || to.Query().Get("client_id") != w.Config().ClientID || !strings.Contains(to.Query().Get("scope"), "chat:write") {
			t.Fatalf("%s to %s, %v", resp.Status, to, err)
		}
		return to.Query().Get("state")
	}
	back := func(c *http.Client, state, code string) (int, string) {
		t.Helper()
		resp, body := get(c, "/slack/oauth?"+url.Values{"state": {state}, "code": {code}}.Encode())
		return resp.StatusCode, body
	}

	// Neither without a state, nor with a forged one, in another browser, or too late.
	mine := browser()
	state := begin(mine)
	for name, try := range map[string]func() (int, string){
		"none":            func() (int, string) { return back(mine, "", w.Consent(globex)) },
		"forged":          func() (int, string) { return back(mine, state[:len(state)-2]+"xx", w.Consent(globex)) },
		"another browser": func() (int, string) { return back(browser(), state, w.Consent(globex)) },
	} {
		if status, body := try(); status != http.StatusBadRequest || strings.Contains(body, "T0GLOBEX") {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	mine = browser()
	late := begin(mine)
	ahead.Store(int64(11 * time.Minute))
	if status, body := back(mine, late, w.Consent(globex)); status != http.StatusBadRequest {
		t.Errorf("too late: %d %s", status, body)
	}
	ahead.Store(0)

	mine = browser()
	state = begin(mine)
	jar := mine.Jar.Cookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(server.URL, "http://"), Path: "/slack/oauth"})
	status, body := back(mine, state, w.Consent(globex))
	if status != http.StatusOK || !strings.Contains(body, "Globex &amp; Sons (T0GLOBEX)") {
		t.Fatalf("installed: %d %s", status, body)
	}
	again := browser()
	again.Jar.SetCookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(server.URL, "http://"), Path: "/slack/"}, jar)
	if status, body := back(again, state, w.Consent(globex)); status != http.StatusBadRequest {
		t.Errorf("the same state again: %d %s", status, body)
	}
	if teams, err := p.Installed(t.Context()); err != nil || len(teams) != 1 || teams[0] != "T0GLOBEX" {
		t.Errorf("installed in %v, %v", teams, err)
	}
	memory.mu.Lock()
	if kept := memory.all.String(); strings.Contains(kept, "xoxb") || strings.Contains(kept, "xoxe") {
		t.Errorf("a token is kept as it is: %s", kept)
	}
	memory.mu.Unlock()

	// What happens there is told apart, and answered there.
	w.AddUser(slackfake.User{ID: "U0HANK", Name: "hank", RealName: "Hank Scorpio", Team: "T0GLOBEX"})
	w.AddChannel(slackfake.Channel{ID: "C0GLOBEX", Name: "support", Members: []string{"U0HANK", "U0BOTX"}})
	if _, err := w.Say("U0HANK", "C0GLOBEX", "", "hello from globex"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the message", func() bool { return core.heard("hello from globex") })
	core.mu.Lock()
	e := core.events[len(core.events)-1]
	core.mu.Unlock()
	if e.Origin.Room != "slack:T0GLOBEX/C0GLOBEX" || e.Actor.Ref != "slack:T0GLOBEX/U0HANK" || e.Actor.Outside {
		t.Errorf("it is told as %+v by %+v", e.Origin, e.Actor)
	}
	deliver := func(p *slack.Slack, key, room string) error {
		t.Helper()
		_, err := p.Deliver(t.Context(), bot.Delivery{Key: key, Room: room, Message: bot.Message{Text: "text " + key}})
		return err
	}
	for key, room := range map[string]string{"1": "slack:T0GLOBEX/C0GLOBEX", "2": "slack:@T0GLOBEX/U0HANK", "3": "slack:C0ACME"} {
		if err := deliver(p, key, room); err != nil {
			t.Errorf("deliver to %s: %v", room, err)
		}
	}
	if err := deliver(p, "4", "slack:T0NOBODY/C0X"); err == nil {
		t.Error("a workspace that has not installed the app takes a message")
	}
	posts, err := w.Posts("U0HANK", "C0GLOBEX")
	if err != nil || len(posts) != 2 || posts[1].Text != "text 1" {
		t.Errorf("in C0GLOBEX: %+v, %v", posts, err)
	}

	// A channel that both share, with both bots in it, is the configuration's.
	w.AddChannel(slackfake.Channel{ID: "C0BOTH", Name: "both", Shared: true, Members: []string{"U0HANK", "U0BOTX", "U0ADA"}})
	if _, err := w.Say("U0HANK", "C0BOTH", "", "one bot here"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the message", func() bool { return core.heard("one bot here") })
	w.Join("U0BOT", "C0BOTH")
	ahead.Store(int64(2 * time.Minute)) // what is known of channels is a minute old at most
	if _, err := w.Say("U0HANK", "C0BOTH", "", "two bots here"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the message", func() bool { return core.heard("two bots here") })
	core.mu.Lock()
	one, two := bot.Event{}, bot.Event{}
	for _, e := range core.events {
		switch e.Text {
		case "one bot here":
			one = e
		case "two bots here":
			two = e
		}
	}
	core.mu.Unlock()
	if one.Origin.Room != "slack:T0GLOBEX/C0BOTH" || two.Origin.Room != "slack:C0BOTH" || two.Actor.Ref != "slack:U0HANK" || !two.Actor.Outside {
		t.Errorf("one bot: %+v, two bots: %+v by %+v", one.Origin, two.Origin, two.Actor)
	}

	send, err := w.Slash("U0HANK", "C0BOTH", "/case list")
	if err == nil {
		err = send()
	}
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the command", func() bool { return core.heard("list") })
	core.mu.Lock()
	e = core.events[len(core.events)-1]
	core.mu.Unlock()
	if e.Origin.Room != "slack:C0BOTH" || e.Actor.Ref != "slack:U0HANK" || !e.Actor.Outside {
		t.Errorf("a slash command there: %+v by %+v", e.Origin, e.Actor)
	}

	// Tokens are refreshed before they expire, once for all replicas.
	ahead.Store(int64(11*time.Hour + 30*time.Minute))
	other := w.platformWith(change)
	var both sync.WaitGroup
	for i, p := range []*slack.Slack{p, other} {
		both.Go(func() {
			if err := deliver(p, []string{"5", "6"}[i], "slack:T0GLOBEX/C0GLOBEX"); err != nil {
				t.Errorf("with a token that ends soon: %v", err)
			}
		})
	}
	both.Wait()
	if n := len(w.Calls("oauth.v2.access")); n != 2 { // the installation, and one refresh
		t.Errorf("oauth.v2.access was called %d times, want 2", n)
	}

	// With another key nobody reads them.
	stranger := w.platformWith(func(c *slack.Config) { change(c); c.OAuth.Key = strings.Repeat("y", 32) })
	if err := deliver(stranger, "7", "slack:T0GLOBEX/C0GLOBEX"); err == nil || !strings.Contains(err.Error(), "encryption_key") {
		t.Errorf("with another key: %v", err)
	}

	// The end.
	w.Uninstall("T0GLOBEX")
	eventually(t, "nobody is installed any more", func() bool {
		teams, err := p.Installed(t.Context())
		return err == nil && len(teams) == 0
	})
	if err := deliver(p, "8", "slack:T0GLOBEX/C0GLOBEX"); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("after the end: %v", err)
	}
	if err := p.Ready(t.Context()); err != nil {
		t.Errorf("the configuration's workspace is not ready: %v", err)
	}

	// Installed again, it is so for the replica that still has the old token.
	mine = browser()
	if status, body := back(mine, begin(mine), w.Consent(globex)); status != http.StatusOK {
		t.Fatalf("installed again: %d %s", status, body)
	}
	ahead.Add(int64(10 * time.Minute))
	for i, p := range []*slack.Slack{p, other} {
		if err := deliver(p, []string{"9", "10"}[i], "slack:T0GLOBEX/C0GLOBEX"); err != nil {
			t.Errorf("replica %d after that: %v", i+1, err)
		}
	}
	if teams, err := p.Installed(t.Context()); err != nil || len(teams) != 1 {
		t.Errorf("installed in %v, %v", teams, err)
	}
}
