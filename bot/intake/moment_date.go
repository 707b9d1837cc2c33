package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	dateISO      = regexp.MustCompile(`\b(20[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})`)
	dateJapanese = regexp.MustCompile(`(?:(20[0-9]{2})年 ?)?([0-9]{1,2})月 ?([0-9]{1,2})日`)
	dateNumeric  = regexp.MustCompile(`\b([0-9]{1,2})(?:/([0-9]{1,2})(?:/((?:20)?[0-9]{2}))?|[.-]([0-9]{1,2})[.-]((?:20)?[0-9]{2}))\b`)
	dateDayFirst = regexp.MustCompile(`\b([0-9]{1,2})(?:st|nd|rd|th|°|º)?(?: of| di)? ` + monthNames + `\b(?:,? (20[0-9]{2})\b)?`)
	dateDayLast  = regexp.MustCompile(`\b` + monthNames + `\.? ([0-9]{1,2})(?:st|nd|rd|th)?\b(?:,? (20[0-9]{2})\b)?`)
	dateWord     = regexp.MustCompile(`\b(?:day before yesterday|yesterday|last night|today|this (?:morning|afternoon|evening)|tonight|day after tomorrow|tomorrow|` +
		`l'altro ieri|altroieri|avantieri|ieri|oggi|stamattina|stamane|stamani|questa mattina|stasera|stanotte|dopodomani|domani)\b|` +
		`一昨日|おととい|昨日|昨夜|昨晩|きのう|今日|本日|今朝|今夜|きょう|明後日|明日|あした`)
	dateWeekday = regexp.MustCompile(`(\blast |\bscorso |先週の?)?(?:\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(day)?\b|\b(lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica)\b|([月火水木金土日])曜日?)(?: ?scors[oa])?`)
	dateEnd     = regexp.MustCompile(`\b(?:end of (?:the |this )?month|fine (?:del )?mese)\b|月末|今月末`)
)

const monthNames = `(jan(?:uary)?|feb(?:ruary|braio)?|mar(?:ch|zo)?|apr(?:ile?)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember|embre)?|dec(?:ember)?|` +
	`gen(?:naio)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|ago(?:sto)?|set(?:tembre)?|ott(?:obre)?|dic(?:embre)?)`

var (
	months = map[string]time.Month{
		"jan": 1, "gen": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "mag": 5, "jun": 6, "giu": 6, "jul": 7, "lug": 7,
		"aug": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "ott": 10, "nov": 11, "dec": 12, "dic": 12,
	}
	weekdays = map[string]time.Weekday{
		"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6,
		"dom": 0, "lun": 1, "mar": 2, "mer": 3, "gio": 4, "ven": 5, "sab": 6,
		"日": 0, "月": 1, "火": 2, "水": 3, "木": 4, "金": 5, "土": 6,
	}
	dayWords = map[string]int{
		"day before yesterday": -2, "l'altro ieri": -2, "altroieri": -2, "avantieri": -2, "一昨日": -2, "おととい": -2,
		"yesterday": -1, "last night": -1, "ieri": -1, "昨日": -1, "昨夜": -1, "昨晩": -1, "きのう": -1,
		"tomorrow": 1, "domani": 1, "明日": 1, "あした": 1,
		"day after tomorrow": 2, "dopodomani": 2, "明後日": 2,
	}
)

// readDate reads the first date of a folded text and says where it stands.
func readDate(text string, now time.Time, lang string, way direction) (time.Time, []int, *Problem) {
	readers := []struct {
		shape *regexp.Regexp
		read  func(m []string) (time.Time, *Problem)
	}{
		{dateISO, func(m []string) (time.Time, *Problem) {
			return onDay(m[0], number(m[1]), number(m[2]), number(m[3]), now, way)
		}},
		{dateJapanese, func(m []string) (time.Time, *Problem) {
			return onDay(m[0], number(m[1]), number(m[2]), number(m[3]), now, way)
		}},
		{dateNumeric, func(m []string) (time.Time, *Problem) { return numericDay(m, now, lang, way) }},
		{dateDayFirst, func(m []string) (time.Time, *Problem) {
			return onDay(m[0], number(m[3]), int(months[m[2][:3]]), number(m[1]), now, way)
		}},
		{dateDayLast, func(m []string) (time.Time, *Problem) {
			return onDay(m[0], number(m[3]), int(months[m[1][:3]]), number(m[2]), now, way)
		}},
		{dateWord, func(m []string) (time.Time, *Problem) { return now.AddDate(0, 0, dayWords[m[0]]), nil }},
		{dateWeekday, func(m []string) (time.Time, *Problem) { return onWeekday(m, now, way), nil }},
		{dateEnd, func([]string) (time.Time, *Problem) {
			return time.Date(now.Year(), now.Month()+1, 0, 0, 0, 0, 0, now.Location()), nil
		}},
	}
	var first []int
	best := -1
	for i, reader := range readers {
		span := reader.shape.FindStringIndex(text)
		if span != nil && (first == nil || span[0] < first[0]) {
			first, best = span, i
		}
	}
	if best < 0 {
		return time.Time{}, nil, nil
	}
	date, problem := readers[best].read(readers[best].shape.FindStringSubmatch(text))
	return date, first, problem
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// soon is how far in the wrong direction a date without a year may lie and
// still be taken for a slip of this year.
const soon = 60 * 24 * time.Hour

// onDay checks that there is such a day. Without a year it is the last one,
// or for a deadline the next.
func onDay(text string, year, month, day int, now time.Time, way direction) (time.Time, *Problem) {
	given := year != 0
	switch {
	case !given:
		year = now.Year()
	case year < 100:
		year += 2000
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, now.Location())
	if !given && way == past && date.After(now.Add(soon)) {
		date = time.Date(year-1, time.Month(month), day, 0, 0, 0, 0, now.Location())
	}
	if !given && way == future && date.Before(now.Add(-soon)) {
		date = time.Date(year+1, time.Month(month), day, 0, 0, 0, 0, now.Location())
	}
	if int(date.Month()) != month || date.Day() != day {
		return time.Time{}, refused("moment.invalid", "text", strings.TrimSpace(text)).problem
	}
	return date, nil
}

// numericDay reads 8/3/2026. Italians write the day first, Japanese the
// month; in English it may be either, so it is asked about unless only one
// of them can be meant.
func numericDay(m []string, now time.Time, lang string, way direction) (time.Time, *Problem) {
	a, b, year := number(m[1]), number(m[2]+m[4]), number(m[3]+m[5])
	dayFirst, problem := onDay(m[0], year, b, a, now, way)
	monthFirst, other := onDay(m[0], year, a, b, now, way)
	switch {
	case m[4] != "" || lang == "it": // dots and dashes are European
		if problem != nil {
			return monthFirst, other
		}
		return dayFirst, nil
	case other != nil:
		return dayFirst, problem
	case problem != nil || lang == "ja" || a == b:
		return monthFirst, nil
	default:
		return time.Time{}, refused("moment.ambiguous", "text", m[0]).problem
	}
}

// onWeekday gives the last such day, today included, or for a deadline the
// next.
func onWeekday(m []string, now time.Time, way direction) time.Time {
	name := m[2] + m[4] + m[5]
	if m[5] == "" {
		name = name[:3]
	}
	if way == future {
		return now.AddDate(0, 0, (int(weekdays[name]-now.Weekday())+7)%7)
	}
	back := (int(now.Weekday()-weekdays[name]) + 7) % 7
	if strings.HasPrefix(m[1], "先週") { // of the week before, which began on Monday
		monday := (int(now.Weekday()) + 6) % 7
		return now.AddDate(0, 0, -monday-7+(int(weekdays[name])+6)%7)
	}
	if last := m[1] != "" || strings.Contains(m[0], "scors"); last && back == 0 {
		back = 7
	}
	return now.AddDate(0, 0, -back)
}
