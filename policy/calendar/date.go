package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a local date, without a time and without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the date of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads a date such as 2026-12-24.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date; write it like 2026-12-24", s)
	}
	return DateOf(t), nil
}

// String writes the date as 2026-12-24, and the zero date as nothing.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether d is the zero Date, which stands for "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns -1, 0 or +1 as d lies before, on or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// MarshalText writes what UnmarshalText reads.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date such as 2026-12-24; an empty text is the zero date.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// check says what is wrong with a date that did not come from ParseDate.
func (d Date) check() error {
	switch first, last := dayOf(dawn).date(), (dayOf(dusk) - 1).date(); {
	case DateOf(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)) != d:
		return fmt.Errorf("%04d-%02d-%02d is no date; write one like 2026-12-24", d.Year, d.Month, d.Day)
	case d.Compare(first) < 0 || d.Compare(last) > 0:
		return fmt.Errorf("%s is out of reach; write a date from %s to %s", d, first, last)
	}
	return nil
}

// day numbers the local dates: 0 is 1970-01-01.
type day int

const dayLength = 24 * time.Hour

// dayOf returns the day on which a wall clock, counted like an instant, shows that time.
func dayOf(wall instant) day {
	d := wall / dayLength
	if wall%dayLength < 0 {
		d--
	}
	return day(d)
}

func (d Date) day() day {
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	return day(midnight.Unix() / int64(dayLength/time.Second))
}

// midnight is the wall time at which d begins.
func (d day) midnight() instant { return instant(d) * dayLength }

func (d day) weekday() time.Weekday {
	const thursday = day(time.Thursday) // 1970-01-01
	return time.Weekday(((d+thursday)%7 + 7) % 7)
}

func (d day) date() Date { return DateOf(utc(d.midnight())) }
