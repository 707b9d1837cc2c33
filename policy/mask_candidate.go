package policy

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// candidate is what a pattern found: the value, the sign or word between it
// and its name, and the text that follows. Whether it is a secret or an
// ordinary word is decided here.
type candidate struct {
	value, link, after string
}

// ordinary are words that stand after "password:" in a sentence or a log.
var ordinary = strings.Fields(`
	required expired expires expiring reset wrong invalid incorrect missing empty null none undefined unknown false true
	changed forgotten hidden redacted masked string optional failed failure denied error unset disabled enabled valid
	accepted rejected correct secret password passwd token please still always never cannot working broken mismatch
	protected blank yes optional default option prompt redacted scaduta scaduto errata errato mancante sbagliata dimenticata
	richiesta obbligatoria reimpostata vuota`)

var (
	// An id, a day, a place in the code, an address: never a secret by itself.
	plainThing = regexp.MustCompile(`^(?:[A-Z][A-Z0-9]{1,9}-[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}\S*|https?://\S*|\S*\.[a-z]{1,5}(?::[0-9]+)*|[A-Za-z_][\w.]*\(\S*)$`)
	// What stands where a secret was, or will be.
	placeholder = regexp.MustCompile(`^(?:[*xX•.…_#-]+|\$\{?[A-Za-z_]\S*|\{\{?\S*|%\S{1,20}|\[\S*|\(\S*)$`)
)

// bare is the value without quotes and the punctuation of its sentence.
func (c candidate) bare() string {
	return strings.TrimRight(strings.Trim(c.value, `"'*`+"`"), ".,;:)]}!?")
}

// open reports whether the value is more than a placeholder.
func (c candidate) open() bool {
	return !strings.Contains(c.value, hidden) && !placeholder.MatchString(c.bare())
}

// mixed reports whether the value looks made rather than said: it has a digit,
// or capitals among small letters.
func (c candidate) mixed() bool {
	return c.open() && (hasDigit(c.value) || humps(c.value))
}

// said reports whether a word links the name with the value, as in a sentence.
func (c candidate) said() bool {
	return c.link != "" && !strings.ContainsAny(c.link, ":=>：＝") || strings.HasPrefix(c.link, "is")
}

// password reports whether the value named a password is one.
func (c candidate) password() bool {
	v := c.bare()
	size := utf8.RuneCountInString(v)
	switch {
	case size < 4 || !c.open() || plainThing.MatchString(v) || slices.Contains(ordinary, strings.ToLower(v)):
		return false
	case strings.ContainsAny(v, " \t"): // a sentence in quotes
		return hasDigit(v) && !c.said()
	case c.said():
		return size >= 6 && hasDigit(v)
	case hasDigit(v) || humps(v) || strings.ContainsAny(v, "!@#$%^&*+?~|"):
		return true
	}
	return size >= 6 && c.last()
}

// key reports whether the value named a key or a token is one.
func (c candidate) key() bool {
	v := c.bare()
	return len(v) >= 8 && c.open() && hasDigit(v) && strings.IndexFunc(v, unicode.IsLetter) >= 0 &&
		!strings.ContainsAny(v, " \t") && !plainThing.MatchString(v)
}

// last reports whether nothing more is said in the line.
func (c candidate) last() bool {
	line, _, _ := strings.Cut(c.after[:min(len(c.after), 40)], "\n")
	return strings.Trim(line, " \t\r\"'`*,;.)]}>") == "" || strings.HasPrefix(line, "</")
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

// humps reports whether a capital follows a small letter.
func humps(text string) bool {
	small := false
	for _, r := range text {
		if small && unicode.IsUpper(r) {
			return true
		}
		small = unicode.IsLower(r)
	}
	return false
}
