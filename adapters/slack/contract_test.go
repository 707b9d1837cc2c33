package slack_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
	"casebot/bot/platformtest"
)

// TestContract proves Slack as a platform, over both ways in.
func TestContract(t *testing.T) {
	for _, way := range []string{"socket", "http"} {
		t.Run(way, func(t *testing.T) {
			platformtest.Run(t, func(t *testing.T) platformtest.Fixture {
				w := newWorkspace(t, way)
				return platformtest.Fixture{
					Platform: w.warm(), Replica: func(*testing.T) bot.Platform { return w.platform() },
					Service: &people{Server: w.Server},
					Person:  bot.Actor{Ref: "slack:U0GIULIA", Name: "Giulia Bianchi"},
					Agent:   bot.Actor{Ref: "slack:U0ADA", Name: "Ada Ricci"},
					Room:    "slack:C0ACME", Inside: "slack:C0TRIAGE", Direct: "slack:@U0GIULIA",
					Gone: platformtest.Gone{Room: "slack:C0GONE", Direct: "slack:@U0GONE", Thread: "1500000000.000100", Message: "1500000000.000200"},
				}
			})
		})
	}
}

// workspace is a fake with a customer, the vendor's people and their channels.
type workspace struct {
	*slackfake.Server
	t      *testing.T
	memory slack.Memory
	way    string

	mu        sync.Mutex
	platforms []*slack.Slack
}

func newWorkspace(t *testing.T, way string) *workspace {
	t.Helper()
	return newWorkspaceWith(t, way, func(*slackfake.Config) {})
}

func newWorkspaceWith(t *testing.T, way string, change func(*slackfake.Config)) *workspace {
	t.Helper()
	ms := time.Millisecond
	cfg := slackfake.Config{
		Retries:   []time.Duration{20 * ms, 100 * ms, 300 * ms, time.Second, time.Second, time.Second, time.Second, time.Second},
		AckWithin: 700 * ms,
	}
	change(&cfg)
	w := &workspace{t: t, way: way, memory: slack.NewMemory(), Server: slackfake.New(cfg)}
	w.AddUser(slackfake.User{ID: "U0GIULIA", Name: "giulia", RealName: "Giulia Bianchi"})
	w.AddUser(slackfake.User{ID: "U0ADA", Name: "ada", RealName: "Ada Ricci"})
	w.AddUser(slackfake.User{ID: "U0MARCO", Name: "marco", RealName: "Marco Conti", Team: "T0OTHER"})
	w.AddChannel(slackfake.Channel{ID: "C0ACME", Name: "acme", Members: []string{"U0GIULIA", "U0ADA", "U0MARCO", "U0BOT"}})
	w.AddChannel(slackfake.Channel{ID: "C0TRIAGE", Name: "triage", Private: true, Members: []string{"U0ADA", "U0BOT"}})
	if way == "http" {
		hook := httptest.NewServer(http.HandlerFunc(w.route))
		t.Cleanup(hook.Close)
		w.Point(hook.URL)
	}
	t.Cleanup(w.Close)
	return w
}

// platform is casebot's side, as one more process of it.
func (w *workspace) platform() *slack.Slack { return w.platformWith(func(*slack.Config) {}) }

// warm is a platform that knows already who it is, so that it asks nothing of
// Slack's on its own while a test counts its calls.
func (w *workspace) warm() *slack.Slack {
	p := w.platform()
	p.CheckToken(w.t.Context())
	return p
}

func (w *workspace) platformWith(change func(*slack.Config)) *slack.Slack {
	c := w.Config()
	cfg := slack.Config{
		BotToken: c.BotToken, SigningSecret: c.SigningSecret, APIURL: w.APIURL(), Command: "/case", SupportCommand: "/support", Now: time.Now,
		Staff: func(ref string) bool { return ref == "slack:U0ADA" },
	}
	if os.Getenv("SLACK_LOG") != "" {
		cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if w.way == "socket" {
		cfg.AppToken = c.AppToken
	}
	change(&cfg)
	p := slack.New(cfg, w.memory)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.platforms = append(w.platforms, p)
	return p
}

// route is a load balancer: it sends a request to a replica that takes it.
func (w *workspace) route(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	platforms := slices.Clone(w.platforms)
	w.mu.Unlock()
	slices.Reverse(platforms)
	for _, p := range platforms {
		if !p.Listens() {
			continue
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		p.Routes().ServeHTTP(out, r)
		return
	}
	http.Error(out, "nobody is there", http.StatusServiceUnavailable)
}

// people drive the fake as the contract asks for it.
type people struct{ *slackfake.Server }

func local(ref string) string { return strings.TrimPrefix(strings.TrimPrefix(ref, "slack:"), "@") }

// channel is the conversation of a reference.
func (p *people) channel(room string) string {
	if user, direct := strings.CutPrefix(room, "slack:@"); direct {
		return p.DirectOf(user)
	}
	return local(room)
}

// Do implements platformtest.Service.
func (p *people) Do(ctx context.Context, d platformtest.Deed) error {
	return p.Once(d.ID, func() (func() error, error) {
		user, channel := local(d.Who.Ref), p.channel(d.Room)
		text := strings.ReplaceAll(d.Text, platformtest.Bot, "{@"+p.Config().BotUser+"}")
		silent := func() error { return nil } // Slack tells the same again only until it is acknowledged
		switch d.Kind {
		case platformtest.DeedSay:
			var files []slackfake.Attach
			for _, f := range d.Files {
				files = append(files, slackfake.Attach{Name: f.Name, Body: f.Body})
			}
			ts, err := p.Say(user, channel, d.Thread, text, files...)
			return func() error { p.TellAgain(channel, ts); return nil }, err
		case platformtest.DeedRobot:
			p.Program(channel, text)
			return silent, nil
		case platformtest.DeedChange:
			err := p.Change(user, channel, d.Post, text)
			return func() error { p.TellAgain(channel, d.Post); return nil }, err
		case platformtest.DeedCommand:
			if d.Thread != "" {
				return nil, unable("Slack has no slash commands in threads")
			}
			return p.sent(ctx, func() (func() error, error) { return p.Slash(user, channel, "/"+text) })
		case platformtest.DeedPress:
			return p.sent(ctx, func() (func() error, error) { return p.Press(user, channel, d.Post, d.Label, d.Option) })
		case platformtest.DeedSend:
			if err := p.Fill(user, d.Values); err != nil {
				return nil, err
			}
			return p.sent(ctx, func() (func() error, error) { return p.Submit(user) })
		}
		return nil, unable("no such deed: " + string(d.Kind))
	})
}

// sent sends an interaction, as soon as casebot is there.
func (p *people) sent(ctx context.Context, make func() (func() error, error)) (func() error, error) {
	send, err := make()
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 100 {
		if err = send(); !errors.Is(err, slackfake.ErrAway) {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if errors.Is(err, slackfake.ErrUnanswered) { // the person sees an error of Slack's
		err = nil
	}
	return send, err
}

func unable(why string) error { return fmt.Errorf("%s: %w", why, errors.ErrUnsupported) }

// Posts implements platformtest.Service.
func (p *people) Posts(_ context.Context, viewer bot.Actor, room string) ([]platformtest.Post, error) {
	seen, err := p.Server.Posts(local(viewer.Ref), p.channel(room))
	if err != nil {
		return nil, err
	}
	var posts []platformtest.Post
	for _, s := range seen {
		post := platformtest.Post{Ref: s.TS, Thread: s.Thread, Name: s.Name, Text: s.Text, Files: s.Files, Private: s.Private}
		if s.Author != "" {
			post.Author = "slack:" + s.Author
		}
		for _, c := range s.Controls {
			post.Controls = append(post.Controls, platformtest.Control{Label: c.Label, Options: c.Options})
		}
		for _, id := range s.Notifies {
			if id == "everybody" {
				post.Notifies = append(post.Notifies, platformtest.Everybody)
			} else {
				post.Notifies = append(post.Notifies, "slack:"+id)
			}
		}
		posts = append(posts, post)
	}
	return posts, nil
}

// Form implements platformtest.Service.
func (p *people) Form(_ context.Context, viewer bot.Actor) (*platformtest.Form, error) {
	v := p.View(local(viewer.Ref))
	if v == nil {
		return nil, nil
	}
	f := &platformtest.Form{Title: v.Title, Submit: v.Submit}
	if v.Trouble != "" {
		f.Errors = append(f.Errors, v.Trouble)
	}
	for _, x := range v.Fields {
		f.Fields = append(f.Fields, platformtest.Field{Label: x.Label, Value: x.Value, Options: x.Options, Error: x.Error})
	}
	return f, nil
}

// Fail implements platformtest.Service.
func (p *people) Fail(f platformtest.Failure, skip int) (<-chan struct{}, error) {
	p.Heal()
	fault := slackfake.Fault{Skip: skip, RetryAfter: platformtest.RetryAfter}
	switch f {
	case platformtest.None:
		return nil, nil
	case platformtest.Limited:
		fault.Kind = slackfake.Limited
	case platformtest.Unavailable:
		fault.Kind = slackfake.Unavailable
	case platformtest.Silent:
		fault.Kind = slackfake.Silent
	case platformtest.Lost:
		fault.Kind = slackfake.Lost
	case platformtest.RoomGone:
		fault.Kind, fault.Code, fault.Method = slackfake.Refused, "channel_not_found", "chat.postMessage"
	}
	return p.Server.Fail(fault), nil
}
