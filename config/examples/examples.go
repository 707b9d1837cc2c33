// Package examples holds the example configurations, which the tests load and
// the demo runs.
package examples

import "embed"

// Files are the example files, by name.
//
//go:embed *.yaml
var Files embed.FS
