package slackfake

import (
	"io"
	"net/http"
	"slices"
	"strings"
)

// file is a file that the workspace holds.
type file struct {
	id, name, mime, user, alt string
	body                      []byte
	uploaded                  bool
}

func (f *file) json(s *Server) obj {
	return obj{
		"id": f.id, "name": f.name, "title": f.name, "mimetype": f.mime, "size": len(f.body), "mode": "hosted", "user": f.user, "alt_txt": f.alt,
		"url_private": s.server.URL + "/files/" + f.id, "url_private_download": s.server.URL + "/files/" + f.id,
	}
}

// Attach is a file that somebody adds to a message.
type Attach struct{ Name, Type, Body string }

func (s *Server) hold(user string, a Attach) string {
	f := &file{id: s.id("F"), name: a.Name, mime: a.Type, user: user, body: []byte(a.Body), uploaded: true}
	if f.mime == "" {
		f.mime = "text/plain"
	}
	s.files[f.id] = f
	return f.id
}

// Bytes is what a file holds, and its alternative text.
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

func (c *call) fileInfo() (obj, error) {
	f := c.s.files[c.text("file")]
	if f == nil {
		return nil, no("file_not_found")
	}
	o := f.json(c.s)
	shares := obj{}
	for _, ch := range c.s.channels {
		for _, m := range ch.messages {
			if slices.Contains(m.files, f.id) {
				shares[ch.ID] = []any{obj{"ts": m.ts, "thread_ts": m.thread}}
			}
		}
	}
	o["shares"] = obj{"private": shares, "public": obj{}}
	return obj{"file": o, "comments": []any{}, "paging": obj{"count": 0, "total": 0, "page": 1, "pages": 0}}, nil
}

func (c *call) uploadURL() (obj, error) {
	if c.text("filename") == "" || c.text("length") == "" || c.text("length") == "0" {
		return nil, no("invalid_arguments")
	}
	f := &file{id: c.s.id("F"), name: c.text("filename"), user: c.app.user, alt: c.text("alt_txt"), mime: "application/octet-stream"}
	c.s.files[f.id] = f
	return obj{"upload_url": c.s.server.URL + "/upload/" + f.id, "file_id": f.id}, nil
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	var body []byte
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		part, _, e := r.FormFile("file")
		if e != nil {
			http.Error(w, e.Error(), http.StatusBadRequest)
			return
		}
		body, err = io.ReadAll(part)
	} else {
		body, err = io.ReadAll(r.Body)
	}
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	if f != nil && err == nil {
		f.body, f.uploaded = body, true
	}
	s.mu.Unlock()
	if f == nil || err != nil {
		http.Error(w, "no such upload", http.StatusNotFound)
		return
	}
	_, _ = io.WriteString(w, "OK")
}

func (c *call) uploadComplete() (obj, error) {
	var list []struct{ ID, Title string }
	if err := c.tree("files", &list); err != nil || len(list) == 0 {
		return nil, no("invalid_arguments")
	}
	var ids []string
	var out []any
	for _, x := range list {
		f := c.s.files[x.ID]
		if f == nil || !f.uploaded {
			return nil, no("file_not_found")
		}
		ids = append(ids, x.ID)
		out = append(out, obj{"id": x.ID, "title": x.Title})
	}
	if id := c.text("channel_id"); id != "" {
		ch := c.s.channels[id]
		switch {
		case ch == nil:
			return nil, no("channel_not_found")
		case !ch.has(c.app.user):
			return nil, no("not_in_channel")
		}
		m := &message{ts: c.s.ts(), user: c.app.user, bot: c.app.bot, app: c.s.cfg.AppID, subtype: "file_share", text: c.text("initial_comment"), files: ids, mrkdwn: true}
		if ts := c.text("thread_ts"); ts != "" && ch.find(ts) != nil {
			m.thread = ts
		}
		c.s.add(ch, m)
	}
	return obj{"files": out}, nil
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	app := s.installs[token(r, obj{})]
	s.mu.Unlock()
	if app == nil || f == nil { // Slack shows a page to sign in, with 200
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>Sign in</html>")
		return
	}
	w.Header().Set("Content-Type", f.mime)
	_, _ = w.Write(f.body)
}
