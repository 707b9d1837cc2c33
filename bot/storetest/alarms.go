package storetest

import (
	"fmt"
	"time"

	"casebot/bot"
)

// claimAlarms claims for the first replica.
func (w *world) claimAlarms(now time.Time, limit int) []bot.Lease {
	w.t.Helper()
	leases, err := w.store.ClaimAlarms(w.t.Context(), now, limit)
	if err != nil {
		w.t.Fatalf("claim alarms: %v", err)
	}
	return leases
}

// alarm claims the one alarm that is due.
func (w *world) alarm(now time.Time) bot.Lease {
	w.t.Helper()
	leases := w.claimAlarms(now, 10)
	if len(leases) != 1 {
		w.t.Fatalf("claim alarms: got %v, want one", leases)
	}
	return leases[0]
}

// noAlarms proves that none is due.
func (w *world) noAlarms(now time.Time) {
	w.t.Helper()
	if leases := w.claimAlarms(now, 10); len(leases) != 0 {
		w.t.Fatalf("claim alarms: got %v, want none", leases)
	}
}

var alarmTests = []test{
	{"an alarm rings when it is due and not before", func(w *world) {
		due := start.Add(time.Hour)
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: due})
		w.noAlarms(due.Add(-time.Millisecond))
		lease := w.alarm(due)
		same(w, "record", lease.Key, case1)
		same(w, "lane", lease.Lane, "")
		sameTime(w, "due", lease.Due, due)
		if !lease.Until.After(w.clock.Now()) {
			w.t.Fatalf("lease ends at %s, which is not after now", lease.Until)
		}
	}},

	{"a millisecond is the finest, and no alarm rings early", func(w *world) {
		noon := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: noon.Add(time.Millisecond)})
		w.commit(bot.Change{Key: case2, Body: []byte("x"), Alarm: noon.Add(time.Nanosecond)})
		w.noAlarms(noon)
		w.noAlarms(noon.Add(time.Millisecond - time.Nanosecond))
		same(w, "ringing", len(w.claimAlarms(noon.Add(time.Millisecond), 10)), 2)
	}},

	{"the injected clock may be anywhere", func(w *world) {
		for i, at := range []time.Time{start.Add(-10 * year), start.Add(10 * year), time.UnixMilli(1)} {
			key := bot.CaseKey("ACME", int64(i+1))
			w.commit(bot.Change{Key: key, Body: []byte("x"), Alarm: at})
			lease := w.alarm(at)
			sameTime(w, "due", lease.Due, at)
			w.commit(bot.Change{Key: key, Version: 1, Body: []byte("x")})
		}
	}},

	{"a leased alarm is nobody else's until the lease ends, in real time", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		lease := w.alarm(start)
		w.clock.set(lease.Until.Add(-time.Millisecond))
		w.noAlarms(start.Add(year)) // however far the injected clock has come
		w.clock.set(lease.Until)
		again, err := w.replica().ClaimAlarms(w.t.Context(), start, 10)
		if err != nil || len(again) != 1 {
			w.t.Fatalf("claim by another replica: %v, %v", again, err)
		}
		same(w, "record", again[0].Key, case1)
		sameTime(w, "due, as it was", again[0].Due, start)
	}},

	{"a commit with a later alarm ends the lease", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		lease := w.alarm(start)
		next := start.Add(time.Hour)
		w.commit(bot.Change{Key: case1, Version: 1, Body: []byte("x"), Alarm: next})
		w.clock.set(lease.Until)
		w.noAlarms(next.Add(-time.Millisecond))
		sameTime(w, "due", w.alarm(next).Due, next)
	}},

	{"a commit with an unchanged alarm makes it ring again", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		w.alarm(start)
		w.commit(bot.Change{Key: case1, Version: 1, Body: []byte("x"), Alarm: start})
		sameTime(w, "due", w.alarm(start).Due, start)
	}},

	{"a commit without an alarm silences it for good", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		w.commit(bot.Change{Key: case2, Body: []byte("x"), Alarm: start})
		same(w, "ringing", len(w.claimAlarms(start, 1)), 1)
		w.commit(
			bot.Change{Key: case1, Version: 1, Body: []byte("x")}, // one is held, the other waits
			bot.Change{Key: case2, Version: 1, Body: []byte("x")},
		)
		w.clock.advance(year)
		w.noAlarms(start.Add(year))
	}},

	{"a refused commit leaves the lease alone", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		lease := w.alarm(start)
		w.refuses(bot.Transition{Event: "late", Changes: []bot.Change{{Key: case1, Body: []byte("y"), Alarm: start}}}, bot.ErrConflict)
		w.noAlarms(start)
		w.clock.set(lease.Until)
		w.alarm(start)
	}},

	{"the earliest ring first, over all shards", func(w *world) {
		names := owners(40)
		for i, owner := range names {
			// Due in another order than committed: 0, 27, 14, 1, …
			at := start.Add(time.Duration(i*27%40) * time.Second)
			w.commit(bot.Change{Key: bot.CaseKey(owner, 1), Body: []byte("x"), Alarm: at})
		}
		var got []time.Time
		for range 6 {
			for _, lease := range w.claimAlarms(start.Add(time.Hour), 7) {
				got = append(got, lease.Due)
			}
		}
		same(w, "alarms", len(got), 40)
		for i, due := range got {
			sameTime(w, fmt.Sprintf("alarm %d", i), due, start.Add(time.Duration(i)*time.Second))
		}
	}},

	{"a crowded shard starves no other", func(w *world) {
		for number := range int64(50) {
			w.commit(bot.Change{Key: bot.CaseKey("ACME", number+1), Body: []byte("x"), Alarm: start.Add(time.Second)})
		}
		w.commit(bot.Change{Key: elsewhere, Body: []byte("x"), Alarm: start})
		same(w, "first", w.claimAlarms(start.Add(time.Hour), 1)[0].Key, elsewhere)
	}},

	{"what a dead replica held comes before what was due later", func(w *world) {
		w.commit(bot.Change{Key: elsewhere, Body: []byte("x"), Alarm: start})
		lease := w.alarm(start)
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start.Add(time.Second)})
		w.commit(bot.Change{Key: case2, Body: []byte("x"), Alarm: start.Add(2 * time.Second)})
		w.clock.set(lease.Until)
		for _, want := range []bot.Key{elsewhere, case1, case2} {
			same(w, "next", w.claimAlarms(start.Add(time.Hour), 1)[0].Key, want)
		}
	}},

	{"no more than the limit is claimed", func(w *world) {
		for _, owner := range owners(20) {
			w.commit(bot.Change{Key: bot.CaseKey(owner, 1), Body: []byte("x"), Alarm: start})
		}
		same(w, "none", len(w.claimAlarms(start, 0)), 0)
		same(w, "first", len(w.claimAlarms(start, 15)), 15)
		same(w, "rest", len(w.claimAlarms(start, 15)), 5)
	}},
}
