package intake

import (
	"cmp"
	"slices"
	"strings"
)

// claim is what a text says to a question, and where in the folded text.
type claim struct {
	field Field
	value string // without words; half an answer has none
	spans [][2]int
}

func (c claim) phrase(f folded) string {
	var list []string
	for _, span := range c.spans {
		list = append(list, strings.TrimSpace(f.cut(span[0], span[1])))
	}
	return strings.Join(strings.Fields(strings.Join(list, ", ")), " ")
}

func (c claim) touches(from, to int) bool {
	return slices.ContainsFunc(c.spans, func(s [2]int) bool { return s[0] < to && from < s[1] })
}

// claims finds what a text says to questions, with certainty. Where it stands
// in the text it is no part of what is said to another question.
func (t *taking) claims(f folded) []claim {
	var all []claim
	add := func(field Field, value string, spans ...[2]int) {
		if len(spans) > 0 && spans[0][1] > 0 {
			all = append(all, claim{field, value, spans})
		}
	}
	if value, span := affectedIn(f); value != "" {
		add(Affected, value, span)
	}
	if value, span := factIn(f, facts[Workaround]); value != "" {
		add(Workaround, value, span)
	}
	if value, span := namedSeverity(f); value != "" {
		add(Severity, value, span)
	}
	value, spans := productionIn(f, all)
	add(Production, value, spans...)
	others := slices.Clone(all)
	if m, span := mentioned(f, t.env, past); m.found {
		add(Since, m.String(), untilOthers(f, span, others))
	}
	if t.s.Need(Deadline, t.env) != NotAsked {
		if m, span := mentioned(f, t.env, future); m.found {
			add(Deadline, m.String(), untilOthers(f, span, others))
		}
	}
	if span, ok := callIn(f, all); ok {
		add(Call, "", span)
	}
	return all
}

// untilOthers ends a clause about a moment where another claim begins.
func untilOthers(f folded, span [2]int, others []claim) [2]int {
	for _, c := range others {
		for _, other := range c.spans {
			if other[0] > span[0] && other[0] < span[1] {
				span[1] = span[0] + len(strings.TrimRight(f.text[span[0]:other[0]], " ,"))
			}
		}
	}
	return span
}

// callIn finds the clause that names a person to call: one with a number, and
// what stands before it in its sentence, back to the word for telephone.
func callIn(f folded, others []claim) ([2]int, bool) {
	line := callLine(f.text)
	if line == "" {
		return [2]int{}, false
	}
	start := strings.Index(f.text, line)
	end := start + len(line)
	number := phone(line)
	at := start + strings.Index(line, number)
	pieces := clauses(f.text[:end], nil)
	first := slices.IndexFunc(pieces, func(p piece) bool { return at < p.to })
	last := slices.IndexFunc(pieces, func(p piece) bool { return at+len(number) <= p.to })
	if first < 0 || last < 0 {
		return [2]int{start, end}, true
	}
	to := pieces[last].to
	isFree := func(i int) bool {
		return !slices.ContainsFunc(others, func(c claim) bool { return c.touches(pieces[i].from, pieces[i].to) })
	}
	for i := first; !phoneWords.MatchString(f.text[pieces[i].from:to]) && i > 0 && !pieces[i-1].ends && isFree(i-1); {
		i--
		first = i
		if words(f.text[pieces[i].from:pieces[i].to]) <= 3 && !phoneWords.MatchString(f.text[:to]) {
			break // a name
		}
	}
	return [2]int{max(start, pieces[first].from), to}, true
}

// say stores what a claim says, with some words of the text, unless the
// question is answered already.
func (t *taking) say(c claim, said string) bool {
	said = strings.TrimRight(strings.TrimSpace(said), ",;、，；")
	value := join(c.value, said)
	switch {
	case runes(said) > c.field.row().max:
		return false
	case c.field == Production:
		merged, ok := t.s.Answers.completed(c.value, said)
		if !ok {
			return false
		}
		value = merged
	case t.answered(c.field):
		return false
	case c.field == Severity:
		value = withWords(c.value, said)
	case c.field == Call:
		value = said
	}
	t.put(c.field, value)
	return true
}

// mine takes out of prose what answers questions that are not answered yet.
func (t *taking) mine(text string) {
	f := fold(opening(text))
	for _, c := range t.claims(f) {
		if c.field == Severity {
			c.spans = [][2]int{{0, 0}} // the value alone
		}
		t.say(c, c.phrase(f))
	}
	t.places(f)
}

// places takes the links and the numbered things of a text.
func (t *taking) places(f folded) {
	if places := placesIn(f); len(places) > 0 && !t.answered(Where) {
		t.put(Where, strings.Join(places, ", "))
	}
}

// inOrder sorts claims by where they stand.
func inOrder(claims []claim) {
	slices.SortStableFunc(claims, func(a, b claim) int { return cmp.Compare(a.spans[0][0], b.spans[0][0]) })
}
