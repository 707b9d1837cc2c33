package intake

import (
	"slices"
	"strings"
	"time"

	"casebot/bot/texts"
)

// Option is one choice of a control.
type Option struct {
	Value  string
	Label  string
	Detail string // a definition; it holds **strong** words
}

// FormSpec is a field of a form, as bot.FormField has it.
type FormSpec struct {
	Name     string
	Label    string
	Hint     string
	Kind     Kind
	Options  []Option
	Value    string
	Required bool // without it nothing can be sent: summary and severity
	Max      int  // runes
	Need     Need // what the table of fields says
}

// WorkaroundText is the name of the form field for the words of a
// workaround, beside the choice.
const WorkaroundText Field = "workaround_text"

// formMax is how much a field of a form holds:
// docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element.
const formMax = 3000

// Form gives the fields to be filled in: until the severity is known those
// that decide the rest and a free text, then all that are asked for.
func (s State) Form(voice texts.Voice, env Env) []FormSpec {
	var form []FormSpec
	for _, row := range fields {
		need := s.Need(row.field, env)
		if row.field != Details && (need == NotAsked || row.field == Instance && len(env.Instances) == 1) {
			continue
		}
		form = append(form, FormSpec{
			Name: string(row.field), Label: Label(row.field, voice), Hint: hint(row.field, voice, env),
			Kind: row.kind, Options: options(row.field, voice, env), Value: s.entry(row.field, env),
			Required: row.field == Summary || row.field == Severity, Max: min(row.max, formMax), Need: need,
		})
		if row.field == Workaround {
			form = append(form, FormSpec{
				Name: string(WorkaroundText), Label: Label(WorkaroundText, voice), Hint: hint(WorkaroundText, voice, env),
				Kind: Line, Value: s.Answers.Words(Workaround), Max: 1000, Need: May,
			})
		}
	}
	return form
}

// entry is how a form shows an answer, so that reading it again gives the
// same.
func (s State) entry(f Field, env Env) string {
	value := s.Answers[f]
	switch {
	case f == Since || f == Deadline:
		at, wholeDay, ok := s.Answers.Moment(f, env.zone())
		if !ok {
			return value
		}
		if wholeDay {
			return at.Format(time.DateOnly)
		}
		return at.In(env.zone()).Format("2006-01-02 15:04")
	case f.row().kind == Choice && f != Instance:
		return s.Answers.Choice(f)
	case runes(value) > formMax: // what is sent back unchanged leaves the answer as it is
		return string([]rune(value)[:formMax-1]) + "…"
	default:
		return value
	}
}

// Fill takes what was entered in a form, by field name. Valid entries are
// taken even when others are refused; an entry that was emptied clears its
// answer.
func (s State) Fill(values map[string]string, env Env) (State, Outcome) {
	t := s.taking(env)
	for _, row := range fields {
		f := row.field
		text, given := values[string(f)]
		if f == Workaround {
			text, given = t.workaroundEntry(values)
		}
		text = clean(text)
		switch {
		case !given:
		case f != Workaround && text == s.entry(f, env) && (text != "" || !requiredEntry(f)): // left as it was
			if f == t.s.Asked && t.answered(f) {
				t.s.Asked = ""
			}
		default:
			t.enter(f, text)
		}
	}
	for i, p := range t.out.Problems {
		if _, apart := values[string(WorkaroundText)]; apart && p.Key == "problem.workaround.which" {
			t.out.Problems[i].Field = WorkaroundText
		}
	}
	return t.done()
}

func requiredEntry(f Field) bool { return f == Summary || f == Severity }

// enter takes one entry.
func (t *taking) enter(f Field, text string) {
	switch {
	case text == "" && requiredEntry(f):
		t.refuse(f, "problem.required", text)
	case text == "":
		delete(t.s.Answers, f)
	case runes(text) > TextMax:
		t.refuse(f, "problem.long", text, "max", TextMax)
	case f == Files:
		t.put(f, text)
	case f == Details:
		t.out.Split = Split(text)
		t.put(f, text)
		t.mineLabelled(text)
	case f == Workaround:
		before := t.s.Answers[f]
		delete(t.s.Answers, f) // old words go with the old entry
		if !t.set(f, text) && before != "" {
			t.s.Answers[f] = before
		}
	default:
		t.set(f, text)
	}
}

// mineLabelled reads a free text of a form; it is kept whole as well.
func (t *taking) mineLabelled(text string) {
	parts, rest := labelled(text, "")
	for _, p := range parts {
		if r := t.s.check(p.field, p.value, t.env); p.field != Details && !t.answered(p.field) && r.problem == nil {
			t.put(p.field, r.value)
		}
	}
	t.blocks(rest)
	t.mine(rest)
}

// workaroundEntry joins the choice and the words of a form.
func (t *taking) workaroundEntry(values map[string]string) (string, bool) {
	choice, given := values[string(Workaround)]
	said, alone := values[string(WorkaroundText)]
	if !given && !alone {
		return "", false
	}
	if !given {
		choice = t.s.Answers.Choice(Workaround)
	}
	if !alone {
		said = t.s.Answers.Words(Workaround)
	}
	entry := strings.TrimPrefix(join(strings.TrimSpace(choice), said), separator)
	return entry, entry != strings.TrimPrefix(t.s.Answers[Workaround], separator) || !t.answered(Workaround) && entry != ""
}

// options lists the choices of a field.
func options(f Field, voice texts.Voice, env Env) []Option {
	var list []Option
	if f == Instance {
		for _, name := range env.Instances {
			list = append(list, Option{Value: name, Label: name})
		}
	}
	for _, value := range f.Choices() {
		option := Option{Value: value, Label: optionLabel(f, value, voice)}
		if f == Severity {
			option.Detail = voice.Say("sev" + value)
		}
		list = append(list, option)
	}
	return list
}

func optionLabel(f Field, value string, voice texts.Voice) string {
	return voice.Say("option." + string(f) + "." + value)
}

func optionLabels(f Field, voice texts.Voice) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, value := range f.Choices() {
			if !yield(optionLabel(f, value, voice)) {
				return
			}
		}
	})
}
