package slack

import (
	"encoding/json"
	"errors"
	"fmt"

	slackapi "github.com/slack-go/slack"
)

// Limits of Block Kit (docs.slack.dev/reference/block-kit), in characters.
// Those of a whole message's text are not documented; Slack answers
// msg_blocks_too_long from about 13,200.
const (
	maxBlocks      = 50 // of a message
	maxViewBlocks  = 100
	maxBlocksText  = 12_000
	maxHeader      = 150
	maxSection     = 3000
	maxFields      = 10
	maxField       = 2000
	maxContext     = 2000
	maxElements    = 25 // of an actions block
	maxButton      = 75
	maxButtonValue = 2000
	maxURL         = 3000
	maxOptions     = 100
	maxOption      = 75
	maxOptionValue = 150
	maxPlaceholder = 150
	maxConfirm     = 300
	maxConfirmWord = 30
	maxTitle       = 24 // of a modal, and of its buttons
	maxLabel       = 2000
	maxTyped       = 3000
	maxRows        = 100
	maxColumns     = 20
	maxTable       = 10_000
	maxFallback    = 3000 // of a message's text beside its blocks
	maxAlt         = 2000
	maxRadios      = 10
	maxFiles       = 10
)

// checkBlocks finds what Slack would refuse, each mistake with where it is. What
// render makes has none; this is the proof, and the last word before a post.
func checkBlocks(blocks []slackapi.Block, most int) error {
	var c checker
	if len(blocks) > most {
		c.add("blocks", "%d blocks, at most %d", len(blocks), most)
	}
	ids, actions := map[string]bool{}, map[string]bool{}
	tables := 0
	for i, b := range blocks {
		at := fmt.Sprintf("blocks/%d", i)
		if id := b.ID(); id != "" && ids[id] {
			c.add(at, "the block_id %q is there twice", id)
		}
		ids[b.ID()] = true
		c.text(at+"/block_id", b.ID(), 0, 255)
		switch b := b.(type) {
		case *slackapi.HeaderBlock:
			c.object(at, b.Text, maxHeader)
		case *slackapi.SectionBlock:
			if b.Text == nil && len(b.Fields) == 0 {
				c.add(at, "a section needs a text or fields")
			}
			if b.Text != nil {
				c.object(at, b.Text, maxSection)
			}
			c.count(at+"/fields", len(b.Fields), maxFields)
			for j, f := range b.Fields {
				c.object(fmt.Sprintf("%s/fields/%d", at, j), f, maxField)
			}
		case *slackapi.ContextBlock:
			c.count(at+"/elements", len(b.ContextElements.Elements), 10)
			for _, e := range b.ContextElements.Elements {
				if t, ok := e.(*slackapi.TextBlockObject); ok {
					c.object(at, t, maxSection)
				}
			}
		case *slackapi.ActionBlock:
			c.count(at+"/elements", len(b.Elements.ElementSet), maxElements)
			for j, e := range b.Elements.ElementSet {
				c.element(fmt.Sprintf("%s/elements/%d", at, j), e, actions)
			}
		case *slackapi.InputBlock:
			c.object(at+"/label", b.Label, maxLabel)
			if b.Hint != nil {
				c.object(at+"/hint", b.Hint, maxLabel)
			}
			c.element(at+"/element", b.Element, nil)
		case *slackapi.TableBlock:
			tables++
			c.table(at, b)
		case *slackapi.ImageBlock:
			c.text(at+"/alt_text", b.AltText, 1, maxAlt)
		}
	}
	if tables > 1 {
		c.add("blocks", "%d tables, at most 1", tables)
	}
	if n := blocksText(blocks); n > maxBlocksText && most == maxBlocks {
		c.add("blocks", "%d characters of text, at most %d", n, maxBlocksText)
	}
	return errors.Join(c.found...)
}

type checker struct{ found []error }

func (c *checker) add(at, format string, args ...any) {
	c.found = append(c.found, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

func (c *checker) count(at string, n, most int) {
	if n > most {
		c.add(at, "%d, at most %d", n, most)
	}
}

func (c *checker) text(at, s string, least, most int) {
	if n := length(s); n < least || n > most {
		c.add(at, "%d characters, from %d to %d", n, least, most)
	}
}

func (c *checker) object(at string, t *slackapi.TextBlockObject, most int) {
	if t == nil {
		c.add(at, "the text is missing")
		return
	}
	c.text(at+"/text", t.Text, 1, most)
}

func (c *checker) element(at string, e slackapi.BlockElement, actions map[string]bool) {
	once := func(id string) {
		if actions != nil && actions[id] {
			c.add(at, "the action_id %q is there twice", id)
		}
		if actions != nil {
			actions[id] = true
		}
		c.text(at+"/action_id", id, 1, 255)
	}
	switch e := e.(type) {
	case *slackapi.ButtonBlockElement:
		once(e.ActionID)
		c.object(at, e.Text, maxButton)
		c.text(at+"/value", e.Value, 0, maxButtonValue)
		c.text(at+"/url", e.URL, 0, maxURL)
		c.confirm(at, e.Confirm)
	case *slackapi.SelectBlockElement:
		once(e.ActionID)
		if e.Placeholder != nil {
			c.object(at+"/placeholder", e.Placeholder, maxPlaceholder)
		}
		c.options(at, e.Options, maxOptions)
		c.confirm(at, e.Confirm)
	case *slackapi.RadioButtonsBlockElement:
		once(e.ActionID)
		c.options(at, e.Options, maxRadios)
	case *slackapi.PlainTextInputBlockElement:
		once(e.ActionID)
		c.text(at+"/initial_value", e.InitialValue, 0, maxTyped)
		if e.MaxLength > maxTyped {
			c.add(at, "max_length %d, at most %d", e.MaxLength, maxTyped)
		}
	case *slackapi.FileInputBlockElement:
		once(e.ActionID)
		c.count(at, e.MaxFiles, maxFiles)
	}
}

func (c *checker) options(at string, options []*slackapi.OptionBlockObject, most int) {
	if len(options) == 0 {
		c.add(at, "there is nothing to choose")
	}
	c.count(at+"/options", len(options), most)
	for i, o := range options {
		c.object(fmt.Sprintf("%s/options/%d", at, i), o.Text, maxOption)
		c.text(fmt.Sprintf("%s/options/%d/value", at, i), o.Value, 1, maxOptionValue)
		if o.Description != nil {
			c.object(fmt.Sprintf("%s/options/%d/description", at, i), o.Description, maxOption)
		}
	}
}

func (c *checker) confirm(at string, f *slackapi.ConfirmationBlockObject) {
	if f == nil {
		return
	}
	c.object(at+"/confirm/title", f.Title, 100)
	c.object(at+"/confirm/text", f.Text, maxConfirm)
	c.object(at+"/confirm/confirm", f.Confirm, maxConfirmWord)
	c.object(at+"/confirm/deny", f.Deny, maxConfirmWord)
}

func (c *checker) table(at string, b *slackapi.TableBlock) {
	c.count(at+"/rows", len(b.Rows), maxRows)
	for _, row := range b.Rows {
		c.count(at+"/rows", len(row), maxColumns)
	}
	if n := blocksText([]slackapi.Block{b}); n > maxTable {
		c.add(at, "%d characters, at most %d", n, maxTable)
	}
}

// blocksText counts what is to be read in blocks.
func blocksText(blocks []slackapi.Block) int {
	body, err := json.Marshal(blocks)
	if err != nil {
		return 0
	}
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		return 0
	}
	return textIn(tree)
}

func textIn(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n += textIn(x)
		}
	case map[string]any:
		for key, x := range v {
			if s, ok := x.(string); ok && (key == "text" || key == "url" && v["type"] == "link") {
				n += length(s)
			} else if !ok {
				n += textIn(x)
			}
		}
	}
	return n
}
