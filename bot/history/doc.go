// Package history reads the logs of cases and lives through them again.
//
// A log holds every event of a case as far as its next state depends on it, and
// a subscriber's log holds each version of its contract. So Decide can be asked
// again, in two ways:
//
//   - Replay asks about the same events under the same rules, the alarms at
//     the moments when they rang. What comes out is the record, exactly.
//   - Simulate asks under other rules. Alarms ring when those rules want them,
//     at their very moment; what people did stays what it was.
//
// Cases that were merged belong together: they are one Group, and an event that
// changed two of them is met when it is the next one of both.
//
// Generate makes up months of a desk's life, with the same Decide, for whoever
// wants to try without a past of their own.
package history
