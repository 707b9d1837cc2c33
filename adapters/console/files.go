package console

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"casebot/bot"
)

// fileMeta is what the shelf keeps beside a file's bytes.
type fileMeta struct {
	Name  string    `json:"name"`
	Type  string    `json:"type"` // as the bytes look, not as the sender says
	Size  int64     `json:"size"`
	Owner string    `json:"owner"`
	At    time.Time `json:"at"`
}

type upload struct {
	As    string `json:"as"`
	Name  string `json:"name"`
	Bytes []byte `json:"bytes"` // base64
}

const maxFileName = 120 // runes

// pictures are shown in place; everything else is only downloaded.
var pictures = []string{"image/png", "image/jpeg", "image/gif", "image/webp"}

// postFile takes a file before the message that it belongs to.
func (c *Console) postFile(r *http.Request, in upload) (bot.File, error) {
	p, ok := c.person(in.As)
	switch n := int64(len(in.Bytes)); {
	case !ok:
		return bot.File{}, errPerson
	case n > c.cfg.MaxFile:
		return bot.File{}, &refusalError{http.StatusRequestEntityTooLarge, fmt.Sprintf(
			"%s has %s, the limit is %s.", fileName(in.Name), size(n), size(c.cfg.MaxFile))}
	case n == 0:
		return bot.File{}, &refusalError{http.StatusBadRequest, fileName(in.Name) + " is empty."}
	}
	kind, _, _ := strings.Cut(http.DetectContentType(in.Bytes), ";")
	meta := fileMeta{Name: fileName(in.Name), Type: kind, Size: int64(len(in.Bytes)), Owner: p.ID, At: c.now()}
	return c.keep(r.Context(), newFileID(), meta, in.Bytes)
}

func (c *Console) keep(ctx context.Context, id string, meta fileMeta, bytes []byte) (bot.File, error) {
	body, err := json.Marshal(meta)
	if err != nil {
		return bot.File{}, fmt.Errorf("encode file: %w", err)
	}
	if err := c.shelf.PutFile(ctx, id, body, bytes); err != nil {
		return bot.File{}, fmt.Errorf("keep file %s: %w", id, err)
	}
	return meta.file(id), nil
}

func (m fileMeta) file(id string) bot.File {
	return bot.File{Ref: Name + ":" + id, Name: m.Name, Type: m.Type, Size: m.Size}
}

// newFileID is random and not the bytes' hash: the same file twice is two
// files, with two owners.
func newFileID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: pkg.go.dev/crypto/rand#Read
	return "f" + hex.EncodeToString(id[:])
}

// fileName keeps the last part of a name and what of it can be shown.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > maxFileName {
		name = string(runes[:maxFileName-10]) + "…" + string(runes[len(runes)-9:])
	}
	if name == "" || name == "." || name == "/" {
		return "file"
	}
	return name
}

// draw turns the charts of a delivery into pictures, the same for the same
// delivery. One that cannot be drawn is left to its table.
func (c *Console) draw(ctx context.Context, d *bot.Delivery) error {
	files := slices.Clone(d.Message.Files)
	for _, chart := range d.Message.Charts {
		if c.cfg.Draw == nil {
			break
		}
		picture, err := c.cfg.Draw(chart)
		if err != nil {
			c.log.WarnContext(ctx, "chart not drawn", "delivery", d.Key, "err", err)
			continue
		}
		id := "f" + strings.TrimPrefix(refOf(d.Key+"/"+chart.Name), "b")
		f, err := c.keep(ctx, id, fileMeta{Name: chart.Name + ".png", Type: http.DetectContentType(picture), Size: int64(len(picture)), At: c.now()}, picture)
		if err != nil {
			return err
		}
		f.Alt = chart.Alt
		files = append(files, f)
	}
	d.Message.Files, d.Message.Charts = files, nil
	return nil
}

// attached turns the ids of files that a person uploaded into files of a
// message. Nobody attaches what somebody else uploaded.
func (c *Console) attached(ctx context.Context, p Person, ids []string) ([]bot.File, error) {
	var files []bot.File
	for _, id := range ids {
		id = strings.TrimPrefix(id, Name+":")
		meta, _, err := c.file(ctx, id)
		if err != nil {
			return nil, err
		}
		if meta.Owner != p.ID {
			return nil, &refusalError{http.StatusBadRequest, "The attached file is not here any more. Attach it again."}
		}
		files = append(files, meta.file(id))
	}
	return files, nil
}

func (c *Console) file(ctx context.Context, id string) (fileMeta, []byte, error) {
	body, bytes, err := c.shelf.File(ctx, id)
	if err != nil || body == nil {
		return fileMeta{}, nil, err
	}
	var meta fileMeta
	if err := json.Unmarshal(body, &meta); err != nil {
		return fileMeta{}, nil, fmt.Errorf("decode file %s: %w", id, err)
	}
	return meta, bytes, nil
}

// getFile sends a file to its owner, and to whoever sees a room in which it
// was posted.
func (c *Console) getFile(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	viewer, ok := c.person(r.URL.Query().Get("as"))
	if !ok {
		fail(w, errPerson)
		return
	}
	meta, bytes, err := c.file(r.Context(), id)
	if err == nil {
		err = c.board.catchUp(r.Context())
	}
	if err != nil {
		c.log.WarnContext(r.Context(), "request failed", "path", r.URL.Path, "err", err)
		fail(w, errBroken)
		return
	}
	allowed := meta.Owner == viewer.ID ||
		slices.ContainsFunc(c.board.posted(id), func(room string) bool { return c.sees(viewer, room) })
	if bytes == nil || !allowed {
		fail(w, &refusalError{http.StatusNotFound, "There is no such file for you."})
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	how := "attachment"
	if slices.Contains(pictures, meta.Type) {
		h.Set("Content-Type", meta.Type)
		if !r.URL.Query().Has("download") {
			how = "inline"
		}
	}
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": meta.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(bytes)))
}
