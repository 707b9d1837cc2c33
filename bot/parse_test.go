package bot_test

import (
	"testing"

	"casebot/bot"
)

// TestParseQuotes proves that words in quotes, straight or smart, are one
// argument, and that a text that is not an argument keeps its quotes.
func TestParseQuotes(t *testing.T) {
	for text, want := range map[string][3]string{ // case, who, text
		`assign ACME-1 ada`:                  {"ACME-1", "ada", ""},
		`assign ACME-1 "Ada Ricci"`:          {"ACME-1", "Ada Ricci", ""},
		`assign "acme-1" “Ada Ricci”`:        {"ACME-1", "Ada Ricci", ""},
		`assign ACME-1 „Ada Ricci“`:          {"ACME-1", "Ada Ricci", ""},
		`assign ACME-1 «Ada Ricci»`:          {"ACME-1", "Ada Ricci", ""},
		`assign ACME-1 「田中 由紀」`:              {"ACME-1", "田中 由紀", ""},
		`assign ACME-1 "Ada`:                 {"ACME-1", "Ada", ""},
		`assign ACME-1 ""`:                   {"ACME-1", "", ""},
		`reply ACME-1 "quoted" words stay`:   {"ACME-1", "", `"quoted" words stay`},
		`reply ACME-1 5"x3" is not a quote`:  {"ACME-1", "", `5"x3" is not a quote`},
		"reply\u00a0ACME-1\u00a0hard spaces": {"ACME-1", "", "hard spaces"},
	} {
		call := bot.Parse(bot.Command{Group: bot.GroupCase, Text: text})
		if got := [3]string{call.Args["case"], call.Args["who"], call.Args["text"]}; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestParseGroup proves that a group may be named where nothing names it yet,
// and that a word alone may stand in quotes.
func TestParseGroup(t *testing.T) {
	for text, want := range map[string][2]string{ // name, its argument
		"support package":      {"package", ""},
		"/support package":     {"package", ""},
		"Case list closed":     {"list", "closed"},
		"case":                 {"help", ""},
		"support":              {"help", ""},
		"list “closed”":        {"list", "closed"},
		"list":                 {"list", ""},
		"supported by nobody?": {"", ""},
	} {
		call := bot.Parse(bot.Command{Text: text})
		if got := [2]string{call.Spec.Name, call.Args["which"]}; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if call := bot.Parse(bot.Command{Group: bot.GroupCase, Text: "support package"}); call.Known() {
		t.Errorf("/case support package is %s", call.Spec.Name)
	}
}
