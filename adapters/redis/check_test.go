package redis

import (
	"strings"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
)

// TestCheck proves what casebot refuses to start with, and what it warns of.
func TestCheck(t *testing.T) {
	off := func(d time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(d) } }
	aof := redistest.Options{AOF: true}
	for name, row := range map[string]struct {
		options redistest.Options
		now     func() time.Time
		warning string
		err     string
	}{
		"fit":                  {options: aof},
		"fit cluster":          {options: redistest.Options{AOF: true, Cluster: true}},
		"no append-only file":  {warning: "append-only"},
		"evicts":               {options: redistest.Options{Args: []string{"--maxmemory-policy", "allkeys-lru"}}, err: "must be noeviction"},
		"cluster evicts":       {options: redistest.Options{Cluster: true, Args: []string{"--maxmemory-policy", "volatile-ttl"}}, err: "must be noeviction"},
		"clock ahead":          {options: aof, now: off(time.Minute), err: "off the server's"},
		"clock behind":         {options: aof, now: off(-time.Minute), err: "off the server's"},
		"clock close enough":   {options: aof, now: off(4 * time.Second)},
		"CONFIG forbidden":     {options: redistest.Options{AOF: true, Args: []string{"--rename-command", "CONFIG", ""}}},
		"CONFIG, INFO renamed": {options: redistest.Options{AOF: true, Args: []string{"--rename-command", "CONFIG", "", "--rename-command", "INFO", ""}}, warning: "does not tell"},
	} {
		t.Run(name, func(t *testing.T) {
			server := redistest.Start(t, row.options)
			c := Config{URL: server.URL()}
			if row.options.Cluster {
				c = Config{Addresses: []string{server.Addr()}}
			}
			if row.now == nil {
				row.now = time.Now
			}
			warnings, err := open(t, c).Check(t.Context(), row.now)
			if got := strings.Join(warnings, "; "); !strings.Contains(got, row.warning) || row.warning == "" && got != "" {
				t.Errorf("warnings %q, want %q", got, row.warning)
			}
			if row.err == "" && err != nil || row.err != "" && (err == nil || !strings.Contains(err.Error(), row.err)) {
				t.Errorf("error %v, want %q", err, row.err)
			}
		})
	}
}

// TestCheckAsUser proves that a user who may ask nothing is warned, not refused.
func TestCheckAsUser(t *testing.T) {
	server := redistest.Start(t, redistest.Options{})
	err := server.Client().Do(t.Context(), "ACL", "SETUSER", "casebot", "on", ">secret", "~*", "+@all", "-@dangerous").Err()
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, Config{URL: "redis://casebot:secret@" + server.Addr()})
	warnings, err := s.Check(t.Context(), time.Now)
	if err != nil || len(warnings) != 2 {
		t.Fatalf("check: %q, %v, want two warnings", warnings, err)
	}
	mustCommit(t, s, change("e", acme, 0))
}

// TestCheckEmbedded proves that nobody takes the embedded server for more than
// it is.
func TestCheckEmbedded(t *testing.T) {
	warnings, err := open(t, Config{URL: "embedded"}).Check(t.Context(), time.Now)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "ends with this process") {
		t.Fatalf("check: %q, %v", warnings, err)
	}
}
