package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// Name is the first part of this platform's references: "slack:C0ACME" is a
// channel, "slack:@U0GIULIA" somebody's direct messages with the bot,
// "slack:U0GIULIA" the person.
const Name = "slack"

// Limits of ours.
const (
	messageLimit = 4000             // runes of a text that is one message: docs.slack.dev/reference/methods/chat.postMessage
	handleLimit  = 15 * time.Second // how long one event may take to its commit
	deferAfter   = 2 * time.Second  // unless set otherwise, then an answer comes later: Slack waits 3 s
	callLimit    = 15 * time.Second // of one call of the Web API
)

// Config is what cmd fills in.
type Config struct {
	BotToken       string
	AppToken       string                // Socket Mode; without one events come over HTTP
	SigningSecret  string                // what HTTP requests are signed with
	APIURL         string                // with a slash at its end; empty: Slack's own
	Command        string                // "/case"
	SupportCommand string                // "/support"
	OAuth          OAuth                 // for workspaces that install the app themselves
	Sockets        int                   // connections of this process; 0: 1
	Staff          func(ref string) bool // who is staff: only their emoji mean something; nil: nobody
	Defer          time.Duration         // after which an answer comes later than the acknowledgement; 0: 2 s
	Now            func() time.Time
	Logger         *slog.Logger
	Meter          func(bot.Measured)                                                   // counts, never blocks; nil: not counted
	Say            func(key string) string                                              // the few words of the adapter's own, in the vendor's language; nil: signs
	Places         func(ctx context.Context, each func(room, thread string) bool) error // where something may have been missed; nil: nowhere
	Open           func(ctx context.Context, f bot.File) (io.Reader, int64, error)      // files that are not Slack's; nil: they are left out
	Draw           func(bot.Chart) ([]byte, error)                                      // a chart as a PNG; nil: only its table is posted
	Client         *http.Client                                                         // nil: one of its own
}

// The words of the adapter's own, by their keys in the catalogues.
const (
	SayForgotten = "control.forgotten" // a control was pressed that is too old
	SayExpired   = "form.expired"      // a form was sent that was open too long
	SayNotSaved  = "not_saved"         // something could not be taken for reasons of ours
	SayNotPassed = "file.not_passed"   // a file could not be passed on to the other side

	SayNotCarried = "file.not_carried" // a file is none that is passed on

	SayInstallDone   = "install.done"
	SayInstallDenied = "install.denied"
	SayInstallFailed = "install.failed"
	SayInstallState  = "install.state"
)

// Slack is the platform.
type Slack struct {
	cfg    Config
	now    func() time.Time
	log    *slog.Logger
	memory Memory
	http   *http.Client
	app    *slackapi.Client // of the app itself: it asks for sockets
	waits  pauses           // of the app itself

	spaces    spaces
	listening listening
	health    health
	groups    chan struct{} // a user group changed
}

var _ bot.Platform = (*Slack)(nil)

// New returns the platform. It calls nobody yet: who the bot is, it asks when
// it first has to know.
func New(cfg Config, memory Memory) *Slack {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Meter == nil {
		cfg.Meter = func(bot.Measured) {}
	}
	if cfg.Say == nil {
		cfg.Say = func(string) string { return "⌛" }
	}
	if cfg.Staff == nil {
		cfg.Staff = func(string) bool { return false }
	}
	if cfg.APIURL == "" {
		cfg.APIURL = slackapi.APIURL
	}
	if cfg.Defer == 0 {
		cfg.Defer = deferAfter
	}
	if cfg.Sockets == 0 {
		cfg.Sockets = 1
	}
	client := cfg.Client
	if client == nil {
		client = &http.Client{Timeout: callLimit}
	}
	s := &Slack{cfg: cfg, now: cfg.Now, log: cfg.Logger, memory: memory, http: client, groups: make(chan struct{}, 1)}
	s.app = slackapi.New("", slackapi.OptionAPIURL(cfg.APIURL), slackapi.OptionHTTPClient(client), slackapi.OptionAppLevelToken(cfg.AppToken))
	if cfg.BotToken != "" {
		s.spaces.primary = s.workspace(cfg.BotToken, "")
	}
	s.listening.ended, s.health.news = make(chan struct{}), make(chan struct{}, 1)
	return s
}

// Name implements bot.Platform.
func (s *Slack) Name() string { return Name }

// Capabilities implements bot.Platform.
func (s *Slack) Capabilities() bot.Capabilities {
	return bot.Capabilities{Forms: true, Private: true, Edits: true, MessageLimit: messageLimit}
}

// Self is who the bot is in its workspace.
type Self struct {
	Team       string // T…
	Enterprise string // E…, of the organisation that the workspace belongs to, if to one
	User       string // U…, as people mention it
	Bot        string // B…, as its messages name it
	URL        string // of the workspace, "https://example.slack.com/"
	Scopes     []string
}

// Has tells whether the token has a scope.
func (w Self) Has(scope string) bool { return slices.Contains(w.Scopes, scope) }

// link is where a person can see a message, or the channel where none is named.
func (w Self) link(channel, ts, thread string) string {
	if w.URL == "" || channel == "" {
		return ""
	}
	link := strings.TrimSuffix(w.URL, "/") + "/archives/" + channel
	if ts != "" {
		link += "/p" + strings.Replace(ts, ".", "", 1)
	}
	if thread != "" && ts != "" && thread != ts {
		link += "?thread_ts=" + thread + "&cid=" + channel
	}
	return link
}

// stamp reads a message's timestamp, "1767225600.000100": seconds and
// microseconds. The zero time where it is none.
func stamp(ts string) time.Time {
	whole, frac, _ := strings.Cut(ts, ".")
	var sec, micro int64
	if _, err := fmt.Sscanf(whole, "%d", &sec); err != nil {
		return time.Time{}
	}
	if frac != "" {
		if _, err := fmt.Sscanf((frac + "000000")[:6], "%d", &micro); err != nil {
			return time.Time{}
		}
	}
	return time.Unix(sec, micro*1000).UTC()
}

// Ready tells why casebot cannot hear or speak at present, nil where it can.
func (s *Slack) Ready(context.Context) error {
	if !s.listens() {
		return errDeaf
	}
	if err := s.health.refused(); err != nil || s.cfg.AppToken == "" {
		return err // over HTTP whoever can ask this can be reached
	}
	return s.health.err()
}

// health is what is known of the token in the configuration, and of the
// sockets.
type health struct {
	sync.Mutex
	dead  error         // why Slack does not take the token
	open  int           // connections that said hello
	fatal error         // why no further one will be tried
	last  error         // why the last one ended
	news  chan struct{} // the first of the connections opened
}

var errNoSocket = errors.New("no Socket Mode connection is open")

func (h *health) err() error {
	h.Lock()
	defer h.Unlock()
	switch {
	case h.fatal != nil:
		return h.fatal
	case h.open > 0:
		return nil
	case h.last != nil:
		return fmt.Errorf("%w: %w", errNoSocket, h.last)
	default:
		return errNoSocket
	}
}

// answered notes how Slack answered to a call with the token.
func (h *health) answered(err error) {
	h.Lock()
	defer h.Unlock()
	switch {
	case isCode(err, dead...):
		h.dead = err
	case err == nil || code(err) != "":
		h.dead = nil
	}
}

func (h *health) refused() error {
	h.Lock()
	defer h.Unlock()
	if h.dead == nil {
		return nil
	}
	return fmt.Errorf("slack does not take the bot token: %w", h.dead)
}

func (h *health) opened(n int) {
	h.Lock()
	defer h.Unlock()
	h.open += n
	if n > 0 {
		h.last, h.fatal = nil, nil
		select {
		case h.news <- struct{}{}:
		default:
		}
	}
}

func (h *health) failed(err error, fatal bool) {
	h.Lock()
	defer h.Unlock()
	h.last = err
	if fatal {
		h.fatal = err
	}
}
