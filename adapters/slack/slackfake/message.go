package slackfake

import (
	"slices"
	"strings"
)

// message is a message of a conversation, or one for somebody's eyes only.
type message struct {
	ts, thread, user, bot, app, username, subtype, text string
	mrkdwn                                              bool
	blocks                                              []any
	metadata                                            obj
	files                                               []string
	edited                                              string
	tombstone                                           bool
	channel                                             string
	only                                                string // whose eyes an ephemeral one is for
	notifies                                            []string
	parent                                              string // who began the thread
}

func (c *Channel) find(ts string) *message {
	i := slices.IndexFunc(c.messages, func(m *message) bool { return m.ts == ts })
	if i < 0 {
		return nil
	}
	return c.messages[i]
}

func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// json is the message as the Web API and events show it.
func (s *Server) json(m *message, withMetadata bool) obj {
	o := obj{"type": "message", "ts": m.ts, "text": m.text, "user": m.user}
	if m.thread != "" {
		o["thread_ts"] = m.thread
		if m.thread != m.ts && m.parent != "" {
			o["parent_user_id"] = m.parent
		}
	}
	for key, value := range map[string]string{"bot_id": m.bot, "app_id": m.app, "subtype": m.subtype, "username": m.username} {
		if value != "" {
			o[key] = value
		}
	}
	if len(m.blocks) > 0 {
		o["blocks"] = m.blocks
	}
	if m.edited != "" {
		o["edited"] = obj{"user": m.user, "ts": m.edited}
	}
	if withMetadata && m.metadata != nil {
		o["metadata"] = m.metadata
	}
	var files []any
	for _, id := range m.files {
		if f := s.files[id]; f != nil {
			files = append(files, f.json(s))
		}
	}
	if files != nil {
		o["files"] = files
	}
	if m.tombstone {
		o = obj{"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": true, "ts": m.ts, "thread_ts": m.thread, "text": "This message was deleted."}
	}
	return o
}

// escape is what Slack does to what people type.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// typed is a text as it arrives: escaped, and with the mentions that its writer
// chose from the list, "{@U0ADA}" in our notation.
func (s *Server) typed(text string) string {
	text = escape.Replace(text)
	for id := range s.users {
		text = strings.ReplaceAll(text, "{@"+id+"}", "<@"+id+">")
	}
	return text
}

// eventChannelType is how events name a conversation's kind.
func (c *Channel) kind() string {
	switch {
	case c.direct != "":
		return "im"
	case c.Private:
		return "group"
	default:
		return "channel"
	}
}

// announce tells casebot of a message.
func (s *Server) announce(c *Channel, m *message) {
	o := clone(s.json(m, false))
	o["channel"], o["channel_type"], o["event_ts"] = c.ID, c.kind(), m.ts
	if c.Shared {
		if files, ok := o["files"].([]any); ok {
			var stubs []any
			for _, f := range files {
				stubs = append(stubs, obj{"id": f.(obj)["id"], "mode": "file_access", "file_access": "check_file_info"})
			}
			o["files"] = stubs
		}
	}
	if u := s.users[m.user]; u != nil && m.bot == "" {
		o["user_team"], o["source_team"], o["client_msg_id"] = u.Team, u.Team, s.id("msg-")
	}
	s.event(c, o)
	if m.bot == "" && m.subtype != "message_changed" && strings.Contains(m.text, "<@"+s.cfg.BotUser+">") && c.direct == "" {
		mention := obj{"type": "app_mention", "user": m.user, "text": m.text, "ts": m.ts, "channel": c.ID, "event_ts": m.ts}
		if m.thread != "" {
			mention["thread_ts"], mention["parent_user_id"] = m.thread, m.parent
		}
		s.event(c, mention)
	}
}

// TellAgain tells casebot of a message once more, and of its last change: as
// Slack does where an acknowledgement was lost.
func (s *Server) TellAgain(channel, ts string) {
	s.mu.Lock()
	told := s.told[channel+ts]
	s.mu.Unlock()
	for _, body := range told {
		s.work.Go(func() { _, _ = s.deliver("events_api", body, s.cfg.Retries, s.cfg.AckWithin) })
	}
}

// add puts a message into a conversation, and tells of it.
func (s *Server) add(c *Channel, m *message) {
	m.channel = c.ID
	if m.thread != "" {
		if root := c.find(m.thread); root != nil {
			if root.thread == "" {
				root.thread = root.ts
			}
			m.parent = root.user
		}
	}
	c.messages = append(c.messages, m)
	s.announce(c, m)
}
