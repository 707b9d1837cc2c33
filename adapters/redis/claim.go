package redis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// claim asks for leases on what is due in one kind of queue, over all shards.
type claim struct {
	queue func(shard) string
	held  func(shard) string // nil for lanes, which stay in their queue
	dues  func(shard) string // nil for lanes
	now   int64              // on the queue's clock
	real  int64
	limit int
}

// ClaimAlarms implements bot.Store.
func (s *Store) ClaimAlarms(ctx context.Context, now time.Time, limit int) ([]bot.Lease, error) {
	leases, err := s.claim(ctx, claim{
		queue: s.keys.alarms, held: s.keys.held, dues: s.keys.dues,
		now: present(now), real: present(s.now()), limit: limit,
	})
	if err != nil {
		return nil, fmt.Errorf("claim alarms: %w", err)
	}
	return leases, nil
}

// ClaimOutbox implements bot.Store.
func (s *Store) ClaimOutbox(ctx context.Context, now time.Time, limit int) ([]bot.Lease, error) {
	leases, err := s.claim(ctx, claim{queue: s.keys.lanes, now: present(now), real: present(now), limit: limit})
	if err != nil {
		return nil, fmt.Errorf("claim outbox: %w", err)
	}
	return leases, nil
}

// claim leases the earliest of all shards: it looks at all of them in one
// round trip, and then claims from each shard its share. What another replica
// takes in between is missing from the result, never doubled. What was leased
// before an error is returned without it: the next claim will meet it again.
func (s *Store) claim(ctx context.Context, c claim) ([]bot.Lease, error) {
	if c.limit <= 0 {
		return nil, nil
	}
	shares, err := s.shares(ctx, c)
	if err != nil {
		return nil, err
	}
	var leases []bot.Lease
	for _, sh := range allShards() {
		if shares[sh] == 0 {
			continue
		}
		some, err := s.claimShard(ctx, sh, c, shares[sh])
		leases = append(leases, some...)
		if err != nil && len(leases) == 0 {
			return nil, err
		}
		if err != nil {
			break
		}
	}
	slices.SortStableFunc(leases, func(a, b bot.Lease) int { return a.Due.Compare(b.Due) })
	return leases, nil
}

// shares says how many of the earliest entries each shard has.
func (s *Store) shares(ctx context.Context, c claim) (map[shard]int, error) {
	var waiting, ended [shards]*goredis.ZSliceCmd
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for _, sh := range allShards() {
			waiting[sh] = pipe.ZRangeByScoreWithScores(ctx, c.queue(sh), upTo(c.now, c.limit))
			if c.held != nil {
				ended[sh] = pipe.ZRangeByScoreWithScores(ctx, c.held(sh), upTo(c.real, c.limit))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	type entry struct {
		shard shard
		due   float64
	}
	var entries []entry
	for _, sh := range allShards() {
		for _, z := range waiting[sh].Val() {
			entries = append(entries, entry{sh, z.Score})
		}
		if c.held != nil {
			for range ended[sh].Val() { // its due time is elsewhere, and long past
				entries = append(entries, entry{sh, math.Inf(-1)})
			}
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.due, b.due) })
	shares := map[shard]int{}
	for _, e := range entries[:min(c.limit, len(entries))] {
		shares[e.shard]++
	}
	return shares, nil
}

// claimShard leases up to limit entries of one shard.
func (s *Store) claimShard(ctx context.Context, sh shard, c claim, limit int) ([]bot.Lease, error) {
	keys := []string{c.queue(sh), s.keys.fence(sh)}
	if c.held != nil {
		keys = append(keys, c.held(sh), c.dues(sh))
	}
	wanted := c.real + s.lease.Milliseconds()
	answer, err := claimScript.run(ctx, s.client, keys, c.now, c.real, wanted, limit).StringSlice()
	if err != nil || len(answer) == 0 {
		return nil, err
	}
	until, err := strconv.ParseFloat(answer[0], 64)
	if err != nil {
		return nil, fmt.Errorf("read end of lease: %w", err)
	}
	var leases []bot.Lease
	for pair := range slices.Chunk(answer[1:], 2) {
		key, lane, err := splitLane(pair[0])
		if err != nil {
			return leases, err
		}
		due, err := strconv.ParseFloat(pair[1], 64)
		if err != nil {
			return leases, fmt.Errorf("read due time of %s: %w", key, err)
		}
		leases = append(leases, bot.Lease{Key: key, Lane: lane, Due: moment(due), Until: moment(until)})
	}
	return leases, nil
}

// upTo selects the earliest entries that are due at now.
func upTo(now int64, limit int) *goredis.ZRangeBy {
	return &goredis.ZRangeBy{Min: "-inf", Max: strconv.FormatInt(now, 10), Count: int64(limit)}
}
