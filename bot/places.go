package bot

import (
	"context"
	"fmt"
)

// EachPlace tells of every place on a platform where something may be said that
// is for casebot: the subscribers' channels, the threads of cases that are open
// or may be reopened, and those of intakes in hand. It pages through them, so a platform can look for what it missed. The thread is
// empty for a channel; each returns false to end it.
func (g *Engine) EachPlace(ctx context.Context, platform string, each func(room, thread string) bool) error {
	places := func(p ...Place) bool {
		for _, p := range p {
			if p.Room != "" && platformOf(p.Room) == platform && !each(p.Room, p.Thread) {
				return false
			}
		}
		return true
	}
	_, err := g.eachRecord(ctx, indexSubscribers, func(v Versioned) (bool, error) {
		s, err := decode[Subscriber](v)
		if err != nil || s == nil {
			return true, err
		}
		for _, room := range s.Channels {
			if !places(Place{Room: room}) {
				return false, nil
			}
		}
		if on, err := g.eachDraft(ctx, s, func(d *Draft) bool { return d.Place.Thread == "" || places(d.Place) }); err != nil || !on {
			return false, err
		}
		return g.eachRecord(ctx, indexLive+":"+s.Key, func(v Versioned) (bool, error) {
			c, err := decode[Case](v)
			if err != nil || c == nil {
				return true, err
			}
			for _, p := range []Place{c.Customer, c.Triage} {
				if p.Thread != "" && !places(p) {
					return false, nil
				}
			}
			return true, nil
		})
	})
	return err
}

// eachDraft tells of the intakes in the hands of a subscriber's contacts.
func (g *Engine) eachDraft(ctx context.Context, s *Subscriber, each func(*Draft) bool) (on bool, err error) {
	for _, c := range s.Contacts {
		records, err := g.Store.Load(ctx, personOf(c))
		if err != nil {
			return false, fmt.Errorf("load %s: %w", personOf(c), err)
		}
		p, err := decode[Person](records[0])
		if err != nil || p == nil || p.Draft.Zero() {
			continue // what is broken is told where it is needed
		}
		d, err := g.draft(ctx, p.Draft)
		if err == nil && d != nil && d.Case.Zero() && !each(d) {
			return false, nil
		}
	}
	return true, nil
}

// eachRecord loads the records of an index, a page at a time; on tells whether
// it came to the end.
func (g *Engine) eachRecord(ctx context.Context, index string, each func(Versioned) (bool, error)) (on bool, err error) {
	after := ""
	for {
		keys, next, err := g.Store.List(ctx, index, after, pageSize)
		if err != nil {
			return false, fmt.Errorf("list %s: %w", index, err)
		}
		records, err := g.Store.Load(ctx, keys...)
		if err != nil {
			return false, fmt.Errorf("load records of %s: %w", index, err)
		}
		for _, v := range records {
			if on, err := each(v); err != nil || !on {
				return false, err
			}
		}
		if next == "" {
			return true, nil
		}
		after = next
	}
}

// Topics of what may happen to a room.
const (
	RoomMoved    = "moved"    // it has another reference now: Values "from" and "to"
	RoomLeft     = "left"     // the bot was taken out of it
	RoomArchived = "archived" // nobody can write there any more
)

// known names a place as the records do, where the platform gave its room
// another reference since: by the old one, unless the directory has the new one
// and the thread is not of before.
func (g *Engine) known(ctx context.Context, o Origin) (Origin, error) {
	keys, err := g.Names.Lookup(ctx, roomName(o.Room), threadName(o.Was, o.Thread))
	if err != nil {
		return o, fmt.Errorf("look up %s: %w", o.Room, err)
	}
	if keys[0].Zero() || o.Thread != "" && !keys[1].Zero() {
		o.Room = o.Was
	}
	return o, nil
}

// roomChanged decides on what happened to a channel of the subscriber's. Staff
// hear of what keeps casebot from its work there.
func (t *turn) roomChanged(s *Subscriber) {
	room := t.e.Origin.Room
	t.why("room "+t.e.Topic, "room", room)
	switch t.e.Topic {
	case RoomMoved:
		if s.Moved == nil {
			s.Moved = map[string]string{}
		}
		s.Moved[t.e.Values["from"]] = t.e.Values["to"]
	case RoomLeft, RoomArchived:
		delete(s.Doors, room)
		t.notice(t.r.Fallback, 0, Message{Tone: ToneAlarm, Text: t.staffVoice().Say("room."+t.e.Topic, "room", room, "subscriber", s.Name, "bot", t.r.Bot)})
	}
}
