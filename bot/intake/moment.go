package intake

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// direction says where a moment without a date lies: Since looks back,
// Deadline forward.
type direction int

const (
	past   direction = -1
	future direction = 1
)

// moment is a point in time that was read from a text.
type moment struct {
	found    bool
	at       time.Time
	wholeDay bool // no clock time was given; at is its midnight
}

// String writes it as Answers keep it.
func (m moment) String() string {
	if m.wholeDay {
		return m.at.Format(time.DateOnly)
	}
	return m.at.Format(time.RFC3339)
}

// slack is how far clocks of people may be ahead of ours.
const slack = 5 * time.Minute

// checkMoment reads Since, which is not in the future, or Deadline, which is
// not in the past.
func checkMoment(f Field, text string, env Env) reading {
	way := past
	if f == Deadline {
		way = future
	}
	m, problem := readMoment(fold(text).text, env, way)
	switch {
	case problem != nil:
		return reading{problem: problem}
	case !m.found:
		return refused(string(f) + ".unread")
	case way == past && m.at.After(env.Now.Add(slack)):
		return misplaced("since.future", m, env)
	case way == future && m.before(env.Now):
		return misplaced("deadline.past", m, env)
	default:
		return accepted(join(m.String(), strings.Join(strings.Fields(text), " ")))
	}
}

// misplaced refuses a moment; Problem.Say says it in the reader's language.
func misplaced(key string, m moment, env Env) reading {
	m.at = m.at.In(env.zone())
	return refused(key, "moment", m)
}

func (m moment) before(now time.Time) bool {
	end := m.at
	if m.wholeDay {
		end = m.at.AddDate(0, 0, 1)
	}
	return end.Before(now)
}

// readMoment reads a moment from a folded text: "yesterday 14:00", "da
// lunedì alle 9", "3月8日10時", "2 hours ago", "2026-03-08 10:30 CET". The
// date and the clock time may stand in any order; what is given twice counts
// where it stands first.
func readMoment(text string, env Env, way direction) (moment, *Problem) {
	now := env.Now.In(env.zone())
	if at, whole, rest, ok := readElapsed(text, now, way); ok {
		if !whole {
			return moment{found: true, at: at}, nil
		}
		return withClock(at, rest, env, way, true)
	}
	date, span, problem := readDate(text, now, env.Lang, way)
	if problem != nil {
		return moment{}, problem
	}
	if span == nil {
		return withClock(now, text, env, way, false)
	}
	// A blank in place of the date keeps its numbers out of the clock.
	rest := text[:span[0]] + strings.Repeat(" ", span[1]-span[0]) + text[span[1]:]
	return withClock(date, rest, env, way, true)
}

// withClock adds the clock time that is found in the text to a day.
func withClock(day time.Time, text string, env Env, way direction, dated bool) (moment, *Problem) {
	clock, ok, problem := readClock(text)
	if problem != nil {
		return moment{}, problem
	}
	if !ok {
		y, m, d := day.Date()
		return moment{found: dated, wholeDay: true, at: time.Date(y, m, d, 0, 0, 0, 0, env.zone())}, nil
	}
	zone, problem := readZone(text, day, env)
	if problem != nil {
		return moment{}, problem
	}
	if !dated {
		day = env.Now.In(zone)
	}
	y, m, d := day.Date()
	at := time.Date(y, m, d, 0, clock, 0, 0, zone)
	switch { // a clock time alone is the last one, or the next
	case dated:
	case way == past && at.After(env.Now.Add(slack)):
		at = time.Date(y, m, d-1, 0, clock, 0, 0, zone)
	case way == future && at.Before(env.Now):
		at = time.Date(y, m, d+1, 0, clock, 0, 0, zone)
	}
	return moment{found: true, at: at}, nil
}

var (
	// In English, Italian and Japanese; a marker of the past follows its time
	// in the last.
	sinceMarker    = regexp.MustCompile(`\b(?:since|started|began|beginning|starting|da|dal|dalle|dall'|dalla|iniziato|cominciato)\b[ :]*(?:about|around|circa|at|on|alle|le|il)?[ ]*`)
	sinceMarkerJa  = regexp.MustCompile(`(?:から|より|以来)`)
	deadlineMarker = regexp.MustCompile(`\b(?:by|before|until|till|no later than|due|deadline|entro|prima (?:di|del|delle)|scadenza|fino a)\b[ :]*(?:il|le|la|the|on)?[ ]*`)
	deadlineJa     = regexp.MustCompile(`(?:までに|まで|迄)`)
	clauseEnd      = regexp.MustCompile(`[;!?\n]|\. |\.$|, (?:and|but|e|ma) `)
)

const (
	mentions = 10  // markers that are looked at
	clause   = 120 // bytes beside a marker that are read
)

// clip shortens a span to some bytes, at a rune.
func clip(text string, from, to, most int) int {
	to = min(to, from+most)
	for to > from && to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	return to
}

// clipBack says where the clause before a place begins.
func clipBack(text string, to int) int {
	from := max(0, to-clause)
	for from < to && !utf8.RuneStart(text[from]) {
		from++
	}
	return from
}

// mentioned finds a moment within prose: only where a word such as "since"
// or "by" stands directly before it (in Japanese から or まで after it).
func mentioned(f folded, env Env, way direction) (m moment, span [2]int) {
	before, after := sinceMarker, sinceMarkerJa
	if way == future {
		before, after = deadlineMarker, deadlineJa
	}
	for _, span := range before.FindAllStringIndex(f.text, mentions) {
		end := len(f.text)
		if stop := clauseEnd.FindStringIndex(f.text[span[1]:]); stop != nil {
			end = span[1] + stop[0]
		}
		end = clip(f.text, span[1], end, clause)
		if m, ok := startsWithMoment(f.text[span[1]:end], f.text[span[0]:end], env, way); ok {
			return m, unspaced(f.text, span[0], shortest(f.text, span[0], end, m, env, way))
		}
	}
	for _, span := range after.FindAllStringIndex(f.text, mentions) {
		start := strings.LastIndexAny(f.text[:span[0]], ".,;!?\n") + 1
		start = max(start, clipBack(f.text, span[0]))
		if m, problem := readMoment(f.text[start:span[0]], env, way); problem == nil && m.found && placed(m, env, way) {
			return m, unspaced(f.text, start, span[1])
		}
	}
	return moment{}, [2]int{}
}

// unspaced takes the blanks off the ends of a span.
func unspaced(text string, from, to int) [2]int {
	to = from + len(strings.TrimRight(text[from:to], " \t\n"))
	return [2]int{to - len(strings.TrimLeft(text[from:to], " \t\n")), to}
}

// shortest ends a clause after the word that completes its moment, unless it
// goes on to say whether the problem persists.
func shortest(text string, from, to int, m moment, env Env, way direction) int {
	if persistence(text[from:to]) != "" {
		return to
	}
	for i := from; i < to; i++ {
		if text[i] != ' ' && text[i] != ',' {
			continue
		}
		if part, problem := readMoment(text[from:i], env, way); problem == nil && part == m {
			return i
		}
	}
	return to
}

// startsWithMoment reads a moment that begins a clause; with is the clause
// together with its marker, which may be part of it ("da 2 ore").
func startsWithMoment(clause, with string, env Env, way direction) (moment, bool) {
	now := env.Now.In(env.zone())
	if _, _, _, ok := readElapsed(with, now, way); !ok {
		at := len(clause)
		if _, span, problem := readDate(clause, now, env.Lang, way); problem == nil && span != nil {
			at = span[0]
		}
		marker := len(with) - len(clause)
		if span := clockAt(with); span != nil && span[1] > marker { // "dalle 9" is marker and clock in one
			at = min(at, max(span[0]-marker, 0))
		}
		if at > 3 || at == len(clause) {
			return moment{}, false
		}
	}
	m, problem := readMoment(with, env, way)
	return m, problem == nil && m.found && placed(m, env, way)
}

// placed reports whether a moment lies where it must.
func placed(m moment, env Env, way direction) bool {
	if way == past {
		return !m.at.After(env.Now.Add(slack))
	}
	return !m.before(env.Now)
}
