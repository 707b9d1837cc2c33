package platformtest

import (
	"context"
	"slices"
	"time"

	"casebot/bot"
)

// holds filters events by what was written or commanded.
func holds(text string) func(bot.Event) bool {
	return func(e bot.Event) bool { return e.Text == text || e.Command != nil && e.Command.Text == text }
}

// times counts the events that a filter lets through.
func times(told []bot.Event, which func(bot.Event) bool) int {
	return len(slices.DeleteFunc(slices.Clone(told), func(e bot.Event) bool { return !which(e) }))
}

// toldTimes waits until an event was told so many times.
func (w *world) toldTimes(text string, n int) []bot.Event {
	w.t.Helper()
	return w.tells("“"+text+"”", func(told []bot.Event) bool { return times(told, holds(text)) >= n })
}

var acknowledgementTests = []test{
	{"what could not be committed comes again under the same id, a mention too", func(w *world) {
		w.failing(1, func(bot.Event) bool { return true })
		w.do(Deed{Kind: DeedSay, Text: "Exports fail"})
		w.do(Deed{Kind: DeedSay, Text: Bot + " new It is slow"})
		w.next()
		w.next()
		for _, text := range []string{"Exports fail", "new It is slow"} {
			told := w.toldTimes(text, 2)
			if len(told) > 6 { // a service may tell of a mention twice, as of a message and as of a mention
				w.t.Fatalf("two messages were told %d times: %+v", len(told), told)
			}
			told = slices.DeleteFunc(told, func(e bot.Event) bool { return !holds(text)(e) })
			first, second := told[0], told[1]
			if !second.At.Equal(first.At) {
				w.t.Errorf("it was written at %s, and then at %s", first.At, second.At)
			}
			first.At, first.Seen = second.At, second.Seen
			same(w, "what came again", second, first)
		}
	}},

	{"what was acknowledged does not come again, nor does a duplicate", func(w *world) {
		w.answers(func(_ context.Context, e bot.Event, nth int) (bot.Answer, error) {
			switch {
			case e.Text == "known":
				return bot.Answer{}, bot.ErrDuplicate
			case e.Text == "last" && nth == 1:
				return bot.Answer{}, errDown
			}
			return bot.Answer{}, nil
		})
		for _, text := range []string{"first", "known", "last"} {
			w.do(Deed{Kind: DeedSay, Text: text})
		}
		told := w.toldTimes("last", 2) // so a redelivery has run
		same(w, "times that the first was told", times(told, holds("first")), 1)
		same(w, "times that the duplicate was told", times(told, holds("known")), 1)
	}},

	{"nobody is answered on a duplicate", func(w *world) {
		w.answers(func(_ context.Context, e bot.Event, _ int) (bot.Answer, error) {
			if e.Command.Text == "list" {
				return bot.Answer{Private: &bot.Message{Text: "another replica says this"}}, bot.ErrDuplicate
			}
			return bot.Answer{Private: &bot.Message{Text: "we say this"}}, nil
		})
		w.command("case list")
		w.command("case help")
		w.sees(w.Person, w.Room, "we say this")
		w.unseen(w.Person, w.Room, "another replica says this")
	}},

	{"the same told again has the same id", func(w *world) {
		message := w.do(Deed{Kind: DeedSay, Text: "hello"})
		w.next()
		w.again(message)
		mention := w.do(Deed{Kind: DeedSay, Text: Bot + " list"})
		w.next()
		w.again(mention)
		command := w.command("case list")
		w.next()
		w.again(command)
		d := w.delivery("ACME-42")
		d.Message.Controls = []bot.Control{{Kind: bot.ControlButton, Label: "Take", Command: "case take ACME-42"}}
		ref := w.deliver(d).Ref
		press := w.press(w.Person, w.Room, Post{Ref: ref}, "Take", "")
		w.next()
		w.again(press)
		w.nothingElse()
	}},

	{"what was in hand when casebot stopped is told to the next", func(w *world) {
		w.failing(1<<30, holds("Exports fail"))
		w.do(Deed{Kind: DeedSay, Text: "Exports fail"})
		id := w.toldTimes("Exports fail", 1)[0].ID
		w.stop()
		w.failing(0, nil)
		w.listen(w.Replica(w.t))
		e := w.next()
		same(w, "id", e.ID, id)
		same(w, "text", e.Text, "Exports fail")
	}},

	{"what was written while nobody listened is heard later", func(w *world) {
		w.say(Deed{Text: "before"})
		w.stop()
		w.do(Deed{Kind: DeedSay, Text: "meanwhile"})
		w.listen(w.Replica(w.t))
		same(w, "text", w.next().Text, "meanwhile")
	}},

	{"casebot listens again after it stopped", func(w *world) {
		w.stop()
		w.listen(w.Platform)
		same(w, "text", w.say(Deed{Text: "back"}).Text, "back")
	}},

	{"a stop finishes the event in hand", func(w *world) {
		ended, early := make(chan struct{}), make(chan bool, 1)
		w.answers(func(ctx context.Context, _ bot.Event, nth int) (bot.Answer, error) {
			if nth > 1 {
				return bot.Answer{}, nil
			}
			go func() {
				w.stop()
				close(ended)
			}()
			timer := time.NewTimer(100 * time.Millisecond)
			defer timer.Stop()
			select {
			case <-ended:
				early <- true
			case <-timer.C:
				early <- ctx.Err() != nil
			}
			return bot.Answer{}, nil
		})
		w.do(Deed{Kind: DeedSay, Text: "hello"})
		w.next()
		if <-early {
			w.t.Error("the event in hand was abandoned")
		}
		<-ended
	}},

	{"two replicas tell the same under one id, and one answers", func(w *world) {
		w.listen(w.Replica(w.t))
		w.answer(bot.Answer{Private: &bot.Message{Text: "3 open cases"}})
		w.do(Deed{Kind: DeedSay, Text: "hello"})
		w.command("case list")
		w.next()
		w.next()
		w.sees(w.Person, w.Room, "3 open cases")
		w.nothingElse()
		w.one(w.Person, w.Room, "3 open cases")
		w.unseen(w.Person, w.Room, "this must not be seen")
	}},
}
