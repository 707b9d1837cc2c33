package intake

import (
	"slices"
	"strings"
	"testing"
)

func names(form []FormSpec) string {
	var list []string
	for _, spec := range form {
		list = append(list, spec.Name)
	}
	return strings.Join(list, " ")
}

func TestForms(t *testing.T) {
	env, many := rome(t), rome(t)
	many.Instances = []string{"EU", "US"}
	v := speak(t, "en")
	tests := []struct {
		name  string
		state State
		env   Env
		want  string
	}{
		{"at first", State{}, env, "type summary severity details"},
		{"at first, several instances", State{}, many, "instance type summary severity details"},
		{"severity 1", with("severity", "1"), env, "type summary severity affected workaround workaround_text production since steps expected actual error where environment changes impact call files access session details"},
		{"a request of severity 2", with("severity", "2", "type", "request"), env, "type summary severity affected workaround workaround_text production where impact deadline call files access details"},
		{"a question", with("severity", "3", "type", "question"), env, "type summary severity affected where impact files access details"},
	}
	for _, tt := range tests {
		if got := names(tt.state.Form(v, tt.env)); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestFormFields(t *testing.T) {
	s := with("severity", "2", "affected", "many: 40", "since", "2026-03-08T14:00:00+01:00: yesterday 14:00", "workaround", "reasonable: by hand")
	for _, lang := range []string{"en", "it", "ja"} {
		for _, spec := range s.Form(speak(t, lang), rome(t)) {
			if spec.Label == "" || spec.Hint == "" || strings.Contains(spec.Label+spec.Hint, "⟦") || runes(spec.Label) > 45 {
				t.Errorf("%s: %+v", lang, spec)
			}
			if (spec.Kind == Choice) != (len(spec.Options) > 0) {
				t.Errorf("%s: %s has %d options", lang, spec.Name, len(spec.Options))
			}
			for _, o := range spec.Options {
				if strings.Contains(o.Label+o.Detail, "⟦") || runes(o.Label) > 75 {
					t.Errorf("%s: %s: %+v", lang, spec.Name, o)
				}
			}
			if spec.Required != (spec.Name == "summary" || spec.Name == "severity") || spec.Max > 3000 {
				t.Errorf("%s: %+v", lang, spec)
			}
			if want, ok := map[string]string{"affected": "many", "since": "2026-03-08 14:00", "workaround": "reasonable", "workaround_text": "by hand"}[spec.Name]; ok && spec.Value != want {
				t.Errorf("%s shows %q", spec.Name, spec.Value)
			}
		}
	}
}

func TestFill(t *testing.T) {
	env := rome(t)
	tests := []struct {
		name   string
		before State
		values map[string]string
		want   map[Field]string
		errors []string // field=problem
	}{
		{
			"a first form",
			State{},
			map[string]string{"type": "error", "summary": "Sales export fails", "severity": "2", "details": "It fails for all users since yesterday 14:00.\nExpected: a PDF"},
			map[Field]string{Type: "error", Summary: "Sales export fails", Severity: "2", Affected: "all: all users", Expected: "a PDF", Details: "It fails for all users since yesterday 14:00.\nExpected: a PDF"},
			nil,
		},
		{
			"errors",
			State{},
			map[string]string{"type": "", "summary": "help", "severity": "", "since": "tomorrow", "call": "Giulia", "affected": "all"},
			map[Field]string{Affected: "all", Since: "", Summary: ""},
			[]string{"summary=problem.summary.vague", "severity=problem.required", "since=problem.since.future", "call=problem.call"},
		},
		{"a workaround", State{}, map[string]string{"workaround": "reasonable", "workaround_text": "by hand"}, map[Field]string{Workaround: "reasonable: by hand"}, nil},
		{"a workaround without words", State{}, map[string]string{"workaround": "reasonable", "workaround_text": ""}, map[Field]string{Workaround: "reasonable"}, []string{"workaround_text=problem.workaround.which"}},
		{"a workaround without a judgement", State{}, map[string]string{"workaround": "", "workaround_text": "by hand"}, map[Field]string{Workaround: ": by hand"}, []string{"workaround=problem.workaround.judge"}},
		{"a changed workaround", with("workaround", "reasonable: by hand"), map[string]string{"workaround": "none", "workaround_text": ""}, map[Field]string{Workaround: "none"}, nil},
		{"a button for the workaround", with("workaround", ": by hand"), map[string]string{"workaround": "unreasonable"}, map[Field]string{Workaround: "unreasonable: by hand"}, nil},
		{
			"left as it was", with("since", "2026-03-08T14:00:00+01:00: yesterday 14:00, still", "affected", "many: 40"),
			map[string]string{"since": "2026-03-08 14:00", "affected": "many"},
			map[Field]string{Since: "2026-03-08T14:00:00+01:00: yesterday 14:00, still", Affected: "many: 40"},
			nil,
		},
		{
			"emptied", with("where", "card 12", "summary", "Sales export fails", "severity", "2"),
			map[string]string{"where": "", "summary": "", "severity": "3"},
			map[Field]string{Where: "", Summary: "Sales export fails", Severity: "3"},
			[]string{"summary=problem.required"},
		},
		{"cleared workaround", with("workaround", "none"), map[string]string{"workaround": "", "workaround_text": ""}, map[Field]string{Workaround: ""}, nil},
		{"unknown names", State{}, map[string]string{"nobody": "knows"}, map[Field]string{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, out := tt.before.Fill(tt.values, env)
			for f, want := range tt.want {
				if s.Answers[f] != want {
					t.Errorf("%s: got %q, want %q", f, s.Answers[f], want)
				}
			}
			var got []string
			for _, p := range out.Problems {
				got = append(got, string(p.Field)+"="+p.Key)
			}
			if !slices.Equal(got, tt.errors) {
				t.Errorf("problems %v, want %v", got, tt.errors)
			}
		})
	}
}

// TestFormOfAFilledState sends a form back as it was shown: nothing changes.
func TestFormOfAFilledState(t *testing.T) {
	env := rome(t)
	s, _ := State{}.Take(report, env)
	s.Answers[ErrorText] = strings.Repeat("長", formMax+1)
	values := map[string]string{}
	for _, spec := range s.Form(speak(t, "ja"), env) {
		values[spec.Name] = spec.Value
	}
	again, out := s.Fill(values, env)
	if len(out.Problems) > 0 || len(out.Understood) > 0 {
		t.Errorf("%+v", out)
	}
	for f, value := range s.Answers {
		if again.Answers[f] != value {
			t.Errorf("%s: %q became %q", f, value, again.Answers[f])
		}
	}
}

func FuzzFill(f *testing.F) {
	f.Add("summary", "help", "Sales export fails", "2")
	f.Add("workaround", "reasonable", "yes", "1")
	f.Add("workaround_text", "by hand", "", "")
	f.Fuzz(func(t *testing.T, name, value, summary, severity string) {
		env := rome(t)
		s, out := State{}.Fill(map[string]string{name: value, "summary": summary, "severity": severity}, env)
		for _, p := range out.Problems {
			p.Say(speak(t, "ja"))
		}
		s.Form(speak(t, "it"), env)
		s, sub := s.Submit(env)
		if sub.OK && (s.Answers[Summary] == "" || !sub.Severity.Valid()) {
			t.Errorf("submitted without summary or severity: %+v", s)
		}
	})
}
