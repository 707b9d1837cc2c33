package slackfake

import (
	"fmt"
	"slices"
)

// room finds a conversation that somebody is in.
func (s *Server) room(user, channel string) (*Channel, error) {
	c := s.channels[channel]
	if c == nil || !c.has(user) {
		return nil, fmt.Errorf("%w: %s is not in %s", ErrUnable, user, channel)
	}
	return c, nil
}

// Say writes a message, and returns its timestamp. "{@U0ADA}" in the text is a
// mention, "{#C0ACME}" a channel, "{!here}" a call to everybody there.
func (s *Server) Say(user, channel, thread, text string, files ...Attach) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return "", err
	}
	if c.Archived {
		return "", fmt.Errorf("%w: %s is archived", ErrUnable, channel)
	}
	m := &message{thread: thread, user: user, client: s.id("9cbd4c5b-7ddf-4ede-b479-ad21fc"), mrkdwn: true}
	if thread != "" {
		root := c.find(thread)
		if root == nil {
			return "", fmt.Errorf("%w: there is no thread %s", ErrUnable, thread)
		}
		if root.thread != "" {
			m.thread = root.thread
		}
	}
	m.text, m.blocks = s.typed(text)
	for _, f := range files {
		m.files = append(m.files, s.hold(user, f))
		m.subtype = "file_share"
	}
	m.ts = s.ts()
	m.notifies = s.shownTo(m).notifies
	s.add(c, m)
	return m.ts, nil
}

// Program writes a message as another program of the old kind: without a user.
func (s *Server) Program(channel, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(s.channels[channel], &message{ts: s.ts(), bot: "B0OTHER", subtype: "bot_message", username: "builds", text: escape.Replace(text), mrkdwn: true})
}

// OtherApp writes a message as another app of today's kind, with a bot user.
func (s *Server) OtherApp(channel, thread, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users["U0OTHERBOT"] == nil {
		s.users["U0OTHERBOT"] = &User{ID: "U0OTHERBOT", Name: "other-app", RealName: "other-app", Team: s.cfg.Team, Bot: true}
	}
	s.add(s.channels[channel], &message{ts: s.ts(), thread: thread, user: "U0OTHERBOT", bot: "B0OTHERAPP", app: "A0OTHER", text: text, mrkdwn: true})
}

// Change changes somebody's own message.
func (s *Server) Change(user, channel, ts, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return err
	}
	m := c.find(ts)
	if m == nil || m.user != user || m.tombstone {
		return fmt.Errorf("%w: not %s's message", ErrUnable, user)
	}
	before := s.json(m, false)
	m.text, m.blocks = s.typed(text)
	m.edited = s.ts()
	s.changed(c, m, before)
	return nil
}

// Unfurl lets Slack show a preview below a message: it tells of it as of a
// change.
func (s *Server) Unfurl(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if m := c.find(ts); m != nil && !m.tombstone {
		before := s.json(m, false)
		m.attachments = append(m.attachments, obj{"id": len(m.attachments) + 1, "from_url": "https://example.com/", "title": "Example", "fallback": "Example"})
		s.changed(c, m, before)
	}
}

// Delete deletes somebody's own message; as the bot's user anybody's, as an
// admin does.
func (s *Server) Delete(user, channel, ts string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return err
	}
	m := c.find(ts)
	if m == nil || m.tombstone || m.user != user && user != s.cfg.BotUser {
		return fmt.Errorf("%w: not %s's message", ErrUnable, user)
	}
	s.drop(c, m)
	return nil
}

// Once does a deed; the same deed again tells casebot the same once more.
func (s *Server) Once(deed string, do func() (func() error, error)) error {
	s.mu.Lock()
	again := s.done[deed]
	s.mu.Unlock()
	if again != nil {
		return again()
	}
	again, err := do()
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.done[deed] = again
	s.mu.Unlock()
	return nil
}

// visible finds a message that somebody sees, also one for their eyes only.
func (s *Server) visible(user, channel, ts string) (m *message, private bool) {
	for _, w := range s.whispers {
		if w.ts == ts && w.only == user {
			return w, true
		}
	}
	if c := s.channels[channel]; c != nil && c.has(user) {
		return c.find(ts), false
	}
	return nil, false
}

// hide takes an ephemeral message away.
func (s *Server) hide(m *message) {
	s.whispers = slices.DeleteFunc(s.whispers, func(w *message) bool { return w == m })
}
