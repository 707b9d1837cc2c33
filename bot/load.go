package bot

import (
	"context"
	"fmt"
)

// Pages that a decision may see.
const (
	pageSize  = 100 // of a sweep
	listLimit = 500 // cases of a list or of a private preview
)

// load reads the scene in one round trip.
func (g *Engine) load(ctx context.Context, a aim) (Scene, map[Key]int64, error) {
	s := Scene{Target: a.target, Call: a.call, Near: a.near}
	var keys []Key
	add := func(k Key) {
		if !k.Zero() {
			keys = append(keys, k)
		}
	}
	add(a.target)
	if a.target.Kind == KindCase || a.target.Kind == KindDraft {
		add(SubscriberKey(a.target.Owner))
	}
	if a.target.Kind == KindDraft {
		add(CounterKey(a.target.Owner))
	}
	if a.other != a.target {
		add(a.other)
	}
	versions := map[Key]int64{}
	if len(keys) == 0 {
		return g.page(ctx, a, s, versions)
	}
	records, err := g.Store.Load(ctx, keys...)
	if err != nil {
		return s, nil, fmt.Errorf("load %s: %w", a.target, err)
	}
	for _, v := range records {
		versions[v.Key] = v.Version
		if err := s.place(v, a); err != nil {
			return s, nil, &PoisonError{Key: v.Key, Err: err}
		}
	}
	if s.Case != nil && a.call != nil && a.call.Spec.Log {
		if s.Log, err = ReadLog(ctx, g.Store, a.target); err != nil {
			return s, nil, err
		}
	}
	return g.page(ctx, a, s, versions)
}

// place puts a record where the decision looks for it.
func (s *Scene) place(v Versioned, a aim) (err error) {
	switch v.Key.Kind {
	case KindSubscriber:
		s.Subscriber, err = decode[Subscriber](v)
	case KindCase:
		if v.Key == a.target {
			s.Case, err = decode[Case](v)
		} else {
			s.Other, err = decode[Case](v)
		}
	case KindDraft:
		s.Draft, err = decode[Draft](v)
	case KindCounter:
		s.Counter, err = decode[Counter](v)
	case KindPerson:
		s.Person, err = decode[Person](v)
	case KindRoom:
		s.Room, err = decode[Room](v)
	}
	return err
}

// page adds a page of cases to the scene: a list's, or the next of a sweep.
func (g *Engine) page(ctx context.Context, a aim, s Scene, versions map[Key]int64) (Scene, map[Key]int64, error) {
	if s.Subscriber != nil && s.Subscriber.Sweep != nil && a.target.Kind == KindSubscriber {
		keys, next, err := g.Store.List(ctx, indexLive+":"+s.Subscriber.Key, s.Subscriber.Sweep.After, pageSize)
		if err != nil {
			return s, nil, fmt.Errorf("list open cases of %s: %w", s.Subscriber.Key, err)
		}
		s.Open, s.Next = keys, next
	}
	if a.index == "" {
		return s, versions, nil
	}
	cases, more, err := g.Cases(ctx, a.index, listLimit)
	s.Page, s.More = cases, more
	return s, versions, err
}

// Cases loads the cases of an index, at most limit.
func (g *Engine) Cases(ctx context.Context, index string, limit int) (cases []Case, more bool, err error) {
	after := ""
	for {
		keys, next, err := g.Store.List(ctx, index, after, min(pageSize, limit-len(cases)))
		if err != nil {
			return nil, false, fmt.Errorf("list %s: %w", index, err)
		}
		records, err := g.Store.Load(ctx, keys...)
		if err != nil {
			return nil, false, fmt.Errorf("load cases of %s: %w", index, err)
		}
		for _, v := range records {
			c, err := decode[Case](v)
			if err != nil {
				return nil, false, &PoisonError{Key: v.Key, Err: err}
			}
			if c != nil {
				cases = append(cases, *c)
			}
		}
		switch {
		case next == "":
			return cases, false, nil
		case len(cases) >= limit:
			return cases, true, nil
		}
		after = next
	}
}
