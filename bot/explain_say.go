package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// Teller says an explanation in words.
type Teller struct {
	Voice texts.Voice
	Zone  *time.Location
	Rules *Rules
	Sub   *Subscriber
	Staff bool // hears of versions as well
	Rows  int  // at most so many ledger lines a clock; 0: all of them, one by one
}

// Say is the explanation as a message: a section for each clock, with how its
// due came to be, and the time accounted for.
func (l Teller) Say(x Explanation) Message {
	v := l.Voice
	m := Message{
		Title: v.Say("explain.title", "id", x.Case),
		Text:  v.Say("explain.text", "id", x.Case, "summary", x.Summary, "at", l.at(x.AsOf)),
		Small: v.Say("explain.small", "zone", l.Zone.String(), "calendar", x.Calendar, "calendar_zone", x.Zone),
	}
	intro := m.Text
	if x.Incomplete {
		intro += "\n" + v.Say("explain.incomplete")
	}
	m.Sections = []Section{{Text: intro}}
	for _, s := range x.Cycles {
		m.Sections = append(m.Sections, l.cycle(s)...)
	}
	if len(x.Promises) > 0 {
		m.Sections = append(m.Sections, l.promises(x.Promises))
	}
	if len(x.Levels) > 0 {
		rows := [][]string{{v.Say("explain.when"), v.Say("field.escalation")}}
		for _, told := range x.Levels {
			text := v.Say("explain.level", "level", told.Level)
			if told.Repeat != "" {
				text = v.Say("explain.level_again", "level", told.Level, "n", told.Repeat)
			}
			rows = append(rows, []string{l.at(told.At), text})
		}
		m.Sections = append(m.Sections, Section{Title: v.Say("explain.escalations"), Rows: rows})
	}
	return m
}

// at tells a moment to the second, and finer where it is not a whole one.
func (l Teller) at(t time.Time) string {
	t = t.In(l.Zone)
	return l.Voice.Say("time.moment", "date", l.Voice.Date(t, l.Zone), "clock", t.Format("15:04:05.999"))
}

// exactly writes a duration so that sums can be checked: "8:00:00".
func exactly(s Seconds) string {
	d := time.Duration(s)
	text := fmt.Sprintf("%d:%02d:%02d", d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second)
	if ms := d % time.Second / time.Millisecond; ms > 0 {
		text += strings.TrimRight(fmt.Sprintf(".%03d", ms), "0")
	}
	return text
}

// clockName is a cycle's name as people say it.
func (l Teller) clockName(name string) string {
	if n, ok := strings.CutPrefix(name, "follow-up "); ok {
		return l.Voice.Say("explain.follow_up", "n", n)
	}
	return l.Voice.Say("metric.initial")
}

func (l Teller) cycle(s CycleStory) []Section {
	v := l.Voice
	outcome := v.Say("outcome." + string(s.Outcome))
	switch {
	case s.Excused:
		outcome = v.Say("explain.excused")
	case s.Waiting:
		outcome = v.Say("card.due_waiting")
	case s.Paused:
		outcome = v.Say("explain.paused")
	case s.Target.None() && s.Due.IsZero() && s.Outcome == sla.Met:
		outcome = v.Say("explain.answered")
	}
	head := Section{Title: v.Say("explain.cycle", "clock", l.clockName(s.Clock), "severity", s.Severity, "outcome", outcome)}
	lines := []string{l.promise(s)}
	steps := s.Steps
	if l.Rows > 0 && len(steps) > l.Rows {
		lines = append(lines, "• "+v.Say("explain.more_steps", "count", len(steps)-l.Rows))
		steps = steps[len(steps)-l.Rows:]
	}
	for _, step := range steps {
		lines = append(lines, "• "+l.step(step))
	}
	head.Text = strings.Join(lines, "\n")
	sum := ""
	if s.Count != nil {
		sum = "\n" + l.sum(s)
	}
	if l.Rows > 0 { // whatever is too long, the sum stays
		head.Text = clip(head.Text, MaxText-len([]rune(sum)))
	}
	head.Text += sum
	out := []Section{head}
	if s.Count != nil && len(s.Count.Lines) > 0 {
		out = append(out, l.ledger(s))
	}
	return out
}

// promise says what the target is.
func (l Teller) promise(s CycleStory) string {
	v := l.Voice
	if s.Target.None() {
		return v.Say("explain.no_target", "anchor", l.at(s.Anchor))
	}
	text := v.Say("explain.promise", "target", v.Duration(s.Target.Duration), "clock", v.Say("explain.runs."+string(s.Runs)), "anchor", l.at(s.Anchor))
	if s.Target.Days > 0 { // always business days (T50)
		text = v.Say("explain.promise_days", "target", v.Say("target.days", "count", s.Target.Days), "anchor", l.at(s.Anchor))
	}
	if pack, version, _ := strings.Cut(s.Package, "@"); l.Staff {
		text += "\n" + v.Say("explain.versions", "package", pack, "version", version, "calendar", s.Version)
	}
	if !s.Due.IsZero() {
		text += "\n" + v.Say("explain.due", "due", l.at(s.Due), "zone", s.Due.In(l.Zone).Format("MST"))
	}
	return text
}

// who names whoever caused a step.
func (l Teller) who(key string) string {
	switch {
	case key == "":
		return "casebot"
	case l.Rules.StaffByKey(key) != nil:
		return l.Rules.StaffByKey(key).Name
	case l.Sub != nil && l.Sub.contact(key) != nil:
		return l.Sub.contact(key).Name
	default:
		return key
	}
}

func (l Teller) step(s CycleStep) string {
	v := l.Voice
	due := v.Say("explain.no_due")
	if !s.Due.IsZero() {
		due = l.at(s.Due)
	}
	key := "explain.step." + string(s.Kind)
	switch {
	case s.Kind == StepMet && s.Due.IsZero(): // nothing was promised (T3)
		key = "explain.step.replied"
	case s.Cause == CauseStanding && s.Due.IsZero():
		key = "explain.step.stopped"
	case s.Cause != "":
		key += "_" + string(s.Cause)
	}
	text := v.Say(key, "at", l.at(s.At), "who", l.who(s.By), "due", due, "anchor", l.at(s.Anchor), "from", s.From, "to", s.To)
	if s.Link != "" {
		text += " · " + s.Link
	}
	return text
}

// sum says how the time adds up.
func (l Teller) sum(s CycleStory) string {
	v, c := l.Voice, s.Count
	args := []any{"used", exactly(c.Used), "left", exactly(c.Left), "over", exactly(c.Over), "sum", exactly(c.Used + c.Left), "from", l.at(c.From)}
	key := "explain.sum"
	switch {
	case s.Paused:
		key = "explain.sum_paused"
	case s.Due.IsZero():
		key = "explain.sum_elapsed"
	case c.Over > 0 && s.AnsweredAt.IsZero():
		key = "explain.sum_overdue"
	case c.Over > 0:
		key = "explain.sum_late"
	case s.Outcome == sla.Met:
		key = "explain.sum_met"
	}
	text := v.Say(key, args...)
	if c.Moved && !c.Plain.IsZero() {
		key := "explain.kept"
		if c.Plain.Before(s.Due) && c.From.After(s.Anchor) {
			key = "explain.floor"
		}
		text += " " + v.Say(key, "from", l.at(c.From), "plain", l.at(c.Plain), "anchor", l.at(s.Anchor))
	}
	if c.Republished {
		text += " " + v.Say("explain.republished")
	}
	return text
}

// reason says why a stretch does not count.
func (l Teller) reason(why calendar.Reason, name string) string {
	if why == calendar.ReasonHoliday && name != "" {
		return l.Voice.Say("explain.why.holiday_named", "name", name)
	}
	return l.Voice.Say("explain.why." + string(why))
}

// ledger is the time accounted for, as a table.
func (l Teller) ledger(s CycleStory) Section {
	v, c := l.Voice, s.Count
	rows := [][]string{{v.Say("explain.from"), v.Say("explain.to"), v.Say("explain.counted"), v.Say("explain.total"), v.Say("explain.why")}}
	lines := rowsOf(c, l.Rows > 0)
	cut := 0
	if l.Rows > 0 && len(lines) > l.Rows {
		cut = len(lines) - l.Rows
	}
	for i, line := range lines {
		if cut > 0 && i >= l.Rows/2 && i < l.Rows/2+cut {
			if i == l.Rows/2 {
				rows = append(rows, []string{"…", "…", "", "", v.Say("explain.more", "count", cut)})
			}
			continue
		}
		counted, why := "–", ""
		if line.Counted {
			part := string(line.Part)
			if line.Part == PartLeft && !s.EndedAt.IsZero() {
				part = "spared"
			}
			counted, why = exactly(line.Seconds), v.Say("explain.part."+part)
		} else {
			why = l.reasons(line.reasons)
		}
		rows = append(rows, []string{l.at(line.From), l.at(line.To), counted, exactly(line.Total), why})
	}
	return Section{Rows: rows}
}

// reasons says why a line does not count, each reason once.
func (l Teller) reasons(lines []LedgerLine) string {
	var out []string
	for _, line := range lines {
		if text := l.reason(line.Why, line.Name); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return l.Voice.List(out)
}

// row is one line of the table: a stretch of the ledger, or several in a row
// that do not count.
type row struct {
	LedgerLine
	reasons []LedgerLine
}

// rowsOf makes rows of lines: what does not count for one reason, such as the
// hours before and after midnight, is one. join puts all that does not count
// between two counted lines into one. A clock that never stops has no days.
func rowsOf(c *Count, join bool) []row {
	var out []row
	for _, line := range c.Lines {
		if n := len(out); n > 0 && c.Runs == policy.Clock24x7 && line.Counted && out[n-1].Counted && line.Part == out[n-1].Part {
			last := &out[n-1]
			last.To, last.Total, last.Seconds = line.To, line.Total, last.Seconds+line.Seconds
			continue
		}
		if n := len(out); n > 0 && !line.Counted && !out[n-1].Counted && (join || line.Why == out[n-1].Why && line.Name == out[n-1].Name) {
			out[n-1].To = line.To
			out[n-1].reasons = append(out[n-1].reasons, line)
			continue
		}
		out = append(out, row{line, []LedgerLine{line}})
	}
	return out
}
