//go:build faults

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// DESIGN §6: a build for fault tests steps the clock by a file, at once and
// both ways.
func TestClockFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	cmd := &cobra.Command{}
	clock := clockFlag(cmd)
	if err := cmd.Flags().Set("clock-file", path); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"", "-5m", "72h", "nonsense"} {
		if step != "" {
			if err := os.WriteFile(path, []byte(step+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := time.ParseDuration(step)
		if err != nil {
			want = 0
		}
		if got := time.Until(clock()).Round(time.Minute); got != want {
			t.Errorf("a file with %q steps by %s, want %s", step, got, want)
		}
	}
}
