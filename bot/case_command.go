package bot

import (
	"slices"
	"strings"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// caseCommand decides on a command that works on a case.
func (t *turn) caseCommand() {
	call := t.s.Call
	if t.s.Case == nil || t.s.Subscriber == nil || !t.mayUse(t.s.Case) {
		t.noSuchCase()
		return
	}
	if !t.me.may(call.Spec.May) {
		t.notYours(call)
		return
	}
	if call.Spec.Name == "show" {
		t.show(t.take())
		return
	}
	if t.me.Staff == nil && !t.me.Authorized() {
		t.refuse("lack."+string(t.me.Lack), "names", t.authorizedNames())
		return
	}
	if arg, ok := t.lacks(); ok {
		t.ask(call, arg)
		return
	}
	c := t.take()
	do, ok := caseCommands[call.Spec.Name]
	if !ok {
		t.refuse("command.unknown", "word", call.Word, "near", "")
		return
	}
	if do(t, c) {
		t.keep(c)
	}
}

// lacks returns the argument that has to be asked for. Some are needed only of
// one side, or in one state.
func (t *turn) lacks() (Arg, bool) {
	call := t.s.Call
	if arg, ok := call.Missing(); ok {
		return arg, true
	}
	spec, state := call.Spec, t.s.Case.State
	text := func(name string) (Arg, bool) {
		i := slices.IndexFunc(spec.Args, func(a Arg) bool { return a.Name == name })
		return spec.Args[i], call.Args[name] == ""
	}
	switch {
	case spec.Name == "resolve" && t.me.Staff != nil && !slices.Contains([]State{StateResolved, StateClosed, StateMerged}, state):
		return text("text")
	case spec.Name == "close" && state != StateResolved && state != StateClosed && state != StateMerged:
		return text("reason")
	case spec.Name == "wait" && state != StateWaiting && !t.justAnswered(t.s.Case):
		return text("text")
	default:
		return Arg{}, false
	}
}

// justAnswered tells whether the last response is one's own and fresh enough
// to set the case waiting without another (T19).
func (t *turn) justAnswered(c *Case) bool {
	return t.me.Staff != nil && c.Response.By == t.me.Staff.Key && t.at.Sub(c.Response.At) <= waitWindow
}

// caseCommands holds what each command does; it tells whether the case changed.
var caseCommands = map[string]func(*turn, *Case) bool{
	"take": (*turn).doTake, "ack": (*turn).doAck, "assign": (*turn).doAssign, "reply": (*turn).doReply,
	"note": (*turn).doNote, "severity": (*turn).doSeverity, "agree": (*turn).doAgree, "refuse": (*turn).doRefuse,
	"wait": (*turn).doWait, "hold": (*turn).doHold, "call": (*turn).doCall, "resolve": (*turn).doResolve,
	"close": (*turn).doClose, "reopen": (*turn).doReopen, "merge": (*turn).doMerge, "link": (*turn).doLink,
	"escalate": (*turn).doEscalate, "verify": (*turn).doVerify, "correct": (*turn).doCorrect,
	"answers": (*turn).doAnswers, "keep": (*turn).doKeep, "details": (*turn).doDetails,
}

// mayUse tells whether a case is the party's to know of.
func (t *turn) mayUse(c *Case) bool {
	return t.me.Staff != nil || t.me.Contact != nil && c.Subscriber == t.s.Subscriber.Key
}

// noSuchCase answers the same to an unknown key and to somebody else's.
func (t *turn) noSuchCase() {
	v := t.voice()
	key := "case.not_found"
	name := t.s.Call.Args["case"]
	switch {
	case name == "":
		key = "case.which"
	case t.s.Near != "":
		key = "case.not_found_near"
	}
	t.private(Message{Tone: ToneWarn, Text: v.Say(key, "id", name, "near", t.s.Near, "command", t.s.Call.Spec.Name)})
}

// notYours answers that a command is for others, and for whom.
func (t *turn) notYours(call *Call) {
	v := t.voice()
	var roles []string
	for _, r := range call.Spec.May.Roles {
		roles = append(roles, v.Say("role."+string(r)))
	}
	switch {
	case t.me.Staff == nil && call.Spec.May.Contact:
		t.refuse("command.contacts_only", "command", call.Spec.Name, "names", t.authorizedNames())
	case t.me.Staff == nil:
		t.refuse("command.staff_only", "command", call.Spec.Name)
	case len(roles) == 0:
		t.refuse("command.contact_only", "command", call.Spec.Name)
	default:
		t.refuse("command.roles_only", "command", call.Spec.Name, "roles", v.List(roles))
	}
}

func (t *turn) authorizedNames() string {
	if t.s.Subscriber == nil {
		return ""
	}
	var out []string
	for _, c := range t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber))) {
		out = append(out, c.Name)
	}
	if len(out) == 0 {
		return t.voice().Say("contacts.nobody")
	}
	return t.voice().List(out)
}

// backlogOnly refuses what makes sense only while a case is worked on.
func (t *turn) backlogOnly(c *Case) bool {
	if c.State.Backlog() {
		return true
	}
	t.refuse("case.not_now", "id", c.Key(), "state", t.voice().Say("state."+string(c.State)), "command", t.s.Call.Spec.Name)
	return false
}

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
	if who == nil {
		var keys []string
		for _, s := range t.r.Staff {
			keys = append(keys, s.Key)
		}
		t.refuse("case.no_such_staff", "who", t.s.Call.Args["who"], "near", nearest(t.s.Call.Args["who"], keys), "names", t.voice().List(keys))
		return false
	}
	if who.Key != t.me.Staff.Key && !t.me.Staff.Has(leads...) {
		t.refuse("case.assign_self", "id", c.Key())
		return false
	}
	c.Assignee = who.Key
	m := t.staffSays(c, ToneNone, "case.assigned", "to", who.Name)
	m.Mentions = who.Refs
	t.toTriage(c, m)
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
		t.toCustomer(c, Message{Text: text, Author: &Author{Name: t.me.Name, Ref: t.me.Ref}, Sections: []Section{{Text: text}}, Small: c.Key()})
		t.mirror(c, text, "mirror.contact")
		t.contactWrote(c, text)
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

// text is the argument that others will read, with its secrets masked, and whether there is any.
func (t *turn) text() (string, bool) {
	text := t.mask(strings.TrimSpace(t.s.Call.Args["text"]))
	if len([]rune(text)) > MaxText {
		t.refuse("text.too_long", "limit", MaxText, "have", len([]rune(text)))
		return "", false
	}
	return text, true
}

// reply hands a response to the courier; it counts once it is delivered (T13).
func (t *turn) reply(c *Case, text, then string) {
	m := Message{
		Text: text, Author: &Author{Name: t.me.Staff.Name, Ref: t.me.Ref, Staff: true},
		Sections: []Section{{Text: text}}, Small: c.Key(),
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
	key := t.send(t.inCustomerThread(c, Delivery{Message: m, Report: true}))
	if c.Replies == nil {
		c.Replies = map[string]Reply{}
	}
	c.Replies[key] = Reply{By: t.me.Staff.Key, Name: t.me.Staff.Name, Then: then}
	t.toTriage(c, Message{
		Text:   t.staffVoice().Say("mirror.reply", "who", t.me.Staff.Name, "id", c.Key()),
		Author: m.Author, Sections: []Section{{Text: text, Quote: true}},
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
	t.toTriage(c, Message{
		Text:   v.Say("case.note", "who", t.me.Name, "id", c.Key()),
		Author: &Author{Name: t.me.Name, Ref: t.me.Ref, Staff: true}, Tone: ToneQuiet,
		Sections: []Section{{Text: text}}, Small: v.Say("case.note", "who", t.me.Name, "id", c.Key()),
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
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02", "15:04", time.RFC3339} {
		parsed, err := time.ParseInLocation(layout, when, t.zone())
		if err != nil {
			continue
		}
		if layout == "15:04" {
			local := t.now.In(t.zone())
			parsed = time.Date(local.Year(), local.Month(), local.Day(), parsed.Hour(), parsed.Minute(), 0, 0, t.zone())
		}
		return what, parsed, parsed.After(t.now)
	}
	return "", time.Time{}, false
}

func (t *turn) doCall(c *Case) bool {
	who := t.s.Call.Args["who"]
	if t.s.Call.Args["outcome"] == "voicemail" {
		t.toTriage(c, t.staffSays(c, ToneQuiet, "case.voicemail", "with", who))
		t.why("voicemail", "with", who)
		t.tell("case.voicemail_you", "id", c.Key())
		return true
	}
	t.toTriage(c, t.staffSays(c, ToneNone, "case.called", "with", who))
	t.toCustomer(c, Message{Text: t.customerVoice().Say("case.called_customer", "id", c.Key(), "who", t.me.Name, "with", who), Tone: ToneQuiet})
	t.respond(c, t.at, t.me.Staff.Key, "", false)
	t.why("call", "with", who)
	t.tell("case.called_you", "id", c.Key())
	return true
}

func (t *turn) doLink(c *Case) bool {
	to := t.s.Call.Args["to"]
	if key, ok := ParseCaseName(to); ok {
		to = Case{Subscriber: key.Owner, Number: numberOf(key)}.Key()
	} else if !strings.HasPrefix(to, "https://") && !strings.HasPrefix(to, "http://") {
		t.refuse("case.link_what", "text", clip(to, 100))
		return false
	}
	c.Links = appendNew(c.Links, clip(to, 500))
	t.toTriage(c, t.staffSays(c, ToneNone, "case.linked", "to", to))
	t.why("linked", "to", to)
	t.tell("case.linked_you", "id", c.Key())
	return true
}

func numberOf(k Key) int64 {
	var n int64
	for _, r := range k.ID {
		n = n*10 + int64(r-'0')
	}
	return n
}

func (t *turn) doVerify(c *Case) bool {
	c.Verified = "verified"
	if t.s.Call.Args["outcome"] == "no" {
		c.Verified = "not_reproduced"
	}
	t.toTriage(c, t.staffSays(c, ToneNone, "case."+c.Verified))
	t.why(c.Verified)
	t.tell("case."+c.Verified, "id", c.Key(), "who", t.me.Name)
	return true
}

func (t *turn) doCorrect(c *Case) bool {
	which := strings.ToLower(t.s.Call.Args["clock"])
	for i, y := range c.Cycles {
		if y.Outcome != sla.Breached || (cycleName(y) != which && strings.ReplaceAll(cycleName(y), " ", "-") != which) {
			continue
		}
		c.Cycles[i].Excused = true
		t.toTriage(c, t.staffSays(c, ToneNone, "case.excused", "metric", t.metric(t.staffVoice(), y), "reason", t.s.Call.Args["reason"]))
		t.why("excused", "cycle", cycleName(y), "reason", t.s.Call.Args["reason"])
		t.tell("case.excused_you", "id", c.Key())
		return true
	}
	var breached []string
	for _, y := range c.Cycles {
		if y.Outcome == sla.Breached && !y.Excused {
			breached = append(breached, strings.ReplaceAll(cycleName(y), " ", "-"))
		}
	}
	if len(breached) == 0 {
		t.tell("case.no_breach", "id", c.Key())
	} else {
		t.refuse("case.correct_which", "id", c.Key(), "list", t.voice().List(breached))
	}
	return false
}
