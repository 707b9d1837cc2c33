package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"
)

// Checkup is what the configuration expects of a workspace.
type Checkup struct {
	Internal  []string // channels for the vendor's people only
	Customers []string // the subscribers' channels
	Staff     []string // ids of people, U…
	Contacts  []string
	Groups    []string // user groups, S…
}

// Verdict is how bad a finding is.
type Verdict string

// The verdicts.
const (
	Good Verdict = "ok"
	Warn Verdict = "warning"
	Bad  Verdict = "failure"
)

// Finding is one thing that the doctor looked at.
type Finding struct {
	Verdict Verdict `json:"verdict"`
	What    string  `json:"what"`
	How     string  `json:"how,omitempty"` // how to put it right
}

// Doctor looks at a live workspace: the token and its scopes, Socket Mode, the
// channels, the people. It changes nothing.
func (s *Slack) Doctor(ctx context.Context, c Checkup) (found []Finding) {
	say := func(v Verdict, how, format string, args ...any) {
		found = append(found, Finding{Verdict: v, What: fmt.Sprintf(format, args...), How: how})
	}
	teams, err := s.Installed(ctx)
	if err != nil {
		say(Bad, "", "the installs cannot be read: %v", err)
	}
	if s.spaces.primary != nil {
		found = append(found, s.spaces.primary.examine(ctx, c.of(""))...)
		s.checkWay(ctx, say)
	} else if s.cfg.OAuth.Used() {
		s.checkWay(ctx, say)
		if len(teams) == 0 {
			say(Warn, "open "+strings.TrimSuffix(s.cfg.OAuth.URL, "/")+installPath, "no workspace has installed the app yet")
		}
	}
	for _, team := range teams {
		w, err := s.installed(ctx, team)
		if err != nil {
			say(Bad, "", "the workspace %s: %v", team, err)
			continue
		}
		found = append(found, w.examine(ctx, c.of(team))...)
	}
	for _, team := range c.teams() {
		if !slices.Contains(teams, team) {
			say(Bad, "let it install the app, or take "+team+"/ away from the references of the configuration's own workspace", "references name the workspace %s, which has not installed the app", team)
		}
	}
	say(Warn, "type "+s.cfg.Command+" help in a channel; the names are those of the manifest, and the app that was installed last has a name that two apps share",
		"whether %s and %s are casebot's, Slack does not tell", s.cfg.Command, s.cfg.SupportCommand)
	return found
}

// of is what is expected of one workspace, "" of the configuration's.
func (c Checkup) of(team string) (out Checkup) {
	for _, lists := range [][2]*[]string{{&c.Internal, &out.Internal}, {&c.Customers, &out.Customers}, {&c.Staff, &out.Staff}, {&c.Contacts, &out.Contacts}, {&c.Groups, &out.Groups}} {
		for _, id := range *lists[0] {
			if t, rest, direct := strings.Cut(id, "/"); direct && t == team {
				*lists[1] = append(*lists[1], rest)
			} else if !direct && team == "" {
				*lists[1] = append(*lists[1], id)
			}
		}
	}
	return out
}

// teams are the workspaces that references name.
func (c Checkup) teams() (teams []string) {
	for _, id := range slices.Concat(c.Internal, c.Customers, c.Staff, c.Contacts, c.Groups) {
		if team, _, ok := strings.Cut(id, "/"); ok && !slices.Contains(teams, team) {
			teams = append(teams, team)
		}
	}
	return teams
}

// examine looks at one workspace.
func (s *workspace) examine(ctx context.Context, c Checkup) (found []Finding) {
	say := func(v Verdict, how, format string, args ...any) {
		found = append(found, Finding{Verdict: v, What: fmt.Sprintf(format, args...), How: how})
	}
	self, err := s.whoami(ctx)
	if unreached(say, err) {
		return found
	}
	if err != nil {
		say(Bad, "copy the Bot User OAuth Token, xoxb-…, from “OAuth & Permissions” of the app, after it is installed", "the bot token is refused: %v", detail(err))
		return found
	}
	say(Good, "", "the bot token is that of %s in the workspace %s (%s)", self.User, self.Team, self.URL)
	for _, scope := range Scopes {
		switch {
		case len(self.Scopes) == 0 || self.Has(scope.Name):
		case scope.Needed:
			say(Bad, "add it under “OAuth & Permissions” and install the app again", "the scope %s is missing: casebot %s", scope.Name, scope.Why)
		default:
			say(Warn, "add it under “OAuth & Permissions” and install the app again", "the scope %s is missing: casebot %s", scope.Name, scope.Why)
		}
	}
	if len(self.Scopes) == 0 {
		say(Warn, "", "Slack did not say which scopes the token has")
	}
	for _, channel := range c.Internal {
		s.checkChannel(ctx, say, channel, true)
	}
	for _, channel := range c.Customers {
		s.checkChannel(ctx, say, channel, false)
	}
	for _, id := range c.Staff {
		s.checkUser(ctx, say, id, true)
	}
	for _, id := range c.Contacts {
		s.checkUser(ctx, say, id, false)
	}
	for _, group := range c.Groups {
		if members, err := s.groupMembers(ctx, group); err != nil {
			say(Bad, "copy the group's id from its page in Slack, and grant usergroups:read", "the user group %s cannot be read: %v", group, err)
		} else {
			say(Good, "", "the user group %s has %d who may be staff", group, len(members))
		}
	}
	return found
}

type sayFunc = func(v Verdict, how, format string, args ...any)

// checkWay looks at how Slack reaches casebot.
func (s *Slack) checkWay(ctx context.Context, say sayFunc) {
	if s.cfg.AppToken == "" {
		if s.cfg.SigningSecret == "" {
			say(Bad, "write app_token for Socket Mode, or signing_secret for HTTP", "Slack has no way to reach casebot")
			return
		}
		say(Warn, "save the addresses /slack/events, /slack/commands and /slack/interactions in the app's settings: Slack checks the first one at once", "events come over HTTP: whether Slack reaches casebot, it tells only in its settings")
		return
	}
	err := s.callOf(ctx, &s.waits, "apps.connections.open", func() error {
		_, _, err := s.app.StartSocketModeContext(ctx)
		return err
	})
	switch {
	case unreached(say, err):
	case isCode(err, "link_disabled", "not_allowed_token_type"):
		say(Bad, "switch Socket Mode on in the app's settings", "Socket Mode is off")
	case err != nil:
		say(Bad, "make an app-level token, xapp-…, with the scope connections:write under “Basic Information”", "the app token is refused: %v", detail(err))
	default:
		say(Good, "", "Socket Mode takes the app token")
	}
}

// unreached tells whether Slack could not be asked at all.
func unreached(say sayFunc, err error) bool {
	failed, ok := errors.AsType[*url.Error](err)
	if ok {
		say(Bad, "look at the network, its proxy, and slack.api_url", "Slack is not reached: %v", failed.Err)
	}
	return ok
}

func (s *workspace) checkChannel(ctx context.Context, say sayFunc, channel string, internal bool) {
	var c *slackapi.Channel
	err := s.call(ctx, "conversations.info", func() (err error) {
		c, err = s.api.GetConversationInfoContext(ctx, &slackapi.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	switch {
	case isCode(err, "channel_not_found"):
		say(Bad, "invite the bot (/invite @casebot), or correct the id: it is at the end of the channel's details", "the channel %s is not there, or private and without the bot", channel)
	case err != nil:
		say(Bad, "", "the channel %s cannot be looked at: %v", channel, detail(err))
	case c.IsArchived:
		say(Bad, "unarchive it, or name another", "#%s (%s) is archived", c.Name, channel)
	case !c.IsMember:
		say(Bad, "type /invite @casebot there", "the bot is not in #%s (%s)", c.Name, channel)
	case internal && (c.IsExtShared || c.IsPendingExtShared):
		say(Bad, "name a channel of your own people: nothing internal is ever posted to a shared one", "#%s (%s) is for staff, and shared with another organisation", c.Name, channel)
	default:
		say(Good, "", "#%s (%s) has the bot%s", c.Name, channel, map[bool]string{true: ", and is shared with another organisation"}[c.IsExtShared])
	}
}

func (s *workspace) checkUser(ctx context.Context, say sayFunc, id string, staff bool) {
	u := s.askUser(ctx, id)
	role := map[bool]string{true: "staff", false: "a contact"}[staff]
	switch {
	case u.Kind == Unknown:
		say(Bad, "copy the member id from the person's profile in Slack", "%s, who is %s, is nobody that Slack knows", id, role)
	case u.Kind == Deactivated:
		say(Bad, "take them out, or correct the id", "%s (%s), who is %s, is deactivated", u.Name, id, role)
	case u.Kind == Robot:
		say(Bad, "name a person", "%s (%s), who is %s, is a program", u.Name, id, role)
	case staff && (u.Kind == External || u.Kind == Stranger):
		say(Bad, "take them out: people of another organisation are never staff", "%s (%s), who is staff, is of another organisation", u.Name, id)
	case u.Kind == Stranger:
		say(Warn, "invite them to the subscriber's shared channel", "%s (%s), who is a contact, shares no channel with the bot", u.Name, id)
	default:
		say(Good, "", "%s (%s) is %s", u.Name, id, role)
	}
}

// Failed tells whether a finding is a failure.
func Failed(found []Finding) error {
	n := 0
	for _, f := range found {
		if f.Verdict == Bad {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return errors.New(map[bool]string{true: "one thing is not in order", false: fmt.Sprintf("%d things are not in order", n)}[n == 1])
}
