package intake

import (
	"cmp"
	"slices"
	"strings"
)

// taking is the reading of one text into a copy of the state.
type taking struct {
	s        State
	env      Env
	out      Outcome
	disputed bool // it was asked whether to keep the severity
}

func (s State) taking(env Env) *taking {
	t := &taking{s: s.clone(), env: env}
	t.s.settle(env)
	t.disputed = t.s.isDisputed()
	return t
}

// Take reads a text: a word such as "back", the answer to the open question,
// answers under a label ("Severity: 2"), and what can be recognised with
// certainty. What no question asked for goes to Details.
func (s State) Take(text string, env Env) (State, Outcome) {
	t := s.taking(env)
	text = clean(text)
	word, isWord := commands.whole(text)
	switch {
	case strings.TrimFunc(text, isInvisible) == "":
		t.refuse(s.Asked, "problem.empty", text)
	case runes(text) > TextMax:
		t.refuse(s.Asked, "problem.long", text, "max", TextMax)
	case isWord:
		t.obey(Word(word))
	default:
		t.read(text)
	}
	return t.done()
}

// isInvisible reports whether a rune shows nothing: blanks, marks of
// direction, joiners.
func isInvisible(r rune) bool {
	return r <= ' ' || r == 0xa0 || r == 0x3000 || r == 0xfeff || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2069
}

// obey does what a word says, as far as it concerns the questions.
func (t *taking) obey(word Word) {
	t.out.Word = word
	switch word {
	case Skip:
		open, ok := t.s.Next(t.env)
		if !ok {
			t.refuse("", "problem.skip", "")
			return
		}
		if !t.s.Answers.complete(open) {
			t.s.Skipped = append(without(t.s.Skipped, open), open)
		}
		t.s.Asked = ""
	case Back:
		trail := t.s.Trail
		if n := len(trail); n > 0 && trail[n-1] == t.s.Asked {
			trail = trail[:n-1]
		}
		if len(trail) == 0 {
			t.refuse("", "problem.back", "")
			return
		}
		t.s.Trail = trail
		t.s = t.s.Ask(trail[len(trail)-1])
	case Cancel, Submit: // concern the draft
	}
}

// read divides a text into labelled parts and prose.
func (t *taking) read(text string) {
	open := t.s.Asked
	if t.answersOpen(open, text) {
		return
	}
	parts, rest := labelled(text, open)
	for _, p := range parts {
		switch {
		case p.value == "":
			t.refuse(p.field, "problem.empty", text)
		case p.field == Details:
			t.keep(p.value)
		case t.divide(p.field, p.value):
		default:
			t.set(p.field, p.value)
		}
		if p.field == open {
			open = ""
		}
	}
	if rest == "" {
		return
	}
	if open == "" && !t.answered(Summary) {
		open = Summary
	}
	t.prose(open, rest)
}

// answersOpen takes a text that is plainly the answer to the open choice,
// before it is looked at for labels: "error: …" for the type.
func (t *taking) answersOpen(open Field, text string) bool {
	if l, ok := choices[open]; ok && !strings.Contains(text, "\n") {
		if _, whole := l.whole(text); whole || slices.Contains(open.Choices(), text) {
			return t.set(open, text)
		}
	}
	return false
}

// prose reads a text without labels, as the answer to the open question.
func (t *taking) prose(open Field, text string) {
	switch row := open.row(); {
	case open == Severity && t.disputed:
		t.weigh(text)
	case open == Summary || t.tells(open, text):
		t.tell(text)
	case open == "" || open == Details:
		t.out.Split = Split(text)
		t.mine(text)
		t.keep(t.blocks(text))
	case row.kind == Choice || open == Since || open == Call || open == Deadline || open == Files:
		if strings.Contains(text, "\n") {
			if text = t.blocks(text); text == "" { // steps, not an answer: the question stays open
				return
			}
		}
		t.choose(open, text)
	case open == Impact:
		t.set(open, text)
		t.mine(text)
	default:
		t.set(open, text)
	}
}

// choose reads a text as the answer to a choice or the like, and what it
// says besides.
func (t *taking) choose(f Field, text string) {
	if t.divide(f, text) {
		return
	}
	taken := t.set(f, text)
	if words(text) > 3 {
		t.mine(text)
	}
	if !taken && words(text) > 6 {
		t.keep(text)
	}
}

// tell reads a first text: a line is the summary; of a longer one a line
// becomes the summary and the rest is kept.
func (t *taking) tell(text string) {
	t.out.Split = Split(text)
	if !strings.Contains(text, "\n") && runes(text) <= SummaryMax {
		t.set(Summary, text)
		t.mine(text)
		return
	}
	rest := t.blocks(text)
	line, rest, ok := headline(rest)
	switch {
	case ok:
		t.put(Summary, line)
	case rest != "":
		t.set(Summary, firstLine(rest))
	}
	t.mine(text)
	t.keep(rest)
}

// firstLine shows what was looked at when no line makes a summary.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return shorten(line)
}

// blocks takes numbered steps and fenced error text out of a text.
func (t *taking) blocks(text string) string {
	if block, rest := fence(text); block != "" && !t.answered(ErrorText) && t.s.check(ErrorText, block, t.env).problem == nil {
		t.put(ErrorText, block)
		text = rest
	}
	if isFaultList(text) || t.answered(Steps) {
		return text
	}
	if block, rest := stepBlock(text); block != "" {
		if r := t.s.check(Steps, block, t.env); r.problem == nil {
			t.put(Steps, r.value)
			return rest
		}
	}
	return text
}

// set checks an answer and stores it. A problem is reported; an answer that
// has one may still be stored, and is then incomplete.
func (t *taking) set(f Field, text string) bool {
	r := t.s.check(f, text, t.env)
	half := r.problem != nil && r.problem.Key == "problem.production.env" && t.s.Column() == ColumnSeverity1
	if r.problem != nil && !half {
		t.refuse(f, r.problem.Key, text, r.problem.Args...)
	}
	if r.value == "" {
		return false
	}
	t.put(f, r.value)
	if half { // is good enough: severity 1 is not asked twice
		t.s.Skipped = append(t.s.Skipped, f)
		t.out.Understood = append(without(t.out.Understood, f), f)
	}
	return true
}

func (t *taking) put(f Field, value string) {
	t.s.Answers[f] = value
	t.s.Skipped = without(t.s.Skipped, f)
	if t.s.Answers.complete(f) {
		t.out.Understood = append(without(t.out.Understood, f), f)
	}
}

func (t *taking) refuse(f Field, key, text string, args ...any) {
	t.out.Problems = append(t.out.Problems, Problem{Field: f, Key: key, Args: args, Typed: text})
}

// answered reports whether a field has an answer of its own.
func (t *taking) answered(f Field) bool { return t.s.Answers.complete(f) }

// keep adds a text to the details.
func (t *taking) keep(text string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return
	case strings.Contains(t.s.Answers[Details], text): // said before
		t.out.Kept = text
		return
	}
	all := strings.TrimSpace(t.s.Answers[Details] + "\n\n" + text)
	if runes(all) > DetailsMax {
		t.refuse(Details, "problem.details", text)
		return
	}
	t.s.Answers[Details] = all
	t.out.Kept = strings.TrimSpace(t.out.Kept + "\n\n" + text)
}

// done closes the open question if it was answered and looks for what to
// ask about.
func (t *taking) done() (State, Outcome) {
	if slices.Contains(t.out.Understood, t.s.Asked) || t.s.Asked == Details && t.out.Kept != "" {
		t.s.Asked = ""
	}
	slices.SortFunc(t.out.Understood, func(a, b Field) int { return cmp.Compare(position(a), position(b)) })
	switch {
	case t.disputed && t.s.Asked == Severity:
		t.askAgain()
	case len(t.out.Understood) > 0:
		t.s, t.out.Contradiction = t.s.dispute()
	}
	return t.s, t.out
}

// askAgain leaves the question about the severity open as long as the answers
// speak against it.
func (t *taking) askAgain() {
	if t.out.Word == Cancel || t.out.Word == Submit {
		return
	}
	c, ok := t.s.Contradiction()
	if !ok {
		t.s.Asked = ""
		return
	}
	c.Again = true
	t.out.Contradiction = &c
}

func position(f Field) int {
	return slices.IndexFunc(fields, func(row spec) bool { return row.field == f })
}
