package intake

import (
	"regexp"
	"slices"
	"strings"
)

// facts are phrases that answer a question wherever they stand. They are
// few and plain: what is not certain is asked.
var facts = map[Field]lexicon{
	Affected: {
		{AffectedAll, []string{
			"all users", "all our users", "all the users", "all of our users", "everyone", "everybody", "nobody can", "no one can", "whole company", "entire company",
			"tutti gli utenti", "tutti i nostri utenti", "tutta l'azienda", "nessuno riesce", "nessuno puo", "nessun utente riesce",
			"全ユーザー", "全ユーザ", "全員", "すべてのユーザー", "全社", "誰も",
		}},
		{AffectedMany, []string{"many users", "most users", "many of our users", "most of our users", "molti utenti", "la maggior parte degli utenti", "多くのユーザー", "多数のユーザー", "大半のユーザー"}},
		{AffectedSome, []string{"some users", "several users", "a few users", "some of our users", "alcuni utenti", "diversi utenti", "一部のユーザー", "数名のユーザー"}},
		{AffectedOne, []string{"only one user", "a single user", "one user only", "only me", "un solo utente", "solo un utente", "solo io", "1名のユーザー", "私だけ"}},
	},
	Workaround: {
		{WorkaroundNone, []string{
			"no workaround", "no work-around", "without a workaround", "without workaround", "no known workaround",
			"nessuna soluzione alternativa", "nessun workaround", "senza soluzione alternativa", "non c'e alternativa", "alcuna soluzione alternativa",
			"回避策なし", "回避策はない", "回避策がない", "回避策はありません", "回避策がありません", "回避策もありません", "回避策もない",
		}},
		{WorkaroundUnreasonable, []string{"no reasonable workaround", "nessuna soluzione alternativa ragionevole", "妥当な回避策がない", "妥当な回避策はありません", "妥当な回避策がありません"}},
	},
	Production: {
		{ProductionYes, []string{"in production", "production is down", "production down", "prod is down", "prod down", "production system", "on production", "in prod", "in produzione", "ambiente di produzione", "本番環境", "本番で"}},
		{ProductionNo, []string{
			"not in production", "not production", "test environment", "test system", "staging environment", "our sandbox", "in staging",
			"non in produzione", "non e in produzione", "ambiente di test", "ambiente di prova", "テスト環境", "検証環境", "開発環境", "本番環境ではない", "本番環境ではありません",
		}},
	},
}

var (
	overAll = regexp.MustCompile(`(?:select|list|show|delete|view|export|import|invite|filter|choose|click|selezion|elenc|mostr|cancell|esport|import)\w* (?:on |for )?$`)
	link    = regexp.MustCompile(`https?://[^\s<>|]+`)
	object  = regexp.MustCompile(`\b(?:page|card|dataset|dataflow|connector|dashboard|report|pagina|scheda|connettore)s? ?(?:id )?[:#]? ?[a-z_-]*[0-9][\w-]*|` +
		`(?:ページ|カード|データセット|データフロー|コネクタ|コネクター|ダッシュボード) ?(?:id)? ?[:#]? ?[a-z_-]*[0-9][\w-]*`)
)

// mineMax is how far into a text is looked for facts: they stand at the
// beginning, and what follows is logs.
const mineMax = 4000 // bytes

// opening gives as much of a text as is looked at for facts.
func opening(text string) string {
	if len(text) <= mineMax {
		return text
	}
	return text[:clip(text, 0, len(text), mineMax)]
}

// factIn gives the one value whose phrases a text holds.
func factIn(f folded, l lexicon) (value string, span [2]int) {
	for _, h := range l.find(f.text) {
		if value != "" && value != h.value {
			return "", span
		}
		value, span = h.value, [2]int{h.from, h.to}
	}
	return value, span
}

// placesIn lists the links and the numbered things of a text.
func placesIn(f folded) []string {
	var places []string
	covered := link.FindAllStringIndex(f.text, -1)
	for _, span := range covered {
		places = append(places, strings.TrimRight(f.cut(span[0], span[1]), ".,;:)]!?"))
	}
	for _, span := range object.FindAllStringIndex(f.text, -1) {
		inLink := slices.ContainsFunc(covered, func(l []int) bool { return l[0] <= span[0] && span[0] < l[1] })
		if place := f.cut(span[0], span[1]); !inLink && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	for len(places) > 1 && runes(strings.Join(places, ", ")) > Where.row().max {
		places = places[:len(places)-1]
	}
	if len(places) == 1 && runes(places[0]) > Where.row().max {
		return nil
	}
	return places
}
