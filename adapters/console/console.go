// Package console is the playground: a chat platform in the browser that
// behaves like Slack or Discord, so that somebody with nothing but Go can live
// a whole support case. It has channels, threads, direct messages with the
// bot, slash commands, buttons, forms, files and private answers, and several
// people to be.
//
// It keeps its messages on a Shelf, which survives a restart and is shared by
// all replicas; what is in memory here is only a mirror of it. There is no
// log-in: whoever opens the page may be anybody. What a person may see is
// enforced on the server all the same, as a platform would.
package console

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"casebot/bot"
)

// Limits of the playground.
const (
	MaxText        = 12_000  // runes of what a person posts
	DefaultMaxFile = 5 << 20 // bytes of one file
)

// Name is the first part of the console's references: "console:acme".
const Name = "console"

const (
	handleLimit = 15 * time.Second       // how long one event may take to its commit
	pollEvery   = 250 * time.Millisecond // how often other replicas' messages are looked for
	retryEvery  = time.Second            // the unit of the redelivery's backoff
	beatEvery   = 10 * time.Second       // how often a quiet stream says that it lives
)

// Config is what cmd fills in.
type Config struct {
	People   []Person
	Channels []Channel
	Commands []Command // for the completion of slash commands
	Bot      string    // the bot's name; empty: "casebot"
	Hint     []Step    // what to try first, as whom
	URL      string    // where the page is seen from outside, "http://127.0.0.1:8080"; empty: events carry no link
	Now      func() time.Time
	Real     func() time.Time // real time, which acknowledgements are measured by; nil: Now
	Logger   *slog.Logger
	Meter    func(bot.Measured)              // counts, never blocks; nil: not counted
	MaxFile  int64                           // bytes; 0: DefaultMaxFile
	Draw     func(bot.Chart) ([]byte, error) // a chart as a PNG; nil: its alternative text stands for it
}

// Person is somebody to be in the playground.
type Person struct {
	ID    string `json:"id"` // "giulia", the reference is "console:giulia"
	Name  string `json:"name"`
	Role  string `json:"role,omitempty"`  // shown: "Authorized contact · ACME"
	Group string `json:"group,omitempty"` // people are listed by group: "ACME", "Vendor"
	Staff bool   `json:"staff,omitempty"` // of the vendor's people
	Color int    `json:"color,omitempty"` // 1 to 8; 0: taken from the id
}

// ChannelKind says whom a channel is for.
type ChannelKind string

// The kinds of channel.
const (
	KindCustomer ChannelKind = "customer"
	KindStaff    ChannelKind = "staff"
)

// Channel is a room that several people share.
type Channel struct {
	Name    string      `json:"name"` // "acme", the reference is "console:acme"
	Topic   string      `json:"topic,omitempty"`
	Kind    ChannelKind `json:"kind"`
	Members []string    `json:"members,omitempty"` // person ids; empty: everybody, of a staff channel all staff
}

// Command is a line of the completion: "/case new [text]".
type Command struct {
	Group string `json:"group"` // "case" or "support"
	Name  string `json:"name"`
	Usage string `json:"usage,omitempty"`
	Help  string `json:"help,omitempty"`
}

// Step is something to try: as whom, where, what to type and why.
type Step struct {
	As      string `json:"as"`
	Channel string `json:"channel"`
	Text    string `json:"text"`
	Why     string `json:"why,omitempty"`
}

// Travel moves the clock of the whole playground.
type Travel interface {
	// Offset is how far the clock is ahead of real time.
	Offset() time.Duration
	// Advance lives through d, alarm by alarm.
	Advance(ctx context.Context, d time.Duration) error
	// AdvanceToNextAlarm lives until the next alarm has rung and says when
	// that was; the zero time where no alarm is set.
	AdvanceToNextAlarm(ctx context.Context) (time.Time, error)
	// Down lets d pass while casebot is switched off.
	Down(ctx context.Context, d time.Duration) error
}

// Console is the platform and the page that shows it.
type Console struct {
	cfg    Config
	now    func() time.Time
	log    *slog.Logger
	shelf  Shelf
	travel Travel
	board  *board

	writing    sync.Mutex // read, change and put back of one post
	travelling sync.Mutex // one journey at a time
	inHand     sync.Map   // ids of posts that casebot is being told now

	listening struct {
		sync.Mutex
		handle   bot.Handle
		ended    chan struct{} // closed when the present or next Listen ends
		inFlight sync.WaitGroup
	}
}

var _ bot.Platform = (*Console)(nil)

// New returns a console over a shelf. Without travel the page has no time
// buttons.
func New(cfg Config, shelf Shelf, travel Travel) *Console {
	if cfg.Bot == "" {
		cfg.Bot = "casebot"
	}
	if cfg.MaxFile == 0 {
		cfg.MaxFile = DefaultMaxFile
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Real == nil {
		cfg.Real = cfg.Now
	}
	if cfg.Meter == nil {
		cfg.Meter = func(bot.Measured) {}
	}
	c := &Console{
		cfg: cfg, now: cfg.Now, log: cfg.Logger, shelf: shelf, travel: travel,
		board: newBoard(shelf, cfg.Logger),
	}
	c.listening.ended = make(chan struct{})
	return c
}

// Name implements bot.Platform.
func (c *Console) Name() string { return Name }

// Capabilities implements bot.Platform.
func (c *Console) Capabilities() bot.Capabilities {
	return bot.Capabilities{
		Forms: true, Private: true, CommandsInThreads: true, Edits: true, MessageLimit: MaxText,
	}
}
