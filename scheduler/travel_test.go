package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
	"casebot/scheduler"
)

// keeper keeps an offset in memory.
type keeper struct {
	mu  sync.Mutex
	d   time.Duration
	err error
}

func (k *keeper) Load(context.Context) (time.Duration, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.d, k.err
}

func (k *keeper) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
}

func (k *keeper) Store(_ context.Context, d time.Duration) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err == nil {
		k.d = d
	}
	return k.err
}

// traveller is a world whose clock moves.
type traveller struct {
	*world
	*scheduler.Travel
	keeper *keeper
	t      *testing.T
}

func travel(t *testing.T, run func(t *testing.T, v *traveller)) {
	t.Helper()
	bubble(t, func(t *testing.T, w *world) { run(t, newTraveller(t, w)) })
}

func newTraveller(t *testing.T, w *world) *traveller {
	v := &traveller{world: w, keeper: &keeper{}, t: t}
	v.Travel = &scheduler.Travel{Scheduler: w.Scheduler, Keeper: v.keeper, Real: time.Now}
	w.Now = v.Travel.Now
	return v
}

// Now is the moving clock.
func (v *traveller) Now() time.Time { return v.Travel.Now() }

// Run runs the loops.
func (v *traveller) Run(ctx context.Context) error { return v.world.Run(ctx) }

func (v *traveller) advance(d time.Duration) {
	v.t.Helper()
	if err := v.Advance(v.t.Context(), d); err != nil {
		v.t.Fatalf("advance by %s: %v", d, err)
	}
}

// shows proves where the clock is.
func (v *traveller) shows(d time.Duration) {
	v.t.Helper()
	if got := v.Now().Sub(v.began); got != d {
		v.t.Errorf("the clock is at %s, want %s", got, d)
	}
	if got, err := v.keeper.Load(context.Background()); err == nil && got != v.Offset() {
		v.t.Errorf("the keeper has %s, the offset is %s", got, v.Offset())
	}
}

// happened proves what was done, in order and with its times.
func (v *traveller) happened(want ...string) {
	v.t.Helper()
	var got []string
	for _, d := range v.deeds() {
		got = append(got, fmt.Sprintf("%s %s", d.at, d.what))
		if n := len(got) - 1; n > 0 && side(got[n-1], got[n]) && got[n] < got[n-1] {
			got[n-1], got[n] = got[n], got[n-1]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		v.t.Errorf("what happened (-want +got):\n%s", diff)
	}
}

// side tells whether two things were done side by side, in no order.
func side(a, b string) bool {
	at, what, _ := strings.Cut(a, " ")
	then, other, _ := strings.Cut(b, " ")
	return at == then && what[:4] == other[:4]
}

// every makes a record's alarm ring again and again, counted from the moment
// at which it rang, and sends something each time.
func (v *traveller) every(name string, d time.Duration) {
	ring := v.Ring
	v.Ring = func(ctx context.Context, l bot.Lease) error {
		if l.Key.Owner != name {
			return ring(ctx, l)
		}
		v.note("ring " + name)
		v.arm(name, v.Now().Add(d))
		v.send(name, time.Now())
		return nil
	}
	v.arm(name, v.Now().Add(d))
}

func TestAnHourAdvancedIsAnHourLived(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		v.every("a", 20*time.Minute)
		v.arm("b", v.in(30*time.Minute))
		v.advance(time.Hour)
		v.happened(
			"20m0s ring a", "20m0s carry a", "30m0s ring b", "40m0s ring a", "40m0s carry a", "1h0m0s ring a", "1h0m0s carry a",
		)
		v.shows(time.Hour)
		if took := time.Since(v.began); took != 0 {
			t.Errorf("it took %s of real time", took)
		}
	})
}

func TestStepsMakeNoDifference(t *testing.T) {
	var once, steps []deed
	travel(t, func(_ *testing.T, v *traveller) {
		v.every("a", 7*time.Minute)
		v.every("b", 11*time.Minute)
		v.advance(time.Hour)
		once = v.deeds()
	})
	travel(t, func(_ *testing.T, v *traveller) {
		v.every("a", 7*time.Minute)
		v.every("b", 11*time.Minute)
		for range 60 {
			v.advance(time.Minute)
		}
		steps = v.deeds()
	})
	if !slices.Equal(once, steps) {
		t.Errorf("at once: %v\nin steps: %v", once, steps)
	}
}

func TestAnAlarmAtTheEndRingsAndALaterOneDoesNot(t *testing.T) {
	travel(t, func(_ *testing.T, v *traveller) {
		v.arm("at the end", v.in(time.Hour))
		v.arm("later", v.in(time.Hour+ms))
		v.advance(time.Hour)
		v.happened("1h0m0s ring at the end")
		v.shows(time.Hour)
	})
}

func TestWhatIsDueAlreadyComesFirst(t *testing.T) {
	travel(t, func(_ *testing.T, v *traveller) {
		v.arm("overdue", v.in(-time.Hour))
		v.send("lane", v.began)
		v.advance(0)
		v.happened("0s ring overdue", "0s carry lane")
		v.advance(-time.Hour)
		v.shows(0)
	})
}

func TestWhatAnAlarmSetsOnTheWayRingsOnTheWay(t *testing.T) {
	travel(t, func(_ *testing.T, v *traveller) {
		ring := v.Ring
		v.Ring = func(ctx context.Context, l bot.Lease) error {
			if l.Key.Owner == "first" {
				v.arm("soon", v.Now().Add(time.Second))
				v.arm("at once", v.Now())
				v.arm("yesterday", v.Now().Add(-24*time.Hour))
			}
			return ring(ctx, l)
		}
		v.arm("first", v.in(10*time.Minute))
		v.advance(time.Hour)
		for what, want := range map[string]time.Duration{
			"ring at once": 10 * time.Minute, "ring yesterday": 10 * time.Minute, "ring soon": 10*time.Minute + time.Second,
		} {
			if got := v.did(what); !slices.Equal(got, []time.Duration{want}) {
				v.t.Errorf("%s at %v, want %s", what, got, want)
			}
		}
	})
}

func TestAdvanceToNextAlarm(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		next := func() time.Time {
			t.Helper()
			at, err := v.AdvanceToNextAlarm(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		if at := next(); !at.IsZero() {
			t.Errorf("there is no alarm, but %s", at)
		}
		v.shows(0)
		v.arm("overdue", v.in(-time.Minute))
		v.arm("a", v.in(10*time.Minute))
		v.arm("a too", v.in(10*time.Minute))
		v.arm("b", v.in(20*time.Minute))
		if at := next(); !at.Equal(v.in(10 * time.Minute)) {
			t.Errorf("arrived at %s, want at 10m", at.Sub(v.began))
		}
		v.happened("0s ring overdue", "10m0s ring a", "10m0s ring a too")
		v.shows(10 * time.Minute)
		if at := next(); !at.Equal(v.in(20 * time.Minute)) {
			t.Errorf("arrived at %s, want at 20m", at.Sub(v.began))
		}
		if at := next(); !at.IsZero() {
			t.Errorf("no alarm is left, but %s", at)
		}
		v.shows(20 * time.Minute)
	})
}

func TestDownJumps(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		v.every("a", 20*time.Minute)
		v.arm("b", v.in(30*time.Minute))
		if err := v.Down(t.Context(), 24*time.Hour); err != nil {
			t.Fatal(err)
		}
		v.shows(24 * time.Hour)
		v.happened("24h0m0s ring a", "24h0m0s ring b", "24h0m0s carry a")
		v.advance(20 * time.Minute)
		if got := v.did("ring a"); len(got) != 2 {
			t.Errorf("a rang at %v, want again 20 minutes later", got)
		}
	})
}

func TestStartLivesThroughNothing(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		v.arm("a", v.in(time.Hour))
		for _, d := range []time.Duration{48 * time.Hour, -24 * time.Hour, 0} {
			if err := v.Start(t.Context(), v.in(d)); err != nil {
				t.Fatal(err)
			}
			v.shows(d)
		}
		v.happened()
	})
}

func TestTheClockGoesOnWithRealTime(t *testing.T) {
	travel(t, func(_ *testing.T, v *traveller) {
		v.advance(time.Hour)
		time.Sleep(time.Minute)
		v.shows(time.Hour + time.Minute)
		v.advance(time.Hour)
		v.shows(2*time.Hour + time.Minute)
		if v.Offset() != 2*time.Hour {
			v.t.Errorf("the offset is %s, want 2h", v.Offset())
		}
	})
}

func TestTheOffsetIsKept(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		v.every("a", 10*time.Minute)
		v.advance(time.Hour)
		after := newTraveller(t, v.world)
		after.keeper.d = v.keeper.d
		if got := after.Now(); !got.Equal(v.began) {
			t.Errorf("before it was loaded the clock is at %s", got)
		}
		if err := after.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		after.shows(time.Hour)

		after.keeper.err = errDown
		if err := after.Load(t.Context()); !errors.Is(err, errDown) {
			t.Errorf("load: %v", err)
		}
		if err := after.Start(t.Context(), v.in(0)); !errors.Is(err, errDown) {
			t.Errorf("start: %v", err)
		}
		if err := after.Advance(t.Context(), time.Hour); !errors.Is(err, errDown) {
			t.Errorf("advance: %v", err)
		}
		if err := after.Down(t.Context(), time.Hour); !errors.Is(err, errDown) {
			t.Errorf("down: %v", err)
		}
		after.shows(time.Hour) // what is not kept does not count
	})
}

func TestOtherReplicasFollow(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		other := newTraveller(t, newWorld())
		other.keeper = v.keeper
		other.Keeper = v.keeper
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- other.Travel.Run(ctx) }()
		v.advance(time.Hour)
		time.Sleep(500*ms + 1)
		if other.Offset() != time.Hour {
			t.Errorf("half a second later the other is ahead by %s, want 1h", other.Offset())
		}
		v.keeper.fail(errDown)
		time.Sleep(time.Minute)
		v.keeper.fail(nil)
		v.advance(time.Hour)
		time.Sleep(500*ms + 1)
		other.advance(time.Hour)
		if other.Offset() != 3*time.Hour {
			t.Errorf("the other is ahead by %s, want 3h", other.Offset())
		}
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestAJourneyBeginsWhereTheOthersAre(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		other := newTraveller(t, newWorld())
		other.Keeper = v.keeper
		v.advance(time.Hour)
		other.advance(time.Hour)
		if other.Offset() != 2*time.Hour {
			t.Errorf("the other is ahead by %s, want 2h", other.Offset())
		}
	})
}

func TestAJourneyExcludesTheLoops(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		ring, rung, release := v.Ring, make(chan struct{}), make(chan struct{})
		v.Ring = func(ctx context.Context, l bot.Lease) error {
			rung <- struct{}{}
			<-release
			return ring(ctx, l)
		}
		v.arm("a", v.in(time.Hour))
		v.start(t)
		done := make(chan error)
		go func() { done <- v.Advance(t.Context(), 3*time.Hour) }()
		<-rung
		alarms, lanes := v.claims()
		v.arm("due meanwhile", v.in(2*time.Hour))
		v.send("lane", time.Now())
		v.Wake()
		synctest.Wait()
		if a, l := v.claims(); len(a) != len(alarms) || len(l) != len(lanes) {
			t.Errorf("the loops claimed while the clock moved: %d and %d times", len(a)-len(alarms), len(l)-len(lanes))
		}
		close(release)
		<-rung
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got := v.did("ring due meanwhile"); len(got) != 1 || got[0] > 2*time.Hour+time.Minute || len(v.did("carry lane")) != 1 {
			t.Errorf("done: %v", v.deeds())
		}
		v.arm("after", v.Now())
		v.Wake()
		<-rung // by the loops
	})
}

func TestAJourneyWaitsForWhatIsInHand(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		carry, carried, release := v.Carry, make(chan struct{}), make(chan struct{})
		v.Carry = func(ctx context.Context, l bot.Lease) error {
			close(carried)
			<-release
			return carry(ctx, l)
		}
		v.send("lane", v.began)
		v.start(t)
		<-carried
		done := make(chan error)
		go func() { done <- v.Advance(t.Context(), time.Hour) }()
		synctest.Wait()
		if v.Offset() != 0 {
			t.Errorf("the clock moved by %s with a lane in hand", v.Offset())
		}
		close(release)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got := v.did("carry lane"); len(got) != 1 || got[0] > time.Minute {
			t.Errorf("the lane in hand was done at %v of the clock, want before it moved", got)
		}
	})
}

func TestJourneysAreMadeOneAfterTheOther(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		v.every("a", 10*time.Minute)
		v.start(t)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if err := v.Advance(t.Context(), time.Hour); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		last := time.Duration(0)
		for i, at := range v.did("ring a") {
			if gap := at - last; gap < 10*time.Minute || gap > 11*time.Minute {
				t.Errorf("ring %d came %s after the one before", i, gap)
			}
			last = at
		}
		if v.Offset() < 3*time.Hour || last < 230*time.Minute {
			t.Errorf("four journeys of an hour led to %s, the last ring was at %s", v.Offset(), last)
		}
	})
}

func TestAnAlarmThatFailsOnTheWayStopsNothing(t *testing.T) {
	travel(t, func(_ *testing.T, v *traveller) {
		ring := v.Ring
		v.Ring = func(ctx context.Context, l bot.Lease) error {
			if l.Key.Owner == "broken" {
				return errDown
			}
			return ring(ctx, l)
		}
		v.arm("broken", v.in(10*time.Minute))
		v.arm("a", v.in(10*time.Minute))
		v.arm("b", v.in(20*time.Minute))
		v.advance(time.Hour)
		v.happened("10m0s ring a", "20m0s ring b")
	})
}

func TestAStoreThatIsDownEndsTheJourney(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		ring := v.Ring
		v.Ring = func(ctx context.Context, l bot.Lease) error {
			if l.Key.Owner == "a" {
				v.fail(errDown)
			}
			return ring(ctx, l)
		}
		v.arm("a", v.in(10*time.Minute))
		v.arm("b", v.in(20*time.Minute))
		if err := v.Advance(t.Context(), time.Hour); !errors.Is(err, errDown) {
			t.Errorf("advance: %v", err)
		}
		v.shows(10 * time.Minute)
		v.fail(nil)
		v.advance(10 * time.Minute)
		v.happened("10m0s ring a", "20m0s ring b")
	})
}

func TestAJourneyCanBeGivenUp(t *testing.T) {
	travel(t, func(t *testing.T, v *traveller) {
		ctx, cancel := context.WithCancel(t.Context())
		ring := v.Ring
		v.Ring = func(ctx context.Context, l bot.Lease) error {
			cancel()
			return ring(ctx, l)
		}
		v.arm("a", v.in(10*time.Minute))
		v.arm("b", v.in(20*time.Minute))
		if err := v.Advance(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("advance: %v", err)
		}
		v.happened("10m0s ring a")
		v.advance(0) // the queues are free again
	})
}

// TestNothingHangsOnWhatNeverMovesOn: a decision that sets its alarm to the
// same instant, or to the past, or a lane that is due again at once, must not
// hang the clock, the loops and the stop.
func TestNothingHangsOnWhatNeverMovesOn(t *testing.T) {
	const most = 20_000 // rings of one instant that nobody needs
	journeys := map[string]func(context.Context, *traveller) error{
		"advance": func(ctx context.Context, v *traveller) error { return v.Advance(ctx, time.Hour) },
		"down":    func(ctx context.Context, v *traveller) error { return v.Down(ctx, time.Hour) },
		"next": func(ctx context.Context, v *traveller) error {
			_, err := v.AdvanceToNextAlarm(ctx)
			return err
		},
	}
	stuck := map[string]func(v *traveller){
		"an alarm at the same instant": func(v *traveller) { v.arm("stuck", v.Now()) },
		"an alarm in the past":         func(v *traveller) { v.arm("stuck", v.in(-time.Hour)) },
		"a lane due again at once":     func(v *traveller) { v.send("stuck", v.in(-time.Hour)) },
	}
	for how, journey := range journeys {
		for what, again := range stuck {
			if how != "advance" && what != "an alarm at the same instant" {
				continue // they drain alike
			}
			t.Run(how+" with "+what, func(t *testing.T) {
				travel(t, func(t *testing.T, v *traveller) {
					n := 0
					v.Ring = func(context.Context, bot.Lease) error {
						v.arm("stuck", time.Time{})
						if n++; n < most {
							again(v)
						}
						return nil
					}
					v.Carry = func(context.Context, bot.Lease) error {
						v.send("stuck", time.Time{})
						if n++; n < most {
							again(v)
						}
						return nil
					}
					v.arm("stuck", v.in(time.Minute))
					err := journey(t.Context(), v)
					if n >= most {
						t.Fatalf("it went on for ever")
					}
					if err == nil || strings.TrimSpace(err.Error()) == "" {
						t.Errorf("after %d times it ended with %v, want an error that says so", n, err)
					}
				})
			})
		}
	}
}
