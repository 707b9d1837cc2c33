package slack

import (
	"context"
	"fmt"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// shortcutCase is the callback of the message shortcut "Create case from
// message", as the manifest names it.
const shortcutCase = "case_from_message"

// emoji are the commands that staff say with a reaction.
var emoji = map[string]string{
	"eyes": "take", "white_check_mark": "resolve", "heavy_check_mark": "resolve", "ticket": "new", "admission_tickets": "new",
}

// reactionPatient is how long an event waits for the message that a reaction is
// on: the event names neither its thread nor its text.
const reactionPatient = 1500 * time.Millisecond

// hearReaction makes a command of an emoji of staff's; those of others are
// only friendly.
func (s *workspace) hearReaction(ctx context.Context, self Self, in inner) (bot.Event, ignored, error) {
	word := emoji[strings.SplitN(in.Reaction, "::", 2)[0]]
	user := string(in.User)
	switch {
	case word == "":
		return bot.Event{}, "it means nothing to us", nil
	case in.Item.Type != "message" || in.Item.Channel == "" || in.Item.TS == "":
		return bot.Event{}, "not on a message", nil
	case user == "" || user == self.User || !s.cfg.Staff(s.userRef(user)):
		return bot.Event{}, "not of staff", nil
	case word == "new" && in.ItemUser == self.User:
		return bot.Event{}, "a case of our own words", nil
	}
	m, err := s.message(ctx, in.Item.Channel, in.Item.TS)
	if err != nil {
		return bot.Event{}, "", err
	}
	thread := m.ThreadTimestamp
	if thread == "" {
		thread = in.Item.TS
	}
	e := s.event(ctx, self, bot.EventCommand, in.Item.Channel, thread, user, in.EventTS)
	e.ID = fmt.Sprintf("%s:%s:%s:%s:%s", Name, in.Item.Channel, in.Item.TS, in.Reaction, in.EventTS)
	e.Origin.Message = in.Item.TS
	e.Origin.Link = self.link(in.Item.Channel, in.Item.TS, m.ThreadTimestamp)
	e.Command = &bot.Command{Group: bot.GroupCase, Text: word, Aside: true}
	if word == "new" {
		s.quote(ctx, self, &e, m.User, m.Text, files(m.Files))
	}
	return e, "", nil
}

// message reads one message, for a moment only.
func (s *workspace) message(ctx context.Context, channel, ts string) (slackapi.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, reactionPatient)
	defer cancel()
	var found slackapi.Message
	err := s.call(ctx, "reactions.get", func() error {
		r, err := s.api.GetReactionsContext(ctx, slackapi.NewRefToMessage(channel, ts), slackapi.NewGetReactionsParameters())
		if err == nil && r.Message != nil {
			found = *r.Message
		}
		return err
	})
	if err != nil {
		return found, fmt.Errorf("read message %s: %w", ts, detail(err))
	}
	return found, nil
}

// hearShortcut makes a command of the message shortcut.
func (s *workspace) hearShortcut(ctx context.Context, self Self, i interaction) (bot.Event, desk, ignored, error) {
	switch {
	case i.CallbackID != shortcutCase:
		return bot.Event{}, desk{}, "not our shortcut", nil
	case i.User.ID == "" || i.Message == nil || i.Channel.ID == "":
		return bot.Event{}, desk{}, "", errNoUser
	}
	d := desk{user: i.User.ID, channel: i.Channel.ID, thread: i.Message.ThreadTS, trigger: i.TriggerID, respond: i.ResponseURL}
	e := s.event(ctx, self, bot.EventCommand, d.channel, d.thread, d.user, i.ActionTS)
	e.ID = Name + ":" + i.TriggerID
	e.Origin.Message = i.Message.TS
	e.Origin.Link = self.link(d.channel, i.Message.TS, d.thread)
	e.Command = &bot.Command{Group: bot.GroupCase, Text: "new"}
	s.quote(ctx, self, &e, string(i.Message.User), i.Message.Text, i.Message.Files)
	return e, d, "", nil
}

// quote gives a command the message that a case is to be made from.
func (s *workspace) quote(ctx context.Context, self Self, e *bot.Event, author, text string, attached []file) {
	if words, ok := mentioned(text, self.User); ok {
		text = words
	}
	text = strings.TrimSpace(s.plain(ctx, text, s.nameOf))
	details := text
	if e.Origin.Link != "" {
		details = strings.TrimSpace(details + "\n" + e.Origin.Link)
	}
	e.Command.Args = map[string]string{"text": text, "details": details}
	if author != "" {
		e.Command.Args["from"] = s.userRef(author)
	}
	for _, f := range attached {
		if f, ok := s.attached(ctx, f); ok {
			e.Files = append(e.Files, f)
		}
	}
}

func files(list []slackapi.File) []file {
	var out []file
	for _, f := range list {
		out = append(out, file{ID: f.ID, Name: f.Name, Title: f.Title, Type: f.Mimetype, Size: int64(f.Size), Mode: f.Mode})
	}
	return out
}
