package redis

import (
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// embedded is a Redis within the process, for demos and tests. What it holds
// ends with it.
type embedded struct {
	server *miniredis.Miniredis
	secret string
	now    func() time.Time
	end    chan struct{}
	ended  chan struct{}

	mu      sync.Mutex
	expired time.Time // up to when keys have expired
}

// startEmbedded starts a server whose keys expire by the clock, which
// miniredis v2.40 does not do by itself at a bearable cost: its ClockTTL looks
// at every key before every command.
func startEmbedded(now func() time.Time) (*embedded, error) {
	e := &embedded{
		server:  miniredis.NewMiniRedis(),
		secret:  rand.Text(), // any page in a browser can reach a local port
		now:     now,
		expired: now(),
		end:     make(chan struct{}),
		ended:   make(chan struct{}),
	}
	e.server.RequireAuth(e.secret)
	if err := e.server.Start(); err != nil {
		return nil, fmt.Errorf("start embedded redis: %w", err)
	}
	go e.run()
	return e, nil
}

func (e *embedded) url() string { return "redis://:" + e.secret + "@" + e.server.Addr() }

// run expires keys once a second until the server is stopped.
func (e *embedded) run() {
	defer close(e.ended)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-e.end:
			return
		case <-tick.C:
			e.expire()
		}
	}
}

// expire brings all keys' expiry up to now.
func (e *embedded) expire() {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	if passed := now.Sub(e.expired); passed > 0 {
		e.server.FastForward(passed)
		e.expired = now
	}
}

// stop ends the server; there may be none.
func (e *embedded) stop() {
	if e == nil {
		return
	}
	close(e.end)
	<-e.ended
	e.server.Close()
}
