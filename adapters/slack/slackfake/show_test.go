package slackfake_test

import (
	"slices"
	"testing"

	"github.com/slack-go/slack"
)

// TestShown proves that texts are shown as clients show them, so that what was
// not escaped is seen, and whom they call.
func TestShown(t *testing.T) {
	mrkdwn := func(s string) slack.MsgOption {
		return slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", s, false, false), nil, nil))
	}
	words := func(s string) slack.MsgOption {
		return slack.MsgOptionBlocks(slack.NewSectionBlock(plain(s), nil, nil))
	}
	for name, c := range map[string]struct {
		sent     slack.MsgOption
		want     string
		notifies []string
	}{
		"entities":                {text("a &lt; b &amp;&amp; c"), "a < b && c", nil},
		"somebody":                {text("<@U0ADA> look"), "@Ada look", []string{ada}},
		"everybody":               {text("<!channel> look"), "@channel look", []string{"everybody"}},
		"a group":                 {mrkdwn("<!subteam^S0LEADS> look"), "@s0leads look", []string{"S0LEADS"}},
		"a channel":               {mrkdwn("see <#C0TRIAGE>"), "see #triage", nil},
		"a link":                  {mrkdwn("<https://evil.example|your bank>"), "your bank", nil},
		"marks":                   {mrkdwn("*bold* _slanted_ ~struck~ `code`"), "bold slanted struck code", nil},
		"a quote":                 {mrkdwn("&gt; quoted"), "quoted", nil},
		"an emoji":                {mrkdwn("well done :tada:"), "well done [tada]", nil},
		"plain words":             {words("*not bold* <@U0ADA> :tada:"), "*not bold* <@U0ADA> :tada:", nil},
		"rich text":               {slack.MsgOptionBlocks(rich("*not bold* <!channel> &lt;")), "*not bold* <!channel> &lt;", nil},
		"what is written at once": {text("nobody is called by @everyone"), "nobody is called by @everyone", nil},
	} {
		w := open(t)
		w.post(acme, c.sent)
		if p := w.last(giulia, acme); p.Text != c.want || !slices.Equal(p.Notifies, c.notifies) {
			t.Errorf("%s: it reads %q and calls %v, want %q and %v", name, p.Text, p.Notifies, c.want, c.notifies)
		}
	}
	w := open(t)
	ts := w.post(acme, text("quiet"))
	if _, _, _, err := w.UpdateMessageContext(t.Context(), acme, ts, text("<@U0ADA> look")); err != nil {
		t.Fatal(err)
	}
	if p := w.last(ada, acme); len(p.Notifies) > 0 {
		t.Errorf("an edit calls %v", p.Notifies)
	}
}
