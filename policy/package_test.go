package policy

import (
	"slices"
	"testing"
	"time"

	"casebot/policy/calendar"
)

func TestRowsAreNumberedAsInTheContract(t *testing.T) {
	keys := map[string]bool{}
	for i, spec := range Rows() {
		if int(spec.Row) != i+1 {
			t.Errorf("row %d stands in place %d", spec.Row, i+1)
		}
		if spec.Row.Spec().Name != spec.Name || spec.Name == "" {
			t.Errorf("row %d is called %q", spec.Row, spec.Name)
		}
		for _, key := range spec.Keys {
			if keys[key] {
				t.Errorf("key %q is used twice", key)
			}
			keys[key] = true
		}
		if (spec.Kind == KindTarget) != (len(spec.Severities) > 0) || len(spec.Keys) != max(1, len(spec.Severities)) {
			t.Errorf("row %d: %+v", spec.Row, spec)
		}
	}
	if len(Rows()) != 25 {
		t.Errorf("%d rows, want 25", len(Rows()))
	}
}

var gold = Package{
	Key: "gold", Name: "Gold",
	Severity: [3]Targets{
		{Target{Duration: 4 * time.Hour}, Target{Duration: 32 * time.Hour}, Clock24x7},
		{Target{Duration: 8 * time.Hour}, Target{Duration: 72 * time.Hour}, ClockBusiness},
		{Target{Duration: 12 * time.Hour}, Target{Duration: 72 * time.Hour}, ClockBusiness},
	},
	Cells: map[Row]Cell{
		RowContacts: {Count: 3}, RowPhone: {Hours: HoursAlways}, RowELearning: {Yes: true}, RowDirectAccess: {Yes: true},
	},
}

func TestPackageText(t *testing.T) {
	mixed := gold
	mixed.Severity[2].FollowUp = Target{Days: 2}
	for _, row := range []struct {
		p    Package
		row  Row
		want string
		has  bool
	}{
		{gold, RowInitial1, "4h", true},
		{gold, RowFollowUp23, "72h", true},
		{mixed, RowFollowUp23, "72h / 2bd", true},
		{gold, RowContacts, "3", true},
		{gold, RowPhone, "24x7", true},
		{gold, RowELearning, "yes", true},
		{gold, RowDirectAccess, "optional", true},
		{gold, RowBeta, "no", false},
		{gold, RowServicesDays, "0", false},
		{Package{}, RowPhone, "none", false},
		{Package{}, RowDirectAccess, "no", false},
		{gold.WithoutTargets(), RowInitial1, "none", false},
		{gold.WithoutTargets(), RowContacts, "3", true},
	} {
		if got := row.p.Text(row.row); got != row.want {
			t.Errorf("row %d of %s reads %q, want %q", row.row, row.p.Name, got, row.want)
		}
		if got := row.p.Includes(row.row); got != row.has {
			t.Errorf("row %d of %s included: %t", row.row, row.p.Name, got)
		}
	}
	if got := gold.Targets(4); !got.None() {
		t.Errorf("severity 4 promises %v", got)
	}
}

func TestPackageHash(t *testing.T) {
	renamed, changed, later := gold, gold, gold
	renamed.Name = "Or"
	changed.Severity[0].Initial = Target{Duration: 3 * time.Hour}
	later.From = calendar.Date{Year: 2026, Month: time.June, Day: 1}
	if gold.Hash() != renamed.Hash() {
		t.Error("a name changed the hash")
	}
	if gold.Hash() == changed.Hash() || gold.Hash() == later.Hash() || gold.Hash() == (Package{}).Hash() {
		t.Error("a promise did not change the hash")
	}
}

// SLA T11.
func TestPackagesAt(t *testing.T) {
	second := gold
	second.From = calendar.Date{Year: 2026, Month: time.July, Day: 1}
	second.Name = "Gold, from July"
	ps := Packages{"gold": {gold, second}}
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	edge := time.Date(2026, time.June, 30, 22, 30, 0, 0, time.UTC) // July in Rome
	for _, row := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), "Gold"},
		{edge, "Gold"},
		{edge.In(rome), "Gold, from July"},
		{edge.AddDate(1, 0, 0), "Gold, from July"},
	} {
		if p, ok := ps.At("gold", row.at); !ok || p.Name != row.want {
			t.Errorf("at %s: %q, %t, want %q", row.at, p.Name, ok, row.want)
		}
	}
	if _, ok := ps.At("iron", edge); ok {
		t.Error("there is an iron package")
	}
}

// SLA T12.
func TestRegionPackage(t *testing.T) {
	japanese := gold
	japanese.Key = "gold-jp"
	silver := gold
	silver.Key = "silver"
	ps := Packages{"gold": {gold}, "gold-jp": {japanese}, "silver": {silver}}
	rs := Regions{"JP": {Calendar: "jp", Packages: map[string]string{"gold": "gold-jp"}}}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		location, key, want string
		clocks, ok          bool
	}{
		{"IT", "gold", "gold", true, true},
		{"", "gold", "gold", true, true},
		{"JP", "gold", "gold-jp", true, true},
		{"JP", "silver", "silver", false, true}, // no Japanese table: T3
		{"JP", "iron", "", false, false},
	} {
		p, ok := rs.Package(ps, row.location, row.key, at)
		if ok != row.ok || p.Key != row.want || p.Targets(Severity1).None() == row.clocks {
			t.Errorf("%s in %q: %q, clocks %t, %t", row.key, row.location, p.Key, !p.Targets(Severity1).None(), ok)
		}
	}
}

func TestSeverity(t *testing.T) {
	for _, s := range Severities() {
		if again, err := ParseSeverity(s.String()); err != nil || again != s || !s.Valid() {
			t.Errorf("severity %s reads as %s, %v", s, again, err)
		}
	}
	for _, text := range []string{"", "0", "4", "one", "１"} {
		if s, err := ParseSeverity(text); err == nil {
			t.Errorf("%q is severity %s", text, s)
		}
	}
	if Severity(0).Valid() || Severity(4).Valid() {
		t.Error("0 or 4 is a severity")
	}
}

func TestRoles(t *testing.T) {
	if !RoleFinance.Valid() || Role("boss").Valid() || len(Roles()) != 9 || !slices.Contains(Roles(), RoleAdmin) {
		t.Error("the roles are not those of the contract")
	}
}
