package history

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"casebot/bot"
	"casebot/policy"
	"casebot/policy/sla"
)

// Plan is a past to be made up.
type Plan struct {
	Rules       *bot.Rules
	Subscribers []bot.DirectoryEntry
	Seed        uint64
	From, To    time.Time
	PerWeek     float64 // cases of a subscriber
}

// Generate makes up the months of a desk: contacts open cases of all
// severities, mostly while they work; staff answer most in time and some too
// late; customers are waited for, solve things themselves, come back. One
// subscriber is suspended for a while. The same plan gives the same past.
func Generate(p Plan) ([]Group, error) {
	var out []Group
	for i, entry := range p.Subscribers {
		h := fnv.New64a()
		_, _ = h.Write([]byte(entry.Key))
		m := &people{
			plan: p, dice: rand.New(rand.NewPCG(p.Seed, h.Sum64())), //nolint:gosec // the same past every time is what is wanted
			desk: &desk{
				rules: p.Rules, now: p.From, contract: Contract{Key: entry.Key}, cases: map[bot.Key]*bot.Case{}, logs: map[bot.Key][]bot.Logged{},
				alarms: map[bot.Key]time.Time{},
			},
		}
		m.apply(entry)
		m.begin(i == 0)
		if err := m.live(p.To); err != nil {
			return nil, fmt.Errorf("make up the past of %s: %w", entry.Key, err)
		}
		contract := m.contract
		for _, cases := range together(m.group().Cases) {
			out = append(out, Group{Contract: contract, Cases: cases})
		}
	}
	return out, nil
}

// people are those who live at a desk.
type people struct {
	*desk
	plan Plan
	dice *rand.Rand
}

func (m *people) chance(percent int) bool { return m.dice.IntN(100) < percent }

// between draws a duration.
func (m *people) between(a, b time.Duration) time.Duration {
	return a + time.Duration(m.dice.Int64N(int64(b-a)))
}

// begin plans the cases, and a suspension in the middle.
func (m *people) begin(suspended bool) {
	const week = 7 * 24 * time.Hour
	n := int(float64(m.plan.To.Sub(m.plan.From)) / float64(week) * m.plan.PerWeek)
	for range n {
		at := m.plan.From.Add(time.Duration(m.dice.Int64N(int64(m.plan.To.Sub(m.plan.From)))))
		if k := m.clocks(); m.chance(85) { // while people work
			if open, ok := k.Business.NextOpen(at); ok {
				at = open.Add(m.between(0, 9*time.Hour))
			}
		}
		m.later(at, m.report)
	}
	finance := m.staff(policy.RoleFinance)
	if half := m.plan.From.Add(m.plan.To.Sub(m.plan.From) / 2); suspended && finance != nil {
		m.later(half, func() { m.standing(*finance, "suspended an invoice is overdue") })
		m.later(half.Add(3*24*time.Hour), func() { m.standing(*finance, "good paid") })
	}
}

func (m *people) clocks() sla.Clocks { return m.rules.ClocksOf(m.sub) }

// staff draws somebody with one of the roles, nil where nobody has one.
func (m *people) staff(roles ...policy.Role) *bot.Actor {
	var able []bot.Staff
	for _, s := range m.rules.Staff {
		if s.Has(roles...) && len(s.Refs) > 0 {
			able = append(able, s)
		}
	}
	if len(able) == 0 {
		return nil
	}
	s := able[m.dice.IntN(len(able))]
	return &bot.Actor{Ref: s.Refs[0], Name: s.Name}
}

// contact draws somebody who may speak for the subscriber, nil where nobody may.
func (m *people) contact() *bot.Actor {
	var able []bot.Actor
	for _, c := range m.sub.Contacts {
		ok, _ := c.Authorized(m.now)
		for _, platform := range []string{"console", "slack", "discord"} {
			if id := c.Refs[platform]; ok && id != "" {
				able = append(able, bot.Actor{Ref: platform + ":" + id, Name: c.Name})
				break
			}
		}
	}
	if len(able) == 0 {
		return nil
	}
	return &able[m.dice.IntN(len(able))]
}

// summaries are what goes wrong, by severity.
var summaries = [3][]string{
	{"Nobody can sign in since this morning", "All dashboards show an error page", "Orders are written twice to the ledger"},
	{"The nightly import of the sales dataset fails", "Reports take ten minutes instead of one", "Please switch on the new connector before Friday"},
	{"How do I schedule a report for the last working day?", "The export cuts long names off", "A chart has the wrong colours in dark mode", "Where can I see who changed a page?"},
}

// report lets a contact open a case.
func (m *people) report() {
	who := m.contact()
	if who == nil || len(m.sub.Channels) == 0 {
		return
	}
	severity := policy.Severity3
	switch roll := m.dice.IntN(100); {
	case roll < 10:
		severity = policy.Severity1
	case roll < 45:
		severity = policy.Severity2
	}
	list := summaries[severity-1]
	key := m.open(*who, severity, list[m.dice.IntN(len(list))])
	if key.Zero() {
		return
	}
	rounds := 1 + m.dice.IntN(4)
	if m.chance(4) {
		m.later(m.now.Add(m.between(time.Hour, 6*time.Hour)), func() { m.merge(key) })
	}
	if m.chance(8) {
		m.later(m.now.Add(m.between(time.Hour, 20*time.Hour)), func() { m.negotiate(key) })
	}
	m.answer(key, rounds)
}

// open tells whether there is still work on a case.
func (m *people) working(key bot.Key) bool { return m.cases[key].State.Backlog() }

// answer plans the next response: mostly well before the due, sometimes late.
func (m *people) answer(key bot.Key, rounds int) {
	at := m.now.Add(m.between(2*time.Hour, 30*time.Hour))
	if due := m.cases[key].NextDue(); due.After(m.now) {
		share := 10 + m.dice.IntN(85)
		if m.chance(9) {
			share = 101 + m.dice.IntN(60)
		}
		at = m.now.Add(due.Sub(m.now) * time.Duration(share) / 100)
		if m.cases[key].Severity != policy.Severity1 { // nobody answers at night
			if open, ok := m.clocks().Business.NextOpen(at); ok && open.After(at) {
				at = open.Add(m.between(0, 40*time.Minute))
			}
		}
	}
	m.later(at, func() { m.respond(key, rounds) })
}

// respond lets an agent answer: with the solution at the last, else with a
// question or news.
func (m *people) respond(key bot.Key, rounds int) {
	agent := m.staff(policy.RoleAgent)
	if agent == nil || !m.working(key) {
		return
	}
	name := bot.CaseName(key)
	switch {
	case rounds <= 1:
		m.command(*agent, key, "resolve "+name+" This is solved now; please have a look.")
		m.later(m.now.Add(m.between(20*time.Minute, 50*time.Hour)), func() { m.after(key) })
	case m.chance(40):
		m.command(*agent, key, "wait "+name+" Could you tell us more about it?")
		if m.chance(90) {
			m.later(m.now.Add(m.between(30*time.Minute, 60*time.Hour)), func() { m.tellMore(key, rounds-1) })
		}
	default:
		if m.chance(10) {
			m.command(*agent, key, "hold "+name+" engineering until 24h")
		}
		m.command(*agent, key, "reply "+name+" We are looking into it.")
		m.later(m.now.Add(time.Minute), func() { m.answer(key, rounds-1) })
	}
}

// tellMore lets a contact answer a question.
func (m *people) tellMore(key bot.Key, rounds int) {
	if who := m.contact(); who != nil && m.working(key) {
		m.say(*who, key, "It is the page of the northern region.")
		m.answer(key, rounds)
	}
}

// after lets a contact see whether it is solved.
func (m *people) after(key bot.Key) {
	who := m.contact()
	c := m.cases[key]
	switch {
	case who == nil:
	case c.State == bot.StateWaiting: // severity 1 asks (T21)
		m.command(*who, key, "resolve "+bot.CaseName(key))
	case c.State != bot.StateResolved:
	case m.chance(8):
		m.say(*who, key, "It happened again just now.")
		m.answer(key, 1)
	case m.chance(40):
		m.say(*who, key, "Thank you!")
	}
}

// negotiate lets an agent propose another severity, and a contact answer.
func (m *people) negotiate(key bot.Key) {
	agent, who := m.staff(policy.RoleAgent), m.contact()
	if agent == nil || who == nil || !m.working(key) {
		return
	}
	to := 5 - int(m.cases[key].Severity) // 2 and 3 change places
	if m.cases[key].Severity == policy.Severity1 {
		to = 2
	}
	m.command(*agent, key, fmt.Sprintf("severity %s %d as it turned out", bot.CaseName(key), to))
	answer := "agree "
	if m.chance(30) {
		answer = "refuse "
	}
	m.later(m.now.Add(m.between(5*time.Minute, 8*time.Hour)), func() { m.command(*who, key, answer+bot.CaseName(key)) })
}

// merge lets an agent find that a case is an older one's.
func (m *people) merge(key bot.Key) {
	agent := m.staff(policy.RoleAgent)
	var open []bot.Key
	for other, c := range m.cases {
		if other != key && c.State.Backlog() {
			open = append(open, other)
		}
	}
	if agent == nil || len(open) == 0 || !m.working(key) {
		return
	}
	slices.SortFunc(open, func(a, b bot.Key) int { return int(m.cases[a].Number - m.cases[b].Number) })
	m.command(*agent, key, "merge "+bot.CaseName(key)+" "+bot.CaseName(open[0]))
}
