package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// reckon runs due and returns what it printed and its exit code.
func reckon(args ...string) (out, mistake string, code int) {
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"due"}, args...), &stdout, &stderr)
	return strings.TrimSpace(stdout.String()), strings.TrimSpace(stderr.String()), code
}

func calendarsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "casebot.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// SLA X1, X2, X4, X5, X8, X11: the worked examples, from the command line; only
// the calendars of the configuration matter.
func TestDueExamples(t *testing.T) {
	config := calendarsFile(t, "calendars:\n  hq: {timezone: America/Denver, hours: {mon-fri: [\"07:00-18:00\"]}}\nredis: {url: \"${NOT_SET}\"}\nstaff: nonsense\n")
	for name, x := range map[string]struct{ args, want string }{
		"X1":                       {"--calendar hq --from 2026-03-06T16:30:00-07:00 --add 8h", "2026-03-09T19:30:00Z"},
		"X1, json":                 {"--calendar hq --from 2026-03-06T16:30:00-07:00 --add 8h --json", `{"due":"2026-03-09T19:30:00Z"}`},
		"X2, on the wall clock":    {"--calendar 24x7 --from 2026-03-08T07:30:00Z --add 6h", "2026-03-08T13:30:00Z"},
		"X4":                       {"--calendar hq --from 2026-06-12T18:00:00 --add 10h", "2026-06-15T23:00:00Z"},
		"X4, a second before":      {"--calendar hq --from 2026-06-12T17:59:59 --add 10h", "2026-06-15T22:59:59Z"},
		"X5, lands on closing":     {"--calendar hq --from 2026-06-12T12:00 --add 6h", "2026-06-13T00:00:00Z"},
		"X8, suspended":            {"--calendar hq --from 2026-06-16T08:00 --add 10h --pause 2026-06-16T12:00/2026-06-18T09:00", "2026-06-18T21:00:00Z"},
		"X11, a step":              {"--calendar hq --from 2026-06-12T17:00 --add 2h", "2026-06-15T14:00:00Z"},
		"business days (T50)":      {"--calendar hq --from 2026-06-12T12:00 --add 2bd", "2026-06-16T18:00:00Z"},
		"nothing (T5)":             {"--calendar hq --from 2026-06-13T12:00 --add 0s", "2026-06-15T13:00:00Z"},
		"a fraction":               {"--calendar hq --from 2026-06-12T12:00:00.25 --add 1h", "2026-06-12T19:00:00.25Z"},
		"until":                    {"--calendar hq --from 2026-03-06T16:30 --until 2026-03-09T13:30", "8h0m0s"},
		"until, json":              {"--calendar hq --from 2026-03-06T16:30 --until 2026-03-09T13:30 --json", `{"seconds":28800}`},
		"until, in halves":         {"--calendar hq --from 2026-03-06T16:30:00.5 --until 2026-03-06T16:30:02 --json", `{"seconds":1.5}`},
		"pauses are united (T33)":  {"--calendar hq --from 2026-06-16T08:00 --add 10h --pause 2026-06-16T13:00/2026-06-18T09:00 --pause 2026-06-16T12:00/2026-06-17T09:00", "2026-06-18T21:00:00Z"},
		"a pause that still runs":  {"--calendar hq --from 2026-06-16T08:00 --add 2h --pause 2026-06-16T12:00/", "2026-06-16T16:00:00Z"},
		"at one instant (T6)":      {"--calendar hq --from 2026-06-16T08:00 --until 2026-06-16T08:00", "0s"},
		"the built-in one as well": {"--calendar jp --from 2026-06-15T09:00 --add 1h", "2026-06-15T01:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			out, mistake, code := reckon(append([]string{"--config", config}, strings.Fields(x.args)...)...)
			if out != x.want || code != 0 {
				t.Errorf("due %s prints %q, exit %d, %s; want %q", x.args, out, code, mistake, x.want)
			}
		})
	}
}

// Bad input is refused with what to write instead, and prints nothing else.
func TestDueMistakes(t *testing.T) {
	config := calendarsFile(t, "calendars:\n  hq: {timezone: America/Denver, hours: {mon-fri: [\"07:00-18:00\"]}}\n")
	broken := calendarsFile(t, "calendars:\n  hq: {timezone: America/Denvr, hours: {mon-fri: [\"07:00-1800\"]}}\n")
	for args, want := range map[string]string{
		"--config " + config + " --calendar hk --from 2026-06-16T08:00 --add 1h":                                           `did you mean "hq"`,
		"--config " + config + " --from 2026-06-16T08:00 --add 1h":                                                         "--calendar is missing",
		"--config " + config + " --calendar hq --add 1h":                                                                   "--from is missing",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00":                                                    "--add or --until is missing",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --add 1h --until 2026-06-16T09:00":                  "exclude each other",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --add=-1h":                                          "goes back in time",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --add soon":                                         "no amount of time",
		"--config " + config + " --calendar hq --from noon --add 1h":                                                       `"noon" is no time`,
		"--config " + config + " --calendar hq --from 2026-03-08T02:30 --add 1h":                                           "2026-03-08T02:30:00-07:00",
		"--config " + config + " --calendar hq --from 2026-11-01T01:30 --add 1h":                                           "comes twice",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --until 2026-06-16T07:00":                           "lies before",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --add 1h --pause 2026-06-16":                        "is no span",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --add 1h --pause 2026-06-16T09:00/2026-06-16T08:30": "ends before it begins",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --add 9h --pause 2026-06-16T09:00/ --json":          "no due date",
		"--config " + config + " --calendar hq --from 1850-01-01T00:00:00Z --until 1851-01-01T00:00:00Z":                   "the years 1910 to 2199",
		"--config " + config + " --calendar hq --from 2026-06-16T08:00 --until 2200-01-01T00:00":                           "the years 1910 to 2199",
		"--config " + config + " --calendar 24x7 --from 2026-06-16T08:00:00Z --add 2bd":                                    "business days are for business hours",
		"--config " + broken + " --calendar hq --from 2026-06-16T08:00 --add 1h":                                           "calendars.hq.timezone",
		"--config nowhere.yaml --calendar hq --from 2026-06-16T08:00 --add 1h":                                             "no such file",
		"--config " + config + " --calendar hq --from 2026-06-16 08:00 --add 1h":                                           "put a time with a space in quotes",
	} {
		out, mistake, code := reckon(strings.Fields(args)...)
		if code != 1 || out != "" || !strings.Contains(mistake, want) {
			t.Errorf("due %s: exit %d, prints %q, says %q; want exit 1 and %q", args, code, out, mistake, want)
		}
	}
}

// All vectors pass through the command line, to the second.
func TestDueVectors(t *testing.T) {
	text, err := os.ReadFile("../../policy/calendar/testdata/sla-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID, Op, TZ string
			Hours      map[string][][2]string
			Holidays   []string
			Breaks     map[string][][2]string
			Pauses     [][2]string
			Start, End string
			Seconds    int64
			Due        time.Time
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	windows := func(m map[string][][2]string) map[string][]string {
		out := map[string][]string{}
		for day, list := range m {
			for _, w := range list {
				out[day] = append(out[day], w[0]+"-"+w[1])
			}
		}
		return out
	}
	n := 0
	for _, v := range file.Cases {
		spec := map[string]any{"timezone": v.TZ, "hours": windows(v.Hours), "holidays": map[string]any{"add": v.Holidays}, "breaks": windows(v.Breaks)}
		body, err := json.Marshal(map[string]any{"calendars": map[string]any{"v": spec}}) // JSON is YAML
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"--config", calendarsFile(t, string(body)), "--calendar", "v", "--from", v.Start}
		for _, p := range v.Pauses {
			args = append(args, "--pause", p[0]+"/"+p[1])
		}
		want := v.Due.UTC().Format(time.RFC3339)
		if v.Op == "add" {
			args = append(args, "--add", fmt.Sprintf("%ds", v.Seconds))
		} else {
			args, want = append(args, "--until", v.End), (time.Duration(v.Seconds) * time.Second).String()
		}
		if out, mistake, code := reckon(args...); out != want || code != 0 {
			t.Errorf("%s: due %v prints %q, exit %d, %s; want %q", v.ID, args[2:], out, code, mistake, want)
		}
		n++
	}
	if n != 162 {
		t.Errorf("%d vectors, want 162", n)
	}
}
