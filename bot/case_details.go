package bot

import (
	"maps"

	"casebot/bot/intake"
	"casebot/bot/texts"
)

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
