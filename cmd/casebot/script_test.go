package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"

	"casebot/adapters/redis"
	"casebot/adapters/redis/redistest"
	"casebot/bot"
	"casebot/bot/texts"
	"casebot/config"
	"casebot/config/examples"
)

// TestScripts runs the command line as people do. In its folder each script has
// the demo's configuration, for a database of its own on a real Redis, as
// casebot.yaml and directory.yaml. UPDATE=1 rewrites what scripts compare with.
func TestScripts(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.Options{})
	var databases atomic.Int32
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			return layOut(e, fmt.Sprintf("%s/%d", server.URL(), databases.Add(1)-1))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"desk": furnishDesk, "inchat": changeInChat, "park": park, "listen": listen, "edit": edit,
			"snapshot": snapshot, "forget": forget, "scribble": scribble,
		},
	})
}

// layOut writes the demo's files into a script's folder.
func layOut(e *testscript.Env, redisURL string) error {
	e.Setenv("REDIS", redisURL)
	e.Setenv("GORACE", raceEnds)
	for from, to := range map[string]string{"demo.yaml": "casebot.yaml", "demo-directory.yaml": "directory.yaml"} {
		raw, err := examples.Files.ReadFile(from)
		if err != nil {
			return err
		}
		text := strings.NewReplacer(
			"redis: embedded", "redis: {url: "+redisURL+"}", "127.0.0.1:8080", "127.0.0.1:0", "demo-directory.yaml", "directory.yaml",
		).Replace(string(raw))
		if err := os.WriteFile(filepath.Join(e.WorkDir, to), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// furnishDesk ("desk") lives through the past that the demo has on a Friday.
func furnishDesk(ts *testscript.TestScript, _ bool, _ []string) {
	cfg, _, err := config.Load(ts.MkAbs("casebot.yaml"))
	ts.Check(err)
	catalogue, err := texts.Load()
	ts.Check(err)
	a, err := newApp(context.Background(), cfg, slog.New(slog.DiscardHandler), playground{voice: catalogue.In("en")})
	ts.Check(err)
	defer a.store.Close()
	defer a.listener.Close()
	ts.Check(a.seed(context.Background(), friday, false))
}

// changeInChat ("inchat SUBSCRIBER FIELD VALUE") sets a text of a subscriber's
// record, as a command in chat would.
func changeInChat(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: inchat SUBSCRIBER FIELD VALUE")
	}
	key := bot.SubscriberKey(args[0])
	with(ts, func(ctx context.Context, store *redis.Store) error {
		records, err := store.Load(ctx, key)
		if err != nil {
			return err
		}
		fields := map[string]any{}
		if err := json.Unmarshal(records[0].Body, &fields); err != nil {
			return err
		}
		fields[args[1]] = args[2]
		body, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		return store.Commit(ctx, bot.Transition{Event: newID(), Changes: []bot.Change{{Key: key, Version: records[0].Version, Body: body}}})
	})
}

// park ("park RECORD REASON") puts a record aside, as a poisoned one is.
func park(ts *testscript.TestScript, _ bool, args []string) {
	key, err := bot.ParseKey(args[0])
	ts.Check(err)
	with(ts, func(ctx context.Context, store *redis.Store) error {
		return store.Park(ctx, bot.Parked{Key: key, Reason: args[1], At: friday})
	})
}

// snapshot ("snapshot FILE") writes down all that the database holds.
func snapshot(ts *testscript.TestScript, _ bool, args []string) {
	raw(ts, func(ctx context.Context, client *goredis.Client) error {
		keys, err := client.Keys(ctx, "*").Result()
		if err != nil {
			return err
		}
		slices.Sort(keys)
		var text strings.Builder
		for _, key := range keys {
			dump, err := client.Dump(ctx, key).Result()
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, "%s %x\n", key, sha256.Sum256([]byte(dump)))
		}
		return os.WriteFile(ts.MkAbs(args[0]), []byte(text.String()), 0o600)
	})
}

// forget ("forget RECORD") takes the first entry of a record's log away.
func forget(ts *testscript.TestScript, _ bool, args []string) {
	ofLog(ts, args[0], func(ctx context.Context, client *goredis.Client, key string) error {
		return client.LPop(ctx, key).Err()
	})
}

// scribble ("scribble RECORD") makes the last entry of a record's log unreadable.
func scribble(ts *testscript.TestScript, _ bool, args []string) {
	ofLog(ts, args[0], func(ctx context.Context, client *goredis.Client, key string) error {
		return client.LSet(ctx, key, -1, "scribble").Err()
	})
}

// ofLog finds the log of a record.
func ofLog(ts *testscript.TestScript, record string, do func(context.Context, *goredis.Client, string) error) {
	raw(ts, func(ctx context.Context, client *goredis.Client) error {
		keys, err := client.Keys(ctx, "*:log:"+record).Result()
		if err != nil || len(keys) != 1 {
			return fmt.Errorf("the log of %s: %q, %w", record, keys, err)
		}
		return do(ctx, client, keys[0])
	})
}

// raw opens the script's database itself.
func raw(ts *testscript.TestScript, do func(context.Context, *goredis.Client) error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	options, err := goredis.ParseURL(ts.Getenv("REDIS"))
	ts.Check(err)
	client := goredis.NewClient(options)
	defer client.Close()
	ts.Check(do(ctx, client))
}

// with opens the script's store.
func with(ts *testscript.TestScript, do func(context.Context, *redis.Store) error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	store, err := redis.Open(ctx, redis.Config{URL: ts.Getenv("REDIS"), Now: time.Now})
	ts.Check(err)
	defer store.Close()
	ts.Check(do(ctx, store))
}

// listen ("listen NAME") takes a port until the script ends; its address is
// $NAME.
func listen(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

// edit ("edit FILE OLD NEW …") replaces texts that the file must have.
func edit(ts *testscript.TestScript, _ bool, args []string) {
	if len(args)%2 == 0 {
		ts.Fatalf("usage: edit FILE OLD NEW …")
	}
	text := ts.ReadFile(args[0])
	for i := 1; i < len(args); i += 2 {
		if !strings.Contains(text, args[i]) {
			ts.Fatalf("%s does not hold %q", args[0], args[i])
		}
		text = strings.ReplaceAll(text, args[i], args[i+1])
	}
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer file.Close()
	_, err = io.WriteString(file, text)
	ts.Check(err)
}
