package platformtest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"casebot/bot"
)

// attempt is one try of a delivery at a service that fails after skip calls.
// Where the service falls silent the caller loses patience at once.
func (w *world) attempt(f Failure, skip int, d bot.Delivery) (struck bool, err error) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	strike, err := w.Service.Fail(f, skip)
	w.can(err, "let the service be %s", f)
	ended := make(chan struct{})
	waited := make(chan struct{})
	go func() {
		defer close(waited)
		select {
		case <-strike:
			if f == Silent || f == Lost {
				cancel()
			}
		case <-ended:
		}
	}()
	// A process of its own: one that was asked to wait may keep its peace meanwhile.
	_, err = w.Replica(w.t).Deliver(ctx, d)
	close(ended)
	<-waited
	select {
	case <-strike:
		struck = true
	default:
	}
	_, none := w.Service.Fail(None, 0)
	w.can(none, "let the service be well")
	return struck, err
}

// retriable proves that a failure is one that a retry may help.
func (w *world) retriable(f Failure, err error) {
	w.t.Helper()
	var retry *bot.RetryError
	switch {
	case errors.Is(err, bot.ErrUndeliverable):
		w.t.Errorf("%s: %v, want an error that is retried", f, err)
	case f == Limited && (!errors.As(err, &retry) || retry.After != RetryAfter*time.Second):
		w.t.Errorf("%s: %v, want a RetryError after %d s", f, err, RetryAfter)
	case f != Limited && errors.As(err, &retry) && retry.After > time.Minute:
		w.t.Errorf("%s: retried after %s only", f, retry.After)
	}
}

// sweep lets the service fail at each of the calls that a delivery takes, one
// after the other, and proves that a retry by another replica makes up for it.
func (w *world) sweep(f Failure, next func(text string) bot.Delivery, check func(d bot.Delivery, r bot.Receipt)) {
	w.t.Helper()
	const most = 30 // calls of one delivery
	for skip := range most {
		d := next(fmt.Sprintf("try %d.", skip))
		struck, err := w.attempt(f, skip, d)
		if err == nil && !struck {
			if skip == 0 {
				w.t.Fatalf("%s: the service did not fail", f)
			}
			return
		}
		if err != nil {
			w.retriable(f, err)
		}
		r := w.deliverBy(w.Replica(w.t), d)
		same(w, "reference", w.one(w.Person, d.Room, d.Message.Text).Ref, r.Ref)
		check(d, r)
	}
	w.t.Fatalf("%s: one delivery takes more than %d calls", f, most)
}

func nothingMore(bot.Delivery, bot.Receipt) {}

// sweeps proves one kind of failure for all kinds of delivery.
func sweeps(f Failure) []test {
	name := func(what string) string { return fmt.Sprintf("%s: %s", f, what) }
	return []test{
		{name("a message is posted once in the end"), func(w *world) {
			w.sweep(f, w.delivery, nothingMore)
		}},
		{name("a direct message is posted once in the end"), func(w *world) {
			w.sweep(f, func(text string) bot.Delivery {
				d := w.delivery(text)
				d.Room = w.Direct
				return d
			}, nothingMore)
		}},
		{name("one thread is opened in the end"), func(w *world) {
			w.sweep(f, func(text string) bot.Delivery {
				d := w.delivery(text)
				d.Opens = true
				return d
			}, func(_ bot.Delivery, r bot.Receipt) {
				reply := w.delivery("reply to " + r.Ref + ".")
				reply.Thread = r.Thread
				w.deliver(reply)
				same(w, "thread", w.one(w.Person, w.Room, reply.Message.Text).Thread, r.Thread)
			})
		}},
		{name("a reply is in its thread once in the end"), func(w *world) {
			thread := w.opens("ACME-42 is open").Thread
			w.sweep(f, func(text string) bot.Delivery {
				d := w.delivery(text)
				d.Thread = thread
				return d
			}, func(d bot.Delivery, _ bot.Receipt) {
				same(w, "thread", w.one(w.Person, w.Room, d.Message.Text).Thread, thread)
			})
		}},
		{name("an edit is made in the end"), func(w *world) {
			r := w.deliver(w.delivery("before"))
			w.sweep(f, func(text string) bot.Delivery { return w.edit(r.Ref, text) }, func(_ bot.Delivery, edited bot.Receipt) {
				same(w, "reference", edited.Ref, r.Ref)
				same(w, "posts", len(w.posts(w.Person, w.Room)), 1)
			})
		}},
	}
}

var failureTests = append([]test{
	{"a room that goes meanwhile is undeliverable", func(w *world) {
		struck, err := w.attempt(RoomGone, 0, w.delivery("lost"))
		if !struck || !errors.Is(err, bot.ErrUndeliverable) {
			w.t.Fatalf("struck: %v, %v, want ErrUndeliverable", struck, err)
		}
	}},

	{"impatience is no verdict on the place", func(w *world) {
		ctx, cancel := context.WithCancel(w.t.Context())
		cancel()
		d := w.delivery("in time")
		if _, err := w.Platform.Deliver(ctx, d); errors.Is(err, bot.ErrUndeliverable) {
			w.t.Errorf("the caller gave up: %v", err)
		}
		w.deliver(d)
		w.one(w.Person, w.Room, "in time")
	}},
}, sweepAll(Limited, Unavailable, Silent, Lost)...)

func sweepAll(failures ...Failure) (all []test) {
	for _, f := range failures {
		all = append(all, sweeps(f)...)
	}
	return all
}
