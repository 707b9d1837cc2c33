package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"casebot/bot"
)

// post is a message as the shelf keeps it, a person's or the bot's.
type post struct {
	Version  int          `json:"v"`
	ID       string       `json:"id"`
	Room     string       `json:"room"`
	Thread   string       `json:"thread,omitempty"` // the root message's id
	Order    int64        `json:"order"`            // a later message has a higher one, whatever the clock said
	At       time.Time    `json:"at"`
	Author   string       `json:"author,omitempty"` // person id; empty: the bot
	Text     string       `json:"text,omitempty"`   // of a person
	Files    []bot.File   `json:"files,omitempty"`  // of a person
	Message  *bot.Message `json:"message,omitempty"`
	Opens    bool         `json:"opens,omitempty"` // the bot began a thread here
	Edits    int          `json:"edits,omitempty"`
	EditedAt time.Time    `json:"edited_at,omitzero"`
	Heard    int          `json:"heard,omitempty"`   // how many versions of it casebot has acknowledged
	Applied  []applied    `json:"applied,omitempty"` // the bot's last edits, by the key of their delivery
}

// applied is an edit that was made: the same again changes nothing.
type applied struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}

const (
	shelfPrefix = "m:" // of a post's id on the shelf
	appliedKept = 16
)

func (p post) unheard() bool { return p.Author != "" && p.Heard <= p.Edits }

func (p post) encode() ([]byte, error) {
	p.Version = 1
	body, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode post %s: %w", p.ID, err)
	}
	return body, nil
}

func decodePost(body []byte) (post, error) {
	var p post
	if err := json.Unmarshal(body, &p); err != nil {
		return post{}, fmt.Errorf("decode post: %w", err)
	}
	return p, nil
}

// byOrder sorts posts as they were written.
func byOrder(a, b entry) int {
	return cmp.Or(cmp.Compare(a.Order, b.Order), a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}

// event is what casebot has still to hear of a person's post: the message
// itself, then its last edit.
func (c *Console) event(p post) bot.Event {
	e := bot.Event{
		ID: Name + ":" + p.ID, Kind: bot.EventMessage, At: p.At,
		Actor: c.actor(p.Author), Origin: c.origin(p.Room, p.Thread, p.ID),
		Text: p.Text, Files: p.Files,
	}
	switch {
	case p.Heard > 0:
		e.ID = fmt.Sprintf("%s:%s/%d", Name, p.ID, p.Edits)
		e.At, e.Edited = p.EditedAt, true
	default:
		if words, ok := c.mention(p.Text); ok {
			e.Kind, e.Text = bot.EventCommand, ""
			e.Command = &bot.Command{Text: words}
		}
	}
	e.Seen = c.now()
	return e
}

func (c *Console) actor(id string) bot.Actor {
	p, _ := c.person(id)
	return bot.Actor{Ref: Name + ":" + id, Name: p.Name}
}

func (c *Console) origin(room, thread, message string) bot.Origin {
	o := bot.Origin{Room: roomRef(room), Thread: thread, Message: message}
	if root, ok := c.board.entry(thread); ok && thread != "" {
		o.Ours = root.Opens
	}
	o.Link = c.link(room, cmp.Or(message, thread))
	return o
}

// link is where a person can see a message, or the room where none is named.
func (c *Console) link(room, message string) string {
	if c.cfg.URL == "" {
		return ""
	}
	link := strings.TrimSuffix(c.cfg.URL, "/") + "/console/#in=" + room
	if message != "" {
		link += "&at=" + message
	}
	return link
}

// mention returns the words after the bot's name where a text begins with it.
func (c *Console) mention(text string) (string, bool) {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if head, tail, broken := strings.Cut(word, "\n"); broken {
		word, rest = head, tail+" "+rest
	}
	return strings.TrimSpace(rest), strings.EqualFold(strings.TrimRight(word, ",:"), "@"+c.cfg.Bot)
}

// slash takes "/case new It is slow" apart. A path like "/etc/hosts" is no
// command.
func slash(text string) (group, rest string, ok bool) {
	text, ok = strings.CutPrefix(strings.TrimSpace(text), "/")
	if !ok {
		return "", "", false
	}
	end := strings.IndexFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' })
	if end < 0 {
		end = len(text)
	}
	group = strings.ToLower(text[:end])
	if group == "" || strings.ContainsFunc(group, notInWord) {
		return "", "", false
	}
	return group, strings.TrimSpace(text[end:]), true
}

func notInWord(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// command takes a control's or a form's command apart: "case take ACME-42".
func command(line string) *bot.Command {
	group, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "/"), " ")
	return &bot.Command{Group: strings.ToLower(group), Text: strings.TrimSpace(rest)}
}
