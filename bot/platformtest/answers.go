package platformtest

import (
	"context"
	"time"

	"casebot/bot"
)

// slow is longer than any service lets casebot be silent.
const slow = 3200 * time.Millisecond

var answerTests = []test{
	{"a private answer is seen by the asker only", func(w *world) {
		w.private()
		w.answer(bot.Answer{Private: &bot.Message{Text: "only for you"}})
		w.command("case list")
		if p := w.sees(w.Person, w.Room, "only for you"); !p.Private || p.Author != "" {
			w.t.Errorf("the answer is %+v", p)
		}
		w.unseen(w.Agent, w.Room, "only for you")
		w.nothingElseBut(1)
	}},

	{"a pressed button is answered privately too", func(w *world) {
		w.private()
		w.answer(bot.Answer{Private: &bot.Message{Text: "ACME-42 is yours"}})
		w.press(w.Agent, w.Room, w.board("ACME-42", button("Take", "case take ACME-42")), "Take", "")
		w.sees(w.Agent, w.Room, "ACME-42 is yours")
		w.unseen(w.Person, w.Room, "ACME-42 is yours")
	}},

	{"a private answer shows all that a message can", func(w *world) {
		w.private()
		m := everything()
		w.answer(bot.Answer{Private: &m})
		w.command("case show ACME-42")
		complete(w, w.sees(w.Person, w.Room, "ACME-42 · Exports fail"), m)
	}},

	{"a control of a private answer is a command", func(w *world) {
		w.private()
		w.answer(bot.Answer{Private: &bot.Message{Text: "Did you mean list?", Controls: []bot.Control{button("List my cases", "case list")}}})
		w.command("case lst")
		w.next()
		w.press(w.Person, w.Room, w.sees(w.Person, w.Room, "Did you mean list?"), "List my cases", "")
		e := w.next()
		same(w, "command", *e.Command, bot.Command{Group: "case", Text: "list"})
		same(w, "room", e.Origin.Room, w.Room)
		same(w, "actor", e.Actor, w.Person)
	}},

	{"nothing to say is said to nobody", func(w *world) {
		w.command("case list")
		w.next()
		w.answer(bot.Answer{Private: &bot.Message{Text: "the fence"}})
		w.command("case list")
		w.sees(w.Person, w.Room, "the fence")
		same(w, "posts", len(w.posts(w.Person, w.Room)), 1)
	}},

	{"a command that could not be committed says so", func(w *world) {
		w.private()
		w.failing(1<<30, func(e bot.Event) bool { return e.Command != nil })
		w.command("case take ACME-42")
		w.sees(w.Person, w.Room, "Not saved, please try again.")
		w.unseen(w.Agent, w.Room, "Not saved, please try again.")
	}},

	{"a press that could not be committed says so, and can be pressed again", func(w *world) {
		w.private()
		card := w.board("ACME-42", button("Take", "case take ACME-42"))
		w.failing(1<<30, func(e bot.Event) bool { return e.Command != nil })
		w.press(w.Person, w.Room, card, "Take", "")
		w.sees(w.Person, w.Room, "Not saved, please try again.")
		w.failing(0, nil)
		w.press(w.Person, w.Room, card, "Take", "")
		same(w, "command", w.next().Command.Text, "take ACME-42")
	}},

	{"an answer that takes its time arrives", func(w *world) {
		w.private()
		w.answers(func(ctx context.Context, _ bot.Event, _ int) (bot.Answer, error) {
			timer := time.NewTimer(slow)
			defer timer.Stop()
			select {
			case <-timer.C:
				return bot.Answer{Private: &bot.Message{Text: "here it is"}}, nil
			case <-ctx.Done():
				return bot.Answer{}, ctx.Err()
			}
		})
		w.command("case list")
		w.sees(w.Person, w.Room, "here it is")
		w.unseen(w.Agent, w.Room, "here it is")
	}},

	{"whoever mentions casebot is answered", func(w *world) {
		w.answer(bot.Answer{Private: &bot.Message{Text: "3 open cases"}})
		w.say(Deed{Text: Bot + " list"})
		w.look("the answer", func() bool { // to be seen by the asker there, or where only they are
			return len(holding(w.posts(w.Person, w.Room), "3 open cases"))+len(holding(w.posts(w.Person, w.Direct), "3 open cases")) > 0
		})
		w.unseen(w.Agent, w.Room, "3 open cases")
	}},
}

// private skips what a platform without private answers need not do.
func (w *world) private() {
	w.t.Helper()
	if !w.caps.Private {
		w.t.Skip("the platform has no private answers")
	}
}

// nothingElseBut proves that so many events came until now.
func (w *world) nothingElseBut(n int) {
	w.t.Helper()
	for range n {
		w.next()
	}
	w.nothingElse()
}
