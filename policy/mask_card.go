package policy

import (
	"slices"
	"unicode/utf8"
)

// digits is a group of digits in a text.
type digits struct {
	span
	values []byte
}

// cardForms are the ways to write the number of a payment card: in one piece,
// or in groups with one space or hyphen between them.
var cardForms = [][]int{{14}, {15}, {16}, {19}, {4, 4, 4, 4}, {4, 4, 4, 4, 3}, {4, 6, 5}, {4, 6, 4}}

// cardNumbers finds numbers of payment cards: the lengths and first digits of
// the networks, with the right check digit. What touches a letter or a sign
// such as + is part of something else, an id or a phone number.
func cardNumbers(text string) (found []span) {
	groups := digitGroups(text)
	for i := 0; i < len(groups); i++ {
		for _, form := range cardForms {
			if i+len(form) > len(groups) {
				continue
			}
			card := groups[i : i+len(form)]
			if fits(text, card, form) && isCard(card) {
				found = append(found, span{card[0].from, card[len(card)-1].to})
				i += len(form) - 1
				break
			}
		}
	}
	return found
}

// digitGroups lists the groups of digits in a text.
func digitGroups(text string) (groups []digits) {
	open := false
	for at, r := range text {
		value, is := digitOf(r)
		if is && !open {
			groups = append(groups, digits{span: span{at, at}})
		}
		if open = is; !is {
			continue
		}
		g := &groups[len(groups)-1]
		g.values = append(g.values, value)
		g.to = at + utf8.RuneLen(r)
	}
	return groups
}

// digitOf is the value of a digit, also of the wide ones of Japanese text.
func digitOf(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r - '0'), true
	case r >= '０' && r <= '９':
		return byte(r - '０'), true
	}
	return 0, false
}

// fits reports whether groups have the sizes of a form, with one kind of gap
// between them and nothing that sticks to them.
func fits(text string, groups []digits, form []int) bool {
	for i, size := range form {
		if len(groups[i].values) != size {
			return false
		}
		if i == 0 {
			continue
		}
		gap := text[groups[i-1].to:groups[i].from]
		if gap != " " && gap != "-" || gap != text[groups[0].to:groups[1].from] {
			return false
		}
	}
	before, _ := utf8.DecodeLastRuneInString(text[:groups[0].from])
	after, _ := utf8.DecodeRuneInString(text[groups[len(groups)-1].to:])
	return !sticks(before, "+-_/.#@<&%") && !sticks(after, "-_@")
}

// sticks reports whether a character beside a number makes it part of
// something else.
func sticks(r rune, signs string) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || slices.Contains([]rune(signs), r)
}

// isCard checks the network's first digits and length, and the check digit.
// https://en.wikipedia.org/wiki/Payment_card_number lists the ranges.
func isCard(groups []digits) bool {
	var number []byte
	for _, g := range groups {
		number = append(number, g.values...)
	}
	return isNetwork(number) && checkDigit(number)
}

func isNetwork(number []byte) bool {
	size := len(number)
	prefix := int(number[0])*1000 + int(number[1])*100 + int(number[2])*10 + int(number[3])
	in := func(from, to int) bool { return prefix >= from && prefix <= to }
	switch {
	case in(4000, 4999): // Visa
		return size == 16 || size == 19
	case in(5100, 5599), in(2221, 2720): // Mastercard
		return size == 16
	case in(3400, 3499), in(3700, 3799): // American Express
		return size == 15
	case in(3000, 3059), in(3600, 3699), in(3800, 3999): // Diners Club
		return size == 14
	case in(3528, 3589), in(6011, 6011), in(6200, 6299), in(6440, 6599): // JCB, Discover, UnionPay
		return size == 16 || size == 19
	}
	return false
}

// checkDigit is the Luhn algorithm: https://en.wikipedia.org/wiki/Luhn_algorithm.
func checkDigit(number []byte) bool {
	sum := 0
	for i, d := range slices.Backward(number) {
		v := int(d)
		if (len(number)-1-i)%2 == 1 {
			v *= 2
		}
		sum += v/10 + v%10
	}
	return sum%10 == 0
}
