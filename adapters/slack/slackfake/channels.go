package slackfake

import "slices"

// What becomes of channels.

// Join lets somebody come into a channel, as if an admin had invited them: the
// bot too.
func (s *Server) Join(user, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.comes(s.channels[channel], user, "U0ADMIN")
}

func (s *Server) comes(c *Channel, user, inviter string) {
	if c.has(user) {
		return
	}
	c.Members = append(c.Members, user)
	joined := obj{"type": "member_joined_channel", "user": user, "channel": c.ID, "channel_type": c.letter(), "team": s.cfg.Team, "event_ts": s.ts()}
	if inviter != "" {
		joined["inviter"] = inviter
	}
	s.event(c, nil, joined)
	s.add(c, &message{ts: s.ts(), user: user, subtype: "channel_join", text: "<@" + user + "> has joined the channel", mrkdwn: true})
}

// letter is how membership events name a conversation's kind.
func (c *Channel) letter() string {
	if c.Private {
		return "G"
	}
	return "C"
}

// Leave lets somebody go out of a channel. The bot is told of its own leaving in
// another way than of others'.
func (s *Server) Leave(user, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if !c.has(user) {
		return
	}
	if app := s.appIn(c); app != nil && user == app.BotUser {
		kind := map[bool]string{true: "group_left", false: "channel_left"}[c.Private]
		s.event(c, nil, obj{"type": kind, "channel": c.ID, "actor_id": "U0ADMIN", "event_ts": s.ts()})
	} else {
		s.event(c, nil, obj{"type": "member_left_channel", "user": user, "channel": c.ID, "channel_type": c.letter(), "team": s.cfg.Team, "event_ts": s.ts()})
	}
	c.Members = slices.DeleteFunc(c.Members, func(m string) bool { return m == user })
}

// Share makes a channel one with another organisation, or ends that.
func (s *Server) Share(channel string, shared bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	c.Shared = shared
	if shared {
		c.Teams = append(c.Teams, "T0OTHER")
		s.event(c, nil, obj{"type": "channel_shared", "connected_team_id": "T0OTHER", "channel": channel, "event_ts": s.ts()})
		return
	}
	c.Teams = nil
	s.event(c, nil, obj{"type": "channel_unshared", "previously_connected_team_id": "T0OTHER", "channel": channel, "is_ext_shared": false, "event_ts": s.ts()})
}

// Archive archives a channel.
func (s *Server) Archive(channel string) { s.archive(channel, true) }

// Unarchive brings an archived channel back.
func (s *Server) Unarchive(channel string) { s.archive(channel, false) }

func (s *Server) archive(channel string, archived bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	c.Archived = archived
	kind := map[bool]string{true: "archive", false: "unarchive"}[archived]
	s.event(c, nil, obj{"type": c.kind() + "_" + kind, "channel": channel, "user": "U0ADMIN", "is_moved": 0, "event_ts": s.ts()})
}

// Rename gives a channel another name.
func (s *Server) Rename(channel, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	c.Name = name
	s.event(c, nil, obj{"type": c.kind() + "_rename", "channel": obj{"id": channel, "is_channel": !c.Private, "is_mpim": false, "name": name, "name_normalized": name, "created": 1607307935}, "event_ts": s.ts()})
}

// ChangeID gives a channel another id, as a private one gets when it is shared:
// the old one is good for nothing any more.
func (s *Server) ChangeID(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[from]
	delete(s.channels, from)
	c.ID = to
	s.channels[to] = c
	for _, m := range c.messages {
		m.channel = to
	}
	s.event(c, nil, obj{"type": "channel_id_changed", "old_channel_id": from, "new_channel_id": to, "event_ts": s.ts()})
}
