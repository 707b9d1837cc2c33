package slackfake_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"casebot/adapters/slack/slackfake"
)

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject("plain_text", s, false, false)
}

// report is a form with a field that must be filled in and one that may be.
func report() slack.ModalViewRequest {
	typed := slack.NewPlainTextInputBlockElement(nil, "entry")
	typed.MaxLength = 20
	pick := slack.NewOptionsSelectBlockElement("external_select", plain("Who?"), "who")
	optional := slack.NewInputBlock("b2", plain("Assignee"), nil, pick)
	optional.Optional = true
	files := slack.NewInputBlock("b3", plain("Files"), nil, slack.NewFileInputBlockElement("files"))
	files.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "report", PrivateMetadata: "m1", Title: plain("New report"), Submit: plain("Send"), NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewInputBlock("b1", plain("Summary"), nil, typed), optional, files}},
	}
}

// trigger is the newest trigger that came.
func trigger(t *testing.T, b *inbox) string {
	t.Helper()
	all := b.wait(t, 1, "trigger_id")
	values, err := url.ParseQuery(all[len(all)-1].body)
	if err != nil {
		t.Fatal(err)
	}
	if id := values.Get("trigger_id"); id != "" {
		return id
	}
	return interaction(t, all[len(all)-1]).TriggerID
}

// answered is a hook that answers forms with JSON.
func answered(b *inbox, payload any) {
	b.answers(func(out http.ResponseWriter, x told) {
		if strings.Contains(x.body, "view_submission") {
			out.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(out).Encode(payload)
		}
	})
}

// TestForm lives a form of somebody of another organisation: opened from a
// press, refused by the client and by casebot, sent, and what comes with it.
func TestForm(t *testing.T) {
	w, ctx := open(t), t.Context()
	b := w.hook()
	ts := w.post(acme, text("door"), slack.MsgOptionBlocks(slack.NewActionBlock("", slack.NewButtonBlockElement("open", "new", plain("Open a case")))))
	w.run(w.Press(giulia, acme, ts, "Open a case", ""))
	id := trigger(t, b)
	if _, err := w.OpenViewContext(ctx, id, report()); err != nil {
		t.Fatal(err)
	}
	_, err := w.OpenViewContext(ctx, id, report())
	refused(t, err, "exchanged_trigger_id")
	if f := w.View(giulia); f == nil || f.Title != "New report" || f.Submit != "Send" || len(f.Fields) != 3 || !f.Fields[1].Optional {
		t.Fatalf("the form: %+v", f)
	}

	// The client itself refuses what is missing or too long.
	w.run(w.Submit(giulia))
	if f := w.View(giulia); !strings.Contains(f.Fields[0].Error, "required") || f.Fields[2].Error != "" {
		t.Errorf("a form without its summary: %+v", f)
	}
	w.fill(giulia, map[string]string{"Summary": strings.Repeat("x", 21)})
	w.run(w.Submit(giulia))
	if f := w.View(giulia); !strings.Contains(f.Fields[0].Error, "20") {
		t.Errorf("a summary too long: %+v", f)
	}

	// A menu asks casebot for its options.
	b.answers(func(out http.ResponseWriter, x told) {
		if strings.Contains(x.body, "block_suggestion") {
			_, _ = out.Write([]byte(`{"options":[{"text":{"type":"plain_text","text":"Ada Ricci"},"value":"U0ADA"}]}`))
		}
	})
	if labels, err := w.Options(giulia, "", "", "Assignee", "ada"); err != nil || len(labels) != 1 || labels[0] != "Ada Ricci" {
		t.Errorf("the options: %v, %v", labels, err)
	}
	if x := b.wait(t, 1, "block_suggestion")[0]; x.path != "/slack/options" || interaction(t, x).Value != "ada" {
		t.Errorf("asked for options by %+v", x)
	}
	w.fill(giulia, map[string]string{"Summary": "It is slow", "Assignee": "Ada Ricci"})
	if err := w.AttachTo(giulia, "Files", slackfake.Attach{Name: "shot.png", Body: "picture"}); err != nil {
		t.Fatal(err)
	}

	// casebot refuses a field; of a block that is no field nothing can be said.
	answered(b, map[string]any{"response_action": "errors", "errors": map[string]string{"b1": "More words, please."}})
	w.run(w.Submit(giulia))
	if f := w.View(giulia); f.Fields[0].Error != "More words, please." || f.Fields[0].Value != "It is slow" || f.Fields[1].Value != "Ada Ricci" || f.Trouble != "" {
		t.Errorf("after an error: %+v", f)
	}
	answered(b, map[string]any{"response_action": "errors", "errors": map[string]string{"none": "?"}})
	send, err := w.Submit(giulia)
	if err != nil {
		t.Fatal(err)
	}
	if err := send(); err == nil || w.View(giulia).Trouble == "" {
		t.Errorf("an error for a block that is none: %v", err)
	}

	// It is sent: the team is hers, the install is named in the view.
	answered(b, nil)
	w.run(w.Submit(giulia))
	if f := w.View(giulia); f != nil {
		t.Errorf("still open: %+v", f)
	}
	all := b.holding("view_submission")
	i := interaction(t, all[len(all)-1])
	if i.Team.ID != "T0ITALY" || i.View.AppInstalledTeamID != "T0ACME" || i.View.PrivateMetadata != "m1" || i.View.CallbackID != "report" {
		t.Errorf("what was sent: %+v", i)
	}
	values := i.View.State.Values
	if values["b1"]["entry"].Value != "It is slow" || values["b2"]["who"].SelectedOption.Value != "U0ADA" || values["b3"]["files"].Files[0].Name != "shot.png" {
		t.Errorf("what was typed: %+v", values)
	}
}

func (w *world) fill(user string, values map[string]string) {
	w.t.Helper()
	if err := w.Fill(user, values); err != nil {
		w.t.Fatal(err)
	}
}

// TestViews proves updates, which keep what was typed where the ids stay, forms
// on forms, closing, and triggers that come too late.
func TestViews(t *testing.T) {
	now := time.Now()
	w, ctx := open(t, func(c *slackfake.Config) { c.Now = func() time.Time { return now } }), t.Context()
	b := w.hook()
	w.run(w.Slash(ada, triage, "/case new"))
	v, err := w.OpenViewContext(ctx, trigger(t, b), report())
	if err != nil {
		t.Fatal(err)
	}
	w.fill(ada, map[string]string{"Summary": "typed"})
	if _, err := w.UpdateViewContext(ctx, report(), "", v.Hash, v.ID); err != nil {
		t.Fatal(err)
	}
	if f := w.View(ada); f.Fields[0].Value != "typed" {
		t.Errorf("after an update with the same ids: %+v", f)
	}
	_, err = w.UpdateViewContext(ctx, report(), "", v.Hash, v.ID)
	refused(t, err, "hash_conflict")
	other := report()
	other.Blocks.BlockSet[0].(*slack.InputBlock).BlockID = "b1-again"
	if _, err := w.UpdateViewContext(ctx, other, "", "", v.ID); err != nil {
		t.Fatal(err)
	}
	if f := w.View(ada); f.Fields[0].Value != "" {
		t.Errorf("after an update with another id: %+v", f)
	}

	answered(b, map[string]any{"response_action": "push", "view": report()})
	for range 2 {
		w.fill(ada, map[string]string{"Summary": "x"})
		w.run(w.Submit(ada))
	}
	w.fill(ada, map[string]string{"Summary": "x"})
	send, err := w.Submit(ada)
	if err != nil {
		t.Fatal(err)
	}
	if err := send(); err == nil {
		t.Error("four forms lie on each other")
	}
	w.CloseView(ada)
	b.wait(t, 1, "view_closed")
	answered(b, map[string]any{"response_action": "clear"})
	w.fill(ada, map[string]string{"Summary": "x"})
	w.run(w.Submit(ada))
	if f := w.View(ada); f != nil {
		t.Errorf("not all are closed: %+v", f)
	}

	w.run(w.Slash(ada, triage, "/case new"))
	now = now.Add(4 * time.Second)
	_, err = w.OpenViewContext(ctx, trigger(t, b), report())
	refused(t, err, "expired_trigger_id")
}

// TestHome proves that a home page is published, seen and pressed.
func TestHome(t *testing.T) {
	w, ctx := open(t), t.Context()
	b := w.hook()
	w.OpenHome(giulia)
	b.wait(t, 1, "app_home_opened")
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{
		slack.NewHeaderBlock(plain("Your cases")), slack.NewActionBlock("", slack.NewButtonBlockElement("open", "new", plain("Open a case"))),
	}}}
	if _, err := w.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: giulia, View: view}); err != nil {
		t.Fatal(err)
	}
	if seen, controls := w.Home(giulia); seen != "Your cases" || len(controls) != 1 {
		t.Errorf("she sees %q and %+v", seen, controls)
	}
	w.run(w.PressHome(giulia, "Open a case", ""))
	if i := interaction(t, b.wait(t, 1, "block_actions")[0]); i.View.Type != "home" || i.ActionCallback.BlockActions[0].Value != "new" {
		t.Errorf("the press: %+v", i)
	}
}
