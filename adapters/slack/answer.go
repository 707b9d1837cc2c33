package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
	"casebot/policy"
)

// maxAck is how many bytes an acknowledgement over the socket may have: Slack
// drops one of 20 KB silently (docs.slack.dev/apis/events-api/using-socket-mode).
const maxAck = 15_000

// reply says an answer to whoever waits at a desk. It is best effort: whoever
// misses it asks again.
func (s *workspace) reply(ctx context.Context, e bot.Event, d desk, a bot.Answer) {
	if a.Form != nil && d.trigger != "" {
		err := s.open(ctx, e, d, *a.Form)
		if err == nil {
			return
		}
		s.log.WarnContext(ctx, "form not opened", "event", e.ID, "err", err)
	}
	m := a.Private
	if a.Form != nil {
		var err error
		if m, err = s.again(ctx, e, d, a); err != nil {
			s.log.WarnContext(ctx, "command not remembered", "event", e.ID, "err", err)
			return
		}
	}
	if m == nil {
		return
	}
	if err := s.whisper(ctx, d, *m); err != nil {
		s.log.WarnContext(ctx, "answer not delivered", "event", e.ID, "err", err)
	}
}

// remembered is a command that is more than the line of a control.
type remembered struct {
	Line  string            `json:"line"`
	Args  map[string]string `json:"args,omitempty"`
	Files []bot.File        `json:"files,omitempty"`
}

// masked is a text as it may be kept: without secrets (SUPPORT, Intake).
func masked(text string) string {
	text, _ = policy.Mask(text)
	return text
}

// again is what stands for a form that cannot be opened from here: its button
// can open it.
func (s *workspace) again(ctx context.Context, e bot.Event, d desk, a bot.Answer) (*bot.Message, error) {
	m := bot.Message{Text: a.Form.Title}
	if a.Private != nil {
		m = *a.Private
	}
	line := d.line
	if line == "" || e.Command != nil && e.Command.Aside { // the button may stand elsewhere than the message
		line = a.Form.Command
	}
	if e.Command != nil && !e.Command.Form && len(e.Command.Args)+len(e.Files) > 0 || length(line) > maxOptionValue {
		r := remembered{Line: masked(line), Args: map[string]string{}, Files: e.Files}
		if e.Command != nil {
			for name, value := range e.Command.Args {
				r.Args[name] = masked(value)
			}
		}
		body, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("encode command: %w", err)
		}
		line = aliasMark + digest(e.ID)
		if err := s.memory.Set(ctx, keepForm, map[string]string{line: string(body)}); err != nil {
			return nil, fmt.Errorf("remember command: %w", err)
		}
	}
	m.Controls = append(slices.Clip(m.Controls), bot.Control{
		Kind: bot.ControlButton, Label: a.Form.Title, Command: line, Style: bot.StylePrimary,
	})
	return &m, nil
}

// recall is what a control's value stands for.
func (s *Slack) recall(ctx context.Context, value string) (r remembered, err error) {
	if !strings.HasPrefix(value, aliasMark) {
		return remembered{Line: value}, nil
	}
	known, err := s.memory.Get(ctx, value)
	switch {
	case err != nil:
		return r, fmt.Errorf("remember control: %w", err)
	case known[0] == "":
		return r, errForgotten
	case !strings.HasPrefix(known[0], "{"):
		return remembered{Line: known[0]}, nil
	}
	if err := json.Unmarshal([]byte(known[0]), &r); err != nil {
		return r, fmt.Errorf("decode control: %w", err)
	}
	return r, nil
}

// private draws a message for one person's eyes.
func (s *workspace) private(ctx context.Context, m bot.Message) ([]page, error) {
	r := render(m, look{author: true})
	for _, p := range r.Pages {
		if err := checkBlocks(p.Blocks, maxBlocks); err != nil {
			return nil, fmt.Errorf("render answer: %w", err)
		}
	}
	if len(r.Aliases) > 0 {
		if err := s.memory.Set(ctx, keepLong, r.Aliases); err != nil {
			return nil, fmt.Errorf("remember commands: %w", err)
		}
	}
	return r.Pages, nil
}

// whisper says something to one person: where they asked, and where that is not
// possible in their direct messages.
func (s *workspace) whisper(ctx context.Context, d desk, m bot.Message) error {
	pages, err := s.private(ctx, m)
	if err != nil {
		return err
	}
	for _, p := range pages {
		if err := s.whisperPage(ctx, d, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *workspace) whisperPage(ctx context.Context, d desk, p page) error {
	direct := d.channel == "" || strings.HasPrefix(d.channel, "D")
	var failed []error
	// A response URL answers on the channel's surface, so in a thread it is second.
	if d.respond != "" && d.thread == "" {
		err := s.respond(ctx, d, p)
		if err == nil {
			return nil
		}
		failed = append(failed, err)
	}
	if !direct {
		options := shown(p)
		if d.thread != "" {
			options = append(options, slackapi.MsgOptionTS(d.thread))
		}
		err := s.call(ctx, "chat.postEphemeral", func() error {
			_, err := s.api.PostEphemeralContext(ctx, d.channel, d.user, options...)
			return err
		})
		if err == nil {
			return nil
		}
		failed = append(failed, fmt.Errorf("whisper in %s: %w", d.channel, detail(err)))
	}
	if d.respond != "" && d.thread != "" {
		err := s.respond(ctx, d, p)
		if err == nil {
			return nil
		}
		failed = append(failed, err)
	}
	channel, err := s.channel(ctx, s.directRef(d.user))
	if err == nil {
		var ts string
		options := shown(p)
		if direct && d.thread != "" {
			options = append(options, slackapi.MsgOptionTS(d.thread))
		}
		err = s.call(ctx, "chat.postMessage "+channel, func() (err error) {
			_, ts, err = s.api.PostMessageContext(ctx, channel, options...)
			return err
		})
		if err == nil { // a reply to it is for nobody's record
			err = s.memory.Set(ctx, keepPost, map[string]string{plainName(channel, ts): "1"})
		}
	}
	if err == nil {
		return nil
	}
	return errors.Join(append(failed, fmt.Errorf("write to %s: %w", d.user, detail(err)))...)
}

// respond uses a response URL: five times, for half an hour.
func (s *workspace) respond(ctx context.Context, d desk, p page) error {
	m := ephemeral(p)
	m.ThreadTimestamp = d.thread
	if err := slackapi.PostWebhookCustomHTTPContext(ctx, d.respond, s.http, m); err != nil {
		if hidden, ok := errors.AsType[*url.Error](err); ok { // whoever has the address may answer
			err = hidden.Err
		}
		return fmt.Errorf("use the response url: %w", err)
	}
	return nil
}

func ephemeral(p page) *slackapi.WebhookMessage {
	return &slackapi.WebhookMessage{
		ResponseType: slackapi.ResponseTypeEphemeral, Text: p.Text, Blocks: &slackapi.Blocks{BlockSet: p.Blocks},
		ReplaceOriginal: false, UnfurlLinks: new(bool), UnfurlMedia: new(bool),
	}
}

// acked is what an acknowledgement of a slash command says, nil where it says
// nothing or has no room for it.
func (s *workspace) acked(ctx context.Context, d desk, a bot.Answer) (payload json.RawMessage, rest bot.Answer) {
	if !d.slash || a.Private == nil || a.Form != nil {
		return nil, a
	}
	pages, err := s.private(ctx, *a.Private)
	if err != nil || len(pages) != 1 {
		return nil, a
	}
	body, err := json.Marshal(ephemeral(pages[0]))
	if err != nil || len(body) > maxAck {
		return nil, a
	}
	a.Private = nil
	return body, a
}

// formAnswer is what the acknowledgement of a form that was sent says: errors
// at their fields, the next form, or that it is done.
func (s *workspace) formAnswer(ctx context.Context, e bot.Event, d desk, o openForm, id string, a bot.Answer, err error) (any, bot.Answer) {
	switch {
	case err != nil:
		said := ""
		if a.Private != nil {
			said = a.Private.Text
		}
		if len(o.Form.Fields) == 0 { // there is no field to say it at
			said := note(o.Form.Title, bot.Message{Text: cmp.Or(said, "…"), Tone: bot.ToneWarn})
			return slackapi.NewUpdateViewSubmissionResponse(&said), bot.Answer{}
		}
		return slackapi.NewErrorsViewSubmissionResponse(o.errorsOf(id, nil, cmp.Or(said, "…"))), bot.Answer{}
	case len(a.Errors) > 0:
		return slackapi.NewErrorsViewSubmissionResponse(o.errorsOf(id, a.Errors, "")), bot.Answer{}
	case a.Form != nil:
		v, err := s.remember(ctx, digest(e.ID), e, d, *a.Form)
		if err == nil {
			return slackapi.NewUpdateViewSubmissionResponse(&v), bot.Answer{}
		}
		s.log.WarnContext(ctx, "form not drawn", "event", e.ID, "err", err)
		return nil, a
	default:
		return nil, a
	}
}
