package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"casebot/adapters/redis"
	"casebot/bot"
	"casebot/bot/history"
	"casebot/config"
	"casebot/policy"
)

type simulateOptions struct {
	config   string
	over     string
	from, to string
	json     bool
	demo     bool
	seed     uint64
	months   int
}

func simulateCommand() *cobra.Command {
	var o simulateOptions
	cmd := &cobra.Command{
		Use: "simulate", Short: "Replay the past of all cases under another configuration: what would have been missed or saved", Args: cobra.NoArgs,
		Long: `Replay the logged events of all cases under the packages, calendars and ladder of
another configuration, and compare what would have come of them with what did.
It reads the Redis that this configuration names and writes nothing.

With --over the other configuration need only say what is otherwise; the rest, the
Redis as well, is as in the configuration named there.

A subscriber whose package, calendar or location in that configuration's directory
is not what it is now is simulated with the other one for the whole period.`,
		Example: `  casebot simulate --config other.yaml --over casebot.yaml
  casebot simulate --config other.yaml --from 2026-01-01 --to 2026-06-30
  casebot simulate --demo`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.demo {
				return simulateDemo(cmd, o)
			}
			for _, name := range []string{"seed", "months"} {
				if cmd.Flags().Changed(name) {
					return fmt.Errorf("--%s is for --demo: add --demo, or leave it out", name)
				}
			}
			cfg, err := o.other(cmd)
			if err != nil {
				return err
			}
			engine, store, err := offline(cmd.Context(), cfg, onTrial)
			if err != nil {
				return err
			}
			defer store.Close() //nolint:errcheck // nothing was written
			s := &simulation{rules: engine.Rules(), now: engine.Now(), store: store, cfg: cfg}
			if err := s.period(o.from, o.to); err != nil {
				return err
			}
			if err := s.run(cmd.Context()); err != nil {
				return err
			}
			return s.show(cmd, o)
		},
	}
	cmd.Flags().StringVar(&o.config, "config", "casebot.yaml", "the other configuration")
	cmd.Flags().StringVar(&o.over, "over", "", "the present configuration: what the other one leaves out is as there")
	cmd.Flags().StringVar(&o.from, "from", "", "count what fell due from this day or moment on, such as 2026-01-01 or 2026-01-01T15:00:00Z")
	cmd.Flags().StringVar(&o.to, "to", "", "count what fell due up to and including this day, or before this moment")
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON")
	cmd.Flags().BoolVar(&o.demo, "demo", false, "try it on months of the demo's desk, made up; without --config against an example with shorter targets")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "with --demo: which past to make up")
	cmd.Flags().IntVar(&o.months, "months", 6, "with --demo: how many months, at most 24")
	return cmd
}

// other reads the other configuration.
func (o simulateOptions) other(cmd *cobra.Command) (*config.Config, error) {
	if o.over == "" {
		cfg, err := loadConfig(cmd, o.config)
		if err == nil && cfg.Triage.Channel == "" {
			err = fmt.Errorf("%s has no triage.channel, so it is no whole configuration: name the one that it changes with --over, such as --over casebot.yaml", o.config)
		}
		return cfg, err
	}
	base, err := config.ReadLayer(o.over)
	if err != nil {
		return nil, err
	}
	return o.otherOver(cmd, base)
}

// otherOver reads the other configuration over the present one.
func (o simulateOptions) otherOver(cmd *cobra.Command, present config.Layer) (*config.Config, error) {
	l, err := config.ReadLayer(o.config)
	if err != nil {
		return nil, err
	}
	cfg, warnings, err := config.ParseOver(present, l)
	return warned(cmd, cfg, warnings, err)
}

// simulation compares the past of a store's cases with what it would have been.
type simulation struct {
	rules *bot.Rules // the other ones
	now   time.Time
	store *redis.Store
	cfg   *config.Config

	mu     sync.Mutex
	report history.Report
	notes  []string // which subscribers are simulated with another contract
	failed []string // cases that could not be read or simulated, and why
	subs   int
	zone   *time.Location

	since, until string // the period as it was asked for
}

// period reads where it begins and ends. A day is one in the zone of the
// default calendar, and the last day counts to its end; a moment is RFC 3339.
func (s *simulation) period(from, to string) error {
	s.zone = s.rules.Calendars[defaultCalendar].Location(s.now)
	var err error
	if s.report.From, _, err = s.moment("from", from); err != nil {
		return err
	}
	if _, s.report.To, err = s.moment("to", to); err != nil {
		return err
	}
	if to != "" && !s.report.From.Before(s.report.To) {
		return fmt.Errorf("--from %s does not come before --to %s: turn them round", from, to)
	}
	s.since, s.until = from, to
	return nil
}

// moment reads a day or a moment of a flag, and where the day ends.
func (s *simulation) moment(flag, text string) (at, end time.Time, err error) {
	if text == "" {
		return at, end, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, at, nil
	}
	if at, err = time.ParseInLocation(time.DateOnly, text, s.zone); err != nil {
		return at, end, fmt.Errorf("--%s %q: write a day such as 2026-01-31, or a moment such as 2026-01-31T15:00:00Z", flag, text)
	}
	return at, at.AddDate(0, 0, 1), nil
}

// run simulates all subscribers, one after the other, their cases side by side.
func (s *simulation) run(ctx context.Context) error {
	known, err := subscribers(ctx, s.store)
	if err != nil {
		return err
	}
	for _, sub := range known {
		amend, err := s.amend(sub)
		if err != nil {
			return err
		}
		contract, err := history.ReadContract(ctx, s.store, sub.Key)
		if err != nil {
			return err
		}
		if err := s.subscriber(ctx, contract, amend); err != nil {
			return err
		}
		s.subs++
	}
	s.report.Sort()
	slices.Sort(s.failed)
	return nil
}

func (s *simulation) subscriber(ctx context.Context, contract history.Contract, amend func(*bot.Subscriber)) error {
	trial := history.Trial{Rules: s.rules, Amend: amend, Until: s.now}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	lost := func(key bot.Key, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if errors.Is(err, history.ErrIncomplete) {
			s.report.Incomplete = append(s.report.Incomplete, bot.CaseName(key))
			return
		}
		s.failed = append(s.failed, fmt.Sprintf("%s: %v", bot.CaseName(key), err))
	}
	err := history.EachGroup(ctx, s.store, contract, func(g history.Group) error {
		group.Go(func() error {
			if err := s.add(g, trial); err != nil {
				for _, c := range g.Cases {
					lost(c.Key, err)
				}
			}
			return nil
		})
		return nil
	}, lost)
	return errors.Join(err, group.Wait())
}

// add simulates a group and takes it into the report.
func (s *simulation) add(g history.Group, trial history.Trial) error {
	after, err := g.Simulate(trial)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.report.Add(g.Recorded(), after)
	return nil
}

// amend is what the other configuration's directory changes of a contract, nil
// for nothing. What it names has to be there.
func (s *simulation) amend(sub bot.Subscriber) (func(*bot.Subscriber), error) {
	other := sub.Entry()
	if s.cfg.Directory != nil {
		for _, d := range s.cfg.Directory.Subscribers {
			if d.Key == sub.Key {
				other = entryOf(d)
			}
		}
	}
	for _, key := range packagesOf(other) {
		if len(s.cfg.Packages[key]) == 0 {
			return nil, fmt.Errorf("%s has package %s, which the other configuration lacks: define it there, or give %s another one in its directory", sub.Key, key, sub.Key)
		}
	}
	if other.Calendar != "" && s.cfg.Calendars[other.Calendar] == nil {
		return nil, fmt.Errorf("%s has calendar %s, which the other configuration lacks: define it there, or give %s another one in its directory", sub.Key, other.Calendar, sub.Key)
	}
	var changed []string
	note := func(what, was, is string) bool {
		if was != is {
			changed = append(changed, fmt.Sprintf("%s %s instead of %s", what, is, was))
		}
		return was != is
	}
	newPackage := note("package", sub.Package, other.Package)
	newCalendar := note("calendar", sub.Calendar, other.Calendar)
	newLocation := note("location", sub.Location, other.Location)
	newInstances := !slices.Equal(sub.Instances, other.Instances)
	if newInstances {
		changed = append(changed, "other instances")
	}
	if len(changed) == 0 {
		return nil, nil
	}
	for _, text := range changed {
		s.notes = append(s.notes, sub.Key+": "+text)
	}
	return func(then *bot.Subscriber) {
		if newPackage {
			then.Package = other.Package
		}
		if newCalendar {
			then.Calendar = other.Calendar
		}
		if newLocation {
			then.Location = other.Location
		}
		if newInstances {
			then.Instances = other.Instances
		}
	}, nil
}

func packagesOf(e bot.DirectoryEntry) []string {
	out := []string{e.Package}
	for _, i := range e.Instances {
		out = append(out, i.Package)
	}
	return out
}

// metricName is a metric as people say it.
func metricName(m policy.Metric) string {
	if m == policy.Initial {
		return "First response"
	}
	return "Follow-up"
}
