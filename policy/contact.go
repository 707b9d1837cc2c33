package policy

import (
	"time"

	"casebot/policy/calendar"
)

// Contact is a person whom a subscriber has nominated to speak for it.
type Contact struct {
	Key          string            `json:"key"`
	Name         string            `json:"name"`
	Refs         map[string]string `json:"refs,omitempty"` // platform: user id there
	Email        string            `json:"email,omitempty"`
	Language     string            `json:"language,omitempty"`
	Timezone     string            `json:"timezone,omitempty"`
	Nominated    bool              `json:"nominated,omitempty"`
	NominatedAt  time.Time         `json:"nominated_at,omitzero"` // decides who is the newest (SLA T45)
	Active       bool              `json:"active,omitempty"`
	Trained      calendar.Date     `json:"trained,omitzero"`       // zero: no training on record
	TrainedUntil calendar.Date     `json:"trained_until,omitzero"` // the last day it counts; zero: no expiry
	Admin        bool              `json:"admin,omitempty"`        // the subscriber admin
}

// Lack is what keeps a contact from being authorized; empty if nothing does.
type Lack string

// What a contact may lack (SLA T43).
const (
	LackNothing    Lack = ""
	LackNomination Lack = "not_nominated"
	LackActivity   Lack = "inactive"
	LackTraining   Lack = "untrained"
	LackRenewal    Lack = "training_expired"
)

// Authorized reports whether the contact may submit, consent and book at the
// given time, and if not, what is lacking (SLA T43). Days are judged in the zone of at. That
// the person is who they claim to be was settled before, by their platform id.
func (c Contact) Authorized(at time.Time) (bool, Lack) {
	today := calendar.DateOf(at)
	switch {
	case !c.Nominated:
		return false, LackNomination
	case !c.Active:
		return false, LackActivity
	case c.Trained.IsZero() || today.Compare(c.Trained) < 0:
		return false, LackTraining
	case !c.TrainedUntil.IsZero() && today.Compare(c.TrainedUntil) > 0:
		return false, LackRenewal
	}
	return true, LackNothing
}

// HoldsSeat reports whether the contact counts towards the allotment: active
// nominations do, trained or not (SLA T44).
func (c Contact) HoldsSeat() bool { return c.Nominated && c.Active }
