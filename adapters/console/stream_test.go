package console_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"casebot/adapters/console"
	"casebot/bot"
)

func TestAStreamIsResumed(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	for i := range 3 {
		game.say(t, "giulia", "acme", fmt.Sprint("message ", i))
	}
	first := next(t, game.stream(t, "giulia", "0", ""), "post")
	state, _ := game.state(t, "giulia")
	live := game.stream(t, "giulia", "0", fmt.Sprint(state.Posts[1].Seq))
	if e := next(t, live, "post"); !strings.Contains(e.data, "message 2") {
		t.Errorf("resumed with %s after %s", e.data, first.data)
	}
	ref := deliver(t, game, bot.Delivery{Key: "1", Room: "console:acme", Message: bot.Message{Text: "posted"}}).Ref
	if e := next(t, live, "post"); !strings.Contains(e.data, "posted") || e.id == "" {
		t.Errorf("the next is %+v", e)
	}
	deliver(t, game, bot.Delivery{Key: "2", Room: "console:acme", Ref: ref, Edit: true, Message: bot.Message{Text: "changed"}})
	if e := next(t, live, "post"); !strings.Contains(e.data, "changed") || !strings.Contains(e.data, ref) {
		t.Errorf("the edit is %+v", e)
	}
}

func TestAStreamOfAnotherShelfBeginsAnew(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	next(t, game.stream(t, "giulia", "99", ""), "reset")
	for i := range 1100 {
		deliver(t, game, bot.Delivery{Key: fmt.Sprint(i), Room: "console:acme", Message: bot.Message{Text: "text"}})
	}
	next(t, game.stream(t, "giulia", "0", ""), "reset")
}

func TestReplicasSeeEachOther(t *testing.T) {
	shelf := console.NewMemory()
	one, two := begin(t, shelf, nil, clockAt(noon)), begin(t, shelf, nil, clockAt(noon))
	live := two.stream(t, "ada", "0", "")
	next(t, live, "clock")
	one.say(t, "giulia", "acme", "from the other replica")
	if e := next(t, live, "post"); !strings.Contains(e.data, "from the other replica") {
		t.Errorf("the other replica shows %s", e.data)
	}
	two.say(t, "ada", "acme", "and back")
	if got := one.texts(t, "giulia", "acme"); !slices.Equal(got, []string{"from the other replica", "and back"}) {
		t.Errorf("the first replica shows %q", got)
	}
}

func TestOneJourneyAtATime(t *testing.T) {
	v := &travel{block: make(chan struct{})}
	game := begin(t, console.NewMemory(), v, v.now)
	live := game.stream(t, "giulia", "0", "")
	next(t, live, "clock")
	var out struct {
		Clock struct {
			Now time.Time `json:"now"`
		} `json:"clock"`
	}
	done := make(chan int)
	go func() {
		status, _ := game.post(t, "travel", map[string]string{"step": "1h"}, &out)
		done <- status
	}()
	if e := next(t, live, "clock"); !strings.Contains(e.data, `"moving":true`) {
		t.Errorf("the others see %s", e.data)
	}
	if status, body := game.post(t, "travel", map[string]string{"step": "1d"}, nil); status != http.StatusConflict {
		t.Errorf("a second journey: %d %s", status, body)
	}
	close(v.block)
	if status := <-done; status != http.StatusOK || !out.Clock.Now.Equal(noon.Add(time.Hour)) {
		t.Errorf("arrived at %v with %d", out.Clock.Now, status)
	}
	for _, step := range []string{"15m", "1d", "next", "down"} {
		game.ask(t, "travel", map[string]string{"step": step}, nil)
	}
	want := []string{"advance 1h0m0s", "advance 15m0s", "advance 24h0m0s", "next", "down 24h0m0s"}
	if !slices.Equal(v.steps, want) {
		t.Errorf("the clock went %q, want %q", v.steps, want)
	}
	next(t, live, "clock")
}
