package redis

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

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
	begin := time.Now()
	if err := s.Commit(ctx, change("e", acme, 0)); err == nil {
		t.Fatal("commit: no error")
	}
	if took := time.Since(begin); took >= callTimeout {
		t.Fatalf("commit took %s, far longer than its deadline", took)
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
