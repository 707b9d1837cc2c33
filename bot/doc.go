// Package bot is the domain of casebot: what the records are, how they decide,
// and how what was decided reaches the rooms where people talk.
//
//	platform ──Event──▶ Engine: find the record, load, Decide, Commit ──Answer──▶ platform
//	                        ▲            (again on ErrConflict)
//	scheduler ──alarm───────┘                    │ one transition: records, log,
//	    │                                        ▼ alarm, outbox, event id
//	    └──lane──▶ Courier: Pending ─▶ Deliver ─▶ report to the record ─▶ Settle
//
// Decide(scene, event, rules) is the whole behaviour. It is pure and total: no
// clock, no I/O, no ids out of thin air, no errors; a refusal is an Answer.
// Everything around it is there to make that call once for each event, whatever
// crashes, comes twice, or happens at once.
//
// What keeps it right:
//   - The event's id is part of the commit: the same event again is
//     ErrDuplicate, and nobody answers.
//   - A commit names the version of every record that the decision read. A
//     record that changed meanwhile is loaded and decided again; so no breach
//     crosses a suspension.
//   - A record has one alarm, the next moment it wants to look. There are no
//     timers to cancel. The alarm's event id holds the record's version.
//   - Effects are committed with the decision. Those of one lane, (record,
//     room), are delivered in order; a delivery's key is the same over every
//     retry.
//   - A delivery that matters reports back before it is settled: a relayed
//     reply counts as a response when it was posted, not when it was typed.
//
// Words:
//
//	subscriber  the customer company          case     one request for help
//	thread      where it happens              staff    the vendor's people
//	customer    the subscriber's people       event    a fact
//	effect      a wish                        slot     which message of a record
//	ref         the platform's message id     alarm    the next look
//	target      what the package promises     cycle    one target being run
//	breach      a due time that passed        lease    the right to work on it
//	outbox      effects not delivered yet     courier  who delivers them
//	triage      the internal side             notice   one thing to say in a shared channel
//
// The files: key, record, event, message (what things are); store, platform
// (the ports); commands, parse (what people may say); decide and the *_turn,
// case_*, draft_* files (the behaviour, by record and subject); engine, aim,
// courier, query (the work around it).
package bot
