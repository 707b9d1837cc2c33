package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"casebot/adapters/redis"
	"casebot/bot"
)

// newID is an id as a page makes them.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// spoken is what a page sends. The id stays the same however often it does.
type spoken struct {
	path    string // of the API: messages, presses
	As      string `json:"as,omitempty"`
	Room    string `json:"room,omitempty"`
	Thread  string `json:"thread,omitempty"`
	ID      string `json:"id,omitempty"`
	Text    string `json:"text,omitempty"`
	Command string `json:"command,omitempty"`
	Step    string `json:"step,omitempty"` // of a journey through time
}

func says(as, room, text string) spoken {
	return spoken{path: "messages", As: as, Room: room, Text: text, ID: newID()}
}

func presses(as, room, command string) spoken {
	return spoken{path: "presses", As: as, Room: room, Command: command, ID: newID()}
}

func travels(step string) spoken { return spoken{path: "travel", Step: step} }

// event is the id under which casebot knows what was sent.
func (s spoken) event() string { return "console:" + s.ID }

// heard is what the page gets back.
type heard struct {
	Status int
	Answer bot.Answer
	Failed bool
	Error  string
	Post   *struct{ Unheard bool }
}

// acknowledged tells whether casebot has taken it over.
func (h heard) acknowledged() bool {
	return h.Status == http.StatusOK && !h.Failed && (h.Post == nil || !h.Post.Unheard)
}

// private is the text that only the asker sees.
func (h heard) private() string {
	if h.Answer.Private == nil {
		return ""
	}
	return h.Answer.Private.Text
}

// send does what the page does, once; an error means that nobody knows what
// became of it.
func send(ctx context.Context, url string, s spoken) (heard, error) {
	var h heard
	body, err := json.Marshal(s)
	if err != nil {
		return h, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/console/api/"+s.path, bytes.NewReader(body))
	if err != nil {
		return h, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return h, err
	}
	defer resp.Body.Close()
	h.Status = resp.StatusCode
	answer, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(answer, &h)
	}
	return h, err
}

// to sends to a process that has to take it at once.
func to(t testing.TB, p *process) func(spoken) {
	return func(s spoken) {
		t.Helper()
		if h, err := send(t.Context(), p.url, s); err != nil || !h.acknowledged() {
			t.Fatalf("%+v: %+v, %v", s, h, err)
		}
	}
}

// story opens a case of the severity, in as many steps as the contact takes.
func story(severity string) []spoken {
	begin := says("giulia", "acme", "/case new Dashboards show yesterday's data")
	draft := "case draft " + bot.DraftID(begin.event())
	steps := []spoken{begin}
	for _, step := range []string{" answer type=error", " answer severity=" + severity, " submit", " submit"} {
		steps = append(steps, presses("giulia", "acme", draft+step))
	}
	return steps
}

// furnished waits until the channel and the contact of story are known.
func furnished(t testing.TB, store *redis.Store) {
	t.Helper()
	eventually(t, "the directory in place", func() bool {
		found, err := store.Lookup(t.Context(), "at:console:acme", "who:console:giulia")
		return err == nil && !found[0].Zero() && !found[1].Zero()
	})
}

// threadInAcme waits for the thread that casebot begins in the contact's channel.
func threadInAcme(t testing.TB, store *redis.Store) (id string) {
	t.Helper()
	eventually(t, "a thread in acme", func() bool {
		for _, m := range everything(t, store) {
			if m.Room == "acme" && m.Opens {
				id = m.ID
			}
		}
		return id != ""
	})
	return id
}

// openCase opens ACME-1 as its contact does, and returns what was sent.
func openCase(t testing.TB, store *redis.Store, send func(spoken)) []spoken {
	t.Helper()
	furnished(t, store)
	steps := story("2")
	for i := range steps {
		if i > 0 {
			steps[i].Thread = threadInAcme(t, store)
		}
		send(steps[i])
	}
	return steps
}

// logged counts how often each event is in a record's log.
func logged(t testing.TB, store *redis.Store, key bot.Key) map[string]int {
	t.Helper()
	events := map[string]int{}
	for after := int64(0); ; {
		page, err := store.Log(t.Context(), key, after, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return events
		}
		for _, e := range page {
			events[e.Event]++
			after = e.Seq
		}
	}
}

// shown is a message that somebody sees on the page.
type shown struct {
	ID      string       `json:"id"`
	Room    string       `json:"room"`
	Thread  string       `json:"thread"`
	Author  string       `json:"author"`
	Text    string       `json:"text"`
	Message *bot.Message `json:"message"`
	Opens   bool         `json:"opens"`
}

// everything lists all messages of all rooms.
func everything(t testing.TB, store *redis.Store) []shown {
	t.Helper()
	items, err := store.Shelf().Since(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var list []shown
	for _, item := range items {
		var s shown
		if err := json.Unmarshal(item.Body, &s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// settled waits until nothing is left to deliver and no alarm is due.
func settled(t testing.TB, store *redis.Store) {
	t.Helper()
	eventually(t, "nothing left to do", func() bool {
		hints, err := store.Peek(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		offset, err := clockOffset{store.Shelf()}.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		due := !hints.Alarm.IsZero() && !hints.Alarm.After(time.Now().Add(offset))
		return hints.Outbox.IsZero() && hints.AlarmHeld.IsZero() && !due
	})
	parked, err := store.Parked(t.Context())
	if err != nil || len(parked) > 0 {
		t.Errorf("parked: %+v, %v", parked, err)
	}
}

// endLeases lets what the dead have leased end, which takes up to 30 s: lanes
// and alarms, by the real time from which somebody else may have them
// (adapters/redis/README.md). Leases are fenced, so it does no harm to the living.
func endLeases(ctx context.Context, admin *goredis.Client) {
	for shard := range 16 {
		for _, name := range []string{"lanes", "held"} {
			key := fmt.Sprintf("casebot:{%x}:%s", shard, name)
			for _, member := range admin.ZRange(ctx, key, 0, -1).Val() {
				admin.ZAddXX(ctx, key, goredis.Z{Score: float64(time.Now().UnixMilli()), Member: member})
			}
		}
	}
}
