package bot

import (
	"slices"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
)

// contactsChanged looks after the cases of contacts who left: each finds another
// owner, and where nobody is left to speak for the subscriber, staff are told
// (T47). Training that expires is no leaving.
func (t *turn) contactsChanged(before, s *Subscriber) {
	if s.Removed {
		s.NobodySince = time.Time{}
		return
	}
	left := slices.ContainsFunc(before.Contacts, func(c policy.Contact) bool {
		now := s.contact(c.Key)
		return c.HoldsSeat() && (now == nil || !now.HoldsSeat())
	})
	nobody := len(s.authorized(t.now.In(t.r.zoneOf(s)))) == 0
	switch {
	case !nobody && (left || !s.NobodySince.IsZero()):
		s.NobodySince = time.Time{}
		t.startSweep(s, "contacts")
	case nobody && left && s.NobodySince.IsZero():
		s.NobodySince = t.now
		t.toAdvisor(s, func(v texts.Voice) string { return v.Say("contacts.nobody_left", "subscriber", s.Name) })
		t.why("nobody is authorized")
	}
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
