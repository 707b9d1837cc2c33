// Package redis keeps casebot's whole state in Redis: records with versions,
// their alarms, logs and indexes, and the outbox.
//
// A transition touches one shard, and everything of a shard shares a hash tag,
// so one script commits it whole or not at all, on a single server and in a
// cluster alike. Behaviour stays in Go: the scripts know records, queues and
// leases, and nothing of support cases.
//
// Alarms and lanes are due queues with leases. An alarm is due on the injected
// clock but leased in real time, so it changes queues when it is claimed:
//
//	             Commit sets it                   ClaimAlarms
//	(no alarm) ─────────────────▶ alarms ──────────────────────────▶ held
//	     ▲                         ▲  ▲                              │  │
//	     │  Commit clears it       │  └── the lease ends ────────────┘  │
//	     └─────────────────────────┴───── Commit changes the record ────┘
//
// A lane knows real time only. It stays in one queue, where its score is the
// moment at which anybody may claim it: now, a lease's end, or never when it
// is parked. The score of a leased lane is also its fence: Settle and Postpone
// refuse a lease whose end is not the lane's score any more, and no two leases
// of a shard ever end at the same millisecond of a later claim.
//
// Whoever dies with a lease leaves a queue entry behind that becomes due by
// itself. There is no janitor and no leader.
package redis
