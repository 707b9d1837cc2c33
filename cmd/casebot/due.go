package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"casebot/config"
	"casebot/policy"
	"casebot/policy/calendar"
)

// dueOptions are the flags of due as they are typed.
type dueOptions struct {
	config   string
	calendar string
	from     string
	add      string
	until    string
	pauses   []string
	json     bool
}

func dueCommand() *cobra.Command {
	var o dueOptions
	cmd := &cobra.Command{
		Use:   "due --calendar NAME --from TIME {--add DURATION | --until TIME} [--pause TIME/TIME]...",
		Short: "Reckon in business time: when a target is due, or how long it is from one time to another",
		Long: `Reckon in business time: when a target is due (--add), or how much open time lies between two times (--until).

A time is written with its offset, 2026-03-06T16:30:00-07:00 or 2026-03-06T23:30:00Z; without one it is the local time of
the calendar, "2026-03-06 16:30". The due time is printed in UTC. Of the configuration only the calendars are read; where
there is no file, the built-in ones hq and jp are there. 24x7 is elapsed time.`,
		Example: `  casebot due --calendar hq --from 2026-03-06T16:30:00-07:00 --add 8h
  casebot due --calendar hq --from "2026-06-16 08:00" --until "2026-06-18 15:00" --pause "2026-06-16 12:00/2026-06-18 09:00" --json`,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("%q belongs to no flag: put a time with a space in quotes, and name every value, as in --add 8h", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return due(cmd, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.config, "config", "casebot.yaml", "the configuration file; only its calendars are read")
	flags.StringVar(&o.calendar, "calendar", "", "the calendar: hq, jp, one of the configuration, or 24x7")
	flags.StringVar(&o.from, "from", "", "the time from which to reckon")
	flags.StringVar(&o.add, "add", "", "print when this much is over: 8h, 90m, 0s, or business days such as 2bd")
	flags.StringVar(&o.until, "until", "", "print how much open time there is until this time")
	flags.StringArrayVar(&o.pauses, "pause", nil, "a time when the clock stands still, FROM/TO, or FROM/ if it still does; may be repeated")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	complete := map[string]cobra.CompletionFunc{"calendar": completeCalendar}
	for _, name := range []string{"from", "add", "until", "pause"} {
		complete[name] = cobra.NoFileCompletions
	}
	for name, f := range complete {
		cmd.RegisterFlagCompletionFunc(name, f) //nolint:errcheck // the flag was defined just above
	}
	return cmd
}

// due answers one question of the command line.
func due(cmd *cobra.Command, o dueOptions) error {
	add, until := cmd.Flags().Changed("add"), cmd.Flags().Changed("until")
	switch {
	case o.from == "":
		return errors.New("--from is missing: write the time from which to reckon, such as --from 2026-03-06T16:30:00-07:00")
	case add && until:
		return errors.New("--add and --until exclude each other: write --add for the due time, or --until for the time between")
	case !add && !until:
		return errors.New("--add or --until is missing: write --add 8h for the due time, or --until TIME for the time between")
	}
	cal, err := dueCalendar(cmd, o)
	if err != nil {
		return err
	}
	from, err := readTime(cal, o.from)
	if err != nil {
		return fmt.Errorf("--from %w", err)
	}
	pauses, err := readPauses(cal, o.pauses)
	if err != nil {
		return err
	}
	if until {
		return dueBetween(cmd, o, cal, from, pauses)
	}
	return dueAt(cmd, o, cal, from, pauses)
}

// dueAt prints when a target is due.
func dueAt(cmd *cobra.Command, o dueOptions, cal *calendar.Calendar, from time.Time, pauses []calendar.Span) error {
	at, ok, err := addTarget(cal, from, o.add, pauses)
	switch {
	case err != nil:
		return err
	case !ok:
		return fmt.Errorf("no due date: calendar %s has not that much open time within 400 days of %s or of the last pause; "+
			"a pause without an end has none either", o.calendar, from.UTC().Format(time.RFC3339Nano))
	case o.json:
		return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]string{"due": at.UTC().Format(time.RFC3339Nano)})
	}
	fmt.Fprintln(cmd.OutOrStdout(), at.UTC().Format(time.RFC3339Nano))
	return nil
}

// addTarget counts an amount of business time, or business days (SLA T5, T50).
func addTarget(cal *calendar.Calendar, from time.Time, add string, pauses []calendar.Span) (time.Time, bool, error) {
	text := strings.TrimSpace(add)
	if d, err := time.ParseDuration(text); err == nil && d <= 0 {
		if d < 0 {
			return time.Time{}, false, fmt.Errorf("--add %q goes back in time: write a positive duration, and the earlier time as --from", add)
		}
		at, ok := cal.NextOpen(from, pauses...)
		return at, ok, nil
	}
	target, err := policy.ParseTarget(text)
	switch {
	case err != nil || target.None():
		return time.Time{}, false, fmt.Errorf("--add %q is no amount of time: write a duration such as 8h or 90m, at most 366 days of it, or business days such as 2bd", add)
	case target.Days > 0 && cal == calendar.Elapsed():
		return time.Time{}, false, fmt.Errorf("--add %q: business days are for business hours: write a duration such as 48h for 24x7", add)
	case target.Days > 0:
		at, ok := cal.AddDays(from, target.Days, pauses...)
		return at, ok, nil
	}
	at, ok := cal.Add(from, target.Duration, pauses...)
	return at, ok, nil
}

// dueBetween prints how much open time lies between two times.
func dueBetween(cmd *cobra.Command, o dueOptions, cal *calendar.Calendar, from time.Time, pauses []calendar.Span) error {
	until, err := readTime(cal, o.until)
	switch {
	case err != nil:
		return fmt.Errorf("--until %w", err)
	case until.Before(from):
		return fmt.Errorf("--until %s lies before --from %s: write the earlier one as --from", o.until, o.from)
	}
	d := cal.Between(from, until, pauses...)
	if o.json {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]float64{"seconds": d.Seconds()})
	}
	fmt.Fprintln(cmd.OutOrStdout(), d)
	return nil
}

// dueCalendar is the calendar that was named.
func dueCalendar(cmd *cobra.Command, o dueOptions) (*calendar.Calendar, error) {
	calendars, warnings, err := dueCalendars(cmd)
	if err != nil {
		return nil, said(cmd, err)
	}
	if o.calendar == "" {
		return nil, fmt.Errorf("--calendar is missing: write one of %s", strings.Join(calendars.Names(), ", "))
	}
	for _, w := range warnings {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
	}
	return calendars.Find(o.calendar)
}

// dueCalendars reads the calendars of the configuration; without a file by the
// usual name there are the built-in ones.
func dueCalendars(cmd *cobra.Command) (config.CalendarMap, []config.Warning, error) {
	flag := cmd.Flags().Lookup("config")
	calendars, warnings, err := config.LoadCalendars(flag.Value.String())
	if errors.Is(err, fs.ErrNotExist) && !flag.Changed {
		return config.ParseCalendars("", []byte("calendars: {}"), config.Sources{})
	}
	return calendars, warnings, err
}

// localTime is a time without an offset.
var localTime = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$`)

// readTime reads an instant, or a time on the wall clock of the calendar.
func readTime(cal *calendar.Calendar, text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if year, err := strconv.Atoi(text[:min(4, len(text))]); err == nil && (year < calendar.FirstYear || year > calendar.LastYear) && len(text) > 4 {
		return time.Time{}, fmt.Errorf("%q: calendars reckon with the years %d to %d only", text, calendar.FirstYear, calendar.LastYear)
	}
	if at, err := time.Parse(time.RFC3339, strings.Replace(text, " ", "T", 1)); err == nil {
		return at, nil
	}
	const advice = "write it like 2026-03-06T16:30:00-07:00, or without the offset for the local time of the calendar"
	if !localTime.MatchString(text) {
		return time.Time{}, fmt.Errorf("%q is no time: %s", text, advice)
	}
	layout := "2006-01-02T15:04"
	if strings.Count(text, ":") == 2 {
		layout = "2006-01-02T15:04:05"
	}
	wall, err := time.Parse(layout, strings.Replace(text, " ", "T", 1))
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no time: %s", text, advice)
	}
	switch found := cal.Instants(wall); len(found) {
	case 1:
		return found[0], nil
	case 0:
		zone := cal.Location(wall)
		before := wall.Add(-12 * time.Hour).In(zone)
		return time.Time{}, fmt.Errorf("%q is a time that the clocks of %s skip: write it with its offset, such as %s%s", text, zone, wall.Format("2006-01-02T15:04:05"), before.Format("-07:00"))
	default:
		zone := cal.Location(found[0])
		return time.Time{}, fmt.Errorf("%q comes twice in %s: write %s or %s", text, zone, found[0].In(zone).Format(time.RFC3339), found[1].In(zone).Format(time.RFC3339))
	}
}

// readPauses reads FROM/TO; a missing TO is a pause that still runs.
func readPauses(cal *calendar.Calendar, texts []string) ([]calendar.Span, error) {
	var out []calendar.Span
	for _, text := range texts {
		first, last, ok := strings.Cut(text, "/")
		if !ok {
			return nil, fmt.Errorf("--pause %q is no span: write FROM/TO, or FROM/ if it still runs", text)
		}
		var p calendar.Span
		var err error
		if p.From, err = readTime(cal, first); err != nil {
			return nil, fmt.Errorf("--pause %w", err)
		}
		if strings.TrimSpace(last) != "" {
			if p.To, err = readTime(cal, last); err != nil {
				return nil, fmt.Errorf("--pause %w", err)
			}
			if p.To.Before(p.From) {
				return nil, fmt.Errorf("--pause %q ends before it begins: write the earlier time first", text)
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// completeCalendar offers the names of the calendars.
func completeCalendar(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	calendars, _, err := dueCalendars(cmd)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return calendars.Names(), cobra.ShellCompDirectiveNoFileComp
}
