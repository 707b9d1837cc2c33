// Package slack is casebot in Slack: what people do there becomes events, what
// casebot says becomes messages, and nothing is acknowledged before it is
// committed.
//
//	Socket Mode ─┐                         ┌─ ack, answer, form
//	             ├─▶ envelope ─▶ bot.Event ─▶ handle ─┤
//	HTTP        ─┘     (hear, press, submit)         └─ error: Slack tells it again
//
//	bot.Delivery ─▶ limits, pauses ─▶ render ─▶ chat.postMessage, chat.update
//	                                   (a retry looks for what was posted already)
//
// The files, from the outside in: slack (the platform), listen, socket and http
// (the two ways in), visit (an envelope on its way to the commit), envelope, hear,
// press and message (payloads to events), answer, form and late (what goes back),
// deliver, render, pieces and limits (what is posted), files, home, users and
// rooms (what Slack knows of people and channels, cached), memory (what replicas
// share), fail (what Slack's errors mean), workspace, install and oauth (the app
// in one workspace, and in those that install it themselves), catchup, manifest
// and doctor.
//
// Payloads are decoded with structs of our own, of the few fields that matter:
// slack-go 0.35 refuses a whole event for one block that it does not know, and
// drops context_team_id. The socket is ours too, over the URL that slack-go
// asks for: slack-go's reconnects at once and without end on
// too_many_websockets, does not say why it was disconnected, and may send an
// acknowledgement on the next connection.
package slack
