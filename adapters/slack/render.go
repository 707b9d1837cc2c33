package slack

import (
	"cmp"
	"fmt"
	"strings"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// surface is where blocks are shown; not all take the same.
type surface int

const (
	onMessage surface = iota
	onView            // a modal or App Home: no tables
)

// page is one message to Slack. A message of ours that is too long for one is
// several.
type page struct {
	Text   string // for notifications and screen readers
	Blocks []slackapi.Block
}

// rendered is a message as Slack takes it.
type rendered struct {
	Pages   []page
	Aliases map[string]string // commands that are longer than an option's value may be, by their alias
}

// look is what rendering depends on besides the message.
type look struct {
	surface surface
	author  bool // the author is not shown otherwise
	mention bool // call the people who are mentioned: an edit does not
}

// render draws a message. It is pure. Whatever people wrote stands in rich text
// or plain text, which Slack does not interpret, or in mrkdwn that holds nothing
// to be interpreted.
func render(m bot.Message, l look) rendered {
	d := drawing{look: l, aliases: map[string]string{}}
	var called []slackapi.RichTextSectionElement
	if l.mention {
		called = mentions(m.Mentions)
	}
	head := d.head(m, called)
	body := d.body(m, called)
	tail := d.tail(m)
	return rendered{Pages: paginate(head, body, tail, fallback(m)), Aliases: d.aliases}
}

// fallback is a message's text for notifications.
func fallback(m bot.Message) string {
	text := cmp.Or(strings.TrimSpace(m.Text), m.Title, "…")
	for n := maxFallback; ; n /= 2 { // an escaped character is up to five
		if escaped := escape.Replace(cut(text, n)); length(escaped) <= maxFallback {
			return escaped
		}
	}
}

// mentions are the elements that call people and groups.
func mentions(refs []string) []slackapi.RichTextSectionElement {
	var called []slackapi.RichTextSectionElement
	for _, ref := range refs {
		_, id, _, ok := split(ref)
		switch {
		case !ok:
			continue
		case strings.HasPrefix(id, "S"):
			called = append(called, slackapi.NewRichTextSectionUserGroupElement(id), words(" ", nil))
		default:
			called = append(called, slackapi.NewRichTextSectionUserElement(id, nil), words(" ", nil))
		}
	}
	return called
}

// paginate spreads blocks over as many messages as Slack's limits need. What is
// to be pressed stays with the first.
func paginate(head, body, tail []slackapi.Block, text string) []page {
	room := maxBlocks - len(tail)
	budget := maxBlocksText - blocksText(tail)
	var pages []page
	now, used := head, blocksText(head)
	for _, b := range body {
		size := blocksText([]slackapi.Block{b})
		if len(now) > 0 && (len(now)+1 > room || used+size > budget) {
			pages = append(pages, page{text, now})
			now, used, room, budget = nil, 0, maxBlocks, maxBlocksText
		}
		now, used = append(now, b), used+size
	}
	pages = append(pages, page{text, now})
	pages[0].Blocks = append(pages[0].Blocks, tail...)
	return pages
}

// drawing collects the blocks of a message.
type drawing struct {
	look
	aliases map[string]string
	actions int
	tables  int
}

var tones = map[bot.Tone]string{bot.ToneGood: "✅ ", bot.ToneWarn: "🟠 ", bot.ToneAlarm: "🔴 ", bot.ToneQuiet: "", bot.ToneNone: ""}

// head is who speaks, and the title.
func (d *drawing) head(m bot.Message, called []slackapi.RichTextSectionElement) []slackapi.Block {
	var blocks []slackapi.Block
	if d.author && m.Author != nil && m.Author.Name != "" {
		blocks = append(blocks, slackapi.NewContextBlock("", plainText(m.Author.Name, maxContext)))
	}
	title := strings.TrimSpace(m.Title)
	if title == "" {
		return blocks
	}
	title = tones[m.Tone] + oneLine(title)
	if length(title) <= maxHeader {
		blocks = append(blocks, slackapi.NewHeaderBlock(plainText(title, maxHeader)))
	} else {
		blocks = append(blocks, rich(section(words(title, bold))))
	}
	if len(called) > 0 {
		blocks = append(blocks, rich(section(called...)))
	}
	return blocks
}

// body is what is said.
func (d *drawing) body(m bot.Message, called []slackapi.RichTextSectionElement) []slackapi.Block {
	untitled := strings.TrimSpace(m.Title) == ""
	if !untitled { // they stand below the title
		called = nil
	}
	if len(m.Sections) == 0 {
		if !untitled || m.Text == "" {
			return nil
		}
		return prose(append(called, literal(tone(m)+m.Text)...))
	}
	var blocks []slackapi.Block
	if len(called) > 0 {
		blocks = append(blocks, rich(section(called...)))
	}
	for i, s := range m.Sections {
		if i == 0 && untitled && s.Title == "" && !s.Quote && s.Text != "" {
			s.Text = tone(m) + s.Text
		}
		blocks = append(blocks, d.part(s)...)
	}
	return blocks
}

// tone marks what has no title.
func tone(m bot.Message) string {
	if m.Tone == bot.ToneGood { // said in the words already
		return ""
	}
	return tones[m.Tone]
}

// part is one section.
func (d *drawing) part(s bot.Section) []slackapi.Block {
	var blocks []slackapi.Block
	var elements []slackapi.RichTextElement
	if s.Title != "" {
		elements = append(elements, section(words(oneLine(s.Title), bold)))
	}
	if s.Text != "" {
		said := literal(s.Text)
		if s.Markup {
			said = strong(s.Text)
		}
		if s.Quote {
			elements = append(elements, &slackapi.RichTextQuote{Type: slackapi.RTEQuote, Elements: said})
		} else {
			if s.Title != "" {
				elements = append(elements, section(words("\n", nil)))
			}
			elements = append(elements, section(said...))
		}
	}
	if len(elements) > 0 {
		blocks = append(blocks, slackapi.NewRichTextBlock("", elements...))
	}
	blocks = append(blocks, d.fields(s.Fields)...)
	if len(s.Rows) > 0 {
		blocks = append(blocks, d.table(s.Rows)...)
	}
	return blocks
}

// prose is a text alone.
func prose(elements []slackapi.RichTextSectionElement) []slackapi.Block {
	return []slackapi.Block{rich(section(elements...))}
}

// tail is what can be pressed, and the small print.
func (d *drawing) tail(m bot.Message) []slackapi.Block {
	var blocks []slackapi.Block
	var row []slackapi.BlockElement
	flush := func() {
		if len(row) > 0 {
			blocks = append(blocks, slackapi.NewActionBlock("", row...))
		}
		row = nil
	}
	for _, c := range m.Controls {
		if e := d.control(c); e != nil {
			if row = append(row, e); len(row) == maxElements {
				flush()
			}
		}
	}
	flush()
	if len(m.Files) > 0 { // they follow in the thread
		var names []string
		for _, f := range m.Files {
			sign := "📎 "
			if !bot.Carried(f) {
				sign = "🚫 "
			}
			names = append(names, sign+oneLine(f.Name))
		}
		blocks = append(blocks, slackapi.NewContextBlock("", plainText(strings.Join(names, "   "), maxContext)))
	}
	if m.Small != "" {
		small := plainText(m.Small, maxContext)
		if harmless(m.Small) {
			small = slackapi.NewTextBlockObject(slackapi.MarkdownType, cut(m.Small, maxContext), false, false)
		}
		blocks = append(blocks, slackapi.NewContextBlock("", small))
	}
	return blocks
}

// linkAction marks a button that only opens an address: pressing it tells us
// nothing.
const linkAction = "link"

// control is a button, a select or a link.
func (d *drawing) control(c bot.Control) slackapi.BlockElement {
	d.actions++
	id := fmt.Sprintf("c%d", d.actions)
	label := cmp.Or(oneLine(c.Label), "…")
	switch c.Kind {
	case bot.ControlSelect:
		var options []*slackapi.OptionBlockObject
		for _, o := range c.Options[:min(len(c.Options), maxOptions)] {
			options = append(options, d.option(o))
		}
		if len(options) == 0 {
			return nil
		}
		e := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeStatic, plainText(label, maxPlaceholder), id, options...)
		e.Confirm = confirm(c)
		return e
	case bot.ControlLink:
		e := slackapi.NewButtonBlockElement(linkAction+id, "", plainText(label, maxButton))
		e.URL = c.URL
		return e
	case bot.ControlButton:
		e := slackapi.NewButtonBlockElement(id, d.value(c.Command, maxButtonValue), plainText(label, maxButton))
		switch c.Style {
		case bot.StylePrimary:
			e.Style = slackapi.StylePrimary
		case bot.StyleDanger:
			e.Style = slackapi.StyleDanger
		case bot.StylePlain:
		}
		e.Confirm = confirm(c)
		return e
	}
	return nil
}

func confirm(c bot.Control) *slackapi.ConfirmationBlockObject {
	if c.Confirm == "" {
		return nil
	}
	label := oneLine(c.Label)
	return slackapi.NewConfirmationBlockObject(plainText(label, 100), plainText(c.Confirm, maxConfirm), plainText(label, maxConfirmWord), plainText("✕", maxConfirmWord))
}

// value is a command as a control holds it. One that is longer than most is
// remembered under an alias.
func (d *drawing) value(command string, most int) string {
	if length(command) <= most {
		return command
	}
	alias := aliasMark + digest(command)
	d.aliases[alias] = command
	return alias
}

// option is a choice.
func (d *drawing) option(o bot.Option) *slackapi.OptionBlockObject {
	most := maxOptionValue
	if strings.HasPrefix(o.Value, aliasMark) { // it is none
		most = 0
	}
	value := d.value(o.Value, most)
	var detail *slackapi.TextBlockObject
	if o.Detail != "" {
		detail = plainText(oneLine(strings.ReplaceAll(o.Detail, "**", "")), maxOption)
	}
	return slackapi.NewOptionBlockObject(value, plainText(cmp.Or(oneLine(o.Label), "…"), maxOption), detail)
}
