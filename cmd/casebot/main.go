// Command casebot is a support desk that lives in chat.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // zones are rules, not a matter of the machine

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// errSaid ends the program with status 1 after the reason was printed.
var errSaid = errors.New("said already")

// run is the whole program but for the process around it.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cmd := root()
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	switch err := cmd.ExecuteContext(ctx); {
	case err == nil || errors.Is(err, context.Canceled):
		return 0
	case errors.Is(err, errSaid):
		return 1
	default:
		fmt.Fprintln(stderr, "casebot:", err)
		return 1
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "casebot",
		Short:         "A support desk that lives where customers already talk",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(demoCommand(), serveCommand(), checkCommand(), directoryCommand(), casesCommand(), simulateCommand(), dueCommand(), doctorCommand(), healthCommand())
	return cmd
}

// group is a command that does nothing but hold others.
func group(name, short string) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, SuggestionsMinimumDistance: 2,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			text := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				text += fmt.Sprintf("; did you mean %q?", near[0])
			}
			return errors.New(text)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
}

// oneArgument asks for exactly one argument, by what it is.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s wants %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

// version is the module's version and commit, where the build knows them.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return v + " (" + s.Value[:12] + ")"
		}
	}
	return v
}
