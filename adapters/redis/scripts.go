package redis

import (
	"context"
	"crypto/sha1" //nolint:gosec // EVALSHA names scripts by their SHA-1
	_ "embed"
	"encoding/hex"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"casebot/bot"
)

// One script per operation of the store, and one of the shelf.
var (
	//go:embed lua/commit.lua
	commitSource string
	//go:embed lua/claim.lua
	claimSource string
	//go:embed lua/settle.lua
	settleSource string
	//go:embed lua/postpone.lua
	postponeSource string
	//go:embed lua/shelf.lua
	shelfSource string

	commitScript   = newScript(commitSource)
	claimScript    = newScript(claimSource)
	settleScript   = newScript(settleSource)
	postponeScript = newScript(postponeSource)
	shelfScript    = newScript(shelfSource)
)

// script is a Lua script and the name that Redis caches it by.
type script struct{ source, sha string }

func newScript(source string) script {
	sum := sha1.Sum([]byte(source)) //nolint:gosec // see the import
	return script{source: source, sha: hex.EncodeToString(sum[:])}
}

// run executes the script by its name, and by its source where the server has
// forgotten it. It is never part of a pipeline, which could not fall back.
func (s script) run(ctx context.Context, client goredis.UniversalClient, keys []string, args ...any) *goredis.Cmd {
	cmd := once(ctx, client, words("EVALSHA", s.sha, keys, args)...)
	if goredis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
		cmd = once(ctx, client, words("EVAL", s.source, keys, args)...)
	}
	return cmd
}

// verdict runs a script that answers with a word.
func (s script) verdict(ctx context.Context, client goredis.UniversalClient, keys []string, args ...any) error {
	word, err := s.run(ctx, client, keys, args...).Text()
	if err != nil {
		return err
	}
	switch word {
	case "ok":
		return nil
	case "conflict":
		return bot.ErrConflict
	case "duplicate":
		return bot.ErrDuplicate
	case "lost":
		return bot.ErrLeaseLost
	default:
		return fmt.Errorf("script answered %q", word)
	}
}

// words lines up a script's call.
func words(command, script string, keys []string, args []any) []any {
	call := make([]any, 0, 3+len(keys)+len(args))
	call = append(call, command, script, len(keys))
	for _, key := range keys {
		call = append(call, key)
	}
	return append(call, args...)
}

// unrepeated is a command that go-redis sends at most once. When a connection
// breaks before the answer, nobody knows whether the command was executed, and
// sent again a commit would call itself a duplicate. So the caller gets the
// error and decides: an event that is told again finds out by its id.
type unrepeated struct{ *goredis.Cmd }

// NoRetry implements goredis.Cmder.
func (unrepeated) NoRetry() bool { return true }

// once sends a command that must not be repeated.
func once(ctx context.Context, client goredis.UniversalClient, args ...any) *goredis.Cmd {
	cmd := goredis.NewCmd(ctx, args...)
	_ = client.Process(ctx, unrepeated{cmd}) // the command holds its error
	return cmd
}
