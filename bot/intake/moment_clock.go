package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	clockColon    = regexp.MustCompile(`(?:^|[^0-9.:])([0-9]{1,2})[:h]([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?([ap])\.?m\b)?`)
	clockHalf     = regexp.MustCompile(`(?:^|[^0-9.:])([0-9]{1,2})() ?([ap])\.?m\b`)
	clockDot      = regexp.MustCompile(`\b(?:at|ore|alle|dalle|le|verso le) ([0-9]{1,2})\.([0-9]{2})\b()`)
	clockHour     = regexp.MustCompile(`\b(?:at|ore|alle|dalle|all'|verso le) ?(?:ore )?([0-9]{1,2})\b()()`)
	clockOClock   = regexp.MustCompile(`\b([0-9]{1,2}) ?o'clock\b()()`)
	clockJapanese = regexp.MustCompile(`(?:(午前|午後|夜|朝) ?)?([0-9]{1,2})時(?:([0-9]{1,2})分|(半))?`)
	clockWord     = regexp.MustCompile(`\b(?:noon|midday|mezzogiorno|midnight|mezzanotte)\b|正午`)
	zoneOffset    = regexp.MustCompile(`(?:\b(?:utc|gmt) ?|:[0-9]{2} ?)([+-])([0-9]{1,2})(?::?([0-9]{2}))?\b`)
	zoneShort     = regexp.MustCompile(`(?:[0-9]|[ap]m|時|分)[ ,(]{0,2}([a-z]{1,5})\b`)
	zoneName      = regexp.MustCompile(`\b(?:africa|america|antarctica|asia|atlantic|australia|europe|indian|pacific|etc)/[a-z_/+-]+`)
)

// clockAt says where the first clock time of a text stands.
func clockAt(text string) []int {
	var first []int
	for _, shape := range []*regexp.Regexp{clockColon, clockHalf, clockDot, clockHour, clockOClock, clockJapanese, clockWord} {
		if span := shape.FindStringIndex(text); span != nil && (first == nil || span[0] < first[0]) {
			first = span
		}
	}
	return first
}

// readClock reads the first clock time of a folded text, as minutes after
// midnight.
func readClock(text string) (minutes int, ok bool, problem *Problem) {
	for _, shape := range []*regexp.Regexp{clockColon, clockHalf, clockDot, clockHour, clockOClock} {
		if m := shape.FindStringSubmatch(text); m != nil {
			if shape == clockHour && number(m[1]) > 24 {
				continue // "at 40 sites"
			}
			return clockTime(m[0], m[1], m[2], m[3])
		}
	}
	if span := clockJapanese.FindStringSubmatchIndex(text); span != nil && !strings.HasPrefix(text[span[1]:], "間") {
		m := clockJapanese.FindStringSubmatch(text)
		half := map[string]string{"午後": "p", "夜": "p", "午前": "a", "朝": "a"}[m[1]]
		if m[4] != "" {
			m[3] = "30"
		}
		if h := number(m[2]); h > 12 {
			half = "" // 午後14時
		} else if h == 0 && half == "p" {
			m[2] = "12" // 午後0時
		} else if h == 0 {
			half = ""
		}
		return clockTime(m[0], m[2], m[3], half)
	}
	switch clockWord.FindString(text) {
	case "":
		return 0, false, nil
	case "midnight", "mezzanotte":
		return 0, true, nil
	default:
		return 12 * 60, true, nil
	}
}

// clockTime checks that there is such a time; half is "a", "p" or nothing.
func clockTime(text, hour, minute, half string) (int, bool, *Problem) {
	h, m := number(hour), number(minute)
	if h > 24 || m > 59 || h == 24 && m > 0 || half != "" && (h > 12 || h == 0) {
		return 0, false, refused("moment.invalid", "text", strings.Trim(text, punctuation)).problem
	}
	if half != "" {
		h %= 12
	}
	if half == "p" {
		h += 12
	}
	return h*60 + m, true, nil
}

// zones are abbreviations that mean one offset, in minutes east.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "bst": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
	"eet": 120, "eest": 180, "msk": 180, "jst": 540, "kst": 540, "hkt": 480, "sgt": 480, "awst": 480, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "hst": -600, "brt": -180,
}

// readZone reads the zone that a text names beside its clock time; without
// one it is the writer's. A zone's own abbreviation wins over the table:
// in Shanghai CST is not Chicago's.
func readZone(text string, day time.Time, env Env) (*time.Location, *Problem) {
	home := env.zone()
	if name := zoneName.FindString(text); name != "" {
		if name == strings.ToLower(home.String()) {
			return home, nil
		}
		return nil, refused("moment.zone", "text", name).problem
	}
	if m := zoneOffset.FindStringSubmatch(text); m != nil {
		h, minute := number(m[2]), number(m[3])
		if h > 14 || minute > 59 {
			return nil, refused("moment.zone", "text", m[1]+m[2]+m[3]).problem
		}
		seconds := (h*60 + minute) * 60
		if m[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone("", seconds), nil
	}
	if strings.Contains(text, "日本時間") {
		return time.FixedZone("JST", zones["jst"]*60), nil
	}
	for _, m := range zoneShort.FindAllStringSubmatch(text, -1) {
		if short, _ := day.In(home).Zone(); strings.EqualFold(short, m[1]) {
			return home, nil
		}
		if offset, ok := zones[m[1]]; ok {
			return time.FixedZone(strings.ToUpper(m[1]), offset*60), nil
		}
	}
	return home, nil
}

var (
	elapsed   = regexp.MustCompile(`\b(?:(half an|mezz')|([0-9]{1,4}|an?|one|two|three|four|five|six|un|una|un'|uno|due|tre|quattro|cinque|sei|couple of)) ?(minutes?|mins?|hours?|hrs?|h|days?|weeks?|minut[oi]|or[ae]|giorn[oi]|settiman[ae]) (ago|fa)\b`)
	elapsing  = regexp.MustCompile(`\b(?:for(?: the)?(?: last| past)?|since|da|da circa|for about) (?:(half an|mezz')|([0-9]{1,4}|an?|one|two|three|four|five|six|un|una|un'|uno|due|tre|quattro|cinque|sei)) ?(minutes?|mins?|hours?|hrs?|h|days?|weeks?|minut[oi]|or[ae]|giorn[oi]|settiman[ae])\b`)
	elapsedJa = regexp.MustCompile(`([0-9]{1,4}) ?(分|時間|日|週間)(半)?(?:ほど|くらい|ぐらい)?前`)
	justNow   = regexp.MustCompile(`\b(?:just now|right now|a moment ago|adesso|proprio ora|poco fa)\b|たった今|ついさっき|先ほど|今さっき`)
	counts    = map[string]int{
		"a": 1, "an": 1, "one": 1, "un": 1, "una": 1, "un'": 1, "uno": 1, "two": 2, "due": 2, "couple of": 2, "three": 3, "tre": 3,
		"four": 4, "quattro": 4, "five": 5, "cinque": 5, "six": 6, "sei": 6,
	}
)

// readElapsed reads "2 hours ago". Days and weeks give a whole day, to which
// the rest of the text may add a clock time.
func readElapsed(text string, now time.Time, way direction) (at time.Time, wholeDay bool, rest string, ok bool) {
	if way != past {
		return time.Time{}, false, "", false
	}
	if justNow.MatchString(text) {
		return now.Truncate(time.Minute), false, "", true
	}
	span, half, count, unit := findElapsed(text)
	if span == nil {
		return time.Time{}, false, "", false
	}
	rest = text[:span[0]] + " " + text[span[1]:]
	step := time.Minute
	switch {
	case unit == "週間" || strings.HasPrefix(unit, "week") || strings.HasPrefix(unit, "sett"):
		return now.AddDate(0, 0, -7*count), true, rest, true
	case unit == "日" || strings.HasPrefix(unit, "day") || strings.HasPrefix(unit, "giorn"):
		return now.AddDate(0, 0, -count), true, rest, true
	case unit == "時間" || strings.HasPrefix(unit, "h") || strings.HasPrefix(unit, "or"):
		step = time.Hour
	}
	back := time.Duration(count) * step
	if half {
		back += step / 2
	}
	return now.Add(-back).Truncate(time.Minute), false, rest, true
}

func findElapsed(text string) (span []int, half bool, count int, unit string) {
	for _, shape := range []*regexp.Regexp{elapsed, elapsing} {
		if m := shape.FindStringSubmatch(text); m != nil {
			return shape.FindStringIndex(text), m[1] != "", countOf(m[2]), m[3]
		}
	}
	if m := elapsedJa.FindStringSubmatch(text); m != nil {
		return elapsedJa.FindStringIndex(text), m[3] != "", countOf(m[1]), m[2]
	}
	return nil, false, 0, ""
}

func countOf(word string) int {
	if n, err := strconv.Atoi(word); err == nil {
		return n
	}
	return counts[word]
}
