package bot

import (
	"fmt"
	"strings"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
)

// silence is how long, in business time, a proposal may go unanswered before a
// manager may decide (T27).
const silence = 8 * time.Hour

func (t *turn) doSeverity(c *Case) bool {
	if !t.backlogOnly(c) {
		return false
	}
	to, err := policy.ParseSeverity(t.s.Call.Args["level"])
	if err != nil {
		t.refuse("severity.which")
		return false
	}
	if to == c.Severity && (!c.ToConfirm || t.me.Staff != nil) {
		t.tell("severity.same", "id", c.Key(), "severity", to)
		return false
	}
	reason := t.s.Call.Args["reason"]
	switch {
	case t.me.Staff == nil && c.ToConfirm: // the contact's first choice holds at once (T52)
		c.ToConfirm = false
		if to != c.Severity {
			t.change(c, to, t.me.Name, reason, "")
			t.announceSeverity(c)
		} else {
			t.toCustomer(c, Message{Text: t.customerVoice().Say("severity.confirmed", "id", c.Key(), "severity", to)})
			t.why("severity confirmed")
		}
		t.tell("severity.agreed", "id", c.Key(), "severity", to)
	case t.me.Staff == nil:
		t.propose(c, to, reason)
		t.tell("severity.asked", "id", c.Key(), "severity", to)
	case t.managerMayDecide(c, to):
		note := "unanswered"
		if c.Contested != nil && c.Contested.To == to {
			note = "contested"
		}
		t.change(c, to, t.me.Name, reason, note)
		t.toCustomer(c, Message{Tone: ToneWarn, Text: t.customerVoice().Say("severity.set", "id", c.Key(), "severity", to, "reason", reason, "who", t.me.Name, "note", t.customerVoice().Say("severity."+note))})
		t.tell("severity.done", "id", c.Key(), "severity", to)
	case to == policy.Severity1:
		t.raise(c, to, reason)
		t.tell("severity.raised", "id", c.Key())
	default:
		t.propose(c, to, reason)
		t.tell("severity.proposed", "id", c.Key(), "severity", to)
	}
	return true
}

// managerMayDecide tells whether the party may set a severity that staff had
// proposed and that was refused or left unanswered (T27).
func (t *turn) managerMayDecide(c *Case, to policy.Severity) bool {
	if !t.me.Staff.Has(managers...) {
		return false
	}
	if c.Contested != nil && c.Contested.To == to {
		return true
	}
	p, k := c.Proposal, t.clocks()
	return p != nil && p.ByStaff && p.To == to && k.Business.Between(p.At, t.now, k.Pauses...) >= silence
}

// raise proposes a higher severity; 1 is in force at once, since it can only
// speed things up, and confirmed afterwards (T27).
func (t *turn) raise(c *Case, to policy.Severity, reason string) {
	if to != policy.Severity1 {
		t.propose(c, to, reason)
		return
	}
	t.change(c, to, t.me.Name, reason, "")
	t.proposeAs(c, Proposal{To: to, Reason: reason, InForce: true})
}

// propose puts a severity before the other side (T26).
func (t *turn) propose(c *Case, to policy.Severity, reason string) {
	t.proposeAs(c, Proposal{To: to, Reason: reason})
}

func (t *turn) proposeAs(c *Case, p Proposal) {
	to, reason := p.To, p.Reason
	p.From, p.By, p.ByName, p.ByStaff, p.At = c.Severity, t.me.Key(), t.me.Name, t.me.Staff != nil, t.at
	if p.InForce {
		p.From = c.Changes[len(c.Changes)-1].From
	}
	if was := c.Proposal; was != nil && was.To == to && was.ByStaff == p.ByStaff {
		p.At = was.At // the other side has been silent since then (T27)
	}
	t.endProposal(c, "severity.over")
	c.Proposal = &p
	t.why("severity proposed", "to", to.String(), "from", c.Proposal.From.String())
	c.Proposal.Slot = "proposal:" + t.e.ID
	t.sayProposal(c, c.Proposal, t.proposalMessage(c), false)
	if c.Proposal.ByStaff {
		t.toTriage(c, t.staffSays(c, ToneNone, "severity.proposed_staff", "to", to, "reason", reason))
	}
}

// proposalMessage asks the other side for consent.
func (t *turn) proposalMessage(c *Case) Message {
	p := c.Proposal
	if p.ByStaff {
		v := t.customerVoice()
		return Message{
			Text: t.proposalText(c, v), Controls: consent(c, p.To, v), Small: c.Key(), Mentions: t.contactRefs(c),
			Sections: []Section{{Text: t.proposalText(c, v)}, {Text: v.Say("sev" + p.To.String()), Markup: true}},
		}
	}
	m := t.staffSays(c, ToneWarn, "severity.asked_staff", "to", p.To, "from", c.Severity, "reason", p.Reason)
	m.Controls = consent(c, p.To, t.staffVoice())
	if s := t.r.StaffByKey(c.Assignee); s != nil {
		m.Mentions = s.Refs
	}
	return m
}

// sayProposal posts what asks for consent, or changes it.
func (t *turn) sayProposal(c *Case, p *Proposal, m Message, edit bool) {
	d := Delivery{Message: m, Slot: p.Slot, Edit: edit}
	if p.ByStaff {
		t.send(t.inCustomerThread(c, d))
	} else {
		t.send(t.inTriageThread(c, d))
	}
}

// endProposal takes the buttons from what asks for consent, and the proposal
// from the case.
func (t *turn) endProposal(c *Case, key string) {
	p := c.Proposal
	if p == nil {
		return
	}
	if p.Slot != "" { // an older version has asked for those without
		v := t.staffVoice()
		if p.ByStaff {
			v = t.customerVoice()
		}
		m := t.proposalMessage(c)
		m.Controls, m.Mentions, m.Tone, m.Small = nil, nil, ToneQuiet, c.Key()+" · "+v.Say(key, "who", t.me.Name)
		t.sayProposal(c, p, m, true)
	}
	c.Proposal = nil
}

// consent are the buttons that answer whether a case is to have a severity.
func consent(c *Case, to policy.Severity, v texts.Voice) []Control {
	which := " " + c.Key() + " " + to.String()
	return []Control{
		{Kind: ControlButton, Label: v.Say("button.agree"), Command: "case agree" + which, Style: StylePrimary},
		{Kind: ControlButton, Label: v.Say("button.refuse"), Command: "case refuse" + which},
	}
}

func (t *turn) proposalText(c *Case, v texts.Voice) string {
	p := c.Proposal
	if p.InForce {
		return v.Say("severity.in_force", "id", c.Key(), "who", p.ByName, "to", p.To, "from", p.From, "reason", p.Reason)
	}
	return v.Say("sev_propose", "agent", p.ByName, "new", p.To, "old", p.From, "reason", p.Reason)
}

func (t *turn) contactRefs(c *Case) []string {
	if contact := t.s.Subscriber.contact(c.Contact); contact != nil {
		return refs(*contact, platformOf(c.Customer.Room))
	}
	return nil
}

// answersProposal tells whether the party is the side that was asked; the
// first answer wins, whoever comes later is told that there is nothing to answer.
// A button of an earlier proposal does not answer the one that came after it.
func (t *turn) answersProposal(c *Case) bool {
	p := c.Proposal
	asked := c.Severity
	if p != nil {
		asked = p.To
	}
	switch level := t.s.Call.Args["level"]; {
	case (p != nil || c.ToConfirm) && level != "" && level != asked.String():
		t.refuse("severity.other_proposal", "id", c.Key(), "to", asked, "level", level)
		return false
	case p == nil:
		if c.ToConfirm && t.me.Staff == nil {
			return true
		}
		t.tell("severity.nothing_asked", "id", c.Key())
		return false
	case p.ByStaff == (t.me.Staff != nil):
		t.refuse("severity.other_side", "id", c.Key())
		return false
	default:
		return true
	}
}

func (t *turn) doAgree(c *Case) bool {
	if !t.backlogOnly(c) || !t.answersProposal(c) {
		return false
	}
	p := c.Proposal
	t.endProposal(c, "severity.over_agreed")
	if t.me.Staff == nil {
		c.ToConfirm = false
	}
	if p == nil || p.InForce {
		t.toTriage(c, t.staffSays(c, ToneGood, "severity.confirmed_staff"))
		t.why("severity confirmed")
	} else {
		t.change(c, p.To, t.me.Name, p.Reason, "")
		t.announceSeverity(c)
	}
	t.tell("severity.agreed", "id", c.Key(), "severity", c.Severity)
	return true
}

func (t *turn) doRefuse(c *Case) bool {
	if !t.backlogOnly(c) || !t.answersProposal(c) {
		return false
	}
	p := c.Proposal
	if p == nil { // to be confirmed: another severity is how to refuse it (T52)
		t.refuse("severity.choose", "id", c.Key(), "severity", c.Severity)
		return false
	}
	t.endProposal(c, "severity.over_refused")
	reason := t.s.Call.Args["reason"]
	if p.ByStaff {
		c.Contested = p
		m := t.staffSays(c, ToneWarn, "severity.refused_staff", "to", p.To, "reason", reason)
		m.Small = t.staffVoice().Say("severity.decide", "id", c.Key(), "to", p.To)
		t.toTriage(c, m)
	} else {
		t.toCustomer(c, Message{Text: t.customerVoice().Say("severity.refused", "id", c.Key(), "who", t.me.Name, "severity", c.Severity, "reason", reason)})
		t.toTriage(c, t.staffSays(c, ToneNone, "severity.refused_staff", "to", p.To, "reason", reason))
	}
	t.why("severity refused", "to", p.To.String())
	t.tell("severity.refused_you", "id", c.Key())
	return true
}

// change puts another severity in force: the pending cycle is recomputed from
// its anchor, the climb's running step anew (T28, T38).
func (t *turn) change(c *Case, to policy.Severity, by, reason, note string) {
	k := t.clocks()
	from := c.Severity
	p := t.r.packageOf(t.s.Subscriber, c.Instance, c.ReceivedAt)
	if i := c.current(); i >= 0 {
		key, _, _ := strings.Cut(c.Cycles[i].Package, "@") // what held at the anchor holds for the cycle (T11)
		p = t.r.packageNamed(t.s.Subscriber, key, c.Cycles[i].Anchor)
		if to > from && c.Cycles[i].Late(t.at, k) {
			note = joinNote(note, "late") // T30
		}
		if c.State == StateWaiting {
			c.Cycles[i].Severity = to
			c.Cycles[i].Target, c.Cycles[i].Clock = p.Target(to, c.Cycles[i].Metric)
			c.Cycles[i].Calendar = k.On(c.Cycles[i].Clock).Version(c.Cycles[i].Anchor)
		} else {
			c.Cycles[i] = c.Cycles[i].Change(to, p, t.at, t.r.Floors, k)
		}
	}
	if w := c.Waiting; w != nil && from == policy.Severity1 && w.Reminded >= len(waitDays)-1 {
		w.Since, w.Reminded = t.at, 0 // no clock would have closed it; one that may now does not do so at once (T22)
	}
	if c.Ladder != nil {
		_, clock := p.Target(to, policy.FollowUp)
		l := c.Ladder.Change(to, clock, t.at, t.r.Steps, k)
		c.Ladder = &l
	}
	t.endProposal(c, "severity.over")
	c.Severity, c.Contested = to, nil
	c.Changes = append(c.Changes, SeverityChange{At: t.at, From: from, To: to, By: by, Note: note})
	t.toTriage(c, t.staffSays(c, ToneNone, "severity.changed_staff", "from", from, "to", to, "reason", reason))
	t.why("severity changed", "from", from.String(), "to", to.String(), "note", note)
}

// announceSeverity tells the customer of a change that both sides wanted.
func (t *turn) announceSeverity(c *Case) {
	last := c.Changes[len(c.Changes)-1]
	t.toCustomer(c, Message{Text: t.customerVoice().Say("severity.changed", "id", c.Key(), "from", last.From, "to", last.To)})
}

func joinNote(a, b string) string {
	if a == "" {
		return b
	}
	return fmt.Sprintf("%s, %s", a, b)
}
