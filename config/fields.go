package config

import (
	"reflect"
	"strings"
)

// fields are the keys of a struct, as its json tags name them.
type fields struct {
	byKey    map[string]reflect.Value
	keys     []string
	required []string // without omitempty or omitzero
}

func fieldsOf(v reflect.Value) fields {
	found := fields{byKey: map[string]reflect.Value{}}
	for _, field := range reflect.VisibleFields(v.Type()) {
		tag, tagged := field.Tag.Lookup("json")
		key, options, _ := strings.Cut(tag, ",")
		if !tagged || key == "-" || key == "" {
			continue
		}
		found.byKey[key] = v.FieldByIndex(field.Index)
		found.keys = append(found.keys, key)
		if !strings.Contains(options, "omit") {
			found.required = append(found.required, key)
		}
	}
	return found
}
