package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// folded is a text made comparable: lower case, ASCII digits and
// punctuation, no accents. It has one rune for each rune of the raw text, so
// what is found in one can be cut out of the other.
type folded struct {
	raw  []rune
	text string
}

// clean makes any input valid, composed text with plain line ends.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text)
	return strings.TrimSpace(norm.NFC.String(text))
}

func fold(text string) folded {
	f := folded{raw: []rune(text)}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range f.raw {
		b.WriteRune(foldRune(r))
	}
	f.text = b.String()
	return f
}

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	switch r {
	case '’', '‘', '´':
		return '\''
	case '“', '”', '«', '»':
		return '"'
	case '–', '—', '−', '‐':
		return '-'
	case '。':
		return '.'
	case '、':
		return ','
	case '\u3000', '\u00a0', '\u202f':
		return ' '
	}
	if r >= '①' && r <= '⑨' {
		return r // a width folding would make it a digit
	}
	if folded := width.LookupRune(r).Folded(); folded != 0 {
		r = folded
	}
	r = unicode.ToLower(r)
	if plain := strings.IndexRune(accented, r); plain >= 0 {
		return rune(unaccented[utf8.RuneCountInString(accented[:plain])])
	}
	return r
}

const (
	accented   = "àáâäèéêëìíîïòóôöùúûü"
	unaccented = "aaaaeeeeiiiioooouuuu"
)

// cut gives the raw text of a span of the folded one.
func (f folded) cut(from, to int) string {
	start := utf8.RuneCountInString(f.text[:from])
	return string(f.raw[start : start+utf8.RuneCountInString(f.text[from:to])])
}

// punctuation is what stands around an answer without being part of it.
const punctuation = " \t\n.,;:!?\"'*_~`()[]<>-=/…「」『』·•"

// bare folds a text and takes the punctuation around it away.
func bare(text string) string { return strings.Trim(fold(text).text, punctuation) }

// isWordAt reports whether the span of s is a word of its own. Japanese has
// no spaces, so beside one of its characters everything is.
func isWordAt(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	first, _ := utf8.DecodeRuneInString(s[from:to])
	last, _ := utf8.DecodeLastRuneInString(s[from:to])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return (from == 0 || !sameWord(before, first)) && (to == len(s) || !sameWord(last, after))
}

func sameWord(a, b rune) bool {
	return isLetter(a) && isLetter(b) && !isJapanese(a) && !isJapanese(b)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

func isJapanese(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

// runes counts characters.
func runes(s string) int { return utf8.RuneCountInString(s) }

// words counts words; two Japanese characters are about one.
func words(s string) int {
	n, japanese := len(strings.Fields(s)), 0
	for _, r := range s {
		if isJapanese(r) {
			japanese++
		}
	}
	return n + japanese/2
}
