package bot

import (
	"strings"

	"casebot/policy"
	"casebot/policy/sla"
)

func (t *turn) doMerge(c *Case) bool {
	other := t.s.Other
	name := t.s.Call.Args["other"]
	if other == nil || other.Subscriber != c.Subscriber || other.Number == c.Number {
		t.refuse("merge.which", "id", c.Key(), "other", name)
		return false
	}
	second := other.clone()
	k := t.clocks()
	for i := range second.Cycles {
		second.Cycles[i] = second.Cycles[i].Refresh(k)
	}
	t.lapse(second, t.at)
	primary, merged := c, second
	into := t.s.Call.Args["into"]
	if _, name, said := cutFold(" "+into, " into "); said { // as people write it
		into = strings.TrimSpace(name)
	}
	switch named, _ := ParseCaseName(into); {
	case named == CaseKey(second.Subscriber, second.Number):
		primary, merged = second, c
	case named == CaseKey(c.Subscriber, c.Number):
	case into != "":
		t.refuse("merge.into", "id", c.Key(), "other", second.Key(), "into", clip(into, 60))
		return false
	case second.ReceivedAt.Before(c.ReceivedAt):
		primary, merged = second, c
	}
	for _, x := range []*Case{primary, merged} {
		if !x.State.Backlog() {
			t.refuse("merge.closed", "id", x.Key(), "state", t.voice().Say("state."+string(x.State)))
			return false
		}
	}
	t.merge(primary, merged)
	t.tell("merge.done", "id", merged.Key(), "into", primary.Key())
	// Both are saved: the one that the command named by the caller, the other here.
	if primary == c {
		t.keep(merged)
	} else {
		t.keep(primary)
	}
	return true
}

// forward hands a message in a merged case's thread to the primary (T36).
func (t *turn) forward(c *Case, text string) {
	to, ok := ParseCaseName(c.MergedInto)
	if !ok {
		return
	}
	t.toCustomer(c, Message{Text: t.customerVoice().Say("case.merged_here", "id", c.Key(), "into", c.MergedInto)})
	t.told(to, topicMessage, map[string]string{"text": text, "from": c.Key()}, nil)
}

// forwarded counts a message that was written in a merged case's thread; where
// this one was merged in turn, it goes on.
func (t *turn) forwarded(c *Case) {
	text := t.e.Values["text"]
	if to, ok := ParseCaseName(c.MergedInto); ok {
		t.told(to, topicMessage, t.e.Values, nil)
		return
	}
	t.mirror(c, text, "mirror.merged")
	switch {
	case t.me.Staff != nil:
		t.respond(c, t.at, t.me.Staff.Key, "", false)
	case t.me.Authorized():
		t.contactWrote(c, text)
	default:
		t.otherWrote(c)
	}
}

// inherit takes over what the other case was promised: the earlier due, and the
// climb of an unanswered breach (T35).
func (t *turn) inherit(primary, other *Case) {
	k := t.clocks()
	i := primary.current()
	j := other.current()
	if primary.State == StateWaiting && other.State != StateWaiting && other.ContactAt.After(other.Response.At) {
		t.endWaiting(primary, t.at)
		i = primary.current()
	}
	if i >= 0 && j >= 0 && primary.State != StateWaiting {
		mine, theirs := primary.Cycles[i], other.Cycles[j]
		primary.Cycles[i] = mine.Earliest(theirs, t.at, t.r.Floors, k)
	}
	if i >= 0 && primary.Cycles[i].Metric == policy.Initial && primary.Cycles[i].Outcome == sla.Pending && other.ReceivedAt.Before(primary.ReceivedAt) {
		primary.ReceivedAt = other.ReceivedAt
		primary.Cycles[i] = primary.Cycles[i].Reanchor(other.ReceivedAt, t.at, t.r.Floors, k)
	}
	if other.Ladder != nil && (primary.Ladder == nil || other.Ladder.Level > primary.Ladder.Level) && i >= 0 {
		mine := primary.Cycles[i]
		severity, clock := mine.Severity, mine.Clock
		if primary.Ladder != nil {
			severity, clock = primary.Ladder.Severity, primary.Ladder.Clock
		}
		ladder := other.Ladder.MoveTo(mine.N, severity, clock)
		primary.Ladder = &ladder
		primary.Highest = max(primary.Highest, ladder.Level)
	}
}

// merge ends the other case in favour of the primary (T35).
func (t *turn) merge(primary, other *Case) {
	t.inherit(primary, other)
	for n, y := range other.Cycles {
		if y.Unanswered() {
			other.Cycles[n] = y.End(sla.Merged, t.at)
		}
	}
	t.endClimb(other, "case.alert_merged")
	other.State, other.MergedInto, other.ClosedAt = StateMerged, primary.Key(), t.now
	if primary.State != StateWaiting {
		primary.Owed = earlierPromise(primary.Owed, other.Owed)
	}
	other.Owed = nil
	other.Waiting, other.Hold, other.Proposal, other.Contested, other.Comment = nil, nil, nil, nil, ""
	primary.Links = appendNew(primary.Links, other.Key())
	v := t.customerVoice()
	t.toCustomer(other, Message{Text: v.Say("case.merged", "id", other.Key(), "into", primary.Key())})
	t.toCustomer(primary, Message{Text: v.Say("case.merged_into", "id", primary.Key(), "other", other.Key(), "summary", other.Summary)})
	t.toTriage(primary, t.staffSays(primary, ToneNone, "case.merged_staff", "other", other.Key()))
	if other.Severity < primary.Severity {
		t.raise(primary, other.Severity, v.Say("case.merge_reason", "id", other.Key()))
	}
	t.why("merged", "primary", primary.Key(), "other", other.Key())
}
