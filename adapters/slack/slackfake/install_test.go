package slackfake_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"casebot/adapters/slack/slackfake"
)

// TestOAuth proves that the app comes into another workspace, that its tokens
// rotate, and that they are good for nothing after it left.
func TestOAuth(t *testing.T) {
	now := time.Now()
	w, ctx := open(t, func(c *slackfake.Config) { c.Now, c.Rotate = func() time.Time { return now }, true }), t.Context()
	b := w.hook()
	at := slack.OAuthOptionAPIURL(w.APIURL())
	code := w.Consent(slackfake.Install{Team: "T0ITALY", Domain: "acme-italy", BotUser: "U0ITBOT", BotID: "B0ITBOT"})
	_, err := slack.GetOAuthV2ResponseContext(ctx, http.DefaultClient, "1.1", "wrong", code, "", at)
	refused(t, err, "bad_client_secret")
	first, err := slack.GetOAuthV2ResponseContext(ctx, http.DefaultClient, "1.1", "client-secret", code, "", at)
	if err != nil || first.Team.ID != "T0ITALY" || first.BotUserID != "U0ITBOT" || first.ExpiresIn != 43200 {
		t.Fatalf("the install: %+v, %v", first, err)
	}
	_, err = slack.GetOAuthV2ResponseContext(ctx, http.DefaultClient, "1.1", "client-secret", code, "", at)
	refused(t, err, "invalid_code")
	client := func(token string) *slack.Client { return slack.New(token, slack.OptionAPIURL(w.APIURL())) }
	who, err := client(first.AccessToken).AuthTestContext(ctx)
	if err != nil || who.TeamID != "T0ITALY" || who.BotID != "B0ITBOT" {
		t.Errorf("its token is %+v, %v", who, err)
	}
	now = now.Add(13 * time.Hour)
	_, err = client(first.AccessToken).AuthTestContext(ctx)
	refused(t, err, "token_expired")
	next, err := slack.RefreshOAuthV2TokenContext(ctx, http.DefaultClient, "1.1", "client-secret", first.RefreshToken, at)
	if err != nil {
		t.Fatal(err)
	}
	_, err = slack.RefreshOAuthV2TokenContext(ctx, http.DefaultClient, "1.1", "client-secret", first.RefreshToken, at)
	refused(t, err, "invalid_refresh_token")

	// Events of its conversations are under its authorization.
	w.AddChannel(slackfake.Channel{ID: "C0ROMA", Name: "roma", Members: []string{giulia, "U0ITBOT"}})
	w.say(giulia, "C0ROMA", "", "ciao")
	if a := authorized(t, b.wait(t, 1, "ciao")[0]); a.TeamID != "T0ITALY" || a.UserID != "U0ITBOT" {
		t.Errorf("an event of the other install: %+v", a)
	}
	w.run(w.Slash(giulia, "C0ROMA", "/case list")) // she has the app at home now
	w.Uninstall("T0ITALY")
	b.wait(t, 1, "app_uninstalled")
	_, err = client(next.AccessToken).AuthTestContext(ctx)
	refused(t, err, "account_inactive")
	if _, err := w.SendAuthRevokeContext(ctx, ""); err != nil {
		t.Fatal(err)
	}
	b.wait(t, 2, "tokens_revoked")
	_, err = w.AuthTestContext(ctx)
	refused(t, err, "token_revoked")
	_, err = client("xoxb-none").AuthTestContext(ctx)
	refused(t, err, "invalid_auth")
}

// TestScopes proves that a method needs its scope, and that the name is the
// bot's own without the one for another.
func TestScopes(t *testing.T) {
	w, ctx := open(t), t.Context()
	w.Grant("chat:write", "users:read", "users:read.email")
	_, err := w.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: acme})
	if e, _ := errors.AsType[slack.SlackErrorResponse](err); e.Err != "missing_scope" || e.Needed != "channels:read" || !strings.Contains(e.Provided, "chat:write") {
		t.Errorf("without its scope: %v", err)
	}
	_, _, err = w.PostMessageContext(ctx, acme, text("x"), slack.MsgOptionUsername("Giulia"))
	refused(t, err, "missing_scope")
	if u, err := w.GetUserInfoContext(ctx, ada); err != nil || u.Profile.Email != "ada@example.com" {
		t.Errorf("with the scope for it: %+v, %v", u, err)
	}
}

// TestFiles proves that files go both ways, and only with a token.
func TestFiles(t *testing.T) {
	w, ctx := open(t), t.Context()
	root := w.post(acme, text("the chart"))
	f, err := w.UploadFileContext(ctx, slack.UploadFileParameters{
		Reader: strings.NewReader("picture"), FileSize: 7, Filename: "week.png", Title: "Week", AltTxt: "A chart", Channel: acme, ThreadTimestamp: root,
	})
	if err != nil {
		t.Fatal(err)
	}
	if p := w.last(giulia, acme); p.Thread != root || len(p.Files) != 1 || p.Files[0] != "week.png" {
		t.Errorf("the post with the file: %+v", p)
	}
	if body, alt, ok := w.Bytes("week.png"); !ok || body != "picture" || alt != "A chart" {
		t.Errorf("the file holds %q, %q", body, alt)
	}
	info, _, _, err := w.GetFileInfoContext(ctx, f.ID, 0, 0)
	if err != nil || info.Size != 7 || info.Title != "Week" || len(info.Shares.Public[acme]) != 1 {
		t.Errorf("what is known of it: %+v, %v", info, err)
	}
	var body bytes.Buffer
	if err := w.GetFileContext(ctx, info.URLPrivateDownload, &body); err != nil || body.String() != "picture" {
		t.Errorf("it reads %q, %v", body.String(), err)
	}
	body.Reset()
	stranger := slack.New("xoxb-none", slack.OptionAPIURL(w.APIURL()))
	if err := stranger.GetFileContext(ctx, info.URLPrivateDownload, &body); err != nil || !strings.Contains(body.String(), "Sign in") {
		t.Errorf("without a token it reads %q, %v", body.String(), err)
	}
	if _, err := w.UploadFileContext(ctx, slack.UploadFileParameters{Reader: strings.NewReader("picture"), FileSize: 8, Filename: "short.png"}); err == nil {
		t.Error("a file of another length than announced was taken")
	}
	image := slack.NewImageBlock("", "A chart", "", nil)
	image.SlackFile = &slack.SlackFileObject{ID: f.ID}
	w.post(acme, slack.MsgOptionBlocks(image))
	if p := w.last(ada, acme); p.Text != "[image: A chart]" {
		t.Errorf("the image: %+v", p)
	}
	w.say(ada, lounge, "", "elsewhere", slackfake.Attach{Name: "secret.txt", Body: "secret"})
	_, _, _, err = w.GetFileInfoContext(ctx, "F000099", 0, 0)
	refused(t, err, "file_not_found")
}

// TestFaults proves the ways in which calls fail.
func TestFaults(t *testing.T) {
	w := open(t)
	post := func(within time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		_, _, err := w.PostMessageContext(ctx, acme, text("hello"))
		return err
	}
	const method = "chat.postMessage"
	w.Fail(slackfake.Fault{Kind: slackfake.Limited, Method: method, RetryAfter: 7, Skip: 1})
	if err := post(patience); err != nil {
		t.Errorf("the one that goes well: %v", err)
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](post(patience)); !ok || limited.RetryAfter != 7*time.Second {
		t.Errorf("limited: %v", limited)
	}
	w.Fail(slackfake.Fault{Kind: slackfake.Unavailable, Method: method})
	if code, ok := errors.AsType[slack.StatusCodeError](post(patience)); !ok || code.Code != http.StatusServiceUnavailable {
		t.Errorf("unavailable: %v", code)
	}
	w.Fail(slackfake.Fault{Kind: slackfake.Refused, Method: method, Code: "is_archived"})
	refused(t, post(patience), "is_archived")
	w.Fail(slackfake.Fault{Kind: slackfake.Garbled, Method: method})
	if err := post(patience); err == nil {
		t.Error("what is no JSON was understood")
	}
	w.Fail(slackfake.Fault{Kind: slackfake.Silent, Method: method})
	if err := post(50 * time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silent: %v", err)
	}
	if n := w.count(); n != 1 {
		t.Errorf("%d messages were posted, want 1", n)
	}
	struck := w.Fail(slackfake.Fault{Kind: slackfake.Lost, Method: method})
	done := make(chan error, 1)
	go func() { done <- post(patience) }()
	<-struck
	eventually(t, "what was done without an answer", func() bool { return w.count() == 2 })
	w.Heal()
	if err := <-done; err == nil {
		t.Error("a lost answer came")
	}
	if err := post(patience); err != nil {
		t.Errorf("after it healed: %v", err)
	}
	w.LimitPosts(2)
	_, _ = post(patience), post(patience)
	if limited, ok := errors.AsType[*slack.RateLimitedError](post(patience)); !ok || limited.RetryAfter != time.Second {
		t.Errorf("the third in a second: %v", limited)
	}
	w.post(triage, text("another channel"))
}

// count is how many messages there are in the channel.
func (w *world) count() int {
	w.t.Helper()
	posts, err := w.Posts(ada, acme)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(posts)
}
