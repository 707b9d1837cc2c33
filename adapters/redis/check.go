package redis

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// maxSkew is how far a replica's clock may be from the server's: leases and
// delays that one replica sets are read by all others.
const maxSkew = 5 * time.Second

// Check tells whether the server is fit to hold the state. An error is what
// casebot must not start with: a server that throws keys away when memory is
// short, or a clock that is off. Warnings are for an operator to read.
func (s *Store) Check(ctx context.Context, now func() time.Time) (warnings []string, err error) {
	if s.embedded != nil {
		return []string{"redis is embedded: everything in it ends with this process"}, nil
	}
	cluster, ok := s.client.(*goredis.ClusterClient)
	if !ok {
		return checkNode(ctx, s.client, now)
	}
	var mu sync.Mutex
	err = cluster.ForEachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		found, err := checkNode(ctx, node, now)
		mu.Lock()
		defer mu.Unlock()
		for _, warning := range found {
			warnings = append(warnings, node.Options().Addr+": "+warning)
		}
		return err
	})
	return warnings, err
}

// checkNode checks one server.
func checkNode(ctx context.Context, node goredis.Cmdable, now func() time.Time) (warnings []string, err error) {
	if err := checkClock(ctx, node, now); err != nil {
		return nil, err
	}
	policy, err := setting(ctx, node, "memory", "maxmemory_policy", "maxmemory-policy")
	switch {
	case err != nil:
		return nil, err
	case policy == "":
		warnings = append(warnings, "redis does not tell its maxmemory-policy: make sure that it is noeviction")
	case policy != "noeviction":
		return nil, fmt.Errorf("check redis: maxmemory-policy is %s and must be noeviction, or cases get lost", policy)
	}
	aof, err := setting(ctx, node, "persistence", "aof_enabled", "appendonly")
	switch {
	case err != nil:
		return nil, err
	case aof == "":
		warnings = append(warnings, "redis does not tell whether it has an append-only file: make sure that appendonly is yes")
	case aof != "1" && aof != "yes":
		warnings = append(warnings, "redis has no append-only file: what was committed since its last snapshot is lost with it")
	}
	return warnings, nil
}

// checkClock compares the replica's clock with the server's.
func checkClock(ctx context.Context, node goredis.Cmdable, now func() time.Time) error {
	asked := now()
	theirs, err := node.Time(ctx).Result()
	if err != nil {
		return fmt.Errorf("check redis: read its clock: %w", err)
	}
	ours := asked.Add(now().Sub(asked) / 2)
	if skew := ours.Sub(theirs); skew.Abs() > maxSkew {
		return fmt.Errorf("check redis: clock is %s off the server's, which is more than %s", skew.Round(time.Millisecond), maxSkew)
	}
	return nil
}

// setting reads a setting from INFO, which hosted servers allow, or from
// CONFIG, which many forbid. It is empty where the server tells neither.
func setting(ctx context.Context, node goredis.Cmdable, section, field, name string) (string, error) {
	text, err := node.Info(ctx, section).Result()
	if err != nil && !refused(err) {
		return "", fmt.Errorf("check redis: read %s: %w", field, err)
	}
	for line := range strings.Lines(text) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), ":"); key == field {
			return value, nil
		}
	}
	values, err := node.ConfigGet(ctx, name).Result()
	if err != nil && !refused(err) {
		return "", fmt.Errorf("check redis: read %s: %w", name, err)
	}
	return values[name], nil
}

// refused tells whether a server answered that it will not or cannot say.
func refused(err error) bool {
	return goredis.HasErrorPrefix(err, "NOPERM") || goredis.HasErrorPrefix(err, "unknown") ||
		goredis.HasErrorPrefix(err, "section")
}
