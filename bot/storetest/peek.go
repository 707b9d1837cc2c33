package storetest

import (
	"time"

	"casebot/bot"
)

var peekTests = []test{
	{"nothing to do has no time", func(w *world) {
		same(w, "hints", w.peek(), bot.Hints{})
		same(w, "depth", w.depth(), 0)
	}},

	{"the hints are the earliest times of all shards", func(w *world) {
		for i, owner := range owners(20) {
			key := bot.CaseKey(owner, 1)
			w.commit(bot.Change{Key: key, Body: []byte("x"), Alarm: start.Add(time.Duration(30-i) * time.Minute)})
			w.clock.advance(time.Second)
			w.send(post(key, room, "a"))
		}
		hints := w.peek()
		sameTime(w, "alarm", hints.Alarm, start.Add(11*time.Minute))
		sameTime(w, "held", hints.AlarmHeld, time.Time{})
		sameTime(w, "outbox", hints.Outbox, start.Add(time.Second))
		same(w, "depth", w.depth(), 20)
	}},

	{"what is leased is due again when its lease ends", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		w.commit(bot.Change{Key: case2, Body: []byte("x"), Alarm: start.Add(time.Hour)})
		w.send(post(case1, room, "a"))
		alarm, lane := w.alarm(start), w.lane()
		hints := w.peek()
		sameTime(w, "alarm", hints.Alarm, start.Add(time.Hour))
		sameTime(w, "held", hints.AlarmHeld, alarm.Until)
		sameTime(w, "outbox", hints.Outbox, lane.Until)
		same(w, "depth", w.depth(), 1)
	}},

	{"peeking claims nothing", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Alarm: start})
		w.send(post(case1, room, "a"))
		w.peek()
		w.alarm(start)
		w.lane()
	}},
}
