// Package sla runs the clocks of a case: cycles, their warnings, and the
// ladder that a breach climbs. It is pure: every function takes the moment it
// needs and returns a new value. Rule numbers are those of the SLA rules.
//
// A cycle is one target being run:
//
//	        Respond at ≤ due              Respond late
//	pending ───────────────▶ met          ┌───────────▶ breached, answered
//	   │  └── now > due ──▶ breached ─────┤
//	   │                    (unanswered)  └─ stamped ≤ due ─▶ met (Correct)
//	   └── Cancel, Merge ──▶ cancelled, merged
//
// A due time is never stored as a bare instant: a cycle keeps the Term that
// its due follows from (count this target on this clock from that moment), so
// that a suspension or a new holiday moves it by the same arithmetic that made
// it. Cycle.Due is the last result, for display and for alarms.
//
// A ladder belongs to a breached, unanswered cycle. It too keeps a Term for
// its running step.
package sla
