package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"casebot/bot"
	"casebot/bot/history"
	"casebot/bot/texts"
	"casebot/config"
)

// demoPast is when the made-up months begin: a Monday.
var demoPast = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// simulateDemo compares made-up months of the demo's desk with what they would
// have been under another configuration.
func simulateDemo(cmd *cobra.Command, o simulateOptions) error {
	const perWeek, mostMonths = 6, 24
	if o.months < 1 || o.months > mostMonths {
		return fmt.Errorf("--months %d: write a number from 1 to %d", o.months, mostMonths)
	}
	if o.over != "" {
		return errors.New("--demo takes no --over: the other configuration goes over the demo's own")
	}
	base, err := exampleLayer("demo.yaml")
	if err != nil {
		return err
	}
	present, _, err := config.ParseOver(base)
	if err != nil {
		return err
	}
	var other *config.Config
	if cmd.Flags().Changed("config") {
		other, err = o.otherOver(cmd, base)
	} else {
		other, err = exampleConfig("demo.yaml", "whatif.yaml")
	}
	if err != nil {
		return err
	}
	catalogue, err := texts.Load()
	if err != nil {
		return fmt.Errorf("load message catalogues: %w", err)
	}
	was, err := rulesOf(present, catalogue)
	if err != nil {
		return err
	}
	rules, err := rulesOf(other, catalogue)
	if err != nil {
		return err
	}
	s := &simulation{rules: rules, now: demoPast.AddDate(0, o.months, 0), cfg: other}
	if err := s.period(o.from, o.to); err != nil {
		return err
	}
	var entries []bot.DirectoryEntry
	for _, sub := range present.Directory.Subscribers {
		entries = append(entries, entryOf(sub))
	}
	groups, err := history.Generate(history.Plan{Rules: was, Subscribers: entries, Seed: o.seed, From: demoPast, To: s.now, PerWeek: perWeek})
	if err != nil {
		return err
	}
	amends := map[string]func(*bot.Subscriber){}
	for _, e := range entries {
		sub := bot.Subscriber{Key: e.Key, Package: e.Package, Instances: e.Instances, Calendar: e.Calendar, Location: e.Location}
		if amends[e.Key], err = s.amend(sub); err != nil {
			return err
		}
		s.subs++
	}
	for _, g := range groups {
		if err := s.add(g, history.Trial{Rules: rules, Amend: amends[g.Contract.Key], Until: s.now}); err != nil {
			return err
		}
	}
	s.report.Sort()
	return s.show(cmd, o)
}

// show prints what came out.
func (s *simulation) show(cmd *cobra.Command, o simulateOptions) error {
	if o.json {
		return printJSON(cmd, s.result())
	}
	return s.print(cmd.OutOrStdout())
}
