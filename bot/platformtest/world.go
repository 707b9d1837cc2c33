package platformtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casebot/bot"
)

const (
	patience = 20 * time.Second     // how long anything that must come is waited for
	glance   = 5 * time.Millisecond // how often a person looks at the screen
)

// errDown is what the core answers while it cannot commit.
var errDown = errors.New("the store is down")

// world is a platform that is listened to, and the core behind it. Its methods
// fail the test instead of returning errors.
type world struct {
	t *testing.T
	Fixture
	name string
	caps bot.Capabilities
	stop func() // ends Listen and waits for it

	deeds, keys, taken int

	mu        sync.Mutex
	script    script
	told      []bot.Event     // each time that the platform told one
	heard     []bot.Event     // those that were committed
	committed map[string]bool // their ids
	news      chan struct{}   // closed at the next change of these
}

// script is what the core does with an event that it is told for the nth time.
type script func(ctx context.Context, e bot.Event, nth int) (bot.Answer, error)

func newWorld(t *testing.T, f Fixture) *world {
	t.Helper()
	w := &world{
		t: t, Fixture: f, name: f.Platform.Name(), caps: f.Platform.Capabilities(),
		committed: map[string]bool{}, news: make(chan struct{}),
		script: func(context.Context, bot.Event, int) (bot.Answer, error) { return bot.Answer{}, nil },
	}
	w.stop = w.listen(f.Platform)
	return w
}

// listen lets the core listen to a platform until stop is called or the test
// ends.
func (w *world) listen(p bot.Platform) (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Listen(ctx, w.handle) }()
	stop = sync.OnceFunc(func() {
		cancel()
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case err := <-done:
			if err != nil && !errors.Is(err, context.Canceled) {
				w.t.Errorf("Listen ended with %v, want nil or the context's error", err)
			}
		case <-timer.C:
			w.t.Errorf("Listen did not end within %s", patience)
		}
	})
	w.t.Cleanup(stop)
	return stop
}

// handle is the core: it commits what the script lets through, once.
func (w *world) handle(ctx context.Context, e bot.Event) (bot.Answer, error) {
	w.mu.Lock()
	w.told = append(w.told, e)
	nth := 0
	for _, t := range w.told {
		if t.ID == e.ID {
			nth++
		}
	}
	again, script := w.committed[e.ID], w.script
	w.changed()
	w.mu.Unlock()
	if again {
		return bot.Answer{Private: &bot.Message{Text: "this must not be seen"}}, bot.ErrDuplicate
	}
	answer, err := script(ctx, e, nth)
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.committed[e.ID] { // another replica was faster
			return bot.Answer{}, bot.ErrDuplicate
		}
		w.committed[e.ID] = true
		w.heard = append(w.heard, e)
		w.changed()
	}
	return answer, err
}

func (w *world) changed() {
	close(w.news)
	w.news = make(chan struct{})
}

// answers sets the script.
func (w *world) answers(s script) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.script = s
}

// answer lets every command be answered alike.
func (w *world) answer(a bot.Answer) {
	w.answers(func(_ context.Context, e bot.Event, _ int) (bot.Answer, error) {
		if e.Command == nil {
			return bot.Answer{}, nil
		}
		return a, nil
	})
}

// failing lets the first tries of each event fail that the filter lets
// through.
func (w *world) failing(tries int, which func(bot.Event) bool) {
	w.answers(func(_ context.Context, e bot.Event, nth int) (bot.Answer, error) {
		if nth <= tries && which(e) {
			return bot.Answer{Private: &bot.Message{Text: "Not saved, please try again."}}, errDown
		}
		return bot.Answer{}, nil
	})
}

// tells waits until enough is true of all that was told so far.
func (w *world) tells(what string, enough func(told []bot.Event) bool) []bot.Event {
	w.t.Helper()
	return w.await(what, &w.told, enough)
}

// next waits for the next event to be committed.
func (w *world) next() bot.Event {
	w.t.Helper()
	heard := w.await("the next event", &w.heard, func(h []bot.Event) bool { return len(h) > w.taken })
	w.taken++
	return heard[w.taken-1]
}

// nothingElse proves that no other event came until now: the next is a new
// message.
func (w *world) nothingElse() {
	w.t.Helper()
	w.do(Deed{Kind: DeedSay, Who: w.Agent, Text: "and now this"})
	if e := w.next(); e.Text != "and now this" {
		w.t.Fatalf("another event came: %+v", e)
	}
}

func (w *world) await(what string, list *[]bot.Event, enough func([]bot.Event) bool) []bot.Event {
	w.t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		w.mu.Lock()
		have, news := slices.Clone(*list), w.news
		w.mu.Unlock()
		if enough(have) {
			return have
		}
		select {
		case <-news:
		case <-timer.C:
			w.t.Fatalf("%s did not come within %s; so far: %+v", what, patience, have)
		}
	}
}

// do lets somebody do something, Person in Room unless the deed says
// otherwise, and returns it, to be done again.
func (w *world) do(d Deed) Deed {
	w.t.Helper()
	w.deeds++
	d.ID = fmt.Sprintf("deed-%d", w.deeds)
	if d.Who.Ref == "" {
		d.Who = w.Person
	}
	if d.Room == "" {
		d.Room = w.Room
	}
	w.again(d)
	return d
}

// again lets the service tell the same once more.
func (w *world) again(d Deed) {
	w.t.Helper()
	w.can(w.Service.Do(w.t.Context(), d), "%s %q", d.Kind, d.Text+d.Label)
}

// can skips the test where a service cannot do something.
func (w *world) can(err error, what string, args ...any) {
	w.t.Helper()
	if errors.Is(err, errors.ErrUnsupported) {
		w.t.Skip(err)
	}
	if err != nil {
		w.t.Fatalf("%s: %v", fmt.Sprintf(what, args...), err)
	}
}

// say lets Person write a message and returns its event.
func (w *world) say(d Deed) bot.Event {
	w.t.Helper()
	d.Kind = DeedSay
	w.do(d)
	return w.next()
}

// command lets Person type a slash command.
func (w *world) command(text string) Deed {
	w.t.Helper()
	return w.do(Deed{Kind: DeedCommand, Text: text})
}

// posts is what somebody can read in a room now.
func (w *world) posts(viewer bot.Actor, room string) []Post {
	w.t.Helper()
	posts, err := w.Service.Posts(w.t.Context(), viewer, room)
	w.can(err, "read %s as %s", room, viewer.Ref)
	return posts
}

// look waits until somebody can see what is looked for.
func (w *world) look(what string, seen func() bool) {
	w.t.Helper()
	timer, tick := time.NewTimer(patience), time.NewTicker(glance)
	defer timer.Stop()
	defer tick.Stop()
	for !seen() {
		select {
		case <-tick.C:
		case <-timer.C:
			w.t.Fatalf("%s is not to be seen within %s", what, patience)
		}
	}
}

// sees waits until somebody can read a text in a room, and returns the post.
func (w *world) sees(viewer bot.Actor, room, text string) (found Post) {
	w.t.Helper()
	w.look(fmt.Sprintf("%q in %s", text, room), func() bool {
		list := holding(w.posts(viewer, room), text)
		if len(list) > 0 {
			found = list[0]
		}
		return len(list) > 0
	})
	return found
}

// one is the only post in a room that holds a text.
func (w *world) one(viewer bot.Actor, room, text string) Post {
	w.t.Helper()
	all := w.posts(viewer, room)
	list := holding(all, text)
	if len(list) != 1 {
		w.t.Fatalf("%d posts of %s hold %q, want one: %+v", len(list), room, text, all)
	}
	return list[0]
}

// unseen proves that somebody cannot read a text in a room.
func (w *world) unseen(viewer bot.Actor, room, text string) {
	w.t.Helper()
	posts, err := w.Service.Posts(w.t.Context(), viewer, room)
	if err != nil {
		return // the service does not even let them look
	}
	if list := holding(posts, text); len(list) > 0 {
		w.t.Fatalf("%s can read %+v in %s", viewer.Ref, list, room)
	}
}

func holding(posts []Post, text string) []Post {
	return slices.DeleteFunc(slices.Clone(posts), func(p Post) bool { return !strings.Contains(readable(p), text) })
}

// invisible characters may be put between others to break a mention.
var invisible = strings.NewReplacer("\u200b", "", "\u2060", "", "\ufeff", "")

// readable is everything that can be read in a post.
func readable(p Post) string {
	lines := []string{p.Name, p.Text}
	for _, c := range p.Controls {
		lines = append(append(lines, c.Label), c.Options...)
	}
	return invisible.Replace(strings.Join(append(lines, p.Files...), "\n"))
}

// delivery is a new delivery of a text to Room.
func (w *world) delivery(text string) bot.Delivery {
	w.keys++
	return bot.Delivery{Key: fmt.Sprintf("case/ACME/42:%d", w.keys), Room: w.Room, Message: bot.Message{Text: text}}
}

// deliver delivers, and proves that the receipt is complete.
func (w *world) deliver(d bot.Delivery) bot.Receipt {
	w.t.Helper()
	return w.deliverBy(w.Platform, d)
}

func (w *world) deliverBy(p bot.Platform, d bot.Delivery) bot.Receipt {
	w.t.Helper()
	r, err := p.Deliver(w.t.Context(), d)
	if err != nil {
		w.t.Fatalf("deliver %s: %v", d.Key, err)
	}
	if r.Ref == "" || r.At.IsZero() || (r.Thread != "") != d.Opens {
		w.t.Fatalf("deliver %s (opens a thread: %v): the receipt is %+v", d.Key, d.Opens, r)
	}
	return r
}

// press lets somebody press a control of a post.
func (w *world) press(who bot.Actor, room string, p Post, label, option string) Deed {
	w.t.Helper()
	return w.do(Deed{Kind: DeedPress, Who: who, Room: room, Thread: p.Thread, Post: p.Ref, Label: label, Option: option})
}

// same compares values.
func same[T any](w *world, what string, got, want T) {
	w.t.Helper()
	if !reflect.DeepEqual(got, want) {
		w.t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}
