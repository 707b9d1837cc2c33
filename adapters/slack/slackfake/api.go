package slackfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// call is one call of the Web API being answered.
type call struct {
	s     *Server
	app   *install
	token *token
	args  obj
}

// apiError is how Slack says no.
type apiError struct {
	code string
	more obj
}

// Error implements error.
func (e apiError) Error() string { return e.code }

func no(code string) error { return apiError{code: code} }

// invalid is how Slack refuses blocks and views.
func invalid(code string, found []string) error {
	return apiError{code, obj{"errors": found, "response_metadata": obj{"messages": found}}}
}

// Scopes that several methods need.
const (
	readChannels = "channels:read groups:read im:read"
	readHistory  = "channels:history groups:history im:history"
)

// methods are what is there, with the scope each needs ("a b": either).
var methods = map[string]struct {
	scope string
	do    func(*call) (obj, error)
}{
	"api.test":                     {"", (*call).apiTest},
	"apps.connections.open":        {"", (*call).connectionsOpen},
	"apps.uninstall":               {"", (*call).uninstall},
	"auth.revoke":                  {"", (*call).revoke},
	"auth.test":                    {"", (*call).authTest},
	"bots.info":                    {"users:read", (*call).botInfo},
	"chat.delete":                  {"chat:write", (*call).remove},
	"chat.getPermalink":            {"", (*call).permalink},
	"chat.postEphemeral":           {"chat:write", (*call).postEphemeral},
	"chat.postMessage":             {"chat:write", (*call).postMessage},
	"chat.update":                  {"chat:write", (*call).update},
	"conversations.history":        {readHistory, (*call).history},
	"conversations.info":           {readChannels, (*call).info},
	"conversations.join":           {"channels:join", (*call).join},
	"conversations.list":           {readChannels, (*call).listAll},
	"conversations.members":        {readChannels, (*call).members},
	"conversations.open":           {"im:write", (*call).open},
	"conversations.replies":        {readHistory, (*call).replies},
	"files.completeUploadExternal": {"files:write", (*call).uploadComplete},
	"files.getUploadURLExternal":   {"files:write", (*call).uploadURL},
	"files.info":                   {"files:read", (*call).fileInfo},
	"oauth.v2.access":              {"", (*call).oauthAccess},
	"pins.add":                     {"pins:write", (*call).pinAdd},
	"pins.list":                    {"pins:read", (*call).pinList},
	"pins.remove":                  {"pins:write", (*call).pinRemove},
	"reactions.add":                {"reactions:write", (*call).reactionsAdd},
	"reactions.get":                {"reactions:read", (*call).reactionsGet},
	"reactions.remove":             {"reactions:write", (*call).reactionsRemove},
	"team.info":                    {"team:read", (*call).teamInfo},
	"usergroups.list":              {"usergroups:read", (*call).groupList},
	"usergroups.users.list":        {"usergroups:read", (*call).groupUsers},
	"users.conversations":          {readChannels, (*call).listOwn},
	"users.info":                   {"users:read", (*call).userInfo},
	"users.list":                   {"users:read", (*call).userList},
	"views.open":                   {"", (*call).viewOpen},
	"views.publish":                {"", (*call).viewPublish},
	"views.push":                   {"", (*call).viewPush},
	"views.update":                 {"", (*call).viewUpdate},
}

// Call is a call of the Web API, or of a response URL ("response_url"), or of an
// upload's or a file's address ("upload", "download").
type Call struct {
	Method string
	Args   obj
	Error  string // the word with which it was refused, or the kind of a fault
}

// Calls returns what was called so far, of one method or of all.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return method != "" && c.Method != method })
}

func (s *Server) log(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
}

// api answers a call of the Web API.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	args, err := arguments(r)
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	bearer := tokenOf(r, args)
	delete(args, "token")
	if wait := s.limited(method, args); wait > 0 {
		s.log(Call{method, args, "ratelimited"})
		tooMany(w, wait)
		return
	}
	f := s.strike(method)
	if f != nil && !f.does() {
		s.log(Call{method, args, f.word()})
		s.fail(w, r, f)
		return
	}
	out, scopes := s.answer(method, args, bearer)
	code, _ := out["error"].(string)
	s.log(Call{method, args, code})
	if f != nil {
		s.fail(w, r, f)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-OAuth-Scopes", strings.Join(scopes, ","))
	_ = json.NewEncoder(w).Encode(out)
}

func tokenOf(r *http.Request, args obj) string {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return t
	}
	t, _ := args["token"].(string)
	return t
}

func (s *Server) answer(method string, args obj, bearer string) (out obj, scopes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{s: s, args: args}
	out, err := c.do(method, bearer)
	if c.app != nil {
		scopes = c.app.Scopes
	}
	if err == nil {
		out["ok"] = true
		return out, scopes
	}
	refused := obj{"ok": false, "error": err.Error()}
	if e, ok := errors.AsType[apiError](err); ok {
		maps.Copy(refused, e.more)
	}
	return refused, scopes
}

func (c *call) do(method, bearer string) (obj, error) {
	m, known := methods[method]
	switch {
	case !known:
		return nil, apiError{"unknown_method", obj{"req_method": method}}
	case method == "oauth.v2.access", method == "api.test":
	case method == "apps.connections.open":
		if bearer != c.s.cfg.AppToken {
			if _, err := c.s.allowed(bearer); err != nil {
				return nil, err
			}
			return nil, no("not_allowed_token_type")
		}
		c.app = &install{Install: Install{Team: c.s.cfg.Team, Scopes: []string{"connections:write"}}}
	default:
		t, err := c.s.allowed(bearer)
		if err != nil {
			return nil, err
		}
		c.token, c.app = t, t.app
		if err := c.app.scope(m.scope); err != nil {
			return nil, err
		}
	}
	return m.do(c)
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

// given tells whether an argument was sent at all.
func (c *call) given(name string) bool {
	_, ok := c.args[name]
	return ok
}

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

// slice is the page of a list that was asked for, and the next cursor.
func slice[T any](c *call, all []T, most int) (page []T, next string, err error) {
	limit := most
	if n, err := strconv.Atoi(c.text("limit")); err == nil && n > 0 {
		limit = min(n, most)
	}
	from := 0
	if cursor := c.text("cursor"); cursor != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(cursor, "next:"), "="))
		if err != nil || n < 0 || n > len(all) {
			return nil, "", no("invalid_cursor")
		}
		from = n
	}
	to := min(from+limit, len(all))
	if to < len(all) {
		next = fmt.Sprintf("next:%d=", to)
	}
	return all[from:to], next, nil
}

func (c *call) apiTest() (obj, error) {
	if e := c.text("error"); e != "" {
		return nil, no(e)
	}
	return obj{"args": c.args}, nil
}

func (c *call) authTest() (obj, error) {
	return obj{
		"url": "https://" + c.app.Domain + ".slack.com/", "team": c.app.Name, "user": c.s.users[c.app.BotUser].Name, "team_id": c.app.Team,
		"user_id": c.app.BotUser, "bot_id": c.app.BotID, "is_enterprise_install": false,
	}, nil
}

func (c *call) teamInfo() (obj, error) {
	return obj{"team": obj{"id": c.app.Team, "name": c.app.Name, "domain": c.app.Domain, "email_domain": "", "icon": obj{"image_68": "https://avatars.example/team.png"}}}, nil
}
