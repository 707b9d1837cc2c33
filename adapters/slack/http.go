package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	slackapi "github.com/slack-go/slack"
)

// maxBody is how much a request may hold: the largest that Slack sends are
// forms, of up to 250 KB (docs.slack.dev/reference/methods/views.open).
const maxBody = 1 << 20

// readWithin is how long a request may take to arrive: Slack itself waits 3 s
// for the answer.
const readWithin = 10 * time.Second

// Routes serves what Slack sends over HTTP: events, slash commands and
// interactions, each under the address of the manifest.
func (s *Slack) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/events", s.signed(s.postEvent))
	mux.HandleFunc("POST /slack/commands", s.signed(s.postCommand))
	mux.HandleFunc("POST /slack/interactions", s.signed(s.postInteraction))
	mux.HandleFunc("POST /slack/options", s.signed(s.postOptions))
	if s.cfg.OAuth.Used() {
		mux.HandleFunc("GET "+installPath, s.getInstall)
		mux.HandleFunc("GET "+callbackPath, s.getOAuth)
	}
	return mux
}

// signed lets through what Slack has signed within the last five minutes
// (docs.slack.dev/authentication/verifying-requests-from-slack). What is
// replayed within them is a duplicate by its id.
func (s *Slack) signed(next func(http.ResponseWriter, *http.Request, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.cfg.SigningSecret == "" {
			http.Error(w, "no signing secret is configured, so nothing is taken over HTTP", http.StatusNotFound)
			return
		}
		// Whoever has not signed yet cannot keep a connection waiting.
		_ = http.NewResponseController(w).SetReadDeadline(s.now().Add(readWithin))
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			s.refused("too_large", "refused")
			http.Error(w, "the body is larger than 1 MiB", http.StatusRequestEntityTooLarge)
			return
		case err != nil:
			s.refused("unreadable", "refused")
			http.Error(w, "the body could not be read", http.StatusBadRequest)
			return
		}
		verifier, err := slackapi.NewSecretsVerifier(r.Header, s.cfg.SigningSecret)
		if err == nil {
			if _, err = verifier.Write(body); err == nil {
				err = verifier.Ensure()
			}
		}
		if err != nil {
			s.refused("bad_signature", "refused")
			s.log.WarnContext(r.Context(), "request refused", "path", r.URL.Path, "err", err)
			http.Error(w, "the signature is not Slack's, or older than five minutes", http.StatusUnauthorized)
			return
		}
		s.guardHTTP(w, r, func() { next(w, r, body) })
	}
}

func (s *Slack) guardHTTP(w http.ResponseWriter, r *http.Request, do func()) {
	fine := false
	s.guard(r.Context(), r.URL.Path, func() { do(); fine = true })
	if !fine {
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

func (s *Slack) postEvent(w http.ResponseWriter, r *http.Request, body []byte) {
	var env envelope
	if err := json.Unmarshal(body, &env); err == nil && env.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, env.Challenge)
		return
	}
	arrived := s.now()
	out, err := s.take(r.Context(), kindEvent, body)
	if err != nil { // Slack tells it again
		s.log.WarnContext(r.Context(), "event not acknowledged, slack will tell it again", "attempt", r.Header.Get("X-Slack-Retry-Num"), "err", err)
		http.Error(w, "not committed, please tell it again", http.StatusServiceUnavailable)
		return
	}
	s.finish(w, r, out, arrived)
}

func (s *Slack) postCommand(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		s.malformed(w, r, err)
		return
	}
	if form.Get("ssl_check") == "1" {
		return
	}
	payload, err := json.Marshal(slash{
		Command: form.Get("command"), Text: form.Get("text"), UserID: form.Get("user_id"), TeamID: form.Get("team_id"),
		ChannelID: form.Get("channel_id"), TriggerID: form.Get("trigger_id"), ResponseURL: form.Get("response_url"),
	})
	if err != nil {
		s.malformed(w, r, err)
		return
	}
	s.postInteractive(w, r, kindSlash, payload)
}

func (s *Slack) postInteraction(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		s.malformed(w, r, err)
		return
	}
	s.postInteractive(w, r, kindInteractive, []byte(form.Get("payload")))
}

// postOptions is asked for the options of menus that have none of their own. We
// send no such menu.
func (s *Slack) postOptions(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"options":[]}`)
}

// postInteractive takes what somebody waits for. Where it cannot be taken Slack
// tells them so.
func (s *Slack) postInteractive(w http.ResponseWriter, r *http.Request, k kind, payload []byte) {
	arrived := s.now()
	out, err := s.take(r.Context(), k, payload)
	if err != nil {
		s.log.WarnContext(r.Context(), "interaction not taken", "kind", string(k), "err", err)
		http.Error(w, "not taken, please try again", http.StatusServiceUnavailable)
		return
	}
	s.finish(w, r, out, arrived)
}

func (s *Slack) malformed(w http.ResponseWriter, r *http.Request, err error) {
	s.refused("malformed", "ignored")
	s.log.ErrorContext(r.Context(), "payload not understood", "path", r.URL.Path, "err", err)
	http.Error(w, "this is not what Slack sends", http.StatusBadRequest)
}

// finish acknowledges, and then does what follows.
func (s *Slack) finish(w http.ResponseWriter, r *http.Request, out outcome, arrived time.Time) {
	if out.payload != nil {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(out.payload); err != nil {
			s.log.WarnContext(r.Context(), "not acknowledged", "err", err)
		}
	}
	s.acknowledged(arrived)
	if out.after == nil {
		return
	}
	_ = http.NewResponseController(w).Flush() // the acknowledgement is sent before what follows begins
	go s.guard(r.Context(), r.URL.Path, out.after)
}
