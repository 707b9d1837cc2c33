package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"casebot/adapters/redis/redistest"
	"casebot/adapters/slack/slackfake"
	"casebot/config"
)

// slackDesk is a vendor's workspace with replicas of casebot in it, and a
// customer in a channel shared with another organisation.
type slackDesk struct {
	*slackfake.Server
	t       testing.TB
	apps    []*app
	path    string       // of the configuration
	redis   string       // where Redis listens
	forward atomic.Int64 // how far casebot's clock is ahead
}

const (
	acmeRoom   = "C0ACME"   // shared with Acme's own workspace
	triageRoom = "C0TRIAGE" // the vendor's people only
	escRoom    = "C0ESC"
	opsRoom    = "C0OPS"
)

// people of the desk: Acme's are of another organisation.
const (
	giulia = "U0GIULIA" // authorized contact
	luca   = "U0LUCA"   // nominated, not trained
	sara   = "U0SARA"   // nobody
	ada    = "U0ADA"    // agent, named advisor
	tess   = "U0TESS"   // team lead
	mark   = "U0MARK"   // support manager
	nina   = "U0NINA"   // agent, by her user group only
)

const deskConfig = `
redis: {url: "%s"}
http: {listen: 127.0.0.1:0}
vendor: {name: Example, language: en, knowledge_base: "https://kb.example", fallback_channel: "slack:C0OPS"}
slack: {bot_token: xoxb-1, %s, api_url: "%s", staff_groups: [{group: S0AGENTS, roles: [agent]}]}
triage: {channel: "slack:C0TRIAGE"}
escalation:
  levels: [{role: team_lead, channel: "slack:C0ESC", group: "slack:S0LEADS"}, {role: support_manager}]
staff:
  - {key: ada, name: Ada Ricci, roles: [agent, named_advisor], slack: U0ADA}
  - {key: tess, name: Tess Novak, roles: [agent, team_lead], slack: U0TESS}
  - {key: mark, name: Mark Lund, roles: [support_manager], slack: U0MARK}
directory: directory.yaml
`

const deskDirectory = `
subscribers:
  - key: ACME
    name: Acme S.p.A.
    package: gold
    location: IT
    language: en
    timezone: Europe/Rome
    channels: [slack:C0ACME]
    named_advisor: ada
    contacts:
      - {name: Giulia Bianchi, slack: U0GIULIA, trained: 2026-01-15, admin: true}
      - {name: Luca Verdi, slack: U0LUCA}
`

// openDesk starts a workspace and replicas of casebot that are reached over
// the socket or over HTTP. Slack's clock is real; casebot's begins at a time.
func openDesk(t testing.TB, way string, replicas int, at time.Time) *slackDesk {
	t.Helper()
	ms := time.Millisecond
	d := &slackDesk{t: t, Server: slackfake.New(slackfake.Config{Retries: []time.Duration{50 * ms, 200 * ms, time.Second, time.Second, time.Second}})}
	t.Cleanup(d.Close)
	for id, name := range map[string]string{giulia: "Giulia Bianchi", luca: "Luca Verdi", sara: "Sara Conti"} {
		d.AddUser(slackfake.User{ID: id, Name: strings.ToLower(name), RealName: name, Team: "T0ITALY"})
	}
	for id, name := range map[string]string{ada: "Ada Ricci", tess: "Tess Novak", mark: "Mark Lund", nina: "Nina Berg"} {
		d.AddUser(slackfake.User{ID: id, Name: strings.ToLower(name), RealName: name})
	}
	bot := d.Server.Config().BotUser
	d.AddChannel(slackfake.Channel{ID: acmeRoom, Name: "acme", Shared: true, Members: []string{giulia, luca, sara, ada, tess, bot}})
	for _, id := range []string{triageRoom, escRoom, opsRoom} {
		d.AddChannel(slackfake.Channel{ID: id, Name: strings.ToLower(id), Private: true, Members: []string{ada, tess, mark, nina, bot}})
	}
	d.AddGroup("S0LEADS", tess)
	d.AddGroup("S0AGENTS", nina, giulia) // Giulia by mistake: she is of another organisation
	redis := redistest.Start(t, redistest.Options{})
	mode := "signing_secret: secret"
	if way == "socket" {
		mode = "app_token: xapp-1"
	}
	folder := t.TempDir()
	files := map[string]string{"casebot.yaml": fmt.Sprintf(deskConfig, redis.URL(), mode, d.APIURL()), "directory.yaml": deskDirectory}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.redis = strings.TrimSuffix(strings.TrimPrefix(redis.URL(), "redis://"), "/0")
	d.path = filepath.Join(folder, "casebot.yaml")
	begin := time.Now()
	clock := func() time.Time { return at.Add(time.Since(begin) + time.Duration(d.forward.Load())) }
	for range replicas {
		d.start(d.path, clock)
	}
	if way == "http" {
		d.balance()
	}
	return d
}

func (d *slackDesk) start(path string, clock func() time.Time) {
	d.t.Helper()
	cfg, warnings, err := config.Load(path)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, w := range warnings {
		d.t.Log(w)
	}
	out := io.Discard
	if os.Getenv("VERBOSE") != "" {
		out = os.Stderr
	}
	ctx, stop := context.WithCancel(context.Background())
	a, err := newApp(ctx, cfg, slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})), playground{clock: clock})
	if err != nil {
		d.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	d.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			d.t.Errorf("casebot ended with: %v", err)
		}
	})
	d.apps = append(d.apps, a)
}

// balance sends what comes over HTTP to the replicas in turn.
func (d *slackDesk) balance() {
	var backends []*httputil.ReverseProxy
	for _, a := range d.apps {
		u, err := url.Parse(a.url)
		if err != nil {
			d.t.Fatal(err)
		}
		eventually(d.t, "a replica is ready", func() bool { return a.slack.Ready(d.t.Context()) == nil })
		backends = append(backends, httputil.NewSingleHostReverseProxy(u))
	}
	var next atomic.Int64
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		backends[int(next.Add(1))%len(backends)].ServeHTTP(w, r)
	}))
	d.t.Cleanup(hook.Close)
	d.Point(hook.URL)
}

// advance lets casebot's time pass, in steps small enough that nothing is
// skipped as after a downtime.
func (d *slackDesk) advance(by time.Duration) {
	d.t.Helper()
	const step = 5 * time.Minute
	for ; by > 0; by -= step {
		d.forward.Add(int64(min(by, step)))
		for _, a := range d.apps {
			a.scheduler.Wake()
		}
		d.calm()
	}
}

// calm waits until no alarm is due and nothing waits to be delivered.
func (d *slackDesk) calm() {
	d.t.Helper()
	a := d.apps[0]
	eventually(d.t, "nothing due and nothing to deliver", func() bool {
		depth, err := a.store.Depth(d.t.Context())
		if err != nil || depth > 0 {
			return false
		}
		hints, err := a.store.Peek(d.t.Context())
		return err == nil && hints.AlarmHeld.IsZero() && (hints.Alarm.IsZero() || hints.Alarm.After(a.engine.Now()))
	})
}

// sees waits until somebody can read a text in a channel, and returns the post.
func (d *slackDesk) sees(user, channel string, texts ...string) (found slackfake.Post) {
	d.t.Helper()
	d.wait(user, channel, strings.Join(texts, " … "), func(p slackfake.Post) bool {
		for _, text := range texts {
			if !strings.Contains(whole(p), text) {
				return false
			}
		}
		found = p
		return true
	})
	return found
}

func whole(p slackfake.Post) string {
	return p.Name + "\n" + p.Text + "\n" + strings.Join(p.Files, "\n")
}

func (d *slackDesk) wait(user, channel, what string, is func(slackfake.Post) bool) {
	d.t.Helper()
	var posts []slackfake.Post
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var err error
		if posts, err = d.Posts(user, channel); err != nil {
			d.t.Fatal(err)
		}
		if slices.ContainsFunc(posts, is) {
			return
		}
		select {
		case <-tick.C:
		case <-limit.C:
			d.t.Fatalf("%s does not see %q in %s, but:\n%s", user, what, channel, told(posts))
		}
	}
}

// told is a channel as text.
func told(posts []slackfake.Post) string {
	var b strings.Builder
	for _, p := range posts {
		mark := ""
		if p.Private {
			mark = " (only for them)"
		}
		if p.Thread != "" {
			mark += " (in " + p.Thread + ")"
		}
		fmt.Fprintf(&b, "--- %s %s%s calls %v\n%s\n", p.TS, p.Name, mark, p.Notifies, p.Text)
		for _, c := range p.Controls {
			fmt.Fprintf(&b, "   [%s] %v\n", c.Label, c.Options)
		}
		for _, f := range p.Files {
			fmt.Fprintf(&b, "   file %s\n", f)
		}
	}
	return b.String()
}

// unseen proves that nobody can read a text in a channel.
func (d *slackDesk) unseen(user, channel, text string) {
	d.t.Helper()
	posts, err := d.Posts(user, channel)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, p := range posts {
		if strings.Contains(whole(p), text) {
			d.t.Errorf("%s can read %q in %s: %s", user, text, channel, p.Text)
		}
	}
}

// do lets somebody do something that casebot answers.
func (d *slackDesk) do(send func() error, err error) {
	d.t.Helper()
	if err == nil {
		err = send()
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// press presses a control of a post.
func (d *slackDesk) press(user, channel string, p slackfake.Post, label, option string) {
	d.t.Helper()
	d.do(d.Press(user, channel, p.TS, label, option))
}

// say writes a message and returns its timestamp.
func (d *slackDesk) say(user, channel, thread, text string, files ...slackfake.Attach) string {
	d.t.Helper()
	ts, err := d.Say(user, channel, thread, text, files...)
	if err != nil {
		d.t.Fatal(err)
	}
	return ts
}

// send fills in the form before somebody and sends it.
func (d *slackDesk) send(user string, values map[string]string) {
	d.t.Helper()
	if err := d.Fill(user, values); err != nil {
		d.t.Fatalf("%v; the form is %+v", err, d.View(user))
	}
	d.do(d.Submit(user))
	if v := d.View(user); v != nil && v.Trouble != "" {
		d.t.Fatalf("the form is in trouble: %+v", v)
	}
}

// form waits for the form that opens before somebody.
func (d *slackDesk) form(user, title string) *slackfake.Form {
	d.t.Helper()
	var f *slackfake.Form
	eventually(d.t, "the form "+title, func() bool {
		f = d.View(user)
		return f != nil && strings.Contains(f.Title, title)
	})
	return f
}

// share shares a channel, and waits until casebot was told.
func (d *slackDesk) share(channel string) {
	d.t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: d.redis})
	defer client.Close()
	d.Share(channel, true)
	eventually(d.t, "casebot knows that "+channel+" is shared", func() bool {
		keys, err := client.Keys(d.t.Context(), "*:note:changed:"+channel).Result()
		return err == nil && len(keys) == 1
	})
}

// forget takes all that the adapter remembers out of Redis, as time does.
func (d *slackDesk) forget() {
	d.t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: d.redis})
	defer client.Close()
	keys, err := client.Keys(d.t.Context(), "*:note:form:*").Result()
	if err == nil && len(keys) > 0 {
		err = client.Del(d.t.Context(), keys...).Err()
	}
	if err != nil || len(keys) == 0 {
		d.t.Fatalf("forget %d forms: %v", len(keys), err)
	}
}
