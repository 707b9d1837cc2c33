// Package browsertest drives the playground in a real browser, by the names
// that a screen reader would say: Press("Send"), Type("Message", "Hello"). It
// waits for conditions, never for time.
package browsertest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Patience is how long a verb waits for what it names.
const Patience = 30 * time.Second

const lookEvery = 40 * time.Millisecond

// Page is a tab of a browser of its own.
type Page struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string
}

// New starts a browser that ends with the test. Where there is none the test
// is skipped; in continuous integration (CI=true) it fails. What the page
// throws or its security policy refuses fails the test as well.
func New(t testing.TB) *Page {
	t.Helper()
	path := browser()
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium on the path")
		}
		t.Skip("no Chromium on the path")
	}
	flags := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", false),
	)
	alloc, stopBrowser := chromedp.NewExecAllocator(t.Context(), flags...)
	p := &Page{t: t}
	ctx, closeTab := chromedp.NewContext(alloc, chromedp.WithListener(p.note))
	p.ctx = ctx
	t.Cleanup(func() {
		closeTab()
		stopBrowser()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, problem := range p.problems {
			t.Errorf("the page complains: %s", problem)
		}
	})
	p.run(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, log.Enable, cdp.Empty{})
		return err
	}), chromedp.EmulateViewport(1280, 800))
	return p
}

func browser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// note remembers exceptions and refusals of the page. A request that the
// server declines is part of the game.
func (p *Page) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, wording(e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.problems = append(p.problems, e.Entry.Text)
		}
	}
}

func wording(e *runtime.ExceptionDetails) string {
	if e.Exception != nil && e.Exception.Description != "" {
		return e.Exception.Description
	}
	return e.Text
}

// Context is the tab's, for chromedp's own actions.
func (p *Page) Context() context.Context { return p.ctx }

func (p *Page) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
}

// Visit opens an address.
func (p *Page) Visit(url string) {
	p.t.Helper()
	p.run(chromedp.Navigate(url))
}

// Reload loads the page again.
func (p *Page) Reload() {
	p.t.Helper()
	p.run(chromedp.Reload())
}

// Resize makes the window as wide and high as a screen.
func (p *Page) Resize(width, height int64) {
	p.t.Helper()
	p.run(chromedp.EmulateViewport(width, height))
}

// Prefer sets what the visitor's system prefers: "light" or "dark".
func (p *Page) Prefer(scheme string) {
	p.t.Helper()
	p.run(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}

// Screenshot writes what is on the screen to a PNG file.
func (p *Page) Screenshot(path string) {
	p.t.Helper()
	p.run(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise)(ctx, tab)
		return err
	}))
	shot, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("screenshot: %v", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, shot, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

var errNotYet = errors.New("not there yet")

// until tries again until ok returns nil; what it said last is the failure.
func (p *Page) until(what string, ok func(ctx context.Context, tab *chromedp.Target) error) {
	p.t.Helper()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	limit := time.NewTimer(Patience)
	defer limit.Stop()
	var err error
	for {
		if err = chromedp.Do(p.ctx, chromedp.Func(ok)); err == nil {
			return
		}
		select {
		case <-p.ctx.Done():
			p.t.Fatalf("%s: %v", what, p.ctx.Err())
		case <-limit.C:
			p.t.Fatalf("%s: %v; the page says:\n%s", what, err, p.Text())
		case <-tick.C:
		}
	}
}

// Text is all that can be read on the page.
func (p *Page) Text() string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](visible))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(text)
}
