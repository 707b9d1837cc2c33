package slack

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// errNoFile: a file is not there any more, or is none that may be passed on.
var errNoFile = errors.New("no such file")

// Open returns what a file of Slack's holds.
func (s *Slack) Open(ctx context.Context, f bot.File) (io.Reader, int64, error) {
	w, err := s.at(ctx, f.Ref)
	if err != nil {
		return nil, 0, fmt.Errorf("open %s: %w", f.Ref, errNoFile)
	}
	return w.openFile(ctx, f)
}

// openFile returns what a file of the workspace holds. Only files that Slack itself holds
// are fetched: the address of others is whatever their owner chose.
func (s *workspace) openFile(ctx context.Context, f bot.File) (io.Reader, int64, error) {
	id := idIn(f.Ref)
	var known *slackapi.File
	err := s.call(ctx, "files.info", func() (err error) {
		known, _, _, err = s.api.GetFileInfoContext(ctx, id, 1, 1)
		return err
	})
	switch {
	case isCode(err, "file_not_found", "file_deleted"):
		return nil, 0, fmt.Errorf("open %s: %w", f.Ref, errNoFile)
	case err != nil:
		return nil, 0, verdict("look at file "+id, err)
	case known.IsExternal || known.Mode == "external" || known.Mode == "tombstone":
		return nil, 0, fmt.Errorf("open %s: it is held elsewhere: %w", f.Ref, errNoFile)
	case int64(known.Size) > bot.MaxFile:
		return nil, 0, fmt.Errorf("open %s: %d bytes, at most %d are passed on: %w", f.Ref, known.Size, bot.MaxFile, errNoFile)
	}
	var body bytes.Buffer
	err = s.call(ctx, "files", func() error {
		return s.api.GetFileContext(ctx, cmp.Or(known.URLPrivateDownload, known.URLPrivate), &body)
	})
	if err != nil {
		return nil, 0, verdict("fetch file "+id, err)
	}
	if body.Len() != known.Size { // a page to sign in instead, for one
		return nil, 0, fmt.Errorf("fetch file %s: %d bytes, want %d", id, body.Len(), known.Size)
	}
	return &body, int64(body.Len()), nil
}

// carry passes the files of a delivery on, and its charts as pictures, each
// once, into the thread of its message. One that is not there any more is left
// out: its name is in the message, and a chart's figures are.
func (s *workspace) carry(ctx context.Context, self Self, d bot.Delivery, channel, ts string) error {
	thread := cmp.Or(d.Thread, ts)
	for _, f := range d.Message.Files {
		if !bot.Carried(f) {
			continue
		}
		if err := s.carryOnce(ctx, self, d.Key+"/"+f.Ref, f, channel, thread, s.fetch); err != nil {
			return err
		}
	}
	for _, c := range d.Message.Charts {
		if s.cfg.Draw == nil {
			break
		}
		f := bot.File{Name: c.Name + ".png", Alt: c.Alt}
		if err := s.carryOnce(ctx, self, d.Key+"/"+f.Name, f, channel, thread, s.draw(c)); err != nil {
			return err
		}
	}
	return nil
}

// opener gets at what is to be uploaded: its bytes and their number.
type opener func(context.Context, bot.File) (io.Reader, int64, error)

func (s *workspace) fetch(ctx context.Context, f bot.File) (io.Reader, int64, error) {
	switch {
	case strings.HasPrefix(f.Ref, Name+":"):
		return s.Open(ctx, f)
	case s.cfg.Open == nil:
		return nil, 0, fmt.Errorf("open %s: %w", f.Ref, errNoFile)
	default:
		return s.cfg.Open(ctx, f)
	}
}

func (s *workspace) draw(c bot.Chart) opener {
	return func(context.Context, bot.File) (io.Reader, int64, error) {
		picture, err := s.cfg.Draw(c)
		if err != nil {
			return nil, 0, fmt.Errorf("%w: %w", errNoFile, err)
		}
		return bytes.NewReader(picture), int64(len(picture)), nil
	}
}

func (s *workspace) carryOnce(ctx context.Context, self Self, key string, f bot.File, channel, thread string, open opener) error {
	name := postName(key)
	before, err := s.memory.Claim(ctx, name, tried{at: s.now()}.String(), keepPost)
	if err != nil {
		return fmt.Errorf("note the file %s: %w", key, err)
	}
	if before != "" {
		t := readTried(before)
		if t.done {
			return nil
		}
		there, err := s.shared(ctx, self, f.Name, channel, thread, t.at)
		if err != nil {
			return err
		}
		if there {
			return s.noted(ctx, name)
		}
	}
	body, size, err := open(ctx, f)
	if errors.Is(err, errNoFile) {
		s.log.WarnContext(ctx, "file not passed on", "file", key, "err", err)
		return s.noted(ctx, name)
	}
	if err != nil {
		return err
	}
	err = s.call(ctx, "files.upload", func() error {
		_, err := s.api.UploadFileContext(ctx, slackapi.UploadFileParameters{
			Reader: body, FileSize: int(size), Filename: f.Name, Title: f.Name, AltTxt: cut(f.Alt, maxAlt), Channel: channel, ThreadTimestamp: thread,
		})
		return err
	})
	if refuses(err) {
		s.log.WarnContext(ctx, "file not passed on", "file", key, "err", detail(err))
		return s.noted(ctx, name)
	}
	if err != nil {
		return verdict("upload "+f.Name, err)
	}
	return s.noted(ctx, name)
}

// noted remembers that something was done.
func (s *Slack) noted(ctx context.Context, name string) error {
	if err := s.memory.Set(ctx, keepPost, map[string]string{name: tried{done: true}.String()}); err != nil {
		return fmt.Errorf("note that %s is done: %w", name, err)
	}
	return nil
}

// shared tells whether the bot has put a file of this name into a thread since
// it was first tried.
func (s *workspace) shared(ctx context.Context, self Self, file, channel, thread string, since time.Time) (bool, error) {
	found, err := s.search(ctx, channel, thread, since, func(m slackapi.Message) bool {
		return (m.User == self.User || m.BotID == self.Bot) && slices.ContainsFunc(m.Files, func(f slackapi.File) bool { return f.Name == file })
	})
	return found != "", err
}
