package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Notes keep what a platform has to remember between replicas for a while:
// which of its posts were tried, which forms are open. They are no records;
// each expires by itself.
type Notes struct{ s *Store }

// Notes returns the notes of this store.
func (s *Store) Notes() *Notes { return &Notes{s} }

// Get returns the notes in the order of their names, "" where there is none.
func (n *Notes) Get(ctx context.Context, names ...string) ([]string, error) {
	cmds := make([]*goredis.StringCmd, len(names))
	err := n.s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for i, name := range names {
			cmds[i] = pipe.Get(ctx, n.s.keys.note(name))
		}
	})
	if err != nil {
		return nil, fmt.Errorf("get notes %v: %w", names, err)
	}
	values := make([]string, len(names))
	for i, cmd := range cmds {
		if !errors.Is(cmd.Err(), goredis.Nil) {
			values[i] = cmd.Val()
		}
	}
	return values, nil
}

// Set sets notes by name, for a while; an empty one is forgotten.
func (n *Notes) Set(ctx context.Context, keep time.Duration, values map[string]string) error {
	err := n.s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for name, value := range values {
			if value == "" {
				pipe.Del(ctx, n.s.keys.note(name))
			} else {
				pipe.Set(ctx, n.s.keys.note(name), value, keep)
			}
		}
	})
	if err != nil {
		return fmt.Errorf("set %d notes: %w", len(values), err)
	}
	return nil
}

// Claim sets a note where there is none, and returns what was there before: ""
// where it did. Sent twice after a cut connection it may return its own value,
// which its owner takes for an earlier try's.
func (n *Notes) Claim(ctx context.Context, name, value string, keep time.Duration) (string, error) {
	key := n.s.keys.note(name)
	for {
		done, err := n.s.client.SetNX(ctx, key, value, keep).Result()
		if err != nil {
			return "", fmt.Errorf("claim note %s: %w", name, err)
		}
		if done {
			return "", nil
		}
		before, err := n.s.client.Get(ctx, key).Result()
		if errors.Is(err, goredis.Nil) { // it expired in between
			continue
		}
		if err != nil {
			return "", fmt.Errorf("read note %s: %w", name, err)
		}
		return before, nil
	}
}
