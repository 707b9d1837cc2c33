package config

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"casebot/policy"
	"casebot/policy/calendar"
)

// packages reads support packages over the ones that are there.
func (d *decoder) packages(n *yaml.Node, path string, to *policy.Packages) {
	if *to == nil {
		*to = policy.Packages{}
	}
	for key, value := range d.pairs(n, path) {
		base := blankPackage(key.Value)
		if old := (*to)[key.Value]; len(old) > 0 {
			base = old[len(old)-1]
			base.From = calendar.Date{}
		}
		var read []policy.Package
		var places []string
		for node, at := range d.eachVersion(value, join(path, key.Value)) {
			read = append(read, d.supportPackage(node, at, base))
			places = append(places, at)
		}
		d.distinct(places, func(i int) calendar.Date { return read[i].From })
		slices.SortStableFunc(read, func(a, b policy.Package) int { return a.From.Compare(b.From) })
		(*to)[key.Value] = read
	}
}

// blankPackage promises nothing. Its clocks are the usual ones (SLA T2).
func blankPackage(key string) policy.Package {
	return policy.Package{Key: key, Name: key, Severity: [3]policy.Targets{
		{Clock: policy.Clock24x7}, {Clock: policy.ClockBusiness}, {Clock: policy.ClockBusiness},
	}}
}

// eachVersion runs over the versions of a calendar or package, which is one map
// or a list of maps.
func (d *decoder) eachVersion(n *yaml.Node, path string) func(yield func(*yaml.Node, string) bool) {
	return func(yield func(*yaml.Node, string) bool) {
		n, ok := d.enter(n, path)
		if !ok {
			return
		}
		defer d.leave()
		if n.Kind != yaml.SequenceNode {
			yield(n, path)
			return
		}
		if len(n.Content) == 0 {
			d.mistake(n, path, "this list is empty: write at least one version")
		}
		for i, item := range n.Content {
			item, ok := d.enter(item, index(path, i))
			if !ok {
				return
			}
			more := yield(item, index(path, i))
			d.leave()
			if !more {
				return
			}
		}
	}
}

// distinct refuses two versions that begin on the same day.
func (d *decoder) distinct(paths []string, from func(i int) calendar.Date) {
	for i, path := range paths {
		for j := range i {
			if from(i) != from(j) || d.broken(path) {
				continue
			}
			at := d.places[path]
			message := "this version begins on the same day as another: give each its own from: DATE"
			if from(i).IsZero() {
				message = "two versions have no beginning: give all but the first from: DATE"
			}
			d.add(Mistake{File: at.file, Line: at.line, Path: path, Message: message})
			break
		}
	}
}

// supportPackage reads one version by the table of rows.
func (d *decoder) supportPackage(n *yaml.Node, path string, base policy.Package) policy.Package {
	p := base
	p.Cells = map[policy.Row]policy.Cell{}
	maps.Copy(p.Cells, base.Cells)
	readers := map[string]func(*yaml.Node, string){
		"name": func(n *yaml.Node, path string) { d.decode(n, path, reflect.ValueOf(&p.Name).Elem()) },
		"from": func(n *yaml.Node, path string) { d.decode(n, path, reflect.ValueOf(&p.From).Elem()) },
	}
	for _, spec := range policy.Rows() {
		for i, s := range spec.Severities {
			key, _, _ := strings.Cut(spec.Keys[i], ".")
			readers[key] = func(n *yaml.Node, path string) { d.targets(n, path, &p.Severity[s-1]) }
		}
		if spec.Kind != policy.KindTarget {
			readers[spec.Key()] = func(n *yaml.Node, path string) { d.cell(n, path, spec, p.Cells) }
		}
	}
	for key, value := range d.pairs(n, path) {
		read, known := readers[key.Value]
		if !known {
			d.mistake(key, path, "%s", unknown("key", key.Value, packageKeys()))
			continue
		}
		read(value, join(path, key.Value))
	}
	return p
}

// packageKeys lists the keys of a package in the order of its rows.
func packageKeys() []string {
	keys := []string{"name", "from"}
	for _, spec := range policy.Rows() {
		for _, key := range spec.Keys {
			if key, _, _ = strings.Cut(key, "."); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func (d *decoder) targets(n *yaml.Node, path string, to *policy.Targets) {
	d.decode(n, path, reflect.ValueOf(to).Elem())
	if err := to.Check(); err != nil {
		d.mistake(n, path, "%s", err)
	}
}

// maxCount is more than any package allots of anything.
const maxCount = 10_000

func (d *decoder) cell(n *yaml.Node, path string, spec policy.RowSpec, cells map[policy.Row]policy.Cell) {
	n, ok := d.enter(n, path)
	if !ok {
		return
	}
	defer d.leave()
	text, ok := d.value(n, path)
	if !ok {
		return
	}
	yes, known := parseYes(text)
	var cell policy.Cell
	switch spec.Kind {
	case policy.KindCount, policy.KindYearly:
		count, err := strconv.Atoi(text)
		if err != nil || count < 0 || count > maxCount {
			d.mistake(n, path, "%q is not a number from 0 to %d", text, maxCount)
			return
		}
		cell.Count = count
	case policy.KindHours:
		if known && yes || text == "" {
			d.mistake(n, path, "%q says nothing about hours: write none, 24x7, business, or the name of a calendar", text)
			return
		}
		if !known && text != "none" {
			cell.Hours = text
		}
	case policy.KindOptional:
		if !known && text != "optional" {
			d.mistake(n, path, "%q is neither optional nor no", text)
			return
		}
		cell.Yes = yes || !known
	case policy.KindYesNo:
		if !known {
			d.mistake(n, path, "%q is neither yes nor no", text)
			return
		}
		cell.Yes = yes
	case policy.KindTarget: // read with its severity
	}
	if cell == (policy.Cell{}) {
		delete(cells, spec.Row)
		return
	}
	cells[spec.Row] = cell
}
