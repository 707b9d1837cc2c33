package config

import (
	"fmt"
	"time"

	"casebot/policy"
	"casebot/policy/calendar"
)

// due refuses a package that promises, on a business clock, what the calendar
// never comes to (SLA T10).
func (k *checker) due(path string, c *Config, key, name string) {
	pair := [2]string{key, name}
	problem, known := k.dues[pair]
	if !known {
		problem = c.neverDue(key, name)
		if k.dues == nil {
			k.dues = map[[2]string]string{}
		}
		k.dues[pair] = problem
	}
	if problem != "" {
		k.mistake(path, "%s", problem)
	}
}

// neverDue says which target of a package has no due date on a calendar, ""
// if all have one.
func (c *Config) neverDue(key, name string) string {
	cal := c.Calendars[name]
	if cal == nil {
		return "" // reported by its name, or not given
	}
	for _, p := range c.Packages[key] {
		for _, s := range policy.Severities() {
			targets := p.Targets(s)
			if targets.Clock != policy.ClockBusiness {
				continue
			}
			for _, target := range []policy.Target{targets.Initial, targets.FollowUp} {
				if !target.None() && !reachable(cal, target, starts(p, c.CalendarVersions[name])) {
					return fmt.Sprintf("%q promises %s for severity %s, which calendar %q does not come to within 400 days: give the calendar more hours, or choose another", key, target, s, name)
				}
			}
		}
	}
	return ""
}

// starts are the moments to try a target from: a sample of one year, and the
// beginning of each version.
func starts(p policy.Package, versions []calendar.Spec) []time.Time {
	const sampleYear = 2026 // any would do; nothing here knows the present
	var all []time.Time
	for month := time.January; month <= time.December; month += 3 {
		all = append(all, time.Date(sampleYear, month, 1, 0, 0, 0, 0, time.UTC))
	}
	dates := []calendar.Date{p.From}
	for _, v := range versions {
		dates = append(dates, v.From)
	}
	for _, d := range dates {
		if !d.IsZero() {
			all = append(all, time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC))
		}
	}
	return all
}

func reachable(cal *calendar.Calendar, target policy.Target, starts []time.Time) bool {
	for _, from := range starts {
		var ok bool
		if target.Days > 0 {
			_, ok = cal.AddDays(from, target.Days)
		} else {
			_, ok = cal.Add(from, target.Duration)
		}
		if !ok {
			return false
		}
	}
	return true
}
