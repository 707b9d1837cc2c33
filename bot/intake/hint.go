package intake

import (
	"regexp"
	"slices"

	"casebot/policy"
)

// Contradiction is a severity that the answers speak against.
type Contradiction struct {
	Chosen  policy.Severity
	Hint    policy.Severity
	Because []Field // the answers that speak against it
	Again   bool    // was asked about before, with the definition
}

// Hint says which severity the answers suggest, once enough is known. It
// never overrules the contact.
func (s State) Hint() (policy.Severity, bool) {
	hint := policy.Suggest(s.evidence())
	return hint.Severity, hint.Severity.Valid()
}

// Contradiction tells whether the answers speak against the chosen severity
// and which one they suggest.
func (s State) Contradiction() (Contradiction, bool) {
	chosen, ok := s.Severity()
	hint, known := s.Hint()
	if !ok || !known || chosen == hint {
		return Contradiction{}, false
	}
	var because []Field
	for _, reason := range policy.Contradictions(chosen, s.evidence()) {
		if f := reasonFields[reason]; !slices.Contains(because, f) {
			because = append(because, f)
		}
	}
	return Contradiction{Chosen: chosen, Hint: hint, Because: because}, len(because) > 0
}

// dispute opens the question about a contradiction, once in a conversation.
func (s State) dispute() (State, *Contradiction) {
	c, ok := s.Contradiction()
	if !ok || s.Disputed || s.Submitted {
		return s, nil
	}
	s = s.Ask(Severity)
	s.Disputed = true
	return s, &c
}

// reasonFields says which question each reason of a hint comes from.
var reasonFields = map[policy.Reason]Field{
	policy.BecauseAllUsers: Affected, policy.BecauseManyUsers: Affected, policy.BecauseSomeUsers: Affected, policy.BecauseOneUser: Affected,
	policy.BecauseProduction: Production, policy.BecauseNoProduction: Production, policy.BecauseDataWrong: Production,
	policy.BecauseNoWorkaround: Workaround, policy.BecauseUnreasonable: Workaround, policy.BecauseWorkaround: Workaround,
	policy.BecausePersistent: Since, policy.BecauseNotOngoing: Since,
	policy.BecauseDeadline: Deadline, policy.BecauseQuestion: Type, policy.BecauseRoutine: Type,
}

// evidence gives the answers that speak for a severity as policy reads them.
func (s State) evidence() policy.Answers {
	a := policy.Answers{
		Type:       policy.CaseType(s.kind()),
		Affected:   policy.Affected(s.Answers.Choice(Affected)),
		Workaround: policy.Workaround(s.Answers.Choice(Workaround)),
		Persistent: persistence(s.Answers.Words(Since)),
	}
	said := fold(s.Answers.Words(Production)).text
	switch s.Answers.Choice(Production) {
	case ProductionYes:
		a.Production = policy.Yes
		if nothingWrong.MatchString(said) {
			a.DataWrong = policy.No
		}
	case ProductionBadRecords:
		a.Production, a.DataWrong = policy.Yes, policy.Yes
	case ProductionNo:
		a.Production = policy.No
	default:
		if spoiled(said) != nil {
			a.DataWrong = policy.Yes
		}
	}
	if s.Answers[Deadline] != "" {
		a.Deadline = policy.Yes
	}
	return a
}

var (
	over    = regexp.MustCompile(`\b(?:no longer|not anymore|not any more|stopped|is over|went away|not still|non piu|e passato|si e risolto|e finito|cessato)\b|今は(?:正常|大丈夫|直)|直りました|直った|収まり|続いていません|解消`)
	ongoing = regexp.MustCompile(`\b(?:still|ongoing|continu\w*|persist\w*|every|each|always|constantly|all the time|permanent\w*|ancora|tuttora|sempre|ogni|di continuo|costante\w*)\b|続い|継続|まだ|毎回|毎日|常に|今も|ずっと`)
)

// persistence reads whether the problem goes on, from the answer to Since.
func persistence(text string) policy.YesNo {
	switch f := fold(text).text; {
	case over.MatchString(f):
		return policy.No
	case ongoing.MatchString(f):
		return policy.Yes
	default:
		return ""
	}
}
