package intake

import "casebot/policy"

// Submission says whether a conversation becomes a case.
type Submission struct {
	OK          bool
	Severity    policy.Severity
	Missing     []Field // what the case must have and has not; of an unready one, what it cannot go without
	Warn        bool    // not yet: say what is missing, then take the next submit as it is
	NeedsDetail bool    // the case is flagged
}

// Submit decides about "submit now". Severity 1 goes without a word;
// severities 2 and 3 go after one warning of what is missing.
func (s State) Submit(env Env) (State, Submission) {
	s = s.clone()
	s.settle(env)
	if !s.Ready() {
		var lacking []Field
		for _, f := range []Field{Summary, Severity} {
			if !s.answered(f, env) {
				lacking = append(lacking, f)
			}
		}
		return s, Submission{Missing: lacking}
	}
	severity, _ := s.Severity()
	out := Submission{Severity: severity, Missing: s.Missing(env)}
	if len(out.Missing) > 0 && severity != policy.Severity1 {
		out.NeedsDetail = true
		if !s.Warned {
			s.Warned, out.Warn = true, true
			return s, out
		}
	}
	out.OK = true
	s.Submitted, s.Asked = true, ""
	return s, out
}

// settle writes down what goes without asking.
func (s *State) settle(env Env) {
	if len(env.Instances) == 1 && s.Answers[Instance] == "" {
		s.Answers[Instance] = env.Instances[0]
	}
}
