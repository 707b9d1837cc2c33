package policy

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// secretRule finds one form of secret. A look at the text in small letters
// spares most texts the pattern. The group "secret" of the pattern, or else the
// whole match, is what is hidden.
type secretRule struct {
	kind    string
	worth   func(lower string) bool
	pattern func() *regexp.Regexp
	accept  func(c candidate) bool // nil accepts all
}

// pattern compiles an expression when it is first needed.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// The forms are those of the default rules of gitleaks 8.30 (MIT licence) and
// of the vendors' own documentation, cut to what people paste into a chat.
// Gitleaks itself is no library for this place: its rules come with a
// configuration reader, a logger that writes and a WebAssembly runtime, some
// twenty modules in all.
var secretRules = []secretRule{
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
	{SecretKey, anyOf("akia", "asia", "abia", "acca"), pattern(`\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b`), nil},
	// https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
	{SecretToken, anyOf("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), pattern(`\bgh[pousr]_[0-9A-Za-z]{36,255}`), nil},
	{SecretToken, anyOf("github_pat_"), pattern(`\bgithub_pat_[0-9A-Za-z_]{50,255}`), nil},
	{SecretToken, anyOf("glpat-"), pattern(`\bglpat-[0-9A-Za-z_.-]{20,300}`), nil},
	// https://docs.slack.dev/authentication/tokens/
	{SecretToken, anyOf("xox"), pattern(`\bxox[abceoprs](?:\.xox[bp])?-[0-9A-Za-z-]{10,255}`), nil},
	{SecretToken, anyOf("xapp-", "xwfp-"), pattern(`\bx(?:app|wfp)-[0-9A-Za-z-]{20,255}`), nil},
	{SecretToken, anyOf("hooks.slack.com"), pattern(`hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[0-9A-Za-z+/]{20,255})`), nil},
	// https://discord.com/developers/docs/reference#authentication
	{SecretToken, anyOf("/webhooks/"), pattern(`discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{1,20}/(?P<secret>[0-9A-Za-z_-]{20,255})`), nil},
	{SecretToken, longWord(57), pattern(`\b[MNO][0-9A-Za-z_-]{23,27}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,45}\b`), nil},
	// https://cloud.google.com/docs/authentication/api-keys
	{SecretKey, anyOf("aiza"), pattern(`\bAIza[0-9A-Za-z_-]{35}`), nil},
	{SecretToken, anyOf("ya29."), pattern(`\bya29\.[0-9A-Za-z_-]{20,500}`), nil},
	{SecretKey, anyOf("gocspx-"), pattern(`\bGOCSPX-[0-9A-Za-z_-]{28}`), nil},
	// https://docs.stripe.com/keys
	{SecretKey, anyOf("sk_", "rk_", "whsec_"), pattern(`\b(?:[sr]k_(?:test|live|prod)_[0-9A-Za-z]{10,255}|whsec_[0-9A-Za-z+/=]{20,255})`), nil},
	{SecretKey, anyOf("sk-"), pattern(`\bsk-[0-9A-Za-z_-]{20,255}`), candidate.mixed},
	{SecretToken, anyOf("npm_", "pypi-"), pattern(`\b(?:npm_[0-9A-Za-z]{36}|pypi-AgE[0-9A-Za-z_-]{50,500})`), nil},
	{SecretKey, anyOf("sg."), pattern(`\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}`), nil},
	{SecretKey, anyOf("accountkey=", "sharedaccesskey="), pattern(`(?i)(?:AccountKey|SharedAccessKey)=(?P<secret>[0-9A-Za-z+/]{40,100}={0,2})`), nil},
	{SecretToken, anyOf("dp.pt.", "shpat_", "dop_v1_", "hvs.", "atatt3x", "lin_api_"), pattern(`\b(?:dp\.pt\.|shpat_|dop_v1_|hvs\.|ATATT3x|lin_api_)[0-9A-Za-z_=-]{20,400}`), nil},
	// https://www.rfc-editor.org/rfc/rfc7519
	{SecretToken, anyOf("eyj"), pattern(`\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}(?:\.[0-9A-Za-z_-]*)?`), nil},
	// https://www.rfc-editor.org/rfc/rfc9110#name-authorization
	{SecretToken, anyOf("authorization"), pattern(`(?i)\bauthorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:[a-z]{3,12}[ \t]{1,4})?(?P<secret>[0-9A-Za-z._~+/:=-]{8,})`), candidate.mixed},
	{SecretToken, anyOf("bearer"), pattern(`(?i)\bbearer[ \t]{1,4}(?P<secret>[0-9A-Za-z._~+/=-]{16,})`), candidate.mixed},
	{SecretToken, anyOf("cookie"), pattern(`(?i)\b(?:set-)?cookie["']?[ \t]{0,4}:[ \t]{0,4}["']?(?P<secret>[0-9A-Za-z_.-]{1,100}=[^\r\n"']{8,})`), nil},
	// https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
	{SecretPassword, anyOf("@"), pattern(`(?i)\b[a-z][0-9a-z+.-]{1,20}://[^\s/:@?#]{0,100}:(?P<secret>[^\s/@]{1,200})@`), candidate.open},
	{SecretToken, anyOf("token=", "key=", "secret=", "sig=", "signature=", "auth="), pattern(`(?i)[?&](?:[a-z]{1,20}[_-])?(?:token|api_?key|secret|sig|signature|auth)=(?P<secret>[^&\s#"'<>]{8,})`), candidate.open},
	// .env files, JSON, YAML, XML, command lines, and people's own words.
	{SecretPassword, anyOf("passw", "passp", "passc", "pass:", "pwd", "parola d'ordine", "pin", "パスワード", "暗証番号", "パスコード"), labelled(`pass(?:word|wd|wort|phrase|code)|\bpass|pwd|parola d'ordine|codice pin|\bpin|パスワード|暗証番号|パスコード`), candidate.password},
	{SecretKey, anyOf("secret", "token", "key", "segreto", "gettone", "chiave", "トークン", "シークレット", "秘密鍵", "キー"), labelled(`secret|token|(?:api|access|private|secret)[_ -]?key|segreto|gettone|chiave (?:api|segreta|privata|di accesso)|トークン|シークレット|秘密鍵|apiキー|アクセスキー`), candidate.key},
	{SecretPassword, anyOf("--pass", "--token", "--secret", "--api"), pattern(`--(?:password|passwd|passphrase|token|secret|api-?key)[ \t]{1,4}["']?(?P<secret>[^\s"']{4,200})`), candidate.mixed},
}

// labelled is the pattern of a value with its name: `DB_PASSWORD=x`,
// `"token": "x"`, "la password è x", 「パスワードは x です」.
func labelled(names string) func() *regexp.Regexp {
	return pattern(`(?i)(?:` + names + `)s?(?:[_-](?:value|hash|prod|production|dev|test|staging|live|[0-9]{1,4}))?` +
		`["'` + "`" + `*]{0,3}[ \t　]{0,3}(?P<link>:=|=>|[:=：＝>]|is\b:?|è|は|が)[ \t　]{0,3}` +
		`(?P<secret>"[^"\r\n]{1,200}"|'[^'\r\n]{1,200}'|[^\s"'<>\p{Han}\p{Hiragana}\p{Katakana}、。「」]{1,500})`)
}

// find gives what the rule finds in a text, which it also takes in small letters.
func (r *secretRule) find(text, lower string) (found []hit) {
	if !r.worth(lower) {
		return nil
	}
	expression := r.pattern()
	secret, link := max(0, expression.SubexpIndex("secret")), expression.SubexpIndex("link")
	for _, match := range expression.FindAllStringSubmatchIndex(text, -1) {
		s := span{match[2*secret], match[2*secret+1]}
		if link >= 0 { // the sentence goes on after the value
			s.to = s.from + len(strings.TrimRight(text[s.from:s.to], ".,;"))
		}
		c := candidate{value: text[s.from:s.to], after: text[s.to:]}
		if link >= 0 {
			c.link = text[match[2*link]:match[2*link+1]]
		}
		if r.accept == nil || r.accept(c) {
			found = append(found, hit{s, r.kind})
		}
	}
	return found
}

// anyOf looks for words without which a pattern cannot match.
func anyOf(words ...string) func(lower string) bool {
	return func(lower string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(lower, word) })
	}
}

// longWord looks for a word of so many letters, digits, dots, hyphens and
// underscores.
func longWord(size int) func(lower string) bool {
	return func(lower string) bool {
		run := 0
		for i := range len(lower) {
			c := lower[i]
			if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
				run++
			} else {
				run = 0
			}
			if run == size {
				return true
			}
		}
		return false
	}
}
