package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"casebot/adapters/redis"
	"casebot/bot"
)

func casesCommand() *cobra.Command {
	cmd := group("cases", "Look at cases from the shell")
	var path string
	var asJSON bool
	cmd.PersistentFlags().StringVar(&path, "config", "casebot.yaml", "the configuration file")
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "print JSON")
	with := func(do func(ctx context.Context, cmd *cobra.Command, store *redis.Store, args []string) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			return openEngine(cmd, path, func(ctx context.Context, _ *bot.Engine, store *redis.Store) error {
				return do(ctx, cmd, store, args)
			})
		}
	}
	var all bool
	list := &cobra.Command{
		Use: "list", Short: "List open cases, the most urgent first", Args: cobra.NoArgs,
		RunE: with(func(ctx context.Context, cmd *cobra.Command, store *redis.Store, _ []string) error {
			return listCases(ctx, cmd, store, all, asJSON)
		}),
	}
	list.Flags().BoolVar(&all, "all", false, "closed cases as well")
	show := &cobra.Command{
		Use: "show CASE", Short: "Show a case and its log", Args: oneArgument("a case, such as ACME-42"),
		RunE: with(func(ctx context.Context, cmd *cobra.Command, store *redis.Store, args []string) error {
			return showCase(ctx, cmd, store, args[0], asJSON)
		}),
	}
	var o explainOptions
	explain := &cobra.Command{
		Use: "explain CASE", Short: "Explain a case's clocks: every interval counted and not counted, and why", Args: oneArgument("a case, such as ACME-42"),
		Example: "  casebot cases explain ACME-42 --as-of 2026-03-09T12:00:00-06:00",
		RunE: func(cmd *cobra.Command, args []string) error {
			return openEngine(cmd, path, func(ctx context.Context, engine *bot.Engine, _ *redis.Store) error {
				o.json = asJSON
				return explainCase(ctx, cmd, engine, args[0], o)
			})
		},
	}
	explain.Flags().StringVar(&o.asOf, "as-of", "", "a moment that has passed, such as 2026-03-06T16:30:00-07:00; now if left out")
	explain.Flags().StringVar(&o.language, "language", "en", "the language of the words: en, it or ja")
	var retry string
	parked := &cobra.Command{
		Use: "parked", Short: "List records that could not be decided upon, or put one back", Args: cobra.NoArgs,
		RunE: with(func(ctx context.Context, cmd *cobra.Command, store *redis.Store, _ []string) error {
			if retry != "" {
				return unpark(ctx, cmd, store, retry)
			}
			return listParked(ctx, cmd, store, asJSON)
		}),
	}
	parked.Flags().StringVar(&retry, "retry", "", "put this record back into its queues")
	cmd.AddCommand(list, show, explain, parked)
	return cmd
}

func table(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, cell)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

func listCases(ctx context.Context, cmd *cobra.Command, store *redis.Store, all, asJSON bool) error {
	index := bot.OpenCases
	if all {
		index = bot.AllCases
	}
	cases := []bot.Case{}
	err := eachPage(ctx, store, index, func(v bot.Versioned) error {
		var c bot.Case
		if err := json.Unmarshal(v.Body, &c); err != nil {
			return fmt.Errorf("decode %s: %w", v.Key, err)
		}
		cases = append(cases, c)
		return nil
	})
	if err != nil {
		return err
	}
	bot.SortByUrgency(cases)
	if asJSON {
		return printJSON(cmd, cases)
	}
	rows := [][]string{{"CASE", "SEV", "STATE", "OWNER", "NEXT DUE", "SUMMARY"}}
	for _, c := range cases {
		due := "-"
		if at := c.NextDue(); !at.IsZero() {
			due = at.UTC().Format(time.RFC3339)
		}
		owner := c.Assignee
		if owner == "" {
			owner = "-"
		}
		rows = append(rows, []string{c.Key(), c.Severity.String(), string(c.State), owner, due, c.Summary})
	}
	return table(cmd.OutOrStdout(), rows)
}

func showCase(ctx context.Context, cmd *cobra.Command, store *redis.Store, name string, asJSON bool) error {
	key, ok := bot.ParseCaseName(name)
	if !ok {
		return fmt.Errorf("%q is not a case: write its key, such as ACME-42", name)
	}
	records, err := store.Load(ctx, key)
	if err != nil {
		return err
	}
	if records[0].Version == 0 {
		return fmt.Errorf("there is no case %s: `casebot cases list --all` shows those there are", name)
	}
	var c bot.Case
	if err := json.Unmarshal(records[0].Body, &c); err != nil {
		return fmt.Errorf("decode %s: %w (`casebot cases parked` may tell more)", key, err)
	}
	entries, err := bot.ReadLog(ctx, store, key)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(cmd, map[string]any{"case": c, "version": records[0].Version, "log": entries})
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s  %s\nseverity %s, %s, received %s\n\n", c.Key(), c.Summary, c.Severity, c.State, c.ReceivedAt.UTC().Format(time.RFC3339))
	rows := [][]string{{"CLOCK", "ANCHOR", "TARGET", "DUE", "OUTCOME"}}
	for _, y := range c.Cycles {
		due := "-"
		switch {
		case !y.Due.IsZero():
			due = y.Due.UTC().Format(time.RFC3339)
		case !y.BreachedAt.IsZero():
			due = y.BreachedAt.UTC().Format(time.RFC3339)
		}
		rows = append(rows, []string{bot.CycleName(y), y.Anchor.UTC().Format(time.RFC3339), y.Target.String(), due, string(y.Outcome)})
	}
	if err := table(out, rows); err != nil {
		return err
	}
	fmt.Fprintln(out)
	rows = [][]string{{"SEEN", "EVENT", "BY", "WHAT"}}
	for _, e := range entries {
		rows = append(rows, []string{e.Seen.UTC().Format(time.RFC3339), string(e.Kind), e.Actor, what(e.LogEntry)})
	}
	return table(out, rows)
}

// what tells a log entry in a line: the reason and its facts, in order.
func what(e bot.LogEntry) string {
	var text strings.Builder
	text.WriteString(e.Reason)
	names := make([]string, 0, len(e.Facts))
	for name := range e.Facts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if e.Facts[name] != "" {
			fmt.Fprintf(&text, "  %s=%s", name, e.Facts[name])
		}
	}
	return text.String()
}

func listParked(ctx context.Context, cmd *cobra.Command, store *redis.Store, asJSON bool) error {
	parked, err := store.Parked(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(cmd, append([]bot.Parked{}, parked...))
	}
	if len(parked) == 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "Nothing is parked.")
		return nil
	}
	rows := [][]string{{"RECORD", "LANE", "SINCE", "REASON"}}
	for _, p := range parked {
		reason, _, _ := strings.Cut(p.Reason, "\n")
		rows = append(rows, []string{p.Key.String(), p.Lane, p.At.UTC().Format(time.RFC3339), reason})
	}
	return table(cmd.OutOrStdout(), rows)
}

func unpark(ctx context.Context, cmd *cobra.Command, store *redis.Store, name string) error {
	key, err := bot.ParseKey(name)
	if err != nil {
		if c, ok := bot.ParseCaseName(name); ok {
			key, err = c, nil
		}
	}
	if err != nil {
		return fmt.Errorf("%q is not a record: write it as `casebot cases parked` prints it", name)
	}
	if err := store.Unpark(ctx, key); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s is back in its queues.\n", key)
	return nil
}
