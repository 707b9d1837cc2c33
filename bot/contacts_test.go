package bot_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/calendar"
)

// without is ACME's entry in the directory file without a contact.
func (d *desk) without(key string) bot.DirectoryEntry {
	e := d.entry("ACME")
	e.Contacts = slices.DeleteFunc(slices.Clone(e.Contacts), func(c policy.Contact) bool { return c.Key == key })
	return e
}

// withNora is ACME's entry with one more authorized contact.
func (d *desk) withNora() bot.DirectoryEntry {
	e := d.entry("ACME")
	e.Contacts = append(slices.Clone(e.Contacts), policy.Contact{
		Key: "nora", Name: "Nora Neri", Refs: map[string]string{"console": "nora"}, Nominated: true, Active: true, Trained: e.Contacts[0].Trained,
	})
	return e
}

// SLA T47, T24: the contact who owns an open case is removed: the case stays,
// another authorized contact owns it, staff see it, and no clock moves.
func TestContactRemoved(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	before := d.open("giulia", "acme", policy.Severity2)
	d.apply(d.withNora())
	d.apply(d.without("giulia"))
	d.drain()
	c := d.kase("ACME-1")
	if c.Contact != "nora" { // luca is not trained
		t.Fatalf("owned by %q", c.Contact)
	}
	wantState(t, c, bot.StateNew)
	wantDue(t, c, before.Cycles[0].Due)
	wantText(t, "triage", d.room("triage"), "ACME-1: giulia is no longer a contact")
	if s := d.subscriber("ACME"); !s.NobodySince.IsZero() {
		t.Fatal("flagged although somebody is left")
	}
}

// SLA T47: nobody left: the subscriber is flagged and the named advisor hears of
// it, once; somebody nominated again takes the flag away and the case.
func TestLastContactRemoved(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	whole := d.withNora()
	d.open("giulia", "acme", policy.Severity2)
	none := d.entry("ACME")
	none.Contacts = nil
	for range 2 {
		d.apply(none)
		d.drain()
	}
	if s := d.subscriber("ACME"); s.NobodySince.IsZero() {
		t.Fatal("not flagged")
	}
	said := d.room("@" + d.subscriber("ACME").Advisor)
	wantText(t, "the advisor", said, "Nobody is authorized to speak for")
	wantState(t, d.kase("ACME-1"), bot.StateNew)
	d.advance(time.Hour)
	whole.Contacts = slices.DeleteFunc(whole.Contacts, func(c policy.Contact) bool { return c.Key == "giulia" })
	d.apply(whole)
	d.drain()
	d.command("ada", "triage", "case take ACME-1")
	if s, c := d.subscriber("ACME"), d.kase("ACME-1"); !s.NobodySince.IsZero() || c.Contact != "nora" {
		t.Fatalf("flagged since %s, owned by %q", s.NobodySince, c.Contact)
	}
}

// SLA T47: a contact whose training expired, or who was never trained, keeps the
// case; one who became inactive does not. Where nobody who is left may speak for
// the subscriber, it is flagged, also if the one who left could not either.
func TestWhoLeaves(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		change  func(e *bot.DirectoryEntry)
		owner   string
		flagged bool
	}{
		{"training expired", func(e *bot.DirectoryEntry) { e.Contacts[0].TrainedUntil = e.Contacts[0].Trained }, "giulia", false},
		{"training withdrawn", func(e *bot.DirectoryEntry) { e.Contacts[0].Trained = calendar.Date{} }, "giulia", false},
		{"inactive", func(e *bot.DirectoryEntry) { e.Contacts[0].Active = false }, "giulia", true},
		{"expired, then removed", func(e *bot.DirectoryEntry) { e.Contacts = e.Contacts[1:] }, "giulia", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.open("giulia", "acme", policy.Severity2)
			e := d.entry("ACME")
			e.Contacts = slices.Clone(e.Contacts)
			trained := e.Contacts[0].Trained
			if test.name == "expired, then removed" {
				e.Contacts[0].TrainedUntil = e.Contacts[0].Trained
				d.apply(e)
			}
			test.change(&e)
			d.apply(e)
			if c := d.kase("ACME-1"); c.Contact != test.owner {
				t.Fatalf("owned by %q", c.Contact)
			}
			if s := d.subscriber("ACME"); s.NobodySince.IsZero() == test.flagged {
				t.Fatalf("flagged since %s", s.NobodySince)
			}
			whole := d.withNora()
			whole.Contacts[len(whole.Contacts)-1].Trained = trained
			d.apply(whole)
			want := map[bool]string{true: "nora", false: "giulia"}[test.flagged]
			if c := d.kase("ACME-1"); c.Contact != want {
				t.Fatalf("afterwards owned by %q, want %q", c.Contact, want)
			}
			if s := d.subscriber("ACME"); !s.NobodySince.IsZero() {
				t.Fatalf("still flagged")
			}
		})
	}
}

// SLA T47: an admin is preferred to others, whatever the order; all cases that
// are not over are handed on, resolved ones too; without a named advisor the
// queue hears that nobody is left.
func TestHandedOn(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) {
		for _, key := range []string{"lena", "mona"} {
			c := e.Contacts[0]
			c.Key, c.Name, c.Refs, c.Admin = key, key, map[string]string{"console": key}, key == "mona"
			e.Contacts = append(e.Contacts, c)
		}
	})
	for range 3 {
		d.open("kenji", "initech", policy.Severity2)
	}
	d.command("kenji", "initech", "case resolve INITECH-2")
	d.command("ada", "triage", "case close INITECH-3 a duplicate")
	e := d.entry("INITECH")
	e.Contacts = e.Contacts[1:]
	d.apply(e)
	for name, want := range map[string]string{"INITECH-1": "mona", "INITECH-2": "mona", "INITECH-3": "kenji"} {
		if c := d.kase(name); c.Contact != want {
			t.Fatalf("%s is owned by %q, want %q", name, c.Contact, want)
		}
	}
	wantNoText(t, "triage", d.room("triage"), "Nobody is authorized")
	e.Contacts = nil
	d.apply(e)
	wantText(t, "triage", d.room("triage"), "Nobody is authorized to speak for INITECH Corp")
}

// SLA T44, corner 21: admins add different contacts to the last seat at once:
// each file is decided upon what the other left, and at no moment do more
// contacts hold a seat than the package allots.
func TestLastSeatRaced(t *testing.T) {
	t.Parallel()
	const allotted = 3
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.wantSeated("giulia luca")
	other := *d.engine
	engines := []*bot.Engine{d.engine, &other}
	var wg sync.WaitGroup
	for i, names := range [][]string{{"Nora"}, {"Otto"}, {"Nora", "Otto"}, {"Otto", "Nora"}, {"Pia", "Nora", "Otto"}} {
		entry := d.nominate(names...)
		wg.Go(func() {
			if _, err := engines[i%2].Apply(d.ctx, entry, false, fmt.Sprintf("directory:race:%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d.drain()
	for _, tr := range d.store.history() {
		for _, change := range tr.Changes {
			var s bot.Subscriber
			if change.Key != bot.SubscriberKey("ACME") || json.Unmarshal(change.Body, &s) != nil {
				continue
			}
			if seats := policy.CountSeats(s.Contacts, allotted); seats.Over() > 0 {
				t.Errorf("%s after %s", seats, tr.Event)
			}
		}
	}
	if seats := policy.CountSeats(d.subscriber("ACME").Contacts, allotted); seats.Free() {
		t.Fatalf("%s: nobody got the last seat", seats)
	}
}
