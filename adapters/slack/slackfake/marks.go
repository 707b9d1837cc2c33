package slackfake

import (
	"fmt"
	"regexp"
	"slices"
)

// Reactions and pins.

var reactionName = regexp.MustCompile(`^[a-z0-9_+'-]+(::skin-tone-[2-6])?$`)

// marked is the message that reactions and pins are about.
func (c *call) marked() (*Channel, *message, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, nil, err
	}
	m := ch.find(c.text("timestamp"))
	switch {
	case c.text("timestamp") == "":
		return nil, nil, no("no_item_specified")
	case m == nil, m.tombstone:
		return nil, nil, no("message_not_found")
	}
	return ch, m, nil
}

func (c *call) reactionsGet() (obj, error) {
	ch, m, err := c.marked()
	if err != nil {
		return nil, err
	}
	return obj{"type": "message", "channel": ch.ID, "message": c.s.json(m, false)}, nil
}

func (c *call) reactionsAdd() (obj, error) {
	ch, m, err := c.marked()
	name := c.text("name")
	switch {
	case err != nil:
		return nil, err
	case !reactionName.MatchString(name):
		return nil, no("invalid_name")
	case ch.Archived:
		return nil, no("is_archived")
	case !c.s.reacts(ch, m, c.app.BotUser, name):
		return nil, no("already_reacted")
	}
	return obj{}, nil
}

func (c *call) reactionsRemove() (obj, error) {
	ch, m, err := c.marked()
	if err != nil {
		return nil, err
	}
	if !c.s.unreacts(ch, m, c.app.BotUser, c.text("name")) {
		return nil, no("no_reaction")
	}
	return obj{}, nil
}

// reacts adds somebody's emoji and tells of it, the bot's own too.
func (s *Server) reacts(c *Channel, m *message, user, name string) bool {
	i := slices.IndexFunc(m.reactions, func(r *reaction) bool { return r.name == name })
	if i < 0 {
		m.reactions = append(m.reactions, &reaction{name: name})
		i = len(m.reactions) - 1
	}
	r := m.reactions[i]
	if slices.Contains(r.users, user) {
		return false
	}
	r.users = append(r.users, user)
	s.reacted("reaction_added", c, m, user, name)
	return true
}

func (s *Server) unreacts(c *Channel, m *message, user, name string) bool {
	for i, r := range m.reactions {
		if r.name != name || !slices.Contains(r.users, user) {
			continue
		}
		r.users = slices.DeleteFunc(r.users, func(u string) bool { return u == user })
		if len(r.users) == 0 {
			m.reactions = slices.Delete(m.reactions, i, i+1)
		}
		s.reacted("reaction_removed", c, m, user, name)
		return true
	}
	return false
}

func (s *Server) reacted(kind string, c *Channel, m *message, user, name string) {
	o := obj{"type": kind, "user": user, "reaction": name, "item": obj{"type": "message", "channel": c.ID, "ts": m.ts}, "event_ts": s.ts()}
	if m.user != "" {
		o["item_user"] = m.user
	}
	s.event(c, nil, o)
}

// React puts an emoji on a message.
func (s *Server) React(user, channel, ts, name string) error {
	return s.mark(user, channel, ts, func(c *Channel, m *message) bool { return s.reacts(c, m, user, name) })
}

// Unreact takes somebody's emoji off a message.
func (s *Server) Unreact(user, channel, ts, name string) error {
	return s.mark(user, channel, ts, func(c *Channel, m *message) bool { return s.unreacts(c, m, user, name) })
}

func (s *Server) mark(user, channel, ts string, do func(*Channel, *message) bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return err
	}
	m := c.find(ts)
	if m == nil || m.tombstone {
		return fmt.Errorf("%w: no message %s", ErrUnable, ts)
	}
	if !do(c, m) {
		return fmt.Errorf("%w: it is so already", ErrUnable)
	}
	return nil
}

func (c *call) pinAdd() (obj, error) {
	ch, m, err := c.marked()
	switch {
	case err != nil:
		return nil, err
	case ch.Archived:
		return nil, no("is_archived")
	case slices.Contains(ch.pins, m.ts):
		return nil, no("already_pinned")
	}
	ch.pins = append(ch.pins, m.ts)
	return obj{}, nil
}

func (c *call) pinRemove() (obj, error) {
	ch, m, err := c.marked()
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(ch.pins, m.ts):
		return nil, no("no_pin")
	}
	ch.pins = slices.DeleteFunc(ch.pins, func(ts string) bool { return ts == m.ts })
	return obj{}, nil
}

func (c *call) pinList() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, ts := range slices.Backward(ch.pins) {
		if m := ch.find(ts); m != nil {
			items = append(items, obj{"type": "message", "channel": ch.ID, "created": c.s.cfg.Now().Unix(), "created_by": m.user, "message": c.s.json(m, false)})
		}
	}
	return obj{"items": items}, nil
}

// Pinned lists what is pinned in a channel.
func (s *Server) Pinned(channel string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.channels[channel].pins)
}
