package calendar

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/us"
)

func TestNationalHolidays(t *testing.T) {
	for _, x := range []struct {
		country, date, want string // want "": a workday
	}{
		{"us", "2026-01-01", "New Year's Day"},
		{"us", "2026-01-19", "Martin Luther King Jr. Day"},
		{"us", "2026-02-16", "Presidents' Day"},
		{"us", "2026-05-25", "Memorial Day"},
		{"us", "2026-06-19", "Juneteenth"},
		{"us", "2020-06-19", ""},
		{"us", "2026-07-03", "Independence Day (observed)"},
		{"us", "2026-07-04", "Independence Day"}, // a Saturday
		{"us", "2026-09-07", "Labor Day"},
		{"us", "2026-10-12", "Columbus Day"},
		{"us", "2026-11-11", "Veterans Day"},
		{"us", "2026-11-26", "Thanksgiving Day"},
		{"us", "2026-11-27", ""},
		{"us", "2026-12-25", "Christmas Day"},
		{"us", "2027-12-31", "New Year's Day (observed)"}, // of the next year

		{"jp", "2026-01-01", "New Year's Day"},
		{"jp", "2026-01-12", "Coming of Age Day"},
		{"jp", "2026-02-11", "National Foundation Day"},
		{"jp", "2026-02-23", "The Emperor's Birthday"},
		{"jp", "2026-03-20", "Vernal Equinox Day"},
		{"jp", "2026-04-29", "Showa Day"},
		{"jp", "2026-05-03", "Constitution Memorial Day"}, // a Sunday
		{"jp", "2026-05-04", "Greenery Day"},
		{"jp", "2026-05-05", "Children's Day"},
		{"jp", "2026-05-06", "Constitution Memorial Day (observed)"},
		{"jp", "2026-05-07", ""},
		{"jp", "2026-07-20", "Marine Day"},
		{"jp", "2026-08-11", "Mountain Day"},
		{"jp", "2026-09-21", "Respect for the Aged Day"},
		{"jp", "2026-09-22", "National holiday between Respect for the Aged Day and Autumnal Equinox Day"},
		{"jp", "2026-09-23", "Autumnal Equinox Day"},
		{"jp", "2026-10-12", "Sports Day"},
		{"jp", "2026-11-03", "Culture Day"},
		{"jp", "2026-11-23", "Labor Thanksgiving Day"},
		{"jp", "2027-03-21", "Vernal Equinox Day"},
		{"jp", "2027-03-22", "Vernal Equinox Day (observed)"},

		{"it", "2026-01-06", "Epifania"},
		{"it", "2026-04-06", "Pasquetta"},
		{"it", "2026-06-02", "Festa della Repubblica"},
		{"it", "2026-12-08", "Immacolata Concezione"},
		{"it", "2026-04-03", ""},

		{"gb", "2026-04-03", "Good Friday"},
		{"gb", "2026-05-04", "Early May"},
		{"gb", "2026-08-31", "Summer Bank Holiday"},
		{"gb", "2026-12-28", "Boxing Day (observed)"},
		{"gb", "2027-12-27", "Christmas Day (observed)"},
		{"gb", "2027-12-28", "Boxing Day (observed)"},

		{"de", "2026-05-14", "Christi Himmelfahrt"},
		{"de", "2026-05-25", "Pfingstmontag"},
		{"de", "2026-10-03", "Tag der Deutschen Einheit"},
		{"de", "2026-01-06", ""}, // only in some states

		{"fr", "2026-07-14", "Fête Nationale"},
		{"fr", "2026-11-11", "Armistice de 1918"},
		{"fr", "2026-05-08", "Fête de la Victoire"},
	} {
		c := mustNew(t, Spec{Timezone: "UTC", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}, Country: x.country})
		date, err := ParseDate(x.date)
		if err != nil {
			t.Fatal(err)
		}
		name, ok := c.Holiday(date)
		if name != x.want || ok != (x.want != "") {
			t.Errorf("%s %s: %q, %v, want %q", x.country, x.date, name, ok, x.want)
		}
		if noon := utc(date.day().midnight()).Add(12 * time.Hour); c.Open(noon) == ok {
			t.Errorf("%s %s: open %v", x.country, x.date, !ok)
		}
	}
}

// The number of federal holidays a year, over the years: nothing is lost at
// the turn of a year or counted twice.
func TestFederalHolidaysOfEachYear(t *testing.T) {
	c := mustNew(t, hqSpec)
	for year := 2022; year < lastYear; year++ {
		actual := 0
		for date := (Date{year, 1, 1}); date.Year == year; date = (date.day() + 1).date() {
			if name, ok := c.Holiday(date); ok && name[len(name)-1] != ')' {
				actual++
			}
		}
		if actual != 11 {
			t.Errorf("%d has %d holidays", year, actual)
		}
	}
}

func TestAddedAndRemovedHolidays(t *testing.T) {
	c := mustNew(t, Spec{
		Timezone: "America/Denver", Hours: workdays, Country: "us",
		Add:    []Date{{2026, 12, 24}, {2026, 12, 25}},
		Remove: []Date{{2026, 10, 12}},
		Breaks: map[Date][]string{
			{2026, 12, 25}: {"08:00-09:00"}, // closed already
			{2026, 10, 12}: {"12:00-18:00"},
			{2026, 10, 13}: {"17:00-08:00"}, // into the next day
		},
	})
	for _, x := range []struct {
		date Date
		name string
		ok   bool
		open time.Duration
	}{
		{Date{2026, 12, 24}, "", true, 0},
		{Date{2026, 12, 25}, "Christmas Day", true, 0},
		{Date{2026, 10, 12}, "", false, 5 * time.Hour},
		{Date{2026, 10, 13}, "", false, 10 * time.Hour},
		{Date{2026, 10, 14}, "", false, 10 * time.Hour},
		{Date{2026, 10, 15}, "", false, 11 * time.Hour},
	} {
		name, ok := c.Holiday(x.date)
		begin := denver(t, fmt.Sprint(x.date, " 00:00"))
		if open := c.Between(begin, begin.AddDate(0, 0, 1)); name != x.name || ok != x.ok || open != x.open {
			t.Errorf("%s: %q %v, open %v", x.date, name, ok, open)
		}
	}
}

// SLA T8: the server's zone has no say, though the library works in it and
// these zones have dates without a midnight.
func TestHolidaysWhateverTheServersZone(t *testing.T) {
	saved := cal.DefaultLoc
	defer func() { cal.DefaultLoc = saved }()
	for country, list := range map[string][]*cal.Holiday{
		"de": de.Holidays, "fr": fr.Holidays, "gb": gb.Holidays, "us": us.Holidays,
		"it": append(slices.Clone(it.Holidays), sanFrancesco), "jp": append(slices.Clone(jp.Holidays), citizensHoliday),
	} {
		cal.DefaultLoc = time.UTC
		want := national(list)()
		for _, zone := range []string{"Asia/Tehran", "America/Asuncion", "Asia/Beirut", "Pacific/Apia"} {
			cal.DefaultLoc = when(t, zone, "2026-01-01 00:00").Location()
			if !maps.Equal(national(list)(), want) {
				t.Errorf("%s has other holidays on a server in %s", country, zone)
			}
		}
	}
}
