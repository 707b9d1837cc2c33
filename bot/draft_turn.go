package bot

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"casebot/bot/intake"
	"casebot/bot/texts"
	"casebot/policy"
)

// How long a draft is kept after the last answer, and when its author is
// reminded (SUPPORT, Intake).
const (
	draftKept      = 24 * time.Hour
	draftReminder  = 20 * time.Hour
	offerKept      = 7 * 24 * time.Hour
	offerReminder  = 6 * 24 * time.Hour
	staleSubmit    = 5 * time.Minute // a submission stamped so long before the last answer is late news (T1)
	slotRoot       = "root"
	offerSlot      = "offer:"
	maxDraftFiles  = 20
	maxDraftsShown = 25
)

// DraftID names a draft after the event that began it, so that the same event
// always begins the same draft.
func DraftID(event string) string {
	h := sha256.Sum256([]byte(event))
	return hex.EncodeToString(h[:5])
}

// clone copies a draft so deeply that a decision may change the copy; the
// intake's state is immutable by itself.
func (d Draft) clone() *Draft {
	d.Files = slices.Clone(d.Files)
	return &d
}

// env is what the questions of a draft depend on.
func (t *turn) env(d *Draft) intake.Env {
	s := t.s.Subscriber
	e := intake.Env{Lang: s.Language, Zone: t.r.zoneOf(s), Now: t.now}
	if c := s.contactByRef(d.Author.Ref); c != nil {
		if c.Language != "" {
			e.Lang = c.Language
		}
		if loc := t.r.zone(c.Timezone); loc != nil {
			e.Zone = loc
		}
	}
	for _, i := range s.Instances {
		e.Instances = append(e.Instances, i.Key)
	}
	return e
}

// draftVoice speaks in the draft's conversation: the room's language, or the
// author's in direct messages.
func (t *turn) draftVoice(d *Draft) texts.Voice {
	if isDirect(d.Place.Room) {
		return t.r.voice(t.env(d).Lang, d.Place.Room, true, true)
	}
	return t.customerVoice()
}

// draftCommand decides on "new" and on what the buttons of an intake say.
func (t *turn) draftCommand() {
	call := t.s.Call
	switch {
	case t.s.Subscriber == nil:
		t.noSubscriber()
	case !t.me.may(call.Spec.May):
		t.notYours(call)
	case call.Spec.Name == "new" && t.me.Staff != nil:
		t.openByStaff()
	case call.Spec.Name == "new":
		t.begin()
	default:
		t.draftStep()
	}
}

func (t *turn) noSubscriber() {
	key := "subscriber.unknown"
	if t.me.Staff != nil {
		key = "subscriber.which"
	}
	t.refuse(key, "vendor", t.r.Vendor, "url", t.r.KnowledgeBase)
}

// begin starts an intake with whatever was typed.
func (t *turn) begin() {
	text := t.mask(t.s.Call.Args["text"])
	if t.e.Forms && text == "" && t.s.Call.Args["summary"] == "" && len(t.e.Files) == 0 {
		t.openForm()
		return
	}
	if t.paused(t.s.Call.Args["severity"], cmp.Or(text, t.mask(t.s.Call.Args["summary"]))) {
		return
	}
	d := &Draft{
		V: bodyVersion, ID: t.s.Target.ID, Subscriber: t.s.Subscriber.Key, Author: t.e.Actor, BegunAt: t.at, LastAt: t.at,
		Home: t.s.Subscriber.home(t.e.Origin.Room),
	}
	d.Author.Name = t.me.Name
	if t.s.Call.Args["summary"] != "" { // sent from the form
		t.beginByForm(d)
		return
	}
	d.State, _ = d.State.Take(text, t.env(d))
	d.attach(t.e.Files, t.env(d))
	v := t.voice()
	if !t.me.Authorized() {
		d.Place = Place{Room: direct([]string{t.e.Actor.Ref})}
		t.handOver(d)
		t.openDraft(d)
		return
	}
	d.Place = t.intakePlace(d)
	t.openDraft(d)
	m := Message{Text: v.Say("draft.begun", "summary", d.title(v))}
	m.Controls = []Control{{Kind: ControlButton, Label: v.Say("button.form"), Command: "case draft " + d.ID + " form"}}
	t.private(m)
}

// intakePlace is where an intake is held: in the channel where its case will be,
// or alone with casebot where it was begun so.
func (t *turn) intakePlace(d *Draft) Place {
	if isDirect(t.e.Origin.Room) {
		return Place{Room: t.e.Origin.Room}
	}
	return Place{Room: d.Home}
}

func attachments(files []File) []intake.Attachment {
	var out []intake.Attachment
	for _, f := range files {
		out = append(out, intake.Attachment{Name: f.Name, Type: f.Type, Size: f.Size})
	}
	return out
}

// attach takes files that were sent along, but for those that the intake refuses.
func (d *Draft) attach(files []File, env intake.Env) intake.Outcome {
	if len(files) == 0 {
		return intake.Outcome{}
	}
	var out intake.Outcome
	d.State, out = d.State.Attach(attachments(files), env)
	for _, f := range files {
		refused := slices.ContainsFunc(out.Problems, func(p intake.Problem) bool { return p.Typed == f.Name })
		if !refused && len(d.Files) < maxDraftFiles && !slices.Contains(d.Files, f) {
			d.Files = append(d.Files, f)
		}
	}
	return out
}

func (d *Draft) title(v texts.Voice) string {
	if s := d.State.Answers[intake.Summary]; s != "" {
		return s
	}
	return v.Say("draft.untitled")
}

// paused refuses new cases while the subscriber is suspended: privately. Of an
// emergency the duty managers hear at once where it is said to be one, else by a
// button (T31, T32).
func (t *turn) paused(severity, text string) bool {
	// What was confirmed before the suspension began still counts (T33).
	if !t.s.Subscriber.Standing.Effects().Paused || !t.clocks().Paused(t.at) {
		return false
	}
	v := t.voice()
	m := Message{Text: v.Say("suspended", "url", t.r.KnowledgeBase), Tone: ToneWarn}
	switch {
	case !t.me.Authorized():
	case severity == policy.Severity1.String():
		t.tellDuty(text)
		m.Small = v.Say("suspended.told")
	default:
		text = clip(strings.TrimSpace(text), MaxCommand-len("case urgent ")-12)
		m.Small = v.Say("suspended.urgent")
		m.Controls = []Control{{Kind: ControlButton, Label: v.Say("button.urgent"), Command: strings.TrimSpace("case urgent " + t.s.Subscriber.Key + " " + text), Style: StyleDanger, Confirm: v.Say("confirm.urgent")}}
	}
	t.private(m)
	t.recordAttempt()
	return true
}

// recordAttempt leaves a line in the subscriber's log (T32).
func (t *turn) recordAttempt() {
	t.why("attempt while suspended", "by", t.me.Key())
	t.keepSubscriber(t.s.Subscriber)
}

// openDraft posts the root of a new draft's conversation and the first question.
func (t *turn) openDraft(d *Draft) {
	t.send(Delivery{Record: d.key(), Room: d.Place.Room, Slot: slotRoot, Opens: true, Report: true, Edit: true, Message: t.draftRoot(d)})
	switch {
	case d.Staff != "":
	case d.Offered:
		t.askNext(d, "")
	default:
		t.askNext(d, "start")
	}
	t.tellPerson(topicDraft, d.key())
	t.keepDraft(d)
}

func (d *Draft) key() Key { return DraftKey(d.Subscriber, d.ID) }

// tellPerson tells the author's Person which intake is in their hand.
func (t *turn) tellPerson(topic string, draft Key) {
	if ref := t.e.Actor.Ref; ref != "" && t.me.Staff == nil {
		t.told(t.personKey(ref), topic, map[string]string{"draft": draft.String(), "name": t.me.Name, "ref": ref}, nil)
	}
}

// personKey is the record of whoever has a reference.
func (t *turn) personKey(ref string) Key {
	if c := t.s.Subscriber.contactByRef(ref); c != nil {
		return personOf(*c)
	}
	return PersonKey(ref)
}

// keepDraft saves a draft; its alarm reminds, then deletes.
func (t *turn) keepDraft(d *Draft) {
	w := Write{Key: d.key(), Record: d}
	if d.Case.Zero() {
		w.Alarm = d.nextLook()
	}
	t.save(w)
}

func (d *Draft) nextLook() time.Time {
	kept, reminder := draftKept, draftReminder
	if d.Offered {
		kept, reminder = offerKept, offerReminder
	}
	if d.Reminded {
		return d.LastAt.Add(kept)
	}
	return d.LastAt.Add(reminder)
}
