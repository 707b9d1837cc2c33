package bot

import (
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
	primary, merged := c, second
	into, named := ParseCaseName(t.s.Call.Args["into"])
	if named && into == CaseKey(second.Subscriber, second.Number) || !named && second.ReceivedAt.Before(c.ReceivedAt) {
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

// forwarded counts a message that was written in a merged case's thread.
func (t *turn) forwarded(c *Case) {
	text := t.e.Values["text"]
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

// merge ends the other case in favour of the primary (T35).
func (t *turn) merge(primary, other *Case) {
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
	if i >= 0 && primary.Cycles[i].Metric == policy.Initial && other.ReceivedAt.Before(primary.ReceivedAt) {
		primary.ReceivedAt = other.ReceivedAt
		primary.Cycles[i] = primary.Cycles[i].Reanchor(other.ReceivedAt, t.at, t.r.Floors, k)
	}
	if other.Ladder != nil && (primary.Ladder == nil || other.Ladder.Level > primary.Ladder.Level) && i >= 0 {
		ladder := *other.Ladder
		ladder.Cycle = primary.Cycles[i].N
		primary.Ladder = &ladder
		primary.Highest = max(primary.Highest, ladder.Level)
	}
	for n, y := range other.Cycles {
		if y.Unanswered() {
			other.Cycles[n] = y.End(sla.Merged, t.at)
		}
	}
	t.endClimb(other, "case.alert_merged")
	other.State, other.MergedInto, other.ClosedAt = StateMerged, primary.Key(), t.now
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
