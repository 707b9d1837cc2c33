package intake

// lexicon lists, for each value, the words that mean it, folded (see fold),
// in English, Italian and Japanese. People mix languages, so all hold always.
type lexicon []entry

type entry struct {
	value   string
	phrases []string
}

// commands are understood when they are the whole text.
var commands = lexicon{
	{string(Back), []string{"back", "go back", "previous", "indietro", "torna indietro", "precedente", "戻る", "前へ", "前の質問", "もどる"}},
	{string(Skip), []string{
		"skip", "skip it", "skip this", "pass", "next", "i don't know", "i do not know", "don't know", "dont know", "not sure",
		"salta", "saltare", "passo", "avanti", "non so", "non lo so", "スキップ", "飛ばす", "次へ", "わかりません", "わからない", "不明", "分かりません",
	}},
	{string(Cancel), []string{"cancel", "cancel it", "never mind", "nevermind", "annulla", "annullare", "annulli", "lasci stare", "キャンセル", "中止", "取り消し", "取消", "やめる"}},
	{string(Submit), []string{
		"submit", "submit now", "submit it", "submit it now", "submit as it is", "submit as is", "send now", "send it",
		"invia", "invia ora", "invia subito", "invia cosi", "inviare", "inviare ora", "invii ora", "inviare cosi",
		"送信", "今すぐ送信", "送信する", "このまま送信", "提出",
	}},
}

// choices are the words for the values of each choice.
var choices = map[Field]lexicon{
	Type: {
		{TypeError, []string{"error", "bug", "fault", "problem", "issue", "incident", "errore", "guasto", "problema", "malfunzionamento", "エラー", "不具合", "障害", "問題", "バグ"}},
		{TypeRequest, []string{"request", "feature request", "richiesta", "依頼", "要望", "リクエスト"}},
		{TypeQuestion, []string{"question", "how to", "how-to", "domanda", "quesito", "質問", "問い合わせ"}},
	},
	Affected: {
		{AffectedAll, []string{
			"all", "all users", "all of us", "everyone", "everybody", "the whole company", "nobody can", "no one can", "none of us can",
			"tutti", "tutte", "tutti gli utenti", "tutta l'azienda", "nessuno riesce", "nessuno puo",
			"全員", "全ユーザ", "全ユーザー", "すべてのユーザー", "全ての利用者", "全利用者", "全社", "皆", "みんな", "誰も",
		}},
		{AffectedMany, []string{
			"many", "many users", "most", "most users", "a lot", "a lot of users", "dozens", "hundreds", "thousands", "dozens of users", "hundreds of users", "thousands of users", "molti", "molti utenti", "molte", "la maggior parte", "tanti", "decine", "centinaia", "migliaia", "decine di utenti", "centinaia di utenti", "migliaia di utenti",
			"多数", "多く", "大半", "大勢", "ほとんど", "たくさん", "数十名", "数十人", "数百名", "数百人", "数千名", "数千人",
		}},
		{AffectedSome, []string{
			"some", "some users", "several", "several users", "a few", "few", "a couple", "not all", "not everyone", "alcuni", "alcuni utenti", "alcune", "qualcuno", "pochi", "parecchi", "non tutti",
			"一部", "数名", "数人", "何人か", "何名か", "全員ではない", "全員ではありません",
		}},
		{AffectedOne, []string{
			"one", "one user", "only one", "just one", "a single user", "me", "only me", "just me", "myself",
			"uno", "una", "uno solo", "un utente", "un solo utente", "solo un utente", "soltanto un utente", "solo io", "solo me", "solo uno", "io",
			"1名", "一名", "1人", "一人", "ひとり", "私だけ", "自分だけ", "私のみ",
		}},
	},
	Workaround: {
		{WorkaroundNone, []string{
			"none", "no", "no workaround", "there is none", "there is no workaround", "not that i know", "nothing", "without workaround",
			"nessuna", "nessuno", "non esiste", "non c'e", "non ce", "nessuna soluzione", "nessuna soluzione alternativa", "nessun workaround", "nessuna alternativa",
			"なし", "無し", "ない", "無い", "ありません", "回避策なし", "回避策がない", "回避策はない", "回避策はありません", "回避策がありません", "特になし",
		}},
		{WorkaroundUnreasonable, []string{
			"unreasonable", "not reasonable", "not a reasonable", "not a reasonable one", "no reasonable", "no reasonable workaround", "isn't reasonable", "there is one, but it is unreasonable",
			"irragionevole", "non ragionevole", "non e ragionevole", "nessuna ragionevole", "esiste, ma non e ragionevole",
			"妥当でない", "妥当ではない", "妥当ではありません", "不合理", "現実的でない", "現実的ではない", "非現実的", "あるが妥当ではない",
		}},
		{WorkaroundReasonable, []string{"reasonable", "a reasonable one", "ragionevole", "una ragionevole", "妥当", "合理的", "妥当な回避策あり"}},
	},
	Production: {
		{ProductionYes, []string{
			"production", "in production", "live", "prod", "on prod", "production environment", "yes", "y", "yep",
			"produzione", "in produzione", "ambiente di produzione", "si", "本番", "本番環境", "はい",
		}},
		{ProductionNo, []string{
			"not production", "not in production", "no production", "non-production", "nonproduction", "test environment", "test system", "staging", "sandbox", "development", "dev", "test", "no", "nope",
			"non produzione", "non in produzione", "non e produzione", "non e in produzione", "ambiente di test", "ambiente di prova", "collaudo", "sviluppo",
			"本番ではない", "本番環境ではない", "本番環境ではありません", "本番ではありません", "テスト環境", "検証環境", "開発環境", "いいえ",
		}},
	},
	Access:  yesNo,
	Session: yesNo,
}

var yesNo = lexicon{
	{Yes, []string{
		"yes", "y", "yep", "yeah", "ok", "okay", "sure", "yes please", "of course", "you may", "please do", "no problem", "si", "certo", "va bene", "d'accordo", "certamente", "volentieri", "nessun problema",
		"はい", "可", "可能です", "大丈夫", "大丈夫です", "いいです", "許可します", "お願いします", "参加します", "問題ありません", "問題ない",
	}},
	{No, []string{"no", "n", "nope", "not now", "no thanks", "no thank you", "rather not", "non ora", "no grazie", "いいえ", "不可", "だめ", "できません", "許可しません", "お断りします"}},
}

// nones answer a question with nothing: no error was shown, no file.
var nones = lexicon{{ErrorNone, []string{
	"none", "none shown", "no", "nothing", "nothing shown", "no error", "no error shown", "no error text", "no message", "n/a", "no files",
	"nessuno", "nessuna", "niente", "nulla", "nessun errore", "nessun messaggio", "non ne compare", "nessun file",
	"なし", "無し", "ない", "表示なし", "ありません", "表示されません", "表示されない", "特になし", "エラーなし",
}}}

// keeps answer the question about a contradiction.
var keeps = lexicon{{"keep", []string{"keep", "keep it", "yes keep", "mantieni", "mantenere", "mantengo", "lo mantengo", "tenere", "そのまま", "そのままで", "変更しない", "このまま"}}}

// cannots say that an error cannot be repeated.
var cannots = lexicon{{CannotRepeat, []string{
	"cannot repeat", "can't repeat", "can not repeat", "cannot be repeated", "cannot reproduce", "can't reproduce", "cannot be reproduced", "not reproducible", "not repeatable", "unable to reproduce", "unable to repeat",
	"non riproducibile", "non riesco a riprodurlo", "non si riproduce", "non e riproducibile", "impossibile riprodurre", "non riesco a ripeterlo", "non ripetibile", //nolint:misspell // Italian
	"再現できない", "再現できません", "再現しない", "再現しません", "再現不可", "再現不能",
}}}

// vague words alone are no summary.
var vague = []string{
	"help", "help me", "please", "help please", "urgent", "very urgent", "asap", "not working", "doesn't work", "does not work", "it", "is", "broken", "problem", "error", "issue", "hi", "hello", "we", "i", "need", "have", "a", "an", "the", "there", "with", "this", "system", "now", "support", "critical", "emergency", "immediately", "something", "everything", "nothing works", "wrong", "bug", "in", "and", "very", "still",
	"aiuto", "aiutatemi", "urgente", "urgentissimo", "molto", "non funziona", "non funziona niente", "non funziona piu", "non va", "guasto", "problema", "errore", "c'e", "un", "una", "il", "lo", "e", "per favore", "ciao", "buongiorno", "salve", "abbiamo", "ho", "bisogno", "di", "subito", "sistema", "tutto", "niente", "rotto",
	"助けて", "助けてください", "緊急", "至急", "大至急", "動かない", "動きません", "動作しません", "使えない", "使えません", "ヘルプ", "エラー", "エラーです", "不具合", "不具合です", "問題", "問題です", "です", "が", "は", "お願いします", "困っています", "システム", "すみません", "こんにちは", "お世話になっております", "ください", "問題があります", "があります", "発生", "しました",
}
