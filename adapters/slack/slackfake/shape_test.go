package slackfake_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"casebot/adapters/slack/slackfake"
)

// recorded are payloads that Slack sent to others' apps.
const recorded = "../../../../shared/fixtures/slack"

// beside are fields of recorded payloads that a fake need not have: of
// organisations of several workspaces, of pictures' previews, of old and new
// envelopes, and what only some accounts have.
var beside = regexp.MustCompile(`enterprise|authed_users|thumb_|original_|_rich_preview|skipped_shares|is_starred|permalink_public|media_display_type|` +
	`\.icons\.|dispatch_action`)

// paths are all fields of a JSON value with the types of their values; of a list
// those of all that is in it.
func paths(at string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for key, x := range v {
			paths(at+"."+key, x, into)
		}
	case []any:
		for _, x := range v {
			paths(at+"[]", x, into)
		}
	default:
		into[at] = fmt.Sprintf("%T", v)
	}
}

// TestShapes proves that what casebot is told has every field, of the same type,
// that Slack was recorded to send.
func TestShapes(t *testing.T) {
	if _, err := os.Stat(recorded); err != nil {
		t.Skip("the recorded payloads are not here: ", err)
	}
	w, ctx := open(t), t.Context()
	b := w.hook()
	w.AddChannel(slackChannel("C0PLAIN", false, ada, "U0BOT"))
	const room = "C0PLAIN"
	root := w.say(ada, room, "", "{@U0BOT} hello")
	w.say(ada, room, root, "a reply")
	w.say(ada, w.DirectOf(ada), "", "alone")
	shot := w.say(ada, room, "", "with a file", slackfake.Attach{Name: "shot.png", Type: "image/png", Body: "picture"})
	first := w.say(ada, room, "", "to be changed")
	if err := w.Change(ada, room, first, "was changed"); err != nil {
		t.Fatal(err)
	}
	gone := w.say(ada, room, "", "to be deleted")
	if err := w.Delete(ada, room, gone); err != nil {
		t.Fatal(err)
	}
	card := w.post(room, text("card"), slack.MsgOptionTS(root), slack.MsgOptionBlocks(
		slack.NewHeaderBlock(plain("Welcome")),
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "words", false, false), nil, nil),
		slack.NewActionBlock("", slack.NewButtonBlockElement("go", "v", plain("Go")), slack.NewOptionsSelectBlockElement("static_select", plain("Choose..."), "pick",
			slack.NewOptionBlockObject("greet", plain("Say Hello"), nil))),
	))
	if err := w.React(ada, room, card, "+1"); err != nil {
		t.Fatal(err)
	}
	w.OtherApp(room, "", "from another app")
	w.Program(room, "from a program")
	w.post(room, text("aloud"), slack.MsgOptionTS(root), slack.MsgOptionBroadcast())
	w.Join(giulia, room)
	w.run(w.Slash(ada, room, "/case some arguments"))
	opener := slack.NewInputBlock("message", plain("Your Feedback"), nil, slack.NewPlainTextInputBlockElement(plain("Tell us"), "message"))
	address := slack.NewPlainTextInputBlockElement(plain("your@email.example"), "email")
	address.Multiline = true
	email := slack.NewInputBlock("email", plain("Email"), nil, address)
	choice := slack.NewInputBlock("category", plain("Category"), nil, slack.NewOptionsSelectBlockElement("static_select", plain("Select"), "category", slack.NewOptionBlockObject("bug", plain("Bug"), nil)))
	v, err := w.OpenViewContext(ctx, trigger(t, b), slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain("Feedback"), Submit: plain("Send"), Close: plain("Cancel"), NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{opener, choice, email}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.fill(ada, map[string]string{"Your Feedback": "Hello!", "Category": "Bug", "Email": "user@example.com"})
	w.run(w.Submit(ada))
	w.run(w.Press(ada, room, card, "Go", ""))
	w.run(w.Press(ada, room, card, "Choose...", "Say Hello"))
	w.run(w.Shortcut(ada, "test-shortcut", room, root))
	w.run(w.GlobalShortcut(ada, "test-shortcut"))

	for file, holds := range map[string][]string{ // what the payload must hold, to be known among others
		"vc_streaming_aiMention_message.json":                                     {`"type":"message"`, `"ts":"` + root + `"`, `"channel_type"`},
		"vc_modals_mention_app_mention.json":                                      {`"type":"app_mention"`},
		"vc_streaming_threadFollowUp_message.json":                                {"a reply", `"event_ts"`},
		"vc_dm-direct_directDM_message.json":                                      {"alone"},
		"bolt_message_file_share_event_payload.json":                              {`"ts":"` + shot + `"`},
		"bolt_message_changed_event_payload.json":                                 {"message_changed", "was changed"},
		"bolt_message_deleted_event_payload.json":                                 {"message_deleted"},
		"bolt_message_bot_bot_message_event_payload.json":                         {"from another app"},
		"bolt_message_bot_classic_bot_message_event_payload.json":                 {"from a program"},
		"bolt_message_thread_broadcast_event_payload.json":                        {"thread_broadcast"},
		"vc_streaming_promptMessage_message.json":                                 {`"ts":"` + card + `"`, `"type":"message","user"`},
		"vc_actions-reactions_reaction_reaction_added.json":                       {"reaction_added"},
		"vc_member-joined-channel_memberJoinedChannel_member_joined_channel.json": {"member_joined_channel"},
		"vc_slash-commands_slashCommandWithArgs_slash_command.json":               {"some+arguments"},
		"vc_modals_viewSubmission_view_submission.json":                           {"view_submission", v.ID},
		"vc_streaming_buttonAction_block_actions.json":                            {"block_actions", `"type":"button","value":"v"}]`},
		"vc_actions-reactions_staticSelectAction_block_actions.json":              {"block_actions", `"selected_option":{"text"`, `"actions":[{"action_id":"pick"`},
		"bolt_shortcut_message_shortcut_body.json":                                {"message_action"},
		"bolt_shortcut_global_shortcut_body.json":                                 {`"type":"shortcut"`},
	} {
		body, err := os.ReadFile(filepath.Join(recorded, file))
		if err != nil {
			t.Error(err)
			continue
		}
		var want, got any
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(b.payload(t, holds)), &got); err != nil {
			t.Fatal(err)
		}
		wanted, have := map[string]string{}, map[string]string{}
		paths("", want, wanted)
		paths("", got, have)
		for _, path := range slices.Sorted(maps.Keys(wanted)) {
			kind, there := have[path]
			switch {
			case beside.MatchString(path):
			case strings.Contains(file, "broadcast") && path == ".event.client_msg_id": // ours is said by the bot
			case !there:
				t.Errorf("%s: %s is missing", file, path)
			case kind != wanted[path] && kind != "<nil>" && wanted[path] != "<nil>":
				t.Errorf("%s: %s is a %s, want a %s", file, path, kind, wanted[path])
			}
		}
	}
}

// payload waits for what holds some texts, and takes it out of its form.
func (b *inbox) payload(t *testing.T, holds []string) string {
	t.Helper()
	var found string
	eventually(t, fmt.Sprint(holds), func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, x := range b.all {
			body := x.body
			if values, err := url.ParseQuery(body); err == nil && x.path != "/slack/events" && values.Get("payload") != "" {
				body = values.Get("payload")
			}
			if !slices.ContainsFunc(holds, func(text string) bool { return !strings.Contains(body, text) }) {
				found = body
				if x.path == "/slack/commands" {
					found = fields(body)
				}
				return true
			}
		}
		return false
	})
	return found
}

// fields is a form as JSON.
func fields(body string) string {
	values, _ := url.ParseQuery(body)
	out := map[string]string{}
	for key := range values {
		out[key] = values.Get(key)
	}
	whole, _ := json.Marshal(out)
	return string(whole)
}
