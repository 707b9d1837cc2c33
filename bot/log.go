package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"casebot/bot/intake"
	"casebot/policy/sla"
)

// LogEntry is what a record's log keeps of a transition: what was decided, by
// whom and why; what became of the clocks, so that a case can be explained as
// of any moment; and what was given, so that it can be decided anew.
type LogEntry struct {
	V       int               `json:"v"`
	Kind    EventKind         `json:"kind"`
	At      time.Time         `json:"at,omitzero"` // the platform's stamp; zero: Seen
	Seen    time.Time         `json:"seen"`
	Actor   string            `json:"actor,omitempty"`
	As      Side              `json:"as,omitempty"` // which side the actor was on
	Link    string            `json:"link,omitempty"`
	Reason  string            `json:"why,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"`
	Rules   string            `json:"rules,omitempty"` // the configuration's version
	Guarded int64             `json:"sub,omitempty"`   // the subscriber's version that it saw

	State  State       `json:"state,omitempty"`  // of a case, where it changed
	Cycles []CycleDiff `json:"cycles,omitempty"` // of a case: what became of its clocks
	// Promise is the promised update of a case, where it changed; the zero one
	// says that none is owed any more.
	Promise *Promise `json:"promise,omitempty"`
	Given   *Given   `json:"given,omitempty"` // of a case
	// Contract is a subscriber whose contract changed, as it is from version
	// Guarded + 1 on.
	Contract *Subscriber `json:"contract,omitempty"`
}

// Side is where a person stood.
type Side string

// The sides.
const (
	SideNobody  Side = "" // casebot itself, or somebody who belongs to neither
	SideStaff   Side = "staff"
	SideContact Side = "contact"
)

// Side tells on which side the party is.
func (p Party) Side() Side {
	switch {
	case p.Staff != nil:
		return SideStaff
	case p.Contact != nil:
		return SideContact
	default:
		return SideNobody
	}
}

// Logged is an entry of a log as it was read back.
type Logged struct {
	Seq   int64  `json:"seq"`
	Event string `json:"event"`
	LogEntry
}

// Birth tells whether a case began with the entry: a log that does not begin
// with one lacks what came before.
func (e LogEntry) Birth() bool { return e.Given != nil && e.Given.Born != nil }

// ReadEntry decodes one line of a log.
func ReadEntry(e Entry) (Logged, error) {
	l := Logged{Seq: e.Seq, Event: e.Event}
	if err := json.Unmarshal(e.Body, &l.LogEntry); err != nil {
		return l, fmt.Errorf("decode log entry %d, event %s: %w", e.Seq, e.Event, err)
	}
	return l, nil
}

// LogReader is the part of a store that reads logs.
type LogReader interface {
	Log(ctx context.Context, key Key, after int64, limit int) ([]Entry, error)
}

// ReadLog reads a whole log, page by page.
func ReadLog(ctx context.Context, r LogReader, key Key) ([]Logged, error) {
	const page = 200
	var out []Logged
	for after := int64(0); ; {
		entries, err := r.Log(ctx, key, after, page)
		if err != nil {
			return nil, fmt.Errorf("read log of %s: %w", key, err)
		}
		for _, e := range entries {
			l, err := ReadEntry(e)
			if err != nil {
				return nil, fmt.Errorf("read log of %s: %w", key, err)
			}
			out = append(out, l)
			after = e.Seq
		}
		if len(entries) < page {
			return out, nil
		}
	}
}

// Given is an event as far as the next state of a case depends on it. What
// people wrote is not kept: of a message only whether it is mere thanks, of a
// command the arguments that the record keeps as well, with secrets masked.
type Given struct {
	Group  string            `json:"group,omitempty"`
	Do     string            `json:"do,omitempty"` // the command
	Args   map[string]string `json:"args,omitempty"`
	Form   bool              `json:"form,omitempty"`
	Text   string            `json:"text,omitempty"` // of a message
	Edited bool              `json:"edited,omitempty"`
	Topic  string            `json:"topic,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	Report *Report           `json:"report,omitempty"`
	Name   string            `json:"name,omitempty"` // of an actor who belongs to neither side
	Target string            `json:"on,omitempty"`   // the case that decided, where it is the other one of a merge
	Born   *Case             `json:"born,omitempty"` // of the first entry: the case before its clocks began, without its content
	Was    *Content          `json:"was,omitempty"`  // the content before it was changed
}

// Content is what was told of a case, which no clock looks at.
type Content struct {
	Summary     string         `json:"summary"`
	Answers     intake.Answers `json:"answers,omitempty"`
	NeedsDetail []intake.Field `json:"needs_detail,omitempty"`
}

// Content is what was told of the case.
func (c *Case) Content() Content {
	return Content{Summary: c.Summary, Answers: c.Answers, NeedsDetail: c.NeedsDetail}
}

// newborn is a case before its clocks begin, without its content.
func (c *Case) newborn() *Case {
	born := c.clone()
	born.Summary, born.Answers, born.NeedsDetail = "", nil, nil
	return born
}

// wordless stands for what somebody wrote: a text that is not mere thanks.
const wordless = "…"

// given reduces an event to what a log keeps of it.
func given(s Scene, e Event, d Decision, r *Rules) *Given {
	g := &Given{Edited: e.Edited, Topic: e.Topic, Born: d.Born}
	if d.By.Side() == SideNobody {
		g.Name = d.By.Name
	}
	if s.Call != nil {
		g.Group, g.Do, g.Args = s.Call.Spec.Group, s.Call.Spec.Name, d.args(s.Call)
		g.Form = e.Command != nil && e.Command.Form
	}
	if e.Kind == EventMessage {
		g.Text = r.wordless(e.Text, e.Files)
	}
	if e.Values != nil {
		g.Values = maps.Clone(e.Values)
		if text, ok := g.Values["text"]; ok {
			g.Values["text"] = r.wordless(text, e.Files)
		}
	}
	if e.Report != nil {
		report := *e.Report
		report.Reason = ""
		g.Report = &report
	}
	return g
}

// args are the arguments of a command as a log keeps them.
func (d Decision) args(call *Call) map[string]string {
	if d.Born != nil {
		return nil // the answers are the case's
	}
	args := maps.Clone(d.Args)
	if args == nil {
		args = maps.Clone(call.Args)
	}
	if args["text"] != "" {
		args["text"] = wordless
	}
	return args
}

// wordless keeps of a text whether it is thanks (SLA T23).
func (r *Rules) wordless(text string, files []File) string {
	if len(files) == 0 && r.thanks(text) {
		return text
	}
	return wordless
}

// CycleDiff is what a transition changed of one cycle: its JSON fields, null
// for those that went.
type CycleDiff struct {
	N   int                        `json:"n"`
	Set map[string]json.RawMessage `json:"set"`
}

// diffCycles lists what changed between two states of a case's cycles.
func diffCycles(before, after []sla.Cycle) ([]CycleDiff, error) {
	var out []CycleDiff
	for i, y := range after {
		if i < len(before) && bytes.Equal(asBody(before[i]), asBody(y)) {
			continue
		}
		now, err := fieldsOf(y)
		if err != nil {
			return nil, err
		}
		d := CycleDiff{N: i, Set: now}
		if i < len(before) {
			was, err := fieldsOf(before[i])
			if err != nil {
				return nil, err
			}
			for name, value := range was {
				switch kept, ok := now[name]; {
				case !ok:
					d.Set[name] = json.RawMessage("null")
				case bytes.Equal(kept, value):
					delete(d.Set, name)
				}
			}
		}
		if len(d.Set) > 0 {
			out = append(out, d)
		}
	}
	return out, nil
}

func fieldsOf(v any) (map[string]json.RawMessage, error) {
	body, err := encode(v)
	if err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("split %T: %w", v, err)
	}
	return fields, nil
}

// Fold takes the changes of an entry into the cycles before it.
func (e LogEntry) Fold(cycles []sla.Cycle) ([]sla.Cycle, error) {
	out := append([]sla.Cycle(nil), cycles...)
	for _, d := range e.Cycles {
		if d.N < 0 || d.N > len(out) {
			return nil, fmt.Errorf("fold cycle %d into %d cycles: entries are missing", d.N, len(out))
		}
		fields := map[string]json.RawMessage{}
		if d.N < len(out) {
			var err error
			if fields, err = fieldsOf(out[d.N]); err != nil {
				return nil, err
			}
		} else {
			out = append(out, sla.Cycle{})
		}
		maps.Copy(fields, d.Set)
		body, err := encode(fields)
		if err != nil {
			return nil, err
		}
		var y sla.Cycle
		if err := json.Unmarshal(body, &y); err != nil {
			return nil, fmt.Errorf("fold cycle %d: %w", d.N, err)
		}
		out[d.N] = y
	}
	return out, nil
}

// contract is the subscriber as far as cases depend on it.
func (s *Subscriber) contract() *Subscriber {
	if s == nil {
		return nil
	}
	c := *s
	c.Week, c.Seats, c.Sweep, c.Applied, c.ClockStamp = Weekly{}, Seating{}, nil, nil, ""
	return &c
}

// Log makes the log entries of a decision, one for each record it writes.
type Log struct {
	s     Scene
	e     Event
	d     Decision
	r     *Rules
	entry LogEntry
}

// NewLog takes what was decided of an event; guarded is the version of the
// subscriber that the decision saw.
func NewLog(s Scene, e Event, d Decision, r *Rules, guarded int64) Log {
	x := Log{s: s, e: e, d: d, r: r}
	x.entry = LogEntry{
		V: bodyVersion, Kind: e.Kind, At: e.At, Seen: e.Seen, Actor: d.By.Key(), As: d.By.Side(), Link: e.Origin.Link,
		Reason: d.Reason, Rules: r.Hash, Guarded: guarded,
	}
	for name, value := range d.Facts {
		if value == "" {
			continue
		}
		if x.entry.Facts == nil {
			x.entry.Facts = map[string]string{}
		}
		x.entry.Facts[name] = value
	}
	return x
}

// Of is the entry for one record, nil for kinds whose history is their cases'
// and their channel's.
func (x Log) Of(w Write) ([]byte, error) {
	entry := x.entry
	switch w.Key.Kind {
	case KindCounter, KindRoom, KindPerson:
		return nil, nil
	case KindDraft:
	case KindSubscriber:
		s, ok := w.Record.(*Subscriber)
		if !ok {
			break
		}
		before, after := asBody(x.s.Subscriber.contract()), asBody(s.contract())
		if !bytes.Equal(before, after) {
			entry.Contract = s.contract()
		}
	case KindCase:
		c, ok := w.Record.(*Case)
		if !ok {
			break
		}
		var err error
		if entry, err = x.ofCase(entry, w.Key, c); err != nil {
			return nil, err
		}
	}
	return encode(entry)
}

// asBody is a value's JSON, to compare it.
func asBody(v any) []byte {
	body, err := encode(v)
	if err != nil {
		return nil
	}
	return body
}

func (x Log) ofCase(entry LogEntry, key Key, c *Case) (LogEntry, error) {
	before := x.before(key)
	if c.State != before.State {
		entry.State = c.State
	}
	var err error
	if entry.Cycles, err = diffCycles(before.Cycles, c.Cycles); err != nil {
		return entry, err
	}
	if !bytes.Equal(asBody(before.Owed), asBody(c.Owed)) {
		entry.Promise = new(Promise)
		if c.Owed != nil {
			*entry.Promise = *c.Owed
		}
	}
	entry.Given = given(x.s, x.e, x.d, x.r)
	if key != x.s.Target && x.s.Target.Kind == KindCase {
		entry.Given.Target = CaseName(x.s.Target)
	}
	was, now := before.Content(), c.Content()
	if before.V > 0 && !bytes.Equal(asBody(was), asBody(now)) {
		entry.Given.Was = &was
	}
	return entry, nil
}

// before is a case as the scene showed it; the zero Case where it is new.
func (x Log) before(key Key) *Case {
	for _, c := range []*Case{x.s.Case, x.s.Other} {
		if c != nil && key.Owner == c.Subscriber && key.ID == strconv.FormatInt(c.Number, 10) {
			return c
		}
	}
	return &Case{}
}
