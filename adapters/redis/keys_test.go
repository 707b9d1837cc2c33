package redis

import (
	"fmt"
	"testing"
	"time"

	"casebot/bot"
)

// TestKeysOfTransition proves that whatever a transition touches is in one
// slot of a cluster.
func TestKeysOfTransition(t *testing.T) {
	s := &Store{keys: keyspace{prefix: "casebot"}, now: func() time.Time { return time.UnixMilli(0) }}
	for i := range 100 {
		owner := fmt.Sprintf("OWNER%d", i)
		record, guard := bot.CaseKey(owner, 1), bot.SubscriberKey(owner)
		c, err := s.commitCall(shardOf(owner), bot.Transition{
			Event:   "e",
			Changes: []bot.Change{{Key: record, Body: []byte("x"), Log: []byte("x"), Join: []string{"open", "open:" + owner}, Leave: []string{"closed"}}},
			Guards:  []bot.Guard{{Key: guard}},
			Outbox:  []bot.Delivery{{Key: "d", Record: record, Room: "slack:C{ACME}"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(c.keys) != 5+2+3+3+1 {
			t.Fatalf("keys: %q", c.keys)
		}
		for _, key := range c.keys {
			if got, want := tagOf(key), fmt.Sprintf("%x", uint32(shardOf(owner))); got != want {
				t.Fatalf("key %q has tag %q, want %q", key, got, want)
			}
		}
	}
}

// TestShards proves that owners spread over all shards, and where they are:
// a change would strand what is stored.
func TestShards(t *testing.T) {
	counts := map[shard]int{}
	for i := range 1600 {
		counts[shardOf(fmt.Sprintf("OWNER%d", i))]++
	}
	for _, s := range allShards() {
		if counts[s] < 50 || counts[s] > 150 {
			t.Errorf("shard %x has %d of 1600 owners", uint32(s), counts[s])
		}
	}
	for owner, want := range map[string]shard{"ACME": 0xf, "slack:C0OPS": 0x0, "": 0x5} {
		if got := shardOf(owner); got != want {
			t.Errorf("owner %q is in shard %x, want %x", owner, uint32(got), uint32(want))
		}
	}
}

// TestRounding proves that nothing is due early and nothing later than the next
// millisecond.
func TestRounding(t *testing.T) {
	noon := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]time.Duration{
		0:                                  0,
		1:                                  time.Millisecond,
		time.Millisecond:                   time.Millisecond,
		time.Millisecond + time.Nanosecond: 2 * time.Millisecond,
	} {
		if got := moment(float64(due(noon.Add(after)))).Sub(noon); got != want {
			t.Errorf("due %s after noon: stored as %s after", after, got)
		}
		if got := present(noon.Add(after)); got > noon.Add(after).UnixMilli() {
			t.Errorf("present %s after noon is ahead", after)
		}
	}
}
