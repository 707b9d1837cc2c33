package bot

import (
	"slices"
	"strings"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// Explanation is how a case's clocks ran, as of a moment: what its log says was
// decided, and the arithmetic that proves it.
type Explanation struct {
	Case       string          `json:"case"`
	Summary    string          `json:"summary"`
	Subscriber string          `json:"subscriber"`
	State      State           `json:"state"`
	Severity   policy.Severity `json:"severity"`
	Received   time.Time       `json:"received"`
	AsOf       time.Time       `json:"as_of"`
	Calendar   string          `json:"calendar"`
	Zone       string          `json:"timezone"` // the calendar's
	Cycles     []CycleStory    `json:"cycles"`
	Responses  []Response      `json:"responses,omitempty"`
	Promises   []PromiseStory  `json:"promises,omitempty"`
	Levels     []LevelTold     `json:"escalations,omitempty"` // for staff
	// Incomplete says that the log does not reach back to the opening: the
	// cycles are those of the record, without how they came to be.
	Incomplete bool `json:"incomplete,omitempty"`
}

// LevelTold is a level of the ladder that was told.
type LevelTold struct {
	At     time.Time `json:"at"`
	Level  string    `json:"level"`
	Repeat string    `json:"repeat,omitempty"`
}

// CycleStory is one cycle: its promise, how that moved, and where the time went.
type CycleStory struct {
	Clock      string          `json:"clock"` // "initial", "follow-up 2"
	Metric     policy.Metric   `json:"metric"`
	Severity   policy.Severity `json:"severity"`
	Target     policy.Target   `json:"target"`
	Runs       policy.Clock    `json:"runs,omitempty"` // on this clock
	Version    string          `json:"calendar_version,omitempty"`
	Package    string          `json:"package,omitempty"`
	Anchor     time.Time       `json:"anchor"`
	Outcome    sla.Outcome     `json:"outcome"`
	Due        time.Time       `json:"due,omitzero"`
	AnsweredAt time.Time       `json:"answered,omitzero"`
	EndedAt    time.Time       `json:"ended,omitzero"`
	Excused    bool            `json:"excused,omitempty"`
	Waiting    bool            `json:"waiting,omitempty"` // for the customer: no clock runs (T19)
	Paused     bool            `json:"paused,omitempty"`  // support is suspended: the clock stands still (T33)
	Count      *Count          `json:"count,omitempty"`
	Steps      []CycleStep     `json:"steps,omitempty"`
}

// StepKind says what happened to a cycle.
type StepKind string

// The kinds of step.
const (
	StepStarted   StepKind = "started"
	StepMoved     StepKind = "moved"    // the anchor: a burst (T18), a merge (T35)
	StepWaits     StepKind = "waits"    // for the customer (T19)
	StepResumed   StepKind = "resumed"  // by the contact's message (T19)
	StepSeverity  StepKind = "severity" // recomputed from the anchor (T28)
	StepDue       StepKind = "due"      // a suspension or a calendar moved it (T11, T33), or a merge (T35)
	StepMet       StepKind = "met"
	StepBreached  StepKind = "breached"
	StepAnswered  StepKind = "answered" // late
	StepCorrected StepKind = "corrected"
	StepEnded     StepKind = "ended"
	StepMerged    StepKind = "merged"
	StepExcused   StepKind = "excused"
)

// Cause says what moved a due.
type Cause string

// The causes.
const (
	CauseCalendar Cause = "calendar" // published anew, or another one (T11)
	CauseStanding Cause = "standing" // support was suspended or restored (T33)
	CauseMerge    Cause = "merge"    // the earlier due of a merged case (T35)
)

// causeOf reads what moved a due in an entry, "" where the clocks were looked at
// for another reason.
func causeOf(e Logged) Cause {
	switch {
	case e.Given == nil:
		return ""
	case e.Given.Do == "merge":
		return CauseMerge
	case e.Given.Topic == TopicTouch && e.Given.Values["why"] == "calendar":
		return CauseCalendar
	case e.Given.Topic == TopicTouch && e.Given.Values["why"] == "standing":
		return CauseStanding
	default:
		return ""
	}
}

// CycleStep is one thing that happened to a cycle.
type CycleStep struct {
	Kind   StepKind        `json:"kind"`
	Seen   time.Time       `json:"seen"`
	At     time.Time       `json:"at"`
	By     string          `json:"by,omitempty"`
	Link   string          `json:"link,omitempty"`
	Event  string          `json:"event"`
	Anchor time.Time       `json:"anchor"`
	Due    time.Time       `json:"due,omitzero"`
	Cause  Cause           `json:"cause,omitempty"` // of StepDue, where it is known
	From   policy.Severity `json:"from_severity,omitempty"`
	To     policy.Severity `json:"severity"`
}

// Explain tells how the clocks of a case ran, as of a moment. staff also hear
// of the ladder.
func Explain(c *Case, s *Subscriber, log []Logged, r *Rules, asOf time.Time, staff bool) Explanation {
	k := r.clocks(s).Known(asOf)
	x := Explanation{
		Case: c.Key(), Summary: c.Summary, Subscriber: c.Subscriber, State: c.State, Severity: c.Severity, Received: c.ReceivedAt, AsOf: asOf,
		Calendar: k.Business.Name(), Zone: k.Business.Location(asOf).String(),
	}
	cycles, steps, ok := x.fold(log, asOf, staff)
	if !ok {
		x.Incomplete, x.Responses, x.Promises, x.Levels, steps = true, nil, nil, nil, nil
		cycles = slices.DeleteFunc(slices.Clone(c.Cycles), func(y sla.Cycle) bool { return y.Anchor.After(asOf) })
		x.State = c.State
	}
	for i, y := range cycles {
		var own []CycleStep
		if i < len(steps) {
			own = steps[i]
		}
		story := tell(y.Refresh(k), x.State, k, r, asOf, endSeen(own))
		story.Steps = own
		x.Cycles = append(x.Cycles, story)
	}
	x.Severity = c.severityAt(asOf)
	return x
}

// endSeen is when the end of a cycle was seen, which may be later than it was
// stamped; zero where it has none.
func endSeen(steps []CycleStep) (seen time.Time) {
	for _, s := range steps {
		switch s.Kind {
		case StepMet, StepAnswered, StepCorrected, StepEnded, StepMerged:
			seen = s.Seen
		case StepStarted, StepMoved, StepWaits, StepResumed, StepSeverity, StepDue, StepBreached, StepExcused:
		}
	}
	return seen
}

// severityAt is the severity that a case had at a moment.
func (c *Case) severityAt(at time.Time) policy.Severity {
	for _, change := range slices.Backward(c.Changes) {
		if !change.At.After(at) {
			return change.To
		}
	}
	if len(c.Changes) > 0 {
		return c.Changes[0].From
	}
	return c.Severity
}

// fold reads the log up to a moment: the cycles as they were, and what happened
// to each. It is not ok where the log lacks the beginning.
func (x *Explanation) fold(log []Logged, asOf time.Time, staff bool) (cycles []sla.Cycle, steps [][]CycleStep, ok bool) {
	if len(log) == 0 || !log[0].Birth() {
		return nil, nil, false
	}
	x.State = StateNew
	for _, e := range log {
		if e.Seen.Truncate(time.Millisecond).After(asOf) { // moments are told to the millisecond
			break
		}
		after, err := e.Fold(cycles)
		if err != nil {
			return nil, nil, false
		}
		for len(steps) < len(after) {
			steps = append(steps, nil)
		}
		for _, d := range e.Cycles {
			var before sla.Cycle
			if d.N < len(cycles) {
				before = cycles[d.N]
			}
			for _, s := range stepsOf(before, after[d.N], e) {
				if !staff && !visible(e) {
					s.Link = ""
				}
				steps[d.N] = append(steps[d.N], s)
			}
		}
		cycles = after
		if e.State != "" {
			x.State = e.State
		}
		if r, ok := responseOf(e); ok {
			x.Responses = append(x.Responses, r)
		}
		x.promise(e)
		if level := e.Facts["level"]; staff && level != "" && e.Facts["repeat"] != "" {
			x.Levels = append(x.Levels, LevelTold{At: e.Seen, Level: level, Repeat: strings.TrimPrefix(e.Facts["repeat"], "0")})
		}
	}
	return cycles, steps, len(cycles) > 0
}

// visible tells whether a contact can see the message that an entry links to: a
// response, or what a contact wrote.
func visible(e Logged) bool {
	_, ok := responseOf(e)
	return ok || e.As == SideContact
}

// responseOf reads the response that an entry logged (T13).
func responseOf(e Logged) (Response, bool) {
	at, err := time.Parse(time.RFC3339Nano, e.Facts["at"])
	if err != nil || !slices.Contains(strings.Split(e.Reason, ","), "response") {
		return Response{}, false
	}
	r := Response{At: at, By: e.Facts["by"], Link: e.Link}
	if r.Link == "" && e.Given != nil && e.Given.Report != nil {
		r.Link = e.Given.Report.Link
	}
	return r, true
}

// stepsOf tells what became of a cycle in an entry: one that began may wait for
// the customer from then on.
func stepsOf(before, after sla.Cycle, e Logged) []CycleStep {
	s, ok := stepOf(before, after, e)
	if !ok {
		return nil
	}
	if s.Kind == StepStarted && after.Term == (sla.Term{}) {
		waits := s
		waits.Kind = StepWaits
		return []CycleStep{s, waits}
	}
	return []CycleStep{s}
}

// stepOf tells what became of a cycle in an entry, not ok where nothing that
// anybody would ask about did.
func stepOf(before, after sla.Cycle, e Logged) (CycleStep, bool) {
	s := CycleStep{Seen: e.Seen, At: e.At, By: e.Actor, Link: e.Link, Event: e.Event, Anchor: after.Anchor, Due: after.FellDue(), To: after.Severity}
	if s.At.IsZero() {
		s.At = e.Seen
	}
	if r, ok := responseOf(e); ok {
		s.At, s.By, s.Link = r.At, r.By, r.Link
	}
	reasons := strings.Split(e.Reason, ",")
	switch {
	case before.Outcome == "":
		s.Kind = StepStarted
	case before.Outcome != after.Outcome:
		s.Kind = map[sla.Outcome]StepKind{
			sla.Met: StepMet, sla.Breached: StepBreached, sla.Cancelled: StepEnded, sla.Merged: StepMerged, sla.Pending: StepDue,
		}[after.Outcome]
		if before.Outcome == sla.Breached && after.Outcome == sla.Met {
			s.Kind = StepCorrected
		}
	case before.AnsweredAt != after.AnsweredAt:
		s.Kind = StepAnswered
	case before.Excused != after.Excused:
		s.Kind = StepExcused
	case before.Severity != after.Severity:
		s.Kind, s.From = StepSeverity, before.Severity
	case before.Term != (sla.Term{}) && after.Term == (sla.Term{}):
		s.Kind = StepWaits
	case slices.Contains(reasons, "waiting ended") && before.Term != after.Term:
		s.Kind = StepResumed
	case !before.Anchor.Equal(after.Anchor):
		s.Kind = StepMoved
	case !before.Due.Equal(after.Due):
		s.Kind, s.Cause = StepDue, causeOf(e)
	default:
		return s, false
	}
	return s, true
}
