package bot

import (
	"slices"
	"strings"
	"time"
)

// PromiseStory is an update that staff promised by a time, and what became of
// it. It is no clock: attainment does not count it.
type PromiseStory struct {
	By      string         `json:"by"`
	At      time.Time      `json:"at"` // when it was made
	Due     time.Time      `json:"due"`
	Outcome PromiseOutcome `json:"outcome"`
	EndedAt time.Time      `json:"ended,omitzero"`
	Link    string         `json:"link,omitempty"` // of the update that was given
}

// PromiseOutcome is what became of a promised update.
type PromiseOutcome string

// The outcomes of a promised update.
const (
	PromiseOpen      PromiseOutcome = "open"
	PromiseKept      PromiseOutcome = "kept"
	PromiseMissed    PromiseOutcome = "missed" // nobody gave it
	PromiseLate      PromiseOutcome = "late"   // missed at first
	PromiseReplaced  PromiseOutcome = "replaced"
	PromiseTakenBack PromiseOutcome = "taken_back"
	PromiseMoot      PromiseOutcome = "moot" // the case ended, waits for the customer or was merged
)

// promise takes what an entry tells of the promised update into its stories.
func (x *Explanation) promise(e Logged) {
	if e.Promise == nil {
		return
	}
	now := *e.Promise
	if n := len(x.Promises); n > 0 && x.Promises[n-1].EndedAt.IsZero() {
		last := &x.Promises[n-1]
		if now.By == last.By && now.At.Equal(last.At) && now.Due.Equal(last.Due) {
			if now.Missed {
				last.Outcome = PromiseMissed
			}
			return
		}
		last.end(e, now.Due.IsZero())
	}
	if !now.Due.IsZero() {
		x.Promises = append(x.Promises, PromiseStory{By: now.By, At: now.At, Due: now.Due, Outcome: PromiseOpen})
	}
}

// end tells how a promise ended. One that was missed stays so, whatever came
// instead of it.
func (p *PromiseStory) end(e Logged, gone bool) {
	p.EndedAt = e.Seen
	reasons := strings.Split(e.Reason, ",")
	given := func(reason string, o PromiseOutcome) bool {
		if !slices.Contains(reasons, reason) {
			return false
		}
		p.Outcome = o
		if r, ok := responseOf(e); ok {
			p.EndedAt, p.Link = r.At, r.Link
		}
		return true
	}
	switch {
	case given("update given", PromiseKept), given("update given late", PromiseLate):
	case p.Outcome == PromiseMissed:
	case !gone:
		p.Outcome = PromiseReplaced
	case slices.Contains(reasons, "update promise taken back"):
		p.Outcome = PromiseTakenBack
	default:
		p.Outcome = PromiseMoot
	}
}

// promises is the promised updates as a table.
func (l Teller) promises(list []PromiseStory) Section {
	v := l.Voice
	rows := [][]string{{v.Say("explain.promised"), v.Say("explain.update_by"), v.Say("explain.who"), v.Say("explain.became")}}
	for _, p := range list {
		became := v.Say("explain.promise."+string(p.Outcome), "at", l.at(p.EndedAt))
		if p.Link != "" {
			became += " · " + p.Link
		}
		rows = append(rows, []string{l.at(p.At.Truncate(time.Second)), l.at(p.Due), l.who(p.By), became})
	}
	return Section{Title: v.Say("explain.promises"), Rows: rows}
}
