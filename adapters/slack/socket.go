package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	slackapi "github.com/slack-go/slack"
)

// Limits of the socket (docs.slack.dev/apis/events-api/using-socket-mode).
const (
	helloWithin  = 10 * time.Second
	silentWithin = 40 * time.Second // Slack pings more often than that
	leaveWithin  = 30 * time.Second // after a warning Slack closes within ten seconds
	writeWithin  = 10 * time.Second
	maxFrame     = 4 << 20
	maxInHand    = 200 // envelopes of one connection; what is more is told again
	firstPause   = 200 * time.Millisecond
	lastPause    = time.Minute
	fatalPause   = 5 * time.Minute // somebody has to put it right; look now and then
	steady       = time.Minute     // a connection that lived so long was a good one
)

// longAgo as a deadline ends a read at once.
var longAgo = time.Unix(1, 0)

// frame is what the socket carries.
type frame struct {
	Type        string          `json:"type"`
	Reason      string          `json:"reason"`
	EnvelopeID  string          `json:"envelope_id"`
	Payload     json.RawMessage `json:"payload"`
	Accepts     bool            `json:"accepts_response_payload"`
	Retry       int             `json:"retry_attempt"`
	RetryReason string          `json:"retry_reason"`
	Connections int             `json:"num_connections"`
}

// errLinkDisabled: Socket Mode was switched off for the app.
var (
	errLinkDisabled = errors.New("socket mode is switched off in the app's settings")
	errTooMany      = errors.New("the app has ten connections already: stop another replica, or another program with the same app token")
)

// keepSocket keeps one connection open until ctx ends. Where Slack announces
// that it will close one, the next is opened before; what fails is tried again
// more and more seldom.
func (s *Slack) keepSocket(ctx context.Context) error {
	var open sync.WaitGroup
	defer open.Wait()
	pause := time.Duration(0)
	for {
		if !sleep(ctx, pause) {
			return nil
		}
		began := s.now()
		c, err := s.dial(ctx)
		if err == nil {
			leaving := make(chan error, 1)
			open.Go(func() { leaving <- c.run(ctx) })
			select {
			case err = <-leaving:
			case <-c.warned: // it goes on while the next one comes
				pause = 0
				continue
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		pause = s.lost(ctx, err, pause, s.now().Sub(began))
	}
}

// lost notes why a connection ended, and says how long to wait for the next.
func (s *Slack) lost(ctx context.Context, err error, pause, lived time.Duration) time.Duration {
	var limited *slackapi.RateLimitedError
	final := errors.Is(err, errLinkDisabled) || isCode(err, fatal...)
	s.health.failed(err, final)
	switch {
	case final:
		s.log.ErrorContext(ctx, "slack does not let us connect", "again", fatalPause, "err", err)
		return fatalPause
	case errors.As(err, &limited):
		pause = limited.RetryAfter
	case lived > steady && !errors.Is(err, errTooMany):
		pause = firstPause
	default:
		pause = min(max(firstPause, 2*pause), lastPause)
	}
	pause += rand.N(pause/4 + 1) //nolint:gosec // so that replicas do not come all at once
	s.log.WarnContext(ctx, "slack connection lost, will connect again", "after", pause, "lived", lived, "err", err)
	return pause
}

// sleep waits; false where ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// socket is one connection.
type socket struct {
	s      *Slack
	conn   *websocket.Conn
	warned chan struct{} // closed when Slack announces that it will close
	writes sync.Mutex
	inHand sync.WaitGroup
	room   chan struct{} // a place for each envelope in hand
}

// dial opens a connection and waits for Slack's hello.
func (s *Slack) dial(ctx context.Context) (*socket, error) {
	var address string
	err := s.callOf(ctx, &s.waits, "apps.connections.open", func() (err error) {
		_, address, err = s.app.StartSocketModeContext(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ask for a connection: %w", err)
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: helloWithin, WriteBufferSize: 32 << 10}
	conn, response, err := dialer.DialContext(ctx, address, nil)
	if response != nil {
		_ = response.Body.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	conn.SetReadLimit(maxFrame)
	c := &socket{s: s, conn: conn, warned: make(chan struct{}), room: make(chan struct{}, maxInHand)}
	if err := c.hello(); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, nil
}

// hello waits for the word with which Slack begins.
func (c *socket) hello() error {
	if err := c.conn.SetReadDeadline(c.s.now().Add(helloWithin)); err != nil {
		return fmt.Errorf("set deadline: %w", err)
	}
	var f frame
	if err := c.conn.ReadJSON(&f); err != nil {
		return fmt.Errorf("read hello: %w", err)
	}
	switch f.Type {
	case "hello":
		return nil
	case "disconnect":
		return disconnected(f.Reason)
	default:
		return fmt.Errorf("read hello: got %q", f.Type)
	}
}

func disconnected(reason string) error {
	switch reason {
	case "link_disabled":
		return errLinkDisabled
	case "too_many_websockets":
		return errTooMany
	default:
		return fmt.Errorf("slack disconnected: %s", reason)
	}
}

// run reads until the connection ends, and then waits for what is in hand. When
// ctx ends nothing more is read; what is in hand is still acknowledged.
func (c *socket) run(ctx context.Context) error {
	c.s.health.opened(1)
	defer c.s.health.opened(-1)
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetReadDeadline(longAgo) })
	err := c.read(ctx)
	stop()
	c.inHand.Wait()
	_ = c.conn.Close()
	return err
}

func (c *socket) read(ctx context.Context) error {
	extend := func() { // a ping is a sign of life too
		_ = c.conn.SetReadDeadline(c.s.now().Add(silentWithin))
		if ctx.Err() != nil { // it ended meanwhile: the deadline that ends the read stays
			_ = c.conn.SetReadDeadline(longAgo)
		}
	}
	pong := c.conn.PingHandler()
	c.conn.SetPingHandler(func(data string) error {
		if !c.leaving() {
			extend()
		}
		c.writes.Lock()
		defer c.writes.Unlock()
		return pong(data)
	})
	extend()
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_, body, err := c.conn.ReadMessage()
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if !c.leaving() {
			extend()
		}
		var f frame
		if err := json.Unmarshal(body, &f); err != nil {
			c.s.refused("malformed", "ignored")
			c.s.log.ErrorContext(ctx, "frame not understood", "err", err)
			continue
		}
		switch {
		case f.Type == "disconnect" && (f.Reason == "warning" || f.Reason == "refresh_requested"):
			if !c.leaving() {
				close(c.warned)
				_ = c.conn.SetReadDeadline(c.s.now().Add(leaveWithin))
			}
		case f.Type == "disconnect":
			return disconnected(f.Reason)
		case f.EnvelopeID != "":
			c.takeUp(ctx, f)
		}
	}
}

func (c *socket) leaving() bool {
	select {
	case <-c.warned:
		return true
	default:
		return false
	}
}

// takeUp takes an envelope in the background, so that pings are answered
// meanwhile. Where too many are in hand it is left for Slack to tell again.
func (c *socket) takeUp(ctx context.Context, f frame) {
	select {
	case c.room <- struct{}{}:
	default:
		c.s.refused("overflow", "error")
		c.s.log.WarnContext(ctx, "too much in hand, envelope left for later", "envelope", f.EnvelopeID)
		return
	}
	c.inHand.Go(func() {
		defer func() { <-c.room }()
		arrived := c.s.now()
		c.s.guard(ctx, "envelope", func() {
			out, err := c.s.take(ctx, kind(f.Type), f.Payload)
			if err != nil && kind(f.Type) == kindEvent {
				c.s.log.WarnContext(ctx, "event not acknowledged, slack will tell it again", "envelope", f.EnvelopeID, "attempt", f.Retry, "err", err)
				return
			}
			if err != nil { // not told again: whoever waits sees that it failed
				c.s.log.WarnContext(ctx, "interaction not taken", "envelope", f.EnvelopeID, "err", err)
				return
			}
			if !f.Accepts {
				out.payload = nil
			}
			if err := c.acknowledge(f.EnvelopeID, out.payload); err != nil { // told again, and known by its id
				c.s.log.WarnContext(ctx, "not acknowledged", "envelope", f.EnvelopeID, "err", err)
			} else {
				c.s.acknowledged(arrived)
			}
			if out.after != nil {
				out.after()
			}
		})
	})
}

func (c *socket) acknowledge(envelope string, payload any) error {
	ack := map[string]any{"envelope_id": envelope}
	if payload != nil {
		ack["payload"] = payload
	}
	c.writes.Lock()
	defer c.writes.Unlock()
	if err := c.conn.SetWriteDeadline(c.s.now().Add(writeWithin)); err != nil {
		return fmt.Errorf("set deadline: %w", err)
	}
	if err := c.conn.WriteJSON(ack); err != nil {
		return fmt.Errorf("write acknowledgement: %w", err)
	}
	return nil
}

// guard keeps a panic from ending other work.
func (s *Slack) guard(ctx context.Context, what string, do func()) {
	defer func() {
		if p := recover(); p != nil {
			s.refused("panic", "error")
			s.log.ErrorContext(ctx, "panic", "in", what, "err", fmt.Errorf("%v", p))
		}
	}()
	do()
}
