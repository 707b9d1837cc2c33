package slackfake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// event tells casebot of something in a conversation that it is in; nil is the
// whole workspace.
func (s *Server) event(c *Channel, inner obj) {
	if c != nil && !c.has(s.cfg.BotUser) || s.losing {
		return
	}
	payload := obj{
		"token": "legacy", "team_id": s.cfg.Team, "api_app_id": s.cfg.AppID, "type": "event_callback", "event": inner,
		"event_id": s.id("Ev"), "event_time": s.cfg.Now().Unix(), "event_context": s.id("4-"), "context_team_id": s.cfg.Team,
		"is_ext_shared_channel": c != nil && c.Shared,
		"authorizations":        []any{obj{"enterprise_id": nil, "team_id": s.cfg.Team, "user_id": s.cfg.BotUser, "is_bot": true, "is_enterprise_install": false}},
	}
	if inner["user"] != nil { // the top-level team may be the other side's
		if u := s.users[fmt.Sprint(inner["user"])]; u != nil {
			payload["team_id"] = u.Team
		}
	}
	body := packed(payload)
	ts := inner["ts"]
	if m, ok := inner["message"].(obj); ok {
		ts = m["ts"]
	}
	if ts != nil && c != nil {
		s.told[c.ID+fmt.Sprint(ts)] = append(s.told[c.ID+fmt.Sprint(ts)], body)
	}
	s.work.Go(func() { _, _ = s.deliver("events_api", body, s.cfg.Retries, s.cfg.AckWithin) })
}

// packed is a payload as it is now: the world goes on while it is on its way.
func packed(payload any) json.RawMessage {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err) // of our own making
	}
	return body
}

// Lose lets events be lost from now on, as after more retries than Slack makes.
func (s *Server) Lose(losing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losing = losing
}

// Raw tells casebot of any payload as an event, once.
func (s *Server) Raw(payload []byte) {
	s.work.Go(func() { _, _ = s.deliver("events_api", payload, nil, s.cfg.AckWithin) })
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

// deliver tells casebot something until it is acknowledged, or no further
// attempt is left.
func (s *Server) deliver(kind string, body []byte, retries []time.Duration, within time.Duration) (answer json.RawMessage, err error) {
	reason := ""
	for attempt := 0; ; attempt++ {
		s.mu.Lock()
		hook := s.hook
		s.mu.Unlock()
		if hook != "" {
			answer, err = s.post(hook, kind, body, attempt, reason, within)
		} else {
			answer, err = s.send(kind, body, attempt, reason, within, len(retries) > 0)
		}
		if err == nil || attempt >= len(retries) || errors.Is(err, errClosed) {
			return answer, err
		}
		reason = "http_timeout"
		timer := time.NewTimer(retries[attempt])
		select {
		case <-timer.C:
		case <-s.closed:
			timer.Stop()
			return nil, errClosed
		}
	}
}

// post tells it over HTTP.
func (s *Server) post(hook, kind string, body []byte, attempt int, reason string, within time.Duration) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	path, content := "/slack/events", "application/json"
	switch kind {
	case "slash_commands":
		var fields map[string]string
		if err := json.Unmarshal(body, &fields); err != nil {
			return nil, err
		}
		form := url.Values{}
		for key, value := range fields {
			form.Set(key, value)
		}
		path, content, body = "/slack/commands", "application/x-www-form-urlencoded", []byte(form.Encode())
	case "interactive":
		path, content, body = "/slack/interactions", "application/x-www-form-urlencoded", []byte(url.Values{"payload": {string(body)}}.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", content)
	s.Sign(req, body)
	if attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(attempt))
		req.Header.Set("X-Slack-Retry-Reason", reason)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if resp.StatusCode == http.StatusServiceUnavailable {
		return nil, fmt.Errorf("%w: %w: %s", ErrUnanswered, ErrAway, resp.Status)
	}
	if err != nil || resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%w: %s", ErrUnanswered, resp.Status)
	}
	return bytes.TrimSpace(answer), nil
}

// Sign signs a request as Slack does.
func (s *Server) Sign(req *http.Request, body []byte) {
	stamp := strconv.FormatInt(s.cfg.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.cfg.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// sockets are the connections of Socket Mode.
type sockets struct {
	mu      sync.Mutex
	open    []*connection
	next    int
	tickets map[string]bool
	waiting map[string]chan ack
	changed chan struct{} // closed when a connection opens
	refuse  string        // why the next connections are sent away
}

type connection struct {
	conn *websocket.Conn
	mu   sync.Mutex
}

type ack struct {
	payload json.RawMessage
	lost    bool
}

func (c *connection) write(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn.WriteJSON(v)
}

// send tells it over any one of the connections, waiting for one where told to.
func (s *Server) send(kind string, body []byte, attempt int, reason string, within time.Duration, patient bool) (json.RawMessage, error) {
	id := fmt.Sprintf("%d-%s", attempt, s.envelope())
	answer := make(chan ack, 1)
	c, err := s.sockets.pick(id, answer, s.closed, within, patient)
	if err != nil {
		return nil, err
	}
	frame := obj{"envelope_id": id, "type": kind, "payload": json.RawMessage(body), "accepts_response_payload": kind != "events_api"}
	if kind == "events_api" {
		frame["retry_attempt"], frame["retry_reason"] = attempt, reason
	}
	defer s.sockets.forget(id)
	if err := c.write(frame); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case a := <-answer:
		if a.lost {
			return nil, ErrUnanswered
		}
		return a.payload, nil
	case <-timer.C:
		return nil, ErrUnanswered
	case <-s.closed:
		return nil, errClosed
	}
}

func (s *Server) envelope() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id("env-")
}

func (k *sockets) pick(id string, answer chan ack, closed <-chan struct{}, within time.Duration, patient bool) (*connection, error) {
	timer := time.NewTimer(within)
	defer timer.Stop()
	for {
		k.mu.Lock()
		if n := len(k.open); n > 0 {
			k.next++
			c := k.open[k.next%n]
			k.waiting[id] = answer
			k.mu.Unlock()
			return c, nil
		}
		changed := k.changed
		k.mu.Unlock()
		late := timer.C
		if patient {
			late = nil
		}
		select {
		case <-changed:
		case <-late:
			return nil, ErrUnanswered
		case <-closed:
			return nil, errClosed
		}
	}
}

func (k *sockets) forget(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.waiting, id)
}

func (k *sockets) closeAll() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.open {
		_ = c.conn.Close()
	}
}

// Connections is how many sockets are open.
func (s *Server) Connections() int {
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	return len(s.sockets.open)
}

// DropSockets cuts all connections, without a word.
func (s *Server) DropSockets() { s.sockets.closeAll() }

// Disconnect sends all connections a disconnect; with any reason but a warning
// they are closed, and further ones sent away until it is called with "".
func (s *Server) Disconnect(reason string) {
	k := &s.sockets
	k.mu.Lock()
	open := append([]*connection(nil), k.open...)
	k.refuse = ""
	if reason == "link_disabled" || reason == "too_many_websockets" {
		k.refuse = reason
	}
	k.mu.Unlock()
	if reason == "" {
		return
	}
	for _, c := range open {
		_ = c.write(obj{"type": "disconnect", "reason": reason, "debug_info": obj{"host": "fake"}})
		if reason != "warning" {
			_ = c.conn.Close()
		}
	}
}

func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	k := &s.sockets
	ticket := r.URL.Query().Get("ticket")
	k.mu.Lock()
	good := k.tickets[ticket]
	delete(k.tickets, ticket)
	k.mu.Unlock()
	if !good {
		http.Error(w, "no such ticket", http.StatusNotFound)
		return
	}
	upgrader := websocket.Upgrader{}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &connection{conn: conn}
	k.mu.Lock()
	refuse := k.refuse
	if refuse == "" && len(k.open) >= 10 {
		refuse = "too_many_websockets"
	}
	k.mu.Unlock()
	if refuse != "" {
		_ = c.write(obj{"type": "disconnect", "reason": refuse})
		_ = conn.Close()
		return
	}
	// hello comes before anything else on the connection.
	if err := c.write(obj{"type": "hello", "num_connections": s.Connections() + 1, "connection_info": obj{"app_id": s.cfg.AppID}, "debug_info": obj{"host": "fake"}}); err != nil {
		_ = conn.Close()
		return
	}
	k.mu.Lock()
	k.open = append(k.open, c)
	close(k.changed)
	k.changed = make(chan struct{})
	k.mu.Unlock()
	s.work.Go(func() { s.listen(c) })
}

// listen takes acknowledgements until the connection ends.
func (s *Server) listen(c *connection) {
	k := &s.sockets
	for {
		var a struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if err := c.conn.ReadJSON(&a); err != nil {
			break
		}
		k.mu.Lock()
		if answer := k.waiting[a.EnvelopeID]; answer != nil {
			answer <- ack{payload: a.Payload}
			delete(k.waiting, a.EnvelopeID)
		}
		k.mu.Unlock()
	}
	_ = c.conn.Close()
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, o := range k.open {
		if o == c {
			k.open = append(k.open[:i:i], k.open[i+1:]...)
			break
		}
	}
}

// Ping pings all connections, as Slack does every few seconds.
func (s *Server) Ping() {
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	for _, c := range s.sockets.open {
		c.mu.Lock()
		_ = c.conn.WriteControl(websocket.PingMessage, []byte("ping"), s.cfg.Now().Add(time.Second))
		c.mu.Unlock()
	}
}
