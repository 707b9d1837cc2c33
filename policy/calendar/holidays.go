package calendar

import (
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
	"it": national(it.Holidays),
	"jp": national(jp.Holidays),
	"us": national(us.Holidays),
}

// The years for which national holidays are known; Japan's equinoxes have a
// formula up to 2150.
const firstYear, lastYear = 1970, 2150

// national tabulates holidays under the dates they fall on and, where those
// are moved off a weekend, also under the dates they are moved to.
func national(list []*cal.Holiday) func() map[day]string {
	return sync.OnceValue(func() map[day]string {
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
