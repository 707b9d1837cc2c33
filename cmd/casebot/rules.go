package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/robfig/cron/v3"

	"casebot/adapters/slack"
	"casebot/bot"
	"casebot/bot/texts"
	"casebot/config"
	"casebot/policy"
	"casebot/policy/sla"
)

// defaultCalendar is the calendar of subscribers and regions that name none.
const defaultCalendar = "hq"

// rulesOf compiles the configuration into what decisions know.
func rulesOf(c *config.Config, catalogue *texts.Catalogue) (*bot.Rules, error) {
	weekly, err := cron.ParseStandard(c.WeeklyUpdate.Schedule)
	if err != nil {
		return nil, fmt.Errorf("parse weekly schedule: %w", err)
	}
	r := &bot.Rules{
		Vendor: c.Vendor.Name, Language: c.Vendor.Language, KnowledgeBase: c.Vendor.KnowledgeBase.URL,
		Community: c.Vendor.Community.URL, Fallback: c.Vendor.FallbackChannel, Triage: c.Triage.Channel, Bot: "casebot",
		Calendars: c.Calendars, CalendarHashes: map[string]string{}, Default: defaultCalendar, Packages: c.Packages, Regions: c.Regions,
		Marks: c.Escalation.Warnings, Weekly: weekly, Keep: c.Retention.ClosedCases, Texts: catalogue,
		Floors: sla.Floors{c.Escalation.Floor.Severity1, c.Escalation.Floor.Severity2},
	}
	if c.Slack.Used() {
		r.Doors = append(r.Doors, slack.Name)
		r.Typing = map[string]bot.Typing{slack.Name: {Case: c.Slack.Command, Support: c.Slack.SupportCommand}}
	}
	if r.Triage == "" {
		return nil, errors.New("triage.channel is missing: name the room where staff see new cases, such as slack:C0TRIAGE")
	}
	if r.Fallback == "" {
		r.Fallback = r.Triage
	}
	for i, s := range policy.Severities() {
		r.Steps[i] = c.Escalation.Step.For(s)
	}
	for _, l := range c.Escalation.Levels {
		r.Levels = append(r.Levels, bot.Level{Role: l.Role, Room: l.Channel, Group: l.Group})
	}
	for _, s := range c.Staff {
		person := bot.Staff{Key: s.Key, Name: s.Name, Roles: s.Roles, Language: s.Language, Timezone: s.Timezone}
		for _, platform := range []string{"slack", "discord", "console"} {
			if id := s.Refs[platform]; id != "" {
				person.Refs = append(person.Refs, platform+":"+id)
			}
		}
		r.Staff = append(r.Staff, person)
	}
	for name, versions := range c.CalendarVersions {
		if r.CalendarHashes[name], err = hash(versions); err != nil {
			return nil, err
		}
	}
	r.Hash, err = hash([]any{c.Packages, c.CalendarVersions, c.Escalation, c.WeeklyUpdate, c.Regions})
	return r, err
}

// hash is a short name of a value's content.
func hash(v any) (string, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("hash %T: %w", v, err)
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:6]), nil
}

// entryOf is a subscriber of the directory file as the core takes it.
func entryOf(s config.Subscriber) bot.DirectoryEntry {
	e := bot.DirectoryEntry{
		Key: s.Key, Name: s.Name, Package: s.Package, Location: s.Location, Language: s.Language, Timezone: s.Timezone,
		Calendar: s.Calendar, Channels: s.Channels, Advisor: s.NamedAdvisor, Contacts: s.Contacts,
	}
	for _, i := range s.Instances {
		instance := bot.Instance{Key: i.Key, Name: i.Name, Package: i.Package}
		if instance.Package == "" {
			instance.Package = s.Package
		}
		e.Instances = append(e.Instances, instance)
	}
	return e
}
