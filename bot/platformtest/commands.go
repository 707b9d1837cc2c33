package platformtest

import (
	"fmt"
	"strings"

	"casebot/bot"
)

// board delivers a message with controls to Room and returns it as Person
// sees it.
func (w *world) board(text string, controls ...bot.Control) Post {
	w.t.Helper()
	d := w.delivery(text)
	d.Message.Controls = controls
	w.deliver(d)
	return w.one(w.Person, w.Room, text)
}

func button(label, command string) bot.Control {
	return bot.Control{Kind: bot.ControlButton, Label: label, Command: command}
}

// fill pads a command with a rune to the length that a control's may have.
func fill(command, with string) string {
	return command + strings.Repeat(with, bot.MaxCommand-len([]rune(command)))
}

var commandTests = []test{
	{"a slash command says who, where and what", func(w *world) {
		w.command("case new It is slow")
		e := w.next()
		same(w, "kind", e.Kind, bot.EventCommand)
		same(w, "command", *e.Command, bot.Command{Group: "case", Text: "new It is slow"})
		same(w, "actor", e.Actor, w.Person)
		same(w, "room", e.Origin.Room, w.Room)
		same(w, "thread", e.Origin.Thread, "")
		w.command("support contacts")
		same(w, "command", *w.next().Command, bot.Command{Group: "support", Text: "contacts"})
		w.command("case")
		same(w, "command without words", *w.next().Command, bot.Command{Group: "case"})
		w.nothingElse()
	}},

	{"the same command twice is two events", func(w *world) {
		w.command("case list")
		w.command("case list")
		if first, second := w.next(), w.next(); first.ID == second.ID {
			w.t.Fatalf("both have the id %s", first.ID)
		}
	}},

	{"a slash command in direct messages comes from there", func(w *world) {
		w.do(Deed{Kind: DeedCommand, Room: w.Direct, Text: "case list"})
		same(w, "room", w.next().Origin.Room, w.Direct)
	}},

	{"what is typed after a command comes as it was typed", func(w *world) {
		for name, text := range awkward {
			if strings.Contains(text, "\n") {
				continue // a line break ends a command in some clients
			}
			w.command("case new " + text)
			same(w, name, w.next().Command.Text, "new "+text)
		}
	}},

	{"a button, a select and a command are the same", func(w *world) {
		card := w.board("ACME-42", button("Take", "case take ACME-42"), bot.Control{
			Kind: bot.ControlSelect, Label: "What now?", Options: []bot.Option{
				{Label: "Show it", Value: "case show ACME-42"}, {Label: "Take it", Value: "case take ACME-42"},
			},
		})
		want := bot.Command{Group: "case", Text: "take ACME-42"}
		w.command("case take ACME-42")
		same(w, "slash command", *w.next().Command, want)
		for label, option := range map[string]string{"Take": "", "What now?": "Take it"} {
			w.press(w.Person, w.Room, card, label, option)
			e := w.next()
			same(w, "kind", e.Kind, bot.EventCommand)
			same(w, "command of "+label, *e.Command, want)
			same(w, "actor", e.Actor, w.Person)
			same(w, "room", e.Origin.Room, w.Room)
			same(w, "message", e.Origin.Message, card.Ref)
		}
		w.nothingElse()
	}},

	{"whoever presses is the actor, as often as they press", func(w *world) {
		card := w.board("ACME-42", button("Take", "case take ACME-42"))
		ids := map[string]bool{}
		for _, who := range []bot.Actor{w.Person, w.Agent, w.Agent} {
			w.press(who, w.Room, card, "Take", "")
			e := w.next()
			same(w, "actor", e.Actor, who)
			ids[e.ID] = true
		}
		same(w, "events", len(ids), 3)
	}},

	{"a control in a thread knows the thread", func(w *world) {
		thread := w.opens("ACME-42 is open").Thread
		d := w.delivery("Did this solve it?")
		d.Thread, d.Message.Controls = thread, []bot.Control{button("It did", "case close ACME-42")}
		w.deliver(d)
		w.press(w.Person, w.Room, w.one(w.Person, w.Room, "Did this solve it?"), "It did", "")
		e := w.next()
		same(w, "thread", e.Origin.Thread, thread)
		same(w, "ours", e.Origin.Ours, true)
	}},

	{"a control in direct messages comes from there", func(w *world) {
		d := w.delivery("for you")
		d.Room, d.Message.Controls = w.Direct, []bot.Control{button("List", "case list")}
		w.deliver(d)
		w.press(w.Person, w.Direct, w.one(w.Person, w.Direct, "for you"), "List", "")
		same(w, "room", w.next().Origin.Room, w.Direct)
	}},

	{"a control that asks first counts once", func(w *world) {
		c := button("Close", "case close ACME-42")
		c.Confirm, c.Style = "Close ACME-42? The contact may reopen it.", bot.StyleDanger
		w.press(w.Person, w.Room, w.board("ACME-42", c), "Close", "")
		same(w, "command", w.next().Command.Text, "close ACME-42")
		w.nothingElse()
	}},

	{"a command of the full length survives its control", func(w *world) {
		long := fill("case draft 0123456789 set affected=", "x")
		wide := fill("case new ", "語")
		four := fill("case new ", "🙏")
		odd := fill(`case new "a:b|c" <d> &e; {f} 'g' \h %20 `, "/")
		card := w.board("ACME-42", button("Long", long), button("Wide", wide), button("Four", four), button("Odd", odd),
			bot.Control{Kind: bot.ControlSelect, Label: "Choose", Options: []bot.Option{
				{Label: "Long one", Value: long}, {Label: "Wide one", Value: wide}, {Label: "Four ones", Value: four}, {Label: "Odd one", Value: odd},
			}})
		for label, line := range map[string]string{"Long": long, "Wide": wide, "Four": four, "Odd": odd} {
			w.press(w.Person, w.Room, card, label, "")
			same(w, "button "+label, w.next().Command.Text, strings.TrimPrefix(line, "case "))
		}
		for option, line := range map[string]string{"Long one": long, "Wide one": wide, "Four ones": four, "Odd one": odd} {
			w.press(w.Person, w.Room, card, "Choose", option)
			same(w, "option "+option, w.next().Command.Text, strings.TrimPrefix(line, "case "))
		}
	}},

	{"controls with the same command are told apart", func(w *world) {
		card := w.board("ACME-42", button("Take", "case take ACME-42"), button("Take it", "case take ACME-42"))
		w.press(w.Person, w.Room, card, "Take it", "")
		same(w, "command", w.next().Command.Text, "take ACME-42")
	}},

	{"every one of many controls can be pressed", func(w *world) {
		var controls []bot.Control
		for i := range bot.MaxButtons + 2 {
			controls = append(controls, button(fmt.Sprintf("Button %d", i), fmt.Sprintf("case take ACME-%d", i)))
		}
		menu := bot.Control{Kind: bot.ControlSelect, Label: "Choose"}
		for i := range bot.MaxOptions {
			menu.Options = append(menu.Options, bot.Option{Label: fmt.Sprintf("Option %d", i), Value: fmt.Sprintf("case show ACME-%d", i), Detail: "a detail"})
		}
		card := w.board("many", append(controls, menu)...)
		for i := range bot.MaxButtons + 2 {
			w.press(w.Person, w.Room, card, fmt.Sprintf("Button %d", i), "")
			same(w, "command", w.next().Command.Text, fmt.Sprintf("take ACME-%d", i))
		}
		for _, i := range []int{0, bot.MaxOptions - 1} {
			w.press(w.Person, w.Room, card, "Choose", fmt.Sprintf("Option %d", i))
			same(w, "command", w.next().Command.Text, fmt.Sprintf("show ACME-%d", i))
		}
	}},
}
