// Package texts holds every word that casebot says, in English, Italian and
// Japanese. The words live in catalogues, texts/<part>.<language>.yaml, one
// part for each part of the program; a Voice says them in one language.
//
// A message is plain text with placeholders written {{.name}}; a message with
// plural forms is a map of CLDR forms:
//
//	days_left:
//	  one: "{{.count}} day left"
//	  other: "{{.count}} days left"
//
// A key that a language lacks is said in English; a key that no language has
// is said as ⟦key⟧, so that it is seen. A test finds both before anybody else.
package texts
