package slack

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	slackapi "github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"

	"casebot/adapters/slack/slackfake"
)

// TestManifest proves that the manifests that are shipped are what casebot
// makes, and that nothing in them is unknown to Slack's types.
func TestManifest(t *testing.T) {
	for path, url := range map[string]string{"manifest.yaml": "", "manifest-http.yaml": "https://casebot.example.com"} {
		var b bytes.Buffer
		e := yaml.NewEncoder(&b)
		e.SetIndent(2)
		if err := e.Encode(Manifest("/case", "/support", url)); err != nil {
			t.Fatal(err)
		}
		head := "# The Slack app, for Socket Mode. \"casebot doctor --config F --manifest\" makes one\n# with your own command names. What each scope is for: README.md.\n"
		if url != "" {
			head = "# The Slack app, for HTTP: replace casebot.example.com by the address that Slack\n# reaches casebot at. What each scope is for: README.md.\n"
		}
		made := head + b.String()
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, []byte(made), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		shipped, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(shipped), made); diff != "" {
			t.Errorf("%s (-shipped +made):\n%s", path, diff)
		}
		var tree any
		if err := yaml.Unmarshal(shipped, &tree); err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		var m slackapi.Manifest
		if err := d.Decode(&m); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if m.Settings.SocketModeEnabled != (url == "") || m.Settings.TokenRotationEnabled || len(m.Display.Description) > 140 || len(m.Display.LongDescription) < 174 {
			t.Errorf("%s: %+v %+v", path, m.Settings, m.Display)
		}
		for _, c := range m.Features.SlashCommands { // mentions must arrive as ids
			if !c.ShouldEscape || len(c.UsageHint) > 1000 {
				t.Errorf("%s: %+v", path, c)
			}
		}
	}
}

// TestScopes proves that the scopes of the manifest are those that the README
// explains and that the fake grants, so that the contract needs no other.
func TestScopes(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	granted := map[string]bool{}
	for _, scope := range slackfake.AllScopes {
		granted[scope] = true
	}
	for _, scope := range Scopes {
		if !strings.Contains(string(readme), "| `"+scope.Name+"` | "+scope.Why) {
			t.Errorf("the README does not say that %s is there because it %s", scope.Name, scope.Why)
		}
		if !granted[scope.Name] {
			t.Errorf("the fake does not grant %s", scope.Name)
		}
		delete(granted, scope.Name)
	}
	for scope := range granted {
		t.Errorf("the fake grants %s, for which the manifest does not ask", scope)
	}
}

// TestEvents proves that every event of the manifest has its use.
func TestEvents(t *testing.T) {
	s := offline(t, Self{Team: "T1", User: "U0BOT"})
	for _, name := range events {
		kind, _, _ := strings.Cut(name, ".")
		body, err := json.Marshal(map[string]any{"type": kind, "user": "U1", "channel": "C1", "ts": "1.2", "event_ts": "1.2", "text": "x", "tab": "home", "reaction": "eyes", "item": map[string]string{"type": "message", "channel": "C1", "ts": "1.2"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, why, err := s.spaces.primary.hear(t.Context(), Self{Team: "T1", User: "U0BOT"}, envelope{Event: body}); err == nil && strings.HasPrefix(string(why), "no use") {
			t.Errorf("%s: %s", name, why)
		}
	}
}
