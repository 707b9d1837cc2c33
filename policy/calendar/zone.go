package calendar

import "time"

// offset says that from an instant on the wall clock shows UTC + east.
type offset struct {
	from instant
	east time.Duration
}

// offsets lists a zone's offsets from dawn to dusk. Between two of them wall
// time runs as evenly as UTC, which is what makes daylight saving simple: a
// skipped hour lies between two neighbours, a repeated one lies in both.
func offsets(zone *time.Location) []offset {
	var list []offset
	for from := dawn; from < dusk; {
		t := utc(from).In(zone)
		_, seconds := t.Zone()
		east := time.Duration(seconds) * time.Second
		if len(list) == 0 || list[len(list)-1].east != east {
			list = append(list, offset{from, east})
		}
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		next := at(end)
		if next <= from {
			// Go 1.26 thinks that a leap year's last day begins after its end.
			next = from + dayLength
		}
		from = next
	}
	return list
}

// reach returns the first instant at which the wall clock shows wall or later.
func reach(list []offset, wall instant) instant {
	for i, o := range list {
		if first := max(o.from, wall-o.east); i == len(list)-1 || first < list[i+1].from {
			return first
		}
	}
	return dusk
}

// Instants returns when the calendar's own wall clock shows the date and time
// of wall, whatever zone wall is in: once as a rule, never in an hour that the
// clocks skip or beyond the horizon, and more than once in one they repeat.
func (c *Calendar) Instants(wall time.Time) (found []time.Time) {
	_, east := wall.Zone()
	shown := at(wall.Add(time.Duration(east) * time.Second))
	if shown < dawn || shown >= dusk {
		return nil
	}
	for _, r := range c.regimes {
		if i := shown - r.east; r.from <= i && i < r.to {
			found = append(found, utc(i))
		}
	}
	return found
}
