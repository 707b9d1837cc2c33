package slack

import (
	"strings"

	slackapi "github.com/slack-go/slack"
)

// Scope is a permission of the bot token, and what casebot needs it for.
type Scope struct {
	Name   string
	Why    string
	Needed bool // without it casebot does not work; without others one thing is missing
}

// Scopes are all that the manifest asks for (docs.slack.dev/reference/scopes).
var Scopes = []Scope{
	{"app_mentions:read", "hears words after a mention of it where it cannot read messages", true},
	{"channels:history", "hears what is written in public channels that it is in, and looks for what it missed", true},
	{"channels:read", "looks whether a public channel is shared, archived, or without it", true},
	{"chat:write", "answers", true},
	{"chat:write.customize", "shows mirrored messages under their writer's name; without it the name stands above them", false},
	{"commands", "has the slash commands and the message shortcut", true},
	{"files:read", "fetches the files that people attach, to pass them to the other side", false},
	{"files:write", "passes files and charts on", false},
	{"groups:history", "hears what is written in private channels that it is in", true},
	{"groups:read", "looks whether a private channel is shared, archived, or without it", true},
	{"im:history", "hears what is written to it in direct messages", true},
	{"im:read", "knows its direct messages", true},
	{"im:write", "writes to people directly, where something is for them alone", true},
	{"metadata.message:read", "finds what it posted before a failure, so that nothing is posted twice", true},
	{"pins:write", "pins the button “Open a case” in the subscribers' channels", false},
	{"reactions:read", "takes 👀, ✅ and 🎫 of staff as commands", false},
	{"usergroups:read", "knows which user groups' members are staff", false},
	{"users:read", "knows people's names, and who is of another organisation", true},
}

// events are what the manifest subscribes to; hear has a use for each.
var events = []string{
	"app_home_opened", "app_mention", "app_uninstalled", "channel_archive", "channel_id_changed", "channel_left", "channel_rename",
	"channel_shared", "channel_unarchive", "channel_unshared", "group_archive", "group_left", "group_unarchive", "member_joined_channel",
	"message.channels", "message.groups", "message.im", "reaction_added", "subteam_members_changed", "subteam_updated", "tokens_revoked", "user_change",
}

// Manifest is the app as Slack is to create it: for Socket Mode, or for HTTP
// where it names the address that casebot is reached at from outside.
func Manifest(command, support, url string) slackapi.Manifest {
	url = strings.TrimSuffix(url, "/")
	at := func(path string) string {
		if url == "" {
			return ""
		}
		return url + path
	}
	m := slackapi.Manifest{
		Display: slackapi.Display{
			Name: "casebot", Description: "Support cases where you already talk", BackgroundColor: "#1d3557",
			LongDescription: "casebot is your support desk in Slack. Open a case with a button, a command or a mention; answer a few questions; follow it in its thread. " +
				"Your support team works in its own channel, and the clocks of your support package run by themselves.",
		},
		Features: slackapi.Features{
			AppHome: slackapi.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			BotUser: slackapi.BotUser{DisplayName: "casebot", AlwaysOnline: true},
			Shortcuts: []slackapi.Shortcut{{
				Name: "Create case from message", Type: slackapi.MessageShortcut, CallbackID: shortcutCase, Description: "Open a case for whoever wrote this message",
			}},
			SlashCommands: []slackapi.ManifestSlashCommand{
				{Command: command, Description: "Work with support cases", UsageHint: "new | list | show | take | reply | help", ShouldEscape: true, Url: at("/slack/commands")},
				{Command: support, Description: "The services of the support package", UsageHint: "contacts | package | weekly | standing", ShouldEscape: true, Url: at("/slack/commands")},
			},
		},
		Settings: slackapi.Settings{
			EventSubscriptions: &slackapi.EventSubscriptions{BotEvents: events, RequestUrl: at("/slack/events")},
			Interactivity:      &slackapi.Interactivity{IsEnabled: true, RequestUrl: at("/slack/interactions"), MessageMenuOptionsUrl: at("/slack/options")},
			SocketModeEnabled:  url == "",
		},
	}
	for _, scope := range Scopes {
		m.OAuthConfig.Scopes.Bot = append(m.OAuthConfig.Scopes.Bot, scope.Name)
	}
	return m
}
