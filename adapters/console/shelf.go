package console

import (
	"context"
	"slices"
	"sync"
)

// Shelf keeps the playground's messages and files. Everything put on it gets
// the next number, so that a reader can ask for what changed since.
type Shelf interface {
	// Put keeps body under id and numbers it. With onlyNew an id that is there
	// already stays as it is: its number and body are returned.
	Put(ctx context.Context, id string, body []byte, onlyNew bool) (seq int64, existing []byte, err error)
	// Get returns the bodies in the order of the ids; nil where there is none.
	Get(ctx context.Context, ids ...string) ([][]byte, error)
	// Since calls each for up to limit items numbered above seq, lowest first.
	// An item that was put several times comes once, under its last number.
	Since(ctx context.Context, seq int64, limit int, each func(id string, seq int64, body []byte) error) error
	// PutFile keeps a file with its description.
	PutFile(ctx context.Context, id string, meta, bytes []byte) error
	// File returns a file; nil where there is none.
	File(ctx context.Context, id string) (meta, bytes []byte, err error)
}

// Memory is a Shelf for tests: nothing survives the program.
type Memory struct {
	mu    sync.Mutex
	seq   int64
	items map[string]memoryItem
	files map[string][2][]byte
}

type memoryItem struct {
	seq  int64
	body []byte
}

// NewMemory returns an empty shelf.
func NewMemory() *Memory {
	return &Memory{items: map[string]memoryItem{}, files: map[string][2][]byte{}}
}

// Put implements Shelf.
func (m *Memory) Put(_ context.Context, id string, body []byte, onlyNew bool) (int64, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if was, ok := m.items[id]; ok && onlyNew {
		return was.seq, was.body, nil
	}
	m.seq++
	m.items[id] = memoryItem{m.seq, slices.Clone(body)}
	return m.seq, nil, nil
}

// Get implements Shelf.
func (m *Memory) Get(_ context.Context, ids ...string) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	bodies := make([][]byte, len(ids))
	for i, id := range ids {
		bodies[i] = m.items[id].body
	}
	return bodies, nil
}

// Since implements Shelf.
func (m *Memory) Since(_ context.Context, seq int64, limit int, each func(string, int64, []byte) error) error {
	m.mu.Lock()
	var ids []string
	for id, item := range m.items {
		if item.seq > seq {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return int(m.items[a].seq - m.items[b].seq) })
	ids = ids[:min(limit, len(ids))]
	items := make([]memoryItem, len(ids))
	for i, id := range ids {
		items[i] = m.items[id]
	}
	m.mu.Unlock()
	for i, id := range ids {
		if err := each(id, items[i].seq, items[i].body); err != nil {
			return err
		}
	}
	return nil
}

// PutFile implements Shelf.
func (m *Memory) PutFile(_ context.Context, id string, meta, bytes []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[id] = [2][]byte{meta, bytes}
	return nil
}

// File implements Shelf.
func (m *Memory) File(_ context.Context, id string) (meta, bytes []byte, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[id]
	return f[0], f[1], nil
}
