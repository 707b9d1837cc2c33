package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"casebot/policy/calendar"
)

// Cell is what a package says in one row that is not a target. Which field
// counts depends on the kind of the row; the zero value includes nothing.
type Cell struct {
	Yes   bool   `json:"yes,omitempty"`   // yes/no and optional
	Count int    `json:"count,omitempty"` // count and yearly
	Hours string `json:"hours,omitempty"` // "24x7", "business" or a calendar's name
}

// The words of a cell of kind hours that are not a calendar's name.
const (
	HoursAlways   = "24x7"
	HoursBusiness = "business" // the subscriber's support calendar
)

// Package is one version of a support package: what a subscriber may expect.
type Package struct {
	Key      string        `json:"key"`
	Name     string        `json:"name"`
	From     calendar.Date `json:"from,omitzero"` // valid from this day on; zero: from ever
	Severity [3]Targets    `json:"severity"`
	Cells    map[Row]Cell  `json:"cells,omitempty"` // rows that are not targets
}

// Targets are the promises for one severity; none for what is no severity.
func (p Package) Targets(s Severity) Targets {
	if !s.Valid() {
		return Targets{}
	}
	return p.Severity[s-1]
}

// Target is the promise for one severity and metric, with its clock.
func (p Package) Target(s Severity, m Metric) (Target, Clock) {
	targets := p.Targets(s)
	if m == Initial {
		return targets.Initial, targets.Clock
	}
	return targets.FollowUp, targets.Clock
}

// Includes reports whether the package has anything to offer in the row. An
// optional row is included although it is off until the subscriber agrees.
func (p Package) Includes(r Row) bool {
	spec := r.Spec()
	for _, s := range spec.Severities {
		if target, _ := p.Target(s, spec.Metric); !target.None() {
			return true
		}
	}
	return p.Cells[r] != Cell{}
}

// Count is the number in a row that counts something, zero elsewhere.
func (p Package) Count(r Row) int { return p.Cells[r].Count }

// Contacts is how many authorized contacts the package allots (SLA T44).
func (p Package) Contacts() int { return p.Count(RowContacts) }

// PhoneHours says when the phone is answered: "24x7", "business", the name of
// a calendar, or "" for a package without phone support.
func (p Package) PhoneHours() string { return p.Cells[RowPhone].Hours }

// WithoutTargets is the package with no committed target in any row (SLA T3,
// T12).
func (p Package) WithoutTargets() Package {
	p.Severity = [3]Targets{}
	return p
}

// Text is the row as the configuration writes it: "yes", "no", "optional",
// "3", "24x7", "none" or "4h". Severities that differ stand side by side.
func (p Package) Text(r Row) string {
	spec, cell := r.Spec(), p.Cells[r]
	switch spec.Kind {
	case KindCount, KindYearly:
		return strconv.Itoa(cell.Count)
	case KindHours:
		if cell.Hours == "" {
			return "none"
		}
		return cell.Hours
	case KindTarget:
		return p.targetText(spec)
	case KindOptional:
		if cell.Yes {
			return "optional"
		}
	case KindYesNo:
		if cell.Yes {
			return "yes"
		}
	}
	return "no"
}

func (p Package) targetText(spec RowSpec) string {
	var texts []string
	for _, s := range spec.Severities {
		target, _ := p.Target(s, spec.Metric)
		if text := target.String(); len(texts) == 0 || texts[len(texts)-1] != text {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " / ")
}

// Hash names the content of this version, so that a past one can be told from
// one that was changed afterwards. Names may be corrected; promises may not. Rows
// that the package does not include leave no trace, so a hash outlives new rows.
func (p Package) Hash() string {
	var b strings.Builder
	from, _ := p.From.MarshalText()
	fmt.Fprintf(&b, "package %s from %s\n", p.Key, from)
	for _, s := range Severities() {
		if t := p.Targets(s); !t.None() {
			fmt.Fprintf(&b, "severity%s %s %s %s\n", s, t.Initial, t.FollowUp, t.Clock)
		}
	}
	for _, spec := range Rows() {
		if spec.Kind != KindTarget && p.Includes(spec.Row) {
			fmt.Fprintf(&b, "%s %s\n", spec.Key(), p.Text(spec.Row))
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// Packages holds the versions of every package by key, the oldest first.
type Packages map[string][]Package

// At is the version of a package that is valid on the day of t, in t's own
// zone: hand it the time in the zone of the support calendar. The first
// version also holds before its own beginning; false means there is no such package.
func (ps Packages) At(key string, t time.Time) (Package, bool) {
	versions := ps[key]
	if len(versions) == 0 {
		return Package{}, false
	}
	valid, today := versions[0], calendar.DateOf(t)
	for _, version := range versions[1:] {
		if today.Compare(version.From) >= 0 {
			valid = version
		}
	}
	return valid, true
}
