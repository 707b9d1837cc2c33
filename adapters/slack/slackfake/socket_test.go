package slackfake_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"casebot/adapters/slack/slackfake"
)

// connect runs a real client of Socket Mode, which hands over what comes.
func (w *world) connect(handle func(*socketmode.Client, socketmode.Event)) {
	w.t.Helper()
	c := socketmode.New(w.Client)
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { _ = c.RunContext(ctx) })
	work.Go(func() {
		for {
			select {
			case e := <-c.Events:
				handle(c, e)
			case <-ctx.Done():
				return
			}
		}
	})
	w.t.Cleanup(func() {
		cancel()
		work.Wait()
	})
	eventually(w.t, "a connection", func() bool { return w.Connections() > 0 })
}

// TestSocketMode proves that the real client understands the fake: events are
// acknowledged or come again, and the answer to a command is shown.
func TestSocketMode(t *testing.T) {
	w := open(t)
	w.say(ada, acme, "", "before anybody was there")
	type heard struct {
		text, id string
		attempt  int
	}
	events := make(chan heard, 100)
	w.connect(func(c *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeEventsAPI {
			data := e.Data.(slackevents.EventsAPIEvent)
			m, _ := data.InnerEvent.Data.(*slackevents.MessageEvent)
			if m == nil {
				return
			}
			events <- heard{m.Text, data.Data.(*slackevents.EventsAPICallbackEvent).EventID, e.Request.RetryAttempt}
			if m.Text != "again" || e.Request.RetryAttempt == 2 {
				_ = c.Ack(*e.Request)
			}
		}
		if command, ok := e.Data.(slack.SlashCommand); ok && command.Text != "silence" {
			_ = c.Ack(*e.Request, map[string]any{"text": "you said " + command.Text})
		}
	})
	if e := <-events; e.text != "before anybody was there" {
		t.Errorf("heard %+v first", e)
	}
	w.say(ada, acme, "", "again")
	first := <-events
	<-events
	if third := <-events; third.id != first.id || third.attempt != 2 {
		t.Errorf("heard as %+v, and then as %+v", first, third)
	}
	w.run(w.Slash(ada, triage, "/case list {@U0GIULIA}"))
	if p := w.last(ada, triage); p.Text != "you said list @Giulia Bianchi" || !p.Private {
		t.Errorf("the answer: %+v", p)
	}
	send, err := w.Slash(ada, triage, "/case silence")
	if err != nil {
		t.Fatal(err)
	}
	if err := send(); !errors.Is(err, slackfake.ErrUnanswered) {
		t.Errorf("a command without an answer: %v", err)
	}
	w.DropSockets()
	eventually(t, "the next connection", func() bool { return w.Connections() > 0 && len(w.Calls("apps.connections.open")) > 1 })
}

// TestSockets proves the rules of connections: a ticket is good once, ten are
// the most, and why one is sent away is said.
func TestSockets(t *testing.T) {
	w := open(t, func(c *slackfake.Config) { c.PingEvery = 10 * time.Millisecond })
	dial := func() (*websocket.Conn, string, error) {
		_, address, err := w.StartSocketModeContext(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
		if resp != nil && resp.Body != nil {
			resp.Body.Close()
		}
		return conn, address, err
	}
	read := func(conn *websocket.Conn) (frame struct {
		Type, Reason   string
		NumConnections int `json:"num_connections"`
	},
	) {
		if err := conn.ReadJSON(&frame); err != nil {
			t.Errorf("read: %v", err)
		}
		return frame
	}
	for n := range 10 {
		conn, address, err := dial()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if hello := read(conn); hello.Type != "hello" || hello.NumConnections != n+1 {
			t.Errorf("connection %d begins with %+v", n+1, hello)
		}
		if n > 0 {
			continue
		}
		pinged := make(chan bool, 100)
		conn.SetPingHandler(func(string) error { pinged <- true; return nil })
		go func() { _, _, _ = conn.ReadMessage() }()
		<-pinged
		again, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
		if err == nil {
			again.Close()
		}
		if resp == nil || resp.StatusCode != http.StatusNotFound {
			t.Errorf("a ticket that was used: %v", err)
		}
	}
	late, _, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	if bye := read(late); bye.Type != "disconnect" || bye.Reason != "too_many_websockets" {
		t.Errorf("the eleventh begins with %+v", bye)
	}
	w.Disconnect("link_disabled")
	eventually(t, "all are closed", func() bool { return w.Connections() == 0 })
	off, _, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	defer off.Close()
	if bye := read(off); !strings.Contains(bye.Reason, "link_disabled") {
		t.Errorf("after it was switched off: %+v", bye)
	}
	_, _, err = slack.New("xoxb-1", slack.OptionAPIURL(w.APIURL()), slack.OptionAppLevelToken("xoxb-1")).StartSocketModeContext(t.Context())
	refused(t, err, "not_allowed_token_type")
}
