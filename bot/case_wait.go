package bot

import (
	"fmt"
	"time"

	"casebot/policy"
)

// Waiting for a customer is reminded of twice and then ended (T22), in
// business days; resolved cases close after a week of elapsed time.
var waitDays = [3]int{3, 7, 10}

const closeAfter = 7 * 24 * time.Hour

// waitWindow is how long after one's own response a case may still be set
// waiting (T19).
const waitWindow = 5 * time.Minute

// waitStep returns when the next reminder or the closing of a waiting case is
// due and which it is; zero while staff have a comment to decide about, and
// for the closing of a severity 1, which no clock does (T22).
func (t *turn) waitStep(c *Case) (time.Time, int) {
	if c.State != StateWaiting || c.Waiting == nil || c.Comment != "" || c.Waiting.Reminded >= len(waitDays) {
		return time.Time{}, 0
	}
	step := c.Waiting.Reminded
	if step == len(waitDays)-1 && c.Severity == policy.Severity1 {
		return time.Time{}, 0
	}
	k := t.clocks()
	at, ok := k.Business.AddDays(c.Waiting.Since, waitDays[step], k.Pauses...)
	if !ok {
		return time.Time{}, 0
	}
	return at, step
}

// tickWaiting reminds the customer, or closes what was not answered. After
// downtime only the step that is due now is done.
func (t *turn) tickWaiting(c *Case) {
	done := -1
	for {
		at, step := t.waitStep(c)
		if at.IsZero() || at.After(t.now) {
			break
		}
		c.Waiting.Reminded, done = step+1, step
	}
	switch {
	case done < 0:
	case done == len(waitDays)-1:
		t.close(c, "case.closed_silent")
		c.Unresolved = true
		t.why("closed after silence")
	default:
		v := t.customerVoice()
		t.toCustomer(c, Message{
			Text: t.reminder(c),
			Controls: []Control{
				{Kind: ControlButton, Label: v.Say("button.reply"), Command: "case reply " + c.Key(), Style: StylePrimary},
				{Kind: ControlButton, Label: v.Say("button.solved"), Command: "case resolve " + c.Key()},
			},
		})
		t.why("reminded", "step", fmt.Sprint(done+1))
	}
}

// reminder asks for the answer and, where the case would be closed without
// one, says when.
func (t *turn) reminder(c *Case) string {
	v, k := t.customerVoice(), t.clocks()
	last := waitDays[len(waitDays)-1]
	at, ok := k.Business.AddDays(c.Waiting.Since, last, k.Pauses...)
	if c.Severity == policy.Severity1 || !ok {
		return v.Say("case.reminder", "id", c.Key(), "summary", c.Summary)
	}
	return v.Say("case.reminder_closes", "id", c.Key(), "summary", c.Summary, "at", v.Date(at, t.r.zoneOf(t.s.Subscriber)))
}

// setWaiting puts a case that was just answered in the customer's hands (T19). A
// contact who wrote since then, before the answer was known to be delivered, has
// ended the waiting already: outcomes go by when it happened (T51).
func (t *turn) setWaiting(c *Case, since time.Time, asks bool) {
	if c.ContactAt.After(since) {
		c.Hold = nil
		t.endWaiting(c, c.ContactAt)
		return
	}
	if i := c.current(); i >= 0 {
		c.Cycles[i] = c.Cycles[i].Wait()
	}
	c.State, c.Waiting, c.Hold, c.Comment = StateWaiting, &Waiting{Since: since, Asks: asks}, nil, ""
	c.Owed = nil
	t.why("waiting for the customer")
}

// endWaiting takes a case back: the full follow-up target runs from the anchor (T19).
func (t *turn) endWaiting(c *Case, anchor time.Time) {
	c.State, c.Waiting, c.Comment = StateOpen, nil, ""
	if i := c.current(); i >= 0 && c.Cycles[i].Metric == policy.FollowUp {
		c.Cycles[i] = c.Cycles[i].Rearm(anchor, t.clocks())
	} else if i < 0 {
		t.startCycle(c, anchor)
	}
	t.why("waiting ended")
}

// endHold ends a hold whose time is up and tells whoever set it, and the case's
// owner (T53).
func (t *turn) endHold(c *Case) {
	m := t.staffSays(c, ToneNone, "case.hold_ended", "for", c.Hold.For)
	for _, who := range []string{c.Hold.By, c.Assignee} {
		if s := t.r.StaffByKey(who); s != nil {
			for _, ref := range s.Refs {
				m.Mentions = appendNew(m.Mentions, ref)
			}
		}
	}
	c.State, c.Hold = StateOpen, nil
	t.toTriage(c, m)
	t.why("hold ended")
}
