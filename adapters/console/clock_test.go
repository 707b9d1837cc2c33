package console_test

import (
	"context"
	"sync"
	"time"
)

// travel is a clock that only journeys move.
type travel struct {
	mu     sync.Mutex
	offset time.Duration
	steps  []string
	block  chan struct{}
}

func clockAt(t time.Time) func() time.Time { return func() time.Time { return t } }

func (v *travel) now() time.Time { return noon.Add(v.Offset()) }

func (v *travel) Offset() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.offset
}

func (v *travel) move(step string, d time.Duration) error {
	if v.block != nil {
		<-v.block
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.offset += d
	v.steps = append(v.steps, step)
	return nil
}

func (v *travel) Advance(_ context.Context, d time.Duration) error {
	return v.move("advance "+d.String(), d)
}

func (v *travel) AdvanceToNextAlarm(context.Context) (time.Time, error) {
	return v.now().Add(time.Hour), v.move("next", time.Hour)
}

func (v *travel) Down(_ context.Context, d time.Duration) error { return v.move("down "+d.String(), d) }
