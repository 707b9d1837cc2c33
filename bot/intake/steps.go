package intake

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	stepLine   = regexp.MustCompile(`^[ \t>*_•-]*(?:step |passo |passaggio |手順 ?)?([0-9]{1,2} ?[.):-]|[①-⑨])(?:[^0-9]|$)`)
	stepInline = regexp.MustCompile(`(?:^|[ ,;,、])([0-9]{1,2})[.)] ?[^0-9 ]`)
	stepThen   = regexp.MustCompile(` ?(?:→|⇒|->|=>|➜|;| > |»|, then |\. then | and then |, poi | e poi |, dopo | quindi |、?それから|、?その後|、?次に|してから、?)\s*`)
	bullet     = regexp.MustCompile(`^[ \t]*(?:[-*•・●]|[0-9]{1,2} ?[.):]|[①-⑨])[ \t]*`)
)

// checkSteps wants two steps at least, or "cannot repeat" and the last time.
func (s State) checkSteps(text string, env Env) reading {
	f := fold(text).text
	pending := s.Answers[Steps] == CannotRepeat
	if len(cannots.find(f)) > 0 || pending && len(stepList(text)) < 2 {
		if m, problem := readMoment(f, env, past); problem != nil || !m.found {
			return accepted(CannotRepeat).but("steps.last")
		}
		return accepted(join(CannotRepeat, text))
	}
	steps := stepList(text)
	if len(steps) < 2 {
		return refused("steps.few")
	}
	for i, step := range steps {
		steps[i] = strconv.Itoa(i+1) + ". " + step
	}
	return accepted(strings.Join(steps, "\n"))
}

// stepList takes a description apart: into its lines, or what numbers,
// arrows, "then" or full stops divide.
func stepList(text string) []string {
	lines := nonBlank(strings.Split(text, "\n"))
	if len(lines) >= 2 {
		return numberedLines(lines)
	}
	for _, divide := range []func(string) []string{
		divideNumbers,
		func(s string) []string { return stepThen.Split(s, -1) },
		divideSentences,
	} {
		if steps := nonBlank(divide(text)); len(steps) >= 2 {
			return steps
		}
	}
	return lines
}

// numberedLines joins lines that continue a step to it.
func numberedLines(lines []string) []string {
	numbered := 0
	for _, line := range lines {
		if bullet.MatchString(fold(line).text) {
			numbered++
		}
	}
	var steps []string
	for _, line := range lines {
		f := fold(line)
		span := bullet.FindStringIndex(f.text)
		switch {
		case span != nil:
			steps = append(steps, strings.TrimSpace(f.cut(span[1], len(f.text))))
		case numbered >= 2 && len(steps) > 0:
			steps[len(steps)-1] += " " + strings.TrimSpace(line)
		default:
			steps = append(steps, strings.TrimSpace(line))
		}
	}
	return nonBlank(steps)
}

// divideNumbers divides "1) open 2) click" at its numbers.
func divideNumbers(text string) []string {
	f := fold(text)
	var parts []string
	from, next := 0, 1
	for _, m := range stepInline.FindAllStringSubmatchIndex(f.text, -1) {
		if f.text[m[2]:m[3]] != strconv.Itoa(next) {
			continue
		}
		parts = append(parts, f.cut(from, m[2]))
		from, next = m[3]+1, next+1
	}
	if next < 3 {
		return nil
	}
	return append(parts, f.cut(from, len(f.text)))
}

func divideSentences(text string) []string {
	var parts []string
	start := 0
	for i, r := range text {
		end := i + len(string(r))
		if r == '。' || strings.ContainsRune(".!?", r) && end < len(text) && text[end] == ' ' {
			parts = append(parts, text[start:end])
			start = end
		}
	}
	return append(parts, text[start:])
}

func nonBlank(parts []string) []string {
	var kept []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); strings.Trim(part, punctuation) != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

// stepBlock finds numbered lines, 1, 2, …, within a longer text, and returns
// them and the text without them.
func stepBlock(text string) (block, rest string) {
	var inside, outside []string
	next := 1
	for line := range strings.Lines(text) {
		m := stepLine.FindStringSubmatch(fold(strings.TrimRight(line, "\n")).text)
		if m != nil && ordinal(m[1]) == next {
			inside = append(inside, line)
			next++
			continue
		}
		outside = append(outside, line)
	}
	if len(inside) < 2 {
		return "", text
	}
	return strings.Join(inside, ""), strings.TrimSpace(strings.Join(outside, ""))
}

// ordinal reads "2.", "2)" and "②".
func ordinal(s string) int {
	if r := []rune(s); r[0] >= '①' && r[0] <= '⑨' {
		return int(r[0]-'①') + 1
	}
	return number(strings.TrimRight(s, " .):-"))
}
