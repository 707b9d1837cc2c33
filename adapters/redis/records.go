package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// Load implements bot.Store. A record that cannot be decoded is a
// *bot.PoisonError.
func (s *Store) Load(ctx context.Context, keys ...bot.Key) ([]bot.Versioned, error) {
	cmds := make([]*goredis.StringCmd, len(keys))
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for i, key := range keys {
			cmds[i] = pipe.Get(ctx, s.keys.record(key))
		}
	})
	if err != nil {
		return nil, fmt.Errorf("load records %v: %w", keys, err)
	}
	records := make([]bot.Versioned, len(keys))
	for i, key := range keys {
		if errors.Is(cmds[i].Err(), goredis.Nil) {
			records[i] = bot.Versioned{Key: key}
			continue
		}
		if records[i], err = decodeRecord(key, cmds[i].Val()); err != nil {
			return nil, fmt.Errorf("load record %s: %w", key, err)
		}
	}
	return records, nil
}

// Log implements bot.Store.
func (s *Store) Log(ctx context.Context, key bot.Key, after int64, limit int) ([]bot.Entry, error) {
	if limit <= 0 {
		return nil, nil
	}
	after = max(after, 0)
	lines, err := s.client.LRange(ctx, s.keys.log(key), after, after+int64(limit)-1).Result()
	if err != nil {
		return nil, fmt.Errorf("read log of %s: %w", key, err)
	}
	entries := make([]bot.Entry, len(lines))
	for i, line := range lines {
		entries[i] = decodeEntry(after+int64(i)+1, line)
	}
	return entries, nil
}
