package bot

import "slices"

// personEvent decides on what a person's record is told: which subscribers
// they belong to, and which intake is in their hand.
func (t *turn) personEvent() {
	p := Person{V: bodyVersion, Refs: []string{t.s.Target.Owner}}
	if t.s.Person != nil {
		p = *t.s.Person
		p.Subscribers, p.Refs = slices.Clone(p.Subscribers), slices.Clone(p.Refs)
	}
	if name := t.e.Values["name"]; name != "" {
		p.Name = name
	}
	draft, err := ParseKey(t.e.Values["draft"])
	switch {
	case t.e.Topic == topicJoined:
		p.Subscribers = appendNew(p.Subscribers, t.e.Values["subscriber"])
		slices.Sort(p.Subscribers)
	case t.e.Topic == topicLeft:
		p.Subscribers = slices.DeleteFunc(p.Subscribers, func(s string) bool { return s == t.e.Values["subscriber"] })
	case t.e.Topic == topicDraft && err == nil:
		p.Draft = draft
	case t.e.Topic == topicDropped && err == nil && p.Draft == draft:
		p.Draft = Key{}
	}
	t.save(Write{Key: t.s.Target, Record: &p})
}
