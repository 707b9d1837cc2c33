package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"casebot/bot"
)

// visit is one envelope being taken.
type visit struct {
	s       *workspace
	ctx     context.Context //nolint:containedctx // it lives until the commit, or as long as that may take
	later   context.Context //nolint:containedctx // for what follows: each call has its own limit
	arrived time.Time
	self    Self
	handle  bot.Handle
	end     func()
}

// event takes what the Events API sent.
func (v visit) event(payload []byte) (outcome, error) {
	var env envelope
	if err := json.Unmarshal(payload, &env); err != nil {
		return outcome{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if env.Type == "app_rate_limited" {
		v.s.refused("app_rate_limited", "ignored")
		v.s.log.ErrorContext(v.ctx, "slack holds events back: more than 30,000 in an hour")
		return outcome{why: "noted"}, nil
	}
	if len(env.Event) == 0 {
		return outcome{}, fmt.Errorf("%w: no event in a payload of type %q", errMalformed, env.Type)
	}
	e, why, err := v.s.hear(v.ctx, v.self, env)
	return v.settle(e, why, err)
}

// takeMessage takes a message that was read, not told.
func (s *workspace) takeMessage(ctx context.Context, self Self, in inner) error {
	handle, done, ok := s.hold()
	if !ok {
		return errDeaf
	}
	defer done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleLimit)
	defer cancel()
	e, why, err := s.hearMessage(ctx, self, in)
	out, err := visit{s: s, ctx: ctx, later: context.WithoutCancel(ctx), self: self, handle: handle}.settle(e, why, err)
	if err == nil && out.after != nil {
		out.after()
	}
	return err
}

// settle takes an event to its commit, and says what follows.
func (v visit) settle(e bot.Event, why ignored, err error) (outcome, error) {
	switch {
	case err != nil:
		return outcome{}, err
	case why != "":
		v.s.log.DebugContext(v.ctx, "event ignored", "why", string(why))
		return outcome{why: why}, nil
	}
	answer, err := v.handle(v.ctx, e)
	switch {
	case errors.Is(err, bot.ErrDuplicate):
		return outcome{}, nil
	case err != nil:
		return outcome{}, err
	case answer.Private == nil && answer.Form == nil:
		return outcome{}, nil
	case isHome(e):
		return outcome{after: func() { v.s.publish(v.later, e, answer) }}, nil
	}
	d := desk{user: idIn(e.Actor.Ref), thread: e.Origin.Thread, mentions: true}
	if e.Command != nil {
		d.line = cmp.Or(e.Command.Group, bot.GroupCase) + " " + e.Command.Text
	}
	if !isDirect(e.Origin.Room) {
		d.channel = idIn(e.Origin.Room)
	}
	if e.Origin.Message == d.thread { // said of the thread's first message, which stands on the surface
		d.thread = ""
	}
	return outcome{after: func() { v.s.reply(v.later, e, d, answer) }}, nil
}

// slash takes a slash command.
func (v visit) slash(payload []byte) (outcome, error) {
	var c slash
	if err := json.Unmarshal(payload, &c); err != nil {
		return outcome{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	e, d, err := v.s.hearSlash(v.ctx, v.self, c)
	if err != nil {
		return outcome{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return v.interact(e, d), nil
}

// interaction takes a press, a form or a shortcut.
func (v visit) interaction(payload []byte) (outcome, error) {
	var i interaction
	if err := json.Unmarshal(payload, &i); err != nil {
		return outcome{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	switch i.Type {
	case "block_actions":
		e, d, why, err := v.s.hearPress(v.ctx, v.self, i)
		switch {
		case errors.Is(err, errNoUser):
			return outcome{}, fmt.Errorf("%w: %w", errMalformed, err)
		case errors.Is(err, errForgotten):
			m := bot.Message{Text: v.s.cfg.Say(SayForgotten), Tone: bot.ToneWarn}
			return outcome{after: func() { v.s.reply(v.later, e, d, bot.Answer{Private: &m}) }}, nil
		case err != nil:
			return v.failed(e, d, err), nil
		case why != "":
			return outcome{why: why}, nil
		}
		out := v.interact(e, d)
		if i.Container.Type == "view" && i.View != nil && i.View.Type == "home" {
			return v.thenHome(out, d.user, e), nil
		}
		return out, nil
	case "view_submission":
		return v.form(i)
	case "message_action":
		e, d, why, err := v.s.hearShortcut(v.ctx, v.self, i)
		if err != nil {
			return outcome{}, fmt.Errorf("%w: %w", errMalformed, err)
		}
		if why != "" {
			return outcome{why: why}, nil
		}
		return v.interact(e, d), nil
	default:
		return outcome{why: ignored("no use for interactions of type " + i.Type)}, nil
	}
}

// settled is what became of an event.
type settled struct {
	answer bot.Answer
	err    error
}

// begin takes an event to its commit in the background.
func (v visit) begin(e bot.Event) <-chan settled {
	done := make(chan settled, 1)
	go func() {
		r := settled{err: errPanic}
		defer func() {
			if errors.Is(r.err, errPanic) || r.err != nil && r.answer.Private == nil {
				r.answer = bot.Answer{Private: v.s.notSaved()}
			}
			done <- r
		}()
		v.s.guard(v.ctx, "interaction", func() { r.answer, r.err = v.handle(v.ctx, e) })
	}()
	return done
}

var errPanic = errors.New("panic while it was handled")

// notSaved is what somebody is told whose deed came to nothing for reasons of
// ours.
func (s *Slack) notSaved() *bot.Message {
	return &bot.Message{Text: s.cfg.Say(SayNotSaved), Tone: bot.ToneWarn}
}

// wait waits for what Slack allows from an envelope's arrival on; ok tells
// whether it came.
func (v visit) wait(done <-chan settled) (r settled, ok bool) {
	timer := time.NewTimer(v.s.cfg.Defer - v.s.now().Sub(v.arrived))
	defer timer.Stop()
	select {
	case r := <-done:
		return r, true
	case <-timer.C:
		return settled{}, false
	}
}

// interact takes a command that somebody waits for.
func (v visit) interact(e bot.Event, d desk) outcome {
	done := v.begin(e)
	r, ok := v.wait(done)
	if !ok { // acknowledged empty; the answer comes by the response URL
		return outcome{after: func() { v.say(e, d, <-done) }}
	}
	if errors.Is(r.err, bot.ErrDuplicate) {
		return outcome{}
	}
	payload, rest := v.s.acked(v.later, d, r.answer)
	out := outcome{}
	if payload != nil {
		out.payload = payload
	}
	if rest.Private != nil || rest.Form != nil {
		out.after = func() { v.say(e, d, settled{rest, r.err}) }
	}
	return out
}

// say answers an interaction, also that it failed.
func (v visit) say(e bot.Event, d desk, r settled) {
	if errors.Is(r.err, bot.ErrDuplicate) {
		return
	}
	if r.err != nil {
		v.s.log.WarnContext(v.ctx, "interaction failed", "event", e.ID, "err", r.err)
	}
	v.s.reply(v.later, e, d, r.answer)
}

// failed tells whoever waits that nothing was done.
func (v visit) failed(e bot.Event, d desk, err error) outcome {
	v.s.log.WarnContext(v.ctx, "interaction not taken", "err", err)
	return outcome{after: func() { v.s.reply(v.later, e, d, bot.Answer{Private: v.s.notSaved()}) }}
}

// form takes a form that was sent.
func (v visit) form(i interaction) (outcome, error) {
	if i.View == nil || i.View.CallbackID != formCallback {
		return outcome{why: "not our form"}, nil
	}
	e, d, o, err := v.s.hearForm(v.ctx, v.self, i)
	switch {
	case errors.Is(err, errExpired):
		return outcome{payload: v.s.firstError(i, SayExpired)}, nil
	case errors.Is(err, errNoUser):
		return outcome{}, fmt.Errorf("%w: %w", errMalformed, err)
	case err != nil:
		v.s.log.WarnContext(v.ctx, "form not taken", "err", err)
		return outcome{payload: v.s.firstError(i, SayNotSaved)}, nil
	}
	done := v.begin(e)
	r, ok := v.wait(done)
	if !ok {
		return v.lateForm(e, d, o, done), nil
	}
	if errors.Is(r.err, bot.ErrDuplicate) {
		return outcome{}, nil
	}
	payload, rest := v.s.formAnswer(v.later, e, d, o, i.View.PrivateMetadata, r.answer, r.err)
	out := outcome{payload: payload}
	if rest.Private != nil || rest.Form != nil {
		d.trigger = "" // the form's closing has used it
		out.after = func() { v.s.reply(v.later, e, d, rest) }
	}
	return v.inAck(out, d, o.Form.Title), nil
}
