package console

import (
	"slices"
	"time"

	"casebot/bot"
)

// view is a post as a reader's page gets it.
type view struct {
	ID       string       `json:"id"`
	Seq      int64        `json:"seq"`
	Order    int64        `json:"order"`
	Room     string       `json:"room"`
	Thread   string       `json:"thread,omitempty"`
	At       time.Time    `json:"at"`
	Author   string       `json:"author,omitempty"`
	Text     string       `json:"text,omitempty"`
	Files    []bot.File   `json:"files,omitempty"`
	Message  *bot.Message `json:"message,omitempty"`
	Opens    bool         `json:"opens,omitempty"`
	Edits    int          `json:"edits,omitempty"`
	EditedAt time.Time    `json:"edited_at,omitzero"`
	Unheard  bool         `json:"unheard,omitempty"`
}

func (e entry) view() view {
	return view{
		ID: e.ID, Seq: e.seq, Order: e.Order, Room: e.Room, Thread: e.Thread, At: e.At,
		Author: e.Author, Text: e.Text, Files: e.Files, Message: e.Message, Opens: e.Opens,
		Edits: e.Edits, EditedAt: e.EditedAt, Unheard: e.unheard(),
	}
}

func (p post) allFiles() []bot.File {
	if p.Message == nil {
		return p.Files
	}
	return slices.Concat(p.Files, p.Message.Files)
}

// state is all that a page needs to begin with.
type state struct {
	You      string    `json:"you"`
	Bot      string    `json:"bot"`
	Seq      int64     `json:"seq"`
	Clock    clock     `json:"clock"`
	Travel   bool      `json:"travel"`
	MaxText  int       `json:"max_text"`
	MaxFile  int64     `json:"max_file"`
	People   []Person  `json:"people"`
	Places   []place   `json:"places"`
	Commands []Command `json:"commands"`
	Hint     []Step    `json:"hint"`
	Posts    []view    `json:"posts"`
	Cut      bool      `json:"cut,omitempty"` // older posts were left out
}

// maxPosts is how many posts a page begins with.
const maxPosts = 2000

// newest keeps the last posts, and the root of every thread that they hold a
// reply of: a thread without its root could not be reached.
func newest(posts []entry) []entry {
	old, last := posts[:len(posts)-maxPosts], posts[len(posts)-maxPosts:]
	wanted := map[string]bool{}
	for _, p := range last {
		wanted[p.Thread] = true
	}
	var kept []entry
	for _, p := range old {
		if wanted[p.ID] {
			kept = append(kept, p)
		}
	}
	return append(kept, last...)
}

func (c *Console) state(viewer Person) state {
	posts, seq := c.board.since(0, func(p post) bool { return c.sees(viewer, p.Room) })
	slices.SortFunc(posts, byOrder)
	cut := len(posts) > maxPosts
	if cut {
		posts = newest(posts)
	}
	s := state{
		You: viewer.ID, Bot: c.cfg.Bot, Seq: seq, Clock: c.clock(), Travel: c.travel != nil,
		MaxText: MaxText, MaxFile: c.cfg.MaxFile, People: c.cfg.People, Places: c.places(viewer),
		Commands: c.cfg.Commands, Hint: c.cfg.Hint, Posts: make([]view, 0, len(posts)), Cut: cut,
	}
	for _, p := range posts {
		s.Posts = append(s.Posts, p.view())
	}
	return s
}
