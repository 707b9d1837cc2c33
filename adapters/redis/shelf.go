package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	goredis "github.com/redis/go-redis/v9"
)

// Shelf keeps what is no record: the messages and files of the playground's
// chat in one feed, and a few values such as the clock's offset and the versions
// that were in force. It lives beside the store under one hash tag, since it is
// small.
type Shelf struct {
	client goredis.UniversalClient
	keys   keyspace
}

// Item is a thing on the shelf. It has no name of its own, so that whoever
// reads the shelf through an interface need not import this package.
type Item = struct {
	ID   string
	Seq  int64
	Body []byte
}

// Shelf returns the shelf of this store.
func (s *Store) Shelf() *Shelf { return &Shelf{client: s.client, keys: s.keys} }

// Put stores an item under its id and moves it to the end of the feed. With
// onlyNew an item that is there already stays as and where it is: its sequence
// number and body are returned, and nothing changes.
func (s *Shelf) Put(ctx context.Context, id string, body []byte, onlyNew bool) (seq int64, existing []byte, err error) {
	keys := []string{s.keys.shelf("items"), s.keys.shelf("feed"), s.keys.shelf("seq")}
	mode := ""
	if onlyNew {
		mode = "new"
	}
	answer, err := shelfScript.run(ctx, s.client, keys, id, body, mode).Slice()
	if err != nil {
		return 0, nil, fmt.Errorf("put item %s: %w", id, err)
	}
	seq, ok := answer[0].(int64)
	if !ok {
		return 0, nil, fmt.Errorf("put item %s: script answered %v", id, answer)
	}
	if len(answer) > 1 {
		text, _ := answer[1].(string)
		existing = []byte(text)
	}
	return seq, existing, nil
}

// Get returns the items in the order of their ids, nil where there is none.
func (s *Shelf) Get(ctx context.Context, ids ...string) ([][]byte, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	values, err := s.client.HMGet(ctx, s.keys.shelf("items"), ids...).Result()
	if err != nil {
		return nil, fmt.Errorf("get items %v: %w", ids, err)
	}
	bodies := make([][]byte, len(ids))
	for i, value := range values {
		if text, ok := value.(string); ok {
			bodies[i] = []byte(text)
		}
	}
	return bodies, nil
}

// Since returns up to limit items that were put after a sequence number, in
// order. An item that was put again is there once, at its newest place.
func (s *Shelf) Since(ctx context.Context, seq int64, limit int) ([]Item, error) {
	if limit <= 0 {
		return nil, nil
	}
	after := &goredis.ZRangeBy{Min: "(" + strconv.FormatInt(seq, 10), Max: "+inf", Count: int64(limit)}
	found, err := s.client.ZRangeByScoreWithScores(ctx, s.keys.shelf("feed"), after).Result()
	if err != nil {
		return nil, fmt.Errorf("read feed after %d: %w", seq, err)
	}
	ids := make([]string, len(found))
	items := make([]Item, len(found))
	for i, z := range found {
		ids[i], _ = z.Member.(string)
		items[i] = Item{ID: ids[i], Seq: int64(z.Score)}
	}
	bodies, err := s.Get(ctx, ids...)
	for i, body := range bodies {
		items[i].Body = body
	}
	return items, err
}

// PutFile stores a file: what is known of it, and its bytes.
func (s *Shelf) PutFile(ctx context.Context, id string, meta, bytes []byte) error {
	if err := s.client.HSet(ctx, s.keys.shelf("file:"+id), "meta", meta, "bytes", bytes).Err(); err != nil {
		return fmt.Errorf("put file %s: %w", id, err)
	}
	return nil
}

// File returns what PutFile stored, nil where there is none.
func (s *Shelf) File(ctx context.Context, id string) (meta, bytes []byte, err error) {
	file, err := s.client.HGetAll(ctx, s.keys.shelf("file:"+id)).Result()
	if err != nil {
		return nil, nil, fmt.Errorf("get file %s: %w", id, err)
	}
	if len(file) == 0 {
		return nil, nil, nil
	}
	return []byte(file["meta"]), []byte(file["bytes"]), nil
}

// Value returns a named value, empty where there is none.
func (s *Shelf) Value(ctx context.Context, name string) (string, error) {
	value, err := s.client.Get(ctx, s.keys.shelf("value:"+name)).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return "", fmt.Errorf("get value %s: %w", name, err)
	}
	return value, nil
}

// SetValue sets a named value.
func (s *Shelf) SetValue(ctx context.Context, name, value string) error {
	if err := s.client.Set(ctx, s.keys.shelf("value:"+name), value, 0).Err(); err != nil {
		return fmt.Errorf("set value %s: %w", name, err)
	}
	return nil
}

// SwapValue sets a named value if it still is old, empty where there is none;
// done tells whether it did.
func (s *Shelf) SwapValue(ctx context.Context, name, old, value string) (done bool, err error) {
	key := s.keys.shelf("value:" + name)
	err = s.client.Watch(ctx, func(tx *goredis.Tx) error {
		now, err := tx.Get(ctx, key).Result()
		if err != nil && !errors.Is(err, goredis.Nil) {
			return err
		}
		if now != old {
			return nil
		}
		_, err = tx.TxPipelined(ctx, func(p goredis.Pipeliner) error {
			p.Set(ctx, key, value, 0)
			return nil
		})
		done = err == nil
		return err
	}, key)
	if errors.Is(err, goredis.TxFailedErr) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("swap value %s: %w", name, err)
	}
	return done, nil
}
