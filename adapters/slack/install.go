package slack

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"
)

// OAuth is what installing the app in further workspaces needs.
type OAuth struct {
	ClientID     string
	ClientSecret string
	URL          string // where people's browsers reach casebot, "https://desk.example"
	Key          string // the tokens in the memory are sealed with it
}

// Used tells whether the app can be installed in further workspaces.
func (o OAuth) Used() bool { return o.ClientID != "" }

// Install is the app in a workspace that installed it itself.
type Install struct {
	Team    string    `json:"team"`
	Name    string    `json:"name"`
	Token   string    `json:"token"`
	Refresh string    `json:"refresh,omitempty"` // where tokens rotate: good for the next one, once
	Expires time.Time `json:"expires,omitzero"`
}

const (
	installFresh  = time.Minute // another replica may have installed, refreshed or removed it
	refreshBefore = time.Hour   // a token lasts twelve hours
	keepInstall   = 10 * 365 * 24 * time.Hour
	installsName  = "installs"
	refreshing    = 30 * time.Second // how long one replica may take to refresh a token
)

func installName(team string) string { return "install:" + team }

// seal hides an install from whoever reads Redis. The team is part of what is
// vouched for, so that one cannot be put in another's place.
func (o OAuth) seal(i Install) (string, error) {
	box, err := o.box()
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(i)
	if err != nil {
		return "", fmt.Errorf("encode install: %w", err)
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("make nonce: %w", err)
	}
	return base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, body, []byte(i.Team))), nil
}

// unseal is the opposite of seal. It fails where the key is another one.
func (o OAuth) unseal(team, sealed string) (i Install, err error) {
	box, err := o.box()
	if err != nil {
		return i, err
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < box.NonceSize() {
		return i, fmt.Errorf("unseal the install of %s: it is not one", team)
	}
	body, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(team))
	if err != nil {
		return i, fmt.Errorf("unseal the install of %s: %w (is slack.encryption_key another one than when it was installed?)", team, err)
	}
	if err := json.Unmarshal(body, &i); err != nil {
		return i, fmt.Errorf("decode the install of %s: %w", team, err)
	}
	return i, nil
}

func (o OAuth) box() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(o.Key), nil, "casebot slack installs", 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

// install is the app in a workspace that installed it, errElsewhere where none
// did.
func (s *Slack) install(ctx context.Context, team string) (i Install, err error) {
	known, err := s.memory.Get(ctx, installName(team))
	switch {
	case err != nil:
		return i, fmt.Errorf("read the install of %s: %w", team, err)
	case known[0] == "":
		return i, fmt.Errorf("workspace %q: %w", team, errElsewhere)
	}
	return s.cfg.OAuth.unseal(team, known[0])
}

// keep stores an install, and lists it.
func (s *Slack) keep(ctx context.Context, i Install) error {
	sealed, err := s.cfg.OAuth.seal(i)
	if err != nil {
		return err
	}
	teams, err := s.Installed(ctx)
	if err != nil {
		return err
	}
	values := map[string]string{installName(i.Team): sealed}
	if !slices.Contains(teams, i.Team) {
		values[installsName] = strings.Join(append(teams, i.Team), " ")
	}
	if err := s.memory.Set(ctx, keepInstall, values); err != nil {
		return fmt.Errorf("keep the install of %s: %w", i.Team, err)
	}
	s.spaces.forget(i.Team)
	return nil
}

// forget removes an install: the workspace has thrown the app out.
func (s *Slack) forgetInstall(ctx context.Context, team string) error {
	teams, err := s.Installed(ctx)
	if err != nil {
		return err
	}
	teams = slices.DeleteFunc(teams, func(t string) bool { return t == team })
	if err := s.memory.Set(ctx, keepInstall, map[string]string{installName(team): "", installsName: strings.Join(teams, " ")}); err != nil {
		return fmt.Errorf("forget the install of %s: %w", team, err)
	}
	s.spaces.forget(team)
	return nil
}

// Installed lists the workspaces that installed the app themselves.
func (s *Slack) Installed(ctx context.Context) ([]string, error) {
	known, err := s.memory.Get(ctx, installsName)
	if err != nil {
		return nil, fmt.Errorf("list installs: %w", err)
	}
	return strings.Fields(known[0]), nil
}

// of is the app in a workspace, by its id; "" is the configuration's.
func (s *Slack) of(ctx context.Context, team string) (*workspace, error) {
	primary := s.spaces.primary
	if primary != nil && (team == "" || !s.cfg.OAuth.Used()) {
		return primary, nil
	}
	if primary != nil {
		self, err := primary.whoami(ctx)
		if err != nil {
			return nil, err
		}
		if self.Team == team {
			return primary, nil
		}
	}
	if !s.cfg.OAuth.Used() {
		return nil, fmt.Errorf("workspace %q: %w", team, errElsewhere)
	}
	return s.installed(ctx, team)
}

// installed is the app in a workspace that installed it itself.
func (s *Slack) installed(ctx context.Context, team string) (*workspace, error) {
	if w := s.spaces.fresh(team, s.now()); w != nil {
		return w, nil
	}
	i, err := s.install(ctx, team)
	if err != nil {
		return nil, err
	}
	if !i.Expires.IsZero() && s.now().After(i.Expires.Add(-refreshBefore)) {
		if i, err = s.renew(ctx, i); err != nil {
			return nil, err
		}
	}
	return s.spaces.keep(team, i.Token, s.now().Add(installFresh), func() *workspace { return s.workspace(i.Token, team+"/") }), nil
}

// renew gets the next token. The old refresh token is good for one only, so of
// several replicas one asks, and keeps what it got before anybody uses it
// (docs.slack.dev/authentication/using-token-rotation).
func (s *Slack) renew(ctx context.Context, i Install) (Install, error) {
	name := fmt.Sprintf("refresh:%s:%s", i.Team, digest(i.Token))
	before, err := s.memory.Claim(ctx, name, "1", refreshing)
	switch {
	case err != nil:
		return i, fmt.Errorf("claim the refresh of %s: %w", i.Team, err)
	case before != "" && s.now().Before(i.Expires):
		return i, nil // another replica is at it, and this one is good for a while
	case before != "":
		return i, fmt.Errorf("the token of %s has expired, and another replica gets the next one", i.Team)
	}
	r, err := slackapi.RefreshOAuthV2TokenContext(ctx, s.http, s.cfg.OAuth.ClientID, s.cfg.OAuth.ClientSecret, i.Refresh, slackapi.OAuthOptionAPIURL(s.cfg.APIURL))
	if err != nil {
		return i, fmt.Errorf("refresh the token of %s: %w", i.Team, detail(err))
	}
	next := s.installOf(r)
	if err := s.keep(ctx, next); err != nil {
		return i, err
	}
	s.log.InfoContext(ctx, "token refreshed", "team", i.Team)
	return next, nil
}

func (s *Slack) installOf(r *slackapi.OAuthV2Response) Install {
	i := Install{Team: r.Team.ID, Name: r.Team.Name, Token: r.AccessToken, Refresh: r.RefreshToken}
	if r.ExpiresIn > 0 {
		i.Expires = s.now().Add(time.Duration(r.ExpiresIn) * time.Second)
	}
	return i
}

// known is a workspace that was looked up.
type knownSpace struct {
	*workspace
	until time.Time
}

func (s *spaces) fresh(team string, now time.Time) *workspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.known[team]; k != nil && now.Before(k.until) {
		return k.workspace
	}
	return nil
}

// keep keeps a workspace; what is known of its people and channels stays as long
// as its token does.
func (s *spaces) keep(team, token string, until time.Time, make func() *workspace) *workspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[string]*knownSpace{}
	}
	k := s.known[team]
	if k == nil || k.token != token {
		k = &knownSpace{workspace: make()}
		s.known[team] = k
	}
	k.until = until
	return k.workspace
}

func (s *spaces) forget(team string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, team)
}
