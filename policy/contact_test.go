package policy

import (
	"slices"
	"testing"
	"time"

	"casebot/policy/calendar"
)

// SLA T43.
func TestAuthorized(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*3600)
	day := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: time.March, Day: d} }
	noon := time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC)
	good := Contact{Nominated: true, Active: true, Trained: day(1)}
	with := func(change func(c *Contact)) Contact { c := good; change(&c); return c }
	for _, row := range []struct {
		name    string
		contact Contact
		at      time.Time
		want    Lack
	}{
		{"all in order", good, noon, LackNothing},
		{"never nominated", with(func(c *Contact) { c.Nominated = false }), noon, LackNomination},
		{"inactive", with(func(c *Contact) { c.Active = false }), noon, LackActivity},
		{"untrained", with(func(c *Contact) { c.Trained = calendar.Date{} }), noon, LackTraining},
		{"trained today", with(func(c *Contact) { c.Trained = day(10) }), noon, LackNothing},
		{"trained tomorrow", with(func(c *Contact) { c.Trained = day(11) }), noon, LackTraining},
		{"trained tomorrow, which it is in Tokyo", with(func(c *Contact) { c.Trained = day(11) }), noon.Add(4 * time.Hour).In(tokyo), LackNothing},
		{"last day", with(func(c *Contact) { c.TrainedUntil = day(10) }), noon, LackNothing},
		{"expired", with(func(c *Contact) { c.TrainedUntil = day(9) }), noon, LackRenewal},
	} {
		t.Run(row.name, func(t *testing.T) {
			ok, lack := row.contact.Authorized(row.at)
			if lack != row.want || ok != (row.want == LackNothing) {
				t.Errorf("Authorized = %t, %q, want %q", ok, lack, row.want)
			}
		})
	}
}

// SLA T44.
func TestSeats(t *testing.T) {
	contacts := []Contact{
		{Nominated: true, Active: true, Trained: calendar.Date{Year: 2026, Month: 1, Day: 1}},
		{Nominated: true, Active: true}, // untrained, and holds a seat
		{Nominated: true},               // inactive
		{Active: true},                  // not nominated
	}
	for allotment, want := range map[int]struct {
		text string
		free bool
		over int
	}{
		0: {"2 of 0 used", false, 2}, 1: {"2 of 1 used", false, 1}, 2: {"2 of 2 used", false, 0}, 3: {"2 of 3 used", true, 0},
	} {
		seats := CountSeats(contacts, allotment)
		if seats.String() != want.text || seats.Free() != want.free || seats.Over() != want.over {
			t.Errorf("allotment %d: %s, free %t, over %d", allotment, seats, seats.Free(), seats.Over())
		}
	}
}

// SLA T45.
func TestUnseated(t *testing.T) {
	hour := func(h int) time.Time { return time.Date(2026, 1, 1, h, 0, 0, 0, time.UTC) }
	contacts := []Contact{
		{Key: "b", Nominated: true, Active: true, NominatedAt: hour(2)},
		{Key: "a", Nominated: true, Active: true, NominatedAt: hour(1)},
		{Key: "gone", Nominated: true, NominatedAt: hour(9)},
		{Key: "c", Nominated: true, Active: true, NominatedAt: hour(3)},
		{Key: "c2", Nominated: true, Active: true, NominatedAt: hour(3)},
	}
	for allotment, want := range map[int][]int{5: {}, 4: {}, 3: {4}, 2: {3, 4}, 1: {0, 3, 4}, 0: {0, 1, 3, 4}} {
		if got := Unseated(contacts, allotment); !slices.Equal(got, want) {
			t.Errorf("with %d seats %v lose theirs, want %v", allotment, got, want)
		}
	}
}

// SLA T44: whoever holds a seat keeps it; of the new ones the first find the free
// ones, and those who are inactive or not nominated need none.
func TestRefused(t *testing.T) {
	seat := func(key string) Contact { return Contact{Key: key, Nominated: true, Active: true} }
	idle := func(key string) Contact { return Contact{Key: key, Nominated: true} }
	before := []Contact{seat("a"), seat("b"), idle("c")}
	for _, row := range []struct {
		name     string
		contacts []Contact
		want     []int
	}{
		{"as before", []Contact{seat("a"), seat("b"), idle("c")}, nil},
		{"one more", []Contact{seat("a"), seat("b"), seat("d")}, nil},
		{"two more", []Contact{seat("d"), seat("a"), seat("e"), seat("b")}, []int{2}},
		{"active again", []Contact{seat("a"), seat("b"), seat("c"), seat("d")}, []int{3}},
		{"replaced", []Contact{seat("a"), idle("b"), seat("d"), seat("e")}, nil},
		{"inactive ones", []Contact{seat("a"), seat("b"), seat("d"), idle("e"), {Key: "f", Active: true}}, nil},
	} {
		if got := Refused(before, row.contacts, 3); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v refused, want %v", row.name, got, row.want)
		}
	}
	for allotment, want := range map[int][]int{1: {2}, 2: {2}, 0: {2}} { // SLA T45: a smaller package takes nothing away
		if got := Refused(before, []Contact{seat("a"), seat("b"), seat("d")}, allotment); !slices.Equal(got, want) {
			t.Errorf("with %d seats: %v refused, want %v", allotment, got, want)
		}
	}
}

// SLA T32.
func TestStanding(t *testing.T) {
	for standing, want := range map[Standing]Effects{
		Good:        {OpenSeverity1: true, OpenOthers: true},
		"":          {OpenSeverity1: true, OpenOthers: true},
		Grace:       {OpenSeverity1: true, OpenOthers: true, RemindAdmin: true},
		Restricted:  {OpenSeverity1: true},
		Suspended:   {Paused: true},
		"exemplary": {Paused: true},
	} {
		if got := standing.Effects(); got != want {
			t.Errorf("%q: %+v, want %+v", standing, got, want)
		}
	}
	for _, row := range []struct {
		standing Standing
		severity Severity
		may      bool
	}{
		{Good, Severity3, true},
		{Restricted, Severity1, true},
		{Restricted, Severity2, false},
		{Restricted, Severity3, false},
		{Suspended, Severity1, false},
		{Good, 0, false},
	} {
		if got := row.standing.MayOpen(row.severity); got != row.may {
			t.Errorf("%s may open severity %s: %t", row.standing, row.severity, got)
		}
	}
	if len(Standings()) != 4 || Standing("").Valid() || !Grace.Valid() {
		t.Error("the standings are not those of the contract")
	}
}
