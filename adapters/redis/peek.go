package redis

import (
	"context"
	"fmt"
	"math"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// Peek implements bot.Peeker.
func (s *Store) Peek(ctx context.Context) (bot.Hints, error) {
	var alarms, held, lanes [shards]*goredis.ZSliceCmd
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for _, sh := range allShards() {
			alarms[sh] = pipe.ZRangeWithScores(ctx, s.keys.alarms(sh), 0, 0)
			held[sh] = pipe.ZRangeWithScores(ctx, s.keys.held(sh), 0, 0)
			lanes[sh] = pipe.ZRangeWithScores(ctx, s.keys.lanes(sh), 0, 0)
		}
	})
	if err != nil {
		return bot.Hints{}, fmt.Errorf("peek at queues: %w", err)
	}
	return bot.Hints{Alarm: earliest(alarms), AlarmHeld: earliest(held), Outbox: earliest(lanes)}, nil
}

// earliest returns the first time in any shard's queue; zero where they are
// empty or hold only what is parked.
func earliest(firsts [shards]*goredis.ZSliceCmd) time.Time {
	first := math.Inf(1)
	for _, cmd := range firsts {
		for _, z := range cmd.Val() {
			first = min(first, z.Score)
		}
	}
	if math.IsInf(first, 1) {
		return time.Time{}
	}
	return moment(first)
}

// endOfTime is after every moment and before never: the last millisecond that a
// score can hold exactly.
const endOfTime = "9007199254740991"

// Depth implements bot.Peeker. Parked lanes do not count.
func (s *Store) Depth(ctx context.Context) (int64, error) {
	var cmds []*goredis.IntCmd
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for _, sh := range allShards() {
			cmds = append(cmds, pipe.ZCount(ctx, s.keys.lanes(sh), "-inf", endOfTime))
		}
	})
	if err != nil {
		return 0, fmt.Errorf("count lanes: %w", err)
	}
	return sum(cmds), nil
}
