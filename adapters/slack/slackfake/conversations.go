package slackfake

import (
	"slices"
	"strings"
)

func (c *call) info() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	o := c.describe(ch)
	if len(ch.Teams) > 0 {
		o["connected_team_ids"] = ch.Teams
	}
	return obj{"channel": o}, nil
}

func (c *call) describe(ch *Channel) obj {
	if ch.direct != "" {
		return obj{
			"id": ch.ID, "created": 1607307935, "is_im": true, "is_org_shared": false, "user": ch.direct, "is_user_deleted": false, "is_archived": false,
			"is_private": true, "is_ext_shared": ch.Shared, "is_open": true, "context_team_id": c.app.Team,
		}
	}
	return obj{
		"id": ch.ID, "name": ch.Name, "name_normalized": ch.Name, "is_channel": !ch.Private, "is_group": ch.Private, "is_im": false, "is_mpim": false,
		"is_private": ch.Private, "is_archived": ch.Archived, "is_ext_shared": ch.Shared, "is_shared": ch.Shared, "is_org_shared": false,
		"is_pending_ext_shared": false, "is_member": ch.has(c.app.BotUser), "num_members": len(ch.Members), "context_team_id": c.app.Team,
		"creator": "U0ADMIN", "created": 1607307935, "topic": obj{"value": ""}, "purpose": obj{"value": ""},
	}
}

// listAll lists what the bot may know of: public channels, and what it is in.
func (c *call) listAll() (obj, error) {
	return c.listed(func(ch *Channel) bool { return !ch.Private && ch.direct == "" || ch.has(c.app.BotUser) })
}

// listOwn lists what somebody is in and the bot knows of; the bot unless said.
func (c *call) listOwn() (obj, error) {
	user := c.text("user")
	if user == "" {
		user = c.app.BotUser
	}
	return c.listed(func(ch *Channel) bool {
		return ch.has(user) && (!ch.Private && ch.direct == "" || ch.has(c.app.BotUser))
	})
}

func (c *call) listed(is func(*Channel) bool) (obj, error) {
	types := c.text("types")
	if types == "" {
		types = "public_channel"
	}
	var all []*Channel
	for _, ch := range c.s.channels {
		kind := map[string]string{"im": "im", "group": "private_channel", "channel": "public_channel"}[ch.kind()]
		if is(ch) && slices.Contains(strings.Split(types, ","), kind) && (!ch.Archived || !c.flag("exclude_archived")) {
			all = append(all, ch)
		}
	}
	slices.SortFunc(all, func(a, b *Channel) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := slice(c, all, 1000)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, ch := range page {
		out = append(out, c.describe(ch))
	}
	return obj{"channels": out, "response_metadata": obj{"next_cursor": next}}, nil
}

func (c *call) members() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	page, next, err := slice(c, slices.Clone(ch.Members), 1000)
	if err != nil {
		return nil, err
	}
	return obj{"members": page, "response_metadata": obj{"next_cursor": next}}, nil
}

func (c *call) open() (obj, error) {
	if id := c.text("channel"); id != "" {
		ch, err := c.channel(true)
		if err != nil {
			return nil, err
		}
		return obj{"no_op": true, "already_open": true, "channel": obj{"id": ch.ID}}, nil
	}
	user := c.text("users")
	u := c.s.users[user]
	switch {
	case strings.Contains(user, ","):
		return nil, no("method_not_supported_for_channel_type") // the fake has no group conversations
	case u == nil:
		return nil, no("user_not_found")
	case u.Deleted:
		return nil, no("user_disabled")
	case u.Bot:
		return nil, no("cannot_dm_bot")
	case u.Stranger, c.s.strange(u, c.app):
		return nil, no("user_not_visible")
	}
	ch := c.s.directOf(user, c.app.BotUser)
	if c.flag("return_im") {
		return obj{"channel": c.describe(ch)}, nil
	}
	return obj{"channel": obj{"id": ch.ID}}, nil
}

// join lets the bot come into a public channel by itself.
func (c *call) join() (obj, error) {
	ch := c.s.channels[c.text("channel")]
	switch {
	case ch == nil, ch.Private:
		return nil, no("channel_not_found")
	case ch.direct != "":
		return nil, no("method_not_supported_for_channel_type")
	case ch.Archived:
		return nil, no("is_archived")
	}
	c.s.comes(ch, c.app.BotUser, "")
	return obj{"channel": c.describe(ch)}, nil
}
