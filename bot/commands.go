package bot

import (
	"slices"

	"casebot/policy"
)

// The groups of commands, as slash commands name them.
const (
	GroupCase    = "case"
	GroupSupport = "support"
)

// Target says what a command works on, and so which record decides.
type Target string

// The targets of commands.
const (
	OnNothing    Target = ""           // an answer alone
	OnSubscriber Target = "subscriber" // the room's, the person's, or one that staff name
	OnDraft      Target = "draft"
	OnCase       Target = "case"
	OnCases      Target = "cases" // a page of an index
)

// ArgKind says how an argument is read from typed words.
type ArgKind string

// The kinds of argument.
const (
	ArgCase       ArgKind = "case"       // "ACME-42"; inside a case's thread it may be left out
	ArgSubscriber ArgKind = "subscriber" // "ACME"; in a subscriber's room it may be left out
	ArgWord       ArgKind = "word"       // one word
	ArgFor        ArgKind = "for"        // "for:ACME", where a person belongs to several or staff open a case
	ArgRest       ArgKind = "rest"       // everything that is left
)

// Arg is an argument of a command.
type Arg struct {
	Name     string
	Kind     ArgKind
	Required bool
	Choices  []string // what a word may be; others belong to the next argument
	Long     bool     // a form asks for it in a large box
	Hint     bool     // a form explains it
}

// most is how many runes it may have: what is passed on may be long.
func (a Arg) most() int {
	if a.Name == argText.Name {
		return maxPassed
	}
	return MaxText
}

// Spec is a command: what it is called, who may use it and what it needs. Help,
// completion, registration and permission checks are read from the one table.
type Spec struct {
	Group  string
	Name   string
	On     Target
	Args   []Arg
	May    Permit
	Hidden bool // behind buttons only
	Read   bool // changes nothing
	Log    bool // reads the case's log
}

// Permit says who may use a command (SUPPORT, "Who may do what").
type Permit struct {
	Everyone bool
	Contact  bool
	Roles    []policy.Role // staff; admins of the tool are staff like others
}

// Staff roles as the table of SUPPORT groups them.
var (
	managers = []policy.Role{policy.RoleSupportManager, policy.RoleDirector, policy.RoleExecutive}
	leads    = slices.Concat([]policy.Role{policy.RoleTeamLead}, managers)
	agents   = slices.Concat([]policy.Role{policy.RoleAgent, policy.RoleSeniorAdvisor, policy.RoleNamedAdvisor}, leads)
	anyStaff = slices.Concat(agents, []policy.Role{policy.RoleFinance, policy.RoleAdmin})
)

var (
	argCase   = Arg{Name: "case", Kind: ArgCase, Required: true}
	argSub    = Arg{Name: "subscriber", Kind: ArgSubscriber, Required: true}
	argText   = Arg{Name: "text", Kind: ArgRest, Required: true, Long: true}
	argReason = Arg{Name: "reason", Kind: ArgRest, Required: true, Long: true}
	argLevel  = Arg{Name: "level", Kind: ArgWord, Choices: []string{"1", "2", "3"}} // of a proposal, so that no other one is answered
)

// Commands is the table of all commands.
var Commands = []Spec{
	{Group: GroupCase, Name: "new", On: OnDraft, Args: []Arg{{Name: "subscriber", Kind: ArgFor}, {Name: "text", Kind: ArgRest, Long: true}}, May: Permit{Everyone: true, Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "list", On: OnCases, Args: []Arg{{Name: "which", Kind: ArgRest}}, May: Permit{Contact: true, Roles: agents}, Read: true},
	{Group: GroupCase, Name: "show", On: OnCase, Args: []Arg{argCase}, May: Permit{Contact: true, Roles: agents}, Read: true},
	{Group: GroupCase, Name: "take", On: OnCase, Args: []Arg{argCase}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "ack", On: OnCase, Args: []Arg{argCase}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "assign", On: OnCase, Args: []Arg{argCase, {Name: "who", Kind: ArgWord, Required: true}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "reply", On: OnCase, Args: []Arg{argCase, argText}, May: Permit{Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "note", On: OnCase, Args: []Arg{argCase, argText}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "severity", On: OnCase, Args: []Arg{argCase, {Name: "level", Kind: ArgWord, Required: true, Choices: []string{"1", "2", "3"}}, argReason}, May: Permit{Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "agree", On: OnCase, Args: []Arg{argCase, argLevel}, May: Permit{Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "refuse", On: OnCase, Args: []Arg{argCase, argLevel, {Name: "reason", Kind: ArgRest}}, May: Permit{Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "wait", On: OnCase, Args: []Arg{argCase, {Name: "text", Kind: ArgRest, Long: true}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "hold", On: OnCase, Args: []Arg{argCase, {Name: "for", Kind: ArgRest, Required: true, Hint: true}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "update-by", On: OnCase, Args: []Arg{argCase, {Name: "when", Kind: ArgRest, Required: true, Hint: true}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "call", On: OnCase, Args: []Arg{argCase, {Name: "outcome", Kind: ArgWord, Choices: []string{"voicemail"}}, {Name: "who", Kind: ArgRest, Required: true}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "resolve", On: OnCase, Args: []Arg{argCase, {Name: "text", Kind: ArgRest, Long: true}}, May: Permit{Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "close", On: OnCase, Args: []Arg{argCase, {Name: "reason", Kind: ArgRest, Long: true}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "reopen", On: OnCase, Args: []Arg{argCase, {Name: "reason", Kind: ArgRest, Long: true}}, May: Permit{Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "merge", On: OnCase, Args: []Arg{argCase, {Name: "other", Kind: ArgWord, Required: true}, {Name: "into", Kind: ArgRest}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "link", On: OnCase, Args: []Arg{argCase, {Name: "to", Kind: ArgRest, Required: true}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "escalate", On: OnCase, Args: []Arg{argCase, argReason}, May: Permit{Contact: true}},
	{Group: GroupCase, Name: "explain", On: OnCase, Args: []Arg{argCase, {Name: "which", Kind: ArgRest}}, May: Permit{Contact: true, Roles: agents}, Read: true, Log: true},
	{Group: GroupCase, Name: "verify", On: OnCase, Args: []Arg{argCase, {Name: "outcome", Kind: ArgWord, Required: true, Choices: []string{"yes", "no"}}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "correct", On: OnCase, Args: []Arg{argCase, {Name: "clock", Kind: ArgWord, Required: true}, argReason}, May: Permit{Roles: managers}},
	{Group: GroupCase, Name: "help", Args: []Arg{{Name: "command", Kind: ArgRest}}, May: Permit{Everyone: true, Contact: true, Roles: anyStaff}, Read: true},
	// Behind buttons: the steps of an intake, and what staff decide of somebody else's message (SLA T19).
	{Group: GroupCase, Name: "draft", On: OnDraft, Hidden: true, Args: []Arg{{Name: "draft", Kind: ArgWord, Required: true}, {Name: "step", Kind: ArgWord, Required: true}, {Name: "value", Kind: ArgRest}}, May: Permit{Everyone: true, Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "answers", On: OnCase, Hidden: true, Args: []Arg{argCase, {Name: "outcome", Kind: ArgWord, Required: true, Choices: []string{"yes", "no"}}}, May: Permit{Roles: agents}},
	{Group: GroupCase, Name: "details", On: OnCase, Hidden: true, Args: []Arg{argCase}, May: Permit{Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "urgent", On: OnSubscriber, Hidden: true, Args: []Arg{argSub, argText}, May: Permit{Contact: true}},
	{Group: GroupCase, Name: "report", On: OnSubscriber, Hidden: true, Args: []Arg{{Name: "subscriber", Kind: ArgFor}}, May: Permit{Everyone: true, Contact: true, Roles: agents}},
	{Group: GroupCase, Name: "home", On: OnCases, Hidden: true, Args: []Arg{{Name: "subscriber", Kind: ArgFor}}, May: Permit{Everyone: true, Contact: true, Roles: anyStaff}, Read: true},
	{Group: GroupCase, Name: "keep", On: OnCase, Hidden: true, Args: []Arg{argCase}, May: Permit{Contact: true}},

	{Group: GroupSupport, Name: "contacts", On: OnSubscriber, Args: []Arg{argSub}, May: Permit{Contact: true, Roles: agents}, Read: true},
	{Group: GroupSupport, Name: "standing", On: OnSubscriber, Args: []Arg{argSub, {Name: "standing", Kind: ArgWord, Choices: []string{"good", "grace", "restricted", "suspended"}}, {Name: "reason", Kind: ArgRest}}, May: Permit{Roles: slices.Concat(managers, []policy.Role{policy.RoleFinance})}},
	{Group: GroupSupport, Name: "package", On: OnSubscriber, Args: []Arg{argSub}, May: Permit{Contact: true, Roles: agents}, Read: true},
	{Group: GroupSupport, Name: "weekly", On: OnSubscriber, Args: []Arg{argSub}, May: Permit{Contact: true, Roles: slices.Concat([]policy.Role{policy.RoleNamedAdvisor}, managers)}, Read: true},
}

// FindCommand returns a command by group and name; an empty group takes
// whichever has the word.
func FindCommand(group, name string) (Spec, bool) {
	for _, s := range Commands {
		if s.Name == name && (group == "" || s.Group == group) {
			return s, true
		}
	}
	return Spec{}, false
}
