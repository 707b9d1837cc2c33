package intake

import (
	"strings"
	"testing"
)

func BenchmarkTake(b *testing.B) {
	env := rome(b)
	for name, text := range map[string]string{
		"answer": "2", "report": report, "long": strings.Repeat("The export fails since 10 and all users. ", 290), "blanks": "a" + strings.Repeat(" \n", 5900) + "b", "digits": strings.Repeat("1) a ", 2300),
		"markers": strings.Repeat("since from da ", 850), "ja": strings.Repeat("昨日から全員エラー、", 1190),
		"clauses": many + strings.Repeat(" a. b, 2", 1450),
	} {
		b.Run(name, func(b *testing.B) {
			s := asked(Summary)
			if name == "clauses" {
				s = asked(Affected, "summary", "Sales export fails")
			}
			b.ReportAllocs()
			for b.Loop() {
				s.Take(text, env)
			}
		})
	}
}
