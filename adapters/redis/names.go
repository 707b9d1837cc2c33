package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// Bind implements bot.Names. Names have no shard, so binding several is not
// atomic; binding them again is harmless.
func (s *Store) Bind(ctx context.Context, key bot.Key, names ...string) error {
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for _, name := range names {
			if key.Zero() {
				pipe.Del(ctx, s.keys.name(name))
			} else {
				pipe.Set(ctx, s.keys.name(name), key.String(), 0)
			}
		}
	})
	if err != nil {
		return fmt.Errorf("bind names %v: %w", names, err)
	}
	return nil
}

// Lookup implements bot.Names.
func (s *Store) Lookup(ctx context.Context, names ...string) ([]bot.Key, error) {
	cmds := make([]*goredis.StringCmd, len(names))
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for i, name := range names {
			cmds[i] = pipe.Get(ctx, s.keys.name(name))
		}
	})
	if err != nil {
		return nil, fmt.Errorf("look up names %v: %w", names, err)
	}
	keys := make([]bot.Key, len(names))
	for i, cmd := range cmds {
		if errors.Is(cmd.Err(), goredis.Nil) {
			continue
		}
		if keys[i], err = bot.ParseKey(cmd.Val()); err != nil {
			return nil, fmt.Errorf("look up name %s: %w", names[i], err)
		}
	}
	return keys, nil
}

// Once implements bot.Names. It is never sent twice: the second answer would
// be that somebody else was first.
func (s *Store) Once(ctx context.Context, id string) (bool, error) {
	cmd := once(ctx, s.client, "SET", s.keys.once(id), "", "NX", "EX", int64(onceMemory.Seconds()))
	switch err := cmd.Err(); {
	case errors.Is(err, goredis.Nil):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("claim id %s: %w", id, err)
	default:
		return true, nil
	}
}
