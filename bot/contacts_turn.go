package bot

import (
	"time"

	"casebot/policy"
)

// contactsChanged looks after the cases of contacts who left: each finds another
// owner, and where nobody is left to speak for the subscriber, staff are told (T47).
func (t *turn) contactsChanged(before, s *Subscriber) {
	for _, c := range before.Contacts {
		if now := s.contact(c.Key); c.HoldsSeat() && (now == nil || !now.HoldsSeat()) {
			t.startSweep(s, "contacts")
			break
		}
	}
	day := t.now.In(t.r.zoneOf(s))
	switch {
	case s.Removed || len(s.authorized(day)) > 0:
		s.NobodySince = time.Time{}
	case s.NobodySince.IsZero() && len(before.authorized(day)) > 0:
		s.NobodySince = t.now
		t.tellNobodyLeft(s)
	}
}

// tellNobodyLeft tells the named advisor, or the queue where there is none.
func (t *turn) tellNobodyLeft(s *Subscriber) {
	m := Message{Tone: ToneAlarm, Text: t.staffVoice().Say("contacts.nobody_left", "subscriber", s.Name)}
	t.why("nobody is authorized")
	if advisor := t.r.StaffByKey(s.Advisor); advisor != nil && direct(advisor.Refs) != "" {
		m.Mentions = advisor.Refs
		t.send(Delivery{Record: SubscriberKey(s.Key), Room: direct(advisor.Refs), Message: m})
		return
	}
	t.notice(t.r.Triage, 20, m)
}

// passOn gives a case whose owner on the customer's side was removed to another
// authorized contact: a subscriber admin before others. No clock moves (T24, T47).
func (t *turn) passOn(c *Case) {
	if c.State == StateClosed || c.State == StateMerged {
		return
	}
	if owner := t.s.Subscriber.contact(c.Contact); c.Contact == "" || owner != nil && owner.HoldsSeat() {
		return
	}
	var next *policy.Contact
	for _, candidate := range t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber))) {
		if next == nil || candidate.Admin && !next.Admin {
			next = &candidate
		}
	}
	if next == nil {
		return // the subscriber is flagged, and staff were told
	}
	was := c.Contact
	c.Contact = next.Key
	t.toTriage(c, t.staffSays(c, ToneWarn, "case.new_contact", "from", t.contactName(was), "to", next.Name))
	t.why("contact gone", "from", was, "to", next.Key)
}
