package slackfake

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// The limits of Block Kit, as published at docs.slack.dev/reference/block-kit;
// lengths are counted in UTF-16 units, as the strictest reader would.

// blockFields are what each type of block may have. Types that are not here are
// refused: Slack has more, but none that this fake could show.
var blockFields = map[string][]string{
	"actions":   {"elements"},
	"context":   {"elements"},
	"divider":   {},
	"header":    {"text"},
	"image":     {"image_url", "slack_file", "alt_text", "title"},
	"input":     {"label", "element", "hint", "optional", "dispatch_action"},
	"markdown":  {"text"},
	"rich_text": {"elements"},
	"section":   {"text", "fields", "accessory", "expand"},
	"table":     {"rows", "column_settings"},
}

// elsewhere are blocks that not every surface takes.
var onlyIn = map[string][]string{
	"input":    {"modal", "home"},
	"table":    {"message"},
	"markdown": {"message"},
}

// elementFields are what each type of element may have.
var elementFields = map[string][]string{
	"button":                     {"text", "action_id", "value", "url", "style", "confirm", "accessibility_label"},
	"channels_select":            {"placeholder", "action_id", "initial_channel", "confirm", "response_url_enabled", "focus_on_load"},
	"checkboxes":                 {"action_id", "options", "initial_options", "confirm", "focus_on_load"},
	"conversations_select":       {"placeholder", "action_id", "initial_conversation", "default_to_current_conversation", "confirm", "response_url_enabled", "filter", "focus_on_load"},
	"datepicker":                 {"placeholder", "action_id", "initial_date", "confirm", "focus_on_load"},
	"datetimepicker":             {"action_id", "initial_date_time", "confirm", "focus_on_load"},
	"email_text_input":           {"action_id", "initial_value", "placeholder", "focus_on_load", "dispatch_action_config"},
	"external_select":            {"placeholder", "action_id", "initial_option", "min_query_length", "confirm", "focus_on_load"},
	"file_input":                 {"action_id", "filetypes", "max_files"},
	"image":                      {"image_url", "slack_file", "alt_text"},
	"multi_channels_select":      {"placeholder", "action_id", "initial_channels", "confirm", "max_selected_items", "focus_on_load"},
	"multi_conversations_select": {"placeholder", "action_id", "initial_conversations", "default_to_current_conversation", "confirm", "max_selected_items", "filter", "focus_on_load"},
	"multi_external_select":      {"placeholder", "action_id", "initial_options", "min_query_length", "confirm", "max_selected_items", "focus_on_load"},
	"multi_static_select":        {"placeholder", "action_id", "options", "option_groups", "initial_options", "confirm", "max_selected_items", "focus_on_load"},
	"multi_users_select":         {"placeholder", "action_id", "initial_users", "confirm", "max_selected_items", "focus_on_load"},
	"number_input":               {"action_id", "is_decimal_allowed", "initial_value", "min_value", "max_value", "placeholder", "focus_on_load", "dispatch_action_config"},
	"overflow":                   {"action_id", "options", "confirm"},
	"plain_text_input":           {"action_id", "initial_value", "multiline", "min_length", "max_length", "placeholder", "focus_on_load", "dispatch_action_config"},
	"radio_buttons":              {"action_id", "options", "initial_option", "confirm", "focus_on_load"},
	"rich_text_input":            {"action_id", "initial_value", "placeholder", "focus_on_load", "dispatch_action_config"},
	"static_select":              {"placeholder", "action_id", "options", "option_groups", "initial_option", "confirm", "focus_on_load"},
	"timepicker":                 {"placeholder", "action_id", "initial_time", "confirm", "focus_on_load", "timezone"},
	"url_text_input":             {"action_id", "initial_value", "placeholder", "focus_on_load", "dispatch_action_config"},
	"users_select":               {"placeholder", "action_id", "initial_user", "confirm", "focus_on_load"},
}

// parts are the elements that each block takes.
var parts = map[string][]string{
	"actions": {
		"button", "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker", "external_select", "overflow", "radio_buttons",
		"static_select", "timepicker", "users_select",
	},
	"section": {
		"button", "channels_select", "checkboxes", "conversations_select", "datepicker", "external_select", "image", "multi_channels_select",
		"multi_conversations_select", "multi_external_select", "multi_static_select", "multi_users_select", "overflow", "radio_buttons", "static_select",
		"timepicker", "users_select",
	},
	"input": {
		"channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker", "email_text_input", "external_select", "file_input",
		"multi_channels_select", "multi_conversations_select", "multi_external_select", "multi_static_select", "multi_users_select", "number_input",
		"plain_text_input", "radio_buttons", "rich_text_input", "static_select", "timepicker", "url_text_input", "users_select",
	},
}

// check collects what Slack would refuse.
type check struct {
	found   []string
	focuses int
}

func (c *check) add(at, format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func (c *check) length(at string, v any, least, most int) {
	s, ok := v.(string)
	switch n := units(s); {
	case v == nil && least == 0:
	case v == nil:
		c.add(at, "missing required field")
	case !ok:
		c.add(at, "must be a string")
	case n < least:
		c.add(at, "must be more than %d characters", least-1)
	case n > most:
		c.add(at, "must be less than %d characters", most+1)
	}
}

// count checks how many of something there are.
func (c *check) count(at string, n, least, most int) {
	switch {
	case n < least:
		c.add(at, "must have at least %d items", least)
	case n > most:
		c.add(at, "no more than %d items allowed", most)
	}
}

// known checks that something has no fields but its own.
func (c *check) known(at string, o obj, fields []string, kind string) {
	for key := range o {
		if key != "type" && !slices.Contains(fields, key) {
			c.add(at+"/"+key, "no more than what %s has", kind)
		}
	}
}

// object checks a text object.
func (c *check) object(at string, v any, most int, plain bool) {
	t, ok := v.(obj)
	if !ok {
		c.add(at, "missing required field")
		return
	}
	switch {
	case t["type"] == "plain_text":
		c.known(at, t, []string{"text", "emoji"}, "a plain_text object")
	case t["type"] == "mrkdwn" && !plain:
		c.known(at, t, []string{"text", "verbatim"}, "a mrkdwn object")
	default:
		c.add(at+"/type", "unsupported type: %v", t["type"])
	}
	c.length(at+"/text", t["text"], 1, most)
}

// checkBlocks says what Slack would refuse of blocks on a surface: message,
// modal or home. The pointers begin with a prefix.
func checkBlocks(blocks []any, surface, prefix string) []string {
	var c check
	most := 50
	if surface != "message" {
		most = 100
	}
	c.count(prefix+"/blocks", len(blocks), 0, most)
	ids, tables, markdown := map[string]bool{}, 0, 0
	for i, b := range blocks {
		at := fmt.Sprintf("%s/blocks/%d", prefix, i)
		block, ok := b.(obj)
		if !ok {
			c.add(at, "must be an object")
			continue
		}
		kind, _ := block["type"].(string)
		have, ok := blockFields[kind]
		if only := onlyIn[kind]; !ok || only != nil && !slices.Contains(only, surface) {
			c.add(at+"/type", "unsupported type: %s", kind)
			continue
		}
		c.known(at, block, append([]string{"block_id"}, have...), "a "+kind)
		if id, _ := block["block_id"].(string); id != "" {
			c.length(at+"/block_id", id, 1, 255)
			if ids[id] {
				c.add(at+"/block_id", "block_id must be unique")
			}
			ids[id] = true
		}
		switch kind {
		case "table":
			tables++
		case "markdown":
			text, _ := block["text"].(string)
			markdown += units(text)
		}
		c.block(at, kind, block)
	}
	if tables > 1 {
		c.add(prefix+"/blocks", "only_one_table_allowed")
	}
	if markdown > 12_000 {
		c.add(prefix+"/blocks", "no more than 12000 characters of markdown")
	}
	if c.focuses > 1 {
		c.add(prefix+"/blocks", "only one element can have focus_on_load")
	}
	return c.found
}

// block checks one block.
func (c *check) block(at, kind string, block obj) {
	elements, _ := block["elements"].([]any)
	switch kind {
	case "header":
		c.object(at+"/text", block["text"], 150, true)
	case "section":
		c.section(at, block)
	case "context":
		c.count(at+"/elements", len(elements), 1, 10)
		for j, e := range elements {
			here := fmt.Sprintf("%s/elements/%d", at, j)
			if x, ok := e.(obj); ok && x["type"] == "image" {
				c.element(here, e, []string{"image"}, nil)
			} else {
				c.object(here, e, 3000, false)
			}
		}
	case "actions":
		c.count(at+"/elements", len(elements), 1, 25)
		ids := map[string]bool{}
		for j, e := range elements {
			c.element(fmt.Sprintf("%s/elements/%d", at, j), e, parts[kind], ids)
		}
	case "input":
		c.object(at+"/label", block["label"], 2000, true)
		if block["hint"] != nil {
			c.object(at+"/hint", block["hint"], 2000, true)
		}
		c.element(at+"/element", block["element"], parts[kind], map[string]bool{})
	case "rich_text":
		c.rich(at, elements)
	case "table":
		c.table(at, block)
	case "markdown":
		c.length(at+"/text", block["text"], 1, 12_000)
	case "image":
		c.picture(at, block)
		if block["title"] != nil {
			c.object(at+"/title", block["title"], 2000, true)
		}
	}
}

func (c *check) section(at string, block obj) {
	list, _ := block["fields"].([]any)
	if block["text"] == nil && len(list) == 0 {
		c.add(at, "missing required field: text or fields")
	}
	if block["text"] != nil {
		c.object(at+"/text", block["text"], 3000, false)
	}
	c.count(at+"/fields", len(list), 0, 10)
	for j, f := range list {
		c.object(fmt.Sprintf("%s/fields/%d", at, j), f, 2000, false)
	}
	if block["accessory"] != nil {
		c.element(at+"/accessory", block["accessory"], parts["section"], map[string]bool{})
	}
}

// picture checks an image, be it a block or an element.
func (c *check) picture(at string, o obj) {
	c.length(at+"/alt_text", o["alt_text"], 1, 2000)
	file, _ := o["slack_file"].(obj)
	switch {
	case o["image_url"] == nil && file == nil:
		c.add(at, "missing required field: image_url or slack_file")
	case o["image_url"] != nil && file != nil:
		c.add(at, "image_url and slack_file exclude each other")
	case o["image_url"] != nil:
		c.length(at+"/image_url", o["image_url"], 1, 3000)
		if url, _ := o["image_url"].(string); !strings.HasPrefix(url, "http") {
			c.add(at+"/image_url", "invalid url")
		}
	case file["id"] == nil && file["url"] == nil:
		c.add(at+"/slack_file", "missing required field: id or url")
	}
}

// checkView says what Slack would refuse of a view.
func checkView(v obj, kind string) []string {
	var c check
	if v["type"] != kind {
		c.add("/view/type", "must be %s", kind)
	}
	have := []string{"blocks", "private_metadata", "callback_id", "external_id"}
	if kind == "modal" {
		have = append(have, "title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled")
	}
	c.known("/view", v, have, "a "+kind)
	c.length("/view/private_metadata", v["private_metadata"], 0, 3000)
	c.length("/view/callback_id", v["callback_id"], 0, 255)
	c.length("/view/external_id", v["external_id"], 0, 255)
	blocks, ok := v["blocks"].([]any)
	if !ok {
		c.add("/view/blocks", "missing required field")
	}
	if kind == "modal" {
		c.object("/view/title", v["title"], 24, true)
		for _, name := range []string{"submit", "close"} {
			if v[name] != nil {
				c.object("/view/"+name, v[name], 24, true)
			}
		}
		if len(inputsOf(blocks)) > 0 && v["submit"] == nil {
			c.add("/view/submit", "required with input blocks")
		}
	}
	if len(packed(v)) > 250_000 {
		c.add("/view", "larger than 250 kB")
	}
	return append(c.found, checkBlocks(blocks, kind, "/view")...)
}
