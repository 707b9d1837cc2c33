package slack

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf16"
)

// Slack escapes three characters in what people write, and in nothing else
// (docs.slack.dev/messaging/formatting-message-text).
var (
	unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	escape   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	token    = regexp.MustCompile(`<([^<>]*)>`)
)

// plain turns what Slack sends into what its writer typed: mentions become
// names, links addresses, entities characters.
func (s *workspace) plain(ctx context.Context, text string, name func(context.Context, string) string) string {
	var b strings.Builder
	for {
		at := token.FindStringSubmatchIndex(text)
		if at == nil {
			b.WriteString(unescape.Replace(text))
			return b.String()
		}
		b.WriteString(unescape.Replace(text[:at[0]]))
		b.WriteString(s.meant(ctx, text[at[2]:at[3]], name))
		text = text[at[1]:]
	}
}

// meant is what a token between angle brackets stands for.
func (s *workspace) meant(ctx context.Context, t string, name func(context.Context, string) string) string {
	id, label, labelled := strings.Cut(t, "|")
	label = unescape.Replace(label)
	switch {
	case strings.HasPrefix(id, "@"):
		return "@" + name(ctx, id[1:])
	case strings.HasPrefix(id, "#"):
		if labelled && label != "" {
			return "#" + label
		}
		return id
	case strings.HasPrefix(id, "!date^"):
		return label
	case strings.HasPrefix(id, "!subteam^"):
		if labelled && label != "" {
			return "@" + strings.TrimPrefix(label, "@")
		}
		return "@" + strings.TrimPrefix(id, "!subteam^")
	case strings.HasPrefix(id, "!"):
		if labelled && label != "" {
			return label
		}
		return "@" + id[1:]
	}
	url := unescape.Replace(id)
	bare := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(url, "mailto:"), "tel:"), "http://")
	switch {
	case !labelled, label == "", label == url:
		return url
	case label == bare: // Slack made a link of what was typed without one
		return label
	default:
		return label + " (" + url + ")"
	}
}

// nameOf is how somebody is named in a text.
func (s *workspace) nameOf(ctx context.Context, id string) string {
	if u := s.user(ctx, id); u.Name != "" {
		return u.Name
	}
	return id
}

// idOf names somebody by id: where a command has to know whom it means.
func idOf(_ context.Context, id string) string { return id }

// length counts as the strictest reader of Slack's limits would: in UTF-16
// units, of which an emoji has two.
func length(s string) int { return len(utf16.Encode([]rune(s))) }

// cut shortens a text to at most n units, at a rune's border, and marks it.
func cut(s string, n int) string {
	if length(s) <= n {
		return s
	}
	used, runes := 1, []rune(s)
	for i, r := range runes {
		if used += utf16.RuneLen(r); used > n {
			return string(runes[:i]) + "…"
		}
	}
	return s
}
