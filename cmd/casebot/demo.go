package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"casebot/adapters/console"
	"casebot/bot/texts"
	"casebot/config"
	"casebot/config/examples"
)

// fixedDay is any day on which the demo's packages are valid.
var fixedDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

type demoOptions struct {
	listen string
	start  string
	empty  bool
}

func demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use: "demo", Short: "Live a support case in the browser: everything in one process, nothing to install", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo(cmd.Context(), cmd, o)
		},
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8080", "where the page is served; port 0 takes any free one")
	cmd.Flags().StringVar(&o.start, "start", "", "what the playground's clock shows at the start, such as 2026-03-06T16:30:00-07:00; now if left out")
	cmd.Flags().BoolVar(&o.empty, "empty", false, "start with an empty desk")
	return cmd
}

// demoConfig is the example configuration of the playground.
func demoConfig(listen string) (*config.Config, error) {
	cfg, err := exampleConfig("demo.yaml")
	if err != nil {
		return nil, err
	}
	cfg.HTTP.Listen = listen
	cfg.Log.Level = "warn"
	return cfg, nil
}

// exampleConfig is one of the examples that the binary brings along.
func exampleConfig(names ...string) (*config.Config, error) {
	layers := make([]config.Layer, len(names))
	for i, name := range names {
		var err error
		if layers[i], err = exampleLayer(name); err != nil {
			return nil, err
		}
	}
	cfg, _, err := config.ParseOver(layers...)
	return cfg, err
}

func exampleLayer(name string) (config.Layer, error) {
	raw, err := examples.Files.ReadFile(name)
	if err != nil {
		return config.Layer{}, fmt.Errorf("read example configuration: %w", err)
	}
	return config.Layer{File: name, Raw: raw, Sources: config.Sources{Env: os.LookupEnv, ReadFile: examples.Files.ReadFile}}, nil
}

func demo(ctx context.Context, cmd *cobra.Command, o demoOptions) error {
	cfg, err := demoConfig(o.listen)
	if err != nil {
		return err
	}
	catalogue, err := texts.Load()
	if err != nil {
		return fmt.Errorf("load message catalogues: %w", err)
	}
	start := time.Now()
	if o.start != "" {
		if start, err = time.Parse(time.RFC3339, o.start); err != nil {
			return fmt.Errorf("--start %q: write a date, time and zone such as 2026-03-06T16:30:00-07:00", o.start)
		}
	}
	voice := catalogue.In(cfg.Vendor.Language)
	a, err := newApp(ctx, cfg, logger(cmd.ErrOrStderr(), cfg.Log), demoPlayground(voice))
	if err != nil {
		return err
	}
	if err := a.seed(ctx, start, o.empty); err != nil {
		return fmt.Errorf("furnish the demo: %w", err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s\n", voice.Say("playground.banner", "url", a.url+"/console/"))
	return a.Run(ctx)
}

// demoPlayground is what the demo's page shows beside its configuration.
func demoPlayground(v texts.Voice) playground {
	return playground{voice: v, strangers: demoStrangers(v), hint: demoHint(v)}
}

// demoStrangers are people of a subscriber's whom it never nominated.
func demoStrangers(v texts.Voice) map[string][]console.Person {
	return map[string][]console.Person{"ACME": {{ID: "sara", Name: "Sara Conti", Role: v.Say("playground.stranger")}}}
}

// demoHint is what to try first.
func demoHint(v texts.Voice) []console.Step {
	return []console.Step{
		{As: "giulia", Channel: "acme", Text: "/case new Dashboards show yesterday's data", Why: v.Say("playground.hint_new")},
		{As: "sara", Channel: "acme", Text: "/case new The export button does nothing", Why: v.Say("playground.hint_stranger")},
		{As: "ada", Channel: "triage", Text: "/case list", Why: v.Say("playground.hint_staff")},
		{As: "fay", Channel: "ops", Text: "/support standing GLOBEX", Why: v.Say("playground.hint_finance")},
	}
}
