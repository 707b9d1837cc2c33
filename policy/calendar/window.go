package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Window is a time of day: the minutes after local midnight from From up to,
// not including, To. One that does not end after it began runs on into the
// next day: 22:00-06:00.
type Window struct{ From, To int }

// ParseWindow reads a window such as 07:00-18:00; 24:00 is the end of the day.
func ParseWindow(s string) (Window, error) {
	opening, closing, ok := strings.Cut(s, "-")
	if !ok {
		return Window{}, fmt.Errorf("%q is not a window; write two times of day like 07:00-18:00", s)
	}
	from, err1 := parseClock(opening)
	to, err2 := parseClock(closing)
	if err := cmp.Or(err1, err2); err != nil {
		return Window{}, err
	}
	switch from {
	case to:
		return Window{}, fmt.Errorf("%q begins and ends at once; write 00:00-24:00 for a whole day", s)
	case minutesPerDay:
		return Window{}, fmt.Errorf("%q begins at the end of a day; write 00:00 and put it under the next day", s)
	}
	return Window{from, to}, nil
}

const minutesPerDay = 24 * 60

func parseClock(s string) (minutes int, err error) {
	hour, minute, _ := strings.Cut(strings.TrimSpace(s), ":")
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	minutes = int(60*h + m)
	if err1 != nil || err2 != nil || len(hour) > 2 || len(minute) != 2 || m >= 60 || minutes > minutesPerDay {
		return 0, fmt.Errorf("%q is not a time of day; write 00:00 to 24:00", s)
	}
	return minutes, nil
}

// String writes what ParseWindow reads.
func (w Window) String() string {
	return clock(w.From) + "-" + clock(w.To)
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// split returns the part of w on its own day and the part on the next one.
func (w Window) split() (today, tomorrow hours) {
	from, to := time.Duration(w.From)*time.Minute, time.Duration(w.To)*time.Minute
	if from < to {
		return hours{from, to}, hours{}
	}
	return hours{from, dayLength}, hours{0, to}
}

// hours are the wall times [from, to) within one day.
type hours struct{ from, to time.Duration }

func (h hours) String() string {
	return Window{int(h.from / time.Minute), int(h.to / time.Minute)}.String()
}

// unite puts hours in order, joins those that touch and drops the empty ones.
func unite(list []hours) []hours {
	slices.SortFunc(list, func(a, b hours) int { return cmp.Compare(a.from, b.from) })
	var united []hours
	for _, h := range list {
		last := len(united) - 1
		switch {
		case h.from >= h.to:
		case last >= 0 && h.from <= united[last].to:
			united[last].to = max(united[last].to, h.to)
		default:
			united = append(united, h)
		}
	}
	return united
}

// without returns what is left of open outside closed; both are united.
func without(open, closed []hours) []hours {
	var left []hours
	for _, h := range open {
		for _, c := range closed {
			if c.to <= h.from || h.to <= c.from {
				continue
			}
			if h.from < c.from {
				left = append(left, hours{h.from, c.from})
			}
			h.from = c.to
		}
		if h.from < h.to {
			left = append(left, h)
		}
	}
	return left
}
