package slackfake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Install is the app in a workspace. The config's is there from the beginning;
// others are added, or come from the OAuth flow.
type Install struct {
	Team, Domain, Name string
	BotUser, BotID     string
	Token              string // empty: it gets one in the OAuth flow
	Scopes             []string
}

// install is an app in a workspace, as long as it is there.
type install struct {
	Install
	gone bool
}

// token is what opens the Web API to an install.
type token struct {
	app     *install
	revoked bool
	expires time.Time // zero: never
	refresh bool      // only good for getting the next one
}

// AddInstall installs the app in another workspace, with its bot.
func (s *Server) AddInstall(i Install) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.install(i)
	if i.Token != "" {
		s.tokens[i.Token] = &token{app: app}
	}
}

func (s *Server) install(i Install) *install {
	i.Name, i.Scopes = cmp.Or(i.Name, i.Domain), slices.Clone(i.Scopes)
	if i.Scopes == nil {
		i.Scopes = slices.Clone(s.cfg.Scopes)
	}
	app := &install{Install: i}
	s.apps = append(s.apps, app)
	if s.users[i.BotUser] == nil {
		s.users[i.BotUser] = &User{ID: i.BotUser, Name: "casebot", RealName: "casebot", Team: i.Team, Bot: true}
	}
	return app
}

// Grant changes the scopes of the bot's token.
func (s *Server) Grant(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apps[0].Scopes = slices.Clone(scopes)
}

// appIn is the install whose bot is in a conversation; where there are several
// Slack tells only one of them.
func (s *Server) appIn(c *Channel) *install {
	for _, app := range s.apps {
		if !app.gone && c.has(app.BotUser) {
			return app
		}
	}
	return nil
}

// appOf is the install in somebody's own workspace.
func (s *Server) appOf(user string) *install {
	u := s.users[user]
	for _, app := range s.apps {
		if u != nil && !app.gone && app.Team == u.Team {
			return app
		}
	}
	return nil
}

// Consent is what an admin of a workspace does on Slack's page: it returns the
// code with which casebot gets its token, once.
func (s *Server) Consent(i Install) (code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	code = s.id("code.")
	i.Token = ""
	s.consents[code] = &install{Install: i}
	return code
}

// oauthAccess exchanges a code or a refresh token.
func (c *call) oauthAccess() (obj, error) {
	s := c.s
	if c.text("client_id") != s.cfg.ClientID {
		return nil, no("invalid_client_id")
	}
	if c.text("client_secret") != s.cfg.ClientSecret {
		return nil, no("bad_client_secret")
	}
	if c.text("grant_type") == "refresh_token" {
		old := s.tokens[c.text("refresh_token")]
		if old == nil || !old.refresh || old.revoked || old.app.gone {
			return nil, no("invalid_refresh_token")
		}
		old.revoked = true
		return c.issue(old.app), nil
	}
	found := s.consents[c.text("code")]
	if found == nil {
		return nil, no("invalid_code")
	}
	delete(s.consents, c.text("code"))
	return c.issue(s.install(found.Install)), nil
}

// issue makes an install's tokens.
func (c *call) issue(app *install) obj {
	s := c.s
	out := obj{
		"app_id": s.cfg.AppID, "authed_user": obj{"id": "U0INSTALLER"}, "scope": strings.Join(app.Scopes, ","), "token_type": "bot",
		"bot_user_id": app.BotUser, "team": obj{"id": app.Team, "name": app.Name}, "enterprise": nil, "is_enterprise_install": false,
	}
	access := s.id("xoxb-")
	t := &token{app: app}
	if s.cfg.Rotate {
		const lasts = 12 * time.Hour
		access = s.id("xoxe.xoxb-")
		refresh := s.id("xoxe-")
		t.expires = s.cfg.Now().Add(lasts)
		s.tokens[refresh] = &token{app: app, refresh: true}
		out["refresh_token"], out["expires_in"] = refresh, int(lasts.Seconds())
	}
	s.tokens[access] = t
	out["access_token"] = access
	return out
}

func (c *call) revoke() (obj, error) {
	if c.flag("test") {
		return obj{"revoked": false}, nil
	}
	c.token.revoked = true
	c.s.event(nil, c.app, obj{"type": "tokens_revoked", "tokens": obj{"oauth": []any{}, "bot": []any{c.app.BotUser}}})
	return obj{"revoked": true}, nil
}

func (c *call) uninstall() (obj, error) {
	if c.text("client_id") != c.s.cfg.ClientID || c.text("client_secret") != c.s.cfg.ClientSecret {
		return nil, no("client_id_token_mismatch")
	}
	c.s.uninstall(c.app)
	return obj{}, nil
}

// Revoke takes the app out of the config's workspace.
func (s *Server) Revoke() { s.Uninstall(s.cfg.Team) }

// Uninstall takes the app out of a workspace: casebot is told, and its token is
// good for nothing any more.
func (s *Server) Uninstall(team string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, app := range s.apps {
		if app.Team == team && !app.gone {
			s.uninstall(app)
		}
	}
}

func (s *Server) uninstall(app *install) {
	s.event(nil, app, obj{"type": "app_uninstalled", "event_ts": s.ts()})
	s.event(nil, app, obj{"type": "tokens_revoked", "tokens": obj{"oauth": []any{}, "bot": []any{app.BotUser}}, "event_ts": s.ts()})
	app.gone = true
}

// allowed says why a token does not open the Web API.
func (s *Server) allowed(text string) (*token, error) {
	t := s.tokens[text]
	switch {
	case text == "":
		return nil, no("not_authed")
	case t == nil, t.refresh:
		return nil, no("invalid_auth")
	case t.revoked:
		return nil, no("token_revoked")
	case t.app.gone:
		return nil, no("account_inactive")
	case !t.expires.IsZero() && s.cfg.Now().After(t.expires):
		return nil, no("token_expired")
	}
	return t, nil
}

// scope says what an install lacks ("a b": either will do).
func (i *install) scope(needed string) error {
	any := strings.Fields(needed)
	if len(any) == 0 || slices.ContainsFunc(any, func(x string) bool { return slices.Contains(i.Scopes, x) }) {
		return nil
	}
	return apiError{"missing_scope", obj{"needed": any[0], "provided": strings.Join(i.Scopes, ",")}}
}

// archive is the address of a message.
func (i *install) archive(channel, ts string) string {
	return fmt.Sprintf("https://%s.slack.com/archives/%s/p%s", i.Domain, channel, strings.Replace(ts, ".", "", 1))
}
