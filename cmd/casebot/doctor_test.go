package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"casebot/adapters/slack/slackfake"
)

// TestDoctor proves that the doctor finds what is wrong in a live workspace,
// says how to put it right, and is content with one that is in order.
func TestDoctor(t *testing.T) {
	t.Parallel()
	d := openDesk(t, "socket", 0, friday)
	examine := func(want int) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := run([]string{"doctor", "--config", d.path}, &out, &errs); got != want {
			t.Errorf("exit status %d, want %d:\n%s%s", got, want, out.String(), errs.String())
		}
		return out.String()
	}
	text := examine(0)
	for _, want := range []string{
		"Redis is reached", "the bot token is that of U0BOT", "Socket Mode takes the app token", "#c0triage (C0TRIAGE) has the bot",
		"#acme (C0ACME) has the bot, and is shared with another organisation", "Giulia Bianchi (U0GIULIA) is a contact", "S0AGENTS has 1 who may be staff",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the doctor does not say %q:\n%s", want, text)
		}
	}

	d.Share(triageRoom, true)
	d.Archive(escRoom)
	d.Leave("U0BOT", acmeRoom)
	d.AddUser(slackfake.User{ID: tess, RealName: "Tess Novak", Deleted: true})
	d.AddUser(slackfake.User{ID: mark, RealName: "Mark Lund", Team: "T0ITALY"})
	d.Grant("chat:write", "channels:read", "groups:read", "users:read")
	text = examine(1)
	for _, want := range []string{
		"(C0TRIAGE) is for staff, and shared with another organisation", "(C0ESC) is archived", "the bot is not in #acme", "→ type /invite @casebot there",
		"Tess Novak (U0TESS), who is staff, is deactivated", "Mark Lund (U0MARK), who is staff, is of another organisation",
		"failure  the scope channels:history is missing: casebot hears what is written in public channels", "warning  the scope pins:write is missing",
		"the user group S0AGENTS cannot be read: ", "missing_scope (needs the scope usergroups:read)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the doctor does not say %q:\n%s", want, text)
		}
	}
	d.Revoke()
	if text = examine(1); !strings.Contains(text, "the bot token is refused") {
		t.Errorf("a revoked token:\n%s", text)
	}
	d.Close()
	if text = examine(1); !strings.Contains(text, "Slack is not reached: ") || strings.Contains(text, "token is refused") {
		t.Errorf("without Slack:\n%s", text)
	}
}

// TestDoctorManifest proves that the manifest has the commands that are configured.
func TestDoctorManifest(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "casebot.yaml")
	text := "triage: {channel: 'slack:C0T'}\nslack: {bot_token: '${NOT_YET}', app_token: '${NOT_YET_EITHER}', command: /acme-case}\nstaff: [{key: ada, name: Ada, roles: [team_lead], slack: U1}]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if got := run([]string{"doctor", "--config", path, "--manifest", "--url", "https://desk.example/"}, &out, &errs); got != 0 {
		t.Fatal(errs.String())
	}
	for _, want := range []string{`command: /acme-case`, `request_url: https://desk.example/slack/events`, `url: https://desk.example/slack/commands`} {
		if !regexp.MustCompile(regexp.QuoteMeta(want)).MatchString(out.String()) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if got := run([]string{"doctor", "--config", path, "--manifest", "--url", "desk.example"}, &out, &errs); got != 1 || !strings.Contains(errs.String(), "https://") {
		t.Errorf("an address without https://: %d %s", got, errs.String())
	}
}
