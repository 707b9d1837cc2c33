package calendar

import (
	"slices"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/us"
)

// countries holds the national holidays by country code. Each table is
// worked out at its first use and never changes.
var countries = map[string]func() map[day]string{
	"de": national(de.Holidays),
	"fr": national(fr.Holidays),
	"gb": national(gb.Holidays),
	"it": national(it.Holidays, sanFrancesco),
	"jp": national(jp.Holidays, citizensHoliday),
	"us": national(us.Holidays),
}

// What cal 2.1.13 lacks. Stored hashes name the country only, so that an
// amendment leaves them alone.
var (
	// The feast of Italy's patron, a holiday again from 2026 on: legge 8 ottobre
	// 2025, n. 151. Releases of cal after September 2026 have it too.
	sanFrancesco = &cal.Holiday{
		Name: "San Francesco d'Assisi", Type: cal.ObservancePublic, StartYear: 2026,
		Month: time.October, Day: 4, Func: cal.CalcDayOfMonth,
	}

	// In Japan a day between two holidays is one as well: kokumin no shukujitsu
	// ni kansuru horitsu (1948, law 178), article 3 (3). That can happen in
	// September only, and cal lists the years up to 2032.
	citizensHoliday = &cal.Holiday{
		Name: jp.NationalHolidayBetweenRespectForTheAgedDayAndAutumnalEquinoxDay.Name, Type: cal.ObservancePublic, StartYear: 2033,
		Func: func(_ *cal.Holiday, year int) time.Time {
			aged, _, _ := occurrence(*jp.RespectForTheAgedDay, year)
			equinox, _, _ := occurrence(*jp.AutumnalEquinoxDay, year)
			if equinox-aged != 2 {
				return time.Time{}
			}
			return time.Date(year, time.September, (aged + 1).date().Day, 0, 0, 0, 0, cal.DefaultLoc)
		},
	}
)

// The years for which national holidays are known; Japan's equinoxes have a
// formula up to 2150.
const firstYear, lastYear = 1970, 2150

// national tabulates holidays under the dates they fall on and, where those
// are moved off a weekend, also under the dates they are moved to.
func national(list []*cal.Holiday, amendments ...*cal.Holiday) func() map[day]string {
	return sync.OnceValue(func() map[day]string {
		list := slices.Concat(list, amendments)
		names, moved := map[day]string{}, map[day]string{}
		for year := firstYear; year <= lastYear; year++ {
			for _, h := range list {
				actual, observed, ok := occurrence(*h, year)
				if !ok {
					continue
				}
				names[actual] = h.Name
				if observed != actual {
					moved[observed] = h.Name + " (observed)"
				}
			}
		}
		for d, name := range moved {
			if _, ok := names[d]; !ok {
				names[d] = name
			}
		}
		return names
	})
}

// occurrence returns the day of a holiday in a year and the day it is moved
// to. It works on a copy because cal 2.1.13 writes into the definition of the
// vernal equinox, and asks the library for the bare date only because that
// thinks in the server's zone, where a midnight may be missing; noon is safe.
func occurrence(h cal.Holiday, year int) (actual, observed day, ok bool) {
	later, moves := h.CalcOffset, h.Observed
	h.CalcOffset, h.Observed = 0, nil
	midnight, _ := h.Calc(year)
	if midnight.IsZero() {
		return 0, 0, false
	}
	actual = DateOf(midnight.Add(12*time.Hour)).day() + day(later)
	for _, m := range moves {
		if m.Day == actual.weekday() {
			return actual, actual + day(m.Offset), true
		}
	}
	return actual, actual, true
}
