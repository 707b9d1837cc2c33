package config

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"casebot/policy/calendar"
)

// Bounds that no honest file meets; they keep a hostile one from nesting or
// repeating itself without end: how deep it goes, and how many nodes aliases
// may make of each byte.
const (
	maxDepth     = 40
	nodesPerByte = 4
)

// decoder reads the nodes of one file into values, over what is there already:
// a key left out leaves its value alone, a list is replaced, a map is added to. It
// notes where each path was written and goes on after a mistake.
type decoder struct {
	*report
	file      string
	sources   Sources
	lenient   bool   // the defaults: nothing is required
	only      string // the one section to read, "" for all
	places    map[string]place
	versions  map[string][]calendar.Spec
	nodes     int // how many may still come
	depth     int
	exhausted bool // one of the bounds was met, and told
}

func (d *decoder) mistake(n *yaml.Node, path, format string, args ...any) {
	d.add(Mistake{File: d.file, Line: n.Line, Path: path, Message: fmt.Sprintf(format, args...)})
}

// enter resolves an alias, notes the place, and refuses what nests or repeats
// without end. Every enter that succeeds wants a leave.
func (d *decoder) enter(n *yaml.Node, path string) (*yaml.Node, bool) {
	if d.nodes == 0 || d.depth == maxDepth {
		if !d.exhausted {
			d.exhausted = true
			d.mistake(n, path, "this nests or repeats too much: write it out more simply")
		}
		return n, false
	}
	d.nodes--
	d.depth++
	d.places[path] = place{d.file, n.Line}
	if path == "" {
		d.places[path] = place{file: d.file} // what is missing altogether has no line
	}
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n, true
}

func (d *decoder) leave() { d.depth-- }

// decode reads a node into v.
func (d *decoder) decode(n *yaml.Node, path string, v reflect.Value) {
	n, ok := d.enter(n, path)
	if !ok {
		return
	}
	defer d.leave()
	if d.special(n, path, v) {
		return
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // a key without a value says nothing
	}
	if v.CanAddr() {
		if text, is := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); is {
			d.text(n, path, text)
			return
		}
	}
	switch v.Kind() { //nolint:exhaustive // the default takes all other kinds
	case reflect.Struct:
		d.structure(n, path, v)
	case reflect.Map:
		d.mapping(n, path, v)
	case reflect.Slice:
		d.list(n, path, v)
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		d.decode(n, path, fresh.Elem())
		v.Set(fresh)
	default:
		d.scalar(n, path, v)
	}
}

func (d *decoder) structure(n *yaml.Node, path string, v reflect.Value) {
	fields := fieldsOf(v)
	seen := map[string]bool{}
	for key, value := range d.pairs(n, path) {
		target, known := fields.byKey[key.Value]
		if !known {
			d.mistake(key, path, "%s", unknown("key", key.Value, fields.keys))
			continue
		}
		seen[key.Value] = true
		d.decode(value, join(path, key.Value), target)
	}
	if n.Kind != yaml.MappingNode || d.lenient {
		return
	}
	for _, key := range fields.required {
		if !seen[key] {
			d.mistake(n, join(path, key), "this is missing: add %s: …", key)
		}
	}
}

func (d *decoder) mapping(n *yaml.Node, path string, v reflect.Value) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for key, value := range d.pairs(n, path) {
		name := reflect.ValueOf(key.Value).Convert(v.Type().Key())
		element := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(name); old.IsValid() {
			element.Set(old)
		}
		d.decode(value, join(path, key.Value), element)
		v.SetMapIndex(name, element)
	}
}

func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.mistake(n, path, "a list is wanted here: write [a, b], or one item a line after a dash")
		return
	}
	fresh := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.decode(item, index(path, i), fresh.Index(i))
	}
	v.Set(fresh)
}

// pairs runs over the keys and values of a mapping; it refuses what is no
// mapping, keys that are no plain words, and keys that come twice.
func (d *decoder) pairs(n *yaml.Node, path string) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			d.mistake(n, path, "keys with values are wanted here: write key: value")
			return
		}
		lines := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			switch first, twice := lines[key.Value]; {
			case key.Kind != yaml.ScalarNode:
				d.mistake(key, path, "a key must be a plain word")
				continue
			case key.Tag == "!!merge":
				d.mistake(key, path, "merge keys (<<) are not read here: write the values out, or use an alias for a whole value")
				continue
			case twice:
				d.mistake(key, path, "%s is given twice, first in line %d: keep one of them", key.Value, first)
				continue
			}
			lines[key.Value] = key.Line
			if !yield(key, value) {
				return
			}
		}
	}
}

// value is the text of a scalar with its references replaced.
func (d *decoder) value(n *yaml.Node, path string) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		d.mistake(n, path, "a single value is wanted here, not a list or keys")
		return "", false
	}
	text, err := d.sources.expand(n.Value)
	if err != nil {
		d.mistake(n, path, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
		return "", false
	}
	return text, true
}

func (d *decoder) text(n *yaml.Node, path string, target encoding.TextUnmarshaler) {
	text, ok := d.value(n, path)
	if !ok {
		return
	}
	if err := target.UnmarshalText([]byte(text)); err != nil {
		d.mistake(n, path, "%s", err)
	}
}

func (d *decoder) scalar(n *yaml.Node, path string, v reflect.Value) {
	text, ok := d.value(n, path)
	if !ok {
		return
	}
	switch v.Kind() { //nolint:exhaustive // the default takes all other kinds
	case reflect.String:
		if n.Tag == "!!bool" || n.Tag == "!!float" {
			d.mistake(n, path, "a text is wanted here: put it in quotes, %q", n.Value)
			return
		}
		v.SetString(text)
	case reflect.Bool:
		yes, known := parseYes(text)
		if !known {
			d.mistake(n, path, "%q is neither true nor false", text)
			return
		}
		v.SetBool(yes)
	case reflect.Int:
		number, err := strconv.Atoi(text)
		if err != nil || number > math.MaxInt32 || number < math.MinInt32 {
			d.mistake(n, path, "%q is not a whole number", text)
			return
		}
		v.SetInt(int64(number))
	default:
		panic("config: no way to read a " + v.Type().String())
	}
}

// parseYes reads the words for yes and no that people write.
func parseYes(text string) (yes, known bool) {
	switch strings.ToLower(text) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off":
		return false, true
	}
	return false, false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
