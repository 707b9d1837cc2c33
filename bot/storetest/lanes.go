package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"casebot/bot"
)

var laneTests = []test{
	{"a delivery comes out as it went in", func(w *world) {
		want := bot.Delivery{
			Key: "case/ACME/1:card", Record: case1, Room: room, Thread: "t1", Under: "card", Slot: "reply", Ref: "m7", Edit: true, Opens: true, Report: true,
			Message: bot.Message{Text: "line\nline", Sections: []bot.Section{{Text: "<ünïcode>"}}, Controls: []bot.Control{{Kind: bot.ControlButton, Label: "Take", Command: "case take ACME-1"}}},
		}
		tell := bot.Delivery{Key: "told", Record: case1, Tell: &bot.Tell{To: person, Event: bot.Event{ID: "told", Kind: bot.EventTold, Topic: "assigned"}}}
		w.send(want, tell)
		leases := w.claimLanes(10)
		same(w, "lanes", len(leases), 2)
		for _, lease := range leases {
			same(w, "record", lease.Key, case1)
			switch lease.Lane {
			case room:
				same(w, "delivery", w.pending(lease), []bot.Delivery{want})
			case tell.Lane():
				same(w, "delivery", w.pending(lease), []bot.Delivery{tell})
			default:
				w.t.Fatalf("lane %q", lease.Lane)
			}
		}
	}},

	{"a lane keeps its order over transitions", func(w *world) {
		w.send(post(case1, room, "a"), post(case1, room, "b"))
		w.send(post(case1, room, "c"), post(case1, room, "d"))
		lease := w.lane()
		w.send(post(case1, room, "e"))
		for want := []string{"a", "b", "c", "d", "e"}; len(want) > 0; want = want[1:] {
			same(w, "pending", w.keys(lease), want)
			w.settle(lease, post(case1, room, want[0]), bot.Receipt{})
		}
		same(w, "pending", w.keys(lease), nil)
	}},

	{"rooms and records have lanes of their own", func(w *world) {
		w.send(post(case1, room, "a"), post(case1, "console:triage", "b"))
		w.send(post(case2, room, "c"))
		w.send(post(elsewhere, room, "d"))
		same(w, "lanes", len(w.claimLanes(10)), 4)
	}},

	{"a drained lane is given back by its last settle", func(w *world) {
		w.send(post(case1, room, "a"))
		lease := w.lane()
		w.settle(lease, post(case1, room, "a"), bot.Receipt{})
		w.clock.set(lease.Until)
		w.noLanes()
		same(w, "depth", w.depth(), 0)
		w.lost(lease, post(case1, room, "a"))
		w.send(post(case1, room, "b"))
		same(w, "pending", w.keys(w.lane()), []string{"b"})
	}},

	{"a lane is due at once, and its lease says since when", func(w *world) {
		w.send(post(case1, room, "a"))
		w.clock.advance(time.Second)
		sameTime(w, "due", w.lane().Due, start)
	}},

	{"a leased lane is nobody else's until the lease ends", func(w *world) {
		w.send(post(case1, room, "a"))
		lease := w.lane()
		w.clock.set(lease.Until.Add(-time.Millisecond))
		w.noLanes()
		w.clock.set(lease.Until)
		w.lane()
	}},

	{"a commit does not shorten a lease or a delay", func(w *world) {
		w.send(post(case1, room, "a"))
		lease := w.lane()
		w.send(post(case1, room, "b"))
		w.noLanes()
		later := w.clock.Now().Add(time.Hour)
		w.postpone(lease, later)
		w.send(post(case1, room, "c"))
		w.noLanes()
		w.clock.set(later)
		same(w, "pending", w.keys(w.lane()), []string{"a", "b", "c"})
	}},

	{"only the first delivery can be settled", func(w *world) {
		a, b := post(case1, room, "a"), post(case1, room, "ab")
		w.send(a, b)
		lease := w.lane()
		if err := w.store.Settle(w.t.Context(), lease, b, bot.Receipt{}); !errors.Is(err, bot.ErrLeaseLost) {
			w.t.Fatalf("settle the second: %v, want %v", err, bot.ErrLeaseLost)
		}
		w.settle(lease, a, bot.Receipt{})
		if err := w.store.Settle(w.t.Context(), lease, a, bot.Receipt{}); !errors.Is(err, bot.ErrLeaseLost) {
			w.t.Fatalf("settle the first twice: %v, want %v", err, bot.ErrLeaseLost)
		}
		same(w, "pending", w.keys(lease), []string{"ab"})
	}},

	{"a lease that ended and was not taken is still good", func(w *world) {
		w.send(post(case1, room, "a"), post(case1, room, "b"))
		lease := w.lane()
		w.clock.set(lease.Until.Add(time.Minute))
		w.settle(lease, post(case1, room, "a"), bot.Receipt{})
		same(w, "pending", w.keys(w.lane()), []string{"b"})
	}},

	{"a stolen lease is lost to its old holder", func(w *world) {
		a := post(case1, room, "a")
		w.send(a)
		old := w.lane()
		w.clock.set(old.Until)
		stolen, err := w.replica().ClaimOutbox(w.t.Context(), w.clock.Now(), 10)
		if err != nil || len(stolen) != 1 {
			w.t.Fatalf("claim by another replica: %v, %v", stolen, err)
		}
		w.lost(old, a)
		same(w, "pending for the new holder", w.keys(stolen[0]), []string{"a"})
		w.settle(stolen[0], a, bot.Receipt{})
	}},

	{"no two leases of a lane are the same, even where time stands still", func(w *world) {
		a, b := post(case1, room, "a"), post(case1, room, "b")
		w.send(a)
		old := w.lane()
		w.settle(old, a, bot.Receipt{})
		w.send(b)
		w.lane()
		w.lost(old, b)

		w.send(post(case2, room, "c"))
		old = w.lane()
		w.postpone(old, w.clock.Now())
		w.lane()
		w.lost(old, post(case2, room, "c"))
	}},

	{"a postponed lane is due again when told, to the millisecond", func(w *world) {
		w.send(post(case1, room, "a"), post(case1, room, "b"))
		lease := w.lane()
		again := w.clock.Now().Add(5*time.Second + time.Microsecond)
		w.postpone(lease, again)
		w.lost(lease, post(case1, room, "a"))
		w.clock.set(again.Add(-time.Microsecond))
		w.noLanes()
		w.clock.set(again.Add(time.Millisecond))
		same(w, "pending", w.keys(w.lane()), []string{"a", "b"})
	}},

	{"a lane that waits holds back no other", func(w *world) {
		w.send(post(case1, "console:triage", "a"))
		w.postpone(w.lane(), w.clock.Now().Add(time.Hour))
		w.send(post(case1, room, "b"))
		same(w, "lane", w.lane().Lane, room)
	}},

	{"the earliest lanes go first, over all shards", func(w *world) {
		names := owners(30)
		for _, owner := range names {
			w.send(post(bot.CaseKey(owner, 1), room, "a"))
			w.clock.advance(time.Second)
		}
		var got []string
		for range 5 {
			for _, lease := range w.claimLanes(7) {
				got = append(got, lease.Key.Owner)
			}
		}
		same(w, "order", got, names)
	}},

	{"a long lane is read a hundred at a time", func(w *world) {
		var all []bot.Delivery
		for i := range 150 {
			all = append(all, post(case1, room, fmt.Sprintf("d%03d", i)))
		}
		w.send(all...)
		lease := w.lane()
		first := w.pending(lease)
		if len(first) == 0 || len(first) > 100 {
			w.t.Fatalf("pending: %d deliveries", len(first))
		}
		var got []string
		for pending := first; len(pending) > 0; pending = w.pending(lease) {
			for _, d := range pending {
				w.settle(lease, d, bot.Receipt{})
				got = append(got, d.Key)
			}
		}
		same(w, "delivered", len(got), 150)
		same(w, "in order", slices.IsSorted(got), true)
	}},
}
