package calendar_test

import (
	"fmt"
	"time"

	"casebot/policy/calendar"
)

func Example() {
	hq, err := calendar.New("hq", calendar.Spec{
		Timezone: "America/Denver",
		Hours:    map[string][]string{"mon-fri": {"07:00-18:00"}},
		Country:  "us",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Friday 16:30; on Sunday the clocks go forward.
	received := time.Date(2026, time.March, 6, 23, 30, 0, 0, time.UTC)
	due, _ := hq.Add(received, 8*time.Hour)
	fmt.Println(due.In(hq.Location(due)))
	fmt.Println(hq.Between(received, due))
	// Output:
	// 2026-03-09 13:30:00 -0600 MDT
	// 8h0m0s
}

func ExampleCalendar_Add_paused() {
	hq, _ := calendar.New("hq", calendar.Spec{
		Timezone: "America/Denver",
		Hours:    map[string][]string{"mon-fri": {"07:00-18:00"}},
	})
	from := time.Date(2026, time.June, 16, 14, 0, 0, 0, time.UTC) // Tuesday 08:00
	suspended := calendar.Span{From: from.Add(4 * time.Hour), To: from.Add(49 * time.Hour)}
	due, _ := hq.Add(from, 10*time.Hour, suspended)
	fmt.Println(due.In(hq.Location(due)))
	// Output: 2026-06-18 15:00:00 -0600 MDT
}
