package bot

import (
	"slices"
	"strings"
	"time"
)

// Limits that all platforms share (Slack block kit and Discord components;
// the smaller one each). The core stays within them, adapters enrich.
const (
	MaxText       = 2000 // runes of one text: discord.com/developers/docs/resources/message#create-message
	MaxButtons    = 5    // buttons in a row: discord.com/developers/docs/components/reference#action-row
	MaxOptions    = 25   // options of a select: discord.com/developers/docs/components/reference#string-select
	MaxCommand    = 2000 // runes of a control's command; an adapter whose platform takes less remembers it under a shorter name
	MaxFormTitle  = 24   // runes: docs.slack.dev/reference/views/modal-views
	MaxFormFields = 5    // fields of a form that works everywhere
	MaxLabel      = 75   // runes of a button: docs.slack.dev/reference/block-kit/block-elements/button-element
)

// Tone colours a message.
type Tone string

// The tones.
const (
	ToneNone  Tone = ""
	ToneGood  Tone = "good"
	ToneWarn  Tone = "warn"
	ToneAlarm Tone = "alarm"
	ToneQuiet Tone = "quiet" // an internal note, a log line
)

// Message is what casebot says, the same for every platform. All strings are
// plain text that an adapter escapes, but for Section.Markup.
type Message struct {
	Text     string    `json:"text"` // always there: notifications, search, screen readers; the whole message where nothing else is set
	Title    string    `json:"title,omitempty"`
	Tone     Tone      `json:"tone,omitempty"`
	Author   *Author   `json:"author,omitempty"` // shown under a person's name
	Sections []Section `json:"sections,omitempty"`
	Controls []Control `json:"controls,omitempty"`
	Files    []File    `json:"files,omitempty"`
	Charts   []Chart   `json:"charts,omitempty"`   // beside the tables that say the same
	Mentions []string  `json:"mentions,omitempty"` // people to notify, "console:ada"; nobody else may be
	Small    string    `json:"small,omitempty"`    // small print below
}

// Author is the person in whose name a message is shown.
type Author struct {
	Name  string `json:"name"`
	Ref   string `json:"ref,omitempty"`
	Staff bool   `json:"staff,omitempty"`
}

// Section is a part of a message.
type Section struct {
	Title  string     `json:"title,omitempty"`
	Text   string     `json:"text,omitempty"`
	Markup bool       `json:"markup,omitempty"` // Text is ours and may hold **strong** words; never a user's text
	Quote  bool       `json:"quote,omitempty"`  // Text is somebody's words
	Fields []Field    `json:"fields,omitempty"`
	Rows   [][]string `json:"rows,omitempty"` // a table; the first row is its head
}

// Field is a labelled value. With a Time a platform may show its own date
// token beside the value.
type Field struct {
	Label string    `json:"label"`
	Value string    `json:"value"`
	Time  time.Time `json:"time,omitzero"`
}

// ControlKind says what a control looks like.
type ControlKind string

// The kinds of control.
const (
	ControlButton ControlKind = "button"
	ControlSelect ControlKind = "select"
	ControlLink   ControlKind = "link"
)

// Style sets a button's weight.
type Style string

// The styles of a button.
const (
	StylePlain   Style = ""
	StylePrimary Style = "primary"
	StyleDanger  Style = "danger"
)

// Control is a button or a select. Pressing it is the same as typing its
// command ("case take ACME-42"), so the core never knows the difference.
type Control struct {
	Kind    ControlKind `json:"kind"`
	Label   string      `json:"label"`
	Command string      `json:"command,omitempty"`
	URL     string      `json:"url,omitempty"`
	Style   Style       `json:"style,omitempty"`
	Confirm string      `json:"confirm,omitempty"` // asked before it counts
	Options []Option    `json:"options,omitempty"`
}

// Option is one choice of a select.
type Option struct {
	Label  string `json:"label"`
	Value  string `json:"value"` // of a control: its command; of a form: the field's value
	Detail string `json:"detail,omitempty"`
}

// File names a file that a platform holds; its bytes are never in a record.
type File struct {
	Ref  string `json:"ref"` // "console:<id>"
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
	Size int64  `json:"size,omitempty"`
	Alt  string `json:"alt,omitempty"` // what a picture shows, for those who do not see it
}

// Chart is a table's figures as stacked bars. A platform shows it as a picture;
// whoever sees none reads Alt and the table.
type Chart struct {
	Name   string        `json:"name"`   // of its file, without an ending
	Title  string        `json:"title"`  // what is counted
	Alt    string        `json:"alt"`    // all of it in words
	Labels []string      `json:"labels"` // below the bars
	Series []ChartSeries `json:"series"` // from the foot of each bar to its top
}

// ChartSeries is one colour of a chart.
type ChartSeries struct {
	Label  string `json:"label"`
	Tone   Tone   `json:"tone,omitempty"`
	Values []int  `json:"values"` // one for each label
}

// MaxFile is how many bytes a file may have that is passed on from one side to
// the other.
const MaxFile = 20 << 20

// programs are the endings of files that may run on their reader's machine.
var programs = []string{
	".exe", ".msi", ".bat", ".cmd", ".com", ".scr", ".pif", ".vbs", ".vbe", ".jse", ".wsf", ".ps1", ".jar", ".dll", ".lnk", ".hta", ".cpl", ".reg", ".apk", ".dmg", ".app",
}

// Carried tells whether a file is passed on from one side to the other: no
// programs, and nothing that is too large.
func Carried(f File) bool {
	name := strings.ToLower(strings.TrimRight(f.Name, ". "))
	return f.Size <= MaxFile && !slices.ContainsFunc(programs, func(end string) bool { return strings.HasSuffix(name, end) })
}

// FieldKind says how a form's field is filled in.
type FieldKind string

// The kinds of field.
const (
	FieldLine   FieldKind = "line"
	FieldText   FieldKind = "text"
	FieldChoice FieldKind = "choice"
	FieldFile   FieldKind = "file"
)

// Form asks for a command's missing arguments. Sending it is the same as
// typing the command with them.
type Form struct {
	Title   string      `json:"title"`
	Intro   []Section   `json:"intro,omitempty"`
	Command string      `json:"command"` // "case new", "case reply ACME-42"
	Submit  string      `json:"submit"`
	Fields  []FormField `json:"fields"`
}

// FormField is one field of a form.
type FormField struct {
	Name     string    `json:"name"`
	Label    string    `json:"label"`
	Hint     string    `json:"hint,omitempty"`
	Kind     FieldKind `json:"kind"`
	Options  []Option  `json:"options,omitempty"`
	Value    string    `json:"value,omitempty"`
	Required bool      `json:"required,omitempty"`
	Max      int       `json:"max,omitempty"` // runes
}

// Answer goes back inside the platform's own response. It is best effort and
// never stored: whoever misses it asks again.
type Answer struct {
	Private *Message          `json:"private,omitempty"` // only the asker sees it; beside a form, what a platform without forms says instead
	Form    *Form             `json:"form,omitempty"`
	Errors  map[string]string `json:"errors,omitempty"` // by field of the form that was sent
}

// Delivery is a message on its way to a room.
type Delivery struct {
	Key      string    `json:"key"`                // natural and stable: the same over every retry
	Record   Key       `json:"record"`             // who sends it and hears of it
	Room     string    `json:"room,omitempty"`     // "console:acme"; "console:@giulia" is that person's direct messages
	Thread   string    `json:"thread,omitempty"`   // the thread in it, where known
	Under    string    `json:"under,omitempty"`    // else the slot of this record whose message opened the thread
	Slot     string    `json:"slot,omitempty"`     // which message of the record this is
	Ref      string    `json:"ref,omitempty"`      // the slot's message, filled in by the store once it is known
	Edit     bool      `json:"edit,omitempty"`     // change the slot's message; post it where there is none yet
	Opens    bool      `json:"opens,omitempty"`    // the message opens a thread, which is then bound to the record
	Pin      bool      `json:"pin,omitempty"`      // keep the message in sight of everybody, once it is posted
	Report   bool      `json:"report,omitempty"`   // tell the record what became of it
	Internal bool      `json:"internal,omitempty"` // for the vendor's people: never where outsiders can read it
	Since    time.Time `json:"since,omitzero"`     // when it was decided, real time: how long it has been tried
	Message  Message   `json:"message,omitzero"`

	// What is not a message: the courier does these itself.
	Tell  *Tell    `json:"tell,omitempty"`
	Bind  []string `json:"bind,omitempty"` // names to point at To
	To    Key      `json:"to,omitzero"`
	Query *Query   `json:"query,omitempty"`
}

// Lane is where the delivery queues: order holds within (record, lane).
func (d Delivery) Lane() string {
	switch {
	case d.Tell != nil:
		return "tell " + d.Tell.To.String()
	case d.Query != nil:
		return "query"
	case len(d.Bind) > 0:
		return "bind"
	default:
		return d.Room
	}
}

// Tell hands an event to a record of another shard. The delivery's key is the
// event's id, so it counts once.
type Tell struct {
	To    Key   `json:"to"`
	Event Event `json:"event"`
}

// Query asks the courier for what Decide cannot see; the outcome comes back to
// the record as an event.
type Query struct {
	Name string            `json:"name"`
	Args map[string]string `json:"args,omitempty"`
}
