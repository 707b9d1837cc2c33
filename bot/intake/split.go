package intake

import (
	"regexp"
	"strings"
)

var (
	faultWords = regexp.MustCompile(`\b(?:fail\w*|error\w*|broken|doesn't|does not|don't|do not|not work\w*|isn't|slow\w*|cannot|can't|wrong|missing|crash\w*|hangs?|stuck|timeout|times out|lost|blank|unavailable)\b` +
		`|\b(?:non funziona\w*|error[ei]|lent[oaie]|sbagliat\w*|errat\w*|manca\w*|bloccat\w*|non si|non riesc\w*|vuot[oaie]|pers[oaie])\b` +
		`|エラー|動か|動き|動作し|できな|できませ|遅い|表示されな|表示されませ|消え|間違|失敗|止ま|開かな|開けな|おかし`)
	secondFault = regexp.MustCompile(`\b(?:two|2|three|several) (?:different |separate |other )?(?:problems|issues|errors|bugs|things|faults)\b` +
		`|\b(?:another|second|separate|different) (?:problem|issue|error|bug|fault|thing)\b|\bsecondly\b|\bunrelated\b` +
		`|\b(?:due|2|tre|diversi) (?:problemi|errori|guasti|anomalie)\b|\b(?:un altro|un secondo|altro) (?:problema|errore|guasto)\b|\bin secondo luogo\b` +
		`|(?:2|二|3|三)つ(?:の|、)?(?:問題|不具合|エラー)|(?:もう一つ|もうひとつ|別)の?(?:問題|不具合|エラー|件)|(?:2|二)点`)
)

// Split reports whether a text seems to tell of two problems, which are two
// cases: a list of nothing but faults, or words such as "another problem".
func Split(text string) bool {
	text = opening(text)
	return secondFault.MatchString(fold(text).text) || isFaultList(text)
}

// isFaultList reports whether every point of a list tells of a fault. A list
// of steps has some that do not.
func isFaultList(text string) bool {
	points := 0
	for line := range strings.Lines(text) {
		f := fold(line).text
		if !bullet.MatchString(f) {
			continue
		}
		if !faultWords.MatchString(f) {
			return false
		}
		points++
	}
	return points >= 2
}
