package storetest

import (
	"context"
	"time"

	"casebot/bot"
)

// The records of the tests. Those of ACME share a shard; elsewhere is in
// another one wherever a store has shards.
var (
	case1      = bot.CaseKey("ACME", 1)
	case2      = bot.CaseKey("ACME", 2)
	draft      = bot.DraftKey("ACME", "d1")
	counter    = bot.CounterKey("ACME")
	subscriber = bot.SubscriberKey("ACME")
	person     = bot.PersonKey("slack:T1/U0ADA")
	elsewhere  = bot.RoomKey("slack:C0OPS")
)

const year = 365 * 24 * time.Hour

// everything is a change that touches every structure of a record.
func everything(key bot.Key, version int64, body string) bot.Change {
	return bot.Change{
		Key: key, Version: version, Body: []byte(body), Log: []byte("log of " + body), Alarm: start.Add(time.Hour),
		Join: []string{"open", "open:" + key.Owner}, Leave: []string{"closed"},
	}
}

var transitionTests = []test{
	{"a version that has passed is a conflict", func(w *world) {
		w.commit(everything(case1, 0, "first"))
		for _, version := range []int64{0, 2} {
			w.refuses(bot.Transition{
				Event:   "late",
				Changes: []bot.Change{{Key: case1, Version: version, Body: []byte("x"), Log: []byte("x"), Alarm: start, Leave: []string{"open"}, Join: []string{"closed"}}},
				Outbox:  []bot.Delivery{{Key: "d", Record: case1, Room: "console:acme"}},
			}, bot.ErrConflict)
		}
	}},

	{"an event that met a conflict may be tried again", func(w *world) {
		w.commit(everything(case1, 0, "first"))
		again := bot.Transition{Event: "e", Changes: []bot.Change{{Key: case1, Body: []byte("x")}}}
		w.refuses(again, bot.ErrConflict)
		again.Changes[0].Version = 1
		w.transit(again)
	}},

	{"an event counts once", func(w *world) {
		w.transit(bot.Transition{Event: "e", Changes: []bot.Change{everything(case1, 0, "first")}})
		w.refuses(bot.Transition{Event: "e", Changes: []bot.Change{everything(case1, 1, "second")}}, bot.ErrDuplicate)
		w.refuses(bot.Transition{Event: "e", Changes: []bot.Change{everything(case2, 0, "other")}}, bot.ErrDuplicate)
	}},

	{"an event counts once for each shard", func(w *world) {
		w.transit(bot.Transition{Event: "e", Changes: []bot.Change{everything(case1, 0, "first")}})
		w.transit(bot.Transition{Event: "e", Changes: []bot.Change{everything(elsewhere, 0, "first")}})
	}},

	{"duplicate wins over conflict, so that nobody decides again", func(w *world) {
		first := bot.Transition{Event: "e", Changes: []bot.Change{everything(case1, 0, "first")}}
		w.transit(first)
		w.refuses(first, bot.ErrDuplicate)
	}},

	{"a guard holds a decision to what it read", func(w *world) {
		w.commit(bot.Change{Key: subscriber, Body: []byte("active")})
		w.commit(bot.Change{Key: subscriber, Version: 1, Body: []byte("suspended")})
		breach := bot.Transition{
			Event:   "breach",
			Changes: []bot.Change{everything(case1, 0, "breached")},
			Guards:  []bot.Guard{{Key: subscriber, Version: 1}},
			Outbox:  []bot.Delivery{{Key: "d", Record: case1, Room: "console:acme"}},
		}
		w.refuses(breach, bot.ErrConflict)
		breach.Guards[0].Version = 2
		w.transit(breach)
		same(w, "guarded version", w.load(subscriber).Version, 2)
	}},

	{"a guard of version 0 wants nothing there", func(w *world) {
		guarded := bot.Transition{Event: "e", Changes: []bot.Change{{Key: case1, Body: []byte("x")}}, Guards: []bot.Guard{{Key: subscriber}}}
		w.transit(guarded)
		w.commit(bot.Change{Key: subscriber, Body: []byte("active")})
		guarded.Event, guarded.Changes[0].Version = "f", 1
		w.refuses(guarded, bot.ErrConflict)
	}},

	{"a guard alone remembers the event", func(w *world) {
		w.commit(bot.Change{Key: subscriber, Body: []byte("active"), Alarm: start})
		noted := bot.Transition{Event: "e", Guards: []bot.Guard{{Key: subscriber, Version: 1}}}
		w.transit(noted)
		w.refuses(noted, bot.ErrDuplicate)
		w.alarm(start) // a guard changes nothing, not even an alarm
	}},

	{"several records change together", func(w *world) {
		w.commit(bot.Change{Key: counter, Body: []byte("41")}, bot.Change{Key: draft, Body: []byte("text"), Join: []string{"drafts"}})
		w.commit(
			bot.Change{Key: draft, Version: 1, Leave: []string{"drafts"}},
			bot.Change{Key: counter, Version: 1, Body: []byte("42")},
			everything(case1, 0, "submitted"),
		)
		same(w, "draft", w.load(draft).Version, 0)
		same(w, "counter", string(w.load(counter).Body), "42")
		same(w, "case", string(w.load(case1).Body), "submitted")
		same(w, "drafts", w.list("drafts", 10), nil)
		same(w, "open", w.list("open", 10), []bot.Key{case1})
	}},

	{"or none of them does", func(w *world) {
		w.commit(bot.Change{Key: counter, Body: []byte("42")}, bot.Change{Key: draft, Body: []byte("text"), Join: []string{"drafts"}})
		w.refuses(bot.Transition{
			Event: "submit",
			Changes: []bot.Change{
				{Key: draft, Version: 1, Leave: []string{"drafts"}},
				everything(case1, 0, "submitted"),
				{Key: counter, Version: 9, Body: []byte("43")},
			},
			Outbox: []bot.Delivery{{Key: "card", Record: case1, Room: "console:acme"}},
		}, bot.ErrConflict)
	}},

	{"a context that has ended commits nothing", func(w *world) {
		ctx, cancel := context.WithCancel(w.t.Context())
		cancel()
		if err := w.store.Commit(ctx, bot.Transition{Event: "e", Changes: []bot.Change{everything(case1, 0, "x")}}); err == nil {
			w.t.Fatal("commit: no error")
		}
		same(w, "version", w.load(case1).Version, 0)
	}},
}
