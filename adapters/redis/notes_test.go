package redis

import (
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
)

// TestNotes proves that notes are kept, claimed once and forgotten.
func TestNotes(t *testing.T) {
	for name, c := range map[string]Config{"embedded": {URL: "embedded"}, "server": {URL: redistest.Start(t, redistest.Options{}).URL()}} {
		t.Run(name, func(t *testing.T) { testNotes(t, open(t, c).Notes()) })
	}
}

func testNotes(t *testing.T, n *Notes) {
	if before, err := n.Claim(t.Context(), "post", "first", time.Hour); before != "" || err != nil {
		t.Fatalf("first claim: %q, %v", before, err)
	}
	if before, err := n.Claim(t.Context(), "post", "second", time.Hour); before != "first" || err != nil {
		t.Fatalf("second claim: %q, %v, want the first one's", before, err)
	}
	if err := n.Set(t.Context(), time.Hour, map[string]string{"post": "done", "form": "open"}); err != nil {
		t.Fatal(err)
	}
	values, err := n.Get(t.Context(), "form", "nothing", "post")
	if err != nil || len(values) != 3 || values[0] != "open" || values[1] != "" || values[2] != "done" {
		t.Fatalf("notes: %q, %v", values, err)
	}
	if err := n.Set(t.Context(), time.Hour, map[string]string{"post": ""}); err != nil {
		t.Fatal(err)
	}
	if before, err := n.Claim(t.Context(), "post", "third", time.Hour); before != "" || err != nil {
		t.Fatalf("claim of what was forgotten: %q, %v", before, err)
	}
}
