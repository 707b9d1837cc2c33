package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// pendingLimit bounds how many deliveries Pending returns at once.
const pendingLimit = 100

// Fields of a record's refs: what was settled under a slot.
func refField(slot string) string    { return "ref:" + slot }
func threadField(slot string) string { return "thread:" + slot }

// Pending implements bot.Store. A lane that is not leased by l any more has
// nothing for its holder. It returns 100 deliveries at most, and the refs as
// they are now: what one of them opens, those behind it learn from the next
// call. A delivery that cannot be decoded is a *bot.PoisonError.
func (s *Store) Pending(ctx context.Context, l bot.Lease) ([]bot.Delivery, error) {
	var score *goredis.FloatCmd
	var lines *goredis.StringSliceCmd
	err := s.pipelined(ctx, func(pipe goredis.Pipeliner) {
		score = pipe.ZScore(ctx, s.keys.lanes(shardOf(l.Key.Owner)), laneMember(l.Key, l.Lane))
		lines = pipe.LRange(ctx, s.keys.lane(l.Key, l.Lane), 0, pendingLimit-1)
	})
	if err != nil {
		return nil, fmt.Errorf("read lane %s of %s: %w", l.Lane, l.Key, err)
	}
	if score.Err() != nil || score.Val() != float64(l.Until.UnixMilli()) {
		return nil, nil
	}
	deliveries := make([]bot.Delivery, len(lines.Val()))
	for i, line := range lines.Val() {
		if deliveries[i], err = decodeDelivery(l.Key, line); err != nil {
			return nil, fmt.Errorf("read lane %s of %s: %w", l.Lane, l.Key, err)
		}
	}
	return deliveries, s.fillIn(ctx, l.Key, deliveries)
}

// fillIn completes deliveries with what was settled under their slots.
func (s *Store) fillIn(ctx context.Context, record bot.Key, deliveries []bot.Delivery) error {
	var fields []string
	var blanks []*string
	for i := range deliveries {
		d := &deliveries[i]
		if d.Slot != "" && d.Ref == "" {
			fields, blanks = append(fields, refField(d.Slot)), append(blanks, &d.Ref)
		}
		if d.Under != "" && d.Thread == "" {
			fields, blanks = append(fields, threadField(d.Under)), append(blanks, &d.Thread)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	values, err := s.client.HMGet(ctx, s.keys.refs(record), fields...).Result()
	if err != nil {
		return fmt.Errorf("read refs of %s: %w", record, err)
	}
	for i, value := range values {
		if text, ok := value.(string); ok {
			*blanks[i] = text
		}
	}
	return nil
}

// Settle implements bot.Store.
func (s *Store) Settle(ctx context.Context, l bot.Lease, d bot.Delivery, r bot.Receipt) error {
	keys := []string{
		s.keys.lanes(shardOf(l.Key.Owner)), s.keys.lane(l.Key, l.Lane),
		s.keys.refs(l.Key), s.keys.record(l.Key),
	}
	args := []any{laneMember(l.Key, l.Lane), l.Until.UnixMilli(), d.Key, eventMemory.Milliseconds()}
	if d.Slot != "" && r.Ref != "" {
		args = append(args, refField(d.Slot), r.Ref)
	}
	if d.Slot != "" && r.Thread != "" {
		args = append(args, threadField(d.Slot), r.Thread)
	}
	if err := settleScript.verdict(ctx, s.client, keys, args...); err != nil {
		return fmt.Errorf("settle delivery %s: %w", d.Key, err)
	}
	return nil
}

// Postpone implements bot.Store.
func (s *Store) Postpone(ctx context.Context, l bot.Lease, until time.Time) error {
	if l.Lane == "" {
		return errors.New("postpone alarm " + l.Key.String() + ": only lanes can be postponed")
	}
	keys := []string{s.keys.lanes(shardOf(l.Key.Owner))}
	err := postponeScript.verdict(ctx, s.client, keys, laneMember(l.Key, l.Lane), l.Until.UnixMilli(), due(until))
	if err != nil {
		return fmt.Errorf("postpone lane %s of %s: %w", l.Lane, l.Key, err)
	}
	return nil
}
