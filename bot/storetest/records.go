package storetest

import (
	"errors"
	"fmt"

	"casebot/bot"
)

var recordTests = []test{
	{"an unknown record has version 0", func(w *world) {
		same(w, "record", w.load(case1), bot.Versioned{Key: case1})
	}},

	{"each commit adds one to the version", func(w *world) {
		for version := range int64(3) {
			body := fmt.Appendf(nil, "body %d", version)
			w.commit(bot.Change{Key: case1, Version: version, Body: body})
			same(w, "record", w.load(case1), bot.Versioned{Key: case1, Version: version + 1, Body: body})
		}
	}},

	{"bodies are kept to the byte", func(w *world) {
		for version, body := range []string{"", "\n", "7\nlines\n\n", "\x00\xff\xfe", `{"text":"ünïcode"}`} {
			w.commit(bot.Change{Key: case1, Version: int64(version), Body: []byte(body)})
			same(w, "body", string(w.load(case1).Body), body)
		}
	}},

	{"records come in the order of their keys, absent and repeated ones too", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("one")})
		w.commit(bot.Change{Key: person, Body: []byte("ada")})
		records, err := w.store.Load(w.t.Context(), person, case2, case1, person)
		if err != nil {
			w.t.Fatal(err)
		}
		same(w, "records", records, []bot.Versioned{
			{Key: person, Version: 1, Body: []byte("ada")},
			{Key: case2},
			{Key: case1, Version: 1, Body: []byte("one")},
			{Key: person, Version: 1, Body: []byte("ada")},
		})
	}},

	{"nothing asked is nothing loaded", func(w *world) {
		records, err := w.store.Load(w.t.Context())
		if err != nil || len(records) != 0 {
			w.t.Fatalf("load: %v, %v", records, err)
		}
	}},

	{"a log is in the order of commits, under their events", func(w *world) {
		for version := range int64(5) {
			w.transit(bot.Transition{
				Event:   fmt.Sprintf("slack:C0ACME:%d", version),
				Changes: []bot.Change{{Key: case1, Version: version, Body: []byte("x"), Log: fmt.Appendf(nil, "line\n%d", version)}},
			})
		}
		entry := func(seq int64) bot.Entry {
			return bot.Entry{Seq: seq, Event: fmt.Sprintf("slack:C0ACME:%d", seq-1), Body: fmt.Appendf(nil, "line\n%d", seq-1)}
		}
		same(w, "log", w.log(case1), []bot.Entry{entry(1), entry(2), entry(3), entry(4), entry(5)})

		page, err := w.store.Log(w.t.Context(), case1, 2, 2)
		if err != nil {
			w.t.Fatal(err)
		}
		same(w, "page after 2", page, []bot.Entry{entry(3), entry(4)})
		end, err := w.store.Log(w.t.Context(), case1, 5, 2)
		if err != nil || len(end) != 0 {
			w.t.Fatalf("page after the end: %v, %v", end, err)
		}
	}},

	{"a change without an entry leaves the log alone", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Log: []byte("opened")})
		w.commit(bot.Change{Key: case1, Version: 1, Body: []byte("y")})
		same(w, "entries", len(w.log(case1)), 1)
	}},

	{"a deleted record is gone with its log, alarm and indexes", func(w *world) {
		w.commit(bot.Change{Key: draft, Body: []byte("x"), Log: []byte("begun"), Alarm: start, Join: []string{"drafts"}})
		w.commit(bot.Change{Key: draft, Version: 1, Log: []byte("never seen"), Alarm: start, Leave: []string{"drafts"}})
		same(w, "record", w.load(draft), bot.Versioned{Key: draft})
		same(w, "entries", len(w.log(draft)), 0)
		same(w, "drafts", w.list("drafts", 10), nil)
		w.noAlarms(start.Add(year))
	}},

	{"a held alarm goes with its record too", func(w *world) {
		w.commit(bot.Change{Key: draft, Body: []byte("x"), Alarm: start})
		lease := w.alarm(start)
		w.commit(bot.Change{Key: draft, Version: 1})
		w.clock.set(lease.Until)
		w.noAlarms(start.Add(year))
	}},

	{"a record can begin again after it was deleted", func(w *world) {
		w.commit(bot.Change{Key: draft, Body: []byte("x"), Log: []byte("begun")})
		w.commit(bot.Change{Key: draft, Version: 1})
		w.refuses(bot.Transition{Event: "late", Changes: []bot.Change{{Key: draft, Version: 2, Body: []byte("y")}}}, bot.ErrConflict)
		w.commit(bot.Change{Key: draft, Body: []byte("z"), Log: []byte("begun again")})
		same(w, "version", w.load(draft).Version, 1)
		same(w, "entries", len(w.log(draft)), 1)
	}},

	{"deleting what does not exist is a transition like any other", func(w *world) {
		w.commit(bot.Change{Key: draft})
		same(w, "record", w.load(draft), bot.Versioned{Key: draft})
	}},

	{"what cannot be kept is refused, and not as a conflict", func(w *world) {
		change := bot.Change{Key: case1, Body: []byte("x")}
		for name, wrong := range map[string]bot.Transition{
			"no event":                {Changes: []bot.Change{change}},
			"no record":               {Event: "e"},
			"records of two shards":   {Event: "e", Changes: []bot.Change{change}, Guards: []bot.Guard{{Key: elsewhere}}},
			"delivery of other shard": {Event: "e", Changes: []bot.Change{change}, Outbox: []bot.Delivery{{Key: "d", Record: elsewhere, Room: "r"}}},
			"one record twice":        {Event: "e", Changes: []bot.Change{change, change}},
			"index of other shard":    {Event: "e", Changes: []bot.Change{{Key: case1, Body: []byte("x"), Join: []string{"cases:" + elsewhere.Owner}}}},
			"a key that lies":         {Event: "e", Changes: []bot.Change{{Key: bot.DraftKey("a/b", "c"), Body: []byte("x")}}},
		} {
			err := w.store.Commit(w.t.Context(), wrong)
			if err == nil || errors.Is(err, bot.ErrConflict) || errors.Is(err, bot.ErrDuplicate) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		same(w, "record", w.load(case1), bot.Versioned{Key: case1})
	}},
}
