package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// official are the public holidays of 2025-2028 as governments list them, or
// as their laws define them where the list does not reach so far: 5 U.S.C. 6103
// and opm.gov; the Cabinet Office of Japan; legge 260/1949 and 151/2025;
// gov.uk/bank-holidays for England and Wales; what all 16 German states
// observe; Code du travail L3133-1. Where a holiday is moved off a weekend,
// both dates are here, as in the package: * marks the one it is moved to.
// Easter is 2025-04-20, 2026-04-05, 2027-03-28 and 2028-04-16.
var official = map[string]string{
	"us": `
		New Year's Day: 2025-01-01 2026-01-01 2027-01-01 2027-12-31* 2028-01-01
		Martin Luther King Jr. Day: 2025-01-20 2026-01-19 2027-01-18 2028-01-17
		Presidents' Day: 2025-02-17 2026-02-16 2027-02-15 2028-02-21
		Memorial Day: 2025-05-26 2026-05-25 2027-05-31 2028-05-29
		Juneteenth: 2025-06-19 2026-06-19 2027-06-18* 2027-06-19 2028-06-19
		Independence Day: 2025-07-04 2026-07-03* 2026-07-04 2027-07-04 2027-07-05* 2028-07-04
		Labor Day: 2025-09-01 2026-09-07 2027-09-06 2028-09-04
		Columbus Day: 2025-10-13 2026-10-12 2027-10-11 2028-10-09
		Veterans Day: 2025-11-11 2026-11-11 2027-11-11 2028-11-10* 2028-11-11
		Thanksgiving Day: 2025-11-27 2026-11-26 2027-11-25 2028-11-23
		Christmas Day: 2025-12-25 2026-12-25 2027-12-24* 2027-12-25 2028-12-25`,
	"jp": `
		New Year's Day: 2025-01-01 2026-01-01 2027-01-01 2028-01-01
		Coming of Age Day: 2025-01-13 2026-01-12 2027-01-11 2028-01-10
		National Foundation Day: 2025-02-11 2026-02-11 2027-02-11 2028-02-11
		The Emperor's Birthday: 2025-02-23 2025-02-24* 2026-02-23 2027-02-23 2028-02-23
		Vernal Equinox Day: 2025-03-20 2026-03-20 2027-03-21 2027-03-22* 2028-03-20
		Showa Day: 2025-04-29 2026-04-29 2027-04-29 2028-04-29
		Constitution Memorial Day: 2025-05-03 2026-05-03 2026-05-06* 2027-05-03 2028-05-03
		Greenery Day: 2025-05-04 2025-05-06* 2026-05-04 2027-05-04 2028-05-04
		Children's Day: 2025-05-05 2026-05-05 2027-05-05 2028-05-05
		Marine Day: 2025-07-21 2026-07-20 2027-07-19 2028-07-17
		Mountain Day: 2025-08-11 2026-08-11 2027-08-11 2028-08-11
		Respect for the Aged Day: 2025-09-15 2026-09-21 2027-09-20 2028-09-18
		National holiday between Respect for the Aged Day and Autumnal Equinox Day: 2026-09-22
		Autumnal Equinox Day: 2025-09-23 2026-09-23 2027-09-23 2028-09-22
		Sports Day: 2025-10-13 2026-10-12 2027-10-11 2028-10-09
		Culture Day: 2025-11-03 2026-11-03 2027-11-03 2028-11-03
		Labor Thanksgiving Day: 2025-11-23 2025-11-24* 2026-11-23 2027-11-23 2028-11-23`,
	"it": `
		Capodanno: 2025-01-01 2026-01-01 2027-01-01 2028-01-01
		Epifania: 2025-01-06 2026-01-06 2027-01-06 2028-01-06
		Pasquetta: 2025-04-21 2026-04-06 2027-03-29 2028-04-17
		Festa della Liberazione: 2025-04-25 2026-04-25 2027-04-25 2028-04-25
		Festa del Lavoro: 2025-05-01 2026-05-01 2027-05-01 2028-05-01
		Festa della Repubblica: 2025-06-02 2026-06-02 2027-06-02 2028-06-02
		Assunzione: 2025-08-15 2026-08-15 2027-08-15 2028-08-15
		San Francesco d'Assisi: 2026-10-04 2027-10-04 2028-10-04
		Tutti i santi: 2025-11-01 2026-11-01 2027-11-01 2028-11-01
		Immacolata Concezione: 2025-12-08 2026-12-08 2027-12-08 2028-12-08
		Natale: 2025-12-25 2026-12-25 2027-12-25 2028-12-25
		Santo Stefano: 2025-12-26 2026-12-26 2027-12-26 2028-12-26`,
	"gb": `
		New Year's Day: 2025-01-01 2026-01-01 2027-01-01 2028-01-01 2028-01-03*
		Good Friday: 2025-04-18 2026-04-03 2027-03-26 2028-04-14
		Easter Monday: 2025-04-21 2026-04-06 2027-03-29 2028-04-17
		Early May: 2025-05-05 2026-05-04 2027-05-03 2028-05-01
		Spring Bank Holiday: 2025-05-26 2026-05-25 2027-05-31 2028-05-29
		Summer Bank Holiday: 2025-08-25 2026-08-31 2027-08-30 2028-08-28
		Christmas Day: 2025-12-25 2026-12-25 2027-12-25 2027-12-27* 2028-12-25
		Boxing Day: 2025-12-26 2026-12-26 2026-12-28* 2027-12-26 2027-12-28* 2028-12-26`,
	"de": `
		Neujahrstag: 2025-01-01 2026-01-01 2027-01-01 2028-01-01
		Karfreitag: 2025-04-18 2026-04-03 2027-03-26 2028-04-14
		Ostermontag: 2025-04-21 2026-04-06 2027-03-29 2028-04-17
		Tag der Arbeit: 2025-05-01 2026-05-01 2027-05-01 2028-05-01
		Christi Himmelfahrt: 2025-05-29 2026-05-14 2027-05-06 2028-05-25
		Pfingstmontag: 2025-06-09 2026-05-25 2027-05-17 2028-06-05
		Tag der Deutschen Einheit: 2025-10-03 2026-10-03 2027-10-03 2028-10-03
		Weihnachtstag: 2025-12-25 2026-12-25 2027-12-25 2028-12-25
		Zweiter Weihnachtsfeiertag: 2025-12-26 2026-12-26 2027-12-26 2028-12-26`,
	"fr": `
		Nouvel an: 2025-01-01 2026-01-01 2027-01-01 2028-01-01
		Lundi de Pâques: 2025-04-21 2026-04-06 2027-03-29 2028-04-17
		Fête du Travail: 2025-05-01 2026-05-01 2027-05-01 2028-05-01
		Fête de la Victoire: 2025-05-08 2026-05-08 2027-05-08 2028-05-08
		Ascension: 2025-05-29 2026-05-14 2027-05-06 2028-05-25
		Lundi de Pentecôte: 2025-06-09 2026-05-25 2027-05-17 2028-06-05
		Fête Nationale: 2025-07-14 2026-07-14 2027-07-14 2028-07-14
		Assomption: 2025-08-15 2026-08-15 2027-08-15 2028-08-15
		Toussaint: 2025-11-01 2026-11-01 2027-11-01 2028-11-01
		Armistice de 1918: 2025-11-11 2026-11-11 2027-11-11 2028-11-11
		Noël: 2025-12-25 2026-12-25 2027-12-25 2028-12-25`,
}

// officialHolidays reads the list of a country: names by date.
func officialHolidays(country string) map[Date]string {
	names := map[Date]string{}
	for line := range strings.Lines(official[country]) {
		name, dates, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for text := range strings.FieldsSeq(dates) {
			text, moved := strings.CutSuffix(text, "*")
			date, err := ParseDate(text)
			if err != nil {
				panic(fmt.Sprintf("%s: %v", country, err))
			}
			if names[date] = name; moved {
				names[date] = name + " (observed)"
			}
		}
	}
	return names
}

// Every day of 2025-2028 is a holiday of a country if its government says so,
// and under its name.
func TestOfficialHolidays(t *testing.T) {
	for country := range countries {
		want := officialHolidays(country)
		if len(want) < 4*8 {
			t.Errorf("%s: a list of %d holidays", country, len(want))
		}
		c := mustNew(t, Spec{Timezone: "UTC", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}, Country: country})
		for noon := time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC); noon.Year() < 2029; noon = noon.AddDate(0, 0, 1) {
			date := DateOf(noon)
			wantName, holiday := want[date]
			if name, ok := c.Holiday(date); ok != holiday || name != wantName {
				t.Errorf("%s %s: %q, %v; officially %q, %v", country, date, name, ok, wantName, holiday)
			}
			if c.Open(noon) == holiday {
				t.Errorf("%s %s: open %v", country, date, !holiday)
			}
		}
	}
}

// Japan's law makes a day between two holidays one as well, in these years of
// the century.
func TestCitizensHolidays(t *testing.T) {
	c := mustNew(t, Spec{Timezone: "Asia/Tokyo", Hours: workdays, Country: "jp"})
	var got []string
	for date := (Date{2026, 1, 1}); date.Year < 2100; date = (date.day() + 1).date() {
		if name, _ := c.Holiday(date); strings.HasPrefix(name, "National holiday between") {
			got = append(got, date.String())
		}
	}
	want := "2026-09-22 2032-09-21 2037-09-22 2043-09-22 2049-09-21 2054-09-22 2060-09-21 2071-09-22 2077-09-21 2088-09-21 2094-09-21 2099-09-22"
	if strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
