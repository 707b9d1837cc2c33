package slackfake

import (
	"fmt"
	"strings"
)

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
		case "rich_text_section":
			c.known(here, part, []string{"elements"}, "a rich_text_section")
		case "rich_text_quote":
			c.known(here, part, []string{"elements", "border"}, "a rich_text_quote")
		case "rich_text_preformatted":
			c.known(here, part, []string{"elements", "border", "language"}, "a rich_text_preformatted")
		case "rich_text_list":
			c.list(here, part, inner)
			continue
		default:
			c.add(here+"/type", "unsupported type: %v", part["type"])
			continue
		}
		for k, x := range inner {
			c.leaf(fmt.Sprintf("%s/elements/%d", here, k), x)
		}
	}
}

func (c *check) list(at string, list obj, items []any) {
	c.known(at, list, []string{"elements", "style", "indent", "offset", "border"}, "a rich_text_list")
	if list["style"] != "bullet" && list["style"] != "ordered" {
		c.add(at+"/style", "must be bullet or ordered")
	}
	for k, item := range items {
		if x, ok := item.(obj); !ok || x["type"] != "rich_text_section" {
			c.add(fmt.Sprintf("%s/elements/%d/type", at, k), "must be a rich_text_section")
		}
	}
	c.rich(at, items)
}

// leafFields are what each element of rich text may have.
var leafFields = map[string][]string{
	"broadcast": {"range"},
	"channel":   {"channel_id", "style"},
	"color":     {"value"},
	"date":      {"timestamp", "format", "url", "fallback"},
	"emoji":     {"name", "unicode", "skin_tone"},
	"link":      {"url", "text", "unsafe", "style"},
	"text":      {"text", "style"},
	"user":      {"user_id", "style"},
	"usergroup": {"usergroup_id", "style"},
}

func (c *check) leaf(at string, v any) {
	x, _ := v.(obj)
	kind, _ := x["type"].(string)
	have, ok := leafFields[kind]
	if !ok {
		c.add(at+"/type", "unsupported type: %s", kind)
		return
	}
	c.known(at, x, have, "a "+kind)
	if style, ok := x["style"].(obj); ok {
		c.known(at+"/style", style, []string{"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}, "a style")
	}
	switch kind {
	case "text":
		c.length(at+"/text", x["text"], 1, 1<<20)
	case "link":
		c.length(at+"/url", x["url"], 1, 3000)
		if url, _ := x["url"].(string); !strings.Contains(url, "://") && !strings.HasPrefix(url, "mailto:") {
			c.add(at+"/url", "invalid url")
		}
	case "user", "usergroup", "channel":
		c.length(at+"/"+kind+"_id", x[kind+"_id"], 1, 20)
	case "broadcast":
		if r := x["range"]; r != "here" && r != "channel" && r != "everyone" {
			c.add(at+"/range", "must be here, channel or everyone")
		}
	case "emoji":
		c.length(at+"/name", x["name"], 1, 255)
	case "date":
		if _, ok := x["timestamp"].(float64); !ok {
			c.add(at+"/timestamp", "must be a number")
		}
		c.length(at+"/format", x["format"], 1, 255)
	}
}

// table checks a table: 100 rows of 20 cells, 10,000 characters in all.
func (c *check) table(at string, block obj) {
	rows, _ := block["rows"].([]any)
	c.count(at+"/rows", len(rows), 1, 100)
	for i, r := range rows {
		cells, _ := r.([]any)
		c.count(fmt.Sprintf("%s/rows/%d", at, i), len(cells), 1, 20)
		for j, x := range cells {
			cell, _ := x.(obj)
			here := fmt.Sprintf("%s/rows/%d/%d", at, i, j)
			switch cell["type"] {
			case "raw_text":
				c.known(here, cell, []string{"text"}, "a raw_text")
				c.length(here+"/text", cell["text"], 1, 10_000)
			case "raw_number":
				c.known(here, cell, []string{"value", "text"}, "a raw_number")
			case "rich_text":
				inner, _ := cell["elements"].([]any)
				c.rich(here, inner)
			default:
				c.add(here+"/type", "unsupported type: %v", cell["type"])
			}
		}
	}
	settings, _ := block["column_settings"].([]any)
	c.count(at+"/column_settings", len(settings), 0, 20)
	for j, x := range settings {
		here := fmt.Sprintf("%s/column_settings/%d", at, j)
		column, _ := x.(obj)
		c.known(here, column, []string{"align", "is_wrapped"}, "a column's settings")
		if a := column["align"]; a != nil && a != "left" && a != "center" && a != "right" {
			c.add(here+"/align", "must be left, center or right")
		}
	}
	if n := blocksText([]any{block}); n > 10_000 {
		c.add(at, "no more than 10000 characters")
	}
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
