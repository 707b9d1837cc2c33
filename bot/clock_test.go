package bot_test

import (
	"sync"
	"testing"
	"time"
)

// stoppedClock is real time for tests: it stands still until it is moved, so
// that every instant of a story is exact and retries need no sleeping.
type stoppedClock struct {
	mu sync.Mutex
	at time.Time
}

func newStoppedClock() *stoppedClock {
	return &stoppedClock{at: time.Now().Truncate(time.Second)}
}

// Now is the real time.
func (c *stoppedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Step moves real time on.
func (c *stoppedClock) Step(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// instant reads an RFC 3339 time, or a local one of Denver without an offset:
// "2026-03-09 13:30".
func instant(t testing.TB, s string) time.Time {
	t.Helper()
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return at
	}
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, s, denver); err == nil {
			return at
		}
	}
	t.Fatalf("%q is no time", s)
	return time.Time{}
}
