package bot

import (
	"slices"
	"strings"
	"time"

	"casebot/policy"
)

// contactByRef finds a contact by a platform reference, "slack:U0GIULIA".
func (s *Subscriber) contactByRef(ref string) *policy.Contact {
	platform, id, _ := strings.Cut(ref, ":")
	for i := range s.Contacts {
		if s.Contacts[i].Refs[platform] == id && id != "" {
			return &s.Contacts[i]
		}
	}
	return nil
}

// packageKey is the package of the contract, or of one instance.
func (s *Subscriber) packageKey(instance string) string {
	for _, i := range s.Instances {
		if i.Key == instance {
			return i.Package
		}
	}
	return s.Package
}

// contact finds a contact by key.
func (s *Subscriber) contact(key string) *policy.Contact {
	for i := range s.Contacts {
		if s.Contacts[i].Key == key {
			return &s.Contacts[i]
		}
	}
	return nil
}

// authorized lists those who may submit at t (T43).
func (s *Subscriber) authorized(t time.Time) []policy.Contact {
	var out []policy.Contact
	for _, c := range s.Contacts {
		if ok, _ := c.Authorized(t); ok {
			out = append(out, c)
		}
	}
	return out
}

// refs lists a contact's references, the given platform's first.
func refs(c policy.Contact, first string) []string {
	var out []string
	for platform, id := range c.Refs {
		out = append(out, platform+":"+id)
	}
	slices.SortFunc(out, func(a, b string) int {
		af, bf := strings.HasPrefix(a, first+":"), strings.HasPrefix(b, first+":")
		switch {
		case af && !bf:
			return -1
		case bf && !af:
			return 1
		default:
			return strings.Compare(a, b)
		}
	})
	return out
}

// platformOf is the first part of a reference.
func platformOf(ref string) string {
	platform, _, _ := strings.Cut(ref, ":")
	return platform
}

// home is the room where cases begun on a platform have their threads: the
// room itself if it is the subscriber's, else its first channel on that
// platform, else the direct messages where it was begun (DESIGN §4).
func (s *Subscriber) home(begun string) string {
	if slices.Contains(s.Channels, begun) {
		return begun
	}
	for _, c := range s.Channels {
		if platformOf(c) == platformOf(begun) {
			return c
		}
	}
	return begun
}
