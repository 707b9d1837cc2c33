package history

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"casebot/bot"
	"casebot/bot/intake"
	"casebot/policy"
)

// desk is one subscriber's side of a support desk, in memory: records, logs,
// alarms and what people are about to do. What is posted is delivered a moment
// later.
type desk struct {
	rules    *bot.Rules
	now      time.Time
	sub      *bot.Subscriber
	version  int64 // of the subscriber
	counter  *bot.Counter
	cases    map[bot.Key]*bot.Case
	logs     map[bot.Key][]bot.Logged
	alarms   map[bot.Key]time.Time
	contract Contract
	plans    []plan
	events   int
	err      error
}

// plan is what somebody is going to do.
type plan struct {
	at time.Time
	do func()
}

// later plans something.
func (d *desk) later(at time.Time, do func()) {
	i, _ := slices.BinarySearchFunc(d.plans, at, func(p plan, at time.Time) int { return cmp.Or(p.at.Compare(at), -1) })
	d.plans = slices.Insert(d.plans, i, plan{at, do})
}

// live lets time pass until a moment: plans and alarms, each when its time comes.
func (d *desk) live(until time.Time) error {
	for d.err == nil {
		key, ring := d.nextAlarm()
		switch {
		case len(d.plans) > 0 && !d.plans[0].at.After(until) && (ring.IsZero() || !d.plans[0].at.After(ring)):
			p := d.plans[0]
			d.plans = d.plans[1:]
			d.now = latest(d.now, p.at)
			p.do()
		case !ring.IsZero() && !ring.After(until):
			d.now = latest(d.now, ring)
			d.decide(bot.Scene{Target: key, Case: d.cases[key]}, bot.Event{Kind: bot.EventAlarm})
		default:
			d.now = latest(d.now, until)
			return nil
		}
	}
	return d.err
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (d *desk) nextAlarm() (key bot.Key, at time.Time) {
	for k, when := range d.alarms {
		if !when.IsZero() && (at.IsZero() || when.Before(at) || when.Equal(at) && k.ID < key.ID) {
			key, at = k, when
		}
	}
	return key, at
}

// decide takes an event to its outcome, as the engine and the store would.
func (d *desk) decide(s bot.Scene, e bot.Event) {
	d.events++
	if e.ID == "" {
		e.ID = fmt.Sprintf("%s:e%d", d.contract.Key, d.events)
	}
	e.Seen = d.now
	if e.At.IsZero() && e.Kind != bot.EventAlarm {
		e.At = d.now
	}
	s.Subscriber = d.sub
	out := bot.Decide(s, e, d.rules)
	log := bot.NewLog(s, e, out, d.rules, d.version)
	for _, w := range out.Writes {
		d.keep(w, e.ID, log)
	}
	for _, x := range out.Effects {
		d.deliver(x)
	}
}

// keep stores a record as a decision leaves it.
func (d *desk) keep(w bot.Write, event string, log bot.Log) {
	body, err := log.Of(w)
	if err != nil {
		d.err = err
		return
	}
	var entry bot.LogEntry
	if body != nil {
		if err := json.Unmarshal(body, &entry); err != nil {
			d.err = fmt.Errorf("decode log entry of %s: %w", w.Key, err)
			return
		}
	}
	switch record := w.Record.(type) {
	case *bot.Case:
		d.cases[w.Key], d.alarms[w.Key] = record, w.Alarm
		d.logs[w.Key] = append(d.logs[w.Key], bot.Logged{Seq: int64(len(d.logs[w.Key]) + 1), Event: event, LogEntry: entry})
	case *bot.Subscriber:
		d.sub = record
		d.version++
		if entry.Contract != nil {
			d.contract.Versions = append(d.contract.Versions, Version{N: d.version, Seen: d.now, Subscriber: *entry.Contract})
		}
	case *bot.Counter:
		d.counter = record
	}
}

// deliver does what the courier would: it posts, reports back, and tells cases
// of each other.
func (d *desk) deliver(x bot.Delivery) {
	const posted = 1500 * time.Millisecond
	switch {
	case x.Tell != nil && x.Tell.To.Kind == bot.KindCase:
		e := x.Tell.Event
		e.ID = x.Key
		d.later(d.now, func() { d.decide(bot.Scene{Target: x.Tell.To, Case: d.cases[x.Tell.To]}, e) })
	case x.Report && x.Record.Kind == bot.KindCase:
		at := d.now.Add(posted)
		r := bot.Report{Key: x.Key, Slot: x.Slot, Ref: "m:" + x.Key, At: at}
		if x.Opens {
			r.Thread = r.Ref
		}
		d.later(at, func() {
			d.decide(bot.Scene{Target: x.Record, Case: d.cases[x.Record]}, bot.Event{ID: "delivered:" + x.Key, Kind: bot.EventDelivered, At: at, Report: &r})
		})
	}
}

// apply makes the subscriber of a directory entry.
func (d *desk) apply(e bot.DirectoryEntry) {
	event, err := bot.ApplyEvent(e, false, "directory:"+e.Key)
	if err != nil {
		d.err = err
		return
	}
	d.decide(bot.Scene{Target: bot.SubscriberKey(e.Key)}, event)
}

// command lets somebody type a command about a case.
func (d *desk) command(as bot.Actor, key bot.Key, text string) {
	c := bot.Command{Group: bot.GroupCase, Text: text}
	call := bot.Parse(c)
	s := bot.Scene{Target: key, Case: d.cases[key], Call: &call}
	if other, ok := bot.ParseCaseName(call.Args["other"]); ok {
		s.Other = d.cases[other]
	}
	d.decide(s, bot.Event{Kind: bot.EventCommand, Actor: as, Command: &c})
}

// say lets somebody write in a case's thread.
func (d *desk) say(as bot.Actor, key bot.Key, text string) {
	c := d.cases[key]
	d.decide(bot.Scene{Target: key, Case: c}, bot.Event{
		Kind: bot.EventMessage, Actor: as, Text: text,
		Origin: bot.Origin{Room: c.Customer.Room, Thread: c.Customer.Thread, Message: fmt.Sprintf("m%d", d.events)},
	})
}

// standing sets the subscriber's standing, and lets its live cases look.
func (d *desk) standing(as bot.Actor, words string) {
	c := bot.Command{Group: bot.GroupSupport, Text: "standing " + d.contract.Key + " " + words}
	call := bot.Parse(c)
	d.decide(bot.Scene{Target: bot.SubscriberKey(d.contract.Key), Call: &call}, bot.Event{Kind: bot.EventCommand, Actor: as, Command: &c})
	s := bot.Scene{Target: bot.SubscriberKey(d.contract.Key)}
	for key, c := range d.cases {
		if c.State != bot.StateClosed && c.State != bot.StateMerged {
			s.Open = append(s.Open, key)
		}
	}
	slices.SortFunc(s.Open, func(a, b bot.Key) int { return cmp.Compare(a.ID, b.ID) })
	d.decide(s, bot.Event{Kind: bot.EventAlarm})
}

// open lets a contact submit what they told of a case.
func (d *desk) open(as bot.Actor, severity policy.Severity, summary string) bot.Key {
	id := fmt.Sprintf("%s-d%d", d.contract.Key, d.events)
	room := d.sub.Channels[0]
	draft := &bot.Draft{
		V: 1, ID: id, Subscriber: d.contract.Key, Author: as, BegunAt: d.now, LastAt: d.now, Home: room,
		Place: bot.Place{Room: room, Thread: "t:" + id}, Root: "t:" + id,
		State: intake.State{Warned: true, Disputed: true, Answers: intake.Answers{
			intake.Summary: summary, intake.Severity: severity.String(), intake.Type: "error", intake.Affected: []string{"all", "many", "some"}[severity-1],
		}},
	}
	c := bot.Command{Group: bot.GroupCase, Text: "draft " + id + " submit"}
	call := bot.Parse(c)
	before := len(d.cases)
	d.decide(bot.Scene{Target: bot.DraftKey(d.contract.Key, id), Draft: draft, Counter: d.counter, Call: &call}, bot.Event{
		Kind: bot.EventCommand, Actor: as, Command: &c, Origin: bot.Origin{Room: room, Thread: draft.Place.Thread},
	})
	if len(d.cases) == before {
		return bot.Key{} // refused: suspended, or not authorized
	}
	return bot.CaseKey(d.contract.Key, d.counter.Last)
}

// group is the desk's past.
func (d *desk) group() Group {
	g := Group{Contract: d.contract}
	for key, c := range d.cases {
		g.Cases = append(g.Cases, Case{Key: key, Record: *c, Entries: d.logs[key]})
	}
	slices.SortFunc(g.Cases, func(a, b Case) int { return cmp.Compare(a.Record.Number, b.Record.Number) })
	return g
}
