package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"casebot/adapters/metrics"
	"casebot/adapters/slack"
	"casebot/config"
)

// doctorLimit is how long the whole examination may take.
const doctorLimit = 2 * time.Minute

func doctorCommand() *cobra.Command {
	var path, url string
	var asJSON, manifest bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Look at the live surroundings: Redis, tokens, scopes, channels, people", Args: cobra.NoArgs,
		Long: "Look at the live surroundings of a configuration: Redis, tokens, scopes, channels, people. Nothing is changed. " +
			"Exit status 1 if something is not in order.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if manifest {
				command, support, err := config.LoadCommands(path)
				if err != nil {
					return said(cmd, err)
				}
				return printManifest(cmd.OutOrStdout(), slack.Manifest(command, support, url), url)
			}
			cfg, err := loadConfig(cmd, path)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), doctorLimit)
			defer cancel()
			found := examine(ctx, cfg)
			if asJSON {
				if err := printJSON(cmd, found); err != nil {
					return err
				}
			} else {
				printFindings(cmd.OutOrStdout(), found)
			}
			if err := slack.Failed(found); err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), "casebot:", err)
				return errSaid
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&path, "config", "casebot.yaml", "the configuration file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	cmd.Flags().BoolVar(&manifest, "manifest", false, "print the manifest to create the Slack app from instead")
	cmd.Flags().StringVar(&url, "url", "", "with --manifest, for HTTP instead of Socket Mode: where Slack reaches casebot, https://…")
	return cmd
}

func printManifest(w io.Writer, m slackapi.Manifest, url string) error {
	if url != "" && !strings.HasPrefix(url, "https://") {
		return fmt.Errorf("--url %s: Slack only sends to https://", url)
	}
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(m); err != nil {
		return fmt.Errorf("print manifest: %w", err)
	}
	return e.Close()
}

// examine looks at everything that the configuration names.
func examine(ctx context.Context, cfg *config.Config) (found []slack.Finding) {
	memory := slack.NewMemory()
	store, err := reachStore(ctx, cfg)
	if err != nil {
		found = append(found, slack.Finding{Verdict: slack.Bad, What: err.Error()})
	} else {
		warnings, err := store.Check(ctx, time.Now)
		switch {
		case err != nil:
			found = append(found, slack.Finding{Verdict: slack.Bad, What: err.Error()})
		default:
			found = append(found, slack.Finding{Verdict: slack.Good, What: "Redis is reached, and fit for casebot"})
		}
		for _, w := range warnings {
			found = append(found, slack.Finding{Verdict: slack.Warn, What: w})
		}
		defer store.Close() //nolint:errcheck // nothing was written
		memory = store.Notes()
	}
	if cfg.Slack.Used() {
		c := slackConfig(cfg, slog.New(slog.DiscardHandler), metrics.New(metrics.Config{}))
		found = append(found, slack.New(c, memory).Doctor(ctx, checkup(cfg))...)
	} else {
		found = append(found, slack.Finding{Verdict: slack.Good, What: "Slack is not configured"})
	}
	return found
}

// checkup is what the configuration expects of Slack.
func checkup(cfg *config.Config) (c slack.Checkup) {
	seen := map[string]bool{}
	add := func(list *[]string, ref string) {
		if id, ok := strings.CutPrefix(ref, slack.Name+":"); ok && id != "" && !seen[id] {
			seen[id] = true
			*list = append(*list, id)
		}
	}
	add(&c.Internal, cfg.Triage.Channel)
	add(&c.Internal, cfg.Vendor.FallbackChannel)
	for _, l := range cfg.Escalation.Levels {
		add(&c.Internal, l.Channel)
		add(&c.Groups, l.Group)
	}
	for _, g := range cfg.Slack.StaffGroups {
		add(&c.Groups, slack.Name+":"+g.Group)
	}
	for _, s := range cfg.Staff {
		add(&c.Staff, slack.Name+":"+s.Refs[slack.Name])
	}
	if cfg.Directory == nil {
		return c
	}
	for _, s := range cfg.Directory.Subscribers {
		for _, channel := range s.Channels {
			add(&c.Customers, channel)
		}
		for _, contact := range s.Contacts {
			add(&c.Contacts, slack.Name+":"+contact.Refs[slack.Name])
		}
	}
	return c
}

func printFindings(w io.Writer, found []slack.Finding) {
	for _, f := range found {
		fmt.Fprintf(w, "%-8s %s\n", f.Verdict, f.What)
		if f.How != "" {
			fmt.Fprintf(w, "         → %s\n", f.How)
		}
	}
}
