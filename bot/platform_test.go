package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"casebot/bot"
)

// fakePlatform is a chat in memory. It can be told to fail.
type fakePlatform struct {
	mu    sync.Mutex
	now   func() time.Time
	posts []*fakePost
	sent  []bot.Delivery // all that was posted or edited, in order
	byKey map[string]*fakePost
	n     int
	fail  func(d bot.Delivery) error // asked before each delivery
	after func(d bot.Delivery) error // asked after each, when it was posted
}

type fakePost struct {
	ref, room, thread string
	at                time.Time
	message           bot.Message
	human             bool
	edits             int
}

func newFakePlatform(now func() time.Time) *fakePlatform {
	return &fakePlatform{now: now, byKey: map[string]*fakePost{}}
}

func (f *fakePlatform) Name() string { return "console" }

func (f *fakePlatform) Listen(ctx context.Context, _ bot.Handle) error {
	<-ctx.Done()
	return ctx.Err()
}

func (f *fakePlatform) Capabilities() bot.Capabilities {
	return bot.Capabilities{Forms: true, Private: true, CommandsInThreads: true, Edits: true}
}

func (f *fakePlatform) Deliver(_ context.Context, d bot.Delivery) (bot.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		if err := f.fail(d); err != nil {
			return bot.Receipt{}, err
		}
	}
	p := f.byKey[d.Key]
	switch {
	case p != nil:
	case d.Edit && d.Ref != "":
		for _, q := range f.posts {
			if q.ref == d.Ref {
				p = q
			}
		}
		if p == nil {
			return bot.Receipt{}, fmt.Errorf("%w: no message %s", bot.ErrUndeliverable, d.Ref)
		}
		p.message = d.Message
		p.edits++
	default:
		p = f.post(d.Room, d.Thread, d.Message)
	}
	f.byKey[d.Key] = p
	f.sent = append(f.sent, d)
	if f.after != nil {
		if err := f.after(d); err != nil {
			return bot.Receipt{}, err
		}
	}
	r := bot.Receipt{Ref: p.ref, At: p.at}
	if d.Opens {
		r.Thread = p.ref
	}
	return r, nil
}

func (f *fakePlatform) post(room, thread string, m bot.Message) *fakePost {
	f.n++
	p := &fakePost{ref: fmt.Sprintf("m%d", f.n), room: room, thread: thread, at: f.now(), message: m}
	f.posts = append(f.posts, p)
	return p
}

// human posts what a person wrote.
func (f *fakePlatform) human(name, room, thread, text string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.post(room, thread, bot.Message{Text: text, Author: &bot.Author{Name: name}})
	p.human = true
	return p.ref
}

// everything lists all posts of all rooms.
func (f *fakePlatform) everything() []*fakePost {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.posts)
}

// delivered lists all that was posted or edited, in order.
func (f *fakePlatform) delivered() []bot.Delivery {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sent)
}

func (f *fakePlatform) all(room string) []*fakePost {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []*fakePost
	for _, p := range f.posts {
		if p.room == room {
			out = append(out, p)
		}
	}
	return out
}

func (p *fakePost) plain() string {
	who := "bot"
	if p.message.Author != nil {
		who = p.message.Author.Name
	}
	where := ""
	if p.thread != "" {
		where = "  "
	}
	return fmt.Sprintf("%s%s %s> %s", where, p.at.UTC().Format("Mon 15:04"), who, strings.ReplaceAll(plain(p.message), "\n", "\n      "+where))
}

// plain is a message as text: title, sections, fields, buttons.
func plain(m bot.Message) string {
	var lines []string
	add := func(s string) {
		if s != "" && !slices.Contains(lines, s) {
			lines = append(lines, s)
		}
	}
	add(m.Title)
	if len(m.Sections) == 0 {
		add(m.Text)
	}
	for _, s := range m.Sections {
		add(s.Title)
		add(s.Text)
		var fields []string
		for _, f := range s.Fields {
			fields = append(fields, f.Label+": "+f.Value)
		}
		add(strings.Join(fields, " | "))
		for _, row := range s.Rows {
			add(strings.Join(row, " | "))
		}
	}
	add(m.Small)
	var buttons []string
	for _, c := range m.Controls {
		buttons = append(buttons, "["+c.Label+"]")
	}
	add(strings.Join(buttons, " "))
	return strings.Join(lines, "\n")
}
