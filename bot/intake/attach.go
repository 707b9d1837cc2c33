package intake

import (
	"path"
	"slices"
	"strings"
)

// Attachment is a file that was sent along.
type Attachment struct {
	Name string
	Type string // media type, where known
	Size int64  // bytes; less than 0 if unknown
}

// FileMax is the largest file that is taken, in MB; what Discord takes of
// everybody: support.discord.com/hc/articles/25444343291031.
const FileMax = 10

// programs are never taken: nobody should open them.
var programs = []string{".exe", ".com", ".bat", ".cmd", ".scr", ".msi", ".vbs", ".ps1", ".jar", ".lnk", ".dll", ".hta"}

// Attach takes files that were sent along. They answer Files; a picture, or
// any file while the error text is asked for, answers ErrorText as well.
func (s State) Attach(files []Attachment, env Env) (State, Outcome) {
	t := s.taking(env)
	open := t.s.Asked
	for _, file := range files {
		switch name := file.Name; {
		case slices.Contains(programs, strings.ToLower(path.Ext(name))):
			t.refuse(Files, "problem.file.type", name, "name", name)
		case file.Size == 0:
			t.refuse(Files, "problem.file.empty", name, "name", name)
		case file.Size > FileMax<<20:
			t.refuse(Files, "problem.file.large", name, "name", name, "max", FileMax)
		default:
			t.add(Files, name)
			if open == ErrorText || !t.answered(ErrorText) && isPicture(file) {
				t.add(ErrorText, name)
			}
		}
	}
	return t.done()
}

// add puts a file's name behind those that are there.
func (t *taking) add(f Field, name string) {
	var names []string
	if old := t.s.Answers[f]; old != "" && old != ErrorNone {
		names = strings.Split(old, ", ")
	}
	if !slices.Contains(names, name) {
		names = append(names, name)
	}
	if value := strings.Join(names, ", "); runes(value) <= f.row().max {
		t.put(f, value)
	}
}

func isPicture(file Attachment) bool {
	if file.Type != "" {
		return strings.HasPrefix(file.Type, "image/")
	}
	return slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic"}, strings.ToLower(path.Ext(file.Name)))
}
