package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"casebot/bot"
)

// desk is where somebody waits for an answer: who, where, and how it can reach
// them.
type desk struct {
	user     string
	channel  string // C… or D…
	thread   string
	trigger  string // opens a form for 3 s
	respond  string // the response URL
	slash    bool   // the acknowledgement itself is read
	line     string // the command, to be pressed again
	view     string // the form that was sent
	mentions bool   // a message waits for it: there is neither trigger nor response URL
}

var (
	errForgotten = errors.New("what this control does is not remembered any more")
	errNoUser    = errors.New("nobody did it")
)

// hearSlash makes an event of a slash command.
func (s *workspace) hearSlash(ctx context.Context, self Self, c slash) (bot.Event, desk, error) {
	if c.UserID == "" || c.TriggerID == "" {
		return bot.Event{}, desk{}, errNoUser
	}
	text := s.plain(ctx, c.Text, s.namer(c.Text))
	e := s.event(ctx, self, bot.EventCommand, c.ChannelID, "", c.UserID, "")
	e.ID = Name + ":" + c.TriggerID
	e.Command = &bot.Command{Group: s.group(c.Command), Text: strings.TrimSpace(text)}
	e.Forms = true
	return e, desk{
		user: c.UserID, channel: c.ChannelID, trigger: c.TriggerID, respond: c.ResponseURL, slash: true,
		line: strings.TrimSpace(e.Command.Group + " " + e.Command.Text),
	}, nil
}

// group is the group of a slash command, whatever it is called here.
func (s *Slack) group(command string) string {
	if strings.EqualFold(command, s.cfg.SupportCommand) {
		return bot.GroupSupport
	}
	return bot.GroupCase
}

// hearPress makes an event of a pressed button or a chosen option.
func (s *workspace) hearPress(ctx context.Context, self Self, i interaction) (bot.Event, desk, ignored, error) {
	if i.User.ID == "" || len(i.Actions) == 0 {
		return bot.Event{}, desk{}, "", errNoUser
	}
	a := i.Actions[0]
	line := a.Value
	if a.Selected != nil {
		line = a.Selected.Value
	}
	if line == "" || strings.HasPrefix(a.ActionID, linkAction) {
		return bot.Event{}, desk{}, "it only opens something", nil
	}
	d := desk{user: i.User.ID, channel: i.channel(), thread: i.thread(), trigger: i.TriggerID, respond: i.ResponseURL}
	r, err := s.recall(ctx, line)
	if err != nil {
		return bot.Event{}, d, "", err
	}
	d.line = r.Line
	e := s.event(ctx, self, bot.EventCommand, d.channel, d.thread, d.user, a.ActionTS)
	e.ID = fmt.Sprintf("%s:%s", Name, i.TriggerID)
	e.Command = commandLine(r.Line)
	e.Command.Args, e.Files, e.Forms = r.Args, r.Files, true
	if ts := i.Container.MessageTS; ts != "" && !i.Container.IsEphemeral {
		e.Origin.Message = ts
		e.Origin.Link = self.link(d.channel, ts, d.thread)
	}
	e.Origin.Ours = d.thread != "" && s.parentIsOurs(i, self) && s.opened(ctx, d.channel, d.thread)
	if d.thread == i.Container.MessageTS { // the message stands on the surface, and so does who pressed
		d.thread = ""
	}
	return e, d, "", nil
}

// channel is where an interaction happened.
func (i interaction) channel() string {
	if i.Channel.ID != "" {
		return i.Channel.ID
	}
	return i.Container.ChannelID
}

// thread is the thread that an interaction's message is in, or began.
func (i interaction) thread() string {
	if i.Container.ThreadTS != "" {
		return i.Container.ThreadTS
	}
	if i.Message != nil {
		return i.Message.ThreadTS
	}
	return ""
}

// parentIsOurs tells whether the first message of an interaction's thread is
// the bot's: said in replies only, and true of its own messages' threads.
func (s *workspace) parentIsOurs(i interaction, self Self) bool {
	if i.Message == nil {
		return false
	}
	if i.Message.ParentUser != "" {
		return i.Message.ParentUser == self.User
	}
	return i.Message.TS == i.Message.ThreadTS && (string(i.Message.User) == self.User || i.Message.BotID == self.Bot)
}
