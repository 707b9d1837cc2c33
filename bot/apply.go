package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"casebot/policy"
)

// DirectoryEntry is a subscriber as the directory file says it.
type DirectoryEntry struct {
	Key       string           `json:"key"`
	Name      string           `json:"name"`
	Package   string           `json:"package"`
	Instances []Instance       `json:"instances,omitempty"`
	Location  string           `json:"location,omitempty"`
	Language  string           `json:"language,omitempty"`
	Timezone  string           `json:"timezone,omitempty"`
	Calendar  string           `json:"calendar,omitempty"`
	Channels  []string         `json:"channels,omitempty"`
	Advisor   string           `json:"advisor,omitempty"`
	Contacts  []policy.Contact `json:"contacts,omitempty"`
}

// Entry is the subscriber as a directory file would say it, for export.
func (s *Subscriber) Entry() DirectoryEntry {
	return DirectoryEntry{
		Key: s.Key, Name: s.Name, Package: s.Package, Instances: s.Instances, Location: s.Location, Language: s.Language,
		Timezone: s.Timezone, Calendar: s.Calendar, Channels: s.Channels, Advisor: s.Advisor, Contacts: s.Contacts,
	}
}

// ApplyEvent is the event of one subscriber of a directory file. removed: the
// file names it no more.
func ApplyEvent(entry DirectoryEntry, removed bool, id string) (Event, error) {
	body, err := json.Marshal(entry)
	if err != nil {
		return Event{}, fmt.Errorf("encode subscriber %s: %w", entry.Key, err)
	}
	e := Event{ID: id, Kind: EventApplied, Values: map[string]string{"entry": string(body)}}
	if removed {
		e.Values["removed"] = "yes"
	}
	return e, nil
}

// apply brings a subscriber in line with the directory file, field by field:
// what changed in the file since it was last applied is taken over, what chat
// changed since stays.
func (t *turn) apply() {
	var file DirectoryEntry
	if err := json.Unmarshal([]byte(t.e.Values["entry"]), &file); err != nil {
		t.why("unreadable", "err", err.Error())
		return
	}
	s := &Subscriber{Key: file.Key, Standing: policy.Good}
	existed := t.s.Subscriber != nil
	if existed {
		s = t.s.Subscriber.clone()
	}
	before := s.clone()
	t.s.Subscriber = s
	s.Removed = t.e.Values["removed"] == "yes"
	if !s.Removed {
		merged, err := mergeEntry(s.Entry(), s.Applied, file)
		if err != nil {
			t.why("unreadable", "err", err.Error())
			return
		}
		s.take(merged)
		for i := range s.Contacts { // who is newest decides a downgrade (T45)
			if s.Contacts[i].NominatedAt.IsZero() {
				s.Contacts[i].NominatedAt = t.at
			}
		}
		s.Applied = json.RawMessage(t.e.Values["entry"])
		t.admit(before, s)
	}
	t.fitSeats(s)
	t.contactsChanged(before, s)
	stamp := t.r.clockStamp(s)
	if s.ClockStamp != "" && (s.ClockStamp != stamp || t.now.Sub(t.r.calendarOf(s).Published()) < settling) {
		t.startSweep(s, "calendar")
	}
	s.ClockStamp = stamp
	if next := s.Week.Next; next.IsZero() || next.After(t.now) {
		t.scheduleWeekly(s)
	}
	t.doors(s)
	if existed && same(before, s) {
		return // nothing changed: no commit, no line in the log
	}
	t.bindPlaces(before, s)
	t.why("directory applied")
	t.keepSubscriber(s)
}

// same tells whether two subscribers are stored alike.
func same(a, b *Subscriber) bool {
	x, err := encode(a)
	if err != nil {
		return false
	}
	y, err := encode(b)
	return err == nil && bytes.Equal(x, y)
}

func (s *Subscriber) take(e DirectoryEntry) {
	s.Name, s.Package, s.Instances, s.Location, s.Language = e.Name, e.Package, e.Instances, e.Location, e.Language
	s.Timezone, s.Calendar, s.Channels, s.Advisor, s.Contacts = e.Timezone, e.Calendar, e.Channels, e.Advisor, slices.Clone(e.Contacts)
}

// settling is how long after a calendar was published open cases are swept
// whenever a replica takes it over: until then one with the calendar before it
// may have looked at their clocks.
const settling = 24 * time.Hour

// clockStamp changes when a subscriber's clocks may run otherwise than before.
func (r *Rules) clockStamp(s *Subscriber) string {
	return r.calendarOf(s).Name() + " " + r.calendarHash(s)
}

// mergeEntry takes over what the file changed since it was last applied.
func mergeEntry(now DirectoryEntry, applied json.RawMessage, file DirectoryEntry) (DirectoryEntry, error) {
	if len(applied) == 0 {
		return file, nil
	}
	var last DirectoryEntry
	if err := json.Unmarshal(applied, &last); err != nil {
		return file, fmt.Errorf("decode what was last applied to %s: %w", file.Key, err)
	}
	contacts := mergeContacts(now.Contacts, last.Contacts, file.Contacts)
	merged, err := mergeFields(now, last, file)
	merged.Contacts = contacts
	return merged, err
}

func mergeContacts(now, last, file []policy.Contact) []policy.Contact {
	find := func(list []policy.Contact, key string) *policy.Contact {
		if i := slices.IndexFunc(list, func(c policy.Contact) bool { return c.Key == key }); i >= 0 {
			return &list[i]
		}
		return nil
	}
	var out []policy.Contact
	for _, c := range now {
		inLast, inFile := find(last, c.Key), find(file, c.Key)
		switch {
		case inFile == nil && inLast != nil: // taken out of the file
		case inFile == nil || inLast == nil:
			out = append(out, c)
		default:
			if merged, err := mergeFields(c, *inLast, *inFile); err == nil {
				c = merged
			}
			out = append(out, c)
		}
	}
	for _, c := range file {
		if find(now, c.Key) == nil && find(last, c.Key) == nil {
			out = append(out, c)
		}
	}
	return out
}

// mergeFields sets in now each JSON field that differs between last and file.
func mergeFields[T any](now, last, file T) (T, error) {
	var out T
	var maps [3]map[string]json.RawMessage
	for i, v := range []T{now, last, file} {
		body, err := json.Marshal(v)
		if err != nil {
			return out, fmt.Errorf("encode %T: %w", v, err)
		}
		if err := json.Unmarshal(body, &maps[i]); err != nil {
			return out, fmt.Errorf("decode %T: %w", v, err)
		}
	}
	fields := map[string]bool{}
	for _, m := range maps[1:] {
		for name := range m {
			fields[name] = true
		}
	}
	for name := range fields {
		if bytes.Equal(maps[1][name], maps[2][name]) {
			continue
		}
		if value, ok := maps[2][name]; ok {
			maps[0][name] = value
		} else {
			delete(maps[0], name)
		}
	}
	body, err := json.Marshal(maps[0])
	if err != nil {
		return out, fmt.Errorf("encode %T: %w", out, err)
	}
	if err := json.Unmarshal(body, &out); err != nil {
		return out, fmt.Errorf("decode %T: %w", out, err)
	}
	return out, nil
}

// Binding is names that point at a record.
type Binding struct {
	Key   Key
	Names []string
}

// Bindings are the names of a subscriber's channels and people.
func (e DirectoryEntry) Bindings() []Binding {
	var rooms []string
	for _, room := range e.Channels {
		rooms = append(rooms, roomName(room))
	}
	out := []Binding{{SubscriberKey(e.Key), rooms}}
	for _, c := range e.Contacts {
		var names []string
		for _, ref := range refs(c, "") {
			names = append(names, personName(ref))
		}
		out = append(out, Binding{personOf(c), names})
	}
	return slices.DeleteFunc(out, func(b Binding) bool { return b.Key.Zero() || len(b.Names) == 0 })
}

// Apply tells a subscriber what the directory file says of it, and answers what
// of it is refused. Its names are written at once, so that the next message finds
// it; the effects of the decision write them again, whatever crashed between.
func (g *Engine) Apply(ctx context.Context, entry DirectoryEntry, removed bool, id string) (Answer, error) {
	e, err := ApplyEvent(entry, removed, id)
	if err != nil {
		return Answer{}, err
	}
	answer, err := g.tell(ctx, SubscriberKey(entry.Key), e)
	if err != nil {
		return Answer{}, fmt.Errorf("apply subscriber %s: %w", entry.Key, err)
	}
	for _, b := range entry.Bindings() {
		if removed {
			break
		}
		if err := g.Names.Bind(ctx, b.Key, b.Names...); err != nil {
			return Answer{}, fmt.Errorf("bind names of %s: %w", b.Key, err)
		}
	}
	return answer, nil
}

// bindPlaces points channels at the subscriber and people at their records.
func (t *turn) bindPlaces(before, s *Subscriber) {
	key := SubscriberKey(s.Key)
	var unbind []string
	for _, room := range before.Channels {
		if s.Removed || !slices.Contains(s.Channels, room) {
			unbind = append(unbind, roomName(room))
		}
	}
	if !s.Removed {
		for _, b := range s.Entry().Bindings() {
			t.send(Delivery{Record: key, Bind: b.Names, To: b.Key})
		}
	}
	if len(unbind) > 0 {
		t.send(Delivery{Record: key, Bind: unbind})
	}
	for _, c := range s.Contacts {
		person := personOf(c)
		if person.Zero() {
			continue
		}
		topic := topicJoined
		if s.Removed {
			topic = topicLeft
		}
		t.told(person, topic, map[string]string{"subscriber": s.Key, "name": c.Name}, nil)
	}
	for _, c := range before.Contacts {
		if s.contact(c.Key) == nil && !personOf(c).Zero() {
			t.told(personOf(c), topicLeft, map[string]string{"subscriber": s.Key, "name": c.Name}, nil)
		}
	}
}

// personOf is the record of a contact: the first of their references.
func personOf(c policy.Contact) Key {
	if list := refs(c, ""); len(list) > 0 {
		return PersonKey(list[0])
	}
	return Key{}
}

// Names under which places and people are found.
func threadName(room, thread string) string { return "at:" + room + ":" + thread }
func roomName(room string) string           { return "at:" + room }
func personName(ref string) string          { return "who:" + ref }
