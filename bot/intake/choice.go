package intake

import (
	"cmp"
	"slices"
	"strings"
)

// whole gives the value whose phrase is all of the text.
func (l lexicon) whole(text string) (string, bool) {
	text = bare(text)
	for _, e := range l {
		for _, phrase := range e.phrases {
			if text == phrase || text == phrase+"です" {
				return e.value, true
			}
		}
	}
	return "", false
}

// hit is a phrase found in a text.
type hit struct {
	value    string
	from, to int // of the folded text
}

// find gives all phrases in a folded text, without those inside longer ones.
func (l lexicon) find(text string) []hit {
	var all []hit
	for _, e := range l {
		for _, phrase := range e.phrases {
			for from := 0; ; {
				i := strings.Index(text[from:], phrase)
				if i < 0 {
					break
				}
				h := hit{e.value, from + i, from + i + len(phrase)}
				if isWordAt(text, h.from, h.to) {
					all = append(all, h)
				}
				from = h.to
			}
		}
	}
	slices.SortFunc(all, func(a, b hit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	outer, end := all[:0], 0
	for _, h := range all {
		if h.to > end {
			outer, end = append(outer, h), h.to
		}
	}
	return outer
}

// begins gives the value whose phrase begins a text, and the words after it.
func (l lexicon) begins(text string) (value, words string, ok bool) {
	if value, ok := l.whole(text); ok {
		return value, "", true
	}
	f := fold(strings.TrimLeft(text, punctuation))
	for _, h := range l.find(f.text) {
		if h.from == 0 {
			return h.value, strings.Trim(f.cut(h.to, len(f.text)), " \t\n.,;:-–—=、。：，"), true
		}
	}
	return "", "", false
}

// names gives the only value that a text names, with all of its words.
func (l lexicon) names(text string) (value, words string, ok bool) {
	for _, h := range l.find(fold(text).text) {
		if value != "" && value != h.value {
			return "", "", false
		}
		value = h.value
	}
	return value, text, value != ""
}
