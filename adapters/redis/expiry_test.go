package redis

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

// TestExpiry proves that the embedded server forgets events after 48 h and
// claimed ids after a minute.
func TestExpiry(t *testing.T) {
	var passed atomic.Int64
	begin := time.Now()
	s := open(t, Config{URL: "embedded", Now: func() time.Time { return begin.Add(time.Duration(passed.Load())) }})
	pass := func(d time.Duration) {
		passed.Add(int64(d))
		s.embedded.expire()
	}
	first := func() bool {
		t.Helper()
		first, err := s.Once(t.Context(), "id")
		if err != nil {
			t.Fatal(err)
		}
		return first
	}
	if !first() {
		t.Fatal("an id is not new")
	}
	pass(59 * time.Second)
	if first() {
		t.Fatal("an id is new again after 59 s")
	}
	pass(time.Second)
	if !first() {
		t.Fatal("an id is not new again after 60 s")
	}

	mustCommit(t, s, change("e", acme, 0))
	pass(48*time.Hour - time.Second)
	if err := s.Commit(t.Context(), change("e", acme, 1)); !errors.Is(err, bot.ErrDuplicate) {
		t.Fatalf("commit within 48 h: %v, want %v", err, bot.ErrDuplicate)
	}
	pass(time.Second)
	mustCommit(t, s, change("e", acme, 1))
}

// TestNothingLeft proves that a deleted record leaves nothing behind for ever
// but its shard's fence.
func TestNothingLeft(t *testing.T) {
	server := redistest.Start(t, redistest.Options{})
	s, admin := open(t, Config{URL: server.URL()}), server.Client()
	born := change("born", acme, 0)
	born.Outbox[0].Slot = "card"
	born.Changes[0].Alarm = time.Now()
	mustCommit(t, s, born)
	if _, err := s.ClaimAlarms(t.Context(), time.Now(), 1); err != nil {
		t.Fatal(err)
	}
	mustCommit(t, s, bot.Transition{Event: "gone", Changes: []bot.Change{{Key: acme, Version: 1, Leave: []string{"open"}}}})
	leases, err := s.ClaimOutbox(t.Context(), time.Now(), 1)
	if err != nil || len(leases) != 1 {
		t.Fatalf("claim: %v, %v", leases, err)
	}
	if err := s.Settle(t.Context(), leases[0], born.Outbox[0], bot.Receipt{Ref: "m1", Thread: "t1"}); err != nil {
		t.Fatal(err)
	}
	names, err := admin.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		ttl, err := admin.PTTL(t.Context(), name).Result()
		if err != nil {
			t.Fatal(err)
		}
		if (ttl <= 0 || ttl > eventMemory) && !strings.HasSuffix(name, ":fence") {
			t.Errorf("%s stays", name)
		}
	}
}
