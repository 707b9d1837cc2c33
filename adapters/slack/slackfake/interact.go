package slackfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// triggerLasts is how long a form can be opened after a deed.
const triggerLasts = 3 * time.Second

// trigger is the right to open a form, for three seconds and once.
type trigger struct {
	user string
	at   time.Time
	used bool
}

func (s *Server) trigger(user string) string {
	id := s.id("10518733222661.3901254001572.")
	s.triggers[id] = &trigger{user: user, at: s.cfg.Now()}
	return id
}

// claim uses a trigger up.
func (c *call) claim() (*trigger, error) {
	id := c.text("trigger_id")
	t := c.s.triggers[id]
	switch {
	case t == nil:
		return nil, no("invalid_trigger_id")
	case t.used:
		return nil, no("exchanged_trigger_id")
	case c.s.cfg.Now().Sub(t.at) > triggerLasts:
		return nil, no("expired_trigger_id")
	}
	return t, nil
}

// actor is somebody as interactions name them.
func (s *Server) actor(user string) obj {
	u := s.users[user]
	return obj{"id": user, "username": u.Name, "name": u.Name, "team_id": u.Team}
}

// interaction is what interactions share.
func (s *Server) interaction(kind, user string, app *install) obj {
	return obj{
		"type": kind, "user": s.actor(user), "api_app_id": s.cfg.AppID, "token": "legacy", "team": obj{"id": app.Team, "domain": app.Domain},
		"enterprise": nil, "is_enterprise_install": false,
	}
}

// sender sends an interaction whose answer is only looked at for whether it came.
func (s *Server) sender(payload obj) func() error {
	body := packed(payload)
	return func() error {
		_, err := s.deliver("interactive", body, nil, s.cfg.AnswerWithin)
		return err
	}
}

// Slash types a slash command, with its slash. Only people of a workspace that
// has the app can, and not in threads. send tells casebot, and each time the
// same.
func (s *Server) Slash(user, channel, line string) (send func() error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	word, text, _ := strings.Cut(line, " ")
	app := s.appOf(user)
	if app == nil {
		return nil, fmt.Errorf("%w: %s is not a valid command", ErrUnable, word)
	}
	c, err := s.room(user, channel)
	if err != nil {
		return nil, err
	}
	typed, _ := s.typed(text)
	body := packed(map[string]string{
		"token": "legacy", "team_id": app.Team, "team_domain": app.Domain, "channel_id": c.ID, "channel_name": c.shownName(), "user_id": user,
		"user_name": s.users[user].Name, "command": word, "text": typed, "api_app_id": s.cfg.AppID, "is_enterprise_install": "false",
		"response_url": s.responseURL(response{app: app, user: user, channel: channel}), "trigger_id": s.trigger(user),
	})
	return func() error {
		answer, err := s.deliver("slash_commands", body, nil, s.cfg.AnswerWithin)
		if err != nil {
			return err
		}
		return s.acknowledged(app, user, channel, answer)
	}, nil
}

// acknowledged shows what the acknowledgement of a slash command says.
func (s *Server) acknowledged(app *install, user, channel string, answer json.RawMessage) error {
	answer = bytes.TrimSpace(answer)
	if len(answer) == 0 || string(answer) == "null" {
		return nil
	}
	var said reply
	if answer[0] != '{' {
		said.Text = string(answer) // over HTTP a plain text is one too
	} else if err := json.Unmarshal(answer, &said); err != nil {
		return fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
	if found := checkBlocks(said.Blocks, "message", ""); len(found) > 0 {
		return fmt.Errorf("%w: the acknowledgement has invalid blocks: %v", ErrUnanswered, found)
	}
	if said.Text == "" && len(said.Blocks) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speak(response{app: app, user: user, channel: channel}, said)
	return nil
}

// Press presses a button of a message, or chooses an option of a menu; a
// question that the control asks first is answered with yes.
func (s *Server) Press(user, channel, ts, label, option string) (send func() error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, private := s.visible(user, channel, ts)
	if m == nil || m.tombstone {
		return nil, fmt.Errorf("%w: %s sees no message %s", ErrUnable, user, ts)
	}
	app := s.appOfBot(m.bot)
	action, err := s.pressed(m.blocks, user, label, option)
	if err != nil {
		return nil, err
	}
	c := s.channels[channel]
	container := obj{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": private}
	if m.thread != "" {
		container["thread_ts"] = m.thread
	}
	payload := s.interaction("block_actions", user, app)
	payload["container"], payload["channel"] = container, obj{"id": channel, "name": c.shownName()}
	payload["trigger_id"], payload["actions"], payload["state"] = s.trigger(user), []any{action}, obj{"values": statesOf(m.blocks, action)}
	payload["response_url"] = s.responseURL(response{app: app, user: user, channel: channel, thread: m.thread, original: m})
	if !private {
		payload["message"] = s.json(m, false)
	}
	return s.sender(payload), nil
}

// appOfBot is the install whose bot wrote a message.
func (s *Server) appOfBot(bot string) *install {
	for _, app := range s.apps {
		if app.BotID == bot {
			return app
		}
	}
	return s.apps[0]
}

// PressHome presses something on the home page.
func (s *Server) PressHome(user, label, option string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pressView(s.homes[user], user, label, option)
}

// PressView presses something in the form in front of somebody that is not its
// submit button.
func (s *Server) PressView(user, label, option string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pressView(s.front(user), user, label, option)
}

func (s *Server) pressView(v *view, user, label, option string) (func() error, error) {
	if v == nil {
		return nil, fmt.Errorf("%w: nothing is open before %s", ErrUnable, user)
	}
	action, err := s.pressed(v.blocks(), user, label, option)
	if err != nil {
		return nil, err
	}
	payload := s.interaction("block_actions", user, v.app)
	payload["container"] = obj{"type": "view", "view_id": v.id}
	payload["trigger_id"], payload["actions"], payload["view"] = s.trigger(user), []any{action}, s.viewJSON(v)
	return s.sender(payload), nil
}

// Shortcut uses a message shortcut. Only people of a workspace that has the app
// can.
func (s *Server) Shortcut(user, callback, channel, ts string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.appOf(user)
	if app == nil {
		return nil, fmt.Errorf("%w: the app is not installed in your workspace", ErrUnable)
	}
	c, err := s.room(user, channel)
	if err != nil {
		return nil, err
	}
	m := c.find(ts)
	if m == nil || m.tombstone {
		return nil, fmt.Errorf("%w: no message %s", ErrUnable, ts)
	}
	payload := s.interaction("message_action", user, app)
	payload["callback_id"], payload["channel"] = callback, obj{"id": channel, "name": c.shownName()}
	payload["trigger_id"], payload["message_ts"], payload["action_ts"], payload["message"] = s.trigger(user), ts, s.ts(), s.json(m, false)
	payload["response_url"] = s.responseURL(response{app: app, user: user, channel: channel, original: m})
	return s.sender(payload), nil
}

// GlobalShortcut uses a shortcut that belongs to no message; it has no response
// URL.
func (s *Server) GlobalShortcut(user, callback string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.appOf(user)
	if app == nil {
		return nil, fmt.Errorf("%w: the app is not installed in your workspace", ErrUnable)
	}
	payload := s.interaction("shortcut", user, app)
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callback, s.trigger(user), s.ts()
	return s.sender(payload), nil
}

// OpenHome looks at the bot's home page.
func (s *Server) OpenHome(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[0]
	o := obj{"type": "app_home_opened", "user": user, "channel": s.directOf(user, app.BotUser).ID, "tab": "home", "event_ts": s.ts()}
	if v := s.homes[user]; v != nil {
		o["view"] = s.viewJSON(v)
	}
	s.event(nil, app, o)
}
