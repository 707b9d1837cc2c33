package slack

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"
)

// The OAuth flow (docs.slack.dev/authentication/installing-with-oauth): the
// state is signed, good for ten minutes and one browser, and once.
const (
	stateLasts   = 10 * time.Minute
	stateCookie  = "casebot_install"
	installPath  = "/slack/install"
	callbackPath = "/slack/oauth"
)

var errState = errors.New("the state is not ours, too old, of another browser, or used before")

// install sends whoever wants to install the app to Slack.
func (s *Slack) getInstall(w http.ResponseWriter, r *http.Request) {
	state, nonce, err := s.newState()
	if err != nil {
		s.log.ErrorContext(r.Context(), "no state for an installation", "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	var scopes []string
	for _, scope := range Scopes {
		scopes = append(scopes, scope.Name)
	}
	http.SetCookie(w, &http.Cookie{
		Name: stateCookie, Value: nonce, Path: "/slack/", MaxAge: int(stateLasts.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(s.cfg.OAuth.URL, "https://"),
	})
	query := url.Values{
		"client_id": {s.cfg.OAuth.ClientID}, "scope": {strings.Join(scopes, ",")}, "state": {state}, "redirect_uri": {s.callback()},
	}
	http.Redirect(w, r, s.authorizeURL()+"?"+query.Encode(), http.StatusFound)
}

func (s *Slack) callback() string { return strings.TrimSuffix(s.cfg.OAuth.URL, "/") + callbackPath }

// authorizeURL is where people consent, beside the Web API.
func (s *Slack) authorizeURL() string {
	return strings.TrimSuffix(s.cfg.APIURL, "api/") + "oauth/v2/authorize"
}

// getOAuth is where people come back to, with a code or with a refusal.
func (s *Slack) getOAuth(w http.ResponseWriter, r *http.Request) {
	ctx, query := r.Context(), r.URL.Query()
	cookie, err := r.Cookie(stateCookie)
	if err != nil {
		cookie = &http.Cookie{}
	}
	http.SetCookie(w, &http.Cookie{Name: stateCookie, Path: "/slack/", MaxAge: -1})
	if err := s.spendState(ctx, query.Get("state"), cookie.Value); err != nil {
		s.refused("oauth_state", "refused")
		s.log.WarnContext(ctx, "installation refused", "err", err)
		s.page(w, http.StatusBadRequest, SayInstallState, "")
		return
	}
	if query.Get("error") != "" || query.Get("code") == "" {
		s.page(w, http.StatusOK, SayInstallDenied, "")
		return
	}
	answer, err := slackapi.GetOAuthV2ResponseContext(ctx, s.http, s.cfg.OAuth.ClientID, s.cfg.OAuth.ClientSecret, query.Get("code"), s.callback(), slackapi.OAuthOptionAPIURL(s.cfg.APIURL))
	if err == nil && (answer.AccessToken == "" || answer.Team.ID == "") {
		err = errors.New("slack gave no token of a workspace (an installation in a whole organisation is not supported)")
	}
	if err == nil {
		err = s.keep(ctx, s.installOf(answer))
	}
	if err != nil {
		s.log.ErrorContext(ctx, "installation failed", "err", detail(err))
		s.page(w, http.StatusBadGateway, SayInstallFailed, "")
		return
	}
	s.log.InfoContext(ctx, "app installed", "team", answer.Team.ID)
	s.page(w, http.StatusOK, SayInstallDone, answer.Team.Name+" ("+answer.Team.ID+")")
}

// newState is "expiry.nonce.signature"; the nonce is also in the browser's cookie.
func (s *Slack) newState() (state, nonce string, err error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", "", fmt.Errorf("make nonce: %w", err)
	}
	nonce = hex.EncodeToString(raw)
	text := strconv.FormatInt(s.now().Add(stateLasts).Unix(), 10) + "." + nonce
	return text + "." + s.sign(text), nonce, nil
}

func (s *Slack) sign(text string) string {
	mac := hmac.New(sha256.New, []byte("casebot slack state "+s.cfg.OAuth.Key))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// spendState takes a state, once.
func (s *Slack) spendState(ctx context.Context, state, cookie string) error {
	parts := strings.Split(state, ".")
	if len(parts) != 3 || !hmac.Equal([]byte(parts[2]), []byte(s.sign(parts[0]+"."+parts[1]))) || !hmac.Equal([]byte(parts[1]), []byte(cookie)) {
		return errState
	}
	until, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || s.now().After(time.Unix(until, 0)) {
		return errState
	}
	before, err := s.memory.Claim(ctx, "state:"+parts[1], "1", 2*stateLasts)
	if err != nil {
		return fmt.Errorf("claim state: %w", err)
	}
	if before != "" {
		return errState
	}
	return nil
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>casebot</title><style>body{font:16px/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style></head>
<body><h1>casebot</h1><p>{{.Text}}</p>{{with .Team}}<p><strong>{{.}}</strong></p>{{end}}</body></html>
`))

func (s *Slack) page(w http.ResponseWriter, status int, key, team string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = pageTemplate.Execute(w, struct{ Text, Team string }{s.cfg.Say(key), team})
}
