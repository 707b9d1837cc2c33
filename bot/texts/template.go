package texts

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// placeholders reads the part of text/template that a catalogue may use, text and
// {{.name}}, and nothing else: a translation is not a program. Parsed
// messages are kept by the bundle, and saying one is a concatenation.
type placeholders struct{}

// Cacheable says that a parsed message never changes.
func (placeholders) Cacheable() bool { return true }

// Parse reads one form of a message.
func (placeholders) Parse(src, _, _ string) (template.ParsedTemplate, error) { return compile(src) }

// The slash commands in a text stand for what its reader types.
const (
	slash        = "/"
	slashCase    = slash + "case"
	slashSupport = slash + "support"
)

// message is a form of a message: literal text and, after each piece of it
// but the last, a placeholder or a slash command.
type message struct {
	literals []string
	names    []string
}

func compile(src string) (*message, error) {
	m := &message{}
	for {
		before, rest, found := strings.Cut(src, "{{")
		m.literal(before)
		if !found {
			return m, nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		name = strings.TrimSpace(name)
		if !closed || !isName(name) {
			return nil, fmt.Errorf("placeholder {{%s is not of the form {{.name}}", firstWord(rest))
		}
		m.names = append(m.names, name[1:])
		src = after
	}
}

// literal adds text between placeholders.
func (m *message) literal(text string) {
	for {
		at := -1
		name := ""
		for _, n := range []string{slashCase, slashSupport} {
			if i := command(text, n); i >= 0 && (at < 0 || i < at) {
				at, name = i, n
			}
		}
		if at < 0 {
			m.literals = append(m.literals, text)
			return
		}
		m.literals, m.names = append(m.literals, text[:at]), append(m.names, name)
		text = text[at+len(name):]
	}
}

// command finds a slash command, which is no part of an address or of a longer
// word.
func command(text, name string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return -1
		}
		i += from
		from = i + len(name)
		if (i == 0 || !inWord(text[i-1])) && (from == len(text) || !inWord(text[from])) {
			return i
		}
	}
}

func inWord(b byte) bool {
	return b == '/' || b == '-' || b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// Execute says the form; pairs is a []any of names and values, and after them
// the Commands.
func (m *message) Execute(pairs any) (string, error) {
	args, _ := pairs.([]any)
	var typed Commands
	if n := len(args); n > 0 {
		typed, _ = args[n-1].(Commands)
	}
	return m.say(args, typed), nil
}

func (m *message) say(pairs []any, typed Commands) string {
	if len(m.names) == 0 {
		return m.literals[0]
	}
	var room [256]byte
	out := append(room[:0], m.literals[0]...)
	for i, name := range m.names {
		if strings.HasPrefix(name, slash) {
			out = append(out, cmp.Or(typed.of(name), name)...)
		} else {
			out = appendValue(out, name, pairs)
		}
		out = append(out, m.literals[i+1]...)
	}
	return string(out)
}

// appendValue adds the value that the pairs give to a name. A value that was
// forgotten is shown like a key that is missing.
func appendValue(out []byte, name string, pairs []any) []byte {
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); !ok || key != name {
			continue
		}
		switch value := pairs[i+1].(type) {
		case string:
			return append(out, value...)
		case int:
			return strconv.AppendInt(out, int64(value), 10)
		default:
			return fmt.Append(out, value) // also survives a String method that panics
		}
	}
	return append(append(append(out, "⟦"...), name...), "⟧"...)
}

// isName reports whether s is a dot and a word of letters, digits and "_".
func isName(s string) bool {
	if len(s) < 2 || s[0] != '.' {
		return false
	}
	for _, r := range s[1:] {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

func firstWord(s string) string {
	if words := strings.Fields(s); len(words) > 0 {
		return words[0]
	}
	return s
}
