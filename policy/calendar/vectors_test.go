package calendar

import (
	"encoding/json"
	"os"
	"testing"
	"time"
	_ "time/tzdata" // the vectors must not depend on the machine's zones

	"github.com/google/go-cmp/cmp"
)

// vector is a case of sla-vectors.json; its "semantics" key explains them.
type vector struct {
	ID, Op   string
	TZ       string
	Hours    map[string][][2]string
	Holidays []Date
	Breaks   map[Date][][2]string
	Pauses   [][2]time.Time
	Start    time.Time
	End      time.Time
	Seconds  int64
	Due      time.Time
}

func (v vector) spec() Spec {
	spec := Spec{Timezone: v.TZ, Hours: map[string][]string{}, Add: v.Holidays, Breaks: map[Date][]string{}}
	for day, windows := range v.Hours {
		for _, w := range windows {
			spec.Hours[day] = append(spec.Hours[day], w[0]+"-"+w[1])
		}
	}
	for date, windows := range v.Breaks {
		for _, w := range windows {
			spec.Breaks[date] = append(spec.Breaks[date], w[0]+"-"+w[1])
		}
	}
	return spec
}

func (v vector) pauses() (spans []Span) {
	for _, p := range v.Pauses {
		spans = append(spans, Span{p[0], p[1]})
	}
	return spans
}

// SLA T4, T5, T7, T9: the cases on which independent implementations agree.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile("testdata/sla-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Count int
		Cases []vector
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 162 || file.Count != 162 {
		t.Fatalf("read %d vectors, want 162", len(file.Cases))
	}
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) {
			c := mustNew(t, v.spec())
			switch v.Op {
			case "add":
				due, ok := c.Add(v.Start, time.Duration(v.Seconds)*time.Second, v.pauses()...)
				if diff := cmp.Diff(v.Due, due); !ok || diff != "" {
					t.Errorf("Add: ok %v, due (-want +got):\n%s", ok, diff)
				}
			case "between":
				got := c.Between(v.Start, v.End, v.pauses()...)
				if want := time.Duration(v.Seconds) * time.Second; got != want {
					t.Errorf("Between = %v, want %v", got, want)
				}
			default:
				t.Errorf("unknown op %q", v.Op)
			}
		})
	}
}

func mustNew(t testing.TB, specs ...Spec) *Calendar {
	t.Helper()
	c, err := New("test", specs...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
