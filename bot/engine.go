package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"casebot/bot/texts"
	"casebot/policy/sla"
)

// maxTries bounds how often a conflict is decided again. Each loser lost to a
// commit, so the record went on.
const maxTries = 20

// Engine takes events to their commit: load, Decide, commit, and again on
// conflict. It keeps nothing but what can be looked up again.
type Engine struct {
	Store Store
	Names Names
	Lot   Lot
	Rules func() *Rules    // the configuration of now
	Now   func() time.Time // the injected clock
	Real  func() time.Time // real time, which deliveries are retried by
	Log   *slog.Logger
	Wake  func()         // tells the local courier and alarms that something was committed
	Meter func(Measured) // counts, never blocks
}

// Measured is one thing worth counting.
type Measured struct {
	What     string // "event", "ack", "refused", "delivery", "alarm", "cycle"
	Platform string
	Kind     string
	Outcome  string
	Took     time.Duration
	Late     time.Duration
}

// PoisonError is a record that cannot be decided upon; it was parked.
type PoisonError struct {
	Key Key
	Err error
}

// Error implements error.
func (e *PoisonError) Error() string { return fmt.Sprintf("record %s is poisoned: %v", e.Key, e.Err) }

// Unwrap returns the cause.
func (e *PoisonError) Unwrap() error { return e.Err }

// Handle takes an event of a platform to its commit. With an error nothing was
// committed, but for ErrDuplicate: then it was before.
func (g *Engine) Handle(ctx context.Context, e Event) (Answer, error) {
	start := g.Real()
	if e.Seen.IsZero() {
		e.Seen = g.Now()
	}
	answer, err := g.handle(ctx, e)
	outcome := "ok"
	switch {
	case errors.Is(err, ErrDuplicate):
		outcome = "duplicate"
	case err != nil:
		outcome = "error"
		g.Log.WarnContext(ctx, "event not committed", "event", e.ID, "kind", string(e.Kind), "err", err)
		if poison, ok := errors.AsType[*PoisonError](err); ok { // listed, so that somebody repairs it; the platform tells the event again
			if err := g.park(ctx, poison.Key, "", err); err != nil {
				g.Log.WarnContext(ctx, "record not parked", "record", poison.Key.String(), "err", err)
			}
		}
		answer = Answer{Private: &Message{Tone: ToneWarn, Text: g.voiceOf(e).Say("not_saved")}}
	}
	g.measure(Measured{What: "event", Platform: platformOf(e.Actor.Ref), Kind: string(e.Kind), Outcome: outcome, Took: g.Real().Sub(start)})
	return answer, err
}

func (g *Engine) measure(m Measured) {
	if g.Meter != nil {
		g.Meter(m)
	}
}

// voiceOf speaks to whoever caused an event that could not be decided.
func (g *Engine) voiceOf(e Event) texts.Voice {
	r := g.Rules()
	lang := r.Language
	if s := r.StaffOf(e.Actor); s != nil {
		lang = cmp.Or(s.Language, lang)
	}
	return r.voice(lang, e.Origin.Room, e.Actor.Outside, e.Origin.Thread != "")
}

func (g *Engine) handle(ctx context.Context, e Event) (Answer, error) {
	if e.Actor.Bot {
		return Answer{}, nil
	}
	e = e.clean()
	if e.Origin.Was != "" {
		var err error
		if e.Origin, err = g.known(ctx, e.Origin); err != nil {
			return Answer{}, err
		}
	}
	e, err := g.spoken(ctx, e)
	if err != nil {
		return Answer{}, err
	}
	if e.Kind == EventCommand || e.Kind == EventMessage && e.Command != nil {
		e.Kind = EventCommand
		call := Parse(*e.Command)
		return g.run(ctx, e, func(ctx context.Context) (aim, error) { return g.aimCommand(ctx, e, call) })
	}
	return g.run(ctx, e, func(ctx context.Context) (aim, error) { return g.aimMessage(ctx, e) })
}

// Ring asks a record whose alarm fell due.
func (g *Engine) Ring(ctx context.Context, l Lease) error {
	now := g.Now()
	g.measure(Measured{What: "alarm", Late: now.Sub(l.Due)})
	_, err := g.run(ctx, Event{Kind: EventAlarm, Seen: now}, func(context.Context) (aim, error) { return aim{target: l.Key}, nil })
	return g.park(ctx, l.Key, "", err)
}

// park takes a poisoned record out of its queue, so that it blocks nothing.
func (g *Engine) park(ctx context.Context, key Key, lane string, err error) error {
	var poison *PoisonError
	if !errors.As(err, &poison) {
		if errors.Is(err, ErrDuplicate) {
			return nil
		}
		return err
	}
	g.Log.ErrorContext(ctx, "record parked", "record", key.String(), "err", err)
	if err := g.Lot.Park(ctx, Parked{Key: key, Lane: lane, Reason: poison.Err.Error(), At: g.Now()}); err != nil {
		return fmt.Errorf("park %s: %w", key, err)
	}
	return nil
}

// Tell takes an event to one record: another record's Tell, a report, an
// answer to a query, a directory entry.
func (g *Engine) Tell(ctx context.Context, to Key, e Event) error {
	_, err := g.tell(ctx, to, e)
	return err
}

func (g *Engine) tell(ctx context.Context, to Key, e Event) (Answer, error) {
	e.Seen = g.Now()
	return g.run(ctx, e, func(context.Context) (aim, error) { return aim{target: to}, nil })
}

// aim is what an event is about: the record that decides, the others that the
// decision reads, and what was found on the way.
type aim struct {
	target Key
	other  Key
	call   *Call
	index  string // a page of cases to load
	near   string
	none   bool // nothing to decide: an unknown place
}

// run decides an event and commits what comes of it.
func (g *Engine) run(ctx context.Context, e Event, find func(context.Context) (aim, error)) (Answer, error) {
	for range maxTries {
		a, err := find(ctx)
		if err != nil || a.none {
			return Answer{}, err
		}
		s, versions, err := g.load(ctx, a)
		if err != nil {
			return Answer{}, err
		}
		if e.Kind == EventMessage && s.Draft != nil && !s.Draft.Case.Zero() {
			continue // submitted since it was found: the message is the case's
		}
		event := e
		if e.Kind == EventAlarm {
			event.ID = fmt.Sprintf("alarm:%s:%d", a.target, versions[a.target])
		}
		d, err := g.decide(s, event)
		if err != nil {
			return Answer{}, err
		}
		if !d.Changes() {
			return g.onlyAnswer(ctx, event, s, d, versions)
		}
		t, err := g.transition(s, event, d, versions)
		if err != nil {
			return Answer{}, err
		}
		switch err := g.Store.Commit(ctx, t); {
		case err == nil:
			g.count(s, d)
			g.Log.InfoContext(ctx, "committed", "event", event.ID, "kind", string(event.Kind), "record", a.target.String(), "why", d.Reason)
			if g.Wake != nil {
				g.Wake()
			}
			return d.Answer, nil
		case errors.Is(err, ErrConflict):
			continue
		default:
			return Answer{}, fmt.Errorf("commit event %s: %w", event.ID, err)
		}
	}
	return Answer{}, fmt.Errorf("commit event %s: %w after %d tries", e.ID, ErrConflict, maxTries)
}

// onlyAnswer returns the answer of an event that changes nothing. Of several
// replicas that see the same one, one answers; and a command that changed
// something the first time, and would find nothing left to do, is a duplicate.
func (g *Engine) onlyAnswer(ctx context.Context, e Event, s Scene, d Decision, versions map[Key]int64) (Answer, error) {
	if e.Kind != EventCommand {
		return d.Answer, nil
	}
	if s.Call != nil && !s.Call.Spec.Read && len(versions) > 0 {
		t := Transition{Event: e.ID}
		for key, version := range versions {
			if key.Owner == s.Target.Owner {
				t.Guards = append(t.Guards, Guard{Key: key, Version: version})
			}
		}
		switch err := g.Store.Commit(ctx, t); {
		case err == nil, errors.Is(err, ErrConflict):
			return d.Answer, nil
		default:
			return Answer{}, fmt.Errorf("claim event %s: %w", e.ID, err)
		}
	}
	fresh, err := g.Names.Once(ctx, e.ID)
	switch {
	case err != nil:
		return Answer{}, fmt.Errorf("claim read %s: %w", e.ID, err)
	case !fresh:
		return Answer{}, ErrDuplicate
	default:
		return d.Answer, nil
	}
}

// decide calls Decide; a panic poisons the record instead of the process.
func (g *Engine) decide(s Scene, e Event) (d Decision, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PoisonError{Key: s.Target, Err: fmt.Errorf("decide panics: %v\n%s", p, debug.Stack())}
		}
	}()
	return Decide(s, e, g.Rules()), nil
}

// transition is a decision as the store takes it: every record that was read
// and not changed is guarded.
func (g *Engine) transition(s Scene, e Event, d Decision, versions map[Key]int64) (Transition, error) {
	t := Transition{Event: e.ID, Outbox: d.Effects}
	log := NewLog(s, e, d, g.Rules(), versions[SubscriberKey(s.Target.Owner)])
	for i := range t.Outbox {
		t.Outbox[i].Since = g.Real()
	}
	changed := map[Key]bool{}
	for _, w := range d.Writes {
		changed[w.Key] = true
		c := Change{Key: w.Key, Version: versions[w.Key], Alarm: w.Alarm, Join: w.Join, Leave: w.Leave}
		var err error
		if c.Log, err = log.Of(w); err != nil {
			return t, err
		}
		if w.Record != nil {
			if c.Body, err = encode(w.Record); err != nil {
				return t, err
			}
		}
		t.Changes = append(t.Changes, c)
	}
	for key, version := range versions {
		if !changed[key] && key.Owner == s.Target.Owner {
			t.Guards = append(t.Guards, Guard{Key: key, Version: version})
		}
	}
	return t, nil
}

// count reports the outcomes of cycles that ended in this decision.
func (g *Engine) count(s Scene, d Decision) {
	for _, w := range d.Writes {
		after, ok := w.Record.(*Case)
		if !ok {
			continue
		}
		var before []sla.Outcome
		if s.Case != nil && CaseKey(s.Case.Subscriber, s.Case.Number) == w.Key {
			for _, y := range s.Case.Cycles {
				before = append(before, y.Outcome)
			}
		}
		for i, y := range after.Cycles {
			if i < len(before) && before[i] == y.Outcome || y.Outcome == sla.Pending {
				continue
			}
			g.measure(Measured{What: "cycle", Platform: string(y.Metric), Kind: y.Severity.String(), Outcome: string(y.Outcome)})
		}
	}
}
