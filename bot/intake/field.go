package intake

// Field names a question of the intake and its answer.
type Field string

// The fields, in the order in which they are asked. Expected and Actual are
// one row of the table in SUPPORT.md; Deadline is part of Impact there;
// Details is asked of nobody and holds what was written besides.
const (
	Instance    Field = "instance"
	Type        Field = "type"
	Summary     Field = "summary"
	Severity    Field = "severity"
	Affected    Field = "affected"
	Workaround  Field = "workaround"
	Production  Field = "production"
	Since       Field = "since"
	Steps       Field = "steps"
	Expected    Field = "expected"
	Actual      Field = "actual"
	ErrorText   Field = "error"
	Where       Field = "where"
	Environment Field = "environment"
	Changes     Field = "changes"
	Impact      Field = "impact"
	Deadline    Field = "deadline"
	Call        Field = "call"
	Files       Field = "files"
	Access      Field = "access"
	Session     Field = "session"
	Details     Field = "details"
)

// Kind says how a field is filled in.
type Kind string

// The kinds of field; the values are those of bot.FieldKind.
const (
	Line   Kind = "line"
	Text   Kind = "text"
	Choice Kind = "choice"
	File   Kind = "file"
)

// Need says whether an answer is asked for.
type Need int

// The three needs: the table's –, A and M.
const (
	NotAsked Need = iota
	May
	Must
)

// spec is a row of the table of fields.
type spec struct {
	field   Field
	kind    Kind
	needs   [4]Need // severity 1, severity 2, severity 3 error, severity 3 question
	repro   bool    // serves to repeat an error, so a question or a request needs none
	late    bool    // of severity 1: asked after the case has its number
	max     int     // runes
	choices []string
}

// fields is the table of SUPPORT.md.
var fields = []spec{
	{field: Instance, kind: Choice, needs: [4]Need{Must, Must, Must, Must}},
	{field: Type, kind: Choice, needs: [4]Need{Must, Must, Must, Must}, choices: []string{TypeError, TypeRequest, TypeQuestion}},
	{field: Summary, kind: Line, needs: [4]Need{Must, Must, Must, Must}, max: SummaryMax},
	{field: Severity, kind: Choice, needs: [4]Need{Must, Must, Must, Must}, choices: []string{"1", "2", "3"}},
	{field: Affected, kind: Choice, needs: [4]Need{Must, Must, Must, May}, choices: []string{AffectedAll, AffectedMany, AffectedSome, AffectedOne}},
	{field: Workaround, kind: Choice, needs: [4]Need{Must, Must, Must, NotAsked}, choices: []string{WorkaroundNone, WorkaroundUnreasonable, WorkaroundReasonable}},
	{field: Production, kind: Choice, needs: [4]Need{Must, Must, May, NotAsked}, choices: []string{ProductionYes, ProductionBadRecords, ProductionNo}},
	{field: Since, kind: Line, needs: [4]Need{Must, Must, Must, NotAsked}, repro: true, max: 300},
	{field: Steps, kind: Text, needs: [4]Need{May, Must, Must, NotAsked}, repro: true, late: true, max: 4000},
	{field: Expected, kind: Text, needs: [4]Need{May, Must, Must, NotAsked}, repro: true, late: true, max: 2000},
	{field: Actual, kind: Text, needs: [4]Need{May, Must, Must, NotAsked}, repro: true, late: true, max: 4000},
	{field: ErrorText, kind: Text, needs: [4]Need{May, Must, May, NotAsked}, repro: true, late: true, max: 6000},
	{field: Where, kind: Line, needs: [4]Need{Must, Must, Must, May}, late: true, max: 1000},
	{field: Environment, kind: Line, needs: [4]Need{May, May, May, NotAsked}, repro: true, late: true, max: 1000},
	{field: Changes, kind: Text, needs: [4]Need{May, May, May, NotAsked}, repro: true, late: true, max: 2000},
	{field: Impact, kind: Text, needs: [4]Need{Must, Must, May, May}, late: true, max: 2000},
	{field: Deadline, kind: Line, late: true, max: 300}, // see State.Need
	{field: Call, kind: Line, needs: [4]Need{Must, May, NotAsked, NotAsked}, max: 300},
	{field: Files, kind: File, needs: [4]Need{May, May, May, May}, late: true, max: 2000},
	{field: Access, kind: Choice, needs: [4]Need{May, May, May, May}, late: true, choices: []string{Yes, No}},
	{field: Session, kind: Choice, needs: [4]Need{May, May, May, NotAsked}, repro: true, late: true, choices: []string{Yes, No}},
	{field: Details, kind: Text, late: true, max: DetailsMax},
}

// Fields lists all fields in the order in which they are asked.
func Fields() []Field {
	all := make([]Field, len(fields))
	for i, row := range fields {
		all[i] = row.field
	}
	return all
}

// choiceMax is how many runes may explain a choice.
const choiceMax = 1000

// Known reports whether there is such a field.
func (f Field) Known() bool { return f.row().field != "" }

// Choices lists the values that a choice may have; none for another kind and
// for Instance, whose values are in the Env.
func (f Field) Choices() []string { return f.row().choices }

func (f Field) row() spec {
	for i := range fields {
		if fields[i].field == f {
			row := fields[i]
			if row.max == 0 {
				row.max = choiceMax
			}
			return row
		}
	}
	return spec{}
}
