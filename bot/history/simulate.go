package history

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"casebot/bot"
)

// Trial is what a past is simulated under.
type Trial struct {
	Rules *bot.Rules
	Amend func(*bot.Subscriber) // what is otherwise of a contract, nil for nothing
	Until time.Time             // alarms ring up to then
}

// Told is a level of the ladder that was told.
type Told struct {
	Case   string    `json:"case"`
	At     time.Time `json:"at"`
	Level  int       `json:"level"`
	Repeat int       `json:"repeat,omitempty"`
}

// Outcome is how a group fared.
type Outcome struct {
	Cases map[bot.Key]*bot.Case
	Told  []Told
}

// told reads the level that a decision told out of its facts.
func told(key bot.Key, at time.Time, facts map[string]string) (Told, bool) {
	level, err := strconv.Atoi(facts["level"])
	if err != nil || facts["repeat"] == "" {
		return Told{}, false
	}
	repeat, err := strconv.Atoi(facts["repeat"])
	return Told{Case: bot.CaseName(key), At: at, Level: level, Repeat: repeat}, err == nil
}

// Recorded is how the group fared in truth.
func (g Group) Recorded() Outcome {
	out := Outcome{Cases: map[bot.Key]*bot.Case{}}
	for _, c := range g.Cases {
		record := c.Record
		out.Cases[c.Key] = &record
		for _, e := range c.Entries {
			if t, ok := told(c.Key, e.Seen, e.Facts); ok {
				out.Told = append(out.Told, t)
			}
		}
	}
	return out
}

// Simulate lives through a group under other rules: what people did and what
// was delivered stays as it was, at the same moments; alarms ring when the
// other rules want them, as if casebot had never been down.
func (g Group) Simulate(t Trial) (Outcome, error) {
	var out Outcome
	s := &simulation{
		life:     life{rules: t.Rules, cases: map[bot.Key]*bot.Case{}},
		contract: g.Contract, amend: t.Amend, alarms: map[bot.Key]time.Time{},
	}
	s.told = func(d bot.Decision) {
		for _, w := range d.Writes {
			if w.Key.Kind != bot.KindCase {
				continue
			}
			s.alarms[w.Key] = w.Alarm
			if t, ok := told(w.Key, s.now, d.Facts); ok && w.Key == s.deciding {
				out.Told = append(out.Told, t)
			}
		}
	}
	err := g.each(func(e bot.Logged, target bot.Key, c Case) error {
		if err := s.pass(e.Seen, e.Guarded); err != nil {
			return err
		}
		switch {
		case s.sub == nil:
			return fmt.Errorf("simulate %s, event %s: the subscriber's version %d is unknown: %w", c.Key, e.Event, e.Guarded, ErrIncomplete)
		case e.Kind == bot.EventAlarm, e.Given.Topic == bot.TopicTouch:
			return nil // these follow from the rules
		}
		s.deciding = target
		if e.Birth() {
			s.deciding = c.Key
		}
		s.replay(e, target, c)
		return nil
	})
	if err == nil {
		err = s.pass(t.Until, 0)
	}
	out.Cases = s.cases
	return out, err
}

// simulation is a life whose alarms ring by themselves.
type simulation struct {
	life
	contract Contract
	amend    func(*bot.Subscriber)
	version  int // how many of the contract's versions have come
	alarms   map[bot.Key]time.Time
	now      time.Time
	deciding bot.Key
	n        int
}

// pass lets time pass until at, and at least until the subscriber's version n:
// contracts change and alarms ring, each at its moment.
func (s *simulation) pass(at time.Time, n int64) error {
	const patience = 100000 // decisions; far more than a case lives through
	for range patience {
		key, ring := s.next()
		change, changes := s.change(at, n)
		switch {
		case changes && (ring.IsZero() || !change.After(ring)):
			s.adopt()
		case ring.IsZero() || ring.After(at):
			s.now = later(s.now, at)
			return nil
		default:
			s.ring(key, ring, bot.Event{Kind: bot.EventAlarm})
		}
	}
	return fmt.Errorf("simulate the cases of %s: their alarms never rest", s.contract.Key)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// next is the alarm that rings first.
func (s *simulation) next() (key bot.Key, at time.Time) {
	for _, k := range s.keys() {
		if when := s.alarms[k]; !when.IsZero() && (at.IsZero() || when.Before(at)) {
			key, at = k, when
		}
	}
	return key, at
}

// keys are the cases in order, so that the same past always fares the same.
func (s *simulation) keys() []bot.Key {
	return slices.SortedFunc(maps.Keys(s.cases), func(a, b bot.Key) int { return cmp.Compare(a.ID, b.ID) })
}

// change tells whether another version of the contract came by then, and when.
func (s *simulation) change(at time.Time, n int64) (time.Time, bool) {
	if s.version >= len(s.contract.Versions) {
		return time.Time{}, false
	}
	v := s.contract.Versions[s.version]
	return v.Seen, v.N <= n || v.Seen.Before(at)
}

// adopt puts the next version of the contract in force: all cases look.
func (s *simulation) adopt() {
	v := s.contract.Versions[s.version]
	s.version++
	sub := v.Subscriber
	if s.amend != nil {
		s.amend(&sub)
	}
	s.sub = &sub
	for _, key := range s.keys() {
		if c := s.cases[key]; c.State != bot.StateClosed && c.State != bot.StateMerged {
			s.ring(key, later(s.now, v.Seen), bot.Event{Kind: bot.EventTold, Topic: bot.TopicTouch})
		}
	}
}

// ring asks a case to look at its clocks.
func (s *simulation) ring(key bot.Key, at time.Time, e bot.Event) {
	s.n++
	s.now = later(s.now, at)
	e.ID, e.Seen = fmt.Sprintf("simulated:%d", s.n), s.now
	s.deciding = key
	s.take(bot.Decide(bot.Scene{Target: key, Subscriber: s.sub, Case: s.cases[key]}, e, s.rules))
}
