package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/sla"
)

// command decides on a command, by what it works on.
func (t *turn) command() {
	call := t.s.Call
	switch {
	case call.Spec.Name == whichSubscriber:
		t.askWhich(call)
	case !call.Known():
		t.unknownCommand(call)
	case call.Spec.On == OnDraft:
		t.draftCommand()
	case call.Spec.On == OnCase:
		t.caseCommand()
	case call.Spec.On == OnCases:
		t.listCommand(call)
	case call.Spec.On == OnSubscriber:
		t.subscriberCommand(call)
	default:
		t.help(call)
	}
}

// whichSubscriber stands for a command that could not choose its subscriber.
const whichSubscriber = "?"

// askWhich asks for the subscriber, with one press for each.
func (t *turn) askWhich(call *Call) {
	v := t.voice()
	m := Message{Text: v.Say("subscriber.choose", "command", call.Args["again"])}
	for sub := range strings.FieldsSeq(call.Args["subs"]) {
		command := call.Args["group"] + " " + call.Args["again"] + " " + sub
		if call.Args["again"] == "new" {
			command = clip("case new for:"+sub+" "+call.Args["text"], MaxControlID)
		}
		m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: sub, Command: strings.TrimSpace(command)})
	}
	if len(m.Controls) == 0 {
		t.noSubscriber()
		return
	}
	t.private(m)
}

// unknownCommand suggests the nearest word.
func (t *turn) unknownCommand(call *Call) {
	var words []string
	for _, s := range Commands {
		if !s.Hidden && t.me.may(s.May) {
			words = append(words, s.Name)
		}
	}
	near := nearest(call.Word, words)
	key := "command.unknown"
	if near != "" {
		key = "command.unknown_near"
	}
	m := Message{Tone: ToneWarn, Text: t.voice().Say(key, "word", clip(call.Word, 60), "near", near)}
	if spec, ok := FindCommand("", near); ok {
		m.Text = t.voice().Say(key, "word", clip(call.Word, 60), "near", "/"+spec.Group+" "+near)
	}
	t.private(m)
}

// ask asks for an argument that is missing: by a form, whose text says how to
// type it as well.
func (t *turn) ask(call *Call, missing Arg) {
	v := t.voice()
	spec := call.Spec
	subject := call.Args["case"]
	if t.s.Case != nil {
		subject = t.s.Case.Key()
	}
	f := &Form{Title: clip(v.Say("form.command", "command", v.Say("command."+spec.Name+".title"), "id", subject), MaxFormTitle), Command: spec.Group + " " + spec.Name + " " + subject, Submit: v.Say("button.send")}
	for _, a := range spec.Args {
		if a.Kind == ArgCase || a.Kind == ArgSubscriber || a.Name != missing.Name && !a.Required && len(a.Choices) == 0 && call.Args[a.Name] == "" {
			continue
		}
		field := FormField{Name: a.Name, Label: v.Say("arg." + spec.Name + "." + a.Name), Kind: FieldLine, Required: a.Required || a.Name == missing.Name, Value: call.Args[a.Name]}
		if a.Long {
			field.Kind, field.Max = FieldText, MaxText
		}
		if len(a.Choices) > 0 {
			field.Kind = FieldChoice
			for _, c := range a.Choices {
				field.Options = append(field.Options, Option{Label: v.Say("choice." + spec.Name + "." + c), Value: c})
			}
		}
		f.Fields = append(f.Fields, field)
	}
	if spec.Name == "severity" {
		for _, s := range policy.Severities() {
			f.Intro = append(f.Intro, Section{Text: v.Say("sev" + s.String()), Markup: true})
		}
	}
	t.out.Answer.Form = f
	spec.Args = slices.Clone(spec.Args)
	for i := range spec.Args {
		spec.Args[i].Required = spec.Args[i].Required || spec.Args[i].Name == missing.Name
	}
	t.private(Message{Text: v.Say("command.missing", "command", spec.usage(subject, t.exampleKey()), "what", v.Say("arg."+spec.Name+"."+missing.Name))})
}

// exampleKey is the subscriber that examples speak of: the person's own.
func (t *turn) exampleKey() string {
	if t.s.Subscriber != nil {
		return t.s.Subscriber.Key
	}
	return "ACME"
}

// Usage is how a command is typed, with an example's names: "/case reply ACME-1 text".
func (s Spec) Usage() string { return s.usage("", "ACME") }

// usage is how a command is typed on a case of a subscriber.
func (s Spec) usage(id, subscriber string) string {
	if id == "" {
		id = subscriber + "-1"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "/%s %s", s.Group, s.Name)
	for _, a := range s.Args {
		word := a.Name
		switch {
		case a.Kind == ArgCase:
			word = id
		case a.Kind == ArgSubscriber:
			word = subscriber
		case len(a.Choices) > 0:
			word = strings.Join(a.Choices, "|")
		}
		if !a.Required {
			word = "[" + word + "]"
		}
		if a.Kind != ArgFor {
			b.WriteString(" " + word)
		}
	}
	return b.String()
}

// help lists what the party may do, or tells of one command.
func (t *turn) help(call *Call) {
	v := t.voice()
	if name := strings.ToLower(strings.TrimSpace(call.Args["command"])); name != "" {
		if spec, ok := FindCommand("", name); ok && !spec.Hidden {
			t.private(Message{Title: spec.usage("", t.exampleKey()), Text: v.Say("command." + spec.Name)})
			return
		}
	}
	m := Message{Title: v.Say("help.title"), Text: v.Say("help.text", "vendor", t.r.Vendor)}
	for _, group := range []string{GroupCase, GroupSupport} {
		rows := [][]string{}
		for _, s := range Commands {
			if s.Group == group && !s.Hidden && t.me.may(s.May) {
				rows = append(rows, []string{s.usage("", t.exampleKey()), v.Say("command." + s.Name)})
			}
		}
		if len(rows) > 0 {
			m.Sections = append(m.Sections, Section{Rows: append([][]string{{v.Say("help.type"), v.Say("help.does")}}, rows...)})
		}
	}
	m.Sections = append([]Section{{Text: m.Text}}, m.Sections...)
	m.Small = v.Say("help.mention", "bot", t.r.Bot)
	t.private(m)
}

// listCommand shows a page of cases.
func (t *turn) listCommand(call *Call) {
	switch {
	case t.me.Staff == nil && t.s.Subscriber == nil:
		t.noSubscriber()
		return
	case !t.me.may(call.Spec.May):
		t.notYours(call)
		return
	}
	v := t.voice()
	cases := slices.Clone(t.s.Page)
	SortByUrgency(cases)
	rows := [][]string{{v.Say("list.case"), v.Say("field.severity"), v.Say("list.summary"), v.Say("field.state"), v.Say("field.owner"), v.Say("field.next_due")}}
	const shown = 20
	for i, c := range cases {
		if i == shown {
			break
		}
		due := "–"
		if at := c.NextDue(); !at.IsZero() {
			due = v.Time(at, t.zone())
		}
		rows = append(rows, []string{c.Key(), c.Severity.String(), clip(c.Summary, 60), v.Say("state." + string(c.State)), t.ownerName(&c, v), due})
	}
	text := v.Say("list.count", "count", len(cases))
	if len(cases) == 0 {
		t.private(Message{Text: v.Say("list.empty")})
		return
	}
	m := Message{Title: v.Say("list.title"), Text: text, Sections: []Section{{Rows: rows}}, Small: text}
	if t.s.More || len(cases) > shown {
		m.Small = v.Say("list.more", "shown", min(len(cases), shown))
	}
	m.Small += " · " + v.Say("show.zone", "zone", v.Zone(t.now, t.zone()))
	t.private(m)
}

// SortByUrgency orders cases by severity, then by what is due next.
func SortByUrgency(cases []Case) {
	slices.SortFunc(cases, func(a, b Case) int {
		ad, bd := a.NextDue(), b.NextDue()
		if ad.IsZero() != bd.IsZero() && a.Severity == b.Severity {
			if ad.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), ad.Compare(bd), cmp.Compare(a.Subscriber, b.Subscriber), cmp.Compare(a.Number, b.Number))
	})
}

// show tells a party how a case stands: contacts see the promise, staff all.
func (t *turn) show(c *Case) {
	v := t.voice()
	var m Message
	if t.me.Staff != nil {
		m = t.triageCard(c, v, t.zone())
	} else {
		m = t.customerCard(c, v, t.zone())
	}
	rows := [][]string{{v.Say("show.clock"), v.Say("show.anchor"), v.Say("show.due"), v.Say("show.outcome")}}
	for _, y := range c.Cycles {
		outcome := v.Say("outcome." + string(y.Outcome))
		var due string
		switch {
		case !y.Due.IsZero():
			due = v.Time(y.Due, t.zone())
		case !y.BreachedAt.IsZero():
			due = v.Time(y.BreachedAt, t.zone())
		case y.Target.None():
			due = v.Say("card.due_none")
		case c.State == StateWaiting && y.Outcome == sla.Pending:
			due, outcome = v.Say("card.due_waiting"), "–"
		case y.Outcome == sla.Pending:
			due, outcome = v.Say("card.due_paused"), "–"
		default:
			due = "–"
		}
		rows = append(rows, []string{t.metric(v, y), v.Time(y.Anchor, t.zone()), due, outcome})
	}
	if t.me.Staff == nil && !t.me.Authorized() {
		m.Controls = nil
	}
	m.Sections = append(m.Sections, Section{Title: v.Say("show.clocks"), Rows: rows})
	m.Small = v.Say("show.zone", "zone", v.Zone(t.now, t.zone()))
	t.private(m)
}

// subscriberCommand decides on the services of a subscriber.
func (t *turn) subscriberCommand(call *Call) {
	switch {
	case t.s.Subscriber == nil:
		t.noSubscriber()
		return
	case !t.me.may(call.Spec.May):
		t.notYours(call)
		return
	}
	switch call.Spec.Name {
	case "contacts":
		t.contacts()
	case "standing":
		t.standing()
	case "package":
		t.pack()
	case "weekly":
		t.weeklyNow()
	case "urgent":
		t.urgent()
	}
}

// contacts lists the authorized contacts and how many seats are used (T44).
func (t *turn) contacts() {
	v, s := t.voice(), t.s.Subscriber
	p := t.r.packageOf(s, "", t.now)
	seats := policy.CountSeats(s.Contacts, p.Contacts())
	rows := [][]string{{v.Say("contacts.name"), v.Say("contacts.training"), v.Say("contacts.state")}}
	for _, c := range s.Contacts {
		training := v.Say("contacts.untrained")
		switch {
		case !c.Trained.IsZero() && !c.TrainedUntil.IsZero():
			training = v.Say("contacts.trained_until", "since", c.Trained, "until", c.TrainedUntil)
		case !c.Trained.IsZero():
			training = v.Say("contacts.trained", "since", c.Trained)
		}
		_, lack := c.Authorized(t.now.In(t.r.zoneOf(s)))
		state := v.Say("contacts.authorized")
		if lack != policy.LackNothing {
			state = v.Say("contacts." + string(lack))
		}
		name := c.Name
		if c.Admin {
			name = v.Say("contacts.admin", "name", name)
		}
		rows = append(rows, []string{name, training, state})
	}
	text := v.Say("contacts.used", "used", seats.Used, "of", seats.Of, "package", p.Name)
	m := Message{Title: v.Say("contacts.title", "subscriber", s.Name), Text: text, Sections: []Section{{Text: text}, {Rows: rows}}}
	if len(s.Contacts) == 0 {
		m.Sections = []Section{{Text: text}, {Text: v.Say("contacts.none")}}
	}
	m.Small = v.Say("contacts.small", "zone", v.Zone(t.now, t.r.zoneOf(s)))
	t.private(m)
}

// pack shows the support package: all 25 rows, with what is used (SLA T12 for
// Japan).
func (t *turn) pack() {
	v, s := t.voice(), t.s.Subscriber
	p := t.r.packageOf(s, "", t.now)
	if region, ok := t.r.Regions[s.Location]; ok && region.PolicyURL != "" && p.Targets(policy.Severity1).None() {
		t.private(Message{Title: p.Name, Text: v.Say("japan", "url", region.PolicyURL), Controls: []Control{{Kind: ControlLink, Label: v.Say("button.policy"), URL: region.PolicyURL}}})
		return
	}
	rows := [][]string{{v.Say("package.row"), v.Say("package.value")}}
	for _, spec := range policy.Rows() {
		value := t.cell(p, spec, v)
		if spec.Row == policy.RowContacts {
			seats := policy.CountSeats(s.Contacts, p.Contacts())
			value = v.Say("package.used", "used", seats.Used, "of", seats.Of)
		}
		rows = append(rows, []string{v.Say("row." + spec.Key()), value})
	}
	text := v.Say("package.text", "subscriber", s.Name, "package", p.Name)
	t.private(Message{Title: p.Name, Text: text, Sections: []Section{{Text: text}, {Rows: rows}}, Small: v.Say("package.small")})
}

// cell says what a package has in a row.
func (t *turn) cell(p policy.Package, spec policy.RowSpec, v texts.Voice) string {
	text := p.Text(spec.Row)
	switch spec.Kind {
	case policy.KindYesNo, policy.KindOptional:
		return v.Say("cell." + text)
	case policy.KindTarget:
		target, clock := p.Target(spec.Severities[0], spec.Metric)
		if target.None() {
			return v.Say("cell.none")
		}
		if target.Days > 0 {
			return t.target(v, target)
		}
		return v.Say("cell."+string(clock), "target", t.target(v, target))
	case policy.KindHours:
		switch text {
		case "none":
			return v.Say("cell.no")
		case policy.HoursAlways:
			return v.Say("cell.always")
		case policy.HoursBusiness:
			return v.Say("cell.office")
		default:
			return text
		}
	case policy.KindCount, policy.KindYearly:
		return text
	}
	return text
}

// target says an amount of clock time.
func (t *turn) target(v texts.Voice, x policy.Target) string {
	if x.Days > 0 {
		return v.Say("target.days", "count", x.Days)
	}
	return v.Duration(x.Duration)
}

// weeklyNow shows the figures of the running week, privately.
func (t *turn) weeklyNow() {
	s := t.s.Subscriber
	p := t.r.packageOf(s, "", t.now)
	if t.me.Staff != nil && !t.me.Staff.Has(managers...) && s.Advisor != t.me.Staff.Key {
		t.refuse("weekly.others", "subscriber", s.Name)
		return
	}
	if !p.Includes(policy.RowWeeklyUpdate) {
		t.refuse("package.lacks", "package", p.Name, "row", t.voice().Say("row.weekly_update"))
		return
	}
	monday := weekBefore(t.now, t.r.zoneOf(s)).AddDate(0, 0, 7)
	m := WeeklyUpdate(t.r, s, t.s.Page, monday, t.now, t.voice())
	if t.s.More {
		m.Small += " " + t.voice().Say("list.more", "shown", len(t.s.Page))
	}
	next := s.Week.Next
	if !next.IsZero() {
		m.Small = strings.TrimSpace(m.Small + " " + t.voice().Say("weekly.next", "at", moment(t.voice(), next, t.r.zoneOf(s))))
	}
	t.private(m)
}

// age is how many whole calendar days lie between two instants in a zone.
func age(from, to time.Time, zone *time.Location) int {
	f, u := from.In(zone), to.In(zone)
	a := time.Date(f.Year(), f.Month(), f.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(u.Year(), u.Month(), u.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a) / (24 * time.Hour))
}
