package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"casebot/adapters/redis"
	"casebot/bot"
)

// explainOptions are what `cases explain` may be asked beside the case.
type explainOptions struct {
	asOf     string
	language string
	json     bool
}

// explainCase prints how the clocks of a case ran.
func explainCase(ctx context.Context, cmd *cobra.Command, engine *bot.Engine, name string, o explainOptions) error {
	key, ok := bot.ParseCaseName(name)
	if !ok {
		return fmt.Errorf("%q is not a case: write its key, such as ACME-42", name)
	}
	asOf := engine.Now().Truncate(time.Millisecond)
	if o.asOf != "" {
		at, err := time.Parse(time.RFC3339, o.asOf)
		switch {
		case err != nil:
			return fmt.Errorf("--as-of %q: write a date, time and zone such as 2026-03-06T16:30:00-07:00", o.asOf)
		case at.After(asOf):
			return fmt.Errorf("--as-of %s has yet to come: it is %s", o.asOf, asOf.UTC().Format(time.RFC3339))
		}
		asOf = at
	}
	records, err := engine.Store.Load(ctx, key, bot.SubscriberKey(key.Owner))
	if err != nil {
		return err
	}
	if records[0].Version == 0 || records[1].Version == 0 {
		return fmt.Errorf("there is no case %s: `casebot cases list --all` shows those there are", strings.ToUpper(name))
	}
	var c bot.Case
	if err := json.Unmarshal(records[0].Body, &c); err != nil {
		return fmt.Errorf("decode %s: %w (`casebot cases parked` may tell more)", key, err)
	}
	var s bot.Subscriber
	if err := json.Unmarshal(records[1].Body, &s); err != nil {
		return fmt.Errorf("decode %s: %w", records[1].Key, err)
	}
	log, err := bot.ReadLog(ctx, engine.Store, key)
	if err != nil {
		return err
	}
	if len(log) > 0 && asOf.Before(log[0].Seen.Truncate(time.Millisecond)) {
		return fmt.Errorf("%s did not exist then: it was received %s", c.Key(), c.ReceivedAt.UTC().Format(time.RFC3339))
	}
	x := bot.Explain(&c, &s, log, engine.Rules(), asOf, true)
	if o.json {
		return printJSON(cmd, x)
	}
	r := engine.Rules()
	zone, err := time.LoadLocation(x.Zone)
	if err != nil {
		return fmt.Errorf("zone of calendar %s: %w", x.Calendar, err)
	}
	m := bot.Teller{Voice: r.Texts.In(o.language), Zone: zone, Rules: r, Sub: &s, Staff: true}.Say(x)
	return printMessage(cmd.OutOrStdout(), m)
}

// printMessage writes a message as plain text.
func printMessage(w io.Writer, m bot.Message) error {
	fmt.Fprintln(w, m.Title)
	for _, s := range m.Sections {
		fmt.Fprintln(w)
		for _, text := range []string{s.Title, s.Text} {
			if text != "" {
				fmt.Fprintln(w, text)
			}
		}
		if len(s.Rows) > 0 {
			if err := table(w, s.Rows); err != nil {
				return err
			}
		}
	}
	if m.Small != "" {
		fmt.Fprintf(w, "\n%s\n", m.Small)
	}
	return nil
}

// openEngine runs do with an engine that serves nothing.
func openEngine(cmd *cobra.Command, path string, do func(ctx context.Context, engine *bot.Engine, store *redis.Store) error) error {
	cfg, err := loadConfig(cmd, path)
	if err != nil {
		return err
	}
	engine, store, err := offline(cmd.Context(), cfg, inForce)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // what was written was acknowledged
	return do(cmd.Context(), engine, store)
}
