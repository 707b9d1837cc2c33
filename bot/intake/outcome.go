package intake

import (
	"strings"

	"casebot/bot/texts"
)

// Word is what somebody told the conversation to do instead of answering.
type Word string

// The words.
const (
	Back   Word = "back"
	Skip   Word = "skip"
	Cancel Word = "cancel"
	Submit Word = "submit"
)

// Problem says why an answer was refused and how to put it right.
type Problem struct {
	Field Field
	Key   string // of the catalogue
	Args  []any  // of Voice.Say
	Typed string // what was refused
}

// Say says the problem to somebody.
func (p Problem) Say(voice texts.Voice) string {
	args := p.Args
	for i := 0; i+1 < len(p.Args); i += 2 {
		if m, ok := p.Args[i+1].(moment); ok {
			args = []any{"time", m.say(voice), "zone", voice.Zone(m.at, m.at.Location())}
		}
	}
	if p.Key == "problem.choice" {
		args = []any{"options", strings.Join(optionLabels(p.Field, voice), voice.Say("list.comma"))}
	}
	return voice.Say(p.Key, args...)
}

func (m moment) say(voice texts.Voice) string {
	if m.wholeDay {
		return voice.Date(m.at, m.at.Location())
	}
	return voice.Time(m.at, m.at.Location())
}

// Outcome is what became of a text, a form or files.
type Outcome struct {
	Word          Word           // the text was only this word; Back and Skip are already done
	Understood    []Field        // answered by it, in the order of the fields
	Kept          string         // what no question asked for; it went to Details
	Problems      []Problem      // what was refused
	Contradiction *Contradiction // to be asked about, until it is answered
	Split         bool           // it tells of two problems: offer to split
}
