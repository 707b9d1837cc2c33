package texts

import (
	"strconv"
	"strings"
	"time"
)

// words reads the names of days and months from the catalogue.
func (v Voice) words() {
	v.v.weekdays = strings.Fields(v.Say("time.weekdays"))
	v.v.months = strings.Fields(v.Say("time.months"))
}

// Time says a moment as a clock in loc shows it: "Mon 9 Mar 2026, 13:30".
// Without a location it is UTC.
func (v Voice) Time(t time.Time, loc *time.Location) string {
	t = t.In(place(loc))
	return v.Say("time.moment", "date", v.Date(t, loc), "clock", t.Format("15:04"))
}

// Date says the day of a moment in loc: "Mon 9 Mar 2026".
func (v Voice) Date(t time.Time, loc *time.Location) string {
	t = t.In(place(loc))
	if v.v == nil || len(v.v.weekdays) != 7 || len(v.v.months) != 12 {
		return t.Format(time.DateOnly)
	}
	return v.Say("time.date", "weekday", v.v.weekdays[t.Weekday()], "day", t.Day(),
		"month", v.v.months[t.Month()-1], "year", t.Year())
}

// Zone names the zone in which a moment is shown: "Europe/Rome (CET)". What
// only repeats the name or is no name at all is left out or said as an
// offset: "UTC", "Asia/Dubai (UTC+4)".
func (v Voice) Zone(t time.Time, loc *time.Location) string {
	loc = place(loc)
	name := loc.String()
	short, offset := t.In(loc).Zone()
	if short == "" || short[0] == '+' || short[0] == '-' {
		short = utcOffset(offset)
	}
	switch {
	case name == short || name == "Etc/"+short:
		return short
	case name == "Local" || name == "" || name[0] == '+' || name[0] == '-':
		return short
	default:
		return v.Say("time.zone", "name", name, "short", short)
	}
}

// utcOffset writes an offset in seconds: "UTC+5:30".
func utcOffset(seconds int) string {
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	text := "UTC" + sign + strconv.Itoa(seconds/3600)
	if minutes := seconds % 3600 / 60; minutes > 0 {
		text += time.Unix(int64(minutes)*60, 0).UTC().Format(":04")
	}
	return text
}

func place(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}
