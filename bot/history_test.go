package bot_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// FuzzHistory lives through random histories of a whole desk: whoever says
// whatever, whenever, on a platform that fails; what holds of every desk holds
// after each step. Three bytes are one step.
func FuzzHistory(f *testing.F) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // the same histories every time
		history := make([]byte, 3*32)
		for i := range history {
			history[i] = byte(r.IntN(256))
		}
		f.Add(history)
	}
	f.Fuzz(func(t *testing.T, history []byte) {
		const most = 3 * 60 // bytes
		d := openDeskAt(t, instant(t, "2026-06-12 09:00"))
		d.open("giulia", "acme", policy.Severity2)
		var lived []string
		for step := range slices.Chunk(history[:min(len(history), most)], 3) {
			if len(step) < 3 {
				break
			}
			lived = append(lived, d.live(step[0], step[1], step[2]))
			d.checkRecords()
			if t.Failed() {
				t.Fatalf("after\n%s", strings.Join(lived, "\n"))
			}
		}
		d.platform.fail = nil
		d.patience(20)
		d.checkRecords()
		d.checkFlow()
		d.checkTold()
		d.checkBreaches()
		d.checkSides()
		d.checkKeys()
		d.checkSums()
		if depth, err := d.store.Depth(d.ctx); err != nil || depth > 0 {
			t.Errorf("%d lanes still wait: %v", depth, err)
		}
		if t.Failed() {
			t.Fatalf("after\n%s", strings.Join(lived, "\n"))
		}
	})
}

func pick[T any](list []T, b byte) T { return list[int(b)%len(list)] }

var (
	folk     = []string{"giulia", "luca", "sara", "ada", "ben", "tess", "mark", "fay", "hank"}
	phrases  = []string{"Thanks!", "It is back", "Which dashboard?", "submit", "severity: 1", "2", "The sales overview", "cancel", "skip", "1", "back"}
	sayings  = []string{"take %s", "ack %s", "assign %s me", "reply %s We look.", "note %s secret-note", "severity %s 1 down", "severity %s 2 some", "severity %s 3 mild", "agree %s", "refuse %s no", "wait %s Which one?", "wait %s", "hold %s engineering until 5h", "hold %s off", "call %s Giulia", "resolve %s Fixed.", "close %s a reason", "reopen %s", "escalate %s now", "verify %s yes", "correct %s initial announced", "correct %s follow-up-1 announced", "answers %s yes", "answers %s no", "keep %s", "update-by %s 3h", "update-by %s off", "explain %s", "show %s", "details %s"}
	standing = []string{"fay support standing ACME suspended invoice", "fay support standing ACME good paid", "fay support standing ACME grace invoice", "fay support standing ACME suspended invoice until 30h", "mark support standing ACME good override until 20h", "fay support standing ACME restricted invoice"}
)

// someCase is one of the cases there are.
func (d *desk) someCase(b byte) bot.Case {
	return d.kase(fmt.Sprintf("ACME-%d", int(b)%d.cases()+1))
}

// live does one step and says what it was.
func (d *desk) live(op, a, b byte) string {
	d.t.Helper()
	who := pick(folk, a>>3)
	if now := d.travel.Now(); now.After(d.latest) {
		d.latest = now
	}
	switch op % 13 {
	case 0, 1:
		by := time.Duration(a) * time.Duration(b%60+1) * time.Minute / 8
		d.advance(by)
		return "advance " + by.String()
	case 2:
		d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": pick([]string{"1", "2", "3"}, a)})
		id := d.newestDraft()
		d.command("giulia", "acme", "case draft "+id+" submit")
		d.command("giulia", "acme", "case draft "+id+" submit")
		return "open " + pick([]string{"1", "2", "3"}, a)
	case 3, 4, 5:
		words := "case " + fmt.Sprintf(pick(sayings, b), d.someCase(a).Key())
		d.command(who, "acme", words)
		return who + " /" + words
	case 6:
		return d.liveMessage(who, a, b)
	case 7:
		var buttons []string
		for _, x := range d.platform.delivered() {
			for _, c := range x.Message.Controls {
				buttons = append(buttons, c.Command)
			}
		}
		if len(buttons) == 0 {
			return "nothing to press"
		}
		press := buttons[len(buttons)-1-int(b)%len(buttons)]
		d.command(who, "acme", press)
		return who + " presses " + press
	case 8:
		set, rest, _ := strings.Cut(pick(standing, a), " ")
		d.command(set, "ops", rest)
		return set + " /" + rest
	case 9:
		one, two := d.someCase(a).Key(), d.someCase(b).Key()
		d.command("ada", "triage", "case merge "+one+" "+two)
		return "ada merges " + one + " and " + two
	case 10:
		return d.liveTrouble(a, b)
	case 11:
		if now := d.travel.Now(); now.Before(d.latest) {
			return "the clock is behind"
		}
		holiday := calendar.DateOf(d.travel.Now().In(d.rules.Calendars["hq"].Location(d.travel.Now())).AddDate(0, 0, int(b%4))).String()
		d.advance(time.Millisecond) // what was decided at this instant did not know of it
		d.newCalendar(d.t, holiday)
		return "the " + holiday + " becomes a holiday"
	default:
		by := time.Duration(a) * time.Minute * 4
		if b%4 == 0 {
			by = -min(by, time.Hour)
			d.at(d.travel.Now().Add(by))
			d.drain()
			return "the clock steps " + by.String()
		}
		d.down(by)
		return "down for " + by.String()
	}
}

// liveMessage writes in a case's thread, now or stamped a while ago.
func (d *desk) liveMessage(who string, a, b byte) string {
	c := d.someCase(b)
	if c.Customer.Thread == "" {
		return "no thread"
	}
	e := d.event(who, "acme", c.Customer.Thread)
	e.Kind, e.Text, e.Origin.Ours = bot.EventMessage, pick(phrases, b>>2), true
	e.Origin.Message = d.platform.human(d.names[who], "console:acme", c.Customer.Thread, e.Text)
	e.Edited = a%8 == 7
	if a%4 == 1 {
		e.At = e.At.Add(-time.Duration(b) * time.Minute)
	}
	d.do(who, e)
	return fmt.Sprintf("%s in %s at %s: %s (edited %v)", who, c.Key(), e.At.UTC().Format("Mon 15:04"), e.Text, e.Edited)
}

// liveTrouble makes the platform fail, or heals it.
func (d *desk) liveTrouble(a, b byte) string {
	room := "console:" + pick([]string{"acme", "triage", "escalations", "@giulia"}, a)
	var err error
	switch b % 4 {
	case 0:
		err = &bot.RetryError{After: time.Minute}
	case 1:
		err = fmt.Errorf("%w: archived", bot.ErrUndeliverable)
	case 2:
		err = fmt.Errorf("connection reset")
	default:
		d.platform.fail = nil
		d.patience(5)
		return "the platform heals"
	}
	d.platform.fail = func(x bot.Delivery) error {
		if x.Room == room {
			return err
		}
		return nil
	}
	return fmt.Sprintf("%s fails: %v", room, err)
}

// checkSums: whatever happened, every cycle's time adds up to its target, now and
// as of a moment on the way.
func (d *desk) checkSums() {
	d.t.Helper()
	for n := range d.cases() {
		c := d.kase(fmt.Sprintf("ACME-%d", n+1))
		for _, asOf := range []time.Time{d.latest, c.ReceivedAt.Add(d.latest.Sub(c.ReceivedAt) / 2)} {
			for _, s := range d.explanationOf(c.Key(), asOf).Cycles {
				adds(d.t, s)
				if s.Count != nil && s.Count.Republished {
					d.t.Errorf("%s, %s as of %s does not add up: %+v", c.Key(), s.Clock, asOf, s.Count)
				}
			}
		}
	}
}

// checkFlow: opened + reopened − resolved − closed unresolved − merged is the
// backlog (SLA T53), and the index of open cases holds it.
func (d *desk) checkFlow() {
	states := map[bot.Key]bot.Case{}
	flow := 0
	for _, tr := range d.store.history() {
		for _, change := range tr.Changes {
			if change.Key.Kind != bot.KindCase || change.Body == nil {
				continue
			}
			var now bot.Case
			if err := json.Unmarshal(change.Body, &now); err != nil {
				d.t.Fatal(err)
			}
			was, known := states[change.Key]
			states[change.Key] = now
			switch {
			case !known:
				flow++
			case now.Reopened > was.Reopened:
				flow++
			}
			switch {
			case known && now.State == was.State:
			case now.State == bot.StateResolved, now.State == bot.StateMerged, now.State == bot.StateClosed && now.Unresolved:
				flow--
			}
		}
	}
	backlog := 0
	for _, c := range states {
		if c.State.Backlog() {
			backlog++
		}
	}
	open, err := d.store.Count(d.ctx, bot.OpenCases)
	if err != nil {
		d.t.Fatal(err)
	}
	if flow != backlog || int(open) != backlog {
		d.t.Errorf("the flow gives %d, the backlog is %d, the index holds %d", flow, backlog, open)
	}
}

// checkBreaches: a cycle breaches once. Its outcome never changes again, but
// for a reply that was stamped in time, which the log names (SLA T11, T29,
// corner 25).
func (d *desk) checkBreaches() {
	states := map[bot.Key]bot.Case{}
	for _, tr := range d.store.history() {
		for _, change := range tr.Changes {
			var now bot.Case
			if change.Key.Kind != bot.KindCase || change.Body == nil {
				continue
			}
			if err := json.Unmarshal(change.Body, &now); err != nil {
				d.t.Fatal(err)
			}
			was := states[change.Key]
			states[change.Key] = now
			if len(now.Cycles) < len(was.Cycles) {
				d.t.Errorf("%s lost cycles by %s", now.Key(), tr.Event)
				continue
			}
			for i, y := range was.Cycles {
				if fault := outcomeFault(y, now.Cycles[i], change.Log); fault != "" {
					d.t.Errorf("%s, %s, by %s: %s\nwas %+v\nis  %+v", now.Key(), bot.CycleName(y), tr.Event, fault, y, now.Cycles[i])
				}
			}
		}
	}
}

// outcomeFault tells what is wrong with how a cycle went on, "" for nothing.
func outcomeFault(was, is sla.Cycle, log []byte) string {
	switch {
	case was.Outcome == sla.Pending:
		return ""
	case !is.Anchor.Equal(was.Anchor):
		return "a cycle that is over has another anchor"
	case was.Outcome == sla.Breached && is.Outcome == sla.Met:
		var entry bot.LogEntry
		if err := json.Unmarshal(log, &entry); err != nil || !strings.Contains(entry.Reason, "breach corrected to met") {
			return "a breach became met, and the log does not say why: " + entry.Reason
		}
		if is.AnsweredAt.After(was.BreachedAt) || !is.BreachedAt.IsZero() {
			return "a breach became met by an answer after the due"
		}
		return ""
	case is.Outcome != was.Outcome:
		return "an outcome changed"
	case !is.BreachedAt.Equal(was.BreachedAt):
		return "a cycle breached twice"
	default:
		return ""
	}
}

// checkTold: a level is told at most once per (case, cycle, level, repeat)
// (SLA T41).
func (d *desk) checkTold() {
	told := map[string]string{}
	for _, tr := range d.store.history() {
		for _, change := range tr.Changes {
			var c bot.Case
			if change.Key.Kind != bot.KindCase || json.Unmarshal(change.Body, &c) != nil || c.Ladder == nil {
				continue
			}
			for _, x := range tr.Outbox {
				if x.Tell == nil || x.Tell.Event.Message == nil || x.Tell.Event.Topic != "notice" {
					continue
				}
				if !strings.Contains(x.Tell.Event.Message.Text, c.Key()+" · level ") {
					continue
				}
				l := c.Ladder // one that was taken over from a merged case is of another breach
				key := fmt.Sprintf("%s cycle %d (due %s) level %d repeat %d", c.Key(), l.Cycle, l.Due.UTC(), l.Level, l.Repeat)
				if before, ok := told[key]; ok {
					d.t.Errorf("%s is told twice: by %s and by %s to %s: %s", key, before, tr.Event, x.Tell.To, x.Tell.Event.Message.Text)
				}
				told[key] = tr.Event + " to " + x.Tell.To.String()
			}
		}
	}
}
