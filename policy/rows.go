package policy

// Row numbers a row of the support packages, 1 to 25, as the contract does.
type Row int

// The 25 rows of the support packages.
const (
	RowKnowledgeBase Row = 1 + iota
	RowCommunity
	RowInitial1
	RowInitial2
	RowInitial3
	RowFollowUp1
	RowFollowUp23
	RowContacts
	RowPhone
	RowELearning
	RowCertifications
	RowPublicCourses
	RowPrivateSessions
	RowSeniorAdvisor
	RowDirectAccess
	RowProactive
	RowNamedAdvisor
	RowServicesDays
	RowWeeklyUpdate
	RowWeeklyTickets
	RowWeeklyMetrics
	RowWeeklyGovernance
	RowDedicatedPhone
	RowBeta
	RowDevTickets

	rowCount = int(RowDevTickets)
)

// Kind says what can stand in the cells of a row.
type Kind string

// The kinds of cell.
const (
	KindYesNo    Kind = "yes/no"
	KindCount    Kind = "count"    // a number at any time
	KindYearly   Kind = "yearly"   // a number per contract year
	KindTarget   Kind = "target"   // none, a duration or business days, with a clock
	KindHours    Kind = "hours"    // none, 24x7, business, or the name of a calendar
	KindOptional Kind = "optional" // included, but off until the subscriber agrees
)

// Metric says which of the two responses a target row is about.
type Metric string

// The two metrics of the service level.
const (
	Initial  Metric = "initial"
	FollowUp Metric = "follow_up"
)

// RowSpec describes one row. Keys is where the configuration sets it.
type RowSpec struct {
	Row        Row
	Keys       []string
	Name       string
	Kind       Kind
	Metric     Metric     // of a target row
	Severities []Severity // of a target row
	Needs      Row        // a row without which this one means nothing
}

// Key is the key of the configuration that sets the row, its first if there
// are several.
func (s RowSpec) Key() string { return s.Keys[0] }

// rows is the one place that knows the 25 rows: validation, the display of a
// package and the JSON Schema read it.
var rows = [rowCount]RowSpec{
	{Row: RowKnowledgeBase, Keys: []string{"knowledge_base"}, Name: "Public knowledge base", Kind: KindYesNo},
	{Row: RowCommunity, Keys: []string{"community"}, Name: "Public community", Kind: KindYesNo},
	{Row: RowInitial1, Keys: []string{"severity1.initial"}, Name: "Initial response, severity 1", Kind: KindTarget, Metric: Initial, Severities: []Severity{Severity1}},
	{Row: RowInitial2, Keys: []string{"severity2.initial"}, Name: "Initial response, severity 2", Kind: KindTarget, Metric: Initial, Severities: []Severity{Severity2}},
	{Row: RowInitial3, Keys: []string{"severity3.initial"}, Name: "Initial response, severity 3", Kind: KindTarget, Metric: Initial, Severities: []Severity{Severity3}},
	{Row: RowFollowUp1, Keys: []string{"severity1.follow_up"}, Name: "Follow-up, severity 1", Kind: KindTarget, Metric: FollowUp, Severities: []Severity{Severity1}},
	{Row: RowFollowUp23, Keys: []string{"severity2.follow_up", "severity3.follow_up"}, Name: "Follow-up, severities 2 and 3", Kind: KindTarget, Metric: FollowUp, Severities: []Severity{Severity2, Severity3}},
	{Row: RowContacts, Keys: []string{"authorized_contacts"}, Name: "Authorized contacts", Kind: KindCount},
	{Row: RowPhone, Keys: []string{"phone"}, Name: "Phone support", Kind: KindHours},
	{Row: RowELearning, Keys: []string{"elearning"}, Name: "eLearning library", Kind: KindYesNo},
	{Row: RowCertifications, Keys: []string{"certifications"}, Name: "Certifications", Kind: KindYesNo},
	{Row: RowPublicCourses, Keys: []string{"public_courses"}, Name: "Public virtual courses", Kind: KindYesNo},
	{Row: RowPrivateSessions, Keys: []string{"private_sessions"}, Name: "Private virtual training sessions per contract year", Kind: KindYearly},
	{Row: RowSeniorAdvisor, Keys: []string{"senior_advisor"}, Name: "Cases handled by a senior advisor", Kind: KindYesNo},
	{Row: RowDirectAccess, Keys: []string{"direct_access"}, Name: "Direct instance access by the named advisor", Kind: KindOptional, Needs: RowNamedAdvisor},
	{Row: RowProactive, Keys: []string{"proactive"}, Name: "Proactive communication and planning", Kind: KindYesNo},
	{Row: RowNamedAdvisor, Keys: []string{"named_advisor"}, Name: "Named advisor", Kind: KindYesNo},
	{Row: RowServicesDays, Keys: []string{"services_days"}, Name: "Services days per contract year", Kind: KindYearly},
	{Row: RowWeeklyUpdate, Keys: []string{"weekly_update"}, Name: "Weekly updates", Kind: KindYesNo},
	{Row: RowWeeklyTickets, Keys: []string{"weekly_tickets"}, Name: "Active tickets in the weekly update", Kind: KindYesNo, Needs: RowWeeklyUpdate},
	{Row: RowWeeklyMetrics, Keys: []string{"weekly_metrics"}, Name: "Utilization metrics in the weekly update", Kind: KindYesNo, Needs: RowWeeklyUpdate},
	{Row: RowWeeklyGovernance, Keys: []string{"weekly_governance"}, Name: "Governance strategy in the weekly update", Kind: KindYesNo, Needs: RowWeeklyUpdate},
	{Row: RowDedicatedPhone, Keys: []string{"dedicated_phone"}, Name: "Dedicated phone line", Kind: KindYesNo},
	{Row: RowBeta, Keys: []string{"beta"}, Name: "Beta access and consultative services", Kind: KindYesNo},
	{Row: RowDevTickets, Keys: []string{"dev_tickets"}, Name: "Prioritized development tickets", Kind: KindYesNo},
}

// Rows lists the 25 rows in the order of the contract.
func Rows() []RowSpec { return rows[:] }

// Spec describes the row; it panics on a number that is none.
func (r Row) Spec() RowSpec { return rows[r-1] }
