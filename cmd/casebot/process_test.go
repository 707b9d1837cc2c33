package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"casebot/adapters/redis"
	"casebot/config/examples"
)

// patience is how long a test waits for what has to come.
const patience = 30 * time.Second

// raceEnds is GORACE for children: the race detector else waits for a second
// when a process ends.
const raceEnds = "atexit_sleep_ms=0"

// friday is when the tests' desks open: half past four in Denver (SLA X1).
var friday = time.Date(2026, 3, 6, 23, 30, 0, 0, time.UTC)

// eventually asks again and again until it is so.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-limit.C:
			t.Fatalf("%s: not within %s", what, patience)
		case <-tick.C:
		}
	}
}

// writeConfig writes the demo's configuration for a real Redis, changed as old
// and new say, and returns its path.
func writeConfig(t testing.TB, redisURL string, changes ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"demo.yaml", "demo-directory.yaml"} {
		raw, err := examples.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(append([]string{
			"redis: embedded", "redis: {url: " + redisURL + "}", "127.0.0.1:8080", "127.0.0.1:0", "format: text", "format: json",
		}, changes...)...).Replace(string(raw))
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "demo.yaml")
}

// lookInto opens the Redis of the processes under test.
func lookInto(t testing.TB, url string) *redis.Store {
	t.Helper()
	store, err := redis.Open(t.Context(), redis.Config{URL: url, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// openOn sets the playground's clock before anybody reads it.
func openOn(t testing.TB, store *redis.Store, at time.Time) {
	t.Helper()
	if err := (clockOffset{store.Shelf()}).Store(t.Context(), time.Until(at)); err != nil {
		t.Fatal(err)
	}
}

// process is casebot as a child of the test, which can be killed.
type process struct {
	cmd    *exec.Cmd
	log    *journal
	url    string        // where it serves, once it does
	served chan struct{} // closed when it serves
	ended  chan struct{} // closed when it is gone
}

// start runs the test's own binary as casebot.
func start(t testing.TB, args ...string) *process {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{
		cmd: &exec.Cmd{Path: binary, Args: append([]string{"casebot"}, args...), Env: append(os.Environ(), "GORACE="+raceEnds), Stdout: in, Stderr: in},
		log: &journal{}, served: make(chan struct{}), ended: make(chan struct{}),
	}
	err = p.cmd.Start()
	_ = in.Close()
	if err != nil {
		t.Fatal(err)
	}
	go p.read(out)
	t.Cleanup(func() {
		p.kill()
		if problems := p.log.String(); problems != "" && t.Failed() || strings.Contains(problems, "DATA RACE") {
			t.Errorf("casebot %s printed:\n%s", strings.Join(args, " "), problems)
		}
	})
	return p
}

// serve starts a replica and waits until it takes events.
func serve(t testing.TB, path string) *process {
	t.Helper()
	p := start(t, "serve", "--config", path)
	select {
	case <-p.served:
	case <-p.ended:
		t.Fatalf("serve ended: %v", p.cmd.ProcessState)
	case <-time.After(patience):
		t.Fatal("serve does not serve")
	}
	eventually(t, "somebody listens", func() bool {
		h, err := send(t.Context(), p.url, says("giulia", "acme", "")) // refused as empty by whoever listens
		return err == nil && h.Status != http.StatusServiceUnavailable
	})
	return p
}

// read keeps what the process prints until its end, and finds its address.
func (p *process) read(out io.ReadCloser) {
	defer close(p.ended)
	defer out.Close()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		p.log.add(lines.Text())
		var line struct{ Msg, URL string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			p.url = line.URL
			close(p.served)
		}
	}
	_ = p.cmd.Wait()
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// exit waits until the process is gone and returns its exit code.
func (p *process) exit(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("it does not end:\n%s", p.log)
	}
	return p.cmd.ProcessState.ExitCode()
}

// stop asks the process to end and returns its exit code, and how long it took.
func (p *process) stop(t testing.TB) (code int, took time.Duration) {
	t.Helper()
	asked := time.Now()
	p.signal(t, syscall.SIGTERM)
	code = p.exit(t)
	return code, time.Since(asked)
}

func (p *process) signal(t testing.TB, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// readiness is what /readyz answers.
func (p *process) readiness() int {
	resp, err := http.Get(p.url + "/readyz")
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// journal is what a process prints.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

// all returns what was printed so far.
func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}

// count tells how many lines hold all the texts.
func (j *journal) count(texts ...string) (n int) {
	for _, line := range j.all() {
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(line, text) }) {
			n++
		}
	}
	return n
}

// has tells whether a line holds all the texts.
func (j *journal) has(texts ...string) bool { return j.count(texts...) > 0 }

// String returns all lines but those that say that all is well.
func (j *journal) String() string {
	return strings.Join(slices.DeleteFunc(j.all(), func(line string) bool {
		return strings.Contains(line, `"level":"INFO"`)
	}), "\n")
}
