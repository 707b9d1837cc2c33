package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"casebot/adapters/console"
	"casebot/bot"
)

func message(id, text string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/console/api/messages",
		strings.NewReader(`{"as":"giulia","room":"acme","id":"`+id+`","text":"`+text+`"}`))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// send posts a message without a network, so that time can be simulated.
func send(t *testing.T, c *console.Console, id, text string) string {
	t.Helper()
	w := httptest.NewRecorder()
	c.Routes().ServeHTTP(w, message(id, text))
	if w.Code != http.StatusOK {
		t.Fatalf("post %q: %d %s", text, w.Code, w.Body)
	}
	return w.Body.String()
}

// listen lets a core listen until the returned function is called.
func listen(c *console.Console, f *core) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.Listen(ctx, f.handle)
	}()
	synctest.Wait()
	return func() { cancel(); <-done }
}

func TestAnEventThatFailedIsToldAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := console.New(setup(clockAt(noon)), console.NewMemory(), nil)
		f := &core{t: t, c: c, seen: map[string]bool{}}
		defer listen(c, f)()
		f.failNext(3)
		first, second := newID(), newID()
		if answer := send(t, c, first, "first"); !strings.Contains(answer, "Not saved, please try again.") ||
			!strings.Contains(answer, `"unheard":true`) {
			t.Errorf("the author reads %s", answer)
		}
		send(t, c, second, "second")
		if events := f.told(); len(events) != 0 {
			t.Fatalf("heard %v, want nothing yet", events)
		}
		time.Sleep(10 * time.Second) // simulated
		events := f.told()
		if len(events) != 2 || events[0].ID != "console:"+first || events[1].ID != "console:"+second {
			t.Errorf("heard %v, want first and second", events)
		}
		if answer := send(t, c, first, "first"); strings.Contains(answer, "unheard") {
			t.Errorf("the author still reads %s", answer)
		}
		time.Sleep(time.Hour)
		if events := f.told(); len(events) != 2 {
			t.Errorf("told again after it was acknowledged: %v", events[2:])
		}
	})
}

func TestAnEventIsToldAgainAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shelf := console.NewMemory()
		c := console.New(setup(clockAt(noon)), shelf, nil)
		f := &core{t: t, c: c, seen: map[string]bool{}, fail: 1000}
		stop := listen(c, f)
		id := newID()
		send(t, c, id, "@casebot new It is slow")
		time.Sleep(time.Minute)
		stop()

		c = console.New(setup(clockAt(noon)), shelf, nil)
		f = &core{t: t, c: c, seen: map[string]bool{}}
		defer listen(c, f)()
		time.Sleep(5 * time.Second)
		events := f.told()
		if len(events) != 1 || events[0].ID != "console:"+id || events[0].Kind != bot.EventCommand ||
			events[0].Command.Text != "new It is slow" || events[0].Origin.Message != id {
			t.Errorf("heard %+v, want the command", events)
		}
	})
}

func TestARedeliveryBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := console.New(setup(clockAt(noon)), console.NewMemory(), nil)
		f := &core{t: t, c: c, seen: map[string]bool{}, fail: 1 << 30}
		defer listen(c, f)()
		send(t, c, newID(), "hello")
		tries := func() int { f.mu.Lock(); defer f.mu.Unlock(); return 1<<30 - f.fail }
		time.Sleep(time.Minute)
		if n := tries(); n < 4 || n > 8 {
			t.Errorf("%d attempts in the first minute", n)
		}
		time.Sleep(24 * time.Hour)
		if n := tries(); n != 201 {
			t.Errorf("%d attempts in all, want 1 and 200", n)
		}
	})
}

func TestListenDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := console.New(setup(clockAt(noon)), console.NewMemory(), nil)
		begun, finish := make(chan struct{}), make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- c.Listen(ctx, func(context.Context, bot.Event) (bot.Answer, error) {
				close(begun)
				<-finish
				return bot.Answer{}, nil
			})
		}()
		synctest.Wait()
		if err := c.Listen(ctx, nil); err == nil {
			t.Error("a second listener was let in")
		}
		posted := make(chan int)
		go func() {
			w := httptest.NewRecorder()
			c.Routes().ServeHTTP(w, message(newID(), "hello"))
			posted <- w.Code
		}()
		<-begun
		cancel()
		synctest.Wait()
		select {
		case err := <-done:
			t.Errorf("Listen ended with an event in hand: %v", err)
		default:
		}
		close(finish)
		if err := <-done; err != nil {
			t.Errorf("Listen: %v", err)
		}
		if code := <-posted; code != http.StatusOK {
			t.Errorf("the message in hand: %d", code)
		}
	})
}
