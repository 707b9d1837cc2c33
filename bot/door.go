package bot

import (
	"slices"
	"strings"
)

// A door is the message with the button "Open a case" that is pinned in each of
// a subscriber's channels: where people cannot use slash commands it is the way
// in that everybody finds.
const slotDoor = "door:"

// doors keeps the doors of a subscriber's channels as they should be: on the
// platforms that want them, one a channel, in its language.
func (t *turn) doors(s *Subscriber) {
	open := map[string]string{}
	for _, room := range s.Channels {
		if s.Removed || !slices.Contains(t.r.Doors, platformOf(room)) {
			continue
		}
		m := t.door(s)
		open[room] = m.fingerprint()
		if s.Doors[room] != open[room] {
			t.send(Delivery{Record: SubscriberKey(s.Key), Room: room, Slot: slotDoor + s.firstName(room), Edit: true, Pin: true, Message: m})
		}
	}
	if len(open) == 0 {
		open = nil
	}
	s.Doors = open
}

// firstName is the reference under which a channel's door was posted, whatever
// the platform calls it by now.
func (s *Subscriber) firstName(room string) string {
	for from, to := range s.Moved {
		if to == room {
			return from
		}
	}
	return room
}

func (t *turn) door(s *Subscriber) Message {
	v := t.r.Texts.In(s.Language)
	text := v.Say("door.text", "vendor", t.r.Vendor, "bot", t.r.Bot)
	return Message{Title: v.Say("door.title"), Text: text, Sections: []Section{{Text: text}}, Controls: []Control{
		{Kind: ControlButton, Label: v.Say("button.report"), Command: "case report", Style: StylePrimary},
		{Kind: ControlButton, Label: v.Say("button.list"), Command: "case list"},
		{Kind: ControlButton, Label: v.Say("button.help"), Command: "case help"},
	}}
}

// doorLost forgets the door of a channel that did not take it, and tells staff:
// it is tried again when the bot comes into the channel.
func (t *turn) doorLost(s *Subscriber) bool {
	if t.e.Report == nil {
		return false
	}
	room, ok := strings.CutPrefix(t.e.Report.Slot, slotDoor)
	if !ok {
		return false
	}
	delete(s.Doors, room)
	delete(s.Doors, s.Moved[room])
	t.notice(t.r.Fallback, 0, Message{Tone: ToneWarn, Text: t.staffVoice().Say("door.lost", "subscriber", s.Name, "room", room, "bot", t.r.Bot, "why", t.e.Report.Reason)})
	t.why("door not posted", "room", room)
	return true
}

// openForm opens the intake as a form: nothing is kept before it is sent.
func (t *turn) openForm() {
	if t.me.Staff != nil {
		t.openByStaff()
		return
	}
	if t.paused("", "") {
		return
	}
	d := &Draft{Subscriber: t.s.Subscriber.Key, Author: t.e.Actor}
	t.out.Answer.Form = t.intakeForm(d.State, t.env(d), "case new", t.voice().Say("form.new"))
}
