package slackfake_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

func rich(text string) slack.Block {
	return slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement(text, nil)))
}

func text(s string) slack.MsgOption { return slack.MsgOptionText(s, false) }

// TestMessages proves what becomes of the bot's messages: that an edit replaces
// all, that metadata come back only when asked for, and what a deletion leaves.
func TestMessages(t *testing.T) {
	w, ctx := open(t), t.Context()
	ts := w.post(acme, text("for notifications"), slack.MsgOptionBlocks(rich("shown")), slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: "post", EventPayload: map[string]any{"key": "k1"},
	}))
	if p := w.last(giulia, acme); p.TS != ts || p.Text != "shown" || p.Name != "casebot" || p.Author != "" {
		t.Errorf("the message: %+v", p)
	}
	for _, metadata := range []bool{false, true} {
		h, err := w.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: acme, IncludeAllMetadata: metadata})
		if err != nil || len(h.Messages) != 1 {
			t.Fatalf("the history: %+v, %v", h, err)
		}
		if m := h.Messages[0]; (m.Metadata.EventType == "post") != metadata || m.BotID != "B0BOT" || m.Blocks.BlockSet[0].ID() == "" {
			t.Errorf("a message of the history (metadata: %v): %+v", metadata, m)
		}
	}
	if _, _, _, err := w.UpdateMessageContext(ctx, acme, ts, text("*words* only &lt;b&gt;")); err != nil {
		t.Fatal(err)
	}
	if p := w.last(ada, acme); p.Text != "words only <b>" || !p.Edited {
		t.Errorf("after an edit without blocks: %+v", p)
	}

	reply := w.post(acme, text("a reply"), slack.MsgOptionTS(ts))
	if p := w.last(ada, acme); p.Thread != ts {
		t.Errorf("the reply: %+v", p)
	}
	thread, _, _, err := w.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: acme, Timestamp: ts, Oldest: reply, Inclusive: true})
	if err != nil || len(thread) != 2 || thread[0].ReplyCount != 1 || thread[1].ParentUserId != "U0BOT" {
		t.Errorf("the thread: %+v, %v", thread, err)
	}
	if link, err := w.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: acme, Ts: reply}); err != nil || !strings.Contains(link, "/p"+strings.Replace(reply, ".", "", 1)+"?thread_ts="+ts) {
		t.Errorf("the link: %s, %v", link, err)
	}

	// A message with replies leaves a tombstone, to which nobody can reply; of
	// one that was never there Slack makes no thread, and does not say so.
	if _, _, err := w.DeleteMessageContext(ctx, acme, ts); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.PostMessageContext(ctx, acme, text("too late"), slack.MsgOptionTS(ts))
	refused(t, err, "cannot_reply_to_message")
	w.post(acme, text("lost its thread"), slack.MsgOptionTS("1500000000.000100"))
	if p := w.last(ada, acme); p.Text != "lost its thread" || p.Thread != "" {
		t.Errorf("a reply to what is not there: %+v", p)
	}
}

// TestPages proves that lists come in pages.
func TestPages(t *testing.T) {
	w, ctx := open(t), t.Context()
	for range 5 {
		w.say(ada, acme, "", "hello")
	}
	seen, cursor := map[string]bool{}, ""
	for {
		h, err := w.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: acme, Limit: 2, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range h.Messages {
			seen[m.Timestamp] = true
		}
		if cursor = h.ResponseMetaData.NextCursor; cursor == "" {
			break
		}
	}
	if len(seen) != 5 {
		t.Errorf("saw %d of 5 messages", len(seen))
	}
	_, _, err := w.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{Cursor: "nonsense"})
	refused(t, err, "invalid_cursor")
	list, _, err := w.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}})
	if err != nil || len(list) != 2 || list[0].ID != acme || !list[0].IsExtShared || !list[1].IsPrivate {
		t.Errorf("the bot's channels: %+v, %v", list, err)
	}
	if all, _, err := w.GetConversationsContext(ctx, &slack.GetConversationsParameters{}); err != nil || len(all) != 2 { // the public ones
		t.Errorf("all channels: %+v, %v", all, err)
	}
}

// TestRefusedCalls proves that Slack's words come for what cannot be.
func TestRefusedCalls(t *testing.T) {
	w, ctx := open(t), t.Context()
	theirs := w.say(ada, acme, "", "hello")
	ours := w.post(acme, text("ours"))
	post := func(channel string, options ...slack.MsgOption) error {
		_, _, err := w.PostMessageContext(ctx, channel, options...)
		return err
	}
	update := func(ts string, options ...slack.MsgOption) error {
		_, _, _, err := w.UpdateMessageContext(ctx, acme, ts, options...)
		return err
	}
	whisper := func(channel, user string) error {
		_, err := w.PostEphemeralContext(ctx, channel, user, text("psst"))
		return err
	}
	direct := func(user string) error {
		_, _, _, err := w.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
		return err
	}
	w.AddChannel(slackChannel("C0SECRET", true))
	w.AddUser(slackUser("U0FAR", "T0ELSEWHERE"))
	w.AddChannel(slackChannel("C0OLD", false, "U0BOT"))
	w.Archive("C0OLD")
	for want, err := range map[string]error{
		"channel_not_found":       post("C0NONE", text("x")),
		"not_in_channel":          post(lounge, text("x")),
		"is_archived":             post("C0OLD", text("x")),
		"no_text":                 post(acme, text(" ")),
		"invalid_thread_ts":       post(acme, text("x"), slack.MsgOptionTS("yesterday")),
		"msg_blocks_too_long":     post(acme, slack.MsgOptionBlocks(rich(strings.Repeat("x", 13_201)))),
		"invalid_metadata_schema": post(acme, text("x"), slack.MsgOptionMetadata(slack.SlackMetadata{EventPayload: map[string]any{"a": "b"}})),
		"cant_update_message":     update(theirs, text("x")),
		"message_not_found":       update("1500000000.000100", text("x")),
		"msg_too_long":            update(ours, text(strings.Repeat("x", 4001))),
		"user_not_in_channel":     whisper(triage, giulia),
		"user_not_found":          direct("U0NONE"),
		"user_not_visible":        direct("U0FAR"),
		"cannot_dm_bot":           direct("U0BOT"),
		"already_reacted":         twice(func() error { return w.AddReactionContext(ctx, "eyes", slack.NewRefToMessage(acme, ours)) }),
		"no_reaction":             w.RemoveReactionContext(ctx, "tada", slack.NewRefToMessage(acme, ours)),
		"already_pinned":          twice(func() error { return w.AddPinContext(ctx, acme, slack.NewRefToMessage(acme, ours)) }),
	} {
		refused(t, err, want)
	}
	refused(t, post("C0SECRET", text("x")), "channel_not_found") // not in it: it is not even there
	if p := w.last(ada, acme); len(p.Reactions) != 1 || !p.Pinned {
		t.Errorf("the message: %+v", p)
	}
}

func twice(do func() error) error {
	if err := do(); err != nil {
		return err
	}
	return do()
}

// TestEphemeral proves that nobody else sees an ephemeral message, and that it
// can be pressed.
func TestEphemeral(t *testing.T) {
	w := open(t)
	b := w.hook()
	button := slack.NewButtonBlockElement("go", "value", slack.NewTextBlockObject("plain_text", "Go", false, false))
	ts, err := w.PostEphemeralContext(t.Context(), acme, giulia, text("psst"), slack.MsgOptionBlocks(rich("psst"), slack.NewActionBlock("", button)))
	if err != nil {
		t.Fatal(err)
	}
	if p := w.last(giulia, acme); p.TS != ts || !p.Private || len(p.Controls) != 1 {
		t.Errorf("she sees %+v", p)
	}
	if posts, err := w.Posts(ada, acme); err != nil || len(posts) > 0 {
		t.Errorf("others see %+v, %v", posts, err)
	}
	w.run(w.Press(giulia, acme, ts, "Go", ""))
	i := interaction(t, b.wait(t, 1, "block_actions")[0])
	if i.Container.IsEphemeral != true || i.Message.Timestamp != "" || i.ActionCallback.BlockActions[0].Value != "value" || i.User.TeamID != "T0ITALY" {
		t.Errorf("the press: %+v", i)
	}
}

// TestAround proves the rest of what the bot can ask for.
func TestAround(t *testing.T) {
	w, ctx := open(t), t.Context()
	if team, err := w.GetTeamInfoContext(ctx); err != nil || team.ID != "T0ACME" || team.Domain != "example" {
		t.Errorf("the workspace: %+v, %v", team, err)
	}
	if bot, err := w.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: "B0BOT"}); err != nil || bot.UserID != "U0BOT" {
		t.Errorf("the bot: %+v, %v", bot, err)
	}
	if groups, err := w.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true)); err != nil || len(groups) != 1 || groups[0].Users[0] != ada {
		t.Errorf("the groups: %+v, %v", groups, err)
	}
	if c, _, _, err := w.JoinConversationContext(ctx, lounge); err != nil || !c.IsMember {
		t.Errorf("after it joined: %+v, %v", c, err)
	}
	if members, _, err := w.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: lounge}); err != nil || len(members) != 2 {
		t.Errorf("who is there: %v, %v", members, err)
	}
	c, _, _, err := w.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{giulia}})
	if err != nil || c.ID != w.DirectOf(giulia) {
		t.Errorf("alone with somebody: %+v, %v", c, err)
	}
	ts := w.post(giulia, text("to her alone")) // a person's id is a channel too
	if p := w.last(giulia, c.ID); p.TS != ts {
		t.Errorf("she sees %+v", p)
	}
	item := slack.NewRefToMessage(c.ID, ts)
	if err := w.AddReactionContext(ctx, "eyes", item); err != nil {
		t.Fatal(err)
	}
	if err := w.AddPinContext(ctx, c.ID, item); err != nil {
		t.Fatal(err)
	}
	if got, err := w.GetReactionsContext(ctx, item, slack.NewGetReactionsParameters()); err != nil || len(got.Reactions) != 1 || got.Reactions[0].Count != 1 {
		t.Errorf("the reactions: %+v, %v", got, err)
	}
	if pins, _, err := w.ListPinsContext(ctx, c.ID); err != nil || len(pins) != 1 || pins[0].Message.Timestamp != ts {
		t.Errorf("the pins: %+v, %v", pins, err)
	}
	if err := w.RemovePinContext(ctx, c.ID, item); err != nil || len(w.Pinned(c.ID)) > 0 {
		t.Errorf("the pin is still there: %v", err)
	}
	if err := w.RemoveReactionContext(ctx, "eyes", item); err != nil || len(w.last(giulia, c.ID).Reactions) > 0 {
		t.Errorf("the reaction is still there: %v", err)
	}
}
