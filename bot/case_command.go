package bot

import (
	"slices"

	"casebot/policy"
)

// caseCommand decides on a command that works on a case.
func (t *turn) caseCommand() {
	call := t.s.Call
	if t.bystander() {
		t.refuse("lack."+string(policy.LackNomination), "names", t.authorizedNames())
		return
	}
	if t.s.Case == nil || t.s.Subscriber == nil || !t.mayUse(t.s.Case) {
		t.noSuchCase()
		return
	}
	if !t.me.may(call.Spec.May) {
		t.notYours(call)
		return
	}
	switch call.Spec.Name {
	case "show":
		t.show(t.take())
		return
	case "explain":
		t.explain(t.take())
		return
	}
	if t.me.Staff == nil && !t.me.Authorized() {
		t.refuse("lack."+string(t.me.Lack), "names", t.authorizedNames())
		return
	}
	for _, arg := range call.Spec.Args {
		if n := len([]rune(call.Args[arg.Name])); n > arg.most() {
			t.refuse("text.too_long", "limit", arg.most(), "have", n)
			return
		}
	}
	if arg, ok := t.lacks(); ok {
		t.ask(call, arg)
		return
	}
	call = t.maskCall(call)
	t.s.Call = call
	c := t.take()
	do, ok := caseCommands[call.Spec.Name]
	if !ok {
		t.refuse("command.unknown", "word", call.Word, "near", "")
		return
	}
	t.lapse(c, t.at)
	if do(t, c) {
		t.keep(c)
	}
}

// bystander tells whether somebody who is no contact acts in a channel of the
// subscriber's: they are told who the contacts are, whichever case they name.
func (t *turn) bystander() bool {
	return t.me.Staff == nil && t.me.Contact == nil && t.s.Subscriber != nil && slices.Contains(t.s.Subscriber.Channels, t.e.Origin.Room)
}

// maskCall masks the secrets in what was typed freely, before anything of it is
// stored or shown.
func (t *turn) maskCall(call *Call) *Call {
	masked := *call
	masked.Args = t.maskAll(call.Args)
	for _, arg := range call.Spec.Args {
		if text, ok := call.Args[arg.Name]; ok && arg.Kind != ArgRest { // a case, a level, a name
			masked.Args[arg.Name] = text
		}
	}
	t.out.Args = masked.Args
	return &masked
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
// to set the case waiting without another (T19). A contact's message since then
// has ended that waiting before it began.
func (t *turn) justAnswered(c *Case) bool {
	return t.me.Staff != nil && c.Response.By == t.me.Staff.Key && t.at.Sub(c.Response.At) <= waitWindow && !c.ContactAt.After(c.Response.At)
}

// caseCommands holds what each command does; it tells whether the case changed.
var caseCommands = map[string]func(*turn, *Case) bool{
	"take": (*turn).doTake, "ack": (*turn).doAck, "assign": (*turn).doAssign, "reply": (*turn).doReply,
	"note": (*turn).doNote, "severity": (*turn).doSeverity, "agree": (*turn).doAgree, "refuse": (*turn).doRefuse,
	"wait": (*turn).doWait, "hold": (*turn).doHold, "call": (*turn).doCall, "resolve": (*turn).doResolve,
	"close": (*turn).doClose, "reopen": (*turn).doReopen, "merge": (*turn).doMerge, "link": (*turn).doLink,
	"escalate": (*turn).doEscalate, "update-by": (*turn).doUpdateBy, "verify": (*turn).doVerify, "correct": (*turn).doCorrect,
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
	if c.State == StateMerged {
		t.refuse("case.merged_reply", "id", c.Key(), "into", c.MergedInto)
		return false
	}
	t.refuse("case.not_now", "id", c.Key(), "state", t.voice().Say("state."+string(c.State)), "command", t.s.Call.Spec.Name)
	return false
}
