package texts

import (
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Voice speaks one language. It is small and may be copied; the zero Voice
// knows no key.
type Voice struct {
	v     *voice
	typed Commands
}

// Commands are the slash commands as their reader types them. A catalogue
// writes /case and /support.
type Commands struct{ Case, Support string }

// Typing returns the voice for readers who type commands so.
func (v Voice) Typing(c Commands) Voice {
	v.typed = c
	return v
}

// Command is how a command is typed, by the name of its group: "/case".
func (v Voice) Command(group string) string {
	if typed := v.typed.of(slash + group); typed != "" {
		return typed
	}
	return slash + group
}

// of is how a reserved name is typed, "" where it is typed as it stands.
func (c Commands) of(name string) string {
	switch name {
	case slashCase:
		return c.Case
	case slashSupport:
		return c.Support
	default:
		return ""
	}
}

type voice struct {
	lang     string
	plain    map[string]*message // what has one form only, whatever is counted
	say      *i18n.Localizer     // chooses among the forms of the others
	weekdays []string            // from Sunday
	months   []string            // from January
}

// Lang names the language: "en", "it" or "ja".
func (v Voice) Lang() string {
	if v.v == nil {
		return Default
	}
	return v.v.lang
}

// Say says a message. The arguments are pairs of a placeholder's name and its
// value; the pair "count", n also chooses the plural form. Values are
// inserted as they are, so what a platform would interpret is escaped by its
// adapter. Say never fails: an unknown key is said as ⟦key⟧, and so is a
// placeholder without a value.
func (v Voice) Say(key string, args ...any) string {
	if v.v == nil {
		return "⟦" + key + "⟧"
	}
	if text := v.v.text(key, args, v.typed); text != "" {
		return text
	}
	return "⟦" + key + "⟧"
}

func (v *voice) text(key string, args []any, typed Commands) string {
	if m := v.plain[key]; m != nil {
		return m.say(args, typed)
	}
	// What go-i18n is handed goes to the heap: copies, so that what plain
	// messages are handed does not.
	id, pairs := strings.Clone(key), append(append([]any(nil), args...), typed)
	ask := i18n.LocalizeConfig{MessageID: id, TemplateData: pairs, TemplateParser: placeholders{}, PluralCount: count(args)}
	// The error tells of a fallback, to English or to the form "other", as
	// well; the text is what counts.
	text, _ := v.say.Localize(&ask)
	return text
}

// count finds the number that chooses the plural form. What is not a whole
// number chooses nothing.
func count(args []any) any {
	for i := 0; i+1 < len(args); i += 2 {
		if key, ok := args[i].(string); ok && key == "count" {
			switch n := args[i+1].(type) {
			case int, int64:
				return n
			}
		}
	}
	return nil
}

// List joins items as a sentence does: "a, b and c".
func (v Voice) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := items[len(items)-1]
	key := "list.last"
	if v.Lang() == "it" && strings.HasPrefix(strings.ToLower(last), "e") {
		key = "list.last_vowel"
	}
	return v.Say(key, "items", strings.Join(items[:len(items)-1], v.Say("list.comma")), "last", last)
}

// Duration says how long something takes, to the minute: "2 h 30 min".
// Hours are not turned into days, since a day of business hours is not 24 of
// them. Below a minute it says seconds.
func (v Voice) Duration(d time.Duration) string {
	if d < 0 {
		return "−" + v.Duration(max(-d, 0)) // the least duration has no opposite
	}
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case d < time.Minute && d >= time.Second:
		return v.Say("duration.seconds", "s", int(d/time.Second))
	case hours == 0:
		return v.Say("duration.minutes", "m", minutes)
	case minutes == 0:
		return v.Say("duration.hours", "h", hours)
	default:
		return v.Say("duration.both", "h", hours, "m", minutes)
	}
}
