package console

import (
	"context"
	"errors"
	"time"

	"casebot/bot"
)

const (
	maxBackoff  = 60  // units of retryEvery between two attempts
	maxAttempts = 200 // then a post waits for the next start
)

var (
	errBusy = errors.New("console: somebody listens already")
	errDeaf = errors.New("console: nobody listens")
)

// Listen implements bot.Platform. While it runs, posts that casebot did not
// acknowledge are told again, those of an earlier run included.
func (c *Console) Listen(ctx context.Context, handle bot.Handle) error {
	l := &c.listening
	l.Lock()
	if l.handle != nil {
		l.Unlock()
		return errBusy
	}
	l.handle = handle
	l.Unlock()
	defer func() {
		l.Lock()
		l.handle = nil
		close(l.ended)
		l.ended = make(chan struct{})
		l.Unlock()
		l.inFlight.Wait()
	}()

	again := redelivery{}
	tick := time.NewTicker(retryEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			c.redeliver(ctx, again)
		}
	}
}

// tell hands an event to casebot and waits for its commit, even if the browser
// that sent it is gone meanwhile.
func (c *Console) tell(ctx context.Context, e bot.Event) (bot.Answer, error) {
	l := &c.listening
	l.Lock()
	handle := l.handle
	if handle == nil {
		l.Unlock()
		return bot.Answer{}, errDeaf
	}
	l.inFlight.Add(1)
	l.Unlock()
	defer l.inFlight.Done()

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleLimit)
	defer cancel()
	arrived := c.cfg.Real()
	answer, err := handle(ctx, e)
	if err == nil || errors.Is(err, bot.ErrDuplicate) {
		c.cfg.Meter(bot.Measured{What: "ack", Platform: Name, Took: c.cfg.Real().Sub(arrived)})
	}
	if errors.Is(err, bot.ErrDuplicate) {
		return bot.Answer{}, nil
	}
	if answer.Form != nil { // the text beside it is for platforms without forms
		answer.Private = nil
	}
	return answer, err
}

// listens says whether events are taken now.
func (c *Console) listens() bool {
	c.listening.Lock()
	defer c.listening.Unlock()
	return c.listening.handle != nil
}

// ended is closed when the present or next Listen ends.
func (c *Console) ended() <-chan struct{} {
	c.listening.Lock()
	defer c.listening.Unlock()
	return c.listening.ended
}

// hear tells casebot a person's post and notes that it has heard it.
func (c *Console) hear(ctx context.Context, p post) (bot.Answer, error) {
	c.inHand.Store(p.ID, true)
	defer c.inHand.Delete(p.ID)
	answer, err := c.tell(ctx, c.event(p))
	if err != nil {
		return answer, err
	}
	version := 1
	if p.Heard > 0 {
		version = p.Edits + 1
	}
	_, err = c.change(context.WithoutCancel(ctx), p.ID, func(p *post) bool {
		if p.Heard >= version {
			return false
		}
		p.Heard = version
		return true
	})
	if err != nil { // casebot will hear it twice, and know it by its id
		c.log.WarnContext(ctx, "acknowledgement not kept, will retry", "post", p.ID, "err", err)
	}
	return answer, nil
}

// redelivery counts the rounds that each unheard post still waits.
type redelivery map[string]*waiter

type waiter struct {
	version  int
	attempts int
	rounds   int
}

// redeliver tells the posts that nobody acknowledged, oldest first. A post
// that waits holds back the later ones of its room.
func (c *Console) redeliver(ctx context.Context, again redelivery) {
	if err := c.board.catchUp(ctx); err != nil {
		return
	}
	held, unheard := map[string]bool{}, map[string]bool{}
	for _, p := range c.board.waiting() {
		unheard[p.ID] = true
		w := again[p.ID]
		if w == nil || w.version != p.Edits {
			// Another replica may be busy with it: leave it time.
			w = &waiter{version: p.Edits, rounds: 2}
			again[p.ID] = w
		}
		if w.attempts >= maxAttempts {
			continue
		}
		_, busy := c.inHand.Load(p.ID)
		if w.rounds--; w.rounds > 0 || busy || held[p.Room] {
			held[p.Room] = true
			continue
		}
		if _, err := c.hear(ctx, p.post); err != nil {
			held[p.Room] = true
			w.attempts++
			w.rounds = min(1<<min(w.attempts, 10), maxBackoff)
			c.log.WarnContext(ctx, "event not acknowledged, will retry", "event", Name+":"+p.ID, "attempt", w.attempts, "err", err)
			if w.attempts == maxAttempts {
				c.log.ErrorContext(ctx, "event given up until the next start", "event", Name+":"+p.ID, "err", err)
			}
		} else if p.Edits > 0 && p.Heard == 0 {
			w.rounds = 1 // its edit is next
		}
	}
	for id := range again {
		if !unheard[id] {
			delete(again, id)
		}
	}
}
