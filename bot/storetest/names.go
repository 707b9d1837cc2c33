package storetest

import "casebot/bot"

func (w *world) bind(key bot.Key, names ...string) {
	w.t.Helper()
	if err := w.store.Bind(w.t.Context(), key, names...); err != nil {
		w.t.Fatalf("bind %v: %v", names, err)
	}
}

func (w *world) lookup(names ...string) []bot.Key {
	w.t.Helper()
	keys, err := w.store.Lookup(w.t.Context(), names...)
	if err != nil {
		w.t.Fatalf("look up %v: %v", names, err)
	}
	return keys
}

var nameTests = []test{
	{"names point at records, in the order asked", func(w *world) {
		w.bind(case1, "at:slack:C0ACME:1.2", "at:discord:9001:7")
		w.bind(person, "who:slack:T1/U0ADA")
		same(w, "keys", w.lookup("who:slack:T1/U0ADA", "at:slack:nowhere", "at:discord:9001:7", "at:slack:C0ACME:1.2"),
			[]bot.Key{person, {}, case1, case1})
		same(w, "nothing asked", len(w.lookup()), 0)
	}},

	{"a name can be bound again: a draft's thread becomes its case's", func(w *world) {
		w.bind(draft, "at:slack:C0ACME:1.2")
		w.bind(case1, "at:slack:C0ACME:1.2")
		same(w, "keys", w.lookup("at:slack:C0ACME:1.2"), []bot.Key{case1})
	}},

	{"the zero key unbinds", func(w *world) {
		w.bind(case1, "at:a", "at:b")
		w.bind(bot.Key{}, "at:a", "at:unknown")
		same(w, "keys", w.lookup("at:a", "at:b"), []bot.Key{{}, case1})
	}},

	{"an id is claimed once, by whichever replica", func(w *world) {
		other := w.replica()
		for _, id := range []string{"read-1", "read-2"} {
			first, err := w.store.Once(w.t.Context(), id)
			if err != nil || !first {
				w.t.Fatalf("once %s: %t, %v", id, first, err)
			}
			second, err := other.Once(w.t.Context(), id)
			if err != nil || second {
				w.t.Fatalf("once %s again: %t, %v", id, second, err)
			}
		}
	}},
}
