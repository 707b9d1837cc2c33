package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"casebot/policy"
)

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

func (k *checker) packages(c *Config) {
	for _, key := range slices.Sorted(maps.Keys(c.Packages)) {
		path := join("packages", key)
		k.key(path, key)
		for i, p := range c.Packages[key] {
			at := path
			if _, listed := k.places[index(path, i)]; listed {
				at = index(path, i)
			}
			k.hours(at, p, c)
			k.dependent(at, p)
		}
	}
}

// hours checks that phone support names a calendar that exists.
func (k *checker) hours(path string, p policy.Package, c *Config) {
	switch hours := p.PhoneHours(); hours {
	case "", policy.HoursAlways, policy.HoursBusiness:
	default:
		known := append(c.calendarNames(), policy.HoursAlways, policy.HoursBusiness, "none")
		k.oneOf(join(path, policy.RowPhone.Spec().Key()), "calendar", hours, known)
	}
}

// dependent warns of rows that mean nothing without another one.
func (k *checker) dependent(path string, p policy.Package) {
	for _, spec := range policy.Rows() {
		if spec.Needs != 0 && p.Includes(spec.Row) && !p.Includes(spec.Needs) {
			k.warning(join(path, spec.Key()), "this means nothing without %s: add that, or take this away", spec.Needs.Spec().Key())
		}
	}
}

func (k *checker) regions(c *Config) {
	for _, code := range slices.Sorted(maps.Keys(c.Regions)) {
		path, region := join("regions", code), c.Regions[code]
		if !countryForm.MatchString(code) {
			k.mistake(path, "%q is not a country: write its two capital letters, JP", code)
		}
		if region.Calendar != "" {
			k.oneOf(path+".calendar", "calendar", region.Calendar, c.calendarNames())
		}
		if region.PolicyURL != "" {
			k.webAddress(path+".policy_url", region.PolicyURL)
		}
		for _, from := range slices.Sorted(maps.Keys(region.Packages)) {
			at := join(path+".packages", from)
			k.oneOf(at, "package", from, c.packageKeys())
			k.oneOf(at, "package", region.Packages[from], c.packageKeys())
			k.due(at, c, region.Packages[from], region.Calendar)
		}
	}
}

func (k *checker) staff(c *Config) {
	keys := map[string]int{}
	people := map[string]int{}
	for i, s := range c.Staff {
		path := index("staff", i)
		k.key(path+".key", s.Key)
		if first, twice := keys[s.Key]; twice {
			k.mistake(path+".key", "%q is already the key of staff[%d]: give each person a key of their own", s.Key, first)
		}
		keys[s.Key] = i
		if len(s.Roles) == 0 {
			k.mistake(path+".roles", "there is no role: write at least one, such as agent")
		}
		for j, role := range s.Roles {
			k.oneOf(index(path+".roles", j), "role", string(role), roleNames())
		}
		k.refs(path, s.Refs)
		for _, platform := range platforms {
			ref := platform + ":" + s.Refs[platform]
			if first, twice := people[ref]; twice && s.Refs[platform] != "" {
				k.mistake(join(path, platform), "%q is already staff[%d]: one id is one person", s.Refs[platform], first)
			}
			people[ref] = i
		}
		if len(s.Refs) == 0 {
			k.warning(path, "%s has no id on any platform and cannot be reached", s.Name)
		}
		k.language(path+".language", s.Language)
		k.timezone(path+".timezone", s.Timezone)
	}
}

func (k *checker) escalation(c *Config) {
	e := c.Escalation
	for i, mark := range e.Warnings {
		at := index("escalation.warnings", i)
		switch {
		case mark < 1 || mark > 99:
			k.mistake(at, "%d is not a mark: write per cent of the target, 1 to 99", mark)
		case i > 0 && mark <= e.Warnings[i-1]:
			k.mistake(at, "%d does not rise: write each mark once, in rising order", mark)
		}
	}
	for _, s := range policy.Severities() {
		if e.Step.For(s) <= 0 {
			k.mistake("escalation.step.severity"+s.String(), "a step takes time: write a duration such as 30m")
		}
	}
	if len(e.Levels) == 0 {
		k.mistake("escalation.levels", "there is no level: write at least one, such as {role: team_lead}")
	}
	if len(c.Staff) == 0 {
		k.warning("staff", "nobody is on the staff, so nobody hears of a breach")
	}
	for i, level := range e.Levels {
		at := index("escalation.levels", i)
		k.oneOf(at+".role", "role", string(level.Role), roleNames())
		k.channel(at+".channel", level.Channel, c)
		k.group(at, level)
		manned := slices.ContainsFunc(c.Staff, func(s Staff) bool { return s.Has(level.Role) })
		if !manned && level.Role.Valid() && len(c.Staff) > 0 {
			k.warning(at+".role", "nobody on the staff is %s: a breach goes to the next level at once", level.Role)
		}
	}
}

// group checks the user group that a level calls in its channel.
func (k *checker) group(at string, level EscalationLevel) {
	platform, id, _ := strings.Cut(level.Group, ":")
	switch {
	case level.Group == "":
	case platform != "slack" || !groupID.MatchString(id):
		k.mistake(at+".group", "%q is not a user group: write it like slack:S0LEADS", level.Group)
	case !strings.HasPrefix(level.Channel, "slack:"):
		k.mistake(at+".group", "a group is called in a channel: write the level's channel, such as slack:C0ESC")
	}
}
