package scheduler

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Keeper keeps the injected clock's distance from real time in the store, so
// that a restart and other replicas go on from it.
type Keeper interface {
	Load(ctx context.Context) (time.Duration, error)
	Store(ctx context.Context, d time.Duration) error
}

// Travel moves the injected clock. Advancing steps from alarm to alarm and
// drains alarms and outbox at each, so an hour advanced is an hour lived; a
// jump looks like downtime.
type Travel struct {
	Scheduler *Scheduler
	Keeper    Keeper
	Real      func() time.Time

	clock  sync.RWMutex
	offset time.Duration
}

// Load takes the offset over that the store has.
func (t *Travel) Load(ctx context.Context) error {
	d, err := t.Keeper.Load(ctx)
	if err != nil {
		return fmt.Errorf("load clock offset: %w", err)
	}
	t.clock.Lock()
	defer t.clock.Unlock()
	t.offset = d
	return nil
}

// Run follows the offset that other replicas store, until ctx ends. It never
// goes back: a clock that was seen to pass a moment has passed it.
func (t *Travel) Run(ctx context.Context) error {
	tick := time.NewTicker(longestSleep)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if t.follow(ctx) != nil {
				continue // the next look will do
			}
		}
	}
}

// follow takes a later offset over.
func (t *Travel) follow(ctx context.Context) error {
	d, err := t.Keeper.Load(ctx)
	if err != nil {
		return fmt.Errorf("load clock offset: %w", err)
	}
	t.clock.Lock()
	defer t.clock.Unlock()
	t.offset = max(t.offset, d)
	return nil
}

// Now is the injected clock.
func (t *Travel) Now() time.Time {
	t.clock.RLock()
	defer t.clock.RUnlock()
	return t.Real().Add(t.offset)
}

// Offset is how far the injected clock is ahead of real time.
func (t *Travel) Offset() time.Duration {
	t.clock.RLock()
	defer t.clock.RUnlock()
	return t.offset
}

// journey takes the queues for itself: the loops finish what they have in
// hand and wait.
func (t *Travel) journey() (end func()) {
	t.Scheduler.gate.close()
	return t.Scheduler.gate.open
}

// Start sets the clock without living through anything.
func (t *Travel) Start(ctx context.Context, at time.Time) error {
	defer t.journey()()
	return t.set(ctx, at)
}

// Advance lives through a span of time.
func (t *Travel) Advance(ctx context.Context, d time.Duration) error {
	defer t.journey()()
	if err := t.follow(ctx); err != nil {
		return err
	}
	return t.live(ctx, t.Now().Add(d))
}

// AdvanceToNextAlarm lives until the next alarm rang, and tells when that was;
// the zero time where there is none.
func (t *Travel) AdvanceToNextAlarm(ctx context.Context) (time.Time, error) {
	defer t.journey()()
	if err := t.follow(ctx); err != nil {
		return time.Time{}, err
	}
	if err := t.drain(ctx); err != nil {
		return time.Time{}, err
	}
	hints, err := t.Scheduler.Queues.Peek(ctx)
	if err != nil || hints.Alarm.IsZero() {
		return time.Time{}, err
	}
	to := hints.Alarm
	if now := t.Now(); to.Before(now) {
		to = now
	}
	return to, t.live(ctx, to)
}

// Down jumps: for so long nobody looked at any clock.
func (t *Travel) Down(ctx context.Context, d time.Duration) error {
	defer t.journey()()
	if err := t.follow(ctx); err != nil {
		return err
	}
	if err := t.set(ctx, t.Now().Add(d)); err != nil {
		return err
	}
	return t.drain(ctx)
}

// live steps from alarm to alarm until to.
func (t *Travel) live(ctx context.Context, to time.Time) error {
	const most = 100_000 // alarms of one journey; a month of a busy desk has fewer
	for range most {
		if err := t.drain(ctx); err != nil {
			return err
		}
		hints, err := t.Scheduler.Queues.Peek(ctx)
		if err != nil {
			return fmt.Errorf("peek: %w", err)
		}
		if hints.Alarm.IsZero() || hints.Alarm.After(to) {
			if to.After(t.Now()) {
				err = t.set(ctx, to)
			}
			if err != nil {
				return err
			}
			return t.drain(ctx)
		}
		if hints.Alarm.After(t.Now()) {
			if err := t.set(ctx, hints.Alarm); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("advance to %s: more than %d alarms on the way", to, most)
}

// set moves the clock so that it shows to.
func (t *Travel) set(ctx context.Context, to time.Time) error {
	t.clock.Lock()
	defer t.clock.Unlock()
	d := to.Sub(t.Real())
	if err := t.Keeper.Store(ctx, d); err != nil {
		return fmt.Errorf("store clock offset: %w", err)
	}
	t.offset = d
	return nil
}

// drain works until neither an alarm nor a lane is due now. A record that asks
// to be looked at again and again at one instant is a mistake that must not
// hang the journey.
func (t *Travel) drain(ctx context.Context) error {
	const most = 10_000 // rounds at one instant; a sweep of a million cases has as many
	for range most {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("drain: %w", err)
		}
		alarms, err := t.Scheduler.once(ctx, t.Scheduler.claimAlarms, t.Scheduler.Ring)
		if err != nil {
			return fmt.Errorf("ring alarms: %w", err)
		}
		lanes, err := t.Scheduler.once(ctx, t.Scheduler.claimLanes, t.Scheduler.Carry)
		if err != nil {
			return fmt.Errorf("carry lanes: %w", err)
		}
		if alarms+lanes == 0 {
			return nil
		}
	}
	return fmt.Errorf("drain at %s: still work after %d rounds", t.Now(), most)
}
