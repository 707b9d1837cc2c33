package history

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"casebot/bot"
)

// Case is a case and its log.
type Case struct {
	Key     bot.Key
	Record  bot.Case
	Entries []bot.Logged
}

// content is what was told of the case when it was opened.
func (c Case) content() bot.Content {
	for _, e := range c.Entries {
		if e.Given != nil && e.Given.Was != nil {
			return *e.Given.Was
		}
	}
	return c.Record.Content()
}

// Complete tells whether the log reaches back to the opening. One that was
// begun by an older version of casebot does not.
func (c Case) Complete() bool {
	return len(c.Entries) > 0 && c.Entries[0].Birth()
}

// Partners are the cases that this one was merged with.
func (c Case) Partners() []bot.Key {
	var out []bot.Key
	for _, e := range c.Entries {
		if e.Given == nil || e.Given.Do != "merge" {
			continue
		}
		other := e.Given.Target
		if other == "" {
			other = e.Given.Args["other"]
		}
		if key, ok := bot.ParseCaseName(other); ok && key != c.Key {
			out = append(out, key)
		}
	}
	return out
}

// Contract is what is known of a subscriber over time: its versions in which
// anything changed that a case depends on.
type Contract struct {
	Key      string
	Versions []Version
}

// Version is a subscriber from one of its record's versions on.
type Version struct {
	N          int64
	Seen       time.Time
	Subscriber bot.Subscriber
}

// at is the subscriber as a decision saw it that guarded version n.
func (c Contract) at(n int64) *bot.Subscriber {
	i, found := slices.BinarySearchFunc(c.Versions, n, func(v Version, n int64) int { return int(v.N - n) })
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	s := c.Versions[i].Subscriber
	return &s
}

// Reader is the part of a store that holds the past.
type Reader interface {
	Load(ctx context.Context, keys ...bot.Key) ([]bot.Versioned, error)
	List(ctx context.Context, index, after string, limit int) ([]bot.Key, string, error)
	Log(ctx context.Context, key bot.Key, after int64, limit int) ([]bot.Entry, error)
}

// ReadContract reads a subscriber's past.
func ReadContract(ctx context.Context, r Reader, key string) (Contract, error) {
	c := Contract{Key: key}
	entries, err := bot.ReadLog(ctx, r, bot.SubscriberKey(key))
	if err != nil {
		return c, err
	}
	for _, e := range entries {
		if e.Contract != nil {
			c.Versions = append(c.Versions, Version{N: e.Guarded + 1, Seen: e.Seen, Subscriber: *e.Contract})
		}
	}
	return c, nil
}

// ReadCase reads a case and its log; the record's version is 0 where there is none.
func ReadCase(ctx context.Context, r Reader, key bot.Key) (Case, bool, error) {
	c := Case{Key: key}
	records, err := r.Load(ctx, key)
	if err != nil {
		return c, false, fmt.Errorf("load %s: %w", key, err)
	}
	if records[0].Version == 0 {
		return c, false, nil
	}
	if err := json.Unmarshal(records[0].Body, &c.Record); err != nil {
		return c, false, fmt.Errorf("decode %s: %w (`casebot cases parked` may tell more)", key, err)
	}
	c.Entries, err = bot.ReadLog(ctx, r, key)
	return c, err == nil, err
}
