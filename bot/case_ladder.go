package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// climb tells the level of the ladder that is due now (T38–T41).
func (t *turn) climb(c *Case, k sla.Clocks) {
	if c.Ladder == nil {
		return
	}
	ladder, due, skipped := c.Ladder.Advance(t.now, t.r.Steps, k, func(n int) bool { _, ok := t.r.level(n); return ok })
	if due.Level == 0 {
		return
	}
	c.Ladder = &ladder
	c.Highest = max(c.Highest, due.Level)
	for _, s := range skipped {
		t.why(fmt.Sprintf("level %d skipped", s.Level))
	}
	t.why(fmt.Sprintf("level %d", due.Level), "level", fmt.Sprint(due.Level), "repeat", fmt.Sprint(due.Repeat))
	t.escalate(c, due.Level, t.alertText(c), false)
}

// alertText is what the active level of a climb is told.
func (t *turn) alertText(c *Case) string {
	v, l := t.staffVoice(), c.Ladder
	return v.Say("case.alert", "id", c.Key(), "level", l.Level, "metric", v.Say("metric."+string(l.Metric)),
		"due", t.staffTime(l.Due), "summary", c.Summary)
}

// escalate tells a level of the ladder: in its room, mentioning its people, or
// each of them in direct messages; nobody at all: the fallback room (T40).
func (t *turn) escalate(c *Case, level int, text string, asked bool) {
	rung, ok := t.r.level(level)
	people := t.r.WithRole(rung.Role)
	var mentions []string
	for _, p := range people {
		mentions = append(mentions, p.Refs...)
	}
	switch {
	case !ok:
		t.alert(c, Alert{Room: t.r.Fallback, Level: level, Asked: asked, Text: t.staffVoice().Say("case.alert_nobody", "text", text, "level", level)}, nil)
		t.why("undelivered", "level", fmt.Sprint(level))
	case rung.Room != "":
		if rung.Group != "" {
			mentions = append(mentions, rung.Group)
		}
		t.alert(c, Alert{Room: rung.Room, Level: level, Asked: asked, Text: text}, mentions)
	default:
		for _, p := range people {
			if room := direct(p.Refs); room != "" {
				t.alert(c, Alert{Room: room, Level: level, Asked: asked, Text: text}, p.Refs)
			}
		}
	}
	if !ok {
		return
	}
	v := t.staffVoice()
	who := v.List(names(people))
	if who == "" {
		who = rung.Room
	}
	t.toTriage(c, t.staffSays(c, ToneAlarm, "case.level_told", "level", level, "role", v.Say("role."+string(rung.Role)), "people", who))
}

func names(people []Staff) []string {
	var out []string
	for _, p := range people {
		out = append(out, p.Name)
	}
	return out
}

// direct is the room of a person's direct messages: "console:@ada".
func direct(refs []string) string {
	if len(refs) == 0 {
		return ""
	}
	platform, id, ok := strings.Cut(refs[0], ":")
	if !ok {
		return ""
	}
	return platform + ":@" + id
}

func isDirect(room string) bool { return strings.Contains(room, ":@") }

// alert posts a notice of the running climb and remembers where, so that it
// can say later how the climb ended.
func (t *turn) alert(c *Case, a Alert, mentions []string) {
	a.At = t.now
	m := t.alertMessage(c, a, "")
	m.Mentions = mentions
	if isDirect(a.Room) {
		a.Slot = fmt.Sprintf("alert-%d-%s", a.Level, t.e.ID)
		a.Key = t.send(Delivery{Room: a.Room, Slot: a.Slot, Message: m, Report: true})
	} else {
		a.Key = t.notice(a.Room, urgency(c, a.Level), m)
	}
	// What is told again takes the place of what it repeats.
	c.Alerts = slices.DeleteFunc(c.Alerts, func(was Alert) bool {
		again := was.Room == a.Room && was.Level == a.Level && was.Asked == a.Asked
		if again {
			t.bringOneUpToDate(c, was, t.staffVoice().Say("case.alert_again", "at", t.staffTime(t.now)))
		}
		return again
	})
	c.Alerts = append(c.Alerts, a)
}

// urgency orders what waits for one room: severity first, then level.
func urgency(c *Case, level int) int { return int(policy.Severity3-c.Severity)*10 + level }

func (t *turn) alertMessage(c *Case, a Alert, outcome string) Message {
	v := t.staffVoice()
	m := Message{Text: a.Text, Title: v.Say("case.alert_title", "id", c.Key(), "level", a.Level), Tone: ToneAlarm}
	m.Sections = []Section{{Text: a.Text}, {Fields: []Field{
		{Label: v.Say("field.subscriber"), Value: t.s.Subscriber.Name},
		{Label: v.Say("field.severity"), Value: c.Severity.String()},
		{Label: v.Say("field.owner"), Value: t.ownerName(c, v)},
		{Label: v.Say("field.state"), Value: v.Say("state." + string(c.State))},
	}}}
	if outcome != "" {
		m.Text, m.Tone, m.Small = outcome+" — "+a.Text, ToneQuiet, outcome
		return m
	}
	switch {
	case a.Asked: // nothing climbs that an acknowledgement could stop
	case c.Ladder != nil && !c.Ladder.AckedAt.IsZero():
		m.Small, m.Tone = v.Say("case.alert_acked", "who", t.staffName(c.Ladder.AckedBy), "at", t.staffTime(c.Ladder.AckedAt)), ToneWarn
	default:
		m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say("button.ack"), Command: "case ack " + c.Key(), Style: StylePrimary})
	}
	m.Controls = append(m.Controls,
		Control{Kind: ControlButton, Label: v.Say("button.take"), Command: "case take " + c.Key()},
		Control{Kind: ControlButton, Label: v.Say("button.reply"), Command: "case reply " + c.Key()},
		Control{Kind: ControlButton, Label: v.Say("button.show"), Command: "case show " + c.Key()},
	)
	return m
}

// bringUpToDate edits all notices of the climb.
func (t *turn) bringUpToDate(c *Case, outcome string) {
	for _, a := range c.Alerts {
		t.bringOneUpToDate(c, a, outcome)
	}
}

func (t *turn) bringOneUpToDate(c *Case, a Alert, outcome string) {
	m := t.alertMessage(c, a, outcome)
	if isDirect(a.Room) {
		t.send(Delivery{Room: a.Room, Slot: a.Slot, Edit: true, Message: m})
	} else {
		t.told(RoomKey(a.Room), topicUpdate, map[string]string{"key": a.Key}, &m)
	}
}

// endClimb takes the running ladder down and says so wherever it was told.
func (t *turn) endClimb(c *Case, key string) {
	if c.Ladder == nil && len(c.Alerts) == 0 {
		return
	}
	by := t.me.Name
	if by == "" && c.Response.By != "" {
		by = t.staffName(c.Response.By)
	}
	c.Ladder = nil
	t.bringUpToDate(c, t.staffVoice().Say(key, "who", by, "at", t.staffTime(t.at)))
	c.Alerts = nil
}

// warn tells of a warning mark: the assignee at the first, the queue beside at
// the middle one, the team leads at the last (T37).
func (t *turn) warn(c *Case, y sla.Cycle, mark int) {
	v := t.staffVoice()
	k := t.clocks()
	left := k.On(y.Clock).Between(t.now, y.Due, k.Pauses...)
	m := Message{Tone: ToneWarn, Text: v.Say("case.warning", "id", c.Key(), "mark", mark, "metric", t.metric(v, y),
		"due", t.staffTime(y.Due), "left", v.Say("left."+string(y.Clock), "time", v.Duration(left.Round(time.Minute))), "summary", c.Summary)}
	if s := t.r.StaffByKey(c.Assignee); s != nil {
		m.Mentions = append(m.Mentions, s.Refs...)
	}
	last := mark == slices.Max(t.r.Marks)
	if last {
		for _, lead := range t.r.WithRole(policy.RoleTeamLead) {
			m.Mentions = append(m.Mentions, lead.Refs...)
		}
	}
	t.toTriage(c, m)
	if last || len(m.Mentions) == 0 || mark > slices.Min(t.r.Marks) {
		m.Mentions = nil // they were called in the thread
		m.Controls = []Control{
			{Kind: ControlButton, Label: v.Say("button.take"), Command: "case take " + c.Key(), Style: StylePrimary},
			{Kind: ControlButton, Label: v.Say("button.reply"), Command: "case reply " + c.Key()},
		}
		t.notice(t.r.Triage, urgency(c, 0), m)
	}
}

// doEscalate is a contact's request: level 1 now, no clock changes, once in
// four hours (T42).
func (t *turn) doEscalate(c *Case) bool {
	const pause = 4 * time.Hour
	if !t.backlogOnly(c) {
		return false
	}
	if t.clocks().Paused(t.at) { // escalations are held (T32)
		t.refuse("suspended", "url", t.r.KnowledgeBase)
		return false
	}
	if c.Asked != nil && t.at.Sub(c.Asked.At) < pause {
		t.tell("escalate.again", "id", c.Key(), "at", moment(t.voice(), c.Asked.At.Add(pause), t.zone()))
		return false
	}
	reason := t.s.Call.Args["reason"]
	n := 1
	if c.Asked != nil {
		n = c.Asked.Count + 1
	}
	c.Asked = &Escalation{At: t.at, By: t.me.Key(), Reason: reason, Count: n}
	v := t.staffVoice()
	t.escalate(c, t.r.firstLevel(), v.Say("escalate.alert", "id", c.Key(), "who", t.me.Name, "reason", reason, "summary", c.Summary), true)
	t.toCustomer(c, Message{Text: t.customerVoice().Say("escalate.done", "id", c.Key(), "who", t.me.Name)})
	t.why("escalation asked", "by", t.me.Key())
	t.tell("escalate.you", "id", c.Key())
	return true
}
