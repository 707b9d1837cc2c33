package slack

import (
	"context"
)

// GroupMembers are the people of a user group who may be staff: members of the
// workspace, no programs, nobody of another organisation. Of somebody who could
// not be looked up now only the id is known.
func (s *Slack) GroupMembers(ctx context.Context, group string) ([]User, error) {
	w, err := s.of(ctx, "")
	if err != nil {
		return nil, err
	}
	return w.groupMembers(ctx, group)
}

func (s *workspace) groupMembers(ctx context.Context, group string) ([]User, error) {
	var ids []string
	err := s.call(ctx, "usergroups.users.list", func() (err error) {
		ids, err = s.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	if err != nil {
		return nil, verdict("ask who is in the group "+group, err)
	}
	var members []User
	for _, id := range ids {
		switch u := s.user(ctx, id); u.Kind {
		case Member, Guest:
			members = append(members, u)
		case Unknown: // asked for again the next time
			s.log.WarnContext(ctx, "member of a user group not looked up", "group", group, "user", id)
			members = append(members, User{ID: id})
		case External, Stranger, Robot, Deactivated:
		}
	}
	return members, nil
}

// GroupsChanged yields whenever Slack says that a user group changed.
func (s *Slack) GroupsChanged() <-chan struct{} { return s.groups }
