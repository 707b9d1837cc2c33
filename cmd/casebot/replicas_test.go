package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

// TestTwoReplicas sends everything to two processes at once, as Discord does
// with its gateway sessions.
func TestTwoReplicas(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.Options{AOF: true})
	store := lookInto(t, server.URL())
	openOn(t, store, friday)
	path := writeConfig(t, server.URL())
	replicas := []*process{serve(t, path), serve(t, path)}
	both := func(s spoken) (answers []heard) {
		t.Helper()
		answers = make([]heard, len(replicas))
		var sent sync.WaitGroup
		for i, p := range replicas {
			sent.Go(func() {
				h, err := send(t.Context(), p.url, s)
				if err != nil || h.Status != http.StatusOK || h.Failed {
					t.Errorf("%+v: %+v, %v", s, h, err)
				}
				answers[i] = h
			})
		}
		sent.Wait()
		return answers
	}
	for _, p := range replicas {
		if body := get(t, p.url+"/console/"); !strings.Contains(body, "<html") {
			t.Errorf("no page at %s: %s", p.url, body)
		}
	}
	opening := openCase(t, store, func(s spoken) { both(s) })
	sent := opening[len(opening)-1:] // the submission, and what comes after it
	for range 10 {
		note := says("ada", "triage", "/case note ACME-1 "+newID())
		sent = append(sent, note)
		oneAnswers(t, note, both(note))
		list := says("ada", "triage", "/case list")
		oneAnswers(t, list, both(list))
		both(says("giulia", "acme", "Good morning! "+newID()))
	}
	settled(t, store)
	events := logged(t, store, bot.CaseKey("ACME", 1))
	for _, s := range sent {
		if events[s.event()] != 1 {
			t.Errorf("%d times in the log: %s%s", events[s.event()], s.Text, s.Command)
		}
	}
	saidOnce(t, store)
	seen := map[string]int{}
	for _, m := range everything(t, store) {
		if m.Author != "" {
			seen[m.Text]++
		}
	}
	if len(seen) != 10 {
		t.Errorf("people said %d things, want 10: %v", len(seen), seen)
	}
	to(t, replicas[0])(travels("1d"))
	eventually(t, "one clock for both", func() bool { return offset(t, replicas[0]) == offset(t, replicas[1]) })
	settled(t, store)
	one, two := get(t, replicas[0].url+"/console/api/state?as=ada"), get(t, replicas[1].url+"/console/api/state?as=ada")
	if a, b := posts(t, one), posts(t, two); len(a) == 0 || strings.Join(a, " ") != strings.Join(b, " ") {
		t.Errorf("the pages differ:\n%s\n%s", a, b)
	}
}

// oneAnswers: of two replicas that see the same event one answers.
func oneAnswers(t testing.TB, s spoken, answers []heard) {
	t.Helper()
	n := 0
	for _, h := range answers {
		if h.private() != "" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d answers to %s: %+v", n, s.Text, answers)
	}
}

func get(t testing.TB, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
	return string(body)
}

// offset is how far the page's clock is from real time.
func offset(t testing.TB, p *process) time.Duration {
	t.Helper()
	var s struct {
		Clock struct{ Offset time.Duration }
	}
	if err := json.Unmarshal([]byte(get(t, p.url+"/console/api/state?as=ada")), &s); err != nil {
		t.Fatal(err)
	}
	return s.Clock.Offset
}

// posts lists the ids of what a page begins with.
func posts(t testing.TB, state string) (ids []string) {
	t.Helper()
	var s struct{ Posts []shown }
	if err := json.Unmarshal([]byte(state), &s); err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Posts {
		ids = append(ids, p.ID)
	}
	return ids
}

// TestGracefulStop asks a busy process to end, while somebody looks at its
// page; another goes on at once, because nothing is left leased.
func TestGracefulStop(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.Options{AOF: true})
	store := lookInto(t, server.URL())
	openOn(t, store, friday)
	path := writeConfig(t, server.URL())
	p := serve(t, path)
	openCase(t, store, to(t, p))
	watch(t, p.url+"/console/api/stream?as=ada")
	busy := gather(t, p.url)
	eventually(t, "notes acknowledged", func() bool { return busy.acknowledged() > 50 })

	code, took := p.stop(t)
	if code != 0 || took > stopLimit {
		t.Errorf("exit code %d after %s", code, took)
	}
	t.Logf("stopped within %s", took)
	busy.leave()
	hints, err := store.Peek(t.Context())
	if err != nil || !hints.AlarmHeld.IsZero() || hints.Outbox.After(time.Now()) {
		t.Errorf("something is leased still: %+v, %v", hints, err)
	}

	asked := time.Now()
	serve(t, path)
	settled(t, store)
	if took := time.Since(asked); took > 10*time.Second { // a lease takes 30 s to end
		t.Errorf("the next replica took %s", took)
	}
	busy.check(logged(t, store, bot.CaseKey("ACME", 1)))
	saidOnce(t, store)
}

// watch keeps a page's live connection open.
func watch(t testing.TB, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil {
		t.Fatalf("the stream begins with %q, %v", line, err)
	}
}

// TestHangup: SIGHUP applies the configuration again, but never one that
// changes the past (DESIGN §6).
func TestHangup(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.Options{})
	store := lookInto(t, server.URL())
	openOn(t, store, friday)
	const name, renamed, packages = "name: Example", "name: Example & Sons", "\npackages:\n"
	path := writeConfig(t, server.URL())
	p := serve(t, path)
	furnished(t, store)
	hangUp := func(changes ...string) {
		t.Helper()
		raw, err := os.ReadFile(writeConfig(t, server.URL(), changes...))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		p.signal(t, syscall.SIGHUP)
	}
	hangUp(name, renamed, packages, packages+"  gold: {services_days: 5}\n")
	eventually(t, "a changed package is refused", func() bool {
		return p.log.has(`"level":"ERROR"`, "not reloaded", "package gold: its first version was changed", "from: 2026-03-07")
	})
	hangUp(name, renamed, "triage: {channel", "triage: {chanel")
	eventually(t, "a mistake is refused", func() bool {
		return p.log.has(`"level":"ERROR"`, "not reloaded", "demo.yaml:", "chanel")
	})
	if p.log.has("configuration reloaded") {
		t.Error("a refused configuration is in force")
	}
	hangUp(name, renamed, packages, packages+"  gold: [{}, {from: 2026-03-07, services_days: 5}]\n")
	eventually(t, "a new version is taken", func() bool { return p.log.has("configuration reloaded") })
	hangUp()
	eventually(t, "a version to come is withdrawn", func() bool { return p.log.count("configuration reloaded") == 2 })

	if code, _ := p.stop(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	p = start(t, "serve", "--config", writeConfig(t, server.URL(), packages, packages+"  gold: {services_days: 5}\n"))
	if code := p.exit(t); code != 1 || !p.log.has("casebot: package gold: its first version was changed") {
		t.Errorf("exit code %d with a changed past:\n%s", code, p.log)
	}
}
