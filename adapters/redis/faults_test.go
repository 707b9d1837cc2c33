package redis

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

var acme = bot.CaseKey("ACME", 1)

// change makes the transition of a plain event.
func change(event string, key bot.Key, version int64) bot.Transition {
	return bot.Transition{
		Event:   event,
		Changes: []bot.Change{{Key: key, Version: version, Body: []byte(event), Log: []byte(event), Join: []string{"open"}}},
		Outbox:  []bot.Delivery{{Key: event, Record: key, Room: "console:acme"}},
	}
}

func mustCommit(t testing.TB, s *Store, transition bot.Transition) {
	t.Helper()
	if err := s.Commit(context.Background(), transition); err != nil {
		t.Fatal(err)
	}
}

func version(t testing.TB, s *Store, key bot.Key) int64 {
	t.Helper()
	records, err := s.Load(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	return records[0].Version
}

// TestForgottenScripts proves that a server which lost its script cache, as
// after a failover, is taught again.
func TestForgottenScripts(t *testing.T) {
	server := redistest.Start(t, redistest.Options{})
	s, admin := open(t, Config{URL: server.URL()}), server.Client()
	forget := func() {
		t.Helper()
		if err := admin.ScriptFlush(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for v := range int64(3) {
		forget()
		mustCommit(t, s, change(fmt.Sprint("e", v), acme, v))
	}
	forget()
	leases, err := s.ClaimOutbox(t.Context(), time.Now(), 10)
	if err != nil || len(leases) != 1 {
		t.Fatalf("claim: %v, %v", leases, err)
	}
	forget()
	if err := s.Settle(t.Context(), leases[0], bot.Delivery{Key: "e0"}, bot.Receipt{}); err != nil {
		t.Fatal(err)
	}
	forget()
	if err := s.Postpone(t.Context(), leases[0], time.Now()); err != nil {
		t.Fatal(err)
	}
	forget()
	if _, _, err := s.Shelf().Put(t.Context(), "id", nil, false); err != nil {
		t.Fatal(err)
	}
}

// TestPowerCut kills the server in the middle of work: everything that was
// acknowledged is there when it comes back, leases end by themselves, and the
// event that nobody knows about can be told again.
func TestPowerCut(t *testing.T) {
	server := redistest.Start(t, redistest.Options{AOF: true})
	now := time.Now().Truncate(time.Millisecond)
	s := open(t, Config{URL: server.URL(), Now: func() time.Time { return now }})

	mustCommit(t, s, bot.Transition{Event: "alarmed", Changes: []bot.Change{{Key: bot.CaseKey("OTHER", 1), Body: []byte("x"), Alarm: now}}})
	alarms, err := s.ClaimAlarms(t.Context(), now, 10)
	if err != nil || len(alarms) != 1 {
		t.Fatalf("claim alarms: %v, %v", alarms, err)
	}

	var acknowledged atomic.Int64
	failed := make(chan bot.Transition)
	go func() {
		for v := int64(0); ; v++ {
			next := change(fmt.Sprint("e", v), acme, v)
			if err := s.Commit(context.Background(), next); err != nil {
				failed <- next
				return
			}
			acknowledged.Store(v + 1)
		}
	}()
	for acknowledged.Load() < 100 {
		if _, err := s.Log(t.Context(), acme, 0, 1); err != nil {
			t.Fatal(err)
		}
	}
	server.Kill()
	last := <-failed
	if _, err := s.Load(t.Context(), acme); err == nil {
		t.Fatal("load from a dead server: no error")
	}
	server.Restart()

	if err := s.Commit(t.Context(), last); err != nil && !errors.Is(err, bot.ErrDuplicate) {
		t.Fatalf("tell the last event again: %v", err)
	}
	want := acknowledged.Load() + 1
	if got := version(t, s, acme); got != want {
		t.Fatalf("version %d, want %d", got, want)
	}
	entries, err := s.Log(t.Context(), acme, 0, int(want)+1)
	if err != nil || int64(len(entries)) != want {
		t.Fatalf("log: %d entries, %v, want %d", len(entries), err, want)
	}

	if again, err := s.ClaimAlarms(t.Context(), now, 10); err != nil || len(again) != 0 {
		t.Fatalf("claim a held alarm: %v, %v", again, err)
	}
	now = alarms[0].Until
	if again, err := s.ClaimAlarms(t.Context(), now, 10); err != nil || len(again) != 1 {
		t.Fatalf("claim after the lease: %v, %v", again, err)
	}
	lanes, err := s.ClaimOutbox(t.Context(), now, 10)
	if err != nil || len(lanes) != 1 {
		t.Fatalf("claim outbox: %v, %v", lanes, err)
	}
	for i := range want {
		if err := s.Settle(t.Context(), lanes[0], bot.Delivery{Key: fmt.Sprint("e", i)}, bot.Receipt{}); err != nil {
			t.Fatalf("settle delivery %d: %v", i, err)
		}
	}
}

// TestPoison proves that what somebody else wrote is told from what is broken
// for now, so that it can be parked.
func TestPoison(t *testing.T) {
	s := open(t, Config{URL: "embedded"})
	mustCommit(t, s, change("e", acme, 0))
	leases, err := s.ClaimOutbox(t.Context(), time.Now(), 1)
	if err != nil || len(leases) != 1 {
		t.Fatalf("claim: %v, %v", leases, err)
	}
	if err := s.client.RPush(t.Context(), s.keys.lane(acme, leases[0].Lane), "no delivery").Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Set(t.Context(), s.keys.record(acme), "no record", 0).Err(); err != nil {
		t.Fatal(err)
	}
	var poison *bot.PoisonError
	if _, err := s.Pending(t.Context(), leases[0]); !errors.As(err, &poison) || poison.Key != acme {
		t.Errorf("pending: %v, want a poisoned record", err)
	}
	if _, err := s.Load(t.Context(), acme); !errors.As(err, &poison) || poison.Key != acme {
		t.Errorf("load: %v, want a poisoned record", err)
	}
}
