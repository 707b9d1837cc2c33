package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
)

// counted are what never became an event, by kind.
type counted struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counted) count(m bot.Measured) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[m.What+" "+m.Kind]++
}

func (c *counted) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[what]
}

// door is casebot's side of HTTP mode, as Slack and others may knock at it.
type door struct {
	*workspace
	*ears
	url   string
	count *counted
}

func newDoor(t *testing.T) *door {
	t.Helper()
	d := &door{workspace: newWorkspace(t, "http"), ears: &ears{}, count: &counted{}}
	p := d.platformWith(func(c *slack.Config) { c.Meter = d.count.count })
	listen(t, p, d.handle)
	eventually(t, "casebot listens", p.Listens)
	server := httptest.NewServer(p.Routes())
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// knock posts a body that is signed unless change says otherwise.
func (d *door) knock(t testing.TB, path, content string, body []byte, change func(*http.Request)) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, d.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", content)
	d.Sign(req, body)
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"

// TestHTTPDoor proves that only what Slack has signed, lately, is taken; that
// what is replayed counts once; and that whatever else comes is answered, is
// counted, and hinders nothing.
func TestHTTPDoor(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	event := []byte(`{"type":"event_callback","event_id":"Ev1","authorizations":[{"team_id":"T0ACME","user_id":"U0BOT"}],` +
		`"event":{"type":"message","user":"U0GIULIA","channel":"C0ACME","text":"hello","ts":"1767225600.000100"}}`)

	for name, c := range map[string]struct {
		status int
		change func(*http.Request)
		kind   string
	}{
		"no signature": {401, func(r *http.Request) { r.Header.Del("X-Slack-Signature") }, "refused bad_signature"},
		"a wrong one":  {401, func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0=00") }, "refused bad_signature"},
		"an old one": {401, func(r *http.Request) {
			r.Header.Set("X-Slack-Request-Timestamp", strconv.FormatInt(time.Now().Add(-6*time.Minute).Unix(), 10))
		}, "refused bad_signature"},
		"no time":        {401, func(r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "yesterday") }, "refused bad_signature"},
		"another method": {405, func(r *http.Request) { r.Method = http.MethodGet }, ""},
	} {
		before := d.count.of(c.kind)
		if status, answer := d.knock(t, "/slack/events", asJSON, event, c.change); status != c.status {
			t.Errorf("%s: %d %s, want %d", name, status, answer, c.status)
		}
		if c.kind != "" && d.count.of(c.kind) != before+1 {
			t.Errorf("%s is not counted", name)
		}
	}
	if d.heard("hello") {
		t.Error("something unsigned was heard")
	}
	if status, answer := d.knock(t, "/slack/events", asJSON, make([]byte, 2<<20), nil); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 2 MiB: %d %s", status, answer)
	}
	if status, answer := d.knock(t, "/slack/events", asJSON, []byte(`{"type":"url_verification","challenge":"abc123"}`), nil); status != 200 || answer != "abc123" {
		t.Errorf("the challenge: %d %s", status, answer)
	}
	if status, answer := d.knock(t, "/slack/commands", asForm, []byte("ssl_check=1&token=x"), nil); status != 200 || answer != "" {
		t.Errorf("the check of the certificate: %d %q", status, answer)
	}
	if status, answer := d.knock(t, "/slack/options", asForm, []byte("payload={}"), nil); status != 200 || !json.Valid([]byte(answer)) {
		t.Errorf("options: %d %q", status, answer)
	}
	for range 3 { // the same request again, within its five minutes
		if status, answer := d.knock(t, "/slack/events", asJSON, event, func(r *http.Request) { r.Header.Set("X-Slack-Retry-Num", "1") }); status != 200 {
			t.Errorf("replayed: %d %s", status, answer)
		}
	}
	d.ears.mu.Lock()
	defer d.ears.mu.Unlock()
	if len(d.events) != 1 {
		t.Errorf("heard %d events, want 1: %+v", len(d.events), d.events)
	}
}

// TestMalformed proves that each payload of a corpus of broken ones, and every
// truncation of the recorded ones, is answered, never panics, and lets other
// work go on; over HTTP and over the socket.
func TestMalformed(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	broken := []string{
		"", "null", "[]", "true", `"text"`, "{", "{}", `{"type":"event_callback"}`, `{"type":"event_callback","event":null}`, `{"type":"event_callback","event":[]}`,
		`{"type":"event_callback","event":{"type":"message"}}`, `{"type":"event_callback","event":{"type":"message","user":"U0GIULIA","channel":"C0ACME","ts":12}}`,
		`{"type":"event_callback","event":{"type":"message","user":"U0GIULIA","channel":"C0ACME","text":"x","ts":"never"}}`,
		`{"type":"event_callback","event":{"type":"message","subtype":"message_changed","channel":"C0ACME"}}`,
		`{"type":"event_callback","event":{"type":"message","subtype":"message_changed","channel":"C0ACME","message":{"user":"U0GIULIA","text":"x","edited":{"ts":"1.1"}}}}`,
		`{"type":"event_callback","event":{"type":"message","subtype":"message_deleted","channel":"C0ACME","previous_message":{"user":"U0GIULIA"}}}`,
		`{"type":"event_callback","event":{"type":"reaction_added","user":"U0ADA","reaction":"eyes","item":{"type":"file","file":"F1"}}}`,
		`{"type":"event_callback","event":{"type":"app_home_opened","tab":"home"}}`, `{"type":"event_callback","event":{"type":"brand_new"}}`,
		`{"type":"event_callback","team_id":null,"authorizations":null,"event":{"type":"message","user":{"id":"U0GIULIA"},"channel":{"id":"C0ACME"},"blocks":[{"type":"hologram"}],"text":"odd but fine","ts":"1767225601.000100"}}`,
		`{"type":"block_actions"}`, `{"type":"block_actions","user":{"id":"U0GIULIA"},"actions":[]}`, `{"type":"block_actions","user":{"id":"U0GIULIA"},"actions":[{"value":"#forgotten","action_id":"c1"}],"trigger_id":"1"}`,
		`{"type":"view_submission"}`, `{"type":"view_submission","user":{"id":"U0GIULIA"},"view":{"callback_id":"casebot_form","private_metadata":"gone","state":{"values":{"gone:summary":{"entry":{"value":"x"}}}}}}`,
		`{"type":"message_action","callback_id":"case_from_message"}`, `{"type":"hologram"}`, `{"type":["a"]}`, strings.Repeat("[", 10_000), `{"a":` + strings.Repeat(`{"a":`, 5000),
	}
	bodies := make([][]byte, 0, len(broken))
	for _, b := range broken {
		bodies = append(bodies, []byte(b))
	}
	recorded, err := filepath.Glob("../../../shared/fixtures/slack/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range recorded { // none where the folder is absent; the corpus above is always there
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for cut := 1; cut < 8; cut++ {
			bodies = append(bodies, whole[:len(whole)*cut/8])
		}
	}
	for _, body := range bodies {
		text := string(body[:min(len(body), 120)])
		if status, answer := d.knock(t, "/slack/events", asJSON, body, nil); status != 200 {
			t.Errorf("events %s: %d %s", text, status, answer)
		}
		form := []byte(url.Values{"payload": {string(body)}}.Encode())
		if status, answer := d.knock(t, "/slack/interactions", asForm, form, nil); status != 200 {
			t.Errorf("interactions %s: %d %s", text, status, answer)
		}
		if status, answer := d.knock(t, "/slack/commands", asForm, body, nil); status != 200 && status != 400 {
			t.Errorf("commands %s: %d %s", text, status, answer)
		}
	}
	if n := d.count.of("refused malformed"); n < len(bodies) {
		t.Errorf("%d malformed payloads are counted, of %d and more", n, len(bodies))
	}
	if n := d.count.of("refused panic"); n > 0 {
		t.Errorf("%d panics", n)
	}
	if !d.heard("odd but fine") {
		t.Error("an event of an odd shape with all that matters was not heard")
	}
	if _, err := d.Say("U0GIULIA", "C0ACME", "", "and other work goes on"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "other work", func() bool { return d.heard("and other work goes on") })

	w := newWorkspace(t, "socket")
	core, count := &ears{}, &counted{}
	listen(t, w.platformWith(func(c *slack.Config) { c.Meter = count.count }), core.handle)
	for _, body := range bodies {
		if json.Valid(body) { // the rest is no frame
			w.Raw(body)
		}
	}
	if _, err := w.Say("U0GIULIA", "C0ACME", "", "and here too"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "other work", func() bool { return core.heard("and here too") })
	eventually(t, "what was malformed counted", func() bool { return count.of("refused malformed") > 5 })
	if n := count.of("refused panic"); n > 0 {
		t.Errorf("%d panics over the socket", n)
	}
}

// FuzzPayload proves that no payload panics, whatever it is said to be.
func FuzzPayload(f *testing.F) {
	recorded, err := filepath.Glob("../../../shared/fixtures/slack/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range recorded {
		body, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"type":"event_callback","event":{"type":"message","user":"U1","channel":"C1","text":"<@U0BOT> new <a|b> &lt;","ts":"1.2"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		server := slackfake.New(slackfake.Config{})
		defer server.Close()
		p := slack.New(slack.Config{BotToken: "xoxb-1", APIURL: server.APIURL(), Command: "/case", SupportCommand: "/support", Now: time.Now}, slack.NewMemory())
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- p.Listen(ctx, (&ears{}).handle) }()
		for !p.Listens() {
			runtime.Gosched()
		}
		for _, kind := range slack.Kinds {
			_, _ = p.Take(t.Context(), kind, body)
		}
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}
