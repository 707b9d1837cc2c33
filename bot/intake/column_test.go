package intake

import (
	"slices"
	"strings"
	"testing"

	"casebot/policy"
)

func TestColumns(t *testing.T) {
	env := rome(t)
	tests := []struct {
		name     string
		state    State
		column   Column
		must     string
		mayOrNot map[Field]Need
	}{
		{"nothing chosen", with(), ColumnUnknown, "instance type summary severity", nil},
		{
			"severity 1", with("severity", "1"), ColumnSeverity1,
			"instance type summary severity affected workaround production since where impact call",
			map[Field]Need{Steps: May, Deadline: NotAsked},
		},
		{
			"severity 2", with("severity", "2", "type", "error"), ColumnSeverity2,
			"instance type summary severity affected workaround production since steps expected actual error where impact",
			map[Field]Need{Call: May},
		},
		{
			"severity 2, a dated request", with("severity", "2", "type", "request"), ColumnSeverity2,
			"instance type summary severity affected workaround production where impact deadline",
			map[Field]Need{Steps: NotAsked},
		},
		{
			"severity 3, an error", with("severity", "3", "type", "error"), ColumnError,
			"instance type summary severity affected workaround since steps expected actual where",
			map[Field]Need{Production: May, Call: NotAsked},
		},
		{
			"severity 3, no type", with("severity", "3"), ColumnError,
			"instance type summary severity affected workaround since steps expected actual where", nil,
		},
		{
			"severity 3, a question", with("severity", "3", "type", "question"), ColumnQuestion,
			"instance type summary severity",
			map[Field]Need{Affected: May, Where: May, Impact: May, Workaround: NotAsked, Since: NotAsked, Steps: NotAsked, Session: NotAsked, Access: May},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.state.Column(); got != tt.column {
				t.Errorf("column %v", got)
			}
			var must []string
			for _, f := range Fields() {
				if tt.state.Need(f, env) == Must {
					must = append(must, string(f))
				}
			}
			if got := strings.Join(must, " "); got != tt.must {
				t.Errorf("must: %s\nwant: %s", got, tt.must)
			}
			for f, need := range tt.mayOrNot {
				if got := tt.state.Need(f, env); got != need {
					t.Errorf("%s: %v", f, got)
				}
			}
		})
	}
}

func TestMissingAndCompleteness(t *testing.T) {
	s := with("type", "error", "summary", "Sales export fails", "severity", "3", "affected", "some", "workaround", "reasonable")
	env := rome(t)
	if got := s.Missing(env); !slices.Equal(got, []Field{Workaround, Since, Steps, Expected, Actual, Where}) {
		t.Errorf("missing %v", got)
	}
	if have, want := s.Completeness(env); have != 5 || want != 11 {
		t.Errorf("completeness %d of %d", have, want)
	}
}

func TestSubmit(t *testing.T) {
	env := rome(t)
	s, sub := with("summary", "Sales export fails").Submit(env)
	if sub.OK || !slices.Equal(sub.Missing, []Field{Severity}) || s.Submitted {
		t.Errorf("without a severity: %+v", sub)
	}
	s, sub = with("summary", "Sales export fails", "severity", "1").Submit(env)
	if !sub.OK || sub.Warn || sub.NeedsDetail || sub.Severity != policy.Severity1 || !s.Submitted {
		t.Errorf("severity 1: %+v", sub)
	}
	if s.Answers[Instance] != "Production EU" {
		t.Error("the only instance is not filled in")
	}
	s, sub = with("summary", "Sales export fails", "severity", "2").Submit(env)
	if sub.OK || !sub.Warn || len(sub.Missing) == 0 {
		t.Errorf("severity 2, first: %+v", sub)
	}
	if s, sub = s.Submit(env); !sub.OK || !sub.NeedsDetail || !s.Submitted {
		t.Errorf("severity 2, again: %+v", sub)
	}
	if _, sub = with("summary", "How do I share a page?", "severity", "3", "type", "question").Submit(env); !sub.OK || sub.NeedsDetail {
		t.Errorf("a complete question: %+v", sub)
	}
}

func TestHintAndContradiction(t *testing.T) {
	tests := []struct {
		name    string
		state   State
		hint    policy.Severity
		because []Field
	}{
		{"nothing known", with("severity", "1"), 0, nil},
		{"all, production, no workaround", with("severity", "1", "affected", "all", "production", "yes", "workaround", "none"), 1, nil},
		{"all, data wrong", with("affected", "all", "production", "data", "workaround", "unreasonable"), 1, nil},
		{"many, persistent", with("severity", "2", "affected", "many", "workaround", "none", "since", "2026-03-08: yesterday, still going on"), 2, nil},
		{"severity 1 but one user and a workaround", with("severity", "1", "affected", "one", "workaround", "reasonable: by hand"), 3, []Field{Affected, Workaround}},
		{"severity 3 but critical", with("severity", "3", "affected", "all", "production", "yes", "workaround", "none"), 1, []Field{Affected, Production, Workaround}},
		{"a question of severity 2", with("severity", "2", "type", "question"), 3, []Field{Type}},
		{"a dated request", with("severity", "2", "type", "request", "deadline", "2026-03-31"), 2, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := tt.state.Hint(); got != tt.hint || ok != tt.hint.Valid() {
				t.Errorf("hint %v", got)
			}
			c, ok := tt.state.Contradiction()
			if ok != (tt.because != nil) || !slices.Equal(c.Because, tt.because) {
				t.Errorf("contradiction %+v, %v", c, ok)
			}
		})
	}
}

func TestContradictionIsAskedOnce(t *testing.T) {
	env := rome(t)
	s := asked(Affected, "summary", "Sales export fails", "severity", "1", "workaround", "reasonable: by hand")
	s, out := s.Take("only me", env)
	if out.Contradiction == nil || out.Contradiction.Hint != 3 || s.Asked != Severity {
		t.Fatalf("got %+v, asked %q", out.Contradiction, s.Asked)
	}
	kept, out := s.Take("keep", env)
	if kept.Answers[Severity] != "1" || kept.Asked != "" || out.Contradiction != nil {
		t.Errorf("keep: %q, asked %q", kept.Answers[Severity], kept.Asked)
	}
	changed, _ := s.Take("3", env)
	if changed.Answers[Severity] != "3" {
		t.Errorf("change: %q", changed.Answers[Severity])
	}
	if pressed, _ := s.Fill(map[string]string{"severity": "1"}, env); pressed.Asked != "" {
		t.Errorf("a press leaves %q open", pressed.Asked)
	}
	if _, out = kept.Ask(Production).Take("no", env); out.Contradiction != nil {
		t.Error("asked twice")
	}
}
