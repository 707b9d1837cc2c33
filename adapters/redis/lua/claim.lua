-- claim leases what is due in one queue of a shard, earliest first.
--
-- Alarms are due on the injected clock and leased in real time; the two never
-- share a score. So a leased alarm moves to held, its due time beside it, and
-- comes back when its lease has ended. A lane knows real time only: its score
-- becomes the end of its lease.
--
-- KEYS[1]  queue  ZSET    alarms or lanes, by due time
-- KEYS[2]  fence  STRING  the latest end of any lease of this shard
-- KEYS[3]  held   ZSET    for alarms: those that are leased, by the lease's end
-- KEYS[4]  dues   HASH    for alarms: the due times of what is held
-- ARGV[1]  now on the queue's clock (ms)
-- ARGV[2]  now in real time (ms)
-- ARGV[3]  when the leases shall end (real time, ms)
-- ARGV[4]  how many at most
-- Answers: nothing, or the end of the leases and then name and due time of each.

local queue, fence, held, dues = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, real, wanted, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if held then
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', real, 'LIMIT', 0, limit)) do
    redis.call('ZADD', queue, redis.call('HGET', dues, name), name)
    redis.call('ZREM', held, name)
    redis.call('HDEL', dues, name)
  end
end

local leases = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'WITHSCORES', 'LIMIT', 0, limit)
if #leases == 0 then
  return leases
end

-- A fence must be new: with clocks that disagree, or stand still, two holders
-- of one lane could otherwise be given the same end.
local last = tonumber(redis.call('GET', fence) or '0')
local lease_end = string.format('%.0f', math.max(tonumber(wanted), last + 1))
redis.call('SET', fence, lease_end)

for i = 1, #leases, 2 do
  local name, due = leases[i], leases[i + 1]
  if held then
    redis.call('ZREM', queue, name)
    redis.call('ZADD', held, lease_end, name)
    redis.call('HSET', dues, name, due)
  else
    redis.call('ZADD', queue, lease_end, name)
  end
end

table.insert(leases, 1, lease_end)
return leases
