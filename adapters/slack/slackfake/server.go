package slackfake

import (
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
	BotUser       string // "U0BOT"
	BotID         string // "B0BOT"
	AppID         string // "A0APP"
	BotToken      string // "xoxb-1"
	AppToken      string // "xapp-1"
	SigningSecret string // "secret"
	Scopes        []string
	Now           func() time.Time
	Retries       []time.Duration // after which an event that was not acknowledged is told again
	AckWithin     time.Duration   // of an event
	AnswerWithin  time.Duration   // of an interaction
}

// User is somebody that the workspace knows.
type User struct {
	ID, Name, RealName, DisplayName string
	Team                            string // another than the workspace's: of another organisation
	Bot, Deleted, Guest, Stranger   bool
	TZ, Locale                      string
}

// Channel is a conversation.
type Channel struct {
	ID, Name                  string
	Private, Shared, Archived bool
	Members                   []string
	direct                    string // the person of a direct conversation with the bot
	messages                  []*message
	pins                      []string
}

// Server is the fake.
type Server struct {
	cfg    Config
	server *httptest.Server
	closed chan struct{}
	work   sync.WaitGroup

	mu        sync.Mutex
	lastTS    int64
	serial    int
	users     map[string]*User
	channels  map[string]*Channel
	groups    map[string][]string
	files     map[string]*file
	triggers  map[string]*trigger
	responses map[string]*response
	views     map[string][]*view // by user, the last one in front
	homes     map[string]obj
	whispers  []*message
	calls     []Call
	faults    []*fault
	installs  map[string]*install
	done      map[string]func() error // deeds by their id, to be done again
	told      map[string][][]byte     // what was told of a message, by channel and timestamp

	sockets sockets
	hook    string // base URL of casebot for HTTP
	losing  bool
}

// install is the app in a workspace.
type install struct {
	team, domain, user, bot string
	scopes                  []string
	revoked                 bool
}

// AllScopes are the scopes of our manifest.
var AllScopes = []string{
	"app_mentions:read", "channels:history", "channels:read", "chat:write", "chat:write.customize", "commands", "files:read", "files:write",
	"groups:history", "groups:read", "im:history", "im:read", "im:write", "metadata.message:read", "pins:write", "reactions:read",
	"usergroups:read", "users:read",
}

// New starts a fake with a bot and nobody else.
func New(cfg Config) *Server {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&cfg.Team, "T0ACME")
	set(&cfg.Domain, "example")
	set(&cfg.BotUser, "U0BOT")
	set(&cfg.BotID, "B0BOT")
	set(&cfg.AppID, "A0APP")
	set(&cfg.BotToken, "xoxb-1")
	set(&cfg.AppToken, "xapp-1")
	set(&cfg.SigningSecret, "secret")
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Scopes == nil {
		cfg.Scopes = AllScopes
	}
	if cfg.Retries == nil {
		cfg.Retries = []time.Duration{0, time.Minute, 5 * time.Minute, time.Hour, time.Hour, time.Hour}
	}
	if cfg.AckWithin == 0 {
		cfg.AckWithin = 3 * time.Second
	}
	if cfg.AnswerWithin == 0 {
		cfg.AnswerWithin = 3 * time.Second
	}
	s := &Server{
		cfg: cfg, closed: make(chan struct{}), users: map[string]*User{}, channels: map[string]*Channel{}, groups: map[string][]string{},
		files: map[string]*file{}, triggers: map[string]*trigger{}, responses: map[string]*response{}, views: map[string][]*view{},
		homes: map[string]obj{}, installs: map[string]*install{}, done: map[string]func() error{}, told: map[string][][]byte{},
	}
	s.sockets.waiting = map[string]chan ack{}
	s.sockets.changed = make(chan struct{})
	s.installs[cfg.BotToken] = &install{cfg.Team, cfg.Domain, cfg.BotUser, cfg.BotID, cfg.Scopes, false}
	s.users[cfg.BotUser] = &User{ID: cfg.BotUser, Name: "casebot", RealName: "casebot", Team: cfg.Team, Bot: true}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.api)
	mux.HandleFunc("/socket", s.socket)
	mux.HandleFunc("POST /response/{id}", s.respond)
	mux.HandleFunc("POST /upload/{id}", s.upload)
	mux.HandleFunc("GET /files/{id}", s.download)
	s.server = httptest.NewServer(mux)
	return s
}

// Close ends it.
func (s *Server) Close() {
	s.Heal()
	close(s.closed)
	s.sockets.closeAll()
	s.server.CloseClientConnections()
	s.server.Close()
	s.work.Wait()
}

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

// AddUser adds somebody to the world.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Team == "" {
		u.Team = s.cfg.Team
	}
	s.users[u.ID] = &u
}

// AddChannel adds a channel. The bot is in it where Members names it.
func (s *Server) AddChannel(c Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Members = slices.Clone(c.Members)
	s.channels[c.ID] = &c
}

// AddGroup adds a user group.
func (s *Server) AddGroup(id string, members ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id] = members
}

// Call is a call of the Web API.
type Call struct {
	Method string
	Args   obj
	Error  string
}

// Calls returns what was called so far, of one method or of all.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return method != "" && c.Method != method })
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

// external tells whether somebody is of another organisation.
func (s *Server) external(user string) bool {
	u := s.users[user]
	return u != nil && u.Team != s.cfg.Team
}

// directOf is the conversation of somebody with the bot, made where there is none.
func (s *Server) directOf(user string) *Channel {
	for _, c := range s.channels {
		if c.direct == user {
			return c
		}
	}
	c := &Channel{ID: "D" + strings.TrimLeft(user, "UW"), direct: user, Members: []string{user, s.cfg.BotUser}}
	s.channels[c.ID] = c
	return c
}

// DirectOf is the id of somebody's conversation with the bot.
func (s *Server) DirectOf(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.directOf(user).ID
}

func clone(o obj) obj { return maps.Clone(o) }

// Grant changes the scopes of the bot's token.
func (s *Server) Grant(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.installs[s.cfg.BotToken].scopes = scopes
}

// Revoke takes the app out of the workspace.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.installs[s.cfg.BotToken].revoked = true
	s.event(nil, obj{"type": "app_uninstalled"})
}
