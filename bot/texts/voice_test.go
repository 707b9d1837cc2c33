package texts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"
)

func in(t testing.TB, lang string) Voice {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.In(lang)
}

func TestIn(t *testing.T) {
	for lang, want := range map[string]string{
		"en": "en", "it": "it", "ja": "ja", "": "en", "fr": "en", "it-IT": "it", "ja_JP": "ja", "IT": "it", "日本": "en",
	} {
		if got := in(t, lang).Lang(); got != want {
			t.Errorf("In(%q) speaks %q, want %q", lang, got, want)
		}
	}
}

type broken struct{}

func (broken) String() string { panic("broken") }

func TestSay(t *testing.T) {
	tests := []struct {
		name, lang, key string
		args            []any
		want            string
	}{
		{"plain", "en", "summary", nil, "In one line: what is wrong?"},
		{"another language", "it", "summary", nil, "In una riga: che cosa non funziona?"},
		{"values", "en", "sev_propose", []any{"agent", "Ada", "new", 2, "old", "3", "reason", "<b> & \"co\""}, "Ada proposes severity 2 instead of 3: <b> & \"co\". Do you agree?"},
		{"a stringer and an error", "en", "intake.pair", []any{"label", time.Minute, "value", errors.New("no")}, "1m0s: no"},
		{"a missing key", "ja", "no_such_key", []any{"a", 1}, "⟦no_such_key⟧"},
		{"an empty key", "ja", "", nil, "⟦⟧"},
		{"a missing value", "en", "intake.pair", []any{"label", "a"}, "a: ⟦value⟧"},
		{"an odd number of arguments", "en", "intake.pair", []any{"label", "a", "value"}, "a: ⟦value⟧"},
		{"a name that is none", "en", "intake.pair", []any{7, "a", nil, nil, "label", "b", "value", nil}, "b: <nil>"},
		{"a placeholder in a value", "en", "intake.pair", []any{"label", "{{.value}}", "value", "v"}, "{{.value}}: v"},
		{"a value that panics", "en", "intake.pair", []any{"label", "a", "value", broken{}}, "a: %!v(PANIC=String method: broken)"},
		{"a count where there are no forms", "it", "intake.pair", []any{"label", "a", "value", "b", "count", 1}, "a: b"},
		{"a count that is none", "it", "intake.pair", []any{"label", "a", "value", "b", "count", "many"}, "a: b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := in(t, tt.lang).Say(tt.key, tt.args...); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	if got := (Voice{}).Say("summary"); got != "⟦summary⟧" {
		t.Errorf("the zero Voice said %q", got)
	}
}

// What is said without go-i18n, since it has one form only, reads as go-i18n
// would say it.
func TestPlainReadsTheSame(t *testing.T) {
	all, plain := sources(t), 0
	for _, lang := range Languages() {
		v := in(t, lang)
		slow := Voice{v: &voice{lang: lang, say: v.v.say}}
		for key, text := range all[lang] {
			var args []any
			for _, name := range namesIn(text) {
				args = append(args, name, "<"+name+">")
			}
			for _, count := range []any{nil, 1, 2} {
				args := slices.Concat(args, []any{"count", count})
				if got, want := v.Say(key, args...), slow.Say(key, args...); got != want {
					t.Errorf("%s: %s with %v is said as %q, want %q", lang, key, args, got, want)
				}
			}
			if v.v.plain[key] != nil {
				plain++
			}
		}
	}
	if plain < 100 {
		t.Errorf("only %d messages have one form", plain)
	}
}

func TestSayFromManyGoroutines(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			lang := Languages()[i%3]
			for _, key := range Keys(lang) {
				if strings.HasPrefix(in(t, lang).Say(key), "⟦"+key) {
					t.Errorf("%s: %s is not said", lang, key)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzSay(f *testing.F) {
	f.Add("ack", "id", "ACME-42")
	f.Add("", "", "")
	f.Add("time.date", "count", "{{.day}}")
	f.Fuzz(func(t *testing.T, key, name, value string) {
		for _, lang := range Languages() {
			v := in(t, lang)
			if v.Say(key, name, value) == "" || v.Say(key, name) == "" || v.Say(key, "count", len(value), name, value) == "" {
				t.Errorf("%s: %q was said as nothing", lang, key)
			}
		}
	})
}

func TestMoments(t *testing.T) {
	rome, tokyo := zone(t, "Europe/Rome"), zone(t, "Asia/Tokyo")
	at := time.Date(2026, 3, 9, 12, 30, 0, 0, time.UTC)
	tests := []struct {
		lang             string
		loc              *time.Location
		time, date, zone string
	}{
		{"en", rome, "Mon 9 Mar 2026, 13:30", "Mon 9 Mar 2026", "Europe/Rome (CET)"},
		{"it", rome, "lun 9 mar 2026, 13:30", "lun 9 mar 2026", "Europe/Rome (CET)"},
		{"ja", tokyo, "2026年3月9日(月) 21:30", "2026年3月9日(月)", "Asia/Tokyo (JST)"},
		{"en", nil, "Mon 9 Mar 2026, 12:30", "Mon 9 Mar 2026", "UTC"},
		{"en", zone(t, "Asia/Dubai"), "Mon 9 Mar 2026, 16:30", "Mon 9 Mar 2026", "Asia/Dubai (UTC+4)"},
		{"en", zone(t, "America/Sao_Paulo"), "Mon 9 Mar 2026, 09:30", "Mon 9 Mar 2026", "America/Sao_Paulo (UTC-3)"},
		{"en", zone(t, "Asia/Kathmandu"), "Mon 9 Mar 2026, 18:15", "Mon 9 Mar 2026", "Asia/Kathmandu (UTC+5:45)"},
		{"en", zone(t, "Etc/UTC"), "Mon 9 Mar 2026, 12:30", "Mon 9 Mar 2026", "UTC"},
		{"en", time.FixedZone("CET", 3600), "Mon 9 Mar 2026, 13:30", "Mon 9 Mar 2026", "CET"},
		{"en", time.FixedZone("+03", 3*3600), "Mon 9 Mar 2026, 15:30", "Mon 9 Mar 2026", "UTC+3"},
		{"en", time.FixedZone("", -1800), "Mon 9 Mar 2026, 12:00", "Mon 9 Mar 2026", "UTC-0:30"},
	}
	for _, tt := range tests {
		v := in(t, tt.lang)
		if got := [3]string{v.Time(at, tt.loc), v.Date(at, tt.loc), v.Zone(at, tt.loc)}; got != [3]string{tt.time, tt.date, tt.zone} {
			t.Errorf("%s %v: got %q", tt.lang, tt.loc, got)
		}
	}
	if got := (Voice{}).Date(at, nil); got != "2026-03-09" {
		t.Errorf("the zero Voice dated it %q", got)
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestDuration(t *testing.T) {
	tests := []struct {
		d          time.Duration
		en, it, ja string
	}{
		{0, "0 min", "0 min", "0分"},
		{time.Millisecond, "0 min", "0 min", "0分"},
		{45 * time.Second, "45 s", "45 s", "45秒"},
		{90 * time.Second, "1 min", "1 min", "1分"},
		{2 * time.Hour, "2 h", "2 h", "2時間"},
		{2*time.Hour + 30*time.Minute, "2 h 30 min", "2 h 30 min", "2時間30分"},
		{72 * time.Hour, "72 h", "72 h", "72時間"},
		{-15 * time.Minute, "−15 min", "−15 min", "−15分"},
	}
	for _, tt := range tests {
		got := [3]string{in(t, "en").Duration(tt.d), in(t, "it").Duration(tt.d), in(t, "ja").Duration(tt.d)}
		if got != [3]string{tt.en, tt.it, tt.ja} {
			t.Errorf("%v: got %q", tt.d, got)
		}
	}
	in(t, "en").Duration(-1 << 63)
}

func TestList(t *testing.T) {
	tests := []struct {
		items      []string
		en, it, ja string
	}{
		{nil, "", "", ""},
		{[]string{"a"}, "a", "a", "a"},
		{[]string{"a", "b"}, "a and b", "a e b", "a、b"},
		{[]string{"a", "b", "c"}, "a, b and c", "a, b e c", "a、b、c"},
		{[]string{"Ada", "Elena"}, "Ada and Elena", "Ada ed Elena", "Ada、Elena"},
	}
	for _, tt := range tests {
		got := [3]string{in(t, "en").List(tt.items), in(t, "it").List(tt.items), in(t, "ja").List(tt.items)}
		if got != [3]string{tt.en, tt.it, tt.ja} {
			t.Errorf("%v: got %q", tt.items, got)
		}
	}
}

func BenchmarkSay(b *testing.B) {
	v := in(b, "it")
	at := time.Date(2026, 3, 9, 12, 30, 0, 0, time.UTC)
	when := v.Time(at, nil)
	b.ReportAllocs()
	for b.Loop() {
		v.Say("ack", "id", "ACME-42", "s", 2, "t", when, "due", when, "zone", "Europe/Rome")
	}
}

func BenchmarkTime(b *testing.B) {
	v := in(b, "it")
	at := time.Date(2026, 3, 9, 12, 30, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		v.Time(at, time.UTC)
	}
}

func ExampleVoice_Say() {
	c, _ := Load()
	fmt.Println(c.In("it").Say("steps"))
	// Output: Quali passaggi esegue, uno per uno, finché il problema si presenta?
}
