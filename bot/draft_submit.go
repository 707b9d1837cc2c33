package bot

import (
	"maps"
	"time"

	"casebot/bot/intake"
	"casebot/bot/texts"
	"casebot/policy"
)

// submit makes a case of a draft (T1, T25, T43).
func (t *turn) submit(d *Draft) {
	v, env := t.draftVoice(d), t.env(d)
	if !t.me.Authorized() {
		if !d.Offered {
			t.handOver(d)
			t.send(Delivery{Record: d.key(), Room: d.Place.Room, Slot: slotRoot, Edit: true, Message: t.draftRoot(d)})
		} else {
			t.refuse("not_contact", "names", t.authorizedNames())
		}
		t.keepDraft(d)
		return
	}
	if t.paused(d.State.Answers[intake.Severity], d.State.Answers[intake.Summary]) {
		return
	}
	state, sub := d.State.Submit(env)
	d.State = state
	switch {
	case sub.Warn:
		text := v.Say("missing", "list", intake.Labels(sub.Missing, v))
		t.inDraft(d, Message{Text: text, Tone: ToneWarn, Controls: []Control{
			{Kind: ControlButton, Label: v.Say("button.submit_anyway"), Command: "case draft " + d.ID + " submit", Style: StylePrimary},
			{Kind: ControlButton, Label: v.Say("button.add"), Command: "case draft " + d.ID + " form"},
		}})
		t.keepDraft(d)
		return
	case !sub.OK:
		d.State = d.State.Ask("")
		t.tell("draft.not_ready", "list", intake.Labels(sub.Missing, t.voice()))
		t.askNext(d, "draft.not_ready", "list", intake.Labels(sub.Missing, v))
		t.keepDraft(d)
		return
	case !t.mayOpen(sub.Severity):
		t.refuse("restricted", "severity", sub.Severity)
		t.why("refused by standing", "severity", sub.Severity.String())
		d.State.Submitted = false
		t.keepDraft(d)
		return
	}
	received := t.at
	if d.LastAt.Sub(t.at) > staleSubmit {
		received = t.now
	}
	c := t.open(d, sub.Severity, received)
	c.Contact = t.me.Contact.Key
	if sub.NeedsDetail {
		c.NeedsDetail = sub.Missing
	}
	if !d.Offered && d.Place.Room == d.Home {
		c.Customer, c.CardRef = d.Place, d.Root
		if c.Customer.Thread == "" && t.e.Origin.Room == d.Place.Room {
			c.Customer.Thread = t.e.Origin.Thread
		}
	}
	id := c.Key()
	t.withdrawOffers(d, "offer.submitted", id)
	t.opened(c, d, v)
	if c.Customer.Room != d.Place.Room {
		t.inDraft(d, Message{Text: v.Say("draft.submitted", "id", id, "who", t.me.Name), Tone: ToneGood})
	}
	t.tell("draft.submitted", "id", id, "who", t.me.Name)
}

// mayOpen tells whether the subscriber's standing lets a case of that severity
// in. What was confirmed before a suspension began counts (T33).
func (t *turn) mayOpen(s policy.Severity) bool {
	standing := t.s.Subscriber.Standing
	if standing.Effects().Paused {
		return !t.clocks().Paused(t.at)
	}
	return standing.MayOpen(s)
}

// open makes the case: a number from the counter, the answers, the first cycle.
func (t *turn) open(d *Draft, severity policy.Severity, received time.Time) *Case {
	counter := Counter{V: bodyVersion}
	if t.s.Counter != nil {
		counter = *t.s.Counter
	}
	counter.Last++
	t.save(Write{Key: CounterKey(d.Subscriber), Record: &counter})
	c := &Case{
		V: bodyVersion, Subscriber: d.Subscriber, Number: counter.Last, Instance: d.State.Answers[intake.Instance],
		Summary: d.State.Answers[intake.Summary], Answers: maps.Clone(d.State.Answers), Severity: severity,
		State: StateNew, ReceivedAt: received, ContactAt: received,
		Customer: Place{Room: d.Home}, Triage: Place{Room: t.r.Triage},
	}
	delete(c.Answers, intake.Summary)
	delete(c.Answers, intake.Severity)
	c.Package = t.r.packageOf(t.s.Subscriber, c.Instance, received).Key
	if d.LinkedTo != "" {
		c.Links = []string{d.LinkedTo}
	}
	return c
}

// opened posts a new case on both sides and settles its draft.
func (t *turn) opened(c *Case, d *Draft, v texts.Voice) {
	t.out.Born = c.newborn()
	t.s.Case = c
	key := CaseKey(c.Subscriber, c.Number)
	d.Case, d.State = key, intake.State{}
	t.why("submitted", "case", c.Key(), "severity", c.Severity.String())
	t.startClocks(c)
	t.keep(c)
	if c.Customer.Thread != "" {
		t.send(Delivery{Record: key, Bind: []string{threadName(c.Customer.Room, c.Customer.Thread)}, To: key})
	}
	t.toCustomer(c, t.acknowledgement(c, t.customerVoice()))
	if len(d.Files) > 0 {
		t.toTriage(c, Message{Text: t.staffVoice().Say("triage.files", "id", c.Key(), "who", d.Author.Name), Files: d.Files, Author: &Author{Name: d.Author.Name}})
	}
	t.afterNumber(c, v)
	t.told(t.personKey(d.Author.Ref), topicDropped, map[string]string{"draft": d.key().String(), "ref": d.Author.Ref}, nil)
	t.keepDraft(d)
}

// startClocks begins the first cycle of a new case. A call was the response (T15).
func (t *turn) startClocks(c *Case) {
	t.startCycle(c, c.ReceivedAt)
	if c.Phone {
		t.respond(c, c.ReceivedAt, c.OpenedBy, "", false)
	}
}

// acknowledgement is the automatic note with the promise; it is no response (T14).
func (t *turn) acknowledgement(c *Case, v texts.Voice) Message {
	zone := t.r.zoneOf(t.s.Subscriber)
	y := c.Cycles[0]
	m := Message{Tone: ToneGood}
	if region, ok := t.r.Regions[t.s.Subscriber.Location]; ok && region.PolicyURL != "" {
		m.Small = v.Say("japan", "url", region.PolicyURL)
		m.Controls = []Control{{Kind: ControlLink, Label: v.Say("button.policy"), URL: region.PolicyURL}}
	}
	if c.Courtesy {
		m.Text = v.Say("ack_courtesy", "id", c.Key(), "t", v.Time(c.ReceivedAt, zone))
		return m
	}
	if y.Target.None() || y.Due.IsZero() {
		m.Text = v.Say("ack_none", "id", c.Key(), "t", v.Time(c.ReceivedAt, zone))
		return m
	}
	m.Text = v.Say("ack", "id", c.Key(), "s", c.Severity, "t", v.Time(c.ReceivedAt, zone), "due", v.Time(y.Due, zone), "zone", zone)
	m.Sections = []Section{{Text: m.Text}, {Fields: []Field{{Label: v.Say("field.first_due"), Value: moment(v, y.Due, zone), Time: y.Due}}}}
	return m
}
