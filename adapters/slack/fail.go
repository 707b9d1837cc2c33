package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// gone are errors that say that a place is not there any more, or not for us:
// no retry helps (docs.slack.dev/reference/methods/chat.postMessage).
var gone = []string{
	"channel_not_found", "is_archived", "not_in_channel", "user_not_found", "users_not_found", "user_disabled", "cannot_dm_bot",
	"user_not_visible", "thread_not_found", "invalid_thread_ts", "cannot_reply_to_message", "restricted_action", "restricted_action_read_only_channel",
	"restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
	"messages_tab_disabled", "message_limit_exceeded", "slack_connect_canvas_sharing_blocked",
}

// ours are errors that say that the message itself cannot be: a mistake of this
// adapter, which no retry mends.
var ours = []string{
	"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "too_many_attachments",
	"invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "invalid_arguments", "invalid_arg_name",
	"attachment_payload_limit_exceeded",
}

// fatal are errors of the token itself: nothing will work until somebody puts
// it right (docs.slack.dev/authentication).
var fatal = []string{
	"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission", "missing_scope",
	"not_allowed_token_type", "app_not_found", "forbidden_team", "team_access_not_granted", "ekm_access_denied", "access_denied",
}

// dead are those of them that say that the token is good for nothing.
var dead = []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}

// code is the word with which Slack says what went wrong, "" for what is not
// an answer of Slack's.
func code(err error) string {
	if e, ok := errors.AsType[slackapi.SlackErrorResponse](err); ok {
		return e.Err
	}
	return ""
}

func isCode(err error, codes ...string) bool {
	c := code(err)
	return c != "" && slices.Contains(codes, c)
}

// certain tells whether a failed call certainly did nothing: Slack said so. A
// call that was cut off may have been done.
func certain(err error) bool {
	var limited *slackapi.RateLimitedError
	var dial *net.OpError
	return code(err) != "" && !isCode(err, "internal_error", "fatal_error", "service_unavailable", "request_timeout") ||
		errors.As(err, &limited) || errors.As(err, &dial) && dial.Op == "dial"
}

// refuses tells whether Slack will not do this, though it does other things for
// us: no retry helps, and nothing else has to wait for it.
func refuses(err error) bool {
	return code(err) != "" && certain(err) && !limitedBy(err) &&
		(!isCode(err, fatal...) || isCode(err, "missing_scope", "no_permission"))
}

// limitedBy tells whether an error only asks to wait.
func limitedBy(err error) bool {
	_, limited := errors.AsType[*slackapi.RateLimitedError](err)
	return limited || isCode(err, "ratelimited", "rate_limited")
}

// verdict is an error of the Web API as the courier has to take it.
func verdict(what string, err error) error {
	var limited *slackapi.RateLimitedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limited):
		return &bot.RetryError{After: max(limited.RetryAfter, time.Second), Err: fmt.Errorf("%s: %w", what, err)}
	case isCode(err, "ratelimited", "rate_limited"):
		return &bot.RetryError{After: time.Minute, Err: fmt.Errorf("%s: %w", what, err)}
	case isCode(err, gone...), isCode(err, ours...):
		return fmt.Errorf("%s: %w: %w", what, bot.ErrUndeliverable, detail(err))
	default:
		return fmt.Errorf("%s: %w", what, detail(err))
	}
}

// detail adds what Slack says besides the word: which block, which scope.
func detail(err error) error {
	e, ok := errors.AsType[slackapi.SlackErrorResponse](err)
	switch {
	case !ok:
		return err
	case e.Needed != "":
		return fmt.Errorf("%w (needs the scope %s)", err, e.Needed)
	case len(e.ResponseMetadata.Messages) > 0:
		return fmt.Errorf("%w %v", err, e.ResponseMetadata.Messages)
	default:
		return err
	}
}

// pauses remembers what Slack asked us to wait for, so that others are not sent
// into the same wall: by method, and for posts by channel too
// (docs.slack.dev/apis/web-api/rate-limits).
type pauses struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// callOf makes one call of the Web API, unless its method has to wait.
func (s *Slack) callOf(ctx context.Context, p *pauses, method string, do func() error) error {
	if wait := p.left(method, s.now()); wait > 0 {
		return fmt.Errorf("%s: %w", method, &slackapi.RateLimitedError{RetryAfter: wait})
	}
	err := do()
	if limited, ok := errors.AsType[*slackapi.RateLimitedError](err); ok {
		p.set(method, s.now().Add(limited.RetryAfter), s.now())
		s.log.WarnContext(ctx, "slack asks to wait", "method", method, "after", limited.RetryAfter)
	}
	if isCode(err, fatal...) {
		s.log.ErrorContext(ctx, "slack refuses the token", "method", method, "err", detail(err))
	}
	return err
}

func (p *pauses) left(method string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := p.until[method].Sub(now)
	if left <= 0 {
		delete(p.until, method)
		return 0
	}
	return left
}

func (p *pauses) set(method string, until, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until == nil {
		p.until = map[string]time.Time{}
	}
	for m, t := range p.until {
		if !t.After(now) {
			delete(p.until, m)
		}
	}
	p.until[method] = until
}
