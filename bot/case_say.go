package bot

import (
	"time"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/sla"
)

// Slots of a case's messages that are edited later.
const (
	slotCard   = "card"   // the promise card in the customer's thread
	slotTriage = "triage" // the card in the triage room, which opens the internal thread
)

// toCustomer posts in the customer's thread. It is the only way there.
func (t *turn) toCustomer(c *Case, m Message) {
	t.send(t.inCustomerThread(c, Delivery{Message: m}))
}

func (t *turn) inCustomerThread(c *Case, d Delivery) Delivery {
	return c.in(c.Customer, slotCard, d)
}

// toTriage posts in the internal thread.
func (t *turn) toTriage(c *Case, m Message) {
	t.send(t.inTriageThread(c, Delivery{Message: m}))
}

func (t *turn) inTriageThread(c *Case, d Delivery) Delivery {
	return c.in(c.Triage, slotTriage, d)
}

// in addresses a delivery to one of the case's two threads, or to the slot
// whose message is to open it.
func (c *Case) in(p Place, opener string, d Delivery) Delivery {
	d.Record, d.Room, d.Thread = CaseKey(c.Subscriber, c.Number), p.Room, p.Thread
	if d.Thread == "" {
		d.Under = opener
	}
	return d
}

// staffSays is a line for staff about a case, which always names it.
func (t *turn) staffSays(c *Case, tone Tone, key string, args ...any) Message {
	args = append(args, "id", c.Key(), "who", t.me.Name, "summary", c.Summary) // the first of a name counts
	return Message{Text: t.staffVoice().Say(key, args...), Tone: tone}
}

// staffTime tells a time in staff rooms: in the calendar's zone, with its name.
func (t *turn) staffTime(at time.Time) string {
	return moment(t.staffVoice(), at, t.r.staffZone(at))
}

// moment tells a time with its zone's name.
func moment(v texts.Voice, at time.Time, loc *time.Location) string {
	return v.Time(at, loc) + ", " + v.Zone(at, loc)
}

func (t *turn) metric(v texts.Voice, y sla.Cycle) string { return v.Say("metric." + string(y.Metric)) }

func (t *turn) staffName(key string) string {
	if s := t.r.StaffByKey(key); s != nil {
		return s.Name
	}
	return key
}

func (t *turn) contactName(key string) string {
	if c := t.s.Subscriber.contact(key); c != nil {
		return c.Name
	}
	return key
}

func (t *turn) ownerName(c *Case, v texts.Voice) string {
	if c.Assignee == "" {
		return v.Say("case.unassigned")
	}
	return t.staffName(c.Assignee)
}

// cards brings both cards up to date where they changed.
func (t *turn) cards(c *Case) {
	customer := t.customerCard(c, t.customerVoice(), t.r.zoneOf(t.s.Subscriber))
	if s := customer.fingerprint(); s != c.Cards[0] {
		c.Cards[0] = s
		d := Delivery{Slot: slotCard, Ref: c.CardRef, Edit: true, Message: customer}
		if c.Customer.Thread == "" { // not begun in a thread: the card opens one
			d.Opens, d.Report = true, true
			d.Room, d.Record = c.Customer.Room, CaseKey(c.Subscriber, c.Number)
		} else {
			d = t.inCustomerThread(c, d)
		}
		t.send(d)
	}
	triage := t.triageCard(c, t.staffVoice(), t.r.staffZone(t.now))
	if s := triage.fingerprint(); s != c.Cards[1] {
		c.Cards[1] = s
		opens := c.Triage.Thread == ""
		t.send(Delivery{
			Record: CaseKey(c.Subscriber, c.Number), Room: c.Triage.Room, Slot: slotTriage,
			Edit: true, Opens: opens, Report: opens, Message: triage,
		})
	}
}

// customerCard is the promise: what was reported, and by when we answer.
func (t *turn) customerCard(c *Case, v texts.Voice, zone *time.Location) Message {
	m := Message{Title: c.Key() + " · " + c.Summary, Text: v.Say("card.text", "id", c.Key(), "summary", c.Summary, "state", v.Say("card.state."+string(c.State)))}
	p := t.r.packageOf(t.s.Subscriber, c.Instance, c.ReceivedAt)
	severity := c.Severity.String()
	if c.ToConfirm {
		severity = v.Say("card.to_confirm", "severity", severity)
	}
	fields := []Field{
		{Label: v.Say("field.severity"), Value: severity},
		{Label: v.Say("field.package"), Value: p.Name},
		{Label: v.Say("field.state"), Value: v.Say("card.state." + string(c.State))},
		t.dueField(c, v, zone),
		{Label: v.Say("field.received"), Value: moment(v, c.ReceivedAt, zone), Time: c.ReceivedAt},
	}
	if f, ok := t.promiseField(c, func(at time.Time) string { return moment(v, at, zone) }, v.Say("field.update_by")); ok {
		fields = append(fields, f)
	}
	if c.Assignee != "" {
		fields = append(fields, Field{Label: v.Say("field.owner"), Value: t.staffName(c.Assignee)})
	}
	m.Sections = []Section{{Fields: fields}}
	if c.Proposal != nil && c.Proposal.ByStaff {
		m.Sections = append(m.Sections, Section{Text: t.proposalText(c, v)})
	}
	m.Tone = t.customerTone(c)
	m.Controls = t.customerControls(c, v)
	if c.State.Backlog() {
		m.Small = v.Say("card.promise")
	}
	return m
}

func (t *turn) customerTone(c *Case) Tone {
	switch {
	case c.State == StateWaiting:
		return ToneWarn
	case c.State == StateResolved:
		return ToneGood
	case !c.State.Backlog():
		return ToneQuiet
	default:
		return ToneNone
	}
}

// dueField says by when the next response is due, or why there is no such time.
func (t *turn) dueField(c *Case, v texts.Voice, zone *time.Location) Field {
	f := Field{Label: v.Say("field.first_due")}
	i := c.current()
	if i >= 0 && c.Cycles[i].Metric == policy.FollowUp || i < 0 && len(c.Cycles) > 0 {
		f.Label = v.Say("field.next_due")
	}
	f.Value, f.Time = dueText(c, v, func(at time.Time) string { return moment(v, at, zone) })
	return f
}

// dueText tells by when the next response is due, or why there is no such
// time, in the words of tell.
func dueText(c *Case, v texts.Voice, tell func(time.Time) string) (string, time.Time) {
	i := c.current()
	switch {
	case !c.State.Backlog():
		return v.Say("card.due_over"), time.Time{}
	case c.State == StateWaiting:
		return v.Say("card.due_waiting"), time.Time{}
	case i < 0 || c.Cycles[i].Target.None() && c.owedAt().IsZero(): // a merge may bring a promise (T35)
		return v.Say("card.due_none"), time.Time{}
	case c.Cycles[i].Outcome == sla.Breached:
		return v.Say("card.due_missed", "due", tell(c.Cycles[i].BreachedAt)), c.Cycles[i].BreachedAt
	case c.Cycles[i].Due.IsZero():
		return v.Say("card.due_paused"), time.Time{}
	default:
		return tell(c.Cycles[i].Due), c.Cycles[i].Due
	}
}

// buttons makes the buttons of a case's cards: a label's key, a command.
func buttons(c *Case, v texts.Voice) func(key, command string, style Style) Control {
	return func(key, command string, style Style) Control {
		return Control{Kind: ControlButton, Label: v.Say(key), Command: "case " + command + " " + c.Key(), Style: style}
	}
}

func (t *turn) customerControls(c *Case, v texts.Voice) []Control {
	button := buttons(c, v)
	switch {
	case c.State == StateResolved:
		return []Control{button("button.reopen", "reopen", StylePlain)}
	case !c.State.Backlog():
		return nil
	case c.Proposal != nil && c.Proposal.ByStaff:
		return append(consent(c, c.Proposal.To, v), button("button.solved", "resolve", StylePlain), button("button.escalate", "escalate", StylePlain))
	}
	out := []Control{button("button.solved", "resolve", StylePlain), button("button.severity", "severity", StylePlain), button("button.escalate", "escalate", StylePlain)}
	out[0].Confirm = v.Say("confirm.solved", "id", c.Key())
	return out
}

// triageCard is what staff work from.
func (t *turn) triageCard(c *Case, v texts.Voice, zone *time.Location) Message {
	m := Message{Title: c.Key() + " · " + c.Summary, Text: v.Say("triage.text", "id", c.Key(), "summary", c.Summary, "subscriber", t.s.Subscriber.Name, "severity", c.Severity.String())}
	p := t.r.packageOf(t.s.Subscriber, c.Instance, c.ReceivedAt)
	severity := c.Severity.String()
	if c.ToConfirm {
		severity = v.Say("card.to_confirm", "severity", severity)
	}
	fields := []Field{
		{Label: v.Say("field.subscriber"), Value: t.s.Subscriber.Name + " · " + p.Name},
		{Label: v.Say("field.severity"), Value: severity},
		{Label: v.Say("field.state"), Value: t.stateText(c, v)},
		{Label: v.Say("field.owner"), Value: t.ownerName(c, v)},
		{Label: v.Say("field.contact"), Value: t.contactName(c.Contact)},
		t.dueField(c, v, zone),
	}
	if f, ok := t.promiseField(c, func(at time.Time) string { return moment(v, at, zone) }, v.Say("field.update_by")); ok {
		fields = append(fields, f)
	}
	if standing := t.s.Subscriber.Standing; standing != policy.Good && standing != "" { // in a staff room only
		fields = append(fields, Field{Label: v.Say("field.standing"), Value: v.Say("standing." + string(standing))})
	}
	if c.Highest > 0 {
		level := v.Say("triage.highest", "level", c.Highest)
		if c.Ladder != nil {
			level = v.Say("triage.level", "level", c.Ladder.Level)
		}
		fields = append(fields, Field{Label: v.Say("field.escalation"), Value: level})
	}
	m.Sections = append([]Section{{Fields: fields}}, t.report(c, v)...)
	m.Tone = t.triageTone(c)
	m.Controls = t.triageControls(c, v)
	return m
}

func (t *turn) triageTone(c *Case) Tone {
	switch {
	case c.Ladder != nil:
		return ToneAlarm
	case !c.State.Backlog():
		return ToneQuiet
	case c.Severity == policy.Severity1:
		return ToneWarn
	default:
		return ToneNone
	}
}

func (t *turn) stateText(c *Case, v texts.Voice) string {
	text := v.Say("state." + string(c.State))
	switch {
	case c.State == StateOnHold && c.Hold != nil && !c.Hold.Until.IsZero():
		return v.Say("triage.hold_until", "state", text, "for", c.Hold.For, "until", t.staffTime(c.Hold.Until))
	case c.State == StateOnHold && c.Hold != nil:
		return v.Say("triage.hold", "state", text, "for", c.Hold.For)
	default:
		return text
	}
}

func (t *turn) triageControls(c *Case, v texts.Voice) []Control {
	button := buttons(c, v)
	switch c.State {
	case StateClosed, StateMerged:
		return nil
	case StateResolved:
		return []Control{button("button.reopen", "reopen", StylePlain), button("button.close", "close", StylePlain)}
	case StateNew, StateOpen, StateWaiting, StateOnHold:
	}
	out := make([]Control, 0, 9) // the most there are
	if c.Assignee == "" {
		out = append(out, button("button.take", "take", StylePrimary))
	}
	out = append(out, button("button.reply", "reply", StylePlain), button("button.wait", "wait", StylePlain))
	if c.Proposal != nil && !c.Proposal.ByStaff {
		out = append(out, consent(c, c.Proposal.To, v)...)
	} else {
		out = append(out, button("button.severity", "severity", StylePlain))
	}
	if c.State == StateOnHold {
		out = append(out, Control{Kind: ControlButton, Label: v.Say("button.hold_off"), Command: "case hold " + c.Key() + " off"})
	} else {
		out = append(out, button("button.hold", "hold", StylePlain))
	}
	if c.Ladder != nil && c.Ladder.AckedAt.IsZero() {
		out = append(out, button("button.ack", "ack", StylePlain))
	}
	return append(out, button("button.note", "note", StylePlain), button("button.resolve", "resolve", StylePlain))
}
