package console_test

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"casebot/adapters/console"
	"casebot/adapters/console/browsertest"
	"casebot/bot"
)

// shot keeps a picture where SHOTS names a folder.
func shot(p *browsertest.Page, name string) {
	if dir := os.Getenv("SHOTS"); dir != "" {
		p.Screenshot(filepath.Join(dir, name+".png"))
	}
}

func TestACaseInTheBrowser(t *testing.T) {
	b := browsertest.New(t)
	game := begin(t, console.NewMemory(), &travel{}, clockAt(noon))
	b.Visit(game.url + "/console/")
	b.As("Giulia Bianchi")
	b.Open("acme")
	b.ExpectText("This is the beginning of #acme.")
	b.ExpectGone("link", "triage")
	shot(b, "01-empty")

	b.Type("Message", "/ca")
	b.Expect("listbox", "Commands")
	b.Keys(kb.Tab)
	b.ExpectText("Open a case")
	shot(b, "02-completion")
	b.Keys(kb.ArrowDown + kb.ArrowUp + "n" + kb.Enter)
	b.ExpectText("/case new ")
	b.Keys("Export fails" + kb.Enter)
	b.Expect("dialog", "Report a problem")
	b.ExpectText("Export fails")
	shot(b, "03-form")
	b.Press("Open the case")
	b.ExpectText("Please fill this in.")
	b.Choose("How severe is it?", "Severity 1")
	b.Type("In one line: what is wrong?", "Help")
	b.Press("Open the case")
	b.ExpectText("Please say what is wrong in 10 to 120 characters.", "Help")
	shot(b, "04-form-error")
	b.Type("In one line: what is wrong?", "Export to CSV fails for everybody")
	b.Press("Open the case")
	b.ExpectGone("dialog", "Report a problem")
	b.ExpectText("ACME-42 · Export to CSV fails for everybody", "Only visible to you", "2 replies", "2 new")
	shot(b, "05-card")
	b.Press("2 replies")
	b.Expect("region", "Thread")
	b.Say("Reply", "We use Firefox 140.")
	b.ExpectText("3 replies")
	shot(b, "06-thread")
	b.Keys(kb.Escape)
	b.ExpectGone("region", "Thread")
	b.Press("Dismiss")
	b.ExpectNoText("Only visible to you")

	b.As("Ada Ricci")
	b.Open("triage")
	b.ExpectText("We use Firefox 140.", "nobody yet")
	shot(b, "07-triage")
	b.Press("Take")
	b.ExpectText("ACME-42 is yours.")
	b.ExpectNoText("nobody yet")
	b.Press("Close")
	b.Expect("dialog", "Are you sure?")
	b.Press("Cancel")
	b.ExpectGone("dialog", "Are you sure?")
	b.Press("Close")
	b.Expect("dialog", "Are you sure?")
	b.ExpectText("The contact is told and may reopen it.")
	b.Press("Close")
	b.ExpectText("ACME-42 · Closed")

	b.As("Giulia Bianchi")
	b.ExpectNoText("ACME-42 is yours.")
	b.Reload()
	b.ExpectText("ACME-42 · Export to CSV fails for everybody", "3 replies")
	b.ExpectNoText("Thank you.")
}

func TestWritingInTheBrowser(t *testing.T) {
	b := browsertest.New(t)
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	b.Visit(game.url + "/console/#as=giulia&in=acme")
	hostile := `<img src=x onerror=alert(1)> & "quotes"`
	b.Say("Message", hostile)
	b.Say("Message", "@casebot hello")
	b.ExpectText(hostile, "I don't know “ hello”.")
	b.Press("List my cases")
	b.ExpectText("Open cases of ACME")
	b.ExpectNoText("I don't know “ hello”.")

	b.Type("Message", strings.Repeat("long ", 2000))
	b.Press("Send")
	b.Press("Show all")
	b.Type("Message", strings.Repeat("x", 12_001))
	b.Press("Send")
	b.ExpectText("12,001 of 12,000 characters", strings.Repeat("x", 12_001))

	b.Say("Message", "helo")
	b.ExpectText("helo")
	b.Keys(kb.ArrowUp)
	b.Type("New wording", "hello")
	b.Keys(kb.Enter)
	b.ExpectText("hello", "edited")
	b.ExpectNoText("helo\n")

	game.failNext(1)
	b.Say("Message", "/case list")
	b.ExpectText("Not saved, please try again.")
	game.failNext(2)
	b.Say("Message", "Is anybody there?")
	b.ExpectText("casebot has not heard this yet.")
	shot(b, "30-unheard")
	b.ExpectNoText("casebot has not heard this yet.")

	b.As("田中 由紀")
	b.Open("casebot")
	b.ExpectText("Nobody else reads what you and casebot write here.")
	b.Say("Message", "自分だけのメッセージ")
	b.ExpectText("自分だけのメッセージ")
	b.As("Ada Ricci")
	b.Open("casebot")
	b.ExpectNoText("自分だけのメッセージ")
}

func TestFilesInTheBrowser(t *testing.T) {
	b := browsertest.New(t)
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	dir := t.TempDir()
	write := func(name string, body []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	b.Visit(game.url + "/console/#as=giulia&in=acme")
	b.Attach("Attach", write("trace.log", []byte("stack")), write("shot.png", picture()))
	b.ExpectText("trace.log", "shot.png")
	b.Say("Message", "See attached")
	b.Expect("link", "Download trace.log")
	b.Expect("image", "shot.png")
	shot(b, "31-files")
	b.Attach("Attach", write("big.bin", make([]byte, console.DefaultMaxFile+1)))
	b.ExpectText("the limit is 5 MB")
	b.Type("Message", "/case new")
	b.Press("Send")
	b.Attach("Screenshots or logs", write("form.log", []byte("form")))
	b.ExpectText("form.log")
	b.Choose("How severe is it?", "Severity 2")
	b.Type("In one line: what is wrong?", "Export to CSV fails for everybody")
	b.Press("Open the case")
	b.Expect("link", "Download form.log")
}

func TestTimeInTheBrowser(t *testing.T) {
	b := browsertest.New(t)
	v := &travel{}
	game := begin(t, console.NewMemory(), v, v.now)
	b.Visit(game.url + "/console/")
	b.Expect("timer", "Now")
	b.ExpectText("Mon 9 Mar 2026, 12:00:0")
	b.Press("Next")
	b.Press("Try it")
	b.ExpectText("/case list", "New cases and everything that waits")
	b.Keys(kb.Enter)
	b.ExpectText("Open cases of ACME")
	b.Press("Hide these hints")
	b.ExpectNoText("Try this")
	b.Press("What to try")
	b.ExpectText("Try this")
	b.Press("Advance 15 minutes")
	b.ExpectText("Advanced to Mon 9 Mar, 12:15 UTC")
	b.Press("Advance 1 hour")
	b.Press("Advance 1 day")
	b.ExpectText("Tue 10 Mar 2026, 13:15:0")
	shot(b, "32-advanced")
	b.Press("Advance to next alarm")
	b.ExpectText("Advanced to Tue 10 Mar, 14:15 UTC")
	b.Press("Down for 1 day")
	b.ExpectText("Wed 11 Mar 2026, 14:15:0", "casebot was off for a day.")
}

func TestThePageKeepsUp(t *testing.T) {
	b := browsertest.New(t)
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	b.Visit(game.url + "/console/#as=ada&in=acme")
	b.ExpectText("This is the beginning of #acme.")
	game.say(t, "giulia", "acme", "Live from Milan")
	b.ExpectText("Live from Milan")
	game.server.CloseClientConnections()
	deliver(t, game, bot.Delivery{Key: "0", Room: "console:acme", Message: bot.Message{Text: "Still here"}})
	b.ExpectText("Still here")
	deliver(t, game, bot.Delivery{Key: "1", Room: "console:triage", Message: bot.Message{Text: "for the staff"}})
	b.ExpectText("1")
	b.Open("triage")
	b.ExpectText("for the staff")

	for i := range 40 {
		deliver(t, game, bot.Delivery{Key: fmt.Sprint("many", i), Room: "console:triage", Message: bot.Message{Text: fmt.Sprint("line ", i)}})
	}
	b.ExpectText("line 39")
	if _, err := chromedp.Run(b.Context(), chromedp.Evaluate[bool](`document.querySelector('.log').scrollTo(0, 0), true`)); err != nil {
		t.Fatal(err)
	}
	deliver(t, game, bot.Delivery{Key: "last", Room: "console:triage", Message: bot.Message{Text: "the newest"}})
	b.Press("New messages ↓")
	b.ExpectGone("button", "New messages ↓")

	b.Prefer("dark")
	b.Press("Dark mode")
	b.Press("Dark mode")
	b.Resize(390, 844)
	b.Press("Menu")
	b.Open("acme")
	b.Press("Reply in thread")
	b.Say("Reply", "On my phone")
	b.ExpectText("On my phone")
	b.Press("Back")
	b.ExpectText("1 reply")
	shot(b, "33-phone-dark")
}

// picture is a small PNG.
func picture() []byte {
	var out strings.Builder
	img := image.NewRGBA(image.Rect(0, 0, 320, 160))
	for x := range 320 {
		for y := range 160 {
			img.Set(x, y, color.RGBA{R: uint8(x / 2), G: 110, B: uint8(y), A: 255})
		}
	}
	_ = png.Encode(&out, img) // into memory
	return []byte(out.String())
}
