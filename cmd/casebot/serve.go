package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"casebot/bot/texts"
)

func serveCommand() *cobra.Command {
	var path string
	var clock func() time.Time
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the support desk", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd, path)
			if err != nil {
				return err
			}
			catalogue, err := texts.Load()
			if err != nil {
				return fmt.Errorf("load message catalogues: %w", err)
			}
			ctx := cmd.Context()
			log := logger(cmd.ErrOrStderr(), cfg.Log)
			a, err := newApp(ctx, cfg, log, playground{voice: catalogue.In(cfg.Vendor.Language), clock: clock})
			if err != nil {
				return err
			}
			if cfg.Redis.Embedded {
				log.WarnContext(ctx, "redis is embedded: all data ends with this process")
			}
			if cfg.Discord.Used() {
				log.WarnContext(ctx, "this version does not serve discord; it is configured but not connected")
			}
			log.InfoContext(ctx, "serving", "url", a.url, "version", version())
			go a.reloads(ctx, path)
			return a.Run(ctx)
		},
	}
	clock = clockFlag(cmd)
	cmd.Flags().StringVar(&path, "config", "casebot.yaml", "the configuration file")
	return cmd
}
