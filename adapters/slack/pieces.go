package slack

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

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
