package config

import (
	"strings"

	"casebot/policy"
)

// contact is the entry as policy sees it: whoever is in the directory is
// nominated, and active unless it says otherwise.
func (e contactEntry) contact() policy.Contact {
	c := policy.Contact{
		Key: e.Key, Name: e.Name, Refs: e.Refs(), Email: e.Email, Language: e.Language, Timezone: e.Timezone,
		Nominated: true, Active: e.Active == nil || *e.Active,
		Trained: e.Trained, TrainedUntil: e.TrainedUntil, Admin: e.Admin,
	}
	if c.Key == "" {
		c.Key = keyFor(e)
	}
	return c
}

// entryOf is the way back.
func entryOf(c policy.Contact) contactEntry {
	e := contactEntry{
		Key: c.Key, Name: c.Name, Email: c.Email, Language: c.Language, Timezone: c.Timezone,
		IDs:     IDs{Slack: c.Refs["slack"], Discord: c.Refs["discord"], Console: c.Refs["console"]},
		Trained: c.Trained, TrainedUntil: c.TrainedUntil, Admin: c.Admin,
	}
	if !c.Active {
		e.Active = new(bool)
	}
	return e
}

// keyFor makes a key out of the name, "giulia-bianchi"; a name without Latin
// letters takes what the person is called on a platform.
func keyFor(e contactEntry) string {
	mailbox, _, _ := strings.Cut(e.Email, "@")
	for _, text := range []string{e.Name, e.Console, mailbox, e.Slack, e.Discord} {
		if key := slug(text); key != "" {
			return key
		}
	}
	return ""
}

// slug keeps Latin letters and digits, in lower case, with a hyphen for
// whatever stands between them.
func slug(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(text) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
			continue
		}
		gap = true
	}
	return b.String()
}
