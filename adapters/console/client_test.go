package console_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"casebot/bot"
)

// seen is a post as a page gets it.
type seen struct {
	ID      string       `json:"id"`
	Seq     int64        `json:"seq"`
	Room    string       `json:"room"`
	Thread  string       `json:"thread"`
	Author  string       `json:"author"`
	Text    string       `json:"text"`
	At      time.Time    `json:"at"`
	Files   []bot.File   `json:"files"`
	Message *bot.Message `json:"message"`
	Edits   int          `json:"edits"`
	Unheard bool         `json:"unheard"`
}

// said is the text of a post, whoever wrote it.
func (s seen) said() string {
	if s.Message != nil {
		return s.Message.Text
	}
	return s.Text
}

type stateSeen struct {
	You    string `json:"you"`
	Seq    int64  `json:"seq"`
	Places []struct {
		ID string `json:"id"`
	} `json:"places"`
	Posts []seen `json:"posts"`
}

type heardBack struct {
	Post   *seen      `json:"post"`
	Answer bot.Answer `json:"answer"`
	Failed bool       `json:"failed"`
	Error  string     `json:"error"`
}

// state is what a person's page begins with, parsed and as it came.
func (g *play) state(t testing.TB, as string) (stateSeen, string) {
	t.Helper()
	resp, err := http.Get(g.url + "/console/api/state?as=" + as)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var s stateSeen
	if err := json.Unmarshal(body, &s); err != nil {
		t.Fatalf("state of %s: %v in %s", as, err, body)
	}
	return s, string(body)
}

// texts lists what a person can read in a room.
func (g *play) texts(t testing.TB, as, room string) []string {
	t.Helper()
	s, _ := g.state(t, as)
	var list []string
	for _, p := range s.Posts {
		if p.Room == room {
			list = append(list, p.said())
		}
	}
	return list
}

// sse is one event of a stream.
type sse struct{ name, id, data string }

// stream reads a person's live events until the test ends.
func (g *play) stream(t testing.TB, as, since, last string) <-chan sse {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+"/console/api/stream?as="+as+"&since="+since, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("stream of %s is %q", as, kind)
	}
	events := make(chan sse, 100)
	go func() {
		defer resp.Body.Close()
		defer close(events)
		var e sse
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				e.data = value
			case "":
				events <- e
				e = sse{}
			}
		}
	}()
	return events
}

// next waits for the next event of a name.
func next(t testing.TB, events <-chan sse, name string) sse {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended without %q", name)
			}
			if e.name == name {
				return e
			}
		case <-limit:
			t.Fatalf("no %q in the stream", name)
		}
	}
}

// upload gives a file to the playground and returns its reference.
func (g *play) upload(t testing.TB, as, name string, body []byte) bot.File {
	t.Helper()
	var f bot.File
	g.ask(t, "files", map[string]any{"as": as, "name": name, "bytes": body}, &f)
	return f
}

// download returns the status, the head and the body of a file.
func (g *play) download(t testing.TB, as string, f bot.File) (int, http.Header, string) {
	t.Helper()
	resp, err := http.Get(g.url + "/console/api/files/" + strings.TrimPrefix(f.Ref, "console:") + "?as=" + as)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(body)
}
