package console

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// board mirrors the shelf's posts in memory, so that a reader costs the shelf
// nothing but the question what is new.
type board struct {
	shelf Shelf
	log   *slog.Logger

	pulling sync.Mutex // one question at a time

	mu      sync.Mutex
	last    int64 // the highest number seen
	posts   map[string]entry
	changes []change            // what changed, lowest number first
	unheard map[string]struct{} // posts that casebot has still to acknowledge
	files   map[string][]string // file id → rooms where it was posted
	news    chan struct{}       // closed and replaced whenever something changed
	readers int
	rest    context.CancelFunc // ends the polling when nobody reads
}

type entry struct {
	post
	seq int64
}

type change struct {
	seq int64
	id  string
}

const pageSize = 500

func newBoard(shelf Shelf, log *slog.Logger) *board {
	return &board{
		shelf: shelf, log: log, news: make(chan struct{}),
		posts: map[string]entry{}, unheard: map[string]struct{}{}, files: map[string][]string{},
	}
}

// catchUp reads what the shelf has got since the last time.
func (b *board) catchUp(ctx context.Context) error {
	b.pulling.Lock()
	defer b.pulling.Unlock()
	for {
		read := 0
		err := b.shelf.Since(ctx, b.seq(), pageSize, func(id string, seq int64, body []byte) error {
			read++
			b.take(id, seq, body)
			return nil
		})
		if err != nil {
			return err
		}
		if read < pageSize {
			return nil
		}
	}
}

func (b *board) seq() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

// take puts one item of the shelf on the board. What it cannot read it leaves
// out: one broken post must not hide the others.
func (b *board) take(id string, seq int64, body []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = max(b.last, seq)
	if !strings.HasPrefix(id, shelfPrefix) {
		return
	}
	p, err := decodePost(body)
	if err != nil {
		b.log.Error("post unreadable", "post", id, "err", err)
		return
	}
	b.posts[p.ID] = entry{p, seq}
	b.changes = append(b.changes, change{seq, p.ID})
	if len(b.changes) > 2*len(b.posts)+pageSize {
		b.changes = slices.DeleteFunc(b.changes, func(c change) bool { return b.posts[c.id].seq != c.seq })
	}
	delete(b.unheard, p.ID)
	if p.unheard() {
		b.unheard[p.ID] = struct{}{}
	}
	for _, f := range p.allFiles() {
		if file, ours := roomOf(f.Ref); ours && !slices.Contains(b.files[file], p.Room) {
			b.files[file] = append(b.files[file], p.Room)
		}
	}
	close(b.news)
	b.news = make(chan struct{})
}

// entry returns one post with its number.
func (b *board) entry(id string) (entry, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := b.posts[id]
	return e, ok
}

// since returns the posts that changed after seq and pass the filter, lowest
// number first, and the number up to which that is all.
func (b *board) since(seq int64, pass func(post) bool) ([]entry, int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	from, _ := slices.BinarySearchFunc(b.changes, seq+1, func(c change, s int64) int { return int(c.seq - s) })
	var list []entry
	for _, c := range b.changes[from:] {
		if e := b.posts[c.id]; e.seq == c.seq && pass(e.post) {
			list = append(list, e)
		}
	}
	return list, b.last
}

// waiting returns the posts that casebot has still to hear, as they were
// written.
func (b *board) waiting() []entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]entry, 0, len(b.unheard))
	for id := range b.unheard {
		list = append(list, b.posts[id])
	}
	slices.SortFunc(list, byOrder)
	return list
}

// posted lists the rooms in which a file was posted.
func (b *board) posted(file string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.files[file])
}

// changed is closed at the next change.
func (b *board) changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.news
}

// watch keeps the board fresh until the reader calls the returned function.
// While nobody reads, nobody asks the shelf.
func (b *board) watch(ctx context.Context) (leave func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.readers++; b.readers == 1 {
		polling, rest := context.WithCancel(context.WithoutCancel(ctx))
		b.rest = rest
		go b.poll(polling)
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.readers--; b.readers == 0 {
			b.rest()
		}
	})
}

func (b *board) poll(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := b.catchUp(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			b.log.WarnContext(ctx, "shelf not readable, will retry", "err", err)
		}
		failing = err != nil
	}
}
