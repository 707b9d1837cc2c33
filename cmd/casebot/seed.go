package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"casebot/adapters/console"
	"casebot/bot"
)

// step is something that somebody did on the demo's desk.
type step struct {
	days  int    // so many days before its start
	clock string // at this time, UTC
	as    string // a console id
	room  string
	text  string            // a command without its slash
	form  map[string]string // what a form said
}

const day = 24 * time.Hour

// seedSteps is the past of the demo's desk: real commands to the real engine.
// ACME has none, so that a visitor's first case is ACME-1.
func seedSteps() []step {
	import1, schedule, tokyo := seedID(0), seedID(4), seedID(7)
	return []step{
		{5, "16:05", "hank", "globex", "case new", map[string]string{
			"summary": "Nightly import of the sales dataset fails", "type": "error", "severity": "2", "affected": "many", "workaround": "unreasonable",
			"production": "yes", "since": "yesterday 02:00", "steps": "1. Open the dataset Sales EMEA\n2. Press Run now\n3. Wait for step Join",
			"expected": "The dataset is refreshed", "actual": "Out of memory at step Join", "error": "Error 507: out of memory",
			"where": "Dataset Sales EMEA (ds-4471)", "impact": "The morning report of 40 shops shows old figures",
		}},
		{5, "16:09", "hank", "globex", "case draft " + import1 + " submit", nil},
		{5, "16:40", "ben", "triage", "case take GLOBEX-1", nil},
		{5, "16:52", "ben", "triage", "case reply GLOBEX-1 Good morning Hank. I can see the failed runs of ds-4471. The join grew past its memory limit last night; I am raising the limit now and will write again when tonight's run is through.", nil},
		{4, "15:20", "hank", "globex", "case new", map[string]string{
			"summary": "How do I schedule a report for the last working day?", "type": "question", "severity": "3", "affected": "one",
		}},
		{4, "15:21", "hank", "globex", "case draft " + schedule + " submit", nil},
		{4, "18:02", "ada", "triage", "case reply GLOBEX-2 Hello Hank. In the schedule dialog choose Monthly, then Last working day. It follows the calendar of your instance, so public holidays count as well.", nil},
		{3, "01:10", "yuki", "nippon", "case new", map[string]string{
			"summary": "ダッシュボードの表示に30秒以上かかります", "type": "error", "severity": "3", "affected": "some", "workaround": "reasonable", "workaround_text": "夜間にPDFで出力しています",
			"since": "2026-01-05", "steps": "1. 売上ダッシュボードを開く\n2. 期間を「今月」にする", "expected": "数秒で表示される", "actual": "30秒以上待たされる", "where": "売上ダッシュボード (page-88)",
		}},
		{3, "01:12", "yuki", "nippon", "case draft " + tokyo + " submit", nil},
		{3, "02:30", "ada", "triage", "case take NIPPON-1", nil},
		{3, "02:48", "ada", "triage", "case wait NIPPON-1 ご連絡ありがとうございます。ブラウザーの種類と、遅くなる時間帯を教えていただけますか。", nil},
		{2, "09:15", "hank", "globex", "case resolve GLOBEX-2", nil},
		{1, "15:30", "ben", "triage", "case note GLOBEX-1 The memory limit helped; the run of tonight will show. Watching it.", nil},
	}
}

// at is the moment of a step.
func (s step) at(start time.Time) (time.Time, error) {
	clock, err := time.Parse("15:04", s.clock)
	if err != nil {
		return clock, fmt.Errorf("step at %q: %w", s.clock, err)
	}
	y, m, d := start.UTC().AddDate(0, 0, -s.days).Date()
	return time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, time.UTC), nil
}

func seedEvent(i int) string { return fmt.Sprintf("%s:seed-%d", console.Name, i) }

func seedID(i int) string { return bot.DraftID(seedEvent(i)) }

// seed furnishes the demo's desk by living through its past, and leaves the
// clock at start.
func (a *app) seed(ctx context.Context, start time.Time, empty bool) error {
	if err := a.travel.Start(ctx, start.Add(-6*day)); err != nil {
		return err
	}
	if err := a.applyDirectory(ctx, a.cfg.Directory); err != nil {
		return err
	}
	if empty {
		return a.travel.Start(ctx, start)
	}
	names := map[string]string{}
	for _, s := range a.cfg.Staff {
		names[s.Refs[console.Name]] = s.Name
	}
	for i, s := range seedSteps() {
		at, err := s.at(start)
		if err != nil {
			return err
		}
		if err := a.travel.Advance(ctx, at.Sub(a.travel.Now())); err != nil {
			return err
		}
		group, text, _ := strings.Cut(s.text, " ")
		e := bot.Event{
			ID: seedEvent(i), Kind: bot.EventCommand, At: a.travel.Now(), Actor: bot.Actor{Ref: console.Name + ":" + s.as, Name: names[s.as]},
			Origin:  bot.Origin{Room: console.Name + ":" + s.room},
			Command: &bot.Command{Group: group, Text: text, Args: s.form, Form: s.form != nil},
		}
		answer, err := a.engine.Handle(ctx, e)
		switch {
		case err != nil && !errors.Is(err, bot.ErrDuplicate):
			return fmt.Errorf("step %d, %q: %w", i, s.text, err)
		case len(answer.Errors) > 0:
			return fmt.Errorf("step %d, %q: form refused: %v", i, s.text, answer.Errors)
		}
	}
	return a.travel.Advance(ctx, start.Sub(a.travel.Now()))
}
