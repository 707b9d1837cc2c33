package slackfake

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Form is a form as somebody sees it.
type Form struct {
	Title, Submit string
	Text          string // all that can be read above and between the fields
	Fields        []Field
	Controls      []Control
	Trouble       string // what Slack itself says
}

// Field is a field of a form.
type Field struct {
	Label, Hint, Value, Error string
	Kind                      string
	Optional                  bool
	Options                   []string
}

// trouble is what Slack says where an answer to a form makes no sense.
const trouble = "We had some trouble connecting. Try again?"

// View is the form that is open before somebody, nil for none.
func (s *Server) View(user string) *Form {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.front(user)
	if v == nil {
		return nil
	}
	seen := s.shown(v.blocks())
	f := &Form{Title: textOf(v.payload["title"]), Submit: textOf(v.payload["submit"]), Text: seen.text, Controls: seen.controls, Trouble: v.trouble}
	for _, block := range inputsOf(v.blocks()) {
		e, id := block["element"].(obj), fmt.Sprint(block["block_id"])
		field := Field{Label: textOf(block["label"]), Hint: textOf(block["hint"]), Value: valueOf(v.values[id]), Error: v.errors[id], Kind: fmt.Sprint(e["type"])}
		field.Optional, _ = block["optional"].(bool)
		for _, o := range s.optionsOf(e, user) {
			field.Options = append(field.Options, textOf(o.(obj)["text"]))
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

// valueOf is what a field shows: the label of what was chosen.
func valueOf(state obj) string {
	var lines []string
	for key, value := range state {
		switch value := value.(type) {
		case string:
			if key != "type" && key != "action_id" {
				lines = append(lines, value)
			}
		case obj:
			if key == "selected_option" {
				lines = append(lines, textOf(value["text"]))
			}
		case []string:
			lines = append(lines, value...)
		case []any:
			for _, x := range value {
				if o, ok := x.(obj); ok && o["text"] != nil {
					lines = append(lines, textOf(o["text"]))
				} else if ok {
					lines = append(lines, fmt.Sprint(o["name"]))
				}
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Home is all that somebody can read on the home page, and its controls.
func (s *Server) Home(user string) (text string, controls []Control) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.homes[user]
	if v == nil {
		return "", nil
	}
	seen := s.shown(v.blocks())
	return seen.text, seen.controls
}

// field finds a field of the form in front of somebody by its label.
func (s *Server) field(user, label string) (element, state obj, err error) {
	v := s.front(user)
	if v == nil {
		return nil, nil, fmt.Errorf("%w: no form is open before %s", ErrUnable, user)
	}
	for _, block := range inputsOf(v.blocks()) {
		if textOf(block["label"]) == label {
			return block["element"].(obj), v.values[fmt.Sprint(block["block_id"])], nil
		}
	}
	return nil, nil, fmt.Errorf("%w: no field %q", ErrUnable, label)
}

// Fill types into the form in front of somebody: by the field's label; of a
// choice the option's label, of several one a line.
func (s *Server) Fill(user string, values map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.front(user) == nil {
		return fmt.Errorf("%w: no form is open before %s", ErrUnable, user)
	}
	for label, text := range values {
		e, state, err := s.field(user, label)
		if err != nil {
			return err
		}
		_, typed := state["value"]
		switch {
		case typed && text == "":
			state["value"] = nil
		case typed:
			state["value"] = text
		case text == "":
			for key := range initialState(e) {
				if key != "type" {
					state[key] = nil
				}
			}
		default:
			if !s.choose(state, e, user, text) {
				return fmt.Errorf("%w: no option %q in %q", ErrUnable, text, label)
			}
		}
	}
	return nil
}

// AttachTo adds a file to a field of the form.
func (s *Server) AttachTo(user, label string, a Attach) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, state, err := s.field(user, label)
	if err != nil {
		return err
	}
	if e["type"] != "file_input" {
		return fmt.Errorf("%w: %q takes no files", ErrUnable, label)
	}
	files, _ := state["files"].([]any)
	if most, ok := e["max_files"].(float64); ok && len(files) >= int(most) {
		return fmt.Errorf("%w: %q takes no more files", ErrUnable, label)
	}
	state["files"] = append(files, s.files[s.hold(user, a)].json(s))
	return nil
}

// Submit sends the form in front of somebody. What must be filled in and is not,
// and what is too long, the client itself refuses.
func (s *Server) Submit(user string) (func() error, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.front(user)
	if v == nil {
		return nil, fmt.Errorf("%w: no form is open before %s", ErrUnable, user)
	}
	if v.payload["submit"] == nil {
		return nil, fmt.Errorf("%w: the form has nothing to send", ErrUnable)
	}
	v.errors, v.trouble = map[string]string{}, ""
	for _, block := range inputsOf(v.blocks()) {
		id := fmt.Sprint(block["block_id"])
		optional, _ := block["optional"].(bool)
		if text := wrong(block["element"].(obj), v.values[id], optional); text != "" {
			v.errors[id] = text
		}
	}
	if len(v.errors) > 0 {
		return func() error { return nil }, nil
	}
	payload := s.interaction("view_submission", user, v.app)
	payload["team"] = obj{"id": s.users[user].Team, "domain": "theirs"} // of who sends it, wherever the app is installed
	payload["trigger_id"], payload["view"], payload["response_urls"] = s.trigger(user), s.viewJSON(v), []any{}
	body := packed(payload)
	return func() error {
		answer, err := s.deliver("interactive", body, nil, s.cfg.AnswerWithin)
		return s.submitted(v, answer, err)
	}, nil
}

// wrong is what the client says of a field.
func wrong(e, state obj, optional bool) string {
	text := valueOf(state)
	if text == "" {
		if optional {
			return ""
		}
		return "Please complete this required field."
	}
	if _, typed := state["value"]; !typed {
		return ""
	}
	if most, ok := e["max_length"].(float64); ok && units(text) > int(most) {
		return fmt.Sprintf("Please enter no more than %d characters.", int(most))
	}
	if least, ok := e["min_length"].(float64); ok && units(text) < int(least) {
		return fmt.Sprintf("Please enter at least %d characters.", int(least))
	}
	return ""
}

// submitted does what the acknowledgement of a form says.
func (s *Server) submitted(v *view, answer json.RawMessage, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return err
	}
	v.trouble = trouble
	if err != nil {
		return err
	}
	var r struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   obj               `json:"view"`
	}
	if len(answer) > 0 && string(answer) != "null" {
		if err := json.Unmarshal(answer, &r); err != nil {
			return fmt.Errorf("%w: the answer to a form is no JSON: %w", ErrUnanswered, err)
		}
	}
	switch r.Action {
	case "errors":
		for id, text := range r.Errors {
			if v.values[id] == nil {
				return fmt.Errorf("%w: an error for the block %q, which is no input", ErrUnanswered, id)
			}
			v.errors[id] = text
		}
		if len(r.Errors) == 0 {
			return fmt.Errorf("%w: errors without any", ErrUnanswered)
		}
	case "update", "push":
		if found := checkView(r.View, "modal"); len(found) > 0 {
			return fmt.Errorf("%w: %s", ErrUnanswered, strings.Join(found, "; "))
		}
		switch {
		case r.Action == "update":
			s.showView(v, r.View)
		case len(s.views[v.user]) >= maxViews:
			return fmt.Errorf("%w: more than %d forms on each other", ErrUnanswered, maxViews)
		default:
			s.push(v.user, v.app, r.View)
		}
	case "clear":
		delete(s.views, v.user)
	case "":
		s.shut(v)
	default:
		return fmt.Errorf("%w: no such response_action: %q", ErrUnanswered, r.Action)
	}
	v.trouble = ""
	return nil
}
