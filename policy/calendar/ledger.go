package calendar

import "time"

// Reason says why an interval counts or does not.
type Reason string

// The reasons. Of several that hold at once a pause goes first, then a
// holiday, then the weekend; a break is one only within the hours of its date.
const (
	ReasonOpen    Reason = "open"    // business time: it counts
	ReasonNight   Reason = "night"   // before the first or after the last window of a date that has some
	ReasonGap     Reason = "gap"     // between two windows of one date, such as lunch
	ReasonWeekend Reason = "weekend" // a weekday without hours
	ReasonHoliday Reason = "holiday" // Name says which, where it has a name
	ReasonBreak   Reason = "break"   // a break of that date in the configuration
	ReasonPause   Reason = "pause"   // the clock stood still (a suspension)
	ReasonBeyond  Reason = "beyond"  // before 1910 or after 2199, where no calendar is open
)

// Interval is a stretch of the ledger: the instants [From, To), in UTC, which
// all count or do not for one reason.
type Interval struct {
	From, To time.Time
	Why      Reason
	Name     string // the holiday's, as Holiday returns it
	Date     Date   // the local date; of a pause and beyond 1910-2199, the one it begins on
	Version  string // the version valid then, or as it begins
}

// Ledger accounts for all time in [from, to): the intervals follow each other
// without a gap, and the open ones add up to Between of the same arguments.
//
// Each interval lies within one local date and one version, except for two
// kinds: pauses that overlap or touch are one interval however long, for the
// clock as a whole stands still, and so is all time beyond the horizon. A
// holiday without hours anyway, such as one on a Saturday, is still a holiday.
// The calendar of elapsed time is open or paused and nothing else in 1910-2199.
//
// It takes time and memory for at most a few intervals per date of the horizon
// within [from, to): some hundred bytes each, 1100 intervals for a year of an
// office with lunch breaks, 100 MB for all 290 years.
func (c *Calendar) Ledger(from, to time.Time, pauses ...Span) []Interval {
	l := ledger{calendar: c}
	for _, p := range inOrder(pauses) {
		begin, end := later(from, p.From), to
		if !p.To.IsZero() {
			end = earlier(to, p.To)
		}
		if begin.Before(end) {
			l.account(from, begin)
			l.pause(begin, end)
			from = end
		}
	}
	l.account(from, to)
	return l.intervals
}

// ledger is one being written, in order of time.
type ledger struct {
	calendar  *Calendar
	intervals []Interval
}

// pause enters a pause, or prolongs the one before that it touches.
func (l *ledger) pause(from, to time.Time) {
	if last := l.last(); last != nil && last.Why == ReasonPause && last.To.Equal(from) {
		last.To = plain(to)
		return
	}
	l.outside(from, to, ReasonPause)
}

// outside enters an interval that no date bounds.
func (l *ledger) outside(from, to time.Time, why Reason) {
	if from.Before(to) {
		l.intervals = append(l.intervals, Interval{
			From: plain(from), To: plain(to), Why: why,
			Date: DateOf(from.In(l.calendar.Location(from))), Version: l.calendar.Version(from),
		})
	}
}

// account enters what the calendar says of [from, to), date by date in the way
// of walk.
func (l *ledger) account(from, to time.Time) {
	l.outside(from, earlier(to, utc(dawn)), ReasonBeyond)
	begin, end := at(from), at(to)
	for i := l.calendar.regimeAt(begin); i < len(l.calendar.regimes) && l.calendar.regimes[i].from < end; i++ {
		r := &l.calendar.regimes[i]
		p := page{ledger: l, from: max(begin, r.from), to: min(end, r.to), rules: r.rules}
		for p.day = dayOf(p.from + r.east); p.day.midnight()-r.east < p.to; p.day++ {
			p.midnight = p.day.midnight() - r.east
			p.write()
		}
	}
	l.outside(later(from, utc(dusk)), to, ReasonBeyond)
}

// page is what of a date lies in [from, to), within one regime.
type page struct {
	*ledger
	*rules
	from, to instant
	day      day
	midnight instant // when the date begins, or would if it did in this regime
}

// write enters the date: the hours of its weekday and what lies around them.
func (p *page) write() {
	name, holiday := p.holiday(p.day)
	usual := p.week[p.day.weekday()]
	switch {
	case holiday:
		p.enter(hours{0, dayLength}, ReasonHoliday, name)
		return
	case len(usual) == 0:
		p.enter(hours{0, dayLength}, ReasonWeekend, "")
		return
	}
	closed, why := time.Duration(0), ReasonNight
	for _, h := range usual {
		p.enter(hours{closed, h.from}, why, "")
		p.open(h)
		closed, why = h.to, ReasonGap
	}
	p.enter(hours{closed, dayLength}, ReasonNight, "")
}

// open enters one of the usual windows: what the breaks left of it is open.
func (p *page) open(window hours) {
	for _, h := range p.on(p.day) {
		if h.from < window.to && window.from < h.to {
			p.enter(hours{window.from, h.from}, ReasonBreak, "")
			p.enter(h, ReasonOpen, "")
			window.from = h.to
		}
	}
	p.enter(window, ReasonBreak, "")
}

// enter adds the part of h in [from, to), and joins it to the interval before
// if only a clock change parts them.
func (p *page) enter(h hours, why Reason, name string) {
	from, to := max(p.from, p.midnight+h.from), min(p.to, p.midnight+h.to)
	if from >= to {
		return
	}
	next := Interval{utc(from), utc(to), why, name, p.day.date(), p.version}
	if last := p.last(); last != nil && last.goesOn(next) {
		last.To = next.To
		return
	}
	p.intervals = append(p.intervals, next)
}

// goesOn reports whether next follows i and tells the same of the same date.
func (i Interval) goesOn(next Interval) bool {
	return i.To.Equal(next.From) && i.Why == next.Why && i.Name == next.Name && i.Date == next.Date && i.Version == next.Version
}

// last is the interval entered last, if there is one.
func (l *ledger) last() *Interval {
	if len(l.intervals) == 0 {
		return nil
	}
	return &l.intervals[len(l.intervals)-1]
}

// plain is t as the ledger writes it: in UTC and without a monotonic clock.
func plain(t time.Time) time.Time { return t.Round(0).UTC() }

func earlier(t, u time.Time) time.Time {
	if u.Before(t) {
		return u
	}
	return t
}

func later(t, u time.Time) time.Time {
	if u.After(t) {
		return u
	}
	return t
}
