package slack

import (
	"cmp"
	"fmt"
	"regexp"
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

// fields are labelled values, in two columns.
func (d *drawing) fields(fields []bot.Field) []slackapi.Block {
	var blocks []slackapi.Block
	var objects []*slackapi.TextBlockObject
	for i, f := range fields {
		objects = append(objects, field(f))
		if len(objects) == maxFields || i == len(fields)-1 {
			blocks = append(blocks, slackapi.NewSectionBlock(nil, objects, nil))
			objects = nil
		}
	}
	return blocks
}

func field(f bot.Field) *slackapi.TextBlockObject {
	label, value := cmp.Or(oneLine(f.Label), "–"), cmp.Or(strings.TrimSpace(f.Value), "–")
	if !harmless(label) || !harmless(value) {
		return plainText(label+"\n"+value, maxField)
	}
	text := "*" + label + "*\n" + value
	if !f.Time.IsZero() { // the reader's own clock beside ours
		text += fmt.Sprintf("\n🕑 <!date^%d^{date_short_pretty} {time}|%s>", f.Time.Unix(), value)
	}
	if length(text) > maxField {
		return plainText(label+"\n"+value, maxField)
	}
	return slackapi.NewTextBlockObject(slackapi.MarkdownType, text, false, false)
}

var (
	emojiName = regexp.MustCompile(`:[a-z0-9_+'-]*[a-z_+'-][a-z0-9_+'-]*:`)
	webLink   = regexp.MustCompile(`https?://[^\s<>|"]+`)
)

// harmless tells whether mrkdwn shows a text as it stands. An address in it
// becomes a link, as it would if somebody typed it.
func harmless(s string) bool {
	return !strings.ContainsAny(s, "*_~`<>&\\|") && !emojiName.MatchString(s)
}

// table is a table where Slack has them, else lines of text. A message may hold
// one.
func (d *drawing) table(rows [][]string) []slackapi.Block {
	size := 0
	for _, row := range rows {
		for _, cell := range row {
			size += max(length(cell), 1)
		}
	}
	if d.surface != onMessage || d.tables > 0 || len(rows) > maxRows || len(rows[0]) > maxColumns || size > maxTable-500 {
		return lines(rows)
	}
	d.tables++
	table := slackapi.NewTableBlock("")
	for i, row := range rows {
		var cells []slackapi.TableCell
		for _, cell := range row {
			cell = cmp.Or(strings.TrimSpace(cell), "–")
			if i == 0 {
				cells = append(cells, slackapi.NewTableRichTextCell(section(words(cell, bold))))
			} else {
				cells = append(cells, slackapi.NewTableRawTextCell(cell))
			}
		}
		table.Rows = append(table.Rows, cells)
	}
	for range rows[0] {
		table.ColumnSettings = append(table.ColumnSettings, slackapi.ColumnSetting{Align: slackapi.ColumnAlignmentLeft, IsWrapped: true})
	}
	return []slackapi.Block{table}
}

// lines are the rows of a table one below the other, its first column strong.
func lines(rows [][]string) []slackapi.Block {
	var blocks []slackapi.Block
	var said []slackapi.RichTextSectionElement
	used := 0
	flush := func() {
		if len(said) > 0 {
			blocks = append(blocks, rich(section(said...)))
		}
		said, used = nil, 0
	}
	for i, row := range rows {
		if len(row) == 0 {
			continue
		}
		rest := strings.Join(row[1:], " · ")
		if used += length(row[0]) + length(rest); used > maxSection {
			flush()
		}
		if len(said) > 0 {
			said = append(said, words("\n", nil))
		}
		style := bold
		if i == 0 {
			style = italic
		}
		said = append(said, words(cmp.Or(row[0], "–"), style))
		if rest != "" {
			if i == 0 {
				said = append(said, words(" · "+rest, italic))
			} else {
				said = append(said, words(" · ", nil))
				said = append(said, literal(rest)...)
			}
		}
	}
	flush()
	return blocks
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
			names = append(names, "📎 "+oneLine(f.Name))
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
		e := slackapi.NewButtonBlockElement(id, c.Command, plainText(label, maxButton))
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

// option is a choice. A command that is longer than its value may be is
// remembered under an alias.
func (d *drawing) option(o bot.Option) *slackapi.OptionBlockObject {
	value := o.Value
	if length(value) > maxOptionValue || strings.HasPrefix(value, aliasMark) {
		value = aliasMark + digest(o.Value)
		d.aliases[value] = o.Value
	}
	var detail *slackapi.TextBlockObject
	if o.Detail != "" {
		detail = plainText(oneLine(strings.ReplaceAll(o.Detail, "**", "")), maxOption)
	}
	return slackapi.NewOptionBlockObject(value, plainText(cmp.Or(oneLine(o.Label), "…"), maxOption), detail)
}

// Building blocks.

var (
	bold   = &slackapi.RichTextSectionTextStyle{Bold: true}
	italic = &slackapi.RichTextSectionTextStyle{Italic: true}
)

func rich(elements ...slackapi.RichTextElement) *slackapi.RichTextBlock {
	return slackapi.NewRichTextBlock("", elements...)
}

func section(elements ...slackapi.RichTextSectionElement) *slackapi.RichTextSection {
	return slackapi.NewRichTextSection(elements...)
}

func words(s string, style *slackapi.RichTextSectionTextStyle) slackapi.RichTextSectionElement {
	return slackapi.NewRichTextSectionTextElement(s, style)
}

func plainText(s string, most int) *slackapi.TextBlockObject {
	return slackapi.NewTextBlockObject(slackapi.PlainTextType, cut(cmp.Or(s, "…"), most), false, false)
}

// literal is a text as it stands, with its addresses as links.
func literal(s string) []slackapi.RichTextSectionElement {
	var out []slackapi.RichTextSectionElement
	say := func(s string) {
		for _, chunk := range chunks(s, maxSection) {
			out = append(out, words(chunk, nil))
		}
	}
	for {
		at := webLink.FindStringIndex(s)
		if at == nil {
			say(s)
			return out
		}
		url := strings.TrimRight(s[at[0]:at[1]], `.,;:!?'")]}*_~`+"`")
		end := at[0] + len(url)
		say(s[:at[0]])
		if length(url) > maxURL || strings.HasSuffix(url, "//") {
			say(url)
		} else {
			out = append(out, slackapi.NewRichTextSectionLinkElement(url, "", nil))
		}
		s = s[end:]
	}
}

// strong is a text of ours, with its **strong** words.
func strong(s string) []slackapi.RichTextSectionElement {
	var out []slackapi.RichTextSectionElement
	for i, part := range strings.Split(s, "**") {
		switch {
		case part == "":
		case i%2 == 1:
			out = append(out, words(part, bold))
		default:
			out = append(out, literal(part)...)
		}
	}
	return out
}

// chunks cuts a text into parts of at most n units.
func chunks(s string, n int) []string {
	var out []string
	for s != "" {
		used, end := 0, len(s)
		for i, r := range s {
			size := 1
			if r > 0xffff {
				size = 2
			}
			if used += size; used > n {
				end = i
				break
			}
		}
		out = append(out, s[:end])
		s = s[end:]
	}
	return out
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
