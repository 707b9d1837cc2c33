package intake

import (
	"slices"
	"strings"
	"testing"

	"casebot/policy"
)

const many = "It is an error, severity 2. About 40 users in sales, no workaround. In production, data is stale. Since yesterday 14:00. The token is ••••."

// TestClauses gives each clause of a text to the field that it answers and
// the rest to the details.
func TestClauses(t *testing.T) {
	tests := []struct {
		open Field
		text string
		want Answers // what is not named has no answer
	}{
		{Type, many, Answers{
			Type: "error: It is an error", Severity: "2", Affected: "many: About 40 users in sales", Workaround: "none: no workaround",
			Production: "data: In production, data is stale", Since: "2026-03-08T14:00:00+01:00: Since yesterday 14:00", Details: "The token is ••••.",
		}},
		{Type, "type: " + many, Answers{
			Type: "error: It is an error", Severity: "2", Affected: "many: About 40 users in sales", Workaround: "none: no workaround",
			Production: "data: In production, data is stale", Since: "2026-03-08T14:00:00+01:00: Since yesterday 14:00", Details: "The token is ••••.",
		}},
		{Affected, "Many users, about 40 in sales. No workaround. Since yesterday 14:00.", Answers{
			Affected: "many: about 40 in sales", Workaround: "none: No workaround", Since: "2026-03-08T14:00:00+01:00: Since yesterday 14:00",
		}},
		{Affected, "all, since yesterday 14:00, still going on", Answers{Affected: "all", Since: "2026-03-08T14:00:00+01:00: since yesterday 14:00, still going on"}},
		{Affected, "Many users. About 40 in sales. They wait.", Answers{Affected: "many: About 40 in sales", Details: "They wait."}},
		{Affected, "many since yesterday 14:00", Answers{Affected: "many", Since: "2026-03-08T14:00:00+01:00: since yesterday 14:00"}},
		{Workaround, "Reasonable. We export by hand, in production", Answers{Workaround: "reasonable: We export by hand", Production: "yes: in production"}},
		{Workaround, "no, in production", Answers{Workaround: "none", Production: "yes: in production"}},
		{Since, "yesterday, 14:00. It happens every hour. No workaround", Answers{
			Since: "2026-03-08T14:00:00+01:00: yesterday, 14:00. It happens every hour", Workaround: "none: No workaround",
		}},
		{Severity, "2. Call Giulia, +39 02 1234567. We are waiting.", Answers{Severity: "2", Call: "Call Giulia, +39 02 1234567", Details: "We are waiting."}},
		{Severity, "2, it fails in production for all users", Answers{
			Severity: "2", Production: "yes: in production", Affected: "all: all users", Details: "it fails in production for all users",
		}},
		{Access, "Yes. But please tell us before. No workaround.", Answers{Access: "yes: But please tell us before", Workaround: "none: No workaround"}},
		{Production, "Yes. No data is lost. The menu is blank.", Answers{Production: "yes: No data is lost", Details: "The menu is blank."}},
		{Type, "È un errore, gravità 2. Circa 40 utenti nelle vendite, nessuna soluzione alternativa. In produzione i dati sono obsoleti.", Answers{
			Type: "error: È un errore", Severity: "2", Affected: "many: Circa 40 utenti nelle vendite", Workaround: "none: nessuna soluzione alternativa",
			Production: "data: In produzione i dati sono obsoleti",
		}},
		{Type, "エラーです。重大度2。営業の約40名のユーザー、回避策はありません。本番環境でデータが古いです。", Answers{
			Type: "error", Severity: "2", Affected: "many: 営業の約40名のユーザー", Workaround: "none: 回避策はありません",
			Production: "data: 本番環境でデータが古いです",
		}},
		{Type, "an error, a question. There is no workaround", Answers{Workaround: "none: no workaround", Details: "an error, a question. There is no workaround"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			s, _ := asked(tt.open, "summary", "Sales export fails").Take(tt.text, rome(t))
			for _, f := range Fields() {
				if f != Summary && f != Instance && s.Answers[f] != tt.want[f] {
					t.Errorf("%s: got %q, want %q", f, s.Answers[f], tt.want[f])
				}
			}
		})
	}
}

func TestClausesKeepAnswers(t *testing.T) {
	s, _ := asked(Type, "summary", "Sales export fails", "affected", "one").Take("It is an error. Many users have it", rome(t))
	if s.Answers[Affected] != "one" || s.Answers[Type] != "error: It is an error" || s.Answers[Details] != "Many users have it" {
		t.Errorf("got %v", s.Answers)
	}
}

// TestProductionSaysWhatWasSaid takes production and the state of the data
// as two answers: neither speaks for the other.
func TestProductionSaysWhatWasSaid(t *testing.T) {
	tests := map[string]string{
		"The export fails in production":                   "yes: in production",
		"In production, data is stale.":                    "data: In production, data is stale",
		"It does not open in production, data are missing": "data: in production, data are missing",
		"In production the figures are not up to date":     "data: In production, figures are not up to date",
		"In production, no data is lost today":             "yes: In production",
		"The data of the report are corrupted":             ": data of the report are corrupted",
		"In produzione i dati sono mancanti":               "data: In produzione, dati sono mancanti",
		"I dati del report non sono aggiornati":            ": dati del report non sono aggiornati",
		"本番環境でデータが更新されていません":                               "data: 本番環境, データが更新されていません",
		"レポートのデータが壊れています":                                  ": データが壊れ",
		"レポートのデータは失われていません、遅いです":                           "",
		"Our sandbox shows stale data":                     "no: Our sandbox",
	}
	for text, want := range tests {
		if s, _ := asked(Summary).Take(text, rome(t)); s.Answers[Production] != want {
			t.Errorf("%q: got %q, want %q", text, s.Answers[Production], want)
		}
	}
}

func TestHalfOfProduction(t *testing.T) {
	env := rome(t)
	tests := []struct{ known, typed, want string }{
		{": data is stale", "yes", "data: data is stale"},
		{": data is stale", "not in production", "no: data is stale"},
		{": the data are fine", "production", "yes: the data are fine"},
		{"", "the figures are wrong", ": the figures are wrong"},
		{"", "the data are fine", ": the data are fine"},
		{"yes: in production", "the figures are wrong", "data: in production, the figures are wrong"},
		{"", "production; the data are right", "yes: the data are right"},
	}
	for _, tt := range tests {
		s := asked(Production, "summary", "Sales export fails", "severity", "2", "type", "error", "production", tt.known)
		s, out := s.Take(tt.typed, env)
		if s.Answers[Production] != tt.want {
			t.Errorf("%q, %q: got %q, want %q", tt.known, tt.typed, s.Answers[Production], tt.want)
		}
		half := strings.HasPrefix(tt.want, separator)
		if open := s.Asked == Production; open != half || slices.Contains(problemKeys(out), "problem.production.env") != half {
			t.Errorf("%q, %q: open %v, %v", tt.known, tt.typed, open, problemKeys(out))
		}
	}
	s, _ := with("summary", "Sales export fails", "production", ": data is stale").Fill(map[string]string{"production": "yes"}, env)
	if s.Answers[Production] != "data: data is stale" {
		t.Errorf("a press gives %q", s.Answers[Production])
	}
	s, _ = with("summary", "Sales export fails", "production", "yes").Take("Some data are lost", env)
	if s.Answers[Production] != "yes" {
		t.Errorf("a press was overruled: %q", s.Answers[Production])
	}
}

// TestHalfOfProductionCostsNoQuestion lets severity 1 go on with what is
// known, so that it never is asked more than 8 times.
func TestHalfOfProductionCostsNoQuestion(t *testing.T) {
	env := rome(t)
	_, got := talk(t, env, "", "error", "Nobody sees any page of the portal", "1", "all", "none", "data are lost", "13:00", "+39 02 1234567", "submit now")
	if n := strings.Count(got, "?\n"); n != 8 || !strings.Contains(got, "= production") {
		t.Errorf("%d questions:\n%s", n, got)
	}
	s, _ := asked(Production, "summary", "Sales export fails", "severity", "1").Take("data are lost", env)
	if !slices.Contains(s.Missing(env), Production) {
		t.Errorf("half an answer counts as one: %v", s.Missing(env))
	}
}

func TestEvidenceOfProduction(t *testing.T) {
	for value, want := range map[string][2]policy.YesNo{
		"yes": {policy.Yes, ""}, "yes: no data is lost": {policy.Yes, policy.No}, "data": {policy.Yes, policy.Yes},
		": data is stale": {"", policy.Yes}, ": the data are fine": {"", ""}, "no": {policy.No, ""},
	} {
		if e := with("production", value).evidence(); e.Production != want[0] || e.DataWrong != want[1] {
			t.Errorf("%q: production %q, data wrong %q", value, e.Production, e.DataWrong)
		}
	}
}

func TestPeople(t *testing.T) {
	for typed, want := range map[string]string{
		"all in sales": "many: all in sales", "All users in Berlin": "many: All users in Berlin", "everyone in the sales team": "many: everyone in the sales team",
		"all sales people": "many: all sales people", "tutti nelle vendite": "many: tutti nelle vendite", "営業部の全員": "many: 営業部の全員",
		"all 5 in sales": "some: all 5 in sales",
		"all of us":      "all", "all of our users": "all: of our users", "everyone in the company": "all: in the company", "all users in production": "all: in production",
		"all users of the portal, in sales too": "all: of the portal, in sales too", "tutti in azienda": "all: in azienda", "全社の全員": "all: の全員",
		"12,345 users": "many: 12,345 users", "12.345 utenti": "many: 12.345 utenti", "1万人": "many: 1万人", "約1,200名": "many: 約1,200名", "10k users": "many: 10k users",
		"1 000 users": "many: 1 000 users", "3千人": "many: 3千人", "hundreds of users": "many", "数百名": "many", "1.5": "", "1 user": "one: 1 user",
		"2,5": "",
	} {
		if s, _ := asked(Affected, "summary", "Sales export fails").Take(typed, rome(t)); s.Answers[Affected] != want {
			t.Errorf("%q: got %q, want %q", typed, s.Answers[Affected], want)
		}
	}
	for text, want := range map[string]string{
		"The export fails for all users in sales":          "many: all users in sales",
		"The export fails for all users in the portal":     "all: all users",
		"The export fails for all users of Quux":           "",
		"The export fails for 12,345 users at once":        "many: 12,345 users",
		"L'esportazione non funziona per circa 300 utenti": "many: circa 300 utenti",
		"約1万人のユーザーが出力できません":                                "many: 約1万人",
		"A single user has it, 1 user in sales":            "one: A single user",
		"The limit of 40 users cannot be changed":          "",
		"Import 40 users and see an empty page":            "",
	} {
		if s, _ := asked(Summary).Take(text, rome(t)); s.Answers[Affected] != want {
			t.Errorf("%q: got %q, want %q", text, s.Answers[Affected], want)
		}
	}
}
