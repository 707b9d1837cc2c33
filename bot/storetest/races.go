package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"casebot/bot"
)

const replicas = 6

// race runs one function on each of several replicas at once, and ends them
// when a broken store lets them run for ever.
func (w *world) race(run func(ctx context.Context, replica int, store Store) error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for i := range replicas {
		store := w.replica()
		wg.Go(func() {
			if err := run(ctx, i, store); err != nil {
				w.t.Errorf("replica %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if w.t.Failed() {
		w.t.FailNow()
	}
}

// tally counts under a lock.
type tally struct {
	mu    sync.Mutex
	times map[string]int
}

func (c *tally) add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.times == nil {
		c.times = map[string]int{}
	}
	c.times[name]++
}

// increment adds one to the number in a record: loads, decides, commits, and
// again as long as another replica was faster.
func increment(ctx context.Context, store Store, key bot.Key, event string) error {
	for {
		records, err := store.Load(ctx, key)
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(string(records[0].Body))
		err = store.Commit(ctx, bot.Transition{Event: event, Changes: []bot.Change{{
			Key: key, Version: records[0].Version, Body: strconv.AppendInt(nil, int64(n+1), 10), Log: []byte("+1"),
		}}})
		if !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
}

var raceTests = []test{
	{"no increment is lost and none counts twice", func(w *world) {
		const each = 15
		w.race(func(ctx context.Context, replica int, store Store) error {
			for i := range each {
				if err := increment(ctx, store, counter, fmt.Sprintf("%d-%d", replica, i)); err != nil {
					return err
				}
			}
			return nil
		})
		same(w, "total", string(w.load(counter).Body), strconv.Itoa(replicas*each))
		same(w, "version", w.load(counter).Version, replicas*each)
		same(w, "entries", len(w.log(counter)), replicas*each)
	}},

	{"an event that all replicas see is committed by one", func(w *world) {
		const events = 20
		var committed tally
		w.race(func(ctx context.Context, _ int, store Store) error {
			for i := range events {
				event := fmt.Sprintf("e%d", i)
				switch err := increment(ctx, store, counter, event); {
				case err == nil:
					committed.add(event)
				case !errors.Is(err, bot.ErrDuplicate):
					return err
				}
			}
			return nil
		})
		same(w, "total", string(w.load(counter).Body), strconv.Itoa(events))
		for event, times := range committed.times {
			same(w, "commits of "+event, times, 1)
		}
	}},

	{"an alarm is held by one replica at a time", func(w *world) {
		const alarms = 60
		for _, owner := range owners(alarms) {
			w.commit(bot.Change{Key: bot.CaseKey(owner, 1), Body: []byte("x"), Alarm: start})
		}
		for range 3 { // and again each time the leases have ended
			var held tally
			w.race(func(ctx context.Context, _ int, store Store) error {
				for idle := 0; idle < 2; {
					leases, err := store.ClaimAlarms(ctx, start, 4)
					if err != nil {
						return err
					}
					if len(leases) == 0 {
						idle++
					}
					for _, lease := range leases {
						held.add(lease.Key.String())
					}
				}
				return nil
			})
			same(w, "alarms held", len(held.times), alarms)
			for name, times := range held.times {
				same(w, "holders of "+name, times, 1)
			}
			w.clock.advance(time.Hour)
		}
	}},

	{"couriers deliver everything once and in order while others commit", func(w *world) {
		const rooms, each = 8, 12
		var mu sync.Mutex
		delivered, total := map[string][]string{}, 0
		deliver := func(d bot.Delivery) {
			mu.Lock()
			defer mu.Unlock()
			delivered[d.Room] = append(delivered[d.Room], d.Key)
			total++
		}
		done := func() bool {
			mu.Lock()
			defer mu.Unlock()
			return total >= rooms*each
		}
		w.race(func(ctx context.Context, replica int, store Store) error {
			if replica == 0 {
				return chatter(ctx, store, rooms, each)
			}
			for !done() {
				leases, err := store.ClaimOutbox(ctx, w.clock.Now(), 2)
				if err != nil {
					return err
				}
				for _, lease := range leases {
					if err := drain(ctx, store, lease, deliver); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for lane, keys := range delivered {
			for i, key := range keys {
				same(w, "delivery in "+lane, key, fmt.Sprintf("%s %d", lane, i))
			}
		}
		same(w, "depth", w.depth(), 0)
	}},

	{"a claimed id has one winner", func(w *world) {
		var won tally
		w.race(func(ctx context.Context, _ int, store Store) error {
			for i := range 20 {
				id := fmt.Sprintf("id%d", i)
				first, err := store.Once(ctx, id)
				if err != nil {
					return err
				}
				if first {
					won.add(id)
				}
			}
			return nil
		})
		same(w, "winners", len(won.times), 20)
		for id, times := range won.times {
			same(w, "winners of "+id, times, 1)
		}
	}},
}

// chatter commits a number of deliveries to each of several rooms.
func chatter(ctx context.Context, store Store, rooms, each int) error {
	for i := range each {
		for r := range rooms {
			lane := fmt.Sprintf("console:room%d", r)
			key := fmt.Sprintf("%s %d", lane, i)
			err := store.Commit(ctx, bot.Transition{
				Event:  "say " + key,
				Guards: []bot.Guard{{Key: case1}},
				Outbox: []bot.Delivery{post(case1, lane, key)},
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// drain delivers what a lane holds until it holds nothing, each delivery before
// it is settled: from its last settle on the lane may be another replica's.
func drain(ctx context.Context, store Store, lease bot.Lease, deliver func(bot.Delivery)) error {
	for {
		pending, err := store.Pending(ctx, lease)
		if err != nil || len(pending) == 0 {
			return err
		}
		for _, d := range pending {
			deliver(d)
			if err := store.Settle(ctx, lease, d, bot.Receipt{}); err != nil {
				return err
			}
		}
	}
}
