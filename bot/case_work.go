package bot

import (
	"slices"
	"strings"
	"time"

	"casebot/policy"
)

func (t *turn) doTake(c *Case) bool {
	if !t.backlogOnly(c) {
		return false
	}
	if c.Assignee == t.me.Staff.Key && c.State != StateNew && c.State != StateOnHold {
		t.tell("case.yours_already", "id", c.Key())
		return false
	}
	c.Assignee = t.me.Staff.Key
	if c.State == StateNew || c.State == StateOnHold {
		c.State, c.Hold = StateOpen, nil
	}
	t.toTriage(c, t.staffSays(c, ToneNone, "case.taken"))
	t.bringUpToDate(c, "")
	t.why("taken", "by", c.Assignee)
	t.tell("case.taken_you", "id", c.Key())
	return true
}

func (t *turn) doAck(c *Case) bool {
	if c.Ladder == nil {
		t.tell("case.nothing_to_ack", "id", c.Key())
		return false
	}
	if !c.Ladder.AckedAt.IsZero() {
		t.tell("case.acked_already", "id", c.Key(), "who", t.staffName(c.Ladder.AckedBy))
		return false
	}
	l := c.Ladder.Acknowledge(t.me.Staff.Key, t.at)
	c.Ladder = &l
	t.bringUpToDate(c, "")
	t.toTriage(c, t.staffSays(c, ToneNone, "case.acked"))
	t.why("acknowledged", "by", t.me.Staff.Key)
	t.tell("case.acked_you", "id", c.Key())
	return true
}

func (t *turn) doAssign(c *Case) bool {
	if !t.backlogOnly(c) {
		return false
	}
	who := t.staffNamed(t.s.Call.Args["who"])
	if who == nil || !who.Has(agents...) { // only those who may take it
		var keys []string
		for _, s := range t.r.Staff {
			if s.Has(agents...) {
				keys = append(keys, s.Key)
			}
		}
		t.refuse("case.no_such_staff", "who", t.s.Call.Args["who"], "near", nearest(t.s.Call.Args["who"], keys), "names", t.voice().List(keys))
		return false
	}
	if who.Key != t.me.Staff.Key && !t.me.Staff.Has(leads...) {
		t.refuse("case.assign_self", "id", c.Key())
		return false
	}
	if c.Assignee == who.Key {
		t.tell("case.assigned_already", "id", c.Key(), "to", who.Name)
		return false
	}
	c.Assignee = who.Key
	if who.Key == t.me.Staff.Key {
		t.toTriage(c, t.staffSays(c, ToneNone, "case.taken"))
	} else {
		m := t.staffSays(c, ToneNone, "case.assigned", "to", who.Name)
		m.Mentions = who.Refs
		t.toTriage(c, m)
	}
	t.why("assigned", "to", who.Key)
	t.tell("case.assigned_you", "id", c.Key(), "to", who.Name)
	return true
}

// staffNamed finds a staff member by key, name, mention or "me".
func (t *turn) staffNamed(s string) *Staff {
	s = strings.Trim(s, "@<>")
	if strings.EqualFold(s, "me") {
		return t.me.Staff
	}
	for i := range t.r.Staff {
		p := &t.r.Staff[i]
		if strings.EqualFold(p.Key, s) || strings.EqualFold(p.Name, s) || slices.ContainsFunc(p.Refs, func(r string) bool { return strings.HasSuffix(r, ":"+s) }) {
			return p
		}
	}
	return nil
}

func (t *turn) doReply(c *Case) bool {
	text, ok := t.text()
	if !ok {
		return false
	}
	if t.me.Staff == nil {
		said, _ := parts(text, false)
		t.toCustomer(c, Message{Text: clip(text, MaxText), Author: &Author{Name: t.me.Name, Ref: t.me.Ref}, Sections: said, Files: t.e.Files, Small: c.Key()})
		if c.State == StateMerged {
			t.forward(c, text)
		} else {
			t.mirror(c, text, "mirror.contact")
			t.contactWrote(c, text)
		}
		t.tell("case.reply_sent", "id", c.Key())
		return true
	}
	if c.State == StateMerged {
		t.refuse("case.merged_reply", "id", c.Key(), "into", c.MergedInto)
		return false
	}
	t.reply(c, text, "")
	t.tell("case.reply_sent", "id", c.Key())
	return true
}

// text is the argument that others will read, and whether it is short enough.
func (t *turn) text() (string, bool) {
	text := strings.TrimSpace(t.s.Call.Args["text"])
	if n := len([]rune(text)); n > maxPassed {
		t.refuse("text.too_long", "limit", maxPassed, "have", n)
		return "", false
	}
	return text, true
}

// reply hands a response to the courier; it counts once it is delivered (T13).
func (t *turn) reply(c *Case, text, then string) {
	said, _ := parts(text, false)
	m := Message{
		Text: clip(text, MaxText), Author: &Author{Name: t.me.Staff.Name, Ref: t.me.Ref, Staff: true},
		Sections: said, Files: t.e.Files, Small: c.Key(),
	}
	if then == "resolve" {
		v := t.customerVoice()
		m.Controls = []Control{
			{Kind: ControlButton, Label: v.Say("button.solved"), Command: "case resolve " + c.Key(), Style: StylePrimary},
			{Kind: ControlButton, Label: v.Say("button.reopen"), Command: "case reopen " + c.Key()},
		}
		if c.Severity == policy.Severity1 {
			m.Controls = m.Controls[:1]
		} else {
			m.Controls = m.Controls[1:]
		}
	}
	// A key of its own: a replay under other rules says other things before it.
	key := t.send(t.inCustomerThread(c, Delivery{Key: t.e.ID + "/reply", Message: m, Report: true}))
	if c.Replies == nil {
		c.Replies = map[string]Reply{}
	}
	c.Replies[key] = Reply{By: t.me.Staff.Key, Name: t.me.Staff.Name, Then: then, Said: t.at}
	quote, _ := parts(text, true)
	t.toTriage(c, Message{
		Text:   t.staffVoice().Say("mirror.reply", "who", t.me.Staff.Name, "id", c.Key()),
		Author: m.Author, Sections: quote, Files: t.e.Files,
		Small: t.staffVoice().Say("mirror.reply", "who", t.me.Staff.Name, "id", c.Key()),
	})
	t.why("reply on its way", "then", then)
}

func (t *turn) doNote(c *Case) bool {
	text, ok := t.text()
	if !ok {
		return false
	}
	v := t.staffVoice()
	said, _ := parts(text, false)
	t.toTriage(c, Message{
		Text:   v.Say("case.note", "who", t.me.Name, "id", c.Key()),
		Author: &Author{Name: t.me.Name, Ref: t.me.Ref, Staff: true}, Tone: ToneQuiet,
		Sections: said, Files: t.e.Files, Small: v.Say("case.note", "who", t.me.Name, "id", c.Key()),
	})
	t.why("note")
	if t.e.Origin.Message != "" && c.Customer.Holds(t.e.Origin) {
		t.refuse("case.note_seen", "id", c.Key())
	} else {
		t.tell("case.noted", "id", c.Key())
	}
	return true
}

func (t *turn) doWait(c *Case) bool {
	if !t.backlogOnly(c) {
		return false
	}
	text, ok := t.text()
	if !ok {
		return false
	}
	switch {
	case text != "":
		t.reply(c, text, "wait")
		t.tell("case.wait_sent", "id", c.Key())
	case c.State == StateWaiting:
		t.tell("case.waits_already", "id", c.Key())
		return false
	default:
		t.setWaiting(c, c.Response.At, false)
		t.tell("case.waits", "id", c.Key())
	}
	return true
}

func (t *turn) doHold(c *Case) bool {
	if !t.backlogOnly(c) {
		return false
	}
	words := t.s.Call.Args["for"]
	if strings.EqualFold(words, "off") || strings.EqualFold(words, "end") {
		if c.State != StateOnHold {
			t.tell("case.not_on_hold", "id", c.Key())
			return false
		}
		c.State, c.Hold = StateOpen, nil
		t.toTriage(c, t.staffSays(c, ToneNone, "case.hold_off"))
		t.why("hold ended")
		t.tell("case.hold_off", "id", c.Key(), "who", t.me.Name)
		return true
	}
	what, until, ok := t.until(words)
	if !ok {
		t.refuse("case.hold_until", "text", words)
		return false
	}
	i := c.current()
	if c.State == StateWaiting && i >= 0 {
		t.endWaiting(c, t.at)
	}
	c.State, c.Hold, c.Waiting = StateOnHold, &Hold{For: what, By: t.me.Staff.Key, Until: until}, nil
	if until.IsZero() {
		t.toTriage(c, t.staffSays(c, ToneNone, "case.held", "for", what))
	} else {
		t.toTriage(c, t.staffSays(c, ToneNone, "case.held_until", "for", what, "until", t.staffTime(until)))
	}
	t.why("on hold", "for", what)
	t.tell("case.held_you", "id", c.Key())
	return true
}

// until reads "engineering until 2026-03-10 15:00" (or a date, or "2h"); no
// "until" is no end.
func (t *turn) until(s string) (what string, at time.Time, ok bool) {
	i := strings.LastIndex(strings.ToLower(s), "until ")
	if i < 0 {
		return s, time.Time{}, true
	}
	what, when := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+len("until "):])
	if d, err := time.ParseDuration(when); err == nil && d > 0 {
		return what, t.now.Add(d), true
	}
	at, ok = t.moment(when)
	return what, at, ok && at.After(t.now)
}

// moment reads "2026-03-10 15:00", a date, an instant with its zone, or a time
// of today, in the zone of the person who acts. A time that the clocks skip is
// none.
func (t *turn) moment(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly, "15:04", time.RFC3339} {
		wall, err := time.Parse(layout, s)
		switch {
		case err != nil:
			continue
		case layout == time.RFC3339:
			return wall, true
		case layout == "15:04":
			y, m, d := t.now.In(t.zone()).Date()
			wall = time.Date(y, m, d, wall.Hour(), wall.Minute(), 0, 0, time.UTC)
		}
		at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, t.zone())
		return at, at.Format(time.DateTime) == wall.Format(time.DateTime) || layout == time.DateOnly
	}
	return time.Time{}, false
}

func (t *turn) doCall(c *Case) bool {
	who := t.s.Call.Args["who"]
	if c.State == StateMerged { // it would count in neither of the two (T36)
		t.refuse("case.merged_reply", "id", c.Key(), "into", c.MergedInto)
		return false
	}
	if t.s.Call.Args["outcome"] == "voicemail" {
		t.toTriage(c, t.staffSays(c, ToneQuiet, "case.voicemail", "with", who))
		t.why("voicemail", "with", who)
		t.tell("case.voicemail_you", "id", c.Key())
		return true
	}
	if !t.namesContact(who) { // T15: spoke with a contact
		t.refuse("case.call_whom", "who", clip(who, 60), "names", t.contactNames())
		return false
	}
	t.toTriage(c, t.staffSays(c, ToneNone, "case.called", "with", who))
	t.toCustomer(c, Message{Text: t.customerVoice().Say("case.called_customer", "id", c.Key(), "who", t.me.Name, "with", who), Tone: ToneQuiet})
	t.respond(c, t.at, t.me.Staff.Key, "", false)
	t.why("call", "with", who)
	t.tell("case.called_you", "id", c.Key())
	return true
}

// namesContact tells whether a text begins with a contact of the subscriber:
// the key, the first name or the whole name.
func (t *turn) namesContact(text string) bool {
	text = strings.ToLower(strings.TrimLeft(text, "@ "))
	word, _ := nextWord(text)
	word = strings.Trim(word, ",.:;")
	return slices.ContainsFunc(t.s.Subscriber.Contacts, func(c policy.Contact) bool {
		name := strings.ToLower(c.Name)
		first, _ := nextWord(name)
		return word != "" && (word == strings.ToLower(c.Key) || word == first) || strings.HasPrefix(text, name)
	})
}

func (t *turn) contactNames() string {
	var out []string
	for _, c := range t.s.Subscriber.Contacts {
		out = append(out, c.Name)
	}
	return t.voice().List(out)
}
