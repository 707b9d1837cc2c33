// Package storetest is the contract of a store: whatever passes Run keeps
// casebot's promises. Each file proves one capability, and each test says what
// would go wrong without it.
package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"casebot/bot"
)

// Store is everything that a store's adapter offers.
type Store interface {
	bot.Store
	bot.Names
	bot.Lot
	bot.Peeker
}

// Connect opens a replica's own handle on one shared state. The clock is that
// replica's real time, which leases run on.
type Connect func(t *testing.T, now func() time.Time) Store

// Run proves the contract. Each call of empty makes a state that nothing is in
// yet, and returns how replicas connect to it.
func Run(t *testing.T, empty func(t *testing.T) Connect) {
	groups := []struct {
		name  string
		tests []test
	}{
		{"Records", recordTests},
		{"Transitions", transitionTests},
		{"Indexes", indexTests},
		{"Alarms", alarmTests},
		{"Lanes", laneTests},
		{"Slots", slotTests},
		{"Lot", lotTests},
		{"Names", nameTests},
		{"Peeker", peekTests},
		{"Races", raceTests},
	}
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) {
					test.run(newWorld(t, empty(t)))
				})
			}
		})
	}
}

// test is one promise.
type test struct {
	name string
	run  func(*world)
}

// start is when every test begins, in real time and on the injected clock.
var start = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)

// world is an empty state with one replica, and a clock that only moves when
// told to. Its methods fail the test instead of returning errors.
type world struct {
	t       *testing.T
	store   Store
	clock   *clock
	connect Connect
	events  int
}

func newWorld(t *testing.T, connect Connect) *world {
	w := &world{t: t, clock: &clock{now: start}, connect: connect}
	w.store = w.replica()
	return w
}

// replica connects another one.
func (w *world) replica() Store { return w.connect(w.t, w.clock.Now) }

// event returns a new event's id.
func (w *world) event() string {
	w.events++
	return fmt.Sprintf("event-%d", w.events)
}

// commit commits changes under a new event.
func (w *world) commit(changes ...bot.Change) {
	w.t.Helper()
	w.transit(bot.Transition{Changes: changes})
}

// transit commits a transition, under a new event if it names none.
func (w *world) transit(t bot.Transition) {
	w.t.Helper()
	if t.Event == "" {
		t.Event = w.event()
	}
	if err := w.store.Commit(w.t.Context(), t); err != nil {
		w.t.Fatalf("commit: %v", err)
	}
}

// refuses proves that a transition is refused with want and changes nothing.
func (w *world) refuses(t bot.Transition, want error) {
	w.t.Helper()
	before := w.snapshot(t)
	if err := w.store.Commit(w.t.Context(), t); !errors.Is(err, want) {
		w.t.Fatalf("commit: %v, want %v", err, want)
	}
	same(w, "state after a refused commit", w.snapshot(t), before)
}

// seen is all that can be seen of what a transition touches.
type seen struct {
	Records []bot.Versioned
	Logs    [][]bot.Entry
	Indexes map[string][]bot.Key
	Hints   bot.Hints
	Depth   int64
}

// snapshot looks at everything that a transition would touch.
func (w *world) snapshot(t bot.Transition) seen {
	w.t.Helper()
	s := seen{Indexes: map[string][]bot.Key{}, Depth: w.depth()}
	s.Hints = w.peek()
	for _, change := range t.Changes {
		s.Records = append(s.Records, w.load(change.Key))
		s.Logs = append(s.Logs, w.log(change.Key))
		for _, index := range append(append([]string{}, change.Join...), change.Leave...) {
			s.Indexes[index] = w.list(index, 100)
		}
	}
	return s
}

func (w *world) load(key bot.Key) bot.Versioned {
	w.t.Helper()
	records, err := w.store.Load(w.t.Context(), key)
	if err != nil || len(records) != 1 {
		w.t.Fatalf("load %s: %d records, %v", key, len(records), err)
	}
	return records[0]
}

func (w *world) log(key bot.Key) []bot.Entry {
	w.t.Helper()
	entries, err := w.store.Log(w.t.Context(), key, 0, 1000)
	if err != nil {
		w.t.Fatalf("log of %s: %v", key, err)
	}
	return entries
}

// list pages through an index.
func (w *world) list(index string, page int) []bot.Key {
	w.t.Helper()
	var all []bot.Key
	for cursor, pages := "", 0; ; pages++ {
		keys, next, err := w.store.List(w.t.Context(), index, cursor, page)
		if err != nil {
			w.t.Fatalf("list %s after %q: %v", index, cursor, err)
		}
		if len(keys) > page || pages > 1000 {
			w.t.Fatalf("list %s after %q: page %d has %d records", index, cursor, pages, len(keys))
		}
		all = append(all, keys...)
		if next == "" {
			return all
		}
		cursor = next
	}
}

func (w *world) peek() bot.Hints {
	w.t.Helper()
	hints, err := w.store.Peek(w.t.Context())
	if err != nil {
		w.t.Fatalf("peek: %v", err)
	}
	return hints
}

func (w *world) depth() int64 {
	w.t.Helper()
	depth, err := w.store.Depth(w.t.Context())
	if err != nil {
		w.t.Fatalf("depth: %v", err)
	}
	return depth
}

// same compares values.
func same[T any](w *world, what string, got, want T) {
	w.t.Helper()
	if !reflect.DeepEqual(got, want) {
		w.t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// sameTime compares times by their moment.
func sameTime(w *world, what string, got, want time.Time) {
	w.t.Helper()
	if !got.Equal(want) {
		w.t.Fatalf("%s: got %s, want %s", what, got.Format(time.RFC3339Nano), want.Format(time.RFC3339Nano))
	}
}

// clock is real time, as far as the store can tell.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// set moves the clock.
func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// advance moves the clock on.
func (c *clock) advance(d time.Duration) { c.set(c.Now().Add(d)) }
