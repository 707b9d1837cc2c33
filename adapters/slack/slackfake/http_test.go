package slackfake_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"casebot/adapters/slack/slackfake"
)

// interaction reads what came as slack-go does.
func interaction(t *testing.T, x told) slack.InteractionCallback {
	t.Helper()
	values, err := url.ParseQuery(x.body)
	if err != nil {
		t.Fatal(err)
	}
	var i slack.InteractionCallback
	if err := json.Unmarshal([]byte(values.Get("payload")), &i); err != nil {
		t.Fatal(err)
	}
	return i
}

// event reads what came, and proves that it is signed.
func event(t *testing.T, x told) (*slackevents.EventsAPICallbackEvent, any) {
	t.Helper()
	v, err := slack.NewSecretsVerifier(x.header, "secret")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = v.Write([]byte(x.body))
	if err := v.Ensure(); err != nil {
		t.Error(err)
	}
	e, err := slackevents.ParseEvent(json.RawMessage(x.body), slackevents.OptionNoVerifyToken())
	if err != nil {
		t.Fatal(err)
	}
	return e.Data.(*slackevents.EventsAPICallbackEvent), e.InnerEvent.Data
}

// authorized is the install that an event is for.
func authorized(t *testing.T, x told) slack.EventAuthorization {
	t.Helper()
	var outer slackevents.EventsAPICallbackEvent
	if err := json.Unmarshal([]byte(x.body), &outer); err != nil || len(outer.Authorizations) != 1 {
		t.Fatalf("the authorizations: %+v, %v", outer.Authorizations, err)
	}
	return outer.Authorizations[0]
}

// TestEvents proves how casebot is told of messages: signed, a mention twice, a
// foreign writer's under the install's authorization, files as stubs.
func TestEvents(t *testing.T) {
	w := open(t)
	b := w.hook()
	root := w.say(ada, acme, "", "{@U0BOT} new a < b & https://x.example/?a=1&b=2. {#C0TRIAGE}")
	both := b.wait(t, 2, root)
	ids := map[string]string{}
	for _, x := range both {
		outer, inner := event(t, x)
		var said string
		switch inner := inner.(type) {
		case *slackevents.MessageEvent:
			said = inner.Text
		case *slackevents.AppMentionEvent:
			said = inner.Text
		}
		if want := "<@U0BOT> new a &lt; b &amp; <https://x.example/?a=1&amp;b=2>. <#C0TRIAGE|>"; said != want {
			t.Errorf("the text is %q, want %q", said, want)
		}
		ids[outer.EventID] = said
	}
	if len(ids) != 2 {
		t.Errorf("a mention was told as %v", ids)
	}

	ts := w.say(giulia, acme, root, "see here", slackfake.Attach{Name: "shot.png", Type: "image/png", Body: "picture"})
	outer, inner := event(t, b.wait(t, 1, ts)[0])
	m := inner.(*slackevents.MessageEvent)
	if !outer.IsExtSharedChannel || outer.Authorizations[0].TeamID != "T0ACME" || outer.TeamID != "T0ITALY" || m.UserTeam != "T0ITALY" {
		t.Errorf("a foreign message: %+v, %+v", outer, m)
	}
	if m.SubType != "file_share" || m.ThreadTimeStamp != root || m.Message.ParentUserId != ada || m.Message.Files[0].FileAccess != "check_file_info" || m.Message.Files[0].Name != "" {
		t.Errorf("a reply with a file: %+v", m.Message)
	}

	if err := w.Change(giulia, acme, ts, "see there"); err != nil {
		t.Fatal(err)
	}
	_, inner = event(t, b.wait(t, 1, "message_changed")[0])
	if m := inner.(*slackevents.MessageEvent); m.Message.Text != "see there" || m.PreviousMessage.Text != "see here" || m.Message.Edited == nil {
		t.Errorf("a change: %+v", m)
	}
	if err := w.Delete(giulia, acme, ts); err != nil {
		t.Fatal(err)
	}
	_, inner = event(t, b.wait(t, 1, "message_deleted")[0])
	if m := inner.(*slackevents.MessageEvent); m.DeletedTimeStamp != ts || m.PreviousMessage == nil {
		t.Errorf("a deletion: %+v", m)
	}
	w.say(ada, lounge, "", "out of earshot")
	w.post(acme, text("said by the bot"))
	w.Program(acme, "built by a program")
	_, inner = event(t, b.wait(t, 1, "said by the bot")[0])
	if m := inner.(*slackevents.MessageEvent); m.BotID != "B0BOT" || m.User != "U0BOT" {
		t.Errorf("the bot's own message: %+v", m)
	}
	_, inner = event(t, b.wait(t, 1, "built by a program")[0])
	if m := inner.(*slackevents.MessageEvent); m.SubType != "bot_message" || m.BotID == "B0BOT" || m.User != "" {
		t.Errorf("a program's message: %+v", m)
	}
	if x := b.holding("out of earshot"); len(x) > 0 {
		t.Errorf("told of a channel that the bot is not in: %+v", x)
	}
}

// TestRetries proves that an event is told again under its id until it is
// acknowledged, unless casebot does not want it; an interaction never.
func TestRetries(t *testing.T) {
	w := open(t)
	b := w.hook()
	b.answers(func(out http.ResponseWriter, x told) {
		switch {
		case strings.Contains(x.body, "unwanted"):
			out.Header().Set("X-Slack-No-Retry", "1")
			out.WriteHeader(http.StatusInternalServerError)
		case strings.Contains(x.body, "again") && x.header.Get("X-Slack-Retry-Num") != "2", strings.Contains(x.body, "case"):
			out.WriteHeader(http.StatusInternalServerError)
		}
	})
	w.say(ada, acme, "", "unwanted")
	w.say(ada, acme, "", "again")
	all := b.wait(t, 3, "again")
	first, _ := event(t, all[0])
	last, _ := event(t, all[2])
	if first.EventID != last.EventID || all[2].header.Get("X-Slack-Retry-Reason") != "http_error" {
		t.Errorf("told as %s, and then as %s because of %q", first.EventID, last.EventID, all[2].header.Get("X-Slack-Retry-Reason"))
	}
	send, err := w.Slash(ada, triage, "/case list")
	if err != nil {
		t.Fatal(err)
	}
	if err := send(); !errors.Is(err, slackfake.ErrUnanswered) {
		t.Errorf("a command that failed: %v", err)
	}
	if n := len(b.holding("%2Fcase")); n != 1 {
		t.Errorf("a command was told %d times", n)
	}
	if n := len(b.holding("unwanted")); n != 1 {
		t.Errorf("what was not wanted was told %d times", n)
	}
	b.answers(func(out http.ResponseWriter, x told) {
		var c struct{ Challenge string }
		_ = json.Unmarshal([]byte(x.body), &c)
		_, _ = out.Write([]byte(c.Challenge))
	})
	if err := w.Verify(); err != nil {
		t.Error(err)
	}
}

// TestDisorder proves that events can be lost, doubled, held back and come in
// another order.
func TestDisorder(t *testing.T) {
	w := open(t)
	b := w.hook()
	w.Twice(true)
	w.Shuffle(true)
	w.say(ada, acme, "", "doubled")
	b.wait(t, 2, "doubled")
	w.Twice(false)
	w.Lose(true)
	w.say(ada, acme, "", "lost")
	w.Lose(false)
	w.Hold(true)
	w.say(ada, acme, "", "held")
	w.Shuffle(false)
	w.Hold(false)
	b.wait(t, 1, "held")
	if x := b.holding(`"lost"`); len(x) > 0 {
		t.Errorf("told of what was lost: %+v", x)
	}
}

// TestChannels proves how casebot hears what becomes of channels and people.
func TestChannels(t *testing.T) {
	w, ctx := open(t), t.Context()
	b := w.hook()
	w.Join("U0BOT", lounge)
	b.wait(t, 1, "member_joined_channel")
	w.Share(lounge, true)
	b.wait(t, 1, "channel_shared")
	w.Share(lounge, false)
	b.wait(t, 1, "channel_unshared")
	w.Archive(lounge)
	b.wait(t, 1, "channel_archive")
	w.Unarchive(lounge)
	w.ChangeID(triage, "C0TRIAGE2")
	b.wait(t, 1, "channel_id_changed")
	_, err := w.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: triage})
	refused(t, err, "channel_not_found")
	if c, err := w.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: "C0TRIAGE2"}); err != nil || !c.IsPrivate || !c.IsMember {
		t.Errorf("under its new id: %+v, %v", c, err)
	}
	w.Leave("U0BOT", "C0TRIAGE2")
	b.wait(t, 1, "group_left")
	if x := b.holding("member_left_channel"); len(x) > 0 {
		t.Errorf("the bot is told of its own leaving as of others': %+v", x)
	}
	w.ChangeUser(ada, func(u *slackfake.User) { u.DisplayName = "Ada R." })
	b.wait(t, 1, "user_change")
	w.ChangeGroup("S0LEADS", giulia)
	b.wait(t, 1, "subteam_members_changed")
	if users, err := w.GetUserGroupMembersContext(ctx, "S0LEADS"); err != nil || len(users) != 1 || users[0] != giulia {
		t.Errorf("the group: %v, %v", users, err)
	}
	for id, locale := range map[string]string{ada: "en-GB", giulia: ""} { // of other organisations' people Slack does not say it
		if u, err := w.GetUserInfoContext(ctx, id); err != nil || u.Locale != locale || u.Profile.Email != "" {
			t.Errorf("%s: %+v, %v", id, u, err)
		}
	}
	if users, err := w.GetUsersContext(ctx); err != nil || len(users) != 2 { // the workspace's own
		t.Errorf("the workspace's people: %+v, %v", users, err)
	}
}

// TestRespond proves the rules of response URLs.
func TestRespond(t *testing.T) {
	now := time.Now()
	w := open(t, func(c *slackfake.Config) { c.Now = func() time.Time { return now } })
	b := w.hook()
	respond := func(address string, m *slack.WebhookMessage) error {
		return slack.PostWebhookContext(t.Context(), address, m)
	}
	button := slack.NewButtonBlockElement("go", "value", slack.NewTextBlockObject("plain_text", "Go", false, false))
	ts := w.post(acme, text("press"), slack.MsgOptionBlocks(rich("press"), slack.NewActionBlock("", button)))
	w.run(w.Press(giulia, acme, ts, "Go", ""))
	address := interaction(t, b.wait(t, 1, "block_actions")[0]).ResponseURL
	if err := respond(address, &slack.WebhookMessage{Text: "only for you"}); err != nil {
		t.Fatal(err)
	}
	if p := w.last(giulia, acme); p.Text != "only for you" || !p.Private {
		t.Errorf("she sees %+v", p)
	}
	if p := w.last(ada, acme); p.Text != "press" {
		t.Errorf("others see %+v", p)
	}
	if err := respond(address, &slack.WebhookMessage{Text: "pressed", ReplaceOriginal: true}); err != nil {
		t.Fatal(err)
	}
	if p := w.last(ada, acme); p.TS != ts || p.Text != "pressed" || len(p.Controls) > 0 {
		t.Errorf("after it was replaced: %+v", p)
	}
	for range 3 {
		if err := respond(address, &slack.WebhookMessage{Text: "for all", ResponseType: "in_channel"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := respond(address, &slack.WebhookMessage{Text: "once too often"}); err == nil {
		t.Error("a response URL is good six times")
	}
	w.run(w.Slash(ada, acme, "/case list"))
	values, _ := url.ParseQuery(b.wait(t, 1, "command=%2Fcase")[0].body)
	now = now.Add(31 * time.Minute)
	if err := respond(values.Get("response_url"), &slack.WebhookMessage{Text: "too late"}); err == nil {
		t.Error("a response URL is good for 31 minutes")
	}
}

// TestForeign proves what people of another organisation cannot do.
func TestForeign(t *testing.T) {
	w := open(t)
	ts := w.say(giulia, acme, "", "It is slow")
	if _, err := w.Slash(giulia, acme, "/case new"); !errors.Is(err, slackfake.ErrUnable) || !strings.Contains(err.Error(), "not a valid command") {
		t.Errorf("a slash command of hers: %v", err)
	}
	if _, err := w.Shortcut(giulia, "make_case", acme, ts); !errors.Is(err, slackfake.ErrUnable) {
		t.Errorf("a shortcut of hers: %v", err)
	}
	b := w.hook()
	w.run(w.Shortcut(ada, "make_case", acme, ts))
	if i := interaction(t, b.wait(t, 1, "message_action")[0]); i.CallbackID != "make_case" || i.Message.Text != "It is slow" || i.MessageTs != ts {
		t.Errorf("the shortcut: %+v", i)
	}
}
