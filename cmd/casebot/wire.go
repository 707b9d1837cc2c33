package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"casebot/adapters/charts"
	"casebot/adapters/console"
	"casebot/adapters/metrics"
	"casebot/adapters/redis"
	"casebot/adapters/slack"
	"casebot/bot"
	"casebot/bot/texts"
	"casebot/config"
	"casebot/scheduler"
)

// stopLimit is how long a stop may take: leases in hand are finished, what is
// left is another replica's.
const stopLimit = 20 * time.Second

// app is everything that runs, wired together.
type app struct {
	cfg       *config.Config
	log       *slog.Logger
	store     *redis.Store
	rules     atomic.Pointer[bot.Rules]
	current   atomic.Pointer[config.Config] // in force; cfg is what casebot started with
	grouped   atomic.Pointer[[]bot.Staff]   // whom user groups name
	regroup   chan struct{}                 // other user groups are in force
	enforcing sync.Mutex                    // one change of the rules at a time
	engine    *bot.Engine
	courier   *bot.Courier
	scheduler *scheduler.Scheduler
	travel    *scheduler.Travel
	console   *console.Console
	slack     *slack.Slack
	platforms map[string]bot.Platform
	metrics   *metrics.Metrics
	listener  net.Listener
	url       string
}

// newApp wires the parts. It is deliberately one straight line: reading it
// once is knowing what depends on what.
func newApp(ctx context.Context, cfg *config.Config, log *slog.Logger, people playground) (*app, error) {
	clock := people.clock
	if clock == nil {
		clock = time.Now
	}
	a := &app{cfg: cfg, log: log, platforms: map[string]bot.Platform{}, regroup: make(chan struct{}, 1)}
	catalogue, err := texts.Load()
	if err != nil {
		return nil, fmt.Errorf("load message catalogues: %w", err)
	}
	a.store, err = reachStore(ctx, cfg)
	if err != nil {
		return nil, err
	}
	warnings, err := a.store.Check(ctx, time.Now)
	if err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	for _, w := range warnings {
		log.WarnContext(ctx, "redis", "warning", w)
	}
	shelf := a.store.Shelf()

	a.scheduler = &scheduler.Scheduler{Queues: a.store, Real: time.Now, Log: log}
	a.travel = &scheduler.Travel{Scheduler: a.scheduler, Keeper: clockOffset{shelf}, Real: clock}
	now := clock
	if cfg.Console.Enabled && cfg.Console.TimeTravel {
		if err := a.travel.Load(ctx); err != nil {
			return nil, errors.Join(err, a.store.Close())
		}
		now = a.travel.Now
	}
	a.scheduler.Now = now
	rules, err := putInForce(ctx, shelf, cfg, catalogue, now())
	if err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	a.rules.Store(rules)
	a.current.Store(cfg)

	ready := map[string]func(context.Context) error{"redis": a.store.Ping}
	a.metrics = metrics.New(metrics.Config{Count: a.store.Count, Depth: a.store.Depth, Ready: ready})
	a.engine = &bot.Engine{
		Store: a.store, Names: a.store, Lot: a.store, Rules: a.rules.Load, Now: now, Real: time.Now,
		Log: log, Wake: a.scheduler.Wake, Meter: a.metrics.Count,
	}
	a.courier = &bot.Courier{
		Engine: a.engine, Store: a.store, Names: a.store, Platforms: a.platforms, Real: time.Now, Log: log,
		Queries: map[string]bot.Render{bot.QueryWeekly: a.engine.RenderWeekly},
	}
	a.scheduler.Ring, a.scheduler.Carry = a.engine.Ring, a.courier.Carry

	a.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.HTTP.Listen)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen on %s: %w (change http.listen, or stop what listens there)", cfg.HTTP.Listen, err), a.store.Close())
	}
	a.url = "http://" + a.listener.Addr().String()
	if cfg.Console.Enabled {
		var travel console.Travel
		if cfg.Console.TimeTravel {
			travel = a.travel
		}
		c := people.config(cfg)
		c.Bot, c.URL, c.Now, c.Real, c.Logger, c.Meter = rules.Bot, a.url, now, time.Now, log, a.metrics.Count
		c.Draw = charts.Draw
		a.console = console.New(c, consoleShelf{shelf}, travel)
		a.platforms[a.console.Name()] = a.console
	}
	if cfg.Slack.Used() {
		c := slackConfig(cfg, log, a.metrics)
		c.Staff = func(ref string) bool { return a.rules.Load().StaffByRef(ref) != nil }
		c.Say = func(key string) string { return catalogue.In(cfg.Vendor.Language).Say(key) }
		c.Places = func(ctx context.Context, each func(room, thread string) bool) error {
			return a.engine.EachPlace(ctx, slack.Name, each)
		}
		c.Draw = charts.Draw
		a.slack = slack.New(c, a.store.Notes())
		a.platforms[a.slack.Name()] = a.slack
		ready["slack"] = a.slack.Ready
	}
	return a, nil
}

func slackConfig(cfg *config.Config, log *slog.Logger, meters *metrics.Metrics) slack.Config {
	return slack.Config{
		BotToken: string(cfg.Slack.BotToken), AppToken: string(cfg.Slack.AppToken), SigningSecret: string(cfg.Slack.SigningSecret),
		APIURL: cfg.Slack.APIURL, Command: cfg.Slack.Command, SupportCommand: cfg.Slack.SupportCommand,
		OAuth: slack.OAuth{
			ClientID: cfg.Slack.ClientID, ClientSecret: string(cfg.Slack.ClientSecret), URL: cfg.Slack.InstallURL, Key: string(cfg.Slack.EncryptionKey),
		},
		Now: time.Now, Logger: log.With("platform", slack.Name),
		Meter: meters.Count,
	}
}

// reachStore opens the store, or says what an operator can do.
func reachStore(ctx context.Context, cfg *config.Config) (*redis.Store, error) {
	store, err := redis.Open(ctx, storeConfig(cfg))
	if err != nil {
		return nil, fmt.Errorf("%w (start Redis there, or change redis.url in the configuration)", err)
	}
	return store, nil
}

func storeConfig(cfg *config.Config) redis.Config {
	c := redis.Config{URL: string(cfg.Redis.URL), Addresses: cfg.Redis.Addresses, Now: time.Now}
	if cfg.Redis.Embedded {
		c.URL = "embedded"
	}
	return c
}

// Run serves until ctx ends, then stops in order: no new events, leases in
// hand finished, the store closed.
func (a *app) Run(ctx context.Context) error {
	defer func() {
		if err := a.store.Close(); err != nil {
			a.log.WarnContext(ctx, "store not closed cleanly", "err", err)
		}
	}()
	if err := a.applyDirectory(ctx, a.cfg.Directory); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	server := &http.Server{Handler: a.routes(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	group.Go(func() error {
		if err := server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve http: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
		defer cancel()
		return server.Shutdown(stop)
	})
	group.Go(func() error { return a.scheduler.Run(ctx) })
	if a.cfg.Console.Enabled && a.cfg.Console.TimeTravel {
		group.Go(func() error { return a.travel.Run(ctx) })
	}
	if a.slack != nil {
		group.Go(func() error { return a.keepGroups(ctx) })
	}
	for _, p := range a.platforms {
		group.Go(func() error { return p.Listen(ctx, a.engine.Handle) })
	}
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", a.metrics.Routes())
	if a.console != nil {
		mux.Handle("/console/", a.console.Routes())
		mux.Handle("GET /{$}", http.RedirectHandler("/console/", http.StatusFound))
	}
	if a.slack != nil {
		mux.Handle("/slack/", a.slack.Routes())
	}
	return mux
}

// applyDirectory brings the store's subscribers in line with the directory file.
func (a *app) applyDirectory(ctx context.Context, d *config.Directory) error {
	if d == nil {
		return nil
	}
	refused, err := applyDirectory(ctx, a.engine, a.store, d)
	if err != nil {
		return err
	}
	for _, why := range refused {
		a.log.ErrorContext(ctx, "contacts not nominated", "why", why)
	}
	a.log.InfoContext(ctx, "directory applied", "subscribers", len(d.Subscribers))
	return nil
}

// reloads applies the configuration file again on SIGHUP; one with mistakes
// changes nothing.
func (a *app) reloads(ctx context.Context, path string) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
			if err := a.reload(ctx, path); err != nil {
				a.log.ErrorContext(ctx, "configuration not reloaded; the old one stays in force", "err", err)
			}
		}
	}
}

func (a *app) reload(ctx context.Context, path string) error {
	cfg, _, err := config.Load(path)
	if err != nil {
		return err
	}
	if err := a.enforce(ctx, cfg); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "configuration reloaded", "hash", a.rules.Load().Hash)
	return a.applyDirectory(ctx, cfg.Directory)
}

// clockOffset keeps the injected clock's offset on the playground's shelf.
type clockOffset struct{ shelf *redis.Shelf }

const offsetName = "clock-offset-ns"

// Load implements scheduler.Keeper.
func (o clockOffset) Load(ctx context.Context) (time.Duration, error) {
	text, err := o.shelf.Value(ctx, offsetName)
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return time.Duration(n), err
}

// Store implements scheduler.Keeper.
func (o clockOffset) Store(ctx context.Context, d time.Duration) error {
	return o.shelf.SetValue(ctx, offsetName, strconv.FormatInt(int64(d), 10))
}

// consoleShelf is the store's shelf as the console asks for it.
type consoleShelf struct{ *redis.Shelf }

// Since implements console.Shelf.
func (s consoleShelf) Since(ctx context.Context, seq int64, limit int, each func(id string, seq int64, body []byte) error) error {
	items, err := s.Shelf.Since(ctx, seq, limit)
	if err != nil {
		return err
	}
	for _, i := range items {
		if err := each(i.ID, i.Seq, i.Body); err != nil {
			return err
		}
	}
	return nil
}
