package policy

import (
	"fmt"
	"strconv"
)

// Severity says how much a case hurts: 1 is the worst, 3 the mildest. The
// contact names it at submission (SLA T25).
type Severity int

// The three severities. There is no default: zero is not a severity.
const (
	Severity1 Severity = 1 + iota
	Severity2
	Severity3
)

// Severities lists all severities, the worst first.
func Severities() []Severity { return []Severity{Severity1, Severity2, Severity3} }

// Valid reports whether s is 1, 2 or 3.
func (s Severity) Valid() bool { return s >= Severity1 && s <= Severity3 }

// String gives the plain number, as people write it.
func (s Severity) String() string { return strconv.Itoa(int(s)) }

// ParseSeverity reads "1", "2" or "3".
func ParseSeverity(text string) (Severity, error) {
	switch text {
	case "1":
		return Severity1, nil
	case "2":
		return Severity2, nil
	case "3":
		return Severity3, nil
	}
	return 0, fmt.Errorf("%q is not a severity: write 1, 2 or 3", text)
}
