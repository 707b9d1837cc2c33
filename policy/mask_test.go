package policy

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// Secrets are put together here, so that no scanner takes this file for a leak.
var (
	letters = strings.Repeat("aB3dE6gH9k", 20)
	jwt     = "ey" + "J" + letters[:20] + ".ey" + "J" + letters[:30] + "." + letters[:30]
	pem     = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + letters[:64] + "\n" + letters[:64] + "\n-----END RSA " + "PRIVATE KEY-----"
)

func TestMaskFinds(t *testing.T) {
	for _, row := range []struct{ name, before, secret, after, kind string }{
		{"aws key id", "id ", "AK" + "IAABCDEFGH234567JK"[:18], " end", SecretKey},
		{"aws secret", "aws_secret_access_key = ", letters[:40], "\n", SecretKey},
		{"github", "git clone with ", "gh" + "p_" + letters[:36], ", fails", SecretToken},
		{"github fine-grained", "", "github" + "_pat_" + letters[:82], "", SecretToken},
		{"gitlab", "", "glp" + "at-" + letters[:20], "", SecretToken},
		{"slack bot", "token is ", "xo" + "xb-1234567890-1234567890123-" + letters[:24], "", SecretToken},
		{"slack app", "", "xa" + "pp-1-A0123456789-1234567890123-" + letters[:40], "", SecretToken},
		{"slack hook", "https://hooks.slack" + ".com/services/", "T00000000/B00000000/" + letters[:24], "", SecretToken},
		{"discord bot", "", "MT" + letters[:22] + ".Gh_9kz." + letters[:38], "", SecretToken},
		{"discord hook", "https://discord.com/api/" + "webhooks/123456789012345678/", letters[:68], "", SecretToken},
		{"google", "", "AI" + "za" + letters[:35], "", SecretKey},
		{"google oauth", "", "ya" + "29." + letters[:60], "", SecretToken},
		{"stripe", "", "sk" + "_live_" + letters[:24], "", SecretKey},
		{"openai", "", "sk" + "-proj-" + letters[:48], "", SecretKey},
		{"npm", "", "np" + "m_" + letters[:36], "", SecretToken},
		{"sendgrid", "", "SG" + "." + letters[:22] + "." + letters[:43], "", SecretKey},
		{"azure", "DefaultEndpointsProtocol=https;AccountKey=", letters[:86] + "==", ";EndpointSuffix", SecretKey},
		{"jwt", "got ", jwt, " back", SecretToken},
		{"private key", "key:\n", pem, "\nthat is all", SecretKey},
		{"private key cut off", "", pem[:120], "", SecretKey},
		{"bearer header", "curl -H 'Authorization: Bearer ", letters[:30], "' https://api.example.com", SecretToken},
		{"basic header", "Authorization: Basic ", "dXNlcjpwYXNzd29yZA==", "\n", SecretToken},
		{"bare bearer", "sent bearer ", letters[:32], "", SecretToken},
		{"cookie", "Cookie: ", "session=" + letters[:20] + "; a=b", "\n", SecretToken},
		{"url password", "postgres://app:", "hunter2", "@db.example.com:5432/app", SecretPassword},
		{"url token", "https://x.example/a?id=7&access_token=", letters[:20], " is the link", SecretToken},
		{"env", "DB_PASSWORD=", "hunter2", "\nHOST=db", SecretPassword},
		{"json", `{"password": `, `"hunter2"`, `, "user": "ada"}`, SecretPassword},
		{"yaml", "  password: ", "correcthorse", "\n  user: ada", SecretPassword},
		{"xml", "<password>", "correcthorse", "</password>", SecretPassword},
		{"ruby", "'password' => ", "'hunter2'", "", SecretPassword},
		{"flag", "psql --password ", "hunter2", " -h db", SecretPassword},
		{"chat", "user ada pass: ", "hunter2", " thanks", SecretPassword},
		{"english", "my password is ", "Tr0ub4dor&3", ", please try", SecretPassword},
		{"italian", "la password è ", "Pippo123", " e non funziona", SecretPassword},
		{"italian pin", "codice PIN: ", "48213", "", SecretPassword},
		{"italian key", "chiave API: ", letters[:20], "", SecretKey},
		{"japanese", "パスワードは", "hunter22", "です。", SecretPassword},
		{"japanese colon", "パスワード：", "hunter2", "\n", SecretPassword},
		{"japanese pin", "暗証番号: ", "4821", "", SecretPassword},
		{"japanese token", "トークン: ", letters[:20], "", SecretKey},
		{"emoji around", "🔑 password: ", "hunter2", " 🔑", SecretPassword},
		{"card", "card ", "4111111111111111", ".", SecretCard},
		{"card in groups", "", "5555 5555 5555 4444", " 12/27 123", SecretCard},
		{"card with hyphens", "no. ", "4111-1111-1111-1111", ", thanks", SecretCard},
		{"amex", "", "3782 822463 10005", "", SecretCard},
		{"wide digits", "カード番号は", "４１１１１１１１１１１１１１１１", "です", SecretCard},
	} {
		t.Run(row.name, func(t *testing.T) {
			masked, found := Mask(row.before + row.secret + row.after)
			if want := row.before + hidden + row.after; masked != want {
				t.Errorf("Mask = %q, want %q", masked, want)
			}
			if !slices.Equal(found, []string{row.kind}) {
				t.Errorf("found %q, want %q", found, row.kind)
			}
		})
	}
}

func TestMaskLeavesOrdinaryText(t *testing.T) {
	for _, text := range []string{
		"",
		"ACME-42 is still open, please look at ACME-43 too",
		"The export fails since 2026-03-09T10:00:00Z, request 550e8400-e29b-41d4-a716-446655440000",
		"Call me at +39 347 123 4567 or +1 (800) 555-0100, or 03-1234-5678",
		"Password reset does not arrive. Password: please help me to reset it",
		"I forgot my password: how do I get a new one?",
		"password: required\ntoken: expired\nsecret: missing",
		"The password is wrong even though the password is case-sensitive",
		"the password is 8-12 characters long",
		"Il token è scaduto e la password è errata",
		"パスワードは正しいのにログインできません。トークンは期限切れです。パスワードは12文字以上です。",
		"java.lang.IllegalStateException: token must not be null\n\tat com.example.TokenStore.load(TokenStore.java:1042)\n\tat com.example.Password.check(Password.java:77)",
		"  File \"secret.py\", line 12, in token\n    token = parser.next_token2()\n",
		"SyntaxError: Unexpected token < in JSON at position 0",
		"panic: runtime error: index out of range [4] with length 4\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d",
		"card 1234 5678 9012 3456 is not a card, nor is order 4111111111111112",
		"message https://discord.com/channels/123456789012345678/234567890123456789/345678901234567890",
		"<@U0GIULIA> see <https://example.com/a/b?id=12345678&page=2|this>, ts 1712345678.123456",
		"mailto:ada@example.com https://example.com:8080/a@b ssh://git@example.com/repo.git",
		"sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"IBAN DE89 3704 0044 0532 0130 00, total 1,234,567.89",
		"total_tokens: 12345678, \"secret_count\": 3, key: value, monkey: banana12",
		"password=${DB_PASSWORD} token: <your token> secret: ****** api_key={{ key }}",
		"Bearer authentication is required for this endpoint. Authorization: required",
		"皆さん🎉🎉 ダッシュボードが表示されません 👩‍💻",
		"Authorization: Basic authentication is required",
		"pinned: 12 spinning: fast",
		"not utf-8: \xff\xfe\xfd",
	} {
		if masked, found := Mask(text); masked != text || found != nil {
			t.Errorf("Mask(%q) = %q, %q", text, masked, found)
		}
	}
}

func TestMaskSeveral(t *testing.T) {
	masked, found := Mask("password: hunter2\ncard 4111 1111 1111 1111\npassword: hunter3\n" + jwt)
	if want := "password: •••••\ncard •••••\npassword: •••••\n•••••"; masked != want {
		t.Errorf("Mask = %q, want %q", masked, want)
	}
	if diff := cmp.Diff([]string{SecretCard, SecretPassword, SecretToken}, found); diff != "" {
		t.Error(diff)
	}
}

// A text may be hostile; what it costs must grow no faster than its length.
func TestMaskIsLinear(t *testing.T) {
	for _, unit := range []string{
		"-----BEGIN RSA " + "PRIVATE KEY-----\n", "password: \"", "password=", "eyJ", "a://b:", "M.", "4111 ", "4", "1111-",
		"Authorization: ", "-----END ", "xoxb-1-", "\xf0\x9f", "token token:", "?token=", "cookie: a=",
	} {
		// The fastest of a few rounds each, since other work may slow one of them.
		took := func(size int) time.Duration {
			text, fastest := strings.Repeat(unit, size/len(unit)), time.Hour
			for range 3 {
				begin := time.Now()
				Mask(text)
				fastest = min(fastest, time.Since(begin))
			}
			return fastest
		}
		short, long := took(1<<12), took(1<<15)
		if long > 24*short+20*time.Millisecond { // 8 times is linear, 64 times its square
			t.Errorf("32 KB of %q took %s, 4 KB took %s", unit, long, short)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("password: hunter2 パスワード：x 🔑 4111 1111 1111 1111")
	f.Add(pem + jwt)
	f.Add("-----BEGIN PRIVATE KEY-----\n-----END")
	f.Fuzz(func(t *testing.T, text string) {
		masked, found := Mask(text)
		if (masked == text) != (found == nil) && !strings.Contains(text, hidden) {
			t.Errorf("Mask(%q) = %q, found %q", text, masked, found)
		}
		if utf8.ValidString(text) && !utf8.ValidString(masked) {
			t.Errorf("Mask(%q) cut a character: %q", text, masked)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	ordinaryText := strings.Repeat("The export of the sales dashboard fails since this morning with error 500, see https://example.com/a. ", 4)
	b.SetBytes(int64(len(ordinaryText)))
	for b.Loop() {
		Mask(ordinaryText)
	}
}
