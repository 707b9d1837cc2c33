package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"casebot/bot"
)

// What a page sends: who, where, and an id of its own making, which stays the
// same when the browser sends it again.
type spoken struct {
	As      string            `json:"as"`
	Room    string            `json:"room"`
	Thread  string            `json:"thread"`
	Message string            `json:"message"` // the message that held the control or the edited text
	ID      string            `json:"id"`
	Text    string            `json:"text"`
	Files   []string          `json:"files"`
	Command string            `json:"command"`
	Args    map[string]string `json:"args"`
	Edits   int               `json:"edits"` // which edit of the message this is
}

// heard is what goes back.
type heard struct {
	Post   *view      `json:"post,omitempty"`
	Answer bot.Answer `json:"answer"`
	Failed bool       `json:"failed,omitempty"` // casebot could not take it
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

const (
	maxFiles = 10 // files of one message
	maxArgs  = 50 // fields of one form
)

// check finds the person and looks at whatever all requests have in common.
func (c *Console) check(ctx context.Context, in spoken) (Person, error) {
	p, ok := c.person(in.As)
	switch {
	case !ok:
		return p, errPerson
	case !c.sees(p, in.Room):
		return p, errRoom
	case !uuid.MatchString(in.ID):
		return p, &refusalError{http.StatusBadRequest, "The request has no proper id."}
	case !c.listens():
		return p, errStarting
	case len(in.Files) > maxFiles:
		return p, &refusalError{http.StatusBadRequest, fmt.Sprintf("At most %d files in one message.", maxFiles)}
	case len(in.Args) > maxArgs:
		return p, &refusalError{http.StatusBadRequest, "The form has too many fields."}
	}
	if n := utf8.RuneCountInString(in.Text); n > MaxText {
		return p, &refusalError{http.StatusRequestEntityTooLarge, fmt.Sprintf(
			"This text has %d characters, the limit is %d. Shorten it, or attach it as a file.", n, MaxText)}
	}
	for _, id := range []string{in.Thread, in.Message} {
		if id == "" {
			continue
		}
		if at, found, err := c.find(ctx, id); err != nil {
			return p, err
		} else if !found || at.Room != in.Room {
			return p, errGone
		}
	}
	return p, nil
}

// postMessage takes what a person typed: a slash command goes to casebot only,
// everything else is posted first, whatever casebot makes of it.
func (c *Console) postMessage(r *http.Request, in spoken) (heard, error) {
	ctx := r.Context()
	p, err := c.check(ctx, in)
	if err != nil {
		return heard{}, err
	}
	files, err := c.attached(ctx, p, in.Files)
	if err != nil {
		return heard{}, err
	}
	if strings.TrimSpace(in.Text) == "" && len(files) == 0 {
		return heard{}, &refusalError{http.StatusBadRequest, "There is nothing to send yet."}
	}
	if group, rest, ok := slash(in.Text); ok {
		e := c.spokenEvent(p, in)
		e.Command, e.Files = &bot.Command{Group: group, Text: rest}, files
		return c.interact(ctx, e)
	}
	kept, err := c.put(ctx, post{
		ID: in.ID, Room: in.Room, Thread: in.Thread, Author: p.ID, Text: in.Text, Files: files,
	})
	if err != nil {
		return heard{}, fmt.Errorf("post message %s: %w", in.ID, err)
	}
	if kept.Author != p.ID || kept.Room != in.Room {
		return heard{}, &refusalError{http.StatusConflict, "Another message has that id."}
	}
	return c.listenTo(ctx, kept)
}

// postEdit changes a person's own message.
func (c *Console) postEdit(r *http.Request, in spoken) (heard, error) {
	ctx := r.Context()
	p, err := c.check(ctx, in)
	if err != nil {
		return heard{}, err
	}
	if strings.TrimSpace(in.Text) == "" {
		return heard{}, &refusalError{http.StatusBadRequest, "A message cannot be made empty."}
	}
	var no error
	edited, err := c.change(ctx, in.Message, func(m *post) bool {
		switch {
		case m.Author != p.ID:
			no = &refusalError{http.StatusForbidden, "Only its author can change a message."}
		case in.Edits == m.Edits && m.Text == in.Text: // sent again
		case in.Edits != m.Edits+1:
			no = &refusalError{http.StatusConflict, "The message was changed meanwhile. Look at it again."}
		default:
			m.Text, m.Edits, m.EditedAt = in.Text, in.Edits, c.now()
			return true
		}
		return false
	})
	if err := cmp.Or(no, err); err != nil {
		return heard{}, err
	}
	return c.listenTo(ctx, edited)
}

// listenTo tells casebot a post that is on the shelf. Where that fails the
// redelivery takes over.
func (c *Console) listenTo(ctx context.Context, p post) (heard, error) {
	var out heard
	if p.unheard() {
		answer, err := c.hear(ctx, p)
		if err != nil {
			c.log.WarnContext(ctx, "event not acknowledged, will retry", "event", Name+":"+p.ID, "err", err)
		}
		out.Answer, out.Failed = answer, err != nil
	}
	if e, ok := c.board.entry(p.ID); ok {
		v := e.view()
		out.Post = &v
	}
	return out, nil
}

// postPress is a button or a select: the same as typing its command.
func (c *Console) postPress(r *http.Request, in spoken) (heard, error) {
	p, err := c.check(r.Context(), in)
	if err != nil {
		return heard{}, err
	}
	e := c.spokenEvent(p, in)
	e.Command = command(in.Command)
	return c.interact(r.Context(), e)
}

// postForm is a form that was sent.
func (c *Console) postForm(r *http.Request, in spoken) (heard, error) {
	p, err := c.check(r.Context(), in)
	if err != nil {
		return heard{}, err
	}
	for name, value := range in.Args {
		if utf8.RuneCountInString(value) > MaxText {
			return heard{Answer: bot.Answer{Errors: map[string]string{
				name: fmt.Sprintf("At most %d characters fit here.", MaxText),
			}}}, nil
		}
	}
	e := c.spokenEvent(p, in)
	if e.Files, err = c.attached(r.Context(), p, in.Files); err != nil {
		return heard{}, err
	}
	e.Command = command(in.Command)
	e.Command.Args, e.Command.Form = in.Args, true
	return c.interact(r.Context(), e)
}

func (c *Console) spokenEvent(p Person, in spoken) bot.Event {
	now := c.now()
	return bot.Event{
		ID: Name + ":" + in.ID, Kind: bot.EventCommand, At: now, Seen: now,
		Actor: c.actor(p.ID), Origin: c.origin(in.Room, in.Thread, in.Message),
	}
}

// interact tells casebot what is not posted. It is not told again: whoever
// waits for the answer sees that it failed, and may press again.
func (c *Console) interact(ctx context.Context, e bot.Event) (heard, error) {
	answer, err := c.tell(ctx, e)
	if errors.Is(err, errDeaf) {
		return heard{}, errStarting
	}
	if err != nil {
		c.log.WarnContext(ctx, "interaction failed", "event", e.ID, "err", err)
		if answer.Private == nil {
			answer.Private = &bot.Message{
				Text: "Not saved: something went wrong on our side. Please try again in a moment.", Tone: bot.ToneWarn,
			}
		}
	}
	return heard{Answer: answer, Failed: err != nil}, nil
}
