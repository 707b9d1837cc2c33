package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"casebot/policy"
)

// A shared channel takes one post a second (api.slack.com, rate limits of
// chat.postMessage); what waits meanwhile is said in one post.
const (
	roomPace   = time.Second
	roomMerge  = 5  // notices in one post: each has a row of buttons
	roomMemory = 40 // posts that can still be brought up to date
)

// roomEvent decides on what a shared channel is told to say.
func (t *turn) roomEvent() {
	r := Room{V: bodyVersion, Ref: t.s.Target.Owner}
	if t.s.Room != nil {
		r = *t.s.Room
		r.Waiting, r.Posts = slices.Clone(r.Waiting), slices.Clone(r.Posts)
	}
	switch t.e.Kind {
	case EventTold:
		t.roomTold(&r)
	case EventDelivered, EventUndeliverable:
		t.roomReport(&r)
	case EventAlarm, EventCommand, EventMessage, EventJoined, EventRoom, EventAnswered, EventApplied:
	}
	w := Write{Key: t.s.Target, Record: &r}
	if len(r.Waiting) > 0 {
		if next := r.LastAt.Add(roomPace); !next.After(t.now) || r.LastAt.After(t.now) {
			t.post(&r)
		}
	}
	if len(r.Waiting) > 0 {
		w.Alarm = r.LastAt.Add(roomPace)
	}
	t.save(w)
}

func (t *turn) roomTold(r *Room) {
	if t.e.Message == nil {
		return
	}
	key := t.e.Values["key"]
	switch t.e.Topic {
	case topicNotice:
		from, err := ParseKey(t.e.Values["from"])
		if err != nil {
			return
		}
		urgency, err := strconv.Atoi(t.e.Values["urgency"])
		if err != nil {
			urgency = 0
		}
		r.Waiting = append(r.Waiting, Notice{Key: key, From: from, Urgency: urgency, At: t.now, Message: *t.e.Message})
	case topicUpdate:
		for i := range r.Waiting {
			if r.Waiting[i].Key == key {
				r.Waiting[i].Message = *t.e.Message
				return
			}
		}
		for i, p := range r.Posts {
			j := slices.IndexFunc(p.Notices, func(n Notice) bool { return n.Key == key })
			if j < 0 {
				continue
			}
			p.Notices = slices.Clone(p.Notices)
			p.Notices[j].Message = *t.e.Message
			r.Posts[i] = p
			t.send(Delivery{Room: r.Ref, Slot: p.Slot, Edit: true, Message: merged(p.Notices)})
		}
	}
}

// post says the most urgent of what waits.
func (t *turn) post(r *Room) {
	slices.SortStableFunc(r.Waiting, func(a, b Notice) int { return cmp.Compare(b.Urgency, a.Urgency) })
	n := min(len(r.Waiting), roomMerge)
	p := Posted{Slot: "post:" + r.Waiting[0].Key, Notices: slices.Clone(r.Waiting[:n])}
	r.Waiting = slices.Clone(r.Waiting[n:])
	r.LastAt = t.now
	r.Posts = append(r.Posts, p)
	if len(r.Posts) > roomMemory {
		r.Posts = slices.Clone(r.Posts[len(r.Posts)-roomMemory:])
	}
	t.send(Delivery{Room: r.Ref, Slot: p.Slot, Report: true, Message: merged(p.Notices)})
	t.why("posted", "notices", fmt.Sprint(n))
}

// merged is one message of several notices.
func merged(notices []Notice) Message {
	m := notices[0].Message
	for _, n := range notices[1:] {
		next := n.Message
		m.Text += "\n" + next.Text
		m.Mentions = append(slices.Clone(m.Mentions), next.Mentions...)
		m.Sections = append(slices.Clone(m.Sections), Section{Title: next.Title, Text: next.Text})
		for _, s := range next.Sections {
			if s.Text != next.Text {
				m.Sections = append(m.Sections, s)
			}
		}
		m.Controls = append(slices.Clone(m.Controls), next.Controls...)
		if next.Small != "" {
			m.Sections = append(m.Sections, Section{Text: next.Small})
		}
	}
	return m
}

// toManagers tells managers, team leads and administrators directly what no
// channel of the vendor's takes any more; where there are none, all staff.
func (t *turn) toManagers(m Message) {
	told := map[string]bool{}
	people := slices.Concat(t.r.WithRole(policy.RoleSupportManager), t.r.WithRole(policy.RoleTeamLead), t.r.WithRole(policy.RoleAdmin))
	if len(people) == 0 {
		people = t.r.Staff
	}
	for _, s := range people {
		if room := direct(s.Refs); room != "" && !told[room] {
			told[room] = true
			t.send(Delivery{Room: room, Message: m})
		}
	}
}

// roomReport tells each notice's record what became of it. A channel that is
// gone leaves its notices to the fallback room.
func (t *turn) roomReport(r *Room) {
	rep := t.e.Report
	if rep == nil {
		return
	}
	i := slices.IndexFunc(r.Posts, func(p Posted) bool { return p.Slot == rep.Slot })
	if i < 0 {
		return
	}
	if t.e.Kind == EventDelivered {
		r.Posts[i].Sent = true
		return
	}
	if r.Posts[i].Sent { // an edit of what somebody deleted: it was read
		return
	}
	lost := r.Posts[i]
	r.Posts = slices.Delete(r.Posts, i, i+1)
	for _, n := range lost.Notices {
		m := n.Message
		m.Small = t.r.Texts.In(t.r.Language).Say("room.fallback", "room", r.Ref, "why", rep.Reason)
		if r.Ref == t.r.Fallback || t.r.Fallback == "" {
			t.toManagers(m)
			continue
		}
		t.told(RoomKey(t.r.Fallback), topicNotice, map[string]string{"key": n.Key, "from": n.From.String(), "urgency": fmt.Sprint(n.Urgency)}, &m)
	}
	t.why("undeliverable", "why", rep.Reason)
}
