package slackfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// view is a form that is open before somebody.
type view struct {
	id, user string
	payload  obj
	values   map[string]obj // what is typed, by block id
	errors   map[string]string
	trouble  string // what Slack itself says
}

// Form is a form as somebody sees it.
type Form struct {
	Title, Submit string
	Text          string // all that can be read above and between the fields
	Fields        []Field
	Trouble       string
}

// Field is a field of a form.
type Field struct {
	Label, Value, Error string
	Kind                string
	Options             []string
}

func (c *call) view(kind string) (obj, error) {
	var v obj
	if err := c.tree("view", &v); err != nil || v == nil {
		return nil, no("invalid_arguments")
	}
	found := checkView(v, kind)
	if len(found) > 0 {
		return nil, apiError{"invalid_arguments", obj{"response_metadata": obj{"messages": found}}}
	}
	return v, nil
}

func (c *call) viewOpen() (obj, error) {
	t := c.s.triggers[c.text("trigger_id")]
	switch {
	case t == nil:
		return nil, no("invalid_trigger_id")
	case t.used:
		return nil, no("exchanged_trigger_id")
	case c.s.cfg.Now().Sub(t.at) > 3*time.Second:
		return nil, no("expired_trigger_id")
	}
	v, err := c.view("modal")
	if err != nil {
		return nil, err
	}
	t.used = true
	x := &view{id: c.s.id("V"), user: t.user, payload: v, values: initial(v)}
	c.s.views[t.user] = append(c.s.views[t.user], x)
	return obj{"view": c.s.viewJSON(x)}, nil
}

func (c *call) viewUpdate() (obj, error) {
	v, err := c.view("modal")
	if err != nil {
		return nil, err
	}
	for _, stack := range c.s.views {
		for _, x := range stack {
			if x.id == c.text("view_id") {
				x.payload, x.values, x.errors = v, initial(v), nil
				return obj{"view": c.s.viewJSON(x)}, nil
			}
		}
	}
	return nil, no("not_found")
}

func (c *call) viewPublish() (obj, error) {
	v, err := c.view("home")
	if err != nil {
		return nil, err
	}
	user := c.text("user_id")
	if c.s.users[user] == nil {
		return nil, no("user_not_found")
	}
	c.s.homes[user] = v
	return obj{"view": obj{"id": "V0HOME", "type": "home"}}, nil
}

func (s *Server) viewJSON(x *view) obj {
	o := clone(x.payload)
	values := obj{}
	for block, value := range x.values {
		action, _ := value["action_id"].(string)
		v := clone(value)
		delete(v, "action_id")
		values[block] = obj{action: v}
	}
	o["id"], o["team_id"], o["app_id"], o["bot_id"], o["hash"] = x.id, s.cfg.Team, s.cfg.AppID, s.cfg.BotID, "hash"
	o["state"], o["root_view_id"], o["app_installed_team_id"] = obj{"values": values}, x.id, s.cfg.Team
	return o
}

// inputs are the input blocks of a view.
func inputs(v obj) []obj {
	var list []obj
	blocks, _ := v["blocks"].([]any)
	for _, b := range blocks {
		if block := b.(obj); block["type"] == "input" {
			list = append(list, block)
		}
	}
	return list
}

// initial is what stands in a form's fields at first.
func initial(v obj) map[string]obj {
	values := map[string]obj{}
	for _, block := range inputs(v) {
		element := block["element"].(obj)
		id, _ := block["block_id"].(string)
		value := obj{"type": element["type"], "action_id": element["action_id"]}
		switch element["type"] {
		case "plain_text_input":
			value["value"] = nil
			if text, ok := element["initial_value"].(string); ok && text != "" {
				value["value"] = text
			}
		case "file_input":
			value["files"] = []any{}
		default:
			value["selected_option"] = element["initial_option"]
		}
		values[id] = value
	}
	return values
}

// front is the form in front of somebody.
func (s *Server) front(user string) *view {
	if stack := s.views[user]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return nil
}

// View is the form that is open before somebody, nil for none.
func (s *Server) View(user string) *Form {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.front(user)
	if x == nil {
		return nil
	}
	f := &Form{Title: textOf(x.payload["title"]), Submit: textOf(x.payload["submit"]), Trouble: x.trouble}
	blocks, _ := x.payload["blocks"].([]any)
	f.Text = shown(blocks).text
	for _, block := range inputs(x.payload) {
		element := block["element"].(obj)
		id, _ := block["block_id"].(string)
		value := x.values[id]
		field := Field{Label: textOf(block["label"]), Error: x.errors[id], Kind: element["type"].(string)}
		if text, ok := value["value"].(string); ok {
			field.Value = text
		}
		if o, ok := value["selected_option"].(obj); ok {
			field.Value = textOf(o["text"])
		}
		options, _ := element["options"].([]any)
		for _, o := range options {
			field.Options = append(field.Options, textOf(o.(obj)["text"]))
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

// Home is all that somebody can read on the home page, and its controls.
func (s *Server) Home(user string) (text string, controls []Control) {
	s.mu.Lock()
	defer s.mu.Unlock()
	blocks, _ := s.homes[user]["blocks"].([]any)
	seen := shown(blocks)
	return seen.text, seen.controls
}

// Fill types into the form in front of somebody: by the field's label; of a
// choice the option's label.
func (s *Server) Fill(user string, values map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.front(user)
	if x == nil {
		return fmt.Errorf("%w: no form is open before %s", ErrUnable, user)
	}
	for label, text := range values {
		found := false
		for _, block := range inputs(x.payload) {
			if textOf(block["label"]) != label {
				continue
			}
			found = true
			element := block["element"].(obj)
			id, _ := block["block_id"].(string)
			if element["type"] == "plain_text_input" {
				x.values[id]["value"] = text
				if text == "" {
					x.values[id]["value"] = nil
				}
				continue
			}
			options, _ := element["options"].([]any)
			x.values[id]["selected_option"] = nil
			for _, o := range options {
				if textOf(o.(obj)["text"]) == text {
					x.values[id]["selected_option"] = o
				}
			}
			if x.values[id]["selected_option"] == nil && text != "" {
				return fmt.Errorf("%w: no option %q in %q", ErrUnable, text, label)
			}
		}
		if !found {
			return fmt.Errorf("%w: no field %q", ErrUnable, label)
		}
	}
	return nil
}

// AttachTo adds a file to a field of the form.
func (s *Server) AttachTo(user, label string, a Attach) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.front(user)
	if x == nil {
		return fmt.Errorf("%w: no form is open before %s", ErrUnable, user)
	}
	for _, block := range inputs(x.payload) {
		if element := block["element"].(obj); textOf(block["label"]) == label && element["type"] == "file_input" {
			id, _ := block["block_id"].(string)
			files, _ := x.values[id]["files"].([]any)
			x.values[id]["files"] = append(files, s.files[s.hold(user, a)].json(s))
			return nil
		}
	}
	return fmt.Errorf("%w: no field %q for files", ErrUnable, label)
}

// Submit sends the form in front of somebody. A field that must be filled and
// is not Slack itself refuses.
func (s *Server) Submit(user string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.front(user)
	if x == nil {
		return nil, fmt.Errorf("%w: no form is open before %s", ErrUnable, user)
	}
	if x.payload["submit"] == nil {
		return nil, fmt.Errorf("%w: the form has nothing to send", ErrUnable)
	}
	x.errors, x.trouble = map[string]string{}, ""
	for _, block := range inputs(x.payload) {
		id, _ := block["block_id"].(string)
		v := x.values[id]
		if optional, _ := block["optional"].(bool); !optional && v["value"] == nil && v["selected_option"] == nil && v["files"] == nil {
			x.errors[id] = "Please complete this required field."
		}
	}
	if len(x.errors) > 0 {
		return func() error { return nil }, nil
	}
	u := s.users[user]
	payload := obj{
		"type": "view_submission", "team": obj{"id": u.Team, "domain": "theirs"}, "user": obj{"id": user, "username": u.Name, "name": u.Name, "team_id": u.Team},
		"api_app_id": s.cfg.AppID, "token": "legacy", "trigger_id": s.trigger(user), "view": s.viewJSON(x), "response_urls": []any{}, "is_enterprise_install": false, "enterprise": nil,
	}
	body := packed(payload)
	return func() error {
		answer, err := s.deliver("interactive", body, nil, s.cfg.AnswerWithin)
		return s.submitted(user, x, answer, err)
	}, nil
}

// submitted does what the acknowledgement of a form says.
func (s *Server) submitted(user string, x *view, answer json.RawMessage, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(err, errClosed) {
		return err
	}
	if err != nil {
		x.trouble = "We had some trouble connecting. Try again?"
		return err
	}
	var r struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   obj               `json:"view"`
	}
	if len(answer) > 0 && string(answer) != "null" {
		if err := json.Unmarshal(answer, &r); err != nil {
			x.trouble = "We had some trouble connecting. Try again?"
			return nil
		}
	}
	switch r.Action {
	case "errors":
		for id, text := range r.Errors {
			if x.values[id] == nil {
				x.trouble = "We had some trouble connecting. Try again?"
				return fmt.Errorf("%w: an error for the block %q, which is no input", ErrUnanswered, id)
			}
			x.errors[id] = text
		}
	case "update", "push":
		if found := checkView(r.View, "modal"); len(found) > 0 {
			x.trouble = "We had some trouble connecting. Try again?"
			return fmt.Errorf("%w: %s", ErrUnanswered, strings.Join(found, "; "))
		}
		if r.Action == "push" {
			s.views[user] = append(s.views[user], &view{id: s.id("V"), user: user, payload: r.View, values: initial(r.View)})
		} else {
			x.payload, x.values, x.errors = r.View, initial(r.View), nil
		}
	case "clear":
		delete(s.views, user)
	default:
		s.shut(user, x)
	}
	return nil
}

func (s *Server) shut(user string, x *view) {
	stack := s.views[user]
	for i, v := range stack {
		if v == x {
			s.views[user] = append(stack[:i:i], stack[i+1:]...)
			return
		}
	}
}

// CloseView closes the form in front of somebody.
func (s *Server) CloseView(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.front(user); x != nil {
		s.shut(user, x)
	}
}
