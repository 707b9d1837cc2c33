package bot

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"casebot/bot/texts"
	"casebot/policy"
	"casebot/policy/calendar"
)

// seats says how much of its allotment a subscriber uses, and of which package;
// of several instances the most generous counts, since contacts speak for all.
// It is not ok where the package is unknown.
func (r *Rules) seats(s *Subscriber, t time.Time) (policy.Seats, policy.Package, bool) {
	most := r.packageOf(s, "", t)
	for _, i := range s.Instances {
		if p := r.packageOf(s, i.Key, t); p.Contacts() > most.Contacts() {
			most = p
		}
	}
	return policy.CountSeats(s.Contacts, most.Contacts()), most, most.Key != ""
}

// nextVersion is when another version of one of a subscriber's packages begins,
// zero for never.
func (r *Rules) nextVersion(s *Subscriber, now time.Time) (next time.Time) {
	keys := []string{s.Package}
	for _, i := range s.Instances {
		keys = append(keys, i.Package)
	}
	for _, key := range keys {
		for _, p := range r.Packages[cmp.Or(r.Regions[s.Location].Packages[key], key)] {
			if p.From.IsZero() {
				continue
			}
			at := dayBegins(p.From, r.calendarOf(s).Location(now))
			if at.After(now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// dayBegins is a date's midnight, or the hour after it where the clocks are put
// forward at midnight.
func dayBegins(d calendar.Date, loc *time.Location) time.Time {
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
	for calendar.DateOf(at).Compare(d) < 0 {
		at = at.Add(time.Hour)
	}
	return at.UTC()
}

// admit refuses the nominations of a directory file that find no free seat (T44).
func (t *turn) admit(before, s *Subscriber) {
	seats, p, ok := t.r.seats(s, t.now)
	refused := policy.Refused(before.Contacts, s.Contacts, seats.Of)
	if !ok || len(refused) == 0 {
		return
	}
	names := namesOf(s.Contacts, refused)
	for _, i := range slices.Backward(refused) {
		key := s.Contacts[i].Key
		if s.Contacts[i].Active = false; before.contact(key) == nil {
			s.Contacts = slices.Delete(s.Contacts, i, i+1)
		}
		s.unapply(key)
	}
	used := policy.CountSeats(s.Contacts, seats.Of).Used
	v := t.staffVoice()
	t.private(Message{Tone: ToneWarn, Text: v.Say("seats.refused", "subscriber", s.Key, "used", used, "of", seats.Of, "package", p.Name, "names", v.List(names))})
}

// unapply forgets that the directory file was followed in an active nomination:
// the file, applied again, asks for it again.
func (s *Subscriber) unapply(contact string) {
	var last DirectoryEntry
	if json.Unmarshal(s.Applied, &last) != nil {
		return
	}
	for i, c := range last.Contacts {
		switch {
		case c.Key != contact:
		case s.contact(contact) == nil:
			last.Contacts = slices.Delete(last.Contacts, i, i+1)
			s.Applied = asBody(last)
			return
		default:
			last.Contacts[i].Active = false
		}
	}
	s.Applied = asBody(last)
}

// fitSeats sees to a package that allots fewer contacts than there are: nobody is
// dropped, but the admins have ten business days until the newest nominations
// become inactive (T45).
func (t *turn) fitSeats(s *Subscriber) {
	if s.Removed {
		s.Seats = Seating{}
		return
	}
	s.Seats.Next = t.r.nextVersion(s, t.now)
	seats, p, ok := t.r.seats(s, t.now)
	over := s.Seats.OverSince
	switch by := t.seatsBy(s); {
	case !ok || seats.Over() == 0:
		s.Seats.OverSince, s.Seats.Of = time.Time{}, 0
		if !over.IsZero() {
			t.why("contacts fit again")
		}
	case over.IsZero() || seats.Of < s.Seats.Of:
		s.Seats.OverSince, s.Seats.Of = t.now, seats.Of
		t.tellOver(s, seats, p)
	case !by.IsZero() && !t.now.Before(by):
		t.unseat(s, seats, p)
	default:
		s.Seats.Of = seats.Of
	}
}

// seatsBy is when the days to choose who stays are over, zero where nobody has to
// or while the clocks stand still (T32).
func (t *turn) seatsBy(s *Subscriber) time.Time {
	if s.Seats.OverSince.IsZero() {
		return time.Time{}
	}
	k := t.r.clocks(s)
	by, ok := k.Business.AddDays(s.Seats.OverSince, policy.DowngradeDays, k.Pauses...)
	if !ok {
		return time.Time{}
	}
	return by
}

// tellOver tells the admins at once, and staff, whom the smaller package would
// leave without a seat.
func (t *turn) tellOver(s *Subscriber, seats policy.Seats, p policy.Package) {
	names := namesOf(s.Contacts, policy.Unseated(s.Contacts, seats.Of))
	by := t.seatsBy(s)
	when := func(v texts.Voice) string {
		if by.IsZero() {
			return v.Say("seats.days", "count", policy.DowngradeDays)
		}
		return v.Say("seats.until", "at", moment(v, by, t.r.zoneOf(s)))
	}
	args := func(v texts.Voice) []any {
		return []any{"subscriber", s.Name, "used", seats.Used, "of", seats.Of, "package", p.Name, "when", when(v), "names", v.List(names)}
	}
	told := t.toAdmins(s, func(v texts.Voice) string { return v.Say("seats.over", args(v)...) })
	t.toAdvisor(s, func(v texts.Voice) string {
		return v.Say("seats.over_staff", append(args(v), "told", listOr(v, told, "contacts.nobody"))...)
	})
	t.why("contacts over the allotment", "seats", seats.String())
}

// unseat makes the newest nominations inactive, as many as are too many.
func (t *turn) unseat(s *Subscriber, seats policy.Seats, p policy.Package) {
	over := policy.Unseated(s.Contacts, seats.Of)
	names := namesOf(s.Contacts, over)
	for _, i := range over {
		s.Contacts[i].Active = false
		s.unapply(s.Contacts[i].Key)
	}
	s.Seats.OverSince, s.Seats.Of = time.Time{}, 0
	say := func(v texts.Voice) string {
		return v.Say("seats.inactive", "subscriber", s.Name, "of", seats.Of, "package", p.Name, "names", v.List(names))
	}
	t.toAdmins(s, say)
	t.toAdvisor(s, say)
	t.why("nominations inactive", "seats", seats.String())
}

func namesOf(contacts []policy.Contact, which []int) []string {
	var out []string
	for _, i := range which {
		out = append(out, contacts[i].Name)
	}
	return out
}

// listOr is a list of names, or what stands for none.
func listOr(v texts.Voice, names []string, none string) string {
	if len(names) == 0 {
		return v.Say(none)
	}
	return v.List(names)
}
