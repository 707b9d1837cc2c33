package bot

import (
	"maps"

	"casebot/policy"
)

// Replay decides a logged event of a case anew, on whatever scene and under
// whatever rules: those of then give what was decided then, others give what
// would have been. The scene needs no Call and, for an entry with Born, no Case.
func Replay(s Scene, l Logged, content Content, r *Rules) Decision {
	g := l.Given
	if g == nil {
		g = &Given{}
	}
	e := Event{
		ID: l.Event, Kind: l.Kind, At: l.At, Seen: l.Seen, Origin: Origin{Link: l.Link},
		Text: g.Text, Edited: g.Edited, Topic: g.Topic, Values: g.Values, Report: g.Report,
	}
	if s.Case != nil && e.Kind == EventMessage {
		e.Origin.Room, e.Origin.Thread = s.Case.Customer.Room, s.Case.Customer.Thread
	}
	if g.Do != "" && g.Born == nil {
		spec, _ := FindCommand(g.Group, g.Do)
		s.Call = &Call{Spec: spec, Word: g.Do, Args: maps.Clone(g.Args)}
		e.Command = &Command{Group: g.Group, Text: g.Do, Args: g.Args, Form: g.Form}
	}
	t := newTurn(s, e, r)
	t.me = t.actorOf(l)
	t.e.Actor = Actor{Ref: t.me.Ref, Name: t.me.Name}
	if g.Born == nil {
		t.decide()
		return t.out
	}
	c := g.Born.clone()
	c.Summary, c.Answers, c.NeedsDetail = content.Summary, maps.Clone(content.Answers), content.NeedsDetail
	t.s.Case = c
	t.startClocks(c)
	t.keep(c)
	return t.out
}

// actorOf is who acted in a logged event, as the scene knows them.
func (t *turn) actorOf(l Logged) Party {
	switch {
	case l.Actor == "":
		return Party{}
	case l.As == SideStaff:
		s := t.r.StaffByKey(l.Actor)
		if s == nil { // gone since, or of another configuration: what they could do then they could
			s = &Staff{Key: l.Actor, Name: l.Actor, Roles: policy.Roles()}
		}
		return Party{Ref: first(s.Refs, l.Actor), Name: s.Name, Staff: s}
	case l.As == SideContact && t.s.Subscriber != nil:
		if c := t.s.Subscriber.contact(l.Actor); c != nil {
			return t.party(Actor{Ref: first(refs(*c, ""), "")})
		}
	}
	p := Party{Ref: l.Actor, Name: l.Actor}
	if l.Given != nil && l.Given.Name != "" {
		p.Name = l.Given.Name
	}
	return p
}
