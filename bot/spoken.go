package bot

import "context"

// spoken settles what a text is that may be a command or not: after a mention
// of casebot in a thread, or alone with it.
func (g *Engine) spoken(ctx context.Context, e Event) (Event, error) {
	switch {
	case e.Kind == EventCommand && e.Command != nil && e.Command.Group == "" && e.Origin.Thread != "" && !Parse(*e.Command).Known():
		// "@casebot it fails again" in a case's thread is for the people there.
		w, err := g.findPlace(ctx, e)
		if err != nil || w.thread.Zero() {
			return e, err
		}
		e.Kind, e.Text, e.Command = EventMessage, e.Command.Text, nil
	case e.Kind == EventMessage && e.Command == nil && isDirect(e.Origin.Room) && e.Origin.Thread == "" && !e.Edited && !e.Deleted && soundsLikeCommand(e.Text):
		// Alone with casebot nobody has to mention it. An intake in hand comes first.
		_, p, err := g.subscribers(ctx, where{person: g.personOf(ctx, e)})
		if err != nil {
			return e, err
		}
		if p == nil || p.Draft.Zero() {
			e.Kind, e.Command, e.Text = EventCommand, &Command{Text: e.Text}, ""
		}
	}
	return e, nil
}

// personOf is the record of whoever did it; where it cannot be looked up now
// the decision will say so.
func (g *Engine) personOf(ctx context.Context, e Event) Key {
	keys, err := g.Names.Lookup(ctx, personName(e.Actor.Ref))
	if err != nil || keys[0].Zero() {
		return PersonKey(e.Actor.Ref)
	}
	return keys[0]
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
