package bot

import (
	"reflect"
	"testing"
	"time"
)

// A fingerprint tells apart whatever differs: each text, number, flag and time
// of a message, and where a list ends.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	see := func(what string, m *Message) {
		f := m.fingerprint()
		if f != m.fingerprint() {
			t.Errorf("%s has two fingerprints", what)
		}
		if was, ok := seen[f]; ok {
			t.Errorf("%s has the fingerprint of %s", what, was)
		}
		seen[f] = what
	}
	var m Message
	see("the empty message", &m)
	n := change(reflect.ValueOf(&m).Elem(), "message", func(what string) { see(what, &m) })
	if n < 30 {
		t.Errorf("only %d things were changed", n)
	}
	for _, rows := range [][][]string{{{"a", "b"}}, {{"a"}, {"b"}}, {{"ab"}}, {{"a", "b"}, nil}, {{"", "ab"}}} {
		see("rows", &Message{Sections: []Section{{Rows: rows}}})
	}
	see("two sections", &Message{Sections: []Section{{Text: "a"}, {Text: "b"}}})
	see("other sections", &Message{Sections: []Section{{Text: "a", Title: "b"}, {}}})
	see("a moment later", &Message{Sections: []Section{{Fields: []Field{{Time: time.Unix(0, 1)}}}}})
	see("a second later", &Message{Sections: []Section{{Fields: []Field{{Time: time.Unix(1, 0)}}}}})
}

// change sets everything in v that can be set to something new, one by one and
// for good, and calls changed after each. It returns how much there was.
func change(v reflect.Value, what string, changed func(what string)) int {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2026, 3, 9, 13, 30, 0, 0, time.UTC)))
		changed(what)
		return 1
	}
	switch v.Kind() { //nolint:exhaustive // a message has no others
	case reflect.Struct:
		n := 0
		for i := range v.NumField() {
			n += change(v.Field(i), what+"."+v.Type().Field(i).Name, changed)
		}
		return n
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		changed(what)
		return 1 + change(v.Elem(), what, changed)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		changed(what)
		return 1 + change(v.Index(0), what, changed)
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	default:
		panic(what + " is of a kind that change does not know")
	}
	changed(what)
	return 1
}
