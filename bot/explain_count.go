package bot

import (
	"maps"
	"slices"
	"time"

	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// Count is what the due follows from, and the time accounted for.
type Count struct {
	From   time.Time     `json:"from"`
	Amount policy.Target `json:"amount"`
	Runs   policy.Clock  `json:"runs"`
	Lines  []LedgerLine  `json:"lines"`
	// Used counts up to the end, or to the moment of the explanation; Left from
	// there to the due; Over from the due on. Used + Left is the amount.
	Used Seconds `json:"used_seconds"`
	Left Seconds `json:"left_seconds"`
	Over Seconds `json:"over_seconds"`
	// Republished says that the subscriber has had another calendar since the
	// cycle ended: the due stands as it was reckoned then (T11).
	Republished bool `json:"republished,omitempty"`
	// Moved says that the due does not follow from the target alone, which would
	// have run out at Plain: a raise leaves a floor, a lowering or a merge keeps
	// the promise of before (T28, T35).
	Moved bool      `json:"moved,omitempty"`
	Plain time.Time `json:"target_due,omitzero"`
}

// LedgerLine is a stretch of time, counted or not, and why.
type LedgerLine struct {
	From    time.Time       `json:"from"`
	To      time.Time       `json:"to"`
	Seconds Seconds         `json:"seconds"`
	Counted bool            `json:"counted"`
	Why     calendar.Reason `json:"why"`
	Name    string          `json:"name,omitempty"`
	Total   Seconds         `json:"total_seconds"` // counted so far
	Part    Part            `json:"part"`
}

// Part is where a line lies.
type Part string

// The parts of a count.
const (
	PartUsed Part = "used" // before the end, and before the due
	PartLeft Part = "left" // from the end to the due
	PartOver Part = "over" // past the due
)

// Seconds is a duration that JSON writes in seconds.
type Seconds time.Duration

// MarshalJSON implements json.Marshaler.
func (s Seconds) MarshalJSON() ([]byte, error) { return encode(time.Duration(s).Seconds()) }

// tell accounts for the time of a cycle; endSeen is when its end was seen.
func tell(y sla.Cycle, state State, k sla.Clocks, r *Rules, asOf, endSeen time.Time) CycleStory {
	s := CycleStory{
		Clock: CycleName(y), Metric: y.Metric, Severity: y.Severity, Target: y.Target, Runs: y.Clock, Version: y.Calendar, Package: y.Package,
		Anchor: y.Anchor, Outcome: y.Outcome, Due: y.FellDue(), AnsweredAt: y.AnsweredAt, EndedAt: y.EndedAt, Excused: y.Excused,
		Waiting: y.Outcome == sla.Pending && state == StateWaiting,
	}
	if s.Waiting && y.Term == (sla.Term{}) {
		return s
	}
	term := y.Term
	if term == (sla.Term{}) || term.Amount.None() { // no target: the elapsed time all the same (T3)
		term = sla.Term{From: y.Anchor, Clock: y.Clock}
	}
	if term.Clock == "" {
		term.Clock = policy.Clock24x7
	}
	end := asOf
	if !y.EndedAt.IsZero() && y.EndedAt.Before(asOf) {
		end = y.EndedAt
	}
	known := end
	if !y.EndedAt.IsZero() { // what was known when its end was seen moved it, and nothing later (T11)
		if endSeen.After(known) {
			known = endSeen
		}
		k = k.Known(known).ResumedAt(end) // a response while support is suspended counts, as if it ended then
	}
	s.Count = count(term, y.FellDue(), end, k)
	if s.Paused = y.Outcome == sla.Pending && y.Due.IsZero() && !y.Target.None() && k.Paused(asOf); s.Paused {
		s.Count.Left = max(0, Seconds(term.Amount.Duration)-s.Count.Used)
	}
	s.Count.Plain, _ = k.ResumedAt(end).Due(sla.Term{From: y.Anchor, Amount: y.Target, Clock: y.Clock})
	s.Count.Moved = !y.Target.None() && (!term.From.Equal(y.Anchor) || term.Amount != y.Target || term.Clock != y.Clock)
	if s.Count.Republished {
		if then := r.countThen(y, term, end, known, k); then != nil {
			s.Count = then
		}
	}
	return s
}

// countThen counts on the calendar that the subscriber had when a cycle began,
// nil where its time does not add up on that one either.
func (r *Rules) countThen(y sla.Cycle, term sla.Term, end, known time.Time, k sla.Clocks) *Count {
	for _, name := range slices.Sorted(maps.Keys(r.Calendars)) {
		if k.Business = r.Calendars[name].Known(known); k.Business.Version(y.Anchor) != y.Calendar {
			continue
		}
		if c := count(term, y.FellDue(), end, k); !c.Republished {
			return c
		}
	}
	return nil
}

// count writes the ledger of a term: up to the due, and on to the end where
// that came later.
func count(term sla.Term, due, end time.Time, k sla.Clocks) *Count {
	c := &Count{From: term.From, Amount: term.Amount, Runs: term.Clock}
	if end.Before(term.From) { // answered, by its stamp, before a floor began
		end = term.From
	}
	clock := k.On(term.Clock)
	var total time.Duration
	add := func(from, to time.Time, part Part, sum *Seconds) {
		if !from.Before(to) {
			return
		}
		for _, i := range clock.Ledger(from, to, k.Pauses...) {
			line := LedgerLine{From: i.From, To: i.To, Seconds: Seconds(i.To.Sub(i.From)), Counted: i.Why == calendar.ReasonOpen, Why: i.Why, Name: i.Name, Part: part}
			if line.Counted {
				total += i.To.Sub(i.From)
				*sum += line.Seconds
			}
			line.Total = Seconds(total)
			c.Lines = append(c.Lines, line)
		}
	}
	if due.IsZero() {
		add(term.From, end, PartUsed, &c.Used)
		return c
	}
	middle := end
	if due.Before(end) {
		middle = due
	}
	add(term.From, middle, PartUsed, &c.Used)
	add(middle, due, PartLeft, &c.Left)
	add(due, end, PartOver, &c.Over)
	if d := term.Amount.Duration; d > 0 && time.Duration(c.Used+c.Left) != d {
		c.Republished = true
	}
	return c
}
