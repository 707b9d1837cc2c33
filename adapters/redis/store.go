package redis

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"casebot/bot"
)

// How long things are remembered, and how long Redis may take.
const (
	eventMemory = 48 * time.Hour // of events, and of the refs of a deleted record
	onceMemory  = time.Minute    // of what Once was asked
	dialTimeout = 2 * time.Second
	callTimeout = 3 * time.Second
)

// Config says where Redis is and what to keep there.
type Config struct {
	URL       string           // redis://, rediss:// or unix://; "embedded" for a server within the process
	Addresses []string         // nodes of a cluster; URL, if set, then gives only user, password and TLS
	Prefix    string           // of every key; "casebot" if empty
	Now       func() time.Time // real time, never the injected clock; required
	Lease     time.Duration    // how long a claim holds; 30 s if zero
}

// Store is the state in Redis. It is safe for concurrent use; any number of
// them, in any number of processes, may share one Redis.
type Store struct {
	client   goredis.UniversalClient
	embedded *embedded // nil unless the server is within the process
	keys     keyspace
	now      func() time.Time
	lease    time.Duration
}

var (
	_ bot.Store  = (*Store)(nil)
	_ bot.Names  = (*Store)(nil)
	_ bot.Lot    = (*Store)(nil)
	_ bot.Peeker = (*Store)(nil)
)

// Open connects to Redis and fails where nobody answers. Whether the server is
// fit to hold the state is for Check to say.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Now == nil {
		return nil, errors.New("open redis store: no clock")
	}
	if strings.ContainsAny(c.Prefix, "{}") {
		return nil, fmt.Errorf("open redis store: prefix %q would hide the shards from a cluster", c.Prefix)
	}
	s := &Store{
		keys:  keyspace{prefix: cmp.Or(c.Prefix, "casebot")},
		now:   c.Now,
		lease: cmp.Or(c.Lease, 30*time.Second),
	}
	var err error
	if c.URL == "embedded" {
		if s.embedded, err = startEmbedded(c.Now); err != nil {
			return nil, err
		}
		c.URL = s.embedded.url()
	}
	hush()
	if s.client, err = dial(c); err != nil {
		s.embedded.stop()
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// hush silences the library's own logger, which prints every failed dial
// between our JSON lines; callers say what matters.
var hush = sync.OnceFunc(func() { goredis.SetLogger(silence{}) })

// silence is a logger of go-redis that says nothing.
type silence struct{}

// Printf implements its interface.
func (silence) Printf(context.Context, string, ...any) {}

// dial makes a client, which connects when it is first used and again
// whenever it has to.
func dial(c Config) (goredis.UniversalClient, error) {
	o := &goredis.Options{}
	if c.URL != "" {
		var err error
		if o, err = goredis.ParseURL(c.URL); err != nil {
			return nil, fmt.Errorf("open redis store: %w", withoutURL(err))
		}
	}
	if len(c.Addresses) > 0 {
		return dialCluster(c.Addresses, o.Username, o.Password, o.TLSConfig), nil
	}
	if c.URL == "" {
		return nil, errors.New("open redis store: neither url nor addresses")
	}
	o.DialTimeout = cmp.Or(o.DialTimeout, dialTimeout)
	o.DialerRetries = 1
	o.ReadTimeout = cmp.Or(o.ReadTimeout, callTimeout)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, callTimeout)
	o.MaxRetries = cmp.Or(o.MaxRetries, 1) // of reads and what is harmless to repeat
	o.ContextTimeoutEnabled = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewClient(o), nil
}

// dialCluster is dial for a cluster.
func dialCluster(addresses []string, user, password string, secure *tls.Config) goredis.UniversalClient {
	return goredis.NewClusterClient(&goredis.ClusterOptions{
		Addrs:                    addresses,
		Username:                 user,
		Password:                 password,
		TLSConfig:                secure,
		DialTimeout:              dialTimeout,
		DialerRetries:            1,
		ReadTimeout:              callTimeout,
		WriteTimeout:             callTimeout,
		ContextTimeoutEnabled:    true,
		DisableRoutingPolicies:   true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

// withoutURL takes from an error the URL that it quotes, with its password.
func withoutURL(err error) error {
	if _, ok := errors.AsType[*url.Error](err); ok {
		return errors.New("url cannot be parsed")
	}
	return err
}

// Ping tells whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	return nil
}

// Close gives the connections back, and ends the embedded server with all that
// it holds.
func (s *Store) Close() error {
	err := s.client.Close()
	s.embedded.stop()
	if err != nil {
		return fmt.Errorf("close redis store: %w", err)
	}
	return nil
}

// pipelined sends commands in one round trip and returns the first error that
// is not just an absent key.
func (s *Store) pipelined(ctx context.Context, queue func(goredis.Pipeliner)) error {
	pipe := s.client.Pipeline()
	queue(pipe)
	return firstError(pipe.Exec(ctx))
}

// firstError returns the first error of executed commands that is not just an
// absent key.
func firstError(cmds []goredis.Cmder, err error) error {
	if !errors.Is(err, goredis.Nil) {
		return err
	}
	for _, cmd := range cmds {
		if err := cmd.Err(); err != nil && !errors.Is(err, goredis.Nil) {
			return err
		}
	}
	return nil
}
