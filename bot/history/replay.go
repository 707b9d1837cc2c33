package history

import (
	"errors"
	"fmt"
	"slices"

	"casebot/bot"
)

// Group is cases that have to be lived through together, because they were
// merged, with their subscriber's past. Most have one member.
type Group struct {
	Contract Contract
	Cases    []Case
}

// ErrIncomplete says that a log does not reach back to the opening of its case.
var ErrIncomplete = errors.New("the log does not reach back to the opening")

// Replay lives through a group again under the rules of then, and returns the
// records that come out.
func (g Group) Replay(r *bot.Rules) (map[bot.Key]*bot.Case, error) {
	l := &life{rules: r, cases: map[bot.Key]*bot.Case{}}
	err := g.each(func(e bot.Logged, target bot.Key, c Case) error {
		l.sub = g.Contract.at(e.Guarded)
		if l.sub == nil {
			return fmt.Errorf("replay %s, event %s: the subscriber's version %d is unknown: %w", c.Key, e.Event, e.Guarded, ErrIncomplete)
		}
		l.replay(e, target, c)
		return nil
	})
	return l.cases, err
}

// life is a group being lived through.
type life struct {
	rules *bot.Rules
	sub   *bot.Subscriber
	cases map[bot.Key]*bot.Case
	told  func(bot.Decision) // hears of every decision
}

// replay decides a logged event anew.
func (l *life) replay(e bot.Logged, target bot.Key, c Case) {
	s := bot.Scene{Target: target, Subscriber: l.sub, Case: l.cases[target]}
	if e.Given.Do == "merge" {
		other, _ := bot.ParseCaseName(e.Given.Args["other"])
		s.Other = l.cases[other]
	}
	l.take(bot.Replay(s, e, c.content(), l.rules))
}

// take keeps what a decision made of the cases.
func (l *life) take(d bot.Decision) {
	for _, w := range d.Writes {
		if c, ok := w.Record.(*bot.Case); ok {
			l.cases[w.Key] = c
		}
	}
	if l.told != nil {
		l.told(d)
	}
}

// each goes through the entries of a group in an order in which they can have
// happened: each log in its own, an event that is in two logs once, when it is
// the next one of both.
func (g Group) each(do func(e bot.Logged, target bot.Key, c Case) error) error {
	heads := make([]int, len(g.Cases))
	head := func(i int) *bot.Logged {
		if heads[i] < len(g.Cases[i].Entries) {
			return &g.Cases[i].Entries[heads[i]]
		}
		return nil
	}
	for {
		next, waiting := -1, false
		for i := range g.Cases {
			e := head(i)
			if e == nil {
				continue
			}
			if e.Given == nil {
				return fmt.Errorf("replay %s: %w", g.Cases[i].Key, ErrIncomplete)
			}
			waiting = true
			if !g.ready(*e, i, head) {
				continue
			}
			if next < 0 || e.Seen.Before(head(next).Seen) {
				next = i
			}
		}
		if next < 0 {
			if waiting {
				return fmt.Errorf("replay %s: the logs of merged cases do not fit together: %w", g.Cases[0].Key, ErrIncomplete)
			}
			return nil
		}
		e, c := *head(next), g.Cases[next]
		target := c.Key
		if key, ok := bot.ParseCaseName(e.Given.Target); ok {
			target = key
		}
		for i := range g.Cases {
			if h := head(i); h != nil && h.Event == e.Event {
				heads[i]++
			}
		}
		if err := do(e, target, c); err != nil {
			return err
		}
	}
}

// ready tells whether an event is the next one in every log that holds it.
func (g Group) ready(e bot.Logged, of int, head func(int) *bot.Logged) bool {
	for i, c := range g.Cases {
		h := head(i)
		if i == of || h == nil || h.Event == e.Event {
			continue
		}
		left := c.Entries[slices.IndexFunc(c.Entries, func(x bot.Logged) bool { return x.Seq == h.Seq }):]
		if slices.ContainsFunc(left, func(x bot.Logged) bool { return x.Event == e.Event }) {
			return false
		}
	}
	return true
}
