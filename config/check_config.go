package config

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/robfig/cron/v3"
)

// config checks everything but the directory.
func (k *checker) config(c *Config) {
	k.redis(c.Redis)
	k.hostPort("http.listen", c.HTTP.Listen)
	k.oneOf("log.level", "level", c.Log.Level, []string{"debug", "info", "warn", "error"})
	k.oneOf("log.format", "format", c.Log.Format, []string{"json", "text"})
	k.vendor(c)
	k.slack(&c.Slack)
	k.discord(&c.Discord)
	k.console(c)
	k.packages(c)
	k.regions(c)
	k.staff(c)
	k.escalation(c)
	k.channel("triage.channel", c.Triage.Channel, c)
	k.weekly(c.WeeklyUpdate)
	if c.Retention.ClosedCases < day {
		k.mistake("retention.closed_cases", "%s is too short: keep closed cases for at least 1d", c.Retention.ClosedCases)
	}
}

func (k *checker) redis(r Redis) {
	switch {
	case (r.URL != "" || r.Embedded) && len(r.Addresses) > 0:
		k.mistake("redis", "url and addresses exclude each other: keep one of them")
	case r.URL != "" || r.Embedded:
		if r.Username != "" || r.Password != "" || r.TLS {
			k.mistake("redis", "username, password and tls go with addresses: with a url write rediss://user:password@host:port/0")
		}
	}
	for i, address := range r.Addresses {
		k.hostPort(index("redis.addresses", i), address)
	}
	if r.URL == "" {
		return
	}
	u, err := url.Parse(string(r.URL)) // its error would show the password
	switch {
	case err != nil:
		k.mistake("redis.url", "this is not an address: write redis://host:port/0, rediss://… or unix://…")
	case u.Scheme == "redis" || u.Scheme == "rediss":
		if u.Host == "" {
			k.mistake("redis.url", "the address has no host: write %s://host:port/0", u.Scheme)
		}
	case u.Scheme == "unix":
		if u.Path == "" {
			k.mistake("redis.url", "the address has no path: write unix:///run/redis/redis.sock")
		}
	default:
		k.mistake("redis.url", "the address must begin with redis://, rediss:// or unix://, or be the word embedded")
	}
}

func (k *checker) vendor(c *Config) {
	v := c.Vendor
	if strings.TrimSpace(v.Name) == "" {
		k.mistake("vendor.name", "the name is empty: write the company's name")
	}
	k.oneOf("vendor.language", "language", v.Language, Languages())
	k.channel("vendor.fallback_channel", v.FallbackChannel, c)
	if v.FallbackChannel == "" && (c.Slack.Used() || c.Discord.Used() || c.Console.Enabled) {
		k.warning("vendor.fallback_channel", "there is none, so what cannot be delivered is only in the log: write one like slack:C0OPS")
	}
	for path, source := range map[string]Source{"vendor.knowledge_base": v.KnowledgeBase, "vendor.community": v.Community} {
		if source.URL != "" {
			k.webAddress(path, source.URL)
		}
	}
}

// commandForm is the form of Slack's slash commands: small letters, at most 32
// characters with the slash.
var commandForm = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)

func (k *checker) slack(s *Slack) {
	s.APIURL = k.apiURL("slack.api_url", s.APIURL)
	for path, command := range map[string]string{"slack.command": s.Command, "slack.support_command": s.SupportCommand} {
		if !commandForm.MatchString(command) {
			k.mistake(path, "%q is not a slash command: write / and up to 31 small letters, digits, - and _", command)
		}
	}
	if s.Command == s.SupportCommand {
		k.mistake("slack.support_command", "both commands are %s: give them different names", s.Command)
	}
	for i, g := range s.StaffGroups {
		path := index("slack.staff_groups", i)
		if !groupID.MatchString(g.Group) {
			k.mistake(path+".group", "%q is not the id of a user group: write it like S0AGENTS", g.Group)
		}
		if len(g.Roles) == 0 {
			k.mistake(path+".roles", "there is no role: write at least one, such as agent")
		}
		for j, role := range g.Roles {
			k.oneOf(index(path+".roles", j), "role", string(role), roleNames())
		}
	}
	k.slackInstall(*s)
	if !s.Used() {
		if s.AppToken != "" || s.SigningSecret != "" {
			k.mistake("slack.bot_token", "the bot token is empty: write xoxb-…, or leave slack out")
		}
		return
	}
	if s.AppToken == "" && s.SigningSecret == "" {
		k.mistake("slack", "there is no way for Slack to reach casebot: write app_token for Socket Mode, or signing_secret for HTTP")
	}
	if s.BotToken != "" && !strings.HasPrefix(string(s.BotToken), "xoxb-") {
		k.warning("slack.bot_token", "this does not look like a bot token, which begins with xoxb-")
	}
	if s.AppToken != "" && !strings.HasPrefix(string(s.AppToken), "xapp-") {
		k.warning("slack.app_token", "this does not look like an app-level token, which begins with xapp-")
	}
}

// shortestKey is how many characters an encryption key has at least.
const shortestKey = 32

// slackInstall checks what the app needs to be installed in further workspaces.
func (k *checker) slackInstall(s Slack) {
	if !s.Installable() {
		if s.ClientSecret != "" || s.InstallURL != "" || s.EncryptionKey != "" {
			k.mistake("slack.client_id", "the client id is empty: write it, or leave client_secret, install_url and encryption_key out")
		}
		return
	}
	if s.ClientSecret == "" {
		k.mistake("slack.client_secret", "installations need it: copy it from “Basic Information” of the app")
	}
	if u, err := url.Parse(s.InstallURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" {
		k.mistake("slack.install_url", "installations need the address that browsers reach casebot at: write https://…")
	}
	if len(s.EncryptionKey) < shortestKey {
		k.mistake("slack.encryption_key", "installations need a key of at least %d characters, such as the output of: openssl rand -hex 32", shortestKey)
	}
}

// groupID is the form of a Slack user group's id
// (docs.slack.dev/reference/objects/usergroup-object).
var groupID = regexp.MustCompile(`^S[A-Z0-9]+$`)

var (
	snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)
	publicKey = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
)

func (k *checker) discord(d *Discord) {
	d.APIURL = k.apiURL("discord.api_url", d.APIURL)
	k.oneOf("discord.interactions", "way", d.Interactions, []string{"gateway", "http"})
	for path, id := range map[string]string{"discord.application_id": d.ApplicationID, "discord.guild_id": d.GuildID} {
		if id != "" && !snowflake.MatchString(id) {
			k.mistake(path, "%q is not an id: write its digits in quotes", id)
		}
	}
	if d.PublicKey != "" && !publicKey.MatchString(d.PublicKey) {
		k.mistake("discord.public_key", "this is not a public key: copy the 64 hexadecimal digits from the developer portal")
	}
	if d.Used() && d.Interactions == "http" && d.PublicKey == "" {
		k.mistake("discord.public_key", "interactions over HTTP need it: copy it from the developer portal, or write interactions: gateway")
	}
}

// apiURL checks the address of an API and gives it with a slash at its end.
func (k *checker) apiURL(path, address string) string {
	k.webAddress(path, address)
	return strings.TrimSuffix(address, "/") + "/"
}

func (k *checker) console(c *Config) {
	switch {
	case c.Console.TimeTravel && !c.Console.Enabled:
		k.warning("console.time_travel", "this does nothing while the console is not enabled")
	case c.Console.TimeTravel && (c.Slack.Used() || c.Discord.Used()):
		k.warning("console.time_travel", "visitors of the console can move the clock for everybody, also in Slack and Discord")
	}
	if !c.Console.Enabled && !c.Slack.Used() && !c.Discord.Used() && len(k.mistakes) == 0 {
		k.warning("", "no platform is configured, so nobody can talk to casebot: add slack, discord or console")
	}
}

func (k *checker) weekly(w WeeklyUpdate) {
	if _, err := cron.ParseStandard(w.Schedule); err != nil {
		k.mistake("weekly_update.schedule", "%q is not a schedule: write minute, hour, day, month and weekday as in \"0 9 * * MON\" (%s)", w.Schedule, err)
	} else if strings.HasPrefix(w.Schedule, "CRON_TZ=") || strings.HasPrefix(w.Schedule, "TZ=") {
		k.mistake("weekly_update.schedule", "the schedule runs in each subscriber's zone: leave the zone out")
	}
	k.oneOf("weekly_update.approval", "approval", w.Approval, []string{ApprovalNone, ApprovalRequired})
}
