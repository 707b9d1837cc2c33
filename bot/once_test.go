package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// DESIGN §5, SLA corner 24: the same submission twice is one case, and the second
// time nobody answers.
func TestDuplicateEvent(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.commandIn("giulia", "acme", "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"})
	e := d.event("giulia", "acme", "")
	e.Kind, e.Command = bot.EventCommand, &bot.Command{Group: "case", Text: "draft " + bot.DraftID(fmt.Sprintf("console:e%d", d.n-1)) + " submit"}
	d.do("giulia", e)
	for range 3 {
		a, err := d.engine.Handle(d.ctx, e)
		if !errors.Is(err, bot.ErrDuplicate) {
			t.Fatalf("the same again: %+v, %v", a, err)
		}
		d.drain()
	}
	if d.cases() != 1 {
		t.Fatalf("%d cases", d.cases())
	}
	say := d.event("giulia", "acme", d.kase("ACME-1").Customer.Thread)
	say.Kind, say.Text, say.Origin.Ours = bot.EventMessage, "any news?", true
	for range 3 {
		d.do("giulia", say)
	}
	if n := strings.Count(d.room("triage"), "any news?"); n != 1 {
		t.Fatalf("mirrored %d times", n)
	}
}

// DESIGN §5: of two replicas that see the same read one answers.
func TestDuplicateRead(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	e := d.event("giulia", "acme", "")
	e.Kind, e.Command = bot.EventCommand, &bot.Command{Group: "case", Text: "help"}
	if _, err := d.engine.Handle(d.ctx, e); err != nil {
		t.Fatal(err)
	}
	if _, err := d.engine.Handle(d.ctx, e); !errors.Is(err, bot.ErrDuplicate) {
		t.Fatalf("answered twice: %v", err)
	}
}

// DESIGN §5: the platform fails before posting, or after; order within a room
// is kept, and what has a key is not said twice.
func TestPlatformFails(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		after bool
	}{{"before posting", false}, {"after posting", true}} {
		t.Run(test.name, func(t *testing.T) {
			d := openDesk(t)
			d.open("giulia", "acme", policy.Severity1)
			n := 0
			flaky := func(bot.Delivery) error {
				if n++; n%2 == 1 {
					return errors.New("connection reset")
				}
				return nil
			}
			if test.after {
				d.platform.after = flaky
			} else {
				d.platform.fail = flaky
			}
			for _, text := range []string{"One.", "Two.", "Three."} {
				d.command("ada", "triage", "case reply ACME-1 "+text)
			}
			d.patience(12)
			d.advance(5 * time.Hour)
			d.patience(12)
			room := d.room("acme")
			last := -1
			for _, text := range []string{"One.", "Two.", "Three."} {
				if strings.Count(room, text) != 1 {
					t.Fatalf("%q is said %d times:\n%s", text, strings.Count(room, text), room)
				}
				at := strings.Index(room, text)
				if at < last {
					t.Fatalf("out of order:\n%s", room)
				}
				last = at
			}
			if len(d.kase("ACME-1").Replies) > 0 {
				t.Fatalf("replies still on their way: %+v", d.kase("ACME-1").Replies)
			}
			wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up pending")
		})
	}
}

// patience lets real time pass, so that what failed is tried again, while the
// desk's own clock stands still.
func (d *desk) patience(tries int) {
	d.t.Helper()
	now := d.travel.Now()
	for range tries {
		d.clock.Step(10 * time.Second)
		d.at(now)
		d.drain()
	}
}

// DESIGN §5: a 429 is waited out as asked; other rooms flow meanwhile.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	busy := true
	d.platform.fail = func(x bot.Delivery) error {
		if busy && x.Room == "console:triage" {
			return &bot.RetryError{After: time.Minute, Err: errors.New("rate limited")}
		}
		return nil
	}
	d.command("ada", "triage", "case reply ACME-1 We look.")
	wantText(t, "acme", d.room("acme"), "We look.")
	wantNoText(t, "triage", d.room("triage"), "We look.")
	busy = false
	d.clock.Step(59 * time.Second)
	d.drain()
	wantNoText(t, "triage", d.room("triage"), "We look.")
	d.clock.Step(2 * time.Second)
	d.drain()
	wantText(t, "triage", d.room("triage"), "We look.")
}

// DESIGN §5: a room that is gone: staff are told in the fallback room, and
// nothing blocks.
func TestRoomIsGone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		gone string
		want []string // what the fallback room holds
	}{
		{"console:escalations", []string{"ACME-1 · level 1"}},
		{"console:acme", []string{"ACME-1"}},
		{"console:triage", []string{"ACME-1"}},
	} {
		t.Run(test.gone, func(t *testing.T) {
			d := openDesk(t)
			d.platform.fail = func(x bot.Delivery) error {
				if x.Room == test.gone {
					return fmt.Errorf("%w: archived", bot.ErrUndeliverable)
				}
				return nil
			}
			d.openFor("ada", "ACME", map[string]string{"contact": "giulia", "severity": "1", "summary": "Dashboards show yesterday's data"})
			d.advance(4*time.Hour + time.Minute)
			wantText(t, "ops", d.room("ops"), test.want...)
			wantOutcomes(t, d.kase("ACME-1"), "initial breached")
			if depth, err := d.store.Depth(d.ctx); err != nil || depth != 0 {
				t.Fatalf("%d lanes still wait: %v", depth, err)
			}
		})
	}
}

// SLA T41: a notice that somebody deleted cannot be edited; it is not told
// anew for that.
func TestNoticeDeleted(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.advance(4*time.Hour + time.Minute)
	d.platform.fail = func(x bot.Delivery) error {
		if x.Room == "console:escalations" && x.Edit {
			return fmt.Errorf("%w: message not found", bot.ErrUndeliverable)
		}
		return nil
	}
	d.reply("ada", "ACME-1", "We look.")
	wantNoText(t, "ops", d.room("ops"), "level 1")
}

// DESIGN §5: a record that cannot be decoded is parked; it blocks no other and
// can be taken up again.
func TestPoisonedRecord(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open("giulia", "acme", policy.Severity1)
	d.open("giulia", "acme", policy.Severity1)
	key := bot.CaseKey("ACME", 1)
	good := d.rewrite(key, []byte(`{"v":1,"cycles":"?"}`))
	d.advance(4*time.Hour + time.Minute)
	wantOutcomes(t, d.kase("ACME-2"), "initial breached")
	parked, err := d.store.Parked(d.ctx)
	if err != nil || len(parked) != 1 || parked[0].Key != key {
		t.Fatalf("parked %+v, %v", parked, err)
	}
	d.command("ada", "triage", "case take ACME-2") // the others go on
	wantState(t, d.kase("ACME-2"), bot.StateOpen)
	d.rewrite(key, good)
	if err := d.store.Unpark(d.ctx, key); err != nil {
		t.Fatal(err)
	}
	d.advance(time.Second)
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
}

// rewrite puts another body in a record's place, as a fault would, and returns
// the old one. The alarm is now.
func (d *desk) rewrite(key bot.Key, body []byte) []byte {
	d.t.Helper()
	records, err := d.store.Load(d.ctx, key)
	if err != nil {
		d.t.Fatal(err)
	}
	d.n++
	err = d.store.Commit(d.ctx, bot.Transition{Event: fmt.Sprintf("fault:%d", d.n), Changes: []bot.Change{
		{Key: key, Version: records[0].Version, Body: body, Alarm: d.travel.Now()},
	}})
	if err != nil {
		d.t.Fatal(err)
	}
	return records[0].Body
}

// SLA T51, corner 33: the server's clock steps back: nothing is told twice, no
// outcome changes, and the case goes on.
func TestClockStepsBack(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity1)
	d.until(instant(t, "2026-06-15 13:31")) // level 2
	d.at(instant(t, "2026-06-15 12:00"))    // back before the due
	d.drain()
	d.command("ada", "triage", "case take ACME-1")
	c := d.kase("ACME-1")
	wantOutcomes(t, c, "initial breached")
	if c.Seen.Before(instant(t, "2026-06-15 13:30")) {
		t.Fatalf("seen went back to %s", c.Seen)
	}
	d.advance(time.Hour)
	d.until(instant(t, "2026-06-15 14:00:01"))
	wantTold(t, d, "escalations", "ACME-1", "1@Mon 13:00")
	wantTold(t, d, "management", "ACME-1", "2@Mon 13:30", "3@Mon 14:00")
	c = d.reply("ada", "ACME-1", "We look.")
	wantOutcomes(t, c, "initial breached, follow_up pending")
}

// race handles events on two engines over one store at once.
func (d *desk) race(events ...bot.Event) {
	d.t.Helper()
	other := *d.engine
	engines := []*bot.Engine{d.engine, &other}
	var wg sync.WaitGroup
	for i, e := range events {
		wg.Go(func() {
			if _, err := engines[i%2].Handle(d.ctx, e); err != nil && !errors.Is(err, bot.ErrDuplicate) {
				d.t.Error(err)
			}
		})
	}
	wg.Wait()
	d.drain()
}

func (d *desk) commandEvent(who, room, text string) bot.Event {
	group, rest, _ := strings.Cut(text, " ")
	e := d.event(who, room, "")
	e.Kind, e.Command = bot.EventCommand, &bot.Command{Group: group, Text: rest}
	return e
}

// SLA corner 20: two people accept and refuse a proposal at once: the first
// wins, one effect.
func TestAgreeAndRefuseAtOnce(t *testing.T) {
	t.Parallel()
	for range 3 {
		d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
		d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) {
			second := e.Contacts[0]
			second.Key, second.Name, second.Refs = "lena", "Lena", map[string]string{"console": "lena"}
			e.Contacts = append(e.Contacts, second)
		})
		d.open("kenji", "initech", policy.Severity3)
		d.command("ada", "triage", "case severity INITECH-1 2 many users")
		d.race(d.commandEvent("kenji", "initech", "case agree INITECH-1"), d.commandEvent("lena", "initech", "case refuse INITECH-1"))
		c := d.kase("INITECH-1")
		agreed, refused := len(c.Changes) == 1, c.Contested != nil
		if agreed == refused {
			t.Fatalf("agreed %v and refused %v: %+v, %+v", agreed, refused, c.Changes, c.Contested)
		}
	}
}

// SLA corner 24: the same submission seen by two replicas at once is one case;
// and two submissions at once have two numbers.
func TestTwoReplicas(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	form := map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"}
	var drafts []string
	for range 2 {
		d.commandIn("giulia", "acme", "", "case new", form)
		drafts = append(drafts, d.newestDraft())
	}
	one := d.commandEvent("giulia", "acme", "case draft "+drafts[0]+" submit")
	two := d.commandEvent("giulia", "acme", "case draft "+drafts[1]+" submit")
	d.race(one, one, two, two)
	if d.cases() != 2 {
		t.Fatalf("%d cases, want 2", d.cases())
	}
	again := d.commandEvent("giulia", "acme", "case draft "+drafts[0]+" submit")
	d.do("giulia", again)
	wantText(t, "the answer", d.private("giulia"), "ACME-")
	if d.cases() != 2 {
		t.Fatalf("%d cases, want 2", d.cases())
	}
}

// DESIGN §1: many events on one case at once are all counted, one after the other.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	c := d.open("giulia", "acme", policy.Severity1)
	var events []bot.Event
	for i := range 8 {
		e := d.event("giulia", "acme", c.Customer.Thread)
		e.Kind, e.Text, e.Origin.Ours, e.Origin.Message = bot.EventMessage, fmt.Sprintf("message number %d", i), true, fmt.Sprintf("x%d", i)
		events = append(events, e)
	}
	d.race(events...)
	for i := range events {
		wantText(t, "triage", d.room("triage"), fmt.Sprintf("message number %d", i))
	}
}

// SLA T51, T33: the clock steps back into a suspension that is over: what is
// opened then still looks at its clocks once they run.
func TestClockStepsBackIntoSuspension(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.standing("ACME", "suspended invoice 7")
	d.advance(time.Hour)
	d.standing("ACME", "good paid")
	d.at(instant(t, "2026-06-15 09:10"))
	d.open("giulia", "acme", policy.Severity1)
	wantDue(t, d.kase("ACME-1"), instant(t, "2026-06-15 14:00"))
	d.until(instant(t, "2026-06-15 14:00:00.001"))
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
}
