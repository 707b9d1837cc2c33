package scheduler_test

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"casebot/bot"
	"casebot/scheduler"
)

// leaseFor is how long the queue's leases last.
const leaseFor = 30 * time.Second

var errDown = errors.New("the store is down")

// queue is a store's due queues in memory: alarms and lanes, by name. Its real
// time is that of the test's bubble.
type queue struct {
	mu     sync.Mutex
	alarms map[string]time.Time
	lanes  map[string]time.Time
	held   map[string]lease // alarms and lanes in somebody's hands
	err    error            // of claims
	blind  error            // of peeks
	silent bool             // peeks know nothing

	alarmClaims, laneClaims []claimed
}

type lease struct{ due, until time.Time }

// claimed is one look at a queue.
type claimed struct {
	at    time.Time
	limit int
}

func newQueue() *queue {
	return &queue{alarms: map[string]time.Time{}, lanes: map[string]time.Time{}, held: map[string]lease{}}
}

// arm sets a record's alarm, which ends its lease; the zero time silences it.
func (q *queue) arm(name string, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.held, "alarm "+name)
	q.alarms[name] = at
	if at.IsZero() {
		delete(q.alarms, name)
	}
}

// send makes a lane due; the zero time drains it.
func (q *queue) send(name string, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.held, "lane "+name)
	q.lanes[name] = at
	if at.IsZero() {
		delete(q.lanes, name)
	}
}

func (q *queue) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err = err
}

// claims returns when each queue was looked at.
func (q *queue) claims() (alarms, lanes []claimed) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.alarmClaims), slices.Clone(q.laneClaims)
}

func (q *queue) ClaimAlarms(ctx context.Context, now time.Time, limit int) ([]bot.Lease, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.alarmClaims = append(q.alarmClaims, claimed{time.Now(), limit})
	return q.claim(ctx, "alarm ", q.alarms, now, limit)
}

func (q *queue) ClaimOutbox(ctx context.Context, now time.Time, limit int) ([]bot.Lease, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.laneClaims = append(q.laneClaims, claimed{time.Now(), limit})
	return q.claim(ctx, "lane ", q.lanes, now, limit)
}

func (q *queue) claim(ctx context.Context, kind string, due map[string]time.Time, now time.Time, limit int) ([]bot.Lease, error) {
	if err := cmp.Or(ctx.Err(), q.err); err != nil {
		return nil, err
	}
	var leases []bot.Lease
	for name, at := range due {
		if h, ok := q.held[kind+name]; at.After(now) || ok && h.until.After(time.Now()) {
			continue
		}
		l := bot.Lease{Key: bot.Key{Kind: bot.KindCase, Owner: name, ID: "1"}, Due: at, Until: time.Now().Add(leaseFor)}
		if kind == "lane " {
			l.Lane = "console:acme"
		}
		leases = append(leases, l)
	}
	slices.SortFunc(leases, func(a, b bot.Lease) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Key.Owner, b.Key.Owner))
	})
	leases = leases[:min(limit, len(leases))]
	for _, l := range leases {
		q.held[kind+l.Key.Owner] = lease{l.Due, l.Until}
	}
	return leases, nil
}

func (q *queue) Peek(ctx context.Context) (h bot.Hints, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := cmp.Or(ctx.Err(), q.blind); err != nil || q.silent {
		return h, err
	}
	earliest := func(at *time.Time, t time.Time) {
		if at.IsZero() || t.Before(*at) {
			*at = t
		}
	}
	for name, at := range q.alarms {
		if l, ok := q.held["alarm "+name]; ok {
			earliest(&h.AlarmHeld, l.until)
		} else {
			earliest(&h.Alarm, at)
		}
	}
	for name, at := range q.lanes {
		if l, ok := q.held["lane "+name]; ok {
			at = l.until
		}
		earliest(&h.Outbox, at)
	}
	return h, nil
}

// world is a scheduler over a queue, and what it was seen to do.
type world struct {
	*queue
	*scheduler.Scheduler
	began time.Time

	mu   sync.Mutex
	seen []deed
	logs []string
}

// deed is an alarm that rang or a lane that was worked on, and when, as the
// injected clock and real time had it.
type deed struct {
	what     string
	at, real time.Duration // since the test began
}

// bubble runs a test in which time passes only while everybody waits.
func bubble(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { run(t, newWorld()) })
}

// newWorld has alarms that ring once and lanes that drain at once.
func newWorld() *world {
	w := &world{queue: newQueue(), began: time.Now()}
	w.Scheduler = &scheduler.Scheduler{Queues: w.queue, Now: time.Now, Real: time.Now, Log: slog.New(w)}
	w.Ring = func(_ context.Context, l bot.Lease) error {
		w.note("ring " + l.Key.Owner)
		w.arm(l.Key.Owner, time.Time{})
		return nil
	}
	w.Carry = func(_ context.Context, l bot.Lease) error {
		w.note("carry " + l.Key.Owner)
		w.send(l.Key.Owner, time.Time{})
		return nil
	}
	return w
}

// in is a moment after the test's beginning.
func (w *world) in(d time.Duration) time.Time { return w.began.Add(d) }

func (w *world) note(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, deed{what, w.Now().Sub(w.began), time.Since(w.began)})
}

// deeds returns what was done so far.
func (w *world) deeds() []deed {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}

// did returns when something was done, by the injected clock.
func (w *world) did(what string) (at []time.Duration) {
	for _, d := range w.deeds() {
		if d.what == what {
			at = append(at, d.at)
		}
	}
	return at
}

// start runs the loops until stop is called, which returns what Run did.
func (w *world) start(t *testing.T) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	return stop
}

// Enabled implements slog.Handler.
func (w *world) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (w *world) Handle(_ context.Context, r slog.Record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logs = append(w.logs, r.Level.String()+" "+r.Message)
	return nil
}

// WithAttrs implements slog.Handler.
func (w *world) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup implements slog.Handler.
func (w *world) WithGroup(string) slog.Handler { return w }

func (w *world) logged() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.logs)
}
