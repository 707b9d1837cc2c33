package console

import (
	"fmt"
	"testing"
)

// However much was said since, a page shows the root of every thread whose
// replies it shows, and drops the rest.
func TestNewestKeepsRoots(t *testing.T) {
	posts := []entry{{post: post{ID: "root"}}, {post: post{ID: "forgotten"}}}
	for i := range maxPosts - 1 {
		posts = append(posts, entry{post: post{ID: fmt.Sprint(i)}})
	}
	posts = append(posts, entry{post: post{ID: "reply", Thread: "root"}})
	kept := newest(posts)
	if len(kept) != maxPosts+1 || kept[0].ID != "root" || kept[len(kept)-1].ID != "reply" {
		t.Fatalf("kept %d posts, from %q to %q", len(kept), kept[0].ID, kept[len(kept)-1].ID)
	}
}
