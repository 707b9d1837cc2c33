package intake

import (
	"strings"
	"testing"

	"casebot/policy"
)

// talk plays a conversation: each line of the script is what the customer
// types, and the transcript shows what was asked for it and what came of it.
// "submit now" ends it.
func talk(t *testing.T, env Env, start string, script ...string) (State, string) {
	t.Helper()
	var b strings.Builder
	var s State
	say := func(text string) (done bool) {
		next, out := s.Take(text, env)
		b.WriteString("> " + strings.ReplaceAll(text, "\n", " / ") + "\n")
		if len(out.Understood) > 0 {
			b.WriteString("= " + strings.Join(fieldNames(out.Understood), " ") + "\n")
		}
		for _, key := range problemKeys(out) {
			b.WriteString("! " + key + "\n")
		}
		if out.Contradiction != nil {
			b.WriteString("? " + out.Contradiction.Hint.String() + "\n")
		}
		s = next
		if out.Word != Submit {
			return false
		}
		var sub Submission
		s, sub = s.Submit(env)
		switch {
		case sub.Warn:
			b.WriteString("* missing " + strings.Join(fieldNames(sub.Missing), " ") + "\n")
		case sub.OK:
			b.WriteString("* case\n")
		}
		return sub.OK
	}
	if start != "" {
		say(start)
	}
	for _, text := range script {
		if f, ok := s.Next(env); ok {
			b.WriteString(string(f) + "?\n")
			s = s.Ask(f)
		} else {
			b.WriteString("(nothing more)\n")
		}
		if say(text) && isCritical(s) {
			break
		}
	}
	return s, b.String()
}

func isCritical(s State) bool {
	severity, _ := s.Severity()
	return severity == policy.Severity1
}

func fieldNames(list []Field) []string {
	var names []string
	for _, f := range list {
		names = append(names, string(f))
	}
	return names
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got != strings.TrimPrefix(want, "\n") {
		t.Errorf("the conversation went\n%s", got)
	}
}

// TestSeverity1 asks exactly fields 2 to 8 and 16, then lets go; 12 and 15
// come first after the case has its number.
func TestSeverity1(t *testing.T) {
	env := rome(t)
	s, got := talk(t, env, "", "error", "Nobody sees any page of the portal", "1", "all", "none", "yes", "today 13:00, still going on", "Giulia, +39 02 1234567", "submit now")
	compare(t, got, `
type?
> error
= type
summary?
> Nobody sees any page of the portal
= summary
severity?
> 1
= severity
affected?
> all
= affected
workaround?
> none
= workaround
production?
> yes
= production
since?
> today 13:00, still going on
= since
call?
> Giulia, +39 02 1234567
= call
(nothing more)
> submit now
* case
`)
	var after []string
	for range 20 {
		f, ok := s.Next(env)
		if !ok {
			break
		}
		after = append(after, string(f))
		s, _ = s.Ask(f).Take("skip", env)
	}
	if got := strings.Join(after, " "); got != "where impact steps expected actual error environment changes files access session" {
		t.Errorf("after the number: %s", got)
	}
}

func TestSeverity1WithSeveralInstances(t *testing.T) {
	env := rome(t)
	env.Instances = []string{"Production EU", "Production US"}
	_, got := talk(t, env, "", "EU", "Nobody sees any page of the portal", "1", "all", "none", "yes", "13:00", "+39 02 1234567", "submit now")
	if n := strings.Count(got, "?\n"); n != 8 {
		t.Errorf("%d questions:\n%s", n, got)
	}
}

func TestSeverity1InHaste(t *testing.T) {
	_, got := talk(t, rome(t), "Sev 1!!! Portal is down in production for all users since 13:00, no workaround, call Giulia +39 02 1234567", "submit now")
	compare(t, got, `
> Sev 1!!! Portal is down in production for all users since 13:00, no workaround, call Giulia +39 02 1234567
= summary severity affected workaround production since call
(nothing more)
> submit now
* case
`)
}

func TestSeverity2(t *testing.T) {
	env := rome(t)
	_, got := talk(t, env, "Sales export ends with error 500", "errore", "2", "many", "submit now", "reasonable", "we export by hand", "keep", "yes", "yesterday 14:00, every time",
		"back", "Steps:\n1. Open Sales\n2. Export", "Expected: a PDF\nActual: an error page", "yesterday 14:00", "HTTP 500", "card 12", "skip", "non so", "Invoices are late", "skip", "none", "no", "はい", "submit now")
	compare(t, got, `
> Sales export ends with error 500
= summary
type?
> errore
= type
severity?
> 2
= severity
affected?
> many
= affected
workaround?
> submit now
* missing workaround production since steps expected actual error where impact
workaround?
> reasonable
! problem.workaround.which
workaround?
> we export by hand
= workaround
? 3
severity?
> keep
= severity
production?
> yes
= production
since?
> yesterday 14:00, every time
= since
steps?
> back
since?
> Steps: / 1. Open Sales / 2. Export
= steps
since?
> Expected: a PDF / Actual: an error page
= expected actual
since?
> yesterday 14:00
= since
error?
> HTTP 500
= error
where?
> card 12
= where
environment?
> skip
changes?
> non so
impact?
> Invoices are late
= impact
call?
> skip
files?
> none
= files
access?
> no
= access
session?
> はい
= session
(nothing more)
> submit now
* case
`)
}

func TestTimeSensitiveRequest(t *testing.T) {
	s, got := talk(t, rome(t), "Please switch on the feature Alerts for us", "request", "2", "many", "none", "no", "portal", "The fair opens, we need it by 20 March", "skip")
	compare(t, got, `
> Please switch on the feature Alerts for us
= summary
type?
> request
= type
severity?
> 2
= severity
affected?
> many
= affected
workaround?
> none
= workaround
production?
> no
= production
where?
> portal
= where
impact?
> The fair opens, we need it by 20 March
= impact deadline
call?
> skip
`)
	if got := s.Answers[Deadline]; got != "2026-03-20: by 20 March" {
		t.Errorf("deadline %q", got)
	}
}

func TestQuestionOfSeverity3(t *testing.T) {
	_, got := talk(t, rome(t), "How can I share a page with a partner?", "3", "3", "skip", "skip", "skip", "skip", "skip", "submit now")
	compare(t, got, `
> How can I share a page with a partner?
= summary
type?
> 3
= type
severity?
> 3
= severity
affected?
> skip
where?
> skip
impact?
> skip
files?
> skip
access?
> skip
(nothing more)
> submit now
* case
`)
}

func TestItalianConversation(t *testing.T) {
	env := rome(t)
	env.Lang = "it"
	s, got := talk(t, env, "Gravità: 3\nL'esportazione delle vendite non funziona da lunedì alle 9 per alcuni utenti", "errore", "ragionevole: esportiamo a mano", "indietro", "ragionevole: a mano", "non lo so", "1. apro Vendite\n2. premo Esporta", "annulla")
	compare(t, got, `
> Gravità: 3 / L'esportazione delle vendite non funziona da lunedì alle 9 per alcuni utenti
= summary severity affected since
type?
> errore
= type
workaround?
> ragionevole: esportiamo a mano
= workaround
production?
> indietro
workaround?
> ragionevole: a mano
= workaround
production?
> non lo so
steps?
> 1. apro Vendite / 2. premo Esporta
= steps
expected?
> annulla
`)
	if s.Answers[Since] != "2026-03-09T09:00:00+01:00: da lunedì alle 9" {
		t.Errorf("since %q", s.Answers[Since])
	}
}

func TestJapaneseConversation(t *testing.T) {
	env := rome(t)
	env.Lang, env.Zone = "ja", place(t, "Asia/Tokyo")
	s, got := talk(t, env, "昨日14時から売上レポートが出力できません。多くのユーザーに影響があり、回避策はありません。", "エラー", "①売上を開く\n②出力を押す", "２", "はい、本番です",
		"PDFが出る", "pdfが出る。", "何も起きない", "なし", "カード 12", "戻る", "カード 12", "スキップ", "わかりません", "請求が遅れる", "今すぐ送信")
	compare(t, got, `
> 昨日14時から売上レポートが出力できません。多くのユーザーに影響があり、回避策はありません。
= summary affected workaround since
type?
> エラー
= type
severity?
> ①売上を開く / ②出力を押す
= steps
severity?
> ２
= severity
production?
> はい、本番です
= production
expected?
> PDFが出る
= expected
actual?
> pdfが出る。
! problem.same
actual?
> 何も起きない
= actual
error?
> なし
= error
where?
> カード 12
= where
environment?
> 戻る
where?
> カード 12
= where
environment?
> スキップ
changes?
> わかりません
impact?
> 請求が遅れる
= impact
call?
> 今すぐ送信
* case
`)
	if got := s.Answers.Choice(Since); got != "2026-03-08T14:00:00+09:00" {
		t.Errorf("since %q", got)
	}
}
