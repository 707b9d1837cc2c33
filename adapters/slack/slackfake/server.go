package slackfake

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// obj is a JSON object.
type obj = map[string]any

// Config is a workspace, and the app that is installed in it.
type Config struct {
	Team          string // "T0ACME" unless set
	Domain        string // "example"
	TeamName      string // the domain
	BotUser       string // "U0BOT"
	BotID         string // "B0BOT"
	AppID         string // "A0APP"
	BotToken      string // "xoxb-1"
	AppToken      string // "xapp-1"
	SigningSecret string // "secret"
	ClientID      string // "1.1", for the OAuth flow
	ClientSecret  string // "client-secret"
	Scopes        []string
	Now           func() time.Time
	Retries       []time.Duration // after which an event that was not acknowledged is told again
	AckWithin     time.Duration   // of an event
	AnswerWithin  time.Duration   // of an interaction
	PingEvery     time.Duration   // on sockets
	Rotate        bool            // tokens from the OAuth flow last twelve hours and are refreshed
}

// Server is the fake.
type Server struct {
	cfg       Config
	server    *httptest.Server
	ctx       context.Context // until Close
	cancel    context.CancelFunc
	transport *http.Transport // over which casebot is called
	work      sync.WaitGroup
	sockets   sockets

	mu        sync.Mutex
	closing   bool
	lastTS    int64
	serial    int
	users     map[string]*User
	channels  map[string]*Channel
	groups    map[string]*group
	files     map[string]*file
	triggers  map[string]*trigger
	responses map[string]*response
	views     map[string][]*view // by user, the last one in front
	homes     map[string]*view   // by bot and user
	whispers  []*message
	apps      []*install              // the first is of the config
	tokens    map[string]*token       // by their text
	consents  map[string]*install     // by OAuth code
	offered   map[string][]any        // options of menus that ask casebot for them
	done      map[string]func() error // deeds by their id, to be done again
	told      map[string][][]byte     // what was told of a message, by channel and timestamp
	calls     []Call
	faults    []*fault
	limits    map[string]*limit
	hook      string // base URL of casebot for HTTP
	losing    bool
	twice     bool
	shuffle   bool
	holding   bool
	held      [][]byte
}

// AllScopes are the scopes of our manifest.
var AllScopes = []string{
	"app_mentions:read", "channels:history", "channels:read", "chat:write", "chat:write.customize", "commands", "files:read", "files:write",
	"groups:history", "groups:read", "im:history", "im:read", "im:write", "metadata.message:read", "pins:write", "reactions:read",
	"usergroups:read", "users:read",
}

// withDefaults fills in what is not set.
func (cfg Config) withDefaults() Config {
	for field, value := range map[*string]string{
		&cfg.Team: "T0ACME", &cfg.Domain: "example", &cfg.BotUser: "U0BOT", &cfg.BotID: "B0BOT", &cfg.AppID: "A0APP", &cfg.BotToken: "xoxb-1",
		&cfg.AppToken: "xapp-1", &cfg.SigningSecret: "secret", &cfg.ClientID: "1.1", &cfg.ClientSecret: "client-secret",
	} {
		if *field == "" {
			*field = value
		}
	}
	if cfg.TeamName == "" {
		cfg.TeamName = cfg.Domain
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Scopes == nil {
		cfg.Scopes = AllScopes
	}
	if cfg.Retries == nil { // three soon, then as Delayed Events each hour for a day
		cfg.Retries = append([]time.Duration{0, time.Minute, 5 * time.Minute}, slices.Repeat([]time.Duration{time.Hour}, 24)...)
	}
	for field, value := range map[*time.Duration]time.Duration{&cfg.AckWithin: 3 * time.Second, &cfg.AnswerWithin: 3 * time.Second, &cfg.PingEvery: 10 * time.Second} {
		if *field == 0 {
			*field = value
		}
	}
	return cfg
}

// New starts a fake with a bot and nobody else.
func New(cfg Config) *Server {
	cfg = cfg.withDefaults()
	s := &Server{
		cfg: cfg, users: map[string]*User{}, channels: map[string]*Channel{}, groups: map[string]*group{}, files: map[string]*file{},
		triggers: map[string]*trigger{}, responses: map[string]*response{}, views: map[string][]*view{}, homes: map[string]*view{},
		tokens: map[string]*token{}, consents: map[string]*install{}, offered: map[string][]any{}, done: map[string]func() error{},
		told: map[string][][]byte{}, limits: map[string]*limit{}, transport: &http.Transport{MaxIdleConnsPerHost: 64},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.sockets.waiting, s.sockets.tickets, s.sockets.changed = map[string]chan ack{}, map[string]bool{}, make(chan struct{})
	s.AddInstall(Install{
		Team: cfg.Team, Domain: cfg.Domain, Name: cfg.TeamName, BotUser: cfg.BotUser, BotID: cfg.BotID, Token: cfg.BotToken, Scopes: cfg.Scopes,
	})
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.api)
	mux.HandleFunc("/socket", s.socket)
	mux.HandleFunc("POST /response/{id}", s.respond)
	mux.HandleFunc("POST /upload/{id}", s.upload)
	mux.HandleFunc("GET /files/{id}", s.download)
	s.server = httptest.NewServer(mux) // on 127.0.0.1 only
	return s
}

// Close ends it, and all that it began.
func (s *Server) Close() {
	s.mu.Lock()
	again := s.closing
	s.closing = true
	s.mu.Unlock()
	if again {
		return
	}
	s.Heal()
	s.cancel()
	s.sockets.closeAll()
	s.server.CloseClientConnections()
	s.server.Close()
	s.work.Wait()
	s.transport.CloseIdleConnections()
}

// spawn does something in the background, unless the fake closes. The lock is
// held.
func (s *Server) spawn(do func()) {
	if !s.closing {
		s.work.Go(do)
	}
}

// URL is the address of the fake.
func (s *Server) URL() string { return s.server.URL }

// APIURL is what the adapter's api_url is to be.
func (s *Server) APIURL() string { return s.server.URL + "/api/" }

// Config is what it was started with.
func (s *Server) Config() Config { return s.cfg }

// Point sends events, commands and interactions to casebot over HTTP instead of
// a socket: to base + "/slack/events" and so on.
func (s *Server) Point(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = strings.TrimSuffix(base, "/")
}

// id makes a new id.
func (s *Server) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%06d", prefix, s.serial)
}

// ts makes the timestamp of a new message: later than all before it.
func (s *Server) ts() string {
	now := s.cfg.Now().UnixMicro()
	if now <= s.lastTS {
		now = s.lastTS + 1
	}
	s.lastTS = now
	return fmt.Sprintf("%d.%06d", now/1e6, now%1e6)
}

func clone(o obj) obj { return maps.Clone(o) }
