package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// unknown says that a word is none of the known ones, with the nearest of them
// if one is near, else with all of them.
func unknown(what, word string, known []string) string {
	if best := nearest(word, known); best != "" {
		return fmt.Sprintf("unknown %s %q: did you mean %q?", what, word, best)
	}
	if len(known) == 0 {
		return fmt.Sprintf("unknown %s %q: there is none yet", what, word)
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(known)))
	return fmt.Sprintf("unknown %s %q: write one of %s", what, word, strings.Join(sorted, ", "))
}

// nearest is the known word with the fewest edits, "" if none is near.
func nearest(word string, known []string) string {
	best, least := "", min(len(word), 12)/3+2
	for _, candidate := range slices.Sorted(slices.Values(known)) {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}
