package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"
)

// Slack tells again what was not acknowledged, but the later the more seldom:
// after a minute, after five, and then each hour. So after a time in which no
// replica could be told anything, the places that matter are read.
const (
	beatEvery    = 10 * time.Second
	gapLeast     = 3 * beatEvery  // shorter ones are bridged by the retries
	gapMost      = 48 * time.Hour // as long as events are known again by their ids
	catchUpMost  = time.Hour      // then it is left to the retries
	aliveName    = "alive"        // in the memory: when a replica could last be told something
	gapName      = "gap"          // since when something may have been missed
	closingName  = "closing"      // a replica is at it
	closingLasts = 5 * time.Minute
	keepAlive    = 7 * 24 * time.Hour // a gap may be long
)

// beat looks at the token, notes that this replica can be told things, and after
// a gap reads what was missed. It runs until ctx ends.
func (s *Slack) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		s.checkToken(ctx)
		if s.Ready(ctx) == nil {
			s.alive(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.health.news:
		}
	}
}

func (s *Slack) alive(ctx context.Context) {
	now := s.now()
	known, err := s.memory.Get(ctx, aliveName, gapName)
	if err != nil {
		s.log.WarnContext(ctx, "sign of life not kept", "err", err)
		return
	}
	notes := map[string]string{aliveName: strconv.FormatInt(now.Unix(), 10)}
	since, open := moment(known[1])
	if last, ok := moment(known[0]); !open && ok && now.Sub(last) >= gapLeast && now.Sub(last) <= gapMost {
		// The gap is noted until it is closed: whoever dies meanwhile leaves it.
		since, open = last.Add(-beatEvery), true
		notes[gapName] = strconv.FormatInt(since.Unix(), 10)
	}
	if err := s.memory.Set(ctx, keepAlive, notes); err != nil {
		s.log.WarnContext(ctx, "sign of life not kept", "err", err)
		return
	}
	if open && s.cfg.Places != nil {
		s.closeGap(ctx, since)
	}
}

// moment reads a time that was noted.
func moment(note string) (time.Time, bool) {
	sec, err := strconv.ParseInt(note, 10, 64)
	return time.Unix(sec, 0), err == nil
}

// closeGap reads what was missed in the background, on one replica at a time.
// Where that fails it is tried again once the claim has run out.
func (s *Slack) closeGap(ctx context.Context, since time.Time) {
	before, err := s.memory.Claim(ctx, closingName, "1", closingLasts)
	if err != nil || before != "" {
		return
	}
	s.log.WarnContext(ctx, "nobody could be told anything for a while, catching up", "since", since)
	s.listening.inFlight.Go(func() {
		s.guard(ctx, "catch-up", func() {
			ctx, cancel := context.WithTimeout(ctx, catchUpMost)
			defer cancel()
			n, err := s.catchUp(ctx, since)
			if err == nil {
				err = s.memory.Set(ctx, keepAlive, map[string]string{gapName: "", closingName: ""})
			}
			if err != nil {
				s.log.WarnContext(ctx, "not caught up, will try again", "messages", n, "err", err)
				return
			}
			s.log.InfoContext(ctx, "caught up", "messages", n)
		})
	})
}

// catchUp reads the places that matter since a time, and takes what people
// wrote there as if Slack had told it now. What was told is known by its id.
func (s *Slack) catchUp(ctx context.Context, since time.Time) (messages int, err error) {
	var failed error
	err = s.cfg.Places(ctx, func(room, thread string) bool {
		if _, _, direct, ok := split(room); !ok || direct && thread == "" {
			return true
		}
		n, err := s.missedIn(ctx, room, thread, since)
		messages += n
		if err != nil && ctx.Err() == nil { // one place that is gone does not hold up the others
			failed = errors.Join(failed, err)
		}
		return ctx.Err() == nil
	})
	return messages, errors.Join(err, failed, ctx.Err())
}

func (s *Slack) missedIn(ctx context.Context, room, thread string, since time.Time) (int, error) {
	w, err := s.at(ctx, room)
	if err != nil {
		return 0, err
	}
	self, err := w.whoami(ctx)
	if err != nil {
		return 0, err
	}
	channel, err := w.channel(ctx, room)
	if err != nil {
		return 0, err
	}
	return w.missed(ctx, self, channel, thread, since)
}

// missed takes what was written in one place.
func (s *workspace) missed(ctx context.Context, self Self, channel, thread string, since time.Time) (taken int, err error) {
	var found []slackapi.Message
	oldest := fmt.Sprintf("%d.000000", since.Unix())
	for {
		_, err := s.pages(ctx, channel, thread, oldest, func(m slackapi.Message) bool {
			found = append(found, m)
			return false
		})
		var limited *slackapi.RateLimitedError
		if !errors.As(err, &limited) {
			if err != nil {
				return 0, err
			}
			break
		}
		found = nil
		if !sleep(ctx, max(limited.RetryAfter, time.Second)) {
			return 0, ctx.Err()
		}
	}
	slices.SortStableFunc(found, func(a, b slackapi.Message) int { return strings.Compare(a.Timestamp, b.Timestamp) }) // a channel's newest come first
	for _, m := range found {
		if stamp(m.Timestamp).Before(since) { // a thread's first message comes along
			continue
		}
		if err := s.takeMessage(ctx, self, messageOf(channel, m)); err != nil {
			return taken, err
		}
		taken++
	}
	return taken, nil
}

// messageOf is a message that was read as an event would tell it.
func messageOf(channel string, m slackapi.Message) inner {
	return inner{
		Type: "message", Subtype: m.SubType, Channel: id(channel), User: id(m.User), BotID: m.BotID, Text: m.Text, TS: m.Timestamp,
		ThreadTS: m.ThreadTimestamp, ParentUser: m.ParentUserId, Files: files(m.Files),
	}
}
