package slack_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"casebot/adapters/slack"
	"casebot/adapters/slack/slackfake"
	"casebot/bot"
)

// withFiles is a message with two files of one name, which another platform
// holds.
var withFiles = bot.Delivery{Key: "k", Room: "slack:C0ACME", Message: bot.Message{
	Text: "see", Files: []bot.File{{Ref: "console:1", Name: "image.png"}, {Ref: "console:2", Name: "image.png"}},
}}

func opens(files map[string]string) func(*slack.Config) {
	return func(c *slack.Config) {
		c.Open = func(_ context.Context, f bot.File) (io.Reader, int64, error) {
			return strings.NewReader(files[f.Ref]), int64(len(files[f.Ref])), nil
		}
		c.Say = func(key string) string { return key }
	}
}

// opensAhead opens the files of withFiles, with a clock that can be put ahead.
func opensAhead(ahead *atomic.Int64) func(*slack.Config) {
	return func(c *slack.Config) {
		opens(map[string]string{"console:1": "first", "console:2": "second"})(c)
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	}
}

// TestFilesOfOneName proves that each file arrives once, though they have one
// name and one of them had to wait.
func TestFilesOfOneName(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	var ahead atomic.Int64
	p := w.platformWith(opensAhead(&ahead))
	w.Fail(slackfake.Fault{Method: "files.completeUploadExternal", Kind: slackfake.Limited, RetryAfter: 1, Skip: 1})
	if _, err := p.Deliver(t.Context(), withFiles); err == nil {
		t.Fatal("the second file did not have to wait")
	}
	ahead.Store(int64(2 * time.Second))
	for range 2 {
		if _, err := p.Deliver(t.Context(), withFiles); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(fileNames(t, w)); n != 2 {
		t.Errorf("%d files, want 2", n)
	}
}

func fileNames(t *testing.T, w *workspace) (names []string) {
	t.Helper()
	posts, err := w.Posts("U0ADA", "C0ACME")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range posts {
		names = append(names, p.Files...)
	}
	return names
}

// TestFileThatCannotBe proves that a file which Slack will not have, or which is
// not there, does not hold up its message, and is said to be missing.
func TestFileThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, why := range []string{"empty", "missing_scope", "file_uploads_disabled", "slack_connect_blocked_file_type", "too late"} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, "socket")
			var ahead atomic.Int64
			p := w.platformWith(func(c *slack.Config) {
				opensAhead(&ahead)(c)
				if why == "empty" {
					c.Open = func(context.Context, bot.File) (io.Reader, int64, error) { return strings.NewReader(""), 0, nil }
				}
			})
			fault := slackfake.Fault{Method: "files.getUploadURLExternal", Kind: slackfake.Refused, Code: why, Times: 9}
			if why == "too late" {
				fault.Kind = slackfake.Unavailable
				w.Fail(fault)
				if _, err := p.Deliver(t.Context(), withFiles); err == nil || errors.Is(err, bot.ErrUndeliverable) {
					t.Fatalf("at first: %v, want a retry", err)
				}
				ahead.Store(int64(time.Hour))
			} else if why != "empty" {
				w.Fail(fault)
			}
			_, err := p.Deliver(t.Context(), withFiles)
			if why == "too late" && err != nil { // the second file has its own time
				ahead.Store(int64(2 * time.Hour))
				_, err = p.Deliver(t.Context(), withFiles)
			}
			if err != nil {
				t.Fatal(err)
			}
			posts, err := w.Posts("U0ADA", "C0ACME")
			if err != nil {
				t.Fatal(err)
			}
			missing := 0
			for _, p := range posts {
				if strings.Contains(p.Text, "image.png: file.not_passed") {
					missing++
				}
			}
			if missing != 2 || len(fileNames(t, w)) != 0 {
				t.Errorf("%d files are said to be missing, %v are there; want 2, none", missing, fileNames(t, w))
			}
		})
	}
}

// TestFileUnderAnotherName proves that a program is not passed on where its name
// could not be looked up at first.
func TestFileUnderAnotherName(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "http")
	w.AddChannel(slackfake.Channel{ID: "C0SHARED", Name: "shared", Shared: true, Members: []string{"U0MARCO", "U0BOT"}})
	p := w.platformWith(func(c *slack.Config) { c.Say = func(key string) string { return key } })
	core := &ears{}
	listen(t, p, core.handle)
	eventually(t, "casebot listens", p.Listens)
	w.Fail(slackfake.Fault{Method: "files.info", Kind: slackfake.Unavailable})
	if _, err := w.Say("U0MARCO", "C0SHARED", "", "see", slackfake.Attach{Name: "update.exe", Type: "application/octet-stream", Body: "MZ"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the message", func() bool { return core.heard("see") })
	core.mu.Lock()
	files := core.events[0].Files
	core.mu.Unlock()
	if len(files) != 1 || !bot.Carried(files[0]) {
		t.Fatalf("the fake told the file's name after all: %+v", files)
	}
	if _, err := p.Deliver(t.Context(), bot.Delivery{Key: "m", Room: "slack:C0ACME", Message: bot.Message{Text: "see", Files: files}}); err != nil {
		t.Fatal(err)
	}
	if names := fileNames(t, w); len(names) != 0 {
		t.Errorf("%v was passed on", names)
	}
}

// TestFilesNotCarried proves that a program, and a file that is too large, are
// said not to have been passed on, once each, and that what stands beside them
// is.
func TestFilesNotCarried(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, "socket")
	p := w.platformWith(opens(map[string]string{"console:1": "notes"}))
	d := bot.Delivery{Key: "k", Room: "slack:C0ACME", Message: bot.Message{Text: "see", Files: []bot.File{
		{Ref: "console:2", Name: "setup.exe", Size: 9}, {Ref: "console:3", Name: "big.log", Size: bot.MaxFile + 1}, {Ref: "console:1", Name: "notes.txt"},
	}}}
	for range 2 {
		if _, err := p.Deliver(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	posts, err := w.Posts("U0ADA", "C0ACME")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{}
	for _, p := range posts {
		for _, name := range []string{"setup.exe", "big.log", "notes.txt"} {
			said[name] += strings.Count(p.Text, name+": file.not_carried")
		}
	}
	if want := map[string]int{"setup.exe": 1, "big.log": 1, "notes.txt": 0}; !maps.Equal(said, want) || len(fileNames(t, w)) != 1 {
		t.Errorf("said not to be passed on: %v, passed on: %v; want %v, notes.txt", said, fileNames(t, w), want)
	}
}
