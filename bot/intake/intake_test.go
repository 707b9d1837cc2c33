package intake

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"casebot/bot/texts"
)

// monday is Monday 9 March 2026, 13:30 in Rome.
var monday = time.Date(2026, 3, 9, 12, 30, 0, 0, time.UTC)

func place(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func rome(t testing.TB) Env {
	t.Helper()
	return Env{Lang: "en", Zone: place(t, "Europe/Rome"), Now: monday, Instances: []string{"Production EU"}}
}

func speak(t testing.TB, lang string) texts.Voice {
	t.Helper()
	c, err := texts.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.In(lang)
}

// with builds a state from pairs of a field and its normalised answer.
func with(pairs ...string) State {
	s := State{Answers: Answers{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		s.Answers[Field(pairs[i])] = pairs[i+1]
	}
	return s
}

// asked gives the state in which a question is open.
func asked(f Field, pairs ...string) State { return with(pairs...).Ask(f) }

func problemKeys(out Outcome) []string {
	var keys []string
	for _, p := range out.Problems {
		keys = append(keys, p.Key)
	}
	return keys
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		field Field
		typed string
		want  string // the answer
		wrong string // or the problem
	}{
		{Type, "error", "error", ""},
		{Type, "2", "request", ""},
		{Type, "It is a question", "question: It is a question", ""},
		{Type, "richiesta", "request", ""},
		{Type, "不具合です", "error", ""},
		{Type, "a question about an error", "", "problem.choice"},
		{Type, "4", "", "problem.choice"},

		{Summary, "Sales export ends with error 500", "Sales export ends with error 500", ""},
		{Summary, "Export", "", "problem.summary.short"},
		{Summary, "help!!! urgent", "", "problem.summary.vague"},
		{Summary, "It is not working, please help", "", "problem.summary.vague"},
		{Summary, "Aiuto, non funziona niente", "", "problem.summary.vague"},
		{Summary, "至急助けてください。動きません。", "", "problem.summary.vague"},
		{Summary, "売上レポートを出力できません", "売上レポートを出力できません", ""},
		{Summary, "😀😀😀😀😀😀😀😀😀😀😀", "", "problem.summary.vague"},

		{Severity, "1", "1", ""},
		{Severity, "２", "2", ""},
		{Severity, "Sev 3", "3", ""},
		{Severity, "gravità 2", "2", ""},
		{Severity, "重大度は2です", "", "problem.severity"},
		{Severity, "重大度2", "2", ""},
		{Severity, "2です", "2", ""},
		{Severity, "2, because many are affected", "2: 2, because many are affected", ""},
		{Severity, "two", "2", ""},
		{Severity, "1 or 2", "", "problem.severity"},
		{Severity, "4", "", "problem.severity"},
		{Severity, "1.5", "", "problem.severity"},
		{Severity, "11", "", "problem.severity"},
		{Severity, "high", "", "problem.severity"},

		{Affected, "All users", "all", ""},
		{Affected, "everyone", "all", ""},
		{Affected, "not all of them", "some: of them", ""},
		{Affected, "40", "many: 40", ""},
		{Affected, "about 40, all in sales", "many: about 40, all in sales", ""},
		{Affected, "1", "one", ""},
		{Affected, "3 people", "some: 3 people", ""},
		{Affected, "many, about 40 in sales", "many: about 40 in sales", ""},
		{Affected, "tutti gli utenti", "all", ""},
		{Affected, "solo io", "one", ""},
		{Affected, "全員です", "all", ""},
		{Affected, "営業部の一部", "some: 営業部の一部", ""},
		{Affected, "1名", "one", ""},
		{Affected, "0", "", "problem.choice"},
		{Affected, "hmm", "", "problem.choice"},

		{Workaround, "none", "none", ""},
		{Workaround, "No", "none", ""},
		{Workaround, "there is no workaround", "none", ""},
		{Workaround, "ありません", "none", ""},
		{Workaround, "nessuna", "none", ""},
		{Workaround, "unreasonable: we type 4000 rows", "unreasonable: we type 4000 rows", ""},
		{Workaround, "non ragionevole", "unreasonable", ""},
		{Workaround, "reasonable: export by hand", "reasonable: export by hand", ""},
		{Workaround, "妥当: 手作業で出力", "reasonable: 手作業で出力", ""},
		{Workaround, "3", "reasonable", "problem.workaround.which"},
		{Workaround, "we export by hand, no trouble", ": we export by hand, no trouble", "problem.workaround.judge"},
		{Workaround, "yes", "", "problem.workaround.which"},
		{Workaround, "yes, export by hand", ": export by hand", "problem.workaround.judge"},

		{Production, "yes", "yes", ""},
		{Production, "data", "data", ""},
		{Production, "yes, and figures are wrong", "data: yes, and figures are wrong", ""},
		{Production, "yes, both", "data: yes, both", ""},
		{Production, "yes, no data lost", "yes: no data lost", ""},
		{Production, "sì, e ci sono dati errati", "data: sì, e ci sono dati errati", ""},
		{Production, "はい、数値が誤っています", "data: はい、数値が誤っています", ""},
		{Production, "はい、データの誤りはありません", "yes: データの誤りはありません", ""},
		{Production, "staging", "no", ""},
		{Production, "not in production", "no", ""},
		{Production, "テスト環境です", "no", ""},
		{Production, "perhaps", "", "problem.choice"},

		{Steps, "1. Open the page\n2. Click Export", "1. Open the page\n2. Click Export", ""},
		{Steps, "1) open 2) click 3) export", "1. open\n2. click\n3. export", ""},
		{Steps, "Open Sales -> Export -> PDF", "1. Open Sales\n2. Export\n3. PDF", ""},
		{Steps, "I open the page. Then I press Export.", "1. I open the page.\n2. Then I press Export.", ""},
		{Steps, "①ページを開く\n②出力を押す", "1. ページを開く\n2. 出力を押す", ""},
		{Steps, "Open it", "", "problem.steps.few"},
		{Steps, "I cannot repeat it", "cannot repeat", "problem.steps.last"},
		{Steps, "Cannot repeat, last on Friday 16:00", "cannot repeat: Cannot repeat, last on Friday 16:00", ""},
		{Steps, "non riproducibile, l'ultima volta ieri alle 9", "cannot repeat: non riproducibile, l'ultima volta ieri alle 9", ""},
		{Steps, "再現できません。最後は昨日の14時です", "cannot repeat: 再現できません。最後は昨日の14時です", ""},

		{Expected, "A PDF", "A PDF", ""},
		{Actual, "Nothing at all", "Nothing at all", ""},
		{Actual, "...", "", "problem.empty"},
		{ErrorText, "none shown", "none", ""},
		{ErrorText, "表示なし", "none", ""},
		{ErrorText, "Error: ORA-00942\nat line 3", "Error: ORA-00942\nat line 3", ""},
		{Where, "https://acme.example/page/12", "https://acme.example/page/12", ""},

		{Call, "Giulia, +39 02 1234567", "Giulia, +39 02 1234567", ""},
		{Call, "佐藤 ０３－１２３４－５６７８", "佐藤 ０３－１２３４－５６７８", ""},
		{Call, "Giulia", "", "problem.call"},
		{Call, "Giulia 12345", "", "problem.call"},
		{Call, "2026-03-08", "", "problem.call"},

		{Access, "Yes please", "yes", ""},
		{Access, "no", "no", ""},
		{Access, "sì, certo", "yes: certo", ""},
		{Access, "no problem, go ahead", "yes: go ahead", ""},
		{Access, "はい", "yes", ""},
		{Access, "I have no idea", "", "problem.choice"},
		{Session, "2", "no", ""},
		{Files, "none", "none", ""},
		{Files, "see my mail", "", "problem.files"},
		{Impact, "Invoices stand still", "Invoices stand still", ""},
	}
	for _, tt := range tests {
		t.Run(string(tt.field)+"/"+tt.typed, func(t *testing.T) {
			s, out := asked(tt.field, "summary", "Sales export ends with error 500").Take(tt.typed, rome(t))
			if tt.field == Summary {
				s, out = asked(Summary).Take(tt.typed, rome(t))
			}
			if got := s.Answers[tt.field]; got != tt.want {
				t.Errorf("answer %q, want %q", got, tt.want)
			}
			if got := strings.Join(problemKeys(out), " "); got != tt.wrong {
				t.Errorf("problem %q, want %q", got, tt.wrong)
			}
			if open := s.Asked == tt.field; open != (tt.wrong != "") {
				t.Errorf("the question is open: %v", open)
			}
		})
	}
}

func TestExpectedAndActualDiffer(t *testing.T) {
	s, out := asked(Actual, "expected", "A PDF.").Take("a pdf", rome(t))
	if !slices.Equal(problemKeys(out), []string{"problem.same"}) || s.Answers[Actual] != "" {
		t.Errorf("got %q, %v", s.Answers[Actual], problemKeys(out))
	}
}

func TestAnswersInTwoTurns(t *testing.T) {
	env := rome(t)
	tests := []struct {
		field       Field
		first, then string
		want        string
	}{
		{Workaround, "reasonable", "we export by hand", "reasonable: we export by hand"},
		{Workaround, "we export by hand", "reasonable", "reasonable: we export by hand"},
		{Workaround, "we export by hand", "unreasonable", "unreasonable: we export by hand"},
		{Workaround, "reasonable", "none", "none"},
		{Steps, "cannot repeat", "yesterday 14:00", "cannot repeat: yesterday 14:00"},
		{Steps, "cannot repeat", "1. open\n2. click", "1. open\n2. click"},
	}
	for _, tt := range tests {
		s, _ := asked(tt.field, "summary", "Sales export fails", "type", "error", "severity", "2").Take(tt.first, env)
		if f, ok := s.Next(env); !ok || f != tt.field || !slices.Contains(s.Missing(env), tt.field) {
			t.Errorf("%q: next is %q", tt.first, f)
		}
		if s, _ = s.Take(tt.then, env); s.Answers[tt.field] != tt.want || s.Asked != "" {
			t.Errorf("%q, %q: got %q, want %q", tt.first, tt.then, s.Answers[tt.field], tt.want)
		}
	}
}

func TestInstances(t *testing.T) {
	env := rome(t)
	env.Instances = []string{"Production EU", "Production US", "Sandbox"}
	for typed, want := range map[string]string{
		"production us": "Production US", "3": "Sandbox", "sandbox": "Sandbox", "EU": "Production EU", "Production": "", "APAC": "",
	} {
		s, out := asked(Instance, "summary", "Sales export fails").Take(typed, env)
		if s.Answers[Instance] != want || (want == "") != (len(out.Problems) > 0) {
			t.Errorf("%q: got %q, %v", typed, s.Answers[Instance], problemKeys(out))
		}
	}
}

func TestStateSurvivesJSON(t *testing.T) {
	s := asked(Since, "summary", "Sales export fails", "severity", "2")
	s.Skipped, s.Warned, s.Disputed, s.Submitted = []Field{Call}, true, true, true
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back State
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(s, back) {
		t.Errorf("%s\n%+v\n%+v %v", text, s, back, err)
	}
	var none State
	if text, _ := json.Marshal(State{}); string(text) != "{}" || json.Unmarshal(text, &none) != nil {
		t.Errorf("an empty state is %s", text)
	}
	if s, _ := none.Take("Sales export ends with error 500", rome(t)); s.Answers[Summary] == "" {
		t.Error("an empty state takes nothing")
	}
}

func TestStatesAreNotShared(t *testing.T) {
	env := rome(t)
	s := asked(Severity, "summary", "Sales export fails", "type", "error")
	before := maps.Clone(s.Answers)
	for _, typed := range []string{"2", "skip", "back", "Affected: all"} {
		s.Take(typed, env)
	}
	s.Fill(map[string]string{"severity": "2", "summary": "Another summary here"}, env)
	s.Attach([]Attachment{{Name: "a.png", Size: 1}}, env)
	s.Submit(env)
	if !maps.Equal(before, s.Answers) || len(s.Skipped) > 0 || s.Asked != Severity || len(s.Trail) != 1 {
		t.Errorf("the state changed: %+v", s)
	}
}
