package bot

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/robfig/cron/v3"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/calendar"
	"casebot/policy/sla"
)

// Staff is one of the vendor's people.
type Staff struct {
	Key      string
	Name     string
	Roles    []policy.Role
	Refs     []string // "slack:U0ADA"; the first is where direct messages go
	Language string
	Timezone string
}

// Has tells whether the person has one of the roles.
func (s Staff) Has(roles ...policy.Role) bool {
	return slices.ContainsFunc(roles, func(r policy.Role) bool { return slices.Contains(s.Roles, r) })
}

// Level is one rung of the ladder (SLA T38): who is told, and where.
type Level struct {
	Role  policy.Role
	Room  string // empty: the people of the role, each in direct messages
	Group string // a user group that is called beside them, "slack:S0LEADS"
}

// Rules is all that a decision knows beside the records: the configuration,
// compiled. It never changes; a reload makes new ones.
type Rules struct {
	Vendor        string
	Language      string // of staff rooms
	KnowledgeBase string
	Community     string
	Fallback      string            // the room of last resort
	Triage        string            // the room of the internal side
	Bot           string            // its name in a mention, without the @
	Typing        map[string]Typing // by platform; "/case" and "/support" everywhere where it is not said
	Doors         []string          // platforms on whose channels the button "Open a case" is pinned

	Calendars      map[string]*calendar.Calendar
	CalendarHashes map[string]string // by calendar: its content, all versions
	Default        string            // the calendar of subscribers that name none, and of staff rooms
	Packages       policy.Packages
	Regions        policy.Regions

	Marks  []int
	Steps  sla.Steps
	Floors sla.Floors
	Levels []Level
	Weekly cron.Schedule
	Keep   time.Duration // how long closed cases are kept

	Staff []Staff
	Texts *texts.Catalogue
	Hash  string // of the configuration, for the log

	zones    sync.Map // name to *time.Location: loading one parses its whole history
	versions sync.Map // promise to its name: a hash over all rows of the package
}

// zone returns a time zone by its IANA name, nil where there is none.
func (r *Rules) zone(name string) *time.Location {
	if loc, ok := r.zones.Load(name); ok {
		return loc.(*time.Location)
	}
	if name == "" {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	r.zones.Store(name, loc)
	return loc
}

// StaffByRef finds a staff member by a platform reference.
func (r *Rules) StaffByRef(ref string) *Staff {
	for i := range r.Staff {
		if slices.Contains(r.Staff[i].Refs, ref) {
			return &r.Staff[i]
		}
	}
	return nil
}

// StaffOf finds the staff member who acts, nil where it is somebody else.
func (r *Rules) StaffOf(a Actor) *Staff {
	if a.Outside || a.Bot {
		return nil
	}
	return r.StaffByRef(a.Ref)
}

// StaffByKey finds a staff member by key.
func (r *Rules) StaffByKey(key string) *Staff {
	for i := range r.Staff {
		if r.Staff[i].Key == key {
			return &r.Staff[i]
		}
	}
	return nil
}

// WithRole lists the staff that have a role.
func (r *Rules) WithRole(role policy.Role) []Staff {
	var out []Staff
	for _, s := range r.Staff {
		if s.Has(role) {
			out = append(out, s)
		}
	}
	return out
}

// level returns the configuration of a rung, 1…, and whether anybody is on it.
func (r *Rules) level(n int) (Level, bool) {
	if n < 1 || n > len(r.Levels) {
		return Level{}, false
	}
	l := r.Levels[n-1]
	return l, l.Room != "" || slices.ContainsFunc(r.WithRole(l.Role), func(s Staff) bool { return direct(s.Refs) != "" })
}

// firstLevel is the lowest rung with anybody on it, 1 where there is none (SLA T40).
func (r *Rules) firstLevel() int {
	for n := range r.Levels {
		if _, ok := r.level(n + 1); ok {
			return n + 1
		}
	}
	return 1
}

// staffZone is the zone of staff rooms: the default calendar's.
func (r *Rules) staffZone(t time.Time) *time.Location {
	if c := r.Calendars[r.Default]; c != nil {
		return c.Location(t)
	}
	return time.UTC
}

// calendarOf is the support calendar of a subscriber (SLA T8), its region's
// where there is one.
func (r *Rules) calendarOf(s *Subscriber) *calendar.Calendar {
	name := s.Calendar
	if region, ok := r.Regions[s.Location]; ok && name == "" && region.Calendar != "" {
		name = region.Calendar
	}
	if c := r.Calendars[name]; c != nil {
		return c
	}
	return r.Calendars[r.Default]
}

// calendarHash names the content of a subscriber's calendar, all versions.
func (r *Rules) calendarHash(s *Subscriber) string {
	return r.CalendarHashes[r.calendarOf(s).Name()]
}

// clocks are the clocks that a subscriber's cases run on.
func (r *Rules) clocks(s *Subscriber) sla.Clocks {
	return sla.Clocks{Business: r.calendarOf(s), Pauses: s.Suspensions}
}

// ClocksOf are the clocks that a subscriber's cases run on.
func (r *Rules) ClocksOf(s *Subscriber) sla.Clocks { return r.clocks(s) }

// packageOf is the version of a package that a subscriber is entitled to at t
// (SLA T11, T12).
func (r *Rules) packageOf(s *Subscriber, instance string, t time.Time) policy.Package {
	return r.packageNamed(s, s.packageKey(instance), t)
}

// packageNamed is the version of one package at t, as it holds where the
// subscriber is.
func (r *Rules) packageNamed(s *Subscriber, key string, t time.Time) policy.Package {
	p, _ := r.Regions.Package(r.Packages, s.Location, key, t.In(r.calendarOf(s).Location(t)))
	return p
}

// promise is what tells the versions of packages apart within the same rules;
// one in a region or of a courtesy may be without its targets.
type promise struct {
	key      string
	from     calendar.Date
	severity [3]policy.Targets
}

// version names the content of a package in few letters.
func (r *Rules) version(p policy.Package) string {
	of := promise{p.Key, p.From, p.Severity}
	if name, ok := r.versions.Load(of); ok {
		return name.(string)
	}
	name := p.Hash()[:12]
	r.versions.Store(of, name)
	return name
}

// zoneOf is the zone of a subscriber's rooms.
func (r *Rules) zoneOf(s *Subscriber) *time.Location {
	if loc := r.zone(s.Timezone); loc != nil {
		return loc
	}
	return r.calendarOf(s).Location(time.Time{})
}

// thanks tells whether a text is only thanks: short, no question, and one of
// the catalogue's phrases (T23).
func (r *Rules) thanks(text string) bool {
	const longest = 40 // runes
	text = strings.ToLower(strings.TrimSpace(text))
	if len([]rune(text)) > longest || strings.ContainsAny(text, "?？") {
		return false
	}
	text = strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, lang := range texts.Languages() {
		if slices.Contains(strings.Split(r.Texts.In(lang).Say("thanks"), "|"), text) {
			return true
		}
	}
	return false
}
