package main

import (
	"io"
	"net"
	"sync"
	"testing"
)

// turnstile stands between casebot and its Redis and counts round trips, so
// that a test can end the process right before or right after any of them.
type turnstile struct {
	addr string

	mu   sync.Mutex
	left int    // requests until something happens; 0: nothing will
	then func() // what happens
	last bool   // the request still reaches Redis
}

func newTurnstile(t testing.TB, to string) *turnstile {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	g := &turnstile{addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go g.pass(client, to)
		}
	}()
	return g
}

// after lets that many requests through and does something at the next one,
// which still reaches Redis if last is set; its answer reaches nobody.
func (g *turnstile) after(requests int, last bool, then func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left, g.last, g.then = requests+1, last, then
}

// open lets everything through.
func (g *turnstile) open() { g.after(-1, false, nil) }

func (g *turnstile) pass(client net.Conn, to string) {
	defer client.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	}()
	request := make([]byte, 1<<20) // go-redis flushes a pipeline as one
	for {
		n, err := client.Read(request)
		if err != nil {
			return
		}
		happens, forward := g.count()
		if forward {
			if _, err := server.Write(request[:n]); err != nil {
				return
			}
		}
		if happens != nil {
			happens()
			return
		}
	}
}

// count tells what happens at this request, and whether it reaches Redis.
func (g *turnstile) count() (happens func(), forward bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left--; g.left == 0 {
		return g.then, g.last
	}
	return nil, true
}
