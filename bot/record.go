package bot

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"casebot/bot/intake"
	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// bodyVersion is written into every body. Readers ignore what they don't know,
// so two versions of casebot can run during a rollout.
const bodyVersion = 1

// Place is where a conversation is held.
type Place struct {
	Room   string `json:"room,omitempty"`
	Thread string `json:"thread,omitempty"`
}

// Holds tells whether something that came from o was said in this place.
func (p Place) Holds(o Origin) bool {
	return p.Room != "" && p.Room == o.Room && p.Thread != "" && p.Thread == o.Thread
}

// Counter numbers the cases of a subscriber.
type Counter struct {
	V    int   `json:"v"`
	Last int64 `json:"last"`
}

// Person is somebody whom a subscriber nominated, over all platforms.
type Person struct {
	V           int      `json:"v"`
	Name        string   `json:"name"`
	Refs        []string `json:"refs"`
	Subscribers []string `json:"subscribers,omitempty"`
	Draft       Key      `json:"draft,omitzero"` // the intake in hand, which a direct message continues
}

// Draft is an intake: what somebody has told so far of a case that is not one yet.
type Draft struct {
	V          int          `json:"v"`
	ID         string       `json:"id"`
	Subscriber string       `json:"subscriber"`
	Author     Actor        `json:"author"`
	Staff      string       `json:"staff,omitempty"` // the staff member who began it (T52)
	BegunAt    time.Time    `json:"begun"`
	LastAt     time.Time    `json:"last"` // the last thing known of it (T1)
	State      intake.State `json:"state"`
	Files      []File       `json:"files,omitempty"`
	Place      Place        `json:"place"`             // where the questions are asked
	Root       string       `json:"root,omitempty"`    // the message that opened that thread
	Home       string       `json:"home"`              // the room where the case's thread will be
	Offered    bool         `json:"offered,omitempty"` // handed to the authorized contacts (T46)
	Reminded   bool         `json:"reminded,omitempty"`
	LinkedTo   string       `json:"linked,omitempty"` // the closed case that it continues (T23)
	Case       Key          `json:"case,omitzero"`    // what it became
}

// State is where a case stands (T53).
type State string

// The states of a case.
const (
	StateNew      State = "new"
	StateOpen     State = "open"
	StateWaiting  State = "waiting_customer"
	StateOnHold   State = "on_hold"
	StateResolved State = "resolved"
	StateClosed   State = "closed"
	StateMerged   State = "merged"
)

// Backlog tells whether a case in this state is still to be worked on (T53).
func (s State) Backlog() bool {
	switch s {
	case StateNew, StateOpen, StateWaiting, StateOnHold:
		return true
	case StateResolved, StateClosed, StateMerged:
		return false
	}
	return false
}

// Case is one request for help.
type Case struct {
	V           int            `json:"v"`
	Subscriber  string         `json:"sub"`
	Number      int64          `json:"n"`
	Instance    string         `json:"instance,omitempty"`
	Package     string         `json:"package"`
	Summary     string         `json:"summary,omitempty"`
	Answers     intake.Answers `json:"answers,omitempty"`
	NeedsDetail []intake.Field `json:"needs_detail,omitempty"` // must-have fields that are missing
	Phone       bool           `json:"phone,omitempty"`        // opened from a call (T15)
	Courtesy    bool           `json:"courtesy,omitempty"`     // untimed, while suspended (T32)
	OpenedBy    string         `json:"opened_by,omitempty"`    // staff key, where staff opened it (T52)

	Severity  policy.Severity  `json:"severity"`
	ToConfirm bool             `json:"to_confirm,omitempty"` // severity set by staff; the contact's first choice holds at once (T52)
	Changes   []SeverityChange `json:"changes,omitempty"`
	Proposal  *Proposal        `json:"proposal,omitempty"`
	Contested *Proposal        `json:"contested,omitempty"` // a proposal that the contact refused: a manager may decide (T27)

	State      State     `json:"state"`
	ReceivedAt time.Time `json:"received"`
	Seen       time.Time `json:"seen,omitzero"` // never decreases (T51)
	ResolvedAt time.Time `json:"resolved,omitzero"`
	ClosedAt   time.Time `json:"closed,omitzero"`
	Reopened   int       `json:"reopened,omitempty"`
	Unresolved bool      `json:"unresolved,omitempty"` // closed without being resolved (T53)

	Contact  string    `json:"contact,omitempty"`  // the owner on the customer's side, a contact's key
	Assignee string    `json:"assignee,omitempty"` // the owner on ours, a staff key
	Customer Place     `json:"customer"`
	CardRef  string    `json:"card,omitempty"` // the promise card, where a draft's root became it
	Triage   Place     `json:"triage"`
	Cards    [2]string `json:"cards,omitzero"` // fingerprints of the cards as last sent: the customer's, ours

	Cycles  []sla.Cycle `json:"cycles,omitempty"`
	Ladder  *sla.Ladder `json:"ladder,omitempty"`
	Highest int         `json:"highest,omitempty"` // the highest level ever reached (T39)
	Alerts  []Alert     `json:"alerts,omitempty"`  // notices of the running climb, so that they can be brought up to date

	Response   Response         `json:"response,omitzero"`   // the last one
	ContactAt  time.Time        `json:"contact_at,omitzero"` // the last message of a contact
	Replies    map[string]Reply `json:"replies,omitempty"`   // on their way to the customer, by delivery key
	Waiting    *Waiting         `json:"waiting,omitempty"`
	Hold       *Hold            `json:"hold,omitempty"`
	Owed       *Promise         `json:"owed,omitempty"`     // the next update that staff promised
	Asked      *Escalation      `json:"asked,omitempty"`    // the contact's last request for escalation (T42)
	Verified   string           `json:"verified,omitempty"` // "verified", "not_reproduced" (T49)
	Links      []string         `json:"links,omitempty"`    // case keys and addresses
	MergedInto string           `json:"merged_into,omitempty"`
	Comment    string           `json:"comment,omitempty"` // somebody not authorized wrote while waiting; staff decide (T19)
	Late       string           `json:"late,omitempty"`    // the draft that continues this closed case (T23)
}

// Key is the name that people use: "ACME-42".
func (c Case) Key() string { return c.Subscriber + "-" + strconv.FormatInt(c.Number, 10) }

// SeverityChange is one change of severity that took effect.
type SeverityChange struct {
	At   time.Time       `json:"at"`
	From policy.Severity `json:"from"`
	To   policy.Severity `json:"to"`
	By   string          `json:"by"`
	Note string          `json:"note,omitempty"` // contested, unanswered, late
}

// Proposal is a severity that one side has put before the other (T26).
type Proposal struct {
	To      policy.Severity `json:"to"`
	From    policy.Severity `json:"from"`
	By      string          `json:"by"`
	ByName  string          `json:"by_name"`
	ByStaff bool            `json:"by_staff,omitempty"`
	Reason  string          `json:"reason"`
	At      time.Time       `json:"at"`
	InForce bool            `json:"in_force,omitempty"` // a raise to 1, confirmed afterwards (T27)
	Slot    string          `json:"slot,omitempty"`     // of the message that asks for consent
}

// Response is a human staff message that a contact can see (T13).
type Response struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Link string    `json:"link,omitempty"`
}

// Reply is a response that was handed to the courier and not delivered yet.
type Reply struct {
	By   string `json:"by"`
	Name string `json:"name"`
	Then string `json:"then,omitempty"` // "wait" or "resolve", once it is delivered
	// Said is when its author sent it: it may be delivered much later.
	Said time.Time `json:"said,omitzero"`
}

// Waiting is the time that a case waits for its customer (T19, T22).
type Waiting struct {
	Since    time.Time `json:"since"`
	Reminded int       `json:"reminded,omitempty"` // how many reminders were sent
	Asks     bool      `json:"asks,omitempty"`     // an agent resolved a severity 1: the contact confirms (T21)
}

// Hold is the time that a case waits for us or a third party (T20).
type Hold struct {
	For   string    `json:"for"`
	By    string    `json:"by"`
	Until time.Time `json:"until,omitzero"`
}

// Escalation is a contact's request for one (T42).
type Escalation struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	Count  int       `json:"count"`
}

// Alert is a notice in a room or a person's messages that shows how a climb stands.
type Alert struct {
	Room  string    `json:"room"`
	Key   string    `json:"key"` // the notice's key
	Slot  string    `json:"slot,omitempty"`
	Level int       `json:"level"`
	Asked bool      `json:"asked,omitempty"` // by a contact; it is no part of the climb (T42)
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
}

// Subscriber is a customer company with a contract.
type Subscriber struct {
	V         int               `json:"v"`
	Key       string            `json:"key"`
	Name      string            `json:"name"`
	Package   string            `json:"package"`
	Instances []Instance        `json:"instances,omitempty"`
	Location  string            `json:"location,omitempty"` // ISO country of the contract (T12)
	Language  string            `json:"language,omitempty"`
	Timezone  string            `json:"timezone,omitempty"`
	Calendar  string            `json:"calendar,omitempty"`
	Channels  []string          `json:"channels,omitempty"`
	Doors     map[string]string `json:"doors,omitempty"` // by channel: the fingerprint of the door as last sent
	Moved     map[string]string `json:"moved,omitempty"` // channels that the platform gave another reference: the old one to the new
	Advisor   string            `json:"advisor,omitempty"`
	Contacts  []policy.Contact  `json:"contacts,omitempty"`

	Standing       policy.Standing `json:"standing,omitempty"`
	StandingReason string          `json:"standing_reason,omitempty"`
	StandingBy     string          `json:"standing_by,omitempty"`
	StandingUntil  time.Time       `json:"standing_until,omitzero"`
	Override       *Override       `json:"override,omitempty"`
	Suspensions    []calendar.Span `json:"suspensions,omitempty"`
	CourtesyAt     time.Time       `json:"courtesy,omitzero"` // the last untimed case opened while suspended (T32)

	Seats       Seating   `json:"seats,omitzero"`
	NobodySince time.Time `json:"nobody_since,omitzero"` // since when nobody is authorized any more (T47)

	Week       Weekly          `json:"weekly,omitzero"`
	Sweep      *Sweep          `json:"sweep,omitempty"`
	Applied    json.RawMessage `json:"applied,omitempty"`     // the subscriber as the directory file last said
	Removed    bool            `json:"removed,omitempty"`     // no longer in the directory file
	ClockStamp string          `json:"clock_stamp,omitempty"` // of the calendar when last applied, to see that it changed
}

// Instance is one of several installations of a subscriber, each with a package of its own.
type Instance struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Package string `json:"package"`
}

// Override is a manager's lifting of a standing until an expiry (T31).
type Override struct {
	Lifts  policy.Standing `json:"lifts"`
	Reason string          `json:"reason"`
	By     string          `json:"by"`
	Until  time.Time       `json:"until"`
}

// Seating is how a subscriber's contacts find room in its package (T45).
type Seating struct {
	OverSince time.Time `json:"over,omitzero"` // more hold a seat than the package allots: its admins know since then
	Of        int       `json:"of,omitempty"`  // the allotment that they were told
	Next      time.Time `json:"next,omitzero"` // when another version of the package begins
}

// Weekly is where the weekly update stands.
type Weekly struct {
	Next time.Time `json:"next,omitzero"`  // when the next one is due
	Last string    `json:"last,omitempty"` // the last period that was sent or held, "2026-03-02"
	Held bool      `json:"held,omitempty"` // the last one was held by a suspension
}

// Sweep is a walk over a subscriber's open cases that have to look at their clocks anew.
type Sweep struct {
	After string `json:"after,omitempty"`
	Why   string `json:"why"`
	Round int64  `json:"round"`
}

// Room is a shared channel: what waits to be posted there, and what was.
type Room struct {
	V       int       `json:"v"`
	Ref     string    `json:"ref"`
	LastAt  time.Time `json:"last,omitzero"`
	Waiting []Notice  `json:"waiting,omitempty"`
	Posts   []Posted  `json:"posts,omitempty"`
}

// Notice is one thing to say in a shared channel.
type Notice struct {
	Key     string    `json:"key"`
	From    Key       `json:"from"`
	Urgency int       `json:"urgency"`
	At      time.Time `json:"at"`
	Message Message   `json:"message"`
}

// Posted is a post that holds one or more notices.
type Posted struct {
	Slot    string   `json:"slot"`
	Sent    bool     `json:"sent,omitempty"`
	Notices []Notice `json:"notices"`
}

func encode(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return body, nil
}

func decode[T any](v Versioned) (*T, error) {
	if v.Version == 0 || len(v.Body) == 0 {
		return nil, nil
	}
	out := new(T)
	if err := json.Unmarshal(v.Body, out); err != nil {
		return nil, fmt.Errorf("decode %s version %d: %w", v.Key, v.Version, err)
	}
	return out, nil
}

// CaseName is a case's key as people say it: "ACME-42".
func CaseName(k Key) string { return k.Owner + "-" + k.ID }

// ParseCaseName reads "ACME-42", in whatever letter case it was typed.
func ParseCaseName(s string) (Key, bool) {
	owner, number, ok := strings.Cut(strings.ToUpper(strings.TrimSpace(s)), "-")
	var n int64
	if !ok || len(number) > 9 || !subscriberName(owner) {
		return Key{}, false
	}
	for _, r := range number {
		if r < '0' || r > '9' {
			return Key{}, false
		}
		n = n*10 + int64(r-'0')
	}
	if n == 0 {
		return Key{}, false
	}
	return CaseKey(owner, n), true
}

func subscriberName(s string) bool {
	for i, r := range s {
		if upper, digit := r >= 'A' && r <= 'Z', r >= '0' && r <= '9'; !upper && (i == 0 || !digit) {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 10
}
