package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
		return t.r.Texts.In(t.env(d).Lang)
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
	if t.paused() {
		return
	}
	text := t.mask(t.s.Call.Args["text"])
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
	d.addFiles(t.e.Files)
	d.State, _ = d.State.Attach(attachments(t.e.Files), t.env(d))
	v := t.voice()
	if !t.me.Authorized() {
		d.Place = Place{Room: direct([]string{t.e.Actor.Ref})}
		t.handOver(d)
		t.openDraft(d)
		return
	}
	d.Place = Place{Room: d.Home}
	t.openDraft(d)
	m := Message{Text: v.Say("draft.begun", "summary", d.title(v))}
	m.Controls = []Control{{Kind: ControlButton, Label: v.Say("button.form"), Command: "case draft " + d.ID + " form"}}
	t.private(m)
}

func attachments(files []File) []intake.Attachment {
	var out []intake.Attachment
	for _, f := range files {
		out = append(out, intake.Attachment{Name: f.Name, Type: f.Type, Size: f.Size})
	}
	return out
}

func (d *Draft) addFiles(files []File) {
	for _, f := range files {
		if len(d.Files) < maxDraftFiles && !slices.Contains(d.Files, f) {
			d.Files = append(d.Files, f)
		}
	}
}

func (d *Draft) title(v texts.Voice) string {
	if s := d.State.Answers[intake.Summary]; s != "" {
		return s
	}
	return v.Say("draft.untitled")
}

// paused refuses new cases while the subscriber is suspended: privately, and
// with a way for an emergency (T31, T32).
func (t *turn) paused() bool {
	// What was confirmed before the suspension began still counts (T33).
	if !t.s.Subscriber.Standing.Effects().Paused || !t.clocks().Paused(t.at) {
		return false
	}
	v, typed := t.voice(), ""
	if t.s.Call != nil {
		typed = t.s.Call.Args["text"]
	}
	m := Message{Text: v.Say("suspended", "url", t.r.KnowledgeBase), Tone: ToneWarn}
	if t.me.Authorized() {
		text := clip(strings.TrimSpace(typed), MaxControlID-len("case urgent ")-12)
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

// draftRoot is the message that the conversation hangs on.
func (t *turn) draftRoot(d *Draft) Message {
	v := t.draftVoice(d)
	m := Message{Title: d.title(v), Text: v.Say("draft.root", "who", d.Author.Name, "summary", d.title(v)), Small: v.Say("draft.root_small")}
	if d.Offered {
		m.Text = v.Say("draft.kept", "summary", d.title(v))
		m.Small = v.Say("draft.kept_small", "names", t.authorizedNames())
		m.Controls = []Control{
			{Kind: ControlButton, Label: v.Say("button.details"), Command: "case draft " + d.ID + " form"},
			{Kind: ControlButton, Label: v.Say("button.discard"), Command: "case draft " + d.ID + " cancel"},
		}
	}
	if d.LinkedTo != "" {
		m.Small = v.Say("draft.linked", "id", d.LinkedTo)
	}
	return m
}

// inDraft posts in the draft's conversation.
func (t *turn) inDraft(d *Draft, m Message) {
	out := Delivery{Record: d.key(), Room: d.Place.Room, Thread: d.Place.Thread, Message: m}
	if out.Thread == "" {
		out.Under = slotRoot
	}
	t.send(out)
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

// askNext asks what is lacking, or shows all answers before the submission.
func (t *turn) askNext(d *Draft, lead string, args ...any) {
	v, env := t.draftVoice(d), t.env(d)
	var before []Section
	if lead != "" {
		before = []Section{{Text: v.Say(lead, args...)}}
	}
	t.askWith(d, v, env, before)
}

func (t *turn) askWith(d *Draft, v texts.Voice, env intake.Env, before []Section) {
	f, ok := d.State.Next(env)
	if !ok {
		d.State = d.State.Ask("")
		t.inDraft(d, t.reviewMessage(d, v, env, before))
		return
	}
	d.State = d.State.Ask(f)
	p := d.State.Prompt(f, v, env)
	m := Message{Text: p.Text, Sections: append(before, Section{Text: p.Text}), Small: p.Hint}
	if p.Hint == "" {
		m.Small = v.Say("draft.words")
	}
	for i, o := range p.Options {
		if o.Detail != "" {
			m.Sections = append(m.Sections, Section{Text: o.Detail, Markup: true})
		}
		if i < MaxOptions {
			m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: clip(o.Label, MaxLabel), Command: fmt.Sprintf("case draft %s answer %s=%s", d.ID, f, o.Value)})
		}
	}
	m.Controls = append(m.Controls, t.stepControls(d, v, f)...)
	t.inDraft(d, m)
}

// stepControls are the words of an intake as buttons.
func (t *turn) stepControls(d *Draft, v texts.Voice, asked intake.Field) []Control {
	step := func(key, word string, style Style) Control {
		return Control{Kind: ControlButton, Label: v.Say(key), Command: "case draft " + d.ID + " " + word, Style: style}
	}
	var out []Control
	if d.State.Ready() {
		out = append(out, step("button.submit", "submit", StylePrimary))
	}
	if len(d.State.Trail) > 1 {
		out = append(out, step("button.back", "back", StylePlain))
	}
	if asked != intake.Summary && asked != intake.Severity {
		out = append(out, step("button.skip", "skip", StylePlain))
	}
	return append(out, step("button.form", "form", StylePlain), step("button.cancel", "cancel", StylePlain))
}

// reviewMessage shows all answers, with Submit and Edit.
func (t *turn) reviewMessage(d *Draft, v texts.Voice, env intake.Env, before []Section) Message {
	m := Message{Text: v.Say("draft.review"), Sections: append(before, Section{Text: v.Say("draft.review")})}
	m.Sections = append(m.Sections, answerSections(d.State, v, env)...)
	m.Controls = []Control{
		{Kind: ControlButton, Label: v.Say("button.submit"), Command: "case draft " + d.ID + " submit", Style: StylePrimary},
		{Kind: ControlButton, Label: v.Say("button.edit"), Command: "case draft " + d.ID + " form"},
		{Kind: ControlButton, Label: v.Say("button.cancel"), Command: "case draft " + d.ID + " cancel"},
	}
	return m
}

// answerSections shows answers: short ones as fields, long ones below each other.
func answerSections(s intake.State, v texts.Voice, env intake.Env) []Section {
	const short = 60 // runes
	var fields []Field
	var long []Section
	for _, row := range s.Summary(v, env) {
		if len([]rune(row.Value)) <= short && !strings.Contains(row.Value, "\n") {
			fields = append(fields, Field{Label: row.Label, Value: row.Value})
		} else {
			long = append(long, Section{Title: row.Label, Text: clip(row.Value, MaxText), Quote: true})
		}
	}
	if len(fields) == 0 {
		return long
	}
	return append([]Section{{Fields: fields}}, long...)
}

// report is the answers of a case, for its triage card.
func (t *turn) report(c *Case, v texts.Voice) []Section {
	s := intake.State{Answers: c.Answers, Submitted: true}
	env := intake.Env{Lang: v.Lang(), Zone: t.r.staffZone(t.now), Now: c.ReceivedAt}
	out := answerSections(s, v, env)
	if len(c.NeedsDetail) > 0 {
		out = append(out, Section{Text: v.Say("triage.needs_detail", "list", intake.Labels(c.NeedsDetail, v))})
	}
	if len(c.Links) > 0 {
		out = append(out, Section{Text: v.Say("triage.links", "list", strings.Join(c.Links, ", "))})
	}
	return out
}

// draftEvent decides on what is not a command.
func (t *turn) draftEvent() {
	if t.s.Draft == nil || t.s.Subscriber == nil {
		return
	}
	d := t.s.Draft.clone()
	switch t.e.Kind {
	case EventMessage:
		t.draftMessage(d)
	case EventAlarm:
		t.draftAlarm(d)
	case EventDelivered:
		if r := t.e.Report; r != nil && r.Slot == slotRoot {
			d.Place.Thread, d.Root = r.Thread, r.Ref
			t.keepDraft(d)
		}
	case EventTold:
		t.draftTold(d)
	case EventUndeliverable:
		t.why("undeliverable")
		t.keepDraft(d)
	case EventCommand, EventJoined, EventAnswered, EventApplied:
	}
}

// unlink tells the closed case that a draft continued that it does so no more.
func (t *turn) unlink(d *Draft) {
	if key, ok := ParseCaseName(d.LinkedTo); ok {
		t.told(key, topicDropped, map[string]string{"draft": d.ID}, nil)
	}
}

// draftTold takes a further message on the closed case that the draft continues.
func (t *turn) draftTold(d *Draft) {
	if t.e.Topic != topicMessage {
		return
	}
	if !d.Case.Zero() {
		t.told(d.Case, topicMessage, t.e.Values, nil)
		t.keepDraft(d)
		return
	}
	d.addFiles(t.e.Files)
	var out intake.Outcome
	d.State, out = d.State.Take(t.e.Values["text"], t.env(d))
	t.touch(d)
	t.afterAnswer(d, out)
}

// draftMessage takes an answer. Only the author and authorized contacts answer.
func (t *turn) draftMessage(d *Draft) {
	own := t.e.Actor.Ref == d.Author.Ref
	if t.e.Actor.Bot || !d.Case.Zero() || t.e.Edited || !own && !t.me.Authorized() && t.me.Staff == nil {
		return
	}
	if t.me.Staff != nil && !own {
		return
	}
	if d.Place.Thread == "" && t.e.Origin.Room == d.Place.Room {
		d.Place.Thread = t.e.Origin.Thread
	}
	env := t.env(d)
	text := t.mask(t.e.Text)
	var out intake.Outcome
	if len(t.e.Files) > 0 {
		d.addFiles(t.e.Files)
		d.State, out = d.State.Attach(attachments(t.e.Files), env)
	}
	if strings.TrimSpace(text) != "" {
		var said intake.Outcome
		d.State, said = d.State.Take(text, env)
		said.Understood = append(out.Understood, said.Understood...)
		said.Problems = append(out.Problems, said.Problems...)
		out = said
	}
	t.touch(d)
	t.afterAnswer(d, out)
}

func (t *turn) touch(d *Draft) {
	if t.at.After(d.LastAt) {
		d.LastAt = t.at
	}
	d.Reminded = false
	t.why("answered")
}

// afterAnswer goes on with the intake after a text, a button or a form.
func (t *turn) afterAnswer(d *Draft, out intake.Outcome) {
	v, env := t.draftVoice(d), t.env(d)
	switch out.Word {
	case intake.Cancel:
		t.cancelDraft(d)
		return
	case intake.Submit:
		t.submit(d)
		return
	case intake.Back, intake.Skip:
	}
	var before []Section
	if noted := d.State.Noted(out, v, env); noted != "" {
		before = append(before, Section{Text: noted})
	}
	for _, p := range out.Problems {
		before = append(before, Section{Text: p.Say(v)})
	}
	if out.Split {
		before = append(before, Section{Text: v.Say("draft.split")})
	}
	if out.Contradiction != nil {
		t.askAboutSeverity(d, out.Contradiction, v, before)
		t.keepDraft(d)
		return
	}
	t.offerAgain(d)
	if d.Offered && d.Author.Ref == t.e.Actor.Ref {
		before = append(before, Section{Text: v.Say("draft.noted_offered", "names", t.authorizedNames())})
	}
	t.askWith(d, v, env, before)
	t.keepDraft(d)
}

// askAboutSeverity shows the definition once and asks to keep or change.
func (t *turn) askAboutSeverity(d *Draft, c *intake.Contradiction, v texts.Voice, before []Section) {
	text := v.Say("draft.contradiction", "chosen", c.Chosen, "hint", c.Hint, "because", intake.Labels(c.Because, v))
	m := Message{Text: text, Sections: append(before, Section{Text: text}, Section{Text: v.Say("sev" + c.Hint.String()), Markup: true})}
	for _, s := range []policy.Severity{c.Chosen, c.Hint} {
		key := "button.keep_severity"
		if s == c.Hint {
			key = "button.change_severity"
		}
		m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say(key, "severity", s), Command: fmt.Sprintf("case draft %s answer severity=%s", d.ID, s)})
	}
	t.inDraft(d, m)
}

// draftAlarm reminds the author, then deletes what nobody went on with.
func (t *turn) draftAlarm(d *Draft) {
	v := t.draftVoice(d)
	switch {
	case !d.Case.Zero() || t.now.Before(d.nextLook()):
		t.keepDraft(d)
	case !d.Reminded && t.now.Before(d.LastAt.Add(draftKept)) || !d.Reminded && d.Offered && t.now.Before(d.LastAt.Add(offerKept)):
		d.Reminded = true
		m := Message{Text: v.Say("draft.reminder", "summary", d.title(v), "at", moment(v, d.nextLook(), t.env(d).Zone)), Controls: t.stepControls(d, v, d.State.Asked)}
		t.inDraft(d, m)
		t.why("reminded")
		t.keepDraft(d)
	default:
		t.inDraft(d, Message{Text: v.Say("draft.expired", "summary", d.title(v)), Tone: ToneQuiet})
		t.withdrawOffers(d, "draft.offer_gone", "")
		t.unlink(d)
		t.why("expired")
		t.told(t.personKey(d.Author.Ref), topicDropped, map[string]string{"draft": d.key().String(), "ref": d.Author.Ref}, nil)
		t.save(Write{Key: d.key()})
	}
}
