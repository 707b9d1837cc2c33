package slackfake

import (
	"fmt"
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
	Reactions  []string // names, as often as somebody reacted with it
	Private    bool
	Pinned     bool
	Edited     bool
	Notifies   []string // ids of people and groups, or "everybody"
}

// Control is a button, a menu or a link.
type Control struct {
	Label   string
	Options []string
	Style   string
	URL     string
	Confirm string // what is asked first
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
	slices.SortStableFunc(all, func(a, b *message) int { return strings.Compare(a.ts, b.ts) })
	var posts []Post
	for _, m := range all {
		if !m.tombstone && m.subtype != "channel_join" {
			posts = append(posts, s.postOf(c, m))
		}
	}
	return posts, nil
}

func (s *Server) postOf(c *Channel, m *message) Post {
	seen := s.shownTo(m)
	p := Post{
		TS: m.ts, Text: seen.text, Controls: seen.controls, Private: m.only != "", Notifies: m.notifies, Pinned: slices.Contains(c.pins, m.ts),
		Edited: m.edited != "",
	}
	if m.thread != m.ts {
		p.Thread = m.thread
	}
	if m.bot == "" {
		p.Author = m.user
	}
	if u := s.users[m.user]; u != nil {
		p.Name = u.shownName()
	}
	if m.username != "" {
		p.Name = m.username
	}
	for _, id := range m.files {
		p.Files = append(p.Files, s.files[id].name)
	}
	for _, r := range m.reactions {
		p.Reactions = append(p.Reactions, slices.Repeat([]string{r.name}, len(r.users))...)
	}
	return p
}

// sight is what a client shows, and whom it calls.
type sight struct {
	text     string
	controls []Control
	notifies []string
}

// shownTo draws a message: its blocks where it has any, else its text.
func (s *Server) shownTo(m *message) sight {
	if len(m.blocks) > 0 {
		return s.shown(m.blocks)
	}
	if !m.mrkdwn {
		return sight{text: decode.Replace(m.text)}
	}
	text, notifies := s.mrkdwn(m.text)
	return sight{text: text, notifies: notifies}
}

// canvas is what blocks are drawn on.
type canvas struct {
	s     *Server
	lines []string
	sight
}

// shown draws blocks.
func (s *Server) shown(blocks []any) sight {
	c := canvas{s: s}
	for _, b := range blocks {
		c.block(b.(obj))
	}
	controlsOf(blocks, func(_, e obj) { c.controls = append(c.controls, s.control(e)) })
	c.text = strings.Join(c.lines, "\n")
	return c.sight
}

func (c *canvas) line(text string, notifies []string) {
	c.lines, c.notifies = append(c.lines, text), append(c.notifies, notifies...)
}

func (c *canvas) block(block obj) {
	elements, _ := block["elements"].([]any)
	switch block["type"] {
	case "header", "section":
		c.words(block["text"])
		fields, _ := block["fields"].([]any)
		for _, f := range fields {
			c.words(f)
		}
		if e, ok := block["accessory"].(obj); ok && e["type"] == "image" {
			c.line(fmt.Sprint("[image: ", e["alt_text"], "]"), nil)
		}
	case "context":
		for _, e := range elements {
			if x := e.(obj); x["type"] == "image" {
				c.line(fmt.Sprint("[image: ", x["alt_text"], "]"), nil)
			} else {
				c.words(e)
			}
		}
	case "rich_text":
		text, notifies := c.s.richText(elements)
		c.line(text, notifies)
	case "markdown":
		c.line(fmt.Sprint(block["text"]), nil)
	case "table":
		c.table(block)
	case "image":
		c.words(block["title"])
		c.line(fmt.Sprint("[image: ", block["alt_text"], "]"), nil)
	}
}

// words draws a text object.
func (c *canvas) words(o any) {
	t, _ := o.(obj)
	if t == nil {
		return
	}
	text, _ := t["text"].(string)
	if t["type"] == "mrkdwn" {
		c.line(c.s.mrkdwn(text))
		return
	}
	if emoji, said := t["emoji"].(bool); emoji || !said {
		text = emojiName.ReplaceAllString(text, "[$1]")
	}
	c.line(text, nil)
}

func (c *canvas) table(block obj) {
	rows, _ := block["rows"].([]any)
	for _, r := range rows {
		var cells, called []string
		for _, x := range r.([]any) {
			cell, _ := x.(obj)
			text := fmt.Sprint(cell["text"])
			if cell["type"] == "rich_text" {
				inner, _ := cell["elements"].([]any)
				var notifies []string
				text, notifies = c.s.richText(inner)
				called = append(called, notifies...)
			}
			cells = append(cells, text)
		}
		c.line(strings.Join(cells, "\t"), called)
	}
}

func (s *Server) control(e obj) Control {
	c := Control{Label: labelOf(e)}
	for _, o := range s.optionsOf(e, "") {
		c.Options = append(c.Options, textOf(o.(obj)["text"]))
	}
	c.Style, _ = e["style"].(string)
	c.URL, _ = e["url"].(string)
	if f, ok := e["confirm"].(obj); ok {
		c.Confirm = textOf(f["text"])
	}
	return c
}

func textOf(o any) string {
	t, _ := o.(obj)
	text, _ := t["text"].(string)
	return text
}
