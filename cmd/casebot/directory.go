package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"casebot/adapters/redis"
	"casebot/bot"
	"casebot/bot/texts"
	"casebot/config"
)

// applyDirectory tells every subscriber what the file says of it; those that
// the file names no more are told that. It returns what was refused of it.
func applyDirectory(ctx context.Context, engine *bot.Engine, store *redis.Store, d *config.Directory) (refused []string, err error) {
	stamp := engine.Now().UTC().Format(time.RFC3339Nano)
	named := map[string]bool{}
	for _, s := range d.Subscribers {
		named[s.Key] = true
		answer, err := engine.Apply(ctx, entryOf(s), false, "directory:"+s.Key+":"+stamp)
		if err != nil {
			return nil, err
		}
		if answer.Private != nil {
			refused = append(refused, answer.Private.Text)
		}
	}
	known, err := subscribers(ctx, store)
	if err != nil {
		return nil, err
	}
	for _, s := range known {
		if !named[s.Key] && !s.Removed {
			if _, err := engine.Apply(ctx, s.Entry(), true, "directory:"+s.Key+":"+stamp); err != nil {
				return nil, err
			}
		}
	}
	return refused, nil
}

// subscribers loads all subscribers, in the order of their keys.
func subscribers(ctx context.Context, store *redis.Store) ([]bot.Subscriber, error) {
	var out []bot.Subscriber
	err := eachPage(ctx, store, bot.AllSubscribers, func(v bot.Versioned) error {
		var s bot.Subscriber
		if err := json.Unmarshal(v.Body, &s); err != nil {
			return fmt.Errorf("decode %s: %w", v.Key, err)
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

// eachPage loads the records of an index, page by page.
func eachPage(ctx context.Context, store *redis.Store, index string, each func(bot.Versioned) error) error {
	const page = 200
	for after := ""; ; {
		keys, next, err := store.List(ctx, index, after, page)
		if err != nil {
			return fmt.Errorf("list %s: %w", index, err)
		}
		records, err := store.Load(ctx, keys...)
		if err != nil {
			return fmt.Errorf("load %s: %w", index, err)
		}
		for _, v := range records {
			if v.Version == 0 {
				continue
			}
			if err := each(v); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

func directoryCommand() *cobra.Command {
	cmd := group("directory", "Subscribers and their contacts")
	var path string
	apply := &cobra.Command{
		Use: "apply FILE", Short: "Apply a directory file: what changed in it since it was last applied is taken over, what chat changed stays", Args: oneArgument("a directory file, such as directory.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(cmd, path)
			if err != nil {
				return err
			}
			directory, err := config.LoadDirectory(args[0], cfg)
			if err != nil {
				return said(cmd, err)
			}
			engine, store, err := offline(cmd.Context(), cfg, inForce)
			if err != nil {
				return err
			}
			defer store.Close() //nolint:errcheck // nothing is left to be written
			refused, err := applyDirectory(cmd.Context(), engine, store, directory)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Applied %d subscribers.\n", len(directory.Subscribers))
			for _, why := range refused {
				fmt.Fprintln(cmd.ErrOrStderr(), why)
			}
			if len(refused) > 0 {
				return errSaid
			}
			return nil
		},
	}
	var asJSON bool
	export := &cobra.Command{
		Use: "export", Short: "Print the directory as it is now, in the form of a directory file", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd, path)
			if err != nil {
				return err
			}
			_, store, err := offline(cmd.Context(), cfg, inForce)
			if err != nil {
				return err
			}
			defer store.Close() //nolint:errcheck // nothing was written
			known, err := subscribers(cmd.Context(), store)
			if err != nil {
				return err
			}
			directory := directoryOf(known)
			if asJSON {
				return printJSON(cmd, directory)
			}
			file, err := directory.Encode()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(file)
			return err
		},
	}
	export.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.PersistentFlags().StringVar(&path, "config", "casebot.yaml", "the configuration file")
	cmd.AddCommand(apply, export)
	return cmd
}

// directoryOf is a directory file's content.
func directoryOf(known []bot.Subscriber) *config.Directory {
	d := &config.Directory{}
	for _, s := range known {
		if s.Removed {
			continue
		}
		entry := config.Subscriber{
			Key: s.Key, Name: s.Name, Package: s.Package, Location: s.Location, Language: s.Language, Timezone: s.Timezone,
			Calendar: s.Calendar, Channels: s.Channels, NamedAdvisor: s.Advisor, Contacts: s.Contacts,
		}
		for _, i := range s.Instances {
			entry.Instances = append(entry.Instances, config.Instance{Key: i.Key, Name: i.Name, Package: i.Package})
		}
		d.Subscribers = append(d.Subscribers, entry)
	}
	return d
}

// offline is an engine without platforms: it commits, and leaves delivering to
// the replicas that serve. calendars gives the configuration those that its
// store knows: inForce or onTrial.
func offline(ctx context.Context, cfg *config.Config, calendars func(context.Context, *redis.Shelf, *config.Config) error) (*bot.Engine, *redis.Store, error) {
	catalogue, err := texts.Load()
	if err != nil {
		return nil, nil, fmt.Errorf("load message catalogues: %w", err)
	}
	store, err := reachStore(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	if err := calendars(ctx, store.Shelf(), cfg); err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	rules, err := rulesOf(cfg, catalogue)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	now := time.Now
	if cfg.Console.Enabled && cfg.Console.TimeTravel {
		d, err := clockOffset{store.Shelf()}.Load(ctx)
		if err != nil {
			return nil, nil, errors.Join(err, store.Close())
		}
		now = func() time.Time { return time.Now().Add(d) }
	}
	return &bot.Engine{
		Store: store, Names: store, Lot: store, Rules: func() *bot.Rules { return rules }, Now: now, Real: time.Now,
		Log: slog.New(slog.DiscardHandler),
	}, store, nil
}
