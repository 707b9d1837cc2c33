package config

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"time"

	"casebot/policy"
)

// Languages lists the languages that casebot speaks.
func Languages() []string { return []string{"en", "it", "ja"} }

// keyForm is the form of the keys that people choose.
var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// checker looks at what was read as a whole.
type checker struct {
	*report
	places map[string]place
	dues   map[[2]string]string // package and calendar: what never comes due
}

// mistake reports a mistake at a path, unless something there could not even
// be read: one mistake should not be told twice.
func (k *checker) mistake(path, format string, args ...any) {
	if !k.broken(path) {
		k.add(k.at(path, fmt.Sprintf(format, args...)))
	}
}

func (k *checker) warning(path, format string, args ...any) {
	k.warnings = append(k.warnings, Warning(k.at(path, fmt.Sprintf(format, args...))))
}

func (k *checker) at(path, message string) Mistake {
	where := near(k.places, path)
	return Mistake{File: where.file, Line: where.line, Path: path, Message: message}
}

// oneOf checks that a word is a known one.
func (k *checker) oneOf(path, what, word string, known []string) {
	if !slices.Contains(known, word) {
		k.mistake(path, "%s", unknown(what, word, known))
	}
}

// key checks the form of a key.
func (k *checker) key(path, key string) {
	if !keyForm.MatchString(key) {
		k.mistake(path, "%q cannot be a key: write small letters, digits, - and _", key)
	}
}

func (k *checker) language(path, language string) {
	if language != "" {
		k.oneOf(path, "language", language, Languages())
	}
}

func (k *checker) timezone(path, name string) {
	if name == "" {
		return
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		k.mistake(path, "%q is not a time zone: write an IANA name such as Europe/Rome", name)
	}
}

func (k *checker) channel(path, ref string, c *Config) {
	if ref == "" {
		return
	}
	platform, _, err := SplitRef(ref)
	if err != nil {
		k.mistake(path, "%s", err)
		return
	}
	if !c.serves(platform) && !k.broken(platform) {
		k.warning(path, "%s is not configured, so nothing can be posted to %s", platform, ref)
	}
}

// serves reports whether a platform is configured.
func (c *Config) serves(platform string) bool {
	switch platform {
	case "slack":
		return c.Slack.Used()
	case "discord":
		return c.Discord.Used()
	}
	return c.Console.Enabled
}

// refs checks a person's ids.
func (k *checker) refs(path string, refs map[string]string) {
	for _, platform := range platforms {
		if id, given := refs[platform]; given {
			if err := checkUser(platform, id); err != nil {
				k.mistake(join(path, platform), "%s", err)
			}
		}
	}
}

func (k *checker) hostPort(path, address string) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		k.mistake(path, "%q is not an address: write host:port, 127.0.0.1:8080", address)
	}
}

func (k *checker) webAddress(path, address string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		k.mistake(path, "%q is not a web address: write it whole, https://…", address)
	}
}

// calendarNames lists the calendars, for suggestions.
func (c *Config) calendarNames() []string {
	var names []string
	for name := range c.Calendars {
		names = append(names, name)
	}
	return names
}

func (c *Config) packageKeys() []string {
	var keys []string
	for key := range c.Packages {
		keys = append(keys, key)
	}
	return keys
}

// member finds a member of the staff.
func (c *Config) member(key string) (Staff, bool) {
	i := slices.IndexFunc(c.Staff, func(s Staff) bool { return s.Key == key })
	if i < 0 {
		return Staff{}, false
	}
	return c.Staff[i], true
}

func (c *Config) staffKeys() []string {
	var keys []string
	for _, s := range c.Staff {
		keys = append(keys, s.Key)
	}
	return keys
}

// Has reports whether this member of the staff has a role.
func (s Staff) Has(role policy.Role) bool { return slices.Contains(s.Roles, role) }

func roleNames() []string {
	var names []string
	for _, role := range policy.Roles() {
		names = append(names, string(role))
	}
	return names
}

func standingNames() []string {
	var names []string
	for _, standing := range policy.Standings() {
		names = append(names, string(standing))
	}
	return names
}
