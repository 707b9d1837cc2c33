package slack_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
)

// TestLateForm proves that a form whose outcome takes longer than Slack waits
// stays open, and shows the outcome: an answer, mistakes with all that was typed,
// that nothing was saved, or the next form.
func TestLateForm(t *testing.T) {
	t.Parallel()
	asked := &bot.Form{
		Title: "Report", Command: "case new", Submit: "Send",
		Fields: []bot.FormField{{Name: "summary", Label: "Summary", Kind: bot.FieldLine, Required: true}, {Name: "steps", Label: "Steps", Kind: bot.FieldText}},
	}
	type outcome struct {
		answer bot.Answer
		err    error
	}
	for name, c := range map[string]struct {
		outcome
		title string // of what is open then
		text  string // that can be read in it
		typed string // what stands in the first field
	}{
		"an answer": {outcome{answer: bot.Answer{Private: &bot.Message{Text: "ACME-42 is open."}}}, "Report", "ACME-42 is open.", ""},
		"no answer": {outcome{}, "Report", "✅", ""},
		"mistakes":  {outcome{answer: bot.Answer{Errors: map[string]string{"summary": "Say more, please.", "elsewhere": "The contract has ended."}}}, "Report", "Summary: Say more, please.\n⚠️ The contract has ended.", "It is slow"},
		"not saved": {outcome{bot.Answer{Private: &bot.Message{Text: "Not saved, please try again."}}, errors.New("the store is down")}, "Report", "Not saved, please try again.", "It is slow"},
		"a form":    {outcome{answer: bot.Answer{Form: &bot.Form{Title: "More", Command: "case reply ACME-42", Submit: "Send", Fields: asked.Fields}}}, "More", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, "socket")
			decided := make(chan struct{})
			p := w.platformWith(func(c *slack.Config) { c.Defer = 5 * time.Millisecond })
			listen(t, p, func(_ context.Context, e bot.Event) (bot.Answer, error) {
				if e.Command == nil || !e.Command.Form {
					return bot.Answer{Form: asked}, nil
				}
				<-decided
				return c.answer, c.err
			})
			send, err := w.Slash("U0GIULIA", "C0ACME", "/case new")
			if err == nil {
				err = send()
			}
			if err != nil {
				t.Fatal(err)
			}
			eventually(t, "the form", func() bool { return w.View("U0GIULIA") != nil })
			if err := w.Fill("U0GIULIA", map[string]string{"Summary": "It is slow", "Steps": "1. look"}); err != nil {
				t.Fatal(err)
			}
			if send, err = w.Submit("U0GIULIA"); err == nil {
				err = send()
			}
			if err != nil {
				t.Fatal(err)
			}
			if f := w.View("U0GIULIA"); f == nil || !strings.Contains(f.Text, "⏳") || f.Trouble != "" {
				t.Errorf("while it is decided: %+v", f)
			}
			close(decided)
			var f *slackfake.Form
			eventually(t, "the outcome", func() bool {
				f = w.View("U0GIULIA")
				return f != nil && !strings.Contains(f.Text, "⏳")
			})
			if f.Title != c.title || !strings.Contains(f.Text, c.text) {
				t.Errorf("the outcome is %+v, want %q with %q", f, c.title, c.text)
			}
			if c.typed == "" {
				return
			}
			if f.Fields[0].Value != c.typed || f.Fields[1].Value != "1. look" {
				t.Errorf("what was typed is lost: %+v", f)
			}
		})
	}
}
