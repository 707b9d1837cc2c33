package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// never is the score of a parked lane. No claim reaches it, and a commit's ZADD
// NX leaves it alone, so the lane keeps its order and gains what is new.
var never = math.Inf(1)

// Park implements bot.Lot.
func (s *Store) Park(ctx context.Context, p bot.Parked) error {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("park %s: %w", p.Key, err)
	}
	home := shardOf(p.Key.Owner)
	name := p.Key.String()
	_, err = s.client.TxPipelined(ctx, func(tx goredis.Pipeliner) error {
		if p.Lane != "" {
			name = laneMember(p.Key, p.Lane)
			tx.ZAddXX(ctx, s.keys.lanes(home), goredis.Z{Score: never, Member: name})
		} else {
			tx.ZRem(ctx, s.keys.alarms(home), name)
			tx.ZRem(ctx, s.keys.held(home), name)
			tx.HDel(ctx, s.keys.dues(home), name)
		}
		tx.HSet(ctx, s.keys.parked(home), name, text)
		return nil
	})
	if err != nil {
		return fmt.Errorf("park %s: %w", p.Key, err)
	}
	return nil
}

// Parked implements bot.Lot; what waits longest comes first.
func (s *Store) Parked(ctx context.Context) ([]bot.Parked, error) {
	parked, err := s.parked(ctx, allShards())
	if err != nil {
		return nil, fmt.Errorf("list parked: %w", err)
	}
	slices.SortStableFunc(parked, func(a, b bot.Parked) int { return a.At.Compare(b.At) })
	return parked, nil
}

// parked reads what waits in some shards, in one round trip.
func (s *Store) parked(ctx context.Context, from []shard) ([]bot.Parked, error) {
	cmds := make([]*goredis.MapStringStringCmd, len(from))
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		for i, sh := range from {
			cmds[i] = pipe.HGetAll(ctx, s.keys.parked(sh))
		}
	})
	if err != nil {
		return nil, err
	}
	var parked []bot.Parked
	for _, cmd := range cmds {
		for name, text := range cmd.Val() {
			var p bot.Parked
			if err := json.Unmarshal([]byte(text), &p); err != nil {
				return nil, fmt.Errorf("decode parked %s: %w", name, err)
			}
			parked = append(parked, p)
		}
	}
	return parked, nil
}

// Unpark implements bot.Lot. An alarm comes back due at the moment it was
// parked, which has passed on every clock, unless its record is gone.
func (s *Store) Unpark(ctx context.Context, key bot.Key) error {
	home := shardOf(key.Owner)
	parked, err := s.parked(ctx, []shard{home})
	if err != nil {
		return fmt.Errorf("unpark %s: %w", key, err)
	}
	there, err := s.client.Exists(ctx, s.keys.record(key)).Result()
	if err != nil {
		return fmt.Errorf("unpark %s: %w", key, err)
	}
	_, err = s.client.TxPipelined(ctx, func(tx goredis.Pipeliner) error {
		for _, p := range parked {
			switch {
			case p.Key != key:
				continue
			case p.Lane != "":
				lane := laneMember(key, p.Lane)
				tx.ZAddXX(ctx, s.keys.lanes(home), goredis.Z{Score: float64(present(s.now())), Member: lane})
				tx.HDel(ctx, s.keys.parked(home), lane)
			default:
				if there == 1 {
					tx.ZAdd(ctx, s.keys.alarms(home), goredis.Z{Score: float64(max(present(p.At), 0)), Member: key.String()})
				}
				tx.HDel(ctx, s.keys.parked(home), key.String())
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("unpark %s: %w", key, err)
	}
	return nil
}
