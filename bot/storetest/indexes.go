package storetest

import (
	"fmt"
	"slices"
	"strings"

	"casebot/bot"
)

// owners returns names that spread over the shards of any store.
func owners(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("S%02d", i)
	}
	return names
}

// open commits a case for each owner and puts it in indexes.
func (w *world) open(owners []string) []bot.Key {
	w.t.Helper()
	var keys []bot.Key
	for _, owner := range owners {
		key := bot.CaseKey(owner, 1)
		w.commit(bot.Change{Key: key, Body: []byte("x"), Join: []string{"open", "open:" + owner}})
		keys = append(keys, key)
	}
	return keys
}

func (w *world) count(index string) int64 {
	w.t.Helper()
	n, err := w.store.Count(w.t.Context(), index)
	if err != nil {
		w.t.Fatalf("count %s: %v", index, err)
	}
	return n
}

// sorted orders keys by name, since the order of an index is the store's own.
func sorted(keys []bot.Key) []bot.Key {
	return slices.SortedFunc(slices.Values(keys), func(a, b bot.Key) int { return strings.Compare(a.String(), b.String()) })
}

var indexTests = []test{
	{"an empty index is one empty page", func(w *world) {
		keys, next, err := w.store.List(w.t.Context(), "open", "", 10)
		if err != nil || len(keys) != 0 || next != "" {
			w.t.Fatalf("list: %v, %q, %v", keys, next, err)
		}
		same(w, "count", w.count("open"), 0)
	}},

	{"an index spans all shards, whatever the page's size", func(w *world) {
		want := w.open(owners(50))
		for _, page := range []int{1, 3, 49, 50, 51, 500} {
			same(w, fmt.Sprintf("list by %d", page), sorted(w.list("open", page)), want)
		}
		same(w, "count", w.count("open"), 50)
	}},

	{"pages are full until the last one", func(w *world) {
		w.open(owners(20))
		first, next, err := w.store.List(w.t.Context(), "open", "", 15)
		if err != nil || len(first) != 15 || next == "" {
			w.t.Fatalf("first page: %d records, cursor %q, %v", len(first), next, err)
		}
		rest, end, err := w.store.List(w.t.Context(), "open", next, 15)
		if err != nil || len(rest) != 5 || end != "" {
			w.t.Fatalf("last page: %d records, cursor %q, %v", len(rest), end, err)
		}
	}},

	{"an owner's index holds nobody else's records", func(w *world) {
		w.open(owners(50))
		for number := range int64(9) {
			w.commit(bot.Change{Key: bot.CaseKey("ACME", number+1), Body: []byte("x"), Join: []string{"open", "open:ACME"}})
		}
		same(w, "count", w.count("open:ACME"), 9)
		for _, key := range w.list("open:ACME", 2) {
			same(w, "owner", key.Owner, "ACME")
		}
		same(w, "count of all", w.count("open"), 59)
	}},

	{"an owner's name may hold colons and slashes", func(w *world) {
		w.commit(bot.Change{Key: person, Body: []byte("x"), Join: []string{"drafts:" + person.Owner}})
		same(w, "list", w.list("drafts:"+person.Owner, 10), []bot.Key{person})
	}},

	{"a record joins once and leaves once", func(w *world) {
		w.commit(bot.Change{Key: case1, Body: []byte("x"), Join: []string{"open", "severity1"}})
		w.commit(bot.Change{Key: case1, Version: 1, Body: []byte("x"), Join: []string{"open", "severity2"}, Leave: []string{"severity1"}})
		same(w, "open", w.list("open", 10), []bot.Key{case1})
		same(w, "severity1", w.list("severity1", 10), nil)
		same(w, "severity2", w.list("severity2", 10), []bot.Key{case1})
		w.commit(bot.Change{Key: case1, Version: 2, Body: []byte("x"), Leave: []string{"open", "severity2", "severity3"}})
		same(w, "count", w.count("open")+w.count("severity2")+w.count("severity3"), 0)
	}},

	{"who stays is listed once, however others come and go", func(w *world) {
		stay := w.open(owners(30))
		var all []bot.Key
		cursor := ""
		for i := 0; ; i++ {
			keys, next, err := w.store.List(w.t.Context(), "open", cursor, 4)
			if err != nil {
				w.t.Fatal(err)
			}
			all = append(all, keys...)
			if next == "" {
				break
			}
			cursor = next
			// Even the record that the cursor stands on may go.
			last := keys[len(keys)-1]
			w.commit(bot.Change{Key: last, Version: 1, Body: []byte("x"), Leave: []string{"open"}})
			w.commit(bot.Change{Key: bot.CaseKey(fmt.Sprintf("N%02d", i), 1), Body: []byte("x"), Join: []string{"open"}})
		}
		times := map[bot.Key]int{}
		for _, key := range all {
			times[key]++
		}
		for _, key := range stay {
			same(w, "times that "+key.String()+" is listed", times[key], 1)
		}
	}},

	{"a cursor of nowhere is an error", func(w *world) {
		if _, _, err := w.store.List(w.t.Context(), "open", "nowhere", 10); err == nil {
			w.t.Fatal("list: no error")
		}
	}},
}
