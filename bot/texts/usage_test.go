package texts

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// use is a call of Say with a literal key.
type use struct {
	at    token.Position
	key   string
	names []string // of the pairs; nil where they cannot be read from the source
}

// uses finds the calls of Say("key", …) in the Go source below dir.
func uses(t *testing.T, dir string) []use {
	t.Helper()
	var found []use
	set := token.NewFileSet()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Logf("not read: %v", err) // the compiler says it better
			return nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if u, ok := useOf(call); ok {
					u.at = set.Position(call.Pos())
					found = append(found, u)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func useOf(call *ast.CallExpr) (use, bool) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != "Say" || len(call.Args) == 0 {
		return use{}, false
	}
	key, ok := literal(call.Args[0])
	if !ok {
		return use{}, false
	}
	u := use{key: key, names: []string{}}
	if call.Ellipsis.IsValid() {
		u.names = nil
		return u, true
	}
	for i := 1; i < len(call.Args); i += 2 {
		name, ok := literal(call.Args[i])
		if !ok {
			u.names = nil
			return u, true
		}
		u.names = append(u.names, name)
	}
	return u, true
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// TestKeysInUse finds keys that the code says and no catalogue has, pairs
// that a message does not use, and placeholders that a call leaves empty.
func TestKeysInUse(t *testing.T) {
	messages := sources(t)[Default]
	all := uses(t, "..")
	if len(all) < 10 {
		t.Fatalf("found only %d calls of Say", len(all))
	}
	for _, u := range all {
		text, ok := messages[u.key]
		if !ok {
			t.Errorf("%v: Say(%q): no catalogue has this key", u.at, u.key)
			continue
		}
		if u.names == nil {
			continue
		}
		wants := namesIn(text)
		for _, name := range wants {
			if !slices.Contains(u.names, name) {
				t.Errorf("%v: Say(%q): {{.%s}} has no value", u.at, u.key, name)
			}
		}
		for _, name := range u.names {
			if name != "count" && !slices.Contains(wants, name) {
				t.Errorf("%v: Say(%q): %q has no placeholder", u.at, u.key, name)
			}
		}
	}
}
