package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	maxBacklog = 1000             // posts; a page that missed more begins afresh
	writeLimit = 20 * time.Second // a page that takes longer is dropped and comes back
)

// stream is one page's live connection.
type stream struct {
	w   http.ResponseWriter
	out *http.ResponseController
}

// send writes one event. A reader that does not take it in time loses the
// connection; whatever it missed it gets when it comes back.
func (s stream) send(name string, id int64, payload any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	slow := time.AfterFunc(writeLimit, func() { _ = s.out.SetWriteDeadline(time.Unix(1, 0)) })
	defer slow.Stop()
	if id > 0 {
		_, err = fmt.Fprintf(s.w, "id: %d\n", id)
	}
	if err == nil {
		_, err = fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", name, body)
	}
	if err != nil {
		return err
	}
	return s.out.Flush()
}

// getStream sends a viewer whatever changes in the rooms they see, from the
// number that they have already.
func (c *Console) getStream(w http.ResponseWriter, r *http.Request) {
	viewer, ok := c.person(r.URL.Query().Get("as"))
	if !ok {
		fail(w, errPerson)
		return
	}
	ended := c.ended()
	seq := max(number(r.URL.Query().Get("since")), number(r.Header.Get("Last-Event-ID")))
	s := stream{w, http.NewResponseController(w)}
	_ = s.out.SetWriteDeadline(time.Time{}) // this response outlives the server's limit
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	if seq > c.board.seq() {
		_ = c.board.catchUp(r.Context())
	}
	if seq > c.board.seq() { // a number of another shelf
		_ = s.send("reset", 0, struct{}{})
		return
	}
	defer c.board.watch(r.Context())()
	beat, look := time.NewTicker(beatEvery), time.NewTicker(pollEvery)
	defer beat.Stop()
	defer look.Stop()
	shown := c.clock()
	if s.send("clock", 0, shown) != nil {
		return
	}
	for {
		news := c.board.changed()
		posts, last := c.board.since(seq, func(p post) bool { return c.sees(viewer, p.Room) })
		if len(posts) > maxBacklog {
			_ = s.send("reset", 0, struct{}{})
			return
		}
		for _, p := range posts {
			if s.send("post", p.seq, p.view()) != nil {
				return
			}
		}
		seq = last
		select {
		case <-r.Context().Done():
			return
		case <-ended:
			return
		case <-news:
		case <-look.C:
			if now := c.clock(); now.Moving != shown.Moving || now.Offset != shown.Offset {
				if shown = now; s.send("clock", 0, shown) != nil {
					return
				}
			}
		case <-beat.C:
			if shown = c.clock(); s.send("clock", seq, shown) != nil {
				return
			}
		}
	}
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
