package bot

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"casebot/bot/intake"
	"casebot/bot/texts"
	"casebot/policy"
)

// draftStep decides on a button of an intake.
func (t *turn) draftStep() {
	call := t.s.Call
	if t.s.Draft == nil {
		t.refuse("draft.gone")
		return
	}
	d := t.s.Draft.clone()
	own := t.e.Actor.Ref == d.Author.Ref
	switch {
	case !d.Case.Zero():
		t.tell("draft.submitted_already", "id", Case{Subscriber: d.Case.Owner, Number: numberOf(d.Case)}.Key())
		return
	case !own && !t.me.Authorized() && t.me.Staff == nil:
		t.refuse("draft.not_yours", "names", t.authorizedNames())
		return
	}
	env := t.env(d)
	value := call.Args["value"]
	switch call.Args["step"] {
	case "form":
		if t.e.Command.Form {
			t.fillDraft(d, env)
			return
		}
		t.out.Answer.Form = t.intakeForm(d.State, env, "case draft "+d.ID+" form", t.voice().Say("form.new"))
		return
	case "answer":
		field, answer, _ := strings.Cut(value, "=")
		var out intake.Outcome
		d.State, out = d.State.Fill(map[string]string{field: answer}, env)
		if d.State.Asked == intake.Field(field) {
			d.State = d.State.Ask("")
		}
		t.touch(d)
		t.afterAnswer(d, out)
	case "back", "skip", "cancel":
		var out intake.Outcome
		d.State, out = d.State.Take(call.Args["step"], intake.Env{Lang: texts.Default, Zone: env.Zone, Now: env.Now, Instances: env.Instances})
		t.touch(d)
		t.afterAnswer(d, out)
	case "submit":
		if value != "" { // by a contact who names the severity (T46)
			d.State, _ = d.State.Fill(map[string]string{string(intake.Severity): value}, env)
			d.State.Warned = true
		}
		t.submit(d)
	default:
		t.refuse("draft.gone")
	}
}

// intakeForm is the intake as a form.
func (t *turn) intakeForm(s intake.State, env intake.Env, command, title string) *Form {
	v := t.voice()
	f := &Form{Title: clip(title, MaxFormTitle), Command: command, Submit: v.Say("button.save")}
	for _, spec := range s.Form(v, env) {
		field := FormField{Name: spec.Name, Label: spec.Label, Hint: spec.Hint, Kind: FieldKind(spec.Kind), Value: spec.Value, Required: spec.Required, Max: spec.Max}
		for _, o := range spec.Options {
			if o.Detail != "" {
				f.Intro = append(f.Intro, Section{Text: o.Detail, Markup: true})
			}
			field.Options = append(field.Options, Option{Label: o.Label, Value: o.Value})
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

// fieldErrors says a form's mistakes, by field.
func fieldErrors(out intake.Outcome, v texts.Voice) map[string]string {
	if len(out.Problems) == 0 {
		return nil
	}
	errs := map[string]string{}
	for _, p := range out.Problems {
		errs[string(p.Field)] = p.Say(v)
	}
	return errs
}

// fillDraft takes a draft's form.
func (t *turn) fillDraft(d *Draft, env intake.Env) {
	var out intake.Outcome
	d.State, out = d.State.Fill(t.maskAll(t.e.Command.Args), env)
	if errs := fieldErrors(out, t.voice()); errs != nil {
		t.out.Answer.Errors = errs
		return
	}
	d.addFiles(t.e.Files)
	d.State, _ = d.State.Attach(attachments(t.e.Files), env)
	d.State = d.State.Ask("")
	t.touch(d)
	t.afterAnswer(d, out)
}

func (t *turn) maskAll(args map[string]string) map[string]string {
	out := maps.Clone(args)
	for name, value := range out {
		out[name] = t.mask(value)
	}
	return out
}

// beginByForm begins a draft from a form and, where that is enough, submits it
// in the same breath.
func (t *turn) beginByForm(d *Draft) {
	env := t.env(d)
	var out intake.Outcome
	d.State, out = d.State.Fill(t.maskAll(t.e.Command.Args), env)
	if errs := fieldErrors(out, t.voice()); errs != nil {
		t.out.Answer.Errors = errs
		return
	}
	d.addFiles(t.e.Files)
	d.State, _ = d.State.Attach(attachments(t.e.Files), env)
	if !t.me.Authorized() {
		d.Place = Place{Room: direct([]string{t.e.Actor.Ref})}
		t.handOver(d)
		t.openDraft(d)
		return
	}
	d.Place = Place{Room: d.Home}
	t.openDraft(d)
	t.tell("draft.begun", "summary", d.title(t.voice()))
}

// cancelDraft ends an intake at its author's wish.
func (t *turn) cancelDraft(d *Draft) {
	v := t.draftVoice(d)
	t.inDraft(d, Message{Text: v.Say("draft.cancelled", "who", t.me.Name), Tone: ToneQuiet})
	t.withdrawOffers(d, "draft.offer_gone", "")
	t.unlink(d)
	t.tell("draft.cancelled_you")
	t.tellPerson(topicDropped, d.key())
	t.why("cancelled")
	t.save(Write{Key: d.key()})
}

// handOver keeps the draft of somebody who may not submit, tells them
// privately by whom it can be, and puts it before those contacts (T46).
func (t *turn) handOver(d *Draft) {
	d.Offered = true
	v := t.voice()
	text := v.Say("not_contact", "names", t.authorizedNames())
	switch {
	case len(t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber)))) == 0:
		text = v.Say("draft.nobody_to_submit")
	case t.me.Contact != nil:
		text = v.Say("lack."+string(t.me.Lack), "names", t.authorizedNames()) + " " + v.Say("draft.kept_short")
	}
	m := Message{Text: text, Tone: ToneWarn, Controls: []Control{
		{Kind: ControlButton, Label: v.Say("button.details"), Command: "case draft " + d.ID + " form"},
		{Kind: ControlButton, Label: v.Say("button.discard"), Command: "case draft " + d.ID + " cancel"},
	}}
	t.private(m)
	t.why("handed to the contacts", "by", t.me.Key())
	t.offerAgain(d)
	if len(t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber)))) == 0 {
		t.notice(t.r.Triage, 1, Message{Tone: ToneWarn, Text: t.staffVoice().Say("draft.no_contact", "subscriber", t.s.Subscriber.Name, "who", d.Author.Name, "summary", d.title(t.staffVoice()))})
	}
}

// offerAgain shows every authorized contact the draft as it is now, with what
// is missing and one press to submit it.
func (t *turn) offerAgain(d *Draft) {
	if !d.Offered {
		return
	}
	for _, c := range t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber))) {
		lang := c.Language
		if lang == "" {
			lang = t.s.Subscriber.Language
		}
		room := direct(refs(c, platformOf(d.Home)))
		if room == "" {
			continue
		}
		t.send(Delivery{Record: d.key(), Room: room, Slot: offerSlot + c.Key, Edit: true, Message: t.offer(d, t.r.Texts.In(lang))})
	}
}

func (t *turn) offer(d *Draft, v texts.Voice) Message {
	env := t.env(d)
	text := v.Say("offer.text", "who", d.Author.Name, "summary", d.title(v))
	m := Message{Title: d.title(v), Text: text, Sections: []Section{{Text: text}}}
	m.Sections = append(m.Sections, answerSections(d.State, v, env)...)
	if missing := d.State.Missing(env); len(missing) > 0 {
		m.Sections = append(m.Sections, Section{Text: v.Say("offer.missing", "list", intake.Labels(missing, v))})
	}
	for _, s := range policy.Severities() {
		m.Sections = append(m.Sections, Section{Text: v.Say("sev" + s.String()), Markup: true})
		m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say("button.submit_as", "severity", s), Command: fmt.Sprintf("case draft %s submit %s", d.ID, s), Style: StylePrimary})
	}
	m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say("button.edit"), Command: "case draft " + d.ID + " form"})
	return m
}

// withdrawOffers takes the buttons away from what the contacts were shown.
func (t *turn) withdrawOffers(d *Draft, key, id string) {
	if !d.Offered {
		return
	}
	for _, c := range t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber))) {
		lang := c.Language
		if lang == "" {
			lang = t.s.Subscriber.Language
		}
		if room := direct(refs(c, platformOf(d.Home))); room != "" {
			v := t.r.Texts.In(lang)
			t.send(Delivery{Record: d.key(), Room: room, Slot: offerSlot + c.Key, Edit: true, Message: Message{Text: v.Say(key, "id", id, "who", t.me.Name, "summary", d.title(v)), Tone: ToneQuiet}})
		}
	}
}

// submit makes a case of a draft (T1, T25, T43).
func (t *turn) submit(d *Draft) {
	v, env := t.draftVoice(d), t.env(d)
	if !t.me.Authorized() {
		if !d.Offered {
			t.handOver(d)
			t.send(Delivery{Record: d.key(), Room: d.Place.Room, Slot: slotRoot, Edit: true, Message: t.draftRoot(d)})
		} else {
			t.refuse("not_contact", "names", t.authorizedNames())
		}
		t.keepDraft(d)
		return
	}
	if t.paused() {
		return
	}
	state, sub := d.State.Submit(env)
	d.State = state
	switch {
	case sub.Warn:
		text := v.Say("missing", "list", intake.Labels(sub.Missing, v))
		t.inDraft(d, Message{Text: text, Tone: ToneWarn, Controls: []Control{
			{Kind: ControlButton, Label: v.Say("button.submit_anyway"), Command: "case draft " + d.ID + " submit", Style: StylePrimary},
			{Kind: ControlButton, Label: v.Say("button.add"), Command: "case draft " + d.ID + " form"},
		}})
		t.keepDraft(d)
		return
	case !sub.OK:
		d.State = d.State.Ask("")
		t.tell("draft.not_ready", "list", intake.Labels(sub.Missing, t.voice()))
		t.askNext(d, "draft.not_ready", "list", intake.Labels(sub.Missing, v))
		t.keepDraft(d)
		return
	case !t.mayOpen(sub.Severity):
		t.refuse("restricted", "severity", sub.Severity)
		t.why("refused by standing", "severity", sub.Severity.String())
		d.State.Submitted = false
		t.keepDraft(d)
		return
	}
	received := t.at
	if d.LastAt.Sub(t.at) > staleSubmit {
		received = t.now
	}
	c := t.open(d, sub.Severity, received)
	c.Contact = t.me.Contact.Key
	if sub.NeedsDetail {
		c.NeedsDetail = sub.Missing
	}
	if !d.Offered && d.Place.Room == d.Home {
		c.Customer, c.CardRef = d.Place, d.Root
		if c.Customer.Thread == "" && t.e.Origin.Room == d.Place.Room {
			c.Customer.Thread = t.e.Origin.Thread
		}
	}
	t.opened(c, d, v)
	id := c.Key()
	t.withdrawOffers(d, "offer.submitted", id)
	if c.Customer.Room != d.Place.Room {
		t.inDraft(d, Message{Text: v.Say("draft.submitted", "id", id, "who", t.me.Name), Tone: ToneGood})
	}
	t.tell("draft.submitted", "id", id, "who", t.me.Name)
}

// mayOpen tells whether the subscriber's standing lets a case of that severity
// in. What was confirmed before a suspension began counts (T33).
func (t *turn) mayOpen(s policy.Severity) bool {
	standing := t.s.Subscriber.Standing
	if standing.Effects().Paused {
		return !t.clocks().Paused(t.at)
	}
	return standing.MayOpen(s)
}

// open makes the case: a number from the counter, the answers, the first cycle.
func (t *turn) open(d *Draft, severity policy.Severity, received time.Time) *Case {
	counter := Counter{V: bodyVersion}
	if t.s.Counter != nil {
		counter = *t.s.Counter
	}
	counter.Last++
	t.save(Write{Key: CounterKey(d.Subscriber), Record: &counter})
	c := &Case{
		V: bodyVersion, Subscriber: d.Subscriber, Number: counter.Last, Instance: d.State.Answers[intake.Instance],
		Summary: d.State.Answers[intake.Summary], Answers: maps.Clone(d.State.Answers), Severity: severity,
		State: StateNew, ReceivedAt: received, ContactAt: received,
		Customer: Place{Room: d.Home}, Triage: Place{Room: t.r.Triage},
	}
	delete(c.Answers, intake.Summary)
	delete(c.Answers, intake.Severity)
	c.Package = t.r.packageOf(t.s.Subscriber, c.Instance, received).Key
	if d.LinkedTo != "" {
		c.Links = []string{d.LinkedTo}
	}
	return c
}

// opened posts a new case on both sides and settles its draft.
func (t *turn) opened(c *Case, d *Draft, v texts.Voice) {
	t.s.Case = c
	t.startCycle(c, c.ReceivedAt)
	key := CaseKey(c.Subscriber, c.Number)
	d.Case, d.State = key, intake.State{}
	t.why("submitted", "case", c.Key(), "severity", c.Severity.String())
	t.keep(c)
	if c.Customer.Thread != "" {
		t.send(Delivery{Record: key, Bind: []string{threadName(c.Customer.Room, c.Customer.Thread)}, To: key})
	}
	t.toCustomer(c, t.acknowledgement(c, t.customerVoice()))
	if len(d.Files) > 0 {
		t.toTriage(c, Message{Text: t.staffVoice().Say("triage.files", "id", c.Key(), "who", d.Author.Name), Files: d.Files, Author: &Author{Name: d.Author.Name}})
	}
	t.afterNumber(c, v)
	t.told(t.personKey(d.Author.Ref), topicDropped, map[string]string{"draft": d.key().String(), "ref": d.Author.Ref}, nil)
	t.keepDraft(d)
}

// acknowledgement is the automatic note with the promise; it is no response (T14).
func (t *turn) acknowledgement(c *Case, v texts.Voice) Message {
	zone := t.r.zoneOf(t.s.Subscriber)
	y := c.Cycles[0]
	m := Message{Tone: ToneGood}
	if region, ok := t.r.Regions[t.s.Subscriber.Location]; ok && region.PolicyURL != "" {
		m.Small = v.Say("japan", "url", region.PolicyURL)
		m.Controls = []Control{{Kind: ControlLink, Label: v.Say("button.policy"), URL: region.PolicyURL}}
	}
	if c.Courtesy {
		m.Text = v.Say("ack_courtesy", "id", c.Key(), "t", v.Time(c.ReceivedAt, zone))
		return m
	}
	if y.Target.None() || y.Due.IsZero() {
		m.Text = v.Say("ack_none", "id", c.Key(), "t", v.Time(c.ReceivedAt, zone))
		return m
	}
	m.Text = v.Say("ack", "id", c.Key(), "s", c.Severity, "t", v.Time(c.ReceivedAt, zone), "due", v.Time(y.Due, zone), "zone", zone)
	m.Sections = []Section{{Text: m.Text}, {Fields: []Field{{Label: v.Say("field.first_due"), Value: moment(v, y.Due, zone), Time: y.Due}}}}
	return m
}

// afterNumber asks for the rest, where the case went out without it (T1).
func (t *turn) afterNumber(c *Case, v texts.Voice) {
	s := intake.State{Answers: c.Answers, Submitted: true}
	s.Answers = maps.Clone(c.Answers)
	s.Answers[intake.Severity] = c.Severity.String()
	s.Answers[intake.Summary] = c.Summary
	missing := s.Missing(intake.Env{Lang: v.Lang(), Zone: t.r.zoneOf(t.s.Subscriber), Now: t.now})
	if len(missing) == 0 {
		return
	}
	v = t.customerVoice()
	t.toCustomer(c, Message{
		Text:     v.Say("case.add_details", "id", c.Key(), "list", intake.Labels(missing, v)),
		Controls: []Control{{Kind: ControlButton, Label: v.Say("button.details"), Command: "case details " + c.Key()}},
	})
}

// doDetails takes what was asked after the submission.
func (t *turn) doDetails(c *Case) bool {
	s := intake.State{Answers: maps.Clone(c.Answers), Submitted: true}
	if s.Answers == nil {
		s.Answers = intake.Answers{}
	}
	s.Answers[intake.Severity], s.Answers[intake.Summary] = c.Severity.String(), c.Summary
	env := intake.Env{Lang: t.voice().Lang(), Zone: t.r.zoneOf(t.s.Subscriber), Now: t.now}
	for _, i := range t.s.Subscriber.Instances {
		env.Instances = append(env.Instances, i.Key)
	}
	if !t.e.Command.Form {
		t.out.Answer.Form = t.intakeForm(s, env, "case details "+c.Key(), t.voice().Say("form.details"))
		return false
	}
	args := t.maskAll(t.e.Command.Args)
	delete(args, string(intake.Severity)) // changed in coordination only (T26)
	before := maps.Clone(s.Answers)
	s, out := s.Fill(args, env)
	if errs := fieldErrors(out, t.voice()); errs != nil {
		t.out.Answer.Errors = errs
		return false
	}
	delete(s.Answers, intake.Severity)
	c.Summary = s.Answers[intake.Summary]
	delete(s.Answers, intake.Summary)
	c.Answers = s.Answers
	s.Answers = maps.Clone(s.Answers)
	s.Answers[intake.Severity], s.Answers[intake.Summary] = c.Severity.String(), c.Summary
	c.NeedsDetail = s.Missing(env)
	var changed []intake.Field
	for _, f := range intake.Fields() {
		if before[f] != s.Answers[f] {
			changed = append(changed, f)
		}
	}
	if len(changed) == 0 {
		return false
	}
	v := t.staffVoice()
	t.toTriage(c, t.staffSays(c, ToneNone, "case.details_staff", "list", intake.Labels(changed, v)))
	if t.me.Staff == nil {
		t.contactWrote(c, t.voice().Say("case.details_added", "id", c.Key()))
	}
	t.why("details added")
	t.tell("case.details_added", "id", c.Key())
	return true
}
