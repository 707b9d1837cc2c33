package calendar

import (
	"archive/zip"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/us"
)

// oracle answers by looking at the wall clock at every tick, which is all that
// T4 says. It shares nothing with the package but the spec it was drawn with.
type oracle struct {
	zone   *time.Location
	week   [7][][2]int // minutes, never overnight
	closed map[string]bool
	breaks map[string][][2]int
	pauses []Span
}

func within(list [][2]int, minutes float64) bool {
	return slices.ContainsFunc(list, func(w [2]int) bool { return float64(w[0]) <= minutes && minutes < float64(w[1]) })
}

func (o *oracle) open(t time.Time) bool {
	for _, p := range o.pauses {
		if !t.Before(p.From) && (p.To.IsZero() || t.Before(p.To)) {
			return false
		}
	}
	wall := t.In(o.zone)
	hour, minute, second := wall.Clock()
	minutes := float64(60*hour+minute) + float64(second)/60
	if !within(o.week[wall.Weekday()], minutes) {
		return false
	}
	date := wall.Format(time.DateOnly)
	return !o.closed[date] && !within(o.breaks[date], minutes)
}

// sample is a random calendar around a clock change, with its oracle.
type sample struct {
	oracle
	spec Spec
	from time.Time
}

func text(w [2]int) string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", w[0]/60, w[0]%60, w[1]/60, w[1]%60)
}

func draw(r *rand.Rand, name string) sample {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	s := sample{
		oracle: oracle{zone: zone, closed: map[string]bool{}, breaks: map[string][][2]int{}},
		spec:   Spec{Timezone: name, Hours: map[string][]string{}, Breaks: map[Date][]string{}},
		from:   drawStart(r, zone),
	}
	days := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	for d := range days {
		for range r.IntN(4) {
			s.drawHours(r, days, d)
		}
	}
	if len(s.spec.Hours) == 0 {
		s.spec.Hours["sun-sat"] = []string{"00:00-24:00"}
		for d := range s.week {
			s.week[d] = [][2]int{{0, 24 * 60}}
		}
	}
	s.drawDates(r, s.from)
	for range r.IntN(4) {
		begin := s.from.Add(time.Duration(r.IntN(5*24*60)) * time.Minute)
		s.pauses = append(s.pauses, Span{begin, begin.Add(time.Duration(r.IntN(20*60)) * time.Minute)})
	}
	return s
}

// drawDates adds holidays and breaks in the days from a moment on.
func (s *sample) drawDates(r *rand.Rand, from time.Time) {
	for i := range 6 {
		date := DateOf(from.In(s.zone).AddDate(0, 0, i-1))
		switch r.IntN(5) {
		case 0:
			s.spec.Add = append(s.spec.Add, date)
			s.closed[date.String()] = true
		case 1:
			w := drawWindow(r)
			s.spec.Breaks[date] = append(s.spec.Breaks[date], text(w))
			s.breaks[date.String()] = append(s.breaks[date.String()], w)
		}
	}
}

// drawStart picks a whole minute up to three days before a clock change, if
// the zone has one after 1985, and else anywhere.
func drawStart(r *rand.Rand, zone *time.Location) time.Time {
	t := time.Date(1985+r.IntN(100), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	if _, end := t.In(zone).ZoneBounds(); !end.IsZero() {
		t = end.UTC().Truncate(time.Minute)
	}
	return t.Add(-time.Duration(r.IntN(3*24*60)) * time.Minute)
}

func drawWindow(r *rand.Rand) [2]int {
	step := []int{1, 15, 60}[r.IntN(3)]
	from := r.IntN(24*60/step) * step
	return [2]int{from, from + (1+r.IntN((24*60-from)/step))*step}
}

// drawHours gives day d a window, sometimes an overnight one.
func (s *sample) drawHours(r *rand.Rand, days []string, d int) {
	w := drawWindow(r)
	s.week[d] = append(s.week[d], w)
	if r.IntN(4) == 0 {
		night := [2]int{20*60 + r.IntN(4*60), 1 + r.IntN(8*60)}
		s.spec.Hours[days[d]] = append(s.spec.Hours[days[d]], text(night))
		s.week[d] = append(s.week[d], [2]int{night[0], 24 * 60})
		s.week[(d+1)%7] = append(s.week[(d+1)%7], [2]int{0, night[1]})
	}
	s.spec.Hours[days[d]] = append(s.spec.Hours[days[d]], text(w))
}

//go:embed testdata/zones.txt
var zoneList string

// zones are all names of the IANA database, links included.
func zones() []string { return strings.Fields(zoneList) }

// The oracle misses no zone that this Go knows.
func TestZonesAreAll(t *testing.T) {
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("where is Go: %v", err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatalf("where are the zones of Go: %v", err)
	}
	defer archive.Close()
	known := map[string]bool{}
	for _, zone := range zones() {
		known[zone] = true
	}
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, "/") && !known[f.Name] {
			t.Errorf("testdata/zones.txt lacks %s; add it", f.Name)
		}
	}
}

// SLA T4, T5, T9, T33: the arithmetic agrees with the wall clock, minute by
// minute, in every zone there is. CASEBOT_ORACLE=n draws n calendars for each.
func TestOracle(t *testing.T) {
	rounds := 1
	if n, err := strconv.Atoi(os.Getenv("CASEBOT_ORACLE")); err == nil {
		rounds = n
	}
	for i, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			for round := range rounds {
				seed := uint64(1000*round + i)
				r := rand.New(rand.NewPCG(seed, 1))
				s := draw(r, zone)
				if !s.agrees(t, r, time.Minute, 6*24*60) {
					t.Fatalf("seed %d, from %v, pauses %v, spec %+v", seed, s.from, s.pauses, s.spec)
				}
			}
		})
	}
}

// SLA T4, T5, T9: so it does over two years, with the national holidays of the
// country, less one and plus those that were drawn.
func TestOracleOverYears(t *testing.T) {
	for i, c := range []struct {
		zone, country string
		holidays      []*cal.Holiday
		removed       Date
	}{
		{"America/Denver", "us", us.Holidays, Date{2027, time.July, 5}},
		{"Europe/London", "gb", gb.Holidays, Date{2026, time.August, 31}},
		{"Europe/Paris", "fr", fr.Holidays, Date{2027, time.May, 1}},
		{"Australia/Lord_Howe", "de", de.Holidays, Date{2026, time.October, 3}},
	} {
		t.Run(c.zone, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(i), 3))
			s := draw(r, c.zone)
			s.spec.Country, s.spec.Remove = c.country, []Date{c.removed}
			s.from = time.Date(2026, time.March, 20, r.IntN(24), r.IntN(60), 0, 0, time.UTC)
			for month := range 24 {
				s.drawDates(r, s.from.AddDate(0, month, 5))
			}
			holidays := cal.NewBusinessCalendar()
			holidays.AddHoliday(c.holidays...)
			for d := s.from.AddDate(0, 0, -2); d.Year() < 2029; d = d.AddDate(0, 0, 1) {
				noon := time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, time.UTC)
				if actual, observed, _ := holidays.IsHoliday(noon); (actual || observed) && DateOf(noon) != c.removed {
					s.closed[noon.Format(time.DateOnly)] = true
				}
			}
			s.pauses = nil
			for range 5 {
				begin := s.from.Add(time.Duration(r.IntN(2*365*24*60)) * time.Minute)
				s.pauses = append(s.pauses, Span{begin, begin.Add(time.Duration(r.IntN(60*24*60)) * time.Minute)})
			}
			if !s.agrees(t, r, time.Minute, 2*365*24*60) {
				t.Fatalf("from %v, pauses %v, spec %+v", s.from, s.pauses, s.spec)
			}
		})
	}
}

// question is a calendar, and what the wall clock says of it.
type question struct {
	calendar *Calendar
	from     time.Time
	pauses   []Span
	open     func(time.Time) bool
}

// agrees asks the calendar of the sample and its oracle.
func (s *sample) agrees(t *testing.T, r *rand.Rand, step time.Duration, ticks int) bool {
	t.Helper()
	q := question{mustNew(t, s.spec), s.from, s.pauses, s.open}
	return q.agrees(t, r, step, ticks)
}

// agrees walks ticks steps from q.from and then asks the calendar for the same.
func (q question) agrees(t *testing.T, r *rand.Rand, step time.Duration, ticks int) bool {
	t.Helper()
	c := q.calendar
	targets := make([]time.Duration, 6) // the first one stays zero
	for i := range targets[1:] {
		targets[i+1] = time.Duration(r.IntN(ticks)/(i+1)) * step
	}
	slices.Sort(targets)
	now, total := q.from, time.Duration(0)
	for range ticks {
		open := q.open(now)
		for len(targets) > 0 && (total == targets[0] && (open || total > 0)) {
			due, ok := c.Add(q.from, targets[0], q.pauses...)
			if !ok || !due.Equal(now) {
				t.Errorf("Add(%v) = %v, %v, want %v", targets[0], due, ok, now)
				return false
			}
			targets = targets[1:]
		}
		if open {
			total += step
		}
		if len(q.pauses) == 0 && c.Open(now) != open {
			t.Errorf("Open(%v) = %v, want %v", now, !open, open)
			return false
		}
		now = now.Add(step)
	}
	if got := c.Between(q.from, now, q.pauses...); got != total {
		t.Errorf("Between(%v) = %v, want %v", now, got, total)
		return false
	}
	return true
}

// Offsets with odd seconds, a skipped day, a doubled one and gaps at midnight,
// second by second.
func TestOracleBySeconds(t *testing.T) {
	for i, c := range []struct{ zone, around string }{
		{"Europe/Amsterdam", "1937-07-01"}, // +1:19:32 to +1:20
		{"Africa/Monrovia", "1972-01-07"},  // -0:44:30 to 0
		{"Europe/Dublin", "1916-05-21"},    // -0:25:21 to +0:34:39
		{"Pacific/Apia", "2011-12-30"},     // skipped
		{"Pacific/Kwajalein", "1969-10-01"},
		{"America/Sao_Paulo", "2018-11-04"},
		{"America/St_Johns", "2010-11-07"}, // 00:01 back to 23:01
		{"Asia/Beirut", "2026-03-29"},
		{"Asia/Manila", "1990-05-21"},
		{"Australia/Lord_Howe", "2090-04-02"},
	} {
		t.Run(c.zone, func(t *testing.T) {
			seed := uint64(i)
			r := rand.New(rand.NewPCG(seed, 2))
			s := draw(r, c.zone)
			around, _ := time.Parse(time.DateOnly, c.around)
			s.from = around.Add(-time.Duration(r.IntN(12*3600)) * time.Second)
			if !s.agrees(t, r, time.Second, 30*3600) {
				t.Fatalf("seed %d, from %v, pauses %v, spec %+v", seed, s.from, s.pauses, s.spec)
			}
		})
	}
}
