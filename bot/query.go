package bot

import (
	"context"
	"fmt"
	"time"
)

// QueryWeekly is the name of the query that a weekly update is rendered by.
const QueryWeekly = topicWeekly

// reportLimit bounds the cases that one report reads.
const reportLimit = 20_000

// RenderWeekly draws the weekly update of a subscriber. It reads all cases of
// the subscriber, page by page.
func (g *Engine) RenderWeekly(ctx context.Context, from Key, q Query) (*Message, error) {
	records, err := g.Store.Load(ctx, from)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", from, err)
	}
	s, err := decode[Subscriber](records[0])
	if err != nil {
		return nil, &PoisonError{Key: from, Err: err}
	}
	if s == nil {
		return nil, fmt.Errorf("%w: no subscriber %s", ErrUndeliverable, from.Owner)
	}
	cases, _, err := g.Cases(ctx, indexAll+":"+s.Key, reportLimit)
	if err != nil {
		return nil, err
	}
	r := g.Rules()
	zone := r.zoneOf(s)
	monday, err := time.ParseInLocation(time.DateOnly, q.Args["period"], zone)
	if err != nil {
		return nil, fmt.Errorf("%w: weekly update of %q: %w", ErrUndeliverable, q.Args["period"], err)
	}
	v := r.Texts.In(s.Language)
	m := WeeklyUpdate(r, s, cases, monday, g.Now(), v)
	if q.Args["held"] != "" {
		m.Small = v.Say("weekly.after_hold") + " " + m.Small
	}
	if late, err := time.Parse(time.RFC3339, q.Args["late"]); err == nil {
		m.Small = v.Say("weekly.late", "due", moment(v, late, zone)) + " " + m.Small
	}
	return &m, nil
}
