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
	"casebot/bot"
	"casebot/bot/texts"
	"casebot/config"
	"casebot/policy/calendar"
)

// publishedName is the value on the store's shelf that remembers what was
// published.
const publishedName = "published"

// edition is a calendar or a package as it was published at a moment: all its
// versions.
type edition struct {
	At      time.Time       `json:"at"`
	Hashes  hashes          `json:"hashes"`
	Content json.RawMessage `json:"content"` // the versions as configured
}

// hashes name what the versions of a calendar or a package mean, by the day from
// which each holds. The first one holds for all time before as well, whatever
// its from, and so is kept under "".
type hashes map[string]string

// editions are all that was ever published, by "calendar hq" or "package gold",
// each in the order of publication.
type editions map[string][]edition

// last is what was published last under a name.
func (e editions) last(name string) hashes {
	if n := len(e[name]); n > 0 {
		return e[name][n-1].Hashes
	}
	return nil
}

// putInForce compiles a configuration and publishes it; what does not compile is
// not published.
func putInForce(ctx context.Context, shelf *redis.Shelf, cfg *config.Config, catalogue *texts.Catalogue, now time.Time) (*bot.Rules, error) {
	if _, err := rulesOf(cfg, catalogue); err != nil {
		return nil, err
	}
	if err := publish(ctx, shelf, cfg, now); err != nil {
		return nil, err
	}
	return rulesOf(cfg, catalogue)
}

// publish puts a configuration in force: it refuses one that changes the past,
// since what was promised on a day stays what it was (SLA T11), remembers what
// is new in it, and gives it the calendars as they hold from now on. Versions to
// come may still change, and a calendar or package that is new may begin
// whenever it likes.
func publish(ctx context.Context, shelf *redis.Shelf, cfg *config.Config, now time.Time) error {
	configured, err := editionsOf(cfg, now)
	if err != nil {
		return err
	}
	today := calendar.DateOf(now.In(cfg.Calendars[defaultCalendar].Location(now)))
	for { // until nobody publishes at the same time
		known, text, err := rememberedEditions(ctx, shelf)
		if err != nil {
			return err
		}
		var mistakes []error
		changed := false
		for _, name := range slices.Sorted(maps.Keys(configured)) {
			before, after := known.last(name), configured.last(name)
			if maps.Equal(before, after) {
				continue
			}
			if before != nil {
				mistakes = append(mistakes, changedPast(name, before, after, today)...)
			}
			known[name] = append(known[name], configured[name]...)
			changed = true
		}
		if len(mistakes) > 0 {
			return errors.Join(mistakes...)
		}
		if !changed {
			return known.hold(cfg)
		}
		body, err := json.Marshal(known) // what is not configured any more may come back
		if err != nil {
			return fmt.Errorf("encode what was published: %w", err)
		}
		switch done, err := shelf.SwapValue(ctx, publishedName, text, string(body)); {
		case err != nil:
			return err
		case done:
			return known.hold(cfg)
		}
	}
}

// inForce gives a configuration the calendars as they were published, whatever
// it says of them itself: those are what cases run on until it is served.
func inForce(ctx context.Context, shelf *redis.Shelf, cfg *config.Config) error {
	known, _, err := rememberedEditions(ctx, shelf)
	if err != nil {
		return err
	}
	return known.hold(cfg)
}

// onTrial gives a configuration the calendars as they were published only where
// it has the same ones: another one is to hold as if it always had.
func onTrial(ctx context.Context, shelf *redis.Shelf, cfg *config.Config) error {
	known, _, err := rememberedEditions(ctx, shelf)
	if err != nil {
		return err
	}
	configured, err := editionsOf(cfg, time.Time{})
	if err != nil {
		return err
	}
	maps.DeleteFunc(known, func(name string, _ []edition) bool { return !maps.Equal(known.last(name), configured.last(name)) })
	return known.hold(cfg)
}

// hold gives a configuration its calendars as they were published: each edition
// holds from its moment on.
func (e editions) hold(cfg *config.Config) error {
	for name := range cfg.CalendarVersions {
		var held *calendar.Calendar
		for _, published := range e["calendar "+name] {
			var specs []calendar.Spec
			if err := json.Unmarshal(published.Content, &specs); err != nil {
				return fmt.Errorf("decode calendar %s of %s: %w", name, published.At.Format(time.RFC3339), err)
			}
			next, err := calendar.New(name, specs...)
			if err != nil {
				return fmt.Errorf("calendar %s of %s: %w", name, published.At.Format(time.RFC3339), err)
			}
			if held != nil {
				next = next.Succeed(held, published.At)
			}
			held, cfg.CalendarVersions[name] = next, specs
		}
		if held != nil {
			cfg.Calendars[name] = held
		}
	}
	return nil
}

// changedPast lists what differs between two sets of versions of one calendar
// or package up to yesterday.
func changedPast(name string, before, after hashes, today calendar.Date) (mistakes []error) {
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

// editionsOf is what is configured, as if it was published now.
func editionsOf(cfg *config.Config, now time.Time) (editions, error) {
	all := editions{}
	add := func(name string, meaning hashes, content any) error {
		body, err := json.Marshal(content)
		if err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
		all[name] = []edition{{At: now.UTC().Truncate(time.Millisecond), Hashes: meaning, Content: body}}
		return nil
	}
	for name, specs := range cfg.CalendarVersions {
		meaning := hashes{}
		for i, spec := range specs {
			from := spec.From.String()
			if i == 0 {
				from, spec.From = "", calendar.Date{}
			}
			alone, err := calendar.New(name, spec)
			if err != nil {
				return nil, fmt.Errorf("hash calendar %s: %w", name, err)
			}
			meaning[from] = alone.Version(time.Time{}) // at any time: it is the only one
		}
		if err := add("calendar "+name, meaning, specs); err != nil {
			return nil, err
		}
	}
	for key, packages := range cfg.Packages {
		meaning := hashes{}
		for i, p := range packages {
			from := p.From.String()
			if i == 0 {
				from, p.From = "", calendar.Date{}
			}
			meaning[from] = p.Hash()
		}
		if err := add("package "+key, meaning, packages); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rememberedEditions reads what the store remembers, at first nothing; text is
// how it is written there.
func rememberedEditions(ctx context.Context, shelf *redis.Shelf) (known editions, text string, err error) {
	if text, err = shelf.Value(ctx, publishedName); err != nil {
		return nil, "", err
	}
	known = editions{}
	if err := json.Unmarshal([]byte(cmp.Or(text, "{}")), &known); err != nil {
		return nil, "", fmt.Errorf("decode what was published: %w", err)
	}
	return known, text, nil
}
