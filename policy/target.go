package policy

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxTarget bounds what a target may ask for. Business time is searched 400
// days ahead (SLA T10), so a year is already more than any promise needs.
const (
	maxTarget     = 366 * 24 * time.Hour
	maxTargetDays = 366
)

// Target is what a package promises: an amount of clock time, or a number of
// business days (SLA T50). The zero value promises nothing (SLA T3).
type Target struct {
	Duration time.Duration
	Days     int
}

// None reports whether there is no committed target.
func (t Target) None() bool { return t == Target{} }

// String gives the form of the configuration: "none", "4h", "1h30m" or "2bd".
func (t Target) String() string {
	switch {
	case t.None():
		return "none"
	case t.Days != 0:
		return strconv.Itoa(t.Days) + "bd"
	}
	text := t.Duration.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText gives the form of String.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads "none", any positive Go duration, or business days such
// as "2bd".
func (t *Target) UnmarshalText(text []byte) error {
	parsed, err := ParseTarget(string(text))
	if err == nil {
		*t = parsed
	}
	return err
}

// ParseTarget reads the form of String. A target of zero is refused: "none" is
// how to promise nothing.
func ParseTarget(text string) (Target, error) {
	text = strings.TrimSpace(text)
	if text == "none" {
		return Target{}, nil
	}
	if number, found := strings.CutSuffix(text, "bd"); found {
		days, err := strconv.Atoi(number)
		if err != nil || days < 1 || days > maxTargetDays {
			return Target{}, fmt.Errorf("%q is not a number of business days: write 1bd to %dbd", text, maxTargetDays)
		}
		return Target{Days: days}, nil
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return Target{}, fmt.Errorf("%q is not a target: write none, a duration such as 4h or 30m, or business days such as 2bd", text)
	case d <= 0 || d > maxTarget:
		return Target{}, fmt.Errorf("%q is not a possible target: write none for no target, or more than 0s and at most %s", text, Target{Duration: maxTarget})
	}
	return Target{Duration: d}, nil
}

// Clock says which time counts towards a target (SLA T2).
type Clock string

// The two clocks.
const (
	Clock24x7     Clock = "24x7"     // elapsed time, day and night
	ClockBusiness Clock = "business" // the open hours of the support calendar
)

// Valid reports whether c is a known clock.
func (c Clock) Valid() bool { return c == Clock24x7 || c == ClockBusiness }

// Targets is what a package promises for one severity.
type Targets struct {
	Initial  Target `json:"initial,omitzero"`
	FollowUp Target `json:"follow_up,omitzero"`
	Clock    Clock  `json:"clock,omitempty"`
}

// None reports whether neither response has a committed target.
func (t Targets) None() bool { return t.Initial.None() && t.FollowUp.None() }

// Check returns what is wrong with the targets, nil if nothing: business days
// exist only on the business clock (SLA T50).
func (t Targets) Check() error {
	if !t.Clock.Valid() && (t.Clock != "" || !t.None()) {
		return fmt.Errorf("%q is not a clock: write 24x7 or business", t.Clock)
	}
	for _, target := range []Target{t.Initial, t.FollowUp} {
		if target.Days != 0 && t.Clock != ClockBusiness {
			return fmt.Errorf("%s counts business days, which the clock %s does not know: write clock: business or a duration", target, t.Clock)
		}
	}
	return nil
}
