//go:build !faults

package main

import (
	"time"

	"github.com/spf13/cobra"
)

// clockFlag is real time; a build with -tags faults can step it.
func clockFlag(*cobra.Command) (clock func() time.Time) { return time.Now }
