package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebot/policy"
)

// world is what the files of the tests may refer to.
func world(dir string) Sources {
	env := map[string]string{"REDIS_URL": "redis://redis:6379/0", "DISCORD_TOKEN": "discord-token", "SLACK_CLIENT_ID": "1.2", "YES": "true"}
	secrets := map[string]string{
		"/run/secrets/slack_bot_token": "xoxb-1\n", "/run/secrets/slack_app_token": "xapp-1\n",
		"/run/secrets/slack_client_secret": "secret\n", "/run/secrets/slack_encryption_key": "0123456789abcdef0123456789abcdef\n",
	}
	return Sources{
		Env: func(name string) (string, bool) { value, set := env[name]; return value, set },
		ReadFile: func(path string) ([]byte, error) {
			if secret, known := secrets[path]; known {
				return []byte(secret), nil
			}
			if filepath.IsAbs(path) {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return os.ReadFile(filepath.Join(dir, path))
		},
	}
}

func parseFile(t *testing.T, path string) (*Config, []Warning, error) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(path, raw, world(filepath.Dir(path)))
}

func mustParse(t *testing.T, text string) *Config {
	t.Helper()
	c, _, err := Parse("casebot.yaml", []byte(text), world("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExamplesHaveNoMistakes(t *testing.T) {
	for _, name := range []string{"casebot.yaml", "demo.yaml"} {
		c, warnings, err := parseFile(t, filepath.Join("examples", name))
		if err != nil {
			t.Fatal(err)
		}
		if len(warnings) > 0 {
			t.Errorf("%s: %v", name, warnings)
		}
		if len(c.Directory.Subscribers) != 3 {
			t.Errorf("%s: %d subscribers", name, len(c.Directory.Subscribers))
		}
	}
	if _, _, err := parseFile(t, "examples/market.yaml"); err != nil {
		t.Error(err)
	}
}

func TestLoad(t *testing.T) {
	c, _, err := Load(filepath.Join("examples", "demo.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Redis.Embedded || c.Redis.URL != "" || !c.Console.TimeTravel {
		t.Errorf("redis %+v, console %+v", c.Redis, c.Console)
	}
	ada, _ := c.member("ada")
	if diff := cmp.Diff(map[string]string{"console": "ada"}, ada.Refs); diff != "" {
		t.Error(diff)
	}
	again, err := LoadDirectory(filepath.Join("examples", c.DirectoryRef), c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Directory, again); diff != "" {
		t.Error(diff)
	}
	if _, _, err := Load("examples/nowhere.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := LoadDirectory("examples/nowhere.yaml", c); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing directory: %v", err)
	}
}

// An empty file is a whole configuration: that of defaults.yaml.
func TestDefaults(t *testing.T) {
	c := mustParse(t, "")
	if c.HTTP.Listen != "127.0.0.1:8080" || c.Vendor.Language != "en" || c.WeeklyUpdate.Schedule != "0 9 * * MON" {
		t.Errorf("defaults: %+v", c)
	}
	if c.Escalation.Step.For(policy.Severity2) != 2*time.Hour || c.Retention.ClosedCases != 730*24*time.Hour {
		t.Errorf("durations: %+v, %+v", c.Escalation, c.Retention)
	}
	if c.Calendars["hq"] == nil || c.Calendars["jp"] == nil || c.CalendarVersions["jp"][0].Timezone != "Asia/Tokyo" {
		t.Errorf("calendars: %v", c.CalendarVersions)
	}
	if c.Regions["JP"].PolicyURL == "" || c.Directory != nil {
		t.Errorf("regions: %v", c.Regions)
	}
}

// The five packages, cell by cell as in the contract.
func TestDefaultPackages(t *testing.T) {
	columns := []string{"standard", "bronze", "silver", "gold", "platinum"}
	matrix := map[policy.Row]string{
		policy.RowKnowledgeBase:    "yes yes yes yes yes",
		policy.RowCommunity:        "yes yes yes yes yes",
		policy.RowInitial1:         "none none 6h 4h 2h",
		policy.RowInitial2:         "none none 10h 8h 6h",
		policy.RowInitial3:         "none none 14h 12h 10h",
		policy.RowFollowUp1:        "none none 32h 32h 24h",
		policy.RowFollowUp23:       "none none 72h 72h 72h",
		policy.RowContacts:         "2 2 2 3 10",
		policy.RowPhone:            "none 24x7 24x7 24x7 24x7",
		policy.RowELearning:        "yes yes yes yes yes",
		policy.RowCertifications:   "no yes yes yes yes",
		policy.RowPublicCourses:    "no yes yes yes yes",
		policy.RowPrivateSessions:  "0 0 0 4 8",
		policy.RowSeniorAdvisor:    "no no yes yes yes",
		policy.RowDirectAccess:     "no no no optional optional",
		policy.RowProactive:        "no no no yes yes",
		policy.RowNamedAdvisor:     "no no no yes yes",
		policy.RowServicesDays:     "0 0 0 3 10",
		policy.RowWeeklyUpdate:     "no no no yes yes",
		policy.RowWeeklyTickets:    "no no no yes yes",
		policy.RowWeeklyMetrics:    "no no no yes yes",
		policy.RowWeeklyGovernance: "no no no no yes",
		policy.RowDedicatedPhone:   "no no no no yes",
		policy.RowBeta:             "no no no no yes",
		policy.RowDevTickets:       "no no no no yes",
	}
	c := mustParse(t, "")
	for _, spec := range policy.Rows() {
		var cells []string
		for _, key := range columns {
			p, _ := c.Packages.At(key, time.Time{})
			cells = append(cells, p.Text(spec.Row))
		}
		if got := strings.Join(cells, " "); got != matrix[spec.Row] {
			t.Errorf("row %d: %s, want %s", spec.Row, got, matrix[spec.Row])
		}
	}
	gold, _ := c.Packages.At("gold", time.Time{})
	if gold.Targets(policy.Severity1).Clock != policy.Clock24x7 || gold.Targets(policy.Severity3).Clock != policy.ClockBusiness {
		t.Errorf("clocks of gold: %+v", gold.Severity)
	}
}

func TestOverDefaults(t *testing.T) {
	c := mustParse(t, `
calendars:
  hq: {timezone: Europe/Rome, hours: {mon-fri: "09:00-18:00"}}
packages:
  gold: {services_days: 5, severity1: {initial: 1h}}
  silver:
    - {phone: none}
    - {from: 2026-07-01, authorized_contacts: 4, severity2: {follow_up: 2bd}}
  tiny: {name: Tiny, severity2: {initial: 1bd}}
regions:
  JP: {packages: {gold: tiny}}
escalation: {step: {severity1: 10m}, levels: [{role: director}]}
console: {enabled: "${YES}"}
vendor: {name: "5 ${YES} $${not}", knowledge_base: articles}
`)
	gold := c.Packages["gold"][0]
	if gold.Count(policy.RowServicesDays) != 5 || gold.Contacts() != 3 || gold.Text(policy.RowInitial1) != "1h" || gold.Text(policy.RowFollowUp1) != "32h" {
		t.Errorf("gold: %+v", gold)
	}
	silver := c.Packages["silver"]
	if len(silver) != 2 || silver[0].PhoneHours() != "" || silver[0].Contacts() != 2 || silver[1].PhoneHours() != "24x7" ||
		silver[1].Contacts() != 4 || silver[1].Text(policy.RowFollowUp23) != "2bd / 72h" {
		t.Errorf("silver: %+v", silver)
	}
	tiny := c.Packages["tiny"][0]
	if tiny.Targets(policy.Severity2).Clock != policy.ClockBusiness || tiny.Includes(policy.RowELearning) || tiny.Contacts() != 0 {
		t.Errorf("tiny: %+v", tiny)
	}
	hq := c.CalendarVersions["hq"][0]
	if hq.Country != "" || hq.Timezone != "Europe/Rome" || c.Calendars["jp"] == nil {
		t.Errorf("a calendar takes its default's holidays along: %+v", hq)
	}
	jp := c.Regions["JP"]
	if jp.Calendar != "jp" || jp.PolicyURL == "" || jp.Packages["gold"] != "tiny" {
		t.Errorf("JP: %+v", jp)
	}
	if e := c.Escalation; e.Step.Severity1 != 10*time.Minute || e.Step.Severity2 != 2*time.Hour || len(e.Levels) != 1 || len(e.Warnings) != 3 {
		t.Errorf("escalation: %+v", e)
	}
	if !c.Console.Enabled || c.Vendor.Name != "5 true ${not}" {
		t.Errorf("references: %+v, %q", c.Console, c.Vendor.Name)
	}
	if c.Vendor.KnowledgeBase != (Source{Read: "articles"}) {
		t.Errorf("knowledge base: %+v", c.Vendor.KnowledgeBase)
	}
}

// A file over another one keeps what it leaves out, as one does over the
// defaults; a mistake is found in whichever file it is, and the directory
// beside the one that names it.
func TestParseOver(t *testing.T) {
	under := func(text string) Layer { return Layer{File: "present.yaml", Raw: []byte(text)} }
	present, err := ReadLayer("examples/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := ParseOver(present, Layer{File: "other.yaml", Raw: []byte("packages: {gold: {severity1: {initial: 1h}}}")})
	if err != nil {
		t.Fatal(err)
	}
	gold := c.Packages["gold"][0]
	if got := gold.Severity[0]; got.Initial.Duration != time.Hour || got.FollowUp.Duration != 32*time.Hour || got.Clock != policy.Clock24x7 {
		t.Errorf("severity 1 of gold: %+v", got)
	}
	if len(c.Staff) == 0 || c.Triage.Channel == "" || c.Directory == nil || len(c.Directory.Subscribers) != 3 {
		t.Errorf("left out: %d staff, triage %q, directory %v", len(c.Staff), c.Triage.Channel, c.Directory)
	}
	for _, tt := range []struct{ under, over, want string }{
		{"packages: {gold: {servcies_days: 1}}", "", "present.yaml:1"},
		{"", "packages: {gold: {servcies_days: 1}}", "other.yaml:1"},
		{"escalation: {warnings: [50, 75]}", "escalation: {warnings: [90, 50]}", "other.yaml:1"},
	} {
		if _, _, err := ParseOver(under(tt.under), Layer{File: "other.yaml", Raw: []byte(tt.over)}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q over %q: %v, want %s", tt.over, tt.under, err, tt.want)
		}
	}
}

func TestDirectoryIsCompleted(t *testing.T) {
	c := mustParse(t, "console: {enabled: true}")
	d, warnings, err := ParseDirectory("d.yaml", []byte(`
subscribers:
  - {key: ACME, package: silver}
  - key: NIPPON
    location: JP
    instances: [{key: a, package: bronze}, {key: b, package: silver}]
    contacts: [{name: Ada  Rossi-Bianchi, console: ada, admin: true}, {name: 田中, console: tanaka}]
`), c, world("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	acme, nippon := d.Subscribers[0], d.Subscribers[1]
	if acme.Name != "ACME" || acme.Calendar != "hq" || acme.Timezone != "America/Denver" || acme.Language != "en" || acme.Standing != policy.Good {
		t.Errorf("ACME: %+v", acme)
	}
	if nippon.Calendar != "jp" || nippon.Timezone != "Asia/Tokyo" || nippon.Package != "bronze" || nippon.Instances[1].Name != "b" {
		t.Errorf("NIPPON: %+v", nippon)
	}
	if nippon.Contacts[0].Key != "ada-rossi-bianchi" || nippon.Contacts[1].Key != "tanaka" || !nippon.Contacts[0].HoldsSeat() {
		t.Errorf("contacts: %+v", nippon.Contacts)
	}
	if len(warnings) != 0 {
		t.Error(warnings)
	}
}

func TestDirectoryGoesRound(t *testing.T) {
	c, _, err := parseFile(t, "examples/casebot.yaml")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := c.Directory.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := ParseDirectory("again.yaml", raw, c, Sources{})
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	if diff := cmp.Diff(c.Directory, again); diff != "" {
		t.Error(diff)
	}
}
