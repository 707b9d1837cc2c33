package scheduler

import "sync"

// gate lets the loops work side by side, and a journey through time alone. Who
// is inside may bring others in, also while somebody waits to shut it.
type gate struct {
	mu     sync.Mutex
	moved  *sync.Cond
	inside int
	shut   bool
}

// wait sleeps until ok holds; the caller has the lock.
func (g *gate) wait(ok func() bool) {
	if g.moved == nil {
		g.moved = sync.NewCond(&g.mu)
	}
	for !ok() {
		g.moved.Wait()
	}
}

// enter goes in, once the gate is open.
func (g *gate) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wait(func() bool { return !g.shut })
	g.inside++
}

// add brings another in; the caller is inside.
func (g *gate) add() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside++
}

// leave goes out.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.moved != nil {
		g.moved.Broadcast()
	}
}

// close lets nobody in and waits until everybody left.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wait(func() bool { return !g.shut })
	g.shut = true
	g.wait(func() bool { return g.inside == 0 })
}

// open ends what close began.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
	if g.moved != nil {
		g.moved.Broadcast()
	}
}
