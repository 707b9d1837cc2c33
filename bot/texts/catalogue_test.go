package texts

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// sources reads the catalogues again, without go-i18n: language → key → the
// forms of the message, one beside the other.
func sources(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := strings.Split(entry.Name(), ".")
		if len(name) != 3 {
			t.Fatalf("%s is not named part.language.yaml", entry.Name())
		}
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := yaml.Unmarshal(text, &messages); err != nil {
			t.Fatalf("%s: %v", entry.Name(), err)
		}
		if all[name[1]] == nil {
			all[name[1]] = map[string]string{}
		}
		for key, message := range messages {
			all[name[1]][key] = flat(message)
		}
	}
	return all
}

func flat(message any) string {
	switch m := message.(type) {
	case string:
		return m
	case map[string]any:
		var forms []string
		for _, form := range m {
			forms = append(forms, flat(form))
		}
		return strings.Join(forms, "\n")
	default:
		return ""
	}
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

// namesIn lists the distinct placeholders of a message, sorted.
func namesIn(text string) []string {
	names := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestEveryKeyInEveryLanguage(t *testing.T) {
	all := sources(t)
	for _, lang := range Languages() {
		for key, text := range all[Default] {
			other, ok := all[lang][key]
			switch {
			case !ok:
				t.Errorf("%s lacks %s", lang, key)
			case strings.TrimSpace(other) == "":
				t.Errorf("%s: %s is empty", lang, key)
			case !slices.Equal(namesIn(text), namesIn(other)):
				t.Errorf("%s: %s has the placeholders %v, English has %v", lang, key, namesIn(other), namesIn(text))
			}
		}
		for key := range all[lang] {
			if _, ok := all[Default][key]; !ok {
				t.Errorf("%s has %s, which English lacks", lang, key)
			}
		}
		if len(Keys(lang)) != len(all[lang]) {
			t.Errorf("Keys(%s) lists %d of %d keys", lang, len(Keys(lang)), len(all[lang]))
		}
	}
	if len(all) != len(Languages()) {
		t.Errorf("there are catalogues for %v", slices.Sorted(maps.Keys(all)))
	}
	if Keys("fr") != nil {
		t.Error("there are keys in a language that casebot does not speak")
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, src := range []string{"{{", "{{}}", "{{id}}", "{{.}}", "{{.a b}}", "{{if .a}}b{{end}}", "{{.id", "{{.id | html}}"} {
		if _, err := compile(src); err == nil {
			t.Errorf("%q was taken", src)
		}
	}
}

func TestToneOfTheLanguages(t *testing.T) {
	informal := regexp.MustCompile(`(?i)\b(?:tu|tuo|tua|tuoi|tue|puoi|devi|hai|vuoi|scrivi|rispondi|scegli|invia(?:lo|la)|ti)\b`)
	plain := regexp.MustCompile(`(?:だ|である|しろ)。`)
	all := sources(t)
	for key, text := range all["it"] {
		if word := informal.FindString(text); word != "" {
			t.Errorf("it: %s says %q: Italian addresses people with Lei", key, word)
		}
	}
	for key, text := range all["ja"] {
		if word := plain.FindString(text); word != "" {
			t.Errorf("ja: %s ends with %q: Japanese is です・ます", key, word)
		}
	}
}
