package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// ignored says why something that Slack sent is no event. It is no error.
type ignored string

// hear makes an event of what the Events API sent, or says why there is none.
func (s *workspace) hear(ctx context.Context, self Self, env envelope) (e bot.Event, why ignored, err error) {
	var in inner
	if err := json.Unmarshal(env.Event, &in); err != nil {
		return e, "", fmt.Errorf("%w: event %s: %w", errMalformed, env.EventID, err)
	}
	mark := cmp.Or(in.EventTS, env.EventID)
	switch in.Type {
	case "message", "app_mention":
		return s.hearMessage(ctx, self, in)
	case "member_joined_channel":
		if string(in.User) != self.User {
			return e, "somebody else joined", nil
		}
		if err := s.changed(ctx, string(in.Channel), mark); err != nil {
			return e, "", err
		}
		e = s.event(ctx, self, bot.EventJoined, string(in.Channel), "", string(in.User), in.EventTS)
		e.ID = fmt.Sprintf("%s:%s:joined:%s", Name, in.Channel, in.EventTS)
		e.Actor = bot.Actor{} // itself
		return e, "", nil
	case "channel_shared", "channel_unshared", "channel_unarchive", "channel_rename", "group_unarchive":
		s.log.InfoContext(ctx, "channel changed", "how", in.Type, "room", s.roomRef(string(in.Channel)))
		return e, "noted", s.changed(ctx, string(in.Channel), mark)
	case "channel_left", "group_left", "channel_archive", "group_archive":
		if err := s.changed(ctx, string(in.Channel), mark); err != nil {
			return e, "", err
		}
		topic := bot.RoomArchived
		if strings.HasSuffix(in.Type, "_left") {
			topic = bot.RoomLeft
		}
		return s.roomEvent(ctx, self, topic, string(in.Channel), mark), "", nil
	case "channel_id_changed":
		if in.OldChannelID == "" || in.NewChannelID == "" {
			return e, "", fmt.Errorf("%w: a channel without its ids", errMalformed)
		}
		first, err := s.move(ctx, in.OldChannelID, in.NewChannelID)
		if err != nil {
			return e, "", err
		}
		s.log.WarnContext(ctx, "channel has another id", "from", s.roomRef(in.OldChannelID), "to", s.roomRef(in.NewChannelID))
		e = s.roomEvent(ctx, self, bot.RoomMoved, in.NewChannelID, in.OldChannelID)
		e.Values = map[string]string{"from": s.roomRef(first), "to": s.roomRef(in.NewChannelID)}
		return e, "", nil
	case "app_home_opened":
		if in.Tab != "home" || in.User == "" {
			return e, "not the home page", nil
		}
		return s.homeEvent(ctx, self, string(in.User), in.EventTS), "", nil
	case "reaction_added":
		return s.hearReaction(ctx, self, in)
	case "subteam_updated", "subteam_members_changed":
		select {
		case s.groups <- struct{}{}:
		default: // said already
		}
		return e, "noted", nil
	case "user_change":
		s.users.forget(string(in.User))
		return e, "noted", nil
	case "app_uninstalled", "tokens_revoked":
		if in.Type == "tokens_revoked" && len(in.Tokens.Bot) == 0 {
			return e, "only tokens of people", nil
		}
		return e, "noted", s.uninstalled(ctx, in.Type)
	}
	return e, ignored("no use for " + in.Type), nil
}

// tokenRefused takes note that Slack does not take the token of an install any more.
// Another replica may have the next one already; the install is forgotten only
// where it is this one that was taken back.
func (s *workspace) tokenRefused(ctx context.Context, why error) error {
	team := strings.TrimSuffix(s.prefix, "/")
	i, err := s.install(ctx, team)
	switch {
	case errors.Is(err, errElsewhere):
		return nil
	case err != nil:
		return err
	case i.Token == s.token && isCode(why, "token_revoked", "account_inactive"):
		return s.uninstalled(ctx, code(why))
	}
	s.spaces.forget(team)
	return fmt.Errorf("workspace %s: %w", team, why)
}

// uninstalled takes note that the app was thrown out of the workspace.
func (s *workspace) uninstalled(ctx context.Context, how string) error {
	s.log.ErrorContext(ctx, "slack app uninstalled or its token revoked", "event", how, "workspace", s.prefix)
	if s.prefix != "" {
		return s.forgetInstall(ctx, strings.TrimSuffix(s.prefix, "/"))
	}
	s.health.answered(slackapi.SlackErrorResponse{Err: "token_revoked"})
	return nil
}

// hearMessage makes an event of a message, its change, or its deletion.
func (s *workspace) hearMessage(ctx context.Context, self Self, in inner) (bot.Event, ignored, error) {
	switch in.Subtype {
	case "", "file_share", "thread_broadcast", "me_message":
	case "message_changed":
		return s.hearChange(ctx, self, in)
	case "message_deleted":
		return s.hearDeletion(ctx, self, in)
	default:
		return bot.Event{}, ignored("no use for messages of subtype " + in.Subtype), nil
	}
	if in.BotID != "" || in.User == "" || string(in.User) == self.User {
		return bot.Event{}, "of a program", nil
	}
	if in.Channel == "" || stamp(in.TS).IsZero() {
		return bot.Event{}, "", fmt.Errorf("%w: a message without channel or time", errMalformed)
	}
	e := s.messageEvent(ctx, self, in)
	if words, ok := mentioned(in.Text, self.User); ok {
		e.Kind, e.Command = bot.EventCommand, &bot.Command{Text: s.plain(ctx, words, s.namer(words))}
		return e, "", nil
	}
	e.Text = s.plain(ctx, in.Text, s.nameOf)
	return e, "", nil
}

// messageEvent is what a message and its change share.
func (s *workspace) messageEvent(ctx context.Context, self Self, in inner) bot.Event {
	e := s.event(ctx, self, bot.EventMessage, string(in.Channel), in.ThreadTS, string(in.User), in.TS)
	e.ID = fmt.Sprintf("%s:%s:%s", Name, in.Channel, in.TS)
	e.Origin.Message = in.TS
	e.Origin.Link = self.link(string(in.Channel), in.TS, in.ThreadTS)
	e.Origin.Ours = in.ThreadTS != "" && in.ParentUser == self.User && s.opened(ctx, string(in.Channel), in.ThreadTS)
	for _, f := range in.Files {
		if f, ok := s.attached(ctx, f); ok {
			e.Files = append(e.Files, f)
		}
	}
	return e
}

// hearChange makes an event of an edit. Slack also calls it a change when a link
// is unfurled, or when a message with replies is deleted.
func (s *workspace) hearChange(ctx context.Context, self Self, in inner) (bot.Event, ignored, error) {
	m, before := in.Message, in.Previous
	switch {
	case m == nil:
		return bot.Event{}, "", fmt.Errorf("%w: a changed message without the message", errMalformed)
	case m.Subtype == "tombstone":
		return s.hearDeletion(ctx, self, in)
	case m.BotID != "" || m.User == "" || string(m.User) == self.User:
		return bot.Event{}, "of a program", nil
	case m.Edited == nil || before != nil && before.Edited != nil && before.Edited.TS == m.Edited.TS:
		return bot.Event{}, "nobody edited it", nil
	case before != nil && before.Text == m.Text && len(before.Files) == len(m.Files):
		return bot.Event{}, "the text is the same", nil
	}
	now := *m
	now.Channel, now.ChannelType = in.Channel, in.ChannelType
	if now.TS == "" && before != nil {
		now.TS = before.TS
	}
	if now.Channel == "" || stamp(now.TS).IsZero() {
		return bot.Event{}, "", fmt.Errorf("%w: a changed message without channel or time", errMalformed)
	}
	e := s.messageEvent(ctx, self, now)
	e.ID += "/" + m.Edited.TS
	e.At, e.Edited = stamp(m.Edited.TS), true
	e.Text = s.plain(ctx, m.Text, s.nameOf)
	return e, "", nil
}

// hearDeletion makes an event of a message that is there no more.
func (s *workspace) hearDeletion(ctx context.Context, self Self, in inner) (bot.Event, ignored, error) {
	m := in.Previous
	switch {
	case m == nil:
		return bot.Event{}, "nothing is known of it", nil
	case m.BotID != "" || m.User == "" || string(m.User) == self.User:
		return bot.Event{}, "of a program", nil
	}
	was := *m
	was.Channel, was.TS, was.Files = in.Channel, cmp.Or(m.TS, in.DeletedTS), nil
	if was.Channel == "" || stamp(was.TS).IsZero() {
		return bot.Event{}, "", fmt.Errorf("%w: a deleted message without channel or time", errMalformed)
	}
	e := s.messageEvent(ctx, self, was)
	e.ID += "/deleted"
	e.At, e.Deleted = stamp(cmp.Or(in.EventTS, in.TS)), true
	return e, "", nil
}

// event is what all events share: who, where and when.
func (s *workspace) event(ctx context.Context, self Self, kind bot.EventKind, channel, thread, user, ts string) bot.Event {
	e := bot.Event{
		Kind: kind, At: stamp(ts), Actor: s.actor(ctx, user),
		Origin: bot.Origin{Room: s.room(channel, user), Thread: thread, Link: self.link(channel, "", "")},
	}
	s.before(ctx, &e, channel)
	return e
}

// before says what a channel was called before its id changed.
func (s *workspace) before(ctx context.Context, e *bot.Event, channel string) {
	if channel == "" || strings.HasPrefix(channel, "D") {
		return
	}
	was, err := s.otherID(ctx, wasName(channel), channel)
	if err != nil {
		s.log.WarnContext(ctx, "former id of a channel not known", "room", s.roomRef(channel), "err", err)
	}
	if was != "" && was != channel {
		e.Origin.Was = s.roomRef(was)
	}
}

// roomEvent is something that happened to a channel.
func (s *workspace) roomEvent(ctx context.Context, self Self, topic, channel, mark string) bot.Event {
	e := bot.Event{
		ID: fmt.Sprintf("%s:%s:%s:%s", Name, channel, topic, mark), Kind: bot.EventRoom, Topic: topic,
		Origin: bot.Origin{Room: s.roomRef(channel), Link: self.link(channel, "", "")},
	}
	s.before(ctx, &e, channel)
	return e
}

// room is the channel as the core knows it; whatever is said in direct messages
// comes from its writer's.
func (s *workspace) room(channel, user string) string {
	if channel == "" || strings.HasPrefix(channel, "D") {
		return s.directRef(user)
	}
	return s.roomRef(channel)
}

// opened tells whether a thread whose first message is ours may be one that was
// opened for a record: not where the memory knows better, and not where it is so
// old that its name must have been written.
func (s *workspace) opened(ctx context.Context, channel, thread string) bool {
	if s.now().Sub(stamp(thread)) > keepPost {
		return false
	}
	known, err := s.memory.Get(ctx, plainName(channel, thread))
	return err != nil || known[0] == ""
}

// mentioned returns the words after a mention of the bot with which a text
// begins.
func mentioned(text, self string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "<@"+self)
	if !ok {
		return "", false
	}
	end := strings.Index(rest, ">")
	if end < 0 || end > 0 && rest[0] != '|' {
		return "", false
	}
	return strings.TrimSpace(strings.TrimLeft(rest[end+1:], ",:")), true
}

// namer says how people are named in a command: by id where the command is
// about a person, who must not be taken for another of the same name.
func (s *workspace) namer(words string) func(context.Context, string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(words), " ")
	if first == "case" || first == "support" {
		first, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
	}
	if first == "assign" {
		return idOf
	}
	return s.nameOf
}

// attached is a file as the core knows it. A file in a shared channel is looked
// at first, since its event does not even hold the name.
func (s *workspace) attached(ctx context.Context, f file) (bot.File, bool) {
	if f.ID == "" || f.Mode == "tombstone" || f.Mode == "hidden_by_limit" {
		return bot.File{}, false
	}
	if f.Access == "check_file_info" || f.Name == "" {
		f = s.fileInfo(ctx, f)
	}
	return bot.File{Ref: s.ref(f.ID), Name: cmp.Or(f.Name, f.Title, f.ID), Type: f.Type, Size: f.Size}, true
}

// fileInfo asks for what an event does not tell of a file, for a moment only.
func (s *workspace) fileInfo(ctx context.Context, f file) file {
	ctx, cancel := context.WithTimeout(ctx, s.patience(ctx))
	defer cancel()
	err := s.call(ctx, "files.info", func() error {
		known, _, _, err := s.api.GetFileInfoContext(ctx, f.ID, 1, 1)
		if err == nil {
			f.Name, f.Title, f.Type, f.Size = known.Name, known.Title, known.Mimetype, int64(known.Size)
		}
		return err
	})
	if err != nil {
		s.log.WarnContext(ctx, "file not looked at", "file", f.ID, "err", err)
	}
	return f
}

// commandLine takes a control's or a form's command apart: "case take ACME-42".
func commandLine(line string) *bot.Command {
	group, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	return &bot.Command{Group: strings.ToLower(group), Text: strings.TrimSpace(rest)}
}
