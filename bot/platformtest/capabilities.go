package platformtest

import (
	"fmt"
	"strings"

	"casebot/bot"
)

var capabilityTests = []test{
	{"a message has room for the core's longest text", func(w *world) {
		if w.caps.MessageLimit < bot.MaxText {
			w.t.Fatalf("the limit is %d runes, want %d at least", w.caps.MessageLimit, bot.MaxText)
		}
	}},

	{"a text of the platform's own limit is one post", func(w *world) {
		text := numbered(w.caps.MessageLimit, "%05d ")
		w.deliver(w.delivery(text))
		w.one(w.Person, w.Room, text)
	}},

	{"commands in threads come from there", func(w *world) {
		if !w.caps.CommandsInThreads {
			w.t.Skip("the platform has no commands in threads")
		}
		thread := w.opens("ACME-42 is open").Thread
		w.do(Deed{Kind: DeedCommand, Thread: thread, Text: "case take"})
		e := w.next()
		same(w, "command", *e.Command, bot.Command{Group: "case", Text: "take"})
		same(w, "thread", e.Origin.Thread, thread)
		same(w, "ours", e.Origin.Ours, true)
		w.private()
		w.answer(bot.Answer{Private: &bot.Message{Text: "it is yours"}})
		w.do(Deed{Kind: DeedCommand, Thread: thread, Text: "case take"})
		same(w, "thread of the answer", w.sees(w.Person, w.Room, "it is yours").Thread, thread)
	}},

	{"a form has as many fields as it may", func(w *world) {
		w.forms()
		n := w.caps.FormFields
		if n == 0 {
			n = 12
		}
		form := &bot.Form{Title: strings.Repeat("T", bot.MaxFormTitle), Command: "case new", Submit: "Send"}
		values, want := map[string]string{}, map[string]string{}
		for i := range n {
			f := bot.FormField{Name: fmt.Sprintf("f%d", i), Label: fmt.Sprintf("Field %d", i), Kind: bot.FieldLine}
			form.Fields = append(form.Fields, f)
			values[f.Label], want[f.Name] = fmt.Sprintf("value %d", i), fmt.Sprintf("value %d", i)
		}
		w.answer(bot.Answer{Form: form})
		w.command("case new")
		w.next()
		f := w.form(w.Person, "the form", open)
		same(w, "title", f.Title, form.Title)
		same(w, "fields", len(f.Fields), n)
		w.do(Deed{Kind: DeedSend, Values: values})
		same(w, "arguments", w.next().Command.Args, want)
	}},

	{"edits are what they are said to be", func(w *world) {
		if !w.caps.Edits {
			w.t.Skip("the platform cannot edit")
		}
		r := w.deliver(w.delivery("one"))
		same(w, "reference", w.deliver(w.edit(r.Ref, "two")).Ref, r.Ref)
		w.unseen(w.Person, w.Room, "one")
	}},
}
