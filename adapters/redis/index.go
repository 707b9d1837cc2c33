package redis

import (
	"context"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// List implements bot.Store. Records that join or leave while somebody pages
// may be missed or seen; those that stay are seen once.
func (s *Store) List(ctx context.Context, index, after string, limit int) ([]bot.Key, string, error) {
	if limit <= 0 {
		return nil, "", fmt.Errorf("list index %s: limit %d", index, limit)
	}
	spans, err := resume(index, after)
	if err != nil {
		return nil, "", err
	}
	// One more than the page, so that its cursor knows whether anything follows.
	found, err := s.members(ctx, index, spans[:1], limit+1)
	if err == nil && len(found) <= limit && len(spans) > 1 {
		var rest []position
		rest, err = s.members(ctx, index, spans[1:], limit+1-len(found))
		found = append(found, rest...)
	}
	if err != nil {
		return nil, "", fmt.Errorf("list index %s: %w", index, err)
	}
	next := ""
	if len(found) > limit {
		found = found[:limit]
		next = found[limit-1].cursor()
	}
	keys := make([]bot.Key, len(found))
	for i, p := range found {
		if keys[i], err = bot.ParseKey(p.member); err != nil {
			return nil, "", fmt.Errorf("list index %s: %w", index, err)
		}
	}
	return keys, next, nil
}

// position is a place in an index: behind a member of one of its shards.
type position struct {
	shard  shard
	member string
}

// cursor writes a position for a caller to hand back.
func (p position) cursor() string { return fmt.Sprintf("%x:%s", uint32(p.shard), p.member) }

// resume returns where to read on in each shard that is left to read.
func resume(index, cursor string) ([]position, error) {
	var spans []position
	for _, sh := range indexShards(index) {
		spans = append(spans, position{shard: sh})
	}
	if cursor == "" {
		return spans, nil
	}
	tag, member, ok := strings.Cut(cursor, ":")
	for ok && len(spans) > 0 {
		if fmt.Sprintf("%x", uint32(spans[0].shard)) == tag {
			spans[0].member = member
			return spans, nil
		}
		spans = spans[1:]
	}
	return nil, fmt.Errorf("list index %s: cursor %q is of another list", index, cursor)
}

// members reads up to limit members behind each position, in one round trip.
func (s *Store) members(ctx context.Context, index string, spans []position, limit int) ([]position, error) {
	cmds := make([]*goredis.StringSliceCmd, len(spans))
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for i, p := range spans {
			from := "-"
			if p.member != "" {
				from = "(" + p.member
			}
			by := &goredis.ZRangeBy{Min: from, Max: "+", Count: int64(limit)}
			cmds[i] = pipe.ZRangeByLex(ctx, s.keys.index(p.shard, index), by)
		}
	})
	var found []position
	for i, p := range spans {
		for _, member := range cmds[i].Val() {
			found = append(found, position{p.shard, member})
		}
	}
	return found, err
}

// Count implements bot.Peeker.
func (s *Store) Count(ctx context.Context, index string) (int64, error) {
	var cmds []*goredis.IntCmd
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for _, sh := range indexShards(index) {
			cmds = append(cmds, pipe.ZCard(ctx, s.keys.index(sh, index)))
		}
	})
	if err != nil {
		return 0, fmt.Errorf("count index %s: %w", index, err)
	}
	return sum(cmds), nil
}

// sum adds up what commands counted.
func sum(cmds []*goredis.IntCmd) int64 {
	var total int64
	for _, cmd := range cmds {
		total += cmd.Val()
	}
	return total
}
