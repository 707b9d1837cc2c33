package bot_test

import (
	"context"
	"encoding/json"
	"strings"

	"casebot/bot"
	"casebot/policy/sla"
)

// customerSide tells whether a customer can read a room.
func (d *desk) customerSide(room string) bool {
	name := strings.TrimPrefix(room, "console:")
	if who, ok := strings.CutPrefix(name, "@"); ok {
		return d.rules.StaffByRef("console:"+who) == nil
	}
	switch name {
	case "triage", "escalations", "management", "ops":
		return false
	}
	return true
}

// check proves, at the end of every story, what holds of all of them.
func (d *desk) check() {
	if d.t.Failed() {
		return
	}
	d.checkSides()
	d.checkKeys()
	d.checkRecords()
	d.checkReplay()
}

// checkSides: what is for staff only is in no room of a customer, and what was
// answered to one person alone is in no shared room.
func (d *desk) checkSides() {
	secrets := d.internal
	for _, room := range []string{"escalations", "management", "ops"} {
		for _, p := range d.platform.all("console:" + room) {
			secrets = append(secrets, p.message.Text)
		}
	}
	for _, p := range d.platform.everything() {
		text := plain(p.message) + "\n" + p.message.Text
		if d.customerSide(p.room) {
			for _, s := range secrets {
				if s != "" && strings.Contains(text, s) {
					d.t.Errorf("%s can read what is for staff only: %q in\n%s", p.room, s, text)
				}
			}
		}
		for _, w := range d.whispers {
			if !d.customerSide(p.room) {
				break
			}
			if w.tone == bot.ToneWarn && strings.Contains(text, w.text) && !strings.HasPrefix(p.room, "console:@"+w.who) {
				d.t.Errorf("what was answered privately to %s stands in %s: %q", w.who, p.room, w.text)
			}
		}
	}
}

// checkKeys: every message about a case names it.
func (d *desk) checkKeys() {
	for _, x := range d.platform.delivered() {
		if x.Record.Kind != bot.KindCase || x.Room == "" {
			continue
		}
		if key := x.Record.Owner + "-" + x.Record.ID; !strings.Contains(plain(x.Message), key) {
			d.t.Errorf("a message of %s in %s does not name it:\n%s", key, x.Room, plain(x.Message))
		}
	}
}

// checkRecords: what holds of every case, whatever happened to it.
func (d *desk) checkRecords() {
	d.t.Helper()
	parked, err := d.store.Parked(context.WithoutCancel(d.ctx))
	if err != nil {
		d.t.Error(err)
	}
	for _, p := range parked {
		d.t.Errorf("parked: %s %s: %s", p.Key, p.Lane, p.Reason)
	}
	for key, body := range d.store.records(bot.KindCase) {
		var c bot.Case
		if err := json.Unmarshal(body, &c); err != nil {
			d.t.Errorf("decode %s: %v", key, err)
			continue
		}
		for _, fault := range d.faults(c, key) {
			d.t.Errorf("%s (%s): %s\n%s", c.Key(), c.State, fault, body)
		}
	}
}

// faults lists what is wrong with a case and its alarm.
func (d *desk) faults(c bot.Case, key bot.Key) []string {
	var out []string
	wrong := func(is bool, what string) {
		if is {
			out = append(out, what)
		}
	}
	alarm := d.store.alarm(key)
	paused := d.subscriber(c.Subscriber).Standing.Effects().Paused // the restoration makes all cases look
	pending, unanswered := 0, 0
	for i, y := range c.Cycles {
		if y.Unanswered() {
			unanswered++
		}
		wrong(y.Outcome == sla.Breached && y.BreachedAt.IsZero(), "a breach without its instant")
		wrong(!y.AnsweredAt.IsZero() && y.AnsweredAt.Before(y.Anchor), "a cycle answered before it began")
		wrong(y.Outcome == sla.Met && !y.Due.IsZero() && y.AnsweredAt.After(y.Due), "met, but answered after the due")
		wrong(y.N != i, "cycles are not numbered in order")
		if y.Outcome != sla.Pending {
			continue
		}
		pending++
		wrong(c.State == bot.StateWaiting && !y.Due.IsZero(), "waits, but has a due time")
		wrong(c.State != bot.StateWaiting && y.Due.IsZero() && !y.Target.None() && !paused, "is promised an answer, but has no due time")
		wrong(!y.Due.IsZero() && !paused && (alarm.IsZero() || alarm.After(y.Due.Add(1e6))), "no alarm by the due time")
	}
	wrong(unanswered > 1, "more than one cycle runs")
	wrong(c.State == bot.StateWaiting && c.Waiting == nil, "waits without saying since when")
	wrong(c.State != bot.StateWaiting && c.Waiting != nil, "does not wait, but says since when")
	wrong((c.State == bot.StateOnHold) != (c.Hold != nil), "hold and state differ")
	wrong(c.State.Backlog() && unanswered == 0, "is worked on, but no cycle runs")
	wrong(!c.State.Backlog() && unanswered > 0, "a cycle runs on a case that nobody works on")
	wrong(!c.State.Backlog() && c.Ladder != nil, "a climb runs on a case that nobody works on")
	wrong((c.State == bot.StateClosed || c.State == bot.StateMerged) && !alarm.IsZero(), "is over, but has an alarm")
	wrong(c.State == bot.StateResolved && c.ResolvedAt.IsZero(), "resolved without an instant")
	wrong(c.State == bot.StateMerged && c.MergedInto == "", "merged into nothing")
	return out
}
