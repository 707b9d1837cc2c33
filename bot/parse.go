package bot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Call is a command as it was said: the spec, and the arguments by name. What
// is missing is not in Args.
type Call struct {
	Spec Spec
	Word string // the first word as typed, also where no command has that name
	Args map[string]string
}

// Known tells whether the word names a command.
func (c Call) Known() bool { return c.Spec.Name != "" }

// Missing returns the first required argument that was not given; the case and
// the subscriber may come from the place instead.
func (c Call) Missing() (Arg, bool) {
	for _, a := range c.Spec.Args {
		if a.Required && c.Args[a.Name] == "" && a.Kind != ArgCase && a.Kind != ArgSubscriber {
			return a, true
		}
	}
	return Arg{}, false
}

// Parse reads what was typed or pressed after a group's name. It is total:
// what names no command is a Call that is not Known.
func Parse(cmd Command) Call {
	word, rest := nextWord(cmd.Text)
	if group := groupNamed(word); group != "" && cmd.Group == "" { // "@casebot support package"
		cmd.Group = group
		word, rest = nextWord(rest)
	}
	if word == "" {
		word = "help"
	}
	call := Call{Word: word, Args: map[string]string{}}
	name := strings.ToLower(word)
	spec, ok := FindCommand(cmd.Group, name)
	if !ok {
		spec, ok = FindCommand("", name)
	}
	if !ok {
		return call
	}
	call.Spec = spec
	for i, arg := range spec.Args {
		if given := strings.TrimSpace(cmd.Args[arg.Name]); given != "" {
			call.Args[arg.Name] = given
			continue
		}
		next, after := nextWord(rest)
		switch arg.Kind {
		case ArgCase:
			if _, ok := ParseCaseName(next); ok {
				call.Args[arg.Name], rest = strings.ToUpper(next), after
			}
		case ArgSubscriber:
			if up := strings.ToUpper(next); subscriberName(up) && !choiceLater(spec.Args[i+1:], next) {
				call.Args[arg.Name], rest = up, after
			}
		case ArgFor:
			if sub, ok := strings.CutPrefix(strings.ToLower(next), "for:"); ok && subscriberName(strings.ToUpper(sub)) {
				call.Args[arg.Name], rest = strings.ToUpper(sub), after
			}
		case ArgWord:
			low := strings.ToLower(next)
			switch {
			case next == "":
			case len(arg.Choices) == 0:
				call.Args[arg.Name], rest = next, after
			case slices.Contains(arg.Choices, low):
				call.Args[arg.Name], rest = low, after
			}
		case ArgRest:
			if next != "" && strings.TrimSpace(after) == "" {
				rest = next // a word, or all of it in quotes
			}
			if rest = strings.TrimSpace(rest); rest != "" {
				call.Args[arg.Name], rest = rest, ""
			}
		}
	}
	// A form may hold more than the table names: an intake's fields.
	for name, value := range cmd.Args {
		if _, ok := call.Args[name]; !ok && strings.TrimSpace(value) != "" {
			call.Args[name] = value
		}
	}
	return call
}

// groupNamed is the group that a word names.
func groupNamed(word string) string {
	switch word = strings.ToLower(strings.TrimPrefix(word, "/")); word {
	case GroupCase, GroupSupport:
		return word
	default:
		return ""
	}
}

// quotes are the signs that hold several words together, straight or smart: what
// people type as one, Slack and phones turn into the other.
var quotes = map[rune]string{'"': "\"“”", '“': "”\"“", '„': "“”\"", '«': "»", '‘': "’'", '「': "」"}

// nextWord cuts the first word off, or what stands in quotes, without the quotes.
func nextWord(s string) (word, rest string) {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	for opener, closers := range quotes {
		after, ok := strings.CutPrefix(s, string(opener))
		if !ok {
			continue
		}
		end := strings.IndexAny(after, closers)
		if end <= 0 {
			break
		}
		tail := after[end:]
		_, size := utf8.DecodeRuneInString(tail)
		if next, _ := utf8.DecodeRuneInString(tail[size:]); size < len(tail) && !unicode.IsSpace(next) {
			break // an inch, an apostrophe
		}
		return strings.TrimSpace(after[:end]), tail[size:]
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 0 {
		end = len(s)
	}
	return strings.Trim(s[:end], "\"'“”‘’„«»"), s[end:]
}

func choiceLater(args []Arg, word string) bool {
	return slices.ContainsFunc(args, func(a Arg) bool { return slices.Contains(a.Choices, strings.ToLower(word)) })
}

// nearest returns the candidate most like the word, "" where none is alike.
func nearest(word string, candidates []string) string {
	best, at := "", len([]rune(word))/2+2
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c)); d < at {
			best, at = c, d
		}
	}
	return best
}
