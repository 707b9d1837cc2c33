package bot

import (
	"strings"

	"casebot/policy/sla"
)

func (t *turn) doLink(c *Case) bool {
	to := t.s.Call.Args["to"]
	if key, ok := ParseCaseName(to); ok {
		to = CaseName(key)
	} else if !strings.HasPrefix(to, "https://") && !strings.HasPrefix(to, "http://") {
		t.refuse("case.link_what", "text", clip(to, 100))
		return false
	}
	c.Links = appendNew(c.Links, clip(to, 500))
	t.toTriage(c, t.staffSays(c, ToneNone, "case.linked", "to", to))
	t.why("linked", "to", to)
	t.tell("case.linked_you", "id", c.Key())
	return true
}

func (t *turn) doVerify(c *Case) bool {
	c.Verified = "verified"
	if t.s.Call.Args["outcome"] == "no" {
		c.Verified = "not_reproduced"
	}
	t.toTriage(c, t.staffSays(c, ToneNone, "case."+c.Verified))
	t.why(c.Verified)
	t.tell("case."+c.Verified, "id", c.Key(), "who", t.me.Name)
	return true
}

func (t *turn) doCorrect(c *Case) bool {
	which := strings.ToLower(t.s.Call.Args["clock"])
	for i, y := range c.Cycles {
		if y.Outcome != sla.Breached || y.Excused || (CycleName(y) != which && strings.ReplaceAll(CycleName(y), " ", "-") != which) {
			continue
		}
		c.Cycles[i].Excused = true
		t.toTriage(c, t.staffSays(c, ToneNone, "case.excused", "metric", t.metric(t.staffVoice(), y), "reason", t.s.Call.Args["reason"]))
		t.why("excused", "cycle", CycleName(y), "reason", t.s.Call.Args["reason"])
		t.tell("case.excused_you", "id", c.Key())
		return true
	}
	var breached []string
	for _, y := range c.Cycles {
		if y.Outcome == sla.Breached && !y.Excused {
			breached = append(breached, strings.ReplaceAll(CycleName(y), " ", "-"))
		}
	}
	if len(breached) == 0 {
		t.tell("case.no_breach", "id", c.Key())
	} else {
		t.refuse("case.correct_which", "id", c.Key(), "list", t.voice().List(breached))
	}
	return false
}

// doAnswers is what staff decide of a message that somebody not authorized
// wrote while the case waited (T19).
func (t *turn) doAnswers(c *Case) bool {
	if c.Comment == "" {
		t.tell("case.no_comment", "id", c.Key())
		return false
	}
	if t.s.Call.Args["outcome"] == "yes" {
		t.endWaiting(c, t.at)
		t.toTriage(c, t.staffSays(c, ToneNone, "case.comment_answers"))
		t.tell("case.comment_answers", "id", c.Key(), "who", t.me.Name)
		return true
	}
	c.Comment = ""
	t.toTriage(c, t.staffSays(c, ToneNone, "case.comment_not"))
	t.tell("case.comment_not", "id", c.Key(), "who", t.me.Name)
	return true
}
