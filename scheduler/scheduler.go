package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"casebot/bot"
)

// longestSleep bounds how long another replica's work may wait for us.
const longestSleep = 500 * time.Millisecond

// stopGrace is how long the work in hand may take after a stop: less than what
// an orchestrator waits before it kills.
const stopGrace = 15 * time.Second

// shortestSleep bounds how often the store is asked when leases of others are
// all that is left.
const shortestSleep = 5 * time.Millisecond

// Queues is what the loops claim from.
type Queues interface {
	ClaimAlarms(ctx context.Context, now time.Time, limit int) ([]bot.Lease, error)
	ClaimOutbox(ctx context.Context, now time.Time, limit int) ([]bot.Lease, error)
	Peek(ctx context.Context) (bot.Hints, error)
}

// Scheduler runs the loops over alarms and outbox.
type Scheduler struct {
	Queues   Queues
	Ring     func(ctx context.Context, l bot.Lease) error // takes an alarm to its commit
	Carry    func(ctx context.Context, l bot.Lease) error // works on a lane
	Now      func() time.Time                             // the injected clock: alarms
	Real     func() time.Time                             // real time: lanes and leases
	Limit    int                                          // leases claimed at once; 0: 64
	Together int                                          // leases of one kind worked on side by side; 0: 16; 1: in order
	Log      *slog.Logger

	gate   gate // a journey through time shuts it against the loops
	ready  sync.Once
	alarms chan struct{}
	outbox chan struct{}
}

func (s *Scheduler) prepare() {
	s.ready.Do(func() {
		s.alarms, s.outbox = make(chan struct{}, 1), make(chan struct{}, 1)
		if s.Limit == 0 {
			s.Limit = 64
		}
		if s.Together == 0 {
			s.Together = 16
		}
	})
}

// Wake makes the loops look at once; it never blocks.
func (s *Scheduler) Wake() {
	s.prepare()
	for _, c := range []chan struct{}{s.alarms, s.outbox} {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Run works until ctx ends, then finishes the leases in hand.
func (s *Scheduler) Run(ctx context.Context) error {
	s.prepare()
	var group errgroup.Group
	group.Go(func() error { return s.loop(ctx, s.alarms, s.claimAlarms, s.Ring, s.nextAlarm) })
	group.Go(func() error { return s.loop(ctx, s.outbox, s.claimLanes, s.Carry, s.nextLane) })
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func (s *Scheduler) claimAlarms(ctx context.Context, limit int) ([]bot.Lease, error) {
	return s.Queues.ClaimAlarms(ctx, s.Now(), limit)
}

func (s *Scheduler) claimLanes(ctx context.Context, limit int) ([]bot.Lease, error) {
	return s.Queues.ClaimOutbox(ctx, s.Real(), limit)
}

type (
	claim func(ctx context.Context, limit int) ([]bot.Lease, error)
	work  func(ctx context.Context, l bot.Lease) error
)

// loop claims as much as it has places for and works on it side by side, so
// that a slow lane holds back no other; then it sleeps until there may be more.
func (s *Scheduler) loop(ctx context.Context, wake <-chan struct{}, claim claim, do work, next func(context.Context) time.Duration) error {
	places := make(chan struct{}, s.Together)
	var hands sync.WaitGroup
	defer hands.Wait()
	backoff := time.Duration(0)
	for {
		select { // a free place; only this loop takes them
		case places <- struct{}{}:
			<-places
		case <-ctx.Done():
		}
		if ctx.Err() != nil { // also where both were ready: nothing is claimed after a stop
			return ctx.Err()
		}
		s.gate.enter()
		leases, err := claim(ctx, min(s.Limit, s.Together-len(places)))
		for _, l := range leases {
			places <- struct{}{}
			s.gate.add()
			hands.Go(func() {
				defer func() { <-places }()
				defer s.gate.leave()
				s.workOn(ctx, l, do)
			})
		}
		s.gate.leave()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait := time.Duration(0)
		switch {
		case err != nil:
			s.Log.WarnContext(ctx, "queue not read, will retry", "err", err)
			backoff = min(max(2*backoff, 50*time.Millisecond), longestSleep)
			wait = backoff
		case len(leases) == 0:
			backoff = 0
			wait = next(ctx)
		default:
			backoff = 0
		}
		if wait <= 0 {
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// workOn works on one lease. What fails is logged and comes again when the
// lease ends; a stop lets the work in hand finish, within its grace.
func (s *Scheduler) workOn(stop context.Context, l bot.Lease, do work) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(stop), l.Until.Sub(s.Real()))
	defer cancel()
	defer context.AfterFunc(stop, func() { time.AfterFunc(stopGrace, cancel) })()
	if err := do(ctx, l); err != nil && !errors.Is(err, bot.ErrLeaseLost) {
		s.Log.WarnContext(ctx, "lease not worked off, it will end", "record", l.Key.String(), "lane", l.Lane, "err", err)
	}
}

// RingDue claims the alarms that are due, rings each and waits for them; it
// returns how many.
func (s *Scheduler) RingDue(ctx context.Context) (int, error) {
	s.gate.enter()
	defer s.gate.leave()
	return s.once(ctx, s.claimAlarms, s.Ring)
}

// CarryDue claims the lanes that are due, works on each and waits for them; it
// returns how many.
func (s *Scheduler) CarryDue(ctx context.Context) (int, error) {
	s.gate.enter()
	defer s.gate.leave()
	return s.once(ctx, s.claimLanes, s.Carry)
}

// once claims and works off one round.
func (s *Scheduler) once(ctx context.Context, claim claim, do work) (int, error) {
	s.prepare()
	leases, err := claim(ctx, s.Limit)
	if err != nil {
		return 0, err
	}
	var group errgroup.Group
	group.SetLimit(s.Together)
	for _, l := range leases {
		group.Go(func() error {
			s.workOn(ctx, l, do)
			return nil
		})
	}
	return len(leases), group.Wait()
}

// nextAlarm returns how long to sleep before the next look at the alarms.
func (s *Scheduler) nextAlarm(ctx context.Context) time.Duration {
	hints, err := s.Queues.Peek(ctx)
	if err != nil {
		return longestSleep
	}
	wait := until(hints.Alarm, s.Now())
	return clamp(min(wait, until(hints.AlarmHeld, s.Real())))
}

// nextLane returns how long to sleep before the next look at the lanes.
func (s *Scheduler) nextLane(ctx context.Context) time.Duration {
	hints, err := s.Queues.Peek(ctx)
	if err != nil {
		return longestSleep
	}
	return clamp(until(hints.Outbox, s.Real()))
}

func until(at, now time.Time) time.Duration {
	if at.IsZero() {
		return longestSleep
	}
	return at.Sub(now)
}

func clamp(d time.Duration) time.Duration { return min(max(d, shortestSleep), longestSleep) }
