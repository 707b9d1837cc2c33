package slack

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// roomFresh is for how long it is believed that a channel is not shared. An
// event that says otherwise counts at once.
const roomFresh = time.Minute

// rooms keeps what was asked of channels.
type rooms struct {
	mu     sync.Mutex
	direct map[string]string // a person's direct messages: D… by U…
	known  map[string]knownRoom
}

type knownRoom struct {
	shared bool
	name   string
	until  time.Time
}

// channel is the conversation of a delivery, D… for direct messages.
func (s *Slack) channel(ctx context.Context, room string) (string, error) {
	place, ok := strings.CutPrefix(room, Name+":")
	if !ok || place == "" || place == "@" {
		return "", fmt.Errorf("room %q: %w", room, bot.ErrUndeliverable)
	}
	user, direct := strings.CutPrefix(place, "@")
	if !direct {
		return place, nil
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

// outsiders tells whether people of another organisation are, or are about to
// be, in a channel.
func (s *Slack) outsiders(ctx context.Context, channel string) (bool, error) {
	s.rooms.mu.Lock()
	k, ok := s.rooms.known[channel]
	s.rooms.mu.Unlock()
	if ok && s.now().Before(k.until) {
		return k.shared, nil
	}
	var c *slackapi.Channel
	err := s.call(ctx, "conversations.info", func() (err error) {
		c, err = s.api.GetConversationInfoContext(ctx, &slackapi.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	if err != nil {
		return false, verdict("look at channel "+channel, err)
	}
	shared := c.IsExtShared || c.IsPendingExtShared
	s.rooms.learn(channel, knownRoom{shared, c.Name, s.now().Add(roomFresh)})
	return shared, nil
}

func (r *rooms) learn(channel string, k knownRoom) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]knownRoom{}
	}
	r.known[channel] = k
}

// forget drops what is known of a channel that changed.
func (r *rooms) forget(channel string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, channel)
}
