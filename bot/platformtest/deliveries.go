package platformtest

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"casebot/bot"
)

var deliveryTests = []test{
	{"a delivery is read by everybody in the room", func(w *world) {
		r := w.deliver(w.delivery("ACME-42 is open"))
		for _, who := range []bot.Actor{w.Person, w.Agent} {
			p := w.one(who, w.Room, "ACME-42 is open")
			same(w, "reference", p.Ref, r.Ref)
			same(w, "author", p.Author, "")
			same(w, "thread", p.Thread, "")
			same(w, "private", p.Private, false)
		}
		w.unseen(w.Agent, w.Inside, "ACME-42 is open")
	}},

	{"the same delivery again is the same post with the same receipt", func(w *world) {
		root := w.opens("root")
		open := w.delivery("opens")
		open.Opens = true
		reply := w.delivery("reply")
		reply.Thread = root.Thread
		direct := w.delivery("direct")
		direct.Room = w.Direct
		for _, d := range []bot.Delivery{w.delivery("plain"), open, reply, direct} {
			first := w.deliver(d)
			sameReceipt(w, d.Message.Text+" again", w.deliver(d), first)
			sameReceipt(w, d.Message.Text+" by another replica", w.deliverBy(w.Replica(w.t), d), first)
			w.one(w.Person, d.Room, d.Message.Text)
		}
	}},

	{"a repeated delivery is known after others came between", func(w *world) {
		d := w.delivery("the first")
		first := w.deliver(d)
		for i := range 30 {
			w.deliver(w.delivery(fmt.Sprintf("between %d.", i)))
		}
		sameReceipt(w, "again", w.deliverBy(w.Replica(w.t), d), first)
		w.one(w.Person, w.Room, "the first")
	}},

	{"the same text under another key is another post", func(w *world) {
		first, second := w.deliver(w.delivery("reminder")), w.deliver(w.delivery("reminder"))
		if first.Ref == second.Ref {
			w.t.Fatalf("both are %s", first.Ref)
		}
		same(w, "posts", len(holding(w.posts(w.Person, w.Room), "reminder")), 2)
	}},

	{"keys may be long, and hold anything", func(w *world) {
		long := strings.Repeat("case/ACME/42:answered:", 20)
		refs := map[string]bool{}
		for i, key := range []string{long + "1", long + "2", "schlüssel 語 🙏", `a "b" <c> & 'd' \ {e}`, "A", "a", "a ", "console:x/1"} {
			d := bot.Delivery{Key: key, Room: w.Room, Message: bot.Message{Text: fmt.Sprintf("text %d.", i)}}
			first := w.deliver(d)
			sameReceipt(w, key, w.deliver(d), first)
			refs[first.Ref] = true
		}
		same(w, "posts", len(refs), 8)
		same(w, "posts to be seen", len(holding(w.posts(w.Person, w.Room), "text ")), 8)
	}},

	{"an edit changes the message", func(w *world) {
		card := w.delivery("ACME-42 is open")
		card.Message.Title, card.Message.Tone = "Open", bot.ToneAlarm
		card.Message.Sections = []bot.Section{{Text: "waiting for us"}}
		card.Message.Controls = []bot.Control{button("Take", "case take ACME-42")}
		card.Slot, card.Edit = "card", true // there is none yet: it is posted
		r := w.deliver(card)
		edit := w.edit(r.Ref, "ACME-42 is closed")
		same(w, "reference", w.deliver(edit).Ref, r.Ref)
		p := w.one(w.Person, w.Room, "ACME-42 is closed")
		same(w, "reference of the post", p.Ref, r.Ref)
		same(w, "controls", len(p.Controls), 0)
		for _, old := range []string{"ACME-42 is open", "waiting for us", "Take"} {
			w.unseen(w.Person, w.Room, old)
		}
		again := w.deliver(edit)
		same(w, "reference", again.Ref, r.Ref)
		same(w, "posts", len(w.posts(w.Person, w.Room)), 1)
	}},

	{"an edit may say everything anew", func(w *world) {
		r := w.deliver(w.delivery("a plain text"))
		edit := w.edit(r.Ref, "")
		edit.Message = everything()
		w.deliver(edit)
		complete(w, w.one(w.Person, w.Room, "ACME-42 · Exports fail"), edit.Message)
		w.unseen(w.Person, w.Room, "a plain text")
	}},

	{"the last edit stays", func(w *world) {
		r := w.deliver(w.delivery("one"))
		for _, text := range []string{"two", "three", "one"} {
			w.deliver(w.edit(r.Ref, text))
			w.one(w.Person, w.Room, text)
		}
		same(w, "posts", len(w.posts(w.Person, w.Room)), 1)
	}},

	{"another replica edits", func(w *world) {
		r := w.deliver(w.delivery("one"))
		same(w, "reference", w.deliverBy(w.Replica(w.t), w.edit(r.Ref, "two")).Ref, r.Ref)
		w.one(w.Person, w.Room, "two")
	}},

	{"an edit of a message that is gone is posted anew", func(w *world) {
		if w.Gone.Message == "" {
			w.t.Skip("no message can go")
		}
		edit := w.edit(w.Gone.Message, "ACME-42 is closed")
		r := w.deliver(edit)
		same(w, "reference of the post", w.one(w.Person, w.Room, "ACME-42 is closed").Ref, r.Ref)
		sameReceipt(w, "again", w.deliver(edit), r)
		w.one(w.Person, w.Room, "ACME-42 is closed")
	}},

	{"deliveries come in order, and their times too", func(w *world) {
		var at time.Time
		for i := range 5 {
			r := w.deliver(w.delivery(fmt.Sprintf("post %d.", i)))
			if r.At.Before(at) {
				w.t.Errorf("post %d is of %s, before the one before it", i, r.At)
			}
			at = r.At
		}
		for i, p := range w.posts(w.Person, w.Room) {
			if !strings.Contains(readable(p), fmt.Sprintf("post %d.", i)) {
				w.t.Errorf("post %d reads %q", i, p.Text)
			}
		}
	}},

	{"deliveries side by side do not disturb each other", func(w *world) {
		var group sync.WaitGroup
		for i := range 16 {
			d := w.delivery(fmt.Sprintf("side %d.", i))
			if i%2 == 1 {
				d.Room = w.Direct
			}
			group.Go(func() {
				if _, err := w.Platform.Deliver(w.t.Context(), d); err != nil {
					w.t.Errorf("deliver %s: %v", d.Key, err)
				}
			})
		}
		group.Wait()
		for i := range 16 {
			w.one(w.Person, []string{w.Room, w.Direct}[i%2], fmt.Sprintf("side %d.", i))
		}
	}},
}

func sameReceipt(w *world, what string, got, want bot.Receipt) {
	w.t.Helper()
	if got.Ref != want.Ref || got.Thread != want.Thread || !got.At.Equal(want.At) {
		w.t.Fatalf("receipt of %s: %+v, want %+v", what, got, want)
	}
}

var threadTests = []test{
	{"what is delivered to a thread lands in it", func(w *world) {
		root := w.opens("ACME-42 is open")
		for _, text := range []string{"first answer", "second answer"} {
			d := w.delivery(text)
			d.Thread = root.Thread
			w.deliver(d)
			same(w, "thread", w.one(w.Person, w.Room, text).Thread, root.Thread)
		}
		same(w, "reference of the root", w.one(w.Person, w.Room, "ACME-42 is open").Ref, root.Ref)
	}},

	{"two threads are kept apart", func(w *world) {
		first, second := w.opens("ACME-1 is open"), w.opens("ACME-2 is open")
		if first.Thread == second.Thread {
			w.t.Fatalf("both are %s", first.Thread)
		}
		for text, root := range map[string]bot.Receipt{"to the first": first, "to the second": second} {
			d := w.delivery(text)
			d.Thread = root.Thread
			w.deliver(d)
			same(w, "thread", w.one(w.Person, w.Room, text).Thread, root.Thread)
			same(w, "thread of a reply", w.say(Deed{Thread: root.Thread, Text: "reply " + text}).Origin.Thread, root.Thread)
		}
	}},

	{"casebot answers in a thread that a person began", func(w *world) {
		root := w.say(Deed{Text: "anybody here?"})
		e := w.say(Deed{Thread: root.Origin.Message, Text: "hello?"})
		d := w.delivery("we are")
		d.Thread = e.Origin.Thread
		w.deliver(d)
		same(w, "thread", w.one(w.Person, w.Room, "we are").Thread, e.Origin.Thread)
	}},

	{"a message in a thread can be edited, and stays there", func(w *world) {
		root := w.opens("ACME-42 is open")
		d := w.delivery("one")
		d.Thread = root.Thread
		edit := w.edit(w.deliver(d).Ref, "two")
		edit.Thread = root.Thread
		w.deliver(edit)
		same(w, "thread", w.one(w.Person, w.Room, "two").Thread, root.Thread)
		same(w, "posts", len(w.posts(w.Person, w.Room)), 2)
	}},

	{"the message that opened a thread can be edited", func(w *world) {
		root := w.opens("ACME-42 is open")
		edit := w.edit(root.Ref, "ACME-42 is closed")
		edit.Opens = true
		same(w, "thread", w.deliver(edit).Thread, root.Thread)
		d := w.delivery("still here")
		d.Thread = root.Thread
		w.deliver(d)
		same(w, "thread", w.one(w.Person, w.Room, "still here").Thread, root.Thread)
	}},

	{"a thread of direct messages opens, too", func(w *world) {
		d := w.delivery("your report")
		d.Room, d.Opens = w.Direct, true
		root := w.deliver(d)
		reply := w.delivery("a question")
		reply.Room, reply.Thread = w.Direct, root.Thread
		w.deliver(reply)
		w.one(w.Person, w.Direct, "a question")
		same(w, "thread of a reply", w.say(Deed{Room: w.Direct, Thread: root.Thread, Text: "an answer"}).Origin.Thread, root.Thread)
	}},
}
