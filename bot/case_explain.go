package bot

import (
	"strings"
	"time"
)

// How much of an explanation a chat shows; the whole is the binary's, and JSON.
const (
	explainedCycles = 4
	explainedRows   = 12
)

// explain tells how the clocks of a case ran: of one clock or the last ones, as
// of now or of a moment that has passed.
func (t *turn) explain(c *Case) {
	v := t.voice()
	which, asOf, ok := t.explained(t.s.Call.Args["which"])
	if !ok {
		t.refuse("explain.when_unclear", "text", clip(t.s.Call.Args["which"], 60), "id", c.Key())
		return
	}
	if asOf.Before(c.ReceivedAt) && asOf.Before(c.Seen) && len(t.s.Log) > 0 && asOf.Before(t.s.Log[0].Seen.Truncate(time.Millisecond)) {
		t.refuse("explain.too_early", "id", c.Key(), "at", moment(v, c.ReceivedAt, t.zone()))
		return
	}
	x := Explain(c, t.s.Subscriber, t.s.Log, t.r, asOf, t.me.Staff != nil)
	all := len(x.Cycles)
	if which != "" {
		x = x.only(which)
		if len(x.Cycles) == 0 {
			t.refuse("explain.which", "id", c.Key(), "word", clip(which, 40))
			return
		}
	}
	if n := len(x.Cycles); n > explainedCycles {
		x.Cycles = x.Cycles[n-explainedCycles:]
	}
	m := Teller{Voice: v, Zone: t.zone(), Rules: t.r, Sub: t.s.Subscriber, Staff: t.me.Staff != nil, Rows: explainedRows}.Say(x)
	if n := all - len(x.Cycles); n > 0 && which == "" {
		m.Small = v.Say("explain.earlier", "count", n, "id", c.Key()) + " " + m.Small
	}
	t.private(m)
}

// only keeps one clock of an explanation: "initial", "follow-up 2", "2".
func (x Explanation) only(which string) Explanation {
	which = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(which), "follow-up"), "-")
	which = strings.TrimSpace(which)
	var kept []CycleStory
	for _, s := range x.Cycles {
		if s.Clock == which || s.Clock == "follow-up "+which {
			kept = append(kept, s)
		}
	}
	x.Cycles, x.Promises, x.Levels = kept, nil, nil
	return x
}

// explained reads "follow-up 2 as of 2026-03-10 15:00"; both halves may be
// missing.
func (t *turn) explained(words string) (which string, asOf time.Time, ok bool) {
	which, when, dated := cutFold(words+" ", "as of ")
	if !dated {
		return strings.TrimSpace(which), t.now.Truncate(time.Millisecond), true
	}
	at, ok := t.moment(when)
	return strings.TrimSpace(which), at, ok && !at.After(t.now)
}

// cutFold cuts a text around a word, in whatever letter case.
func cutFold(s, word string) (before, after string, found bool) {
	i := strings.Index(strings.ToLower(s), word)
	if i < 0 || len(strings.ToLower(s)) != len(s) {
		return s, "", false
	}
	return s[:i], s[i+len(word):], true
}
