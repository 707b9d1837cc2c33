package intake

import (
	"regexp"
	"slices"
	"strings"
)

// In English, Italian and Japanese.
var (
	records    = regexp.MustCompile(`\b(?:data|dati|figures|numbers|records|cifre|numeri|record|valori)\b|データ|数値|数字`)
	badRecords = regexp.MustCompile(`\b(?:data|dati|figures|numbers|records|cifre|numeri|record|valori)\b[^.;\n]{0,25}\b(?:wrong|lost|missing|corrupt\w*|incorrect|incomplete|gone|damaged|stale|outdated|out of date|(?:is|are) old|not (?:right|correct|current|up[ -]to[ -]date|updat(?:ed|ing)|refresh(?:ed|ing))|` +
		`errat[ie]|sbagliat[ie]|pers[ie]|mancant[ie]|mancano|corrott[ie]|incomplet[ie]|obsolet[ie]|vecch[ie]|superat[ie]|spariti|scompars[ie]|non (?:sono |vengono )?(?:aggiornat[ie]|corrett[ie]|giust[ie]))\b` +
		`|\b(?:wrong|lost|missing|corrupt\w*|incorrect|stale|outdated|loses|losing|perso|persi|perdita di|errat[ie]|sbagliat[ie]) (?:our |the |i |dei |nostri )?(?:data|dati|figures|numbers|records|cifre|numeri|record)\b` +
		`|data (?:loss|corruption)|perdita (?:di|dei) dati|(?:データ|数値|数字)[^.\n]{0,8}(?:誤|間違|消え|消失|失われ|破損|欠損|欠け|壊れ|抜け|不正|おかし|古い|古く|正しくな|(?:更新|反映)され(?:てい)?(?:ない|ません))`)
	// nothingWrong speaks against what was found.
	nothingWrong = regexp.MustCompile(`\b(?:not|no|n't|nothing|nessun\w*|non)\b[^.,;\n]{0,25}\b(?:wrong|lost|lose|missing|corrupt\w*|incorrect|incomplete|gone|damaged|stale|outdated|errat[ie]|sbagliat[ie]|pers[ie]|mancant[ie]|corrott[ie]|obsolet[ie])\b` +
		`|\b(?:no|n't|nessun\w*|non ci sono)\b[^.,;\n]{0,25}\b(?:data|dati)\b` +
		`|(?:誤り|消失|間違い|欠損|破損)[^.\n]{0,6}(?:ない|なし|ありません)|(?:失われて|消えて|壊れて|破損して|欠けて|古く|抜けて)(?:は)?(?:い)?(?:ない|なく|ません|ありません)`)
	bothWords = regexp.MustCompile(`^(?:yes,? ?)?both\b|^(?:si,? ?)?entramb[ie]\b|^両方`)
	recordEnd = regexp.MustCompile(`[.;,!?\n]| but | ma | però `)
)

// spoiled finds where a folded text says that records are wrong or lost: in
// one clause, so that "nothing opens, data are lost" is not "no data lost".
func spoiled(text string) []int {
	from := 0
	for from <= len(text) {
		end, next := len(text), len(text)+1
		if stop := recordEnd.FindStringIndex(text[from:]); stop != nil {
			end, next = from+stop[0], from+stop[1]
		}
		if span := badRecords.FindStringIndex(text[from:end]); span != nil && !nothingWrong.MatchString(text[from:end]) {
			return []int{from + span[0], from + span[1]}
		}
		from = next
	}
	if nothingWrong.MatchString(text) {
		return nil
	}
	return badRecords.FindStringIndex(text)
}

func isSpoiled(text string) bool { return spoiled(fold(text).text) != nil }

// checkProduction reads two answers in one: the environment, and whether
// records are wrong or lost. One of them alone claims nothing of the other.
func (s State) checkProduction(text string) reading {
	f := fold(text).text
	old, before := s.Answers.Choice(Production), s.Answers.Words(Production)
	read := checkChoice(Production, text)
	value, said, _ := strings.Cut(read.value, separator)
	bad := isSpoiled(text) || bothWords.MatchString(f)
	switch {
	case read.problem != nil && bothWords.MatchString(f):
		value, said = ProductionBadRecords, text
	case read.problem != nil && !records.MatchString(f):
		return read
	case read.problem != nil && old == "":
		return accepted(separator + bothSaid(before, text)).but("production.env")
	case read.problem != nil:
		value, said = old, bothSaid(before, text)
	case bad && value != ProductionNo:
		said = text
	}
	if read.problem == nil && old == "" {
		said = bothSaid(before, said)
	}
	if value == ProductionYes && (bad || isSpoiled(said)) {
		value = ProductionBadRecords
	}
	return accepted(join(value, said))
}

// bothSaid puts the words of two answers together.
func bothSaid(before, said string) string {
	both := strings.Trim(before+", "+said, ", ")
	if strings.Contains(said, before) || runes(both) > choiceMax {
		return said
	}
	return both
}

// completed adds what a text says to half an answer that is known; ok is
// false where nothing is to be added.
func (a Answers) completed(value, said string) (answer string, ok bool) {
	old, before := a.Choice(Production), a.Words(Production)
	switch {
	case a[Production] == "":
	case old == "" && value != "":
		said = bothSaid(before, said)
		if value == ProductionYes && isSpoiled(before) {
			value = ProductionBadRecords
		}
	case old == ProductionYes && before != "" && !records.MatchString(fold(before).text) && (value == "" || value == ProductionBadRecords):
		value, said = ProductionBadRecords, bothSaid(before, said)
	default:
		return "", false
	}
	if value == "" {
		return separator + said, true
	}
	return join(value, said), true
}

// environments are words for the environment that are a clause of their own.
var environments = lexicon{
	{ProductionYes, []string{"production", "in production", "on production", "production environment", "prod", "in prod", "produzione", "in produzione", "ambiente di produzione", "本番", "本番環境"}},
	{ProductionNo, []string{"not production", "not in production", "staging", "sandbox", "non produzione", "non in produzione"}},
}

// environmentIn finds a clause that is nothing but the environment, beside
// one that answers another question: "all users, production, data lost". In
// a list of departments it is one of them.
func environmentIn(f folded, others []claim) (value string, span [2]int) {
	pieces := clauses(f.text, nil)
	answers := func(i int) bool {
		if i < 0 || i >= len(pieces) {
			return false
		}
		p := pieces[i]
		clause := f.text[p.from:p.to]
		for _, field := range []Field{Type, Affected, Workaround} {
			if _, ok := choices[field].whole(clause); ok {
				return true
			}
		}
		return badRecords.MatchString(clause) || slices.ContainsFunc(others, func(c claim) bool { return c.touches(p.from, p.to) })
	}
	for i, p := range pieces {
		found, ok := environments.whole(f.text[p.from:p.to])
		if !ok || !answers(i-1) && !answers(i+1) || i > 0 && group.MatchString(f.text[pieces[i-1].from:pieces[i-1].to]) {
			continue
		}
		if value != "" && value != found {
			return "", [2]int{}
		}
		value, span = found, [2]int{p.from, p.from + len(strings.TrimRight(f.text[p.from:p.to], punctuation))}
	}
	return value, span
}

// productionIn finds the environment and the state of the records in prose.
func productionIn(f folded, others []claim) (value string, spans [][2]int) {
	value, at := factIn(f, facts[Production])
	if at == [2]int{} {
		value, at = environmentIn(f, others)
	}
	if value != "" {
		spans = append(spans, at)
	}
	if bad := spoiled(f.text); bad != nil && value != ProductionNo {
		if value == ProductionYes {
			value = ProductionBadRecords
		}
		spans = append(spans, [2]int{bad[0], bad[1]})
	}
	return value, spans
}
