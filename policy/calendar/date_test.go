package calendar

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDate(t *testing.T) {
	date, err := ParseDate("2026-12-24")
	if err != nil || date != (Date{2026, time.December, 24}) || date.String() != "2026-12-24" {
		t.Fatalf("%v, %v", date, err)
	}
	for _, s := range []string{"", "2026-2-3", "2026-02-30", "24.12.2026", "2026-12-24T00:00:00Z"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q is read as %v", s, d)
		}
	}
	for _, later := range []Date{{2026, 12, 25}, {2027, 1, 1}, {2028, 1, 30}} {
		if date.Compare(later) != -1 || later.Compare(date) != 1 || date.Compare(date) != 0 {
			t.Errorf("%v does not come before %v", date, later)
		}
	}
	if got := DateOf(when(t, "Asia/Tokyo", "2026-12-24 00:30")); got != date {
		t.Errorf("DateOf = %v", got)
	}
}

func TestDateAsText(t *testing.T) {
	want := map[Date]Date{{2026, 1, 2}: {}, {2026, 1, 3}: {2027, 1, 1}}
	text, err := json.Marshal(want)
	if err != nil || string(text) != `{"2026-01-02":"","2026-01-03":"2027-01-01"}` {
		t.Fatalf("%s, %v", text, err)
	}
	var got map[Date]Date
	if err := json.Unmarshal(text, &got); err != nil || got[Date{2026, 1, 3}] != want[Date{2026, 1, 3}] || !got[Date{2026, 1, 2}].IsZero() {
		t.Errorf("%v, %v", got, err)
	}
	if err := new(Date).UnmarshalText([]byte("tomorrow")); err == nil {
		t.Error("tomorrow was accepted")
	}
}

func TestDayNumbers(t *testing.T) {
	for d := dayOf(dawn); d < dayOf(dusk); d += 13 {
		date := d.date()
		noon := time.Date(date.Year, date.Month, date.Day, 12, 0, 0, 0, time.UTC)
		if date.day() != d || d.weekday() != noon.Weekday() || dayOf(at(noon)) != d {
			t.Fatalf("day %d is %v, a %v", d, date, d.weekday())
		}
	}
}

func TestWindow(t *testing.T) {
	for text, want := range map[string]Window{
		"07:00-18:00": {7 * 60, 18 * 60},
		"00:00-24:00": {0, 24 * 60},
		"22:00-06:00": {22 * 60, 6 * 60},
		"22:00-00:00": {22 * 60, 0},
	} {
		if got, err := ParseWindow(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}
