// Package platformtest is the contract of a platform: whatever passes Run
// keeps casebot's promises. Each file proves one side of it, and each test
// says what would go wrong without it.
//
// The platform is driven from the outside, through a Service: the chat service
// behind it, or a fake of its API, as people see and use it. The contract plays
// both the people and casebot's core; it never looks into the adapter.
package platformtest

import (
	"context"
	"testing"

	"casebot/bot"
)

// Open starts a platform with an empty service behind it. Whatever it starts
// ends with the test; Listen is called by the contract.
type Open func(t *testing.T) Fixture

// Fixture is a platform under test, the service behind it, and who and what
// there is in it.
type Fixture struct {
	Platform bot.Platform
	// Replica is the platform in another process of casebot, at the same service.
	Replica func(t *testing.T) bot.Platform
	Service Service

	Person bot.Actor // a customer
	Agent  bot.Actor // one of the vendor's people
	Room   string    // a channel that both are in: "console:acme"
	Inside string    // a channel that Agent is in and Person is not
	Direct string    // Person's direct messages with casebot: "console:@giulia"

	Gone Gone
}

// Gone are references of the right form that name nothing any more.
type Gone struct {
	Room    string // a channel
	Direct  string // a person's direct messages
	Thread  string // a thread of Room
	Message string // a message of casebot in Room
}

// Service is the chat service as people and other programs use it. What it
// cannot do it answers with an error that wraps errors.ErrUnsupported and says
// why; the promises that need it are then skipped.
//
// A faithful one tells casebot of casebot's own messages too, tells again what
// was not acknowledged within a few seconds, and shows texts as its clients
// do: what the adapter fails to escape becomes a mention, a link, bold.
type Service interface {
	// Do lets somebody do something, as soon as casebot is there. It may return
	// before casebot has heard of it, or wait for that. A deed under an ID that was done before is not a
	// new one: the service tells casebot the same again.
	Do(ctx context.Context, d Deed) error
	// Posts is what somebody can read in a room, threads and answers for their
	// eyes only included, oldest first.
	Posts(ctx context.Context, viewer bot.Actor, room string) ([]Post, error)
	// Form is what is open before somebody, or what they can open again after
	// it was refused; nil for none.
	Form(ctx context.Context, viewer bot.Actor) (*Form, error)
	// Fail lets the service fail once, after skip more calls of the platform
	// went well; struck is closed when it does. None calls it off and lets go
	// of the calls that it left hanging.
	Fail(f Failure, skip int) (struck <-chan struct{}, err error)
}

// Bot stands for casebot's name in a text, called the way the service does it.
const Bot = "{bot}"

// DeedKind says what somebody does.
type DeedKind string

// The kinds of deed.
const (
	DeedSay     DeedKind = "say"     // write Text with Files; Bot in it is a mention
	DeedRobot   DeedKind = "robot"   // another program writes Text
	DeedChange  DeedKind = "change"  // change the own message Post to Text
	DeedCommand DeedKind = "command" // type the slash command Text: "case new It is slow"
	DeedPress   DeedKind = "press"   // press Label of Post, and say yes where asked; of a select: choose Option
	DeedSend    DeedKind = "send"    // fill Values into the open form and send it
)

// Deed is something that somebody does.
type Deed struct {
	ID     string
	Kind   DeedKind
	Who    bot.Actor
	Room   string
	Thread string // the message that a thread hangs on, or Receipt.Thread; empty on the channel's surface
	Text   string
	Files  []Attachment
	Post   string            // Ref of a Post
	Label  string            // of a control
	Option string            // its label
	Values map[string]string // by the field's label; of a choice: the option's label
}

// Attachment is a file that somebody adds to a message.
type Attachment struct {
	Name string
	Body string
}

// Post is a message as somebody sees it.
type Post struct {
	Ref      string // as Receipt.Ref or Origin.Message name it
	Thread   string // the thread that it is in, as Receipt.Thread or Origin.Thread name it; empty on the surface
	Author   string // the person's reference; empty: casebot
	Name     string // whose name it is shown under
	Text     string // all that can be read in it, table and small print included; controls and files are not
	Controls []Control
	Files    []string // names
	Private  bool     // nobody else sees it
	Notifies []string // the people whom it calls, or Everybody
}

// Everybody in Post.Notifies: the whole room is called.
const Everybody = "everybody"

// Control is a button, a select or a link as somebody sees it.
type Control struct {
	Label   string
	Options []string // labels, in order
}

// Form is a form as somebody sees it.
type Form struct {
	Title  string
	Submit string
	Fields []Field
	Errors []string // what is said of it and belongs to no field
}

// Field is a field of a form, with what is typed or chosen in it.
type Field struct {
	Label   string
	Value   string
	Options []string // labels
	Error   string
}

// Failure is a way in which a service fails.
type Failure string

// The failures.
const (
	None        Failure = ""
	Limited     Failure = "limited"     // 429 with Retry-After: RetryAfter
	Unavailable Failure = "unavailable" // 503, and nothing was done
	Silent      Failure = "silent"      // no answer ever comes, and nothing was done
	Lost        Failure = "lost"        // it was done, but no answer ever comes
	RoomGone    Failure = "room gone"   // the room is not there any more
)

// RetryAfter is how many seconds a Limited service asks for.
const RetryAfter = 7

// Run proves the contract.
func Run(t *testing.T, open Open) {
	groups := []struct {
		name  string
		tests []test
	}{
		{"Messages", messageTests},
		{"Acknowledgement", acknowledgementTests},
		{"Commands", commandTests},
		{"Answers", answerTests},
		{"Forms", formTests},
		{"Deliveries", deliveryTests},
		{"Threads", threadTests},
		{"Places", placeTests},
		{"Rendering", renderTests},
		{"Failures", failureTests},
		{"Capabilities", capabilityTests},
	}
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) {
					t.Parallel() // a redelivery takes seconds, and nobody has to wait for it alone
					test.run(newWorld(t, open(t)))
				})
			}
		})
	}
}

// test is one promise.
type test struct {
	name string
	run  func(*world)
}
