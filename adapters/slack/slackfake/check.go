package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// The limits of Block Kit, as published at docs.slack.dev/reference/block-kit.

// fields are what each type of block and element may have.
var fields = map[string][]string{
	"header": {"text"}, "section": {"text", "fields", "accessory", "expand"}, "context": {"elements"}, "divider": {}, "actions": {"elements"},
	"input": {"label", "element", "hint", "optional", "dispatch_action"}, "rich_text": {"elements"}, "table": {"rows", "column_settings"},
	"image":  {"image_url", "slack_file", "alt_text", "title"},
	"button": {"text", "action_id", "value", "url", "style", "confirm", "accessibility_label"},
	"static_select": {
		"placeholder", "action_id", "options", "option_groups", "initial_option", "confirm", "focus_on_load",
	},
	"radio_buttons":    {"action_id", "options", "initial_option", "confirm", "focus_on_load"},
	"plain_text_input": {"action_id", "initial_value", "multiline", "min_length", "max_length", "placeholder", "focus_on_load", "dispatch_action_config"},
	"file_input":       {"action_id", "filetypes", "max_files"},
}

type check struct{ found []string }

func (c *check) add(at, format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func (c *check) length(at string, v any, least, most int) {
	s, ok := v.(string)
	switch n := units(s); {
	case v == nil && least == 0:
	case !ok:
		c.add(at, "must be a string")
	case n < least:
		c.add(at, "must be more than %d characters", least-1)
	case n > most:
		c.add(at, "must be less than %d characters", most+1)
	}
}

// object checks a text object.
func (c *check) object(at string, v any, most int, plain bool) {
	t, ok := v.(obj)
	if !ok {
		c.add(at, "must be a text object")
		return
	}
	if t["type"] != "plain_text" && (plain || t["type"] != "mrkdwn") {
		c.add(at+"/type", "unsupported type: %v", t["type"])
	}
	c.length(at+"/text", t["text"], 1, most)
	if t["type"] == "mrkdwn" && t["emoji"] != nil {
		c.add(at+"/emoji", "no more than what a mrkdwn object has")
	}
	if t["type"] == "plain_text" && t["verbatim"] != nil {
		c.add(at+"/verbatim", "no more than what a plain_text object has")
	}
}

func (c *check) known(at string, o obj) bool {
	kind, _ := o["type"].(string)
	have, ok := fields[kind]
	if !ok {
		c.add(at+"/type", "unsupported type: %s", kind)
		return false
	}
	for key := range o {
		if key != "type" && key != "block_id" && !slices.Contains(have, key) {
			c.add(at+"/"+key, "no more than what a %s has", kind)
		}
	}
	return true
}

// checkBlocks says what Slack would refuse of blocks on a surface: message,
// modal or home.
func checkBlocks(blocks []any, surface string) []string {
	var c check
	most := 50
	if surface != "message" {
		most = 100
	}
	if len(blocks) > most {
		c.add("/blocks", "no more than %d items allowed", most)
	}
	ids, actions, tables := map[string]bool{}, map[string]bool{}, 0
	for i, b := range blocks {
		at := fmt.Sprintf("/blocks/%d", i)
		block, ok := b.(obj)
		if !ok {
			c.add(at, "must be an object")
			continue
		}
		if !c.known(at, block) {
			continue
		}
		if id, _ := block["block_id"].(string); id != "" {
			c.length(at+"/block_id", id, 1, 255)
			if ids[id] {
				c.add(at+"/block_id", "block_id must be unique")
			}
			ids[id] = true
		}
		elements, _ := block["elements"].([]any)
		switch block["type"] {
		case "header":
			c.object(at+"/text", block["text"], 150, true)
		case "section":
			c.section(at, block)
		case "context":
			if len(elements) == 0 || len(elements) > 10 {
				c.add(at+"/elements", "from 1 to 10 items allowed")
			}
			for j, e := range elements {
				c.object(fmt.Sprintf("%s/elements/%d", at, j), e, 3000, false)
			}
		case "actions":
			if len(elements) == 0 || len(elements) > 25 {
				c.add(at+"/elements", "from 1 to 25 items allowed")
			}
			for j, e := range elements {
				c.element(fmt.Sprintf("%s/elements/%d", at, j), e, actions)
			}
		case "input":
			if surface == "message" {
				c.add(at, "unsupported type: input")
			}
			c.object(at+"/label", block["label"], 2000, true)
			if block["hint"] != nil {
				c.object(at+"/hint", block["hint"], 2000, true)
			}
			c.element(at+"/element", block["element"], map[string]bool{})
		case "rich_text":
			c.rich(at, elements)
		case "table":
			tables++
			if surface != "message" {
				c.add(at, "unsupported type: table")
			}
			c.table(at, block)
		case "image":
			c.length(at+"/alt_text", block["alt_text"], 1, 2000)
			if block["image_url"] == nil && block["slack_file"] == nil {
				c.add(at, "missing required field: image_url or slack_file")
			}
		}
	}
	if tables > 1 {
		c.add("/blocks", "only_one_table_allowed")
	}
	return c.found
}

func (c *check) section(at string, block obj) {
	list, _ := block["fields"].([]any)
	if block["text"] == nil && len(list) == 0 {
		c.add(at, "missing required field: text or fields")
	}
	if block["text"] != nil {
		c.object(at+"/text", block["text"], 3000, false)
	}
	if len(list) > 10 {
		c.add(at+"/fields", "no more than 10 items allowed")
	}
	for j, f := range list {
		c.object(fmt.Sprintf("%s/fields/%d", at, j), f, 2000, false)
	}
}

func (c *check) element(at string, v any, actions map[string]bool) {
	e, ok := v.(obj)
	if !ok || !c.known(at, e) {
		return
	}
	id, _ := e["action_id"].(string)
	c.length(at+"/action_id", id, 0, 255)
	if id != "" && actions[id] {
		c.add(at+"/action_id", "action_id must be unique")
	}
	actions[id] = true
	if f := e["confirm"]; f != nil {
		o, _ := f.(obj)
		c.object(at+"/confirm/title", o["title"], 100, true)
		c.object(at+"/confirm/text", o["text"], 300, false)
		c.object(at+"/confirm/confirm", o["confirm"], 30, true)
		c.object(at+"/confirm/deny", o["deny"], 30, true)
	}
	switch e["type"] {
	case "button":
		c.object(at+"/text", e["text"], 75, true)
		c.length(at+"/value", e["value"], 0, 2000)
		c.length(at+"/url", e["url"], 0, 3000)
		if s := e["style"]; s != nil && s != "primary" && s != "danger" {
			c.add(at+"/style", "must be primary or danger")
		}
	case "static_select", "radio_buttons":
		most := 100
		if e["type"] == "radio_buttons" {
			most = 10
		}
		if e["placeholder"] != nil {
			c.object(at+"/placeholder", e["placeholder"], 150, true)
		}
		options, _ := e["options"].([]any)
		if len(options) == 0 || len(options) > most {
			c.add(at+"/options", "from 1 to %d items allowed", most)
		}
		for j, o := range options {
			c.option(fmt.Sprintf("%s/options/%d", at, j), o)
		}
		if first := e["initial_option"]; first != nil && !slices.ContainsFunc(options, func(o any) bool { return o.(obj)["value"] == first.(obj)["value"] }) {
			c.add(at+"/initial_option", "must be one of the options")
		}
	case "plain_text_input":
		c.length(at+"/initial_value", e["initial_value"], 0, 3000)
		if n, ok := e["max_length"].(float64); ok && (n < 1 || n > 3000) {
			c.add(at+"/max_length", "must be from 1 to 3000")
		} else if text, _ := e["initial_value"].(string); ok && float64(units(text)) > n {
			c.add(at+"/initial_value", "is longer than max_length")
		}
	case "file_input":
		if n, ok := e["max_files"].(float64); ok && (n < 1 || n > 10) {
			c.add(at+"/max_files", "must be from 1 to 10")
		}
	}
}

func (c *check) option(at string, v any) {
	o, _ := v.(obj)
	c.object(at+"/text", o["text"], 75, false)
	c.length(at+"/value", o["value"], 1, 150)
	if o["description"] != nil {
		c.object(at+"/description", o["description"], 75, false)
	}
	for key := range o {
		if !slices.Contains([]string{"text", "value", "description", "url"}, key) {
			c.add(at+"/"+key, "no more than what an option has")
		}
	}
}

// rich checks the elements of a rich text block.
func (c *check) rich(at string, elements []any) {
	if len(elements) == 0 {
		c.add(at+"/elements", "must have at least one")
	}
	for j, e := range elements {
		part, _ := e.(obj)
		inner, _ := part["elements"].([]any)
		here := fmt.Sprintf("%s/elements/%d", at, j)
		switch part["type"] {
		case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
			for k, x := range inner {
				c.leaf(fmt.Sprintf("%s/elements/%d", here, k), x)
			}
		case "rich_text_list":
			c.rich(here, inner)
		default:
			c.add(here+"/type", "unsupported type: %v", part["type"])
		}
	}
}

func (c *check) leaf(at string, v any) {
	x, _ := v.(obj)
	switch x["type"] {
	case "text":
		c.length(at+"/text", x["text"], 1, 1<<20)
	case "link":
		c.length(at+"/url", x["url"], 1, 3000)
		if url, _ := x["url"].(string); !strings.Contains(url, "://") && !strings.HasPrefix(url, "mailto:") {
			c.add(at+"/url", "invalid url")
		}
	case "user":
		c.length(at+"/user_id", x["user_id"], 1, 20)
	case "usergroup":
		c.length(at+"/usergroup_id", x["usergroup_id"], 1, 20)
	case "broadcast", "emoji", "channel", "date":
	default:
		c.add(at+"/type", "unsupported type: %v", x["type"])
	}
}

func (c *check) table(at string, block obj) {
	rows, _ := block["rows"].([]any)
	if len(rows) == 0 || len(rows) > 100 {
		c.add(at+"/rows", "from 1 to 100 items allowed")
	}
	columns, _ := block["column_settings"].([]any)
	for i, x := range columns {
		column, _ := x.(obj)
		if a := column["align"]; a != nil && a != "left" && a != "center" && a != "right" {
			c.add(fmt.Sprintf("%s/column_settings/%d/align", at, i), "must be left, center or right")
		}
	}
	for i, r := range rows {
		cells, _ := r.([]any)
		if len(cells) == 0 || len(cells) > 20 {
			c.add(fmt.Sprintf("%s/rows/%d", at, i), "from 1 to 20 items allowed")
		}
		for j, x := range cells {
			cell, _ := x.(obj)
			here := fmt.Sprintf("%s/rows/%d/%d", at, i, j)
			switch cell["type"] {
			case "raw_text":
				c.length(here+"/text", cell["text"], 1, 10_000)
			case "rich_text":
				inner, _ := cell["elements"].([]any)
				c.rich(here, inner)
			default:
				c.add(here+"/type", "unsupported type: %v", cell["type"])
			}
		}
	}
	if n := blocksText([]any{block}); n > 10_000 {
		c.add(at, "no more than 10000 characters")
	}
}

// checkView says what Slack would refuse of a view.
func checkView(v obj, kind string) []string {
	var c check
	if v["type"] != kind {
		c.add("/view/type", "must be %s", kind)
	}
	c.length("/view/private_metadata", v["private_metadata"], 0, 3000)
	c.length("/view/callback_id", v["callback_id"], 0, 255)
	if kind == "modal" {
		c.object("/view/title", v["title"], 24, true)
		for _, name := range []string{"submit", "close"} {
			if v[name] != nil {
				c.object("/view/"+name, v[name], 24, true)
			}
		}
		if len(inputs(v)) > 0 && v["submit"] == nil {
			c.add("/view/submit", "required with input blocks")
		}
	}
	blocks, ok := v["blocks"].([]any)
	if !ok {
		c.add("/view/blocks", "missing required field")
	}
	if body, err := json.Marshal(v); err == nil && len(body) > 250_000 {
		c.add("/view", "larger than 250 kB")
	}
	return append(c.found, checkBlocks(blocks, kind)...)
}

// blocksText counts what is to be read in blocks.
func blocksText(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n += blocksText(x)
		}
	case obj:
		for key, x := range v {
			if s, ok := x.(string); ok && (key == "text" || key == "url" && v["type"] == "link") {
				n += units(s)
			} else if !ok {
				n += blocksText(x)
			}
		}
	}
	return n
}
