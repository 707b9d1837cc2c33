package slackfake

import (
	"regexp"
	"strings"
)

// escape is what Slack does to what people type.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// chosen is what somebody did not type but chose from a list, in our notation:
// "{@U0ADA}", "{#C0ACME}", "{!here}", "{!subteam^S0LEADS}". webAddress is what
// Slack makes a link of.
var (
	chosen     = regexp.MustCompile(`\{(@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:here|channel|everyone)|!subteam\^S[A-Z0-9]+)\}`)
	webAddress = regexp.MustCompile(`https?://[^\s<>|"{}]+`)
	typedParts = regexp.MustCompile(chosen.String() + `|` + webAddress.String())
)

// typed is a text as it arrives: escaped, with mentions and links in angle
// brackets, and the same as rich text.
func (s *Server) typed(text string) (string, []any) {
	var b strings.Builder
	var leaves []any
	say := func(text string) {
		if text != "" {
			b.WriteString(escape.Replace(text))
			leaves = append(leaves, obj{"type": "text", "text": text})
		}
	}
	for text != "" {
		at := typedParts.FindStringSubmatchIndex(text)
		if at == nil {
			say(text)
			break
		}
		say(text[:at[0]])
		end := at[1]
		if at[2] < 0 {
			url := strings.TrimRight(text[at[0]:at[1]], `.,;:!?'")]*_~`+"`")
			end = at[0] + len(url)
			b.WriteString("<" + escape.Replace(url) + ">")
			leaves = append(leaves, obj{"type": "link", "url": url})
		} else {
			id := text[at[2]:at[3]]
			b.WriteString("<" + s.named(id) + ">")
			leaves = append(leaves, leafOf(id))
		}
		text = text[end:]
	}
	if leaves == nil {
		return "", nil
	}
	return b.String(), []any{obj{"type": "rich_text", "block_id": s.blockID(), "elements": []any{obj{"type": "rich_text_section", "elements": leaves}}}}
}

// named adds to a channel its name, which Slack leaves out of a private one's.
func (s *Server) named(id string) string {
	if !strings.HasPrefix(id, "#") {
		return id
	}
	if c := s.channels[id[1:]]; c != nil && !c.Private {
		return id + "|" + c.Name
	}
	return id + "|"
}

func leafOf(id string) obj {
	switch {
	case id[0] == '@':
		return obj{"type": "user", "user_id": id[1:]}
	case id[0] == '#':
		return obj{"type": "channel", "channel_id": id[1:]}
	case strings.HasPrefix(id, "!subteam^"):
		return obj{"type": "usergroup", "usergroup_id": strings.TrimPrefix(id, "!subteam^")}
	default:
		return obj{"type": "broadcast", "range": id[1:]}
	}
}

// mentions tells whether a text as it arrives mentions somebody.
func mentions(text, user string) bool {
	return strings.Contains(text, "<@"+user+">") || strings.Contains(text, "<@"+user+"|")
}

// blockID makes the id of a block that came without one.
func (s *Server) blockID() string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	s.serial++
	n, id := s.serial+1_000_000, ""
	for ; n > 0; n /= len(digits) {
		id += string(digits[n%len(digits)])
	}
	return id
}

// settled gives blocks what Slack gives them: ids, and the defaults of texts.
func (s *Server) settled(blocks []any) []any {
	for _, b := range blocks {
		if block, ok := b.(obj); ok && (block["block_id"] == nil || block["block_id"] == "") {
			block["block_id"] = s.blockID()
		}
	}
	defaults(blocks)
	return blocks
}

func defaults(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			defaults(x)
		}
	case obj:
		for key, name := range map[string]string{"plain_text": "emoji", "mrkdwn": "verbatim"} {
			if v["type"] == key && v[name] == nil {
				v[name] = key == "plain_text"
			}
		}
		for _, x := range v {
			defaults(x)
		}
	}
}
