-- commit applies a transition to one shard, whole or not at all.
--
-- KEYS, in this order:
--   event    STRING  there while the event is remembered
--   alarms   ZSET    records by the due time of their alarm
--   held     ZSET    records whose alarm is leased, by the lease's end
--   dues     HASH    the due times of what is held
--   lanes    ZSET    lanes by the time from which anybody may claim them
--   per check:     record
--   per change:    record, log, refs, then the indexes to join, then those to leave
--   per delivery:  lane
-- ARGV, in this order:
--   how long the event is remembered (ms), now (real time, ms)
--   number of checks, then per check: the version that the record must have
--   number of changes, then per change: the record's name, its new value ('' deletes it),
--     its alarm (ms, '' for none), its log entry ('' for none), how many indexes to join, to leave
--   number of deliveries, then per delivery: the lane's name, the delivery
-- Answers:
--   ok         everything is written
--   duplicate  the event was committed before; nothing is written
--   conflict   a record has another version; nothing is written

local k, a = 0, 0
local function key() k = k + 1 return KEYS[k] end
local function arg() a = a + 1 return ARGV[a] end
local function count() return tonumber(arg()) end

local event, alarms, held, dues, lanes = key(), key(), key(), key(), key()
local memory, now = arg(), arg()

-- All checks come first: Redis never takes back what a script wrote.
if redis.call('EXISTS', event) == 1 then
  return 'duplicate'
end
local absent = {}
for _ = 1, count() do
  local record = key()
  local version = string.match(redis.call('GETRANGE', record, 0, 20), '^%d+') or '0'
  if version ~= arg() then
    return 'conflict'
  end
  absent[record] = version == '0'
end

redis.call('SET', event, '', 'PX', memory)

for _ = 1, count() do
  local record, log, refs = key(), key(), key()
  local name, value, alarm, entry, joins, leaves = arg(), arg(), arg(), arg(), count(), count()

  if value == '' then
    -- What still waits in its lanes may edit its messages: refs outlive it for a while.
    redis.call('DEL', record, log)
    redis.call('PEXPIRE', refs, memory)
  else
    if absent[record] then
      redis.call('DEL', refs)
    end
    redis.call('SET', record, value)
    if entry ~= '' then
      redis.call('RPUSH', log, entry)
    end
  end

  if redis.call('ZREM', held, name) == 1 then
    redis.call('HDEL', dues, name)
  end
  if value == '' or alarm == '' then
    redis.call('ZREM', alarms, name)
  else
    redis.call('ZADD', alarms, alarm, name)
  end

  for _ = 1, joins do
    redis.call('ZADD', key(), 0, name)
  end
  for _ = 1, leaves do
    redis.call('ZREM', key(), name)
  end
end

for _ = 1, count() do
  local lane, name, delivery = key(), arg(), arg()
  redis.call('RPUSH', lane, delivery)
  -- NX: the score of a lane that is there already may be a lease, a delay or a parking ban.
  redis.call('ZADD', lanes, 'NX', now, name)
end

return 'ok'
