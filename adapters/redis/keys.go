package redis

import (
	"fmt"
	"hash/fnv"
	"strings"

	"casebot/bot"
)

// shards is how many hash tags the state is spread over. Changing it would
// strand everything that is stored.
const shards = 16

// shard is one of the hash tags {0} to {f}. Whatever commits together shares it.
type shard uint32

// shardOf chooses the shard of an owner.
func shardOf(owner string) shard {
	h := fnv.New32a()
	h.Write([]byte(owner))
	return shard(h.Sum32() % shards)
}

// allShards returns every shard in order.
func allShards() []shard {
	all := make([]shard, shards)
	for i := range all {
		all[i] = shard(i)
	}
	return all
}

// keyspace names everything that is stored. Nothing outside this file builds a
// key.
type keyspace struct{ prefix string }

// in puts a name under a shard's tag.
func (k keyspace) in(s shard, name string) string {
	return fmt.Sprintf("%s:{%x}:%s", k.prefix, uint32(s), name)
}

// What a record has of its own, in its owner's shard.

func (k keyspace) record(r bot.Key) string { return k.in(shardOf(r.Owner), "record:"+r.String()) }
func (k keyspace) log(r bot.Key) string    { return k.in(shardOf(r.Owner), "log:"+r.String()) }
func (k keyspace) refs(r bot.Key) string   { return k.in(shardOf(r.Owner), "refs:"+r.String()) }
func (k keyspace) lane(r bot.Key, lane string) string {
	return k.in(shardOf(r.Owner), "lane:"+laneMember(r, lane))
}

// What a shard has.

func (k keyspace) event(s shard, id string) string   { return k.in(s, "event:"+id) }
func (k keyspace) index(s shard, name string) string { return k.in(s, "index:"+name) }
func (k keyspace) alarms(s shard) string             { return k.in(s, "alarms") }
func (k keyspace) held(s shard) string               { return k.in(s, "held") }
func (k keyspace) dues(s shard) string               { return k.in(s, "dues") }
func (k keyspace) lanes(s shard) string              { return k.in(s, "lanes") }
func (k keyspace) fence(s shard) string              { return k.in(s, "fence") }
func (k keyspace) parked(s shard) string             { return k.in(s, "parked") }

// What belongs to no record and so needs no tag.

func (k keyspace) name(name string) string { return k.prefix + ":name:" + name }
func (k keyspace) once(id string) string   { return k.prefix + ":once:" + id }
func (k keyspace) note(name string) string { return k.prefix + ":note:" + name }

// What the shelf holds lives under one tag of its own.

func (k keyspace) shelf(name string) string { return k.prefix + ":{shelf}:" + name }

// laneMember names a lane in the queue of its shard. The record's key holds no
// line break, which Commit sees to, so splitLane can undo it.
func laneMember(r bot.Key, lane string) string { return r.String() + "\n" + lane }

// splitLane reads what laneMember wrote, and a plain record key as one without
// a lane.
func splitLane(member string) (bot.Key, string, error) {
	name, lane, _ := strings.Cut(member, "\n")
	key, err := bot.ParseKey(name)
	return key, lane, err
}

// indexShards returns the shards that an index spans: "open" all of them,
// "open:ACME" only that of its owner.
func indexShards(name string) []shard {
	if _, owner, one := strings.Cut(name, ":"); one {
		return []shard{shardOf(owner)}
	}
	return allShards()
}
