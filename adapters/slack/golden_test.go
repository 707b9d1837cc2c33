package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

var (
	noon     = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	hostile  = "<!channel> *bold* _it_ `x` &amp; <https://evil.example|bank> :smile: @here\n> quote"
	caseCard = bot.Message{
		Text: "ACME-42 · Exports fail", Title: "ACME-42 · Exports fail", Tone: bot.ToneAlarm, Mentions: []string{"slack:U0ADA", "slack:S0LEADS", "discord:200"},
		Sections: []bot.Section{
			{Fields: []bot.Field{
				{Label: "Severity", Value: "1"},
				{Label: "Subscriber", Value: "Acme S.p.A. · Gold"},
				{Label: "Instance", Value: "prod_eu *main*"},
				{Label: "First response target", Value: "Mon 9 Mar 2026, 16:00, UTC", Time: noon.Add(4 * time.Hour)},
				{Label: "Empty"},
			}},
			{Title: "What happens", Quote: true, Text: "Every export ends with ERR_STREAM.\nSee https://status.example.com/502. " + hostile},
			{Markup: true, Text: "We answer by **16:00 UTC**: https://kb.example/a_b."},
		},
		Controls: []bot.Control{
			{Kind: bot.ControlButton, Label: "Take", Command: "case take ACME-42", Style: bot.StylePrimary},
			{Kind: bot.ControlButton, Label: "Close", Command: "case close ACME-42", Style: bot.StyleDanger, Confirm: "Close ACME-42? The contact may reopen it."},
			{Kind: bot.ControlSelect, Label: "Severity now", Options: []bot.Option{
				{Label: "Major", Value: "case severity ACME-42 2", Detail: "**Major** functions are impaired or performance is much reduced; the problem persists."},
				{Label: "Long", Value: "case new " + strings.Repeat("🙏", 91)},
			}},
			{Kind: bot.ControlLink, Label: "Open in Acme", URL: "https://acme.example/exports"},
		},
		Files: []bot.File{{Ref: "slack:F1", Name: "shot.png"}}, Small: "Opened by Giulia Bianchi · ACME-42",
	}
)

// goldenMessages are one of each kind of message.
var goldenMessages = map[string]struct {
	message bot.Message
	look    look
}{
	"text":      {bot.Message{Text: hostile}, look{mention: true}},
	"warning":   {bot.Message{Text: "Not saved, please try again.", Tone: bot.ToneWarn}, look{}},
	"mentioned": {bot.Message{Text: "ACME-42 waits", Mentions: []string{"slack:U0ADA"}}, look{mention: true}},
	"card":      {caseCard, look{mention: true}},
	"card-edit": {caseCard, look{}},
	"mirror": {bot.Message{
		Text: "Giulia Bianchi (contact) on ACME-42", Author: &bot.Author{Name: "Giulia Bianchi", Ref: "slack:U0GIULIA"},
		Sections: []bot.Section{{Text: hostile, Quote: true}}, Small: "Giulia Bianchi (contact) on ACME-42",
	}, look{mention: true}},
	"mirror-degraded": {bot.Message{Text: "on ACME-42", Author: &bot.Author{Name: "Giulia *Bianchi*"}, Sections: []bot.Section{{Text: "It fails"}}}, look{author: true}},
	"list": {bot.Message{Title: "Cases", Text: "2 cases", Sections: []bot.Section{
		{Rows: [][]string{{"Case", "Severity", "Summary", "Next"}, {"ACME-41", "3", "Rename a <dataset>", ""}, {"ACME-38", "2", "遅いカード", "Thu 12 Mar"}}},
		{Title: "Load", Rows: [][]string{{"Owner", "Open"}, {"Ada Ricci", "2"}}},
	}, Small: "2 cases"}, look{}},
	"home":       {caseCard, look{surface: onView, author: true}},
	"long-title": {bot.Message{Text: "t", Title: strings.Repeat("title ", 40)}, look{}},
	"japanese": {bot.Message{Text: "ケースACME-1、重大度2", Title: "ACME-1 · 昨日のデータが表示される", Sections: []bot.Section{
		{Fields: []bot.Field{{Label: "初回応答の目標", Value: "2026年3月9日(月) 16:00、Asia/Tokyo (JST)", Time: noon}}},
	}}, look{}},
}

var goldenForms = map[string]bot.Form{
	"report": {
		Title: "Report a problem, please now", Command: "case new", Submit: "Open the case",
		Intro: []bot.Section{{Text: "Please leave out **passwords**.", Markup: true}},
		Fields: []bot.FormField{
			{Name: "summary", Label: "Summary", Hint: "One line, 10 to 120 characters.", Kind: bot.FieldLine, Required: true, Max: 120, Value: "Exports & imports <fail>"},
			{Name: "severity", Label: "Severity", Kind: bot.FieldChoice, Required: true, Value: "2", Options: []bot.Option{
				{Label: "1 – Critical", Value: "1", Detail: "**1** – Critical production problem for all users: the system is unavailable or data integrity is affected."},
				{Label: "2 – Major", Value: "2", Detail: "**2** – Major functions are impaired or performance is much reduced; the problem persists."},
			}},
			{Name: "who", Label: "Who", Kind: bot.FieldChoice, Options: options(7)},
			{Name: "steps", Label: "Steps", Kind: bot.FieldText, Max: 9000},
			{Name: "files", Label: "Screenshots", Kind: bot.FieldFile},
		},
	},
}

func options(n int) (list []bot.Option) {
	for i := range n {
		list = append(list, bot.Option{Label: fmt.Sprintf("Option %d", i), Value: fmt.Sprint(i), Detail: "a detail"})
	}
	return list
}

// TestGolden proves that messages and forms are drawn as they were looked at
// when the golden files were written, and that nothing in them is over a limit.
func TestGolden(t *testing.T) {
	for name, c := range goldenMessages {
		r := render(c.message, c.look)
		for _, p := range r.Pages {
			most := maxBlocks
			if c.look.surface == onView {
				most = maxViewBlocks
			}
			if err := checkBlocks(p.Blocks, most); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		golden(t, "message-"+name, r)
	}
	for name, f := range goldenForms {
		v, _ := modal("form1", f)
		if err := checkBlocks(v.Blocks.BlockSet, maxViewBlocks); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		golden(t, "form-"+name, v)
	}
}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "golden", name+".json")
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestPublishedTypes proves that what is drawn is of the types that Slack
// publishes for it (@slack/types). "make tools" installs them where npm can be
// reached; without them the test is skipped, in CI it fails.
func TestPublishedTypes(t *testing.T) {
	folder := os.Getenv("SLACK_TYPES")
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		folder = filepath.Join(cache, "casebot", "slack-types")
	}
	tsc := filepath.Join(folder, "node_modules", ".bin", "tsc")
	if _, err := os.Stat(tsc); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("Slack's types are not installed (make tools): ", err)
		}
		t.Skip("Slack's types are not installed (make tools): ", err)
	}
	var b strings.Builder
	b.WriteString("import type { KnownBlock, ModalView, HomeView } from '@slack/types';\n")
	add := func(name, kind string, v any) {
		body, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "export const %s: %s = %s;\n", strings.ReplaceAll(name, "-", "_"), kind, body)
	}
	for name, c := range goldenMessages {
		for i, p := range render(c.message, c.look).Pages {
			if c.look.surface == onView {
				add(fmt.Sprintf("home_%s_%d", name, i), "HomeView", slackapi.HomeTabViewRequest{Type: slackapi.VTHomeTab, Blocks: slackapi.Blocks{BlockSet: p.Blocks}})
				continue
			}
			add(fmt.Sprintf("message_%s_%d", name, i), "KnownBlock[]", p.Blocks)
		}
	}
	for name, f := range goldenForms {
		v, _ := modal("form1", f)
		add("form_"+name, "ModalView", v)
	}
	work, err := os.MkdirTemp(folder, "check-") //nolint:usetesting // beside node_modules, where the types are found
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(work) })
	path := filepath.Join(work, "check.ts")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tsc, "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext", path).CombinedOutput()
	if err != nil {
		t.Errorf("Slack's types refuse it: %v\n%s", err, out)
	}
}

// TestPages proves that a message beyond Slack's limits is several, that
// nothing of it is lost, and that what is to be pressed is in the first.
func TestPages(t *testing.T) {
	m := bot.Message{Title: "Much", Text: "much", Controls: []bot.Control{{Kind: bot.ControlButton, Label: "Press", Command: "case list"}}}
	var want []string
	for i := range 120 {
		text := fmt.Sprintf("Section-%d ", i) + strings.Repeat("word ", 60)
		want = append(want, fmt.Sprintf("Section-%d ", i))
		m.Sections = append(m.Sections, bot.Section{Text: text})
	}
	r := render(m, look{})
	if len(r.Pages) < 3 {
		t.Fatalf("%d pages", len(r.Pages))
	}
	var all strings.Builder
	for i, p := range r.Pages {
		if err := checkBlocks(p.Blocks, maxBlocks); err != nil {
			t.Errorf("page %d: %v", i, err)
		}
		body, err := json.Marshal(p.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(body)
		if pressed := bytes.Contains(body, []byte(`"actions"`)); pressed != (i == 0) {
			t.Errorf("page %d has controls: %v", i, pressed)
		}
	}
	for _, text := range want {
		if strings.Count(all.String(), text) != 1 {
			t.Errorf("%q is there %d times", text, strings.Count(all.String(), text))
		}
	}
}

// TestFallback proves that a text for notifications fits once it is escaped.
func TestFallback(t *testing.T) {
	for _, text := range []string{strings.Repeat("&", 9000), strings.Repeat("<🙏>", 2000), strings.Repeat("x", 3000), ""} {
		if got := fallback(bot.Message{Text: text}); length(got) > maxFallback || got == "" {
			t.Errorf("%.20s…: %d characters", text, length(got))
		}
	}
}

// TestCheck proves that the checker finds what is over a limit.
func TestCheck(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	button := func(change func(*slackapi.ButtonBlockElement)) slackapi.Block {
		b := slackapi.NewButtonBlockElement("a", "v", plainText("ok", maxButton))
		change(b)
		return slackapi.NewActionBlock("", b)
	}
	text := func(s string) *slackapi.TextBlockObject {
		return slackapi.NewTextBlockObject(slackapi.PlainTextType, s, false, false)
	}
	many := slackapi.NewActionBlock("")
	for i := range 26 {
		many.Elements.ElementSet = append(many.Elements.ElementSet, slackapi.NewButtonBlockElement(fmt.Sprint(i), "v", text("b")))
	}
	table := slackapi.NewTableBlock("")
	for range 101 {
		table.AddRow(slackapi.NewTableRawTextCell("x"))
	}
	for name, blocks := range map[string][]slackapi.Block{
		"header":          {slackapi.NewHeaderBlock(text(long(151)))},
		"empty header":    {slackapi.NewHeaderBlock(text(""))},
		"section":         {slackapi.NewSectionBlock(text(long(3001)), nil, nil)},
		"empty section":   {slackapi.NewSectionBlock(nil, nil, nil)},
		"fields":          {slackapi.NewSectionBlock(nil, slices.Repeat([]*slackapi.TextBlockObject{text("f")}, 11), nil)},
		"field":           {slackapi.NewSectionBlock(nil, []*slackapi.TextBlockObject{text(long(2001))}, nil)},
		"button's text":   {button(func(b *slackapi.ButtonBlockElement) { b.Text = text(long(76)) })},
		"emoji count two": {button(func(b *slackapi.ButtonBlockElement) { b.Text = text(strings.Repeat("🙏", 38)) })},
		"button's value":  {button(func(b *slackapi.ButtonBlockElement) { b.Value = long(2001) })},
		"button's url":    {button(func(b *slackapi.ButtonBlockElement) { b.URL = long(3001) })},
		"confirm": {button(func(b *slackapi.ButtonBlockElement) {
			b.Confirm = slackapi.NewConfirmationBlockObject(text("t"), text(long(301)), text("y"), text("n"))
		})},
		"buttons":         {many},
		"action_id twice": {button(func(*slackapi.ButtonBlockElement) {}), button(func(*slackapi.ButtonBlockElement) {})},
		"option's value":  {slackapi.NewActionBlock("", slackapi.NewOptionsSelectBlockElement("static_select", nil, "s", slackapi.NewOptionBlockObject(long(151), text("o"), nil)))},
		"no options":      {slackapi.NewActionBlock("", slackapi.NewOptionsSelectBlockElement("static_select", nil, "s"))},
		"rows":            {table},
		"two tables":      {slackapi.NewTableBlock(""), slackapi.NewTableBlock("")},
		"blocks":          slices.Repeat([]slackapi.Block{slackapi.NewDividerBlock()}, 51),
		"text in all":     slices.Repeat([]slackapi.Block{rich(section(words(long(2500), nil)))}, 5),
		"alt":             {slackapi.NewImageBlock("https://x", "", "", nil)},
	} {
		if err := checkBlocks(blocks, maxBlocks); err == nil {
			t.Errorf("%s: nothing was found", name)
		}
	}
}
