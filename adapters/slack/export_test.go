package slack

import "context"

// Listens tells whether somebody is told of events.
func (s *Slack) Listens() bool { return s.listens() }

// Kinds are what an envelope may hold.
var Kinds = []string{string(kindEvent), string(kindSlash), string(kindInteractive)}

// Take takes an envelope as if it had come in, and does what follows.
func (s *Slack) Take(ctx context.Context, k string, payload []byte) (any, error) {
	out, err := s.take(ctx, kind(k), payload)
	if out.after != nil {
		out.after()
	}
	return out.payload, err
}

// CheckToken asks Slack who the bot is.
func (s *Slack) CheckToken(ctx context.Context) { s.checkToken(ctx) }
