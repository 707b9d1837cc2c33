package intake

import (
	"slices"
	"time"

	"casebot/policy"
)

// Env is what the conversation may know of the world around it.
type Env struct {
	Lang      string         // of the writer; decides what 3/4 means
	Zone      *time.Location // of the writer's profile; nil is UTC
	Now       time.Time
	Instances []string // the instances that the writer may name
}

func (e Env) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// State is a conversation so far: what a draft stores. Its methods leave it
// as it is and return the next one.
type State struct {
	Answers   Answers `json:"answers,omitempty"`
	Skipped   []Field `json:"skipped,omitempty"`
	Asked     Field   `json:"asked,omitempty"`     // the open question
	Trail     []Field `json:"trail,omitempty"`     // questions asked so far, the open one last
	Warned    bool    `json:"warned,omitempty"`    // was told what is missing
	Disputed  bool    `json:"disputed,omitempty"`  // was asked about a contradiction
	Submitted bool    `json:"submitted,omitempty"` // there is a case; the rest is asked in it
}

func (s State) clone() State {
	s.Answers = s.Answers.clone()
	s.Skipped = slices.Clone(s.Skipped)
	s.Trail = slices.Clone(s.Trail)
	return s
}

// Severity gives the severity that the contact chose. There is no default.
func (s State) Severity() (policy.Severity, bool) {
	severity, err := policy.ParseSeverity(s.Answers.Choice(Severity))
	return severity, err == nil
}

// Ready reports whether the conversation may be submitted: a summary and a
// severity are known (SLA T1).
func (s State) Ready() bool {
	_, ok := s.Severity()
	return ok && s.Answers[Summary] != ""
}

// Ask makes a field the open question.
func (s State) Ask(f Field) State {
	s = s.clone()
	s.Asked = f
	s.Skipped = without(s.Skipped, f)
	if n := len(s.Trail); f != "" && (n == 0 || s.Trail[n-1] != f) {
		s.Trail = append(without(s.Trail, f), f)
	}
	return s
}

// Next gives the question to ask: the open one, or the first whose answer is
// lacking and was not skipped. It is false when nothing is left to ask.
func (s State) Next(env Env) (Field, bool) {
	if s.Asked != "" && (s.Asked == Details || s.Need(s.Asked, env) != NotAsked) {
		return s.Asked, true
	}
	for _, f := range s.order(env) {
		if !s.answered(f, env) && !slices.Contains(s.Skipped, f) {
			return f, true
		}
	}
	for _, f := range []Field{Summary, Severity} { // skipped, but nothing goes without them
		if !s.answered(f, env) {
			return f, true
		}
	}
	return "", false
}

// order lists the fields to be asked. Who has several instances names one
// first and the type last of the four that decide the rest, since severity 1
// implies it: so severity 1 is never more than 8 answers.
func (s State) order(env Env) []Field {
	first := []Field{Instance, Type, Summary, Severity}
	if len(env.Instances) > 1 {
		first = []Field{Instance, Summary, Severity, Type}
	}
	if s.Column() == ColumnUnknown {
		return first
	}
	urgent := s.Column() == ColumnSeverity1
	var early, late, last []Field
	for _, row := range fields[len(first):] {
		switch need := s.Need(row.field, env); {
		case need == NotAsked:
		case !urgent || !row.late:
			early = append(early, row.field)
		case need == Must:
			late = append(late, row.field)
		default:
			last = append(last, row.field)
		}
	}
	if urgent && !s.Submitted {
		return slices.Concat(first, early)
	}
	return slices.Concat(first, early, late, last)
}

// answered reports whether the answer to a field is known and complete.
func (s State) answered(f Field, env Env) bool {
	switch {
	case f == Instance && len(env.Instances) <= 1:
		return true
	case f == Type && s.kind() != "":
		return true
	default:
		return s.Answers.complete(f)
	}
}

// Missing lists the answers that the case must have and has not.
func (s State) Missing(env Env) []Field {
	var missing []Field
	for _, row := range fields {
		if s.Need(row.field, env) == Must && !s.answered(row.field, env) {
			missing = append(missing, row.field)
		}
	}
	return missing
}

// Completeness counts the answers that the case must have: those it has, and
// all. Show Missing beside it, never the bare score.
func (s State) Completeness(env Env) (have, want int) {
	for _, row := range fields {
		if s.Need(row.field, env) == Must {
			want++
		}
	}
	return want - len(s.Missing(env)), want
}

func without(list []Field, f Field) []Field {
	return slices.DeleteFunc(slices.Clone(list), func(x Field) bool { return x == f })
}
