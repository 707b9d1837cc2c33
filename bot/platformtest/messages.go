package platformtest

import (
	"net/url"
	"strings"

	"casebot/bot"
)

// awkward are texts that have been cut, doubled or reordered on their way
// before.
var awkward = map[string]string{
	"four bytes a rune": "thank you 🙏🏽 👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
	"right to left":     "مرحبا، لا يعمل التصدير (502) — שלום",
	"combining":         "e\u0301 n\u0303 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚",
	"lines":             "first line\nsecond line\n\nlast line",
	"angle brackets":    "if a < b && b > c then <tag attr=\"x\">&amp;</tag>",
	"stars and ticks":   "*p = **q; `ls -l` _x_ ~y~ ||z|| \\* #1 > 2",
}

var messageTests = []test{
	{"references begin with the platform's name", func(w *world) {
		if w.name == "" || strings.ContainsAny(w.name, ":/ ") {
			w.t.Fatalf("the name is %q", w.name)
		}
		for _, ref := range []string{w.Room, w.Inside, w.Direct, w.Person.Ref, w.Agent.Ref} {
			if !strings.HasPrefix(ref, w.name+":") {
				w.t.Errorf("reference %q does not begin with %q", ref, w.name+":")
			}
		}
	}},

	{"a message is an event that says who, where and when", func(w *world) {
		e := w.say(Deed{Text: "Exports fail"})
		same(w, "kind", e.Kind, bot.EventMessage)
		same(w, "text", e.Text, "Exports fail")
		same(w, "actor", e.Actor, w.Person)
		post := w.one(w.Agent, w.Room, "Exports fail")
		same(w, "author of the post", post.Author, w.Person.Ref)
		link := e.Origin.Link
		e.Origin.Link = ""
		same(w, "origin", e.Origin, bot.Origin{Room: w.Room, Message: post.Ref})
		if u, err := url.Parse(link); err != nil || link != "" && u.Host == "" {
			w.t.Errorf("the link %q leads nowhere", link)
		}
		if e.At.IsZero() && e.Seen.IsZero() {
			w.t.Error("nobody knows when it was written")
		}
		if e.Command != nil || e.Edited || len(e.Files) > 0 {
			w.t.Errorf("the event has more than was said: %+v", e)
		}
	}},

	{"ids begin with the platform's name, so that no two platforms share one", func(w *world) {
		if e := w.say(Deed{Text: "hello"}); !strings.HasPrefix(e.ID, w.name+":") || e.ID == w.name+":" {
			w.t.Fatalf("the id is %q", e.ID)
		}
	}},

	{"the same text twice is two events, in order", func(w *world) {
		first, second := w.say(Deed{Text: "hello"}), w.say(Deed{Text: "hello"})
		if first.ID == second.ID || first.Origin.Message == second.Origin.Message {
			w.t.Fatalf("two messages have one id: %+v and %+v", first, second)
		}
		if second.At.Before(first.At) {
			w.t.Fatalf("the second was written at %s, before the first at %s", second.At, first.At)
		}
	}},

	{"a direct message comes from its writer's own room", func(w *world) {
		e := w.say(Deed{Room: w.Direct, Text: "hello"})
		same(w, "room", e.Origin.Room, w.Direct)
		same(w, "kind", e.Kind, bot.EventMessage)
	}},

	{"a reply in a thread that casebot began says so", func(w *world) {
		thread := w.opens("ACME-42 is open").Thread
		e := w.say(Deed{Thread: thread, Text: "it fails again"})
		same(w, "thread", e.Origin.Thread, thread)
		same(w, "room", e.Origin.Room, w.Room)
		same(w, "ours", e.Origin.Ours, true)
		same(w, "thread of the post", w.one(w.Agent, w.Room, "it fails again").Thread, thread)
	}},

	{"a reply in a thread that a person began does not", func(w *world) {
		root := w.say(Deed{Text: "anybody here?"})
		e := w.say(Deed{Who: w.Agent, Thread: root.Origin.Message, Text: "yes"})
		if e.Origin.Thread == "" || e.Origin.Ours {
			w.t.Fatalf("origin of the reply: %+v", e.Origin)
		}
		next := w.say(Deed{Thread: root.Origin.Message, Text: "thank you"})
		same(w, "thread of the next reply", next.Origin.Thread, e.Origin.Thread)
	}},

	{"a message is heard as it was typed", func(w *world) {
		for name, text := range awkward {
			same(w, name, w.say(Deed{Text: text}).Text, text)
		}
	}},

	{"a long message is heard whole", func(w *world) {
		text := numbered(bot.MaxText, "%04d ")
		same(w, "text", w.say(Deed{Text: text}).Text, text)
	}},

	{"files of a message have names and references", func(w *world) {
		w.do(Deed{Kind: DeedSay, Text: "see here", Files: []Attachment{{"shot.txt", "bytes"}, {"日誌 1.log", "more"}}})
		e := w.next()
		same(w, "text", e.Text, "see here")
		same(w, "files", len(e.Files), 2)
		for i, name := range []string{"shot.txt", "日誌 1.log"} {
			if f := e.Files[i]; f.Name != name || !strings.HasPrefix(f.Ref, w.name+":") || f.Size == 0 {
				w.t.Errorf("file %d is %+v, want %q", i, f, name)
			}
		}
	}},

	{"a changed message is a new event of the same message", func(w *world) {
		e := w.say(Deed{Text: "helo"})
		change := w.do(Deed{Kind: DeedChange, Post: e.Origin.Message, Text: "hello"})
		edit := w.next()
		if edit.ID == e.ID || !edit.Edited || edit.Kind != bot.EventMessage {
			w.t.Fatalf("event of the change: %+v", edit)
		}
		same(w, "message", edit.Origin.Message, e.Origin.Message)
		same(w, "text", edit.Text, "hello")
		w.again(change)
		w.nothingElse()
	}},

	{"a mention is one event, a command", func(w *world) {
		for _, text := range []string{Bot + " new It is slow", Bot + ": new It is slow", Bot + "\nnew It is slow"} {
			e := w.say(Deed{Text: text})
			same(w, "kind of "+text, e.Kind, bot.EventCommand)
			same(w, "command of "+text, *e.Command, bot.Command{Text: "new It is slow"})
			same(w, "actor", e.Actor, w.Person)
			if e.Origin.Message == "" || e.Origin.Room != w.Room {
				w.t.Errorf("origin: %+v", e.Origin)
			}
		}
		same(w, "the name alone", *w.say(Deed{Text: Bot}).Command, bot.Command{})
		w.nothingElse()
	}},

	{"one message is one event however it mentions casebot", func(w *world) {
		for _, text := range []string{"I told " + Bot + " already", "thanks " + Bot + ", " + Bot + "!"} {
			w.do(Deed{Kind: DeedSay, Text: text})
			e := w.next()
			same(w, "kind of "+text, e.Kind, bot.EventMessage)
		}
		thread := w.opens("ACME-42 is open").Thread
		e := w.say(Deed{Thread: thread, Text: Bot + " take"})
		same(w, "command in a thread", *e.Command, bot.Command{Text: "take"})
		same(w, "thread", e.Origin.Thread, thread)
		w.nothingElse()
	}},

	{"casebot's own messages are no events", func(w *world) {
		root := w.opens("ACME-42 is open")
		reply := w.delivery("What changed lately?")
		reply.Thread = root.Thread
		w.deliver(reply)
		w.deliver(w.edit(root.Ref, "ACME-42 is closed"))
		direct := w.delivery("for you")
		direct.Room = w.Direct
		w.deliver(direct)
		w.failing(1, holds("and now this")) // so a redelivery has run
		w.nothingElse()
	}},

	{"other programs' messages are no events", func(w *world) {
		w.do(Deed{Kind: DeedRobot, Text: "build 1234 is green"})
		w.nothingElse()
	}},
}

// opens delivers a message that opens a thread in Room.
func (w *world) opens(text string) bot.Receipt {
	w.t.Helper()
	d := w.delivery(text)
	d.Opens = true
	return w.deliver(d)
}

// edit is a delivery that changes a message of Room.
func (w *world) edit(ref, text string) bot.Delivery {
	d := w.delivery(text)
	d.Ref, d.Edit, d.Slot = ref, true, "card"
	return d
}
