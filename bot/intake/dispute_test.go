package intake

import (
	"strings"
	"testing"
)

// disputed is a conversation that was asked to keep severity 1 or to change
// it to 3.
func disputed(t *testing.T, env Env) State {
	t.Helper()
	s, out := asked(Affected, "summary", "Sales export fails", "severity", "1", "type", "error").Take("one user only", env)
	if out.Contradiction == nil || out.Contradiction.Again || s.Asked != Severity {
		t.Fatalf("no contradiction: %+v, asked %q", out, s.Asked)
	}
	return s
}

// TestOtherAnswersDuringTheDispute takes what is said to other questions and
// asks again whether to keep the severity.
func TestOtherAnswersDuringTheDispute(t *testing.T) {
	env := rome(t)
	tests := []struct {
		text    string
		want    Answers
		problem string
	}{
		{"reasonable: export by hand", Answers{Workaround: "reasonable: export by hand"}, ""},
		{"ragionevole: esportiamo a mano", Answers{Workaround: "reasonable: esportiamo a mano"}, ""},
		{"妥当: 手作業で出力", Answers{Workaround: "reasonable: 手作業で出力"}, ""},
		{"Workaround: none", Answers{Workaround: "none"}, ""},
		{"no workaround, since yesterday 14:00", Answers{Workaround: "none: no workaround", Since: "2026-03-08T14:00:00+01:00: since yesterday 14:00"}, ""},
		{"reasonable: export by hand, since yesterday 14:00", Answers{Workaround: "reasonable: export by hand", Since: "2026-03-08T14:00:00+01:00: since yesterday 14:00"}, ""},
		{"production", Answers{Production: "yes"}, ""},
		{"1 user waits in production for it", Answers{Production: "yes: in production", Details: "1 user waits in production for it"}, ""},
		{"The fair opens on Monday and we need it", Answers{Details: "The fair opens on Monday and we need it"}, ""},
		{"金曜日の会議で使います", Answers{Details: "金曜日の会議で使います"}, ""},
		{"change nothing of the rest", Answers{Details: "change nothing of the rest"}, ""},
		{"1. Open Sales\n2. Click Export", Answers{Steps: "1. Open Sales\n2. Click Export"}, ""},
		{"hmm", nil, "problem.severity.keep"},
		{"yes", nil, "problem.severity.keep"},
		{"4", nil, "problem.severity.keep"},
	}
	for _, tt := range tests {
		before := disputed(t, env)
		s, out := before.Take(tt.text, env)
		for _, f := range Fields() {
			want, ok := tt.want[f]
			if !ok {
				want = before.Answers[f]
			}
			if s.Answers[f] != want {
				t.Errorf("%q: %s is %q, want %q", tt.text, f, s.Answers[f], want)
			}
		}
		if c := out.Contradiction; c == nil || !c.Again || c.Chosen != 1 || c.Hint != 3 || s.Asked != Severity {
			t.Errorf("%q: contradiction %+v, asked %q", tt.text, c, s.Asked)
		}
		if got := strings.Join(problemKeys(out), " "); got != tt.problem {
			t.Errorf("%q: problem %q", tt.text, got)
		}
		if s, out = s.Take("3", env); s.Answers[Severity] != "3" || s.Asked == Severity || out.Contradiction != nil {
			t.Errorf("%q, 3: severity %q, asked %q", tt.text, s.Answers[Severity], s.Asked)
		}
	}
}

func TestVerdicts(t *testing.T) {
	env := rome(t)
	for text, want := range map[string]string{
		"keep": "1", "Keep 1": "1", "keep it at 1, please": "1", "change": "3", "Change to 3": "3", "yes, change it": "3", "change it to 2": "2", "severity 2": "2",
		"Mantieni 1": "1", "Passa a 3": "3", "lo mantengo": "1", "cambiare": "3", "1 のまま": "1", "3 に変更": "3", "変更": "3", "そのままで": "1", "変更しない": "1",
		"1, because the whole plant waits": "1",
	} {
		s, out := disputed(t, env).Take(text, env)
		if s.Answers.Choice(Severity) != want || s.Asked != "" || out.Contradiction != nil || len(out.Problems) > 0 {
			t.Errorf("%q: severity %q, asked %q, %+v", text, s.Answers[Severity], s.Asked, out)
		}
	}
}

func TestDisputeEndsWithItsReason(t *testing.T) {
	env := rome(t)
	s, out := disputed(t, env).Take("Affected: all", env)
	if s.Answers[Affected] != "all" || s.Asked != "" || out.Contradiction != nil {
		t.Errorf("got %v, asked %q, %+v", s.Answers, s.Asked, out.Contradiction)
	}
	s, out = disputed(t, env).Attach([]Attachment{{Name: "app.log", Size: 10}}, env)
	if s.Answers[Files] != "app.log" || out.Contradiction == nil || !out.Contradiction.Again {
		t.Errorf("files: %v, %+v", s.Answers, out)
	}
	if _, out = disputed(t, env).Take("submit now", env); out.Contradiction != nil {
		t.Error("submit asks again")
	}
	if s, out = disputed(t, env).Take("skip", env); s.Asked != "" || out.Contradiction != nil {
		t.Errorf("skip: asked %q", s.Asked)
	}
}
