package intake

import (
	"regexp"
	"slices"
	"strings"
)

// asides are words that tell nothing of a problem when a choice was asked
// for, beside the vague ones.
var asides = []string{
	"it's", "that", "that's", "these", "those", "them", "of", "to", "or", "for", "my", "you", "your", "me", "do", "does", "don't", "not", "none", "what", "which", "one", "mean", "means", "understand", "difference", "between",
	"want", "would", "like", "say", "think", "make", "report", "just", "s", "t",
	"questo", "questa", "questi", "sono", "si tratta", "di", "da", "del", "della", "per", "che", "cosa", "cos'e", "quale", "quali", "vorrei", "voglio", "fare", "segnalare", "direi", "credo", "penso", "sia", "non", "capisco", "significa", "differenza", "tra", "mia", "mio",
	"これは", "これ", "それは", "どれ", "どちら", "どういう", "どういう意味", "意味", "わかりません", "でもない", "ではない", "ではありません", "ですか", "と思います", "したい", "報告",
}

// isItself finds a sentence that says of itself what it is: "It is an error".
var isItself = regexp.MustCompile(`^(?:(?:it|that|this)(?: is|'s) |e |si tratta |これは|それは)`)

const tellsWords = 2 // words of a problem that make a text more than a choice

// tells reports whether a text tells the problem although one of the first
// choices is the open question: the summary is not known, and the text is a
// sentence that does not begin with a choice.
func (t *taking) tells(open Field, text string) bool {
	if open != Instance && open != Type && open != Severity || t.answered(Summary) {
		return false
	}
	text = opening(text)
	if runes(text) < SummaryMin || isVague(text) || t.chooses(open, text) {
		return false
	}
	known := slices.Concat(vague, asides)
	for _, e := range choices[open] {
		known = append(known, e.phrases...)
	}
	if open == Instance {
		for _, name := range t.env.Instances {
			known = append(known, strings.FieldsFunc(fold(name).text, isBetween)...)
		}
	}
	left := strings.Join(strings.FieldsFunc(residue(text, longestFirst(known)), isBetween), " ")
	return words(left) >= tellsWords
}

func isBetween(r rune) bool { return !isLetter(r) }

// chooses reports whether a text begins with a choice.
func (t *taking) chooses(open Field, text string) bool {
	folded := strings.TrimLeft(fold(text).text, punctuation)
	if t.s.check(open, text, t.env).value == "" {
		_, _, ok := choices[open].begins(text)
		return ok
	}
	if open == Type {
		_, _, ok := choices[Type].begins(text)
		return ok || isItself.MatchString(folded)
	}
	if span := severityNamed.FindStringIndex(folded); open == Severity && !severityAlone.MatchString(folded) {
		return span == nil || span[0] == 0 || isItself.MatchString(folded)
	}
	return true
}
