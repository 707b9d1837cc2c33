package policy

// The answers of the intake that speak for a severity. The empty string is an
// answer that was not given.
type (
	// CaseType says what is reported.
	CaseType string
	// Affected says who is affected.
	Affected string
	// Workaround says whether there is one.
	Workaround string
	// YesNo is the answer to a plain question.
	YesNo string
)

// The answers of each kind.
const (
	TypeError    CaseType = "error"
	TypeRequest  CaseType = "request"
	TypeQuestion CaseType = "question"

	AffectsAll  Affected = "all"
	AffectsMany Affected = "many"
	AffectsSome Affected = "some"
	AffectsOne  Affected = "one"

	WorkaroundNone         Workaround = "none"
	WorkaroundUnreasonable Workaround = "unreasonable"
	WorkaroundReasonable   Workaround = "reasonable"

	Yes YesNo = "yes"
	No  YesNo = "no"
)

// Answers are what the contact has said so far.
type Answers struct {
	Type       CaseType
	Affected   Affected
	Workaround Workaround
	Production YesNo // it concerns production
	DataWrong  YesNo // data is wrong or lost
	Persistent YesNo // it is still going on
	Deadline   YesNo // there is a date by which it must be done
}

// Reason is an answer that speaks for a severity, or against one.
type Reason string

// The reasons, for texts that explain a hint.
const (
	BecauseAllUsers     Reason = "all_users"
	BecauseManyUsers    Reason = "many_users"
	BecauseSomeUsers    Reason = "some_users"
	BecauseOneUser      Reason = "one_user"
	BecauseProduction   Reason = "production"
	BecauseNoProduction Reason = "not_production"
	BecauseDataWrong    Reason = "data_wrong"
	BecauseNoWorkaround Reason = "no_workaround"
	BecauseUnreasonable Reason = "unreasonable_workaround"
	BecauseWorkaround   Reason = "workaround"
	BecausePersistent   Reason = "persistent"
	BecauseNotOngoing   Reason = "not_ongoing"
	BecauseDeadline     Reason = "deadline"
	BecauseQuestion     Reason = "question"
	BecauseRoutine      Reason = "routine_request"
)

// Hint is the severity that the answers suggest. It never overrules the
// contact (SLA T25). A zero Severity means that too little is known.
type Hint struct {
	Severity Severity
	Because  []Reason
}

// Suggest gives the severity that the answers suggest.
func Suggest(a Answers) Hint {
	switch a.Type {
	case TypeQuestion:
		return Hint{Severity3, []Reason{BecauseQuestion}}
	case TypeRequest:
		switch a.Deadline {
		case Yes:
			return Hint{Severity2, []Reason{BecauseDeadline}}
		case No:
			return Hint{Severity3, []Reason{BecauseRoutine}}
		}
		return Hint{}
	case TypeError, "":
		return suggestForError(a)
	}
	return Hint{}
}

func suggestForError(a Answers) Hint {
	helpless := a.Workaround == WorkaroundNone || a.Workaround == WorkaroundUnreasonable
	wide := a.Affected == AffectsAll || a.Affected == AffectsMany
	switch {
	case a.Affected == AffectsAll && a.Production == Yes && (a.Workaround == WorkaroundNone || a.DataWrong == Yes):
		return Hint{Severity1, a.reasons()}
	case a.Affected == "" || a.Workaround == "" && a.Affected != AffectsOne:
		return Hint{}
	case wide && helpless && a.Persistent == Yes:
		return Hint{Severity2, a.reasons()}
	case wide && helpless && a.Persistent == "":
		return Hint{}
	}
	return Hint{Severity3, a.reasons()}
}

// reasons names the answers that speak for or against a severity.
func (a Answers) reasons() (list []Reason) {
	add := func(reason Reason, found bool) {
		if found {
			list = append(list, reason)
		}
	}
	add(BecauseAllUsers, a.Affected == AffectsAll)
	add(BecauseManyUsers, a.Affected == AffectsMany)
	add(BecauseSomeUsers, a.Affected == AffectsSome)
	add(BecauseOneUser, a.Affected == AffectsOne)
	add(BecauseProduction, a.Production == Yes)
	add(BecauseNoProduction, a.Production == No)
	add(BecauseDataWrong, a.DataWrong == Yes)
	add(BecauseNoWorkaround, a.Workaround == WorkaroundNone)
	add(BecauseUnreasonable, a.Workaround == WorkaroundUnreasonable)
	add(BecauseWorkaround, a.Workaround == WorkaroundReasonable)
	add(BecausePersistent, a.Persistent == Yes)
	add(BecauseNotOngoing, a.Persistent == No)
	return list
}

// Contradictions names the answers that do not go with the chosen severity;
// none if they do. The contact is shown the definition once and may keep the choice.
func Contradictions(chosen Severity, a Answers) []Reason {
	var against []Reason
	switch chosen {
	case Severity1:
		against = []Reason{BecauseSomeUsers, BecauseOneUser, BecauseNoProduction, BecauseWorkaround}
	case Severity2:
		if a.Type == TypeRequest && a.Deadline == Yes {
			return nil
		}
		against = []Reason{BecauseOneUser, BecauseWorkaround, BecauseNotOngoing}
	case Severity3:
	}
	var found []Reason
	switch a.Type {
	case TypeQuestion:
		if chosen != Severity3 {
			found = append(found, BecauseQuestion)
		}
	case TypeRequest:
		if chosen == Severity1 || chosen == Severity2 && a.Deadline == No {
			found = append(found, BecauseRoutine)
		}
	case TypeError, "":
	}
	for _, reason := range a.reasons() {
		for _, wrong := range against {
			if reason == wrong {
				found = append(found, reason)
			}
		}
	}
	if hint := Suggest(a); len(found) == 0 && hint.Severity.Valid() && hint.Severity < chosen {
		return hint.Because // worse than the contact thinks
	}
	return found
}
