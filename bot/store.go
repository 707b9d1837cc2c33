package bot

import (
	"context"
	"errors"
	"time"
)

// What a store may answer beside success. Callers branch on these.
var (
	// ErrConflict: a record changed since it was loaded; load and decide again.
	ErrConflict = errors.New("record changed meanwhile")
	// ErrDuplicate: the event was committed before; there is nothing to do and nothing to say.
	ErrDuplicate = errors.New("event committed before")
	// ErrLeaseLost: the lease ended and somebody else may hold it now.
	ErrLeaseLost = errors.New("lease lost")
)

// Versioned is a record as the store holds it. Version 0 means that there is none.
type Versioned struct {
	Key     Key
	Version int64
	Body    []byte
}

// Change is what a transition does to one record.
type Change struct {
	Key     Key
	Version int64     // the version that was decided on; the store refuses any other with ErrConflict
	Body    []byte    // the new body; nil deletes the record, its log and its place in every index named in Leave
	Alarm   time.Time // when to ask again, on the injected clock; zero: never
	Log     []byte    // one compact entry, appended under the event's id; nil for none
	Join    []string  // indexes that the record is in from now on
	Leave   []string  // indexes that it is in no more
}

// Guard is a record that the decision read and that must not have changed.
type Guard struct {
	Key     Key
	Version int64
}

// Transition is everything that one event does to one shard, committed whole or not at all.
type Transition struct {
	Event   string // the event's id, remembered for 48 h; the same again is ErrDuplicate
	Changes []Change
	Guards  []Guard
	Outbox  []Delivery // appended to their lanes in order
}

// Lease is the right to work on an alarm or a lane until it ends.
type Lease struct {
	Key   Key       // whose alarm or lane it is
	Lane  string    // the lane within the record; empty for an alarm
	Due   time.Time // when it fell due: the injected clock's time for an alarm, real time for a lane
	Until time.Time // when the lease ends, real time; also its fence
}

// Entry is one line of a record's log.
type Entry struct {
	Seq   int64
	Event string
	Body  []byte
}

// Store keeps records, their alarms, logs, indexes and outbox. Every method is
// atomic and safe from many replicas at once.
type Store interface {
	// Load returns the records in the order of their keys, in one round trip.
	Load(ctx context.Context, keys ...Key) ([]Versioned, error)
	// Commit applies a transition whole or not at all. ErrConflict, ErrDuplicate
	// (which wins where both would hold).
	Commit(ctx context.Context, t Transition) error
	// ClaimAlarms leases alarms due at now (injected clock), earliest first. A claimed
	// alarm rings again when its lease ends, unless a commit set its record's alarm anew.
	ClaimAlarms(ctx context.Context, now time.Time, limit int) ([]Lease, error)
	// ClaimOutbox leases lanes with something to deliver at now (real time), earliest first.
	ClaimOutbox(ctx context.Context, now time.Time, limit int) ([]Lease, error)
	// Pending returns a leased lane's deliveries, oldest first; empty when the lane is drained.
	// Where a delivery names a slot and no Ref, or Under and no Thread, they are filled in
	// from what was settled under that slot of the same record, if anything was.
	Pending(ctx context.Context, l Lease) ([]Delivery, error)
	// Settle removes the lane's first delivery, which must be d, and remembers the receipt's
	// message and thread under d's slot. The last one gives the lane back. ErrLeaseLost.
	Settle(ctx context.Context, l Lease, d Delivery, r Receipt) error
	// Postpone gives the lane back, due again at until (real time). ErrLeaseLost.
	Postpone(ctx context.Context, l Lease, until time.Time) error
	// List returns a page of an index after the cursor, and the next cursor ("" at the end).
	List(ctx context.Context, index, after string, limit int) ([]Key, string, error)
	// Log returns up to limit entries of a record's log after a sequence number.
	Log(ctx context.Context, key Key, after int64, limit int) ([]Entry, error)
}

// Names resolves what platforms call things: threads, rooms and people.
type Names interface {
	// Bind points names at a record, for good; the zero key unbinds.
	Bind(ctx context.Context, key Key, names ...string) error
	// Lookup returns what each name points at, the zero key where nothing is known.
	Lookup(ctx context.Context, names ...string) ([]Key, error)
	// Once tells whether this is the first time that the id is claimed within a minute;
	// it keeps two replicas from answering the same read.
	Once(ctx context.Context, id string) (bool, error)
}

// Parked is a record that could not be decoded or decided upon, or a lane of
// it; it waits for a person.
type Parked struct {
	Key    Key       `json:"key"`
	Lane   string    `json:"lane,omitempty"` // empty: the record's alarm
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Lot is where poisoned records wait, so that they never block a queue.
type Lot interface {
	// Park takes the record's alarm (or the one lane) out of its queue and lists it.
	Park(ctx context.Context, p Parked) error
	// Parked lists what waits.
	Parked(ctx context.Context) ([]Parked, error)
	// Unpark puts the record's alarm and lanes back, due at once.
	Unpark(ctx context.Context, key Key) error
}

// Hints tell a scheduler when to look next; they are worthless to correctness.
type Hints struct {
	Alarm     time.Time // the earliest alarm on the injected clock; zero: none
	AlarmHeld time.Time // the earliest end of an alarm's lease, real time; zero: none
	Outbox    time.Time // the earliest lane, real time; zero: none
}

// Peeker looks at the queues without claiming.
type Peeker interface {
	// Peek returns the next due times of all shards in one round trip.
	Peek(ctx context.Context) (Hints, error)
	// Count returns how many records an index holds.
	Count(ctx context.Context, index string) (int64, error)
	// Depth returns how many lanes have something to deliver.
	Depth(ctx context.Context) (int64, error)
}
