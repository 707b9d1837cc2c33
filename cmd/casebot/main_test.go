package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the tests' own binary be casebot, where it is called so:
// scripts find it on their path, and spawn runs it as a process that can be
// killed.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"casebot": func() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}
