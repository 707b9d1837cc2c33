package slackfake

import (
	"fmt"
	"regexp"
	"strings"
)

// How clients show texts.

var decode = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

var (
	angles    = regexp.MustCompile(`<([^<>]*)>`)
	emojiName = regexp.MustCompile(`:([a-z0-9_+'-]*[a-z][a-z0-9_+'-]*):`)
	fence     = regexp.MustCompile("(?s)```(.*?)```")
	marks     = []*regexp.Regexp{
		regexp.MustCompile("(^|[\\s(>])`([^`\n]+)`"), regexp.MustCompile(`(^|[\s(>*_~])\*([^\s*][^*\n]*)\*`),
		regexp.MustCompile(`(^|[\s(>*~])_([^\s_][^_\n]*)_`), regexp.MustCompile(`(^|[\s(>*_])~([^\s~][^~\n]*)~`),
	}
	quote = regexp.MustCompile(`(?m)^&gt; ?`)
)

// mrkdwn interprets a text as Slack's clients do: what is no markup of ours and
// was not escaped changes.
func (s *Server) mrkdwn(text string) (string, []string) {
	var notifies []string
	text = quote.ReplaceAllString(text, "")
	text = fence.ReplaceAllString(text, "$1")
	for range 2 {
		for _, m := range marks {
			text = m.ReplaceAllString(text, "$1$2")
		}
	}
	text = emojiName.ReplaceAllString(text, "[$1]")
	text = angles.ReplaceAllStringFunc(text, func(t string) string {
		shown, called := s.token(t[1 : len(t)-1])
		if called != "" {
			notifies = append(notifies, called)
		}
		return shown
	})
	return decode.Replace(text), notifies
}

// token is what a client shows for what stands between angle brackets, and whom
// it calls.
func (s *Server) token(t string) (shown, called string) {
	id, label, labelled := strings.Cut(t, "|")
	switch {
	case strings.HasPrefix(id, "@"):
		return "@" + s.nameOf(id[1:]), id[1:]
	case strings.HasPrefix(id, "#"):
		return "#" + s.channelName(id[1:]), ""
	case strings.HasPrefix(id, "!subteam^"):
		group := strings.TrimPrefix(id, "!subteam^")
		return "@" + s.handle(group), group
	case id == "!channel", id == "!here", id == "!everyone":
		return "@" + id[1:], "everybody"
	case strings.HasPrefix(id, "!date^"), labelled:
		return label, ""
	default:
		return id, ""
	}
}

// The names are as they stand after the escaping of the text around them.

func (s *Server) nameOf(user string) string {
	if u := s.users[user]; u != nil {
		return escape.Replace(u.shownName())
	}
	return user
}

func (s *Server) channelName(id string) string {
	if c := s.channels[id]; c != nil {
		return escape.Replace(c.Name)
	}
	return id
}

func (s *Server) handle(group string) string {
	if g := s.groups[group]; g != nil {
		return escape.Replace(g.handle)
	}
	return group
}

// richText draws the elements of a rich text block: nothing in it is interpreted.
func (s *Server) richText(elements []any) (string, []string) {
	var b strings.Builder
	var notifies []string
	for i, e := range elements {
		part := e.(obj)
		inner, _ := part["elements"].([]any)
		if part["type"] == "rich_text_list" || part["type"] == "rich_text_quote" && i > 0 {
			b.WriteString("\n")
		}
		if part["type"] == "rich_text_list" {
			for _, item := range inner {
				text, called := s.richText([]any{item})
				b.WriteString("• " + text + "\n")
				notifies = append(notifies, called...)
			}
			continue
		}
		for _, x := range inner {
			shown, called := s.leaf(x.(obj))
			b.WriteString(shown)
			if called != "" {
				notifies = append(notifies, called)
			}
		}
	}
	return b.String(), notifies
}

// leaf is what a client shows for an element of rich text, and whom it calls.
func (s *Server) leaf(x obj) (shown, called string) {
	word := func(key string) string {
		v, _ := x[key].(string)
		return v
	}
	switch x["type"] {
	case "text":
		return word("text"), ""
	case "link":
		if word("text") != "" {
			return word("text"), ""
		}
		return word("url"), ""
	case "user":
		return "@" + decode.Replace(s.nameOf(word("user_id"))), word("user_id")
	case "usergroup":
		return "@" + decode.Replace(s.handle(word("usergroup_id"))), word("usergroup_id")
	case "broadcast":
		return "@" + word("range"), "everybody"
	case "channel":
		return "#" + decode.Replace(s.channelName(word("channel_id"))), ""
	case "emoji":
		return "[" + word("name") + "]", ""
	case "date":
		return word("fallback"), ""
	default:
		return fmt.Sprint("[", x["type"], "]"), ""
	}
}
