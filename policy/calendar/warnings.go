package calendar

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// warnFrom is the first year whose clock changes are looked at for warnings:
// older ones concern nobody any more.
const warnFrom = 2026

// Warnings names what is allowed but may surprise: hours with an edge that the
// clocks skip or repeat on some date (T9), and removed holidays that are none.
func (c *Calendar) Warnings() []string { return slices.Clone(c.warnings) }

func (c *Calendar) examine() {
	warn := func(format string, args ...any) {
		text := "calendar " + c.name + ": " + fmt.Sprintf(format, args...)
		if !slices.Contains(c.warnings, text) {
			c.warnings = append(c.warnings, text)
		}
	}
	for _, r := range c.versions {
		for _, d := range slices.Sorted(maps.Keys(r.edits)) {
			if _, ok := r.national[d]; !r.edits[d] && !ok {
				warn("holidays.remove: %s is no holiday; remove only holidays of the country", d.date())
			}
		}
	}
	seen := map[string]bool{}
	for i, r := range c.regimes[1:] {
		before := c.regimes[i]
		if before.rules != r.rules || r.from < (Date{warnFrom, 1, 1}).day().midnight() {
			continue
		}
		first, last, what := r.from+before.east, r.from+r.east, "skipped"
		if first > last {
			first, last, what = last, first, "repeated"
		}
		for d := dayOf(first); d <= dayOf(last-1); d++ {
			for _, edge := range r.edges(d) {
				wall := d.midnight() + edge
				text := fmt.Sprintf("%s %s is %s", strings.ToLower(d.weekday().String()[:3]), clock(int(edge/time.Minute)), what)
				if first <= wall && wall < last && !seen[text] {
					seen[text] = true
					warn("hours: %s when %s changes its clocks, as on %s; the desk is open when the wall clock says so", text, r.zone, d.date())
				}
			}
		}
	}
}

// edges lists the times at which the hours of d begin or end, except for a
// midnight worked through.
func (r *rules) edges(d day) (edges []instant) {
	for _, h := range r.on(d) {
		edges = append(edges, h.from, h.to)
	}
	if n := len(edges); n > 0 && edges[n-1] == dayLength && opensAtMidnight(r.on(d+1)) {
		edges = edges[:n-1]
	}
	if len(edges) > 0 && edges[0] == 0 && closesAtMidnight(r.on(d-1)) {
		edges = edges[1:]
	}
	return edges
}

func opensAtMidnight(list []hours) bool  { return len(list) > 0 && list[0].from == 0 }
func closesAtMidnight(list []hours) bool { return len(list) > 0 && list[len(list)-1].to == dayLength }
