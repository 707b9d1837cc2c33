package config

import (
	"regexp"
	"slices"
	"strings"

	"casebot/policy"
)

var subscriberKey = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,9}$`)

// directory checks the subscribers, each alone and all together.
func (k *checker) directory(c *Config, d *Directory) {
	keys := map[string]int{}
	rooms := map[string]string{} // channel: who has it
	for _, ref := range c.staffRooms() {
		rooms[ref] = "the staff"
	}
	for i, s := range d.Subscribers {
		path := index("subscribers", i)
		if !subscriberKey.MatchString(s.Key) {
			k.mistake(path+".key", "%q cannot be a key: write 2 to 10 capital letters and digits, a letter first", s.Key)
		}
		if first, twice := keys[s.Key]; twice {
			k.mistake(path+".key", "%q is already the key of subscribers[%d]: give each subscriber a key of its own", s.Key, first)
		}
		keys[s.Key] = i
		k.subscriber(path, c, s)
		for j, ref := range s.Channels {
			at := index(path+".channels", j)
			k.channel(at, ref, c)
			if owner, taken := rooms[ref]; taken {
				k.mistake(at, "%s is already a channel of %s: give each subscriber channels of its own", ref, owner)
			}
			rooms[ref] = s.Key
		}
	}
}

// staffRooms lists the channels that no subscriber may see.
func (c *Config) staffRooms() []string {
	rooms := []string{c.Vendor.FallbackChannel, c.Triage.Channel}
	for _, level := range c.Escalation.Levels {
		rooms = append(rooms, level.Channel)
	}
	return slices.DeleteFunc(rooms, func(ref string) bool { return ref == "" })
}

func (k *checker) subscriber(path string, c *Config, s Subscriber) {
	if s.Location != "" && !countryForm.MatchString(s.Location) {
		k.mistake(path+".location", "%q is not a country: write its two capital letters, IT", s.Location)
	}
	k.language(path+".language", s.Language)
	k.timezone(path+".timezone", s.Timezone)
	k.oneOf(path+".calendar", "calendar", s.Calendar, c.calendarNames())
	k.oneOf(path+".standing", "standing", string(s.Standing), standingNames())
	if !s.ContractTo.IsZero() && s.ContractTo.Compare(s.ContractFrom) <= 0 {
		k.mistake(path+".contract_to", "the contract ends before it begins: correct one of the two dates")
	}
	k.entitlement(path, c, s)
	k.advisor(path+".named_advisor", c, s.NamedAdvisor)
	k.advisor(path+".deputy", c, s.Deputy)
	if s.Deputy != "" && s.Deputy == s.NamedAdvisor {
		k.mistake(path+".deputy", "%q is the named advisor: choose somebody else", s.Deputy)
	}
	k.contacts(path, c, s)
}

// entitlement checks the packages of a subscriber.
func (k *checker) entitlement(path string, c *Config, s Subscriber) {
	keys := map[string]int{}
	for i, instance := range s.Instances {
		at := index(path+".instances", i)
		k.key(at+".key", instance.Key)
		if first, twice := keys[instance.Key]; twice {
			k.mistake(at+".key", "%q is already the key of instances[%d]: give each instance a key of its own", instance.Key, first)
		}
		keys[instance.Key] = i
		if instance.Package == "" {
			k.mistake(at, "the instance has no package: write package: here or for the whole subscriber")
			continue
		}
		k.contracted(at+".package", c, s, instance.Package)
	}
	if s.Package == "" {
		k.mistake(path, "package is missing: add package: …")
		return
	}
	k.contracted(path+".package", c, s, s.Package)
	k.promises(path, c, s)
}

// contracted checks that a package exists and has a due date on the
// subscriber's calendar (SLA T10).
func (k *checker) contracted(path string, c *Config, s Subscriber, key string) {
	k.oneOf(path, "package", key, c.packageKeys())
	if region, special := c.Regions[s.Location]; special {
		key = region.Packages[key] // none: no target, so nothing to be due
	}
	k.due(path, c, key, s.Calendar)
}

// promises warns where a subscriber has what its package lacks, or the reverse.
func (k *checker) promises(path string, c *Config, s Subscriber) {
	for _, promise := range []struct {
		row   policy.Row
		key   string
		given bool
	}{
		{policy.RowNamedAdvisor, "named_advisor", s.NamedAdvisor != ""},
		{policy.RowDedicatedPhone, "phone", s.Phone != ""},
	} {
		switch included := c.includes(s, promise.row); {
		case included && !promise.given:
			k.warning(join(path, promise.key), "the package includes it, but none is given")
		case !included && promise.given && c.knows(s):
			k.warning(join(path, promise.key), "the package does not include it, so it is not shown")
		}
	}
}

// versions lists the versions of all packages that a subscriber has.
func (c *Config) versions(s Subscriber) []policy.Package {
	all := slices.Clone(c.Packages[s.Package])
	for _, instance := range s.Instances {
		all = append(all, c.Packages[instance.Package]...)
	}
	return all
}

func (c *Config) knows(s Subscriber) bool { return len(c.versions(s)) > 0 }

func (c *Config) includes(s Subscriber, row policy.Row) bool {
	return slices.ContainsFunc(c.versions(s), func(p policy.Package) bool { return p.Includes(row) })
}

// allotment is the most contacts that any version of the packages allots.
func (c *Config) allotment(s Subscriber) int {
	most := 0
	for _, p := range c.versions(s) {
		most = max(most, p.Contacts())
	}
	return most
}

func (k *checker) advisor(path string, c *Config, key string) {
	if key == "" {
		return
	}
	member, found := c.member(key)
	switch {
	case !found:
		k.mistake(path, "%s", unknown("member of the staff", key, c.staffKeys()))
	case !member.Has(policy.RoleNamedAdvisor):
		k.mistake(path, "%s is not a named advisor: add named_advisor to the roles of %s, or choose somebody else", key, key)
	}
}

func (k *checker) contacts(path string, c *Config, s Subscriber) {
	keys, people := map[string]int{}, map[string]int{}
	admins := 0
	for i, contact := range s.Contacts {
		at := index(path+".contacts", i)
		k.contact(at, contact)
		if first, twice := keys[contact.Key]; twice {
			k.mistake(at, "the key %q is already that of contacts[%d]: write another key", contact.Key, first)
		}
		keys[contact.Key] = i
		for _, platform := range platforms {
			ref := platform + ":" + contact.Refs[platform]
			if first, twice := people[ref]; twice && contact.Refs[platform] != "" {
				k.mistake(join(at, platform), "%q is already contacts[%d]: one id is one person", contact.Refs[platform], first)
			}
			people[ref] = i
		}
		if contact.Admin {
			admins++
		}
		k.seat(at, c, s, i)
	}
	if len(s.Contacts) > 0 && admins == 0 {
		k.warning(path+".contacts", "nobody is the subscriber admin, so only staff can change the contacts: write admin: true for one")
	}
}

// seat warns where a contact is one more than the package allots. It is no
// mistake: after a downgrade those who had a seat keep it for a while (SLA T45);
// whoever had none is refused when the file is applied (SLA T44).
func (k *checker) seat(path string, c *Config, s Subscriber, i int) {
	seats := policy.CountSeats(s.Contacts[:i+1], c.allotment(s))
	switch {
	case !s.Contacts[i].HoldsSeat() || !c.knows(s):
	case seats.Of == 0:
		k.mistake(path, "the package allots no contacts: write authorized_contacts: … in the package, or active: false here")
	case seats.Over() > 0:
		k.warning(path, "%s: whoever is new is not nominated, and after a downgrade the newest become inactive; take one away, or write active: false", seats)
	}
}

func (k *checker) contact(path string, c policy.Contact) {
	if strings.TrimSpace(c.Name) == "" {
		k.mistake(path+".name", "the name is empty: write the person's name")
	}
	if c.Key == "" || !keyForm.MatchString(strings.ToLower(c.Key)) {
		k.mistake(path+".key", "%q cannot be a key: write small letters, digits, - and _", c.Key)
	}
	k.refs(path, c.Refs)
	if len(c.Refs) == 0 {
		k.warning(path, "%s has no id on any platform and cannot open cases yet", c.Name)
	}
	if c.Email != "" && !strings.Contains(strings.Trim(c.Email, "@"), "@") {
		k.mistake(path+".email", "%q is not an e-mail address", c.Email)
	}
	k.language(path+".language", c.Language)
	k.timezone(path+".timezone", c.Timezone)
	if !c.TrainedUntil.IsZero() && c.TrainedUntil.Compare(c.Trained) < 0 {
		k.mistake(path+".trained_until", "the training ends before it began: correct one of the two dates")
	}
}
