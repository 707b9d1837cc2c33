package bot

import (
	"strings"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// Promise is the next update that somebody of staff promised. It is no target:
// attainment does not count it, but it is held as one is.
type Promise struct {
	By       string    `json:"by"`
	At       time.Time `json:"at"` // when it was made
	Due      time.Time `json:"due"`
	Reminded bool      `json:"reminded,omitempty"`
	Missed   bool      `json:"missed,omitempty"`
}

// promiseReminder is how long before a promised update its promiser hears of
// it, if the promise was made more than twice as long before.
const promiseReminder = 15 * time.Minute

// remindAt is when the promiser hears of it, zero for never.
func (p Promise) remindAt() time.Time {
	if p.Reminded || p.Missed || p.Due.Sub(p.At) <= 2*promiseReminder {
		return time.Time{}
	}
	return p.Due.Add(-promiseReminder)
}

// alarmAt is when the promise wants to be looked at, zero for never.
func (p Promise) alarmAt() time.Time {
	switch at := p.remindAt(); {
	case p.Missed:
		return time.Time{}
	case !at.IsZero():
		return at
	default:
		return p.Due.Add(time.Millisecond)
	}
}

// doUpdateBy promises the customer the next update by a time that is earlier
// than the target.
func (t *turn) doUpdateBy(c *Case) bool {
	if !t.backlogOnly(c) {
		return false
	}
	words := strings.TrimSpace(t.s.Call.Args["when"])
	if rest, ok := strings.CutPrefix(strings.ToLower(words), "by "); ok {
		words = strings.TrimSpace(words[len(words)-len(rest):])
	}
	if strings.EqualFold(words, "off") || strings.EqualFold(words, "end") {
		return t.takeBack(c)
	}
	if c.State == StateWaiting {
		t.refuse("update.waiting", "id", c.Key())
		return false
	}
	if t.clocks().Paused(t.now) { // nobody would be reminded of it (T32)
		t.refuse("update.paused", "id", c.Key())
		return false
	}
	due, ok := t.promised(words)
	if !ok {
		t.refuse("update.when", "text", clip(words, 60))
		return false
	}
	if target := c.NextDue(); !target.IsZero() && !due.Before(target) {
		t.refuse("update.later", "id", c.Key(), "due", moment(t.voice(), target, t.zone()))
		return false
	}
	c.Owed = &Promise{By: t.me.Staff.Key, At: t.at, Due: due.UTC()}
	zone := t.r.zoneOf(t.s.Subscriber)
	v := t.customerVoice()
	text := v.Say("update.promised", "id", c.Key(), "who", t.me.Name, "at", v.Time(due, zone), "zone", v.Zone(due, zone))
	t.toCustomer(c, Message{Text: text, Sections: []Section{{Text: text}, {Fields: []Field{{Label: v.Say("field.update_by"), Value: moment(v, due, zone), Time: due}}}}})
	t.toTriage(c, t.staffSays(c, ToneNone, "update.promised_staff", "at", t.staffTime(due)))
	t.why("update promised", "due", due.UTC().Format(time.RFC3339), "by", t.me.Staff.Key)
	t.tell("update.promised_you", "id", c.Key(), "at", moment(t.voice(), due, t.zone()))
	return true
}

// promised reads when the next update is to be given: "15:00", a date and time,
// or "2h".
func (t *turn) promised(words string) (time.Time, bool) {
	if d, err := time.ParseDuration(words); err == nil {
		return t.now.Add(d).Truncate(time.Second), d >= time.Minute
	}
	at, ok := t.moment(words)
	return at, ok && at.After(t.now)
}

func (t *turn) takeBack(c *Case) bool {
	if c.Owed == nil {
		t.tell("update.none", "id", c.Key())
		return false
	}
	c.Owed = nil
	t.toCustomer(c, Message{Text: t.customerVoice().Say("update.off", "id", c.Key(), "who", t.me.Name)})
	t.toTriage(c, t.staffSays(c, ToneNone, "update.off_staff"))
	t.why("update promise taken back", "by", t.me.Staff.Key)
	t.tell("update.off_you", "id", c.Key())
	return true
}

// tickPromise reminds of a promised update, and tells staff of one that was not
// given. It is no breach: no ladder is climbed for it.
func (t *turn) tickPromise(c *Case) {
	p := c.Owed
	if p == nil || p.Missed {
		return
	}
	switch {
	case t.now.After(p.Due):
		p.Missed, p.Reminded = true, true
		t.why("update missed", "due", p.Due.UTC().Format(time.RFC3339))
		m := t.promiseNotice(c, ToneAlarm, "update.missed")
		for _, lead := range t.r.WithRole(policy.RoleTeamLead) {
			m.Mentions = append(m.Mentions, lead.Refs...)
		}
		t.toTriage(c, m)
		m.Controls = []Control{{Kind: ControlButton, Label: t.staffVoice().Say("button.reply"), Command: "case reply " + c.Key(), Style: StylePrimary}}
		t.notice(t.r.Triage, urgency(c, 0), m)
	case !p.remindAt().IsZero() && !t.now.Before(p.remindAt()):
		p.Reminded = true
		t.why("update reminded")
		t.toTriage(c, t.promiseNotice(c, ToneWarn, "update.soon"))
	}
}

func (t *turn) promiseNotice(c *Case, tone Tone, key string) Message {
	m := Message{Tone: tone, Text: t.staffVoice().Say(key, "id", c.Key(), "who", t.staffName(c.Owed.By), "at", t.staffTime(c.Owed.Due), "summary", c.Summary)}
	for _, who := range []string{c.Owed.By, c.Assignee} {
		if s := t.r.StaffByKey(who); s != nil {
			for _, ref := range s.Refs {
				m.Mentions = appendNew(m.Mentions, ref)
			}
		}
	}
	return m
}

// keepPromise ends a promise with the update that was promised. What belongs to
// the response before it is none (T18), and neither is what was on its way to the
// customer when the promise was made.
func (t *turn) keepPromise(c *Case, at time.Time) {
	said := t.said
	if said.IsZero() {
		said = at
	}
	if c.Owed == nil || said.Before(c.Owed.At) {
		return
	}
	if at.After(c.Owed.Due) {
		t.why("update given late")
	} else {
		t.why("update given")
	}
	c.Owed = nil
}

// earlierPromise is the one of two that is due first; a merge takes no promise
// away (T35).
func earlierPromise(a, b *Promise) *Promise {
	if a == nil || b != nil && b.Due.Before(a.Due) {
		return b
	}
	return a
}

// promiseField shows the promise while it is earlier than the target.
func (t *turn) promiseField(c *Case, show func(time.Time) string, label string) (Field, bool) {
	if c.Owed == nil || !c.State.Backlog() {
		return Field{}, false
	}
	if i := c.current(); i >= 0 && c.Cycles[i].Outcome == sla.Pending && !c.Cycles[i].Due.IsZero() && c.Cycles[i].Due.Before(c.Owed.Due) {
		return Field{}, false
	}
	return Field{Label: label, Value: show(c.Owed.Due), Time: c.Owed.Due}, true
}
