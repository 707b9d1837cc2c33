package slackfake

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxSockets is how many connections an app may have
// (docs.slack.dev/apis/events-api/using-socket-mode).
const maxSockets = 10

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

type ack struct{ payload json.RawMessage }

func (c *connection) write(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn.WriteJSON(v)
}

func (c *connection) ping() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(time.Second))
}

func (c *call) connectionsOpen() (obj, error) {
	k := &c.s.sockets
	ticket := c.s.id("ticket")
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tickets[ticket] = true
	return obj{"url": "ws" + strings.TrimPrefix(c.s.server.URL, "http") + "/socket?ticket=" + ticket + "&app_id=" + c.s.cfg.AppID}, nil
}

// send tells casebot something over any one of its connections.
func (s *Server) send(e envelope) (json.RawMessage, error) {
	kind := e.kind
	if kind == "options" {
		kind = "interactive"
	}
	s.mu.Lock()
	id := s.id("env-")
	s.mu.Unlock()
	answer := make(chan ack, 1)
	timer := time.NewTimer(e.within)
	defer timer.Stop()
	late := timer.C
	if e.patient {
		late = nil
	}
	c, err := s.sockets.pick(id, answer, late, s.ctx.Done())
	if err != nil {
		return nil, &unheard{reason: "timeout", err: err}
	}
	defer s.sockets.forget(id)
	frame := obj{"envelope_id": id, "type": kind, "payload": json.RawMessage(e.body), "accepts_response_payload": kind != "events_api"}
	if kind == "events_api" {
		frame["retry_attempt"], frame["retry_reason"] = e.attempt, e.reason
	}
	if err := c.write(frame); err != nil {
		return nil, &unheard{reason: "error", err: err}
	}
	if e.patient { // the time to acknowledge begins now
		timer.Reset(e.within)
	}
	select {
	case a := <-answer:
		return a.payload, nil
	case <-timer.C:
		return nil, &unheard{reason: "timeout", err: errors.New("not acknowledged in time")}
	case <-s.ctx.Done():
		return nil, errClosed
	}
}

// pick is one of the connections, as soon as there is one.
func (k *sockets) pick(id string, answer chan ack, late <-chan time.Time, closed <-chan struct{}) (*connection, error) {
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
		select {
		case <-changed:
		case <-late:
			return nil, errors.New("there is no connection")
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
	for _, c := range k.all() {
		_ = c.conn.Close()
	}
}

func (k *sockets) all() []*connection {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.open)
}

// Connections is how many sockets are open.
func (s *Server) Connections() int { return len(s.sockets.all()) }

// DropSockets cuts all connections, without a word.
func (s *Server) DropSockets() { s.sockets.closeAll() }

// Disconnect sends all connections a disconnect; with any reason but a warning
// they are closed. After link_disabled and too_many_websockets further ones are
// sent away until it is called with "".
func (s *Server) Disconnect(reason string) {
	k := &s.sockets
	k.mu.Lock()
	k.refuse = ""
	if reason == "link_disabled" || reason == "too_many_websockets" {
		k.refuse = reason
	}
	k.mu.Unlock()
	if reason == "" {
		return
	}
	for _, c := range k.all() {
		_ = c.write(obj{"type": "disconnect", "reason": reason, "debug_info": obj{"host": "fake"}})
		if reason != "warning" {
			_ = c.conn.Close()
		}
	}
}

// Ping pings all connections, as Slack does every few seconds anyway.
func (s *Server) Ping() {
	for _, c := range s.sockets.all() {
		_ = c.ping()
	}
}

// socket opens a connection with a ticket, which is good once.
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
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }} // slack-go says it comes from Slack
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &connection{conn: conn}
	if refuse := s.greet(c); refuse != "" {
		_ = c.write(obj{"type": "disconnect", "reason": refuse, "debug_info": obj{"host": "fake"}})
		_ = conn.Close()
	}
}

// greet says hello, which comes before anything else on a connection, or why
// there is none to be.
func (s *Server) greet(c *connection) (refuse string) {
	k := &s.sockets
	s.mu.Lock()
	defer s.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.refuse != "":
		return k.refuse
	case len(k.open) >= maxSockets:
		return "too_many_websockets"
	case s.closing:
		return "refresh_requested"
	}
	hello := obj{
		"type": "hello", "num_connections": len(k.open) + 1, "connection_info": obj{"app_id": s.cfg.AppID},
		"debug_info": obj{"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
	}
	if err := c.write(hello); err != nil {
		return "refresh_requested"
	}
	k.open = append(k.open, c)
	close(k.changed)
	k.changed = make(chan struct{})
	ended := make(chan struct{})
	s.spawn(func() { defer close(ended); k.listen(c) })
	s.spawn(func() { c.keep(ended, s.cfg.PingEvery) })
	return ""
}

// keep pings a connection until it ends.
func (c *connection) keep(ended <-chan struct{}, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = c.ping()
		case <-ended:
			return
		}
	}
}

// maxAck is how many bytes an acknowledgement may not reach.
const maxAck = 20_000

// listen takes acknowledgements until the connection ends.
func (k *sockets) listen(c *connection) {
	for {
		var a struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		_, body, err := c.conn.ReadMessage()
		if err != nil {
			break
		}
		if len(body) >= maxAck || json.Unmarshal(body, &a) != nil { // dropped without a word, as Slack does
			continue
		}
		k.mu.Lock()
		if answer := k.waiting[a.EnvelopeID]; answer != nil {
			answer <- ack{a.Payload}
			delete(k.waiting, a.EnvelopeID)
		}
		k.mu.Unlock()
	}
	_ = c.conn.Close()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.open = slices.DeleteFunc(k.open, func(o *connection) bool { return o == c })
}
