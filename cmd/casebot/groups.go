package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"casebot/adapters/slack"
	"casebot/bot"
	"casebot/config"
)

// groupsEvery is how often user groups are asked for who is in them, beside
// when Slack says that one changed.
const groupsEvery = 5 * time.Minute

// keepGroups keeps the staff whom user groups name up to date until ctx ends.
func (a *app) keepGroups(ctx context.Context) error {
	tick := time.NewTicker(groupsEvery)
	defer tick.Stop()
	for {
		a.readGroups(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-a.slack.GroupsChanged():
		case <-a.regroup: // the configuration names others now
		}
	}
}

// readGroups asks who is in the groups that the configuration in force names. A
// group that cannot be read stays as it was, and so does a member who cannot be
// looked up.
func (a *app) readGroups(ctx context.Context) {
	var before []bot.Staff
	if known := a.grouped.Load(); known != nil {
		before = *known
	}
	var staff []bot.Staff
	for _, g := range a.current.Load().Slack.StaffGroups {
		members, err := a.slack.GroupMembers(ctx, g.Group)
		if err != nil {
			a.log.WarnContext(ctx, "user group not read, its members stay as they were", "group", g.Group, "err", err)
			return
		}
		for _, m := range members {
			s := bot.Staff{Key: strings.ToLower(m.ID), Name: m.Name, Roles: g.Roles, Refs: []string{slack.Name + ":" + m.ID}}
			if m.Kind == slack.Unknown {
				i := slices.IndexFunc(before, func(b bot.Staff) bool { return b.Key == s.Key })
				if i < 0 {
					continue
				}
				s.Name = before[i].Name
			}
			staff = mergeStaff(staff, s)
		}
	}
	if slices.EqualFunc(before, staff, sameStaff) {
		return
	}
	a.enforcing.Lock()
	defer a.enforcing.Unlock()
	rules, err := rulesOf(a.current.Load(), a.rules.Load().Texts) // as it was published when it came into force
	if err != nil {
		a.log.ErrorContext(ctx, "staff of user groups not in force", "err", err)
		return
	}
	a.grouped.Store(&staff)
	a.rules.Store(a.withGroups(rules))
	a.log.InfoContext(ctx, "user groups read", "staff", len(staff))
}

func sameStaff(a, b bot.Staff) bool {
	return a.Key == b.Key && a.Name == b.Name && slices.Equal(a.Roles, b.Roles) && slices.Equal(a.Refs, b.Refs)
}

// mergeStaff adds somebody to a list. Whoever is in it already has the roles of
// both.
func mergeStaff(list []bot.Staff, s bot.Staff) []bot.Staff {
	i := slices.IndexFunc(list, func(x bot.Staff) bool {
		return slices.ContainsFunc(x.Refs, func(ref string) bool { return slices.Contains(s.Refs, ref) })
	})
	if i < 0 {
		return append(list, s)
	}
	list[i].Roles = slices.Clone(list[i].Roles)
	for _, role := range s.Roles {
		if !slices.Contains(list[i].Roles, role) {
			list[i].Roles = append(list[i].Roles, role)
		}
	}
	return list
}

// enforce puts a configuration in force, with the staff of user groups.
func (a *app) enforce(ctx context.Context, cfg *config.Config) error {
	a.enforcing.Lock()
	defer a.enforcing.Unlock()
	rules, err := putInForce(ctx, a.store.Shelf(), cfg, a.rules.Load().Texts, a.engine.Now())
	if err != nil {
		return err
	}
	a.rules.Store(a.withGroups(rules))
	a.current.Store(cfg)
	select {
	case a.regroup <- struct{}{}:
	default: // they will be read anyway
	}
	return nil
}

// withGroups gives rules the staff of user groups.
func (a *app) withGroups(rules *bot.Rules) *bot.Rules {
	if grouped := a.grouped.Load(); grouped != nil {
		for _, s := range *grouped {
			rules.Staff = mergeStaff(rules.Staff, s)
		}
	}
	return rules
}
