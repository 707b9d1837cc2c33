package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"casebot/adapters/redis"
	"casebot/config"
	"casebot/policy/calendar"
)

// versionsName is the value on the store's shelf that remembers versions.
const versionsName = "versions"

// versions are the hashes of what is configured: by "calendar hq" or "package
// gold", then by the day from which a version holds. The first one holds for all
// time before as well, whatever its from, and so is kept under "".
type versions map[string]map[string]string

// checkVersions refuses a configuration that changes the past: what was
// promised on a day stays what it was (SLA T11). It compares the versions that
// began before today with those that the store remembers, and remembers them
// all. Those to come may still change, and a calendar or package that is
// new may begin whenever it likes.
func checkVersions(ctx context.Context, shelf *redis.Shelf, cfg *config.Config, now time.Time) error {
	known, err := rememberedVersions(ctx, shelf)
	if err != nil {
		return err
	}
	configured, err := versionsOf(cfg)
	if err != nil {
		return err
	}
	today := calendar.DateOf(now.In(cfg.Calendars[defaultCalendar].Location(now)))
	var mistakes []error
	for _, name := range slices.Sorted(maps.Keys(configured)) {
		if before, ok := known[name]; ok {
			mistakes = append(mistakes, changedPast(name, before, configured[name], today)...)
		}
	}
	if len(mistakes) > 0 {
		return errors.Join(mistakes...)
	}
	maps.Copy(known, configured) // what is not configured any more may come back
	return known.remember(ctx, shelf)
}

// changedPast lists what differs between two sets of versions of one calendar
// or package up to yesterday.
func changedPast(name string, before, after map[string]string, today calendar.Date) (mistakes []error) {
	tomorrow := calendar.DateOf(time.Date(today.Year, today.Month, today.Day+1, 0, 0, 0, 0, time.UTC))
	days := maps.Clone(before)
	maps.Copy(days, after)
	for _, from := range slices.Sorted(maps.Keys(days)) {
		if from >= today.String() || before[from] == after[from] {
			continue
		}
		which := "version from " + from
		if from == "" {
			which = "first version"
		}
		advice := fmt.Sprintf("was changed after it came into force: put it back as it was, and add a version with from: %s", tomorrow)
		switch {
		case after[from] == "":
			advice = fmt.Sprintf("was taken away after it came into force: put it back, and add a version with from: %s", tomorrow)
		case before[from] == "":
			advice = fmt.Sprintf("begins in the past, where another was in force: give it from: %s", tomorrow)
		}
		mistakes = append(mistakes, fmt.Errorf("%s: its %s %s", name, which, advice))
	}
	return mistakes
}

// versionsOf hashes what is configured.
func versionsOf(cfg *config.Config) (versions, error) {
	all := versions{}
	for name, specs := range cfg.CalendarVersions {
		hashes := map[string]string{}
		for i, spec := range specs {
			from := spec.From.String()
			if i == 0 {
				from, spec.From = "", calendar.Date{}
			}
			alone, err := calendar.New(name, spec)
			if err != nil {
				return nil, fmt.Errorf("hash calendar %s: %w", name, err)
			}
			hashes[from] = alone.Version(time.Time{}) // at any time: it is the only one
		}
		all["calendar "+name] = hashes
	}
	for key, packages := range cfg.Packages {
		hashes := map[string]string{}
		for i, p := range packages {
			from := p.From.String()
			if i == 0 {
				from, p.From = "", calendar.Date{}
			}
			hashes[from] = p.Hash()
		}
		all["package "+key] = hashes
	}
	return all, nil
}

// rememberedVersions reads what the store remembers; at first that is nothing.
func rememberedVersions(ctx context.Context, shelf *redis.Shelf) (versions, error) {
	text, err := shelf.Value(ctx, versionsName)
	if err != nil {
		return nil, err
	}
	known := versions{}
	if err := json.Unmarshal([]byte(cmp.Or(text, "{}")), &known); err != nil {
		return nil, fmt.Errorf("decode remembered versions: %w", err)
	}
	return known, nil
}

func (v versions) remember(ctx context.Context, shelf *redis.Shelf) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode versions: %w", err)
	}
	return shelf.SetValue(ctx, versionsName, string(text))
}
