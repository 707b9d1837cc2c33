package intake

import (
	"strings"
	"testing"
	"time"
)

func TestSince(t *testing.T) {
	tests := []struct{ lang, typed, want string }{ // now is Monday 9 March 2026, 13:30 in Rome
		{"en", "2026-03-08 10:30 CET", "2026-03-08T10:30:00+01:00"},
		{"en", "2026-03-08T10:30:00Z", "2026-03-08T10:30:00Z"},
		{"en", "2026-03-08 10:30 UTC", "2026-03-08T10:30:00Z"},
		{"en", "2026-03-08 10:30 UTC+2", "2026-03-08T10:30:00+02:00"},
		{"en", "2026-03-08 10:30 -07:00", "2026-03-08T10:30:00-07:00"},
		{"en", "2026-03-08 10:30 JST", "2026-03-08T10:30:00+09:00"},
		{"en", "2026-03-08 10:30 Europe/Rome", "2026-03-08T10:30:00+01:00"},
		{"en", "2026-03-08 10:30 Asia/Tokyo", "problem.moment.zone"},
		{"en", "2026-03-08", "2026-03-08"},
		{"en", "yesterday 14:00", "2026-03-08T14:00:00+01:00"},
		{"en", "since yesterday at 2 pm, still going on", "2026-03-08T14:00:00+01:00"},
		{"en", "since Monday 9am", "2026-03-09T09:00:00+01:00"},
		{"en", "Friday 16.30", "2026-03-06"},
		{"en", "on Friday at 16.30", "2026-03-06T16:30:00+01:00"},
		{"en", "last Monday", "2026-03-02"},
		{"en", "Tuesday noon", "2026-03-03T12:00:00+01:00"},
		{"en", "today", "2026-03-09"},
		{"en", "this morning at 8", "2026-03-09T08:00:00+01:00"},
		{"en", "2 hours ago", "2026-03-09T11:30:00+01:00"},
		{"en", "half an hour ago", "2026-03-09T13:00:00+01:00"},
		{"en", "for two hours", "2026-03-09T11:30:00+01:00"},
		{"en", "3 days ago", "2026-03-06"},
		{"en", "2 days ago at 9:15", "2026-03-07T09:15:00+01:00"},
		{"en", "just now", "2026-03-09T13:30:00+01:00"},
		{"en", "14:00", "2026-03-08T14:00:00+01:00"},
		{"en", "09:00", "2026-03-09T09:00:00+01:00"},
		{"en", "8 March 2026, 10:30", "2026-03-08T10:30:00+01:00"},
		{"en", "March 8th 10:30 am", "2026-03-08T10:30:00+01:00"},
		{"en", "8 Dec", "2025-12-08"},
		{"en", "25/2/2026", "2026-02-25"},
		{"en", "2/25/2026", "2026-02-25"},
		{"en", "3/4/2026", "problem.moment.ambiguous"},
		{"en", "2/2", "2026-02-02"},
		{"en", "30 February", "problem.moment.invalid"},
		{"en", "yesterday 25:10", "problem.moment.invalid"},
		{"en", "yesterday at 13pm", "problem.moment.invalid"},
		{"en", "tomorrow", "problem.since.future"},
		{"en", "today 18:00", "problem.since.future"},
		{"en", "2027-01-01", "problem.since.future"},
		{"en", "for a while", "problem.since.unread"},
		{"en", "since version 3.2", "problem.since.unread"},
		{"en", "yesterday 14:00 at 40 sites", "2026-03-08T14:00:00+01:00"},

		{"it", "da ieri alle 14", "2026-03-08T14:00:00+01:00"},
		{"it", "ieri alle ore 14:30", "2026-03-08T14:30:00+01:00"},
		{"it", "da lunedì", "2026-03-09"},
		{"it", "lunedì scorso alle 9", "2026-03-02T09:00:00+01:00"},
		{"it", "oggi alle 9.15", "2026-03-09T09:15:00+01:00"},
		{"it", "l'altro ieri", "2026-03-07"},
		{"it", "due ore fa", "2026-03-09T11:30:00+01:00"},
		{"it", "da 2 ore", "2026-03-09T11:30:00+01:00"},
		{"it", "mezz'ora fa", "2026-03-09T13:00:00+01:00"},
		{"it", "un'ora fa", "2026-03-09T12:30:00+01:00"},
		{"it", "8/3/2026 10:30", "2026-03-08T10:30:00+01:00"},
		{"it", "08.03.2026", "2026-03-08"},
		{"it", "l'8 marzo alle 10:30", "2026-03-08T10:30:00+01:00"},
		{"it", "dalle 9", "2026-03-09T09:00:00+01:00"},
		{"it", "ieri a mezzogiorno", "2026-03-08T12:00:00+01:00"},
		{"it", "domani", "problem.since.future"},
		{"it", "da un po'", "problem.since.unread"},

		{"ja", "昨日14時", "2026-03-08T14:00:00+01:00"},
		{"ja", "昨日の14時30分頃から", "2026-03-08T14:30:00+01:00"},
		{"ja", "昨日の午後2時半", "2026-03-08T14:30:00+01:00"},
		{"ja", "今日", "2026-03-09"},
		{"ja", "今朝９時", "2026-03-09T09:00:00+01:00"},
		{"ja", "3月8日10時", "2026-03-08T10:00:00+01:00"},
		{"ja", "2026年3月8日 10:30 JST", "2026-03-08T10:30:00+09:00"},
		{"ja", "日本時間の3月8日10時", "2026-03-08T10:00:00+09:00"},
		{"ja", "3/8 10:00", "2026-03-08T10:00:00+01:00"},
		{"ja", "金曜日から", "2026-03-06"},
		{"ja", "先週の月曜", "2026-03-02"},
		{"ja", "一昨日", "2026-03-07"},
		{"ja", "2時間前から", "2026-03-09T11:30:00+01:00"},
		{"ja", "3日前", "2026-03-06"},
		{"ja", "30分前", "2026-03-09T13:00:00+01:00"},
		{"ja", "さっき", "problem.since.unread"},
		{"ja", "明日", "problem.since.future"},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			env := rome(t)
			env.Lang = tt.lang
			s, out := asked(Since, "summary", "Sales export fails", "severity", "2", "type", "error").Take(tt.typed, env)
			got := s.Answers.Choice(Since) + strings.Join(problemKeys(out), " ")
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if s.Answers[Since] != "" && s.Answers.Words(Since) != tt.typed {
				t.Errorf("the words are %q", s.Answers.Words(Since))
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	for typed, want := range map[string]string{
		"Friday":               "2026-03-13",
		"by 31 March 17:00":    "2026-03-31T17:00:00+02:00",
		"tomorrow":             "2026-03-10",
		"end of the month":     "2026-03-31",
		"today 18:00":          "2026-03-09T18:00:00+01:00",
		"today":                "2026-03-09",
		"5 January":            "2027-01-05",
		"entro venerdì":        "2026-03-13",
		"3月31日まで":              "2026-03-31",
		"明日17時":                "2026-03-10T17:00:00+01:00",
		"yesterday":            "problem.deadline.past",
		"2025-12-31":           "problem.deadline.past",
		"as soon as possible":  "problem.deadline.unread",
		"2026-03-31 17:00 JST": "2026-03-31T17:00:00+09:00",
	} {
		s, out := asked(Deadline, "summary", "Switch on the feature", "severity", "2", "type", "request").Take(typed, rome(t))
		if got := s.Answers.Choice(Deadline) + strings.Join(problemKeys(out), " "); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestZoneOfTheProfile(t *testing.T) {
	env := rome(t)
	env.Zone, env.Lang = place(t, "Asia/Shanghai"), "en"
	s, _ := asked(Since, "summary", "Sales export fails", "severity", "2").Take("2026-03-08 10:30 CST", env)
	if got := s.Answers.Choice(Since); got != "2026-03-08T10:30:00+08:00" {
		t.Errorf("CST in Shanghai is %s", got)
	}
	env.Zone = nil
	s, _ = asked(Since, "summary", "Sales export fails", "severity", "2").Take("yesterday 14:00", env)
	if got := s.Answers.Choice(Since); got != "2026-03-08T14:00:00Z" {
		t.Errorf("without a profile: %s", got)
	}
	env = rome(t)
	env.Now = time.Date(2026, 3, 8, 23, 30, 0, 0, time.UTC) // Monday in Rome already
	s, _ = asked(Since, "summary", "Sales export fails", "severity", "2").Take("today", env)
	if got := s.Answers.Choice(Since); got != "2026-03-09" {
		t.Errorf("today is %s", got)
	}
}

func TestMentioned(t *testing.T) {
	tests := []struct{ lang, text, want, clause string }{
		{"en", "The export fails since yesterday 14:00 for all users", "2026-03-08T14:00:00+01:00", "since yesterday 14:00"},
		{"en", "It started on Friday. We restarted twice.", "2026-03-06", "started on Friday"},
		{"en", "It fails since yesterday 14:00 and is still going on", "2026-03-08T14:00:00+01:00", "since yesterday 14:00 and is still going on"},
		{"en", "Since the last release the page is slow", "", ""},
		{"en", "since version 3.2 it is slow", "", ""},
		{"en", "We met yesterday at 10:00 about it", "", ""},
		{"it", "L'export non funziona da ieri alle 14", "2026-03-08T14:00:00+01:00", "da ieri alle 14"},
		{"it", "Dalle 9 non si apre nulla", "2026-03-09T09:00:00+01:00", "Dalle 9"},
		{"it", "Non funziona da 2 ore", "2026-03-09T11:30:00+01:00", "da 2 ore"},
		{"it", "un errore da 2 utenti", "", ""},
		{"ja", "昨日14時から出力できません", "2026-03-08T14:00:00+01:00", "昨日14時から"},
		{"ja", "メニューから出力できません", "", ""},
	}
	for _, tt := range tests {
		env := rome(t)
		env.Lang = tt.lang
		f := fold(tt.text)
		m, span := mentioned(f, env, past)
		clause := f.cut(span[0], span[1])
		got := ""
		if clause != "" {
			got = m.String()
		}
		if got != tt.want || clause != tt.clause {
			t.Errorf("%q: got %q %q", tt.text, got, clause)
		}
	}
}
