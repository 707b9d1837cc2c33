package sla_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules, their corner cases and the worked examples, as the SLA rules
// number them.
const (
	rules   = 53
	corners = 34
)

var examples = []string{"X1", "X2", "X4", "X5", "X7", "X8", "X11"}

// A test names the rules that it proves in its comment, after the word SLA:
//
//	SLA T18: …
//	SLA T18, T19, corner 21: …
//	SLA T5–T9, X1: …
//	SLA corner 2 and 3: …
var (
	item     = `(?:T\d+(?:–T\d+)?|X\d+|corner \d+(?: and \d+)*)`
	citation = regexp.MustCompile(`\bSLA (` + item + `(?:, ` + item + `)*)`)
	numbers  = regexp.MustCompile(`T(\d+)–T(\d+)|T\d+|X\d+|corner (\d+(?: and \d+)*)`)
	loose    = regexp.MustCompile(`(?i)\bT\d+\b|\bX\d+\b|\bcorner \d+`)
)

// cited lists what a comment cites, one by one: "T18", "corner 21", "X1".
func cited(comment string) []string {
	var out []string
	for _, list := range citation.FindAllStringSubmatch(comment, -1) {
		for _, m := range numbers.FindAllStringSubmatch(list[1], -1) {
			switch {
			case m[1] != "":
				first, _ := strconv.Atoi(m[1])
				last, _ := strconv.Atoi(m[2])
				for n := first; n <= last; n++ {
					out = append(out, fmt.Sprintf("T%d", n))
				}
			case m[3] != "":
				for n := range strings.SplitSeq(m[3], " and ") {
					out = append(out, "corner "+n)
				}
			default:
				out = append(out, m[0])
			}
		}
	}
	return out
}

// known lists everything that there is to name.
func known() []string {
	out := slices.Clone(examples)
	for n := range rules {
		out = append(out, fmt.Sprintf("T%d", n+1))
	}
	for n := range corners {
		out = append(out, fmt.Sprintf("corner %d", n+1))
	}
	return out
}

// testComments finds the comment of every test of the repository, by its place.
func testComments(t *testing.T) map[string]string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("look for the repository at %s: %v", root, err)
	}
	out := map[string]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				at := files.Position(f.Pos())
				out[fmt.Sprintf("%s:%d %s", strings.TrimPrefix(at.Filename, root+"/"), at.Line, f.Name.Name)] = strings.Join(strings.Fields(f.Doc.Text()), " ")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every rule, corner case and worked example is named by at least one test, and
// what a test names exists.
func TestEveryRuleIsNamed(t *testing.T) {
	named := map[string]bool{}
	for place, comment := range testComments(t) {
		for _, c := range cited(comment) {
			named[c] = true
			if !slices.Contains(known(), c) {
				t.Errorf("%s cites %s, which does not exist", place, c)
			}
		}
		// What stands at the head of a comment is a citation, and has its form.
		head, _, _ := strings.Cut(comment, ":")
		if rest := loose.FindString(citation.ReplaceAllString(head, "")); rest != "" && len(head) < len(comment) {
			t.Errorf("%s names %s in another form than \"SLA T18, T19, corner 21, X1: …\": %s", place, rest, head)
		}
	}
	var missing []string
	for _, name := range known() {
		if !named[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		t.Errorf("no test names %s", strings.Join(missing, ", "))
	}
}

// The forms of a citation, and what is none.
func TestCited(t *testing.T) {
	for comment, want := range map[string]string{
		"SLA T18: a response":                "T18",
		"SLA T18, T19, X1: a response":       "T18 T19 X1",
		"SLA T5–T9, T33: due times":          "T5 T6 T7 T8 T9 T33",
		"SLA T14, corner 2 and 3: nothing":   "T14 corner 2 corner 3",
		"DESIGN §5, SLA corner 24: the same": "corner 24",
		"It holds of all (SLA T41, T53).":    "T41 T53",
		"SLA T10 and every other mistake":    "T10",
		"SUPPORT, T31: never announced":      "",
		"SLA, T31":                           "",
	} {
		if got := strings.Join(cited(comment), " "); got != want {
			t.Errorf("%q cites %q, want %q", comment, got, want)
		}
	}
}
