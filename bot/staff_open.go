package bot

import (
	"maps"
	"slices"
	"strings"

	"casebot/bot/intake"
	"casebot/policy"
)

// openByStaff opens a case for an authorized contact at the press of an agent
// (T52), or hands a draft to the contacts where none is named.
func (t *turn) openByStaff() {
	sub := t.s.Subscriber
	if !t.e.Command.Form {
		t.out.Answer.Form = t.staffForm()
		return
	}
	v, args := t.voice(), t.maskAll(t.s.Call.Args)
	errs := map[string]string{}
	severity, err := policy.ParseSeverity(args["severity"])
	if err != nil {
		errs["severity"] = v.Say("severity.which")
	}
	d := &Draft{
		V: bodyVersion, ID: t.s.Target.ID, Subscriber: sub.Key, Author: t.e.Actor, Staff: t.me.Staff.Key,
		BegunAt: t.at, LastAt: t.at, Home: sub.home(t.e.Origin.Room), Files: t.e.Files,
	}
	d.Author.Name = t.me.Name
	fields := map[string]string{"summary": args["summary"], "severity": args["severity"]}
	if args["details"] != "" {
		fields["details"] = args["details"]
	}
	state, out := d.State.Fill(fields, t.env(d))
	d.State = state
	maps.Copy(errs, fieldErrors(out, v))
	contact := sub.contact(args["contact"])
	if contact != nil {
		if ok, lack := contact.Authorized(t.now.In(t.r.zoneOf(sub))); !ok {
			errs["contact"] = v.Say("lack_staff."+string(lack), "who", contact.Name)
		}
	}
	phone := args["phone"] == intake.Yes
	if phone && contact == nil {
		errs["contact"] = v.Say("staff.phone_contact")
	}
	if len(errs) > 0 {
		t.out.Answer.Errors = errs
		return
	}
	courtesy := false
	switch effects := sub.Standing.Effects(); {
	case effects.Paused && t.me.Staff.Has(managers...) && t.courtesyFree():
		courtesy = true
	case effects.Paused || !effects.MayOpen(severity):
		t.refuse("staff.standing", "subscriber", sub.Name, "standing", v.Say("standing."+string(sub.Standing)))
		t.recordAttempt()
		return
	}
	if contact == nil {
		d.Place = Place{Room: direct([]string{t.e.Actor.Ref})}
		d.Offered = true
		t.offerAgain(d)
		t.openDraft(d)
		t.tell("staff.offered", "subscriber", sub.Name, "names", t.authorizedNames())
		return
	}
	if courtesy {
		s := sub.clone()
		s.CourtesyAt = t.now
		t.keepSubscriber(s)
	}
	d.State.Submitted = true
	c := t.open(d, severity, t.at)
	c.Contact, c.OpenedBy, c.ToConfirm, c.Phone, c.Courtesy = contact.Key, t.me.Staff.Key, true, phone, courtesy
	c.ContactAt = t.at
	if platform := platformOf(t.e.Origin.Room); c.Customer.Room == t.e.Origin.Room && platformOf(t.r.Triage) == platform && t.e.Origin.Room == t.r.Triage {
		c.Customer.Room = "" // never the internal side
	}
	if c.Customer.Room == "" || !slices.Contains(sub.Channels, c.Customer.Room) {
		c.Customer.Room = first(sub.Channels, direct(refs(*contact, platformOf(t.e.Origin.Room))))
	}
	t.opened(c, d, t.customerVoice())
	cv := t.customerVoice()
	t.toCustomer(c, Message{
		Text: cv.Say("staff.confirm", "id", c.Key(), "who", t.me.Name, "severity", severity), Mentions: t.contactRefs(c),
		Sections: []Section{{Text: cv.Say("staff.confirm", "id", c.Key(), "who", t.me.Name, "severity", severity)}},
		Controls: []Control{
			{Kind: ControlButton, Label: cv.Say("button.agree"), Command: "case agree " + c.Key() + " " + c.Severity.String(), Style: StylePrimary},
			{Kind: ControlButton, Label: cv.Say("button.severity"), Command: "case severity " + c.Key()},
		},
	})
	t.tell("staff.opened", "id", c.Key(), "subscriber", sub.Name)
}

func first(list []string, otherwise string) string {
	if len(list) > 0 {
		return list[0]
	}
	return otherwise
}

// courtesyFree tells whether no untimed case was opened yet in the running
// suspension: one is allowed (T32).
func (t *turn) courtesyFree() bool {
	s := t.s.Subscriber
	n := len(s.Suspensions)
	return n > 0 && s.CourtesyAt.Before(s.Suspensions[n-1].From)
}

// staffForm asks an agent for whom and what.
func (t *turn) staffForm() *Form {
	v, sub := t.voice(), t.s.Subscriber
	contacts := []Option{{Label: v.Say("staff.no_contact"), Value: "-"}}
	for _, c := range sub.authorized(t.now.In(t.r.zoneOf(sub))) {
		if len(contacts) < MaxOptions {
			contacts = append(contacts, Option{Label: c.Name, Value: c.Key})
		}
	}
	var severities []Option
	f := &Form{Title: clip(v.Say("form.staff_new", "subscriber", sub.Key), MaxFormTitle), Command: "case new for:" + sub.Key, Submit: v.Say("button.open")}
	for _, s := range policy.Severities() {
		f.Intro = append(f.Intro, Section{Text: v.Say("sev" + s.String()), Markup: true})
		severities = append(severities, Option{Label: v.Say("severity.n", "severity", s), Value: s.String()})
	}
	yes := []Option{{Label: v.Say("no"), Value: intake.No}, {Label: v.Say("yes"), Value: intake.Yes}}
	f.Fields = []FormField{
		{Name: "contact", Label: v.Say("field.contact"), Kind: FieldChoice, Options: contacts, Required: true, Value: t.contactOf(contacts)},
		{Name: "severity", Label: v.Say("field.severity"), Kind: FieldChoice, Options: severities, Required: true},
		{Name: "summary", Label: v.Say("form.summary"), Kind: FieldLine, Required: true, Max: intake.SummaryMax, Value: clip(oneLine(t.mask(t.s.Call.Args["text"])), intake.SummaryMax)},
		{Name: "details", Label: v.Say("form.details_label"), Kind: FieldText, Max: 3000, Value: t.mask(t.s.Call.Args["details"])},
		{Name: "phone", Label: v.Say("form.phone"), Kind: FieldChoice, Options: yes, Value: intake.No},
	}
	return f
}

// contactOf chooses the contact whose message a case is made from, where they
// may have one.
func (t *turn) contactOf(options []Option) string {
	c := t.s.Subscriber.contactByRef(t.s.Call.Args["from"])
	if c == nil || !slices.ContainsFunc(options, func(o Option) bool { return o.Value == c.Key }) {
		return ""
	}
	return c.Key
}

// oneLine is a text without its line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
