package scheduler_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
)

// Sleeping in these tests is simulated: it takes no time.

const ms = time.Millisecond

func TestTheLoopsWakeWhenSomethingIsDue(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.arm("a", w.in(130*ms))
		w.arm("b", w.in(90*time.Second))
		w.send("c", w.in(70*ms))
		w.send("d", w.in(time.Hour+time.Microsecond))
		w.start(t)
		time.Sleep(2 * time.Hour)
		for what, want := range map[string]time.Duration{
			"ring a": 130 * ms, "ring b": 90 * time.Second, "carry c": 70 * ms,
		} {
			if got := w.did(what); !slices.Equal(got, []time.Duration{want}) {
				t.Errorf("%s at %v, want %s", what, got, want)
			}
		}
		if got := w.did("carry d"); len(got) != 1 || got[0] < time.Hour || got[0] > time.Hour+5*ms {
			t.Errorf("carry d at %v", got)
		}
	})
}

func TestWhatOtherReplicasCommitIsFoundInHalfASecond(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.silent = true // the hints are worthless
		w.start(t)
		time.Sleep(time.Minute + 20*ms)
		w.arm("a", time.Now())
		w.send("b", time.Now())
		time.Sleep(500 * ms)
		if got := w.deeds(); len(got) != 2 {
			t.Errorf("half a second later: %v", got)
		}
		alarms, lanes := w.claims()
		for name, claims := range map[string][]claimed{"alarms": alarms, "lanes": lanes} {
			for i := range claims[1:] {
				if gap := claims[i+1].at.Sub(claims[i].at); gap > 500*ms {
					t.Errorf("%s were not looked at for %s", name, gap)
				}
			}
			if len(claims) > 130 {
				t.Errorf("%s were looked at %d times in a minute in which nothing happened", name, len(claims))
			}
		}
	})
}

func TestWakeMakesBothLoopsLookAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		for range 10 {
			w.Wake() // nobody listens yet
		}
		w.start(t)
		for range 3 {
			time.Sleep(777 * ms)
			synctest.Wait()
			w.arm("a", time.Now())
			w.send("b", time.Now())
			before := time.Now()
			w.Wake()
			w.Wake()
			synctest.Wait()
			deeds := w.deeds()
			for _, d := range deeds[len(deeds)-2:] {
				if !w.in(d.at).Equal(before) {
					t.Errorf("%s came %s after the wake", d.what, before.Sub(w.in(d.at)))
				}
			}
		}
		if got := len(w.deeds()); got != 6 {
			t.Errorf("%d deeds, want 6: %v", got, w.deeds())
		}
	})
}

func TestAWakeDuringAStepIsNotLost(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.silent = true
		ring := w.Ring
		w.Ring = func(ctx context.Context, l bot.Lease) error {
			if l.Key.Owner == "a" {
				time.Sleep(10 * ms)
				w.arm("b", time.Now().Add(-ms))
				w.Wake()
				time.Sleep(10 * ms)
			}
			return ring(ctx, l)
		}
		w.arm("a", w.began)
		w.start(t)
		time.Sleep(50 * ms)
		if got := w.did("ring b"); len(got) != 1 || got[0] < 10*ms || got[0] > 20*ms {
			t.Errorf("b rang at %v, want when a was done at the latest", got)
		}
	})
}

func TestTheLoopsBackOffWhileTheStoreIsDown(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fail(errDown)
		w.arm("a", w.began)
		w.start(t)
		time.Sleep(2 * time.Second)
		alarms, lanes := w.claims()
		want := []time.Duration{0, 50 * ms, 150 * ms, 350 * ms, 750 * ms, 1250 * ms, 1750 * ms}
		for name, claims := range map[string][]claimed{"alarms": alarms, "lanes": lanes} {
			var got []time.Duration
			for _, c := range claims {
				got = append(got, c.at.Sub(w.began))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("looks at the %s (-want +got):\n%s", name, diff)
			}
		}
		if got := w.logged(); len(got) != 14 || got[0] != "WARN queue not read, will retry" {
			t.Errorf("logged %q, want a warning each time", got)
		}

		w.fail(nil)
		time.Sleep(500 * ms)
		if got := w.did("ring a"); len(got) != 1 {
			t.Errorf("a rang at %v, want once after the store came back", got)
		}
		w.fail(errDown)
		time.Sleep(500 * ms)
		alarms, _ = w.claims()
		if n := len(alarms); alarms[n-1].at.Sub(alarms[n-2].at) >= 500*ms {
			t.Error("the backoff goes on where it was before the store came back")
		}
	})
}

func TestAPeekThatFailsCostsHalfASecond(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.blind = errDown
		w.arm("a", w.in(100*ms))
		w.start(t)
		time.Sleep(time.Second)
		if got := w.did("ring a"); !slices.Equal(got, []time.Duration{500 * ms}) {
			t.Errorf("a rang at %v, want at 500ms", got)
		}
	})
}

func TestEachLeaseIsHandedOnOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		const n = 300
		for i := range n {
			w.arm(fmt.Sprint("a", i), w.began)
			w.send(fmt.Sprint("l", i), w.began)
		}
		inHand, most := map[string]int{}, map[string]int{}
		work := func(kind string, do func(context.Context, bot.Lease) error) func(context.Context, bot.Lease) error {
			return func(ctx context.Context, l bot.Lease) error {
				if deadline, ok := ctx.Deadline(); !ok || !deadline.Equal(l.Until) {
					t.Errorf("%s of %s may take until %s, its lease ends %s", kind, l.Key, deadline, l.Until)
				}
				w.mu.Lock()
				inHand[kind]++
				most[kind] = max(most[kind], inHand[kind])
				w.mu.Unlock()
				time.Sleep(ms)
				w.mu.Lock()
				inHand[kind]--
				w.mu.Unlock()
				return do(ctx, l)
			}
		}
		w.Ring, w.Carry = work("alarm", w.Ring), work("lane", w.Carry)
		w.start(t)
		time.Sleep(time.Second)
		times := map[string]int{}
		for _, d := range w.deeds() {
			times[d.what]++
		}
		for i := range n {
			for _, what := range []string{fmt.Sprint("ring a", i), fmt.Sprint("carry l", i)} {
				if times[what] != 1 {
					t.Errorf("%s happened %d times", what, times[what])
				}
			}
		}
		for kind, m := range most {
			if m < 2 || m > 16 {
				t.Errorf("%d of the %ss were in hand at once, want up to 16", m, kind)
			}
		}
	})
}

func TestNoMoreThanTheLimitIsClaimed(t *testing.T) {
	for limit, want := range map[int]int{0: 64, 3: 3} {
		bubble(t, func(t *testing.T, w *world) {
			w.Limit = limit
			for i := range 10 {
				w.arm(fmt.Sprint("a", i), w.began)
				w.send(fmt.Sprint("l", i), w.began)
			}
			w.start(t)
			synctest.Wait()
			if got := w.deeds(); len(got) != 20 {
				t.Errorf("limit %d: %d deeds without delay, want 20", limit, len(got))
			}
			alarms, _ := w.claims()
			for _, c := range alarms {
				if c.limit < 1 || c.limit > want {
					t.Errorf("limit %d: claimed up to %d, want %d at most", limit, c.limit, want)
				}
			}
		})
	}
}

func TestAStepWaitsForItsWork(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		ring := w.Ring
		w.Ring = func(ctx context.Context, l bot.Lease) error {
			time.Sleep(time.Second)
			return ring(ctx, l)
		}
		for i := range 20 {
			w.arm(fmt.Sprint("a", i), w.began)
			w.send(fmt.Sprint("l", i), w.began)
		}
		w.arm("later", w.in(time.Hour))
		for name, step := range map[string]func(context.Context) (int, error){"ring": w.RingDue, "carry": w.CarryDue} {
			before := len(w.deeds())
			if n, err := step(t.Context()); n != 20 || err != nil || len(w.deeds()) != before+20 {
				t.Errorf("%s: %d, %v, done %d, want 20", name, n, err, len(w.deeds())-before)
			}
			if n, err := step(t.Context()); n != 0 || err != nil {
				t.Errorf("%s again: %d, %v, want nothing", name, n, err)
			}
		}
		w.fail(errDown)
		if n, err := w.RingDue(t.Context()); n != 0 || err == nil {
			t.Errorf("ring while the store is down: %d, %v", n, err)
		}
	})
}

func TestWhatFailsStopsNothingElse(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		ring, carry := w.Ring, w.Carry
		fails := func(do func(context.Context, bot.Lease) error) func(context.Context, bot.Lease) error {
			return func(ctx context.Context, l bot.Lease) error {
				switch {
				case l.Key.Owner == "broken" && time.Since(w.began) < leaseFor:
					return errDown
				case l.Key.Owner == "stolen" && time.Since(w.began) < leaseFor:
					return fmt.Errorf("settle: %w", bot.ErrLeaseLost)
				}
				return do(ctx, l)
			}
		}
		w.Ring, w.Carry = fails(ring), fails(carry)
		for _, name := range []string{"a", "broken", "stolen", "z"} {
			w.arm(name, w.began)
			w.send(name, w.began)
		}
		w.start(t)
		time.Sleep(time.Minute)
		for _, what := range []string{"ring ", "carry "} {
			for name, want := range map[string]time.Duration{"a": 0, "z": 0, "broken": leaseFor, "stolen": leaseFor} {
				if got := w.did(what + name); !slices.Equal(got, []time.Duration{want}) {
					t.Errorf("%s%s at %v, want at %s", what, name, got, want)
				}
			}
		}
		if got := w.logged(); len(got) != 2 {
			t.Errorf("logged %q, want a warning for each that is broken and none for what was stolen", got)
		}
	})
}

func TestASlowLaneHoldsBackNoOther(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		carry := w.Carry
		w.Carry = func(ctx context.Context, l bot.Lease) error {
			if l.Key.Owner == "slow" {
				time.Sleep(20 * time.Second)
			}
			return carry(ctx, l)
		}
		w.send("slow", w.began)
		w.send("due meanwhile", w.in(time.Second))
		w.start(t)
		time.Sleep(2 * time.Second)
		w.send("committed meanwhile", time.Now())
		w.Wake()
		time.Sleep(time.Minute)
		for name, want := range map[string]time.Duration{"due meanwhile": time.Second, "committed meanwhile": 2 * time.Second, "slow": 20 * time.Second} {
			if got := w.did("carry " + name); len(got) != 1 || got[0] < want || got[0] > want+500*ms {
				t.Errorf("%s was carried at %v, want at %s", name, got, want)
			}
		}
	})
}

func TestASlowLaneHoldsBackNoAlarm(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		carry := w.Carry
		w.Carry = func(ctx context.Context, l bot.Lease) error {
			time.Sleep(20 * time.Second)
			return carry(ctx, l)
		}
		w.send("slow", w.began)
		w.arm("a", w.in(time.Second))
		w.start(t)
		time.Sleep(time.Minute)
		if got := w.did("ring a"); !slices.Equal(got, []time.Duration{time.Second}) {
			t.Errorf("a rang at %v, want at 1s", got)
		}
	})
}

func TestAStopFinishesTheLeasesInHand(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		slow := func(do func(context.Context, bot.Lease) error) func(context.Context, bot.Lease) error {
			return func(ctx context.Context, l bot.Lease) error {
				time.Sleep(5 * time.Second)
				if ctx.Err() != nil {
					t.Errorf("the work on %s was cut off: %v", l.Key, ctx.Err())
				}
				return do(ctx, l)
			}
		}
		w.Ring, w.Carry = slow(w.Ring), slow(w.Carry)
		w.arm("a", w.began)
		w.send("b", w.began)
		stop := w.start(t)
		time.Sleep(time.Second + 100*ms) // between two looks
		w.arm("later", time.Now())
		w.send("later", time.Now().Add(ms))
		if err := stop(); err != nil {
			t.Errorf("Run: %v", err)
		}
		if took := time.Since(w.began); took != 5*time.Second {
			t.Errorf("Run ended after %s, want after 5s", took)
		}
		if got := append(w.did("ring a"), w.did("carry b")...); len(got) != 2 {
			t.Errorf("done at %v, want both", got)
		}
		if got := w.did("ring later"); len(got) != 0 {
			t.Error("an alarm was claimed after the stop")
		}
	})
}

func TestAStopIsBounded(t *testing.T) {
	for _, n := range []int{1, 40} { // in hand at once are 16
		bubble(t, func(t *testing.T, w *world) {
			hangs := func(ctx context.Context, _ bot.Lease) error {
				<-ctx.Done()
				return ctx.Err()
			}
			w.Ring, w.Carry = hangs, hangs
			for i := range n {
				w.arm(fmt.Sprint("a", i), w.began)
				w.send(fmt.Sprint("l", i), w.began)
			}
			stop := w.start(t)
			time.Sleep(time.Second)
			before := time.Now()
			if err := stop(); err != nil {
				t.Errorf("Run: %v", err)
			}
			if took := time.Since(before); took > 20*time.Second {
				t.Errorf("with %d leases that hang the stop took %s, want 20s at most", n, took)
			}
		})
	}
}

func TestWorkEndsWithItsLease(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.Ring = func(ctx context.Context, l bot.Lease) error {
			<-ctx.Done()
			w.note("cut off " + l.Key.Owner)
			w.arm(l.Key.Owner, time.Time{})
			return ctx.Err()
		}
		w.arm("a", w.began)
		w.start(t)
		time.Sleep(time.Minute)
		// At the very end of the lease anybody may claim it again, we as well.
		if got := w.did("cut off a"); len(got) == 0 || got[0] != leaseFor || len(got) == 2 && got[1] != 2*leaseFor {
			t.Errorf("the work was cut off at %v, want at each lease's end", got)
		}
	})
}

func TestAStopEndsIdleLoopsAtOnce(t *testing.T) {
	for name, err := range map[string]error{"idle": nil, "backing off": errDown} {
		bubble(t, func(t *testing.T, w *world) {
			w.fail(err)
			stop := w.start(t)
			time.Sleep(10 * time.Second)
			before := time.Now()
			if err := stop(); err != nil || !time.Now().Equal(before) {
				t.Errorf("%s: ended after %s with %v", name, time.Since(before), err)
			}
		})
	}
}

func TestAnAlarmThatNeverMovesOnHoldsBackNoOther(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		ring, rings := w.Ring, 0
		w.Ring = func(ctx context.Context, l bot.Lease) error {
			if l.Key.Owner != "stuck" {
				return ring(ctx, l)
			}
			rings++
			time.Sleep(ms)
			w.arm("stuck", w.began)
			return nil
		}
		w.arm("stuck", w.began)
		w.arm("a", w.in(100*ms))
		w.send("b", w.in(100*ms))
		stop := w.start(t)
		time.Sleep(time.Second)
		if got := append(w.did("ring a"), w.did("carry b")...); len(got) != 2 || got[0] > 102*ms || got[1] != 100*ms {
			t.Errorf("done at %v, want both at 100ms", got)
		}
		if err := stop(); err != nil || rings == 0 {
			t.Errorf("stopped after %d rings with %v", rings, err)
		}
	})
}

func TestLeasesOfOthersAreAskedForGently(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.Queues = others{w.queue}
		w.start(t)
		time.Sleep(time.Second)
		if alarms, lanes := w.claims(); len(alarms) > 210 || len(lanes) > 210 {
			t.Errorf("alarms were claimed %d times and lanes %d times in a second", len(alarms), len(lanes))
		}
	})
}

// others is a queue whose hints always say that something is due, and that
// somebody else is always faster.
type others struct{ *queue }

func (o others) Peek(context.Context) (bot.Hints, error) {
	due := time.Now().Add(-time.Hour)
	return bot.Hints{Alarm: due, AlarmHeld: due, Outbox: due}, nil
}
