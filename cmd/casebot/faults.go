//go:build faults

package main

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// clockFlag adds --clock-file to a command, for fault tests: the file holds by
// how much the injected clock is off real time ("-5m"), and is read at every
// look, so that a test can step the clock under a running process. A file that
// is away or unreadable steps nothing.
func clockFlag(cmd *cobra.Command) (clock func() time.Time) {
	var path string
	cmd.Flags().StringVar(&path, "clock-file", "", "a file with the clock's distance from real time, such as -5m")
	return func() time.Time {
		now := time.Now()
		raw, err := os.ReadFile(path)
		if err != nil {
			return now
		}
		step, err := time.ParseDuration(strings.TrimSpace(string(raw)))
		if err != nil {
			return now
		}
		return now.Add(step)
	}
}
