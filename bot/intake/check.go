package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reading is what a field made of a text. A value may come with a problem:
// it is kept, but it does not say enough yet.
type reading struct {
	value   string
	problem *Problem
}

func accepted(value string) reading { return reading{value: value} }

func refused(key string, args ...any) reading {
	return reading{problem: &Problem{Key: "problem." + key, Args: args}}
}

func (r reading) but(key string) reading {
	r.problem = refused(key).problem
	return r
}

// check reads a text as the answer to a field.
func (s State) check(f Field, text string, env Env) reading {
	text = unfenced(strings.TrimSpace(text))
	if row := f.row(); row.max > 0 && runes(text) > row.max {
		if f == Summary {
			return refused("summary.long", "max", row.max)
		}
		return refused("too_long", "max", row.max)
	}
	switch f {
	case Instance:
		return checkInstance(text, env)
	case Summary:
		return checkSummary(text)
	case Severity:
		return s.checkSeverity(text)
	case Affected:
		return checkAffected(text)
	case Workaround:
		return s.checkWorkaround(text)
	case Production:
		return s.checkProduction(text)
	case Type, Access, Session:
		return checkChoice(f, text)
	case Since, Deadline:
		return checkMoment(f, text, env)
	case Steps:
		return s.checkSteps(text, env)
	case Expected, Actual:
		return s.checkResult(f, text)
	case ErrorText:
		if value, ok := nones.whole(text); ok {
			return accepted(value)
		}
	case Files:
		if value, ok := nones.whole(text); ok {
			return accepted(value)
		}
		return refused("files")
	case Call:
		if phone(text) == "" {
			return refused("call")
		}
	case Where, Environment, Changes, Impact, Details, WorkaroundText:
	}
	if strings.Trim(text, punctuation) == "" {
		return refused("empty")
	}
	return accepted(text)
}

// checkChoice reads the value of an option, its number or its word. A "no"
// within a sentence answers nothing, so yes, no and workarounds come first.
func checkChoice(f Field, text string) reading {
	options := f.Choices()
	if value := strings.TrimSpace(text); slices.Contains(options, value) {
		return accepted(value)
	}
	if n, err := strconv.Atoi(bare(text)); err == nil && n >= 1 && n <= len(options) {
		return accepted(options[n-1])
	}
	value, words, ok := choices[f].begins(text)
	if !ok && (f == Type || f == Affected || f == Production) {
		value, words, ok = choices[f].names(text)
	}
	if !ok {
		return refused("choice") // Problem.Say names the options
	}
	return accepted(join(value, words))
}

func checkInstance(text string, env Env) reading {
	name := bare(text)
	var found []string
	for i, instance := range env.Instances {
		folded := bare(instance)
		if name == folded || name == strconv.Itoa(i+1) {
			return accepted(instance)
		}
		if at := strings.Index(folded, name); name != "" && at >= 0 && isWordAt(folded, at, at+len(name)) {
			found = append(found, instance)
		}
	}
	if len(found) == 1 {
		return accepted(found[0])
	}
	return refused("instance", "options", strings.Join(env.Instances, ", "))
}

var (
	severityAlone = regexp.MustCompile(`^(?:no\.? ?|n\.? ?)?([0-9]+)(?:[^0-9a-z.]|\.[^0-9]|\.?$)`)
	severityNamed = regexp.MustCompile(`(?:\bsev(?:erity)?|\bgravita'?|重大度|\bs)[ :.=#-]*([0-9]+)\b`)
	severityOther = regexp.MustCompile(`^[^0-9]{0,3}[0-9] ?(?:or|o|oppure|/|-|か|または|、)[^0-9]{0,9}[0-9]`)
	severityLabel = regexp.MustCompile(`sev(?:erity)?|gravita|重大度|\bs\b|\bno\b|\bn\b`)
	severityWords = lexicon{
		{"1", []string{"one", "uno", "一"}}, {"2", []string{"two", "due", "二"}}, {"3", []string{"three", "tre", "三"}},
	}
)

// checkSeverity reads the contact's choice. Nothing is guessed.
func (s State) checkSeverity(text string) reading {
	if _, keep := keeps.whole(text); keep && s.Answers[Severity] != "" {
		return accepted(s.Answers[Severity])
	}
	if value, ok := severityWords.whole(text); ok {
		return accepted(value)
	}
	if value, _ := namedSeverity(fold(text)); value != "" {
		return accepted(withWords(value, text))
	}
	folded := strings.TrimLeft(fold(text).text, punctuation)
	if m := severityAlone.FindStringSubmatch(folded); m != nil && isSeverity(m[1]) && !severityOther.MatchString(folded) && !countsPeople(folded) {
		return accepted(withWords(m[1], text))
	}
	return refused("severity")
}

// namedSeverity gives the one severity that a text calls by that name.
func namedSeverity(f folded) (value string, span [2]int) {
	for _, m := range severityNamed.FindAllStringSubmatchIndex(f.text, -1) {
		named := f.text[m[2]:m[3]]
		if !isSeverity(named) || value != "" && value != named {
			return "", span
		}
		if value == "" {
			span = [2]int{m[0], m[1]}
		}
		value = named
	}
	return value, span
}

func isSeverity(s string) bool { return s == "1" || s == "2" || s == "3" }

// withWords keeps what was written besides the value itself.
func withWords(value, text string) string {
	rest := strings.Replace(severityLabel.ReplaceAllString(fold(text).text, ""), value, "", 1)
	if strings.TrimSuffix(strings.Trim(rest, punctuation), "です") == "" {
		return value
	}
	return join(value, text)
}

// checkResult reads the expected or the actual result, which differ.
func (s State) checkResult(f Field, text string) reading {
	other := Expected
	if f == Expected {
		other = Actual
	}
	switch {
	case bare(text) == "":
		return refused("empty")
	case bare(text) == bare(s.Answers[other]):
		return refused("same")
	default:
		return accepted(text)
	}
}

// checkWorkaround reads a judgement and a description, which may come one
// after the other. Until both are there the answer is kept and incomplete.
func (s State) checkWorkaround(text string) reading {
	read := checkChoice(Workaround, text)
	value, said := read.value, ""
	value, said, _ = strings.Cut(value, separator)
	if read.problem != nil {
		value, said = s.Answers.Choice(Workaround), text
		if yes, words, ok := yesNo.begins(text); ok && yes == Yes {
			said = words
		}
		if value != WorkaroundReasonable {
			value = ""
		}
	}
	if said == "" && value != WorkaroundNone {
		said = s.Answers.Words(Workaround)
	}
	switch {
	case value == WorkaroundReasonable && said == "":
		return accepted(value).but("workaround.which")
	case value == "" && said == "":
		return refused("workaround.which")
	case value == "":
		return accepted(separator + said).but("workaround.judge")
	default:
		return accepted(join(value, said))
	}
}
