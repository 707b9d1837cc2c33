package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every testdata/bad-*.yaml has one mistake; its first line is the message,
// without the name of the file. The bad-directory-*.yaml are directories for
// testdata/base.yaml. UPDATE=1 rewrites the first lines. Among them, SLA T10, T50:
// a target that its calendar never comes to, and business days on 24x7.
func TestOneMistakeAFile(t *testing.T) {
	files, err := filepath.Glob("testdata/bad-*.yaml")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	base, _, err := parseFile(t, "testdata/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(filepath.Base(file), "bad-directory-") {
				_, _, err = ParseDirectory(file, raw, base, world("testdata"))
			} else {
				_, _, err = Parse(file, raw, world("testdata"))
			}
			var wrong *MistakesError
			if !errors.As(err, &wrong) {
				t.Fatalf("no mistakes but %v", err)
			}
			if len(wrong.Mistakes) != 1 {
				t.Fatalf("%d mistakes:\n%v", len(wrong.Mistakes), err)
			}
			first, rest, _ := strings.Cut(string(raw), "\n")
			got := "# " + strings.TrimPrefix(err.Error(), file+":")
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(file, []byte(got+"\n"+rest), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != first {
				t.Errorf("\n got %s\nwant %s", got, first)
			}
		})
	}
}

// All mistakes of both files are told at once, each with its line.
func TestAllMistakesAtOnce(t *testing.T) {
	_, _, err := parseFile(t, "testdata/many.yaml")
	var wrong *MistakesError
	if !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	want := map[string]string{ // file:line → path
		"many.yaml:2":            "",
		"many.yaml:3":            "redis.url",
		"many.yaml:4":            "log.level",
		"many.yaml:5":            "vendor",
		"many.yaml:6":            "slack.bot_token",
		"many.yaml:9":            "calendars.hq.timezone",
		"many.yaml:10":           "calendars.hq.hours.mon-fri[0]",
		"many.yaml:12":           "packages.gold.severity1",
		"many.yaml:13":           "packages.gold",
		"many.yaml:14":           "packages.gold.services_days",
		"many.yaml:15":           "weekly_update.schedule",
		"many.yaml:17":           "staff[0].roles[1]",
		"many.yaml:18":           "staff[1].key",
		"many-directory.yaml:3":  "subscribers[0].key",
		"many-directory.yaml:4":  "subscribers[0].package",
		"many-directory.yaml:5":  "subscribers[0].calendar",
		"many-directory.yaml:6":  "subscribers[0].named_advisor",
		"many-directory.yaml:8":  "subscribers[0].contacts[0].name",
		"many-directory.yaml:9":  "subscribers[0].contacts[1].trained",
		"many-directory.yaml:12": "subscribers[1].channels[1]",
	}
	got := map[string]string{}
	for _, m := range wrong.Mistakes {
		got[fmt.Sprintf("%s:%d", filepath.Base(m.File), m.Line)] = m.Path
	}
	for at, path := range want {
		if found, there := got[at]; !there || found != path {
			t.Errorf("%s: got %q, want %q", at, found, path)
		}
	}
	if len(wrong.Mistakes) != len(want) {
		t.Errorf("%d mistakes, want %d:\n%v", len(wrong.Mistakes), len(want), err)
	}
}

func TestWarnings(t *testing.T) {
	_, warnings, err := parseFile(t, "testdata/warnings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, w := range warnings {
		got.WriteString(strings.ReplaceAll(w.String(), "testdata"+string(filepath.Separator), "") + "\n")
	}
	want, err := os.ReadFile("testdata/warnings.txt")
	if os.Getenv("UPDATE") != "" {
		err = os.WriteFile("testdata/warnings.txt", []byte(got.String()), 0o644)
		want = []byte(got.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
}

// A secret never shows, whatever prints it.
func TestSecretsStaySecret(t *testing.T) {
	c := mustParse(t, "redis: {url: \"redis://:hunter2@redis:6379/0\"}\nslack: {bot_token: xoxb-hunter2, app_token: xapp-hunter2}")
	for _, shown := range []string{
		fmt.Sprint(c.Slack), fmt.Sprintf("%+v %#v %q %s", c.Redis, c.Slack, c.Slack.BotToken, c.Redis.URL), c.Redis.URL.LogValue().String(),
	} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("it shows: %s", shown)
		}
	}
	if string(c.Slack.BotToken) != "xoxb-hunter2" {
		t.Error("the secret is lost")
	}
	for _, url := range []string{"http://:hunter2@redis/0", "redis://:hunter2@redis:port/0"} {
		_, _, err := Parse("casebot.yaml", []byte("redis: {url: \""+url+"\"}"), Sources{})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// Aliases must not make much of little.
func TestAliasesAreBounded(t *testing.T) {
	const many = 2000
	roles := strings.TrimSuffix(strings.Repeat("agent, ", many), ", ")
	bomb := "staff:\n  - &x {key: a, name: A, roles: [" + roles + "]}\n" + strings.Repeat("  - *x\n", many)
	_, _, err := Parse("bomb.yaml", []byte(bomb), Sources{})
	if err == nil || !strings.Contains(err.Error(), "repeats too much") {
		t.Errorf("%.500v", err)
	}
	c := mustParse(t, "calendars:\n  a: &a {timezone: UTC, hours: {mon: \"07:00-18:00\"}}\n  b: *a\n")
	if c.Calendars["b"] == nil {
		t.Error("an alias is not read")
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("*/*.yaml")
	for _, file := range append(files, "defaults.yaml") {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("a: &a {b: &b [*a, *a], c: [*b, *b]}"))
	base, _, err := Parse("base.yaml", nil, Sources{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, _, err := Parse("fuzz.yaml", raw, Sources{})
		if (c == nil) == (err == nil) {
			t.Errorf("%v and %v", c, err)
		}
		if d, _, err := ParseDirectory("fuzz.yaml", raw, base, Sources{}); (d == nil) == (err == nil) {
			t.Errorf("%v and %v", d, err)
		}
	})
}
