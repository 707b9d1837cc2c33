package bot_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"casebot/bot"
)

// backing is everything that a desk needs of a store.
type backing interface {
	bot.Store
	bot.Names
	bot.Lot
	bot.Peeker
}

// watched is a store whose commits can be read afterwards.
type watched struct {
	backing
	mu      sync.Mutex
	commits []bot.Transition
	bodies  map[bot.Key][]byte
	alarms  map[bot.Key]time.Time
}

func watch(s backing) *watched {
	return &watched{backing: s, bodies: map[bot.Key][]byte{}, alarms: map[bot.Key]time.Time{}}
}

// Commit implements bot.Store.
func (w *watched) Commit(ctx context.Context, t bot.Transition) error {
	w.mu.Lock() // so that bodies and alarms are those of the last commit
	defer w.mu.Unlock()
	if err := w.backing.Commit(ctx, t); err != nil {
		return err
	}
	if len(t.Changes)+len(t.Outbox) > 0 { // a refusal claims its event's id and changes nothing
		w.commits = append(w.commits, t)
	}
	for _, c := range t.Changes {
		if c.Body == nil {
			delete(w.bodies, c.Key)
			delete(w.alarms, c.Key)
			continue
		}
		w.bodies[c.Key], w.alarms[c.Key] = c.Body, c.Alarm
	}
	return nil
}

// alarm is when a record wants to be asked again, zero for never.
func (w *watched) alarm(k bot.Key) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.alarms[k]
}

// history lists all transitions so far.
func (w *watched) history() []bot.Transition {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.commits)
}

// records returns the bodies of all records of a kind.
func (w *watched) records(kind bot.Kind) map[bot.Key][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := maps.Clone(w.bodies)
	maps.DeleteFunc(out, func(k bot.Key, _ []byte) bool { return k.Kind != kind })
	return out
}

// record decodes one record.
func record[T any](t testing.TB, w *watched, k bot.Key) T {
	t.Helper()
	var out T
	body, ok := w.records(k.Kind)[k]
	if !ok {
		t.Fatalf("no record %s", k)
	}
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatalf("decode %s: %v", k, err)
	}
	return out
}

// audit lists the reasons in a record's log, oldest first.
func (d *desk) audit(k bot.Key) []string {
	d.t.Helper()
	entries, err := d.store.Log(d.ctx, k, 0, 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		var entry bot.LogEntry
		if err := json.Unmarshal(e.Body, &entry); err != nil {
			d.t.Fatal(err)
		}
		out = append(out, entry.Reason)
	}
	return out
}
