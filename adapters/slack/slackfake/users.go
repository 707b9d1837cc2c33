package slackfake

import (
	"slices"
	"strings"
)

// userJSON is somebody as the bot of an install sees them.
func (s *Server) userJSON(u *User, app *install) obj {
	profile := obj{
		"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.DisplayName, "display_name_normalized": u.DisplayName,
		"image_72": "https://avatars.example/" + u.ID + ".png", "image_192": "https://avatars.example/" + u.ID + ".png", "team": u.Team,
	}
	if u.Email != "" && app.scope("users:read.email") == nil {
		profile["email"] = u.Email
	}
	o := obj{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted, "is_bot": u.Bot, "is_app_user": false,
		"is_restricted": u.Guest || u.SingleChannelGuest, "is_ultra_restricted": u.SingleChannelGuest, "tz": u.TZ, "profile": profile, "updated": 1607307935,
	}
	if u.Enterprise != "" {
		o["enterprise_user"] = obj{"id": u.ID, "enterprise_id": u.Enterprise, "enterprise_name": u.Enterprise}
	}
	if u.Team != app.Team {
		o["is_stranger"] = u.Stranger
	}
	return o
}

func (c *call) userInfo() (obj, error) {
	u := c.s.users[c.text("user")]
	if u == nil {
		return nil, no("user_not_found")
	}
	o := c.s.userJSON(u, c.app)
	if u.Team == c.app.Team && c.flag("include_locale") { // never of other organisations' people
		o["locale"] = u.Locale
	}
	return obj{"user": o}, nil
}

// userList lists the workspace's own people.
func (c *call) userList() (obj, error) {
	var all []*User
	for _, u := range c.s.users {
		if u.Team == c.app.Team {
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(a, b *User) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := slice(c, all, 1000)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, u := range page {
		out = append(out, c.s.userJSON(u, c.app))
	}
	return obj{"members": out, "cache_ts": c.s.cfg.Now().Unix(), "response_metadata": obj{"next_cursor": next}}, nil
}

func (c *call) botInfo() (obj, error) {
	for _, app := range c.s.apps {
		if id := c.text("bot"); app.BotID == id || id == "" && app == c.app {
			return obj{"bot": obj{"id": app.BotID, "deleted": app.gone, "name": c.s.users[app.BotUser].Name, "updated": 1607307935, "app_id": c.s.cfg.AppID, "user_id": app.BotUser, "icons": obj{}}}, nil
		}
	}
	return nil, no("bot_not_found")
}

func (c *call) groupUsers() (obj, error) {
	g := c.s.groups[c.text("usergroup")]
	if g == nil {
		return nil, no("no_such_subteam")
	}
	return obj{"users": slices.Clone(g.members)}, nil
}

func (c *call) groupList() (obj, error) {
	all := []any{}
	for id, g := range c.s.groups {
		o := c.s.groupJSON(id, g, c.app)
		if !c.flag("include_users") {
			delete(o, "users")
		}
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b any) int { return strings.Compare(a.(obj)["id"].(string), b.(obj)["id"].(string)) })
	return obj{"usergroups": all}, nil
}

func (s *Server) groupJSON(id string, g *group, app *install) obj {
	return obj{
		"id": id, "team_id": app.Team, "is_usergroup": true, "name": g.handle, "handle": g.handle, "is_external": false, "date_create": 1607307935,
		"date_update": 1607307935, "date_delete": 0, "user_count": len(g.members), "users": slices.Clone(g.members),
	}
}

// ChangeGroup changes who is in a user group, and tells of it.
func (s *Server) ChangeGroup(id string, members ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[id]
	var added, removed []string
	for _, m := range members {
		if !slices.Contains(g.members, m) {
			added = append(added, m)
		}
	}
	for _, m := range g.members {
		if !slices.Contains(members, m) {
			removed = append(removed, m)
		}
	}
	g.members = slices.Clone(members)
	s.event(nil, s.apps[0], obj{"type": "subteam_updated", "subteam": s.groupJSON(id, g, s.apps[0]), "event_ts": s.ts()})
	s.event(nil, s.apps[0], obj{
		"type": "subteam_members_changed", "subteam_id": id, "team_id": s.cfg.Team, "added_users": added, "added_users_count": len(added),
		"removed_users": removed, "removed_users_count": len(removed), "event_ts": s.ts(),
	})
}

// ChangeUser changes somebody, and tells of it.
func (s *Server) ChangeUser(id string, change func(*User)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := *s.users[id]
	change(&u)
	s.users[id] = &u
	s.event(nil, s.apps[0], obj{"type": "user_change", "user": s.userJSON(&u, s.apps[0]), "cache_ts": s.cfg.Now().Unix(), "event_ts": s.ts()})
}
