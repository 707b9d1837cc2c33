package intake

import (
	"regexp"
	"strconv"
	"strings"
)

const countShape = `([0-9]{1,3}(?:[.,' ][0-9]{3})+|[0-9]{1,7})(?:( ?(?:万|千|百|k\b))[0-9千百]*)?`

// In English, Italian and Japanese.
var (
	peopleCount = regexp.MustCompile(`(?:^|[^0-9.,])` + countShape + `(?:$|[^0-9.,:]|[.,](?:$|[^0-9]))`)
	peopleNamed = regexp.MustCompile(`(?:^|[^0-9.,a-z-])((?:(?:about|around|circa|approximately|approx\.|roughly|over|more than|almost|oltre|piu di|quasi|約|およそ) ?)?` + countShape +
		` ?(?:(?:of our|different|other|internal|nostri) )?(?:(?:users?|people|persons?|colleagues|employees|utent[ei]|person[ea]|colleghi|dipendenti)\b|ユーザー?|名|人)` +
		`(?:,? (?:all |tutti )?(?:in|nel|nella|nelle|nell') ?(?:the |our )?[a-z]+\b)?)(?:$|[^目分前])`)
	// notAffected stands before a number of users that have no problem.
	notAffected = regexp.MustCompile(`(?:limit\w*|max\w*|up to|add\w*|creat\w*|licen[sc]\w*|quota|massimo|fino a|上限|最大)(?: of| for| to| di|は)? $`)

	// everybodyIn finds those who are all, but only of something.
	everybodyIn = regexp.MustCompile(`\b(?:all|everyone|everybody|tutt[ie])(?: (?:the|our|i|gli|le|nostri|of the|of our|[0-9.,]+))*(?: (?:users|people|colleagues|employees|staff|utenti|persone|colleghi))?` +
		` ((?:in|at|of|from|within|nel|nella|nelle|nello|negli|nei|del|della|delle|dei|degli|di|nell'|dell') ?(?:the |our )*[a-z0-9]+|` + groups + `)`)
	everybodyOf = regexp.MustCompile(`((?:[^全]部|課|室|チーム|支店|支社|拠点|部門|グループ|営業|経理|人事|総務|事業所|店舗|工場)(?:の|は|では)?)(?:[^,.]{0,4})(?:全員|皆|みんな|全ユーザ|誰も)`)
	// whole is no part of the company, whatever stands before it.
	whole = regexp.MustCompile(`^of it$|\b(?:us|you|them|users|people|company|organi[sz]ation|business|whole|entire|instance|portal|system|production|prod|app|application|platform|world|once|a|all|time|times|cases|this|last|today|yesterday|[a-z]+day|` +
		`noi|voi|loro|utenti|azienda|societa|intera|tutta|produzione|sistema|portale|istanza|piattaforma|mondo)$`)
	group = regexp.MustCompile(groups)
)

// groups are departments and the like.
const groups = `\b(?:sales|finance|marketing|hr|accounting|purchasing|logistics|controlling|warehouse|department|dept|team|office|branch|plant|region|managers|admins|administrators|editors|salespeople|` +
	`vendite|commerciale|amministrazione|contabilita|acquisti|logistica|magazzino|reparto|ufficio|filiale|venditori)\b`

// onlyPart finds who is only a part of all: "all in sales", 営業の全員. It is
// known where a department is named, and not where it may be one.
func onlyPart(text string) (from, to int, known, ok bool) {
	if span := everybodyIn.FindStringSubmatchIndex(text); span != nil && !whole.MatchString(text[span[2]:span[3]]) {
		return span[0], span[1], group.MatchString(text[span[2]:min(len(text), span[3]+20)]), true
	}
	if span := everybodyOf.FindStringIndex(text); span != nil {
		return span[0], span[1], true, true
	}
	return 0, 0, false, false
}

// countOfPeople reads "12,345", "12.345", "10k" and 1万.
func countOfPeople(digits, unit string) int {
	n, _ := strconv.Atoi(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, digits))
	switch strings.TrimSpace(unit) {
	case "万":
		return n * 10000
	case "千", "k":
		return n * 1000
	case "百":
		return n * 100
	default:
		return n
	}
}

// affectedBy gives the choice for a number of people; none for nobody.
func affectedBy(n int) string {
	switch {
	case n < 1:
		return ""
	case n == 1:
		return AffectedOne
	case n < 10:
		return AffectedSome
	default:
		return AffectedMany
	}
}

// countsPeople reports whether a folded text begins with a number of people.
func countsPeople(text string) bool {
	m := peopleNamed.FindStringSubmatchIndex(text)
	return m != nil && m[2] == 0
}

// fillers say nothing beside how many are affected: "one user only".
var fillers = []string{
	"only", "just", "alone", "user", "users", "person", "persons", "people", "so far", "at present", "for now",
	"solo", "soltanto", "solamente", "utente", "utenti", "persona", "persone", "per ora",
	"だけ", "のみ", "ユーザー", "ユーザ", "の", "です", "だけです", "のみです",
}

var fillerWords = longestFirst(fillers)

// withoutFiller drops words that say nothing.
func withoutFiller(words string) string {
	if strings.ContainsFunc(residue(words, fillerWords), isLetter) {
		return words
	}
	return ""
}

// checkAffected reads how many are affected. A number counts people here,
// not options: "1" is one user. All of a department are many.
func checkAffected(text string) reading {
	f := fold(text)
	byCount := ""
	m := peopleCount.FindStringSubmatch(f.text)
	if m != nil {
		byCount = affectedBy(countOfPeople(m[1], m[2]))
	}
	_, err := strconv.Atoi(bare(text))
	value, words, ok := choices[Affected].begins(text)
	if !ok && m == nil {
		value, words, ok = choices[Affected].names(text)
		if !ok {
			return checkChoice(Affected, text)
		}
	}
	if _, _, _, inPart := onlyPart(f.text); inPart && value == AffectedAll {
		if byCount == "" {
			byCount = AffectedMany
		}
		return accepted(join(byCount, text))
	}
	switch {
	case ok && (err != nil || m == nil):
		return accepted(join(value, withoutFiller(words)))
	case byCount == "":
		return refused("choice")
	case bare(text) == "1":
		return accepted(byCount)
	default:
		return accepted(join(byCount, text))
	}
}

// affectedIn finds who is affected within prose.
func affectedIn(f folded) (value string, span [2]int) {
	hits := 0
	for _, h := range facts[Affected].find(f.text) {
		if overAll.MatchString(f.text[clipBack(f.text, h.from):h.from]) {
			continue // "select all users" is a step
		}
		hits++
		at := [2]int{h.from, h.to}
		if h.value == AffectedAll {
			start := clipBack(f.text, h.from)
			from, to, known, ok := onlyPart(f.text[start:min(len(f.text), clip(f.text, h.from, len(f.text), clause))])
			if from, to = from+start, to+start; ok && from <= h.from && h.to <= to {
				if !known {
					return "", at
				}
				h.value, at = AffectedMany, [2]int{from, to}
			}
		}
		if value != "" && value != h.value {
			return "", at
		}
		value, span = h.value, at
	}
	if hits > 0 {
		return value, span
	}
	for _, m := range peopleNamed.FindAllStringSubmatchIndex(f.text, mentions) {
		before := f.text[clipBack(f.text, m[2]):m[2]]
		if overAll.MatchString(before) || notAffected.MatchString(before) {
			continue
		}
		unit := ""
		if m[6] >= 0 {
			unit = f.text[m[6]:m[7]]
		}
		return affectedBy(countOfPeople(f.text[m[4]:m[5]], unit)), [2]int{m[2], m[3]}
	}
	return "", span
}
