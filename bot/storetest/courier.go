package storetest

import (
	"errors"
	"time"

	"casebot/bot"
)

const room = "console:acme"

// post makes a delivery of a record to a room.
func post(record bot.Key, room, key string) bot.Delivery {
	return bot.Delivery{Key: key, Record: record, Room: room, Message: bot.Message{Text: "text of " + key}}
}

// send commits deliveries and nothing else.
func (w *world) send(deliveries ...bot.Delivery) {
	w.t.Helper()
	w.transit(bot.Transition{
		Guards: []bot.Guard{{Key: deliveries[0].Record, Version: w.load(deliveries[0].Record).Version}},
		Outbox: deliveries,
	})
}

func (w *world) claimLanes(limit int) []bot.Lease {
	w.t.Helper()
	leases, err := w.store.ClaimOutbox(w.t.Context(), w.clock.Now(), limit)
	if err != nil {
		w.t.Fatalf("claim outbox: %v", err)
	}
	return leases
}

// lane claims the one lane that is due.
func (w *world) lane() bot.Lease {
	w.t.Helper()
	leases := w.claimLanes(10)
	if len(leases) != 1 {
		w.t.Fatalf("claim outbox: got %v, want one lane", leases)
	}
	return leases[0]
}

// noLanes proves that none is due.
func (w *world) noLanes() {
	w.t.Helper()
	if leases := w.claimLanes(10); len(leases) != 0 {
		w.t.Fatalf("claim outbox: got %v, want none", leases)
	}
}

func (w *world) pending(l bot.Lease) []bot.Delivery {
	w.t.Helper()
	deliveries, err := w.store.Pending(w.t.Context(), l)
	if err != nil {
		w.t.Fatalf("pending in %s: %v", l.Lane, err)
	}
	return deliveries
}

// keys returns the keys of what is pending.
func (w *world) keys(l bot.Lease) []string {
	w.t.Helper()
	var keys []string
	for _, d := range w.pending(l) {
		keys = append(keys, d.Key)
	}
	return keys
}

func (w *world) settle(l bot.Lease, d bot.Delivery, r bot.Receipt) {
	w.t.Helper()
	if err := w.store.Settle(w.t.Context(), l, d, r); err != nil {
		w.t.Fatalf("settle %s: %v", d.Key, err)
	}
}

func (w *world) postpone(l bot.Lease, until time.Time) {
	w.t.Helper()
	if err := w.store.Postpone(w.t.Context(), l, until); err != nil {
		w.t.Fatalf("postpone %s: %v", l.Lane, err)
	}
}

// lost proves that a lease is good for nothing any more.
func (w *world) lost(l bot.Lease, d bot.Delivery) {
	w.t.Helper()
	if got := w.pending(l); len(got) != 0 {
		w.t.Fatalf("pending with a lost lease: %v, want none", got)
	}
	if err := w.store.Settle(w.t.Context(), l, d, bot.Receipt{}); !errors.Is(err, bot.ErrLeaseLost) {
		w.t.Fatalf("settle with a lost lease: %v, want %v", err, bot.ErrLeaseLost)
	}
	if err := w.store.Postpone(w.t.Context(), l, start); !errors.Is(err, bot.ErrLeaseLost) {
		w.t.Fatalf("postpone with a lost lease: %v, want %v", err, bot.ErrLeaseLost)
	}
}
