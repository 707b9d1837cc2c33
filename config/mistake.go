package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong in a file, and how to put it right.
type Mistake struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 0 where the whole file is meant
	Path    string `json:"path"` // as in packages.gold.severity1.initial
	Message string `json:"message"`
}

// String gives "file:line: path: message".
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d", m.Line)
	}
	if m.Path != "" {
		b.WriteString(": " + m.Path)
	}
	b.WriteString(": " + m.Message)
	return b.String()
}

// Warning is something that is allowed but looks unintended.
type Warning Mistake

// String gives "file:line: path: message".
func (w Warning) String() string { return Mistake(w).String() }

// MistakesError holds all mistakes of a configuration and its directory, in
// the order of the files.
type MistakesError struct {
	Mistakes []Mistake
}

// Error gives one mistake a line.
func (e *MistakesError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// report gathers what is found on the way through both files.
type report struct {
	files    []string // in the order of reading
	mistakes []Mistake
	warnings []Warning
}

// maxMistakes is more than anybody reads at once.
const maxMistakes = 500

// add keeps a mistake, unless there are too many already.
func (r *report) add(m Mistake) {
	if len(r.mistakes) < maxMistakes {
		r.mistakes = append(r.mistakes, m)
	}
}

// err is the report as an error: nil without mistakes.
func (r *report) err() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(r.mistakes, r.compare)
	return &MistakesError{Mistakes: slices.Compact(r.mistakes)}
}

// sorted gives the warnings in the order of the files.
func (r *report) sorted() []Warning {
	slices.SortStableFunc(r.warnings, func(a, b Warning) int { return r.compare(Mistake(a), Mistake(b)) })
	return slices.Compact(r.warnings)
}

// broken reports whether a mistake was found under a path.
func (r *report) broken(path string) bool {
	return slices.ContainsFunc(r.mistakes, func(m Mistake) bool {
		return m.Path == path || strings.HasPrefix(m.Path, path+".") || strings.HasPrefix(m.Path, path+"[")
	})
}

func (r *report) compare(a, b Mistake) int {
	return cmp.Or(
		cmp.Compare(slices.Index(r.files, a.File), slices.Index(r.files, b.File)),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Path, b.Path),
	)
}
