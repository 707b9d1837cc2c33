package config

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func compile(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// plain gives a document the types that an editor sees.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = plain(v[key])
		}
	case map[any]any:
		named := map[string]any{}
		for key, value := range v {
			switch key := key.(type) {
			case time.Time:
				named[key.Format(time.DateOnly)] = plain(value)
			case string:
				named[key] = plain(value)
			}
		}
		return named
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return v
}

func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var document any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(plain(document))
}

func TestSchemaAcceptsTheExamples(t *testing.T) {
	for _, row := range []struct {
		schema []byte
		files  []string
	}{
		{Schema(), []string{"defaults.yaml", "examples/casebot.yaml", "examples/demo.yaml", "examples/market.yaml", "testdata/base.yaml"}},
		{DirectorySchema(), []string{"examples/directory.yaml", "examples/demo-directory.yaml"}},
	} {
		schema := compile(t, row.schema)
		for _, file := range row.files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if file == "defaults.yaml" { // its slack and discord hold no tokens
				raw = []byte(strings.NewReplacer("slack:\n", "slack:\n  bot_token: x\n", "discord:\n", "discord:\n  token: x\n").Replace(string(raw)))
			}
			if err := validate(t, schema, string(raw)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := compile(t, Schema())
	for _, text := range []string{
		"escalations: {}", "log: {colour: red}", "packages: {gold: {weekly_udpate: yes}}", "packages: {gold: {severity1: {initial: 4 hours}}}",
		"packages: {gold: {authorized_contacts: -1}}", "packages: {gold: []}", "staff: [{name: Ada, roles: [agent]}]",
		"staff: [{key: ada, name: Ada, roles: [wizard]}]", "calendars: {hq: {hours: {mon: \"07:00-18:00\"}}}",
		"discord: {application_id: '1'}", "escalation: {step: {severity1: soon}}",
	} {
		if validate(t, schema, text) == nil {
			t.Errorf("accepts %s", text)
		}
	}
	directory := compile(t, DirectorySchema())
	for _, text := range []string{
		"subscribers: [{name: Acme}]", "subscribers: [{key: ACME, contacts: [{slack: U1}]}]",
		"subscribers: [{key: ACME, contacts: [{name: A, trained: yesterday}]}]", "subscribers: [{key: ACME, standing: bad}]",
	} {
		if validate(t, directory, text) == nil {
			t.Errorf("accepts %s", text)
		}
	}
	for _, text := range []string{
		"redis: embedded", "redis: {addresses: [\"a:6379\"]}", "calendars: {hq: {timezone: UTC, hours: {mon: \"07:00-18:00\"}}}",
		"retention: {closed_cases: \"${DAYS}\"}",
	} {
		if err := validate(t, schema, text); err != nil {
			t.Errorf("refuses %s: %v", text, err)
		}
	}
}

// What the defaults can say, the schema knows, and the other way round: both
// come from the same types and the same table of rows.
func TestSchemaDescribesEveryKey(t *testing.T) {
	for _, wanted := range []string{`"severity3"`, `"weekly_governance"`, `"Prioritized development tickets (row 25)."`, draft} {
		if !bytes.Contains(Schema(), []byte(wanted)) {
			t.Errorf("the schema lacks %s", wanted)
		}
	}
}
