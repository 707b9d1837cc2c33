package slackfake

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// event tells casebot of something in a conversation that its bot is in; nil is
// the whole workspace of an install.
func (s *Server) event(c *Channel, app *install, inner obj) {
	if c != nil {
		app = s.appIn(c)
	}
	if app == nil || s.losing {
		return
	}
	team := app.Team
	if u := s.users[fmt.Sprint(inner["user"])]; u != nil { // the top-level team may be the other side's
		team = u.Team
	}
	channel := ""
	if c != nil {
		channel = c.ID
	}
	about := packed(obj{"et": inner["type"], "tid": app.Team, "aid": s.cfg.AppID, "cid": channel})
	body := packed(obj{
		"token": "legacy", "team_id": team, "context_team_id": app.Team, "context_enterprise_id": nil, "api_app_id": s.cfg.AppID, "type": "event_callback",
		"event": inner, "event_id": s.id("Ev"), "event_time": s.cfg.Now().Unix(), "event_context": "4-" + base64.RawStdEncoding.EncodeToString(about),
		"is_ext_shared_channel": c != nil && c.Shared,
		"authorizations": []any{
			obj{"enterprise_id": nil, "team_id": app.Team, "user_id": app.BotUser, "is_bot": true, "is_enterprise_install": false},
		},
	})
	ts := inner["ts"]
	if m, ok := inner["message"].(obj); ok {
		ts = m["ts"]
	}
	if ts != nil && c != nil {
		s.told[c.ID+fmt.Sprint(ts)] = append(s.told[c.ID+fmt.Sprint(ts)], body)
	}
	s.tell(body)
}

// packed is a payload as it is now: the world goes on while it is on its way.
func packed(payload any) json.RawMessage {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err) // of our own making
	}
	return body
}

// tell tells casebot of an event, in the order and as often as it is asked for.
func (s *Server) tell(body []byte) {
	if s.holding {
		s.held = append(s.held, body)
		return
	}
	times := 1
	if s.twice {
		times = 2
	}
	for range times {
		var wait time.Duration
		if s.shuffle {
			wait = rand.N(50 * time.Millisecond)
		}
		s.spawn(func() {
			if s.pause(wait) {
				_, _ = s.deliver("events_api", body, s.cfg.Retries, s.cfg.AckWithin)
			}
		})
	}
}

// pause waits, and tells whether the fake is still there.
func (s *Server) pause(wait time.Duration) bool {
	if wait <= 0 {
		return s.ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// Lose lets events be lost from now on, as after more retries than Slack makes.
func (s *Server) Lose(losing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losing = losing
}

// Twice lets every event be told twice from now on, under one id.
func (s *Server) Twice(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twice = on
}

// Shuffle lets events come in any order from now on.
func (s *Server) Shuffle(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shuffle = on
}

// Hold keeps events back until it is called with false: then they are told, the
// last one first.
func (s *Server) Hold(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = on
	if on {
		return
	}
	for i := range s.held {
		s.tell(s.held[len(s.held)-1-i])
	}
	s.held = nil
}

// Raw tells casebot of any payload as an event, once.
func (s *Server) Raw(payload []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spawn(func() { _, _ = s.deliver("events_api", payload, nil, s.cfg.AckWithin) })
}

// TellAgain tells casebot of a message once more, and of its last change: as
// Slack does where an acknowledgement was lost.
func (s *Server) TellAgain(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, body := range s.told[channel+ts] {
		s.spawn(func() { _, _ = s.deliver("events_api", body, s.cfg.Retries, s.cfg.AckWithin) })
	}
}

// RateLimitEvents tells casebot that Slack holds events back: there are more
// than 30,000 in an hour.
func (s *Server) RateLimitEvents() {
	s.Raw(packed(obj{
		"token": "legacy", "type": "app_rate_limited", "team_id": s.cfg.Team, "minute_rate_limited": s.cfg.Now().Unix(), "api_app_id": s.cfg.AppID,
	}))
}

var (
	// ErrUnanswered is what somebody sees when casebot did not answer in time.
	ErrUnanswered = errors.New("the app did not respond (operation_timeout)")
	// ErrAway is the same where nobody was there at all.
	ErrAway = errors.New("nobody is there")
	// ErrUnable is what somebody sees who may not do something here.
	ErrUnable = errors.New("not possible here")
	errClosed = errors.New("the fake is closed")
)

// unheard is an attempt that was not acknowledged.
type unheard struct {
	reason string // as Slack names it
	final  bool   // casebot does not want it again
	err    error
}

// Error implements error.
func (u *unheard) Error() string { return fmt.Sprintf("%v: %v", ErrUnanswered, u.err) }

// Unwrap makes it an ErrUnanswered, and its cause.
func (u *unheard) Unwrap() []error { return []error{ErrUnanswered, u.err} }

// deliver tells casebot something until it is acknowledged, or no further
// attempt is left.
func (s *Server) deliver(kind string, body []byte, retries []time.Duration, within time.Duration) (answer json.RawMessage, err error) {
	reason := ""
	for attempt := 0; ; attempt++ {
		answer, err = s.attempt(envelope{kind, body, attempt, reason, within, len(retries) > 0})
		var u *unheard
		switch {
		case s.ctx.Err() != nil:
			return answer, errors.Join(err, errClosed)
		case err == nil, attempt >= len(retries):
			return answer, err
		case errors.As(err, &u):
			if u.final {
				return answer, err
			}
			reason = u.reason
		}
		if !s.pause(retries[attempt]) {
			return nil, errClosed
		}
	}
}

// envelope is one attempt to tell casebot something.
type envelope struct {
	kind    string
	body    []byte
	attempt int
	reason  string
	within  time.Duration
	patient bool // waits for a connection as long as there is none
}

func (s *Server) attempt(e envelope) (json.RawMessage, error) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != "" {
		return s.post(hook, e)
	}
	return s.send(e)
}
