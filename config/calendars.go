package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"casebot/policy"
	"casebot/policy/calendar"
)

// calendarEntry is one version of a calendar as the file writes it.
type calendarEntry struct {
	From     calendar.Date       `json:"from,omitzero" jsonschema:"The first day of this version; every version but the first needs one."`
	Timezone string              `json:"timezone" jsonschema:"The IANA zone, America/Denver."`
	Hours    map[string][]string `json:"hours" jsonschema:"Open windows by day or range of days, mon-fri: [\"07:00-18:00\"]."`
	Holidays holidays            `json:"holidays,omitzero" jsonschema:"Days that are closed."`
	Breaks   map[string][]string `json:"breaks,omitempty" jsonschema:"Closed windows on single dates, \"2026-12-31\": [\"12:00-18:00\"]."`
}

type holidays struct {
	Country string          `json:"country,omitempty" jsonschema:"The country whose public holidays are kept: de, fr, gb, it, jp or us."`
	Add     []calendar.Date `json:"add,omitempty" jsonschema:"Dates that are closed besides."`
	Remove  []calendar.Date `json:"remove,omitempty" jsonschema:"Public holidays that are open all the same."`
}

// reservedCalendars are words that packages use for other hours.
var reservedCalendars = []string{policy.HoursAlways, policy.HoursBusiness, "none"}

// Names lists the calendars that Find knows, in order.
func (m CalendarMap) Names() []string {
	names := slices.AppendSeq([]string{policy.HoursAlways}, maps.Keys(m))
	slices.Sort(names)
	return slices.Compact(names)
}

// Find gives a calendar by its name. 24x7 is elapsed time, unless a calendar
// is called so.
func (m CalendarMap) Find(name string) (*calendar.Calendar, error) {
	names := m.Names()
	switch found := m[name]; {
	case found != nil:
		return found, nil
	case name == policy.HoursAlways:
		return calendar.Elapsed(), nil
	}
	advice := ""
	if near := nearest(name, names); near != "" {
		advice = fmt.Sprintf("did you mean %q? ", near)
	}
	return nil, fmt.Errorf("unknown calendar %q: %swrite one of %s", name, advice, strings.Join(names, ", "))
}

// calendars reads and compiles calendars. An entry replaces a default calendar
// of the same name as a whole: holidays must never come along unseen.
func (d *decoder) calendars(n *yaml.Node, path string, to *CalendarMap) {
	if *to == nil {
		*to = CalendarMap{}
	}
	for key, value := range d.pairs(n, path) {
		at := join(path, key.Value)
		if slices.Contains(reservedCalendars, key.Value) {
			d.mistake(key, at, "this name has a meaning of its own: choose another")
		}
		d.calendar(key.Value, value, at, *to)
	}
}

// version is a calendar's version with its path.
type version struct {
	path string
	spec calendar.Spec
}

func (d *decoder) calendar(name string, n *yaml.Node, path string, to CalendarMap) {
	before := len(d.mistakes)
	var versions []version
	for node, at := range d.eachVersion(n, path) {
		versions = append(versions, version{at, d.calendarSpec(node, at)})
	}
	paths := make([]string, len(versions))
	for i := range versions {
		paths[i] = versions[i].path
	}
	d.distinct(paths, func(i int) calendar.Date { return versions[i].spec.From })
	to[name] = nil // known, even if it cannot be used
	if len(d.mistakes) > before {
		return
	}
	slices.SortStableFunc(versions, func(a, b version) int { return a.spec.From.Compare(b.spec.From) })
	specs := make([]calendar.Spec, len(versions))
	for i, v := range versions {
		specs[i] = v.spec
	}
	compiled, err := calendar.New(name, specs...)
	if err != nil {
		d.specMistakes(n, path, versions, err)
		return
	}
	to[name], d.versions[name] = compiled, specs
	for _, warning := range compiled.Warnings() {
		d.warnings = append(d.warnings, Warning{File: d.file, Line: d.places[path].line, Path: path, Message: strings.TrimPrefix(warning, "calendar "+name+": ")})
	}
}

func (d *decoder) calendarSpec(n *yaml.Node, path string) calendar.Spec {
	var entry calendarEntry
	d.structure(n, path, reflect.ValueOf(&entry).Elem())
	spec := calendar.Spec{
		From: entry.From, Timezone: entry.Timezone, Hours: entry.Hours,
		Country: entry.Holidays.Country, Add: entry.Holidays.Add, Remove: entry.Holidays.Remove,
		Breaks: map[calendar.Date][]string{},
	}
	for text, windows := range entry.Breaks {
		date, err := calendar.ParseDate(text)
		if err != nil {
			at := join(path, "breaks."+text)
			d.add(Mistake{File: d.file, Line: d.places[at].line, Path: at, Message: err.Error()})
			continue
		}
		spec.Breaks[date] = append(spec.Breaks[date], windows...)
	}
	return spec
}

// specMistakes puts what the calendar found in its place in the file.
func (d *decoder) specMistakes(n *yaml.Node, path string, versions []version, err error) {
	joined, many := err.(interface{ Unwrap() []error })
	errs := []error{err}
	if many {
		errs = joined.Unwrap()
	}
	for _, err := range errs {
		var wrong *calendar.SpecError
		if !errors.As(err, &wrong) || wrong.Version >= len(versions) {
			d.mistake(n, path, "%s", err)
			continue
		}
		at := join(versions[wrong.Version].path, wrong.Field)
		where := d.near(at)
		d.add(Mistake{File: where.file, Line: where.line, Path: at, Message: wrong.Problem})
	}
}
