package bot

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"casebot/policy"
	"casebot/policy/sla"
)

// burst is how long a further message of staff belongs to the response before it (T18).
const burst = 15 * time.Minute

// clone copies a case so deeply that a decision may change the copy; its
// answers are replaced, never changed.
func (c Case) clone() *Case {
	c.Cycles = slices.Clone(c.Cycles)
	c.Changes = slices.Clone(c.Changes)
	c.Alerts = slices.Clone(c.Alerts)
	c.Links = slices.Clone(c.Links)
	c.Replies = maps.Clone(c.Replies)
	if c.Ladder != nil {
		l := *c.Ladder
		c.Ladder = &l
	}
	if c.Waiting != nil {
		w := *c.Waiting
		c.Waiting = &w
	}
	if c.Proposal != nil {
		p := *c.Proposal
		c.Proposal = &p
	}
	if c.Owed != nil {
		p := *c.Owed
		c.Owed = &p
	}
	return &c
}

// current returns the index of the cycle that a response would end, -1 for none.
func (c *Case) current() int {
	for i := range slices.Backward(c.Cycles) {
		if c.Cycles[i].Unanswered() {
			return i
		}
	}
	return -1
}

// NextDue returns the due time that the case is under, zero where there is none.
func (c *Case) NextDue() time.Time {
	if i := c.current(); i >= 0 && c.Cycles[i].Outcome == sla.Pending {
		return c.Cycles[i].Due
	}
	return time.Time{}
}

// owedAt is when the response that is owed was or is due, zero where none is.
func (c *Case) owedAt() time.Time {
	if i := c.current(); i >= 0 && c.State.Backlog() {
		if y := c.Cycles[i]; y.Outcome == sla.Breached {
			return y.BreachedAt
		}
	}
	due := c.NextDue()
	if c.Owed != nil && c.State.Backlog() && (due.IsZero() || c.Owed.Due.Before(due)) {
		return c.Owed.Due
	}
	return due
}

// Breaches counts the unexcused breaches of the case (T39).
func (c *Case) Breaches() int {
	n := 0
	for _, y := range c.Cycles {
		if y.Outcome == sla.Breached && !y.Excused {
			n++
		}
	}
	return n
}

// take prepares the scene's case for a decision: a copy whose pending dues are
// computed with the pauses and calendars of now.
func (t *turn) take() *Case {
	c := t.s.Case.clone()
	k := t.clocks()
	for i := range c.Cycles {
		c.Cycles[i] = c.Cycles[i].Refresh(k)
	}
	return c
}

// keep ends a decision on a case: what fell due by now is done, the cards are
// brought up to date, the alarm and the indexes follow from the state.
func (t *turn) keep(c *Case) {
	t.passOn(c)
	t.tick(c)
	c.Seen = t.now
	c.V = bodyVersion
	t.cards(c)
	key := CaseKey(c.Subscriber, c.Number)
	w := Write{Key: key, Record: c, Alarm: t.caseAlarm(c)}
	w.Join, w.Leave = c.indexes()
	t.save(w)
}

// Indexes that a case may be in. With a subscriber's key behind it an index
// holds that subscriber's cases only.
const (
	indexAll      = "all"
	indexOpen     = "open"
	indexLive     = "live"           // open or resolved: whatever still has a clock
	indexSeverity = "open-severity-" // and the severity
	indexOwner    = "owner-"         // and the assignee's key
)

// indexes returns those the case belongs in, and those it does not or no more.
func (c *Case) indexes() (join, leave []string) {
	join = []string{indexAll, indexAll + ":" + c.Subscriber}
	live := []string{indexLive + ":" + c.Subscriber}
	open := []string{indexOpen, indexOpen + ":" + c.Subscriber, indexSeverity + c.Severity.String()}
	if c.Assignee != "" {
		open = append(open, indexOwner+c.Assignee)
	}
	for _, s := range policy.Severities() {
		if s != c.Severity {
			leave = append(leave, indexSeverity+s.String())
		}
	}
	switch {
	case c.State.Backlog():
		return slices.Concat(join, live, open), leave
	case c.State == StateResolved:
		return slices.Concat(join, live), slices.Concat(leave, open)
	default:
		return join, slices.Concat(leave, live, open)
	}
}

// caseAlarm returns the next moment that the case wants to look at, zero for never.
func (t *turn) caseAlarm(c *Case) time.Time {
	k := t.clocks()
	var next time.Time
	at := func(when time.Time) {
		if !when.IsZero() && (next.IsZero() || when.Before(next)) {
			next = when
		}
	}
	paused := k.Paused(t.now)
	if i := c.current(); i >= 0 && !paused {
		at(c.Cycles[i].NextWarning(t.r.Marks, k))
		at(c.Cycles[i].Alarm())
	}
	if c.Ladder != nil && !paused {
		at(c.Ladder.NextAt(k))
	}
	if c.Owed != nil && !paused {
		at(c.Owed.alarmAt())
	}
	if when, _ := t.waitStep(c); !when.IsZero() && !paused {
		at(when)
	}
	if c.State == StateResolved && !paused {
		at(t.closesAt(c))
	}
	if c.State == StateOnHold && c.Hold != nil {
		at(c.Hold.Until)
	}
	if paused { // one without an end is ended by its subscriber's sweep
		at(k.PausedUntil(t.now))
	}
	return next
}

// tick does whatever fell due by now: breaches, warnings, levels, reminders,
// closing. A case whose clocks stand still does nothing but end a hold.
func (t *turn) tick(c *Case) {
	k := t.clocks()
	if c.State == StateOnHold && c.Hold != nil && !c.Hold.Until.IsZero() && !t.now.Before(c.Hold.Until) {
		t.endHold(c)
	}
	if k.Paused(t.now) {
		return
	}
	t.lapse(c, t.now)
	t.tickWarning(c, k)
	t.climb(c, k)
	t.tickPromise(c)
	t.tickWaiting(c)
	if c.State == StateResolved && !t.now.Before(t.closesAt(c)) {
		t.close(c, "case.closed_auto")
		t.why("closed after resolve")
	}
}

// lapse records the breach of what was due before something happened, whatever
// comes of that, and however late anybody looks at the clock (T6, T29).
func (t *turn) lapse(c *Case, at time.Time) {
	i := c.current()
	if i < 0 || !c.Cycles[i].Overdue(at) {
		return
	}
	y := c.Cycles[i].Breach()
	c.Cycles[i] = y
	l := sla.Climb(y, c.Breaches())
	if c.Ladder != nil {
		l = c.Ladder.TakeOver(y, c.Breaches())
	}
	c.Ladder = &l
	t.why("breached", "cycle", CycleName(y), "due", y.Due.UTC().Format(time.RFC3339Nano))
	t.toTriage(c, t.staffSays(c, ToneAlarm, "case.breached", "metric", t.metric(t.staffVoice(), y), "due", t.staffTime(y.Due)))
}

// tickWarning warns of a due that comes nearer.
func (t *turn) tickWarning(c *Case, k sla.Clocks) {
	i := c.current()
	if i < 0 {
		return
	}
	warned, mark := c.Cycles[i].Warn(t.now, t.r.Marks, k)
	if mark == 0 {
		return
	}
	c.Cycles[i] = warned
	t.why("warned", "mark", fmt.Sprint(mark), "cycle", CycleName(warned))
	t.warn(c, warned, mark)
}

// CycleName names a cycle in logs and messages: "initial", "follow-up 2".
func CycleName(y sla.Cycle) string {
	if y.N == 0 {
		return "initial"
	}
	return fmt.Sprintf("follow-up %d", y.N)
}

// startCycle opens the next cycle of a case.
func (t *turn) startCycle(c *Case, anchor time.Time) {
	n, metric := 0, policy.Initial
	if len(c.Cycles) > 0 {
		n, metric = c.Cycles[len(c.Cycles)-1].N+1, policy.FollowUp
	}
	p := t.r.packageOf(t.s.Subscriber, c.Instance, anchor)
	if c.Courtesy {
		p = p.WithoutTargets()
	}
	y := sla.Start(n, metric, c.Severity, p, anchor, t.clocks())
	y.Package = t.s.Subscriber.packageKey(c.Instance) + "@" + t.r.version(p)
	c.Cycles = append(c.Cycles, y)
}

// respond counts a human staff message that a contact can see, posted at the
// given instant (T13, T17, T18). The last one of a case that it resolves opens
// no cycle (T21).
func (t *turn) respond(c *Case, at time.Time, by, link string, last bool) {
	t.lapse(c, at)
	first := c.Response.At.IsZero()
	inBurst := !first && !at.Before(c.Response.At) && at.Sub(c.Response.At) <= burst && !c.ContactAt.After(c.Response.At)
	if at.After(c.Response.At) {
		c.Response = Response{At: at, By: by, Link: link}
	}
	if c.Assignee == "" {
		c.Assignee = by
	}
	if c.State == StateNew {
		c.State = StateOpen
	}
	if !inBurst {
		t.keepPromise(c, at)
	}
	t.correctBy(c, at)
	switch i := c.current(); {
	case i >= 0 && at.Before(c.Cycles[i].Anchor):
		// Stamped before what runs now began: it ended an earlier cycle (T51).
	case c.State == StateWaiting:
		c.Waiting.Since, c.Waiting.Reminded = at, 0
		t.endClimb(c, "case.alert_answered") // one that a merge brought (T35)
	case i < 0:
		// Resolved or closed: nothing is owed.
	case inBurst && last:
		c.Cycles[i] = c.Cycles[i].End(sla.Cancelled, at)
	case inBurst && c.Cycles[i].Outcome == sla.Pending && c.Cycles[i].Metric == policy.FollowUp:
		c.Cycles[i] = c.Cycles[i].Rearm(at, t.clocks())
		t.endClimb(c, "case.alert_answered")
	default:
		t.answer(c, i, at)
		if !last {
			t.startCycle(c, at)
		}
	}
	t.why("response", "by", by, "at", at.UTC().Format(time.RFC3339Nano))
}

// answer ends the cycle at i with a response and takes its climb down.
func (t *turn) answer(c *Case, i int, at time.Time) {
	// A response during a suspension has the due that holds if it ended now:
	// attainment counts by it (T32, T48).
	y, corrected := c.Cycles[i].Refresh(t.clocks().ResumedAt(at)).Respond(at)
	c.Cycles[i] = y
	if corrected {
		t.endClimb(c, "case.alert_withdrawn")
		t.withdraw(c, y)
		return
	}
	t.endClimb(c, "case.alert_answered")
}

// correctBy mends a breached cycle that ended before a response with an earlier
// stamp was seen (T51, corner 25). Its climb ended with it; one that runs now is
// of another breach.
func (t *turn) correctBy(c *Case, at time.Time) {
	for i, y := range c.Cycles {
		if y.Outcome == sla.Breached && !y.Unanswered() && !at.Before(y.Anchor) && !at.After(y.BreachedAt) {
			c.Cycles[i], _ = y.Respond(at)
			t.withdraw(c, c.Cycles[i])
		}
	}
}

// withdraw says that a breach was none (corner 25).
func (t *turn) withdraw(c *Case, y sla.Cycle) {
	t.toTriage(c, t.staffSays(c, ToneNone, "case.withdrawn", "metric", t.metric(t.staffVoice(), y), "at", t.staffTime(y.AnsweredAt)))
	t.why("breach corrected to met", "cycle", CycleName(y))
}

// cancelPending ends what runs without an outcome; breaches stay (T21, T53).
func (t *turn) cancelPending(c *Case) {
	for i, y := range c.Cycles {
		if y.Unanswered() {
			c.Cycles[i] = y.End(sla.Cancelled, t.at)
		}
	}
	t.endClimb(c, "case.alert_ended")
}

// OpenBySeverity is the index of the open cases of a severity.
func OpenBySeverity(s policy.Severity) string { return indexSeverity + s.String() }

// CasesOf is the index of all cases of a subscriber.
func CasesOf(subscriber string) string { return indexAll + ":" + subscriber }

// The indexes that commands of the binary page through.
const (
	AllCases       = indexAll
	OpenCases      = indexOpen
	AllSubscribers = indexSubscribers
)
