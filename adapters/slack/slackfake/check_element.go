package slackfake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	dateOf = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	timeOf = regexp.MustCompile(`^\d\d:\d\d$`)
)

// element checks an element of a block, which takes some types; ids are the
// action_ids of the block so far.
func (c *check) element(at string, v any, types []string, ids map[string]bool) {
	e, ok := v.(obj)
	if !ok {
		c.add(at, "missing required field")
		return
	}
	kind, _ := e["type"].(string)
	if !slices.Contains(types, kind) {
		c.add(at+"/type", "unsupported type: %s", kind)
		return
	}
	c.known(at, e, elementFields[kind], "a "+kind)
	if kind == "image" {
		c.picture(at, e)
		return
	}
	c.action(at, e, ids)
	switch {
	case kind == "button":
		c.button(at, e)
	case strings.HasSuffix(kind, "_input"):
		c.typed(at, kind, e)
	case kind == "datepicker":
		c.form(at+"/initial_date", e["initial_date"], dateOf)
	case kind == "timepicker":
		c.form(at+"/initial_time", e["initial_time"], timeOf)
	default:
		c.menu(at, kind, e)
	}
}

// action checks what all elements share.
func (c *check) action(at string, e obj, ids map[string]bool) {
	id, _ := e["action_id"].(string)
	c.length(at+"/action_id", e["action_id"], 0, 255)
	if id != "" && ids[id] {
		c.add(at+"/action_id", "action_id already exists: %s", id)
	}
	ids[id] = true
	if e["placeholder"] != nil {
		c.object(at+"/placeholder", e["placeholder"], 150, true)
	}
	if focus, _ := e["focus_on_load"].(bool); focus {
		c.focuses++
	}
	if f := e["confirm"]; f != nil {
		o, _ := f.(obj)
		c.known(at+"/confirm", o, []string{"title", "text", "confirm", "deny", "style"}, "a confirmation")
		c.object(at+"/confirm/title", o["title"], 100, true)
		c.object(at+"/confirm/text", o["text"], 300, false)
		c.object(at+"/confirm/confirm", o["confirm"], 30, true)
		c.object(at+"/confirm/deny", o["deny"], 30, true)
		c.style(at+"/confirm/style", o["style"])
	}
}

func (c *check) button(at string, e obj) {
	c.object(at+"/text", e["text"], 75, true)
	c.length(at+"/value", e["value"], 0, 2000)
	c.length(at+"/url", e["url"], 0, 3000)
	if url, ok := e["url"].(string); ok && !strings.Contains(url, ":") {
		c.add(at+"/url", "invalid url")
	}
	c.length(at+"/accessibility_label", e["accessibility_label"], 0, 75)
	c.style(at+"/style", e["style"])
}

func (c *check) style(at string, style any) {
	if style != nil && style != "primary" && style != "danger" {
		c.add(at, "must be primary or danger")
	}
}

func (c *check) form(at string, v any, pattern *regexp.Regexp) {
	if text, ok := v.(string); v != nil && (!ok || !pattern.MatchString(text)) {
		c.add(at, "failed to match %s", pattern)
	}
}

// typed checks an element that is typed into.
func (c *check) typed(at, kind string, e obj) {
	switch kind {
	case "plain_text_input":
		c.length(at+"/initial_value", e["initial_value"], 0, 3000)
		text, _ := e["initial_value"].(string)
		least, _ := e["min_length"].(float64)
		most, limited := e["max_length"].(float64)
		switch {
		case least < 0 || least > 3000:
			c.add(at+"/min_length", "must be from 0 to 3000")
		case limited && (most < 1 || most > 3000):
			c.add(at+"/max_length", "must be from 1 to 3000")
		case limited && most < least:
			c.add(at+"/max_length", "must be more than min_length")
		case limited && units(text) > int(most):
			c.add(at+"/initial_value", "must be less than %d characters", int(most)+1)
		}
	case "file_input":
		if n, ok := e["max_files"].(float64); ok && (n < 1 || n > 10) {
			c.add(at+"/max_files", "must be from 1 to 10")
		}
	case "number_input":
		if _, ok := e["is_decimal_allowed"].(bool); !ok {
			c.add(at+"/is_decimal_allowed", "missing required field")
		}
	}
}

// menu checks an element that is chosen from.
func (c *check) menu(at, kind string, e obj) {
	boxes := kind == "radio_buttons" || kind == "checkboxes"
	most := 100
	switch {
	case boxes:
		most = 10
	case kind == "overflow":
		most = 5
	case !slices.Contains(elementFields[kind], "options"):
		return
	}
	options, _ := e["options"].([]any)
	groups, _ := e["option_groups"].([]any)
	switch {
	case groups != nil && options != nil:
		c.add(at, "options and option_groups exclude each other")
	case groups != nil:
		c.count(at+"/option_groups", len(groups), 1, 100)
	default:
		c.count(at+"/options", len(options), 1, most)
	}
	for j, o := range options {
		c.option(fmt.Sprintf("%s/options/%d", at, j), o, boxes)
	}
	for j, g := range groups {
		here := fmt.Sprintf("%s/option_groups/%d", at, j)
		group, _ := g.(obj)
		c.object(here+"/label", group["label"], 75, true)
		inner, _ := group["options"].([]any)
		c.count(here+"/options", len(inner), 1, 100)
		for k, o := range inner {
			c.option(fmt.Sprintf("%s/options/%d", here, k), o, boxes)
		}
		options = append(options, inner...)
	}
	initial, _ := e["initial_options"].([]any)
	if first := e["initial_option"]; first != nil {
		initial = append(initial, first)
	}
	for _, first := range initial {
		if !slices.ContainsFunc(options, func(o any) bool { return sameOption(o, first) }) {
			c.add(at+"/initial_option", "must be exactly one of the options")
		}
	}
}

func sameOption(a, b any) bool { return string(packed(a)) == string(packed(b)) }

// option checks an option; only radio buttons and checkboxes may be marked up.
func (c *check) option(at string, v any, marked bool) {
	o, _ := v.(obj)
	c.known(at, o, []string{"text", "value", "description", "url"}, "an option")
	c.object(at+"/text", o["text"], 75, !marked)
	c.length(at+"/value", o["value"], 1, 150)
	if o["description"] != nil {
		c.object(at+"/description", o["description"], 75, !marked)
	}
	c.length(at+"/url", o["url"], 0, 3000)
}
