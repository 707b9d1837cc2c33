package bot

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"casebot/policy"
)

// How much a home page shows.
const (
	homeCases = 10
	homeTeam  = 15
)

// home is what somebody sees where a platform has a page of their own for the
// bot: staff their cases, what is due next and how the team is loaded; contacts
// their cases and what they are promised.
func (t *turn) home() {
	switch {
	case t.me.Staff != nil:
		t.staffHome()
	case t.s.Subscriber != nil && t.me.Contact != nil:
		t.contactHome()
	default:
		v := t.voice()
		text := v.Say("subscriber.unknown", "vendor", t.r.Vendor, "url", t.r.KnowledgeBase)
		t.private(Message{Title: t.r.Vendor, Text: text, Sections: []Section{{Text: text}}})
	}
}

func (t *turn) staffHome() {
	v := t.voice()
	cases := byUrgency(t.s.Page)
	mine := slices.DeleteFunc(slices.Clone(cases), func(c *Case) bool { return c.Assignee != t.me.Staff.Key })
	due := slices.DeleteFunc(slices.Clone(cases), func(c *Case) bool { return c.owedAt().IsZero() })
	slices.SortStableFunc(due, func(a, b *Case) int { return a.owedAt().Compare(b.owedAt()) })
	m := Message{Title: v.Say("home.staff", "who", t.me.Staff.Name), Text: v.Say("home.staff_text", "mine", len(mine), "open", len(cases))}
	m.Sections = []Section{{Text: m.Text}}
	m.Sections = append(m.Sections, t.homeSection(v.Say("home.mine"), mine, v.Say("home.mine_none"))...)
	m.Sections = append(m.Sections, t.homeSection(v.Say("home.due"), due, v.Say("home.due_none"))...)
	team := Section{Title: v.Say("home.team"), Text: v.Say("home.team_none")}
	if len(cases) > 0 {
		team = Section{Title: v.Say("home.team"), Rows: t.load(cases)}
	}
	m.Sections = append(m.Sections, team)
	m.Controls = t.homeControls(slices.Concat(mine, due))
	m.Small = v.Say("home.asof", "at", moment(v, t.now, t.zone()))
	if t.s.More {
		m.Small += " · " + v.Say("list.more", "shown", len(cases))
	}
	t.private(m)
}

// load counts the open cases of each of the team, and those that nobody owns.
func (t *turn) load(cases []*Case) [][]string {
	v := t.voice()
	count := map[string][2]int{}
	for _, c := range cases {
		n := count[c.Assignee]
		n[0]++
		if at := c.owedAt(); !at.IsZero() && at.Before(t.now) {
			n[1]++
		}
		count[c.Assignee] = n
	}
	keys := make([]string, 0, len(count))
	for key := range count {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(count[b][0], count[a][0]), cmp.Compare(a, b)) })
	rows := [][]string{{v.Say("field.owner"), v.Say("home.open"), v.Say("home.late")}}
	for _, key := range keys[:min(len(keys), homeTeam)] {
		name := v.Say("case.unassigned")
		if key != "" {
			name = t.staffName(key)
		}
		rows = append(rows, []string{name, strconv.Itoa(count[key][0]), strconv.Itoa(count[key][1])})
	}
	return rows
}

func (t *turn) contactHome() {
	v, s := t.voice(), t.s.Subscriber
	p := t.r.packageOf(s, "", t.now)
	open := slices.DeleteFunc(byUrgency(t.s.Page), func(c *Case) bool { return !c.State.Backlog() })
	m := Message{Title: v.Say("home.contact", "subscriber", s.Name), Text: v.Say("home.contact_text", "count", len(open), "package", p.Name)}
	m.Sections = []Section{{Text: m.Text}}
	m.Sections = append(m.Sections, t.homeSection(v.Say("home.yours"), open, v.Say("home.yours_none"))...)
	promise := [][]string{{v.Say("field.severity"), v.Say("metric.initial"), v.Say("metric.follow_up")}}
	for _, severity := range policy.Severities() {
		row := []string{v.Say("severity.n", "severity", severity)}
		for _, metric := range []policy.Metric{policy.Initial, policy.FollowUp} {
			target, clock := p.Target(severity, metric)
			switch {
			case target.None():
				row = append(row, v.Say("cell.none"))
			case target.Days > 0:
				row = append(row, t.target(v, target))
			default:
				row = append(row, v.Say("cell."+string(clock), "target", t.target(v, target)))
			}
		}
		promise = append(promise, row)
	}
	m.Sections = append(m.Sections, Section{Title: v.Say("home.promise", "package", p.Name), Rows: promise})
	m.Controls = append([]Control{{Kind: ControlButton, Label: v.Say("button.report"), Command: "case report", Style: StylePrimary}}, t.homeControls(open)...)
	m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say("button.package"), Command: "support package"})
	m.Small = v.Say("home.asof", "at", moment(v, t.now, t.zone()))
	t.private(m)
}

// homeSection lists cases, or says that there is none.
func (t *turn) homeSection(title string, cases []*Case, none string) []Section {
	if len(cases) == 0 {
		return []Section{{Title: title, Text: none}}
	}
	v := t.voice()
	rows := [][]string{{v.Say("list.case"), v.Say("field.severity"), v.Say("list.summary"), v.Say("field.state"), v.Say("field.next_due")}}
	for _, c := range cases[:min(len(cases), homeCases)] {
		due, _ := dueText(c, v, func(at time.Time) string { return v.Time(at, t.zone()) })
		rows = append(rows, []string{c.Key(), c.Severity.String(), clip(c.Summary, 60), v.Say("state." + string(c.State)), due})
	}
	return []Section{{Title: title, Rows: rows}}
}

// homeControls lets one of the listed cases be shown.
func (t *turn) homeControls(cases []*Case) []Control {
	v := t.voice()
	menu := Control{Kind: ControlSelect, Label: v.Say("home.show")}
	seen := map[string]bool{}
	for _, c := range cases {
		if seen[c.Key()] || len(menu.Options) == MaxOptions {
			continue
		}
		seen[c.Key()] = true
		menu.Options = append(menu.Options, Option{Label: clip(c.Key()+" · "+c.Summary, MaxLabel), Value: "case show " + c.Key()})
	}
	if len(menu.Options) == 0 {
		return nil
	}
	return []Control{menu}
}
