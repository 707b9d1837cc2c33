package redis

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"casebot/adapters/redis/redistest"
)

// confine makes each script of a store run as a user who may touch the keys in
// its KEYS and nothing else. A key that a script makes up or that is not
// declared becomes an error, and so does a call over two shards.
func confine(t *testing.T, s *Store, server *redistest.Server) {
	t.Helper()
	c := &confined{admin: server.Client(), user: fmt.Sprintf("script%d", users.Add(1))}
	if err := c.setUser(t.Context(), "on", "nopass", "+@all"); err != nil {
		t.Fatal(err)
	}
	c.scripts = goredis.NewClient(&goredis.Options{Addr: server.Addr(), Username: c.user, Password: "any"})
	t.Cleanup(func() { _ = c.scripts.Close() })
	s.client.AddHook(c)
}

// users counts the users that were made, one for each store.
var users atomic.Int64

// confined is a hook that sends scripts through a client of their own.
type confined struct {
	admin   *goredis.Client
	scripts *goredis.Client
	user    string
}

func (c *confined) setUser(ctx context.Context, rules ...any) error {
	return c.admin.Do(ctx, append([]any{"ACL", "SETUSER", c.user}, rules...)...).Err()
}

// DialHook implements goredis.Hook.
func (c *confined) DialHook(next goredis.DialHook) goredis.DialHook { return next }

// ProcessPipelineHook implements goredis.Hook.
func (c *confined) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

// ProcessHook implements goredis.Hook.
func (c *confined) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		keys := scriptKeys(cmd)
		if keys == nil {
			return next(ctx, cmd)
		}
		rules := []any{"resetkeys"}
		for _, key := range keys {
			if tagOf(key) != tagOf(keys[0]) {
				return fmt.Errorf("keys %q and %q are of two slots", keys[0], key)
			}
			rules = append(rules, "~"+pattern(key))
		}
		if err := c.setUser(ctx, rules...); err != nil {
			return err
		}
		return c.scripts.Process(ctx, cmd)
	}
}

// scriptKeys returns the KEYS of a script's call, nil for any other command.
func scriptKeys(cmd goredis.Cmder) []string {
	args := cmd.Args()
	if name := cmd.Name(); name != "evalsha" && name != "eval" {
		return nil
	}
	keys := make([]string, args[2].(int))
	for i := range keys {
		keys[i] = args[3+i].(string)
	}
	return keys
}

// tagOf returns what a cluster chooses a key's slot by.
func tagOf(key string) string {
	_, rest, _ := strings.Cut(key, "{")
	tag, _, ok := strings.Cut(rest, "}")
	if !ok || tag == "" {
		return key
	}
	return tag
}

// pattern matches a key; ACL patterns hold no white space.
func pattern(key string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("*?[]\\ \n", r) {
			return '?'
		}
		return r
	}, key)
}

// TestConfinement proves that the proof works: a script that makes up a key is
// stopped.
func TestConfinement(t *testing.T) {
	server := redistest.Start(t, redistest.Options{})
	s := open(t, Config{URL: server.URL()})
	confine(t, s, server)
	sly := newScript(`return redis.call('SET', KEYS[1] .. ':more', '1')`)
	err := sly.run(t.Context(), s.client, []string{"{0}:a"}).Err()
	if err == nil || !strings.Contains(err.Error(), "can't access at least one of the keys") {
		t.Fatalf("a made-up key: %v, want a refusal", err)
	}
	if err := sly.run(t.Context(), s.client, []string{"{0}:a", "{1}:b"}).Err(); err == nil {
		t.Fatal("keys of two slots: no error")
	}
}
