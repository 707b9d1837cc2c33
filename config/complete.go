package config

import "casebot/policy"

// complete fills in what the directory leaves to its defaults.
func (d *Directory) complete(c *Config) {
	for i := range d.Subscribers {
		d.Subscribers[i].complete(c)
	}
}

func (s *Subscriber) complete(c *Config) {
	if s.Name == "" {
		s.Name = s.Key
	}
	if s.Language == "" {
		s.Language = c.Vendor.Language
	}
	if s.Calendar == "" {
		s.Calendar = c.Regions[s.Location].Calendar
	}
	if s.Calendar == "" {
		s.Calendar = DefaultCalendar
	}
	if s.Standing == "" {
		s.Standing = policy.Good
	}
	if versions := c.CalendarVersions[s.Calendar]; s.Timezone == "" && len(versions) > 0 {
		s.Timezone = versions[len(versions)-1].Timezone
	}
	for i := range s.Instances {
		instance := &s.Instances[i]
		if instance.Name == "" {
			instance.Name = instance.Key
		}
		if instance.Package == "" {
			instance.Package = s.Package
		}
	}
	if s.Package == "" && len(s.Instances) > 0 {
		s.Package = s.Instances[0].Package
	}
}

// DefaultCalendar is the calendar of a subscriber that names none and whose
// location has no region.
const DefaultCalendar = "hq"
