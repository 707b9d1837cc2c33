package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/bot"
)

// recorded are payloads that Slack sent to others' apps.
const recorded = "../../../shared/fixtures/slack"

// offline is the platform with the bot of a payload's app, and with users and
// files that Slack knows nothing of.
func offline(t testing.TB, self Self) *Slack {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"ok":false,"error":"user_not_found"}`))
	}))
	t.Cleanup(server.Close)
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	s := New(Config{
		BotToken: "xoxb-1", APIURL: server.URL + "/", Command: "/case", SupportCommand: "/support",
		Now: func() time.Time { return now }, SigningSecret: "secret",
	}, NewMemory())
	s.spaces.primary.identity.self = self
	return s
}

// TestFixtures proves that every recorded payload becomes the event that it
// should, or none on purpose. The golden file is read by people.
func TestFixtures(t *testing.T) {
	if _, err := os.Stat(recorded); err != nil {
		t.Skip("the recorded payloads are not here: ", err)
	}
	var b strings.Builder
	err := filepath.WalkDir(recorded, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(recorded, path)
		fmt.Fprintf(&b, "%s\n\t%s\n", name, heardOf(t, body))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/fixtures.golden"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("events of the recorded payloads (-want +got):\n%s", diff)
	}
}

// heardOf tells in a line what a payload becomes.
func heardOf(t *testing.T, body []byte) string {
	t.Helper()
	var outer struct {
		envelope
		Type string `json:"type"`
	}
	if err := json.Unmarshal(body, &outer); err != nil {
		t.Fatal(err)
	}
	self := Self{Team: "T00FAKE00AA", User: "U00FAKEBOT01", Bot: "B00FAKEBOT01", URL: "https://example.slack.com/"}
	if a := outer.Authorizations; len(a) > 0 && a[0].UserID != "" {
		self.User = a[0].UserID
	}
	s := offline(t, self)
	var events []bot.Event
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		done <- s.Listen(ctx, func(_ context.Context, e bot.Event) (bot.Answer, error) {
			events = append(events, e)
			return bot.Answer{}, nil
		})
	}()
	k := kindInteractive
	switch {
	case len(outer.Event) > 0:
		k = kindEvent
	case outer.Type == "":
		k = kindSlash
	}
	for {
		out, err := s.take(t.Context(), k, body)
		if errors.Is(err, errDeaf) {
			continue
		}
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		switch {
		case err != nil:
			return fmt.Sprintf("error: %v", err)
		case len(events) == 0 && out.payload != nil:
			shown, _ := json.Marshal(out.payload)
			return "answered with " + string(shown)
		case len(events) == 0:
			return "nothing: " + string(out.why)
		}
		return line(events[0])
	}
}

// line tells an event in one line.
func line(e bot.Event) string {
	said := fmt.Sprintf("text=%q", e.Text)
	if e.Command != nil {
		said = fmt.Sprintf("command=%q %q", e.Command.Group, e.Command.Text)
		for _, name := range slices.Sorted(maps.Keys(e.Command.Args)) {
			said += fmt.Sprintf(" %s=%q", name, e.Command.Args[name])
		}
	}
	for _, f := range e.Files {
		said += fmt.Sprintf(" file=%s %q %d", f.Ref, f.Name, f.Size)
	}
	return fmt.Sprintf("%s id=%s actor=%s room=%s thread=%s message=%s ours=%v edited=%v at=%s %s",
		e.Kind, e.ID, e.Actor.Ref, e.Origin.Room, e.Origin.Thread, e.Origin.Message, e.Origin.Ours, e.Edited, e.At.Format(time.RFC3339Nano), said)
}
