package intake

import (
	"regexp"
	"strings"
)

// verdict answers the question about a contradiction: "keep 1", "change to 3",
// in English, Italian and Japanese.
var verdict = regexp.MustCompile(`^(?:(?:yes|no|ok|please|si|per favore|はい|いいえ)[, ]*)?` +
	`(?:(keep|leave|mantieni|mantenga|mantenere|mantengo|tieni|tenga|lascia|lasci)|(change|passa|passi|passare|cambia|cambi|cambiare|modifica|modifichi|変更|変更する|変更します|変えます))` +
	`(?: (?:it|to|at|as|a|alla|in|la|severity|sev|gravita))* ?([1-3])?(?:,? (?:please|per favore|grazie))?$`)

// isDisputed reports whether the question to keep or to change the severity
// is open.
func (s State) isDisputed() bool {
	_, ok := s.Contradiction()
	return ok && s.Disputed && s.Asked == Severity && !s.Submitted
}

// weigh reads a text while it is asked whether to keep the severity. What
// does not answer that may answer other questions; the rest is kept.
func (t *taking) weigh(text string) {
	if value := t.decided(text); value != "" {
		t.put(Severity, value)
		return
	}
	if strings.Contains(text, "\n") {
		if text = t.blocks(text); text == "" {
			return
		}
	}
	if t.s.check(Severity, text, t.env).value != "" {
		t.choose(Severity, text)
		return
	}
	if f := t.meant(text); f != "" {
		t.choose(f, text)
		return
	}
	t.gather(text)
}

// decided gives the severity that a text keeps or changes to.
func (t *taking) decided(text string) string {
	m := verdict.FindStringSubmatch(bare(text))
	c, ok := t.s.Contradiction()
	switch {
	case m == nil || !ok:
		return ""
	case m[3] != "":
		return m[3]
	case m[2] != "":
		return c.Hint.String()
	default:
		return t.s.Answers[Severity]
	}
}

// meant finds the other choice that a text answers beyond doubt.
func (t *taking) meant(text string) Field {
	if _, ok := yesNo.whole(text); ok {
		return ""
	}
	for _, f := range []Field{Workaround, Affected, Production, Type} {
		if t.answered(f) || t.s.Need(f, t.env) == NotAsked {
			continue
		}
		if _, ok := choices[f].whole(text); ok {
			return f
		}
		if value, _, ok := choices[f].begins(text); f == Workaround && ok && value != WorkaroundNone {
			return f
		}
	}
	return ""
}

// gather takes what a text says to questions that are not answered yet, and
// keeps the text unless that was all.
func (t *taking) gather(text string) {
	f := fold(opening(text))
	claims := t.claims(f)
	if len(claims) == 0 && words(text) < 2 {
		t.refuse(Severity, "problem.severity.keep", text)
		return
	}
	left := []byte(f.text)
	for _, c := range claims {
		if c.field == Severity || !t.say(c, c.phrase(f)) {
			continue
		}
		for _, span := range c.spans {
			copy(left[span[0]:span[1]], strings.Repeat(" ", span[1]-span[0]))
		}
	}
	t.places(f)
	if len(f.raw) < runes(text) || strings.ContainsFunc(string(left), isLetter) || len(claims) == 0 {
		t.keep(text)
	}
}
