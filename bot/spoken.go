package bot

import (
	"context"
	"strings"
)

// spoken settles what a text is that may be a command or not: after a mention
// of casebot in a thread, or alone with it.
func (g *Engine) spoken(ctx context.Context, e Event) (Event, error) {
	switch {
	case e.Kind == EventCommand && e.Command != nil && e.Command.Group == "" && e.Origin.Thread != "" && !Parse(*e.Command).Known():
		// "@casebot it fails again" in the customer's thread is for the people
		// there; among staff it is a command that was misspelt.
		w, err := g.findPlace(ctx, e)
		if err != nil || w.thread.Kind != KindDraft && (w.thread.Zero() || w.sub.Kind != KindSubscriber) {
			return e, err
		}
		e.Kind, e.Text, e.Command = EventMessage, e.Command.Text, nil
	case e.Kind == EventMessage && e.Command == nil && isDirect(e.Origin.Room) && !e.Edited && !e.Deleted:
		if e.Origin.Thread != "" {
			if w, err := g.findPlace(ctx, e); err != nil || !w.thread.Zero() {
				return e, err
			}
		}
		yes, err := g.commandAlone(ctx, e)
		if err != nil || !yes {
			return e, err
		}
		e.Kind, e.Command, e.Text = EventCommand, &Command{Text: e.Text}, ""
	}
	return e, nil
}

// commandAlone tells whether what somebody says alone with casebot, where nobody
// has to mention it, is a command: to an intake in hand it may be an answer. A
// contact's sentence is taken as a command that is not known, which offers to
// make a case of it.
func (g *Engine) commandAlone(ctx context.Context, e Event) (bool, error) {
	command := soundsLikeCommand(e.Text)
	if command && soundsLikeNoAnswer(e.Text) {
		return true, nil
	}
	subs, p, err := g.subscribers(ctx, where{person: g.personOf(ctx, e)})
	switch {
	case err != nil:
		return false, err
	case p == nil || p.Draft.Zero():
		return command || len(subs) > 0 && g.Rules().StaffOf(e.Actor) == nil && isSentence(e.Text) && !Parse(Command{Text: e.Text}).Known(), nil
	case !command:
		return false, nil
	}
	here, err := g.heldIn(ctx, p.Draft, e.Origin.Room)
	return !here, err
}

// isSentence tells whether a text is more than a command that was misspelt.
func isSentence(text string) bool { return len(strings.Fields(text)) > 2 }

// personOf is the record of whoever did it; where it cannot be looked up now
// the decision will say so.
func (g *Engine) personOf(ctx context.Context, e Event) Key {
	keys, err := g.Names.Lookup(ctx, personName(e.Actor.Ref))
	if err != nil || keys[0].Zero() {
		return PersonKey(e.Actor.Ref)
	}
	return keys[0]
}

// heldIn tells whether an intake is held in a room.
func (g *Engine) heldIn(ctx context.Context, key Key, room string) (bool, error) {
	d, err := g.draft(ctx, key)
	return d != nil && d.Place.Room == room, err
}

// soundsLikeNoAnswer tells whether a command cannot be meant as an answer to a
// question of an intake: "list", "show ACME-42".
func soundsLikeNoAnswer(text string) bool {
	call := Parse(Command{Text: text})
	return call.Spec.Name != "new" && call.Spec.Name != "help"
}

// soundsLikeCommand tells whether a text is a command, and not a sentence that
// begins with the same word: "list", "show ACME-42", "new exports fail".
func soundsLikeCommand(text string) bool {
	call := Parse(Command{Text: text})
	if word, _ := nextWord(text); word == "" || !call.Known() || call.Spec.Hidden {
		return false
	}
	switch call.Spec.Name {
	case "new", "list", "help", "contacts", "package":
		return true
	default:
		_, named := ParseCaseName(call.Args["case"])
		return named
	}
}
