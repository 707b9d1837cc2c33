package bot_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
	"casebot/bot/history"
	"casebot/policy/sla"
)

// groups reads the past of all cases, a subscriber's together.
func (d *desk) groups() []history.Group {
	d.t.Helper()
	ctx := context.WithoutCancel(d.ctx)
	found := map[string]*history.Group{}
	for key := range d.store.records(bot.KindCase) {
		g := found[key.Owner]
		if g == nil {
			contract, err := history.ReadContract(ctx, d.store, key.Owner)
			if err != nil {
				d.t.Fatal(err)
			}
			g = &history.Group{Contract: contract}
			found[key.Owner] = g
		}
		c, ok, err := history.ReadCase(ctx, d.store, key)
		if err != nil || !ok {
			d.t.Fatalf("read %s: %v", key, err)
		}
		g.Cases = append(g.Cases, c)
	}
	var out []history.Group
	for _, g := range found {
		out = append(out, *g)
	}
	return out
}

// checkReplay: replaying the log reproduces the record exactly, and folding
// its changes reproduces the cycles.
func (d *desk) checkReplay() {
	d.t.Helper()
	if d.altered {
		return
	}
	for _, g := range d.groups() {
		lived, err := g.Replay(d.rules)
		if err != nil {
			d.t.Errorf("replay: %v", err)
			continue
		}
		for _, c := range g.Cases {
			if want, got := pretty(d.t, c.Record), pretty(d.t, lived[c.Key]); want != got {
				d.t.Errorf("the log of %s replays to another record (-record +replay):\n%s", c.Key, cmp.Diff(want, got))
			}
			d.checkFold(c)
		}
	}
}

func (d *desk) checkFold(c history.Case) {
	d.t.Helper()
	var cycles []sla.Cycle
	state := bot.State("")
	var owed bot.Promise
	for _, e := range c.Entries {
		var err error
		if cycles, err = e.Fold(cycles); err != nil {
			d.t.Errorf("fold %s: %v", c.Key, err)
			return
		}
		if e.State != "" {
			state = e.State
		}
		if e.Promise != nil {
			owed = *e.Promise
		}
	}
	if diff := cmp.Diff(pretty(d.t, c.Record.Cycles), pretty(d.t, cycles)); diff != "" {
		d.t.Errorf("the log of %s folds to other cycles (-record +log):\n%s", c.Key, diff)
	}
	if state != c.Record.State {
		d.t.Errorf("the log of %s ends %q, the record %q", c.Key, state, c.Record.State)
	}
	if kept := c.Record.Owed; kept == nil && owed != (bot.Promise{}) || kept != nil && owed != *kept {
		d.t.Errorf("the log of %s says that %+v is promised, the record %+v", c.Key, owed, kept)
	}
}

func pretty(t testing.TB, v any) string {
	t.Helper()
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
