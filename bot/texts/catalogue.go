package texts

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// Default is the language of whoever named none, or one that casebot does not
// speak.
const Default = "en"

//go:embed *.yaml
var files embed.FS

// Catalogue holds the messages of all languages. It never changes after Load
// and may be used by many goroutines at once.
type Catalogue struct {
	keys   map[string][]string            // by language, sorted
	plain  map[string]map[string]*message // by language and key: what has one form only, compiled
	voices map[string]Voice
}

var load = sync.OnceValues(parse)

// Load reads the embedded catalogues. They are parsed once; every call
// returns the same Catalogue.
func Load() (*Catalogue, error) { return load() }

// Languages lists the languages that casebot speaks, the default first.
func Languages() []string { return []string{"en", "it", "ja"} }

// Keys lists the keys that a language has, sorted; none for a language that
// casebot does not speak.
func Keys(lang string) []string {
	c, err := Load()
	if err != nil {
		return nil
	}
	return slices.Clone(c.keys[lang])
}

// In returns the voice of a language: "it", "ja-JP" or "IT" will do. An
// unknown or empty one gives English.
func (c *Catalogue) In(lang string) Voice {
	if v, ok := c.voices[lang]; ok {
		return v
	}
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(lang), "_", "-"), "-")
	if v, ok := c.voices[base]; ok {
		return v
	}
	return c.voices[Default]
}

func parse() (*Catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	c := &Catalogue{keys: map[string][]string{}, plain: map[string]map[string]*message{}, voices: map[string]Voice{}}
	if err := c.read(bundle); err != nil {
		return nil, fmt.Errorf("read message catalogues: %w", err)
	}
	for _, lang := range Languages() {
		v := Voice{v: &voice{lang: lang, plain: c.plain[lang], say: i18n.NewLocalizer(bundle, lang)}}
		v.words()
		c.voices[lang] = v
	}
	return c, nil
}

// read adds all files to the bundle and reports every mistake at once.
func (c *Catalogue) read(bundle *i18n.Bundle) error {
	entries, err := files.ReadDir(".")
	if err != nil {
		return err
	}
	var wrong []error
	from := map[string]string{} // language and key → file
	for _, entry := range entries {
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			return err
		}
		file, err := bundle.ParseMessageFileBytes(text, entry.Name())
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", entry.Name(), err))
			continue
		}
		lang := file.Tag.String()
		if !slices.Contains(Languages(), lang) {
			wrong = append(wrong, fmt.Errorf("%s: %q is not one of the languages %v", entry.Name(), lang, Languages()))
		}
		for _, m := range file.Messages {
			if first, twice := from[lang+" "+m.ID]; twice {
				wrong = append(wrong, fmt.Errorf("%s: %s is already in %s", entry.Name(), m.ID, first))
			}
			from[lang+" "+m.ID] = entry.Name()
			c.keys[lang] = append(c.keys[lang], m.ID)
			for _, form := range forms(m) {
				compiled, err := compile(form)
				if err != nil {
					wrong = append(wrong, fmt.Errorf("%s: %s: %w", entry.Name(), m.ID, err))
				}
				c.keep(lang, m, compiled)
			}
		}
	}
	for _, keys := range c.keys {
		slices.Sort(keys)
	}
	return errors.Join(wrong...)
}

// keep keeps a compiled form where it is the only one of its message.
func (c *Catalogue) keep(lang string, m *i18n.Message, form *message) {
	if m.Other == "" || len(forms(m)) > 1 {
		return
	}
	if c.plain[lang] == nil {
		c.plain[lang] = map[string]*message{}
	}
	c.plain[lang][m.ID] = form
}

// forms lists the plural forms of a message that are written.
func forms(m *i18n.Message) []string {
	all := []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}
