package intake

import (
	"regexp"
	"slices"
	"strings"
)

// labels are the words before a colon that name a field, folded. The labels
// of the catalogue are among them, so that a copied summary can be read.
var labels = labelIndex(map[Field][]string{
	Instance:    {"instance", "account", "istanza", "インスタンス", "アカウント"},
	Type:        {"type", "kind", "tipo", "種類", "種別"},
	Summary:     {"summary", "title", "subject", "riepilogo", "titolo", "oggetto", "概要", "件名", "タイトル"},
	Severity:    {"severity", "sev", "gravita", "gravita'", "重大度", "深刻度"},
	Affected:    {"affected", "who is affected", "users affected", "affected users", "utenti interessati", "interessati", "chi e interessato", "影響範囲", "影響", "影響を受ける人"},
	Workaround:  {"workaround", "work-around", "work around", "soluzione alternativa", "alternativa", "回避策"},
	Production:  {"production", "production and data", "produzione", "produzione e dati", "本番", "本番環境", "本番環境とデータ"},
	Since:       {"since", "since when", "started", "start", "began", "da quando", "dal", "inizio", "発生時期", "発生日時", "いつから"},
	Steps:       {"steps", "steps to repeat", "steps to repeat it", "steps to reproduce", "reproduction", "repro", "passaggi", "passi", "passaggi per riprodurlo", "手順", "再現手順", "操作手順"},
	Expected:    {"expected", "expected result", "atteso", "risultato atteso", "期待", "期待した結果", "期待値", "期待する結果"},
	Actual:      {"actual", "actual result", "got", "effettivo", "risultato effettivo", "ottenuto", "実際", "実際の結果"},
	ErrorText:   {"error", "error text", "error message", "error code", "errore", "testo dell'errore", "messaggio di errore", "messaggio d'errore", "エラー", "エラー文", "エラーメッセージ", "エラーコード"},
	Where:       {"where", "where it happens", "url", "link", "page", "dove", "dove succede", "pagina", "どこで", "場所", "発生箇所", "リンク"}, //nolint:misspell // Italian
	Environment: {"environment", "browser", "ambiente", "環境", "利用環境", "ブラウザ"},
	Changes:     {"changes", "recent changes", "what changed", "changed", "modifiche", "modifiche recenti", "cambiamenti", "変更", "最近の変更", "変更点"},
	Impact:      {"impact", "business impact", "impatto", "impatto sull'attivita", "conseguenze", "業務への影響", "業務影響"},
	Deadline:    {"deadline", "due", "due date", "scadenza", "entro", "期限", "締め切り", "締切"},
	Call:        {"call", "phone", "contact", "person to call", "telephone", "tel", "telefono", "chiamare", "persona da chiamare", "電話", "電話番号", "連絡先", "電話連絡先"},
	Files:       {"attachments", "allegati", "添付ファイル"},
	Access:      {"access", "access to the instance", "accesso", "accesso all'istanza", "インスタンスの確認", "アクセス"},
	Session:     {"session", "diagnosis session", "sessione", "sessione di analisi", "診断セッション"},
	Details:     {"details", "further details", "description", "dettagli", "altri dettagli", "descrizione", "補足", "詳細"},
})

func labelIndex(byField map[Field][]string) map[string]Field {
	index := map[string]Field{}
	for f, names := range byField {
		for _, name := range names {
			index[name] = f
		}
	}
	return index
}

// part is what stands under one label.
type part struct {
	field Field
	value string
}

const labelMax = 40 // bytes

// labelOf reads "Severity: 2", also as "**Severity**: 2" and "- 重大度:2".
func labelOf(line string) (f Field, value string, ok bool) {
	folded := fold(line)
	at := strings.IndexAny(folded.text, ":=")
	if at < 1 || at > labelMax*2 {
		return "", "", false
	}
	name := strings.Join(strings.Fields(strings.Trim(folded.text[:at], " \t>*_~`#•-・■●[]【】")), " ")
	f, ok = labels[name]
	if !ok {
		return "", "", false
	}
	value = folded.cut(at+1, len(folded.text))
	return f, strings.TrimSpace(strings.TrimLeft(value, " \t*_")), true
}

// isPasted reports whether an answer to the field may be a log or a message
// whose own lines look like labels ("Error: …"), and is read as it is.
func isPasted(f Field) bool { return f == ErrorText || f == Actual }

// labelled divides a text into what stands under labels and the rest. Under
// the label of a longer text belong the lines up to a blank one.
func labelled(text string, open Field) (parts []part, rest string) {
	lines := strings.Split(text, "\n")
	if f, _, ok := labelOf(lines[0]); isPasted(open) && (!ok || isPasted(f)) {
		return nil, text
	}
	if !strings.Contains(text, fenceMark) {
		lines = breakLines(lines)
	}
	var loose []string
	fenced, taking := false, false // inside ``` ; the last part goes on
	for _, line := range lines {
		marks := strings.Count(line, fenceMark)
		if f, value, ok := labelOf(line); ok && !fenced {
			parts = append(parts, part{f, strings.TrimSpace(strings.ReplaceAll(value, fenceMark, ""))})
			fenced = marks%2 == 1
			taking = fenced || value == "" || f.row().kind == Text
			continue
		}
		closes := fenced && marks%2 == 1
		fenced = fenced != (marks%2 == 1)
		if !taking {
			loose = append(loose, line)
			continue
		}
		last := &parts[len(parts)-1]
		line = strings.ReplaceAll(line, fenceMark, "")
		blank := strings.TrimSpace(line) == ""
		if !blank || fenced && marks == 0 {
			last.value = strings.TrimLeft(last.value+"\n"+line, "\n")
		}
		ends := blank && marks == 0 && last.value != "" || !blank && last.field.row().kind != Text
		taking = fenced || !closes && !ends
	}
	return merge(parts), strings.TrimSpace(strings.Join(loose, "\n"))
}

// merge puts together what stands under the same label twice; of a
// field that holds one thing only the second becomes a detail.
func merge(parts []part) []part {
	var merged []part
	for _, p := range parts {
		same := func(q part) bool { return q.field == p.field }
		i := slices.IndexFunc(merged, same)
		switch {
		case i < 0:
			merged = append(merged, p)
		case p.field.row().kind == Text:
			merged[i].value += "\n" + p.value
		default:
			merged = append(merged, part{Details, p.value})
		}
	}
	return merged
}

var inlineLabel = regexp.MustCompile(`(?:^|[.;,] ?)([^.;,:=\n]{2,40}):`)

// breakLines breaks a line that holds several labels, "Severity: 2, affected:
// all", before each of them.
func breakLines(lines []string) []string {
	var broken []string
	for _, line := range lines {
		f := fold(line)
		starts := []int{0}
		known := 0
		for _, span := range inlineLabel.FindAllStringSubmatchIndex(f.text, -1) {
			if _, ok := labels[strings.Trim(f.text[span[2]:span[3]], " \t>*_~`#•-")]; !ok {
				continue
			}
			known++
			if span[2] > 0 {
				starts = append(starts, span[2])
			}
		}
		if known < 2 {
			broken = append(broken, line)
			continue
		}
		for i, start := range starts {
			end := len(f.text)
			if i+1 < len(starts) {
				end = starts[i+1]
			}
			if piece := strings.TrimRight(f.cut(start, end), " ,;、，；"); piece != "" {
				broken = append(broken, piece)
			}
		}
	}
	return broken
}

// fenceMark opens and closes text that is shown as it is.
const fenceMark = "```"

// unfenced takes the ``` around a text away.
func unfenced(text string) string {
	inside, opened := strings.CutPrefix(text, fenceMark)
	inside, closed := strings.CutSuffix(inside, fenceMark)
	if !opened || !closed || strings.TrimSpace(inside) == "" {
		return text
	}
	return strings.Trim(inside, "\n")
}

// fence takes the first ``` block out of a text.
func fence(text string) (block, rest string) {
	before, after, opened := strings.Cut(text, fenceMark)
	inside, behind, closed := strings.Cut(after, fenceMark)
	if !opened || !closed || strings.TrimSpace(inside) == "" {
		return "", text
	}
	return strings.Trim(inside, "\n"), strings.TrimSpace(strings.TrimSpace(before) + "\n" + strings.TrimSpace(behind))
}
