package slack

import (
	"context"
	"sync"
	"time"
)

// Memory is what replicas share and a restart must not lose: which deliveries
// were tried and what became of them, and which forms are open. It is lost
// without harm to the records, but a message may then be posted twice.
type Memory interface {
	// Get returns the values in the order of their names, "" where there is none.
	Get(ctx context.Context, names ...string) ([]string, error)
	// Set sets values by name, for a while; an empty one is forgotten.
	Set(ctx context.Context, keep time.Duration, values map[string]string) error
	// Claim sets a value where there is none, and returns what was there before: "" where it did.
	Claim(ctx context.Context, name, value string, keep time.Duration) (before string, err error)
}

// What is kept, and for how long.
const (
	keepPost = 48 * time.Hour      // as long as the core remembers an event's id
	keepForm = 7 * 24 * time.Hour  // an open form may wait for a weekend
	keepLong = 90 * 24 * time.Hour // an option's command; cards live as long as their case is worked on
)

// NewMemory returns a memory of this process, for tests and demonstrations.
func NewMemory() Memory { return &memory{values: map[string]string{}} }

type memory struct {
	mu     sync.Mutex
	values map[string]string
}

// Get implements Memory.
func (m *memory) Get(_ context.Context, names ...string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = m.values[name]
	}
	return values, nil
}

// Set implements Memory.
func (m *memory) Set(_ context.Context, _ time.Duration, values map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, value := range values {
		if value == "" {
			delete(m.values, name)
		} else {
			m.values[name] = value
		}
	}
	return nil
}

// Claim implements Memory.
func (m *memory) Claim(_ context.Context, name, value string, _ time.Duration) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.values[name]
	if before == "" {
		m.values[name] = value
	}
	return before, nil
}
