package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrUndeliverable says that the place is gone for good; no retry will help.
var ErrUndeliverable = errors.New("undeliverable")

// RetryError asks for the delivery to be tried again later; order within its
// lane is kept.
type RetryError struct {
	After time.Duration // what the platform asked for; 0: the courier backs off
	Err   error
}

// Error implements error.
func (e *RetryError) Error() string { return fmt.Sprintf("retry after %s: %v", e.After, e.Err) }

// Unwrap returns the cause.
func (e *RetryError) Unwrap() error { return e.Err }

// Receipt is what a platform says of a message that it took.
type Receipt struct {
	Ref    string    // the message, as later edits name it
	Thread string    // the thread that it opened, where the delivery asked for one
	Link   string    // where a person can see it, where the platform has such addresses
	At     time.Time // the platform's post time (SLA T13)
}

// Capabilities says what a platform can do, so that nobody asks which one it is.
type Capabilities struct {
	Forms             bool // forms can be opened from a command or a button
	FormFields        int  // how many fields a form may have; 0: any number
	Private           bool // answers that only one person sees
	CommandsInThreads bool // slash commands work inside a thread
	Edits             bool // a posted message can be changed
	MessageLimit      int  // runes of one message
}

// Handle takes an event to its commit. With an error nothing was committed and
// the event must not be acknowledged; the Answer still holds text for whoever
// waits. On ErrDuplicate nobody answers.
type Handle func(ctx context.Context, e Event) (Answer, error)

// Platform is one chat service.
type Platform interface {
	// Name is the first part of its references: "slack" in "slack:C0OPS".
	Name() string
	// Listen takes events until ctx ends; it acknowledges one only after handle returned nil.
	Listen(ctx context.Context, handle Handle) error
	// Deliver posts, edits or opens a thread. d.Key is stable over retries.
	// *RetryError, ErrUndeliverable; any other error is retried with backoff.
	Deliver(ctx context.Context, d Delivery) (Receipt, error)
	// Capabilities says what the platform can do.
	Capabilities() Capabilities
}
