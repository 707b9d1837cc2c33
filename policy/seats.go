package policy

import (
	"cmp"
	"fmt"
	"slices"
)

// DowngradeDays is how many business days a subscriber admin has to choose who
// stays, when a smaller package no longer seats everybody (SLA T45).
const DowngradeDays = 10

// Seats says how much of a package's allotment of contacts is used (SLA T44).
type Seats struct {
	Used, Of int
}

// CountSeats counts the seats that a subscriber's contacts hold.
func CountSeats(contacts []Contact, allotment int) Seats {
	seats := Seats{Of: allotment}
	for _, c := range contacts {
		if c.HoldsSeat() {
			seats.Used++
		}
	}
	return seats
}

// Free reports whether one more contact can be nominated.
func (s Seats) Free() bool { return s.Used < s.Of }

// Over is how many contacts are too many, zero if all have a seat.
func (s Seats) Over() int { return max(0, s.Used-s.Of) }

// String gives "2 of 3 used".
func (s Seats) String() string { return fmt.Sprintf("%d of %d used", s.Used, s.Of) }

// Unseated names, by index, the contacts whose nominations become inactive
// when the days of a downgrade are over: the newest ones, as many as are too
// many (SLA T45). Of those nominated at the same time the later in the list is the newer.
func Unseated(contacts []Contact, allotment int) []int {
	over := CountSeats(contacts, allotment).Over()
	var seated []int
	for i, c := range contacts {
		if c.HoldsSeat() {
			seated = append(seated, i)
		}
	}
	slices.SortStableFunc(seated, func(a, b int) int {
		return cmp.Or(contacts[b].NominatedAt.Compare(contacts[a].NominatedAt), cmp.Compare(b, a))
	})
	unseated := seated[:over]
	slices.Sort(unseated)
	return unseated
}

// Refused names, by index, the contacts that cannot be nominated because all
// seats are used: of those who hold a seat in contacts and held none before, as
// many as find none free, the later in the list first (SLA T44). Whoever held one
// keeps it, also where a smaller package seats fewer (SLA T45).
func Refused(before, contacts []Contact, allotment int) []int {
	held := map[string]bool{}
	for _, c := range before {
		held[c.Key] = c.HoldsSeat()
	}
	seats := Seats{Of: allotment}
	for _, c := range contacts {
		if c.HoldsSeat() && held[c.Key] {
			seats.Used++
		}
	}
	var refused []int
	for i, c := range contacts {
		switch {
		case !c.HoldsSeat() || held[c.Key]:
		case seats.Free():
			seats.Used++
		default:
			refused = append(refused, i)
		}
	}
	return refused
}
