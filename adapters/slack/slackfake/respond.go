package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// How often and how long an interaction can be answered
// (docs.slack.dev/interactivity/handling-user-interaction).
const (
	responseUses  = 5
	responseLasts = 30 * time.Minute
)

// response is an address that answers somebody.
type response struct {
	app                   *install
	user, channel, thread string
	original              *message // that the control was in
	uses                  int
	at                    time.Time
}

func (s *Server) responseURL(r response) string {
	id := s.id("response")
	r.at = s.cfg.Now()
	s.responses[id] = &r
	return s.server.URL + "/response/" + id
}

// reply is what is sent to a response URL, or in an acknowledgement.
type reply struct {
	Type    string `json:"response_type"`
	Text    string `json:"text"`
	Blocks  []any  `json:"blocks"`
	Replace bool   `json:"replace_original"`
	Delete  bool   `json:"delete_original"`
	Thread  string `json:"thread_ts"`
}

// respond takes what is sent to a response URL.
func (s *Server) respond(w http.ResponseWriter, r *http.Request) {
	after, done := s.struck(w, r, "response_url")
	if done {
		return
	}
	body, err := io.ReadAll(r.Body)
	var said reply
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	code, word := http.StatusBadRequest, "invalid_payload"
	if err == nil {
		code, word = s.answered(r.PathValue("id"), said)
	}
	s.log(Call{"response_url", obj{"text": said.Text, "type": said.Type, "blocks": said.Blocks}, word})
	after()
	if word != "" {
		http.Error(w, word, code)
		return
	}
	_, _ = io.WriteString(w, "ok")
}

func (s *Server) answered(id string, said reply) (code int, word string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.responses[id]
	switch {
	case x == nil:
		return http.StatusNotFound, "no_service"
	case s.cfg.Now().Sub(x.at) > responseLasts:
		return http.StatusNotFound, "expired_url"
	case x.uses >= responseUses:
		return http.StatusNotFound, "used_url"
	case len(s.refused(said.Blocks)) > 0:
		return http.StatusBadRequest, "invalid_blocks"
	case said.Text == "" && len(said.Blocks) == 0 && !said.Delete:
		return http.StatusBadRequest, "no_text"
	}
	x.uses++
	s.speak(*x, said)
	return http.StatusOK, ""
}

// speak shows an answer: to everybody, or to whom it is for, in place of the
// message that was pressed or below it. It does not need the bot to be there.
func (s *Server) speak(x response, said reply) {
	c := s.channels[x.channel]
	if (said.Delete || said.Replace) && x.original != nil {
		s.supersede(c, x.original, said)
		return
	}
	m := &message{
		ts: s.ts(), user: x.app.BotUser, bot: x.app.BotID, app: s.cfg.AppID, only: x.user, channel: x.channel, thread: said.Thread, text: said.Text,
		blocks: s.settled(said.Blocks), mrkdwn: true,
	}
	if said.Type != "in_channel" || x.original != nil && x.original.only != "" { // an ephemeral one never becomes everybody's
		s.whispers = append(s.whispers, m)
		return
	}
	m.only, m.notifies = "", s.shownTo(m).notifies
	s.add(c, m)
}

func (s *Server) supersede(c *Channel, m *message, said reply) {
	before := s.json(m, false)
	switch {
	case said.Delete && m.only != "":
		s.hide(m)
	case said.Delete:
		s.drop(c, m)
	default:
		m.text, m.blocks, m.attachments = said.Text, s.settled(said.Blocks), nil
		if m.only == "" {
			s.changed(c, m, before)
		}
	}
}
