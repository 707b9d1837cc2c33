package bot_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/calendar"
)

// newSubscriber adds a subscriber with one authorized contact.
func (d *desk) newSubscriber(t testing.TB, key, room, contact string, change func(*bot.DirectoryEntry)) {
	t.Helper()
	trained, err := calendar.ParseDate("2026-01-01")
	if err != nil {
		t.Fatal(err)
	}
	e := bot.DirectoryEntry{
		Key: key, Name: key + " Corp", Package: "gold", Location: "US", Language: "en", Timezone: "America/New_York", Calendar: "hq",
		Channels: []string{"console:" + room},
		Contacts: []policy.Contact{{Key: contact, Name: strings.ToUpper(contact[:1]) + contact[1:], Refs: map[string]string{"console": contact}, Nominated: true, Active: true, Trained: trained, Admin: true}},
	}
	if change != nil {
		change(&e)
	}
	if _, ok := d.names[contact]; !ok {
		d.names[contact] = e.Contacts[0].Name
	}
	d.apply(e)
}

// SLA T12: a subscriber whose contracted location is Japan has the package of
// that region, and its calendar.
func TestJapan(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09T00:00:00Z")) // Mon 09:00 in Tokyo
	c := d.open("yuki", "nippon", policy.Severity2)
	wantDue(t, c, instant(t, "2026-03-09T08:00:00Z")) // 8 h until 17:00 JST
	wantText(t, "nippon", d.room("nippon"), "NIPPON-1", "17:00", "Tokyo")
	d2 := openDeskAt(t, instant(t, "2026-03-09T00:00:00Z"))
	c = d2.open("yuki", "nippon", policy.Severity3)
	wantDue(t, c, instant(t, "2026-03-11T00:00:00Z")) // 2bd (T50)
}

// SLA T12, T3: without a package for Japan there is no committed target: no
// due, no warning, no breach; the policy's address is given.
func TestJapanWithoutPackage(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.rules.Regions = policy.Regions{"JP": {Calendar: "jp", PolicyURL: "https://example.jp/support"}}
	c := d.open("yuki", "nippon", policy.Severity1)
	wantDue(t, c, time.Time{})
	d.advance(30 * 24 * time.Hour)
	c = d.kase("NIPPON-1")
	wantOutcomes(t, c, "initial pending")
	if got := d.room("escalations") + d.room("management"); got != "" {
		t.Fatalf("escalated without a target:\n%s", got)
	}
	found := false
	for _, p := range d.platform.all("console:nippon") {
		found = found || strings.Contains(plain(p.message), "https://example.jp/support")
		wantNoText(t, "nippon", plain(p.message), "4 h")
	}
	if !found {
		t.Fatalf("no policy address:\n%s", d.room("nippon"))
	}
	d.command("yuki", "nippon", "support package NIPPON")
	wantText(t, "the package", d.private("yuki"), "https://example.jp/support")
	c = d.reply("ada", "NIPPON-1", "We look.")
	wantOutcomes(t, c, "initial met, follow_up pending")
}

// SLA T12, corner 28: the contact's language does not select Japan's policy,
// nor the lack of it undo it.
func TestJapanWithItalianContact(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	e := d.entry("NIPPON")
	e.Contacts[0].Language = "it"
	d.apply(e)
	c := d.open("yuki", "nippon", policy.Severity2)
	if p := d.kase(c.Key()).Package; p != "gold-jp" {
		t.Fatalf("package %q", p)
	}
	d.command("yuki", "nippon", "case show NIPPON-1")
	wantText(t, "the answer", d.private("yuki"), "Gravità")
	wantText(t, "nippon", d.room("nippon"), "重大度")
}

// SLA T8, corner 29: a Tokyo contact of a US subscriber: clocks on the support
// calendar, times told in the zone of the place.
func TestTokyoContactOfUSSubscriber(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) {
		e.Contacts[0].Timezone, e.Contacts[0].Language = "Asia/Tokyo", "ja"
	})
	c := d.open("kenji", "initech", policy.Severity2)
	wantDue(t, c, instant(t, "2026-03-09 13:30"))
	wantText(t, "initech", d.room("initech"), "15:30", "New_York")
}

// SLA T11, corner 26: a holiday published for today at noon moves the due of
// what is pending; past hours stay counted. A breach never changes.
func TestHolidayPublished(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2) // due 17:00
	d.until(instant(t, "2026-06-15 12:00"))
	d.newCalendar(t, "2026-06-15")
	c := d.kase("ACME-1")
	wantDue(t, c, instant(t, "2026-06-16 12:00")) // 3 h on Monday morning, 5 h on Tuesday
	d.until(instant(t, "2026-06-16 12:00:00.001"))
	wantOutcomes(t, d.kase("ACME-1"), "initial breached")
	d.newCalendar(t, "2026-06-17")
	wantTime(t, "the breach", d.kase("ACME-1").Cycles[0].BreachedAt, instant(t, "2026-06-16 12:00"))
}

// SLA T11: while replicas may still run with the calendar before it, each one
// that takes a published calendar over has all open cases look at their clocks;
// later ones need not.
func TestEveryReplicaSweeps(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.open("giulia", "acme", policy.Severity2)
	swept := func() (n int) {
		for _, line := range d.audit(bot.SubscriberKey("ACME")) {
			n += strings.Count(line, "swept")
		}
		return n
	}
	before := d.rules.Calendars
	d.advance(time.Hour)
	d.newCalendar(t, "2026-06-15")
	after, due := d.rules.Calendars, running(t, d.kase("ACME-1")).Due
	d.advance(time.Minute)
	d.rules.Calendars = before // a replica that has yet to be told
	d.command("ada", "triage", "case take ACME-1")
	if stale := running(t, d.kase("ACME-1")).Due; stale.Equal(due) {
		t.Fatalf("due %s all the same", stale)
	}
	d.rules.Calendars = after // is told
	d.apply(d.entry("ACME"))
	wantDue(t, d.kase("ACME-1"), due)
	if n := swept(); n != 2 {
		t.Errorf("swept %d times", n)
	}
	d.advance(25 * time.Hour)
	d.apply(d.entry("ACME"))
	if n := swept(); n != 2 {
		t.Errorf("swept %d times, a day later", n)
	}
	d.altered = true // two sets of rules in one past
}

// newCalendar publishes hq with a holiday, in a version from that day on, as a
// SIGHUP would: the new rules, then the directory again.
func (d *desk) newCalendar(t testing.TB, holiday string) {
	t.Helper()
	day, err := calendar.ParseDate(holiday)
	if err != nil {
		t.Fatal(err)
	}
	before := calendar.Spec{Timezone: "America/Denver", Hours: map[string][]string{"mon-fri": {"07:00-18:00"}}, Country: "us"}
	after := before
	after.From, after.Add = day, []calendar.Date{day}
	cal, err := calendar.New("hq", before, after)
	if err != nil {
		t.Fatal(err)
	}
	calendars := map[string]*calendar.Calendar{}
	maps.Copy(calendars, d.rules.Calendars)
	calendars["hq"] = cal.Succeed(calendars["hq"], d.travel.Now())
	d.rules.Calendars, d.rules.CalendarHashes = calendars, map[string]string{"hq": holiday}
	d.apply(d.entry("ACME"))
}

// SLA T11, corner 27: a package upgraded while a case runs: the pending cycle
// keeps its target, the next one has the new one.
func TestPackageUpgraded(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	c := d.open("hank", "globex", policy.Severity1)
	due := running(t, c).Due
	e := d.entry("GLOBEX")
	e.Package = "platinum"
	d.apply(e)
	d.advance(time.Hour)
	wantDue(t, d.kase("GLOBEX-1"), due)
	c = d.reply("ada", "GLOBEX-1", "We look.")
	wantDue(t, c, d.travel.Now().Add(24*time.Hour))
}

// SLA T11: a target edited while a case runs holds for cycles anchored from its
// valid-from on; what is pending keeps its own.
func TestTargetEdited(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	d.newGold(t, "2026-06-16", func(p *policy.Package) {
		p.Severity[2].Initial.Duration, p.Severity[2].FollowUp.Duration = time.Hour, 4*time.Hour
	})
	c := d.open("giulia", "acme", policy.Severity3)
	wantDue(t, c, instant(t, "2026-06-16 10:00"))
	d.until(instant(t, "2026-06-16 08:30"))
	wantDue(t, d.kase("ACME-1"), instant(t, "2026-06-16 10:00"))
	wantDue(t, d.open("giulia", "acme", policy.Severity3), instant(t, "2026-06-16 09:30"))
	wantDue(t, d.reply("ada", "ACME-1", "We look."), instant(t, "2026-06-16 12:30"))
}

// SLA T11, T28: a change of severity after an upgrade keeps the promises of
// the package that held at the cycle's anchor.
func TestChangeAfterUpgrade(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-03-09 08:00"))
	d.open("giulia", "acme", policy.Severity3)
	e := d.entry("ACME")
	e.Package = "silver" // a downgrade: 6 h instead of 4
	d.apply(e)
	d.command("ada", "triage", "case severity ACME-1 1 down")
	wantDue(t, d.kase("ACME-1"), instant(t, "2026-03-09 12:00"))
}

// SLA T12, corner 34: of a subscriber with several instances the instance
// picks the package.
func TestInstancePicksPackage(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) {
		e.Instances = []bot.Instance{{Key: "eu", Name: "Production EU", Package: "platinum"}, {Key: "test", Name: "Test", Package: "bronze"}}
	})
	for instance, want := range map[string]time.Duration{"eu": 2 * time.Hour, "test": 0} {
		d.commandIn("kenji", "initech", "", "case new", map[string]string{"instance": instance, "summary": "Dashboards show yesterday's data", "type": "error", "severity": "1"})
		d.command("kenji", "initech", "case draft "+d.newestDraft()+" submit")
		var c bot.Case
		for key := range d.store.records(bot.KindCase) {
			if x := record[bot.Case](t, d.store, key); x.Instance == instance {
				c = x
			}
		}
		if want == 0 {
			wantDue(t, c, time.Time{})
			continue
		}
		wantDue(t, c, d.travel.Now().Add(want))
	}
}

// SLA T3: a package without targets: the acknowledgement says so, elapsed time
// goes on, nothing escalates.
func TestNoTargets(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) { e.Package = "standard" })
	c := d.open("kenji", "initech", policy.Severity1)
	wantDue(t, c, time.Time{})
	wantText(t, "initech", d.room("initech"), "no committed response target")
	d.advance(10 * 24 * time.Hour)
	wantOutcomes(t, d.kase("INITECH-1"), "initial pending")
	if got := d.room("escalations") + d.room("management"); got != "" || len(d.warnings("triage", "INITECH-1")) > 0 {
		t.Fatalf("warned or escalated without a target:\n%s", got)
	}
	d.command("kenji", "initech", "case show INITECH-1")
	wantText(t, "the answer", d.private("kenji"), "No committed target; 240 h elapsed")
	c = d.reply("ada", "INITECH-1", "Hello.")
	wantOutcomes(t, c, "initial met, follow_up pending")
	d.command("ada", "triage", "case severity INITECH-1 2 some only")
	d.press("kenji", "initech", "Agree")
	wantDue(t, d.kase("INITECH-1"), time.Time{})
}

// SLA T5, corner 32: a due beyond the end of the contract is shown and not
// enforced: nothing caps it. A subscriber that has left the directory file keeps
// the dues of its cases, and what they owe.
func TestDueBeyondContract(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-15 09:00"))
	c := d.open("giulia", "acme", policy.Severity3)
	c = d.reply("ada", c.Key(), "We look.")
	wantDue(t, c, instant(t, "2026-06-24 15:00")) // 72 h of 11-hour days, the 19th is a holiday
	e, err := bot.ApplyEvent(d.entry("ACME"), true, "directory:ACME:gone")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.engine.Tell(d.ctx, bot.SubscriberKey("ACME"), e); err != nil {
		t.Fatal(err)
	}
	d.drain()
	d.command("ada", "triage", "case show ACME-1")
	wantText(t, "the answer", d.private("ada"), "24 Jun 2026, 15:00")
	d.until(instant(t, "2026-06-24 15:00:00.001"))
	wantOutcomes(t, d.kase("ACME-1"), "initial met, follow_up breached")
}

// SLA T4, T50, corner 31: a calendar with an overnight shift.
func TestOvernightShift(t *testing.T) {
	t.Parallel()
	d := openDeskAt(t, instant(t, "2026-06-12T20:00:00Z")) // Fri 22:00 in Paris
	spec := calendar.Spec{Timezone: "Europe/Paris", Hours: map[string][]string{"mon-fri": {"22:00-06:00"}}}
	night, err := calendar.New("night", spec)
	if err != nil {
		t.Fatal(err)
	}
	d.rules.Calendars = map[string]*calendar.Calendar{"night": night, "hq": d.rules.Calendars["hq"], "jp": d.rules.Calendars["jp"]}
	d.newSubscriber(t, "INITECH", "initech", "kenji", func(e *bot.DirectoryEntry) { e.Calendar = "night" })
	c := d.open("kenji", "initech", policy.Severity2)
	wantDue(t, c, instant(t, "2026-06-13T04:00:00Z")) // Sat 06:00: lands on closing
	d.advance(time.Hour)
	d.reply("ada", "INITECH-1", "We look.")
	d.until(instant(t, "2026-06-13T04:00:00.001Z"))
	wantOutcomes(t, d.kase("INITECH-1"), "initial met, follow_up pending")
}

// SUPPORT, SLA T43: a contact of two subscribers is asked for which a case is, where
// the place does not say.
func TestContactOfTwo(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.newSubscriber(t, "INITECH", "initech", "hank", nil)
	d.command("hank", "@hank", "case new Dashboards show yesterday's data")
	wantText(t, "the answer", d.private("hank"), "GLOBEX", "INITECH")
	d.press("hank", "@hank", "INITECH")
	if s := d.draft("INITECH", d.newestDraft()).Subscriber; s != "INITECH" {
		t.Fatalf("the draft is of %q", s)
	}
	d.command("hank", "globex", "case new Dashboards show yesterday's data")
	d.draft("GLOBEX", d.newestDraft())
}
