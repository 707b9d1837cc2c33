package slackfake

import (
	"encoding/json"
	"fmt"
	"strings"
)

// controlsOf calls each with every control of blocks, and its block.
func controlsOf(blocks []any, each func(block, element obj)) {
	for _, b := range blocks {
		block, _ := b.(obj)
		switch block["type"] {
		case "actions", "context_actions":
			elements, _ := block["elements"].([]any)
			for _, e := range elements {
				each(block, e.(obj))
			}
		case "section":
			if e, ok := block["accessory"].(obj); ok && e["type"] != "image" {
				each(block, e)
			}
		}
	}
}

// labelOf is what a control says, or its action_id where it says nothing.
func labelOf(e obj) string {
	for _, key := range []string{"text", "placeholder"} {
		if text := textOf(e[key]); text != "" {
			return text
		}
	}
	id, _ := e["action_id"].(string)
	return id
}

// optionsOf are the options of a menu, those in groups too, and those that
// casebot offered somebody.
func (s *Server) optionsOf(e obj, user string) []any {
	all, _ := e["options"].([]any)
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		inner, _ := g.(obj)["options"].([]any)
		all = append(all, inner...)
	}
	if strings.HasSuffix(fmt.Sprint(e["type"]), "external_select") {
		all = append(all, s.offered[user+"/"+fmt.Sprint(e["action_id"])]...)
	}
	return all
}

// pressed is the action of a control that somebody presses.
func (s *Server) pressed(blocks []any, user, label, option string) (found obj, err error) {
	controlsOf(blocks, func(block, e obj) {
		if found != nil || labelOf(e) != label {
			return
		}
		action := obj{"type": e["type"], "action_id": e["action_id"], "block_id": block["block_id"], "action_ts": s.ts()}
		for _, key := range []string{"text", "value", "style", "placeholder", "url"} {
			if v := e[key]; v != nil {
				action[key] = v
			}
		}
		if e["type"] == "button" || s.choose(action, e, user, option) {
			found = action
		}
	})
	if found == nil {
		return nil, fmt.Errorf("%w: no control %q %q", ErrUnable, label, option)
	}
	return found, nil
}

// choose puts what somebody chose into an action or the state of a field.
func (s *Server) choose(into, e obj, user, choice string) bool {
	switch e["type"] {
	case "static_select", "external_select", "radio_buttons", "overflow":
		o := optionNamed(s.optionsOf(e, user), choice)
		into["selected_option"] = o
		return o != nil
	case "checkboxes", "multi_static_select", "multi_external_select":
		chosen := []any{}
		for line := range strings.SplitSeq(choice, "\n") {
			o := optionNamed(s.optionsOf(e, user), line)
			if o == nil && line != "" {
				return false
			}
			if o != nil {
				chosen = append(chosen, o)
			}
		}
		into["selected_options"] = chosen
		return true
	}
	key, many := selectedKey(fmt.Sprint(e["type"]))
	switch {
	case key == "":
		return false
	case many:
		into[key] = strings.Fields(choice)
	default:
		into[key] = choice
	}
	return true
}

// selectedKey is where the state of an element holds what was chosen.
func selectedKey(kind string) (key string, many bool) {
	keys := map[string]string{
		"users_select": "selected_user", "conversations_select": "selected_conversation", "channels_select": "selected_channel", "datepicker": "selected_date",
		"timepicker": "selected_time", "datetimepicker": "selected_date_time", "multi_users_select": "selected_users",
		"multi_conversations_select": "selected_conversations", "multi_channels_select": "selected_channels",
	}
	return keys[kind], strings.HasPrefix(kind, "multi_")
}

func optionNamed(options []any, label string) any {
	for _, o := range options {
		if textOf(o.(obj)["text"]) == label {
			return o
		}
	}
	return nil
}

// statesOf are the values of a message's menus: buttons have none.
func statesOf(blocks []any, action obj) obj {
	values := obj{}
	controlsOf(blocks, func(block, e obj) {
		kind := fmt.Sprint(e["type"])
		if kind == "button" || kind == "overflow" || kind == "workflow_button" {
			return
		}
		state := initialState(e)
		if action["block_id"] == block["block_id"] && action["action_id"] == e["action_id"] {
			for key := range state {
				if v := action[key]; v != nil {
					state[key] = v
				}
			}
		}
		id := fmt.Sprint(block["block_id"])
		if values[id] == nil {
			values[id] = obj{}
		}
		values[id].(obj)[fmt.Sprint(e["action_id"])] = state
	})
	return values
}

// initialState is what stands in an element at first.
func initialState(e obj) obj {
	kind := fmt.Sprint(e["type"])
	state := obj{"type": kind}
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		state["value"] = nil
		if text, ok := e["initial_value"].(string); ok && text != "" {
			state["value"] = text
		}
	case "rich_text_input":
		state["rich_text_value"] = e["initial_value"]
	case "file_input":
		state["files"] = []any{}
	case "checkboxes", "multi_static_select", "multi_external_select":
		state["selected_options"] = []any{}
		if chosen, ok := e["initial_options"].([]any); ok {
			state["selected_options"] = chosen
		}
	case "static_select", "external_select", "radio_buttons":
		state["selected_option"] = e["initial_option"]
	default:
		if key, _ := selectedKey(kind); key != "" {
			state[key] = e[strings.Replace(key, "selected_", "initial_", 1)]
		}
	}
	return state
}

// Options types into a menu that asks casebot for its options, and returns what
// it offers: of a message, or, without its timestamp, of the form or the page
// before somebody.
func (s *Server) Options(user, channel, ts, label, query string) ([]string, error) {
	s.mu.Lock()
	payload, err := s.suggestion(user, channel, ts, label, query)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	answer, err := s.deliver("options", packed(payload), nil, s.cfg.AnswerWithin)
	if err != nil {
		return nil, err
	}
	var o struct {
		Options []any `json:"options"`
		Groups  []any `json:"option_groups"`
	}
	if err := json.Unmarshal(answer, &o); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
	for _, g := range o.Groups {
		inner, _ := g.(obj)["options"].([]any)
		o.Options = append(o.Options, inner...)
	}
	var c check
	if len(o.Options) > 100 {
		c.add("/options", "no more than 100 items allowed")
	}
	var labels []string
	for i, x := range o.Options {
		c.option(fmt.Sprintf("/options/%d", i), x, false)
		option, _ := x.(obj)
		labels = append(labels, textOf(option["text"]))
	}
	if len(c.found) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrUnanswered, strings.Join(c.found, "; "))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offered[user+"/"+fmt.Sprint(payload["action_id"])] = o.Options
	return labels, nil
}

func (s *Server) suggestion(user, channel, ts, label, query string) (obj, error) {
	app, blocks, v := s.apps[0], []any(nil), s.front(user)
	if ts != "" {
		m, private := s.visible(user, channel, ts)
		if m == nil {
			return nil, fmt.Errorf("%w: %s sees no message %s", ErrUnable, user, ts)
		}
		payload := s.interaction("block_suggestion", user, s.appOfBot(m.bot))
		payload["container"] = obj{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": private}
		payload["channel"], payload["message"], payload["value"] = obj{"id": channel, "name": s.channels[channel].shownName()}, s.json(m, false), query
		return asked(payload, m.blocks, label)
	}
	if v == nil {
		v = s.homes[user]
	}
	if v != nil {
		app, blocks = v.app, v.blocks()
	}
	payload := s.interaction("block_suggestion", user, app)
	payload["value"] = query
	if v != nil {
		payload["container"], payload["view"] = obj{"type": "view", "view_id": v.id}, s.viewJSON(v)
	}
	return asked(payload, blocks, label)
}

// asked says which menu is typed into.
func asked(payload obj, blocks []any, label string) (obj, error) {
	found := false
	is := func(block, e obj, named string) {
		kind := fmt.Sprint(e["type"])
		if !found && named == label && (kind == "external_select" || kind == "multi_external_select") {
			payload["action_id"], payload["block_id"], found = e["action_id"], block["block_id"], true
		}
	}
	controlsOf(blocks, func(block, e obj) { is(block, e, labelOf(e)) })
	for _, block := range inputsOf(blocks) {
		is(block, block["element"].(obj), textOf(block["label"]))
	}
	if !found {
		return nil, fmt.Errorf("%w: no menu %q asks for its options", ErrUnable, label)
	}
	return payload, nil
}
