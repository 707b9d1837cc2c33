package storetest

import "casebot/bot"

// card makes a delivery in a slot.
func card(key string, change func(*bot.Delivery)) bot.Delivery {
	d := post(case1, room, key)
	d.Slot = "card"
	if change != nil {
		change(&d)
	}
	return d
}

// deliver sends one delivery and settles it.
func (w *world) deliver(d bot.Delivery, r bot.Receipt) {
	w.t.Helper()
	w.send(d)
	w.settle(w.lane(), d, r)
}

// next sends one delivery and returns it as its courier sees it; then it is
// settled without a receipt, which changes no slot.
func (w *world) next(d bot.Delivery) bot.Delivery {
	w.t.Helper()
	w.send(d)
	lease := w.lane()
	pending := w.pending(lease)
	if len(pending) != 1 {
		w.t.Fatalf("pending: %v, want one", pending)
	}
	w.settle(lease, pending[0], bot.Receipt{})
	return pending[0]
}

func inCard(d *bot.Delivery)    { d.Slot, d.Under = "", "card" }
func editCard(d *bot.Delivery)  { d.Edit = true }
func otherSlot(d *bot.Delivery) { d.Slot = "other" }

var slotTests = []test{
	{"a slot learns its message from the receipt", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		same(w, "before", w.next(card("a", editCard)).Ref, "")
		w.deliver(card("b", nil), bot.Receipt{Ref: "m1"})
		same(w, "after", w.next(card("c", editCard)).Ref, "m1")
		w.deliver(card("d", nil), bot.Receipt{Ref: "m2"})
		same(w, "the newest", w.next(card("e", editCard)).Ref, "m2")
		same(w, "another slot", w.next(card("f", otherSlot)).Ref, "")
	}},

	{"what is under a slot learns its thread", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		same(w, "before", w.next(card("a", inCard)).Thread, "")
		w.deliver(card("b", nil), bot.Receipt{Ref: "m1", Thread: "t1"})
		reply := w.next(card("c", inCard))
		same(w, "thread", reply.Thread, "t1")
		same(w, "message", reply.Ref, "")
		w.deliver(card("d", editCard), bot.Receipt{Ref: "m1"})
		same(w, "thread after an edit", w.next(card("e", inCard)).Thread, "t1")
	}},

	{"what the delivery knows is not overwritten", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		w.deliver(card("a", nil), bot.Receipt{Ref: "m1", Thread: "t1"})
		got := w.next(card("b", func(d *bot.Delivery) { d.Ref, d.Under, d.Thread = "m9", "card", "t9" }))
		same(w, "message", got.Ref, "m9")
		same(w, "thread", got.Thread, "t9")
	}},

	{"slots are the record's own", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")}, bot.Change{Key: case2, Body: []byte("x")})
		w.deliver(card("a", nil), bot.Receipt{Ref: "m1"})
		same(w, "of another record", w.next(card("b", func(d *bot.Delivery) { d.Record = case2 })).Ref, "")
	}},

	{"one lane learns from another", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		w.deliver(card("a", nil), bot.Receipt{Ref: "m1", Thread: "t1"})
		same(w, "thread", w.next(card("b", func(d *bot.Delivery) { d.Room, d.Slot, d.Under = "console:triage", "", "card" })).Thread, "t1")
	}},

	{"a lost lease teaches nothing", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		w.send(card("a", nil))
		old := w.lane()
		w.clock.set(old.Until)
		lease := w.lane()
		if err := w.store.Settle(w.t.Context(), old, card("a", nil), bot.Receipt{Ref: "m1"}); err == nil {
			w.t.Fatal("settle with a lost lease: no error")
		}
		same(w, "message", w.pending(lease)[0].Ref, "")
	}},

	{"the last edits of a deleted record still find its messages", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		w.deliver(card("a", nil), bot.Receipt{Ref: "m1"})
		gone := card("gone", editCard)
		w.transit(bot.Transition{Changes: []bot.Change{{Key: case1, Version: 1}}, Outbox: []bot.Delivery{gone}})
		same(w, "message", w.pending(w.lane())[0].Ref, "m1")
	}},

	{"a record that begins again knows nothing of its former messages", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x")})
		w.deliver(card("a", nil), bot.Receipt{Ref: "m1"})
		w.commit(bot.Change{Key: case1, Version: 1})
		w.commit(bot.Change{Key: case1, Body: []byte("y")})
		same(w, "message", w.next(card("b", editCard)).Ref, "")
	}},
}
