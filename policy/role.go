package policy

import "slices"

// Role is what a member of the vendor's staff may be.
type Role string

// The roles of the staff.
const (
	RoleAgent          Role = "agent"
	RoleSeniorAdvisor  Role = "senior_advisor"
	RoleNamedAdvisor   Role = "named_advisor"
	RoleTeamLead       Role = "team_lead"
	RoleSupportManager Role = "support_manager"
	RoleDirector       Role = "director"
	RoleExecutive      Role = "executive"
	RoleFinance        Role = "finance"
	RoleAdmin          Role = "admin"
)

// Roles lists all roles of the staff.
func Roles() []Role {
	return []Role{
		RoleAgent, RoleSeniorAdvisor, RoleNamedAdvisor, RoleTeamLead, RoleSupportManager,
		RoleDirector, RoleExecutive, RoleFinance, RoleAdmin,
	}
}

// Valid reports whether r is a known role.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }
