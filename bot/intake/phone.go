package intake

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	phoneShape = regexp.MustCompile(`\+?\(?[0-9][0-9 ()./-]{4,}[0-9]`)
	dateShape  = regexp.MustCompile(`^(?:20[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]20[0-9]{2})`)
	phoneWords = regexp.MustCompile(`\b(?:call|phone|tel|telephone|mobile|cell|reach (?:me|us)|ring|chiam\w*|telefon\w*|cellulare)\b|電話|携帯|連絡先`)
)

// phone finds a telephone number: 7 to 15 digits (ITU-T E.164) that are no
// date. It returns the number as it was written.
func phone(text string) string {
	f := fold(text)
	for _, span := range phoneShape.FindAllStringIndex(f.text, -1) {
		found := f.text[span[0]:span[1]]
		digits := 0
		for _, r := range found {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits >= 7 && digits <= 15 && !dateShape.MatchString(found) {
			return f.cut(span[0], span[1])
		}
	}
	return ""
}

// callLine finds the line that names a person to call: one with a number that
// begins with "+" or stands beside a word for telephone.
func callLine(text string) string {
	for line := range strings.Lines(text) {
		number := phone(line)
		if number != "" && (strings.HasPrefix(fold(number).text, "+") || phoneWords.MatchString(fold(line).text)) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
