package bot_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
	"casebot/policy"
)

// scene is what Decide would see of a command about ACME at this moment.
func (d *desk) scene(t testing.TB, e bot.Event) bot.Scene {
	t.Helper()
	call := bot.Parse(*e.Command)
	s := bot.Scene{Target: bot.SubscriberKey("ACME"), Call: &call}
	sub := d.subscriber("ACME")
	s.Subscriber = &sub
	load := func(name string) (bot.Key, *bot.Case) {
		key, ok := bot.ParseCaseName(name)
		if _, known := d.store.records(bot.KindCase)[key]; !ok || !known {
			return bot.Key{}, nil
		}
		c := record[bot.Case](t, d.store, key)
		return key, &c
	}
	switch call.Spec.On {
	case bot.OnCase:
		if key, c := load(call.Args["case"]); c != nil {
			s.Target, s.Case = key, c
		}
		_, s.Other = load(call.Args["other"])
	case bot.OnDraft:
		s.Target = bot.DraftKey("ACME", bot.DraftID(e.ID))
		if id := call.Args["draft"]; id != "" {
			s.Target = bot.DraftKey("ACME", id)
			if _, known := d.store.records(bot.KindDraft)[s.Target]; known {
				x := record[bot.Draft](t, d.store, s.Target)
				s.Draft = &x
			}
		}
		if _, known := d.store.records(bot.KindCounter)[bot.CounterKey("ACME")]; known {
			n := record[bot.Counter](t, d.store, bot.CounterKey("ACME"))
			s.Counter = &n
		}
	case bot.OnCases, bot.OnSubscriber:
		for key := range d.store.records(bot.KindCase) {
			s.Page = append(s.Page, record[bot.Case](t, d.store, key))
		}
	case bot.OnNothing:
	}
	return s
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// DESIGN §1: Decide is pure and total: every command of the table, said by
// everybody, the alarm, a message and every report, on a case in each of its
// states: twice the same decision, no change to what it was given, no panic.
func TestDecideIsPure(t *testing.T) {
	t.Parallel()
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.open("giulia", "acme", policy.Severity2)
			d.open("giulia", "acme", policy.Severity2)
			story(d)
			for _, e := range d.everyEvent() {
				for _, later := range []time.Duration{0, 400 * time.Hour} {
					if later > 0 && e.Command != nil {
						break // time passes for all events alike
					}
					e.At, e.Seen = d.travel.Now().Add(later), d.travel.Now().Add(later)
					d.decideTwice(t, e)
				}
			}
		})
	}
}

// stories are how a case came to where it is.
var stories = map[string]func(d *desk){
	"new":      func(*desk) {},
	"open":     func(d *desk) { d.reply("ada", "ACME-1", "We look.") },
	"waiting":  func(d *desk) { d.command("ada", "triage", "case wait ACME-1 Which dashboard?") },
	"on hold":  func(d *desk) { d.command("ada", "triage", "case hold ACME-1 engineering until 4h") },
	"resolved": func(d *desk) { d.command("ada", "triage", "case resolve ACME-1 Fixed.") },
	"closed":   func(d *desk) { d.command("ada", "triage", "case close ACME-1 a duplicate") },
	"merged":   func(d *desk) { d.command("ada", "triage", "case merge ACME-1 ACME-2 ACME-2") },
	"proposed": func(d *desk) { d.command("ada", "triage", "case severity ACME-1 3 it is mild") },
	"refused": func(d *desk) {
		d.command("ada", "triage", "case severity ACME-1 3 it is mild")
		d.command("giulia", "acme", "case refuse ACME-1 it is not")
	},
	"climbing": func(d *desk) { d.advance(12 * time.Hour); d.command("tess", "triage", "case ack ACME-1") },
	"comment": func(d *desk) {
		c := d.wait("ada", "ACME-1", "Which dashboard?")
		d.say("sara", "acme", c.Customer.Thread, "The sales overview.")
	},
	"suspended": func(d *desk) { d.standing("ACME", "suspended invoice 7") },
	"on its way": func(d *desk) {
		d.platform.fail = func(bot.Delivery) error { return &bot.RetryError{After: time.Minute} }
		d.command("ada", "triage", "case resolve ACME-1 Fixed.")
	},
}

// everyEvent lists one event of each kind for each person.
func (d *desk) everyEvent() []bot.Event {
	var out []bot.Event
	c := d.kase("ACME-1")
	for _, who := range []string{"sara", "giulia", "mark"} {
		for _, spec := range bot.Commands {
			for _, words := range []string{"ACME-1 ACME-2", "ACME-1", "ACME-1 1 because until 4h", "ACME suspended because", ""} {
				e := d.commandEvent(who, "acme", spec.Group+" "+spec.Name+" "+words)
				out = append(out, e)
			}
		}
		for _, text := range []string{"Thanks!", "It is back", ""} {
			e := d.event(who, "acme", c.Customer.Thread)
			e.Kind, e.Text, e.Origin.Message = bot.EventMessage, text, "m1"
			out = append(out, e)
		}
	}
	for _, kind := range []bot.EventKind{bot.EventAlarm, bot.EventDelivered, bot.EventUndeliverable, bot.EventTold, bot.EventAnswered, bot.EventApplied, bot.EventJoined} {
		for key := range c.Replies {
			out = append(out, bot.Event{Kind: kind, Report: &bot.Report{Key: key, Ref: "m7", At: d.travel.Now()}})
		}
		for _, slot := range []string{"card", "triage", "x"} {
			out = append(out, bot.Event{Kind: kind, Report: &bot.Report{Key: "x", Slot: slot, Ref: "m7", Thread: "m7"}, Topic: "touch", Actor: bot.Actor{Ref: "console:giulia"}})
		}
		out = append(out, bot.Event{Kind: kind, Topic: "message", Values: map[string]string{"text": "more"}, Actor: bot.Actor{Ref: "console:giulia", Name: "Giulia"}})
	}
	for i := range out {
		if out[i].ID == "" {
			out[i].ID = fmt.Sprintf("every:%d", i)
		}
	}
	return out
}

func (d *desk) decideTwice(t *testing.T, e bot.Event) {
	t.Helper()
	var s bot.Scene
	if e.Command != nil {
		s = d.scene(t, e)
	} else {
		c, sub := d.kase("ACME-1"), d.subscriber("ACME")
		s = bot.Scene{Target: bot.CaseKey("ACME", 1), Case: &c, Subscriber: &sub}
	}
	before := asJSON(t, s)
	one := bot.Decide(s, e, d.rules)
	if after := asJSON(t, s); before != after {
		t.Fatalf("%s %q of %s changed its scene:\n%s", e.Kind, words(e), e.Actor.Ref, cmp.Diff(before, after))
	}
	two := bot.Decide(s, e, d.rules)
	if a, b := asJSON(t, one), asJSON(t, two); a != b {
		t.Fatalf("%s %q of %s is decided differently the second time:\n%s", e.Kind, words(e), e.Actor.Ref, cmp.Diff(a, b))
	}
	for _, x := range one.Effects {
		if x.Key == "" || !strings.HasPrefix(x.Key, e.ID) {
			t.Errorf("%s %q: an effect has the key %q, which does not follow from the event", e.Kind, words(e), x.Key)
		}
	}
}

func words(e bot.Event) string {
	if e.Command != nil {
		return e.Command.Text
	}
	return e.Text
}
