// Package policy holds the rules of support as pure functions over data: what
// a package promises, how severe a problem is, who may speak for a
// subscriber, what a standing allows, and which secrets never reach the store.
//
// Nothing here knows the time, a chat platform or a database. Whatever
// depends on the moment takes it as an argument.
package policy
