// Package redistest runs real Redis servers for tests, as child processes that
// end with the test. Tests that use it are skipped where redis-server is not
// installed, but fail in CI.
package redistest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// patience is how long a server may take to answer.
const patience = 10 * time.Second

// Options say what kind of server to start.
type Options struct {
	AOF     bool     // every write is on disk before it is answered
	Cluster bool     // a cluster of this one node
	Args    []string // more of redis-server's own arguments
}

// Server is a running redis-server with a directory and a port of its own.
type Server struct {
	t      testing.TB
	args   []string
	addr   string
	output *buffer
	run    *exec.Cmd
}

// Start starts a server, which is gone when the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("find redis-server: %v", err)
		}
		t.Skip("redis-server is not installed")
	}
	port := freePort(t)
	s := &Server{t: t, addr: net.JoinHostPort("127.0.0.1", port), output: &buffer{}}
	s.args = []string{"--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", ""}
	if o.AOF {
		s.args = append(s.args, "--appendonly", "yes", "--appendfsync", "always")
	}
	if o.Cluster {
		s.args = append(s.args, "--cluster-enabled", "yes", "--cluster-port", freePort(t))
	}
	s.args = append(s.args, o.Args...)
	t.Cleanup(s.Stop)
	s.start()
	if o.Cluster {
		s.formCluster()
	}
	return s
}

// Addr returns the server's host and port.
func (s *Server) Addr() string { return s.addr }

// URL returns where clients find the server.
func (s *Server) URL() string { return "redis://" + s.addr }

// Client returns a client of the server, closed when the test ends.
func (s *Server) Client() *goredis.Client {
	client := goredis.NewClient(&goredis.Options{Addr: s.addr})
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// Kill ends the server as a power cut would.
func (s *Server) Kill() {
	if s.run == nil {
		return
	}
	_ = s.run.Process.Kill()
	_ = s.run.Wait()
	s.run = nil
}

// Stop ends the server in order.
func (s *Server) Stop() {
	if s.run == nil {
		return
	}
	_ = s.run.Process.Signal(os.Interrupt)
	_ = s.run.Wait()
	s.run = nil
}

// Restart starts a server that was killed or stopped, with what is in its
// directory and at its old address.
func (s *Server) Restart() {
	s.t.Helper()
	s.start()
}

// start runs the server and waits until it answers.
func (s *Server) start() {
	s.t.Helper()
	s.run = exec.Command("redis-server", s.args...) //nolint:noctx // it lives until Stop
	s.run.Stdout, s.run.Stderr = s.output, s.output
	if err := s.run.Start(); err != nil {
		s.run = nil
		s.t.Fatalf("start redis-server: %v", err)
	}
	s.await("an answer to PING", s.answers)
}

// answers tells whether the server is up and has loaded what it holds. It asks
// without a client, which would complain of every attempt.
func (s *Server) answers(ctx context.Context) bool {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && answer == "+PONG\r\n"
}

// formCluster gives all slots to the one node.
func (s *Server) formCluster() {
	s.t.Helper()
	client := s.Client()
	if err := client.ClusterAddSlotsRange(context.Background(), 0, 16383).Err(); err != nil {
		s.t.Fatalf("form cluster: %v", err)
	}
	s.await("a cluster", func(ctx context.Context) bool {
		return client.Set(ctx, "ready", "", time.Second).Err() == nil
	})
}

// await asks again and again until the server is as it should be.
func (s *Server) await(what string, ready func(context.Context) bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ready(ctx) {
		select {
		case <-ctx.Done():
			s.t.Fatalf("wait for %s: %v\n%s", what, ctx.Err(), s.output)
		case <-tick.C:
		}
	}
}

// freePort returns a port that nobody listens on.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		t.Fatalf("find a free port: %v", err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// buffer keeps what a server prints, for the test that fails because of it.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what was printed.
func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprintf("redis-server printed:\n%s", b.text.String())
}
