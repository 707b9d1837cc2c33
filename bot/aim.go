package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// where is what the names of an event's place and person resolve to.
type where struct {
	thread Key // a case or a draft
	sub    Key // the subscriber whose channel it is
	person Key
}

// whereabouts looks the place and the person up in one round trip.
func (g *Engine) whereabouts(ctx context.Context, e Event) (where, error) {
	names := []string{roomName(e.Origin.Room), personName(e.Actor.Ref)}
	if e.Origin.Thread != "" {
		names = append(names, threadName(e.Origin.Room, e.Origin.Thread))
	}
	keys, err := g.Names.Lookup(ctx, names...)
	if err != nil {
		return where{}, fmt.Errorf("look up %s: %w", e.Origin.Room, err)
	}
	w := where{sub: keys[0], person: keys[1]}
	if len(keys) > 2 {
		w.thread = keys[2]
	}
	if w.thread.Kind == KindDraft { // a draft's thread is its case's, once there is one
		if w.thread, err = g.followDraft(ctx, w.thread); err != nil {
			return w, err
		}
	}
	if w.person.Zero() && e.Actor.Ref != "" {
		w.person = PersonKey(e.Actor.Ref)
	}
	return w, nil
}

func (g *Engine) followDraft(ctx context.Context, key Key) (Key, error) {
	d, err := g.draft(ctx, key)
	if err == nil && d != nil && !d.Case.Zero() {
		return d.Case, nil
	}
	return key, err
}

// draft loads an intake; nil where there is none any more.
func (g *Engine) draft(ctx context.Context, key Key) (*Draft, error) {
	records, err := g.Store.Load(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", key, err)
	}
	d, err := decode[Draft](records[0])
	if err != nil {
		return nil, &PoisonError{Key: key, Err: err}
	}
	return d, nil
}

// subscribers lists those that the person may speak for, from where they are:
// the room's, else those they are a contact of.
func (g *Engine) subscribers(ctx context.Context, w where) ([]string, *Person, error) {
	if w.sub.Kind == KindSubscriber {
		return []string{w.sub.Owner}, nil, nil
	}
	if !w.thread.Zero() {
		return []string{w.thread.Owner}, nil, nil
	}
	if w.person.Zero() {
		return nil, nil, nil
	}
	records, err := g.Store.Load(ctx, w.person)
	if err != nil {
		return nil, nil, fmt.Errorf("load %s: %w", w.person, err)
	}
	p, err := decode[Person](records[0])
	if err != nil {
		return nil, nil, &PoisonError{Key: w.person, Err: err}
	}
	if p == nil {
		return nil, nil, nil
	}
	return p.Subscribers, p, nil
}

// aimMessage finds what a message belongs to: the case or draft of its thread,
// or the intake in its writer's hand. Anything else is chatter.
func (g *Engine) aimMessage(ctx context.Context, e Event) (aim, error) {
	w, err := g.findPlace(ctx, e)
	if err != nil {
		return aim{}, err
	}
	switch {
	case !w.thread.Zero():
		return aim{target: w.thread}, nil
	case e.Kind == EventJoined, e.Kind == EventRoom:
		return aim{target: w.sub, none: w.sub.Kind != KindSubscriber}, nil
	case e.Edited, e.Deleted: // of something that we did not make anything of
		return aim{none: true}, nil
	}
	if isDirect(e.Origin.Room) {
		_, p, err := g.subscribers(ctx, where{person: w.person})
		if err != nil {
			return aim{}, err
		}
		if p != nil && !p.Draft.Zero() {
			target, err := g.followDraft(ctx, p.Draft)
			return aim{target: target}, err
		}
		call := Parse(Command{Text: "help"}) // alone with the bot: say what it can do
		return g.aimOn(ctx, w, Event{Kind: EventCommand, ID: e.ID, Actor: e.Actor, Origin: e.Origin}, call)
	}
	return aim{none: true}, nil
}

// findPlace is whereabouts with patience: a thread of ours may be posted and
// its name about to be written.
func (g *Engine) findPlace(ctx context.Context, e Event) (where, error) {
	w, err := g.whereabouts(ctx, e)
	if err != nil || !w.thread.Zero() || e.Origin.Thread == "" || !e.Origin.Ours {
		return w, err
	}
	return g.awaitThread(ctx, e)
}

// awaitThread looks a thread of ours up again for a while. A thread that was
// forgotten with its draft is found to be nothing's in the end.
func (g *Engine) awaitThread(ctx context.Context, e Event) (where, error) {
	const tries, pause = 40, 250 * time.Millisecond
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for range tries {
		select {
		case <-ctx.Done():
			return where{}, fmt.Errorf("await thread %s: %w", e.Origin.Thread, ctx.Err())
		case <-tick.C:
		}
		w, err := g.whereabouts(ctx, e)
		if err != nil || !w.thread.Zero() {
			return w, err
		}
	}
	return where{}, fmt.Errorf("await thread %s in %s: not bound to a record", e.Origin.Thread, e.Origin.Room)
}

// aimCommand finds the record that a command works on.
func (g *Engine) aimCommand(ctx context.Context, e Event, call Call) (aim, error) {
	w, err := g.findPlace(ctx, e)
	if err != nil {
		return aim{}, err
	}
	return g.aimOn(ctx, w, e, call)
}

func (g *Engine) aimOn(ctx context.Context, w where, e Event, call Call) (aim, error) {
	staff := g.Rules().StaffOf(e.Actor)
	a := aim{call: &call}
	switch call.Spec.On {
	case OnCase:
		a, err := g.aimCase(ctx, w, call, staff != nil)
		if e.Command != nil && e.Command.Aside && a.target.Kind != KindCase {
			a.none = true
		}
		return a, err
	case OnDraft:
		if id := call.Args["draft"]; call.Spec.Hidden {
			return g.aimDraft(ctx, w, call, id)
		}
	case OnNothing, OnSubscriber, OnCases:
	}
	place := w
	if call.Spec.Name == "home" { // it is about its reader, wherever they stand
		place = where{person: w.person}
	}
	subs, _, err := g.subscribers(ctx, place)
	if err != nil {
		return aim{}, err
	}
	named := call.Args["subscriber"]
	switch {
	case named != "" && (staff != nil || slices.Contains(subs, named)):
		subs = []string{named}
	case len(subs) > 1 && call.Spec.On != OnNothing:
		return g.askWhich(subs, call), nil
	}
	if call.Spec.On == OnCases {
		a.index = listIndex(subs, call, staff)
		if call.Spec.Name == "home" && staff != nil { // their own cases and the team's
			a.index, subs = indexOpen, nil
		}
	}
	if len(subs) == 0 {
		if staff != nil && (call.Spec.On == OnSubscriber || call.Spec.On == OnDraft) {
			return g.askSubscriber(ctx, call)
		}
		return a, nil
	}
	a.target = SubscriberKey(subs[0])
	switch {
	case call.Spec.On == OnDraft:
		a.target = DraftKey(subs[0], DraftID(e.ID))
	case call.Spec.Name == "weekly":
		a.index = indexAll + ":" + subs[0]
	}
	return a, nil
}

// listIndex chooses the index of a list: a contact's subscriber, the cases of
// whoever staff name, or all open ones.
func listIndex(subs []string, call Call, staff *Staff) string {
	which := strings.ToLower(strings.TrimSpace(call.Args["which"]))
	switch {
	case staff == nil && len(subs) == 0:
		return ""
	case staff == nil && (which == "all" || which == "closed"):
		return indexAll + ":" + subs[0]
	case staff == nil:
		return indexOpen + ":" + subs[0]
	case which == "all" || which == "closed":
		if len(subs) == 1 {
			return indexAll + ":" + subs[0]
		}
		return indexAll
	case which == "mine" || which == "me":
		return indexOwner + staff.Key
	case which == "1" || which == "2" || which == "3":
		return indexSeverity + which
	case which != "" && which != "open" && subscriberName(strings.ToUpper(which)):
		return indexOpen + ":" + strings.ToUpper(which)
	case len(subs) == 1:
		return indexOpen + ":" + subs[0]
	default:
		return indexOpen
	}
}

// aimCase finds the case that a command names, or that its thread is about.
func (g *Engine) aimCase(ctx context.Context, w where, call Call, staff bool) (aim, error) {
	a := aim{call: &call}
	if arg := otherArg(call.Spec); arg != "" && call.Args[arg] == "" && w.thread.Kind == KindCase {
		// In a case's thread the one key that was given is the other one's.
		call.Args[arg], call.Args["case"] = call.Args["case"], ""
	}
	key, named := ParseCaseName(call.Args["case"])
	if !named && w.thread.Kind == KindCase {
		key = w.thread
	}
	if other, ok := ParseCaseName(call.Args["other"]); ok && other.Owner == key.Owner {
		a.other = other
	}
	subs, _, err := g.subscribers(ctx, w)
	if err != nil {
		return a, err
	}
	if key.Zero() {
		if len(subs) > 0 {
			a.target = SubscriberKey(subs[0])
		}
		return a, nil
	}
	if !staff && !slices.Contains(subs, key.Owner) {
		// Somebody else's and an unknown one get the same answer, from their own side.
		if len(subs) > 0 {
			a.target = SubscriberKey(subs[0])
		}
		return a, nil
	}
	records, err := g.Store.Load(ctx, key)
	if err != nil {
		return a, fmt.Errorf("load %s: %w", key, err)
	}
	if records[0].Version == 0 {
		a.near, err = g.nearCase(ctx, key)
		a.target = SubscriberKey(key.Owner)
		return a, err
	}
	a.target = key
	return a, nil
}

// otherArg is the argument of a command that may be a second case.
func otherArg(s Spec) string {
	switch s.Name {
	case "merge":
		return "other"
	case "link":
		return "to"
	default:
		return ""
	}
}

// nearCase suggests a case of the same subscriber for a number that is none.
func (g *Engine) nearCase(ctx context.Context, key Key) (string, error) {
	keys, _, err := g.Store.List(ctx, indexAll+":"+key.Owner, "", pageSize)
	if err != nil {
		return "", fmt.Errorf("list cases of %s: %w", key.Owner, err)
	}
	var candidates []string
	for _, k := range keys {
		candidates = append(candidates, CaseName(k))
	}
	return nearest(CaseName(key), candidates), nil
}

// aimDraft finds a draft by its id, in the shard of its thread, its room or
// its person.
func (g *Engine) aimDraft(ctx context.Context, w where, call Call, id string) (aim, error) {
	a := aim{call: &call}
	subs, p, err := g.subscribers(ctx, w)
	if err != nil {
		return a, err
	}
	if p == nil && !w.person.Zero() {
		more, _, err := g.subscribers(ctx, where{person: w.person})
		if err != nil {
			return a, err
		}
		subs = append(subs, more...)
	} else if p != nil && p.Draft.ID == id {
		subs = append(subs, p.Draft.Owner)
	}
	var keys []Key
	for _, s := range subs {
		keys = append(keys, DraftKey(s, id))
	}
	if len(keys) == 0 {
		return a, nil
	}
	records, err := g.Store.Load(ctx, keys...)
	if err != nil {
		return a, fmt.Errorf("load draft %s: %w", id, err)
	}
	a.target = keys[0]
	for _, v := range records {
		if v.Version > 0 {
			a.target = v.Key
		}
	}
	return a, nil
}

// askWhich asks for which of several subscribers a command is meant.
func (g *Engine) askWhich(subs []string, call Call) aim {
	again := Call{Spec: Spec{Name: whichSubscriber}, Args: map[string]string{"subs": strings.Join(subs, " "), "again": call.Spec.Name, "group": call.Spec.Group, "text": call.Args["text"]}}
	return aim{call: &again}
}

// askSubscriber asks staff for which subscriber a command is meant.
func (g *Engine) askSubscriber(ctx context.Context, call Call) (aim, error) {
	keys, _, err := g.Store.List(ctx, indexSubscribers, "", MaxOptions)
	if err != nil {
		return aim{}, fmt.Errorf("list subscribers: %w", err)
	}
	var subs []string
	for _, k := range keys {
		subs = append(subs, k.Owner)
	}
	slices.Sort(subs)
	return g.askWhich(subs, call), nil
}
