package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"casebot/policy"
)

// Topics of what one record tells another.
const (
	topicNotice  = "notice"  // to a room: say this
	topicUpdate  = "update"  // to a room: that notice reads otherwise now
	TopicTouch   = "touch"   // to a case: look at your clocks anew
	topicMessage = "message" // to a case: something was written in a case merged into it (T36)
	topicDraft   = "draft"   // to a person: this is the intake in your hand
	topicDropped = "dropped" // to a person: it no longer is
	topicJoined  = "joined"  // to a person: you are a contact of this subscriber
	topicLeft    = "left"    // to a person: you no longer are
)

// caseEvent decides on what is not a command.
func (t *turn) caseEvent() {
	if t.s.Case == nil || t.s.Subscriber == nil {
		return
	}
	c := t.take()
	switch t.e.Kind {
	case EventMessage:
		if !t.caseMessage(c) {
			return
		}
	case EventDelivered:
		t.caseDelivered(c)
	case EventUndeliverable:
		t.caseUndeliverable(c)
	case EventTold:
		switch t.e.Topic {
		case topicMessage:
			t.forwarded(c)
		case topicDropped:
			if c.Late == t.e.Values["draft"] {
				c.Late = ""
			}
		}
	case EventAlarm, EventApplied, EventAnswered, EventCommand, EventJoined, EventRoom:
	}
	t.keep(c)
}

// caseMessage decides on what somebody wrote in one of the case's threads, and
// tells whether anything came of it. What is written in the internal thread
// stays there: it has no way to the customer.
func (t *turn) caseMessage(c *Case) bool {
	if t.e.Actor.Bot || !c.Customer.Holds(t.e.Origin) {
		return false
	}
	if t.e.Deleted {
		t.mirror(c, "", "mirror.deleted")
		t.why("message deleted")
		return true
	}
	text := t.mask(t.e.Text)
	if strings.TrimSpace(text) == "" && len(t.e.Files) == 0 {
		return false
	}
	switch {
	case t.e.Edited:
		t.mirror(c, text, "mirror.edited")
	case c.State == StateMerged:
		t.forward(c, text)
	case t.me.Staff != nil:
		t.mirror(c, text, "mirror.staff")
		t.respond(c, t.at, t.me.Staff.Key, t.e.Origin.Link, false)
	case t.me.Authorized():
		t.mirror(c, text, "mirror.contact")
		t.contactWrote(c, text)
	default:
		t.mirror(c, text, "mirror.other")
		t.otherWrote(c)
	}
	return true
}

func (t *turn) kinds(found []string) []string {
	var out []string
	for _, kind := range found {
		if name := t.voice().Say("secret." + kind); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// mirror shows what was written to the customer's thread in the internal one.
func (t *turn) mirror(c *Case, text, how string) {
	if t.e.Actor.Ref == "" && t.me.Name == "" {
		return
	}
	v := t.staffVoice()
	m := Message{
		Text:   v.Say(how, "who", t.me.Name, "id", c.Key()),
		Author: &Author{Name: t.me.Name, Ref: t.me.Ref, Staff: t.me.Staff != nil},
		Files:  t.e.Files,
	}
	if text != "" { // else the line above is all that there is to say
		m.Small = m.Text
		var whole bool
		if m.Sections, whole = parts(text, true); !whole && t.e.Origin.Link != "" {
			m.Controls = []Control{{Kind: ControlLink, Label: v.Say("button.whole"), URL: t.e.Origin.Link}}
		}
	}
	slot := "m:" + t.e.Origin.Message
	if t.e.Origin.Message == "" {
		slot = "m:" + t.e.ID
	}
	t.send(t.inTriageThread(c, Delivery{Slot: slot, Edit: t.e.Edited || t.e.Deleted, Message: m}))
}

// contactWrote decides on a message of an authorized contact (T18, T19, T22, T23).
func (t *turn) contactWrote(c *Case, text string) {
	if t.at.After(c.ContactAt) {
		c.ContactAt = t.at
	}
	thanks := t.r.thanks(text) && len(t.e.Files) == 0
	t.closeUntil(c, t.at)
	v := t.customerVoice()
	t.why("contact wrote")
	switch c.State {
	case StateWaiting:
		if thanks {
			t.toCustomer(c, Message{Text: v.Say("case.thanks_waiting", "id", c.Key()), Controls: []Control{
				{Kind: ControlButton, Label: v.Say("button.solved"), Command: "case resolve " + c.Key(), Style: StylePrimary},
			}})
			return
		}
		t.endWaiting(c, t.at)
	case StateResolved:
		if thanks {
			t.toCustomer(c, Message{Text: v.Say("case.thanks_resolved", "id", c.Key()), Controls: []Control{
				{Kind: ControlButton, Label: v.Say("button.reopen"), Command: "case reopen " + c.Key()},
			}})
			return
		}
		t.reopen(c, t.at)
		t.toCustomer(c, Message{Text: v.Say("case.reopened", "id", c.Key()), Controls: []Control{
			{Kind: ControlButton, Label: v.Say("button.keep"), Command: "case keep " + c.Key()},
		}})
		t.toTriage(c, t.staffSays(c, ToneWarn, "case.reopened_staff"))
	case StateClosed:
		if !thanks {
			t.lateMessage(c, text)
		}
	case StateNew, StateOpen, StateOnHold, StateMerged:
	}
}

// otherWrote keeps what somebody who may not speak for the subscriber wrote. In
// a waiting case staff decide whether it is the answer (T19).
func (t *turn) otherWrote(c *Case) {
	t.why("comment")
	if c.State != StateWaiting {
		return
	}
	c.Comment = t.me.Name
	v := t.staffVoice()
	m := t.staffSays(c, ToneWarn, "case.comment_waiting")
	m.Controls = []Control{
		{Kind: ControlButton, Label: v.Say("button.answers"), Command: "case answers " + c.Key() + " yes", Style: StylePrimary},
		{Kind: ControlButton, Label: v.Say("button.still_waiting"), Command: "case answers " + c.Key() + " no"},
	}
	t.toTriage(c, m)
}

// caseDelivered takes a courier's report.
func (t *turn) caseDelivered(c *Case) {
	r := t.e.Report
	if r == nil {
		return
	}
	switch r.Slot {
	case slotTriage:
		c.Triage.Thread = r.Thread
	case slotCard:
		c.Customer.Thread, c.CardRef = r.Thread, r.Ref
	}
	reply, ok := c.Replies[r.Key]
	if !ok {
		return
	}
	delete(c.Replies, r.Key)
	at := r.At
	if at.IsZero() || at.After(t.now) {
		at = t.now
	}
	t.at = at.Truncate(time.Millisecond)
	t.replied(c, reply, t.at, r.Link)
}

// replied counts a reply that the customer can see now, and does what was to
// follow it.
func (t *turn) replied(c *Case, reply Reply, at time.Time, link string) {
	t.said = reply.Said
	switch reply.Then {
	case "resolve":
		if !c.State.Backlog() { // merged or closed while the reply was on its way
			t.respond(c, at, reply.By, link, true)
			return
		}
		if c.Severity == policy.Severity1 && !t.quietFor(c, at, 24*time.Hour) {
			t.respond(c, at, reply.By, link, false)
			t.setWaiting(c, at, true)
			return
		}
		t.respond(c, at, reply.By, link, true)
		t.resolved(c, at, reply.By)
	case "wait":
		t.respond(c, at, reply.By, link, false)
		if c.State.Backlog() {
			t.setWaiting(c, at, false)
		}
	default:
		t.respond(c, at, reply.By, link, false)
	}
}

// quietFor tells whether a severity 1 has waited that long for its contact's
// confirmation without a message of theirs, so that staff may resolve it (T21).
func (t *turn) quietFor(c *Case, at time.Time, d time.Duration) bool {
	return c.State == StateWaiting && c.Waiting != nil && c.Waiting.Asks &&
		at.Sub(c.Waiting.Since) >= d && !c.ContactAt.After(c.Waiting.Since)
}

// caseUndeliverable tells staff that something did not arrive; a reply that
// failed is no response (T14).
func (t *turn) caseUndeliverable(c *Case) {
	r := t.e.Report
	if r == nil {
		return
	}
	v := t.staffVoice()
	if reply, ok := c.Replies[r.Key]; ok {
		delete(c.Replies, r.Key)
		m := t.staffSays(c, ToneAlarm, "case.reply_failed", "who", reply.Name, "why", r.Reason)
		t.toTriage(c, m)
		t.why("reply undeliverable")
		return
	}
	t.why("undeliverable", "slot", r.Slot)
	t.notice(t.r.Fallback, urgency(c, 0), Message{Tone: ToneAlarm, Text: v.Say("case.undeliverable", "id", c.Key(), "why", r.Reason)})
}

// lateMessage turns a message on a closed case into a draft that is linked to
// it (T23).
func (t *turn) lateMessage(c *Case, text string) {
	if c.Late != "" { // the draft is begun: it takes what else is said
		t.told(DraftKey(c.Subscriber, c.Late), topicMessage, map[string]string{"text": text}, nil)
		return
	}
	d := &Draft{
		V: bodyVersion, ID: DraftID(t.e.ID), Subscriber: c.Subscriber, Author: t.e.Actor, BegunAt: t.at, LastAt: t.at,
		Home: c.Customer.Room, LinkedTo: c.Key(), Files: t.e.Files,
	}
	d.State, _ = d.State.Take(text, t.env(d))
	d.Place = Place{Room: c.Customer.Room}
	t.openDraft(d)
	c.Late = d.ID
	v := t.customerVoice()
	t.toCustomer(c, Message{Text: v.Say("case.closed_draft", "id", c.Key())})
	t.why("linked draft", "draft", d.ID)
}

func appendNew(list []string, item string) []string {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// maxPassed is how many runes of somebody's words are passed on; more is a file
// that was pasted.
const maxPassed = 6 * MaxText

// parts are somebody's words in sections that every platform takes, and whether
// that is all of them. One ends between two lines or words where that is near.
func parts(text string, quote bool) (said []Section, whole bool) {
	whole = len([]rune(text)) <= maxPassed
	rest := []rune(clip(text, maxPassed))
	for len(rest) > MaxText {
		part := string(rest[:MaxText])
		for _, border := range []string{"\n", " "} {
			if i := strings.LastIndex(part, border); i > len(part)*3/4 {
				part = part[:i+1]
				break
			}
		}
		rest = rest[len([]rune(part)):]
		said = append(said, Section{Text: strings.TrimRight(part, " \n"), Quote: quote})
	}
	return append(said, Section{Text: string(rest), Quote: quote}), whole
}

// clip shortens a text to so many runes and says that it did.
func clip(s string, limit int) string {
	if len([]rune(s)) <= limit {
		return s
	}
	r := []rune(s)
	return fmt.Sprintf("%s …", strings.TrimSpace(string(r[:limit-2])))
}
