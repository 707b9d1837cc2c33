package bot

import (
	"fmt"
	"strings"

	"casebot/bot/intake"
	"casebot/bot/texts"
	"casebot/policy"
)

// draftRoot is the message that the conversation hangs on.
func (t *turn) draftRoot(d *Draft) Message {
	v := t.draftVoice(d)
	m := Message{Title: d.title(v), Text: v.Say("draft.root", "who", d.Author.Name, "summary", d.title(v)), Small: v.Say("draft.root_small")}
	if d.Offered {
		m.Text = v.Say("draft.kept", "summary", d.title(v))
		m.Small = v.Say("draft.kept_small", "names", t.authorizedNames())
		m.Controls = []Control{
			{Kind: ControlButton, Label: v.Say("button.details"), Command: "case draft " + d.ID + " form"},
			{Kind: ControlButton, Label: v.Say("button.discard"), Command: "case draft " + d.ID + " cancel"},
		}
	}
	if d.LinkedTo != "" {
		m.Small = v.Say("draft.linked", "id", d.LinkedTo)
	}
	return m
}

// inDraft posts in the draft's conversation.
func (t *turn) inDraft(d *Draft, m Message) {
	out := Delivery{Record: d.key(), Room: d.Place.Room, Thread: d.Place.Thread, Message: m}
	if out.Thread == "" {
		out.Under = slotRoot
	}
	t.send(out)
}

// askNext asks what is lacking, or shows all answers before the submission.
func (t *turn) askNext(d *Draft, lead string, args ...any) {
	v, env := t.draftVoice(d), t.env(d)
	var before []Section
	if lead != "" {
		before = []Section{{Text: v.Say(lead, args...)}}
	}
	t.askWith(d, v, env, before)
}

func (t *turn) askWith(d *Draft, v texts.Voice, env intake.Env, before []Section) {
	f, ok := d.State.Next(env)
	if !ok {
		d.State = d.State.Ask("")
		t.inDraft(d, t.reviewMessage(d, v, env, before))
		return
	}
	d.State = d.State.Ask(f)
	p := d.State.Prompt(f, v, env)
	m := Message{Text: p.Text, Sections: append(before, Section{Text: p.Text}), Small: p.Hint}
	if p.Hint == "" {
		m.Small = v.Say("draft.words")
	}
	for i, o := range p.Options {
		if o.Detail != "" {
			m.Sections = append(m.Sections, Section{Text: o.Detail, Markup: true})
		}
		if i < MaxOptions {
			m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: clip(o.Label, MaxLabel), Command: fmt.Sprintf("case draft %s answer %s=%s", d.ID, f, o.Value)})
		}
	}
	m.Controls = append(m.Controls, t.stepControls(d, v, f)...)
	t.inDraft(d, m)
}

// stepControls are the words of an intake as buttons.
func (t *turn) stepControls(d *Draft, v texts.Voice, asked intake.Field) []Control {
	step := func(key, word string, style Style) Control {
		return Control{Kind: ControlButton, Label: v.Say(key), Command: "case draft " + d.ID + " " + word, Style: style}
	}
	var out []Control
	if d.State.Ready() {
		out = append(out, step("button.submit", "submit", StylePrimary))
	}
	if len(d.State.Trail) > 1 {
		out = append(out, step("button.back", "back", StylePlain))
	}
	if asked != intake.Summary && asked != intake.Severity {
		out = append(out, step("button.skip", "skip", StylePlain))
	}
	return append(out, step("button.form", "form", StylePlain), step("button.cancel", "cancel", StylePlain))
}

// reviewMessage shows all answers, with Submit and Edit.
func (t *turn) reviewMessage(d *Draft, v texts.Voice, env intake.Env, before []Section) Message {
	m := Message{Text: v.Say("draft.review"), Sections: append(before, Section{Text: v.Say("draft.review")})}
	m.Sections = append(m.Sections, answerSections(d.State, v, env)...)
	m.Controls = []Control{
		{Kind: ControlButton, Label: v.Say("button.submit"), Command: "case draft " + d.ID + " submit", Style: StylePrimary},
		{Kind: ControlButton, Label: v.Say("button.edit"), Command: "case draft " + d.ID + " form"},
		{Kind: ControlButton, Label: v.Say("button.cancel"), Command: "case draft " + d.ID + " cancel"},
	}
	return m
}

// answerSections shows answers: short ones as fields, long ones below each other.
func answerSections(s intake.State, v texts.Voice, env intake.Env) []Section {
	const short = 60 // runes
	rows := s.Summary(v, env)
	fields := make([]Field, 0, len(rows))
	var long []Section
	for _, row := range rows {
		if len([]rune(row.Value)) <= short && !strings.Contains(row.Value, "\n") {
			fields = append(fields, Field{Label: row.Label, Value: row.Value})
		} else {
			long = append(long, Section{Title: row.Label, Text: clip(row.Value, MaxText), Quote: true})
		}
	}
	if len(fields) == 0 {
		return long
	}
	return append([]Section{{Fields: fields}}, long...)
}

// report is the answers of a case, for its triage card.
func (t *turn) report(c *Case, v texts.Voice) []Section {
	s := intake.State{Answers: c.Answers, Submitted: true}
	env := intake.Env{Lang: v.Lang(), Zone: t.r.zoneOf(t.s.Subscriber), Now: c.ReceivedAt} // in the zone it was said in
	out := answerSections(s, v, env)
	if len(c.NeedsDetail) > 0 {
		out = append(out, Section{Text: v.Say("triage.needs_detail", "list", intake.Labels(c.NeedsDetail, v))})
	}
	if len(c.Links) > 0 {
		out = append(out, Section{Text: v.Say("triage.links", "list", strings.Join(c.Links, ", "))})
	}
	return out
}

// askAboutSeverity shows the definition once and asks to keep or change.
func (t *turn) askAboutSeverity(d *Draft, c *intake.Contradiction, v texts.Voice, before []Section) {
	text := v.Say("draft.contradiction_again", "chosen", c.Chosen, "hint", c.Hint)
	m := Message{Text: text, Sections: append(before, Section{Text: text})}
	if !c.Again { // the definition is shown once
		text = v.Say("draft.contradiction", "chosen", c.Chosen, "hint", c.Hint, "because", intake.Labels(c.Because, v))
		m = Message{Text: text, Sections: append(before, Section{Text: text}, Section{Text: v.Say("sev" + c.Hint.String()), Markup: true})}
	}
	for _, s := range []policy.Severity{c.Chosen, c.Hint} {
		key := "button.keep_severity"
		if s == c.Hint {
			key = "button.change_severity"
		}
		m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say(key, "severity", s), Command: fmt.Sprintf("case draft %s answer severity=%s", d.ID, s)})
	}
	t.inDraft(d, m)
}
