package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/sla"
)

// Scene is what a decision sees: records of one shard that were loaded
// together, and nothing else. A nil record does not exist.
type Scene struct {
	Target     Key // whose decision it is
	Subscriber *Subscriber
	Case       *Case
	Other      *Case // the second case of a merge, or the one that a draft is linked to
	Draft      *Draft
	Counter    *Counter
	Person     *Person
	Room       *Room

	Log  []Logged // of the case, where the command reads it
	Call *Call    // the command, parsed
	Page []Case   // of a list, or of a report
	More bool     // the page is not the whole list
	Open []Key    // a sweep's next cases
	Next string   // the sweep's cursor after them
	Near string   // a case that the person may see and whose name is like the unknown one
}

// Write is one record as the decision leaves it.
type Write struct {
	Key    Key
	Record any       // nil deletes it
	Alarm  time.Time // zero: none
	Join   []string
	Leave  []string
}

// Decision is the whole outcome of an event.
type Decision struct {
	Writes  []Write
	Answer  Answer
	Effects []Delivery
	Reason  string            // a word for the log: what was decided
	Facts   map[string]string // what else the log should hold
	By      Party             // who acted
	Args    map[string]string // of a command on a case, with secrets masked
	Born    *Case             // the case that was opened, before its clocks began
}

// Changes tells whether there is anything to commit.
func (d Decision) Changes() bool { return len(d.Writes) > 0 || len(d.Effects) > 0 }

// turn is a decision being made.
type turn struct {
	r   *Rules
	e   Event
	now time.Time // the server's clock, never before what the record has seen (T51)
	at  time.Time // when it happened: the platform's stamp, at most now (T51)
	s   Scene
	out Decision
	me  Party

	said   time.Time // when the response of this turn was sent, zero: as it was posted
	masked []string  // kinds of secrets that were masked; their author is told
}

// Decide is the whole behaviour: what becomes of the records of a scene when
// an event happens, what is answered and what is to be said where. It is pure
// and total.
func Decide(s Scene, e Event, r *Rules) Decision {
	t := newTurn(s, e, r)
	t.me = t.party(e.Actor)
	t.decide()
	return t.out
}

// newTurn sets the clocks of a decision.
func newTurn(s Scene, e Event, r *Rules) *turn {
	t := &turn{r: r, e: e, now: e.Seen, at: e.At, s: s}
	if s.Case != nil && s.Case.Seen.After(t.now) {
		t.now = s.Case.Seen
	}
	if t.at.IsZero() || t.at.After(t.now) {
		t.at = t.now
	}
	t.at = t.at.Truncate(time.Millisecond) // outcomes have this resolution (T51)
	return t
}

func (t *turn) decide() {
	t.out.By = t.me
	switch {
	case t.s.Call != nil:
		t.command()
	case t.s.Target.Kind == KindCase:
		t.caseEvent()
	case t.s.Target.Kind == KindDraft:
		t.draftEvent()
	case t.s.Target.Kind == KindSubscriber:
		t.subscriberEvent()
	case t.s.Target.Kind == KindRoom:
		t.roomEvent()
	case t.s.Target.Kind == KindPerson:
		t.personEvent()
	}
	t.tellMasked()
}

// tellMasked adds to the private answer that secrets were masked.
func (t *turn) tellMasked() {
	if len(t.masked) == 0 {
		return
	}
	v := t.voice()
	text := v.Say("masked", "kinds", v.List(t.kinds(t.masked)))
	if f := t.out.Answer.Form; f != nil { // beside a form nothing else is shown
		f.Intro = append([]Section{{Text: text}}, f.Intro...)
	}
	m := t.out.Answer.Private
	if m == nil {
		t.private(Message{Text: text, Tone: ToneWarn})
		return
	}
	if len(m.Sections) == 0 {
		m.Sections = []Section{{Text: m.Text}}
	}
	m.Text += " " + text
	m.Sections = append(m.Sections, Section{Text: text})
}

// mask masks the secrets of a text, and remembers to tell its author.
func (t *turn) mask(text string) string {
	masked, found := policy.Mask(text)
	t.masked = append(t.masked, found...)
	return masked
}

// Party is the person who acts, as the subscriber's record and the staff list
// know them.
type Party struct {
	Ref     string
	Name    string
	Staff   *Staff
	Contact *policy.Contact
	Lack    policy.Lack // what keeps the contact from being authorized
}

// Authorized tells whether the party is an authorized contact (T43).
func (p Party) Authorized() bool { return p.Contact != nil && p.Lack == policy.LackNothing }

// Key is how the log names the party.
func (p Party) Key() string {
	switch {
	case p.Staff != nil:
		return p.Staff.Key
	case p.Contact != nil:
		return p.Contact.Key
	default:
		return p.Ref
	}
}

func (t *turn) party(a Actor) Party {
	p := Party{Ref: a.Ref, Name: a.Name}
	if a.Bot || a.Ref == "" {
		return p
	}
	if s := t.r.StaffOf(a); s != nil {
		p.Staff, p.Name = s, s.Name
		return p
	}
	if t.s.Subscriber == nil {
		return p
	}
	if c := t.s.Subscriber.contactByRef(a.Ref); c != nil {
		p.Contact, p.Name = c, c.Name
		_, p.Lack = c.Authorized(t.at.In(t.r.zoneOf(t.s.Subscriber)))
	}
	return p
}

// may tells whether the party may use a command.
func (p Party) may(m Permit) bool {
	switch {
	case p.Staff != nil:
		return p.Staff.Has(m.Roles...)
	case p.Contact != nil:
		return m.Contact || m.Everyone
	default:
		return m.Everyone
	}
}

// customerVoice speaks the language of the subscriber's rooms.
func (t *turn) customerVoice() texts.Voice {
	return t.r.voice(t.s.Subscriber.Language, t.customerRoom(), true, true)
}

// customerRoom is where the subscriber's people read.
func (t *turn) customerRoom() string {
	switch {
	case t.s.Case != nil && t.s.Case.Customer.Room != "":
		return t.s.Case.Customer.Room
	case len(t.s.Subscriber.Channels) > 0:
		return t.s.Subscriber.Channels[0]
	default:
		return t.e.Origin.Room
	}
}

// staffVoice speaks the language of staff rooms.
func (t *turn) staffVoice() texts.Voice { return t.r.voice(t.r.Language, t.r.Triage, false, false) }

// voice speaks to the person who acts, where they do: their own language where
// it is known.
func (t *turn) voice() texts.Voice {
	lang := t.r.Language
	switch {
	case t.me.Staff != nil:
		lang = cmp.Or(t.me.Staff.Language, lang)
	case t.me.Contact != nil && t.me.Contact.Language != "":
		lang = t.me.Contact.Language
	case t.s.Subscriber != nil:
		lang = t.s.Subscriber.Language
	}
	return t.r.voice(lang, t.e.Origin.Room, t.e.Actor.Outside, t.e.Origin.Thread != "")
}

// zone is the zone that times are told in to the person who acts.
func (t *turn) zone() *time.Location {
	if t.me.Staff != nil {
		if loc := t.r.zone(t.me.Staff.Timezone); loc != nil {
			return loc
		}
		return t.r.staffZone(t.now)
	}
	if t.me.Contact != nil {
		if loc := t.r.zone(t.me.Contact.Timezone); loc != nil {
			return loc
		}
	}
	if t.s.Subscriber != nil {
		return t.r.zoneOf(t.s.Subscriber)
	}
	return t.r.staffZone(t.now)
}

// tell answers privately.
func (t *turn) tell(key string, args ...any) {
	t.private(Message{Text: t.voice().Say(key, args...)})
}

func (t *turn) private(m Message) { t.out.Answer.Private = &m }

// refuse answers privately why something cannot be done and how to put it right.
func (t *turn) refuse(key string, args ...any) {
	t.private(Message{Text: t.voice().Say(key, args...), Tone: ToneWarn})
}

// save writes a record as it is at the end of the turn.
func (t *turn) save(w Write) {
	for i := range t.out.Writes {
		if t.out.Writes[i].Key == w.Key {
			t.out.Writes[i] = w
			return
		}
	}
	t.out.Writes = append(t.out.Writes, w)
}

// nextKey is the key of the next effect. It follows from the event's, so it is
// the same however often the event is decided.
func (t *turn) nextKey() string { return t.e.ID + "/" + strconv.Itoa(len(t.out.Effects)) }

// send adds an effect.
func (t *turn) send(d Delivery) string {
	if d.Key == "" {
		d.Key = t.nextKey()
	}
	if d.Record.Zero() {
		d.Record = t.s.Target
	}
	d.Internal = t.internal(d.Room)
	t.out.Effects = append(t.out.Effects, d)
	return d.Key
}

// internal tells whether what goes to a room is for the vendor's people only:
// whatever is not a channel of the subscriber's, nor somebody's direct messages.
func (t *turn) internal(room string) bool {
	s := t.s.Subscriber
	return room != "" && !isDirect(room) && (s == nil || !slices.Contains(s.Channels, room) && !slices.Contains(s.Channels, s.Moved[room]))
}

// told hands an event to a record of another shard.
func (t *turn) told(to Key, topic string, values map[string]string, m *Message) {
	key := t.nextKey()
	t.send(Delivery{Key: key, Tell: &Tell{To: to, Event: Event{
		ID: key, Kind: EventTold, At: t.at, Seen: t.now, Actor: t.e.Actor, Files: t.e.Files, Topic: topic, Values: values, Message: m,
	}}})
}

// notice says something in a shared channel, by way of its Room.
func (t *turn) notice(room string, urgency int, m Message) string {
	key := t.nextKey()
	t.told(RoomKey(room), topicNotice, map[string]string{"key": key, "from": t.s.Target.String(), "urgency": fmt.Sprint(urgency)}, &m)
	return key
}

// why names the outcome for the log.
func (t *turn) why(reason string, facts ...string) {
	if t.out.Reason == "" {
		t.out.Reason = reason
	} else {
		t.out.Reason += "," + reason
	}
	if t.out.Facts == nil && len(facts) > 0 {
		t.out.Facts = map[string]string{}
	}
	for pair := range slices.Chunk(facts, 2) {
		if len(pair) == 2 {
			t.out.Facts[pair[0]] = pair[1]
		}
	}
}

// clocks are the subscriber's as of the turn: one that is decided anew must not
// know what was published of the calendar later.
func (t *turn) clocks() sla.Clocks {
	k := t.r.clocks(t.s.Subscriber)
	k.Business = k.Business.Known(t.now)
	return k
}
