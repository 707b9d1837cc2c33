package intake

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"casebot/bot/texts"
)

func TestSummaryRows(t *testing.T) {
	s := with("summary", "Sales export fails", "severity", "1", "affected", "many: 40 in sales", "workaround", "reasonable: by hand",
		"production", "data", "since", "2026-03-08T13:00:00Z: yesterday 14:00, hourly", "steps", "cannot repeat: yesterday", "error", "none", "access", "no")
	tests := map[string]string{
		"en": `Instance=Production EU
Type=Error
Summary=Sales export fails
Severity=1 – Critical
Who is affected=Many – 40 in sales
Workaround=A reasonable one – by hand
Production and data=Production; data wrong or lost
Since when=Sun 8 Mar 2026, 14:00, Europe/Rome (CET) – yesterday 14:00, hourly
Steps to repeat it=Cannot be repeated; last seen: yesterday
Error text=None shown
Access to the instance=No`,
		"ja": `インスタンス=Production EU
種類=エラー
概要=Sales export fails
重大度=1 – 重大
影響範囲=多数 – 40 in sales
回避策=妥当な回避策あり – by hand
本番環境とデータ=本番環境(データの誤り・消失あり)
発生時期=2026年3月8日(日) 14:00、Europe/Rome (CET) – yesterday 14:00, hourly
再現手順=再現できない。最後の発生: yesterday
エラー文=表示なし
インスタンスの確認=いいえ`,
	}
	for lang, want := range tests {
		var got []string
		for _, row := range s.Summary(speak(t, lang), rome(t)) {
			got = append(got, row.Label+"="+row.Value)
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s:\n%s", lang, strings.Join(got, "\n"))
		}
	}
	day := with("since", "2026-03-08: ieri")
	if got := day.Value(Since, speak(t, "it"), rome(t)); got != "dom 8 mar 2026, Europe/Rome (CET) – ieri" {
		t.Errorf("a day is %q", got)
	}
}

func TestNoted(t *testing.T) {
	env := rome(t)
	s, out := with("summary", "Sales export fails").Take("Severity: 2\nAffected: all\nand by the way we like your product", env)
	want := "Noted: severity: 2 – Major; who is affected: All users. I have kept the rest as further details."
	if got := s.Noted(out, speak(t, "en"), env); got != want {
		t.Errorf("got %q", got)
	}
	if got := s.Noted(Outcome{}, speak(t, "en"), env); got != "" {
		t.Errorf("nothing is noted as %q", got)
	}
	if got := Labels([]Field{Steps, ErrorText}, speak(t, "it")); got != "passaggi per riprodurlo e testo dell'errore" {
		t.Errorf("labels %q", got)
	}
}

func TestProblemsAreSaid(t *testing.T) {
	env := rome(t)
	tests := []struct {
		field Field
		typed string
		want  string
	}{
		{Since, "today 18:00", "Mon 9 Mar 2026, 18:00, Europe/Rome (CET), is still to come. When did it begin?"},
		{Since, "tomorrow", "Tue 10 Mar 2026, Europe/Rome (CET), is still to come. When did it begin?"},
		{Type, "hmm", "I did not understand that. Please answer with one of these: Error, Request, Question."},
		{Summary, "abc", "That is a little short. Please name the function and what goes wrong, in 10 to 120 characters."},
	}
	for _, tt := range tests {
		_, out := State{}.Ask(tt.field).Take(tt.typed, env)
		if len(out.Problems) != 1 || out.Problems[0].Say(speak(t, "en")) != tt.want {
			t.Errorf("%q: %+v", tt.typed, out.Problems)
		}
	}
}

func TestEveryFieldHasItsTexts(t *testing.T) {
	env := rome(t)
	for _, lang := range texts.Languages() {
		v := speak(t, lang)
		for _, f := range Fields() {
			p := State{}.Prompt(f, v, env)
			if strings.Contains(p.Text+p.Hint+Label(f, v), "⟦") || p.Text == "" {
				t.Errorf("%s: %s: %+v", lang, f, p)
			}
			if got := labels[bare(Label(f, v))]; got != f {
				t.Errorf("%s: the label %q is read as %q, not %q", lang, Label(f, v), got, f)
			}
			for _, value := range f.Choices() {
				read := State{}.check(f, optionLabel(f, value, v), env)
				if got := (Answers{f: read.value}).Choice(f); got != value {
					t.Errorf("%s: %s: the option %q is read as %q, not %q", lang, f, optionLabel(f, value, v), got, value)
				}
			}
		}
	}
}

// TestProblemKeys finds problems that the catalogue has no words for, or with
// other placeholders than the code fills.
func TestProblemKeys(t *testing.T) {
	keys := texts.Keys("en")
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"problem.since.unread": true, "problem.deadline.unread": true}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, _ := strconv.Unquote(lit.Value)
				for _, key := range []string{text, "problem." + text} {
					used[key] = true
				}
			}
			return true
		})
	}
	for _, key := range keys {
		if strings.HasPrefix(key, "problem.") && !used[key] {
			t.Errorf("%s is never said", key)
		}
	}
	for _, key := range []string{"summary.short", "same", "moment.zone", "file.large", "back", "skip"} {
		if !slices.Contains(keys, "problem."+key) {
			t.Errorf("problem.%s has no words", key)
		}
	}
}

func TestLexiconsAreFolded(t *testing.T) {
	all := []lexicon{commands, nones, keeps, cannots, severityWords, environments}
	for _, l := range choices {
		all = append(all, l)
	}
	for _, l := range facts {
		all = append(all, l)
	}
	for _, l := range all {
		for _, e := range l {
			for _, phrase := range e.phrases {
				if fold(phrase).text != phrase {
					t.Errorf("%q can never be found", phrase)
				}
			}
		}
	}
	for label := range labels {
		if fold(label).text != label {
			t.Errorf("the label %q can never be found", label)
		}
	}
	for _, phrase := range slices.Concat(vague, greetings, asides, fillers) {
		if fold(phrase).text != phrase {
			t.Errorf("%q can never be found", phrase)
		}
	}
}
