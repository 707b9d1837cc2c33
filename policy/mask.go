package policy

import (
	"cmp"
	"slices"
	"strings"
)

// Kinds of secret that Mask finds.
const (
	SecretToken    = "token"
	SecretKey      = "key"
	SecretPassword = "password"
	SecretCard     = "card_number"
)

// hidden stands in place of a secret. It has no meaning in any markup, and no
// rule takes it for a secret.
const hidden = "•••••"

// Mask hides secrets in a text that somebody pasted, and names the kinds that
// it found, each once. Text without secrets comes back as it is. The time it
// takes grows no faster than the text.
func Mask(text string) (masked string, found []string) {
	var hits []hit
	lower := strings.ToLower(text)
	for i := range secretRules {
		hits = append(hits, secretRules[i].find(text, lower)...)
	}
	for _, key := range privateKeys(text) {
		hits = append(hits, hit{key, SecretKey})
	}
	for _, card := range cardNumbers(text) {
		hits = append(hits, hit{card, SecretCard})
	}
	if len(hits) == 0 {
		return text, nil
	}
	return hide(text, hits)
}

// span is a part of a text, [from, to).
type span struct{ from, to int }

// hit is a secret that was found.
type hit struct {
	span
	kind string
}

// hide puts the mask in place of the hits, one mask where they overlap. What
// lies inside another hit is not told apart.
func hide(text string, hits []hit) (masked string, found []string) {
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var b strings.Builder
	done := 0
	for _, h := range hits {
		if h.to <= done {
			continue
		}
		if h.from >= done {
			b.WriteString(text[done:h.from])
			b.WriteString(hidden)
		}
		done = h.to
		if !slices.Contains(found, h.kind) {
			found = append(found, h.kind)
		}
	}
	b.WriteString(text[done:])
	slices.Sort(found)
	return b.String(), found
}

// privateKeys finds private keys in PEM form. One that is cut off is hidden as
// far as it looks like a key.
func privateKeys(text string) (found []span) {
	const begin, end, dashes, longest = "-----BEGIN ", "-----END ", "-----", 60
	lastEnd := strings.LastIndex(text, end)
	for at := 0; ; {
		i := strings.Index(text[at:], begin)
		if i < 0 {
			return found
		}
		from := at + i
		at = from + len(begin)
		label, _, closed := strings.Cut(text[at:min(len(text), at+longest)], dashes)
		if !closed || !strings.Contains(label, "PRIVATE KEY") {
			continue
		}
		at += len(label) + len(dashes)
		if at <= lastEnd {
			at += strings.Index(text[at:], end) + len(end)
			if tail := strings.Index(text[at:min(len(text), at+longest)], dashes); tail >= 0 {
				at += tail + len(dashes)
			}
		} else {
			at += keyLines(text[at:])
		}
		found = append(found, span{from, at})
	}
}

// keyLines is how much of a text goes on like the body of a key: long words of
// its alphabet.
func keyLines(text string) (length int) {
	const shortest = 16
	for {
		word := strings.TrimLeft(text[length:], " \t\r\n")
		start := len(text) - len(word)
		end := strings.IndexFunc(word, func(r rune) bool {
			return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("+/=", r)
		})
		if end < 0 {
			end = len(word)
		}
		if end < shortest {
			return length
		}
		length = start + end
	}
}
