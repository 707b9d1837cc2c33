package intake

import (
	"slices"
	"strings"
	"unicode"
)

// checkSummary wants one line that says something.
func checkSummary(text string) reading {
	if isVague(text) {
		return refused("summary.vague")
	}
	if n := runes(text); n < SummaryMin {
		return refused("summary.short", "min", SummaryMin, "max", SummaryMax)
	}
	return accepted(strings.Join(strings.Fields(text), " "))
}

var vagueWords = longestFirst(vague)

func longestFirst(phrases []string) []string {
	return slices.SortedFunc(slices.Values(phrases), func(a, b string) int { return len(b) - len(a) })
}

// isVague reports whether nothing is left of a text after words like "help",
// "urgent" and "not working".
func isVague(text string) bool {
	return !strings.ContainsFunc(residue(text, vagueWords), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// residue gives a folded text with blanks in place of some phrases.
func residue(text string, phrases []string) string {
	rest := fold(text).text
	for _, phrase := range phrases {
		for from := 0; ; {
			i := strings.Index(rest[from:], phrase)
			if i < 0 {
				break
			}
			from += i
			end := from + len(phrase)
			if isWordAt(rest, from, end) {
				rest = rest[:from] + strings.Repeat(" ", len(phrase)) + rest[end:]
			}
			from = end
		}
	}
	return rest
}

// greetings open a message and tell nothing.
var greetings = []string{
	"hi", "hello", "dear", "good morning", "good afternoon", "good evening", "hey",
	"ciao", "buongiorno", "buonasera", "salve", "gentile", "gentili", "spettabile",
	"お世話になっております", "お世話になります", "いつもお世話に", "こんにちは", "おはようございます", "はじめまして",
}

// headline takes a one-line summary out of a longer text and returns what is
// then left of it. A line that has to be shortened leaves the whole text.
func headline(text string) (line, rest string, ok bool) {
	from := 0
	for part := range sentences(text) {
		start := from
		from += len(part)
		line := strings.Join(strings.Fields(strings.TrimLeft(part, "-*•> \t\n")), " ")
		if runes(line) < SummaryMin || isGreeting(line) || checkSummary(line).problem != nil {
			continue
		}
		if runes(line) > SummaryMax {
			return shorten(line), text, true
		}
		return line, strings.TrimSpace(text[:start] + text[from:]), true
	}
	return "", text, false
}

// sentences yields the lines of a text, and of long lines their sentences.
func sentences(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if runes(line) <= SummaryMax {
				if !yield(line) {
					return
				}
				continue
			}
			start := 0
			for i, r := range line {
				end := i + len(string(r))
				stop := strings.ContainsRune("。！？", r) ||
					strings.ContainsRune(".!?", r) && (end == len(line) || line[end] == ' ' || line[end] == '\n')
				if stop {
					if !yield(line[start:end]) {
						return
					}
					start = end
				}
			}
			if start < len(line) && !yield(line[start:]) {
				return
			}
		}
	}
}

func isGreeting(line string) bool {
	f := bare(line)
	return slices.ContainsFunc(greetings, func(g string) bool {
		return strings.HasPrefix(f, g) && isWordAt(f, 0, len(g)) && words(f) <= 4+words(g)
	})
}

// shorten cuts a line at a word so that it fits.
func shorten(line string) string {
	r := []rune(line)
	if len(r) <= SummaryMax {
		return line
	}
	cut := string(r[:SummaryMax-1])
	if space := strings.LastIndexByte(cut, ' '); space > len(cut)/2 {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, " ,;:、") + "…"
}
