package console_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"casebot/adapters/console"
	"casebot/bot"
)

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

// setup is a playground with two subscribers and the vendor's people.
func setup(now func() time.Time) console.Config {
	return console.Config{
		People: []console.Person{
			{ID: "giulia", Name: "Giulia Bianchi", Role: "Authorized contact · ACME", Group: "ACME"},
			{ID: "marco", Name: "Marco Conti", Role: "Not a contact · ACME", Group: "ACME"},
			{ID: "yuki", Name: "田中 由紀", Role: "Subscriber admin · Nippon", Group: "Nippon"},
			{ID: "ada", Name: "Ada Ricci", Role: "Named advisor", Group: "Vendor", Staff: true},
			{ID: "sam", Name: "Sam Okafor", Role: "Support manager", Group: "Vendor", Staff: true},
		},
		Channels: []console.Channel{
			{
				Name: "acme", Topic: "Acme S.p.A. · Gold support", Kind: console.KindCustomer,
				Members: []string{"giulia", "marco", "ada", "sam"},
			},
			{Name: "nippon", Topic: "Nippon KK · Platinum support", Kind: console.KindCustomer, Members: []string{"yuki", "ada"}},
			{Name: "triage", Topic: "New cases and everything that waits", Kind: console.KindStaff},
		},
		Commands: []console.Command{
			{Group: "case", Name: "new", Usage: "[text]", Help: "Open a case"},
			{Group: "case", Name: "list", Help: "The open cases you may see"},
			{Group: "case", Name: "show", Usage: "KEY", Help: "One case with its targets"},
			{Group: "case", Name: "take", Usage: "KEY", Help: "Make a case yours"},
			{Group: "case", Name: "reply", Usage: "KEY text", Help: "Answer the other side"},
			{Group: "support", Name: "contacts", Help: "Who may open cases"},
			{Group: "support", Name: "phone", Help: "The number and its hours"},
		},
		Hint: []console.Step{
			{As: "giulia", Channel: "acme", Text: "/case new Export to CSV fails since this morning", Why: "Report a problem the way a customer does."},
			{As: "ada", Channel: "triage", Text: "/case list", Why: "See what waits for the vendor's people."},
		},
		Now: now, Logger: slog.New(slog.DiscardHandler),
	}
}

// core is a small casebot that remembers what it was told and plays a script.
type core struct {
	t testing.TB

	mu     sync.Mutex
	c      *console.Console
	events []bot.Event
	seen   map[string]bool
	fail   int // how many of the next events to fail
}

var errDown = errors.New("redis is down")

func (f *core) handle(ctx context.Context, e bot.Event) (bot.Answer, error) {
	f.mu.Lock()
	if f.fail > 0 {
		f.fail--
		f.mu.Unlock()
		return bot.Answer{Private: &bot.Message{Text: "Not saved, please try again."}}, errDown
	}
	if f.seen[e.ID] {
		f.mu.Unlock()
		return bot.Answer{}, bot.ErrDuplicate
	}
	f.seen[e.ID] = true
	f.events = append(f.events, e)
	f.mu.Unlock()
	if e.Command == nil {
		return bot.Answer{}, f.wrote(ctx, e)
	}
	return f.do(ctx, e)
}

func (f *core) wrote(ctx context.Context, e bot.Event) error {
	if e.Origin.Thread == "" || e.Edited {
		return nil
	}
	_, err := f.c.Deliver(ctx, bot.Delivery{
		Key: "relay " + e.ID, Room: "console:triage",
		Message: bot.Message{
			Text: "ACME-42: " + e.Text, Author: &bot.Author{Name: e.Actor.Name, Ref: e.Actor.Ref},
			Sections: []bot.Section{{Text: e.Text, Quote: true}}, Files: e.Files, Small: "ACME-42 · from #acme",
		},
	})
	return err
}

func (f *core) do(ctx context.Context, e bot.Event) (bot.Answer, error) {
	word, _, _ := strings.Cut(e.Command.Text, " ")
	switch word {
	case "new":
		if e.Command.Form {
			return f.open(ctx, e)
		}
		_, text, _ := strings.Cut(e.Command.Text, " ")
		return bot.Answer{Form: newForm(text)}, nil
	case "list":
		return bot.Answer{Private: list()}, nil
	case "take":
		m := card("Ada Ricci", bot.ToneWarn)
		return bot.Answer{Private: &bot.Message{Text: "ACME-42 is yours."}}, f.edit(ctx, e, m)
	case "close":
		m := card("Ada Ricci", bot.ToneGood)
		m.Title, m.Controls = "ACME-42 · Closed", nil
		return bot.Answer{}, f.edit(ctx, e, m)
	default:
		return bot.Answer{Private: &bot.Message{
			Text: fmt.Sprintf("I don't know “%s %s”.", e.Command.Group, e.Command.Text), Tone: bot.ToneWarn,
			Controls: []bot.Control{{Kind: bot.ControlButton, Label: "List my cases", Command: "case list"}},
		}}, nil
	}
}

func (f *core) edit(ctx context.Context, e bot.Event, m *bot.Message) error {
	_, err := f.c.Deliver(ctx, bot.Delivery{
		Key: "edit " + e.ID, Room: "console:triage", Ref: e.Origin.Message, Edit: true, Message: *m,
	})
	return err
}

func (f *core) open(ctx context.Context, e bot.Event) (bot.Answer, error) {
	if len([]rune(e.Command.Args["summary"])) < 10 {
		return bot.Answer{Errors: map[string]string{"summary": "Please say what is wrong in 10 to 120 characters."}}, nil
	}
	receipt, err := f.c.Deliver(ctx, bot.Delivery{
		Key: "card " + e.ID, Room: e.Origin.Room, Opens: true, Message: bot.Message{
			Text: "ACME-42 is open", Title: "ACME-42 · " + e.Command.Args["summary"], Tone: bot.ToneAlarm,
			Sections: []bot.Section{{Fields: fields("Waiting for us")}}, Files: e.Files,
			Small: "Opened by Giulia Bianchi. Reply in the thread, with screenshots where they help.",
			Controls: []bot.Control{
				{Kind: bot.ControlButton, Label: "Add details", Command: "case new", Style: bot.StylePrimary},
				{Kind: bot.ControlButton, Label: "This solved it", Command: "case resolve ACME-42"},
			},
		},
	})
	if err != nil {
		return bot.Answer{}, err
	}
	for i, text := range []string{"What changed lately?", "Which browser, and which version of the app?"} {
		if _, err = f.c.Deliver(ctx, bot.Delivery{
			Key: fmt.Sprint("ask ", i, e.ID), Room: e.Origin.Room, Thread: receipt.Thread, Message: bot.Message{Text: text},
		}); err != nil {
			return bot.Answer{}, err
		}
	}
	_, err = f.c.Deliver(ctx, bot.Delivery{Key: "triage " + e.ID, Room: "console:triage", Message: *card("nobody yet", bot.ToneAlarm)})
	return bot.Answer{Private: &bot.Message{
		Text: "ACME-42 is open.", Sections: []bot.Section{{
			Text: "Thank you. **ACME-42** is open and our team has been told. We answer by **16:00 UTC**.", Markup: true,
		}},
	}}, err
}

func fields(state string) []bot.Field {
	return []bot.Field{
		{Label: "Severity", Value: "1 – critical"},
		{Label: "State", Value: state},
		{Label: "First response due", Value: "Mon 9 Mar, 16:00 UTC", Time: noon.Add(4 * time.Hour)},
		{Label: "Package", Value: "Gold"},
	}
}

func card(owner string, tone bot.Tone) *bot.Message {
	return &bot.Message{
		Text: "ACME-42 Export to CSV fails", Title: "ACME-42 · Export to CSV fails for everybody", Tone: tone,
		Mentions: []string{"console:ada"},
		Sections: []bot.Section{
			{Fields: append(fields("Open"), bot.Field{Label: "Owner", Value: owner}, bot.Field{Label: "Contact", Value: "Giulia Bianchi"})},
			{Title: "What happens", Quote: true, Text: "Since 08:40 every export ends with “ERR_STREAM 502”.\nSee https://status.example.com/502."},
		},
		Controls: []bot.Control{
			{Kind: bot.ControlButton, Label: "Take", Command: "case take ACME-42", Style: bot.StylePrimary},
			{Kind: bot.ControlButton, Label: "Reply", Command: "case reply ACME-42"},
			{Kind: bot.ControlSelect, Label: "Severity", Options: []bot.Option{
				{Label: "1", Value: "case severity ACME-42 1", Detail: "critical"}, {Label: "2", Value: "case severity ACME-42 2", Detail: "major"},
			}},
			{
				Kind: bot.ControlButton, Label: "Close", Command: "case close ACME-42", Style: bot.StyleDanger,
				Confirm: "Close ACME-42? The contact is told and may reopen it.",
			},
			{Kind: bot.ControlLink, Label: "Open in Acme", URL: "https://acme.example/exports"},
		},
	}
}

func newForm(text string) *bot.Form {
	return &bot.Form{
		Title: "Report a problem", Command: "case new", Submit: "Open the case",
		Intro: []bot.Section{{Text: "A few questions, so that we can repeat it. **Please leave out passwords.**", Markup: true}},
		Fields: []bot.FormField{
			{Name: "summary", Label: "In one line: what is wrong?", Kind: bot.FieldLine, Required: true, Max: 120, Value: text},
			{Name: "severity", Label: "How severe is it?", Kind: bot.FieldChoice, Required: true, Options: []bot.Option{
				{Label: "Severity 1", Value: "1", Detail: "Critical problem in production for all users: the system is unavailable, or data is wrong, and there is no workaround."},
				{Label: "Severity 2", Value: "2", Detail: "Major functions are impaired for many users without a reasonable workaround. Also time-sensitive requests."},
				{Label: "Severity 3", Value: "3", Detail: "A bug that concerns some users, or a routine question. A reasonable workaround exists."},
			}},
			{Name: "affected", Label: "Who is affected?", Kind: bot.FieldChoice, Options: []bot.Option{
				{Label: "All users", Value: "all"}, {Label: "Many", Value: "many"}, {Label: "Some", Value: "some"}, {Label: "One", Value: "one"},
			}},
			{Name: "steps", Label: "Steps", Hint: "Number them, please: at least two.", Kind: bot.FieldText, Max: 2000},
			{Name: "files", Label: "Screenshots or logs", Kind: bot.FieldFile, Hint: "Up to 5 MB each."},
		},
	}
}

func list() *bot.Message {
	return &bot.Message{Text: "3 open cases", Title: "Open cases of ACME", Sections: []bot.Section{{Rows: [][]string{
		{"Case", "Severity", "Summary", "State", "Next", "Hours"},
		{"ACME-42", "1", "Export to CSV fails for everybody", "Waiting for us", "Today 16:00", "0.5"},
		{"ACME-41", "3", "How do I rename a dataset?", "Waiting for you", "Thu 12 Mar", "12"},
		{"ACME-38", "2", "Card refresh is slow on Mondays", "In progress", "Wed 11 Mar", "31.5"},
	}}}, Small: "As of 12:00 UTC"}
}

// play is a running playground and its address.
type play struct {
	*console.Console
	*core
	url    string
	server *httptest.Server
}

func (f *core) told() []bot.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]bot.Event(nil), f.events...)
}

func (f *core) failNext(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = n
}

// begin starts a playground whose core listens.
func begin(t testing.TB, shelf console.Shelf, travel console.Travel, now func() time.Time) *play {
	t.Helper()
	return beginWith(t, setup(now), shelf, travel)
}

func beginWith(t testing.TB, cfg console.Config, shelf console.Shelf, travel console.Travel) *play {
	t.Helper()
	c := console.New(cfg, shelf, travel)
	f := &core{t: t, c: c, seen: map[string]bool{}}
	server := httptest.NewServer(c.Routes())
	done := make(chan error, 1)
	go func() { done <- c.Listen(t.Context(), f.handle) }()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Errorf("listen: %v", err)
		}
		server.CloseClientConnections()
		server.Close()
	})
	for !c.Listens() && t.Context().Err() == nil {
		runtime.Gosched()
	}
	return &play{c, f, server.URL, server}
}

// say posts a message as somebody, as their browser would.
func (g *play) say(t testing.TB, as, room, text string) {
	t.Helper()
	g.ask(t, "messages", map[string]any{"as": as, "room": room, "id": newID(), "text": text}, nil)
}

// ask posts a request that must be answered, and reads the answer.
func (g *play) ask(t testing.TB, path string, body, out any) {
	t.Helper()
	if status, text := g.post(t, path, body, out); status != http.StatusOK {
		t.Fatalf("POST %s: %d %s", path, status, text)
	}
}

// post posts a request and returns the status and the body.
func (g *play) post(t testing.TB, path string, body, out any) (int, string) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(g.url+"/console/api/"+path, "application/json", bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			t.Fatalf("POST %s: %v in %s", path, err, text)
		}
	}
	return resp.StatusCode, string(text)
}

// newID is what a browser calls crypto.randomUUID().
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	x := hex.EncodeToString(b)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}
