package console_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casebot/adapters/console"
	"casebot/bot"
	"casebot/bot/platformtest"
)

// TestContract proves the console as a platform, driven as its page does it.
func TestContract(t *testing.T) {
	platformtest.Run(t, func(t *testing.T) platformtest.Fixture {
		shelf := &failingShelf{Shelf: console.NewMemory()}
		cfg := setup(time.Now)
		cfg.URL = "https://desk.example"
		c := console.New(cfg, shelf, nil)
		server := httptest.NewServer(c.Routes())
		t.Cleanup(server.Close)
		return platformtest.Fixture{
			Platform: c,
			Replica:  func(*testing.T) bot.Platform { return console.New(cfg, shelf, nil) },
			Service: &pages{
				shelf: shelf, url: server.URL, people: cfg.People, sent: map[string]request{},
				whispers: map[string][]whisper{}, forms: map[string]*openForm{},
			},
			Person: bot.Actor{Ref: "console:giulia", Name: "Giulia Bianchi"},
			Agent:  bot.Actor{Ref: "console:ada", Name: "Ada Ricci"},
			Room:   "console:acme", Inside: "console:triage", Direct: "console:@giulia",
			Gone: platformtest.Gone{Room: "console:gone", Direct: "console:@gone", Thread: "b00", Message: "b01"},
		}
	})
}

// pages are the pages that people have open, without a browser.
type pages struct {
	shelf  *failingShelf
	url    string
	people []console.Person

	mu       sync.Mutex
	sent     map[string]request // by deed
	whispers map[string][]whisper
	forms    map[string]*openForm
}

// request is what a page sent, to be sent again.
type request struct {
	path string
	body map[string]any
	form *openForm
}

// whisper is an answer that a page shows to its reader only.
type whisper struct {
	ref, room, thread string
	message           bot.Message
}

// openForm is a dialog with what is typed into it.
type openForm struct {
	form       bot.Form
	at         map[string]any
	values     map[string]string // by name
	errors     map[string]string
	complaints []string
}

func unable(why string) error { return fmt.Errorf("%s: %w", why, errors.ErrUnsupported) }

// local is a reference as the page names it.
func local(ref string) string { return strings.TrimPrefix(ref, "console:") }

// Do implements platformtest.Service.
func (s *pages) Do(ctx context.Context, d platformtest.Deed) error {
	s.mu.Lock()
	r, again := s.sent[d.ID]
	s.mu.Unlock()
	if !again {
		var err error
		if r, err = s.request(ctx, d); err != nil {
			return err
		}
		s.mu.Lock()
		s.sent[d.ID] = r
		s.mu.Unlock()
	}
	out, err := s.send(ctx, r)
	if err != nil {
		return err
	}
	s.show(local(d.Who.Ref), r, out)
	return nil
}

// request is what the page sends for a deed.
func (s *pages) request(ctx context.Context, d platformtest.Deed) (request, error) {
	sum := sha256.Sum256([]byte(d.ID))
	x := hex.EncodeToString(sum[:16])
	as := local(d.Who.Ref)
	r := request{path: "messages", body: map[string]any{
		"as": as, "room": local(d.Room), "thread": d.Thread, "id": x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:],
		"text": strings.ReplaceAll(d.Text, platformtest.Bot, "@casebot"),
	}}
	var files []string
	for _, a := range d.Files {
		var f bot.File
		if err := s.post(ctx, "files", map[string]any{"as": as, "name": a.Name, "bytes": []byte(a.Body)}, &f); err != nil {
			return r, err
		}
		files = append(files, f.Ref)
	}
	r.body["files"] = files
	switch d.Kind {
	case platformtest.DeedSay:
	case platformtest.DeedCommand:
		r.body["text"] = "/" + d.Text
	case platformtest.DeedChange:
		now, err := s.state(ctx, as)
		if err != nil {
			return r, err
		}
		i := slices.IndexFunc(now.Posts, func(p seen) bool { return p.ID == d.Post })
		if i < 0 {
			return r, fmt.Errorf("there is no message %s", d.Post)
		}
		r.path, r.body["message"], r.body["edits"] = "edits", d.Post, now.Posts[i].Edits+1
	case platformtest.DeedPress:
		m, posted, err := s.message(ctx, as, d.Post)
		if err != nil {
			return r, err
		}
		if r.body["command"], err = pressed(m, d); err != nil {
			return r, err
		}
		if r.path = "presses"; posted {
			r.body["message"] = d.Post
		}
	case platformtest.DeedSend:
		return s.filled(r, as, d)
	case platformtest.DeedRobot:
		return r, unable("the console has no other programs")
	}
	return r, nil
}

// filled is the form that is open before somebody, with more typed into it.
func (s *pages) filled(r request, as string, d platformtest.Deed) (request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.forms[as]
	if f == nil {
		return r, fmt.Errorf("no form is open before %s", as)
	}
	for _, field := range f.form.Fields {
		value, ok := d.Values[field.Label]
		if !ok {
			continue
		}
		for _, o := range field.Options {
			if o.Label == value {
				value = o.Value
				break
			}
		}
		f.values[field.Name] = value
	}
	id := r.body["id"]
	r = request{path: "forms", form: f, body: map[string]any{"id": id, "command": f.form.Command, "args": maps.Clone(f.values)}}
	maps.Copy(r.body, f.at)
	return r, nil
}

// message is what holds the control that is pressed.
func (s *pages) message(ctx context.Context, as, ref string) (m bot.Message, posted bool, err error) {
	s.mu.Lock()
	for _, w := range s.whispers[as] {
		if w.ref == ref {
			s.mu.Unlock()
			return w.message, false, nil
		}
	}
	s.mu.Unlock()
	now, err := s.state(ctx, as)
	for _, p := range now.Posts {
		if p.ID == ref && p.Message != nil {
			return *p.Message, true, nil
		}
	}
	return m, false, errors.Join(fmt.Errorf("%s sees no message %s", as, ref), err)
}

// pressed is the command of a control.
func pressed(m bot.Message, d platformtest.Deed) (string, error) {
	for _, c := range m.Controls {
		if c.Label != d.Label {
			continue
		}
		if d.Option == "" {
			return c.Command, nil
		}
		for _, o := range c.Options {
			if o.Label == d.Option {
				return o.Value, nil
			}
		}
	}
	return "", fmt.Errorf("no control %q %q in %+v", d.Label, d.Option, m)
}

// send sends a request as soon as casebot is there.
func (s *pages) send(ctx context.Context, r request) (heardBack, error) {
	var out heardBack
	limit, tick := time.NewTimer(time.Second), time.NewTicker(10*time.Millisecond)
	defer limit.Stop()
	defer tick.Stop()
	for {
		out = heardBack{}
		err := s.post(ctx, r.path, r.body, &out)
		if !errors.Is(err, errAway) {
			return out, err
		}
		select {
		case <-tick.C:
		case <-limit.C:
			return out, unable("the console takes nothing while casebot is away")
		}
	}
}

// show does with an answer what the page does with it.
func (s *pages) show(as string, r request, out heardBack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := r.form; f != nil && s.forms[as] == f {
		f.errors, f.complaints = map[string]string{}, nil
		for name, text := range out.Answer.Errors {
			if slices.ContainsFunc(f.form.Fields, func(x bot.FormField) bool { return x.Name == name }) {
				f.errors[name] = text
			} else {
				f.complaints = append(f.complaints, text)
			}
		}
		switch {
		case len(out.Answer.Errors) > 0:
			return
		case out.Failed && out.Answer.Private != nil:
			f.complaints = append(f.complaints, out.Answer.Private.Text)
			return
		}
		delete(s.forms, as)
	}
	at := map[string]any{"as": as, "room": r.body["room"], "thread": r.body["thread"], "message": r.body["message"]}
	if m := out.Answer.Private; m != nil {
		thread, _ := r.body["thread"].(string)
		s.whispers[as] = append(s.whispers[as], whisper{fmt.Sprintf("whisper-%d", len(s.whispers[as])), r.body["room"].(string), thread, *m})
	}
	if f := out.Answer.Form; f != nil {
		open := &openForm{form: *f, at: at, values: map[string]string{}}
		for _, field := range f.Fields {
			open.values[field.Name] = field.Value
		}
		s.forms[as] = open
	}
}

// Posts implements platformtest.Service.
func (s *pages) Posts(ctx context.Context, viewer bot.Actor, room string) ([]platformtest.Post, error) {
	as := local(viewer.Ref)
	now, err := s.state(ctx, as)
	if err != nil {
		return nil, err
	}
	var posts []platformtest.Post
	for _, p := range now.Posts {
		if p.Room != local(room) {
			continue
		}
		post := platformtest.Post{Ref: p.ID, Thread: p.Thread, Text: p.Text}
		if p.Message != nil {
			show(&post, *p.Message)
		} else {
			i := slices.IndexFunc(s.people, func(x console.Person) bool { return x.ID == p.Author })
			post.Author, post.Name = "console:"+p.Author, s.people[i].Name
		}
		for _, f := range p.Files {
			post.Files = append(post.Files, f.Name)
		}
		posts = append(posts, post)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.whispers[as] {
		if w.room == local(room) {
			post := platformtest.Post{Ref: w.ref, Thread: w.thread, Private: true}
			show(&post, w.message)
			posts = append(posts, post)
		}
	}
	return posts, nil
}

// show fills in what the page shows of a message.
func show(p *platformtest.Post, m bot.Message) {
	p.Name = "casebot"
	if m.Author != nil {
		p.Name = m.Author.Name
	}
	lines := []string{m.Title}
	if m.Title == "" && len(m.Sections) == 0 {
		lines = append(lines, m.Text)
	}
	for _, s := range m.Sections {
		if s.Markup {
			s.Text = strings.ReplaceAll(s.Text, "**", "")
		}
		lines = append(lines, s.Title, s.Text)
		for _, f := range s.Fields {
			lines = append(lines, f.Label, f.Value)
		}
		for _, row := range s.Rows {
			lines = append(lines, strings.Join(row, "\t"))
		}
	}
	p.Text = strings.Join(append(lines, m.Small), "\n")
	for _, c := range m.Controls {
		control := platformtest.Control{Label: c.Label}
		for _, o := range c.Options {
			control.Options = append(control.Options, o.Label)
		}
		p.Controls = append(p.Controls, control)
	}
	for _, f := range m.Files {
		p.Files = append(p.Files, f.Name)
	}
	p.Notifies = m.Mentions
}

// Form implements platformtest.Service.
func (s *pages) Form(_ context.Context, viewer bot.Actor) (*platformtest.Form, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.forms[local(viewer.Ref)]
	if f == nil {
		return nil, nil
	}
	out := &platformtest.Form{Title: f.form.Title, Submit: f.form.Submit, Errors: f.complaints}
	for _, field := range f.form.Fields {
		x := platformtest.Field{Label: field.Label, Value: f.values[field.Name], Error: f.errors[field.Name]}
		for _, o := range field.Options {
			x.Options = append(x.Options, o.Label)
			if o.Value == x.Value {
				x.Value = o.Label
			}
		}
		out.Fields = append(out.Fields, x)
	}
	return out, nil
}

// Fail implements platformtest.Service.
func (s *pages) Fail(f platformtest.Failure, skip int) (<-chan struct{}, error) {
	if f == platformtest.Limited || f == platformtest.RoomGone {
		return nil, unable("the console never says that it is " + string(f))
	}
	return s.shelf.fail(f, skip), nil
}

func (s *pages) state(ctx context.Context, as string) (stateSeen, error) {
	var out stateSeen
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/console/api/state?as="+as, nil)
	if err != nil {
		return out, err
	}
	return out, fetch(req, &out)
}

func (s *pages) post(ctx context.Context, path string, body, out any) error {
	sent, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/console/api/"+path, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	return fetch(req, out)
}

var errAway = errors.New("casebot is away")

func fetch(req *http.Request, out any) error {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode == http.StatusServiceUnavailable:
		return errAway
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: %d %s", req.URL.Path, resp.StatusCode, text)
	}
	return json.Unmarshal(text, out)
}

// failingShelf fails once when it is told to.
type failingShelf struct {
	console.Shelf

	mu     sync.Mutex
	how    platformtest.Failure
	skip   int
	struck chan struct{}
	well   chan struct{} // closed when the failure is called off
}

func (s *failingShelf) fail(f platformtest.Failure, skip int) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.well != nil {
		close(s.well)
	}
	s.how, s.skip, s.struck, s.well = f, skip, make(chan struct{}), make(chan struct{})
	return s.struck
}

// strike says how this call fails.
func (s *failingShelf) strike() (platformtest.Failure, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how := s.how
	if how == platformtest.None {
		return how, nil
	}
	if s.skip--; s.skip >= 0 {
		return platformtest.None, nil
	}
	s.how = platformtest.None
	close(s.struck)
	return how, s.well
}

// call does a call, or fails it.
func (s *failingShelf) call(ctx context.Context, do func() error) error {
	how, well := s.strike()
	if how == platformtest.None {
		return do()
	}
	if how == platformtest.Unavailable {
		return errDown
	}
	if how == platformtest.Lost {
		_ = do()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-well:
		return errDown
	}
}

func (s *failingShelf) Put(ctx context.Context, id string, body []byte, onlyNew bool) (seq int64, existing []byte, err error) {
	err = s.call(ctx, func() (err error) {
		seq, existing, err = s.Shelf.Put(ctx, id, body, onlyNew)
		return err
	})
	return seq, existing, err
}

func (s *failingShelf) Get(ctx context.Context, ids ...string) (bodies [][]byte, err error) {
	err = s.call(ctx, func() (err error) {
		bodies, err = s.Shelf.Get(ctx, ids...)
		return err
	})
	return bodies, err
}

func (s *failingShelf) Since(ctx context.Context, seq int64, limit int, each func(string, int64, []byte) error) error {
	return s.call(ctx, func() error { return s.Shelf.Since(ctx, seq, limit, each) })
}
