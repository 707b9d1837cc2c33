package bot

import (
	"fmt"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/sla"
)

// attainment counts outcomes of one metric and severity (T48).
type attainment struct{ met, breached, excused int }

func (a attainment) say(v texts.Voice) string {
	if a.met+a.breached == 0 {
		return v.Say("weekly.na") // never 100 % of nothing (T48)
	}
	return fmt.Sprintf("%d %% (%d/%d)", a.met*100/(a.met+a.breached), a.met, a.met+a.breached)
}

// WeeklyUpdate is a subscriber's report of the week that begins at monday, as
// seen at now: active tickets, targets, ageing and flow.
func WeeklyUpdate(r *Rules, s *Subscriber, cases []Case, monday, now time.Time, v texts.Voice) Message {
	zone := r.zoneOf(s)
	k := r.clocks(s)
	from, to := monday, monday.AddDate(0, 0, 7)
	end := to
	if now.Before(end) {
		end = now
	}
	p := r.packageOf(s, "", end)
	w := &weekReport{r: r, s: s, v: v, zone: zone, now: now, clocks: k, from: from, to: to}
	for i := range cases {
		w.add(&cases[i])
	}
	SortByUrgency(w.open)
	advisor := v.Say("weekly.no_advisor")
	if a := r.StaffByKey(s.Advisor); a != nil {
		advisor = a.Name
	}
	title := v.Say("weekly.title", "subscriber", s.Name)
	period := v.Say("weekly.period", "from", v.Date(from, zone), "to", v.Date(to.Add(-time.Second), zone))
	status := w.status()
	m := Message{
		Title: title, Text: title + " · " + period, Tone: map[string]Tone{"green": ToneGood, "amber": ToneWarn, "red": ToneAlarm}[status],
		Sections: []Section{{Text: period}, {Fields: []Field{
			{Label: v.Say("weekly.status"), Value: v.Say("weekly." + status)},
			{Label: v.Say("field.package"), Value: p.Name},
			{Label: v.Say("weekly.advisor"), Value: advisor},
			{Label: v.Say("weekly.flow"), Value: v.Say("weekly.flow_text", "opened", w.opened, "resolved", w.resolved, "open", len(w.open))},
		}}},
	}
	if p.Includes(policy.RowWeeklyTickets) {
		m.Sections = append(m.Sections, w.tickets()...)
	}
	m.Sections = append(m.Sections, w.targets(), w.ageing())
	m.Charts = w.charts()
	m.Small = v.Say("weekly.small", "at", moment(v, now, zone))
	return m
}

// ageBounds are the last days of each age but the oldest (SUPPORT, weekly
// update, 5).
var ageBounds = [...]int{7, 14, 30}

func ageBand(days int) int {
	for i, last := range ageBounds {
		if days <= last {
			return i
		}
	}
	return len(ageBounds)
}

// weeklyMetrics are what the weekly update counts, in its order.
var weeklyMetrics = [...]policy.Metric{policy.Initial, policy.FollowUp}

type weekReport struct {
	r        *Rules
	s        *Subscriber
	v        texts.Voice
	zone     *time.Location
	now      time.Time
	clocks   sla.Clocks
	from, to time.Time

	open, closed     []Case
	opened, resolved int
	outcomes         [2][3]attainment           // by metric and severity
	ages             [len(ageBounds) + 1][3]int // open cases by age and severity
	breached         bool
	amber            bool
}

func (w *weekReport) within(at time.Time) bool { return !at.Before(w.from) && at.Before(w.to) }

func (w *weekReport) add(c *Case) {
	c = c.clone()
	for i := range c.Cycles {
		c.Cycles[i] = c.Cycles[i].Refresh(w.clocks)
		w.count(c.Cycles[i])
	}
	if w.within(c.ReceivedAt) {
		w.opened++
	}
	if w.within(c.ResolvedAt) {
		w.resolved++
		w.closed = append(w.closed, *c)
	}
	if !c.State.Backlog() {
		return
	}
	w.open = append(w.open, *c)
	band := ageBand(age(c.ReceivedAt, w.now, w.zone))
	w.ages[band][c.Severity-policy.Severity1]++
	w.amber = w.amber || band == len(ageBounds)
	if i := c.current(); i >= 0 && c.Cycles[i].Outcome == sla.Pending && c.Cycles[i].Used(w.now, w.clocks) >= 75 {
		w.amber = true
	}
}

// count takes a cycle into the period in which its due falls (T48).
func (w *weekReport) count(y sla.Cycle) {
	due := y.Due
	if y.Outcome == sla.Breached {
		due = y.BreachedAt
	}
	if !w.within(due) || y.Severity < policy.Severity1 {
		return
	}
	metric := 0
	if y.Metric == policy.FollowUp {
		metric = 1
	}
	a := &w.outcomes[metric][y.Severity-1]
	switch {
	case y.Excused:
		a.excused++
	case y.Outcome == sla.Met:
		a.met++
	case y.Outcome == sla.Breached:
		a.breached++
		w.breached = true
	}
}

// status is red with an open severity 1 or an unexcused breach, amber with a
// cycle near its due or a case older than 30 days, else green (SUPPORT).
func (w *weekReport) status() string {
	red := w.breached
	for _, c := range w.open {
		red = red || c.Severity == policy.Severity1
	}
	switch {
	case red:
		return "red"
	case w.amber:
		return "amber"
	default:
		return "green"
	}
}

func (w *weekReport) tickets() []Section {
	v := w.v
	if len(w.open) == 0 {
		return []Section{{Title: v.Say("weekly.tickets"), Text: v.Say("weekly.no_tickets")}}
	}
	rows := [][]string{{v.Say("list.case"), v.Say("field.severity"), v.Say("list.summary"), v.Say("weekly.turn"), v.Say("field.owner"), v.Say("weekly.age"), v.Say("field.next_due")}}
	const shown = 20
	for i, c := range w.open {
		if i == shown {
			break
		}
		turn := v.Say("weekly.turn_us", "vendor", w.r.Vendor)
		if c.State == StateWaiting {
			turn = w.s.Name
		}
		due, _ := dueText(&c, v, func(at time.Time) string { return v.Time(at, w.zone) })
		owner := v.Say("case.unassigned")
		if s := w.r.StaffByKey(c.Assignee); s != nil {
			owner = s.Name
		}
		days := v.Say("weekly.days", "days", age(c.ReceivedAt, w.now, w.zone), "business", w.clocks.Business.Days(c.ReceivedAt, w.now))
		rows = append(rows, []string{c.Key(), c.Severity.String(), clip(c.Summary, 60), turn, owner, days, due})
	}
	out := []Section{{Title: v.Say("weekly.tickets"), Rows: rows}}
	if len(w.open) > shown {
		out = append(out, Section{Text: v.Say("list.more", "shown", shown)})
	}
	return out
}

func (w *weekReport) targets() Section {
	v := w.v
	rows := [][]string{append([]string{v.Say("weekly.target")}, w.severities()...)}
	for i, metric := range weeklyMetrics {
		row := []string{v.Say("metric." + string(metric))}
		for _, a := range w.outcomes[i] {
			text := a.say(v)
			if a.excused > 0 {
				text = v.Say("weekly.excused", "text", text, "count", a.excused)
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	return Section{Title: v.Say("weekly.targets"), Rows: rows}
}

func (w *weekReport) ageing() Section {
	v := w.v
	rows := [][]string{append(append([]string{v.Say("weekly.age")}, w.severities()...), v.Say("weekly.total"))}
	for i, label := range w.ageLabels() {
		row, sum := []string{label}, 0
		for _, n := range w.ages[i] {
			row, sum = append(row, fmt.Sprint(n)), sum+n
		}
		rows = append(rows, append(row, fmt.Sprint(sum)))
	}
	return Section{Title: v.Say("weekly.ageing"), Rows: rows}
}

func (w *weekReport) ageLabels() []string {
	var labels []string
	from := 0
	for _, last := range ageBounds {
		labels = append(labels, w.v.Say("weekly.age_days", "range", fmt.Sprintf("%d–%d", from, last)))
		from = last + 1
	}
	return append(labels, w.v.Say("weekly.age_days", "range", fmt.Sprintf("> %d", from-1)))
}

func (w *weekReport) severities() []string {
	var labels []string
	for s := policy.Severity1; s <= policy.Severity3; s++ {
		labels = append(labels, w.v.Say("severity.n", "severity", int(s)))
	}
	return labels
}
