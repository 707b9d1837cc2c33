package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// workspace is the app in one workspace: its token, and what is known there.
type workspace struct {
	*Slack
	prefix string // of its references: "" for the one of the configuration, "T1/" for others
	token  string
	api    *slackapi.Client

	identity identity
	users    users
	rooms    rooms
	pauses   pauses
}

// workspace makes the app in a workspace.
func (s *Slack) workspace(token, prefix string) *workspace {
	return &workspace{
		Slack: s, prefix: prefix, token: token,
		api: slackapi.New(token, slackapi.OptionAPIURL(s.cfg.APIURL), slackapi.OptionHTTPClient(s.http)),
	}
}

// identity is Self, asked for once.
type identity struct {
	sync.Mutex
	self Self
}

// whoami returns who the bot is.
func (s *workspace) whoami(ctx context.Context) (Self, error) {
	s.identity.Lock()
	defer s.identity.Unlock()
	if s.identity.self.User != "" {
		return s.identity.self, nil
	}
	var r *slackapi.AuthTestResponse
	err := s.call(ctx, "auth.test", func() (err error) {
		r, err = s.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return Self{}, fmt.Errorf("ask who the bot is: %w", err)
	}
	self := Self{Team: r.TeamID, Enterprise: r.EnterpriseID, User: r.UserID, Bot: r.BotID, URL: r.URL}
	for scope := range strings.SplitSeq(r.Header.Get("X-OAuth-Scopes"), ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			self.Scopes = append(self.Scopes, scope)
		}
	}
	s.identity.self = self
	return self, nil
}

// call makes one call of the Web API, unless its method has to wait.
func (s *workspace) call(ctx context.Context, method string, do func() error) error {
	err := s.callOf(ctx, &s.pauses, method, do)
	if s.prefix == "" {
		s.health.answered(err)
	}
	return err
}

// checkToken asks Slack whether it takes the token, until it does: a token that
// is wrong is reported before the first case needs it.
func (s *Slack) checkToken(ctx context.Context) {
	w := s.spaces.primary
	if w == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if s.health.refused() == nil {
		_, _ = w.whoami(ctx)
		return
	}
	_ = w.call(ctx, "auth.test", func() error {
		_, err := w.api.AuthTestContext(ctx)
		return err
	})
}

// References: "slack:C0ACME", "slack:@U0ADA", "slack:U0ADA", "slack:F1"; of a
// workspace that is not the configuration's "slack:T1/C0ACME", "slack:@T1/U0HANK".

func (s *workspace) ref(id string) string          { return Name + ":" + s.prefix + id }
func (s *workspace) roomRef(channel string) string { return s.ref(channel) }
func (s *workspace) userRef(user string) string    { return s.ref(user) }
func (s *workspace) directRef(user string) string  { return Name + ":@" + s.prefix + user }

// split takes a reference apart: the workspace it names, "" for the
// configuration's, and what it names there.
func split(ref string) (team, id string, direct, ok bool) {
	rest, ok := strings.CutPrefix(ref, Name+":")
	if !ok {
		return "", "", false, false
	}
	rest, direct = strings.CutPrefix(rest, "@")
	if team, id, ok = strings.Cut(rest, "/"); !ok {
		team, id = "", rest
	}
	return team, id, direct, id != ""
}

// idIn is what a reference names, whatever the workspace.
func idIn(ref string) string {
	_, id, _, _ := split(ref)
	return id
}

// spaces are the workspaces that the app is installed in.
type spaces struct {
	mu      sync.Mutex
	primary *workspace // of the token in the configuration; nil: there is none
	known   map[string]*knownSpace
}

// errElsewhere: something concerns a workspace that the app is not installed in.
var errElsewhere = errors.New("the app is not installed in that workspace")

// at is the app where a reference leads.
func (s *Slack) at(ctx context.Context, ref string) (*workspace, error) {
	team, _, _, ok := split(ref)
	if !ok {
		return nil, fmt.Errorf("%q: %w", ref, bot.ErrUndeliverable)
	}
	w, err := s.of(ctx, team)
	if errors.Is(err, errElsewhere) {
		return nil, fmt.Errorf("%q: %w: %w", ref, bot.ErrUndeliverable, err)
	}
	return w, err
}

// Deliver implements bot.Platform.
func (s *Slack) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	w, err := s.at(ctx, d.Room)
	if err != nil {
		return bot.Receipt{}, err
	}
	return w.deliverOrFollow(ctx, d)
}
