package platformtest

import (
	"errors"

	"casebot/bot"
)

// undeliverable proves that a delivery can never be made.
func (w *world) undeliverable(what string, d bot.Delivery) {
	w.t.Helper()
	_, err := w.Platform.Deliver(w.t.Context(), d)
	var retry *bot.RetryError
	if !errors.Is(err, bot.ErrUndeliverable) || errors.As(err, &retry) {
		w.t.Errorf("%s: %v, want ErrUndeliverable", what, err)
	}
}

var placeTests = []test{
	{"a place that is not there is undeliverable", func(w *world) {
		for what, room := range map[string]string{
			"a room that is gone": w.Gone.Room, "a person who is gone": w.Gone.Direct, "another platform": "elsewhere:" + w.Room,
			"no place": "", "no room of the platform": w.name + ":", "nobody": w.name + ":@",
		} {
			d := w.delivery("lost")
			d.Room = room
			w.undeliverable(what, d)
			d.Edit, d.Ref = true, w.Gone.Message
			w.undeliverable("an edit in "+what, d)
		}
	}},

	{"a thread that is gone is undeliverable, and nobody else gets its message", func(w *world) {
		d := w.delivery("lost")
		d.Thread = w.Gone.Thread
		w.undeliverable("a thread that is gone", d)
		for _, room := range []string{w.Room, w.Inside, w.Direct} {
			for _, who := range []bot.Actor{w.Person, w.Agent} {
				w.unseen(who, room, "lost")
			}
		}
	}},

	{"a thread of another room is undeliverable", func(w *world) {
		d := w.delivery("for the vendor's people")
		d.Room, d.Thread = w.Inside, w.opens("ACME-42 is open").Thread
		w.undeliverable("a thread of another room", d)
		w.unseen(w.Person, w.Room, "for the vendor's people")
	}},

	{"an edit never reaches into another room", func(w *world) {
		r := w.deliver(w.delivery("ACME-42 is open"))
		edit := w.edit(r.Ref, "for the vendor's people")
		edit.Room = w.Inside
		_, err := w.Platform.Deliver(w.t.Context(), edit)
		w.unseen(w.Person, w.Room, "for the vendor's people")
		if err == nil {
			w.one(w.Agent, w.Inside, "for the vendor's people")
		} else if !errors.Is(err, bot.ErrUndeliverable) {
			w.t.Errorf("the edit: %v", err)
		}
	}},

	{"nobody's message is edited but casebot's", func(w *world) {
		e := w.say(Deed{Text: "my own words"})
		_, err := w.Platform.Deliver(w.t.Context(), w.edit(e.Origin.Message, "other words"))
		same(w, "author", w.one(w.Agent, w.Room, "my own words").Author, w.Person.Ref)
		if err == nil {
			same(w, "author", w.one(w.Agent, w.Room, "other words").Author, "")
		}
	}},

	{"direct messages reach only that person", func(w *world) {
		d := w.delivery("between us")
		d.Room = w.Direct
		r := w.deliver(d)
		same(w, "reference", w.one(w.Person, w.Direct, "between us").Ref, r.Ref)
		for _, room := range []string{w.Room, w.Inside, w.Direct} {
			w.unseen(w.Agent, room, "between us")
		}
		w.unseen(w.Person, w.Room, "between us")
		w.deliver(w.change(d, r.Ref, "still between us"))
		w.one(w.Person, w.Direct, "still between us")
		w.unseen(w.Agent, w.Direct, "between us")
	}},

	{"what is said inside stays inside", func(w *world) {
		d := w.delivery("only for us")
		d.Room, d.Opens = w.Inside, true
		r := w.deliver(d)
		reply := w.delivery("only for us, too")
		reply.Room, reply.Thread = w.Inside, r.Thread
		w.deliver(reply)
		same(w, "posts", len(holding(w.posts(w.Agent, w.Inside), "only for us")), 2)
		for _, room := range []string{w.Room, w.Inside, w.Direct} {
			w.unseen(w.Person, room, "only for us")
		}
	}},
}

// change is a delivery that changes what another one posted.
func (w *world) change(was bot.Delivery, ref, text string) bot.Delivery {
	d := w.edit(ref, text)
	d.Room, d.Thread = was.Room, was.Thread
	return d
}
