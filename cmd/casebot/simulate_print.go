package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"casebot/bot/history"
	"casebot/policy"
	"casebot/policy/sla"
)

// simulated is the comparison as JSON.
type simulated struct {
	From        time.Time        `json:"from,omitzero"`
	To          time.Time        `json:"to,omitzero"` // exclusive
	Cases       int              `json:"cases"`
	Contracts   []string         `json:"contracts,omitempty"`
	Totals      []history.Line   `json:"totals"`
	Subscribers []history.Line   `json:"subscribers"`
	Changes     []history.Change `json:"changes"`
	Levels      []levelCount     `json:"escalations_by_level"`
	Escalations []history.Told   `json:"escalations"`
	Incomplete  []string         `json:"incomplete,omitempty"`
	Failed      []string         `json:"failed,omitempty"`
}

type levelCount struct {
	Level  int `json:"level"`
	Before int `json:"before"`
	After  int `json:"after"`
}

func (s *simulation) result() simulated {
	r := &s.report
	out := simulated{
		From: r.From, To: r.To, Cases: r.Cases, Contracts: s.notes, Totals: s.totals(), Subscribers: append([]history.Line{}, r.Lines...),
		Changes: append([]history.Change{}, r.Changes...), Escalations: append([]history.Told{}, r.Escalated...), Incomplete: r.Incomplete, Failed: s.failed,
	}
	for i, l := range r.Levels {
		out.Levels = append(out.Levels, levelCount{Level: i + 1, Before: l.Before, After: l.After})
	}
	return out
}

// totals are the lines of all subscribers together.
func (s *simulation) totals() []history.Line {
	out := []history.Line{}
	for _, m := range []policy.Metric{policy.Initial, policy.FollowUp} {
		for _, severity := range policy.Severities() {
			l := history.Line{Metric: m, Severity: severity}
			l.Before, l.After = s.report.Sum(sla.Scope{Metric: m, Severity: severity})
			out = append(out, l)
		}
	}
	return out
}

// attained says an attainment: "92 % (23/25)", or n/a (SLA T48).
func attained(a sla.Attainment) string {
	text := "n/a"
	if percent, ok := a.Percent(); ok {
		text = fmt.Sprintf("%d %% (%d/%d)", percent, a.Met, a.Of())
	}
	if a.Excused > 0 {
		text += fmt.Sprintf(", %d excused", a.Excused)
	}
	return text
}

func (s *simulation) print(w io.Writer) error {
	r := &s.report
	fmt.Fprintf(w, "%s of %s%s, as they were and as they would have been. Times in %s.\n", plural(r.Cases, "case"), plural(s.subs, "subscriber"), s.dates(), s.zone)
	for _, note := range s.notes {
		fmt.Fprintf(w, "  %s\n", note)
	}
	rows := [][]string{{"TARGET", "SEVERITY", "BEFORE", "AFTER"}}
	for _, l := range s.totals() {
		if l.Before == (sla.Attainment{}) && l.After == (sla.Attainment{}) {
			continue
		}
		rows = append(rows, []string{metricName(l.Metric), l.Severity.String(), attained(l.Before), attained(l.After)})
	}
	before, after := r.Sum(sla.Scope{})
	rows = append(rows, []string{"All", "", attained(before), attained(after)})
	fmt.Fprintln(w)
	if err := table(w, rows); err != nil {
		return err
	}
	if err := s.printChanges(w); err != nil {
		return err
	}
	rows = [][]string{{"ESCALATIONS TO LEVEL, REPEATS TOO", "BEFORE", "AFTER"}}
	for i, l := range r.Levels {
		rows = append(rows, []string{fmt.Sprint(i + 1), fmt.Sprint(l.Before), fmt.Sprint(l.After)})
	}
	fmt.Fprintln(w)
	if err := table(w, rows); err != nil {
		return err
	}
	rows = [][]string{{"SUBSCRIBER", "TARGET", "SEVERITY", "BEFORE", "AFTER"}}
	for _, l := range r.Lines {
		if l.Before == (sla.Attainment{}) && l.After == (sla.Attainment{}) {
			continue
		}
		rows = append(rows, []string{l.Subscriber, metricName(l.Metric), l.Severity.String(), attained(l.Before), attained(l.After)})
	}
	if len(rows) > 1 {
		fmt.Fprintln(w)
		if err := table(w, rows); err != nil {
			return err
		}
	}
	if len(r.Incomplete) > 0 {
		fmt.Fprintf(w, "\nLeft out, since the log does not reach back to the opening: %s\n", strings.Join(r.Incomplete, ", "))
	}
	for _, text := range s.failed {
		fmt.Fprintf(w, "Left out: %s\n", text)
	}
	return nil
}

func (s *simulation) dates() string {
	text := ""
	if s.since != "" {
		text += " from " + s.since
	}
	if s.until != "" {
		text += " to " + s.until
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// printChanges lists the cycles that would have ended otherwise.
func (s *simulation) printChanges(w io.Writer) error {
	for _, group := range []struct {
		fate history.Fate
		text string
	}{
		{history.Missed, "would have been missed"},
		{history.Saved, "would have been saved"},
		{history.Unpromised, "would have had no target"},
		{history.NowPromised, "would have been met where nothing was promised"},
	} {
		rows := [][]string{{"CASE", "CLOCK", "SEVERITY", "DUE BEFORE", "DUE AFTER", "ANSWERED"}}
		for _, c := range s.report.Changes {
			if c.Fate == group.fate {
				rows = append(rows, []string{c.Case, c.Clock, c.Severity.String(), s.due(c.Before), s.due(c.After), s.answered(c)})
			}
		}
		if len(rows) == 1 {
			continue
		}
		fmt.Fprintf(w, "\n%s %s:\n", plural(len(rows)-1, "clock"), group.text)
		if err := table(w, rows); err != nil {
			return err
		}
	}
	if len(s.report.Changes) == 0 {
		fmt.Fprintln(w, "\nNo clock would have ended otherwise.")
	}
	return nil
}

func (s *simulation) due(c *sla.Cycle) string {
	if c == nil || c.FellDue().IsZero() {
		return "-"
	}
	return c.FellDue().In(s.zone).Format(time.DateTime)
}

func (s *simulation) answered(c history.Change) string {
	for _, y := range []*sla.Cycle{c.After, c.Before} {
		if y != nil && !y.AnsweredAt.IsZero() {
			return y.AnsweredAt.In(s.zone).Format(time.DateTime)
		}
	}
	return "-"
}
