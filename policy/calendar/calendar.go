package calendar

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"
)

// Calendar says when a support desk is open. It never changes, so any number
// of goroutines may use it.
type Calendar struct {
	name     string
	versions []*rules
	regimes  []regime
	patience time.Duration // how far a search goes beyond its start and the last pause
	warnings []string

	before    *Calendar // what it was published in place of, nil for nothing
	published instant   // when; dawn where it always held
}

// regime is a stretch of time with one version and one offset from UTC. The
// regimes of a calendar follow each other without gaps from dawn to dusk.
type regime struct {
	from, to instant
	east     time.Duration
	*rules
}

// rules are one version of a calendar, compiled.
type rules struct {
	from     Date
	zone     *time.Location
	week     [7][]hours      // by time.Weekday
	dated    map[day][]hours // the dates with hours of their own
	national map[day]string  // the country's holidays
	edits    map[day]bool    // holidays added (true) and removed (false)
	version  string
}

// on returns the open hours of d.
func (r *rules) on(d day) []hours {
	if list, ok := r.dated[d]; ok {
		return list
	}
	if _, ok := r.national[d]; ok {
		return nil
	}
	return r.week[d.weekday()]
}

// patience is how far a due time is searched for (T10).
const patience = 400 * dayLength

// New compiles a calendar from its versions, oldest first. Its error joins a
// *SpecError for every mistake.
func New(name string, specs ...Spec) (*Calendar, error) {
	c := &Calendar{name: name, patience: patience, published: dawn}
	var mistakes []error
	if len(specs) == 0 {
		mistakes = append(mistakes, &SpecError{Calendar: name, Field: "hours", Problem: "missing; write a timezone and hours"})
	}
	for i, spec := range specs {
		refuse := func(field, problem string) {
			mistakes = append(mistakes, &SpecError{name, i, spec.From, field, problem})
		}
		if i > 0 && spec.From.Compare(specs[i-1].From) <= 0 {
			refuse("from", "does not come after the version before; put the versions in order, each with its own date")
		}
		c.versions = append(c.versions, compile(spec, refuse))
	}
	if len(mistakes) == 0 {
		mistakes = c.settle()
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	c.examine()
	return c, nil
}

// settle lays out the regimes: each version reigns from the first instant of
// its first date, in its own zone, until the next one does (T11).
func (c *Calendar) settle() (mistakes []error) {
	end := dusk
	for i, r := range slices.Backward(c.versions) {
		zone := offsets(r.zone)
		begin := dawn
		if i > 0 {
			begin = reach(zone, r.from.day().midnight())
		}
		if begin >= end {
			mistakes = append(mistakes, &SpecError{
				c.name, i + 1, c.versions[i+1].from, "from",
				"begins, in its own zone, before the version in front of it; write a later date",
			})
			continue
		}
		for j, o := range slices.Backward(zone) {
			if from := max(o.from, begin); from < end {
				c.regimes = append(c.regimes, regime{from, end, zone[j].east, r})
				end = from
			}
		}
	}
	slices.Reverse(c.regimes)
	return mistakes
}

// regimeAt returns the index of the regime in force at t, of the first one
// before dawn and the last one after dusk.
func (c *Calendar) regimeAt(t instant) int {
	i, found := slices.BinarySearchFunc(c.regimes, t, func(r regime, t instant) int { return cmp.Compare(r.from, t) })
	if !found {
		i--
	}
	return max(i, 0)
}

// wall returns what the wall clock shows at t.
func (c *Calendar) wall(t instant) instant { return t + c.regimes[c.regimeAt(t)].east }

// Elapsed returns the 24x7 calendar, whose clock never stops (T2).
func Elapsed() *Calendar { return elapsed() }

var elapsed = sync.OnceValue(func() *Calendar {
	r := compile(Spec{Timezone: "UTC", Hours: map[string][]string{"sun-sat": {"00:00-24:00"}}}, nil)
	return &Calendar{
		name:     "24x7",
		versions: []*rules{r},
		regimes:  []regime{{from: dawn, to: dusk, rules: r}},
		patience: dusk - dawn,
	}
})

// Name returns the calendar's name.
func (c *Calendar) Name() string { return c.name }

// Location returns the zone of the version valid at t (T8).
func (c *Calendar) Location(t time.Time) *time.Location {
	return c.regimes[c.regimeAt(at(t))].zone
}

// Version returns a short hash of the version valid at t. It changes when the
// version's meaning does, and with nothing else.
func (c *Calendar) Version(t time.Time) string {
	return c.regimes[c.regimeAt(at(t))].version
}

// Holiday reports whether d is a holiday, and its name in the words of its
// country; a date that is only in the configuration has none.
func (c *Calendar) Holiday(d Date) (name string, ok bool) {
	valid := c.versions[0]
	for _, r := range c.versions[1:] {
		if r.from.Compare(d) <= 0 {
			valid = r
		}
	}
	return valid.holiday(d.day())
}

// holiday is Holiday within a version.
func (r *rules) holiday(d day) (name string, ok bool) {
	name, ok = r.national[d]
	if added, edited := r.edits[d]; edited {
		ok = added
	}
	if !ok {
		return "", false
	}
	return name, true
}
