package intake

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"casebot/bot/texts"
)

func TestWords(t *testing.T) {
	env := rome(t)
	for typed, want := range map[string]Word{
		"back": Back, "Go back.": Back, "indietro": Back, "戻る": Back,
		"skip": Skip, "SKIP!": Skip, "salta": Skip, "スキップ": Skip, "I don't know": Skip, "わかりません。": Skip,
		"cancel": Cancel, "annulla": Cancel, "キャンセル": Cancel,
		"submit now": Submit, "Submit": Submit, "invia ora": Submit, "今すぐ送信": Submit, "*submit now*": Submit,
		"please submit the form": "", "the back button is broken": "", "no": "",
	} {
		s := asked(Summary).Ask(Changes)
		if _, out := s.Take(typed, env); out.Word != want {
			t.Errorf("%q: got %q, want %q", typed, out.Word, want)
		}
	}
}

func TestSkipAndBack(t *testing.T) {
	env := rome(t)
	s := with("type", "error", "summary", "Sales export fails", "severity", "2").Ask(Severity).Ask(Affected)
	s, out := s.Take("skip", env)
	if out.Word != Skip || s.Asked != "" || !slices.Contains(s.Missing(env), Affected) {
		t.Errorf("skip: %+v", s)
	}
	f, _ := s.Next(env)
	if f != Workaround {
		t.Errorf("after skip comes %q", f)
	}
	s, _ = s.Ask(f).Take("back", env)
	if s.Asked != Affected || slices.Contains(s.Skipped, Affected) {
		t.Errorf("back: %+v", s)
	}
	s, _ = s.Take("back", env)
	if s.Asked != Severity {
		t.Errorf("back again: asked %q", s.Asked)
	}
	if s, out = s.Take("back", env); s.Asked != Severity || !slices.Equal(problemKeys(out), []string{"problem.back"}) {
		t.Errorf("back at the first: asked %q, %v", s.Asked, problemKeys(out))
	}
	s, _ = s.Take("skip", env)
	if s.Answers[Severity] != "2" || slices.Contains(s.Skipped, Severity) {
		t.Error("skip on the way forward loses an answer")
	}
	if f, _ := s.Next(env); f != Affected {
		t.Errorf("forward again: %q", f)
	}
}

func TestNothingGoesWithoutSummaryAndSeverity(t *testing.T) {
	env := rome(t)
	var s State
	for range 10 {
		f, ok := s.Next(env)
		if !ok {
			t.Fatal("nothing is asked, and it is not ready")
		}
		s, _ = s.Ask(f).Take("skip", env)
	}
	s, _ = s.Ask(Summary).Take("Sales export ends with error 500", env)
	if f, _ := s.Next(env); f != Severity {
		t.Errorf("next is %q", f)
	}
}

const report = `Hello team,
The sales export ends with an error for all users since yesterday 14:00. There is no workaround.

Gravità: 2
Steps:
1. Open https://acme.example/page/12
2. Click Export
Expected: a PDF
実際の結果：何も起きない
Error:
` + "```" + `
HTTP 500
Status: gone
` + "```" + `
Please call Giulia at +39 02 1234567.`

func TestManyAnswersFromOneText(t *testing.T) {
	env := rome(t)
	s, out := State{}.Take(report, env)
	want := Answers{
		Instance: "Production EU",
		Summary:  "The sales export ends with an error for all users since yesterday 14:00. There is no workaround.",
		Severity: "2", Affected: "all: all users", Workaround: "none: no workaround",
		Since: "2026-03-08T14:00:00+01:00: since yesterday 14:00",
		Steps: "1. Open https://acme.example/page/12\n2. Click Export", Expected: "a PDF", Actual: "何も起きない",
		ErrorText: "HTTP 500\nStatus: gone",
		Call:      "Please call Giulia at +39 02 1234567.", Details: "Hello team,\n\nPlease call Giulia at +39 02 1234567.",
	}
	for f := range maps.Keys(want) {
		if s.Answers[f] != want[f] {
			t.Errorf("%s: got %q, want %q", f, s.Answers[f], want[f])
		}
	}
	for f := range maps.Keys(s.Answers) {
		if want[f] == "" {
			t.Errorf("%s: got %q", f, s.Answers[f])
		}
	}
	if len(out.Problems) > 0 || out.Split || out.Kept == "" {
		t.Errorf("outcome %+v", out)
	}
	if got := []Field{Summary, Severity, Affected, Workaround, Since, Steps, Expected, Actual, ErrorText, Call}; !slices.Equal(out.Understood, got) {
		t.Errorf("understood %v", out.Understood)
	}
}

func TestFirstTexts(t *testing.T) {
	long := "Since the update of last week our people in sales cannot export the monthly report, which they need every day. " +
		"The page only shows a grey box and nothing happens at all. We have tried three browsers."
	tests := []struct{ name, text, summary, details string }{
		{"a line", "Sales export ends with error 500", "Sales export ends with error 500", ""},
		{
			"sentences", long, "Since the update of last week our people in sales cannot export the monthly report, which they need every day.",
			"The page only shows a grey box and nothing happens at all. We have tried three browsers.",
		},
		{"a greeting first", "Buongiorno,\nl'esportazione delle vendite termina con errore\nGrazie mille", "l'esportazione delle vendite termina con errore", "Buongiorno,\nGrazie mille"},
		{"no stop in sight", strings.Repeat("word ", 60), strings.TrimSpace(strings.Repeat("word ", 23)) + "…", strings.TrimSpace(strings.Repeat("word ", 60))},
		{"Japanese", "お世話になっております。\n売上レポートを出力できません。\n至急お願いします。", "売上レポートを出力できません。", "お世話になっております。\n至急お願いします。"},
		{"steps below", "Sales export ends with error 500\n1. open\n2. click", "Sales export ends with error 500", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, out := State{}.Take(tt.text, rome(t))
			if s.Answers[Summary] != tt.summary || s.Answers[Details] != tt.details {
				t.Errorf("summary %q\ndetails %q\n%v", s.Answers[Summary], s.Answers[Details], problemKeys(out))
			}
		})
	}
}

func TestLabelledProblems(t *testing.T) {
	s, out := asked(Affected, "summary", "Sales export fails").Take("Severity: high\nSince: tomorrow\nAffected: all", rome(t))
	if !slices.Equal(problemKeys(out), []string{"problem.severity", "problem.since.future"}) {
		t.Errorf("problems %v", problemKeys(out))
	}
	if out.Problems[0].Typed != "high" || s.Answers[Affected] != "all" || s.Asked != "" {
		t.Errorf("%+v", s)
	}
}

func TestLabelsInOneLine(t *testing.T) {
	s, out := State{}.Take("Summary: Sales export fails, severity: 2; Affected: many. Steps: 1. Open it 2. Click, 実際：エラーになる", rome(t))
	want := map[Field]string{Summary: "Sales export fails", Severity: "2", Affected: "many", Steps: "1. Open it\n2. Click", Actual: "エラーになる"}
	for f, value := range want {
		if s.Answers[f] != value {
			t.Errorf("%s: got %q, want %q", f, s.Answers[f], value)
		}
	}
	if len(out.Problems) > 0 || out.Kept != "" {
		t.Errorf("%+v", out)
	}
	s, _ = State{}.Take("Export fails with status: 500, reason: unknown", rome(t))
	if s.Answers[Summary] != "Export fails with status: 500, reason: unknown" {
		t.Errorf("got %v", s.Answers)
	}
}

func TestPastedLogIsNotLabels(t *testing.T) {
	log := "Error: the connection timed out\nWhere: node 7\nSince: 3 retries"
	if s, _ := asked(ErrorText, "summary", "Sales export fails", "severity", "2", "type", "error").Take(log, rome(t)); s.Answers[ErrorText] != log {
		t.Errorf("got %v", s.Answers)
	}
	s, _ := asked(ErrorText, "summary", "Sales export fails", "severity", "2", "type", "error").Take("Severity: 3\nError: none", rome(t))
	if s.Answers[Severity] != "3" || s.Answers[ErrorText] != "none" {
		t.Errorf("got %v", s.Answers)
	}
}

func TestFactsAreConservative(t *testing.T) {
	for _, text := range []string{
		"The button to select all users does not react",
		"Export all users to a file gives an empty file",
		"The table of production orders is empty today",
		"Some and many users see it, all users maybe",
		"Changed from severity 2 to severity 1 by somebody",
	} {
		s, _ := State{}.Take(text, rome(t))
		for _, f := range []Field{Affected, Production, Since, Severity, Workaround, Call} {
			if s.Answers[f] != "" {
				t.Errorf("%q: %s is %q", text, f, s.Answers[f])
			}
		}
	}
	s, _ := with("summary", "Sales export fails", "affected", "one").Take("Perhaps all users have it", rome(t))
	if s.Answers[Affected] != "one" || s.Answers[Details] == "" {
		t.Errorf("a fact changed an answer: %v", s.Answers)
	}
}

func TestFactsBesideAChoice(t *testing.T) {
	s, out := asked(Severity, "summary", "Sales export fails").Take("The page is down in produzione da ieri alle 14, tutti gli utenti", rome(t))
	if s.Answers[Production] != "yes: in produzione" || s.Answers.Choice(Affected) != "all" || s.Answers.Choice(Since) != "2026-03-08T14:00:00+01:00" {
		t.Errorf("got %v", s.Answers)
	}
	if s.Asked != Severity || !slices.Equal(problemKeys(out), []string{"problem.severity"}) || out.Kept == "" {
		t.Errorf("%v, asked %q", problemKeys(out), s.Asked)
	}
}

func TestOddTexts(t *testing.T) {
	tests := []struct {
		name, text string
		problem    string
	}{
		{"nothing", "", "problem.empty"},
		{"blanks", " \n\t\u3000", "problem.empty"},
		{"invisible", "\u200b\u2067\ufeff", "problem.empty"},
		{"emoji", "👍🏽👍🏽👍🏽", "problem.summary.vague"},
		{"right to left", "التصدير لا يعمل منذ أمس", ""},
		{"four bytes", "𠮷野家の注文画面が開きません", ""},
		{"10k", strings.Repeat("The export fails. ", 560), ""},
		{"too long", strings.Repeat("x", TextMax+1), "problem.long"},
		{"broken UTF-8", "Sales export \xff\xfe ends with error", ""},
		{"one long word", strings.Repeat("x", 5000), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, out := State{}.Ask(Summary).Take(tt.text, rome(t))
			if got := strings.Join(problemKeys(out), " "); got != tt.problem {
				t.Errorf("problems %q, want %q", got, tt.problem)
			}
			if n := runes(s.Answers[Summary]); n > SummaryMax || (tt.problem == "") != (n >= SummaryMin) {
				t.Errorf("the summary has %d runes", n)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	for text, want := range map[string]bool{
		"- The export fails\n- The login page is broken":                    true,
		"1. Export non funziona\n2. La pagina vendite è lenta":              true,
		"・出力がエラーになる\n・画面が表示されない":                                            true,
		"We have two problems with the export":                              true,
		"Export fails. Another problem: the login is slow":                  true,
		"C'è anche un altro problema":                                       true,
		"もう一つの問題があります":                                                      true,
		"1. Open the page\n2. Click Export\n3. It fails with an error":      false,
		"The export fails with an error":                                    false,
		"- only one point that fails":                                       false,
		"Export fails:\n- with Chrome 145\n- with Firefox, error 500 there": false,
	} {
		if got := Split(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	s, out := State{}.Take("Two things are wrong:\n1. The sales export fails\n2. The login page is broken", rome(t))
	if !out.Split || s.Answers[Steps] != "" {
		t.Errorf("a list of faults became steps: %v", s.Answers)
	}
}

func TestAttach(t *testing.T) {
	env := rome(t)
	s, out := asked(Files, "summary", "Sales export fails", "severity", "2", "type", "error").Attach([]Attachment{
		{Name: "shot.png", Type: "image/png", Size: 10},
		{Name: "app.log", Size: -1},
		{Name: "run.EXE", Size: 10},
		{Name: "big.zip", Size: 11 << 20},
		{Name: "empty.txt"},
	}, env)
	if s.Answers[Files] != "shot.png, app.log" || s.Answers[ErrorText] != "shot.png" || s.Asked != "" {
		t.Errorf("got %v", s.Answers)
	}
	if !slices.Equal(problemKeys(out), []string{"problem.file.type", "problem.file.large", "problem.file.empty"}) {
		t.Errorf("problems %v", problemKeys(out))
	}
	s, _ = asked(ErrorText, "summary", "Sales export fails", "severity", "2", "type", "error").Attach([]Attachment{{Name: "app.log", Size: 10}}, env)
	if s.Answers[ErrorText] != "app.log" || s.Asked != "" {
		t.Errorf("a file does not answer the error text: %v", s.Answers)
	}
}

// FuzzTake checks that no text panics and that none is lost: each of its
// words is in the answers, in a refusal or in what was recognised.
func FuzzTake(f *testing.F) {
	for _, text := range []string{report, "back", "2", "", "Severity: 2\nSteps:\n1. a\n2. b", "昨日14時から全員", "```\nx\n```", "a: b\n\nc", "Error:\n\n\nx", "①a\n②b", "\x00", "１） x ２） y", "Details: ", "Files: none", many, "type: " + many, "Yes. No data is lost, call Giulia, +39 02 1234567. ... It is, an error", "エラーです。全員、昨日14時から。データが古いです。2"} {
		for i := range fields {
			f.Add(text, uint8(i), uint8(i*7))
		}
	}
	f.Fuzz(func(t *testing.T, text string, open, known uint8) {
		env := rome(t)
		s := with("type", "error").Ask(fields[int(open)%len(fields)].field)
		if known&1 > 0 {
			s.Answers[Summary] = "Sales export fails"
		}
		if known&2 > 0 {
			s.Answers[Severity] = []string{"1", "2", "3"}[known%3]
		}
		if known&4 > 0 {
			s.Answers[Details], s.Answers[Workaround] = "Old details", "reasonable"
		}
		if known&8 > 0 { // it is asked whether to keep the severity
			s.Answers[Severity], s.Answers[Affected], s.Disputed, s.Asked = "1", "one", true, Severity
		}
		if known&16 > 0 {
			delete(s.Answers, Type)
		}
		next, out := s.Take(text, env)
		checkNothingLost(t, s, next, out, text)
		for _, lang := range texts.Languages() {
			voice := speak(t, lang)
			for _, p := range out.Problems {
				if said := p.Say(voice); strings.Contains(said, "⟦") && !strings.Contains(text, "⟦") {
					t.Errorf("%s: %s", p.Key, said)
				}
			}
			next.Summary(voice, env)
			next.Form(voice, env)
			next.Noted(out, voice, env)
		}
		next.Next(env)
		next.Submit(env)
	})
}

var letters = regexp.MustCompile(`[a-z]+|[0-9]+|[\p{Han}\p{Hiragana}\p{Katakana}]+|[^\P{L}a-z\p{Han}\p{Hiragana}\p{Katakana}]+`)

func checkNothingLost(t *testing.T, before, after State, out Outcome, text string) {
	t.Helper()
	if out.Word != "" {
		return
	}
	var kept strings.Builder
	for _, value := range after.Answers {
		kept.WriteString(value + "\n")
	}
	for _, p := range out.Problems {
		kept.WriteString(p.Typed + "\n")
	}
	if len(out.Understood)+len(out.Problems) == 0 && out.Kept == "" && after.Answers[Details] == before.Answers[Details] {
		// what repeats the details adds nothing
		if !strings.Contains(before.Answers[Details], clean(text)) {
			t.Errorf("%q had no outcome", text)
		}
	}
	have := fold(kept.String()).text + " " + recognised
	for _, word := range letters.FindAllString(fold(clean(text)).text, -1) {
		if len(strings.TrimLeft(word, "0")) > 2 && !strings.Contains(have, word) { // shorter ones may number a step or an option
			t.Errorf("%q is lost of %q:\n%+v\n%+v", word, text, after.Answers, out)
		}
	}
}

// recognised holds all words that stand for a value or a label.
var recognised = func() string {
	var b strings.Builder
	for _, l := range []lexicon{nones, keeps, cannots, severityWords} {
		for _, e := range l {
			b.WriteString(strings.Join(e.phrases, " ") + " ")
		}
	}
	for _, l := range choices {
		for _, e := range l {
			b.WriteString(strings.Join(e.phrases, " ") + " です ")
		}
	}
	for label := range labels {
		b.WriteString(label + " ")
	}
	b.WriteString(strings.Join(fillers, " ") + verdict.String())
	return b.String() + " sev severity gravita 重大度 n s no step passo passaggio 手順 1 2 3 4 5 6 7 8 9"
}()
