package slackfake

import (
	"fmt"
	"maps"
	"slices"
)

// maxViews is how many forms may lie on each other.
const maxViews = 3

// view is a form that is open before somebody, or their home page.
type view struct {
	id, user, hash string
	root, previous string
	app            *install
	payload        obj
	values         map[string]obj // what is typed, by block id
	errors         map[string]string
	trouble        string // what Slack itself says
}

func (v *view) blocks() []any {
	blocks, _ := v.payload["blocks"].([]any)
	return blocks
}

// show puts new content into a view. What was typed stays where a block and its
// element keep their ids.
func (s *Server) showView(v *view, payload obj) {
	before := v.values
	blocks, _ := payload["blocks"].([]any)
	s.settled(blocks)
	v.payload, v.values, v.errors, v.trouble = payload, map[string]obj{}, nil, ""
	v.hash = s.id("1771309947.")
	for _, block := range inputsOf(blocks) {
		e := block["element"].(obj)
		if e["action_id"] == nil || e["action_id"] == "" {
			e["action_id"] = s.blockID()
		}
		if block["optional"] == nil {
			block["optional"] = false
		}
		id := fmt.Sprint(block["block_id"])
		state := initialState(e)
		state["action_id"] = e["action_id"]
		if old := before[id]; old != nil && old["action_id"] == e["action_id"] && old["type"] == e["type"] {
			state = old
		}
		v.values[id] = state
	}
}

// inputsOf are the input blocks among blocks.
func inputsOf(blocks []any) []obj {
	var list []obj
	for _, b := range blocks {
		block, _ := b.(obj)
		if _, ok := block["element"].(obj); ok && block["type"] == "input" {
			list = append(list, block)
		}
	}
	return list
}

// viewJSON is a view as interactions and answers show it. To people of another
// organisation it is of theirs; the install is named apart.
func (s *Server) viewJSON(v *view) obj {
	values := obj{}
	for block, state := range v.values {
		shown := clone(state)
		delete(shown, "action_id")
		values[block] = obj{fmt.Sprint(state["action_id"]): shown}
	}
	o := obj{
		"private_metadata": "", "callback_id": "", "clear_on_close": false, "notify_on_close": false, "close": nil, "submit": nil, "external_id": "",
	}
	maps.Copy(o, v.payload)
	o["id"], o["team_id"], o["app_id"], o["bot_id"], o["hash"] = v.id, s.users[v.user].Team, s.cfg.AppID, v.app.BotID, v.hash
	o["state"], o["root_view_id"], o["previous_view_id"], o["app_installed_team_id"] = obj{"values": values}, v.root, nil, v.app.Team
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	return o
}

// content reads the view of a call.
func (c *call) content(kind string) (obj, error) {
	var v obj
	if err := c.tree("view", &v); err != nil || v == nil {
		return nil, no("invalid_arguments")
	}
	if found := checkView(v, kind); len(found) > 0 {
		return nil, invalid("invalid_arguments", found)
	}
	if id, _ := v["external_id"].(string); id != "" && kind == "modal" {
		for _, stack := range c.s.views {
			for _, x := range stack {
				if x.payload["external_id"] == id && x.id != c.text("view_id") && c.text("external_id") != id {
					return nil, no("duplicate_external_id")
				}
			}
		}
	}
	return v, nil
}

func (c *call) viewOpen() (obj, error) {
	t, err := c.claim()
	if err != nil {
		return nil, err
	}
	v, err := c.content("modal")
	if err != nil {
		return nil, err
	}
	t.used = true
	delete(c.s.views, t.user) // it takes the place of what was open
	return obj{"view": c.s.viewJSON(c.s.push(t.user, c.app, v))}, nil
}

func (c *call) viewPush() (obj, error) {
	t, err := c.claim()
	if err != nil {
		return nil, err
	}
	v, err := c.content("modal")
	switch {
	case err != nil:
		return nil, err
	case len(c.s.views[t.user]) == 0:
		return nil, no("no_view_open") // not documented under this name
	case len(c.s.views[t.user]) >= maxViews:
		return nil, no("push_limit_reached")
	}
	t.used = true
	return obj{"view": c.s.viewJSON(c.s.push(t.user, c.app, v))}, nil
}

// push lays a view on those that are open before somebody.
func (s *Server) push(user string, app *install, payload obj) *view {
	v := &view{id: s.id("V"), user: user, app: app}
	v.root = v.id
	if below := s.front(user); below != nil {
		v.root, v.previous = below.root, below.id
	}
	s.showView(v, payload)
	s.views[user] = append(s.views[user], v)
	return v
}

func (c *call) viewUpdate() (obj, error) {
	payload, err := c.content("modal")
	if err != nil {
		return nil, err
	}
	for _, stack := range c.s.views {
		for _, v := range stack {
			external := c.text("external_id")
			if v.id != c.text("view_id") && (external == "" || v.payload["external_id"] != external) {
				continue
			}
			if hash := c.text("hash"); hash != "" && hash != v.hash {
				return nil, no("hash_conflict")
			}
			c.s.showView(v, payload)
			return obj{"view": c.s.viewJSON(v)}, nil
		}
	}
	return nil, no("not_found")
}

func (c *call) viewPublish() (obj, error) {
	payload, err := c.content("home")
	if err != nil {
		return nil, err
	}
	user := c.text("user_id")
	if c.s.users[user] == nil {
		return nil, no("user_not_found")
	}
	v := c.s.homes[user]
	switch hash := c.text("hash"); {
	case v == nil:
		v = &view{id: c.s.id("V"), user: user, app: c.app}
		v.root = v.id
		c.s.homes[user] = v
	case hash != "" && hash != v.hash:
		return nil, no("hash_conflict")
	}
	c.s.showView(v, payload)
	return obj{"view": c.s.viewJSON(v)}, nil
}

// front is the form in front of somebody.
func (s *Server) front(user string) *view {
	if stack := s.views[user]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return nil
}

func (s *Server) shut(v *view) {
	s.views[v.user] = slices.DeleteFunc(slices.Clone(s.views[v.user]), func(x *view) bool { return x == v })
}

// CloseView closes the form in front of somebody; casebot is told where the form
// asks for it.
func (s *Server) CloseView(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.front(user)
	if v == nil {
		return
	}
	closing := []*view{v}
	cleared, _ := v.payload["clear_on_close"].(bool)
	if cleared {
		closing = slices.Clone(s.views[user])
	}
	for _, v := range closing {
		if notify, _ := v.payload["notify_on_close"].(bool); notify {
			payload := s.interaction("view_closed", user, v.app)
			payload["team"], payload["view"], payload["is_cleared"] = obj{"id": s.users[user].Team, "domain": "theirs"}, s.viewJSON(v), cleared
			send := s.sender(payload)
			s.spawn(func() { _ = send() })
		}
		s.shut(v)
	}
}
