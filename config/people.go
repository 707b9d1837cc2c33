package config

import (
	"casebot/policy"
	"casebot/policy/calendar"
)

// IDs are a person's user ids, one key per platform.
type IDs struct {
	Slack   string `json:"slack,omitempty" jsonschema:"The user id in Slack, U…; T…/U… where several workspaces are served."`
	Discord string `json:"discord,omitempty" jsonschema:"The user id in Discord, in quotes."`
	Console string `json:"console,omitempty" jsonschema:"The name in the playground."`
}

// Refs gives the ids by platform, without the empty ones.
func (ids IDs) Refs() map[string]string {
	refs := map[string]string{}
	for platform, id := range map[string]string{"slack": ids.Slack, "discord": ids.Discord, "console": ids.Console} {
		if id != "" {
			refs[platform] = id
		}
	}
	return refs
}

// Staff is one of the vendor's people.
type Staff struct {
	Key      string            `json:"key" jsonschema:"A short name that never changes."`
	Name     string            `json:"name" jsonschema:"The name in messages."`
	Roles    []policy.Role     `json:"roles" jsonschema:"What this person may do."`
	IDs                        // the file's form of Refs
	Refs     map[string]string `json:"-"` // platform: user id there
	Language string            `json:"language,omitempty" jsonschema:"The language of private answers: en, it or ja."`
	Timezone string            `json:"timezone,omitempty" jsonschema:"The IANA zone of private answers, Europe/Rome."`
}

// Directory is the file of the subscribers.
type Directory struct {
	Subscribers []Subscriber `json:"subscribers,omitempty" jsonschema:"The companies with a contract."`
}

// Subscriber is a company with a contract. Once loaded, what the file left to
// its defaults is filled in: names, the package of each instance, language, zone and calendar.
type Subscriber struct {
	Key          string           `json:"key" jsonschema:"The prefix of its cases, ACME: 2 to 10 capital letters and digits. It never changes."`
	Name         string           `json:"name,omitempty" jsonschema:"The name in messages."`
	Package      string           `json:"package,omitempty" jsonschema:"The support package."`
	Instances    []Instance       `json:"instances,omitempty" jsonschema:"The instances that the contract covers, where they are several or have packages of their own."`
	Location     string           `json:"location,omitempty" jsonschema:"The country of the contract, two letters. It selects the region."`
	Language     string           `json:"language,omitempty" jsonschema:"The language of its rooms: en, it or ja."`
	Timezone     string           `json:"timezone,omitempty" jsonschema:"The IANA zone of its rooms, Europe/Rome."`
	Calendar     string           `json:"calendar,omitempty" jsonschema:"The support calendar."`
	Channels     []string         `json:"channels,omitempty" jsonschema:"Its channels: slack:C…, discord:… or console:…"`
	NamedAdvisor string           `json:"named_advisor,omitempty" jsonschema:"The key of its named advisor."`
	Deputy       string           `json:"deputy,omitempty" jsonschema:"The key of the advisor's deputy."`
	Phone        string           `json:"phone,omitempty" jsonschema:"Its dedicated phone line."`
	Standing     policy.Standing  `json:"standing,omitempty" jsonschema:"The standing to begin with; afterwards finance sets it in chat."`
	ContractFrom calendar.Date    `json:"contract_from,omitzero" jsonschema:"The first day of the contract year."`
	ContractTo   calendar.Date    `json:"contract_to,omitzero" jsonschema:"The last day of the contract."`
	Contacts     []policy.Contact `json:"contacts,omitempty" jsonschema:"The people who may open cases."`
}

// Instance is one installation of the vendor's product at a subscriber.
type Instance struct {
	Key     string `json:"key" jsonschema:"A short name that never changes."`
	Name    string `json:"name,omitempty" jsonschema:"The name in messages."`
	Package string `json:"package,omitempty" jsonschema:"The support package, if not the subscriber's."`
}

// contactEntry is a contact as the directory writes it.
type contactEntry struct {
	Key  string `json:"key,omitempty" jsonschema:"A short name that never changes; made from the name if left out."`
	Name string `json:"name" jsonschema:"The name in messages."`
	IDs
	Email        string        `json:"email,omitempty" jsonschema:"The e-mail address."`
	Language     string        `json:"language,omitempty" jsonschema:"The language of private answers: en, it or ja."`
	Timezone     string        `json:"timezone,omitempty" jsonschema:"The IANA zone of private answers."`
	Trained      calendar.Date `json:"trained,omitzero" jsonschema:"The day of the training; nobody may open cases without one."`
	TrainedUntil calendar.Date `json:"trained_until,omitzero" jsonschema:"The last day on which the training counts."`
	Admin        bool          `json:"admin,omitempty" jsonschema:"Whether this is the subscriber admin."`
	Active       *bool         `json:"active,omitempty" jsonschema:"false keeps the nomination without a seat."`
}
