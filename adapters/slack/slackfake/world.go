package slackfake

import (
	"cmp"
	"slices"
	"strings"
)

// User is somebody that the workspace knows.
type User struct {
	ID, Name, RealName, DisplayName string
	Team                            string // another than the workspace's: of another organisation
	Enterprise                      string
	Bot, Deleted, Stranger          bool
	Guest, SingleChannelGuest       bool // restricted, ultra-restricted
	TZ, Locale, Email               string
}

// shownName is how clients name somebody.
func (u *User) shownName() string { return cmp.Or(u.DisplayName, u.RealName, u.Name, u.ID) }

// Channel is a conversation.
type Channel struct {
	ID, Name                  string
	Private, Shared, Archived bool
	Members                   []string
	Teams                     []string // other organisations that are connected
	direct                    string   // the person of a direct conversation with a bot
	messages                  []*message
	pins                      []string
}

// group is a user group.
type group struct {
	handle  string
	members []string
}

// AddUser adds somebody to the world.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.Team = cmp.Or(u.Team, s.cfg.Team)
	s.users[u.ID] = &u
}

// AddChannel adds a channel. The bot is in it where Members names it.
func (s *Server) AddChannel(c Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Members, c.Teams = slices.Clone(c.Members), slices.Clone(c.Teams)
	s.channels[c.ID] = &c
}

// AddGroup adds a user group.
func (s *Server) AddGroup(id string, members ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id] = &group{strings.ToLower(id), slices.Clone(members)}
}

func (c *Channel) find(ts string) *message {
	i := slices.IndexFunc(c.messages, func(m *message) bool { return m.ts == ts })
	if i < 0 {
		return nil
	}
	return c.messages[i]
}

func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// kind is how events name a conversation's kind.
func (c *Channel) kind() string {
	switch {
	case c.direct != "":
		return "im"
	case c.Private:
		return "group"
	default:
		return "channel"
	}
}

// shownName is the name that interactions give a conversation.
func (c *Channel) shownName() string {
	switch {
	case c.direct != "":
		return "directmessage"
	case c.Private:
		return "privategroup"
	default:
		return c.Name
	}
}

// directOf is the conversation of somebody with a bot, made where there is none.
func (s *Server) directOf(user, bot string) *Channel {
	for _, c := range s.channels {
		if c.direct == user && c.has(bot) {
			return c
		}
	}
	id := "D" + strings.TrimLeft(user, "UW")
	if bot != s.cfg.BotUser {
		id += strings.TrimLeft(bot, "UW")
	}
	c := &Channel{ID: id, direct: user, Members: []string{user, bot}}
	s.channels[c.ID] = c
	return c
}

// DirectOf is the id of somebody's conversation with the bot.
func (s *Server) DirectOf(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.directOf(user, s.cfg.BotUser).ID
}

// shares tells whether somebody is of another organisation and in no
// conversation with a bot, so that it does not know them.
func (s *Server) strange(u *User, app *install) bool {
	if u.Team == app.Team {
		return false
	}
	for _, c := range s.channels {
		if c.has(u.ID) && c.has(app.BotUser) {
			return false
		}
	}
	return true
}
