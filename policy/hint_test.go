package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// worst is what severity 1 is about.
var worst = Answers{
	Type: TypeError, Affected: AffectsAll, Workaround: WorkaroundNone, Production: Yes, DataWrong: No, Persistent: Yes,
}

func answers(change func(a *Answers)) Answers {
	a := worst
	change(&a)
	return a
}

func TestSuggest(t *testing.T) {
	for _, row := range []struct {
		name string
		a    Answers
		want Severity
	}{
		{"all users, production, no workaround", worst, Severity1},
		{"all users, production, data wrong", answers(func(a *Answers) { a.DataWrong = Yes; a.Workaround = WorkaroundUnreasonable }), Severity1},
		{"all users, no production", answers(func(a *Answers) { a.Production = No }), Severity2},
		{"all users, unreasonable workaround", answers(func(a *Answers) { a.Workaround = WorkaroundUnreasonable }), Severity2},
		{"many users", answers(func(a *Answers) { a.Affected = AffectsMany }), Severity2},
		{"many users, over by now", answers(func(a *Answers) { a.Affected = AffectsMany; a.Persistent = No }), Severity3},
		{"many users, reasonable workaround", answers(func(a *Answers) { a.Affected = AffectsMany; a.Workaround = WorkaroundReasonable }), Severity3},
		{"some users", answers(func(a *Answers) { a.Affected = AffectsSome }), Severity3},
		{"one user", answers(func(a *Answers) { a.Affected = AffectsOne }), Severity3},
		{"dated request", Answers{Type: TypeRequest, Deadline: Yes}, Severity2},
		{"routine request", Answers{Type: TypeRequest, Deadline: No}, Severity3},
		{"question", Answers{Type: TypeQuestion}, Severity3},
		{"nothing known", Answers{}, 0},
		{"request without a word on dates", Answers{Type: TypeRequest}, 0},
		{"many users, workaround not known", Answers{Type: TypeError, Affected: AffectsMany}, 0},
		{"many users, not known whether it goes on", answers(func(a *Answers) { a.Affected = AffectsMany; a.Persistent = "" }), 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Suggest(row.a); got.Severity != row.want || (got.Because == nil) != (row.want == 0) {
				t.Errorf("Suggest = %+v, want severity %s", got, row.want)
			}
		})
	}
}

func TestContradictions(t *testing.T) {
	for _, row := range []struct {
		name   string
		chosen Severity
		a      Answers
		want   []Reason
	}{
		{"1 fits", Severity1, worst, nil},
		{
			"1, but one user with a workaround", Severity1,
			answers(func(a *Answers) { a.Affected = AffectsOne; a.Workaround = WorkaroundReasonable }),
			[]Reason{BecauseOneUser, BecauseWorkaround},
		},
		{"1, but not production", Severity1, answers(func(a *Answers) { a.Production = No }), []Reason{BecauseNoProduction}},
		{"1, but a question", Severity1, Answers{Type: TypeQuestion}, []Reason{BecauseQuestion}},
		{"1, but a request", Severity1, Answers{Type: TypeRequest, Deadline: Yes}, []Reason{BecauseRoutine}},
		{"2 fits", Severity2, answers(func(a *Answers) { a.Affected = AffectsMany }), nil},
		{"2 fits a dated request", Severity2, Answers{Type: TypeRequest, Deadline: Yes, Affected: AffectsOne}, nil},
		{
			"2, but a reasonable workaround", Severity2,
			answers(func(a *Answers) { a.Affected = AffectsMany; a.Workaround = WorkaroundReasonable }),
			[]Reason{BecauseWorkaround},
		},
		{"3 fits", Severity3, answers(func(a *Answers) { a.Affected = AffectsOne }), nil},
		{
			"3, but worse than that", Severity3, worst,
			[]Reason{BecauseAllUsers, BecauseProduction, BecauseNoWorkaround, BecausePersistent},
		},
		{"nothing known", Severity1, Answers{}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, Contradictions(row.chosen, row.a)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
