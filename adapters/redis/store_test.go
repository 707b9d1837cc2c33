package redis

import (
	"context"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
	"casebot/bot/storetest"
)

// open connects a store, which is closed when the test ends.
func open(t testing.TB, c Config) *Store {
	t.Helper()
	if c.Now == nil {
		c.Now = time.Now
	}
	s, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestContract proves the store on every kind of server.
func TestContract(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Connect {
			first := open(t, Config{URL: "embedded"})
			return connect(Config{URL: first.embedded.url()})
		})
	})
	t.Run("server", func(t *testing.T) {
		server := redistest.Start(t, redistest.Options{})
		storetest.Run(t, func(t *testing.T) storetest.Connect {
			return connect(Config{URL: server.URL(), Prefix: t.Name()})
		})
	})
	t.Run("cluster", func(t *testing.T) {
		server := redistest.Start(t, redistest.Options{Cluster: true})
		storetest.Run(t, func(t *testing.T) storetest.Connect {
			return connect(Config{Addresses: []string{server.Addr()}, Prefix: t.Name()})
		})
	})
	t.Run("server that lets scripts touch only their KEYS", func(t *testing.T) {
		server := redistest.Start(t, redistest.Options{})
		storetest.Run(t, func(*testing.T) storetest.Connect {
			return func(t *testing.T, now func() time.Time) storetest.Store {
				s := open(t, Config{URL: server.URL(), Prefix: t.Name(), Now: now})
				confine(t, s, server)
				return s
			}
		})
	})
}

func connect(c Config) storetest.Connect {
	return func(t *testing.T, now func() time.Time) storetest.Store {
		c.Now = now
		return open(t, c)
	}
}
