package bot

import (
	"fmt"

	"casebot/bot/intake"
	"casebot/bot/texts"
	"casebot/policy"
)

// handOver keeps the draft of somebody who may not submit, tells them
// privately by whom it can be, and puts it before those contacts (T46).
func (t *turn) handOver(d *Draft) {
	d.Offered = true
	v := t.voice()
	text := v.Say("not_contact", "names", t.authorizedNames())
	switch {
	case len(t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber)))) == 0:
		text = v.Say("draft.nobody_to_submit")
	case t.me.Contact != nil:
		text = v.Say("lack."+string(t.me.Lack), "names", t.authorizedNames()) + " " + v.Say("draft.kept_short")
	}
	m := Message{Text: text, Tone: ToneWarn, Controls: []Control{
		{Kind: ControlButton, Label: v.Say("button.details"), Command: "case draft " + d.ID + " form"},
		{Kind: ControlButton, Label: v.Say("button.discard"), Command: "case draft " + d.ID + " cancel"},
	}}
	t.private(m)
	t.why("handed to the contacts", "by", t.me.Key())
	t.offerAgain(d)
	if len(t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber)))) == 0 {
		t.notice(t.r.Triage, 1, Message{Tone: ToneWarn, Text: t.staffVoice().Say("draft.no_contact", "subscriber", t.s.Subscriber.Name, "who", d.Author.Name, "summary", d.title(t.staffVoice()))})
	}
}

// offerAgain shows every authorized contact the draft as it is now, with what
// is missing and one press to submit it.
func (t *turn) offerAgain(d *Draft) {
	if !d.Offered {
		return
	}
	for _, c := range t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber))) {
		lang := c.Language
		if lang == "" {
			lang = t.s.Subscriber.Language
		}
		room := direct(refs(c, platformOf(d.Home)))
		if room == "" {
			continue
		}
		t.send(Delivery{Record: d.key(), Room: room, Slot: offerSlot + c.Key, Edit: true, Message: t.offer(d, t.r.voice(lang, room, true, true))})
	}
}

func (t *turn) offer(d *Draft, v texts.Voice) Message {
	env := t.env(d)
	text := v.Say("offer.text", "who", d.Author.Name, "summary", d.title(v))
	m := Message{Title: d.title(v), Text: text, Sections: []Section{{Text: text}}}
	m.Sections = append(m.Sections, answerSections(d.State, v, env)...)
	if missing := d.State.Missing(env); len(missing) > 0 {
		m.Sections = append(m.Sections, Section{Text: v.Say("offer.missing", "list", intake.Labels(missing, v))})
	}
	for _, s := range policy.Severities() {
		m.Sections = append(m.Sections, Section{Text: v.Say("sev" + s.String()), Markup: true})
		m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say("button.submit_as", "severity", s), Command: fmt.Sprintf("case draft %s submit %s", d.ID, s), Style: StylePrimary})
	}
	m.Controls = append(m.Controls, Control{Kind: ControlButton, Label: v.Say("button.edit"), Command: "case draft " + d.ID + " form"})
	return m
}

// withdrawOffers takes the buttons away from what the contacts were shown.
func (t *turn) withdrawOffers(d *Draft, key, id string) {
	if !d.Offered {
		return
	}
	for _, c := range t.s.Subscriber.authorized(t.now.In(t.r.zoneOf(t.s.Subscriber))) {
		lang := c.Language
		if lang == "" {
			lang = t.s.Subscriber.Language
		}
		if room := direct(refs(c, platformOf(d.Home))); room != "" {
			v := t.r.voice(lang, room, true, true)
			t.send(Delivery{Record: d.key(), Room: room, Slot: offerSlot + c.Key, Edit: true, Message: Message{Text: v.Say(key, "id", id, "who", t.me.Name, "summary", d.title(v)), Tone: ToneQuiet}})
		}
	}
}
