package slack

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// lateForm keeps a form open while its outcome is not known yet: Slack waits
// three seconds and would then tell its sender that it failed, though it may
// not have. What was typed is put back where it did.
func (v visit) lateForm(e bot.Event, d desk, o openForm, done <-chan settled) outcome {
	waiting := note(o.Form.Title, bot.Message{Text: "⏳"})
	return outcome{payload: slackapi.NewUpdateViewSubmissionResponse(&waiting), after: func() {
		r := <-done
		if errors.Is(r.err, bot.ErrDuplicate) {
			return
		}
		view := note(o.Form.Title, bot.Message{Text: "✅"})
		var notes []string
		switch {
		case r.err != nil && r.answer.Private != nil:
			notes = []string{r.answer.Private.Text}
		case r.err != nil:
			notes = []string{"…"}
		case len(r.answer.Errors) > 0:
			for _, f := range o.Form.Fields {
				if said := r.answer.Errors[f.Name]; said != "" {
					notes = append(notes, f.Label+": "+said)
				}
			}
			for name, said := range r.answer.Errors {
				if !slices.ContainsFunc(o.Form.Fields, func(f bot.FormField) bool { return f.Name == name }) {
					notes = append(notes, said)
				}
			}
		}
		next := r.answer.Form
		if len(notes) > 0 {
			again := o.filled(e.Command.Args)
			next = &again
		}
		var err error
		switch {
		case next != nil:
			view, err = v.s.remember(v.later, digest(e.ID), e, d, *next, notes...)
		case r.answer.Private != nil:
			view = note(o.Form.Title, *r.answer.Private)
		}
		if err == nil {
			err = v.s.redrawForm(v.later, d, view)
		}
		if err != nil {
			v.s.log.WarnContext(v.later, "form not brought up to date", "event", e.ID, "err", err)
			d.trigger = ""
			v.s.reply(v.later, e, d, r.answer)
		}
	}}
}

// settleIn is how long an acknowledgement over the socket is given to arrive: it
// and a call of the Web API take different ways, and where the one that draws
// the hourglass comes second it stays.
const settleIn = 400 * time.Millisecond

// redrawForm changes a form that an acknowledgement has just drawn.
func (s *workspace) redrawForm(ctx context.Context, d desk, view slackapi.ModalViewRequest) error {
	if !sleep(ctx, settleIn) {
		return ctx.Err()
	}
	return s.call(ctx, "views.update", func() error {
		_, err := s.api.UpdateViewContext(ctx, view, "", "", d.view)
		return err
	})
}

// inAck keeps an acknowledgement small enough: a form that is too large for it
// comes a moment later.
func (v visit) inAck(out outcome, d desk, title string) outcome {
	r, ok := out.payload.(*slackapi.ViewSubmissionResponse)
	if !ok || r.View == nil {
		return out
	}
	if body, err := json.Marshal(r); err == nil && len(body) <= maxAck {
		return out
	}
	waiting := note(title, bot.Message{Text: "⏳"})
	return outcome{payload: slackapi.NewUpdateViewSubmissionResponse(&waiting), after: func() {
		if err := v.s.redrawForm(v.later, d, *r.View); err != nil {
			v.s.log.WarnContext(v.later, "form not drawn", "err", err)
		}
		if out.after != nil {
			out.after()
		}
	}}
}

// note is a form that only says something.
func note(title string, m bot.Message) slackapi.ModalViewRequest {
	d := drawing{look: look{surface: onView, author: true}, aliases: map[string]string{}}
	m.Controls = nil // what they do, the message in the channel says
	view := slackapi.ModalViewRequest{Type: slackapi.VTModal, CallbackID: formCallback, Title: plainText(oneLine(title), maxTitle)}
	view.Blocks.BlockSet = append(d.head(m, nil), append(d.body(m, nil), d.tail(m)...)...)
	return view
}

// firstError tells the sender of a form what is wrong with all of it, at its
// first field: what they typed stays there.
func (s *Slack) firstError(i interaction, key string) any {
	for block := range i.View.State.Values {
		if strings.HasPrefix(block, i.View.PrivateMetadata+":") {
			return slackapi.NewErrorsViewSubmissionResponse(map[string]string{block: s.cfg.Say(key)})
		}
	}
	said := note("casebot", bot.Message{Text: s.cfg.Say(key), Tone: bot.ToneWarn}) // a page without fields
	return slackapi.NewUpdateViewSubmissionResponse(&said)
}
