package slackfake

import (
	"slices"
)

// message is a message of a conversation, or one for somebody's eyes only.
type message struct {
	ts, thread, user, bot, app, username, subtype, text string
	client                                              string // client_msg_id of what a person wrote
	mrkdwn                                              bool
	blocks, attachments                                 []any
	metadata                                            obj
	files                                               []string
	reactions                                           []*reaction
	edited                                              string
	tombstone, broadcast                                bool
	channel                                             string
	only                                                string // whose eyes an ephemeral one is for
	notifies                                            []string
	parent                                              string // who began the thread
}

// reaction is an emoji with which some have reacted.
type reaction struct {
	name  string
	users []string
}

// json is the message as the Web API and events show it.
func (s *Server) json(m *message, withMetadata bool) obj {
	if m.tombstone {
		return obj{"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": true, "ts": m.ts, "thread_ts": m.thread, "text": "This message was deleted."}
	}
	o := obj{"type": "message", "ts": m.ts, "text": m.text}
	for key, value := range map[string]string{
		"user": m.user, "bot_id": m.bot, "app_id": m.app, "subtype": m.subtype, "username": m.username, "thread_ts": m.thread, "client_msg_id": m.client,
	} {
		if value != "" {
			o[key] = value
		}
	}
	if m.thread != "" && m.thread != m.ts && m.parent != "" {
		o["parent_user_id"] = m.parent
	}
	if u := s.users[m.user]; u != nil {
		o["team"] = u.Team
	}
	if m.bot != "" && m.subtype != "bot_message" {
		o["bot_profile"] = s.botProfile(m.bot, m.app)
	}
	if len(m.blocks) > 0 {
		o["blocks"] = m.blocks
	}
	if len(m.attachments) > 0 {
		o["attachments"] = m.attachments
	}
	if m.edited != "" {
		o["edited"] = obj{"user": m.user, "ts": m.edited}
	}
	if withMetadata && m.metadata != nil {
		o["metadata"] = m.metadata
	}
	s.addFiles(o, m)
	s.addThread(o, m)
	if m.reactions != nil {
		var list []any
		for _, r := range m.reactions {
			list = append(list, obj{"name": r.name, "users": slices.Clone(r.users), "count": len(r.users)})
		}
		o["reactions"] = list
	}
	return o
}

func (s *Server) addFiles(o obj, m *message) {
	var files []any
	for _, id := range m.files {
		if f := s.files[id]; f != nil {
			files = append(files, f.json(s))
		}
	}
	if files != nil {
		o["files"], o["upload"], o["display_as_bot"] = files, false, false
	}
}

// addThread says of a thread's first message what came after it.
func (s *Server) addThread(o obj, m *message) {
	c := s.channels[m.channel]
	if c == nil || m.thread != m.ts {
		return
	}
	var users []string
	n, latest := 0, ""
	for _, r := range c.messages {
		if r.thread == m.ts && r != m {
			n, latest = n+1, r.ts
			if !slices.Contains(users, r.user) {
				users = append(users, r.user)
			}
		}
	}
	if n > 0 {
		o["reply_count"], o["reply_users_count"], o["latest_reply"], o["reply_users"], o["is_locked"] = n, len(users), latest, users, false
	}
}

func (s *Server) botProfile(bot, app string) obj {
	p := obj{"id": bot, "deleted": false, "name": "other-app", "updated": 1607307935, "app_id": app, "icons": obj{}, "team_id": s.cfg.Team}
	for _, i := range s.apps {
		if i.BotID == bot {
			p["name"], p["team_id"] = s.users[i.BotUser].Name, i.Team
		}
	}
	return p
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

// drop deletes a message; one with replies leaves a tombstone.
func (s *Server) drop(c *Channel, m *message) {
	before := s.json(m, false)
	c.pins = slices.DeleteFunc(c.pins, func(ts string) bool { return ts == m.ts })
	if slices.ContainsFunc(c.messages, func(r *message) bool { return r.thread == m.ts && r != m }) {
		m.tombstone, m.blocks, m.attachments, m.files, m.text = true, nil, nil, nil, ""
		s.changed(c, m, before)
		return
	}
	ts := s.ts()
	c.messages = slices.DeleteFunc(c.messages, func(x *message) bool { return x == m })
	s.event(c, nil, obj{"type": "message", "subtype": "message_deleted", "hidden": true, "channel": c.ID, "channel_type": c.kind(), "ts": ts, "event_ts": ts, "deleted_ts": m.ts, "previous_message": before})
}

// changed tells casebot that a message is not what it was.
func (s *Server) changed(c *Channel, m *message, before obj) {
	ts := s.ts()
	s.event(c, nil, obj{"type": "message", "subtype": "message_changed", "hidden": true, "channel": c.ID, "channel_type": c.kind(), "ts": ts, "event_ts": ts, "message": s.stubbed(c, s.json(m, false)), "previous_message": s.stubbed(c, before)})
}

// announce tells casebot of a message: of one that mentions it twice, under two
// ids.
func (s *Server) announce(c *Channel, m *message) {
	o := s.stubbed(c, s.json(m, false))
	o["channel"], o["channel_type"], o["event_ts"] = c.ID, c.kind(), m.ts
	if u := s.users[m.user]; u != nil && c.Shared && m.bot == "" {
		o["user_team"], o["source_team"] = u.Team, u.Team
		if u.Team != s.cfg.Team {
			o["user_profile"] = obj{"real_name": u.RealName, "display_name": u.DisplayName, "name": u.Name, "team": u.Team}
		}
	}
	if m.broadcast {
		o["subtype"] = "thread_broadcast"
		if root := c.find(m.thread); root != nil {
			o["root"] = s.json(root, false)
		}
	}
	app := s.appIn(c)
	s.event(c, nil, o)
	if app == nil || m.bot != "" || c.direct != "" || !mentions(m.text, app.BotUser) {
		return
	}
	mention := clone(o)
	delete(mention, "subtype")
	delete(mention, "channel_type")
	mention["type"] = "app_mention"
	s.event(c, nil, mention)
}

// stubbed is a message as an event tells it: of the files in a shared channel it
// holds no more than their ids.
func (s *Server) stubbed(c *Channel, o obj) obj {
	files, _ := o["files"].([]any)
	if !c.Shared || files == nil {
		return o
	}
	var stubs []any
	for _, f := range files {
		stubs = append(stubs, obj{"id": f.(obj)["id"], "created": 0, "timestamp": 0, "mode": "file_access", "file_access": "check_file_info"})
	}
	o = clone(o)
	o["files"] = stubs
	return o
}
