package bot

import (
	"cmp"
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

// listCommand shows a page of cases.
func (t *turn) listCommand(call *Call) {
	if call.Spec.Name == "home" {
		t.home()
		return
	}
	switch {
	case t.me.Staff == nil && t.s.Subscriber == nil:
		t.noSubscriber()
		return
	case !t.me.may(call.Spec.May):
		t.notYours(call)
		return
	}
	v := t.voice()
	cases := byUrgency(t.s.Page)
	which := strings.ToLower(strings.TrimSpace(call.Args["which"]))
	switch {
	case which == "closed":
		cases = slices.DeleteFunc(cases, func(c *Case) bool { return c.State.Backlog() })
	case t.me.Staff == nil && !slices.Contains([]string{"", "open", "all"}, which):
		t.refuse("list.which_contact", "word", clip(which, 40))
		return
	case t.me.Staff != nil && len(cases) == 0 && !slices.Contains([]string{"", "open", "all", "mine", "me", "1", "2", "3"}, which):
		t.refuse("list.which", "word", clip(which, 40))
		return
	}
	rows := [][]string{{v.Say("list.case"), v.Say("field.severity"), v.Say("list.summary"), v.Say("field.state"), v.Say("field.owner"), v.Say("field.next_due")}}
	const shown = 20
	for i, c := range cases {
		if i == shown {
			break
		}
		due, _ := dueText(c, v, func(at time.Time) string { return v.Time(at, t.zone()) })
		rows = append(rows, []string{c.Key(), c.Severity.String(), clip(c.Summary, 60), v.Say("state." + string(c.State)), t.ownerName(c, v), due})
	}
	text := v.Say("list.count", "count", len(cases))
	if len(cases) == 0 {
		key := "list.empty"
		if which == "" || which == "open" {
			key = "list.none_open"
		}
		t.private(Message{Text: v.Say(key)})
		return
	}
	m := Message{Title: v.Say("list.title"), Text: text, Sections: []Section{{Rows: rows}}, Small: text}
	if t.s.More || len(cases) > shown {
		m.Small = v.Say("list.more", "shown", min(len(cases), shown))
	}
	m.Small += " · " + v.Say("show.zone", "zone", v.Zone(t.now, t.zone()))
	t.private(m)
}

// SortByUrgency orders cases by severity, then by what is owed: the longest
// overdue first, then what is due next, then what has no due.
func SortByUrgency(cases []Case) {
	for i, c := range byUrgency(slices.Clone(cases)) {
		cases[i] = *c
	}
}

// byUrgency is the order of SortByUrgency; the cases, which are large, stay
// where they are.
func byUrgency(cases []Case) []*Case {
	type owing struct {
		*Case
		at time.Time
	}
	order := make([]owing, len(cases))
	for i := range cases {
		order[i] = owing{&cases[i], cases[i].owedAt()}
	}
	slices.SortFunc(order, func(a, b owing) int {
		if a.at.IsZero() != b.at.IsZero() && a.Severity == b.Severity {
			if a.at.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), a.at.Compare(b.at), cmp.Compare(a.Subscriber, b.Subscriber), cmp.Compare(a.Number, b.Number))
	})
	sorted := make([]*Case, len(order))
	for i, o := range order {
		sorted[i] = o.Case
	}
	return sorted
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
		case y.Target.None(): // elapsed time is shown all the same (T3)
			end := y.EndedAt
			if end.IsZero() {
				end = t.now
			}
			due = v.Say("show.elapsed", "time", v.Duration(y.Clocked(end, t.clocks()).Truncate(time.Minute)))
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
	case "report":
		t.openForm()
	}
}

// contacts lists the authorized contacts and how many seats are used (T44).
func (t *turn) contacts() {
	v, s := t.voice(), t.s.Subscriber
	seats, p, _ := t.r.seats(s, t.now)
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
		text := v.Say("japan", "url", region.PolicyURL)
		t.private(Message{Title: p.Name, Text: text, Sections: []Section{{Text: text}}, Controls: []Control{{Kind: ControlLink, Label: v.Say("button.policy"), URL: region.PolicyURL}}})
		return
	}
	text := v.Say("package.text", "subscriber", s.Name, "package", p.Name)
	m := Message{Title: p.Name, Text: text, Sections: []Section{{Text: text}}, Small: v.Say("package.small")}
	if len(s.Instances) == 0 {
		m.Sections = append(m.Sections, Section{Rows: t.packageRows(p, v)})
	}
	for _, i := range s.Instances { // each instance has a package of its own (corner 34)
		own := t.r.packageOf(s, i.Key, t.now)
		m.Sections = append(m.Sections, Section{Title: cmp.Or(i.Name, i.Key) + " · " + own.Name, Rows: t.packageRows(own, v)})
	}
	if region, ok := t.r.Regions[s.Location]; ok && region.PolicyURL != "" {
		m.Small = v.Say("japan", "url", region.PolicyURL)
		m.Controls = []Control{{Kind: ControlLink, Label: v.Say("button.policy"), URL: region.PolicyURL}}
	}
	t.private(m)
}

// packageRows are the 25 rows of a package, with what is used.
func (t *turn) packageRows(p policy.Package, v texts.Voice) [][]string {
	rows := [][]string{{v.Say("package.row"), v.Say("package.value")}}
	for _, spec := range policy.Rows() {
		value := t.cell(p, spec, v)
		if spec.Row == policy.RowContacts {
			seats, _, _ := t.r.seats(t.s.Subscriber, t.now)
			value = v.Say("package.used", "used", seats.Used, "of", seats.Of)
		}
		rows = append(rows, []string{v.Say("row." + spec.Key()), value})
	}
	return rows
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
		default: // the support calendar, or one of its own
			return v.Say("cell.office")
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
