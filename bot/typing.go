package bot

import "casebot/bot/texts"

// Typing is how the people of a platform type commands.
type Typing struct {
	Case, Support string // "/case" and "/support", or what they are called there
	Threads       bool   // also in threads
	Outsiders     bool   // also people of other organisations
}

// voice speaks a language to readers in a room: outsiders, or in a thread. Where
// these cannot type commands they are told to mention casebot.
func (r *Rules) voice(lang, room string, outsiders, thread bool) texts.Voice {
	v := r.Texts.In(lang)
	t, ok := r.Typing[platformOf(room)]
	switch {
	case !ok:
		return v
	case outsiders && !t.Outsiders, thread && !t.Threads:
		return v.Typing(texts.Commands{Case: "@" + r.Bot, Support: "@" + r.Bot + " " + GroupSupport})
	default:
		return v.Typing(texts.Commands{Case: t.Case, Support: t.Support})
	}
}
