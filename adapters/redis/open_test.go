package redis

import (
	"strings"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
)

// TestOpen proves which addresses are understood, and that a password in one
// that is not is told to nobody.
func TestOpen(t *testing.T) {
	socket := t.TempDir() + "/redis.sock"
	server := redistest.Start(t, redistest.Options{Args: []string{"--unixsocket", socket}})
	for _, url := range []string{"embedded", "unix://" + socket, server.URL(), server.URL() + "/3"} {
		s := open(t, Config{URL: url, Prefix: url})
		mustCommit(t, s, change("e", acme, 0))
	}
	for _, c := range []Config{
		{URL: server.URL()},
		{Now: time.Now},
		{Now: time.Now, URL: "http://user:secret@127.0.0.1"},
		{Now: time.Now, URL: "redis://user:secret@127.0.0.1:port"},
		{Now: time.Now, URL: "redis://127.0.0.1:1"},
	} {
		s, err := Open(t.Context(), c)
		if err == nil {
			t.Errorf("open %q: no error, %v", c.URL, s.Close())
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("open %q: %v", c.URL, err)
		}
	}
}
