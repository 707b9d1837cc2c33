package bot_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"casebot/bot"
)

// TestScripts plays testdata/script/*.txt, each on a desk of its own. They are
// written to be read by people who do not program; what they may say:
//
//	desk 2026-03-06T23:30:00Z            open the desk at that time
//	giulia acme '/case new It is slow'   type a command in a room; "@" is one's direct messages
//	giulia acme 'Hello'                  write in the thread where somebody wrote last
//	press ada triage Take                press the newest button with that label
//	form giulia severity=2 type=error    fill in and send the form that was opened
//	advance 4h, until TIME, down 24h     live through time; be down for a while
//	transcript                           print what happened since the last transcript
//
// UPDATE=1 go test writes what happened into the scripts.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			r := &reel{t: t}
			cmds := map[string]func(ts *testscript.TestScript, neg bool, args []string){
				"desk": r.desk, "press": r.press, "form": r.form, "advance": r.advance, "until": r.until, "down": r.down, "transcript": r.transcript,
			}
			for _, who := range []string{"giulia", "luca", "sara", "yuki", "hank", "ada", "ben", "tess", "mark", "dana", "fay"} {
				cmds[who] = func(ts *testscript.TestScript, _ bool, args []string) { r.person(ts, who, args) }
			}
			testscript.Run(t, testscript.Params{Files: []string{file}, Cmds: cmds, UpdateScripts: os.Getenv("UPDATE") != ""})
		})
	}
}

// reel is a desk being filmed.
type reel struct {
	t      *testing.T
	d      *desk
	posts  int
	edits  map[string]int
	blurb  map[string]string // what each message said when it was last shown
	filmed strings.Builder
}

func (r *reel) need(ts *testscript.TestScript, args []string, n int) {
	if len(args) < n {
		ts.Fatalf("too few words")
	}
	if r.d == nil {
		ts.Fatalf("open a desk first")
	}
}

func (r *reel) desk(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("desk TIME [subscriber:language]")
	}
	r.d = openDeskAt(r.t, r.time(ts, args[0]))
	r.d.travel.Scheduler.Together = 1 // a transcript has one order
	r.edits, r.blurb = map[string]int{}, map[string]string{}
	for _, change := range args[1:] {
		key, lang, _ := strings.Cut(change, ":")
		e := r.d.entry(key)
		e.Language = lang
		r.d.apply(e)
	}
}

func (r *reel) time(ts *testscript.TestScript, s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	ts.Check(err)
	return at
}

// place reads a room, or "@" for one's own direct messages.
func place(who, s string) string {
	if s == "@" {
		return "@" + who
	}
	return s
}

func (r *reel) person(ts *testscript.TestScript, who string, args []string) {
	r.need(ts, args, 2)
	room, text := place(who, args[0]), args[1]
	if command, ok := strings.CutPrefix(text, "/"); ok {
		r.note("%s types in %s: %s", who, shown(args[0]), text)
		r.d.command(who, room, command)
	} else {
		thread := ""
		for _, p := range slices.Backward(r.d.platform.all("console:" + room)) {
			if p.thread != "" {
				thread = p.thread
				break
			}
		}
		r.d.say(who, room, thread, text)
	}
	r.answer(who)
}

func (r *reel) press(ts *testscript.TestScript, _ bool, args []string) {
	r.need(ts, args, 3)
	who, room, label := args[0], place(args[0], args[1]), args[2]
	r.note("%s presses in %s: [%s]", who, shown(args[1]), label)
	r.d.press(who, room, label)
	r.answer(who)
}

func (r *reel) form(ts *testscript.TestScript, _ bool, args []string) {
	r.need(ts, args, 1)
	form := r.d.answers[args[0]].Form
	if form == nil {
		ts.Fatalf("no form is open for %s", args[0])
	}
	fields := map[string]string{}
	for _, f := range form.Fields {
		fields[f.Name] = f.Value
	}
	for _, pair := range args[1:] {
		name, value, ok := strings.Cut(pair, "=")
		if _, known := fields[name]; !ok || !known {
			ts.Fatalf("the form has no field %q", name)
		}
		fields[name] = value
	}
	r.note("%s sends the form %q: %s", args[0], form.Title, strings.Join(args[1:], ", "))
	group, rest, _ := strings.Cut(form.Command, " ")
	e := r.d.event(args[0], "acme", "")
	e.Kind, e.Command = bot.EventCommand, &bot.Command{Group: group, Text: rest, Args: fields, Form: true}
	r.d.do(args[0], e)
	r.answer(args[0])
}

func (r *reel) advance(ts *testscript.TestScript, _ bool, args []string) {
	r.need(ts, args, 1)
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	r.d.advance(by)
	r.film()
}

func (r *reel) until(ts *testscript.TestScript, _ bool, args []string) {
	r.need(ts, args, 1)
	r.d.until(r.time(ts, args[0]))
	r.film()
}

func (r *reel) down(ts *testscript.TestScript, _ bool, args []string) {
	r.need(ts, args, 1)
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	r.note("down for %s", by)
	r.d.down(by)
	r.film()
}

func (r *reel) transcript(ts *testscript.TestScript, _ bool, args []string) {
	r.need(ts, args, 0)
	_, err := fmt.Fprint(ts.Stdout(), r.filmed.String())
	ts.Check(err)
	r.filmed.Reset()
}

// stamp is the desk's time in the calendar's zone, as staff read it.
func (r *reel) stamp(at time.Time) string {
	return at.In(r.d.rules.Calendars["hq"].Location(at)).Format("Mon 15:04")
}

func (r *reel) note(format string, args ...any) {
	fmt.Fprintf(&r.filmed, "%s ── %s\n", r.stamp(r.d.travel.Now()), fmt.Sprintf(format, args...))
}

// answer films what only one person saw, then what everybody did.
func (r *reel) answer(who string) {
	a := r.d.answers[who]
	if a.Private != nil {
		r.lines(r.d.travel.Now(), "only "+who, plain(*a.Private))
	}
	if a.Form != nil {
		var fields []string
		for _, f := range a.Form.Fields {
			fields = append(fields, f.Label)
		}
		r.lines(r.d.travel.Now(), "only "+who, "form "+a.Form.Title+": "+strings.Join(fields, " | "))
	}
	for _, field := range slices.Sorted(func(yield func(string) bool) {
		for f := range a.Errors {
			if !yield(f) {
				return
			}
		}
	}) {
		r.lines(r.d.travel.Now(), "only "+who, field+": "+a.Errors[field])
	}
	r.film()
}

func (r *reel) lines(at time.Time, where, text string) {
	fmt.Fprintf(&r.filmed, "%s %s> %s\n", r.stamp(at), where, strings.ReplaceAll(text, "\n", "\n          "))
}

// film writes down what was posted and what was edited since the last time,
// room by room, since nothing orders two rooms.
func (r *reel) film() {
	type frame struct {
		at                time.Time
		room, where, text string
	}
	var frames []frame
	posts := r.d.platform.everything()
	for i, p := range posts {
		text, mark, at := plain(p.message), "", p.at
		switch {
		case i >= r.posts:
		case p.edits > r.edits[p.ref] && text != r.blurb[p.ref]:
			mark, at = " (now reads)", r.d.travel.Now()
		default:
			continue
		}
		r.edits[p.ref], r.blurb[p.ref] = p.edits, text
		who := "casebot"
		if p.message.Author != nil {
			who = p.message.Author.Name
		}
		where := strings.Replace(shown(strings.TrimPrefix(p.room, "console:")), "#@", "@", 1)
		if p.thread != "" {
			where += " ↳"
		}
		frames = append(frames, frame{at, p.room, where + " " + who + mark, text})
	}
	slices.SortStableFunc(frames, func(a, b frame) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.room, b.room)) })
	for _, f := range frames {
		r.lines(f.at, f.where, f.text)
	}
	r.posts = len(posts)
}

func shown(room string) string {
	if room == "@" {
		return "direct messages"
	}
	return "#" + room
}
