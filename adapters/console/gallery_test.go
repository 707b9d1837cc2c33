package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casebot/adapters/console"
	"casebot/adapters/console/browsertest"
	"casebot/bot"
)

// long is what people really paste.
var long = strings.Repeat("2026-03-09T08:40:11Z worker[14]: ERR_STREAM 502 upstream closed the connection\n", 125)

// talk fills the playground with what can be said.
func talk(t *testing.T, game *play) {
	t.Helper()
	deliver := func(d bot.Delivery) bot.Receipt {
		t.Helper()
		d.Key += d.Message.Text
		r, err := game.Deliver(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	game.say(t, "giulia", "acme", "Good morning! Our nightly export has failed three times in a row, is anything wrong on your side?")
	game.say(t, "giulia", "acme", "The dashboard itself looks fine: https://acme.example/dashboards/very/long/path/that/does/not/end?with=parameters&and=more")
	game.say(t, "ada", "acme", "Good morning Giulia, let me look.")
	game.say(t, "marco", "acme", "مرحبا، التصدير لا يعمل منذ الصباح 👩🏽‍💻")
	root := deliver(bot.Delivery{Key: "card", Room: "console:acme", Opens: true, Message: *card("Ada Ricci", bot.ToneWarn)})
	for i, text := range []string{"What changed lately?", "Thank you. Which browser do you use?"} {
		deliver(bot.Delivery{Key: fmt.Sprint(i), Room: "console:acme", Thread: root.Thread, Message: bot.Message{Text: text}})
	}
	deliver(bot.Delivery{Key: "quiet", Room: "console:triage", Message: bot.Message{
		Text: "note", Title: "Internal note on ACME-42", Tone: bot.ToneQuiet, Author: &bot.Author{Name: "Ada Ricci", Ref: "console:ada", Staff: true},
		Sections: []bot.Section{{Text: "Looks like the stream gateway again; see last week's incident."}},
	}})
	deliver(bot.Delivery{Key: "good", Room: "console:triage", Message: bot.Message{
		Text: "resolved", Title: "ACME-38 · Resolved", Tone: bot.ToneGood, Sections: []bot.Section{{Text: "Card refresh is fast again since the index was rebuilt."}},
	}})
	deliver(bot.Delivery{Key: "table", Room: "console:acme", Message: *list()})
	deliver(bot.Delivery{Key: "breach", Room: "console:triage", Message: *card("nobody yet", bot.ToneAlarm)})
	game.say(t, "yuki", "nippon", "おはようございます。昨日から売上ダッシュボードの更新が止まっています。回避策はありますか。")
	game.say(t, "yuki", "nippon", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"+strings.Repeat("x", 200))
	game.say(t, "yuki", "nippon", long[:3000])
}

func TestGallery(t *testing.T) {
	b := browsertest.New(t)
	v := &travel{}
	game := begin(t, console.NewMemory(), v, v.now)
	talk(t, game)
	_ = v.move("", 26*time.Hour)
	b.Visit(game.url + "/console/")
	b.As("Giulia Bianchi")
	b.Open("acme")
	b.ExpectText("Yesterday", "2 replies")
	shot(b, "10-acme")
	b.Prefer("dark")
	shot(b, "11-acme-dark")
	b.Press("2 replies")
	shot(b, "12-thread-dark")
	b.Type("Message", "/case new")
	b.Press("Send")
	b.Expect("dialog", "Report a problem")
	shot(b, "13-form-dark")
	b.Press("Cancel")
	b.As("Ada Ricci")
	b.Open("triage")
	shot(b, "14-triage-dark")
	b.Press("Close")
	b.Expect("dialog", "Are you sure?")
	shot(b, "15-confirm-dark")
	b.Press("Cancel")
	b.Prefer("light")
	b.Open("nippon")
	shot(b, "16-nippon")

	b.Resize(390, 844)
	b.Press("Menu")
	b.Expect("link", "acme")
	shot(b, "20-phone-menu")
	b.Open("acme")
	shot(b, "21-phone")
	b.Press("Time travel")
	shot(b, "22-phone-time")
	b.Press("Time travel")
	b.Press("2 replies")
	b.Expect("button", "Back")
	shot(b, "23-phone-thread")
	b.Press("Back")
	b.Type("Message", "/case new")
	b.Press("Send")
	b.Expect("dialog", "Report a problem")
	shot(b, "24-phone-form")
	b.Press("Cancel")
	b.Type("Message", "/c")
	shot(b, "25-phone-completion")
	b.Type("Message", "")
	b.Prefer("dark")
	b.Press("Menu")
	b.Open("triage")
	shot(b, "26-phone-dark")
	b.Resize(820, 1100)
	b.Prefer("light")
	shot(b, "27-tablet")
}

func TestUglyGallery(t *testing.T) {
	name := "Wolfeschlegelsteinhausenbergerdorff-Ó Súilleabháin y Martínez de la Concepción"
	cfg := setup(clockAt(noon))
	cfg.People = append(cfg.People, console.Person{ID: "long", Name: name, Role: "Authorized contact and deputy subscriber admin · " + name, Group: name})
	cfg.Channels = append(cfg.Channels, console.Channel{
		Name: strings.Repeat("a-very-long-channel-", 4), Topic: strings.Repeat("A topic that goes on. ", 12), Kind: console.KindCustomer,
	})
	game := beginWith(t, cfg, console.NewMemory(), &travel{})
	room := cfg.Channels[3].Name
	game.say(t, "long", room, "هذا نص طويل من اليمين إلى اليسار مع 𝒻𝑜𝓊𝓇-𝒷𝓎𝓉𝑒 和中文")
	var options []bot.Option
	for i := range 25 {
		options = append(options, bot.Option{Label: fmt.Sprintf("Option %d with a label that is rather long", i), Value: "x", Detail: "and a detail"})
	}
	m := bot.Message{
		Text: "ugly", Title: "ACME-4242 · " + strings.Repeat("Averylongwordwithoutanyspace", 5), Tone: bot.ToneAlarm,
		Author: &bot.Author{Name: name, Staff: true}, Mentions: []string{"console:long", "console:ada"},
		Sections: []bot.Section{
			{Fields: []bot.Field{
				{Label: "A label that is longer than usual for a field", Value: strings.Repeat("x", 90)},
				{Label: "Short", Value: "1"},
				{Label: "Empty", Value: ""},
				{Label: "Lines", Value: "one\ntwo"},
			}},
			{Title: "Table", Rows: [][]string{{"One", "Two"}, {strings.Repeat("y", 80), "2"}}},
			{Text: "**Strong** and **not closed and <b>not HTML</b>", Markup: true},
		},
		Controls: []bot.Control{
			{Kind: bot.ControlButton, Label: "A button whose label takes all of the seventy-five runes that are allowed x", Command: "x"},
			{Kind: bot.ControlSelect, Label: "Choose one of many", Options: options},
			{Kind: bot.ControlLink, Label: "Not a link", URL: "javascript:alert(1)"},
		},
		Small: strings.Repeat("Small print. ", 30),
	}
	root := deliver(t, game, bot.Delivery{Key: "1", Room: "console:" + room, Opens: true, Message: m})
	deliver(t, game, bot.Delivery{Key: "2", Room: "console:" + room, Thread: root.Thread, Message: m})
	b := browsertest.New(t)
	b.Visit(game.url + "/console/#as=long&in=" + room)
	b.ExpectText("not HTML", "1 reply")
	shot(b, "40-ugly")
	b.Press("1 reply")
	b.Resize(1000, 800)
	shot(b, "41-ugly-thread")
	b.Resize(360, 740)
	shot(b, "42-ugly-phone-thread")
	b.Press("Back")
	shot(b, "43-ugly-phone")
	b.Press("Menu")
	b.Expect("link", room)
	shot(b, "44-ugly-menu")
}
