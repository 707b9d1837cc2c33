package bot

import (
	"strings"

	"casebot/bot/intake"
)

// draftEvent decides on what is not a command.
func (t *turn) draftEvent() {
	if t.s.Draft == nil || t.s.Subscriber == nil {
		if t.e.Kind == EventMessage && !t.e.Edited && !t.e.Deleted {
			t.refuse("draft.gone")
		}
		return
	}
	d := t.s.Draft.clone()
	switch t.e.Kind {
	case EventMessage:
		t.draftMessage(d)
	case EventAlarm:
		t.draftAlarm(d)
	case EventDelivered:
		if r := t.e.Report; r != nil && r.Slot == slotRoot {
			d.Place.Thread, d.Root = r.Thread, r.Ref
			t.keepDraft(d)
		}
	case EventTold:
		t.draftTold(d)
	case EventUndeliverable:
		t.why("undeliverable")
		t.keepDraft(d)
	case EventCommand, EventJoined, EventRoom, EventAnswered, EventApplied:
	}
}

// unlink tells the closed case that a draft continued that it does so no more.
func (t *turn) unlink(d *Draft) {
	if key, ok := ParseCaseName(d.LinkedTo); ok {
		t.told(key, topicDropped, map[string]string{"draft": d.ID}, nil)
	}
}

// draftTold takes a further message on the closed case that the draft continues.
func (t *turn) draftTold(d *Draft) {
	if t.e.Topic != topicMessage {
		return
	}
	if !d.Case.Zero() {
		t.told(d.Case, topicMessage, t.e.Values, nil)
		t.keepDraft(d)
		return
	}
	d.attach(t.e.Files, t.env(d))
	var out intake.Outcome
	d.State, out = d.State.Take(t.e.Values["text"], t.env(d))
	t.touch(d)
	t.afterAnswer(d, out)
}

// draftMessage takes an answer. Only the author and authorized contacts answer.
func (t *turn) draftMessage(d *Draft) {
	own := t.e.Actor.Ref == d.Author.Ref
	if t.e.Actor.Bot || !d.Case.Zero() || t.e.Edited || t.e.Deleted || !own && !t.me.Authorized() && t.me.Staff == nil {
		return
	}
	if t.me.Staff != nil && !own {
		return
	}
	if d.Place.Thread == "" && t.e.Origin.Room == d.Place.Room {
		d.Place.Thread = t.e.Origin.Thread
	}
	env := t.env(d)
	text := t.mask(t.e.Text)
	out := d.attach(t.e.Files, env)
	if strings.TrimSpace(text) != "" {
		var said intake.Outcome
		d.State, said = d.State.Take(text, env)
		said.Understood = append(out.Understood, said.Understood...)
		said.Problems = append(out.Problems, said.Problems...)
		out = said
	}
	t.touch(d)
	t.afterAnswer(d, out)
}

func (t *turn) touch(d *Draft) {
	if t.at.After(d.LastAt) {
		d.LastAt = t.at
	}
	d.Reminded = false
	t.why("answered")
}

// afterAnswer goes on with the intake after a text, a button or a form.
func (t *turn) afterAnswer(d *Draft, out intake.Outcome) {
	v, env := t.draftVoice(d), t.env(d)
	switch out.Word {
	case intake.Cancel:
		t.cancelDraft(d)
		return
	case intake.Submit:
		t.submit(d)
		return
	case intake.Back, intake.Skip:
	}
	if was := t.s.Draft; was != nil && was.title(v) != d.title(v) {
		t.send(Delivery{Record: d.key(), Room: d.Place.Room, Slot: slotRoot, Ref: d.Root, Edit: true, Message: t.draftRoot(d)})
	}
	var before []Section
	if noted := d.State.Noted(out, v, env); noted != "" {
		before = append(before, Section{Text: noted})
	}
	for _, p := range out.Problems {
		before = append(before, Section{Text: p.Say(v)})
	}
	if out.Split {
		before = append(before, Section{Text: v.Say("draft.split")})
	}
	if out.Contradiction != nil {
		t.askAboutSeverity(d, out.Contradiction, v, before)
		t.keepDraft(d)
		return
	}
	t.offerAgain(d)
	if d.Offered && d.Author.Ref == t.e.Actor.Ref {
		before = append(before, Section{Text: v.Say("draft.noted_offered", "names", t.authorizedNames())})
	}
	t.askWith(d, v, env, before)
	t.keepDraft(d)
}

// draftAlarm reminds the author, then deletes what nobody went on with.
func (t *turn) draftAlarm(d *Draft) {
	v := t.draftVoice(d)
	switch {
	case !d.Case.Zero() || t.now.Before(d.nextLook()):
		t.keepDraft(d)
	case !d.Reminded && t.now.Before(d.LastAt.Add(draftKept)) || !d.Reminded && d.Offered && t.now.Before(d.LastAt.Add(offerKept)):
		d.Reminded = true
		m := Message{Text: v.Say("draft.reminder", "summary", d.title(v), "at", moment(v, d.nextLook(), t.env(d).Zone)), Controls: t.stepControls(d, v, d.State.Asked)}
		t.inDraft(d, m)
		t.why("reminded")
		t.keepDraft(d)
	default:
		t.inDraft(d, Message{Text: v.Say("draft.expired", "summary", d.title(v)), Tone: ToneQuiet})
		t.withdrawOffers(d, "draft.offer_gone", "")
		t.unlink(d)
		t.why("expired")
		t.told(t.personKey(d.Author.Ref), topicDropped, map[string]string{"draft": d.key().String(), "ref": d.Author.Ref}, nil)
		t.save(Write{Key: d.key()})
	}
}
