package bot

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// EventKind says what happened.
type EventKind string

// The kinds of event. The first three come from platforms, the others from
// casebot itself.
const (
	EventCommand EventKind = "command" // slash command, mention, button, select, emoji, shortcut or form
	EventMessage EventKind = "message" // somebody wrote
	EventJoined  EventKind = "joined"  // the bot came into a room
	EventRoom    EventKind = "room"    // something happened to a room; Topic says what

	EventAlarm         EventKind = "alarm"         // the record's alarm rang
	EventDelivered     EventKind = "delivered"     // a delivery that asked for a report was posted
	EventUndeliverable EventKind = "undeliverable" // it never will be
	EventAnswered      EventKind = "answered"      // a query's outcome
	EventTold          EventKind = "told"          // another record's Tell; Topic says what
	EventApplied       EventKind = "applied"       // the directory file was applied
)

// Event is a fact, with the place and the person it came from.
type Event struct {
	ID   string    `json:"id"` // natural: the same fact has the same id however often it is told
	Kind EventKind `json:"kind"`
	At   time.Time `json:"at,omitzero"`   // the platform's stamp; zero: Seen
	Seen time.Time `json:"seen,omitzero"` // the server's clock when it arrived (SLA T51)

	Actor  Actor  `json:"actor,omitzero"`
	Origin Origin `json:"origin,omitzero"`

	Command *Command          `json:"command,omitempty"`
	Forms   bool              `json:"forms,omitempty"` // a form can be opened from where it came: who says no more than "new" gets one
	Text    string            `json:"text,omitempty"`  // of a message
	Files   []File            `json:"files,omitempty"` // of a message or a form
	Edited  bool              `json:"edited,omitempty"`
	Deleted bool              `json:"deleted,omitempty"` // the message is there no more
	Topic   string            `json:"topic,omitempty"`   // of EventTold and EventAnswered
	Values  map[string]string `json:"values,omitempty"`
	Report  *Report           `json:"report,omitempty"`
	Message *Message          `json:"message,omitempty"` // a rendered report, a notice for a room
}

// clean takes the invisible marks out of what people wrote that would turn the
// words around theirs: overrides and isolates of the writing direction (Unicode
// TR 36, 3.2), and control characters. Letters of any direction stay.
func (e Event) clean() Event {
	e.Text, e.Actor.Name = cleanText(e.Text), cleanText(e.Actor.Name)
	e.Files = slices.Clone(e.Files)
	for i := range e.Files {
		e.Files[i].Name = cleanText(e.Files[i].Name)
	}
	if e.Command != nil {
		command := *e.Command
		command.Text, command.Args = cleanText(command.Text), maps.Clone(command.Args)
		for name, value := range command.Args {
			command.Args[name] = cleanText(value)
		}
		e.Command = &command
	}
	return e
}

func cleanText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r):
			return -1
		default:
			return r
		}
	}, s)
}

// Actor is who did it, as the platform knows them.
type Actor struct {
	Ref  string `json:"ref,omitempty"` // "slack:U0ADA"; empty: casebot itself
	Name string `json:"name,omitempty"`
	Bot  bool   `json:"bot,omitempty"`
	// Outside: of another organisation than the vendor's, as a platform that
	// knows such people says. They are never staff, whatever the configuration
	// says of their reference.
	Outside bool `json:"outside,omitempty"`
}

// Origin is where it happened.
type Origin struct {
	Room    string `json:"room,omitempty"`    // "slack:C0ACME"; "slack:@U0ADA" for direct messages
	Was     string `json:"was,omitempty"`     // the room's reference before the platform gave it another
	Thread  string `json:"thread,omitempty"`  // the thread, empty on the channel's surface
	Message string `json:"message,omitempty"` // the message's own reference
	Link    string `json:"link,omitempty"`    // where a person can see it
	Ours    bool   `json:"ours,omitempty"`    // the thread is one that casebot began
}

// Command is something that a person told casebot to do, whatever they pressed
// or typed to say it.
type Command struct {
	Group string            `json:"group"`           // "case" or "support"; empty: whichever has the word
	Text  string            `json:"text,omitempty"`  // the words after it, as typed: "take ACME-42"
	Args  map[string]string `json:"args,omitempty"`  // what a form or a typed option gave by name
	Form  bool              `json:"form,omitempty"`  // sent from a form: its errors are shown in it
	Aside bool              `json:"aside,omitempty"` // said with an emoji: where no case is meant there is no answer
}

// Report is what became of a delivery.
type Report struct {
	Key    string    `json:"key"`
	Slot   string    `json:"slot,omitempty"`
	Ref    string    `json:"ref,omitempty"`
	Thread string    `json:"thread,omitempty"`
	Link   string    `json:"link,omitempty"` // where a person can see it
	At     time.Time `json:"at,omitzero"`
	Reason string    `json:"reason,omitempty"` // why it is undeliverable
}
