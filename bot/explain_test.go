package bot_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/calendar"
)

// explanation is the one of ACME-1 as of a moment.
func (d *desk) explanation(asOf time.Time) bot.Explanation {
	d.t.Helper()
	return d.explanationOf("ACME-1", asOf)
}

func (d *desk) explanationOf(name string, asOf time.Time) bot.Explanation {
	d.t.Helper()
	key, _ := bot.ParseCaseName(name)
	log, err := bot.ReadLog(d.ctx, d.store, key)
	if err != nil {
		d.t.Fatal(err)
	}
	c, s := d.kase(name), d.subscriber("ACME")
	return bot.Explain(&c, &s, log, d.rules, asOf, true)
}

// adds proves that the lines of a count follow each other and add up.
func adds(t testing.TB, s bot.CycleStory) {
	t.Helper()
	if s.Count == nil {
		return
	}
	var total bot.Seconds
	at := s.Count.From
	for _, l := range s.Count.Lines {
		if !l.From.Equal(at) {
			t.Errorf("%s: a line begins %s, the one before ended %s", s.Clock, l.From, at)
		}
		if at = l.To; l.Counted {
			total += l.Seconds
		}
		if l.Total != total || l.Seconds != bot.Seconds(l.To.Sub(l.From)) {
			t.Errorf("%s: %+v does not add up to %v", s.Clock, l, time.Duration(total))
		}
	}
	left := s.Count.Left
	if s.Paused { // nobody knows when it runs
		left = 0
	}
	if sum := s.Count.Used + left + s.Count.Over; sum != total {
		t.Errorf("%s: used, left and over are %v, the lines %v", s.Clock, time.Duration(sum), time.Duration(total))
	}
	if d := s.Count.Amount.Duration; d > 0 && !s.Due.IsZero() && s.Count.Used+s.Count.Left != bot.Seconds(d) {
		t.Errorf("%s: %v to the due, the target is %v", s.Clock, time.Duration(s.Count.Used+s.Count.Left), d)
	}
}

// SLA X1, T4, T9: the ledger of a target over a weekend in which the clocks
// change adds up to the second, with a reason for each stretch.
func TestExplainX1(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-03-09 12:00"))
	x := d.explanation(d.travel.Now())
	s := x.Cycles[0]
	adds(t, s)
	wantTime(t, "due", s.Due, instant(t, "2026-03-09 13:30"))
	var why []string
	for _, l := range s.Count.Lines {
		why = append(why, string(l.Why))
	}
	if got, want := strings.Join(why, " "), "open night weekend weekend night open open"; got != want {
		t.Fatalf("reasons %q, want %q", got, want)
	}
	if s.Count.Used != bot.Seconds(6*time.Hour+30*time.Minute) || s.Count.Left != bot.Seconds(90*time.Minute) {
		t.Fatalf("used %v, left %v", time.Duration(s.Count.Used), time.Duration(s.Count.Left))
	}
}

// SLA T33, T19, T28, T18: a case that was suspended, raised, answered and set
// waiting: each step is told, and every clock adds up, now and as of any
// moment on the way.
func TestExplainAsOf(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	d.until(instant(t, "2026-06-15 11:00"))
	d.standing("ACME", "suspended invoice 7")
	d.until(instant(t, "2026-06-15 13:00"))
	d.standing("ACME", "good paid")
	d.until(instant(t, "2026-06-15 14:00"))
	d.command("ada", "triage", "case severity ACME-1 2 many users")
	d.press("giulia", "acme", "Agree")
	d.until(instant(t, "2026-06-15 15:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.until(instant(t, "2026-06-15 16:00"))
	c := d.wait("ada", "ACME-1", "Which dashboard?")
	d.until(instant(t, "2026-06-16 10:00"))
	d.say("giulia", "acme", c.Customer.Thread, "The sales overview.")
	d.until(instant(t, "2026-06-17 10:00"))
	kinds := func(s bot.CycleStory) string {
		var out []string
		for _, step := range s.Steps {
			out = append(out, strings.TrimSuffix(string(step.Kind)+"/"+string(step.Cause), "/"))
		}
		return strings.Join(out, " ")
	}
	x := d.explanation(d.travel.Now())
	for i, want := range []string{"started due/standing due/standing severity met", "started met", "started waits resumed"} {
		adds(t, x.Cycles[i])
		if got := kinds(x.Cycles[i]); got != want {
			t.Errorf("%s: %q, want %q", x.Cycles[i].Clock, got, want)
		}
	}
	paused := false
	for _, l := range x.Cycles[0].Count.Lines {
		if l.Why == calendar.ReasonPause {
			paused = true
			wantTime(t, "suspended", l.From, instant(t, "2026-06-15 11:00"))
			wantTime(t, "restored", l.To, instant(t, "2026-06-15 13:00"))
		}
	}
	if !paused || len(x.Responses) != 2 {
		t.Fatalf("paused %v, responses %+v", paused, x.Responses)
	}
	for _, test := range []struct {
		at    string
		due   string
		state bot.State
		n     int
	}{
		{"2026-06-15 10:00", "2026-06-16 10:00", bot.StateNew, 1},
		{"2026-06-15 12:00", "", bot.StateNew, 1}, // suspended
		{"2026-06-15 13:30", "2026-06-16 12:00", bot.StateNew, 1},
		{"2026-06-15 14:30", "2026-06-16 08:00", bot.StateNew, 1},
		{"2026-06-15 17:00", "", bot.StateWaiting, 3},
	} {
		x := d.explanation(instant(t, test.at))
		last := x.Cycles[len(x.Cycles)-1]
		due := ""
		if !last.Due.IsZero() {
			due = last.Due.In(instant(t, test.at).Location()).Format("2006-01-02 15:04")
		}
		if due != test.due || x.State != test.state || len(x.Cycles) != test.n {
			t.Errorf("as of %s: due %q, state %q, %d clocks; want %+v", test.at, due, x.State, len(x.Cycles), test)
		}
		adds(t, last)
	}
}

// The explanation is private, says the sums in words, and takes a clock and a
// moment; a contact does not hear of the ladder, staff do.
func TestExplainInChat(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-06-15 19:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.command("giulia", "acme", "case explain ACME-1 initial")
	wantText(t, "the answer", d.private("giulia"), "ACME-1", "Used 8:00:00 + left 0:00:00 = 8:00:00", "answered 1:00:00 after the due time", "answered late by Ada Ricci", "Target 8 h of business hours")
	wantNoText(t, "the answer", d.private("giulia"), "Escalations")
	d.command("tess", "triage", "case explain ACME-1")
	wantText(t, "the answer", d.private("tess"), "Escalations", "Level 1", "Follow-up 1")
	d.command("tess", "triage", "case explain ACME-1 as of 2026-06-15 12:00")
	wantText(t, "the answer", d.private("tess"), "Used 3:00:00 + left 5:00:00 = 8:00:00")
	d.command("tess", "triage", "case explain ACME-1 as of 2027-01-01")
	wantText(t, "the answer", d.private("tess"), "has yet to come")
	d.command("tess", "triage", "case explain ACME-1 as of 2026-06-14")
	wantText(t, "the answer", d.private("tess"), "did not exist then")
	d.command("tess", "triage", "case explain ACME-1 follow-up 7")
	wantText(t, "the answer", d.private("tess"), `no clock "follow-up 7"`)
	d.command("hank", "globex", "case explain ACME-1")
	wantNoText(t, "the answer", d.private("hank"), "Used")
	x := d.explanation(d.travel.Now())
	body, err := json.Marshal(x)
	if err != nil || !strings.Contains(string(body), `"used_seconds":28800`) {
		t.Fatalf("%v\n%s", err, body)
	}
}

// Each update that was promised is told with what became of it, now and as of
// any moment on the way, in the order of the promises.
func TestExplainPromises(t *testing.T) {
	t.Parallel()
	d := promiseDesk(t)
	promise := func(when string) {
		t.Helper()
		d.command("ada", "triage", "case update-by ACME-1 "+when)
		d.advance(time.Minute)
	}
	told := func() string {
		t.Helper()
		var out []string
		for _, p := range d.explanation(d.travel.Now()).Promises {
			out = append(out, string(p.Outcome))
		}
		return strings.Join(out, " ")
	}
	want := func(outcomes string) {
		t.Helper()
		if got := told(); got != outcomes {
			t.Fatalf("promises %q, want %q", got, outcomes)
		}
	}
	want("")
	promise("2h")
	made := d.travel.Now()
	want("open")
	d.advance(time.Hour) // past nothing yet
	promise("3h")
	want("replaced open")
	promise("off")
	want("replaced taken_back")
	promise("1h")
	d.reply("ada", "ACME-1", "It is the nightly import.")
	want("replaced taken_back kept")
	d.advance(time.Hour)
	promise("30m")
	d.advance(time.Hour)
	want("replaced taken_back kept missed")
	d.reply("ada", "ACME-1", "Sorry, here it is.")
	want("replaced taken_back kept late")
	d.advance(time.Hour)
	promise("1h")
	d.wait("ada", "ACME-1", "Does it still happen?")
	want("replaced taken_back kept late kept")
	c := d.kase("ACME-1")
	d.say("giulia", "acme", c.Customer.Thread, "Now and then.")
	d.advance(time.Minute)
	promise("1h")
	d.command("ada", "triage", "case close ACME-1 closed by phone")
	want("replaced taken_back kept late kept moot")
	if x := d.explanation(made); len(x.Promises) != 1 || x.Promises[0].Outcome != bot.PromiseOpen {
		t.Errorf("as of then: %+v", x.Promises)
	}
	d.command("ada", "triage", "case explain ACME-1")
	wantText(t, "ada", d.private("ada"), "Promised updates", "given late, Mon 15 Jun 2026, 12:35:00", "no longer owed")
}

// SLA T11: after a calendar was published anew, a cycle that had ended adds up
// on the calendar of then, and one that runs on with the new holiday; as of
// before, nobody knew of it.
func TestExplainPublished(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2) // due 17:00
	d.until(instant(t, "2026-06-15 10:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.until(instant(t, "2026-06-15 12:00"))
	c := d.kase("ACME-1")
	due := c.NextDue()
	d.newCalendar(t, "2026-06-15")
	d.until(instant(t, "2026-06-16 09:00"))
	x := d.explanation(d.travel.Now())
	for _, s := range x.Cycles {
		adds(t, s)
		if s.Count.Republished {
			t.Errorf("%s does not add up", s.Clock)
		}
	}
	wantTime(t, "the first response was due", x.Cycles[0].Due, instant(t, "2026-06-15 17:00"))
	if got := x.Cycles[1].Due; !got.After(due) {
		t.Errorf("the follow-up is due %s, was %s", got, due)
	}
	holiday := slices.IndexFunc(x.Cycles[1].Count.Lines, func(l bot.LedgerLine) bool { return l.Why == calendar.ReasonHoliday })
	if holiday < 0 {
		t.Fatalf("no holiday: %+v", x.Cycles[1].Count.Lines)
	}
	moved := slices.IndexFunc(x.Cycles[1].Steps, func(s bot.CycleStep) bool { return s.Kind == bot.StepDue })
	if moved < 0 || x.Cycles[1].Steps[moved].Cause != bot.CauseCalendar {
		t.Errorf("steps %+v", x.Cycles[1].Steps)
	}
	wantTime(t, "the holiday began", x.Cycles[1].Count.Lines[holiday].From, instant(t, "2026-06-15 12:00"))
	before := d.explanation(instant(t, "2026-06-15 11:00"))
	adds(t, before.Cycles[1])
	wantTime(t, "due as of before", before.Cycles[1].Due, due)
}

// SLA T11: so does a cycle that ended before its subscriber moved to another
// calendar.
func TestExplainMoved(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-06-15 10:00"))
	d.reply("ada", "ACME-1", "We look.")
	d.advance(time.Hour)
	e := d.entry("ACME")
	e.Calendar = "jp"
	d.apply(e)
	d.advance(time.Hour)
	for _, s := range d.explanation(d.travel.Now()).Cycles {
		adds(t, s)
		if s.Count.Republished {
			t.Errorf("%s does not add up", s.Clock)
		}
	}
}

// SLA T28, X7: a due that a floor brought is explained: when the target alone
// would have run out, and from when the rest is counted.
func TestExplainFloor(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity3)
	d.until(instant(t, "2026-06-15 14:00"))
	d.command("ada", "triage", "case severity ACME-1 1 it is down")
	x := d.explanation(d.travel.Now())
	c := x.Cycles[0].Count
	if !c.Moved || x.Severity != policy.Severity1 {
		t.Fatalf("severity %v, %+v", x.Severity, c)
	}
	wantTime(t, "the target alone", c.Plain, instant(t, "2026-06-15 13:00"))
	d.command("giulia", "acme", "case explain ACME-1")
	wantText(t, "the contact's answer", d.private("giulia"), "would have run out Mon 15 Jun 2026, 21:00:00", "after a raise there is always some time left")
	if x := d.explanation(instant(t, "2026-06-15 13:00")); x.Severity != policy.Severity3 || x.Cycles[0].Count.Moved {
		t.Errorf("as of before: %v, %+v", x.Severity, x.Cycles[0].Count)
	}
}

// SLA T33: a clock that stands still says so, and what is left of its target.
func TestExplainSuspended(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-06-15 11:00"))
	d.standing("ACME", "suspended invoice 7")
	d.until(instant(t, "2026-06-15 15:00"))
	s := d.explanation(d.travel.Now()).Cycles[0]
	if !s.Paused || s.Count.Used != bot.Seconds(2*time.Hour) || s.Count.Left != bot.Seconds(6*time.Hour) {
		t.Fatalf("paused %v, used %v, left %v", s.Paused, time.Duration(s.Count.Used), time.Duration(s.Count.Left))
	}
	d.command("ada", "triage", "case explain ACME-1")
	wantText(t, "the answer", d.private("ada"), "paused, support is suspended", "Used 2:00:00 + left 6:00:00 = 8:00:00")
	d.command("ada", "triage", "case update-by ACME-1 2h")
	wantText(t, "the answer", d.private("ada"), "support is suspended")
}

// However much happened to a clock, its sum is in the chat; and a moment is told
// to the millisecond, so that of the receipt is one at which the case was there.
func TestExplainLong(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	c := d.open("giulia", "acme", policy.Severity2)
	for range 12 {
		d.advance(time.Minute)
		d.standing("ACME", "suspended invoice 7")
		d.advance(time.Minute)
		d.standing("ACME", "good paid")
	}
	d.command("ada", "triage", "case explain ACME-1")
	wantText(t, "the answer", d.private("ada"), "13 earlier steps", "= 8:00:00, counted from")
	if x := d.explanation(c.ReceivedAt.Truncate(time.Millisecond)); x.Incomplete || len(x.Cycles) != 1 {
		t.Errorf("as of the receipt: %+v", x)
	}
}

// SLA T32, T33: a response given while support is suspended counts, and its
// cycle adds up: the due is reckoned as if the suspension ended with it.
func TestExplainAnsweredWhileSuspended(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	d.until(instant(t, "2026-06-15 11:00"))
	d.standing("ACME", "suspended invoice 7")
	d.until(instant(t, "2026-06-15 12:00"))
	d.reply("ada", "ACME-1", "We look all the same.")
	for _, after := range []time.Duration{time.Hour, 24 * time.Hour} {
		d.advance(after)
		s := d.explanation(d.travel.Now()).Cycles[0]
		adds(t, s)
		wantTime(t, "due", s.Due, instant(t, "2026-06-15 18:00"))
		if s.Count.Republished || s.Count.Used != bot.Seconds(2*time.Hour) {
			t.Errorf("used %v, another calendar %v", time.Duration(s.Count.Used), s.Count.Republished)
		}
		d.standing("ACME", "good paid")
	}
}
