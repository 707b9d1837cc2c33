package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// call is one call of the Web API being answered.
type call struct {
	s    *Server
	app  *install
	args obj
}

// apiError is how Slack says no.
type apiError struct {
	code string
	more obj
}

// Error implements error.
func (e apiError) Error() string { return e.code }

func no(code string) error { return apiError{code: code} }

// methods are what is there, with the scope each needs ("a b": either).
var methods = map[string]struct {
	scope string
	do    func(*call) (obj, error)
}{
	"api.test": {"", func(*call) (obj, error) { return obj{}, nil }}, "auth.test": {"", (*call).authTest},
	"apps.connections.open": {"", (*call).connectionsOpen}, "team.info": {"team:read", (*call).teamInfo},
	"chat.postMessage": {"chat:write", (*call).postMessage}, "chat.update": {"chat:write", (*call).update},
	"chat.delete": {"chat:write", (*call).remove}, "chat.postEphemeral": {"chat:write", (*call).postEphemeral},
	"chat.getPermalink":  {"", (*call).permalink},
	"conversations.info": {"channels:read groups:read im:read", (*call).info}, "conversations.open": {"im:write", (*call).open},
	"conversations.history": {"channels:history groups:history im:history", (*call).history},
	"conversations.replies": {"channels:history groups:history im:history", (*call).replies},
	"conversations.members": {"channels:read groups:read im:read", (*call).members},
	"conversations.list":    {"channels:read groups:read im:read", (*call).list}, "users.conversations": {"channels:read groups:read im:read", (*call).list},
	"users.info": {"users:read", (*call).userInfo}, "usergroups.users.list": {"usergroups:read", (*call).groupUsers},
	"usergroups.list": {"usergroups:read", (*call).groupList},
	"views.open":      {"", (*call).viewOpen}, "views.update": {"", (*call).viewUpdate}, "views.publish": {"", (*call).viewPublish},
	"reactions.get": {"reactions:read", (*call).reactionsGet}, "reactions.add": {"reactions:write", (*call).reactionsAdd},
	"pins.add": {"pins:write", (*call).pinAdd}, "pins.list": {"pins:read", (*call).pinList},
	"files.info": {"files:read", (*call).fileInfo}, "files.getUploadURLExternal": {"files:write", (*call).uploadURL},
	"files.completeUploadExternal": {"files:write", (*call).uploadComplete},
}

// api answers a call of the Web API.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	args, err := arguments(r)
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	f := s.strike(method)
	if f != nil && f.Kind != Lost && f.Kind != Slow {
		s.fail(w, r, f)
		return
	}
	out, scopes := s.answer(method, args, token(r, args))
	s.mu.Lock()
	code, _ := out["error"].(string)
	s.calls = append(s.calls, Call{method, args, code})
	s.mu.Unlock()
	if f != nil {
		s.fail(w, r, f)
		if f.Kind == Lost {
			return
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-OAuth-Scopes", strings.Join(scopes, ","))
	_ = json.NewEncoder(w).Encode(out)
}

func token(r *http.Request, args obj) string {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return t
	}
	t, _ := args["token"].(string)
	return t
}

func (s *Server) answer(method string, args obj, token string) (out obj, scopes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, known := methods[method]
	if !known {
		return obj{"ok": false, "error": "unknown_method", "req_method": method}, nil
	}
	app := s.installs[token]
	switch {
	case method == "apps.connections.open" && token == s.cfg.AppToken:
		app = &install{team: s.cfg.Team, scopes: []string{"connections:write"}}
	case token == "":
		return obj{"ok": false, "error": "not_authed"}, nil
	case app == nil:
		return obj{"ok": false, "error": "invalid_auth"}, nil
	case app.revoked:
		return obj{"ok": false, "error": "token_revoked"}, nil
	}
	if m.scope != "" && !slices.ContainsFunc(strings.Fields(m.scope), func(x string) bool { return slices.Contains(app.scopes, x) }) {
		return obj{"ok": false, "error": "missing_scope", "needed": strings.Fields(m.scope)[0], "provided": strings.Join(app.scopes, ",")}, app.scopes
	}
	delete(args, "token")
	out, err := m.do(&call{s, app, args})
	if err == nil {
		out["ok"] = true
		return out, app.scopes
	}
	refused := obj{"ok": false, "error": err.Error()}
	if e, ok := err.(apiError); ok { //nolint:errorlint // made here, never wrapped
		maps.Copy(refused, e.more)
	}
	return refused, app.scopes
}

// arguments reads a call's arguments, however they were sent.
func arguments(r *http.Request) (obj, error) {
	args := obj{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		body, err := io.ReadAll(r.Body)
		if err == nil && len(body) > 0 {
			err = json.Unmarshal(body, &args)
		}
		return args, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	for key, values := range r.Form {
		args[key] = values[0]
	}
	return args, nil
}

func (c *call) text(name string) string {
	switch v := c.args[name].(type) {
	case string:
		return v
	case nil:
		return ""
	default:
		return fmt.Sprint(v)
	}
}

func (c *call) flag(name string) bool { return c.text(name) == "true" || c.text(name) == "1" }

// tree is an argument that is JSON, be it in a form or in JSON.
func (c *call) tree(name string, into any) error {
	v := c.args[name]
	if v == nil || v == "" {
		return nil
	}
	body, ok := v.(string)
	if !ok {
		whole, err := json.Marshal(v)
		if err != nil {
			return err
		}
		body = string(whole)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		return no("invalid_json")
	}
	return nil
}

// channel is a conversation that the bot may use; of a person it is their
// direct one.
func (c *call) channel(in bool) (*Channel, error) {
	id := c.text("channel")
	ch := c.s.channels[id]
	if ch == nil && c.s.users[id] != nil {
		ch = c.s.directOf(id)
	}
	switch {
	case ch == nil, ch.Private && !ch.has(c.app.user):
		return nil, no("channel_not_found")
	case in && !ch.has(c.app.user):
		return nil, no("not_in_channel")
	}
	return ch, nil
}

func (c *call) authTest() (obj, error) {
	return obj{"url": "https://" + c.app.domain + ".slack.com/", "team": c.app.domain, "user": "casebot", "team_id": c.app.team, "user_id": c.app.user, "bot_id": c.app.bot, "is_enterprise_install": false}, nil
}

func (c *call) teamInfo() (obj, error) {
	return obj{"team": obj{"id": c.app.team, "name": c.app.domain, "domain": c.app.domain}}, nil
}

func (c *call) connectionsOpen() (obj, error) {
	ticket := c.s.id("ticket")
	k := &c.s.sockets
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.tickets == nil {
		k.tickets = map[string]bool{}
	}
	k.tickets[ticket] = true
	return obj{"url": "ws" + strings.TrimPrefix(c.s.server.URL, "http") + "/socket?ticket=" + ticket}, nil
}

// draft reads what chat.postMessage and its like share.
func (c *call) draft() (*message, error) {
	m := &message{user: c.app.user, bot: c.app.bot, app: c.s.cfg.AppID, text: c.text("text"), mrkdwn: c.text("mrkdwn") != "false"}
	if err := c.tree("blocks", &m.blocks); err != nil {
		return nil, no("invalid_blocks_format")
	}
	if found := checkBlocks(m.blocks, "message"); len(found) > 0 {
		return nil, apiError{"invalid_blocks", obj{"response_metadata": obj{"messages": found}}}
	}
	if n := blocksText(m.blocks); n > 13_200 {
		return nil, no("msg_blocks_too_long")
	}
	if err := c.tree("metadata", &m.metadata); err != nil {
		return nil, no("invalid_metadata_format")
	}
	if m.metadata != nil && (m.metadata["event_type"] == "" || m.metadata["event_payload"] == nil) {
		return nil, no("invalid_metadata_schema")
	}
	if m.text == "" && len(m.blocks) == 0 {
		return nil, no("no_text")
	}
	if r := []rune(m.text); len(r) > 40_000 {
		m.text = string(r[:40_000])
	}
	if name := c.text("username"); name != "" {
		if !slices.Contains(c.app.scopes, "chat:write.customize") {
			return nil, apiError{"missing_scope", obj{"needed": "chat:write.customize"}}
		}
		m.username = name
	}
	return m, nil
}

func (c *call) postMessage() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	switch u := c.s.users[ch.direct]; {
	case ch.Archived:
		return nil, no("is_archived")
	case ch.direct != "" && u == nil:
		return nil, no("channel_not_found")
	}
	m, err := c.draft()
	if err != nil {
		return nil, err
	}
	m.ts = c.s.ts()
	if ts := c.text("thread_ts"); ts != "" {
		if !validTS(ts) {
			return nil, no("invalid_thread_ts")
		}
		if root := ch.find(ts); root != nil { // of a parent that is gone Slack makes no thread
			m.thread = ts
		}
	}
	m.notifies = c.s.shownTo(m).notifies
	c.s.add(ch, m)
	return obj{"channel": ch.ID, "ts": m.ts, "message": c.s.json(m, true)}, nil
}

func validTS(ts string) bool {
	whole, frac, ok := strings.Cut(ts, ".")
	_, err := strconv.ParseInt(whole, 10, 64)
	_, err2 := strconv.ParseInt(frac, 10, 64)
	return ok && err == nil && err2 == nil
}

// own finds a message of the bot's.
func (c *call) own(ch *Channel, refused string) (*message, error) {
	m := ch.find(c.text("ts"))
	switch {
	case m == nil || m.tombstone:
		return nil, no("message_not_found")
	case m.bot != c.app.bot:
		return nil, no(refused)
	}
	return m, nil
}

func (c *call) update() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	m, err := c.own(ch, "cant_update_message")
	if err != nil {
		return nil, err
	}
	d, err := c.draft()
	if err != nil {
		return nil, err
	}
	before := clone(c.s.json(m, false))
	m.text, m.blocks, m.mrkdwn, m.notifies, m.edited = d.text, d.blocks, d.mrkdwn, nil, c.s.ts()
	if d.metadata != nil {
		m.metadata = d.metadata
	}
	c.s.changed(ch, m, before)
	return obj{"channel": ch.ID, "ts": m.ts, "text": m.text, "message": c.s.json(m, true)}, nil
}

// changed tells casebot that a message is not what it was.
func (s *Server) changed(ch *Channel, m *message, before obj) {
	ts := s.ts()
	s.event(ch, obj{"type": "message", "subtype": "message_changed", "hidden": true, "channel": ch.ID, "channel_type": ch.kind(), "ts": ts, "event_ts": ts, "message": s.json(m, false), "previous_message": before})
}

func (c *call) remove() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	m, err := c.own(ch, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.s.drop(ch, m)
	return obj{"channel": ch.ID, "ts": m.ts}, nil
}

// drop deletes a message; one with replies leaves a tombstone.
func (s *Server) drop(ch *Channel, m *message) {
	before := clone(s.json(m, false))
	ts := s.ts()
	if slices.ContainsFunc(ch.messages, func(r *message) bool { return r.thread == m.ts && r != m }) {
		m.tombstone, m.blocks, m.files, m.text = true, nil, nil, ""
		s.event(ch, obj{"type": "message", "subtype": "message_changed", "hidden": true, "channel": ch.ID, "channel_type": ch.kind(), "ts": ts, "event_ts": ts, "message": s.json(m, false), "previous_message": before})
		return
	}
	ch.messages = slices.DeleteFunc(ch.messages, func(x *message) bool { return x == m })
	s.event(ch, obj{"type": "message", "subtype": "message_deleted", "hidden": true, "channel": ch.ID, "channel_type": ch.kind(), "ts": ts, "event_ts": ts, "deleted_ts": m.ts, "previous_message": before})
}

func (c *call) postEphemeral() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	user := c.text("user")
	if !ch.has(user) {
		return nil, no("user_not_in_channel")
	}
	m, err := c.draft()
	if err != nil {
		return nil, err
	}
	m.ts, m.only, m.channel, m.thread = c.s.ts(), user, ch.ID, c.text("thread_ts")
	c.s.whispers = append(c.s.whispers, m)
	return obj{"message_ts": m.ts}, nil
}

func (c *call) permalink() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	if ch.find(c.text("message_ts")) == nil {
		return nil, no("message_not_found")
	}
	return obj{"permalink": "https://" + c.app.domain + ".slack.com/archives/" + ch.ID + "/p" + strings.Replace(c.text("message_ts"), ".", "", 1)}, nil
}

func (c *call) info() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	return obj{"channel": c.describe(ch)}, nil
}

func (c *call) describe(ch *Channel) obj {
	return obj{
		"id": ch.ID, "name": ch.Name, "is_channel": !ch.Private, "is_group": ch.Private, "is_im": ch.direct != "", "user": ch.direct, "is_private": ch.Private || ch.direct != "",
		"is_archived": ch.Archived, "is_ext_shared": ch.Shared, "is_shared": ch.Shared, "is_member": ch.has(c.app.user), "num_members": len(ch.Members),
	}
}

func (c *call) list() (obj, error) {
	var all []any
	for _, ch := range c.s.channels {
		if ch.direct == "" && ch.has(c.app.user) {
			all = append(all, c.describe(ch))
		}
	}
	return obj{"channels": all, "response_metadata": obj{"next_cursor": ""}}, nil
}

func (c *call) members() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	return obj{"members": ch.Members, "response_metadata": obj{"next_cursor": ""}}, nil
}

func (c *call) open() (obj, error) {
	user := c.text("users")
	u := c.s.users[user]
	switch {
	case u == nil:
		return nil, no("user_not_found")
	case u.Deleted:
		return nil, no("user_disabled")
	case u.Bot:
		return nil, no("cannot_dm_bot")
	case u.Stranger:
		return nil, no("user_not_visible")
	}
	return obj{"channel": obj{"id": c.s.directOf(user).ID}}, nil
}

// page is a page of messages between two times, from a cursor on.
func (c *call) page(all []*message) (obj, error) {
	oldest, latest, limit := c.text("oldest"), c.text("latest"), 100
	if n, err := strconv.Atoi(c.text("limit")); err == nil && n > 0 {
		limit = min(n, 999)
	}
	from, _ := strconv.Atoi(c.text("cursor"))
	var found []any
	next := ""
	for i, m := range all {
		switch {
		case i < from, oldest != "" && m.ts <= oldest && !c.flag("inclusive"), latest != "" && m.ts >= latest:
			continue
		case len(found) == limit:
			next = strconv.Itoa(i)
		}
		if next != "" {
			break
		}
		found = append(found, c.s.json(m, c.flag("include_all_metadata")))
	}
	return obj{"messages": found, "has_more": next != "", "response_metadata": obj{"next_cursor": next}}, nil
}

func (c *call) history() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	var surface []*message
	for _, m := range slices.Backward(ch.messages) {
		if m.thread == "" || m.thread == m.ts {
			surface = append(surface, m)
		}
	}
	return c.page(surface)
}

func (c *call) replies() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	root := ch.find(c.text("ts"))
	if root == nil {
		return nil, no("thread_not_found")
	}
	var thread []*message
	for _, m := range ch.messages {
		if m == root || m.thread == root.ts {
			thread = append(thread, m)
		}
	}
	return c.page(thread)
}

func (c *call) userInfo() (obj, error) {
	u := c.s.users[c.text("user")]
	if u == nil {
		return nil, no("user_not_found")
	}
	user := obj{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted, "is_bot": u.Bot, "is_stranger": u.Stranger,
		"is_restricted": u.Guest, "is_ultra_restricted": false, "tz": u.TZ,
		"profile": obj{"real_name": u.RealName, "display_name": u.DisplayName, "image_72": "https://avatars.example/" + u.ID + ".png", "team": u.Team},
	}
	if u.Team == c.app.team {
		user["locale"] = u.Locale
	}
	return obj{"user": user}, nil
}

func (c *call) groupUsers() (obj, error) {
	members, ok := c.s.groups[c.text("usergroup")]
	if !ok {
		return nil, no("no_such_subteam")
	}
	return obj{"users": members}, nil
}

func (c *call) groupList() (obj, error) {
	var all []any
	for id := range c.s.groups {
		all = append(all, obj{"id": id, "handle": strings.ToLower(id), "name": id})
	}
	return obj{"usergroups": all}, nil
}

func (c *call) reactionsGet() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	m := ch.find(c.text("timestamp"))
	if m == nil {
		return nil, no("message_not_found")
	}
	return obj{"type": "message", "channel": ch.ID, "message": c.s.json(m, false)}, nil
}

func (c *call) reactionsAdd() (obj, error) { return obj{}, nil }

func (c *call) pinAdd() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	ts := c.text("timestamp")
	switch {
	case ch.find(ts) == nil:
		return nil, no("message_not_found")
	case slices.Contains(ch.pins, ts):
		return nil, no("already_pinned")
	}
	ch.pins = append(ch.pins, ts)
	return obj{}, nil
}

func (c *call) pinList() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	var items []any
	for _, ts := range ch.pins {
		items = append(items, obj{"type": "message", "channel": ch.ID, "message": obj{"ts": ts}})
	}
	return obj{"items": items}, nil
}

// Pinned lists what is pinned in a channel.
func (s *Server) Pinned(channel string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.channels[channel].pins)
}

// FaultKind is a way in which Slack fails.
type FaultKind string

// The ways.
const (
	Limited     FaultKind = "limited"     // 429 with Retry-After
	Unavailable FaultKind = "unavailable" // 503, nothing done
	Silent      FaultKind = "silent"      // no answer, nothing done
	Lost        FaultKind = "lost"        // done, no answer
	Slow        FaultKind = "slow"        // done, and answered after Delay
	Refused     FaultKind = "refused"     // an error word, nothing done
	Garbled     FaultKind = "garbled"     // what is no JSON, nothing done
)

// Fault lets calls fail.
type Fault struct {
	Method     string // empty: any
	Kind       FaultKind
	Code       string // of Refused
	RetryAfter int    // seconds
	Skip       int    // calls that go well first
	Times      int    // 0: once
	Delay      time.Duration
}

type fault struct {
	Fault
	struck chan struct{}
	healed chan struct{}
}

// Fail lets calls fail; struck is closed at the first that does.
func (s *Server) Fail(f Fault) (struck <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(f.Times, 1)
	x := &fault{f, make(chan struct{}), make(chan struct{})}
	s.faults = append(s.faults, x)
	return x.struck
}

// Heal calls all faults off, and lets go of the calls that hang.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		close(f.healed)
	}
	s.faults = nil
}

func (s *Server) strike(method string) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Method != "" && f.Method != method || f.Times == 0 {
			continue
		}
		if f.Skip--; f.Skip >= 0 {
			return nil
		}
		if f.Times--; f.Times == 0 {
			defer func() { f.Skip = 0 }()
		}
		select {
		case <-f.struck:
		default:
			close(f.struck)
		}
		return f
	}
	return nil
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, f *fault) {
	switch f.Kind {
	case Limited:
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		w.WriteHeader(http.StatusTooManyRequests)
	case Unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Refused:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(obj{"ok": false, "error": f.Code})
	case Garbled:
		_, _ = io.WriteString(w, "<html>502</html>")
	case Slow:
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-f.healed:
		case <-r.Context().Done():
		}
	case Silent, Lost:
		select {
		case <-f.healed:
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler)
	}
}
