package policy

import "slices"

// Standing says whether a subscriber keeps its side of the contract. Finance
// sets it (SLA T31); the empty string counts as good.
type Standing string

// The four standings.
const (
	Good       Standing = "good"
	Grace      Standing = "grace"      // the subscriber admin is reminded, nothing else
	Restricted Standing = "restricted" // new cases of severity 1 only
	Suspended  Standing = "suspended"  // no support until restored
)

// Standings lists all standings, the best first.
func Standings() []Standing { return []Standing{Good, Grace, Restricted, Suspended} }

// Valid reports whether s is a known standing.
func (s Standing) Valid() bool { return slices.Contains(Standings(), s) }

// Effects is what follows from a standing (SLA T32).
type Effects struct {
	OpenSeverity1 bool // a case of severity 1 may be opened
	OpenOthers    bool // cases of severities 2 and 3 may be opened
	RemindAdmin   bool // the subscriber admin is reminded
	Paused        bool // clocks, bookings, weekly updates, warnings and escalations are held
}

// Effects is what follows from s. What is no standing allows nothing, so that a
// mistyped one does no favours.
func (s Standing) Effects() Effects {
	switch s {
	case Good, "":
		return Effects{OpenSeverity1: true, OpenOthers: true}
	case Grace:
		return Effects{OpenSeverity1: true, OpenOthers: true, RemindAdmin: true}
	case Restricted:
		return Effects{OpenSeverity1: true}
	case Suspended:
		return Effects{Paused: true}
	}
	return Effects{Paused: true}
}

// MayOpen reports whether a new case of that severity may be opened.
func (e Effects) MayOpen(s Severity) bool {
	switch s {
	case Severity1:
		return e.OpenSeverity1
	case Severity2, Severity3:
		return e.OpenOthers
	}
	return false
}

// MayOpen reports whether a new case of that severity may be opened.
func (s Standing) MayOpen(severity Severity) bool { return s.Effects().MayOpen(severity) }
