package bot

import (
	"fmt"
	"slices"
	"strings"

	"casebot/bot/texts"
	"casebot/policy"
)

// whichSubscriber stands for a command that could not choose its subscriber.
const whichSubscriber = "?"

// askWhich asks for the subscriber, with one press for each.
func (t *turn) askWhich(call *Call) {
	v := t.voice()
	m := Message{Text: v.Say("subscriber.choose", "command", call.Args["again"])}
	for sub := range strings.FieldsSeq(call.Args["subs"]) {
		command := call.Args["group"] + " " + call.Args["again"] + " " + sub
		if call.Args["again"] == "new" {
			command = clip("case new for:"+sub+" "+t.mask(call.Args["text"]), MaxCommand)
		}
		m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: sub, Command: strings.TrimSpace(command)})
	}
	if len(m.Controls) == 0 {
		t.noSubscriber()
		return
	}
	t.private(m)
}

// unknownCommand suggests the nearest word.
func (t *turn) unknownCommand(call *Call) {
	var words []string
	for _, s := range Commands {
		if !s.Hidden && t.me.may(s.May) {
			words = append(words, s.Name)
		}
	}
	near := nearest(call.Word, words)
	key := "command.unknown"
	if near != "" {
		key = "command.unknown_near"
	}
	m := Message{Tone: ToneWarn, Text: t.voice().Say(key, "word", clip(call.Word, 60), "near", near)}
	if spec, ok := FindCommand("", near); ok {
		m.Text = t.voice().Say(key, "word", clip(call.Word, 60), "near", t.voice().Command(spec.Group)+" "+near)
	}
	if said := strings.TrimSpace(t.e.Command.Text); t.me.Staff == nil && t.s.Subscriber != nil && isSentence(said) {
		m.Text, m.Tone = t.voice().Say("command.sentence"), ToneNone
		m.Controls = []Control{
			{Kind: ControlButton, Label: t.voice().Say("button.report"), Command: clip("case new "+t.mask(said), MaxCommand), Style: StylePrimary},
			{Kind: ControlButton, Label: t.voice().Say("button.help"), Command: "case help"},
		}
	}
	t.private(m)
}

// ask asks for an argument that is missing: by a form, whose text says how to
// type it as well.
func (t *turn) ask(call *Call, missing Arg) {
	v := t.voice()
	spec := call.Spec
	subject := call.Args["case"]
	if t.s.Case != nil {
		subject = t.s.Case.Key()
	}
	f := &Form{Title: clip(v.Say("form.command", "command", v.Say("command."+spec.Name+".title"), "id", subject), MaxFormTitle), Command: spec.Group + " " + spec.Name + " " + subject, Submit: v.Say("button.send")}
	for _, a := range spec.Args {
		if a.Kind == ArgCase || a.Kind == ArgSubscriber || a.Name != missing.Name && !a.Required && len(a.Choices) == 0 && call.Args[a.Name] == "" {
			continue
		}
		field := FormField{Name: a.Name, Label: v.Say("arg." + spec.Name + "." + a.Name), Kind: FieldLine, Required: a.Required || a.Name == missing.Name, Value: call.Args[a.Name]}
		if a.Long {
			field.Kind, field.Max = FieldText, MaxText
		}
		if a.Hint {
			field.Hint = v.Say("hint." + spec.Name)
		}
		if len(a.Choices) > 0 {
			field.Kind = FieldChoice
			for _, c := range a.Choices {
				field.Options = append(field.Options, Option{Label: v.Say("choice." + spec.Name + "." + c), Value: c})
			}
		}
		f.Fields = append(f.Fields, field)
	}
	if spec.Name == "severity" {
		for _, s := range policy.Severities() {
			f.Intro = append(f.Intro, Section{Text: v.Say("sev" + s.String()), Markup: true})
		}
	}
	t.out.Answer.Form = f
	spec.Args = slices.Clone(spec.Args)
	for i := range spec.Args {
		spec.Args[i].Required = spec.Args[i].Required || spec.Args[i].Name == missing.Name
	}
	t.private(Message{Text: v.Say("command.missing", "command", spec.usage(v, subject, t.exampleKey()), "what", v.Say("arg."+spec.Name+"."+missing.Name))})
}

// exampleKey is the subscriber that examples speak of: the person's own.
func (t *turn) exampleKey() string {
	if t.s.Subscriber != nil {
		return t.s.Subscriber.Key
	}
	return "ACME"
}

// Usage is how a command is typed, with an example's names: "/case reply ACME-1 text".
func (s Spec) Usage() string { return s.usage(texts.Voice{}, "", "ACME") }

// usage is how a command is typed on a case of a subscriber.
func (s Spec) usage(v texts.Voice, id, subscriber string) string {
	if id == "" {
		id = subscriber + "-1"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", v.Command(s.Group), s.Name)
	for _, a := range s.Args {
		word := a.Name
		switch {
		case a.Kind == ArgCase:
			word = id
		case a.Kind == ArgSubscriber:
			word = subscriber
		case len(a.Choices) > 0:
			word = strings.Join(a.Choices, "|")
		}
		if !a.Required {
			word = "[" + word + "]"
		}
		if a.Kind != ArgFor {
			b.WriteString(" " + word)
		}
	}
	return b.String()
}

// help lists what the party may do, or tells of one command.
func (t *turn) help(call *Call) {
	v := t.voice()
	if name := strings.ToLower(strings.TrimSpace(call.Args["command"])); name != "" {
		if spec, ok := FindCommand("", name); ok && !spec.Hidden {
			text := v.Say("command." + spec.Name)
			t.private(Message{Title: spec.usage(v, "", t.exampleKey()), Text: text, Sections: []Section{{Text: text}}})
			return
		}
	}
	m := Message{Title: v.Say("help.title"), Text: v.Say("help.text", "vendor", t.r.Vendor)}
	groups := []string{GroupCase, GroupSupport}
	if t.e.Command != nil && t.e.Command.Group == GroupSupport {
		slices.Reverse(groups)
	}
	for _, group := range groups {
		rows := [][]string{}
		for _, s := range Commands {
			if s.Group == group && !s.Hidden && t.me.may(s.May) {
				rows = append(rows, []string{s.usage(v, "", t.exampleKey()), v.Say("command." + s.Name)})
			}
		}
		if len(rows) > 0 {
			m.Sections = append(m.Sections, Section{Rows: append([][]string{{v.Say("help.type"), v.Say("help.does")}}, rows...)})
		}
	}
	m.Sections = append([]Section{{Text: m.Text}}, m.Sections...)
	m.Small = v.Say("help.thread")
	if mention := "@" + t.r.Bot; v.Command(GroupCase) != mention {
		m.Small = v.Say("help.mention", "bot", t.r.Bot) + " " + m.Small
	}
	t.private(m)
}
