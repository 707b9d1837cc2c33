package slackfake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"casebot/adapters/slack/slackfake"
)

// TestStrictBlocks proves that what Slack refuses is refused, with the place.
func TestStrictBlocks(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	many := func(n int, item string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
	}
	button := func(more string) string {
		return `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Go"}` + more + `}]}`
	}
	option := `{"text":{"type":"plain_text","text":"o"},"value":"v"}`
	menu := func(more string) string {
		return `{"type":"actions","elements":[{"type":"static_select",` + more + `}]}`
	}
	for name, c := range map[string]struct{ block, want string }{
		"a text that is too long":      {`{"type":"section","text":{"type":"mrkdwn","text":"` + long(3001) + `"}}`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		"an empty text":                {`{"type":"section","text":{"type":"mrkdwn","text":""}}`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		"emoji in mrkdwn":              {`{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "/blocks/0/text/emoji]"},
		"too many fields":              {`{"type":"section","fields":` + many(11, `{"type":"plain_text","text":"x"}`) + `}`, "/blocks/0/fields]"},
		"a field that is too long":     {`{"type":"section","fields":[{"type":"plain_text","text":"` + long(2001) + `"}]}`, "/blocks/0/fields/0/text]"},
		"a section of nothing":         {`{"type":"section"}`, "[json-pointer:/blocks/0]"},
		"a header in mrkdwn":           {`{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, "/blocks/0/text/type]"},
		"a header that is too long":    {`{"type":"header","text":{"type":"plain_text","text":"` + long(151) + `"}}`, "/blocks/0/text/text]"},
		"too much context":             {`{"type":"context","elements":` + many(11, `{"type":"plain_text","text":"x"}`) + `}`, "/blocks/0/elements]"},
		"too many buttons":             {`{"type":"actions","elements":` + many(26, `{"type":"button","text":{"type":"plain_text","text":"x"}}`) + `}`, "/blocks/0/elements]"},
		"a label that is too long":     {`{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + long(76) + `"}}]}`, "/elements/0/text/text]"},
		"a value that is too long":     {button(`,"value":"` + long(2001) + `"`), "/elements/0/value]"},
		"an action_id too long":        {button(`,"action_id":"` + long(256) + `"`), "/elements/0/action_id]"},
		"a style there is not":         {button(`,"style":"warning"`), "/elements/0/style]"},
		"a confirmation too long":      {button(`,"confirm":{"title":{"type":"plain_text","text":"` + long(101) + `"},"text":{"type":"plain_text","text":"x"},"confirm":{"type":"plain_text","text":"x"},"deny":{"type":"plain_text","text":"x"}}`), "/confirm/title/text]"},
		"a field no button has":        {button(`,"colour":"red"`), "/elements/0/colour]"},
		"twice the same action_id":     {`{"type":"actions","elements":` + many(2, `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}`) + `}`, "action_id already exists"},
		"no options":                   {menu(`"options":[]`), "/elements/0/options]"},
		"too many options":             {menu(`"options":` + many(101, option)), "/elements/0/options]"},
		"an option too long":           {menu(`"options":[{"text":{"type":"plain_text","text":"` + long(76) + `"},"value":"v"}]`), "/options/0/text/text]"},
		"an option's value too long":   {menu(`"options":[{"text":{"type":"plain_text","text":"x"},"value":"` + long(151) + `"}]`), "/options/0/value]"},
		"an option in mrkdwn":          {menu(`"options":[{"text":{"type":"mrkdwn","text":"x"},"value":"v"}]`), "/options/0/text/type]"},
		"a first option that is none":  {menu(`"options":[` + option + `],"initial_option":{"text":{"type":"plain_text","text":"p"},"value":"v"}`), "/initial_option]"},
		"a placeholder too long":       {menu(`"options":[` + option + `],"placeholder":{"type":"plain_text","text":"` + long(151) + `"}`), "/placeholder/text]"},
		"an image without alternative": {`{"type":"image","image_url":"https://x.example/x.png"}`, "/alt_text]"},
		"an image of no file":          {`{"type":"image","alt_text":"x","slack_file":{"id":"F0NONE"}}`, "invalid slack file"},
		"an input in a message":        {`{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input"}}`, "unsupported type: input"},
		"a typing field among buttons": {`{"type":"actions","elements":[{"type":"plain_text_input"}]}`, "/elements/0/type]"},
		"a list of texts":              {`{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"text","text":"x"}]}]}`, "must be a rich_text_section"},
		"an empty rich text":           {`{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}`, "/elements/0/text]"},
		"an address that is none":      {`{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"here"}]}]}`, "invalid url"},
		"too many rows":                {`{"type":"table","rows":` + many(101, `[{"type":"raw_text","text":"x"}]`) + `}`, "/blocks/0/rows]"},
		"too many columns":             {`{"type":"table","rows":[` + many(21, `{"type":"raw_text","text":"x"}`) + `]}`, "/rows/0]"},
		"an empty cell":                {`{"type":"table","rows":[[{"type":"raw_text","text":""}]]}`, "/rows/0/0/text]"},
		"a type there is not":          {`{"type":"marquee"}`, "unsupported type: marquee"},
	} {
		w := open(t)
		out := w.raw("chat.postMessage", url.Values{"channel": {acme}, "text": {"x"}, "blocks": {"[" + c.block + "]"}})
		if out.Error != "invalid_blocks" || !strings.Contains(strings.Join(out.Metadata.Messages, "\n"), c.want) || !strings.HasPrefix(out.Metadata.Messages[0], "[ERROR] ") {
			t.Errorf("%s: %+v, want %s", name, out, c.want)
		}
	}
	w := open(t)
	if out := w.raw("chat.postMessage", url.Values{"channel": {acme}, "blocks": {many(51, `{"type":"divider"}`)}}); out.Error != "invalid_blocks" {
		t.Errorf("51 blocks: %+v", out)
	}
	if out := w.raw("chat.postMessage", url.Values{"channel": {acme}, "blocks": {`[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`}}); out.Error != "invalid_blocks" {
		t.Errorf("twice the same block_id: %+v", out)
	}
	if out := w.raw("chat.dance", nil); out.Error != "unknown_method" {
		t.Errorf("a method there is not: %+v", out)
	}
}

// TestStrictViews proves the same of forms.
func TestStrictViews(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	input := func(more string) string {
		return `{"type":"input","block_id":"b","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input"` + more + `}}`
	}
	submit := `,"submit":{"type":"plain_text","text":"Send"}`
	view := func(blocks, more string) string {
		return `{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[` + blocks + `]` + more + `}`
	}
	for name, c := range map[string]struct{ view, want string }{
		"a title too long":         {`{"type":"modal","title":{"type":"plain_text","text":"` + long(25) + `"},"blocks":[]}`, "/view/title/text]"},
		"nothing to send it with":  {view(input(""), ""), "/view/submit]"},
		"a word to send too long":  {view("", `,"submit":{"type":"plain_text","text":"`+long(25)+`"}`), "/view/submit/text]"},
		"metadata too long":        {view("", `,"private_metadata":"`+long(3001)+`"`), "/view/private_metadata]"},
		"a callback_id too long":   {view("", `,"callback_id":"`+long(256)+`"`), "/view/callback_id]"},
		"a field no modal has":     {view("", `,"colour":"red"`), "/view/colour]"},
		"a text too long to begin": {view(input(`,"initial_value":"`+long(3001)+`"`), submit), "/view/blocks/0/element/initial_value]"},
		"a text beyond the most":   {view(input(`,"initial_value":"xxx","max_length":2`), submit), "/initial_value]"},
		"too much to type":         {view(input(`,"max_length":3001`), submit), "/max_length]"},
		"a table in a form":        {view(`{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}`, ""), "unsupported type: table"},
		"two that want the focus":  {view(input(`,"focus_on_load":true`)+","+strings.Replace(input(`,"focus_on_load":true`), `"b"`, `"c"`, 1), submit), "focus_on_load"},
		"a button among fields":    {view(`{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"button","text":{"type":"plain_text","text":"x"}}}`, submit), "/element/type]"},
	} {
		w := open(t)
		out := w.raw("views.publish", url.Values{"user_id": {ada}, "view": {strings.Replace(c.view, `"modal"`, `"home"`, 1)}})
		if out.Error == "" && !strings.Contains(name, "send") {
			t.Errorf("%s: published as a home page, which has neither title nor submit", name)
		}
		out = w.open(c.view)
		if out.Error != "invalid_arguments" || !strings.Contains(strings.Join(out.Metadata.Messages, "\n"), c.want) {
			t.Errorf("%s: %+v, want %s", name, out, c.want)
		}
	}
	w := open(t)
	if out := w.open(view(input(`,"max_length":10`), submit)); out.Error != "" {
		t.Errorf("a good form: %+v", out)
	}
}

// answer is what the Web API answers.
type answer struct {
	OK       bool
	Error    string
	Metadata struct{ Messages []string } `json:"response_metadata"`
}

// raw calls the Web API with what no library would send.
func (w *world) raw(method string, args url.Values) answer {
	w.t.Helper()
	if args == nil {
		args = url.Values{}
	}
	args.Set("token", w.Server.Config().BotToken)
	resp, err := http.PostForm(w.APIURL()+method, args)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out answer
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		w.t.Fatal(err)
	}
	if scopes := resp.Header.Get("X-OAuth-Scopes"); !strings.Contains(scopes, "chat:write") && out.Error != "unknown_method" {
		w.t.Errorf("the scopes of the answer are %q", scopes)
	}
	return out
}

// open opens a form with a trigger of a slash command.
func (w *world) open(view string) answer {
	w.t.Helper()
	b := w.hook()
	w.run(w.Slash(ada, triage, "/case new"))
	values, err := url.ParseQuery(b.wait(w.t, 1, "trigger_id")[0].body)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.raw("views.open", url.Values{"trigger_id": {values.Get("trigger_id")}, "view": {view}})
}

func slackChannel(id string, private bool, members ...string) slackfake.Channel {
	return slackfake.Channel{ID: id, Name: strings.ToLower(id), Private: private, Members: members}
}

func slackUser(id, team string) slackfake.User {
	return slackfake.User{ID: id, Name: strings.ToLower(id), RealName: fmt.Sprint("User ", id), Team: team}
}
