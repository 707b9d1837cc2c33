package console

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"strings"
	"time"
)

//go:embed web
var web embed.FS

// Routes returns the page and what it asks for, to be mounted at /console/.
func (c *Console) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /console/", http.StripPrefix("/console/", files()))
	mux.HandleFunc("GET /console/api/state", c.getState)
	mux.HandleFunc("GET /console/api/stream", c.getStream)
	mux.HandleFunc("GET /console/api/files/{id}", c.getFile)
	mux.Handle("POST /console/api/messages", posted(c, maxBody, c.postMessage))
	mux.Handle("POST /console/api/edits", posted(c, maxBody, c.postEdit))
	mux.Handle("POST /console/api/presses", posted(c, maxBody, c.postPress))
	mux.Handle("POST /console/api/forms", posted(c, maxBody, c.postForm))
	mux.Handle("POST /console/api/files", posted(c, c.cfg.MaxFile*3/2+maxBody, c.postFile))
	mux.Handle("POST /console/api/travel", posted(c, maxBody, c.postTravel))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fail(w, &refusalError{http.StatusForbidden, "This request comes from another site."})
	}))
	return secured(guard.Handler(mux))
}

// files serves what is embedded, without listing its folders.
func files() http.Handler {
	sub, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	serve := http.FileServerFS(sub)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "" && strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		serve.ServeHTTP(w, r)
	})
}

// secured keeps everything on this page's own origin: no inline script or
// style, nothing loaded from elsewhere, no framing.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy",
			"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// maxBody is room for MaxText runes, each escaped, and what is around them.
const maxBody = 12*MaxText + 64<<10

// refusalError is an error that the page shows as it is.
type refusalError struct {
	status int
	text   string
}

func (r *refusalError) Error() string { return r.text }

var (
	errPerson   = &refusalError{http.StatusBadRequest, "Nobody here has that name."}
	errRoom     = &refusalError{http.StatusNotFound, "There is no such channel for you."}
	errGone     = &refusalError{http.StatusNotFound, "That message is not here any more."}
	errStarting = &refusalError{http.StatusServiceUnavailable, "casebot is not running at the moment. Try again in a few seconds."}
	errBroken   = &refusalError{http.StatusInternalServerError, "That did not work. Try again in a few seconds."}
)

// posted reads a JSON body of at most limit bytes, hands it on and answers
// with what comes back.
func posted[In, Out any](c *Console, limit int64, next func(*http.Request, In) (Out, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			fail(w, &refusalError{http.StatusUnsupportedMediaType, "Send JSON."})
			return
		}
		// casebot may take its time, and a journey through a day takes longer.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		var in In
		if err := decode(http.MaxBytesReader(w, r.Body, limit), &in); err != nil {
			fail(w, err)
			return
		}
		out, err := next(r, in)
		if err != nil {
			if _, ok := errors.AsType[*refusalError](err); !ok {
				c.log.WarnContext(r.Context(), "request failed", "path", r.URL.Path, "err", err)
				err = errBroken
			}
			fail(w, err)
			return
		}
		reply(w, http.StatusOK, out)
	})
}

func decode(body io.Reader, in any) error {
	err := json.NewDecoder(body).Decode(in)
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return &refusalError{http.StatusRequestEntityTooLarge, "That is too large to be sent."}
	case err != nil:
		return &refusalError{http.StatusBadRequest, "The request is not well-formed: " + strings.TrimPrefix(err.Error(), "json: ")}
	}
	return nil
}

func reply(w http.ResponseWriter, status int, out any) {
	body, err := json.Marshal(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader is gone: nobody to tell
}

func fail(w http.ResponseWriter, err error) {
	no := errBroken
	errors.As(err, &no)
	reply(w, no.status, map[string]string{"error": no.text})
}

func (c *Console) getState(w http.ResponseWriter, r *http.Request) {
	viewer, ok := c.person(r.URL.Query().Get("as"))
	if !ok && len(c.cfg.People) > 0 {
		viewer = c.cfg.People[0]
	}
	if err := c.board.catchUp(r.Context()); err != nil {
		c.log.WarnContext(r.Context(), "request failed", "path", r.URL.Path, "err", err)
		fail(w, errBroken)
		return
	}
	reply(w, http.StatusOK, c.state(viewer))
}

// size says how large n bytes are: "5 MB".
func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.3g MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.3g KB", float64(n)/(1<<10))
}
