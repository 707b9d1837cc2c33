package console

import (
	"context"
	"net/http"
	"time"
)

// clock is what the page's clock shows and ticks on from.
type clock struct {
	Now    time.Time     `json:"now"`
	Offset time.Duration `json:"offset"` // ahead of real time
	Moving bool          `json:"moving,omitempty"`
}

func (c *Console) clock() clock {
	k := clock{Now: c.now().UTC()}
	if c.travel == nil {
		return k
	}
	k.Offset = c.travel.Offset()
	if c.travelling.TryLock() {
		c.travelling.Unlock()
	} else {
		k.Moving = true
	}
	return k
}

type journey struct {
	Step string `json:"step"`
}

type arrival struct {
	Clock clock `json:"clock"`
	Alarm bool  `json:"alarm"` // of "next": there was one
}

// postTravel moves the clock. The journey goes on when the page is closed.
func (c *Console) postTravel(r *http.Request, in journey) (arrival, error) {
	if c.travel == nil {
		return arrival{}, &refusalError{http.StatusNotFound, "Time goes its own way here."}
	}
	if !c.travelling.TryLock() {
		return arrival{}, &refusalError{http.StatusConflict, "The clock is moving already. Wait until it has arrived."}
	}
	alarm, err := c.move(context.WithoutCancel(r.Context()), in.Step)
	c.travelling.Unlock()
	if err != nil {
		return arrival{}, err
	}
	return arrival{c.clock(), alarm}, c.board.catchUp(r.Context())
}

func (c *Console) move(ctx context.Context, step string) (alarm bool, err error) {
	switch step {
	case "15m":
		return false, c.travel.Advance(ctx, 15*time.Minute)
	case "1h":
		return false, c.travel.Advance(ctx, time.Hour)
	case "1d":
		return false, c.travel.Advance(ctx, 24*time.Hour)
	case "next":
		at, err := c.travel.AdvanceToNextAlarm(ctx)
		return !at.IsZero(), err
	case "down":
		return false, c.travel.Down(ctx, 24*time.Hour)
	default:
		return false, &refusalError{http.StatusBadRequest, "The clock cannot move like that."}
	}
}
