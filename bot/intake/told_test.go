package intake

import (
	"slices"
	"strings"
	"testing"
)

// TestProblemToldInsteadOfAChoice takes a sentence as the summary while a
// choice is the open question, and asks the choice again.
func TestProblemToldInsteadOfAChoice(t *testing.T) {
	env := rome(t)
	env.Instances = []string{"Production EU", "Production US"}
	for _, text := range []string{
		"The export of the sales report ends with error 500",
		"Kill test number 2 of reports",
		"How do I share a page with a partner?",
		"L'esportazione del report vendite termina con errore 500",
		"La pagina delle vendite non si apre da nessun browser",
		"売上レポートを出力するとエラー500になります",
		"昨日から売上のページが開きません",
	} {
		for _, open := range []Field{Type, Instance, Severity} {
			s, out := asked(open).Take(text, env)
			if s.Answers[Summary] != text || s.Answers[open] != "" || s.Asked != open || len(out.Problems) > 0 {
				t.Errorf("%s: %q: got %v, asked %q, %v", open, text, s.Answers, s.Asked, problemKeys(out))
			}
			if f, _ := s.Next(env); f != open {
				t.Errorf("%s: %q: next is %q", open, text, f)
			}
		}
	}
}

func TestLongTextInsteadOfAChoice(t *testing.T) {
	line := "The export of the sales report ends with error 500."
	rest := "It began yesterday at 14:00 and concerns all users. " + strings.Repeat("We tried another browser as well. ", 5)
	s, out := asked(Type).Take(line+" "+rest, rome(t))
	if s.Answers[Summary] != line || s.Answers[Details] != strings.TrimSpace(rest) || s.Answers.Choice(Affected) != "all" || s.Answers[Since] == "" {
		t.Errorf("got %v", s.Answers)
	}
	if s.Asked != Type || out.Kept == "" {
		t.Errorf("asked %q, %+v", s.Asked, out)
	}
	s, _ = asked(Severity).Take("The export of the sales report fails, severity 2", rome(t))
	if s.Answers[Severity] != "2" || s.Answers[Summary] == "" || s.Asked != "" {
		t.Errorf("got %v", s.Answers)
	}
}

// TestChoiceStaysAChoice keeps what is meant as a choice from being a summary.
func TestChoiceStaysAChoice(t *testing.T) {
	env := rome(t)
	env.Instances = []string{"Production EU", "Production US"}
	tests := []struct {
		open Field
		text string
		want string
	}{
		{Type, "error, the export of the sales report fails", "error"},
		{Type, "Problem with the export of sales", "error"},
		{Type, "It is an error", "error"},
		{Type, "It's an error in the sales export", "error"},
		{Type, "I would like to report an error", "error"},
		{Type, "a simple question", "question"},
		{Type, "È un errore", "error"},
		{Type, "Vorrei fare una richiesta", "request"},
		{Type, "これはエラーの報告です", "error"},
		{Type, "質問があります", "question"},
		{Type, "none of these", ""},
		{Type, "What do you mean?", ""},
		{Type, "help!!! it is not working", ""},
		{Instance, "the EU production system please", ""},
		{Instance, "Production EU", "Production EU"},
		{Severity, "2, because many people wait for the report", "2"},
		{Severity, "It is severity 2 for our sales team", "2"},
		{Severity, "very urgent, please help us", ""},
	}
	for _, tt := range tests {
		s, _ := asked(tt.open).Take(tt.text, env)
		if got := s.Answers.Choice(tt.open); got != tt.want || s.Answers[Summary] != "" {
			t.Errorf("%s: %q: got %q, summary %q", tt.open, tt.text, got, s.Answers[Summary])
		}
	}
}

func TestEnvironmentAsAClause(t *testing.T) {
	env := rome(t)
	tests := []struct {
		open             Field
		text             string
		affected, wanted string
	}{
		{Affected, "all users, no workaround, production, data lost", "all", "data: production, data lost"},
		{Affected, "all users, no workaround, in production, data lost", "all", "data: in production, data lost"},
		{Affected, "production, all users, no workaround", "all", "yes: production"},
		{Affected, "all, production, no workaround", "all", "yes: production"},
		{Affected, "tutti gli utenti, nessuna soluzione alternativa, produzione, dati persi", "all", "data: produzione, dati persi"},
		{Affected, "全員、回避策なし、本番環境、データが消失", "all", "data: 本番環境、データが消失"},
		{Summary, "The portal is down, all users, production", "all", "yes: production"},
		{Summary, "The lists of sales, production, finance are empty", "", ""},
		{Summary, "The lists of purchasing, production and all users are empty", "all", ""},
	}
	for _, tt := range tests {
		s, _ := asked(tt.open).Take(tt.text, env)
		if tt.open == Affected {
			s, _ = asked(tt.open, "summary", "Sales export fails", "severity", "1").Take(tt.text, env)
		}
		if got := s.Answers[Production]; got != tt.wanted || s.Answers.Choice(Affected) != tt.affected {
			t.Errorf("%q: got %q, %v", tt.text, got, s.Answers)
		}
		if tt.open == Affected && s.Answers[Details] != "" {
			t.Errorf("%q: details %q", tt.text, s.Answers[Details])
		}
	}
}

// TestHalfAnswersAreShownPlainly shows nobody the mark of a half answer.
func TestHalfAnswersAreShownPlainly(t *testing.T) {
	env := rome(t)
	for _, lang := range []string{"en", "it", "ja"} {
		v := speak(t, lang)
		for _, f := range []Field{Production, Workaround} {
			s := with("summary", "Sales export fails", "severity", "1", string(f), ": data lost")
			said := []string{s.Value(f, v, env), s.Prompt(f, v, env).Value}
			for _, row := range s.Summary(v, env) {
				if row.Field == f {
					said = append(said, row.Value)
				}
			}
			if len(said) != 3 || slices.ContainsFunc(said, func(x string) bool { return x != "data lost" }) {
				t.Errorf("%s: %s: %q", lang, f, said)
			}
			if noted := s.Noted(Outcome{Understood: []Field{f}}, v, env); strings.Contains(noted, ": :") || strings.Contains(noted, "::") {
				t.Errorf("%s: %q", lang, noted)
			}
		}
	}
}

func TestFillerIsDropped(t *testing.T) {
	for typed, want := range map[string]string{
		"one user only": "one", "only one user": "one", "just one person": "one", "some users only": "some",
		"solo un utente": "one", "un utente soltanto": "one", "一部のユーザーだけです": "some", "one user only, in sales": "one: only, in sales",
	} {
		if s, _ := asked(Affected, "summary", "Sales export fails").Take(typed, rome(t)); s.Answers[Affected] != want {
			t.Errorf("%q: got %q, want %q", typed, s.Answers[Affected], want)
		}
	}
}
