package config

import (
	"time"

	"casebot/policy"
	"casebot/policy/calendar"
)

// Config is a configuration that has been checked as a whole. The json tags
// name the keys of the file; the jsonschema tags describe them to editors.
type Config struct {
	Redis        Redis           `json:"redis,omitzero" jsonschema:"Where casebot keeps everything: a url, the addresses of a Cluster, or the word embedded for demos."`
	HTTP         HTTP            `json:"http,omitzero" jsonschema:"The HTTP server for health, metrics, webhooks and the console."`
	Log          Log             `json:"log,omitzero" jsonschema:"What is logged, and how."`
	Vendor       Vendor          `json:"vendor,omitzero" jsonschema:"The company that gives support."`
	Slack        Slack           `json:"slack,omitzero" jsonschema:"The Slack app; left out, Slack is not used."`
	Discord      Discord         `json:"discord,omitzero" jsonschema:"The Discord application; left out, Discord is not used."`
	Console      Console         `json:"console,omitzero" jsonschema:"The playground in the browser."`
	Calendars    CalendarMap     `json:"calendars,omitempty" jsonschema:"Support calendars by name. An entry replaces a default calendar of the same name as a whole."`
	Packages     policy.Packages `json:"packages,omitempty" jsonschema:"Support packages by key. A row left out is taken from the default package of the same key, and is not included otherwise."`
	Regions      policy.Regions  `json:"regions,omitempty" jsonschema:"Policies of their own for subscribers contracted in a country, by its two-letter code."`
	Escalation   Escalation      `json:"escalation,omitzero" jsonschema:"Warnings before a target is missed, and who hears of it afterwards."`
	Triage       Triage          `json:"triage,omitzero" jsonschema:"Where staff see new cases."`
	WeeklyUpdate WeeklyUpdate    `json:"weekly_update,omitzero" jsonschema:"When weekly updates go out, and whether a person approves them first."`
	Retention    Retention       `json:"retention,omitzero" jsonschema:"How long records are kept."`
	Staff        []Staff         `json:"staff,omitempty" jsonschema:"The people who give support."`
	DirectoryRef string          `json:"directory,omitempty" jsonschema:"The file of the subscribers, relative to this one."`
	Directory    *Directory      `json:"-"` // what DirectoryRef names; nil without one

	// CalendarVersions is what Calendars were made from, the oldest version
	// first, so that a changed past one can be told from a new one.
	CalendarVersions map[string][]calendar.Spec `json:"-"`
}

// Redis says how to reach Redis. Exactly one of the three ways is set.
type Redis struct {
	URL       Secret   `json:"url,omitempty" jsonschema:"redis://, rediss:// or unix://, with the password if there is one."`
	Addresses []string `json:"addresses,omitempty" jsonschema:"host:port of some nodes of a Cluster."`
	Username  string   `json:"username,omitempty" jsonschema:"The user of the Cluster."`
	Password  Secret   `json:"password,omitempty" jsonschema:"The password of the Cluster."`
	TLS       bool     `json:"tls,omitempty" jsonschema:"Whether the Cluster is reached over TLS."`
	Embedded  bool     `json:"-"` // a server inside the process, for demos
}

// HTTP is the server for health, metrics, webhooks and the console.
type HTTP struct {
	Listen string `json:"listen,omitempty" jsonschema:"host:port; port 0 takes any free one."`
}

// Log says what is logged, and how.
type Log struct {
	Level  string `json:"level,omitempty" jsonschema:"debug, info, warn or error."`
	Format string `json:"format,omitempty" jsonschema:"json or text."`
}

// Vendor is the company that gives support.
type Vendor struct {
	Name            string `json:"name,omitempty" jsonschema:"The name in messages to subscribers."`
	Language        string `json:"language,omitempty" jsonschema:"The language of staff rooms: en, it or ja."`
	KnowledgeBase   Source `json:"knowledge_base,omitzero" jsonschema:"The articles: an address, a folder of Markdown, or both."`
	Community       Source `json:"community,omitzero" jsonschema:"The community: its address, and its feed if there is one."`
	FallbackChannel string `json:"fallback_channel,omitempty" jsonschema:"Where staff are told what could not be told elsewhere."`
	Phone           string `json:"phone,omitempty" jsonschema:"The number of phone support."`
}

// Source is a place that people visit and casebot reads. In the file a plain
// text sets URL for an address, Read for a folder, and both for an address.
type Source struct {
	URL  string `json:"url,omitempty" jsonschema:"The address for people."`
	Read string `json:"read,omitempty" jsonschema:"What casebot reads: a folder of Markdown, relative to this file, or the address of an RSS, Atom or JSON feed or of a sitemap."`
}

// Slack is the Slack app. With an app token it uses Socket Mode; without one
// it takes HTTP requests that the signing secret vouches for.
type Slack struct {
	BotToken       Secret       `json:"bot_token,omitempty" jsonschema:"The bot token, xoxb-…"`
	AppToken       Secret       `json:"app_token,omitempty" jsonschema:"The app-level token of Socket Mode, xapp-…"`
	SigningSecret  Secret       `json:"signing_secret,omitempty" jsonschema:"The signing secret of HTTP mode."`
	APIURL         string       `json:"api_url,omitempty" jsonschema:"The address of the API, with a slash at its end."`
	Command        string       `json:"command,omitempty" jsonschema:"The slash command for cases."`
	SupportCommand string       `json:"support_command,omitempty" jsonschema:"The slash command for services."`
	ClientID       string       `json:"client_id,omitempty" jsonschema:"The client id, for workspaces that install the app themselves."`
	ClientSecret   Secret       `json:"client_secret,omitempty" jsonschema:"The client secret."`
	InstallURL     string       `json:"install_url,omitempty" jsonschema:"Where people's browsers reach casebot to install the app: https://…"`
	EncryptionKey  Secret       `json:"encryption_key,omitempty" jsonschema:"What the tokens of installations are sealed with in Redis: at least 32 random characters."`
	StaffGroups    []StaffGroup `json:"staff_groups,omitempty" jsonschema:"User groups whose members are staff, beside those that staff lists."`
}

// StaffGroup is a user group of Slack's whose members are staff.
type StaffGroup struct {
	Group string        `json:"group" jsonschema:"The group's id, S…"`
	Roles []policy.Role `json:"roles" jsonschema:"What its members may do."`
}

// Used reports whether the configuration has a Slack app.
func (s Slack) Used() bool { return s.BotToken != "" || s.Installable() }

// Installable reports whether workspaces may install the app themselves.
func (s Slack) Installable() bool { return s.ClientID != "" }

// Discord is the Discord application.
type Discord struct {
	Token         Secret `json:"token" jsonschema:"The bot token."`
	ApplicationID string `json:"application_id,omitempty" jsonschema:"The id of the application, in quotes."`
	PublicKey     string `json:"public_key,omitempty" jsonschema:"The key that vouches for interactions over HTTP: 64 hexadecimal digits."`
	GuildID       string `json:"guild_id,omitempty" jsonschema:"The server to register commands in, in quotes; without it they are registered everywhere."`
	Interactions  string `json:"interactions,omitempty" jsonschema:"How interactions arrive: gateway or http."`
	APIURL        string `json:"api_url,omitempty" jsonschema:"The address of the API, with a slash at its end."`
}

// Used reports whether the configuration has a Discord application.
func (d Discord) Used() bool { return d.Token != "" }

// Console is the playground, a chat in the browser.
type Console struct {
	Enabled    bool `json:"enabled,omitempty" jsonschema:"Whether the playground is served under /console/."`
	TimeTravel bool `json:"time_travel,omitempty" jsonschema:"Whether its visitors can move the clock. Never for real subscribers."`
}

// CalendarMap holds the support calendars by name.
type CalendarMap map[string]*calendar.Calendar

// Escalation is the ladder of SLA T37 to T40.
type Escalation struct {
	Warnings []int             `json:"warnings,omitempty" jsonschema:"Marks in per cent of the target, rising, 1 to 99."`
	Step     PerSeverity       `json:"step,omitzero" jsonschema:"The clock time between two levels."`
	Floor    Floor             `json:"floor,omitzero" jsonschema:"The clock time that raising a case always leaves; 0s for none."`
	Levels   []EscalationLevel `json:"levels,omitempty" jsonschema:"Who hears of a breach: the first at once, each of the others a step later."`
}

// PerSeverity is a duration for each severity.
type PerSeverity struct {
	Severity1 time.Duration `json:"severity1,omitempty"`
	Severity2 time.Duration `json:"severity2,omitempty"`
	Severity3 time.Duration `json:"severity3,omitempty"`
}

// For is the duration of one severity, zero for what is no severity.
func (p PerSeverity) For(s policy.Severity) time.Duration {
	switch s {
	case policy.Severity1:
		return p.Severity1
	case policy.Severity2:
		return p.Severity2
	case policy.Severity3:
		return p.Severity3
	}
	return 0
}

// Floor is what a raise leaves, by the new severity (SLA T28). Severity 3's, which
// only a merge can ask for, is severity 2's (T35).
type Floor struct {
	Severity1 time.Duration `json:"severity1,omitempty"`
	Severity2 time.Duration `json:"severity2,omitempty"`
}

// EscalationLevel is one level: who is told, and where.
type EscalationLevel struct {
	Role    policy.Role `json:"role" jsonschema:"The role on this level."`
	Channel string      `json:"channel,omitempty" jsonschema:"Where the level is told; without one, in private."`
	Group   string      `json:"group,omitempty" jsonschema:"A user group to call there, beside the people of the role: slack:S0LEADS."`
}

// Triage says where staff see new cases.
type Triage struct {
	Channel string `json:"channel,omitempty" jsonschema:"The staff's channel."`
}

// WeeklyUpdate says when weekly updates go out.
type WeeklyUpdate struct {
	Schedule string `json:"schedule,omitempty" jsonschema:"A cron schedule in the subscriber's zone."`
	Approval string `json:"approval,omitempty" jsonschema:"none: sent on time; required: waits for a person."`
}

// The two ways to approve a weekly update.
const (
	ApprovalNone     = "none"
	ApprovalRequired = "required"
)

// Retention says how long records are kept.
type Retention struct {
	ClosedCases time.Duration `json:"closed_cases,omitempty" jsonschema:"How long a closed case is kept, in days: 730d."`
}
