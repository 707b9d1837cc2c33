package bot

import (
	"time"

	"casebot/policy"
	"casebot/policy/calendar"
)

// lateAfter is how late a weekly update may be before it says so.
const lateAfter = 15 * time.Minute

// scheduleWeekly sets when the next update is due: the schedule in the
// subscriber's zone; a holiday of its calendar moves it to the next business day.
func (t *turn) scheduleWeekly(s *Subscriber) {
	s.Week.Next = time.Time{}
	p := t.r.packageOf(s, "", t.now)
	if t.r.Weekly == nil || s.Removed || !p.Includes(policy.RowWeeklyUpdate) {
		return
	}
	s.Week.Next = t.r.nextWeekly(s, t.now)
}

func (r *Rules) nextWeekly(s *Subscriber, now time.Time) time.Time {
	zone, cal := r.zoneOf(s), r.calendarOf(s)
	next := r.Weekly.Next(now.In(zone))
	// A schedule that was moved by a holiday is still ahead on the days after it.
	for back := 1; back <= 10; back++ {
		earlier := r.Weekly.Next(now.AddDate(0, 0, -back).In(zone))
		if earlier.Before(next) {
			if moved := afterHoliday(earlier, cal); moved.After(now) {
				next = earlier
			}
			break
		}
	}
	if next.IsZero() {
		return next
	}
	return afterHoliday(next, cal).UTC()
}

// afterHoliday moves a moment on a holiday to the same local time of the next
// business day.
func afterHoliday(at time.Time, cal *calendar.Calendar) time.Time {
	if _, holiday := cal.Holiday(calendar.DateOf(at)); !holiday {
		return at
	}
	for day := 1; day <= 31; day++ {
		next := at.AddDate(0, 0, day)
		from := time.Date(next.Year(), next.Month(), next.Day(), 0, 0, 0, 0, next.Location())
		if cal.Between(from, from.AddDate(0, 0, 1)) > 0 {
			return next
		}
	}
	return at
}

// weekBefore is the first day of the last whole week, Monday to Sunday, in the
// subscriber's zone.
func weekBefore(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	monday := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone).AddDate(0, 0, -(int(local.Weekday())+6)%7)
	return monday.AddDate(0, 0, -7)
}

// weeklyAlarm asks for the update of the week that ended, once.
func (t *turn) weeklyAlarm(s *Subscriber) {
	if s.Week.Next.IsZero() || t.now.Before(s.Week.Next) {
		return
	}
	due := s.Week.Next
	period := weekBefore(due, t.r.zoneOf(s))
	if t.now.Sub(due) >= 7*24*time.Hour { // several were missed: only the latest is worth sending
		period = weekBefore(t.now, t.r.zoneOf(s))
	}
	name := period.Format(time.DateOnly)
	t.scheduleWeekly(s)
	switch {
	case s.Week.Last >= name:
	case s.Standing.Effects().Paused:
		s.Week.Last, s.Week.Held = name, true
		t.why("weekly update held", "week", name)
	default:
		args := map[string]string{"period": name}
		if t.now.Sub(due) > lateAfter {
			args["late"] = due.UTC().Format(time.RFC3339)
		}
		if s.Week.Held {
			args["held"] = "yes"
		}
		s.Week.Last, s.Week.Held = name, false
		t.send(Delivery{Record: SubscriberKey(s.Key), Query: &Query{Name: topicWeekly, Args: args}})
		t.why("weekly update due", "week", name)
	}
}

// weeklyReady posts the rendered update to the subscriber's first channel, and
// to its advisor as well.
func (t *turn) weeklyReady(s *Subscriber) {
	if t.e.Message == nil || t.e.Topic != topicWeekly {
		return
	}
	period := t.e.Values["period"]
	if room := first(s.Channels, ""); room != "" {
		t.send(Delivery{Record: SubscriberKey(s.Key), Room: room, Slot: "weekly:" + period, Report: true, Message: *t.e.Message})
	}
	t.why("weekly update sent", "week", period)
}
