package slack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"casebot/bot"
)

var (
	errBusy = errors.New("slack: somebody listens already")
	errDeaf = errors.New("slack: nobody listens")
)

// listening is who is told of events, and what is in hand.
type listening struct {
	sync.Mutex
	handle   bot.Handle
	ended    chan struct{} // closed when the present or next Listen ends
	inFlight sync.WaitGroup
}

// Listen implements bot.Platform: over the socket where there is an app token,
// else over the routes that cmd serves.
func (s *Slack) Listen(ctx context.Context, handle bot.Handle) error {
	s.checkToken(ctx)
	l := &s.listening
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
	var group errgroup.Group
	group.Go(func() error { s.beat(ctx); return nil })
	if s.cfg.AppToken == "" {
		return group.Wait()
	}
	for range s.cfg.Sockets {
		group.Go(func() error { return s.keepSocket(ctx) })
	}
	return group.Wait()
}

// listens tells whether somebody is told of events.
func (s *Slack) listens() bool {
	s.listening.Lock()
	defer s.listening.Unlock()
	return s.listening.handle != nil
}

// hold marks an event as in hand; done lets go of it. Without a listener
// nothing is taken.
func (s *Slack) hold() (handle bot.Handle, done func(), ok bool) {
	l := &s.listening
	l.Lock()
	defer l.Unlock()
	if l.handle == nil {
		return nil, nil, false
	}
	l.inFlight.Add(1)
	return l.handle, l.inFlight.Done, true
}

// refused counts what never becomes an event.
func (s *Slack) refused(kind, outcome string) {
	s.cfg.Meter(bot.Measured{What: "refused", Platform: Name, Kind: kind, Outcome: outcome})
}

// acknowledged measures from an envelope's arrival to its acknowledgement.
func (s *Slack) acknowledged(arrived time.Time) {
	s.cfg.Meter(bot.Measured{What: "ack", Platform: Name, Took: s.now().Sub(arrived)})
}

// kind is what an envelope holds, as the socket names it.
type kind string

const (
	kindEvent       kind = "events_api"
	kindInteractive kind = "interactive"
	kindSlash       kind = "slash_commands"
)

// errMalformed: a payload that cannot be understood. Telling it again would not
// help, so it is acknowledged, counted and reported.
var errMalformed = errors.New("malformed payload")

// outcome is how an envelope is acknowledged, and what follows.
type outcome struct {
	payload any    // in the acknowledgement; nil: nothing
	after   func() // once it is sent; nil: nothing
	why     ignored
}

// take takes an envelope to its commit. With an error it must not be
// acknowledged. An interaction is acknowledged within Slack's three seconds in
// any case, and answered later where it takes longer.
func (s *Slack) take(ctx context.Context, k kind, payload []byte) (outcome, error) {
	handle, done, ok := s.hold()
	if !ok {
		return outcome{}, errDeaf
	}
	release := sync.OnceFunc(done)
	arrived := s.now()
	later := patient(context.WithoutCancel(ctx), arrived.Add(lookPatience))
	ctx, cancel := context.WithTimeout(later, handleLimit)
	w, err := s.of(ctx, teamOf(payload))
	if errors.Is(err, errElsewhere) && k == kindInteractive && s.spaces.primary != nil {
		w, err = s.spaces.primary, nil // of somebody of another organisation it may name theirs
	}
	if errors.Is(err, errElsewhere) {
		release()
		cancel()
		s.refused("elsewhere", "ignored")
		s.log.WarnContext(ctx, "payload of a workspace that the app is not installed in", "kind", string(k), "err", err)
		return outcome{why: "of another workspace"}, nil
	}
	if err == nil && w.prefix != "" {
		w = s.atHome(ctx, w, channelOf(payload))
	}
	var self Self
	if err == nil {
		self, err = w.whoami(ctx)
	}
	if w != nil && w.prefix != "" && isCode(err, dead...) {
		defer release()
		defer cancel()
		return outcome{why: "of a workspace that does not take the token"}, w.tokenRefused(ctx, err)
	}
	if err != nil {
		release()
		cancel()
		return outcome{}, err
	}
	v := visit{s: w, ctx: ctx, later: later, arrived: arrived, self: self, handle: handle, end: func() { release(); cancel() }}
	defer func() {
		if p := recover(); p != nil { // counted by whoever guards; nothing stays in hand
			v.end()
			panic(p)
		}
	}()
	var out outcome
	switch k {
	case kindEvent:
		out, err = v.event(payload)
	case kindSlash:
		out, err = v.slash(payload)
	case kindInteractive:
		out, err = v.interaction(payload)
	default:
		err = fmt.Errorf("%w: envelope of type %q", errMalformed, k)
	}
	if out.after == nil {
		v.end()
	} else {
		then := out.after
		out.after = func() { defer v.end(); then() }
	}
	if errors.Is(err, errMalformed) {
		s.refused("malformed", "ignored")
		s.log.ErrorContext(ctx, "payload not understood", "kind", string(k), "err", err)
		return outcome{why: ignored(err.Error())}, nil
	}
	return out, err
}
