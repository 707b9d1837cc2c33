-- shelf puts an item on the shelf, at the end of its feed.
--
-- KEYS[1]  items  HASH    items by id
-- KEYS[2]  feed   ZSET    ids by sequence number
-- KEYS[3]  seq    STRING  the latest sequence number
-- ARGV[1]  id
-- ARGV[2]  the item
-- ARGV[3]  'new' if an item that is there already shall stay as it is
-- Answers: the item's sequence number; after it the item that stayed, if one did.

local items, feed, seq = KEYS[1], KEYS[2], KEYS[3]
local id, item, only = ARGV[1], ARGV[2], ARGV[3]

if only == 'new' then
  local stays = redis.call('HGET', items, id)
  if stays then
    return {tonumber(redis.call('ZSCORE', feed, id)), stays}
  end
end

local number = redis.call('INCR', seq)
redis.call('HSET', items, id, item)
redis.call('ZADD', feed, number, id)
return {number}
