package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

// crowd is several people who write at once, each the next thing as soon as
// the last one was acknowledged, and the same again until it is.
type crowd struct {
	t    testing.TB
	end  context.CancelFunc
	done sync.WaitGroup

	mu      sync.Mutex
	taken   []spoken // acknowledged
	open    []spoken // not known to be, when the crowd left
	refused []heard  // what was answered instead
}

// gather lets a crowd write notes on ACME-1, to any of the addresses in turn.
func gather(t testing.TB, urls ...string) *crowd {
	ctx, end := context.WithCancel(t.Context())
	c := &crowd{t: t, end: end}
	for range 4 {
		c.done.Go(func() {
			s := says("ada", "triage", "/case note ACME-1 "+newID())
			for try := 0; ctx.Err() == nil; try++ {
				h, err := send(ctx, urls[try%len(urls)], s)
				c.mu.Lock()
				switch {
				case err == nil && h.acknowledged():
					c.taken = append(c.taken, s)
					s = says("ada", "triage", "/case note ACME-1 "+newID())
				case err == nil:
					c.refused = append(c.refused, h)
				}
				c.mu.Unlock()
			}
			c.mu.Lock()
			c.open = append(c.open, s)
			c.mu.Unlock()
		})
	}
	t.Cleanup(c.leave)
	return c
}

// leave ends the writing.
func (c *crowd) leave() {
	c.end()
	c.done.Wait()
}

func (c *crowd) acknowledged() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.taken)
}

// sawRefusals tells how often somebody was told that it was not saved; nobody
// may have been told anything else.
func (c *crowd) sawRefusals() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.refused {
		if h.Status != http.StatusOK || !strings.Contains(h.private(), "could not save") || !strings.Contains(h.private(), "try again") {
			c.t.Errorf("answered %d %q %q, want that it was not saved", h.Status, h.private(), h.Error)
		}
	}
	return len(c.refused)
}

// check: what was acknowledged is in the log once, everything else at most.
func (c *crowd) check(events map[string]int) {
	c.t.Helper()
	for _, s := range c.taken {
		if events[s.event()] != 1 {
			c.t.Errorf("acknowledged and %d times in the log: %s", events[s.event()], s.Text)
		}
	}
	for _, s := range c.open {
		if events[s.event()] > 1 {
			c.t.Errorf("%d times in the log: %s", events[s.event()], s.Text)
		}
	}
}

// TestRedisGoesAway pulls Redis from under a busy process, and gives it back.
func TestRedisGoesAway(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.Options{AOF: true})
	store := lookInto(t, server.URL())
	openOn(t, store, friday)
	p := serve(t, writeConfig(t, server.URL()))
	openCase(t, store, to(t, p))
	eventually(t, "ready", func() bool { return p.readiness() == http.StatusOK })

	busy := gather(t, p.url)
	for range 2 {
		before, refused := busy.acknowledged(), busy.sawRefusals()
		eventually(t, "notes acknowledged", func() bool { return busy.acknowledged() > before+20 })
		server.Kill()
		eventually(t, "notes refused", func() bool { return busy.sawRefusals() > refused+10 })
		eventually(t, "not ready", func() bool { return p.readiness() == http.StatusServiceUnavailable })
		h, err := send(t.Context(), p.url, says("giulia", "acme", "Is anybody there?"))
		if err != nil || h.acknowledged() || !strings.Contains(h.Error, "Try again") {
			t.Errorf("a message meanwhile: %+v, %v", h, err)
		}
		server.Restart()
		eventually(t, "ready again", func() bool { return p.readiness() == http.StatusOK })
		again := busy.acknowledged()
		eventually(t, "notes acknowledged again", func() bool { return busy.acknowledged() > again+20 })
	}
	busy.leave()
	endLeases(t.Context(), server.Client())
	settled(t, store)
	busy.check(logged(t, store, bot.CaseKey("ACME", 1)))
	saidOnce(t, store)
	if code, took := p.stop(t); code != 0 {
		t.Errorf("exit code %d after %s", code, took)
	}
	if !p.log.has(`"level":"WARN"`, "refused") {
		t.Error("the log does not warn of the outage")
	}
	for _, line := range p.log.all() {
		if !json.Valid([]byte(line)) {
			t.Errorf("not a line of the log: %s", line)
		}
	}
}

// TestRedisIsAway: without Redis there is nothing to serve.
func TestRedisIsAway(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.Options{})
	path := writeConfig(t, server.URL())
	server.Stop()
	p := start(t, "serve", "--config", path)
	if code := p.exit(t); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !p.log.has("casebot:", "redis", server.Addr(), "refused", "start Redis there, or change redis.url") {
		t.Errorf("it does not say which address does not answer:\n%s", p.log)
	}
}
