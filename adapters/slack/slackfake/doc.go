// Package slackfake is a Slack of our own, for tests: a workspace with people
// and channels behind a part of the Web API, Socket Mode, signed HTTP requests,
// response URLs, forms, files and faults. What people do is a method; what they
// see is what a client would show, so that what was not escaped becomes visible.
//
// It follows the published documentation (docs.slack.dev) and refuses what Slack
// refuses: blocks beyond the limits, triggers that expired, channels that the
// bot is not in. It imports neither slack-go nor the adapter, so that both are
// held against it.
package slackfake
