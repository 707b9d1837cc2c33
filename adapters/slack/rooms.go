package slack

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// For how long what Slack said of a channel is believed. An event that says
// otherwise counts at once; before something internal is posted, Slack is asked
// anew all the same where the answer is more than a few seconds old. A channel to
// which another organisation is only invited counts as shared already, so that
// nobody of theirs is there within those seconds.
const (
	roomFresh   = time.Minute
	sharedFresh = 10 * time.Second
)

// rooms keeps what was asked of channels.
type rooms struct {
	mu     sync.Mutex
	moved  map[string]knownID // other ids of channels, both ways
	direct map[string]string  // a person's direct messages: D… by U…
	known  map[string]knownRoom
}

type knownRoom struct {
	shared bool
	member bool
	gone   error     // why it cannot be looked at, for good
	at     time.Time // when Slack said so
	mark   string    // of the last change that a replica was told of
}

// channel is the conversation of a delivery, D… for direct messages.
func (s *workspace) channel(ctx context.Context, room string) (string, error) {
	_, user, direct, ok := split(room)
	if !ok {
		return "", fmt.Errorf("room %q: %w", room, bot.ErrUndeliverable)
	}
	if !direct {
		return s.otherID(ctx, movedName(user), user)
	}
	s.rooms.mu.Lock()
	id := s.rooms.direct[user]
	s.rooms.mu.Unlock()
	if id != "" {
		return id, nil
	}
	var c *slackapi.Channel
	err := s.call(ctx, "conversations.open", func() (err error) {
		c, _, _, err = s.api.OpenConversationContext(ctx, &slackapi.OpenConversationParameters{Users: []string{user}})
		return err
	})
	if err != nil {
		return "", verdict("open direct messages of "+user, err)
	}
	s.rooms.mu.Lock()
	defer s.rooms.mu.Unlock()
	if s.rooms.direct == nil {
		s.rooms.direct = map[string]string{}
	}
	s.rooms.direct[user] = c.ID
	return c.ID, nil
}

// atHome gives what happened in a channel to the configuration's workspace
// where its bot is in the channel too: Slack tells it once, and maybe of the
// other one's installation, but the channel and its people are known from here.
func (s *Slack) atHome(ctx context.Context, w *workspace, channel string) *workspace {
	home := s.spaces.primary
	if home == nil || channel == "" || strings.HasPrefix(channel, "D") {
		return w
	}
	if _, err := home.whoami(ctx); err != nil {
		return w
	}
	if k, err := home.lookAt(ctx, channel, roomFresh); err != nil || !k.member {
		return w
	}
	return home
}

// outsiders tells whether people of another organisation are, or are about to
// be, in a channel.
func (s *workspace) outsiders(ctx context.Context, channel string) (bool, error) {
	k, err := s.lookAt(ctx, channel, sharedFresh)
	return k.shared, err
}

// lookAt is what is known of a channel, asking Slack where that is not fresh.
// That it changed, Slack tells one replica only, which marks it for all.
func (s *workspace) lookAt(ctx context.Context, channel string, fresh time.Duration) (knownRoom, error) {
	marks, err := s.memory.Get(ctx, changedName(channel))
	if err != nil {
		return knownRoom{}, fmt.Errorf("remember whether %s changed: %w", channel, err)
	}
	s.rooms.mu.Lock()
	k, ok := s.rooms.known[channel]
	s.rooms.mu.Unlock()
	if ok && k.mark == marks[0] && s.now().Sub(k.at) < fresh {
		return k, k.gone
	}
	var c *slackapi.Channel
	err = s.call(ctx, "conversations.info", func() (err error) {
		c, err = s.api.GetConversationInfoContext(ctx, &slackapi.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	if isCode(err, "channel_not_found") {
		k = knownRoom{gone: verdict("look at channel "+channel, err), at: s.now(), mark: marks[0]}
		s.rooms.learn(channel, k)
		return k, k.gone
	}
	if err != nil {
		return knownRoom{}, verdict("look at channel "+channel, err)
	}
	k = knownRoom{shared: c.IsExtShared || c.IsPendingExtShared, member: c.IsMember, at: s.now(), mark: marks[0]}
	s.rooms.learn(channel, k)
	return k, nil
}

func (r *rooms) learn(channel string, k knownRoom) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]knownRoom{}
	}
	r.known[channel] = k
}

func changedName(channel string) string { return "changed:" + channel }

// changed marks a channel that is not what it was; mark tells one change from
// another.
func (s *workspace) changed(ctx context.Context, channel, mark string) error {
	if err := s.memory.Set(ctx, 2*roomFresh, map[string]string{changedName(channel): mark}); err != nil {
		return fmt.Errorf("remember that %s changed: %w", channel, err)
	}
	return nil
}

// keepMoved is for how long it is known that a channel has another id: as long
// as anything may be said in it.
const keepMoved = 10 * 365 * 24 * time.Hour

// A channel's id changes when it becomes shared (channel_id_changed). What the
// records call it stays; it is translated on its way in and out.

type knownID struct {
	id    string
	until time.Time
}

func movedName(old string) string { return "moved:" + old }
func wasName(now string) string   { return "was:" + now }

// otherID is the other id of a channel, or the same where it has none.
func (s *workspace) otherID(ctx context.Context, name, same string) (string, error) {
	s.rooms.mu.Lock()
	k, ok := s.rooms.moved[name]
	s.rooms.mu.Unlock()
	if ok && s.now().Before(k.until) {
		return cmp.Or(k.id, same), nil
	}
	known, err := s.memory.Get(ctx, name)
	if err != nil {
		return "", fmt.Errorf("remember the id of %s: %w", same, err)
	}
	s.rooms.mu.Lock()
	defer s.rooms.mu.Unlock()
	if s.rooms.moved == nil || len(s.rooms.moved) > usersKept {
		s.rooms.moved = map[string]knownID{}
	}
	s.rooms.moved[name] = knownID{known[0], s.now().Add(roomFresh)}
	return cmp.Or(known[0], same), nil
}

// forgetMoved lets the memory be asked anew.
func (r *rooms) forgetMoved() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moved = nil
}

// move remembers that a channel has another id. The first one that it had is
// what the records know.
func (s *workspace) move(ctx context.Context, from, to string) (first string, err error) {
	if first, err = s.otherID(ctx, wasName(from), from); err != nil {
		return "", err
	}
	names := map[string]string{movedName(first): to, movedName(from): to, wasName(to): first}
	if err := s.memory.Set(ctx, keepMoved, names); err != nil {
		return "", fmt.Errorf("remember that %s is %s: %w", from, to, err)
	}
	s.rooms.mu.Lock()
	defer s.rooms.mu.Unlock()
	s.rooms.moved = nil
	delete(s.rooms.known, from)
	return first, nil
}
