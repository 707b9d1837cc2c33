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

// weekly is a message with a chart.
var weekly = bot.Delivery{Key: "weekly ACME 2026-03-02", Room: "slack:C0ACME", Message: bot.Message{
	Text: "Weekly update", Charts: []bot.Chart{{Name: "ACME-2026-03-02-ageing", Title: "Age of open cases", Alt: "0–7 days: 2"}},
}}

// TestCharts proves that a chart is uploaded into its message's thread as a
// picture, with its alternative text, and once: whatever fails on the way, and
// however often it is delivered.
func TestCharts(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]*slackfake.Fault{
		"nothing fails":                  nil,
		"no address for the bytes":       {Method: "files.getUploadURLExternal", Kind: slackfake.Unavailable},
		"limited":                        {Method: "files.completeUploadExternal", Kind: slackfake.Limited, RetryAfter: 1},
		"done, but the answer is lost":   {Method: "files.completeUploadExternal", Kind: slackfake.Lost},
		"it is not done, without a word": {Method: "files.completeUploadExternal", Kind: slackfake.Silent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, "socket")
			now := time.Now()
			p := w.platformWith(func(c *slack.Config) {
				c.Draw = func(c bot.Chart) ([]byte, error) { return []byte("picture of " + c.Title), nil }
				c.Now = func() time.Time { return now }
			})
			if fault != nil {
				struck := w.Fail(*fault)
				ctx, cut := context.WithCancel(t.Context())
				if fault.Kind == slackfake.Lost || fault.Kind == slackfake.Silent { // nobody waits for ever
					go func() { <-struck; cut() }()
				}
				_, err := p.Deliver(ctx, weekly)
				cut()
				if err == nil || errors.Is(err, bot.ErrUndeliverable) {
					t.Fatalf("the first try: %v, want an error that passes", err)
				}
				w.Heal()
				now = now.Add(2 * time.Second)
			}
			for range 2 {
				if _, err := p.Deliver(t.Context(), weekly); err != nil {
					t.Fatal(err)
				}
			}
			posts, err := w.Posts("U0GIULIA", "C0ACME")
			if err != nil {
				t.Fatal(err)
			}
			if len(posts) != 2 || posts[0].Thread != "" || posts[1].Thread != posts[0].TS || len(posts[1].Files) != 1 {
				t.Errorf("posts %+v, want the update and one picture in its thread", posts)
			}
			if body, alt, _ := w.Bytes("ACME-2026-03-02-ageing.png"); body != "picture of Age of open cases" || alt != "0–7 days: 2" {
				t.Errorf("the picture holds %q, and says %q", body, alt)
			}
		})
	}
}

// TestChartsThatCannotBe proves that an update is delivered without its picture
// where that cannot be drawn, or Slack will not have it.
func TestChartsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, why := range []string{"not drawn", "missing_scope", "file_uploads_disabled"} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, "socket")
			p := w.platformWith(func(c *slack.Config) {
				c.Draw = func(bot.Chart) ([]byte, error) {
					if why == "not drawn" {
						return nil, errors.New("no ink")
					}
					return []byte("picture"), nil
				}
			})
			w.Fail(slackfake.Fault{Method: "files.getUploadURLExternal", Kind: slackfake.Refused, Code: why})
			if _, err := p.Deliver(t.Context(), weekly); err != nil {
				t.Fatal(err)
			}
			posts, err := w.Posts("U0GIULIA", "C0ACME")
			if err != nil || len(posts) != 1 || !strings.Contains(posts[0].Text, "Weekly update") {
				t.Errorf("posts %+v, %v", posts, err)
			}
		})
	}
}
