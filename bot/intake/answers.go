package intake

import (
	"maps"
	"strings"
	"time"
)

// The values of the choices.
const (
	TypeError    = "error"
	TypeRequest  = "request"
	TypeQuestion = "question"

	AffectedAll  = "all"
	AffectedMany = "many"
	AffectedSome = "some"
	AffectedOne  = "one"

	WorkaroundNone         = "none"
	WorkaroundUnreasonable = "unreasonable"
	WorkaroundReasonable   = "reasonable" // with a text that says which

	ProductionYes        = "yes"  // says nothing of the records
	ProductionBadRecords = "data" // in production, and records are wrong or lost
	ProductionNo         = "no"

	Yes = "yes"
	No  = "no"

	ErrorNone    = "none"          // no error text was shown
	CannotRepeat = "cannot repeat" // of Steps, with a text that says when it happened last
)

// Limits of what is typed.
const (
	SummaryMin = 10    // runes
	SummaryMax = 120   // runes
	TextMax    = 12000 // runes of one text; a longer one belongs in a file
	DetailsMax = 16000 // runes that a draft keeps besides its answers
)

// separator stands between a choice and the words that came with it.
const separator = ": "

// Answers holds normalised values. A choice is one of its values, or a value
// and the writer's own words: "many: 40 in sales". Since and Deadline are a
// moment (RFC 3339) or a day (2006-01-02) and the words it was read from.
type Answers map[Field]string

// Choice gives the value of a choice without the words after it.
func (a Answers) Choice(f Field) string {
	value, _, _ := strings.Cut(a[f], separator)
	return value
}

// Words gives the writer's own words after a choice or a moment.
func (a Answers) Words(f Field) string {
	_, words, _ := strings.Cut(a[f], separator)
	return words
}

// Moment reads Since or Deadline. A whole day is given as its midnight in
// zone.
func (a Answers) Moment(f Field, zone *time.Location) (at time.Time, wholeDay, ok bool) {
	value := a.Choice(f)
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at, false, true
	}
	if zone == nil {
		zone = time.UTC
	}
	if at, err := time.ParseInLocation(time.DateOnly, value, zone); err == nil {
		return at, true, true
	}
	return time.Time{}, false, false
}

// join puts a choice and words together.
func join(value, words string) string {
	words = strings.TrimSpace(words)
	if words == "" {
		return value
	}
	return value + separator + words
}

func (a Answers) clone() Answers {
	if a == nil {
		return Answers{}
	}
	return maps.Clone(a)
}

// complete reports whether the answer to a field says all that it must.
func (a Answers) complete(f Field) bool {
	value, choice := a[f], a.Choice(f)
	if f == Production { // words alone say how the records are, not where
		return choice != ""
	}
	if f == Workaround {
		return choice != "" && (choice != WorkaroundReasonable || a.Words(f) != "")
	}
	return value != "" && (f != Steps || value != CannotRepeat)
}
