package storetest

import (
	"time"

	"casebot/bot"
)

func (w *world) park(p bot.Parked) {
	w.t.Helper()
	if err := w.store.Park(w.t.Context(), p); err != nil {
		w.t.Fatalf("park %s: %v", p.Key, err)
	}
}

func (w *world) unpark(key bot.Key) {
	w.t.Helper()
	if err := w.store.Unpark(w.t.Context(), key); err != nil {
		w.t.Fatalf("unpark %s: %v", key, err)
	}
}

func (w *world) parked() []bot.Parked {
	w.t.Helper()
	parked, err := w.store.Parked(w.t.Context())
	if err != nil {
		w.t.Fatalf("parked: %v", err)
	}
	return parked
}

var lotTests = []test{
	{"nothing is parked at first", func(w *world) {
		same(w, "parked", len(w.parked()), 0)
	}},

	{"a parked alarm does not ring, neither waiting nor held", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		w.commit(bot.Change{Key: elsewhere, Body: []byte("x"), Alarm: start.Add(time.Second)})
		w.alarm(start)
		w.park(bot.Parked{Key: case1, Reason: "decide panicked", At: start})
		w.park(bot.Parked{Key: elsewhere, Reason: "no JSON", At: start.Add(time.Second)})
		w.clock.advance(year)
		w.noAlarms(start.Add(year))
		same(w, "parked", w.parked(), []bot.Parked{
			{Key: case1, Reason: "decide panicked", At: start},
			{Key: elsewhere, Reason: "no JSON", At: start.Add(time.Second)},
		})
	}},

	{"an alarm that is taken out of the lot is due at once", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start.Add(year)})
		w.park(bot.Parked{Key: case1, Reason: "no JSON", At: start})
		w.unpark(case1)
		same(w, "parked", len(w.parked()), 0)
		same(w, "record", w.alarm(start).Key, case1)
	}},

	{"a record without an alarm may be parked too, and rings when it comes back", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		w.park(bot.Parked{Key: case1, Reason: "no JSON"})
		w.unpark(case1)
		same(w, "record", w.alarm(start).Key, case1)
	}},

	{"nothing rings for a record that went while it was parked", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		w.park(bot.Parked{Key: case1, Reason: "no JSON", At: start})
		w.commit(bot.Change{Key: case1, Version: 1})
		w.unpark(case1)
		w.noAlarms(start)
		same(w, "parked", len(w.parked()), 0)
	}},

	{"a parked lane is claimed by nobody, and new deliveries do not revive it", func(w *world) {
		a := post(case1, room, "a")
		w.send(a, post(case1, "console:triage", "t"))
		leases := w.claimLanes(10)
		w.park(bot.Parked{Key: case1, Lane: room, Reason: "no JSON", At: start})
		for _, lease := range leases {
			if lease.Lane == room {
				w.lost(lease, a)
			} else {
				w.settle(lease, post(case1, "console:triage", "t"), bot.Receipt{})
			}
		}
		w.send(post(case1, room, "b"))
		w.clock.advance(year)
		w.noLanes()
		same(w, "depth", w.depth(), 0)
		sameTime(w, "hint", w.peek().Outbox, time.Time{})
	}},

	{"a lane that comes back has kept its order", func(w *world) {
		w.send(post(case1, room, "a"))
		w.park(bot.Parked{Key: case1, Lane: room, Reason: "no JSON", At: start})
		w.send(post(case1, room, "b"))
		w.unpark(case1)
		same(w, "parked", len(w.parked()), 0)
		same(w, "pending", w.keys(w.lane()), []string{"a", "b"})
	}},

	{"a record's alarm and lanes come back together, and nobody else's", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start}, bot.Change{Key: case2, Body: []byte("x"), Alarm: start})
		w.send(post(case1, room, "a"), post(case1, "console:triage", "b"))
		for _, p := range []bot.Parked{{Key: case1}, {Key: case1, Lane: room}, {Key: case1, Lane: "console:triage"}, {Key: case2}} {
			p.At = start
			w.park(p)
		}
		same(w, "parked", len(w.parked()), 4)
		w.unpark(case1)
		same(w, "parked", w.parked(), []bot.Parked{{Key: case2, At: start}})
		same(w, "alarm", w.alarm(start).Key, case1)
		same(w, "lanes", len(w.claimLanes(10)), 2)
	}},

	{"what was not parked stays as it is", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start.Add(time.Hour)}, bot.Change{Key: case2, Body: []byte("x")})
		w.send(post(case1, room, "a"))
		w.park(bot.Parked{Key: case1, Lane: room, At: start})
		w.park(bot.Parked{Key: case2, At: start})
		w.unpark(case1)
		w.lane()
		w.noAlarms(start)
		sameTime(w, "due", w.alarm(start.Add(time.Hour)).Due, start.Add(time.Hour))
	}},

	{"a lane that was drained before it was parked does not come back", func(w *world) {
		w.deliver(post(case1, room, "a"), bot.Receipt{})
		w.park(bot.Parked{Key: case1, Lane: room, Reason: "too late", At: start})
		w.unpark(case1)
		w.noLanes()
	}},

	{"parking twice is parking once", func(w *world) {
		w.park(bot.Parked{Key: case1, Reason: "first", At: start})
		w.park(bot.Parked{Key: case1, Reason: "second", At: start})
		same(w, "parked", w.parked(), []bot.Parked{{Key: case1, Reason: "second", At: start}})
	}},
}
