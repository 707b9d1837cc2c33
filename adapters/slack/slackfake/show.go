package slackfake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Post is a message as somebody sees it.
type Post struct {
	TS, Thread string
	Author     string // the person's id; empty: a program
	Name       string
	Text       string
	Controls   []Control
	Files      []string
	Private    bool
	Notifies   []string // ids of people and groups, or "everybody"
}

// Control is a button, a menu or a link.
type Control struct {
	Label   string
	Options []string
	Style   string
	URL     string
}

// Posts are what somebody can read in a conversation, oldest first.
func (s *Server) Posts(user, channel string) ([]Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.room(user, channel)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(c.messages)
	for _, w := range s.whispers {
		if w.only == user && w.channel == channel {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b *message) int { return strings.Compare(a.ts, b.ts) })
	var posts []Post
	for _, m := range all {
		if m.tombstone {
			continue
		}
		seen := s.shownTo(m)
		p := Post{TS: m.ts, Text: seen.text, Controls: seen.controls, Private: m.only != "", Notifies: m.notifies}
		if m.thread != m.ts {
			p.Thread = m.thread
		}
		if m.bot == "" {
			p.Author = m.user
		}
		if u := s.users[m.user]; u != nil {
			p.Name = u.RealName
		}
		if m.username != "" {
			p.Name = m.username
		}
		for _, id := range m.files {
			p.Files = append(p.Files, s.files[id].name)
		}
		posts = append(posts, p)
	}
	return posts, nil
}

// sight is what a client shows.
type sight struct {
	text     string
	controls []Control
	notifies []string
}

func (s *Server) shownTo(m *message) sight {
	if len(m.blocks) > 0 {
		return shown(m.blocks)
	}
	if !m.mrkdwn {
		return sight{text: decode.Replace(m.text)}
	}
	text, notifies := mrkdwn(m.text)
	return sight{text: text, notifies: notifies}
}

var decode = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// shown draws blocks.
func shown(blocks []any) sight {
	var out sight
	var lines []string
	say := func(o any) {
		t, _ := o.(obj)
		if t == nil {
			return
		}
		text, _ := t["text"].(string)
		if t["type"] == "mrkdwn" {
			shown, notifies := mrkdwn(text)
			lines, out.notifies = append(lines, shown), append(out.notifies, notifies...)
			return
		}
		if emoji, _ := t["emoji"].(bool); emoji {
			text = emojiName.ReplaceAllString(text, "[$1]")
		}
		lines = append(lines, text)
	}
	for _, b := range blocks {
		block := b.(obj)
		elements, _ := block["elements"].([]any)
		switch block["type"] {
		case "header":
			say(block["text"])
		case "section":
			say(block["text"])
			fields, _ := block["fields"].([]any)
			for _, f := range fields {
				say(f)
			}
		case "context":
			for _, e := range elements {
				say(e)
			}
		case "rich_text":
			text, notifies := richText(elements)
			lines, out.notifies = append(lines, text), append(out.notifies, notifies...)
		case "table":
			rows, _ := block["rows"].([]any)
			for _, r := range rows {
				var cells []string
				for _, c := range r.([]any) {
					cell := c.(obj)
					if cell["type"] == "rich_text" {
						inner, _ := cell["elements"].([]any)
						text, notifies := richText(inner)
						cells, out.notifies = append(cells, text), append(out.notifies, notifies...)
					} else {
						cells = append(cells, fmt.Sprint(cell["text"]))
					}
				}
				lines = append(lines, strings.Join(cells, "\t"))
			}
		case "image":
			lines = append(lines, fmt.Sprint("[image: ", block["alt_text"], "]"))
		case "actions":
			for _, e := range elements {
				out.controls = append(out.controls, control(e.(obj)))
			}
		}
	}
	out.text = strings.Join(lines, "\n")
	return out
}

func control(e obj) Control {
	c := Control{Label: textOf(e["text"])}
	if e["type"] == "static_select" {
		c.Label = textOf(e["placeholder"])
		options, _ := e["options"].([]any)
		for _, o := range options {
			c.Options = append(c.Options, textOf(o.(obj)["text"]))
		}
	}
	c.Style, _ = e["style"].(string)
	c.URL, _ = e["url"].(string)
	return c
}

func textOf(o any) string {
	t, _ := o.(obj)
	text, _ := t["text"].(string)
	return text
}

// richText draws the elements of a rich text block: nothing in it is interpreted.
func richText(elements []any) (string, []string) {
	var b strings.Builder
	var notifies []string
	for i, e := range elements {
		part := e.(obj)
		inner, _ := part["elements"].([]any)
		if part["type"] == "rich_text_list" || part["type"] == "rich_text_quote" && i > 0 {
			b.WriteString("\n")
		}
		if part["type"] == "rich_text_list" {
			for _, item := range inner {
				text, n := richText([]any{item})
				b.WriteString("• " + text + "\n")
				notifies = append(notifies, n...)
			}
			continue
		}
		for _, x := range inner {
			leaf := x.(obj)
			switch leaf["type"] {
			case "text":
				fmt.Fprint(&b, leaf["text"])
			case "link":
				if text, _ := leaf["text"].(string); text != "" {
					b.WriteString(text)
				} else {
					fmt.Fprint(&b, leaf["url"])
				}
			case "user":
				b.WriteString("@" + fmt.Sprint(leaf["user_id"]))
				notifies = append(notifies, fmt.Sprint(leaf["user_id"]))
			case "usergroup":
				b.WriteString("@" + fmt.Sprint(leaf["usergroup_id"]))
				notifies = append(notifies, fmt.Sprint(leaf["usergroup_id"]))
			case "broadcast":
				b.WriteString("@" + fmt.Sprint(leaf["range"]))
				notifies = append(notifies, "everybody")
			case "emoji":
				b.WriteString("[" + fmt.Sprint(leaf["name"]) + "]")
			case "date":
				fmt.Fprint(&b, leaf["fallback"])
			}
		}
	}
	return b.String(), notifies
}

var (
	angles    = regexp.MustCompile(`<([^<>]*)>`)
	emojiName = regexp.MustCompile(`:([a-z0-9_+'-]*[a-z][a-z0-9_+'-]*):`)
	fence     = regexp.MustCompile("(?s)```(.*?)```")
	marks     = []*regexp.Regexp{
		regexp.MustCompile("(^|[\\s(>])`([^`\n]+)`"), regexp.MustCompile(`(^|[\s(>*_~])\*([^\s*][^*\n]*)\*`),
		regexp.MustCompile(`(^|[\s(>*~])_([^\s_][^_\n]*)_`), regexp.MustCompile(`(^|[\s(>*_])~([^\s~][^~\n]*)~`),
	}
	quote = regexp.MustCompile(`(?m)^&gt; ?`)
)

// mrkdwn interprets a text as Slack's clients do: what is no markup of ours and
// was not escaped changes.
func mrkdwn(text string) (string, []string) {
	var notifies []string
	text = quote.ReplaceAllString(text, "")
	text = fence.ReplaceAllString(text, "$1")
	for range 2 {
		for _, m := range marks {
			text = m.ReplaceAllString(text, "$1$2")
		}
	}
	text = emojiName.ReplaceAllString(text, "[$1]")
	text = angles.ReplaceAllStringFunc(text, func(t string) string {
		id, label, labelled := strings.Cut(t[1:len(t)-1], "|")
		switch {
		case strings.HasPrefix(id, "@"):
			notifies = append(notifies, id[1:])
			return "@" + id[1:]
		case strings.HasPrefix(id, "!subteam^"):
			notifies = append(notifies, strings.TrimPrefix(id, "!subteam^"))
			return "@group"
		case id == "!channel", id == "!here", id == "!everyone":
			notifies = append(notifies, "everybody")
			return "@" + id[1:]
		case strings.HasPrefix(id, "!date^"), labelled:
			return label
		default:
			return id
		}
	})
	return decode.Replace(text), notifies
}
