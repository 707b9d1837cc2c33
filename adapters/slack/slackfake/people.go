package slackfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// trigger is the right to open a form, for three seconds and once.
type trigger struct {
	user string
	at   time.Time
	used bool
}

// response is an address that answers somebody: five times in half an hour.
type response struct {
	user, channel, thread string
	message               string // that the control was in
	uses                  int
	at                    time.Time
}

func (s *Server) trigger(user string) string {
	id := s.id("trigger.")
	s.triggers[id] = &trigger{user: user, at: s.cfg.Now()}
	return id
}

func (s *Server) responseURL(user, channel, thread, message string) string {
	id := s.id("response")
	s.responses[id] = &response{user: user, channel: channel, thread: thread, message: message, at: s.cfg.Now()}
	return s.server.URL + "/response/" + id
}

// room finds a conversation that somebody is in.
func (s *Server) room(user, channel string) (*Channel, error) {
	c := s.channels[channel]
	if c == nil || !c.has(user) {
		return nil, fmt.Errorf("%w: %s is not in %s", ErrUnable, user, channel)
	}
	return c, nil
}

// Say writes a message, and returns its timestamp. "{@U0ADA}" in the text is a
// mention.
func (s *Server) Say(user, channel, thread, text string, files ...Attach) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return "", err
	}
	m := &message{ts: s.ts(), thread: thread, user: user, text: s.typed(text), mrkdwn: true}
	for _, f := range files {
		m.files = append(m.files, s.hold(user, f))
		m.subtype = "file_share"
	}
	m.notifies = s.shownTo(m).notifies
	s.add(c, m)
	return m.ts, nil
}

// Program writes a message as another program.
func (s *Server) Program(channel, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	s.add(c, &message{ts: s.ts(), bot: "B0OTHER", app: "A0OTHER", subtype: "bot_message", username: "builds", text: escape.Replace(text), mrkdwn: true})
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
	if m == nil || m.user != user {
		return fmt.Errorf("%w: not %s's message", ErrUnable, user)
	}
	before := clone(s.json(m, false))
	m.text, m.edited = s.typed(text), s.ts()
	s.changed(c, m, before)
	return nil
}

// Unfurl lets Slack show a preview below a message: it tells of it as of a
// change.
func (s *Server) Unfurl(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if m := c.find(ts); m != nil {
		s.changed(c, m, clone(s.json(m, false)))
	}
}

// Delete deletes somebody's own message.
func (s *Server) Delete(user, channel, ts string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return err
	}
	m := c.find(ts)
	if m == nil || m.user != user && user != s.cfg.BotUser {
		return fmt.Errorf("%w: not %s's message", ErrUnable, user)
	}
	s.drop(c, m)
	return nil
}

// React puts an emoji on a message.
func (s *Server) React(user, channel, ts, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return err
	}
	m := c.find(ts)
	if m == nil {
		return fmt.Errorf("%w: no message %s", ErrUnable, ts)
	}
	s.event(c, obj{"type": "reaction_added", "user": user, "reaction": name, "item_user": m.user, "item": obj{"type": "message", "channel": channel, "ts": ts}, "event_ts": s.ts()})
	return nil
}

// Join lets somebody come into a channel: the bot too.
func (s *Server) Join(user, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if !c.has(user) {
		c.Members = append(c.Members, user)
	}
	s.event(c, obj{"type": "member_joined_channel", "user": user, "channel": channel, "channel_type": "C", "team": s.cfg.Team, "event_ts": s.ts()})
}

// Leave lets somebody go out of a channel.
func (s *Server) Leave(user, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if user == s.cfg.BotUser {
		s.event(c, obj{"type": "channel_left", "channel": channel, "event_ts": s.ts()})
	}
	c.Members = slices.DeleteFunc(c.Members, func(m string) bool { return m == user })
}

// Share makes a channel one with another organisation, or ends that.
func (s *Server) Share(channel string, shared bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	c.Shared = shared
	kind := map[bool]string{true: "channel_shared", false: "channel_unshared"}[shared]
	s.event(c, obj{"type": kind, "channel": channel, "connected_team_id": "T0OTHER", "event_ts": s.ts()})
}

// Archive archives a channel.
func (s *Server) Archive(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	c.Archived = true
	s.event(c, obj{"type": "channel_archive", "channel": channel, "user": "U0ADMIN", "event_ts": s.ts()})
}

// OpenHome looks at the bot's home page.
func (s *Server) OpenHome(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.event(nil, obj{"type": "app_home_opened", "user": user, "channel": s.directOf(user).ID, "tab": "home", "event_ts": s.ts()})
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

// Slash types a slash command, with its slash. Only people of the workspace
// can, and not in threads. send tells casebot the same again.
func (s *Server) Slash(user, channel, line string) (send func() error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.external(user) {
		return nil, fmt.Errorf("%w: %s is not a valid command", ErrUnable, strings.Fields(line)[0])
	}
	c, err := s.room(user, channel)
	if err != nil {
		return nil, err
	}
	word, text, _ := strings.Cut(line, " ")
	u := s.users[user]
	payload := map[string]string{
		"token": "legacy", "team_id": u.Team, "team_domain": s.cfg.Domain, "channel_id": c.ID, "channel_name": c.Name, "user_id": user, "user_name": u.Name,
		"command": word, "text": s.typed(text), "api_app_id": s.cfg.AppID, "is_enterprise_install": "false",
		"response_url": s.responseURL(user, channel, "", ""), "trigger_id": s.trigger(user),
	}
	body := packed(payload)
	send = func() error {
		answer, err := s.deliver("slash_commands", body, nil, s.cfg.AnswerWithin)
		if err != nil {
			return err
		}
		return s.acknowledged(user, channel, answer)
	}
	return send, nil
}

// acknowledged shows what an acknowledgement says.
func (s *Server) acknowledged(user, channel string, answer json.RawMessage) error {
	if len(bytes.TrimSpace(answer)) == 0 || string(answer) == "null" {
		return nil
	}
	var m struct {
		Type   string `json:"response_type"`
		Text   string `json:"text"`
		Blocks []any  `json:"blocks"`
	}
	if err := json.Unmarshal(answer, &m); err != nil {
		return fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
	if found := checkBlocks(m.Blocks, "message"); len(found) > 0 {
		return fmt.Errorf("%w: the acknowledgement has invalid blocks: %v", ErrUnanswered, found)
	}
	if m.Text == "" && len(m.Blocks) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whispers = append(s.whispers, &message{ts: s.ts(), user: s.cfg.BotUser, bot: s.cfg.BotID, only: user, channel: channel, text: m.Text, blocks: m.Blocks, mrkdwn: true})
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

// Press presses a button of a message, or chooses an option of a menu.
func (s *Server) Press(user, channel, ts, label, option string) (send func() error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, private := s.visible(user, channel, ts)
	if m == nil {
		return nil, fmt.Errorf("%w: %s sees no message %s", ErrUnable, user, ts)
	}
	action, err := pressed(m.blocks, label, option)
	if err != nil {
		return nil, err
	}
	action["action_ts"] = s.ts()
	u := s.users[user]
	payload := obj{
		"type": "block_actions", "user": obj{"id": user, "username": u.Name, "name": u.Name, "team_id": u.Team}, "api_app_id": s.cfg.AppID, "token": "legacy",
		"container":  obj{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": private},
		"trigger_id": s.trigger(user), "team": obj{"id": s.cfg.Team, "domain": s.cfg.Domain}, "enterprise": nil, "is_enterprise_install": false,
		"channel": obj{"id": channel, "name": s.channels[channel].Name}, "state": obj{"values": obj{}},
		"response_url": s.responseURL(user, channel, m.thread, ts), "actions": []any{action},
	}
	if m.thread != "" {
		payload["container"].(obj)["thread_ts"] = m.thread
	}
	if !private {
		payload["message"] = s.json(m, false)
	}
	return s.sender(user, channel, payload), nil
}

func (s *Server) sender(user, channel string, payload obj) func() error {
	body := packed(payload)
	return func() error {
		answer, err := s.deliver("interactive", body, nil, s.cfg.AnswerWithin)
		if err == nil && len(answer) > 0 && string(answer) != "null" {
			err = s.acknowledged(user, channel, answer)
		}
		return err
	}
}

// PressHome presses something on the home page.
func (s *Server) PressHome(user, label, option string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	home := s.homes[user]
	blocks, _ := home["blocks"].([]any)
	action, err := pressed(blocks, label, option)
	if err != nil {
		return nil, err
	}
	action["action_ts"] = s.ts()
	u := s.users[user]
	return s.sender(user, "", obj{
		"type": "block_actions", "user": obj{"id": user, "username": u.Name, "team_id": u.Team}, "api_app_id": s.cfg.AppID, "team": obj{"id": s.cfg.Team},
		"container": obj{"type": "view", "view_id": "V0HOME"}, "trigger_id": s.trigger(user), "view": obj{"id": "V0HOME", "type": "home", "team_id": s.cfg.Team}, "actions": []any{action},
	}), nil
}

// pressed is the action of a control.
func pressed(blocks []any, label, option string) (obj, error) {
	for i, b := range blocks {
		block, _ := b.(obj)
		elements, _ := block["elements"].([]any)
		if block["type"] != "actions" {
			continue
		}
		for _, e := range elements {
			element := e.(obj)
			action := obj{"type": element["type"], "action_id": element["action_id"], "block_id": fmt.Sprintf("b%d", i)}
			switch element["type"] {
			case "button":
				if textOf(element["text"]) == label {
					action["value"], action["text"] = element["value"], element["text"]
					return action, nil
				}
			case "static_select":
				if textOf(element["placeholder"]) != label {
					continue
				}
				options, _ := element["options"].([]any)
				for _, o := range options {
					if textOf(o.(obj)["text"]) == option {
						action["selected_option"] = o
						return action, nil
					}
				}
			}
		}
	}
	return nil, fmt.Errorf("%w: no control %q %q", ErrUnable, label, option)
}

// Shortcut uses a message shortcut. Only people of the workspace can.
func (s *Server) Shortcut(user, callback, channel, ts string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.external(user) {
		return nil, fmt.Errorf("%w: the app is not installed in your workspace", ErrUnable)
	}
	c, err := s.room(user, channel)
	if err != nil {
		return nil, err
	}
	m := c.find(ts)
	if m == nil {
		return nil, fmt.Errorf("%w: no message %s", ErrUnable, ts)
	}
	return s.sender(user, channel, obj{
		"type": "message_action", "callback_id": callback, "user": obj{"id": user, "name": s.users[user].Name}, "team": obj{"id": s.cfg.Team, "domain": s.cfg.Domain},
		"channel": obj{"id": channel, "name": c.Name}, "trigger_id": s.trigger(user), "message_ts": ts, "action_ts": s.ts(), "message": s.json(m, false),
		"response_url": s.responseURL(user, channel, "", ts),
	}), nil
}

// respond takes what is sent to a response URL.
func (s *Server) respond(w http.ResponseWriter, r *http.Request) {
	f := s.strike("response_url")
	if f != nil && f.Kind != Lost && f.Kind != Slow {
		s.fail(w, r, f)
		return
	}
	body, err := io.ReadAll(r.Body)
	var m struct {
		Type    string `json:"response_type"`
		Text    string `json:"text"`
		Blocks  []any  `json:"blocks"`
		Replace bool   `json:"replace_original"`
		Thread  string `json:"thread_ts"`
	}
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.responses[r.PathValue("id")]
	switch {
	case err != nil:
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	case x == nil || x.uses >= 5 || s.cfg.Now().Sub(x.at) > 30*time.Minute:
		http.Error(w, "used_url", http.StatusNotFound)
		return
	}
	if found := checkBlocks(m.Blocks, "message"); len(found) > 0 {
		http.Error(w, "invalid_blocks", http.StatusBadRequest)
		return
	}
	x.uses++
	s.calls = append(s.calls, Call{Method: "response_url", Args: obj{"text": m.Text, "type": m.Type}})
	said := &message{ts: s.ts(), user: s.cfg.BotUser, bot: s.cfg.BotID, app: s.cfg.AppID, only: x.user, channel: x.channel, thread: m.Thread, text: m.Text, blocks: m.Blocks, mrkdwn: true}
	if m.Type == "in_channel" {
		said.only = ""
		s.add(s.channels[x.channel], said)
	} else {
		s.whispers = append(s.whispers, said)
	}
	_, _ = io.WriteString(w, "ok")
}
