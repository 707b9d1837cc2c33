package redis

import (
	"bytes"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebot/adapters/redis/redistest"
)

func TestShelf(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { testShelf(t, open(t, Config{URL: "embedded"}).Shelf()) })
	t.Run("server", func(t *testing.T) {
		testShelf(t, open(t, Config{URL: redistest.Start(t, redistest.Options{}).URL()}).Shelf())
	})
}

func testShelf(t *testing.T, s *Shelf) {
	ctx := t.Context()
	put := func(id, body string, onlyNew bool) (int64, string) {
		t.Helper()
		seq, existing, err := s.Put(ctx, id, []byte(body), onlyNew)
		if err != nil {
			t.Fatal(err)
		}
		return seq, string(existing)
	}
	since := func(seq int64, limit int) []Item {
		t.Helper()
		items, err := s.Since(ctx, seq, limit)
		if err != nil {
			t.Fatal(err)
		}
		return items
	}
	want := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", what, diff)
		}
	}

	want("an empty feed", since(0, 10), []Item{})
	put("a", "A", true)
	put("b", "B", true)
	put("c", "", false)
	want("feed", since(0, 10), []Item{{"a", 1, []byte("A")}, {"b", 2, []byte("B")}, {"c", 3, []byte{}}})
	want("page", since(1, 1), []Item{{"b", 2, []byte("B")}})

	seq, existing := put("b", "never seen", true)
	want("number of what is there already", seq, int64(2))
	want("what is there already", existing, "B")
	seq, existing = put("a", "AA", false)
	want("number of what is put again", seq, int64(4))
	want("what is put again", existing, "")
	want("feed after 2", since(2, 10), []Item{{"c", 3, []byte{}}, {"a", 4, []byte("AA")}})

	items, err := s.Get(ctx, "a", "unknown", "b")
	if err != nil {
		t.Fatal(err)
	}
	want("items", items, [][]byte{[]byte("AA"), nil, []byte("B")})

	photo := bytes.Repeat([]byte{0, 1, 2, 0xff}, 5<<20/4)
	if err := s.PutFile(ctx, "f", []byte(`{"name":"photo"}`), photo); err != nil {
		t.Fatal(err)
	}
	meta, content, err := s.File(ctx, "f")
	if err != nil || string(meta) != `{"name":"photo"}` || !bytes.Equal(content, photo) {
		t.Fatalf("file: %s, %d bytes, %v", meta, len(content), err)
	}
	if meta, content, err := s.File(ctx, "unknown"); err != nil || meta != nil || content != nil {
		t.Fatalf("unknown file: %s, %s, %v", meta, content, err)
	}

	if value, err := s.Value(ctx, "clock"); err != nil || value != "" {
		t.Fatalf("unknown value: %q, %v", value, err)
	}
	if err := s.SetValue(ctx, "clock", "7"); err != nil {
		t.Fatal(err)
	}
	if value, err := s.Value(ctx, "clock"); err != nil || value != "7" {
		t.Fatalf("value: %q, %v", value, err)
	}

	// Whoever swaps a value wins or learns that somebody else did; no swap is lost.
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			for done := false; !done; {
				old, err := s.Value(ctx, "swapped")
				if err != nil {
					t.Error(err)
					return
				}
				if done, err = s.SwapValue(ctx, "swapped", old, old+"x"); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if value, err := s.Value(ctx, "swapped"); err != nil || value != "xxxxx" {
		t.Fatalf("swapped five times: %q, %v", value, err)
	}
}
