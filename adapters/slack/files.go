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
	refuse := func(why string, args ...any) (io.Reader, int64, error) {
		return nil, 0, fmt.Errorf("open %s: %s: %w", f.Ref, fmt.Sprintf(why, args...), errNoFile)
	}
	var known *slackapi.File
	err := s.call(ctx, "files.info", func() (err error) {
		known, _, _, err = s.api.GetFileInfoContext(ctx, id, 1, 1)
		return err
	})
	switch {
	case refuses(err):
		return refuse("%v", detail(err))
	case err != nil:
		return nil, 0, verdict("look at file "+id, err)
	case known.IsExternal || known.Mode == "external" || known.Mode == "tombstone":
		return refuse("it is held elsewhere")
	case !bot.Carried(bot.File{Name: known.Name, Size: int64(known.Size)}):
		return refuse("%s of %d bytes is not passed on", known.Name, known.Size)
	}
	var body bytes.Buffer
	err = s.call(ctx, "files", func() error {
		return s.api.GetFileContext(ctx, cmp.Or(known.URLPrivateDownload, known.URLPrivate), &body)
	})
	if err != nil {
		return nil, 0, verdict("fetch file "+id, err)
	}
	if body.Len() != known.Size { // a page to sign in instead, for one
		return refuse("%d bytes came instead of %d", body.Len(), known.Size)
	}
	return &body, int64(body.Len()), nil
}

// carry passes the files of a delivery on, and its charts as pictures, each
// once, into the thread of its message. What cannot be passed on is said there:
// it must not hold up what comes after it.
func (s *workspace) carry(ctx context.Context, self Self, d bot.Delivery, channel, ts string) error {
	at := shelf{channel: channel, thread: cmp.Or(d.Thread, ts)}
	for _, f := range d.Message.Files {
		if !bot.Carried(f) {
			if err := s.sayNotPassed(ctx, self, d.Key+"/"+f.Ref, f, at, SayNotCarried); err != nil {
				return err
			}
			continue
		}
		if err := s.carryOnce(ctx, self, d.Key+"/"+f.Ref, f, at, s.fetch); err != nil {
			return err
		}
	}
	for _, c := range d.Message.Charts {
		if s.cfg.Draw == nil {
			break
		}
		f := bot.File{Name: c.Name + ".png", Alt: c.Alt}
		if err := s.carryOnce(ctx, self, d.Key+"/"+f.Name, f, at, s.draw(c)); err != nil {
			return err
		}
	}
	return nil
}

// shelf is where files are put.
type shelf struct{ channel, thread string }

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

// fileGiveUp is for how long a file that fails is tried.
const fileGiveUp = 15 * time.Minute

// carryOnce uploads a file, unless that was done before. Before it is shared its
// id is noted, so that a retry after a failure that may have been none looks for
// it first.
func (s *workspace) carryOnce(ctx context.Context, self Self, key string, f bot.File, at shelf, open opener) error {
	name := postName(key)
	before, err := s.memory.Claim(ctx, name, tried{at: s.now()}.String(), keepPost)
	if err != nil {
		return fmt.Errorf("note the file %s: %w", key, err)
	}
	t := tried{at: s.now()}
	if before != "" {
		if t = readTried(before); t.done {
			return nil
		}
		there, err := s.shared(ctx, self, t, at)
		if err != nil {
			return err
		}
		if there {
			return s.noted(ctx, name)
		}
	}
	err = s.upload(ctx, name, t, f, at, open)
	late := s.now().Sub(t.at) > fileGiveUp
	switch {
	case err == nil:
		return s.noted(ctx, name)
	case errors.Is(err, errNoFile), refuses(err), late && !limitedBy(err):
		s.log.WarnContext(ctx, "file not passed on", "file", key, "err", detail(err))
		if err := s.sayNotPassed(ctx, self, key, f, at, SayNotPassed); err != nil {
			return err
		}
		return s.noted(ctx, name)
	default:
		return verdict("pass on "+f.Name, err)
	}
}

// upload puts a file into a thread, in Slack's three steps.
func (s *workspace) upload(ctx context.Context, name string, t tried, f bot.File, at shelf, open opener) error {
	body, size, err := open(ctx, f)
	if err != nil {
		return err
	}
	if size == 0 { // Slack takes none
		return fmt.Errorf("%s is empty: %w", f.Name, errNoFile)
	}
	var to *slackapi.GetUploadURLExternalResponse
	err = s.call(ctx, "files.getUploadURLExternal", func() (err error) {
		to, err = s.api.GetUploadURLExternalContext(ctx, slackapi.GetUploadURLExternalParameters{FileName: f.Name, FileSize: int(size), AltTxt: cut(f.Alt, maxAlt)})
		return err
	})
	if err != nil {
		return err
	}
	if err := s.api.UploadToURL(ctx, slackapi.UploadToURLParameters{UploadURL: to.UploadURL, Reader: body, Filename: f.Name}); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	t.ts = to.FileID
	if err := s.memory.Set(ctx, keepPost, map[string]string{name: t.String()}); err != nil {
		return fmt.Errorf("note file %s: %w", to.FileID, err)
	}
	return s.call(ctx, "files.completeUploadExternal", func() error {
		_, err := s.api.CompleteUploadExternalContext(ctx, slackapi.CompleteUploadExternalParameters{
			Files: []slackapi.FileSummary{{ID: to.FileID, Title: f.Name}}, Channel: at.channel, ThreadTimestamp: at.thread,
		})
		return err
	})
}

// sayNotPassed says in a thread that a file is missing from it. A chart's table
// is there.
func (s *workspace) sayNotPassed(ctx context.Context, self Self, key string, f bot.File, at shelf, why string) error {
	if f.Ref == "" {
		return nil
	}
	m := bot.Message{Text: fmt.Sprintf("📎 %s: %s", oneLine(f.Name), s.cfg.Say(why)), Tone: bot.ToneQuiet}
	_, err := s.postOnce(ctx, self, bot.Delivery{Message: m}, key+"/not passed", at.channel, at.thread, render(m, look{}).Pages[0])
	if errors.Is(err, bot.ErrUndeliverable) { // the thread is gone as well
		return nil
	}
	return err
}

// noted remembers that something was done.
func (s *Slack) noted(ctx context.Context, name string) error {
	if err := s.memory.Set(ctx, keepPost, map[string]string{name: tried{done: true}.String()}); err != nil {
		return fmt.Errorf("note that %s is done: %w", name, err)
	}
	return nil
}

// shared tells whether a file that was tried is in its thread.
func (s *workspace) shared(ctx context.Context, self Self, t tried, at shelf) (bool, error) {
	if t.ts == "" {
		return false, nil
	}
	found, err := s.search(ctx, at.channel, at.thread, t.at, func(m slackapi.Message) bool {
		return (m.User == self.User || m.BotID == self.Bot) && slices.ContainsFunc(m.Files, func(f slackapi.File) bool { return f.ID == t.ts })
	})
	return found != "", err
}
