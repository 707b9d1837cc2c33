package slackfake

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// file is a file that the workspace holds.
type file struct {
	id, name, title, mime, user, alt string
	body                             []byte
	length                           int // as it was announced
	created                          time.Time
	uploaded, complete               bool
}

func (f *file) json(s *Server) obj {
	kind := strings.TrimPrefix(path.Ext(f.name), ".")
	o := obj{
		"id": f.id, "created": f.created.Unix(), "timestamp": f.created.Unix(), "name": f.name, "title": f.title, "mimetype": f.mime, "filetype": kind,
		"pretty_type": strings.ToUpper(kind), "user": f.user, "editable": false, "size": len(f.body), "mode": "hosted", "is_external": false,
		"external_type": "", "is_public": true, "public_url_shared": false, "display_as_bot": false, "username": "", "file_access": "visible",
		"url_private": s.server.URL + "/files/" + f.id, "url_private_download": s.server.URL + "/files/" + f.id,
		"permalink": fmt.Sprintf("https://%s.slack.com/files/%s/%s/%s", s.cfg.Domain, f.user, f.id, f.name),
	}
	if u := s.users[f.user]; u != nil {
		o["user_team"] = u.Team
	}
	if f.alt != "" {
		o["alt_txt"] = f.alt
	}
	return o
}

// Attach is a file that somebody adds to a message or a form.
type Attach struct{ Name, Type, Body string }

func (s *Server) hold(user string, a Attach) string {
	f := &file{id: s.id("F"), name: a.Name, title: a.Name, mime: a.Type, user: user, body: []byte(a.Body), created: s.cfg.Now(), uploaded: true, complete: true}
	if f.mime == "" {
		f.mime = "text/plain"
	}
	s.files[f.id] = f
	return f.id
}

// Bytes is what a file holds that the bot uploaded, and its alternative text.
func (s *Server) Bytes(name string) (body, alt string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if f.name == name && f.uploaded && f.user == s.cfg.BotUser {
			return string(f.body), f.alt, true
		}
	}
	return "", "", false
}

// file finds a file that an install may see: its own, one that is shared where
// its bot is, and one that is shared nowhere, as those in forms are.
func (s *Server) file(id string, app *install) (*file, map[*Channel][]*message) {
	f := s.files[id]
	if f == nil || !f.complete {
		return nil, nil
	}
	shares, visible := map[*Channel][]*message{}, f.user == app.BotUser
	for _, ch := range s.channels {
		for _, m := range ch.messages {
			if slices.Contains(m.files, f.id) {
				shares[ch] = append(shares[ch], m)
				visible = visible || ch.has(app.BotUser)
			}
		}
	}
	if !visible && len(shares) > 0 {
		return nil, nil
	}
	return f, shares
}

func (c *call) fileInfo() (obj, error) {
	f, shared := c.s.file(c.text("file"), c.app)
	if f == nil {
		return nil, no("file_not_found")
	}
	o := f.json(c.s)
	private, public := obj{}, obj{}
	for ch, messages := range shared {
		var list []any
		for _, m := range messages {
			share := obj{"ts": m.ts}
			if m.thread != "" {
				share["thread_ts"] = m.thread
			}
			list = append(list, share)
		}
		if ch.Private || ch.direct != "" {
			private[ch.ID] = list
		} else {
			public[ch.ID] = list
		}
	}
	o["shares"] = obj{"private": private, "public": public}
	return obj{"file": o, "comments": []any{}, "paging": obj{"count": 0, "total": 0, "page": 1, "pages": 0}}, nil
}

func (c *call) uploadURL() (obj, error) {
	n, err := strconv.Atoi(c.text("length"))
	if c.text("filename") == "" || err != nil || n <= 0 {
		return nil, no("invalid_arguments")
	}
	f := &file{id: c.s.id("F"), name: c.text("filename"), user: c.app.BotUser, alt: c.text("alt_txt"), mime: mimeOf(c.text("filename")), length: n, created: c.s.cfg.Now()}
	f.title = f.name
	c.s.files[f.id] = f
	return obj{"upload_url": c.s.server.URL + "/upload/" + f.id, "file_id": f.id}, nil
}

func mimeOf(name string) string {
	kinds := map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif", ".txt": "text/plain", ".log": "text/plain", ".pdf": "application/pdf", ".csv": "text/csv", ".json": "application/json"}
	if kind := kinds[strings.ToLower(path.Ext(name))]; kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// struck fails a request to an address that is no method, where a fault is set;
// done tells whether nothing more is to be done. after fails it when it is done.
func (s *Server) struck(w http.ResponseWriter, r *http.Request, what string) (after func(), done bool) {
	f := s.strike(what)
	switch {
	case f == nil:
		return func() {}, false
	case f.does():
		return func() { s.fail(w, r, f) }, false
	}
	s.log(Call{what, obj{}, f.word()})
	s.fail(w, r, f)
	return nil, true
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	after, done := s.struck(w, r, "upload")
	if done {
		return
	}
	body, err := uploaded(r)
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	good := err == nil && f != nil && !f.complete && len(body) == f.length
	if good {
		f.body, f.uploaded = body, true
		s.calls = append(s.calls, Call{"upload", obj{"file": f.id, "length": len(body)}, ""})
	}
	s.mu.Unlock()
	after()
	if !good { // also of another length than announced
		http.Error(w, "no such upload", http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, "OK - %d", len(body))
}

func uploaded(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return io.ReadAll(r.Body)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

func (c *call) uploadComplete() (obj, error) {
	var list []struct{ ID, Title string }
	if err := c.tree("files", &list); err != nil || len(list) == 0 {
		return nil, no("invalid_arguments")
	}
	var channels []*Channel
	for id := range strings.SplitSeq(c.text("channel_id")+","+c.text("channels"), ",") {
		if id == "" {
			continue
		}
		ch := c.s.channels[id]
		switch {
		case ch == nil:
			return nil, no("channel_not_found")
		case !ch.has(c.app.BotUser):
			return nil, no("not_in_channel")
		case ch.Archived:
			return nil, no("is_archived")
		}
		channels = append(channels, ch)
	}
	var ids []string
	var out []any
	for _, x := range list {
		f := c.s.files[x.ID]
		if f == nil || !f.uploaded || f.user != c.app.BotUser {
			return nil, no("file_not_found")
		}
		if x.Title != "" {
			f.title = x.Title
		}
		f.complete = true
		ids = append(ids, x.ID)
		out = append(out, obj{"id": x.ID, "title": f.title})
	}
	for _, ch := range channels {
		m := &message{user: c.app.BotUser, bot: c.app.BotID, app: c.s.cfg.AppID, subtype: "file_share", text: c.text("initial_comment"), files: ids, mrkdwn: true}
		if err := c.reply(ch, m); err != nil {
			return nil, err
		}
		m.ts = c.s.ts()
		c.s.add(ch, m)
	}
	return obj{"files": out}, nil
}

// download gives out a file to who shows a token; to others a page to sign in,
// with 200.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	after, done := s.struck(w, r, "download")
	if done {
		return
	}
	s.mu.Lock()
	var f *file
	if t, err := s.allowed(tokenOf(r, obj{})); err == nil && t.app.scope("files:read") == nil {
		f, _ = s.file(r.PathValue("id"), t.app)
	}
	s.calls = append(s.calls, Call{"download", obj{"file": r.PathValue("id")}, ""})
	s.mu.Unlock()
	after()
	if f == nil {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>Sign in</html>")
		return
	}
	w.Header().Set("Content-Type", f.mime)
	_, _ = w.Write(f.body)
}
