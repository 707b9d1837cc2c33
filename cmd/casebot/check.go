package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"casebot/config"
)

func checkCommand() *cobra.Command {
	var path string
	var schema, directorySchema bool
	cmd := &cobra.Command{
		Use: "check", Short: "Check the configuration: every mistake at once, with file, line and path", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case schema:
				_, err := cmd.OutOrStdout().Write(append(config.Schema(), '\n'))
				return err
			case directorySchema:
				_, err := cmd.OutOrStdout().Write(append(config.DirectorySchema(), '\n'))
				return err
			}
			cfg, warnings, err := config.Load(path)
			for _, w := range warnings {
				fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
			}
			if err != nil {
				return said(cmd, err)
			}
			subscribers := 0
			if cfg.Directory != nil {
				subscribers = len(cfg.Directory.Subscribers)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is in order: %d calendars, %d packages, %d staff, %d subscribers.\n", path, len(cfg.Calendars), len(cfg.Packages), len(cfg.Staff), subscribers)
			return nil
		},
	}
	cmd.Flags().StringVar(&path, "config", "casebot.yaml", "the configuration file")
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the configuration instead, for editors")
	cmd.Flags().BoolVar(&directorySchema, "directory-schema", false, "print the JSON Schema of the directory file instead")
	return cmd
}

// loadConfig reads the configuration; mistakes are printed a line each.
func loadConfig(cmd *cobra.Command, path string) (*config.Config, error) {
	cfg, warnings, err := config.Load(path)
	return warned(cmd, cfg, warnings, err)
}

// warned prints what was found while a configuration was read.
func warned(cmd *cobra.Command, cfg *config.Config, warnings []config.Warning, err error) (*config.Config, error) {
	if err != nil {
		return nil, said(cmd, err)
	}
	for _, w := range warnings {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
	}
	return cfg, nil
}

// said prints mistakes a line each; any other error is left to run.
func said(cmd *cobra.Command, err error) error {
	if _, ok := errors.AsType[*config.MistakesError](err); !ok {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), err)
	return errSaid
}

func printJSON(cmd *cobra.Command, v any) error {
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// logger writes as the configuration says.
func logger(w io.Writer, cfg config.Log) *slog.Logger {
	level := slog.LevelInfo
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if cfg.Format == "text" {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
