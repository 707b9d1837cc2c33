package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"casebot/policy"
	"casebot/policy/calendar"
)

const draft = "https://json-schema.org/draft/2020-12/schema"

// Schema is the JSON Schema of the configuration, for editors. It describes the
// shape; what belongs together is checked by Load.
func Schema() []byte { return schemaOf(reflect.TypeFor[Config](), "casebot configuration") }

// DirectorySchema is the JSON Schema of the directory, for editors.
func DirectorySchema() []byte { return schemaOf(reflect.TypeFor[Directory](), "casebot directory") }

func schemaOf(t reflect.Type, title string) []byte {
	schema := inferred(t, forms())
	schema.Schema, schema.Title = draft, title
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema); err != nil {
		panic("config: " + err.Error()) // the types are ours; a test makes every schema
	}
	return b.Bytes()
}

// inferred is the schema of a type as its tags describe it.
func inferred(t reflect.Type, forms map[reflect.Type]*jsonschema.Schema) *jsonschema.Schema {
	schema, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: forms})
	if err != nil {
		panic("config: " + err.Error())
	}
	return schema
}

// forms are the types whose form in the file is not their form in Go: first
// the simple ones, then those that are made of them.
func forms() map[reflect.Type]*jsonschema.Schema {
	simple := map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[Secret]():          text(),
		reflect.TypeFor[time.Duration]():   shaped(`^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$`),
		reflect.TypeFor[calendar.Date]():   shaped(datePattern),
		reflect.TypeFor[policy.Role]():     words(roleNames()...),
		reflect.TypeFor[policy.Standing](): words(standingNames()...),
		reflect.TypeFor[[]string]():        either(text(), &jsonschema.Schema{Type: "array", Items: text()}),
	}
	all := maps.Clone(simple)
	all[reflect.TypeFor[Redis]()] = either(text(), inferred(reflect.TypeFor[plainRedis](), simple))
	all[reflect.TypeFor[Source]()] = either(text(), inferred(reflect.TypeFor[plainSource](), simple))
	all[reflect.TypeFor[policy.Contact]()] = inferred(reflect.TypeFor[contactEntry](), simple)
	all[reflect.TypeFor[policy.Packages]()] = versioned(packageSchema())
	all[reflect.TypeFor[CalendarMap]()] = versioned(inferred(reflect.TypeFor[calendarEntry](), simple))
	return all
}

const datePattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`

func text() *jsonschema.Schema { return &jsonschema.Schema{Type: "string"} }

// shaped is a text of a form, or one with a reference in it.
func shaped(pattern string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: "(" + pattern + `)|\$\{`}
}

// words is one of some words, or a text with a reference in it.
func words(known ...string) *jsonschema.Schema {
	list := make([]any, len(known))
	for i, word := range known {
		list[i] = word
	}
	return either(&jsonschema.Schema{Enum: list}, shaped(`\$\{`))
}

func either(forms ...*jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{AnyOf: forms} }

// versioned is a map of things that are one map or a list of versions.
func versioned(one *jsonschema.Schema) *jsonschema.Schema {
	list := &jsonschema.Schema{Type: "array", Items: one.CloneSchemas(), MinItems: new(1)}
	return &jsonschema.Schema{Type: "object", AdditionalProperties: either(one, list)}
}

// closed is an object that has these keys and no others.
func closed(properties map[string]*jsonschema.Schema, order []string) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "object", Properties: properties, PropertyOrder: order,
		AdditionalProperties: &jsonschema.Schema{Not: &jsonschema.Schema{}},
	}
}

// packageSchema describes a support package by the table of its rows.
func packageSchema() *jsonschema.Schema {
	properties := map[string]*jsonschema.Schema{"name": text(), "from": shaped(datePattern)}
	for _, spec := range policy.Rows() {
		if spec.Kind != policy.KindTarget {
			properties[spec.Key()] = cellSchema(spec)
		}
	}
	for _, s := range policy.Severities() {
		target := shaped(`^(none|[1-9][0-9]*bd|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$`)
		properties["severity"+s.String()] = closed(map[string]*jsonschema.Schema{
			"initial": target, "follow_up": target.CloneSchemas(),
			"clock": words(string(policy.Clock24x7), string(policy.ClockBusiness)),
		}, []string{"initial", "follow_up", "clock"})
	}
	return closed(properties, packageKeys())
}

func cellSchema(spec policy.RowSpec) *jsonschema.Schema {
	var s *jsonschema.Schema
	switch spec.Kind {
	case policy.KindCount, policy.KindYearly:
		s = &jsonschema.Schema{Type: "integer", Minimum: new(0.0), Maximum: new(float64(maxCount))}
	case policy.KindHours:
		s = either(&jsonschema.Schema{Enum: []any{"none", policy.HoursAlways, policy.HoursBusiness, false, "no"}}, text())
	case policy.KindOptional:
		s = &jsonschema.Schema{Enum: []any{"optional", "no", "yes", true, false}}
	case policy.KindYesNo, policy.KindTarget:
		s = &jsonschema.Schema{Enum: []any{"yes", "no", true, false}}
	}
	s.Description = fmt.Sprintf("%s (row %d).", spec.Name, spec.Row)
	return s
}
