package bot

import (
	"fmt"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

func (t *turn) doResolve(c *Case) bool {
	switch {
	case c.State == StateClosed || c.State == StateMerged:
		t.backlogOnly(c)
		return false
	case c.State == StateResolved:
		t.tell("resolve.already", "id", c.Key())
		return false
	case t.me.Staff == nil: // the contact's own word, by button or command (T21)
		t.resolved(c, t.at, t.me.Key())
		v := t.customerVoice()
		t.toCustomer(c, Message{Tone: ToneGood, Text: v.Say("resolve.by_contact", "id", c.Key(), "who", t.me.Name), Controls: []Control{
			{Kind: ControlButton, Label: v.Say("button.reopen"), Command: "case reopen " + c.Key()},
		}})
		t.toTriage(c, t.staffSays(c, ToneGood, "resolve.by_contact_staff"))
		t.tell("resolve.you", "id", c.Key())
		return true
	}
	text, ok := t.text()
	if !ok {
		return false
	}
	t.reply(c, text, "resolve")
	if c.Severity == policy.Severity1 && !t.quietFor(c, t.at, 24*time.Hour) {
		t.tell("resolve.asks", "id", c.Key())
	} else {
		t.tell("resolve.sent", "id", c.Key())
	}
	return true
}

func (t *turn) doClose(c *Case) bool {
	if c.State == StateClosed || c.State == StateMerged {
		t.backlogOnly(c)
		return false
	}
	unresolved := c.State != StateResolved
	reason := t.s.Call.Args["reason"]
	t.close(c, "case.closed")
	c.Unresolved = unresolved
	t.why("closed", "by", t.me.Key(), "reason", reason, "unresolved", fmt.Sprint(unresolved))
	t.tell("case.closed_you", "id", c.Key())
	return true
}

func (t *turn) doReopen(c *Case) bool {
	switch c.State {
	case StateResolved:
		t.reopen(c, t.at)
		if t.me.Staff == nil && t.at.After(c.ContactAt) {
			c.ContactAt = t.at
		}
		t.toCustomer(c, Message{Text: t.customerVoice().Say("case.reopened", "id", c.Key())})
		t.toTriage(c, t.staffSays(c, ToneWarn, "case.reopened_staff"))
		t.tell("case.reopened", "id", c.Key())
		return true
	case StateClosed:
		t.refuse("case.reopen_closed", "id", c.Key())
	case StateMerged:
		t.refuse("case.merged_reply", "id", c.Key(), "into", c.MergedInto)
	case StateNew, StateOpen, StateWaiting, StateOnHold:
		t.tell("case.is_open", "id", c.Key())
	}
	return false
}

// doKeep takes back a reopening that a contact's message caused (T23).
func (t *turn) doKeep(c *Case) bool {
	if !c.State.Backlog() || c.Reopened == 0 || c.Response.At.After(c.ContactAt) {
		t.tell("case.nothing_to_keep", "id", c.Key())
		return false
	}
	i := c.current()
	if i >= 0 && c.Cycles[i].Outcome != sla.Pending {
		t.tell("case.nothing_to_keep", "id", c.Key())
		return false
	}
	t.resolved(c, t.at, t.me.Key())
	t.toCustomer(c, Message{Tone: ToneGood, Text: t.customerVoice().Say("case.kept", "id", c.Key())})
	t.toTriage(c, t.staffSays(c, ToneGood, "resolve.by_contact_staff"))
	t.tell("resolve.you", "id", c.Key())
	return true
}

// closesAt is when a resolved case closes by itself.
func (t *turn) closesAt(c *Case) time.Time {
	k := t.clocks()
	at, ok := k.On(policy.Clock24x7).Add(c.ResolvedAt, closeAfter, k.Pauses...)
	if !ok {
		return t.now.Add(closeAfter)
	}
	return at
}

// closeUntil does the closings that were due before something happened, where
// nobody looked at the clock in time: outcomes go by when it happened (T51).
func (t *turn) closeUntil(c *Case, at time.Time) {
	now := t.now
	defer func() { t.now = now }()
	t.now = at
	if t.clocks().Paused(at) {
		return
	}
	t.tickWaiting(c)
	if c.State == StateResolved && !at.Before(t.closesAt(c)) {
		t.close(c, "case.closed_auto")
		t.why("closed after resolve")
	}
}

// close ends a case for good; a late message begins a linked draft (T23).
func (t *turn) close(c *Case, key string) {
	t.cancelPending(c)
	c.State, c.ClosedAt = StateClosed, t.now
	t.endProposal(c, "severity.over")
	c.Waiting, c.Hold, c.Owed, c.Contested, c.Comment = nil, nil, nil, nil, ""
	v := t.customerVoice()
	t.toCustomer(c, Message{Text: v.Say(key, "id", c.Key()), Tone: ToneQuiet})
	t.toTriage(c, t.staffSays(c, ToneQuiet, key))
}

// reopen takes a resolved case up again: no new initial response, the
// follow-up runs from the message (T23).
func (t *turn) reopen(c *Case, anchor time.Time) {
	c.State, c.ResolvedAt = StateOpen, time.Time{}
	c.Reopened++
	t.startCycle(c, anchor)
	t.why("reopened")
}

// resolved ends the work on a case; open cycles end with it (T21).
func (t *turn) resolved(c *Case, at time.Time, by string) {
	t.cancelPending(c)
	c.State, c.ResolvedAt = StateResolved, at
	c.Waiting, c.Hold, c.Owed, c.Comment = nil, nil, nil, ""
	t.why("resolved", "by", by)
}
