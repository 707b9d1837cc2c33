package policy

import (
	"testing"
	"time"
)

func TestTargetText(t *testing.T) {
	for text, want := range map[string]Target{
		"none":  {},
		"4h":    {Duration: 4 * time.Hour},
		"30m":   {Duration: 30 * time.Minute},
		"1h30m": {Duration: 90 * time.Minute},
		"90s":   {Duration: 90 * time.Second},
		"2bd":   {Days: 2}, // SLA T50
	} {
		got, err := ParseTarget(text)
		if err != nil || got != want {
			t.Errorf("ParseTarget(%q) = %v, %v", text, got, err)
		}
		again, err := ParseTarget(got.String())
		if err != nil || again != want {
			t.Errorf("%q is written as %q, which reads as %v, %v", text, got, again, err)
		}
	}
	for duration, want := range map[time.Duration]string{
		72 * time.Hour: "72h", 30 * time.Minute: "30m", 90 * time.Minute: "1h30m", 90 * time.Second: "1m30s",
		time.Hour + time.Second: "1h0m1s", 10 * time.Hour: "10h", 10 * time.Minute: "10m",
	} {
		if got := (Target{Duration: duration}).String(); got != want {
			t.Errorf("%s is written as %q, want %q", duration, got, want)
		}
	}
	for _, text := range []string{"", "0", "0s", "-1h", "4", "bd", "0bd", "-1bd", "2.5bd", "400bd", "9000h", "soon", "yes"} {
		if got, err := ParseTarget(text); err == nil {
			t.Errorf("ParseTarget(%q) = %v, want an error", text, got)
		}
	}
}

func TestTargetsCheck(t *testing.T) {
	for _, row := range []struct {
		targets Targets
		ok      bool
	}{
		{Targets{Clock: Clock24x7, Initial: Target{Duration: time.Hour}}, true},
		{Targets{Clock: ClockBusiness, FollowUp: Target{Days: 2}}, true},
		{Targets{Clock: Clock24x7, FollowUp: Target{Days: 2}}, false}, // SLA T50
		{Targets{Clock: Clock24x7, Initial: Target{Days: 1}}, false},
		{Targets{}, true}, // SLA T3
		{Targets{Initial: Target{Duration: time.Hour}}, false},
		{Targets{Clock: "always"}, false},
	} {
		if err := row.targets.Check(); (err == nil) != row.ok {
			t.Errorf("Check of %+v: %v", row.targets, err)
		}
	}
}

func FuzzTarget(f *testing.F) {
	for _, text := range []string{"none", "4h", "2bd", "1h30m", "-2h", "99999bd"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		target, err := ParseTarget(text)
		if err != nil {
			return
		}
		if again, err := ParseTarget(target.String()); err != nil || again != target {
			t.Errorf("%q reads as %v, which reads as %v, %v", text, target, again, err)
		}
	})
}
