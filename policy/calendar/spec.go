package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Spec is one version of a calendar, as configured.
type Spec struct {
	// From is the local date on which this version begins to hold. The first
	// version holds for all time before as well, so it may leave From zero.
	From Date
	// Timezone is an IANA name such as America/Denver.
	Timezone string
	// Hours are the windows by weekday: a day, a range (sat-mon wraps around)
	// or several of them with commas: "mon-fri", "mon,wed,sat-sun".
	Hours map[string][]string
	// Country brings its national holidays, from 1970 to 2150: de, fr, gb, it,
	// jp, us or none. Where a holiday is moved off a weekend, both days are.
	Country string
	// Add and Remove are dates that are holidays besides, or not after all.
	Add, Remove []Date
	// Breaks are closed windows on single dates.
	Breaks map[Date][]string
}

// SpecError is one mistake in a Spec. New joins all of them.
type SpecError struct {
	Calendar string // the calendar's name
	Version  int    // the index of the Spec
	From     Date   // its first day, if it has one
	Field    string // the place in the configuration: hours.mon-fri[0]
	Problem  string // what is wrong and what to put right
}

// Error says where the mistake is and what to put right.
func (e *SpecError) Error() string {
	where := e.Calendar
	if !e.From.IsZero() {
		where += " from " + e.From.String()
	}
	return fmt.Sprintf("calendar %s: %s: %s", where, e.Field, e.Problem)
}

// compiler turns one Spec into rules and hands on each mistake it finds.
type compiler struct {
	spec   Spec
	refuse func(field, problem string)
	rules  *rules
}

func compile(spec Spec, refuse func(field, problem string)) *rules {
	c := &compiler{spec, refuse, &rules{from: spec.From, dated: map[day][]hours{}, edits: map[day]bool{}}}
	if !spec.From.IsZero() {
		c.valid("from", spec.From)
	}
	c.readZone()
	c.readHours()
	c.readHolidays()
	c.readBreaks()
	c.rules.version = c.fingerprint()
	return c.rules
}

func (c *compiler) readZone() {
	zone, err := time.LoadLocation(c.spec.Timezone)
	if err != nil || c.spec.Timezone == "" || c.spec.Timezone == "Local" {
		c.refuse("timezone", fmt.Sprintf("%q is not a time zone; write an IANA name like America/Denver", c.spec.Timezone))
		return
	}
	c.rules.zone = zone
}

func (c *compiler) readHours() {
	mistaken := false
	for _, key := range slices.Sorted(maps.Keys(c.spec.Hours)) {
		days, err := parseDays(key)
		if err != nil {
			c.refuse("hours."+key, err.Error())
			mistaken = true
		}
		if c.spec.Hours[key] == nil { // mon,wed without quotes is two keys in YAML, the first one empty
			c.refuse("hours."+key, `has no windows; write some, like ["07:00-18:00"], put several days in quotes, like "mon,wed", or leave a closed day out`)
			mistaken = true
		}
		for i, text := range c.spec.Hours[key] {
			w, err := ParseWindow(text)
			if err != nil {
				c.refuse(fmt.Sprintf("hours.%s[%d]", key, i), err.Error())
				mistaken = true
				continue
			}
			today, tomorrow := w.split()
			for _, d := range days {
				c.rules.week[d] = append(c.rules.week[d], today)
				c.rules.week[(d+1)%7] = append(c.rules.week[(d+1)%7], tomorrow)
			}
		}
	}
	open := false
	for d, list := range c.rules.week {
		c.rules.week[d] = unite(list)
		open = open || len(c.rules.week[d]) > 0
	}
	if !open && !mistaken {
		c.refuse("hours", `never open; write at least one window, like mon-fri: ["07:00-18:00"]`)
	}
}

// dayNames are the weekdays by time.Weekday.
const dayNames = "sunmontuewedthufrisat"

// parseDays reads "mon-wed,sat".
func parseDays(key string) (days []time.Weekday, err error) {
	for part := range strings.SplitSeq(key, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, ok1 := parseDay(first)
		to, ok2 := parseDay(last)
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("%q names no days; write mon, mon-fri or mon,wed with sun mon tue wed thu fri sat", part)
		}
		for ; from != to; from = (from + 1) % 7 {
			days = append(days, from)
		}
		days = append(days, to)
	}
	return days, nil
}

func parseDay(s string) (time.Weekday, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	i := strings.Index(dayNames, s)
	return time.Weekday(i / 3), len(s) == 3 && i >= 0 && i%3 == 0
}

func (c *compiler) readHolidays() {
	if c.spec.Country != "" {
		if table, ok := countries[c.spec.Country]; ok {
			c.rules.national = table()
		} else {
			c.refuse("holidays.country", fmt.Sprintf("%q has no holidays here; write one of %s, or list the dates under add",
				c.spec.Country, strings.Join(slices.Sorted(maps.Keys(countries)), ", ")))
		}
	}
	for i, date := range c.spec.Add {
		if c.valid(fmt.Sprintf("holidays.add[%d]", i), date) {
			c.rules.dated[date.day()] = nil
			c.rules.edits[date.day()] = true
		}
	}
	for i, date := range c.spec.Remove {
		field := fmt.Sprintf("holidays.remove[%d]", i)
		switch {
		case !c.valid(field, date):
		case slices.Contains(c.spec.Add, date):
			c.refuse(field, fmt.Sprintf("%s is both added and removed; keep one of the two", date))
		default:
			d := date.day()
			c.rules.dated[d] = c.rules.week[d.weekday()]
			c.rules.edits[d] = false
		}
	}
}

// readBreaks comes last, to cut the breaks out of each date's final hours.
func (c *compiler) readBreaks() {
	closed := map[day][]hours{}
	for _, date := range slices.SortedFunc(maps.Keys(c.spec.Breaks), Date.Compare) {
		for i, text := range c.spec.Breaks[date] {
			field := fmt.Sprintf("breaks.%s[%d]", date, i)
			w, err := ParseWindow(text)
			if err != nil {
				c.refuse(field, err.Error())
			} else if c.valid(field, date) {
				d := date.day()
				today, tomorrow := w.split()
				closed[d] = append(closed[d], today)
				if tomorrow.to > 0 {
					closed[d+1] = append(closed[d+1], tomorrow)
				}
			}
		}
	}
	for d, list := range closed {
		c.rules.dated[d] = without(c.rules.on(d), unite(list))
	}
}

// valid refuses a date that is none.
func (c *compiler) valid(field string, date Date) bool {
	err := date.check()
	if err != nil {
		c.refuse(field, err.Error())
	}
	return err == nil
}

// fingerprint hashes what the version means, not how it is written: "mon-fri"
// and five single days are the same. The hashes are stored, so the text must
// not change.
func (c *compiler) fingerprint() string {
	var text strings.Builder
	fmt.Fprintf(&text, "from %s in %s, holidays of %q\n", c.spec.From, c.spec.Timezone, c.spec.Country)
	for d, list := range c.rules.week {
		fmt.Fprintln(&text, time.Weekday(d), list)
	}
	for _, d := range slices.Sorted(maps.Keys(c.rules.dated)) {
		fmt.Fprintln(&text, d.date(), c.rules.dated[d])
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:6])
}
