package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"casebot/bot/texts"
)

// Row is an answer as people read it.
type Row struct {
	Field Field
	Label string
	Value string
}

// Prompt is a question as people read it.
type Prompt struct {
	Field   Field
	Text    string
	Hint    string
	Kind    Kind
	Options []Option
	Value   string // the present answer, when asked again
}

// ownQuestions are the fields whose question is in the core catalogue.
var ownQuestions = map[Field]bool{
	Summary: true, Severity: true, Affected: true, Workaround: true, Since: true, Steps: true, Expected: true, Actual: true, Call: true,
}

// Prompt gives the question for a field.
func (s State) Prompt(f Field, voice texts.Voice, env Env) Prompt {
	key := "ask." + string(f)
	if ownQuestions[f] {
		key = string(f)
	}
	return Prompt{
		Field: f, Text: voice.Say(key), Hint: hint(f, voice, env),
		Kind: f.row().kind, Options: options(f, voice, env), Value: s.Value(f, voice, env),
	}
}

func hint(f Field, voice texts.Voice, env Env) string {
	return voice.Say("hint."+string(f), "zone", voice.Zone(env.Now, env.zone()))
}

// Value says the answer to a field; empty if there is none.
func (s State) Value(f Field, voice texts.Voice, env Env) string {
	value := s.Answers[f]
	choice, words, _ := strings.Cut(value, separator)
	switch {
	case f == Instance && value == "" && len(env.Instances) == 1:
		return env.Instances[0]
	case f == Type && value == "" && s.kind() != "":
		return optionLabel(Type, s.kind(), voice)
	case value == "":
		return ""
	case f == Since || f == Deadline:
		at, wholeDay, ok := s.Answers.Moment(f, env.zone())
		if !ok {
			return value
		}
		m := moment{at: at.In(env.zone()), wholeDay: wholeDay}
		return withSaid(voice.Say("intake.in_zone", "time", m.say(voice), "zone", voice.Zone(at, env.zone())), words, voice)
	case f == Steps && choice == CannotRepeat:
		return voice.Say("option.steps.cannot", "words", words)
	case (f == ErrorText || f == Files) && value == ErrorNone:
		return voice.Say("option.error.none")
	case choice == "":
		return words
	case f.row().kind == Choice && f != Instance:
		return withSaid(optionLabel(f, choice, voice), words, voice)
	default:
		return value
	}
}

func withSaid(value, words string, voice texts.Voice) string {
	if words == "" {
		return value
	}
	return voice.Say("intake.with_words", "value", value, "words", words)
}

// Summary lists the answers, for the look before submitting and for the card
// of the case.
func (s State) Summary(voice texts.Voice, env Env) []Row {
	rows := make([]Row, 0, len(s.Answers)+1)
	for i := range fields {
		f := fields[i].field
		if value := s.Value(f, voice, env); value != "" {
			rows = append(rows, Row{f, Label(f, voice), value})
		}
	}
	return rows
}

// notedMax is how much of an answer the confirmation repeats.
const notedMax = 80 // runes

// Noted says in one line what was understood; nothing if nothing was.
func (s State) Noted(out Outcome, voice texts.Voice, env Env) string {
	var items []string
	for _, f := range out.Understood {
		value := []rune(strings.Join(strings.Fields(s.Value(f, voice, env)), " "))
		if len(value) > notedMax {
			value = append(value[:notedMax-1:notedMax-1], '…')
		}
		items = append(items, voice.Say("intake.pair", "label", lower(Label(f, voice)), "value", string(value)))
	}
	var said []string
	if len(items) > 0 {
		said = append(said, voice.Say("intake.noted", "list", strings.Join(items, "; ")))
	}
	if out.Kept != "" {
		said = append(said, voice.Say("intake.kept"))
	}
	return strings.Join(said, " ")
}

// Label names a field in a word or two.
func Label(f Field, voice texts.Voice) string { return voice.Say("label." + string(f)) }

// Labels names several fields in one phrase: "steps and error text".
func Labels(list []Field, voice texts.Voice) string {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = lower(Label(f, voice))
	}
	return voice.List(names)
}

// lower writes a label as within a sentence.
func lower(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToLower(first)) + label[size:]
}
