package redis

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"casebot/adapters/redis/redistest"
	"casebot/bot"
)

// usual is a commit as most are: one case changes under its subscriber's
// guard, with a log entry, an alarm and a delivery.
func usual(event string, key bot.Key, version int64) bot.Transition {
	return bot.Transition{
		Event: event,
		Changes: []bot.Change{{
			Key: key, Version: version, Body: fmt.Appendf(nil, `{"v":1,"status":"open","text":"%s"}`, strings.Repeat("x", 400)),
			Log: []byte(`{"a":"reply","by":"console:ada"}`), Alarm: time.UnixMilli(4102444800000), Join: []string{"open", "open:" + key.Owner},
		}},
		Guards: []bot.Guard{{Key: bot.SubscriberKey(key.Owner)}},
		Outbox: []bot.Delivery{{Key: event, Record: key, Room: "console:acme", Slot: "card", Edit: true, Message: bot.Message{Text: "ACME-1 is open"}}},
	}
}

// BenchmarkCommit measures a commit, and beside it a script that does nothing
// with the same keys and arguments: the difference is the store's own work.
func BenchmarkCommit(b *testing.B) {
	server := redistest.Start(b, redistest.Options{})
	s := open(b, Config{URL: server.URL()})
	b.Run("commit", func(b *testing.B) {
		version := version(b, s, acme)
		for b.Loop() {
			mustCommit(b, s, usual(fmt.Sprint("e", version), acme, version))
			version++
		}
	})
	b.Run("bare script", func(b *testing.B) {
		nothing := newScript(`return 'ok'`)
		c, err := s.commitCall(shardOf(acme.Owner), usual("e", acme, 0))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := nothing.verdict(context.Background(), s.client, c.keys, c.args...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMemory reports what an open case costs with five log entries, its
// alarm and its indexes, and what a remembered event costs for 48 h.
func BenchmarkMemory(b *testing.B) {
	const cases, entries = 2000, 5
	server := redistest.Start(b, redistest.Options{})
	s, admin := open(b, Config{URL: server.URL()}), server.Client()
	ctx := context.Background()
	used := func() float64 {
		var bytes float64
		text, err := admin.Info(ctx, "memory").Result()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := fmt.Sscanf(text[strings.Index(text, "used_memory:"):], "used_memory:%f", &bytes); err != nil {
			b.Fatal(err)
		}
		return bytes
	}
	for b.Loop() {
		if err := admin.FlushAll(ctx).Err(); err != nil {
			b.Fatal(err)
		}
		empty := used()
		for i := range cases {
			key := bot.CaseKey(fmt.Sprintf("SUB%d", i%100), int64(i))
			for v := range int64(entries) {
				t := usual(fmt.Sprintf("slack:C0ACME:%d:%d", i, v), key, v)
				t.Outbox = nil
				mustCommit(b, s, t)
			}
		}
		all := used()
		for scan := admin.Scan(ctx, 0, "*:event:*", 1000).Iterator(); scan.Next(ctx); {
			if err := admin.Del(ctx, scan.Val()).Err(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric((used()-empty)/cases, "B/case")
		b.ReportMetric((all-used())/cases/entries, "B/event")
	}
}
