// Package scheduler is time and nothing else: the loops that look for alarms
// and lanes that fell due, lease them and hand them on. There is no leader;
// every replica runs the same loops, and leases keep them apart.
//
// Alarms are due on the injected clock, lanes and leases on real time. A loop
// sleeps until the earliest moment that a peek saw, or until something was
// committed here, and at most half a second: what other replicas commit is
// found by then. These hints are worthless to correctness.
package scheduler
