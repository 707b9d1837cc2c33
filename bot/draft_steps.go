package bot

import (
	"maps"
	"strings"

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
		t.tell("draft.submitted_already", "id", CaseName(d.Case))
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
	if t.me.Authorized() { // pages follow, the last of which submits
		f.Submit = v.Say("button.next")
	}
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
	before := d.State.Answers[intake.Severity]
	out, ok := t.takeForm(d, env)
	if !ok {
		return
	}
	d.State = d.State.Ask("")
	t.touch(d)
	last := before != "" && out.Contradiction == nil && t.me.Authorized() && d.State.Ready()
	var missing []intake.Field
	if last {
		missing = d.State.Missing(t.env(d))
		d.State.Warned = d.State.Warned || len(missing) > 0 // the page says so
	}
	t.afterAnswer(d, out)
	switch {
	case last:
		t.out.Answer.Form = t.reviewForm(d, missing)
	case before == "" && d.State.Answers[intake.Severity] != "":
		t.nextPage(d)
	}
}

// reviewForm is the last page of an intake by form: all answers, and the button
// that submits them.
func (t *turn) reviewForm(d *Draft, missing []intake.Field) *Form {
	v := t.voice()
	f := &Form{
		Title: clip(v.Say("form.review"), MaxFormTitle), Command: "case draft " + d.ID + " submit", Submit: v.Say("button.submit"),
		Intro: []Section{{Text: v.Say("draft.form_review")}},
	}
	if severity, _ := d.State.Severity(); len(missing) > 0 && severity != policy.Severity1 {
		f.Submit = v.Say("button.submit_anyway")
		f.Intro = append(f.Intro, Section{Text: v.Say("missing", "list", intake.Labels(missing, v))})
	}
	f.Intro = append(f.Intro, answerSections(d.State, v, t.env(d))...)
	return f
}

// nextPage goes on with what the severity asks for; who closes it is asked in
// the thread.
func (t *turn) nextPage(d *Draft) {
	t.out.Answer.Form = t.intakeForm(d.State, t.env(d), "case draft "+d.ID+" form", t.voice().Say("form.new"))
}

// takeForm fills a form's fields and files into a draft, or answers with what
// is wrong with them.
func (t *turn) takeForm(d *Draft, env intake.Env) (intake.Outcome, bool) {
	var out intake.Outcome
	d.State, out = d.State.Fill(t.maskAll(t.e.Command.Args), env)
	out.Problems = append(out.Problems, d.attach(t.e.Files, env).Problems...)
	t.out.Answer.Errors = fieldErrors(out, t.voice())
	return out, t.out.Answer.Errors == nil
}

func (t *turn) maskAll(args map[string]string) map[string]string {
	out := maps.Clone(args)
	for name, value := range out {
		out[name] = t.mask(value)
	}
	return out
}

// beginByForm begins a draft from a form: its conversation asks for the rest,
// or shows all answers before the submission.
func (t *turn) beginByForm(d *Draft) {
	if _, ok := t.takeForm(d, t.env(d)); !ok {
		return
	}
	if !t.me.Authorized() {
		d.Place = Place{Room: direct([]string{t.e.Actor.Ref})}
		t.handOver(d)
		t.openDraft(d)
		return
	}
	d.Place = t.intakePlace(d)
	t.openDraft(d)
	t.tell("draft.begun", "summary", d.title(t.voice()))
	t.nextPage(d)
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
