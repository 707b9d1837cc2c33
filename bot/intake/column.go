package intake

import "casebot/policy"

// Column says which column of the table of fields holds.
type Column int

// The columns. Unknown holds until a severity was chosen.
const (
	ColumnUnknown Column = iota
	ColumnSeverity1
	ColumnSeverity2
	ColumnError    // severity 3, an error
	ColumnQuestion // severity 3, a question or a request
)

// Column gives the column that holds for the answers so far.
func (s State) Column() Column {
	severity, ok := s.Severity()
	switch {
	case !ok:
		return ColumnUnknown
	case severity == policy.Severity1:
		return ColumnSeverity1
	case severity == policy.Severity2:
		return ColumnSeverity2
	case s.kind() == TypeQuestion || s.kind() == TypeRequest:
		return ColumnQuestion
	default:
		return ColumnError
	}
}

// kind gives the type. Severity 1 is by definition an error, so whoever
// chose it is not asked; they may still say otherwise.
func (s State) kind() string {
	if kind := s.Answers.Choice(Type); kind != "" {
		return kind
	}
	if severity, ok := s.Severity(); ok && severity == policy.Severity1 {
		return TypeError
	}
	return ""
}

// Need says whether an answer is asked for. A question and a request have no
// error to be repeated; a request of severity 2 is one with a deadline.
func (s State) Need(f Field, env Env) Need {
	row, column, kind := f.row(), s.Column(), s.kind()
	switch {
	case row.field == "" || f == Details:
		return NotAsked
	case f == Instance && len(env.Instances) == 0:
		return NotAsked
	case f == Instance || f == Type || f == Summary || f == Severity:
		return Must
	case column == ColumnUnknown:
		return NotAsked
	case f == Deadline:
		if column == ColumnSeverity2 && kind == TypeRequest {
			return Must
		}
		return NotAsked
	case row.repro && (kind == TypeQuestion || kind == TypeRequest):
		return NotAsked
	default:
		return row.needs[column-1]
	}
}
