package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casebot/policy"
)

// simulates runs simulate and returns what it printed.
func simulates(args ...string) (out, mistake string, code int) {
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"simulate"}, args...), &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

// The demo's past under its own promises ends as it did; under the example with
// shorter targets some clocks are missed, and the same seed says the same.
func TestSimulateDemo(t *testing.T) {
	same, mistake, code := simulates("--demo", "--months", "2", "--config", "../../config/examples/demo.yaml")
	if code != 0 || !strings.Contains(same, "No clock would have ended otherwise.") {
		t.Fatalf("exit %d, %s\n%s", code, mistake, same)
	}
	var x simulated
	out, mistake, code := simulates("--demo", "--months", "2", "--json")
	if err := json.Unmarshal([]byte(out), &x); err != nil || code != 0 {
		t.Fatalf("exit %d, %s, %v", code, mistake, err)
	}
	if x.Cases == 0 || len(x.Changes) == 0 || len(x.Totals) != 6 || len(x.Escalations) == 0 || len(x.Incomplete)+len(x.Failed) > 0 {
		t.Fatalf("%d cases, %d changes, %d totals, %d escalations", x.Cases, len(x.Changes), len(x.Totals), len(x.Escalations))
	}
	if again, _, _ := simulates("--demo", "--months", "2", "--json"); again != out {
		t.Error("the same seed tells something else the second time")
	}
	whole, _, _ := simulates("--demo", "--months", "2", "--json", "--from", "2026-01-05", "--to", "2026-01-31")
	var january simulated
	if err := json.Unmarshal([]byte(whole), &january); err != nil {
		t.Fatal(err)
	}
	for _, c := range january.Changes {
		for _, due := range []string{c.After.FellDue().Format("2006-01"), c.Before.FellDue().Format("2006-01")} {
			if due > "2026-02" {
				t.Errorf("%s %s fell due in %s, outside the period", c.Case, c.Clock, due)
			}
		}
	}
	// The same period told in moments of Denver: a day ends where the next begins.
	if moments, mistake, _ := simulates("--demo", "--months", "2", "--json", "--from", "2026-01-05T00:00:00-07:00", "--to", "2026-02-01T00:00:00-07:00"); moments != whole {
		t.Errorf("January in moments is another one: %s\n%s\n%s", mistake, moments, whole)
	}
	if len(january.Changes) >= len(x.Changes) {
		t.Errorf("January has %d of %d changes", len(january.Changes), len(x.Changes))
	}
}

// Bad input is refused with what to write instead.
func TestSimulateMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"--demo --months 0":                                                 "a number from 1 to 24",
		"--demo --from yesterday":                                           "write a day such as",
		"--demo --from 2026-02-01 --to 2026-01-01":                          "turn them round",
		"--demo --from 2026-01-01T25:00:00Z":                                "or a moment such as",
		"--demo --from 2026-01-01T15:00:00Z --to 2026-01-01T16:00:00+01:00": "turn them round",
		"--demo --config nowhere.yaml":                                      "no such file",
		"--config ../../config/examples/nowhere.yaml":                       "no such file",
		"--config ../../config/examples/whatif.yaml":                        "name the one that it changes with --over",
		"--config ../../config/examples/whatif.yaml --over nowhere.yaml":    "no such file",
		"--months 3": "--months is for --demo",
		"--demo --over ../../config/examples/demo.yaml": "--demo takes no --over",
	} {
		if out, mistake, code := simulates(strings.Fields(args)...); code != 1 || out != "" || !strings.Contains(mistake, want) {
			t.Errorf("simulate %s: exit %d, %q, %q; want %q", args, code, out, mistake, want)
		}
	}
}

// The other configuration need only say what is otherwise: a section, a row, a
// calendar; the rest is the present one's.
func TestSimulateSection(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "other.yaml")
	demo := func(text string) simulated {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, mistake, code := simulates("--demo", "--months", "2", "--json", "--config", file)
		if code != 0 {
			t.Fatalf("%s: %s", text, mistake)
		}
		var x simulated
		if err := json.Unmarshal([]byte(out), &x); err != nil {
			t.Fatal(err)
		}
		return x
	}
	if x := demo("vendor: {name: Other}"); len(x.Changes) != 0 {
		t.Errorf("another name changes %d clocks", len(x.Changes))
	}
	for _, c := range demo("packages: {gold: {severity1: {initial: 1h}}}").Changes {
		if c.After.Severity != policy.Severity1 || c.After.Metric != policy.Initial {
			t.Errorf("a shorter first response of severity 1 changes %s %s", c.Case, c.Clock)
		}
	}
	if x := demo("calendars: {hq: {timezone: America/Denver, hours: {sun-sat: 00:00-24:00}}}"); len(x.Changes) == 0 {
		t.Error("a desk that never closes changes nothing")
	}
	slow, fast := demo("escalation: {step: {severity1: 8h}}"), demo("escalation: {step: {severity1: 5m}}")
	if len(slow.Changes)+len(fast.Changes) > 0 {
		t.Error("a ladder changes clocks")
	}
	if few, many := slow.Levels[3].After, fast.Levels[3].After; few >= many {
		t.Errorf("a faster ladder tells its last level %d times, a slower one %d times", many, few)
	}
}
