package platformtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"casebot/bot"
)

// hostile are texts that mean something to one service or another.
var hostile = []string{
	"<!channel> <!here> <!everyone>", "<!subteam^S0TEAM> <@U0ADA> <#C0ACME|acme>", "<https://evil.example|your bank>", "<!date^0^{date}|now>",
	"@everyone @here", "<@&1> <@200> <@!200> <#9001> </case new:1>", "<t:0:R> <:smile:1> <a:wave:2>",
	"**bold** *strong* _slanted_ __under__", "~~struck~~ ~struck~ ||hidden||", "`code` and ```a block```", "[your bank](https://evil.example)",
	"# not a heading", "> not a quote", "- not a list", "1. not a list", "&lt;b&gt; &amp; &#42;", `<script>alert(1)</script><img src=x onerror=alert(1)>`, `\*no\* \_escapes\_`,
}

// spots are the places of a message that may hold a stranger's words.
var spots = map[string]func(text string) bot.Message{
	"text":          func(s string) bot.Message { return bot.Message{Text: s} },
	"title":         func(s string) bot.Message { return bot.Message{Text: "text", Title: s} },
	"author":        func(s string) bot.Message { return bot.Message{Text: "text", Author: &bot.Author{Name: s}} },
	"section":       func(s string) bot.Message { return section(bot.Section{Text: s}) },
	"section title": func(s string) bot.Message { return section(bot.Section{Title: s, Text: "text"}) },
	"quote":         func(s string) bot.Message { return section(bot.Section{Text: s, Quote: true}) },
	"field": func(s string) bot.Message {
		return section(bot.Section{Fields: []bot.Field{{Label: "Summary", Value: s}}})
	},
	"field label": func(s string) bot.Message {
		return section(bot.Section{Fields: []bot.Field{{Label: s, Value: "value"}}})
	},
	"cell": func(s string) bot.Message {
		return section(bot.Section{Rows: [][]string{{"Case", "Summary"}, {"ACME-1", s}}})
	},
	"small print": func(s string) bot.Message { return bot.Message{Text: "text", Small: s} },
	"button": func(s string) bot.Message {
		return bot.Message{Text: "text", Controls: []bot.Control{button(s, "case list")}}
	},
	"option": func(s string) bot.Message {
		return bot.Message{Text: "text", Controls: []bot.Control{{
			Kind: bot.ControlSelect, Label: "Choose", Options: []bot.Option{{Label: s, Value: "case list"}, {Label: "other", Value: "case help"}},
		}}}
	},
}

func section(s ...bot.Section) bot.Message { return bot.Message{Text: "text", Sections: s} }

// numbered is a text of n runes made of numbered words, so that a missing part
// is noticed.
func numbered(n int, word string) string {
	var b strings.Builder
	for i := 0; len([]rune(b.String())) < n; i++ {
		fmt.Fprintf(&b, word, i)
	}
	text := []rune(b.String())[:n]
	text[n-1] = '.' // no service trims that
	return string(text)
}

// whole proves that every word of a text can be read in a room, be it in
// several posts.
func (w *world) whole(what, text string) {
	w.t.Helper()
	var all []string
	for _, p := range w.posts(w.Person, w.Room) {
		all = append(all, readable(p))
	}
	shown := strings.Join(all, "\n")
	for word := range strings.FieldsSeq(text) {
		if !strings.Contains(shown, word) {
			w.t.Fatalf("%s: %q is missing", what, word)
		}
	}
}

// everything is a message with all that a message can have, but for files.
func everything() bot.Message {
	return bot.Message{
		Text: "ACME-42 · Exports fail", Title: "ACME-42 · Exports fail", Tone: bot.ToneAlarm, Author: &bot.Author{Name: "Giulia Bianchi"},
		Sections: []bot.Section{
			{Text: "Thank you. **ACME-42** is open.", Markup: true},
			{Title: "What happens", Text: "Every export ends with ERR_STREAM.\nSince 08:40.", Quote: true},
			{Title: "State", Fields: []bot.Field{
				{Label: "Severity", Value: "1 – critical"}, {Label: "Due", Value: "Mon 9 Mar, 16:00 UTC", Time: time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC)},
			}},
			{Title: "Before", Rows: [][]string{{"Case", "Summary", "Next"}, {"ACME-41", "Rename a dataset", "Thu 12 Mar"}, {"ACME-38", "Slow cards", ""}}},
		},
		Controls: []bot.Control{
			{Kind: bot.ControlButton, Label: "Take", Command: "case take ACME-42", Style: bot.StylePrimary},
			{Kind: bot.ControlSelect, Label: "Severity now", Options: []bot.Option{
				{Label: "Major", Value: "case severity ACME-42 2"}, {Label: "Minor", Value: "case severity ACME-42 3"},
			}},
			{Kind: bot.ControlLink, Label: "Open in Acme", URL: "https://acme.example/exports"},
		},
		Small: "Opened by Giulia Bianchi",
	}
}

// complete proves that all of a message can be seen in a post.
func complete(w *world, p Post, m bot.Message) {
	w.t.Helper()
	want := []string{m.Title, m.Small}
	if m.Author != nil {
		want = append(want, m.Author.Name)
	}
	for _, s := range m.Sections {
		want = append(want, s.Title)
		if s.Markup {
			s.Text = strings.ReplaceAll(s.Text, "**", "")
		}
		want = append(want, strings.Split(s.Text, "\n")...)
		for _, f := range s.Fields {
			want = append(want, f.Label, f.Value)
		}
		want = append(want, slices.Concat(s.Rows...)...)
	}
	for _, c := range m.Controls {
		want = append(want, c.Label)
		for _, o := range c.Options {
			want = append(want, o.Label)
		}
	}
	for _, f := range m.Files {
		want = append(want, f.Name)
	}
	shown := readable(p)
	for _, part := range want {
		if !strings.Contains(shown, part) {
			w.t.Errorf("%q is not to be seen in %s", part, shown)
		}
	}
}

var renderTests = []test{
	{"all parts of a message are shown", func(w *world) {
		d := w.delivery("")
		d.Message = everything()
		w.deliver(d)
		complete(w, w.one(w.Person, w.Room, d.Message.Title), d.Message)
	}},

	{"nobody's words are interpreted, wherever they stand", func(w *world) {
		for spot, message := range spots {
			refs := map[string]string{}
			for _, text := range hostile {
				d := w.delivery("")
				d.Message = message(text)
				refs[w.deliver(d).Ref] = text
			}
			for _, p := range w.posts(w.Person, w.Room) {
				if text := refs[p.Ref]; !strings.Contains(readable(p), text) {
					w.t.Errorf("%s: %q reads %q", spot, text, readable(p))
				}
				if len(p.Notifies) > 0 {
					w.t.Errorf("%s: %q calls %v", spot, readable(p), p.Notifies)
				}
				delete(refs, p.Ref)
			}
			same(w, spot+"s not shown", len(refs), 0)
		}
	}},

	{"words of our own may be strong, and nothing else", func(w *world) {
		d := w.delivery("")
		d.Message = section(bot.Section{Text: "We answer by **16:00 UTC** <!channel> @everyone.", Markup: true})
		w.deliver(d)
		p := w.one(w.Person, w.Room, "16:00 UTC")
		if !strings.Contains(readable(p), "<!channel> @everyone.") || strings.Contains(readable(p), "**") || len(p.Notifies) > 0 {
			w.t.Errorf("it reads %q and calls %v", readable(p), p.Notifies)
		}
	}},

	{"exactly those are called who are mentioned", func(w *world) {
		d := w.delivery("ACME-42 waits")
		d.Message.Mentions = []string{w.Agent.Ref}
		r := w.deliver(d)
		same(w, "called", w.one(w.Agent, w.Room, "ACME-42 waits").Notifies, []string{w.Agent.Ref})
		again := w.edit(r.Ref, "ACME-42 has waited for "+w.Agent.Name)
		w.deliver(again)
		if p := w.one(w.Agent, w.Room, "ACME-42 has waited"); len(p.Notifies) > 0 {
			w.t.Errorf("the edit calls %v", p.Notifies)
		}
	}},

	{"awkward texts are shown as they are", func(w *world) {
		for _, text := range awkward {
			w.deliver(w.delivery(text))
			w.one(w.Person, w.Room, text)
		}
	}},

	{"the longest text is shown whole", func(w *world) {
		for what, word := range map[string]string{"letters": "%04d ", "four bytes": "🙏%04d ", "right to left": "مرحبا%04d ", "to be escaped": "*_%04d_* <%[1]d&> "} {
			text := numbered(bot.MaxText, word)
			w.deliver(w.delivery(text))
			w.whole(what, text)
			d := w.delivery("")
			d.Message = section(bot.Section{Title: "quoted", Text: text, Quote: true}, bot.Section{Text: "after it"})
			w.deliver(d)
			w.whole(what+" in a section", text+" after it")
		}
	}},

	{"an edit to the longest text is shown whole", func(w *world) {
		r := w.deliver(w.delivery("short"))
		text := numbered(bot.MaxText, "*_%04d_* ")
		w.deliver(w.edit(r.Ref, text))
		w.whole("the edit", text)
		w.deliver(w.edit(r.Ref, "short again"))
		w.one(w.Person, w.Room, "short again")
		w.unseen(w.Person, w.Room, "*_0001_*")
	}},

	{"many parts are shown", func(w *world) {
		d := w.delivery("many")
		var want []string
		for i := range 12 {
			s := bot.Section{Title: fmt.Sprintf("Part-%d", i), Text: fmt.Sprintf("Words-%d", i)}
			want = append(want, s.Title, s.Text)
			for j := range 12 {
				f := bot.Field{Label: fmt.Sprintf("L%d-%d", i, j), Value: fmt.Sprintf("V%d-%d", i, j)}
				s.Fields, want = append(s.Fields, f), append(want, f.Label, f.Value)
			}
			d.Message.Sections = append(d.Message.Sections, s)
		}
		w.deliver(d)
		w.whole("parts", strings.Join(want, " "))
	}},

	{"a long table is shown", func(w *world) {
		rows := [][]string{{"Case", "Severity", "Summary", "State", "Next"}}
		for i := range 25 {
			rows = append(rows, []string{fmt.Sprintf("ACME-%d", 100+i), "2", fmt.Sprintf("Summary-%d", i), "Waiting", fmt.Sprintf("Next-%d", i)})
		}
		d := w.delivery("")
		d.Message = section(bot.Section{Rows: rows})
		w.deliver(d)
		w.whole("table", strings.Join(slices.Concat(rows...), " "))
	}},

	{"rows of buttons and a full select are shown, in order", func(w *world) {
		var controls []bot.Control
		for i := range 2*bot.MaxButtons + 2 {
			controls = append(controls, button(fmt.Sprintf("Button %d", i), fmt.Sprintf("case take ACME-%d", i)))
		}
		menu := bot.Control{Kind: bot.ControlSelect, Label: "Choose"}
		var options []string
		for i := range bot.MaxOptions {
			options = append(options, fmt.Sprintf("Option %d", i))
			menu.Options = append(menu.Options, bot.Option{Label: options[i], Value: fmt.Sprintf("case show ACME-%d", i), Detail: strings.Repeat("d", 100)})
		}
		p := w.board("many", append(controls, menu)...)
		for i, c := range controls {
			same(w, "button", p.Controls[i].Label, c.Label)
		}
		same(w, "select", p.Controls[len(controls)], Control{Label: "Choose", Options: options})
	}},

	{"a long label is shown, or at least what it begins with", func(w *world) {
		label := numbered(bot.MaxLabel, "%03d语")
		p := w.board("label", button(label, "case list"))
		if shown := strings.TrimRight(p.Controls[0].Label, "….·"); len([]rune(shown)) < bot.MaxLabel-10 || !strings.HasPrefix(label, shown) {
			w.t.Errorf("the label reads %q", p.Controls[0].Label)
		}
		w.press(w.Person, w.Room, p, p.Controls[0].Label, "")
		same(w, "command", w.next().Command.Text, "list")
	}},

	{"a file is passed on", func(w *world) {
		w.do(Deed{Kind: DeedSay, Text: "see here", Files: []Attachment{{"shot.txt", "bytes"}}})
		e := w.next()
		d := w.delivery("from Acme: see here")
		d.Room, d.Message.Files = w.Inside, e.Files
		w.deliver(d)
		if p := w.one(w.Agent, w.Inside, "from Acme: see here"); !strings.Contains(readable(p), "shot.txt") {
			w.t.Errorf("the file is not to be seen in %+v", p)
		}
	}},

	{"a person's words are shown under their name", func(w *world) {
		d := w.delivery("It fails again")
		d.Message.Author = &bot.Author{Name: "Giulia Bianchi", Ref: w.Person.Ref}
		w.deliver(d)
		p := w.one(w.Person, w.Room, "It fails again")
		if !strings.Contains(readable(p), "Giulia Bianchi") || p.Author != "" {
			w.t.Errorf("it is shown as %+v", p)
		}
	}},
}
