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
	store    *redis.Store
	engine   *bot.Engine
	courier  *bot.Courier
	travel   *scheduler.Travel
	platform *fakePlatform
	answers  map[string]bot.Answer // the last private answer of each person
	n        int
	names    map[string]string
}

// base is when desks open unless they say otherwise: X1's Friday, 16:30 in Denver.
var base = time.Date(2026, 3, 6, 23, 30, 0, 0, time.UTC)

func exampleConfig(t testing.TB) *config.Config {
	raw, err := examples.Files.ReadFile("demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	cfg, _, err := config.Parse("demo.yaml", raw, config.Sources{Env: os.LookupEnv, ReadFile: examples.Files.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// exampleRules are the rules of the demo's configuration, in English.
func exampleRules(t testing.TB, cfg *config.Config) *bot.Rules {
	catalogue, err := texts.Load()
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
	store, err := redis.Open(t.Context(), redis.Config{URL: "embedded", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	log := slog.New(slog.DiscardHandler)
	s := &scheduler.Scheduler{Queues: store, Real: time.Now, Log: log}
	d := &desk{
		t: t, ctx: t.Context(), rules: exampleRules(t, cfg), store: store, answers: map[string]bot.Answer{}, names: map[string]string{"sara": "Sara Conti"},
		travel: &scheduler.Travel{Scheduler: s, Keeper: &keeper{}, Real: time.Now},
	}
	d.platform = newFakePlatform(d.travel.Now)
	d.engine = &bot.Engine{Store: store, Names: store, Lot: store, Rules: func() *bot.Rules { return d.rules }, Now: d.travel.Now, Real: time.Now, Log: log, Wake: func() {}}
	d.courier = &bot.Courier{
		Engine: d.engine, Store: store, Names: store, Platforms: map[string]bot.Platform{"console": d.platform}, Real: time.Now, Log: log,
		Queries: map[string]bot.Render{bot.QueryWeekly: d.engine.RenderWeekly},
	}
	s.Now, s.Ring, s.Carry = d.travel.Now, d.engine.Ring, d.courier.Carry
	for _, p := range cfg.Staff {
		d.names[p.Key] = p.Name
	}
	d.at(at)
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
	e := d.event(who, room, thread)
	e.Kind, e.Command = bot.EventCommand, &bot.Command{Group: group, Text: rest, Args: form, Form: form != nil}
	return d.do(who, e)
}

// say writes a message in a room, or in a thread of it.
func (d *desk) say(who, room, thread, text string) bot.Answer {
	d.t.Helper()
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
	cases, _, err := d.engine.Cases(d.ctx, bot.AllCases, 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range cases {
		if c.Key() == name {
			return c
		}
	}
	d.t.Fatalf("no case %s", name)
	return bot.Case{}
}

// open opens a case by form at the given severity, as a contact in their room.
func (d *desk) open(who, room string, severity policy.Severity) bot.Case {
	d.t.Helper()
	d.commandIn(who, room, "", "case new", map[string]string{"summary": "Dashboards show yesterday's data", "type": "error", "severity": severity.String()})
	draft := bot.DraftID(fmt.Sprintf("console:e%d", d.n))
	before, _, err := d.engine.Cases(d.ctx, bot.AllCases, 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	for range 2 { // severities 2 and 3 are warned once of what is missing
		d.command(who, room, "case draft "+draft+" submit")
	}
	after, _, err := d.engine.Cases(d.ctx, bot.AllCases, 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	if len(after) != len(before)+1 {
		d.t.Fatalf("no case was opened: %s\n%s", d.private(who), d.room(room))
	}
	for _, c := range after {
		if !slices.ContainsFunc(before, func(b bot.Case) bool { return b.Key() == c.Key() }) {
			return c
		}
	}
	return bot.Case{}
}

// fakePlatform is a chat in memory. It can be told to fail.
type fakePlatform struct {
	mu    sync.Mutex
	now   func() time.Time
	posts []*fakePost
	byKey map[string]*fakePost
	n     int
	fail  func(d bot.Delivery) error // asked before each delivery
	after func(d bot.Delivery) error // asked after each, when it was posted
}

type fakePost struct {
	ref, room, thread string
	at                time.Time
	message           bot.Message
	human             bool
	edits             int
}

func newFakePlatform(now func() time.Time) *fakePlatform {
	return &fakePlatform{now: now, byKey: map[string]*fakePost{}}
}

func (f *fakePlatform) Name() string { return "console" }

func (f *fakePlatform) Listen(ctx context.Context, _ bot.Handle) error { <-ctx.Done(); return ctx.Err() }

func (f *fakePlatform) Capabilities() bot.Capabilities {
	return bot.Capabilities{Forms: true, Private: true, CommandsInThreads: true, Edits: true}
}

func (f *fakePlatform) Deliver(_ context.Context, d bot.Delivery) (bot.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		if err := f.fail(d); err != nil {
			return bot.Receipt{}, err
		}
	}
	p := f.byKey[d.Key]
	switch {
	case p != nil:
	case d.Edit && d.Ref != "":
		for _, q := range f.posts {
			if q.ref == d.Ref {
				p = q
			}
		}
		if p == nil {
			return bot.Receipt{}, fmt.Errorf("%w: no message %s", bot.ErrUndeliverable, d.Ref)
		}
		p.message = d.Message
		p.edits++
	default:
		p = f.post(d.Room, d.Thread, d.Message)
	}
	f.byKey[d.Key] = p
	if f.after != nil {
		if err := f.after(d); err != nil {
			return bot.Receipt{}, err
		}
	}
	r := bot.Receipt{Ref: p.ref, At: p.at}
	if d.Opens {
		r.Thread = p.ref
	}
	return r, nil
}

func (f *fakePlatform) post(room, thread string, m bot.Message) *fakePost {
	f.n++
	p := &fakePost{ref: fmt.Sprintf("m%d", f.n), room: room, thread: thread, at: f.now(), message: m}
	f.posts = append(f.posts, p)
	return p
}

// human posts what a person wrote.
func (f *fakePlatform) human(name, room, thread, text string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.post(room, thread, bot.Message{Text: text, Author: &bot.Author{Name: name}})
	p.human = true
	return p.ref
}

func (f *fakePlatform) all(room string) []*fakePost {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []*fakePost
	for _, p := range f.posts {
		if p.room == room {
			out = append(out, p)
		}
	}
	return out
}

func (p *fakePost) plain() string {
	who := "bot"
	if p.message.Author != nil {
		who = p.message.Author.Name
	}
	where := ""
	if p.thread != "" {
		where = "  "
	}
	return fmt.Sprintf("%s%s %s> %s", where, p.at.UTC().Format("Mon 15:04"), who, strings.ReplaceAll(plain(p.message), "\n", "\n      "+where))
}

// plain is a message as text: title, sections, fields, buttons.
func plain(m bot.Message) string {
	var lines []string
	add := func(s string) {
		if s != "" && !slices.Contains(lines, s) {
			lines = append(lines, s)
		}
	}
	add(m.Title)
	if len(m.Sections) == 0 {
		add(m.Text)
	}
	for _, s := range m.Sections {
		add(s.Title)
		add(s.Text)
		var fields []string
		for _, f := range s.Fields {
			fields = append(fields, f.Label+": "+f.Value)
		}
		add(strings.Join(fields, " | "))
		for _, row := range s.Rows {
			add(strings.Join(row, " | "))
		}
	}
	add(m.Small)
	var buttons []string
	for _, c := range m.Controls {
		buttons = append(buttons, "["+c.Label+"]")
	}
	add(strings.Join(buttons, " "))
	return strings.Join(lines, "\n")
}
