package bot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"casebot/adapters/redis"
	"casebot/bot"
	"casebot/bot/texts"
	"casebot/config"
	"casebot/config/examples"
	"casebot/policy"
	"casebot/policy/sla"
	"casebot/scheduler"

	"github.com/robfig/cron/v3"
)

// desk is a whole support desk for tests: the real engine, courier, store and
// time travel, and one fake platform whose rooms can be read.
type desk struct {
	t        testing.TB
	ctx      context.Context
	rules    *bot.Rules
	clock    *stoppedClock // real time; the desk's own runs ahead of it
	store    *watched
	engine   *bot.Engine
	courier  *bot.Courier
	travel   *scheduler.Travel
	platform *fakePlatform
	answers  map[string]bot.Answer // the last private answer of each person
	n        int
	names    map[string]string
	whispers []whisper // every private answer
	internal []string  // what people wrote for staff only
	latest   time.Time // as far as a random history has come
	altered  bool      // the rules were changed, or a record was spoilt: the past cannot be lived through again
}

// whisper is an answer that one person saw.
type whisper struct {
	who, room, text string
	tone            bot.Tone
}

// base is when desks open unless they say otherwise: X1's Friday, 16:30 in Denver.
var base = time.Date(2026, 3, 6, 23, 30, 0, 0, time.UTC)

var exampleOnce = sync.OnceValues(func() (*config.Config, error) {
	raw, err := examples.Files.ReadFile("demo.yaml")
	if err != nil {
		return nil, err
	}
	cfg, _, err := config.Parse("demo.yaml", raw, config.Sources{Env: os.LookupEnv, ReadFile: examples.Files.ReadFile})
	return cfg, err
})

func exampleConfig(t testing.TB) *config.Config {
	cfg, err := exampleOnce()
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

var catalogueOnce = sync.OnceValues(texts.Load)

// exampleRules are the rules of the demo's configuration, in English.
func exampleRules(t testing.TB, cfg *config.Config) *bot.Rules {
	catalogue, err := catalogueOnce()
	if err != nil {
		t.Fatal(err)
	}
	weekly, err := cron.ParseStandard(cfg.WeeklyUpdate.Schedule)
	if err != nil {
		t.Fatal(err)
	}
	r := &bot.Rules{
		Vendor: "Example", Language: "en", KnowledgeBase: cfg.Vendor.KnowledgeBase.URL, Fallback: cfg.Vendor.FallbackChannel,
		Triage: cfg.Triage.Channel, Bot: "casebot", Calendars: cfg.Calendars, CalendarHashes: map[string]string{}, Default: "hq",
		Packages: cfg.Packages, Regions: cfg.Regions, Marks: sla.DefaultMarks, Steps: sla.DefaultSteps, Floors: sla.DefaultFloors,
		Weekly: weekly, Texts: catalogue, Hash: "test",
	}
	for _, l := range cfg.Escalation.Levels {
		r.Levels = append(r.Levels, bot.Level{Role: l.Role, Room: l.Channel})
	}
	for _, s := range cfg.Staff {
		r.Staff = append(r.Staff, bot.Staff{Key: s.Key, Name: s.Name, Roles: s.Roles, Refs: []string{"console:" + s.Refs["console"]}})
	}
	return r
}

// openDesk opens a desk at base with the demo's subscribers.
func openDesk(t testing.TB) *desk { return openDeskAt(t, base) }

func openDeskAt(t testing.TB, at time.Time) *desk {
	t.Helper()
	cfg := exampleConfig(t)
	clock := newStoppedClock()
	opened, err := redis.Open(t.Context(), redis.Config{URL: "embedded", Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	return openDeskOn(t, at, clock, watch(opened), cfg)
}

// openDeskOn opens a desk on a store that is there already.
func openDeskOn(t testing.TB, at time.Time, clock *stoppedClock, store *watched, cfg *config.Config) *desk {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	s := &scheduler.Scheduler{Queues: store, Real: clock.Now, Log: log}
	d := &desk{
		t: t, ctx: t.Context(), rules: exampleRules(t, cfg), clock: clock, store: store, answers: map[string]bot.Answer{}, names: map[string]string{"sara": "Sara Conti"},
		travel: &scheduler.Travel{Scheduler: s, Keeper: &keeper{}, Real: clock.Now},
	}
	d.platform = newFakePlatform(d.travel.Now)
	d.engine = &bot.Engine{Store: store, Names: store, Lot: store, Rules: func() *bot.Rules { return d.rules }, Now: d.travel.Now, Real: clock.Now, Log: log, Wake: func() {}}
	d.courier = &bot.Courier{
		Engine: d.engine, Store: store, Names: store, Platforms: map[string]bot.Platform{"console": d.platform}, Real: clock.Now, Log: log,
		Queries: map[string]bot.Render{bot.QueryWeekly: d.engine.RenderWeekly},
	}
	s.Now, s.Ring, s.Carry = d.travel.Now, d.engine.Ring, d.courier.Carry
	for _, p := range cfg.Staff {
		d.names[p.Key] = p.Name
	}
	d.at(at)
	t.Cleanup(d.check)
	for _, sub := range cfg.Directory.Subscribers {
		for _, c := range sub.Contacts {
			d.names[c.Key] = c.Name
		}
		d.apply(bot.DirectoryEntry{
			Key: sub.Key, Name: sub.Name, Package: sub.Package, Location: sub.Location, Language: sub.Language, Timezone: sub.Timezone,
			Calendar: sub.Calendar, Channels: sub.Channels, Advisor: sub.NamedAdvisor, Contacts: sub.Contacts,
		})
	}
	return d
}

// apply tells a subscriber what the directory file says.
func (d *desk) apply(entry bot.DirectoryEntry) {
	d.t.Helper()
	d.n++
	e, err := bot.ApplyEvent(entry, false, fmt.Sprintf("directory:%s:%d", entry.Key, d.n))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.engine.Tell(d.ctx, bot.SubscriberKey(entry.Key), e); err != nil {
		d.t.Fatal(err)
	}
	d.drain()
}

// keeper keeps the clock's offset in memory.
type keeper struct{ d time.Duration }

func (k *keeper) Load(context.Context) (time.Duration, error)    { return k.d, nil }
func (k *keeper) Store(_ context.Context, d time.Duration) error { k.d = d; return nil }

// at sets the clock without living through anything.
func (d *desk) at(at time.Time) {
	d.t.Helper()
	if err := d.travel.Start(d.ctx, at); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) advance(by time.Duration) {
	d.t.Helper()
	if err := d.travel.Advance(d.ctx, by); err != nil {
		d.t.Fatal(err)
	}
}

// until advances to a moment.
func (d *desk) until(at time.Time) {
	d.t.Helper()
	d.advance(at.Sub(d.travel.Now()))
}

func (d *desk) down(by time.Duration) {
	d.t.Helper()
	if err := d.travel.Down(d.ctx, by); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) drain() { d.t.Helper(); d.advance(0) }

func (d *desk) event(who, room, thread string) bot.Event {
	d.n++
	return bot.Event{
		ID: fmt.Sprintf("console:e%d", d.n), At: d.travel.Now(), Actor: bot.Actor{Ref: "console:" + who, Name: d.names[who]},
		Origin: bot.Origin{Room: "console:" + room, Thread: thread},
	}
}

// do sends an event, remembers the answer and delivers what comes of it.
func (d *desk) do(who string, e bot.Event) bot.Answer {
	d.t.Helper()
	a, err := d.engine.Handle(d.ctx, e)
	if err != nil && !errors.Is(err, bot.ErrDuplicate) {
		d.t.Fatalf("%s: %v", e.ID, err)
	}
	d.answers[who] = a
	if a.Private != nil && (e.Command == nil || !strings.HasPrefix(e.Command.Text, "show")) {
		d.whispers = append(d.whispers, whisper{who, e.Origin.Room, a.Private.Text, a.Private.Tone})
	}
	d.drain()
	return a
}

// command is what somebody types after a slash, "case new …".
func (d *desk) command(who, room, text string) bot.Answer {
	d.t.Helper()
	return d.commandIn(who, room, "", text, nil)
}

func (d *desk) commandIn(who, room, thread, text string, form map[string]string) bot.Answer {
	d.t.Helper()
	group, rest, _ := strings.Cut(text, " ")
	if call := bot.Parse(bot.Command{Group: group, Text: rest, Args: form}); call.Spec.Name == "note" && call.Args["text"] != "" {
		d.internal = append(d.internal, call.Args["text"])
	}
	e := d.event(who, room, thread)
	e.Kind, e.Command = bot.EventCommand, &bot.Command{Group: group, Text: rest, Args: form, Form: form != nil}
	return d.do(who, e)
}

// say writes a message in a room, or in a thread of it.
func (d *desk) say(who, room, thread, text string) bot.Answer {
	d.t.Helper()
	if room == "triage" {
		d.internal = append(d.internal, text)
	}
	e := d.event(who, room, thread)
	e.Kind, e.Text = bot.EventMessage, text
	e.Origin.Message = d.platform.human(d.names[who], "console:"+room, thread, text)
	e.Origin.Ours = thread != ""
	return d.do(who, e)
}

// thread returns the newest thread of a room whose root holds a text.
func (d *desk) thread(room, holds string) string {
	d.t.Helper()
	for _, p := range slices.Backward(d.platform.all("console:" + room)) {
		if p.thread == "" && strings.Contains(p.plain(), holds) {
			return p.ref
		}
	}
	d.t.Fatalf("no thread in %s holds %q:\n%s", room, holds, d.room(room))
	return ""
}

// button returns the command of the newest button with a label that somebody
// can see in a room or in their last private answer.
func (d *desk) button(who, room, label string) string {
	d.t.Helper()
	if m := d.answers[who].Private; m != nil {
		for _, c := range m.Controls {
			if c.Label == label {
				return c.Command
			}
		}
	}
	for _, p := range slices.Backward(d.platform.all("console:" + room)) {
		for _, c := range p.message.Controls {
			if c.Label == label {
				return c.Command
			}
		}
	}
	d.t.Fatalf("no button %q in %s:\n%s", label, room, d.room(room))
	return ""
}

// press presses the newest button with a label.
func (d *desk) press(who, room, label string) bot.Answer {
	d.t.Helper()
	return d.command(who, room, d.button(who, room, label))
}

// room prints a room as its visitors read it.
func (d *desk) room(room string) string {
	var b strings.Builder
	for _, p := range d.platform.all("console:" + room) {
		fmt.Fprintf(&b, "%s\n", p.plain())
	}
	return b.String()
}

// private is the text of somebody's last private answer.
func (d *desk) private(who string) string {
	if m := d.answers[who].Private; m != nil {
		return plain(*m)
	}
	return ""
}

// kase loads a case.
func (d *desk) kase(name string) bot.Case {
	d.t.Helper()
	key, ok := bot.ParseCaseName(name)
	if !ok {
		d.t.Fatalf("%q names no case", name)
	}
	return record[bot.Case](d.t, d.store, key)
}

// open opens a case by form at the given severity, as a contact in their room.
func (d *desk) open(who, room string, severity policy.Severity) bot.Case {
	d.t.Helper()
	d.commandIn(who, room, "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": severity.String()})
	draft := bot.DraftID(fmt.Sprintf("console:e%d", d.n))
	before := d.store.records(bot.KindCase)
	for range 2 { // severities 2 and 3 are warned once of what is missing
		d.command(who, room, "case draft "+draft+" submit")
	}
	for key := range d.store.records(bot.KindCase) {
		if _, ok := before[key]; !ok {
			return record[bot.Case](d.t, d.store, key)
		}
	}
	d.t.Fatalf("no case was opened: %s\n%s", d.private(who), d.room(room))
	return bot.Case{}
}
