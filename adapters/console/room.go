package console

import (
	"slices"
	"strings"
)

// A room is named within the console by its channel, "acme", or by "@" and the
// person whose direct messages with the bot it holds, "@giulia".

// roomRef is the room as the core knows it.
func roomRef(room string) string { return Name + ":" + room }

// roomOf is the opposite of roomRef.
func roomOf(ref string) (string, bool) { return strings.CutPrefix(ref, Name+":") }

func (c *Console) person(id string) (Person, bool) {
	i := slices.IndexFunc(c.cfg.People, func(p Person) bool { return p.ID == id })
	if i < 0 {
		return Person{}, false
	}
	return c.cfg.People[i], true
}

func (c *Console) channel(name string) (Channel, bool) {
	i := slices.IndexFunc(c.cfg.Channels, func(ch Channel) bool { return ch.Name == name })
	if i < 0 {
		return Channel{}, false
	}
	return c.cfg.Channels[i], true
}

// exists says whether there is such a room for anybody.
func (c *Console) exists(room string) bool {
	if id, direct := strings.CutPrefix(room, "@"); direct {
		_, ok := c.person(id)
		return ok
	}
	_, ok := c.channel(room)
	return ok
}

// sees says whether a person may read and write in a room.
func (c *Console) sees(viewer Person, room string) bool {
	if id, direct := strings.CutPrefix(room, "@"); direct {
		return id == viewer.ID
	}
	ch, ok := c.channel(room)
	return ok && ch.holds(viewer)
}

func (ch Channel) holds(p Person) bool {
	if len(ch.Members) > 0 {
		return slices.Contains(ch.Members, p.ID)
	}
	return p.Staff || ch.Kind != KindStaff
}

// place is a room as its reader's page shows it.
type place struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Topic  string   `json:"topic,omitempty"`
	Kind   string   `json:"kind"` // customer, staff or direct
	People []string `json:"people"`
}

// places lists the rooms of a viewer: the channels and the direct messages.
func (c *Console) places(viewer Person) []place {
	var list []place
	for _, ch := range c.cfg.Channels {
		if !ch.holds(viewer) {
			continue
		}
		p := place{ID: ch.Name, Name: ch.Name, Topic: ch.Topic, Kind: string(ch.Kind)}
		for _, somebody := range c.cfg.People {
			if ch.holds(somebody) {
				p.People = append(p.People, somebody.ID)
			}
		}
		list = append(list, p)
	}
	return append(list, place{ID: "@" + viewer.ID, Name: c.cfg.Bot, Kind: "direct", People: []string{viewer.ID}})
}
