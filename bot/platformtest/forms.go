package platformtest

import (
	"context"
	"slices"
	"strings"

	"casebot/bot"
)

// report is a form within the limits that all platforms share.
func report() *bot.Form {
	return &bot.Form{
		Title: "Report a problem", Command: "case new", Submit: "Open the case",
		Intro: []bot.Section{{Text: "A few questions, so that we can repeat it."}},
		Fields: []bot.FormField{
			{Name: "summary", Label: "In one line", Kind: bot.FieldLine, Required: true, Max: 120, Value: "Exports & imports <fail>"},
			{Name: "severity", Label: "How severe is it?", Kind: bot.FieldChoice, Options: []bot.Option{
				{Label: "Critical", Value: "1", Detail: "for all users"}, {Label: "Major", Value: "2"}, {Label: "Minor", Value: "3"},
			}},
			{Name: "steps", Label: "Steps", Hint: "Number them, please.", Kind: bot.FieldText, Max: 2000},
		},
	}
}

var filled = map[string]string{"In one line": "Exports fail", "How severe is it?": "Major", "Steps": "1. open\n2. press"}

// forms skips what a platform without forms need not do.
func (w *world) forms() {
	w.t.Helper()
	if !w.caps.Forms {
		w.t.Skip("the platform has no forms")
	}
}

// form waits for the form that is open before somebody.
func (w *world) form(viewer bot.Actor, what string, want func(*Form) bool) (f *Form) {
	w.t.Helper()
	w.look(what, func() bool {
		var err error
		f, err = w.Service.Form(w.t.Context(), viewer)
		w.can(err, "look for a form")
		return f != nil && want(f)
	})
	return f
}

func open(*Form) bool { return true }

// said is all that a form says of what is wrong.
func (f *Form) said() string {
	all := slices.Clone(f.Errors)
	for _, field := range f.Fields {
		all = append(all, field.Error)
	}
	return strings.Join(all, "\n")
}

// typed is what is in the form's fields.
func (f *Form) typed() map[string]string {
	all := map[string]string{}
	for _, field := range f.Fields {
		all[field.Label] = field.Value
	}
	return all
}

var formTests = []test{
	{"a form opens before the asker, with all its fields", func(w *world) {
		w.forms()
		want := report()
		w.answer(bot.Answer{Form: want})
		w.command("case new")
		f := w.form(w.Person, "the form", open)
		same(w, "title", f.Title, want.Title)
		same(w, "button", f.Submit, want.Submit)
		same(w, "fields", len(f.Fields), len(want.Fields))
		for i, field := range want.Fields {
			same(w, "label", f.Fields[i].Label, field.Label)
			same(w, "value", f.Fields[i].Value, field.Value)
			var options []string
			for _, o := range field.Options {
				options = append(options, o.Label)
			}
			same(w, "options", f.Fields[i].Options, options)
		}
		if f, err := w.Service.Form(w.t.Context(), w.Agent); err == nil && f != nil {
			w.t.Errorf("the form is open before somebody else: %+v", f)
		}
	}},

	{"a form that is sent is its command, with arguments by name", func(w *world) {
		w.forms()
		w.answer(bot.Answer{Form: report()})
		w.command("case new")
		w.next()
		w.form(w.Person, "the form", open)
		w.answer(bot.Answer{})
		w.do(Deed{Kind: DeedSend, Values: filled})
		e := w.next()
		same(w, "kind", e.Kind, bot.EventCommand)
		same(w, "command", *e.Command, bot.Command{
			Group: "case", Text: "new", Form: true,
			Args: map[string]string{"summary": "Exports fail", "severity": "2", "steps": "1. open\n2. press"},
		})
		same(w, "actor", e.Actor, w.Person)
		same(w, "room", e.Origin.Room, w.Room)
		w.nothingElse()
		w.look("no form", func() bool {
			f, err := w.Service.Form(w.t.Context(), w.Person)
			return err == nil && f == nil
		})
	}},

	{"a form told again is the same event", func(w *world) {
		w.forms()
		w.answer(bot.Answer{Form: report()})
		w.command("case new")
		w.next()
		w.form(w.Person, "the form", open)
		w.answer(bot.Answer{})
		send := w.do(Deed{Kind: DeedSend, Values: filled})
		w.next()
		w.again(send)
		w.nothingElse()
		w.unseen(w.Person, w.Room, "this must not be seen")
	}},

	{"what is typed into a form comes as it was typed", func(w *world) {
		w.forms()
		for name, text := range awkward {
			w.answer(bot.Answer{Form: report()})
			w.command("case new")
			w.next()
			w.form(w.Person, "the form", open)
			w.answer(bot.Answer{})
			w.do(Deed{Kind: DeedSend, Values: map[string]string{"In one line": "x", "How severe is it?": "Minor", "Steps": text}})
			same(w, name, w.next().Command.Args["steps"], text)
		}
	}},

	{"a form opened by a button knows where it was opened", func(w *world) {
		w.forms()
		thread := w.opens("ACME-42 is open").Thread
		d := w.delivery("More, please")
		d.Thread, d.Message.Controls = thread, []bot.Control{button("Add details", "case reply ACME-42")}
		w.deliver(d)
		form := report()
		form.Command = fill("case reply ACME-42 ", "語")
		w.answer(bot.Answer{Form: form})
		w.press(w.Person, w.Room, w.one(w.Person, w.Room, "More, please"), "Add details", "")
		w.next()
		w.form(w.Person, "the form", open)
		w.answer(bot.Answer{})
		w.do(Deed{Kind: DeedSend, Thread: thread, Values: filled})
		e := w.next()
		same(w, "room", e.Origin.Room, w.Room)
		same(w, "thread", e.Origin.Thread, thread)
		same(w, "command", e.Command.Text, strings.TrimPrefix(form.Command, "case "))
	}},

	{"errors are shown, and what was typed is not lost", func(w *world) {
		w.forms()
		w.answer(bot.Answer{Form: report()})
		w.command("case new")
		w.next()
		w.form(w.Person, "the form", open)
		w.answer(bot.Answer{Errors: map[string]string{"summary": "Please say a little more.", "steps": "At least two steps, please."}})
		w.do(Deed{Kind: DeedSend, Values: filled})
		first := w.next()
		f := w.form(w.Person, "the errors", func(f *Form) bool {
			return strings.Contains(f.said(), "Please say a little more.") && strings.Contains(f.said(), "At least two steps, please.")
		})
		same(w, "what was typed", f.typed(), filled)

		w.answer(bot.Answer{Private: &bot.Message{Text: "ACME-42 is open."}})
		w.do(Deed{Kind: DeedSend, Values: map[string]string{"In one line": "Exports fail since this morning"}})
		e := w.next()
		if e.ID == first.ID {
			w.t.Fatalf("the corrected form has the id of the refused one, %s", e.ID)
		}
		same(w, "arguments", e.Command.Args, map[string]string{
			"summary": "Exports fail since this morning", "severity": "2", "steps": "1. open\n2. press",
		})
		if w.caps.Private {
			w.sees(w.Person, w.Room, "ACME-42 is open.")
		}
	}},

	{"an error of no field is shown too", func(w *world) {
		w.forms()
		w.answer(bot.Answer{Form: report()})
		w.command("case new")
		w.next()
		w.form(w.Person, "the form", open)
		w.answer(bot.Answer{Errors: map[string]string{"elsewhere": "The contract has ended."}})
		w.do(Deed{Kind: DeedSend, Values: filled})
		w.form(w.Person, "the error", func(f *Form) bool { return strings.Contains(f.said(), "The contract has ended.") })
	}},

	{"a form that could not be committed says so, and nothing is lost", func(w *world) {
		w.forms()
		w.answer(bot.Answer{Form: report()})
		w.command("case new")
		w.next()
		w.form(w.Person, "the form", open)
		w.answers(func(context.Context, bot.Event, int) (bot.Answer, error) {
			return bot.Answer{Private: &bot.Message{Text: "Not saved, please try again."}}, errDown
		})
		w.do(Deed{Kind: DeedSend, Values: filled})
		f := w.form(w.Person, "what went wrong", func(f *Form) bool { return strings.Contains(f.said(), "Not saved, please try again.") })
		same(w, "what was typed", f.typed(), filled)
		w.answer(bot.Answer{})
		w.do(Deed{Kind: DeedSend})
		same(w, "summary", w.next().Command.Args["summary"], "Exports fail")
	}},
}
