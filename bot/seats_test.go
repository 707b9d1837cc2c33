package bot_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
)

// nominate is ACME's entry with further people, authorized like the first.
func (d *desk) nominate(names ...string) bot.DirectoryEntry {
	e := d.entry("ACME")
	e.Contacts = slices.Clone(e.Contacts)
	for _, name := range names {
		key := strings.ToLower(name)
		e.Contacts = append(e.Contacts, policy.Contact{
			Key: key, Name: name, Refs: map[string]string{"console": key}, Nominated: true, Active: true, Trained: e.Contacts[0].Trained,
		})
		d.names[key] = name
	}
	return e
}

// applied tells ACME what the directory file says, and returns what is refused of it.
func (d *desk) applied(e bot.DirectoryEntry) string {
	d.t.Helper()
	d.n++
	answer, err := d.engine.Apply(d.ctx, e, false, fmt.Sprintf("directory:%s:%d", e.Key, d.n))
	if err != nil {
		d.t.Fatal(err)
	}
	d.drain()
	if answer.Private == nil {
		return ""
	}
	return answer.Private.Text
}

// seated lists the keys of ACME's active nominations.
func (d *desk) seated() string {
	var keys []string
	for _, c := range d.subscriber("ACME").Contacts {
		if c.HoldsSeat() {
			keys = append(keys, c.Key)
		}
	}
	return strings.Join(keys, " ")
}

func (d *desk) wantSeated(want string) {
	d.t.Helper()
	if got := d.seated(); got != want {
		d.t.Fatalf("seated are %q, want %q", got, want)
	}
}

// SLA T44: one over the allotment is refused with how many are used and the way
// to replace; a seat given up goes to whoever the file asks for, and an untrained
// nominee holds one.
func TestOneContactTooMany(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.wantSeated("giulia luca") // of 3; luca is untrained
	file := d.nominate("Nora", "Otto")
	wantText(t, "the refusal", d.applied(file), "ACME: 3 of 3 authorized contacts used", "not nominated: Otto", "active: false")
	d.wantSeated("giulia luca nora")
	commits := len(d.store.history())
	wantText(t, "the refusal", d.applied(file), "not nominated: Otto")
	if n := len(d.store.history()); n != commits {
		t.Fatal("the same file, applied again, changes something")
	}
	d.command("otto", "acme", "case new Dashboards show yesterday's data")
	wantText(t, "the answer", d.private("otto"), "Giulia Bianchi")
	file.Contacts = slices.Clone(file.Contacts)
	file.Contacts[1].Active = false
	if text := d.applied(file); text != "" {
		t.Fatalf("refused although luca gave up his seat: %s", text)
	}
	d.wantSeated("giulia nora otto")
	file.Contacts = slices.Clone(file.Contacts)
	file.Contacts[1].Active = true
	wantText(t, "the refusal", d.applied(file), "3 of 3", "not nominated: Luca Verdi")
	d.wantSeated("giulia nora otto")
	file.Contacts = file.Contacts[:3]
	if text := d.applied(file); text != "" {
		t.Fatalf("refused although otto is gone: %s", text)
	}
	d.wantSeated("giulia luca nora")
}

// SLA T44: a new subscriber's file is held to the allotment as well.
func TestNewSubscriberTooMany(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	e := d.nominate("Nora", "Otto")
	e.Key, e.Channels = "INITECH", []string{"console:initech"}
	wantText(t, "the refusal", d.applied(e), "INITECH: 3 of 3", "Otto")
	if n := len(d.subscriber("INITECH").Contacts); n != 3 {
		t.Fatalf("%d contacts", n)
	}
}

// SLA T44, corner 34: of several instances the most generous package seats the
// contacts, who speak for all of them.
func TestSeatsOfInstances(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	e := d.nominate("Nora", "Otto")
	e.Instances = []bot.Instance{{Key: "test", Package: "bronze"}, {Key: "eu", Package: "platinum"}}
	if text := d.applied(e); text != "" {
		t.Fatalf("refused: %s", text)
	}
	d.command("giulia", "acme", "support contacts")
	wantText(t, "the answer", d.private("giulia"), "4 of 10", "Platinum")
	d.command("giulia", "acme", "support package")
	wantNoText(t, "the answer", d.private("giulia"), "4 of 2")
}

// SLA T45, T50, T47: a smaller package drops nobody: admin and advisor are told at
// once, nobody new is nominated, and after 10 business days the newest nominations
// become inactive, their cases go on with another owner.
func TestDowngrade(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.applied(d.nominate("Nora"))
	due := running(t, d.open("nora", "acme", policy.Severity3)).Due
	e := d.entry("ACME")
	e.Package = "silver" // 2 seats
	d.until(instant(t, "2026-06-15 10:00"))
	if text := d.applied(e); text != "" {
		t.Fatalf("refused: %s", text)
	}
	d.wantSeated("giulia luca nora")
	wantText(t, "@giulia", d.room("@giulia"), "3 of 2 authorized contacts of its package Silver", "Tue 30 Jun 2026, 18:00", "Europe/Rome", "Nora")
	wantNoText(t, "@luca", d.room("@luca"), "authorized contacts")
	wantText(t, "@ada", d.room("@ada"), "Acme S.p.A.", "3 of 2", "Nora", "Giulia Bianchi")
	d.applied(e)
	if n := strings.Count(d.room("@giulia"), "3 of 2"); n != 1 {
		t.Fatalf("told %d times", n)
	}
	wantText(t, "the refusal", d.applied(d.nominate("Otto")), "3 of 2", "Otto")
	d.until(instant(t, "2026-06-30 09:59:59.999")) // the 19th is a holiday
	d.wantSeated("giulia luca nora")
	d.until(instant(t, "2026-06-30 10:00"))
	d.wantSeated("giulia luca")
	wantText(t, "@giulia", d.room("@giulia"), "inactive from now on: Nora")
	wantText(t, "@ada", d.room("@ada"), "inactive from now on: Nora")
	wantText(t, "audit", strings.Join(d.audit(bot.SubscriberKey("ACME")), "\n"), "nominations inactive")
	c := d.kase("ACME-1")
	if c.Contact != "giulia" {
		t.Fatalf("the case is %q's", c.Contact)
	}
	wantTime(t, "the breach", c.Cycles[0].BreachedAt, due)
	d.command("nora", "acme", "case resolve ACME-1")
	wantText(t, "the refusal", d.private("nora"), "not active")
}

// SLA T45: it stops if the count fits meanwhile, and whoever became inactive is
// active again, as the file says, once there is a seat.
func TestDowngradeSettled(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		settle func(e *bot.DirectoryEntry)
		want   string
	}{
		{"one leaves", func(e *bot.DirectoryEntry) { e.Contacts = e.Contacts[1:] }, "luca nora"},
		{"one is inactive", func(e *bot.DirectoryEntry) { e.Contacts[0].Active = false }, "luca nora"},
		{"upgraded", func(e *bot.DirectoryEntry) { e.Package = "platinum" }, "giulia luca nora"},
		{"nothing", func(*bot.DirectoryEntry) {}, "giulia luca"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
			d.applied(d.nominate("Nora"))
			e := d.entry("ACME")
			e.Package = "silver"
			d.applied(e)
			d.until(instant(t, "2026-06-29 09:00"))
			e.Contacts = slices.Clone(e.Contacts)
			test.settle(&e)
			d.applied(e)
			d.until(instant(t, "2026-07-02 09:00"))
			d.wantSeated(test.want)
			if s := d.subscriber("ACME"); !s.Seats.OverSince.IsZero() {
				t.Fatalf("over since %s", s.Seats.OverSince)
			}
			e.Package = "gold"
			d.applied(e)
			d.wantSeated(map[bool]string{true: "giulia luca nora", false: test.want}[test.name == "nothing"])
		})
	}
}

// SLA T45, T32: the days stop while the subscriber is suspended, also where the
// downgrade comes in a suspension.
func TestDowngradeWhileSuspended(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, suspended, downgraded string }{
		{"suspended meanwhile", "2026-06-22 09:00", "2026-06-15 09:00"}, // after 4 of the days
		{"downgraded meanwhile", "2026-06-15 08:00", "2026-06-16 12:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := openDeskAt(t, instant(t, "2026-06-15 08:00"))
			d.applied(d.nominate("Nora"))
			e := d.entry("ACME")
			e.Package = "silver"
			for _, at := range []string{"2026-06-15 08:00", "2026-06-15 09:00", "2026-06-16 12:00", "2026-06-22 09:00"} {
				d.until(instant(t, at))
				switch at {
				case test.suspended:
					d.standing("ACME", "suspended invoice 7")
				case test.downgraded:
					d.applied(e)
				}
			}
			d.until(instant(t, "2026-08-03 09:00"))
			d.wantSeated("giulia luca nora")
			wantText(t, "@giulia", d.room("@giulia"), "3 of 2")
			d.standing("ACME", "good paid")
			by := map[string]string{"suspended meanwhile": "2026-08-11 09:00", "downgraded meanwhile": "2026-08-17 09:00"}[test.name]
			d.until(instant(t, by).Add(-time.Millisecond))
			d.wantSeated("giulia luca nora")
			d.until(instant(t, by))
			d.wantSeated("giulia luca")
		})
	}
}

// SLA T45, T11: a version of the package that seats fewer counts from its day on,
// in the zone of the support calendar, though nobody applies any file then.
func TestDowngradeByVersion(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.applied(d.nominate("Nora"))
	d.altered = true
	d.newGold(t, "2026-06-17", func(p *policy.Package) {
		p.Cells = maps.Clone(p.Cells)
		p.Cells[policy.RowContacts] = policy.Cell{Count: 2}
	})
	d.applied(d.entry("ACME")) // as a reload does
	d.until(instant(t, "2026-06-17 00:00").Add(-time.Millisecond))
	wantNoText(t, "@giulia", d.room("@giulia"), "authorized contacts")
	d.until(instant(t, "2026-06-17 00:00"))
	wantText(t, "@giulia", d.room("@giulia"), "3 of 2", "Nora")
	d.until(instant(t, "2026-07-02 06:59")) // ten business days later, at its opening
	d.wantSeated("giulia luca nora")
	d.until(instant(t, "2026-07-02 07:00"))
	d.wantSeated("giulia luca")
}

// SLA T45: a further downgrade gives its own days.
func TestDowngradedTwice(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	e := d.entry("ACME")
	e.Package = "platinum"
	d.applied(e)
	d.applied(d.nominate("Nora", "Otto"))
	e = d.entry("ACME")
	e.Package = "gold"
	d.applied(e)
	d.until(instant(t, "2026-06-22 09:00"))
	e.Package = "silver"
	d.applied(e)
	wantText(t, "@giulia", d.room("@giulia"), "4 of 3", "4 of 2")
	d.until(instant(t, "2026-07-07 08:59")) // the 3rd is the holiday of the 4th
	d.wantSeated("giulia luca nora otto")
	d.until(instant(t, "2026-07-07 09:00"))
	d.wantSeated("giulia luca")
}
