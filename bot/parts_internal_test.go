package bot

import (
	"strings"
	"testing"
)

// Somebody's words are passed on whole, in parts that every platform takes; one
// ends between words where that is near, and never within a character.
func TestParts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text  string
		parts int
		whole bool
	}{
		"nothing":           {"", 1, true},
		"short":             {"It is slow.", 1, true},
		"as long as a part": {strings.Repeat("é", MaxText), 1, true},
		"one rune more":     {strings.Repeat("🎉", MaxText+1), 2, true},
		"lines":             {strings.Repeat("at com.example.Service.call(Service.java:120)\n", 100), 3, true},
		"words":             {strings.Repeat("word ", 1000), 3, true},
		"all that fits":     {strings.Repeat("x", maxPassed), 6, true},
		"a pasted file":     {strings.Repeat("line of a log file\n", 20_000), 7, false},
	} {
		said, whole := parts(test.text, true)
		joined := ""
		for _, s := range said {
			if n := len([]rune(s.Text)); n > MaxText || !s.Quote {
				t.Errorf("%s: a part of %d runes, quoted: %t", name, n, s.Quote)
			}
			joined += s.Text
		}
		if whole != test.whole || len(said) > test.parts || whole && squeeze(joined) != squeeze(test.text) {
			t.Errorf("%s: %d parts, whole: %t, %d of %d runes", name, len(said), whole, len(joined), len(test.text))
		}
		if !whole && (!strings.HasSuffix(joined, "…") || !strings.HasPrefix(squeeze(test.text), squeeze(strings.TrimSuffix(joined, "…")))) {
			t.Errorf("%s: what is passed on is not its beginning", name)
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
