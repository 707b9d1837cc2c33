package slack

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// movedWithin is for how long a channel that is not found may be one whose id
// changes: casebot hears of that a little later.
const movedWithin = 10 * time.Minute

// deliverOrFollow delivers to a channel, also where its id just changed.
func (s *workspace) deliverOrFollow(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	r, err := s.deliver(ctx, d)
	if !isCode(err, "channel_not_found") || isDirect(d.Room) {
		return r, err
	}
	was := idIn(d.Room)
	before, _ := s.otherID(ctx, movedName(was), was)
	s.rooms.forgetMoved()
	now, failed := s.otherID(ctx, movedName(was), was)
	switch {
	case failed != nil:
		return r, failed
	case now != before: // another replica was told
		return s.deliver(ctx, d)
	case !d.Since.IsZero() && s.now().Sub(d.Since) < movedWithin: // soon at first, then more and more seldom
		return r, &bot.RetryError{After: max(2*time.Second, s.now().Sub(d.Since)), Err: fmt.Errorf("deliver %s: %s: its id may just have changed", d.Key, code(err))}
	}
	return r, err
}

// deliver posts, or changes what was posted. Slack has no key that makes a post
// idempotent: what is about to be posted is noted in the memory first, and
// carries its key as metadata, so that a retry after a failure that may have
// been none looks for it before it posts again.
func (s *workspace) deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	channel, err := s.channel(ctx, d.Room)
	if err != nil {
		return bot.Receipt{}, err
	}
	if err := s.confine(ctx, d, channel); err != nil {
		return bot.Receipt{}, err
	}
	self, err := s.whoami(ctx)
	if err != nil {
		return bot.Receipt{}, verdict("deliver "+d.Key, err)
	}
	r := render(d.Message, look{author: !self.Has(scopeCustomize), mention: !d.Edit || d.Ref == ""})
	for i, p := range r.Pages {
		if err := checkBlocks(p.Blocks, maxBlocks); err != nil {
			return bot.Receipt{}, fmt.Errorf("render %s, page %d: %w: %w", d.Key, i+1, bot.ErrUndeliverable, err)
		}
	}
	if len(r.Aliases) > 0 {
		if err := s.memory.Set(ctx, keepLong, r.Aliases); err != nil {
			return bot.Receipt{}, fmt.Errorf("remember commands of %s: %w", d.Key, err)
		}
	}
	if d.Edit && d.Ref != "" {
		found, err := s.redraw(ctx, self, d, channel, r.Pages)
		if err != nil {
			return bot.Receipt{}, err
		}
		if found {
			return s.receipt(self, d, channel, d.Ref, s.now()), nil
		}
		r = render(d.Message, look{author: !self.Has(scopeCustomize), mention: true})
	}
	ts, err := s.postOnce(ctx, self, d, d.Key, channel, d.Thread, r.Pages[0])
	if err != nil {
		return bot.Receipt{}, err
	}
	if err := s.postMore(ctx, self, d, channel, ts, nil, r.Pages[1:]); err != nil {
		return bot.Receipt{}, err
	}
	if err := s.carry(ctx, self, d, channel, ts); err != nil {
		return bot.Receipt{}, err
	}
	if d.Pin {
		if err := s.pin(ctx, channel, ts); err != nil {
			return bot.Receipt{}, err
		}
	}
	return s.receipt(self, d, channel, ts, stamp(ts)), nil
}

// Scopes that decide how something is done.
const scopeCustomize = "chat:write.customize"

// confine keeps what is internal out of channels with people of another
// organisation, also those that became so since they were configured.
func (s *workspace) confine(ctx context.Context, d bot.Delivery, channel string) error {
	if !d.Internal || isDirect(d.Room) {
		return nil
	}
	shared, err := s.outsiders(ctx, channel)
	if err != nil {
		return err
	}
	if shared {
		return fmt.Errorf("%s is shared with another organisation, and nothing internal is posted there; stop sharing it, or name another channel in the configuration (%w)", d.Room, bot.ErrUndeliverable)
	}
	return nil
}

func isDirect(room string) bool {
	_, _, direct, _ := split(room)
	return direct
}

func (s *workspace) receipt(self Self, d bot.Delivery, channel, ts string, at time.Time) bot.Receipt {
	r := bot.Receipt{Ref: ts, Link: self.link(channel, ts, d.Thread), At: at}
	if d.Opens {
		r.Thread = cmp.Or(d.Thread, ts)
	}
	return r
}

// postMore posts what a message does not hold, below it, and returns when all
// is there. have are the messages of an earlier version.
func (s *workspace) postMore(ctx context.Context, self Self, d bot.Delivery, channel, ts string, have []string, pages []page) error {
	if len(have) == 0 && len(pages) == 0 {
		return nil
	}
	var now []string
	for i, p := range pages {
		if i < len(have) {
			found, err := s.update(ctx, channel, have[i], p)
			if err != nil {
				return err
			}
			if found {
				now = append(now, have[i])
				continue
			}
		}
		more, err := s.postOnce(ctx, self, bot.Delivery{Message: bot.Message{Author: d.Message.Author}}, fmt.Sprintf("%s#%d", d.Key, i+2), channel, cmp.Or(d.Thread, ts), p)
		if err != nil {
			return err
		}
		now = append(now, more)
	}
	for _, old := range have[min(len(have), len(pages)):] {
		if err := s.remove(ctx, channel, old); err != nil {
			return err
		}
	}
	if err := s.memory.Set(ctx, keepLong, map[string]string{moreName(channel, ts): strings.Join(now, " ")}); err != nil {
		return fmt.Errorf("remember the rest of %s: %w", d.Key, err)
	}
	return nil
}

// Names in the memory.
func postName(key string) string          { return "post:" + digest(key) }
func moreName(channel, ts string) string  { return "more:" + channel + ":" + ts }
func plainName(channel, ts string) string { return "plain:" + channel + ":" + ts }

// redraw changes the message that a delivery names. One that is not there any
// more, or not ours, is not found.
func (s *workspace) redraw(ctx context.Context, self Self, d bot.Delivery, channel string, pages []page) (found bool, err error) {
	found, err = s.update(ctx, channel, d.Ref, pages[0])
	if err != nil || !found {
		return false, err
	}
	more, err := s.memory.Get(ctx, moreName(channel, d.Ref))
	if err != nil {
		return false, fmt.Errorf("remember the rest of %s: %w", d.Key, err)
	}
	return true, s.postMore(ctx, self, d, channel, d.Ref, strings.Fields(more[0]), pages[1:])
}

func (s *workspace) update(ctx context.Context, channel, ts string, p page) (found bool, err error) {
	err = s.call(ctx, "chat.update", func() error {
		_, _, _, err := s.api.UpdateMessageContext(ctx, channel, ts, shown(p)...)
		return err
	})
	if isCode(err, "message_not_found", "cant_update_message", "edit_window_closed", "invalid_ts") {
		return false, nil
	}
	return err == nil, verdict("change message "+ts, err)
}

func (s *workspace) remove(ctx context.Context, channel, ts string) error {
	err := s.call(ctx, "chat.delete", func() error {
		_, _, err := s.api.DeleteMessageContext(ctx, channel, ts)
		return err
	})
	if isCode(err, "message_not_found", "cant_delete_message") {
		return nil
	}
	return verdict("delete message "+ts, err)
}

// pin keeps a message in sight. Where that is not allowed the message is there
// all the same.
func (s *workspace) pin(ctx context.Context, channel, ts string) error {
	err := s.call(ctx, "pins.add", func() error {
		return s.api.AddPinContext(ctx, channel, slackapi.ItemRef{Channel: channel, Timestamp: ts})
	})
	if code(err) != "" {
		if !isCode(err, "already_pinned") {
			s.log.WarnContext(ctx, "message not pinned", "room", s.roomRef(channel), "err", detail(err))
		}
		return nil
	}
	return verdict("pin message "+ts, err)
}

// shown are the options that all messages share: nothing is parsed, unfurled
// or formatted that we did not say.
func shown(p page) []slackapi.MsgOption {
	return []slackapi.MsgOption{
		slackapi.MsgOptionText(p.Text, false), slackapi.MsgOptionBlocks(p.Blocks...),
		slackapi.MsgOptionParse(false), slackapi.MsgOptionDisableMarkdown(),
		slackapi.MsgOptionDisableLinkUnfurl(), slackapi.MsgOptionDisableMediaUnfurl(),
	}
}

// tried is what the memory holds of a post or a file: when it was first tried,
// and which message it became, or which file it is to become.
type tried struct {
	at   time.Time
	done bool
	ts   string
}

func (t tried) String() string {
	if t.done {
		return "done " + t.ts
	}
	return strings.TrimSpace(fmt.Sprintf("try %d %s", t.at.Unix(), t.ts))
}

func readTried(s string) (t tried) {
	var sec int64
	switch word, rest, _ := strings.Cut(s, " "); word {
	case "done":
		t.done, t.ts = true, rest
	case "try":
		at, ts, _ := strings.Cut(rest, " ")
		if _, err := fmt.Sscan(at, &sec); err == nil {
			t.at, t.ts = time.Unix(sec, 0), ts
		}
	}
	return t
}

// postOnce posts a page under a key, unless that was done before.
func (s *workspace) postOnce(ctx context.Context, self Self, d bot.Delivery, key, channel, thread string, p page) (ts string, err error) {
	name := postName(key)
	before, err := s.memory.Claim(ctx, name, tried{at: s.now()}.String(), keepPost)
	if err != nil {
		return "", fmt.Errorf("note the post %s: %w", key, err)
	}
	if before != "" {
		t := readTried(before)
		if t.done {
			return t.ts, nil
		}
		if ts, err = s.lookUp(ctx, self, channel, thread, digest(key), t.at); err != nil {
			return "", err
		}
	}
	if ts == "" {
		if ts, err = s.post(ctx, self, d, key, channel, thread, p); err != nil {
			if certain(err) { // the next try need not look for it
				if err := s.memory.Set(ctx, keepPost, map[string]string{name: ""}); err != nil {
					s.log.WarnContext(ctx, "post not forgotten", "delivery", key, "err", err)
				}
			}
			return "", verdict("post "+key, err)
		}
	}
	note := map[string]string{name: tried{done: true, ts: ts}.String()}
	if thread == "" && !d.Opens {
		note[plainName(channel, ts)] = "1"
	}
	if err := s.memory.Set(ctx, keepPost, note); err != nil { // the retry will look for it
		return "", fmt.Errorf("note that %s is posted: %w", key, err)
	}
	return ts, nil
}

// metadataType marks our messages. A Slack Connect partner's apps may read
// metadata, so it holds nothing but a digest.
const metadataType = "casebot_delivery"

func (s *workspace) post(ctx context.Context, self Self, d bot.Delivery, key, channel, thread string, p page) (string, error) {
	options := append(shown(p), slackapi.MsgOptionMetadata(slackapi.SlackMetadata{
		EventType: metadataType, EventPayload: map[string]any{"key": digest(key)},
	}))
	if thread != "" {
		options = append(options, slackapi.MsgOptionTS(thread))
	}
	if a := d.Message.Author; a != nil && a.Name != "" && self.Has(scopeCustomize) {
		options = append(options, slackapi.MsgOptionUsername(a.Name))
		if icon := s.users.stale(idIn(a.Ref)).Icon; icon != "" {
			options = append(options, slackapi.MsgOptionIconURL(icon))
		}
	}
	var ts string
	var posted slackapi.Message
	err := s.call(ctx, "chat.postMessage "+channel, func() (err error) {
		_, ts, posted, err = s.api.PostMessageWithResponseContext(ctx, channel, options...)
		return err
	})
	if err != nil {
		return "", err
	}
	if thread != "" && posted.ThreadTimestamp == "" { // its parent is gone: Slack puts the reply on the surface
		if err := s.remove(ctx, channel, ts); err != nil {
			return "", err
		}
		return "", slackapi.SlackErrorResponse{Err: "thread_not_found"}
	}
	return ts, nil
}

// lookUp finds what was posted under a key since it was first tried, "" where
// it was not.
func (s *workspace) lookUp(ctx context.Context, self Self, channel, thread, key string, since time.Time) (string, error) {
	return s.search(ctx, channel, thread, since, func(m slackapi.Message) bool {
		return m.Metadata.EventType == metadataType && m.Metadata.EventPayload["key"] == key && (m.User == self.User || m.BotID == self.Bot)
	})
}

// search finds a message on a channel's surface, or in a thread, among those
// since a time; "" where there is none.
func (s *workspace) search(ctx context.Context, channel, thread string, since time.Time, is func(slackapi.Message) bool) (string, error) {
	oldest := fmt.Sprintf("%d.000000", since.Add(-time.Minute).Unix()) // our clock and Slack's may differ
	ts, err := s.pages(ctx, channel, thread, oldest, is)
	return ts, verdict("look for what was posted", err)
}

// pages reads the messages of a channel's surface, or of a thread, until one is
// what is looked for.
func (s *workspace) pages(ctx context.Context, channel, thread, oldest string, is func(slackapi.Message) bool) (string, error) {
	const pageSize, most = 200, 10
	cursor := ""
	for range most {
		var list []slackapi.Message
		var err error
		if thread == "" {
			err = s.call(ctx, "conversations.history", func() error {
				r, err := s.api.GetConversationHistoryContext(ctx, &slackapi.GetConversationHistoryParameters{
					ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
				})
				if err == nil {
					list, cursor = r.Messages, r.ResponseMetaData.NextCursor
				}
				return err
			})
		} else {
			err = s.call(ctx, "conversations.replies", func() (err error) {
				list, _, cursor, err = s.api.GetConversationRepliesContext(ctx, &slackapi.GetConversationRepliesParameters{
					ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
				})
				return err
			})
		}
		if err != nil {
			return "", err
		}
		for _, m := range list {
			if is(m) {
				return m.Timestamp, nil
			}
		}
		if cursor == "" {
			return "", nil
		}
	}
	return "", nil
}
