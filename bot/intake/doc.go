// Package intake is the conversation in which somebody reports a problem, as
// pure functions: which question comes next, what a text answers, what is
// still missing, what the answers suggest. It knows no platform and no clock;
// the same fields make a form.
//
// A draft stores a State. One round of the conversation is
//
//	state, outcome := state.Take(text, env) // or Fill, or Attach
//	field, more := state.Next(env)
//	state = state.Ask(field)                // and post state.Prompt(field, voice, env)
//
// Nothing that was typed is lost: it becomes an answer, or goes to Details,
// or comes back in the Outcome's problems with a word on how to put it right.
package intake
