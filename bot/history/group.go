package history

import (
	"context"
	"fmt"
	"slices"

	"casebot/bot"
)

// EachGroup reads the cases of a subscriber, page by page, and hands on those
// that belong together: most by themselves at once, merged ones when all of
// them were read. A case that cannot be read is handed to lost instead.
func EachGroup(ctx context.Context, r Reader, contract Contract, do func(Group) error, lost func(bot.Key, error)) error {
	const page = 100
	var merged []Case
	for after := ""; ; {
		keys, next, err := r.List(ctx, bot.CasesOf(contract.Key), after, page)
		if err != nil {
			return fmt.Errorf("list cases of %s: %w", contract.Key, err)
		}
		for _, key := range keys {
			c, ok, err := ReadCase(ctx, r, key)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				lost(key, err)
			case !ok: // deleted meanwhile
			case !c.Complete():
				lost(key, ErrIncomplete)
			case len(c.Partners()) > 0:
				merged = append(merged, c)
			default:
				if err := do(Group{Contract: contract, Cases: []Case{c}}); err != nil {
					return err
				}
			}
		}
		if next == "" {
			break
		}
		after = next
	}
	for _, cases := range together(merged) {
		if err := do(Group{Contract: contract, Cases: cases}); err != nil {
			return err
		}
	}
	return nil
}

// together parts merged cases into sets that nothing connects.
func together(cases []Case) [][]Case {
	var sets [][]Case
	for _, c := range cases {
		set := []Case{c}
		sets = slices.DeleteFunc(sets, func(other []Case) bool {
			joined := slices.ContainsFunc(other, func(x Case) bool {
				return slices.Contains(x.Partners(), c.Key) || slices.Contains(c.Partners(), x.Key)
			})
			if joined {
				set = append(set, other...)
			}
			return joined
		})
		sets = append(sets, set)
	}
	return sets
}
