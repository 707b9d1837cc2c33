package main

import (
	"fmt"
	"strings"
	"time"

	"casebot/adapters/console"
	"casebot/bot"
	"casebot/bot/texts"
	"casebot/config"
	"casebot/policy"
)

// playground is what the console shows beside what the configuration says.
type playground struct {
	strangers map[string][]console.Person // by subscriber: people whom nobody nominated
	hint      []console.Step
	voice     texts.Voice
	clock     func() time.Time // what the injected clock starts from; nil: real time
}

// config is the console's view of the configuration: who there is to be, which
// channels there are, and the commands.
func (p playground) config(cfg *config.Config) console.Config {
	c := console.Config{Hint: p.hint}
	staff := map[string]bool{}
	for _, s := range cfg.Staff {
		if id := s.Refs[console.Name]; id != "" {
			c.People = append(c.People, console.Person{ID: id, Name: s.Name, Role: p.roles(s.Roles), Group: cfg.Vendor.Name, Staff: true})
			staff[id] = true
		}
	}
	add := func(ref, topic string, kind console.ChannelKind, members []string) {
		name, ok := strings.CutPrefix(ref, console.Name+":")
		if !ok {
			return
		}
		for _, have := range c.Channels {
			if have.Name == name {
				return
			}
		}
		c.Channels = append(c.Channels, console.Channel{Name: name, Topic: topic, Kind: kind, Members: members})
	}
	if cfg.Directory != nil {
		for _, s := range cfg.Directory.Subscribers {
			p.subscriber(cfg, s, &c, staff, add)
		}
	}
	add(cfg.Triage.Channel, p.voice.Say("playground.triage"), console.KindStaff, nil)
	for _, l := range cfg.Escalation.Levels {
		add(l.Channel, p.voice.Say("playground.escalations"), console.KindStaff, nil)
	}
	add(cfg.Vendor.FallbackChannel, p.voice.Say("playground.ops"), console.KindStaff, nil)
	c.Commands = commands(p.voice)
	return c
}

// subscriber adds a subscriber's people and channels.
func (p playground) subscriber(cfg *config.Config, s config.Subscriber, c *console.Config, staff map[string]bool, add func(string, string, console.ChannelKind, []string)) {
	var members []string
	for id := range staff {
		members = append(members, id)
	}
	for _, contact := range s.Contacts {
		id := contact.Refs[console.Name]
		if id == "" {
			continue
		}
		role := p.voice.Say("playground.contact")
		switch {
		case contact.Trained.IsZero():
			role = p.voice.Say("playground.untrained")
		case contact.Admin:
			role = p.voice.Say("playground.admin")
		}
		c.People = append(c.People, console.Person{ID: id, Name: contact.Name, Role: role, Group: s.Name})
		members = append(members, id)
	}
	for _, stranger := range p.strangers[s.Key] {
		stranger.Group = s.Name
		c.People = append(c.People, stranger)
		members = append(members, stranger.ID)
	}
	pack, _ := cfg.Packages.At(s.Package, fixedDay)
	for _, channel := range s.Channels {
		add(channel, p.voice.Say("playground.channel", "subscriber", s.Name, "vendor", cfg.Vendor.Name, "package", pack.Name), console.KindCustomer, members)
	}
}

func (p playground) roles(roles []policy.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, p.voice.Say("role."+string(r)))
	}
	return strings.Join(out, ", ")
}

// commands is the completion, from the core's table.
func commands(v texts.Voice) []console.Command {
	var out []console.Command
	for _, s := range bot.Commands {
		if !s.Hidden {
			usage := strings.TrimPrefix(s.Usage(), fmt.Sprintf("/%s %s", s.Group, s.Name))
			out = append(out, console.Command{Group: s.Group, Name: s.Name, Usage: strings.TrimSpace(usage), Help: v.Say("command." + s.Name)})
		}
	}
	return out
}
