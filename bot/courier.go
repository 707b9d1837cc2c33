package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Limits of the courier's patience.
const (
	deliverTimeout = 20 * time.Second
	firstBackoff   = time.Second
	lastBackoff    = 5 * time.Minute
	leaseMargin    = 5 * time.Second // a lane is given back so long before its lease ends
)

// Courier takes what decisions want said to where it belongs: a lane at a
// time, oldest first, reporting back what became of it.
type Courier struct {
	Engine    *Engine
	Store     Store
	Names     Names
	Platforms map[string]Platform
	Queries   map[string]Render
	Real      func() time.Time // real time: leases and retries run on it
	Log       *slog.Logger
}

// Render answers a query of a record: with a message, or why there is none.
type Render func(ctx context.Context, from Key, q Query) (*Message, error)

// Carry works on one leased lane until it is drained, postponed, or the lease
// is near its end.
func (c *Courier) Carry(ctx context.Context, l Lease) error {
	err := c.work(ctx, l)
	if err != nil && !errors.Is(err, ErrLeaseLost) {
		c.handBack(ctx, l)
	}
	return err
}

// handBack gives a lane back after the store failed in the middle, as soon as
// it answers again, so that nobody waits for the lease to end.
func (c *Courier) handBack(ctx context.Context, l Lease) {
	const pause = 500 * time.Millisecond
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		err := c.giveBack(ctx, l, c.Real())
		if err == nil || !c.Real().Before(l.Until) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (c *Courier) work(ctx context.Context, l Lease) error {
	for {
		pending, err := c.Store.Pending(ctx, l)
		if _, ok := errors.AsType[*PoisonError](err); ok {
			return c.Engine.park(ctx, l.Key, l.Lane, err)
		}
		if err != nil {
			return fmt.Errorf("read lane %s %s: %w", l.Key, l.Lane, err)
		}
		if len(pending) == 0 {
			return nil
		}
		for i, d := range pending {
			if l.Until.Sub(c.Real()) < leaseMargin {
				return c.giveBack(ctx, l, c.Real())
			}
			if replaced(d, pending[i+1:]) {
				if err := c.settle(ctx, l, d, Receipt{Ref: d.Ref}, "replaced"); err != nil {
					return err
				}
				continue
			}
			if wait, err := c.carry(ctx, l, d); err != nil {
				return err
			} else if wait > 0 {
				return c.giveBack(ctx, l, c.Real().Add(wait))
			}
			if d.Opens || d.Slot != "" && d.Ref == "" {
				break // later deliveries may name what this one posted
			}
		}
	}
}

// replaced tells whether a later edit of the same slot waits in the lane: then
// this one is not worth sending (DESIGN §3). What opens a thread or reports
// back is.
func replaced(d Delivery, later []Delivery) bool {
	if !d.Edit || d.Slot == "" || d.Ref == "" || d.Opens || d.Report {
		return false
	}
	for _, n := range later {
		if n.Edit && n.Slot == d.Slot {
			return true
		}
	}
	return false
}

func (c *Courier) giveBack(ctx context.Context, l Lease, at time.Time) error {
	if err := c.Store.Postpone(ctx, l, at); err != nil && !errors.Is(err, ErrLeaseLost) {
		return fmt.Errorf("postpone lane %s %s: %w", l.Key, l.Lane, err)
	}
	return nil
}

// carry delivers one thing and settles it; a positive wait postpones the lane.
func (c *Courier) carry(ctx context.Context, l Lease, d Delivery) (wait time.Duration, err error) {
	receipt, err := c.deliver(ctx, d)
	var poison *PoisonError
	var retry *RetryError
	switch {
	case err == nil:
		if err := c.report(ctx, d, Report{Key: d.Key, Slot: d.Slot, Ref: receipt.Ref, Thread: receipt.Thread, Link: receipt.Link, At: receipt.At}, EventDelivered); err != nil {
			return c.failed(ctx, l, d, err)
		}
		return 0, c.settle(ctx, l, d, receipt, "ok")
	case errors.Is(err, ErrUndeliverable):
		c.Log.WarnContext(ctx, "undeliverable", "record", d.Record.String(), "room", d.Room, "err", err)
		if err := c.report(ctx, d, Report{Key: d.Key, Slot: d.Slot, Reason: err.Error()}, EventUndeliverable); err != nil {
			return c.failed(ctx, l, d, err)
		}
		return 0, c.settle(ctx, l, d, Receipt{Ref: d.Ref}, "undeliverable")
	case errors.As(err, &poison):
		return 0, c.Engine.park(ctx, l.Key, l.Lane, err)
	case errors.As(err, &retry) && retry.After > 0:
		c.measure(d, "retry", 0)
		return retry.After, nil
	default:
		return c.failed(ctx, l, d, err)
	}
}

// failed backs off; how often it was tried is told by how late the lane is.
func (c *Courier) failed(ctx context.Context, l Lease, d Delivery, err error) (time.Duration, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if _, ok := errors.AsType[*PoisonError](err); ok {
		return 0, c.Engine.park(ctx, l.Key, l.Lane, err)
	}
	wait := min(max(firstBackoff, c.Real().Sub(d.Since)/2), lastBackoff)
	c.Log.WarnContext(ctx, "delivery failed, will retry", "record", d.Record.String(), "room", d.Room, "after", wait, "err", err)
	c.measure(d, "error", 0)
	return wait, nil
}

func (c *Courier) measure(d Delivery, outcome string, late time.Duration) {
	c.Engine.measure(Measured{What: "delivery", Platform: platformOf(d.Room), Outcome: outcome, Late: late})
}

func (c *Courier) settle(ctx context.Context, l Lease, d Delivery, r Receipt, outcome string) error {
	if err := c.Store.Settle(ctx, l, d, r); err != nil {
		return fmt.Errorf("settle %s: %w", d.Key, err)
	}
	c.measure(d, outcome, c.Real().Sub(d.Since))
	return nil
}

// deliver does what a delivery asks for.
func (c *Courier) deliver(ctx context.Context, d Delivery) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, deliverTimeout)
	defer cancel()
	switch {
	case d.Tell != nil:
		event := d.Tell.Event
		event.ID = d.Key
		if err := c.Engine.Tell(ctx, d.Tell.To, event); err != nil && !errors.Is(err, ErrDuplicate) {
			return Receipt{}, err
		}
		return Receipt{}, nil
	case d.Query != nil:
		return Receipt{}, c.answer(ctx, d)
	case len(d.Bind) > 0:
		return Receipt{}, c.Names.Bind(ctx, d.To, d.Bind...)
	}
	platform := c.Platforms[platformOf(d.Room)]
	if platform == nil {
		return Receipt{}, fmt.Errorf("%w: no platform serves %q", ErrUndeliverable, d.Room)
	}
	if d.Under != "" && d.Thread == "" {
		return Receipt{}, fmt.Errorf("%w: the thread of slot %s was never opened", ErrUndeliverable, d.Under)
	}
	receipt, err := platform.Deliver(ctx, d)
	if err != nil {
		return receipt, err
	}
	if d.Opens && receipt.Thread != "" { // before the settling: a crash repeats it
		if err := c.Names.Bind(ctx, d.Record, threadName(d.Room, receipt.Thread)); err != nil {
			return receipt, fmt.Errorf("bind thread %s: %w", receipt.Thread, err)
		}
	}
	return receipt, nil
}

// answer renders a query and tells its record, once.
func (c *Courier) answer(ctx context.Context, d Delivery) error {
	render, ok := c.Queries[d.Query.Name]
	if !ok {
		return fmt.Errorf("%w: nobody answers query %q", ErrUndeliverable, d.Query.Name)
	}
	m, err := render(ctx, d.Record, *d.Query)
	if err != nil {
		return err
	}
	err = c.Engine.Tell(ctx, d.Record, Event{ID: "answered:" + d.Key, Kind: EventAnswered, Topic: d.Query.Name, Values: d.Query.Args, Message: m})
	if errors.Is(err, ErrDuplicate) {
		return nil
	}
	return err
}

// report tells the record what became of a delivery, once, before the lane
// forgets it.
func (c *Courier) report(ctx context.Context, d Delivery, r Report, kind EventKind) error {
	if !d.Report && kind != EventUndeliverable || d.Tell != nil || len(d.Bind) > 0 {
		return nil
	}
	err := c.Engine.Tell(ctx, d.Record, Event{ID: string(kind) + ":" + d.Key, Kind: kind, At: r.At, Report: &r})
	if errors.Is(err, ErrDuplicate) {
		return nil
	}
	return err
}
