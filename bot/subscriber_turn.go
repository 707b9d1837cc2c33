package bot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/calendar"
)

const (
	indexSubscribers = "subscribers"
	keepSuspensions  = 60 // spans; older ones lie before any case that still runs
	topicWeekly      = "weekly"
)

// clone copies a subscriber so deeply that a decision may change the copy.
func (s Subscriber) clone() *Subscriber {
	s.Instances = slices.Clone(s.Instances)
	s.Channels = slices.Clone(s.Channels)
	s.Contacts = slices.Clone(s.Contacts)
	s.Suspensions = slices.Clone(s.Suspensions)
	s.Doors, s.Moved = maps.Clone(s.Doors), maps.Clone(s.Moved)
	if s.Sweep != nil {
		w := *s.Sweep
		s.Sweep = &w
	}
	return &s
}

// keepSubscriber saves a subscriber with the alarm that follows from it.
func (t *turn) keepSubscriber(s *Subscriber) {
	s.V = bodyVersion
	w := Write{Key: SubscriberKey(s.Key), Record: s, Join: []string{indexSubscribers}}
	at := func(when time.Time) {
		if !when.IsZero() && (w.Alarm.IsZero() || when.Before(w.Alarm)) {
			w.Alarm = when
		}
	}
	if s.Sweep != nil {
		at(t.now)
	}
	at(s.Week.Next)
	at(s.StandingUntil)
	at(s.Seats.Next)
	at(t.seatsBy(s))
	if s.Override != nil {
		at(s.Override.Until)
	}
	t.save(w)
}

// subscriberEvent decides on what is not a command.
func (t *turn) subscriberEvent() {
	if t.e.Kind == EventApplied {
		t.apply()
		return
	}
	if t.s.Subscriber == nil {
		return
	}
	s := t.s.Subscriber.clone()
	switch t.e.Kind {
	case EventAlarm:
		if t.s.Subscriber.Sweep != nil { // one begun in this turn waits for a page of its own
			t.sweep(s)
		}
		t.standingAlarm(s)
		t.fitSeats(s)
		t.contactsChanged(t.s.Subscriber, s)
		t.weeklyAlarm(s)
	case EventAnswered:
		t.weeklyReady(s)
	case EventUndeliverable:
		if !t.doorLost(s) {
			t.lost(s)
		}
	case EventRoom:
		t.roomChanged(s)
	case EventJoined:
		delete(s.Doors, t.e.Origin.Room) // one that is there is brought up to date
		t.doors(s)
		t.why("joined", "room", t.e.Origin.Room)
	case EventCommand, EventMessage, EventDelivered, EventTold, EventApplied:
	}
	t.keepSubscriber(s)
}

// lost tells staff of what a subscriber's channel did not take.
func (t *turn) lost(s *Subscriber) {
	if t.e.Report == nil {
		return
	}
	t.notice(t.r.Fallback, 0, Message{Tone: ToneAlarm, Text: t.staffVoice().Say("weekly.lost", "subscriber", s.Name, "why", t.e.Report.Reason)})
	t.why("undeliverable", "key", t.e.Report.Key)
}

// standingAlarm ends what was set until now: a standing, or a manager's override (T31).
func (t *turn) standingAlarm(s *Subscriber) {
	if until := s.StandingUntil; !until.IsZero() && !t.now.Before(until) {
		switch {
		case s.Override == nil:
			t.setStanding(s, policy.Good, until)
		case until.Before(s.Override.Until): // it ended while it was lifted
			s.Override.Lifts = policy.Good
		default: // it came back in force for a while
			t.endOverride(s)
			t.setStanding(s, policy.Good, until)
		}
		s.StandingUntil, s.StandingReason = time.Time{}, ""
		t.why("standing ended", "standing", string(policy.Good))
	}
	if s.Override != nil && !t.now.Before(s.Override.Until) {
		t.endOverride(s)
	}
}

// endOverride puts what a manager lifted back in force, from the expiry on.
func (t *turn) endOverride(s *Subscriber) {
	o := *s.Override
	s.Override = nil
	from := s.Standing
	t.setStanding(s, o.Lifts, o.Until)
	t.remindAdmins(s, from)
	t.why("override ended", "standing", string(o.Lifts))
}

// setStanding puts a standing in force at an instant: a suspension begins or
// ends a pause of all clocks, which the open cases are told of (T33).
func (t *turn) setStanding(s *Subscriber, to policy.Standing, at time.Time) {
	was := s.Standing.Effects().Paused
	s.Standing = to
	switch is := to.Effects().Paused; {
	case is && !was:
		s.Suspensions = append(s.Suspensions, calendar.Span{From: at})
	case was && !is:
		if n := len(s.Suspensions); n > 0 && s.Suspensions[n-1].To.IsZero() {
			s.Suspensions[n-1].To = at
		}
	default:
		return
	}
	if n := len(s.Suspensions); n > keepSuspensions {
		s.Suspensions = s.Suspensions[n-keepSuspensions:]
	}
	t.startSweep(s, "standing")
}

func (t *turn) startSweep(s *Subscriber, why string) {
	round := int64(1)
	if s.Sweep != nil {
		round = s.Sweep.Round + 1
	}
	s.Sweep = &Sweep{Why: why, Round: round}
}

// sweep tells the next open cases to look at their clocks anew.
func (t *turn) sweep(s *Subscriber) {
	if s.Sweep == nil {
		return
	}
	for _, key := range t.s.Open {
		t.told(key, TopicTouch, map[string]string{"why": s.Sweep.Why}, nil)
	}
	s.Sweep.After = t.s.Next
	if t.s.Next == "" {
		s.Sweep = nil
	}
	t.why("swept", "cases", fmt.Sprint(len(t.s.Open)))
}

// standing shows or sets a subscriber's standing (T31). It is never shown in a
// shared room: the answer is private, and what contacts hear of it too.
func (t *turn) standing() {
	s := t.s.Subscriber.clone()
	v, args := t.voice(), t.s.Call.Args
	to := policy.Standing(args["standing"])
	if word := strings.TrimSpace(args["reason"]); to == "" && word != "" {
		var known []string
		for _, standing := range policy.Standings() {
			known = append(known, string(standing))
		}
		word, _ = nextWord(word)
		t.refuse("standing.which", "word", clip(word, 40), "list", v.List(known), "near", nearest(word, known))
		return
	}
	if to == "" {
		t.showStanding(s)
		return
	}
	reason, until, ok := t.until(args["reason"])
	switch {
	case strings.TrimSpace(reason) == "":
		t.out.Answer.Form = t.standingForm(s, to)
		return
	case !ok:
		t.refuse("standing.until", "text", args["reason"])
		return
	case t.me.Staff.Has(policy.RoleFinance):
		s.Override, s.StandingReason, s.StandingBy, s.StandingUntil = nil, reason, t.me.Staff.Key, until
	case to != policy.Good:
		t.refuse("standing.manager_good")
		return
	case until.IsZero():
		t.refuse("standing.manager_until")
		return
	case s.Standing == policy.Good || s.Standing == "":
		t.tell("standing.good_already", "subscriber", s.Name)
		return
	default:
		s.Override = &Override{Lifts: s.Standing, Reason: reason, By: t.me.Staff.Key, Until: until}
	}
	from := s.Standing
	t.setStanding(s, to, t.at)
	t.why("standing", "from", string(from), "to", string(to), "reason", reason, "by", t.me.Staff.Key)
	t.remindAdmins(s, from)
	t.tell("standing.set", "subscriber", s.Name, "standing", v.Say("standing."+string(to)))
	t.keepSubscriber(s)
}

// remindAdmins tells the subscriber admins, and nobody else, of a standing
// that asks something of them; no amounts, no reasons.
func (t *turn) remindAdmins(s *Subscriber, from policy.Standing) {
	if s.Standing == from || s.Standing == policy.Good && from == "" {
		return
	}
	t.toAdmins(s, func(v texts.Voice) string {
		return v.Say("standing.admin_"+string(s.Standing), "subscriber", s.Name, "vendor", t.r.Vendor, "url", t.r.KnowledgeBase)
	})
}

// toAdmins writes to each subscriber admin, in their own language, and returns
// the names of those who can be reached.
func (t *turn) toAdmins(s *Subscriber, say func(texts.Voice) string) []string {
	var told []string
	for _, c := range s.Contacts {
		room := direct(refs(c, platformOf(first(s.Channels, ""))))
		if !c.Admin || room == "" {
			continue
		}
		v := t.r.voice(cmp.Or(c.Language, s.Language), room, true, true)
		t.send(Delivery{Record: SubscriberKey(s.Key), Room: room, Message: Message{Text: say(v)}})
		told = append(told, c.Name)
	}
	return told
}

// toAdvisor writes to the named advisor, or to the queue where there is none.
func (t *turn) toAdvisor(s *Subscriber, say func(texts.Voice) string) {
	if advisor := t.r.StaffByKey(s.Advisor); advisor != nil && direct(advisor.Refs) != "" {
		v := t.r.Texts.In(cmp.Or(advisor.Language, t.r.Language))
		t.send(Delivery{Record: SubscriberKey(s.Key), Room: direct(advisor.Refs), Message: Message{Text: say(v), Tone: ToneWarn}})
		return
	}
	t.notice(t.r.Triage, 1, Message{Text: say(t.staffVoice()), Tone: ToneWarn})
}

func (t *turn) standingForm(s *Subscriber, to policy.Standing) *Form {
	v := t.voice()
	return &Form{
		Title: clip(v.Say("form.standing", "subscriber", s.Key), MaxFormTitle), Command: "support standing " + s.Key + " " + string(to), Submit: v.Say("button.save"),
		Fields: []FormField{{Name: "reason", Label: v.Say("form.reason"), Hint: v.Say("form.standing_hint"), Kind: FieldText, Required: true, Max: 500}},
	}
}

func (t *turn) showStanding(s *Subscriber) {
	v := t.voice()
	standing := s.Standing
	if standing == "" {
		standing = policy.Good
	}
	fields := []Field{{Label: v.Say("field.standing"), Value: v.Say("standing." + string(standing))}}
	if s.StandingReason != "" {
		fields = append(fields, Field{Label: v.Say("form.reason"), Value: s.StandingReason}, Field{Label: v.Say("field.by"), Value: t.staffName(s.StandingBy)})
	}
	if !s.StandingUntil.IsZero() {
		fields = append(fields, Field{Label: v.Say("field.until"), Value: moment(v, s.StandingUntil, t.zone()), Time: s.StandingUntil})
	}
	if s.Override != nil {
		fields = append(fields, Field{Label: v.Say("field.override"), Value: v.Say("standing.override", "standing", v.Say("standing."+string(s.Override.Lifts)), "until", moment(v, s.Override.Until, t.zone()), "who", t.staffName(s.Override.By))})
	}
	text := v.Say("standing.show", "subscriber", s.Name, "standing", v.Say("standing."+string(standing)))
	t.private(Message{Title: s.Name, Text: text, Sections: []Section{{Fields: fields}}, Small: v.Say("standing.how")})
}

// urgent tells the duty managers of a severity 1 at a suspended subscriber,
// who may open one untimed case as a courtesy (T32).
func (t *turn) urgent() {
	if !t.me.Authorized() {
		t.refuse("not_contact", "names", t.authorizedNames())
		return
	}
	if !t.clocks().Paused(t.at) {
		t.refuse("suspended.no_more")
		return
	}
	if arg, ok := t.s.Call.Missing(); ok {
		t.ask(t.s.Call, arg)
		return
	}
	t.tellDuty(t.mask(t.s.Call.Args["text"]))
	t.recordAttempt()
	t.tell("suspended.told")
}

// tellDuty tells each of the duty managers that somebody suspended reports a
// severity 1, or the fallback room where there is none to tell.
func (t *turn) tellDuty(text string) {
	v := t.staffVoice()
	m := Message{Tone: ToneAlarm, Text: v.Say("suspended.alert", "subscriber", t.s.Subscriber.Name, "who", t.me.Name, "text", text), Controls: []Control{
		{Kind: ControlButton, Label: v.Say("button.open"), Command: clip("case new for:"+t.s.Subscriber.Key+" "+text, MaxCommand), Style: StylePrimary},
	}}
	sent := false
	for _, p := range t.r.WithRole(policy.RoleSupportManager) {
		if room := direct(p.Refs); room != "" {
			m.Mentions = p.Refs
			t.send(Delivery{Record: SubscriberKey(t.s.Subscriber.Key), Room: room, Message: m})
			sent = true
		}
	}
	if !sent {
		t.notice(t.r.Fallback, 30, m)
	}
}
