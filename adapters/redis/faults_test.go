package redis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

var acme = bot.CaseKey("ACME", 1)

// change makes the transition of a plain event.
func change(event string, key bot.Key, version int64) bot.Transition {
	return bot.Transition{
		Event:   event,
		Changes: []bot.Change{{Key: key, Version: version, Body: []byte(event), Log: []byte(event), Join: []string{"open"}}},
		Outbox:  []bot.Delivery{{Key: event, Record: key, Room: "console:acme"}},
	}
}

func mustCommit(t testing.TB, s *Store, transition bot.Transition) {
	t.Helper()
	if err := s.Commit(context.Background(), transition); err != nil {
		t.Fatal(err)
	}
}

func version(t testing.TB, s *Store, key bot.Key) int64 {
	t.Helper()
	records, err := s.Load(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	return records[0].Version
}

// TestForgottenScripts proves that a server which lost its script cache, as
// after a failover, is taught again.
func TestForgottenScripts(t *testing.T) {
	server := redistest.Start(t, redistest.Options{})
	s, admin := open(t, Config{URL: server.URL()}), server.Client()
	forget := func() {
		t.Helper()
		if err := admin.ScriptFlush(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for v := range int64(3) {
		forget()
		mustCommit(t, s, change(fmt.Sprint("e", v), acme, v))
	}
	forget()
	leases, err := s.ClaimOutbox(t.Context(), time.Now(), 10)
	if err != nil || len(leases) != 1 {
		t.Fatalf("claim: %v, %v", leases, err)
	}
	forget()
	if err := s.Settle(t.Context(), leases[0], bot.Delivery{Key: "e0"}, bot.Receipt{}); err != nil {
		t.Fatal(err)
	}
	forget()
	if err := s.Postpone(t.Context(), leases[0], time.Now()); err != nil {
		t.Fatal(err)
	}
	forget()
	if _, _, err := s.Shelf().Put(t.Context(), "id", nil, false); err != nil {
		t.Fatal(err)
	}
}

// TestPowerCut kills the server in the middle of work: everything that was
// acknowledged is there when it comes back, leases end by themselves, and the
// event that nobody knows about can be told again.
func TestPowerCut(t *testing.T) {
	server := redistest.Start(t, redistest.Options{AOF: true})
	now := time.Now().Truncate(time.Millisecond)
	s := open(t, Config{URL: server.URL(), Now: func() time.Time { return now }})

	mustCommit(t, s, bot.Transition{Event: "alarmed", Changes: []bot.Change{{Key: bot.CaseKey("OTHER", 1), Body: []byte("x"), Alarm: now}}})
	alarms, err := s.ClaimAlarms(t.Context(), now, 10)
	if err != nil || len(alarms) != 1 {
		t.Fatalf("claim alarms: %v, %v", alarms, err)
	}

	var acknowledged atomic.Int64
	failed := make(chan bot.Transition)
	go func() {
		for v := int64(0); ; v++ {
			next := change(fmt.Sprint("e", v), acme, v)
			if err := s.Commit(context.Background(), next); err != nil {
				failed <- next
				return
			}
			acknowledged.Store(v + 1)
		}
	}()
	for acknowledged.Load() < 100 {
		if _, err := s.Log(t.Context(), acme, 0, 1); err != nil {
			t.Fatal(err)
		}
	}
	server.Kill()
	last := <-failed
	if _, err := s.Load(t.Context(), acme); err == nil {
		t.Fatal("load from a dead server: no error")
	}
	server.Restart()

	if err := s.Commit(t.Context(), last); err != nil && !errors.Is(err, bot.ErrDuplicate) {
		t.Fatalf("tell the last event again: %v", err)
	}
	want := acknowledged.Load() + 1
	if got := version(t, s, acme); got != want {
		t.Fatalf("version %d, want %d", got, want)
	}
	entries, err := s.Log(t.Context(), acme, 0, int(want)+1)
	if err != nil || int64(len(entries)) != want {
		t.Fatalf("log: %d entries, %v, want %d", len(entries), err, want)
	}

	if again, err := s.ClaimAlarms(t.Context(), now, 10); err != nil || len(again) != 0 {
		t.Fatalf("claim a held alarm: %v, %v", again, err)
	}
	now = alarms[0].Until
	if again, err := s.ClaimAlarms(t.Context(), now, 10); err != nil || len(again) != 1 {
		t.Fatalf("claim after the lease: %v, %v", again, err)
	}
	lanes, err := s.ClaimOutbox(t.Context(), now, 10)
	if err != nil || len(lanes) != 1 {
		t.Fatalf("claim outbox: %v, %v", lanes, err)
	}
	for i := range want {
		if err := s.Settle(t.Context(), lanes[0], bot.Delivery{Key: fmt.Sprint("e", i)}, bot.Receipt{}); err != nil {
			t.Fatalf("settle delivery %d: %v", i, err)
		}
	}
}

// TestLostAnswer cuts the connection after the server committed and before it
// could say so. That is an error, not a duplicate: whoever tells the event
// again learns that it counted.
func TestLostAnswer(t *testing.T) {
	wire := newWire(t)
	_, port, _ := net.SplitHostPort(wire.addr())
	for name, setup := range map[string]struct {
		options redistest.Options
		config  Config
	}{
		"server": {config: Config{URL: "redis://" + wire.addr()}},
		"cluster": {
			redistest.Options{Cluster: true, Args: []string{"--cluster-announce-ip", "127.0.0.1", "--cluster-announce-port", port}},
			Config{Addresses: []string{wire.addr()}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := redistest.Start(t, setup.options)
			wire.target.Store(server.Addr())
			s := open(t, setup.config)
			mustCommit(t, s, change("first", acme, 0))

			wire.dropAnswers.Store(true)
			second := change("second", acme, 1)
			err := s.Commit(t.Context(), second)
			wire.dropAnswers.Store(false)
			if err == nil || errors.Is(err, bot.ErrDuplicate) || errors.Is(err, bot.ErrConflict) {
				t.Fatalf("commit without an answer: %v", err)
			}
			if err := s.Commit(t.Context(), second); !errors.Is(err, bot.ErrDuplicate) {
				t.Fatalf("commit again: %v, want %v", err, bot.ErrDuplicate)
			}
			if got := version(t, s, acme); got != 2 {
				t.Fatalf("version %d, want 2", got)
			}
		})
	}
}

// TestDeadline proves that a server which says nothing holds nobody up.
func TestDeadline(t *testing.T) {
	server := redistest.Start(t, redistest.Options{})
	wire := newWire(t)
	wire.target.Store(server.Addr())
	s := open(t, Config{URL: "redis://" + wire.addr()})
	wire.silent.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Commit(ctx, change("e", acme, 0)); err == nil {
		t.Fatal("commit: no error")
	}
	if ctx.Err() == nil {
		t.Fatal("commit gave up before its deadline")
	}
}

// wire is a connection to a server that can be cut.
type wire struct {
	listener    net.Listener
	target      atomic.Value // string
	dropAnswers atomic.Bool  // cut when the server answers
	silent      atomic.Bool  // let nothing come back
}

func newWire(t *testing.T) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	w := &wire{listener: listener}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.join(client)
		}
	}()
	return w
}

func (w *wire) addr() string { return w.listener.Addr().String() }

// join connects a client with the server until one of them has enough.
func (w *wire) join(client net.Conn) {
	defer func() { _ = client.Close() }()
	target, _ := w.target.Load().(string)
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	answer := make([]byte, 64<<10)
	for {
		n, err := server.Read(answer)
		if err != nil || w.dropAnswers.Load() {
			return
		}
		if w.silent.Load() {
			continue
		}
		if _, err := client.Write(answer[:n]); err != nil {
			return
		}
	}
}

// TestOpen proves which addresses are understood, and that a password in one
// that is not is told to nobody.
func TestOpen(t *testing.T) {
	socket := t.TempDir() + "/redis.sock"
	server := redistest.Start(t, redistest.Options{Args: []string{"--unixsocket", socket}})
	for _, url := range []string{"embedded", "unix://" + socket, server.URL(), server.URL() + "/3"} {
		s := open(t, Config{URL: url, Prefix: url})
		mustCommit(t, s, change("e", acme, 0))
	}
	for _, c := range []Config{
		{URL: server.URL()},
		{Now: time.Now},
		{Now: time.Now, URL: "http://user:secret@127.0.0.1"},
		{Now: time.Now, URL: "redis://user:secret@127.0.0.1:port"},
		{Now: time.Now, URL: "redis://127.0.0.1:1"},
	} {
		s, err := Open(t.Context(), c)
		if err == nil {
			t.Errorf("open %q: no error, %v", c.URL, s.Close())
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("open %q: %v", c.URL, err)
		}
	}
}
