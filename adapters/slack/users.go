package slack

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"casebot/bot"
)

// What is known of a person is asked for once in a while; a question whose
// answer an event waits for is cut off early (DESIGN §1.6).
const (
	userFresh    = 15 * time.Minute
	userUnknown  = time.Minute // until somebody who could not be looked up is asked for again
	lookPatience = time.Second // for all that one envelope needs to have looked up
	usersKept    = 20_000
)

// Kind is what somebody is to the workspace that the bot is installed in.
type Kind string

// The kinds of user (docs.slack.dev/apis/slack-connect).
const (
	Member      Kind = "member"      // of the workspace, or of its organisation
	Guest       Kind = "guest"       // a single- or multi-channel guest of the workspace
	External    Kind = "external"    // of another organisation, in a shared channel
	Stranger    Kind = "stranger"    // of another organisation, and in no channel with us
	Robot       Kind = "robot"       // a program
	Deactivated Kind = "deactivated" // was a member
	Unknown     Kind = ""            // could not be looked up
)

// User is what Slack tells of somebody.
type User struct {
	ID   string
	Name string // as people see it
	Team string // T…, or E… for some partners' people
	Kind Kind
	Icon string // the address of their picture
}

// users keeps what was asked for.
type users struct {
	mu     sync.Mutex
	known  map[string]knownUser
	asking singleflight.Group
}

type knownUser struct {
	User
	until time.Time
}

// kindOf sorts a user, as seen from a workspace.
func kindOf(u *slackapi.User, self Self) Kind {
	switch {
	case u.Deleted:
		return Deactivated
	case u.IsBot, u.ID == "USLACKBOT":
		return Robot
	case u.IsStranger:
		return Stranger
	case u.TeamID != "" && u.TeamID != self.Team && !sameOrganisation(u, self):
		return External
	case u.IsRestricted, u.IsUltraRestricted:
		return Guest
	default:
		return Member
	}
}

// sameOrganisation tells whether somebody of another workspace belongs to the
// same Enterprise Grid organisation.
func sameOrganisation(u *slackapi.User, self Self) bool {
	return self.Enterprise != "" && u.Enterprise.EnterpriseID == self.Enterprise || slices.Contains(u.Enterprise.Teams, self.Team)
}

type patienceKey struct{}

// patient sets until when what an event needs is looked up; later it has to do
// without.
func patient(ctx context.Context, until time.Time) context.Context {
	return context.WithValue(ctx, patienceKey{}, until)
}

// patience is how long a look-up may take.
func (s *Slack) patience(ctx context.Context) time.Duration {
	if until, ok := ctx.Value(patienceKey{}).(time.Time); ok {
		return until.Sub(s.now())
	}
	return lookPatience
}

// user returns what is known of somebody, asking Slack where that is not fresh.
// Where Slack does not say in time the rest is empty.
func (s *workspace) user(ctx context.Context, id string) User {
	if id == "" {
		return User{}
	}
	if u, ok := s.users.fresh(id, s.now()); ok {
		return u
	}
	answer := s.users.asking.DoChan(id, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callLimit)
		defer cancel()
		return s.askUser(ctx, id), nil
	})
	wait := time.NewTimer(s.patience(ctx))
	defer wait.Stop()
	select {
	case r := <-answer:
		u, _ := r.Val.(User)
		return u
	case <-wait.C:
	case <-ctx.Done():
	}
	return s.users.stale(id)
}

func (s *workspace) askUser(ctx context.Context, id string) User {
	self, err := s.whoami(ctx)
	if err == nil {
		var u *slackapi.User
		err = s.call(ctx, "users.info", func() (err error) {
			u, err = s.api.GetUserInfoContext(ctx, id)
			return err
		})
		if err == nil {
			found := User{
				ID: id, Team: u.TeamID, Kind: kindOf(u, self), Icon: u.Profile.Image72,
				Name: cmp.Or(u.Profile.RealName, u.RealName, u.Profile.DisplayName, u.Name),
			}
			s.users.keep(found, s.now().Add(userFresh))
			return found
		}
	}
	s.log.WarnContext(ctx, "user not looked up", "user", id, "err", err)
	u := s.users.stale(id)
	s.users.keep(u, s.now().Add(userUnknown))
	return u
}

func (u *users) fresh(id string, now time.Time) (User, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	k, ok := u.known[id]
	return k.User, ok && now.Before(k.until)
}

// stale is what was known of somebody once.
func (u *users) stale(id string) User {
	u.mu.Lock()
	defer u.mu.Unlock()
	k := u.known[id].User
	k.ID = id
	return k
}

func (u *users) keep(user User, until time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.known == nil || len(u.known) >= usersKept {
		u.known = map[string]knownUser{} // rare, and asked for again
	}
	u.known[user.ID] = knownUser{user, until}
}

// forget drops what is known of somebody who changed.
func (u *users) forget(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if k, ok := u.known[id]; ok {
		k.until = time.Time{}
		u.known[id] = k
	}
}

// actor is somebody as the core knows them.
func (s *workspace) actor(ctx context.Context, id string) bot.Actor {
	u := s.user(ctx, id)
	return bot.Actor{Ref: s.userRef(id), Name: u.Name, Bot: u.Kind == Robot, Outside: u.Kind == External || u.Kind == Stranger}
}
