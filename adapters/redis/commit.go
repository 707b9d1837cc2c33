package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"casebot/bot"
)

// Commit implements bot.Store. After an error that is none of the store's own
// the transition may have been committed or not: whoever tells the event again
// learns it from ErrDuplicate.
func (s *Store) Commit(ctx context.Context, t bot.Transition) error {
	home, err := shardOfTransition(t)
	if err != nil {
		return fmt.Errorf("commit event %s: %w", t.Event, err)
	}
	c, err := s.commitCall(home, t)
	if err != nil {
		return fmt.Errorf("commit event %s: %w", t.Event, err)
	}
	if err := commitScript.verdict(ctx, s.client, c.keys, c.args...); err != nil {
		return fmt.Errorf("commit event %s: %w", t.Event, err)
	}
	return nil
}

// call is what commit.lua reads, in the order in which it reads.
type call struct {
	keys []string
	args []any
}

func (c *call) key(keys ...string) { c.keys = append(c.keys, keys...) }
func (c *call) arg(args ...any)    { c.args = append(c.args, args...) }

// commitCall lines up a transition for commit.lua.
func (s *Store) commitCall(home shard, t bot.Transition) (*call, error) {
	c := &call{}
	c.key(s.keys.event(home, t.Event), s.keys.alarms(home), s.keys.held(home), s.keys.dues(home), s.keys.lanes(home))
	c.arg(eventMemory.Milliseconds(), present(s.now()))

	c.arg(len(t.Changes) + len(t.Guards))
	for _, change := range t.Changes {
		c.key(s.keys.record(change.Key))
		c.arg(change.Version)
	}
	for _, guard := range t.Guards {
		c.key(s.keys.record(guard.Key))
		c.arg(guard.Version)
	}

	c.arg(len(t.Changes))
	for _, change := range t.Changes {
		s.addChange(c, home, t.Event, change)
	}

	c.arg(len(t.Outbox))
	for _, d := range t.Outbox {
		text, err := encodeDelivery(d)
		if err != nil {
			return nil, err
		}
		c.key(s.keys.lane(d.Record, d.Lane()))
		c.arg(laneMember(d.Record, d.Lane()), text)
	}
	return c, nil
}

// addChange lines up one change.
func (s *Store) addChange(c *call, home shard, event string, change bot.Change) {
	var value, entry string
	if change.Body != nil {
		value = encodeRecord(change.Version+1, change.Body)
	}
	if change.Log != nil {
		entry = encodeEntry(event, change.Log)
	}
	c.key(s.keys.record(change.Key), s.keys.log(change.Key), s.keys.refs(change.Key))
	c.arg(change.Key.String(), value)
	if change.Alarm.IsZero() {
		c.arg("")
	} else {
		c.arg(due(change.Alarm))
	}
	c.arg(entry, len(change.Join), len(change.Leave))
	for _, index := range change.Join {
		c.key(s.keys.index(home, index))
	}
	for _, index := range change.Leave {
		c.key(s.keys.index(home, index))
	}
}

// shardOfTransition returns the shard that a transition happens in. It refuses
// what no script could keep its promises for: a caller's mistake, not a state.
func shardOfTransition(t bot.Transition) (shard, error) {
	if t.Event == "" || strings.Contains(t.Event, "\n") {
		return 0, errors.New("event without a proper id")
	}
	records := recordsOf(t)
	if len(t.Changes)+len(t.Guards) == 0 {
		return 0, errors.New("neither change nor guard")
	}
	home := shardOf(records[0].Owner)
	for _, key := range records {
		if parsed, err := bot.ParseKey(key.String()); err != nil || parsed != key || strings.Contains(key.String(), "\n") {
			return 0, fmt.Errorf("record %q cannot be named", key)
		}
		if shardOf(key.Owner) != home {
			return 0, fmt.Errorf("record %s is of another shard than %s", key, records[0])
		}
	}
	return home, checkChanges(home, t.Changes)
}

// recordsOf returns every record that a transition names.
func recordsOf(t bot.Transition) []bot.Key {
	keys := make([]bot.Key, 0, len(t.Changes)+len(t.Guards)+len(t.Outbox))
	for _, change := range t.Changes {
		keys = append(keys, change.Key)
	}
	for _, guard := range t.Guards {
		keys = append(keys, guard.Key)
	}
	for _, d := range t.Outbox {
		keys = append(keys, d.Record)
	}
	return keys
}

// checkChanges refuses a record that is changed twice and an index of another
// shard, where List would never find it.
func checkChanges(home shard, changes []bot.Change) error {
	changed := make(map[bot.Key]bool, len(changes))
	for _, change := range changes {
		if changed[change.Key] {
			return fmt.Errorf("record %s is changed twice", change.Key)
		}
		changed[change.Key] = true
		for _, index := range slices.Concat(change.Join, change.Leave) {
			if spans := indexShards(index); len(spans) == 1 && spans[0] != home {
				return fmt.Errorf("index %s is of another shard than %s", index, change.Key)
			}
		}
	}
	return nil
}
