package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"casebot/adapters/redis"
	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

var seed = flag.Uint64("seed", 0, "of TestKillAnywhere; 0 takes another each time")

// mostKills bounds the test: each start leaves deliveries behind, and a process
// that never lives long enough to make them gets nowhere.
const mostKills = 40

// victim is a desk whose only process is killed again and again, and comes
// back each time.
type victim struct {
	t     testing.TB
	path  string
	admin *goredis.Client
	gate  *turnstile
	rng   *rand.Rand

	mu    sync.Mutex
	url   string // of the process that runs now
	kills int
	spare bool // no more killing
}

// run keeps a process running until ctx ends.
func (v *victim) run(ctx context.Context) {
	for ctx.Err() == nil {
		endLeases(ctx, v.admin)
		p := start(v.t, "serve", "--config", v.path)
		v.mu.Lock()
		if v.kills < mostKills && !v.spare {
			// A start takes some 60 requests, a journey of a day hundreds.
			v.gate.after(int(120*v.rng.ExpFloat64()), v.rng.IntN(2) == 0, func() { _ = p.cmd.Process.Kill() })
		}
		v.mu.Unlock()
		select {
		case <-p.served:
			v.set(p.url)
			select {
			case <-p.ended:
			case <-ctx.Done():
			}
		case <-p.ended:
		case <-ctx.Done():
		}
		v.set("")
		p.kill()
		v.mu.Lock()
		v.kills++
		v.gate.open()
		v.mu.Unlock()
	}
}

func (v *victim) set(url string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.url = url
}

func (v *victim) at() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.url
}

// travel moves the clock. A journey that was cut short goes on from where it
// came to, not from its beginning.
func (v *victim) travel(store *redis.Store, step string, by time.Duration) {
	v.t.Helper()
	clock := clockOffset{store.Shelf()}
	begin, err := clock.Load(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	eventually(v.t, "the clock "+step+" later", func() bool {
		if url := v.at(); url != "" {
			_, _ = send(v.t.Context(), url, travels(step))
		}
		now, err := clock.Load(v.t.Context())
		return err == nil && now-begin > by-time.Second
	})
}

// insist sends something, under the same id, until it is acknowledged.
func (v *victim) insist(s spoken) {
	v.t.Helper()
	var h heard
	var err error
	tries := 0
	eventually(v.t, fmt.Sprintf("%s %s%s%s", s.As, s.Text, s.Command, s.Step), func() bool {
		url := v.at()
		if url == "" {
			return false
		}
		tries++
		h, err = send(v.t.Context(), url, s)
		return err == nil && h.acknowledged()
	})
	if tries > 1 {
		v.t.Logf("%d tries: %s %s%s%s", tries, s.As, s.Text, s.Command, s.Step)
	}
}

// TestKillAnywhere lives a story while the process is killed at round trips
// that a seed chooses: right before Redis hears of it, or right after.
func TestKillAnywhere(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.Options{AOF: true})
	store := lookInto(t, server.URL())
	openOn(t, store, friday)
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("go test -run TestKillAnywhere -seed %d", *seed)
	gate := newTurnstile(t, server.Addr())
	v := &victim{t: t, path: writeConfig(t, "redis://"+gate.addr), admin: server.Client(), gate: gate, rng: rand.New(rand.NewPCG(*seed, 0))}
	ctx, end := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); v.run(ctx) }()
	defer func() { end(); <-done }()

	acme1 := bot.CaseKey("ACME", 1)
	var taken []spoken // acknowledged events of the case
	once := func(s spoken) {
		t.Helper()
		v.insist(s)
		if n := logged(t, store, acme1)[s.event()]; n != 1 {
			t.Errorf("%s: %d times in the log", s.Text+s.Command, n)
		}
		taken = append(taken, s)
	}
	opening := openCase(t, store, func(s spoken) { v.insist(s) })
	draft := logged(t, store, bot.DraftKey("ACME", bot.DraftID(opening[0].event())))
	for _, s := range opening {
		if draft[s.event()] != 1 {
			t.Errorf("%s: %d times in the draft's log", s.Text+s.Command, draft[s.event()])
		}
	}
	thread := threadInAcme(t, store)
	taken = opening[len(opening)-1:]
	once(says("ada", "triage", "/case take ACME-1"))
	once(says("ada", "triage", "/case note ACME-1 Looks like the nightly load"))
	for range 4 { // over the weekend, past the due time on Monday, 13:30 in Denver
		v.travel(store, "1d", day)
	}
	once(says("tess", "escalations", "/case ack ACME-1"))
	once(says("ada", "triage", "/case reply ACME-1 We are restoring the load of last night."))
	once(says("giulia", "acme", "/case reply ACME-1 Thank you. Please tell us when it is done."))
	inThread := says("giulia", "acme", "It concerns the sales dashboards most of all.")
	inThread.Thread = thread
	once(inThread)
	v.travel(store, "1h", time.Hour)
	once(says("giulia", "acme", "/case escalate ACME-1 Our board meets tomorrow"))
	once(says("ada", "triage", "/case resolve ACME-1 The load is restored."))
	v.travel(store, "15m", 15*time.Minute)

	v.mu.Lock()
	v.spare = true
	gate.open()
	t.Logf("killed %d times", v.kills)
	v.mu.Unlock()
	v.insist(says("ada", "triage", "/case list"))
	settled(t, store)

	events := logged(t, store, acme1)
	for _, s := range taken {
		if events[s.event()] != 1 {
			t.Errorf("%s: %d times in the log in the end", s.Text+s.Command, events[s.event()])
		}
	}
	c := loadCase(t, store, acme1)
	if c.State != bot.StateResolved || c.Assignee != "ada" || c.Highest < 2 || c.Ladder != nil {
		t.Errorf("the case ended as %s of %q, level %d, ladder %v", c.State, c.Assignee, c.Highest, c.Ladder)
	}
	if n, err := store.Count(t.Context(), bot.AllCases); err != nil || n != 1 {
		t.Errorf("%d cases, %v", n, err)
	}
	saidOnce(t, store)
	toldOnce(t, store, acme1)
}

func loadCase(t testing.TB, store *redis.Store, key bot.Key) bot.Case {
	t.Helper()
	var c bot.Case
	records, err := store.Load(t.Context(), key)
	if err == nil {
		err = json.Unmarshal(records[0].Body, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// saidOnce: no two messages of casebot in one place say the same, but for
// notices, and each side of the case has one thread.
func saidOnce(t testing.TB, store *redis.Store) {
	t.Helper()
	said, threads := map[string]string{}, map[string][]string{}
	for _, m := range everything(t, store) {
		if m.Message == nil {
			continue
		}
		body, err := json.Marshal(m.Message)
		if err != nil {
			t.Fatal(err)
		}
		place := m.Room + " " + m.Thread + " " + string(body)
		if other, twice := said[place]; twice && len(levels(*m.Message)) == 0 {
			t.Errorf("said twice, as %s and %s: %s", other, m.ID, place)
		}
		said[place] = m.ID
		if m.Opens {
			threads[m.Room] = append(threads[m.Room], string(body))
		}
	}
	for _, room := range []string{"acme", "triage"} {
		if len(threads[room]) != 1 {
			t.Errorf("%d threads in %s, want one: %s", len(threads[room]), room, threads[room])
		}
	}
}

var (
	noticeTitle = regexp.MustCompile(`^ACME-1 · escalation, level (\d)$`) // to the level itself
	noticeText  = regexp.MustCompile(`^ACME-1 · level (\d) told`)         // to triage
)

// levels lists the levels of the ladder that a message tells, or tells of.
func levels(m bot.Message) (list []string) {
	titles := []string{m.Title}
	for _, s := range m.Sections { // of notices that were posted as one
		titles = append(titles, s.Title)
	}
	for _, title := range titles {
		if found := noticeTitle.FindStringSubmatch(title); found != nil {
			list = append(list, "to level "+found[1])
		}
	}
	if found := noticeText.FindStringSubmatch(m.Text); found != nil {
		list = append(list, "of level "+found[1])
	}
	return list
}

// toldOnce: each level, and each of its repeats, that the log decided to tell
// was told once, and the queue was told of it once.
func toldOnce(t testing.TB, store *redis.Store, key bot.Key) {
	t.Helper()
	decided, told := map[string]int{}, map[string]int{}
	page, err := store.Log(t.Context(), key, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page {
		var entry bot.LogEntry
		if err := json.Unmarshal(e.Body, &entry); err != nil {
			t.Fatal(err)
		}
		level := entry.Facts["level"]
		if strings.Contains(entry.Reason, "escalation asked") {
			level = "1"
		}
		if level != "" {
			decided["to level "+level]++
			decided["of level "+level]++
		}
	}
	for _, m := range everything(t, store) {
		if m.Message != nil {
			for _, level := range levels(*m.Message) {
				told[level]++
			}
		}
	}
	if len(decided) < 4 || !maps.Equal(decided, told) {
		t.Errorf("decided: %v, told: %v", decided, told)
	}
}
