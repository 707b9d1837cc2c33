package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
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
		v.endLeases()
		p := start(v.t, "serve", "--config", v.path)
		v.mu.Lock()
		if !v.spare {
			// A start takes some 60 requests, a journey of a day hundreds.
			v.gate.after(int(150*v.rng.ExpFloat64()), v.rng.IntN(2) == 0, func() { _ = p.cmd.Process.Kill() })
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

// endLeases lets the leases of the dead end, which takes them up to 30 s: lanes
// and alarms by the real time at which somebody else may have them
// (adapters/redis/README.md).
func (v *victim) endLeases() {
	for shard := range 16 {
		for _, name := range []string{"lanes", "held"} {
			key := fmt.Sprintf("casebot:{%x}:%s", shard, name)
			for _, member := range v.admin.ZRange(context.Background(), key, 0, -1).Val() {
				v.admin.ZAddXX(context.Background(), key, goredis.Z{Score: float64(time.Now().UnixMilli()), Member: member})
			}
		}
	}
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
	server := redistest.Start(t, redistest.Options{AOF: true})
	store := openStore(t, server.URL())
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
	once := func(s spoken, in ...bot.Key) {
		t.Helper()
		v.insist(s)
		for _, key := range in {
			if n := logged(t, store, key)[s.event()]; n != 1 {
				t.Errorf("%s: %d times in the log of %s", s.Text+s.Command, n, key)
			}
			if key == acme1 {
				taken = append(taken, s)
			}
		}
	}
	furnished(t, store)
	opening := story("2")
	draft := bot.DraftKey("ACME", bot.DraftID(opening[0].event()))
	for i, s := range opening {
		in := []bot.Key{draft}
		if i == len(opening)-1 {
			in = append(in, acme1)
		}
		once(s, in...)
	}
	once(says("ada", "triage", "/case take ACME-1"), acme1)
	once(says("ada", "triage", "/case note ACME-1 Looks like the nightly load"), acme1)
	for range 4 { // over the weekend, past the due time on Monday, 13:30 in Denver
		v.insist(travels("1d"))
	}
	once(says("tess", "escalations", "/case ack ACME-1"), acme1)
	once(says("ada", "triage", "/case reply ACME-1 We are restoring the load of last night."), acme1)
	once(says("giulia", "acme", "/case reply ACME-1 Thank you. Please tell us when it is done."), acme1)
	var thread string
	eventually(t, "a thread in acme", func() bool {
		for _, m := range everything(t, store) {
			if m.Room == "acme" && m.Opens {
				thread = m.ID
			}
		}
		return thread != ""
	})
	inThread := says("giulia", "acme", "It concerns the sales dashboards most of all.")
	inThread.Thread = thread
	once(inThread, acme1)
	v.insist(travels("1h"))
	once(says("giulia", "acme", "/case escalate ACME-1 Our board meets tomorrow"), acme1)
	once(says("ada", "triage", "/case resolve ACME-1 The load is restored."), acme1)
	v.insist(travels("15m"))

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

// saidOnce: no two messages of casebot in one place say the same, and each
// side of the case has one thread.
func saidOnce(t testing.TB, store *redis.Store) {
	t.Helper()
	said, threads := map[string]string{}, map[string]int{}
	for _, m := range everything(t, store) {
		if m.Message == nil {
			continue
		}
		body, err := json.Marshal(m.Message)
		if err != nil {
			t.Fatal(err)
		}
		place := m.Room + " " + m.Thread + " " + string(body)
		if other, twice := said[place]; twice {
			t.Errorf("said twice, as %s and %s: %s", other, m.ID, place)
		}
		said[place] = m.ID
		if m.Opens {
			threads[m.Room]++
		}
	}
	if threads["acme"] != 1 || threads["triage"] != 1 {
		t.Errorf("threads: %v, want one in acme and one in triage", threads)
	}
}

// toldOnce: each level of each climb that the log has is told once.
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
		t.Logf("%s %s %s", e.Event, entry.Kind, what(entry))
		if level := entry.Facts["level"]; level != "" {
			decided["ACME-1 · escalation, level "+level]++
		}
	}
	for _, m := range everything(t, store) {
		if m.Message == nil {
			continue
		}
		titles := []string{m.Message.Title}
		for _, s := range m.Message.Sections {
			titles = append(titles, s.Title)
		}
		for _, title := range titles {
			if strings.Contains(title, "· escalation, level ") {
				told[title]++
			}
		}
	}
	if len(decided) < 2 || fmt.Sprint(decided) != fmt.Sprint(told) {
		t.Errorf("decided: %v, told: %v", decided, told)
	}
}
