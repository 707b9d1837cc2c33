-- settle removes the first delivery of a leased lane and remembers what became
-- of it. The last one gives the lane back.
--
-- KEYS[1]  lanes   ZSET    lanes by the time from which anybody may claim them
-- KEYS[2]  lane    LIST    its deliveries, oldest first, each after its key and a line break
-- KEYS[3]  refs    HASH    the messages and threads of the record's slots
-- KEYS[4]  record  STRING
-- ARGV[1]  the lane's name
-- ARGV[2]  the end of the lease (ms), which is its fence
-- ARGV[3]  the delivery's key
-- ARGV[4]  how long refs outlive their record (ms)
-- ARGV[5…] fields of refs and their values
-- Answers:
--   ok    it is settled
--   lost  the lease is somebody else's or nobody's, or the delivery is not the first one

local lanes, lane, refs, record = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local name, lease_end, delivery, memory = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local score = redis.call('ZSCORE', lanes, name)
if not score or tonumber(score) ~= tonumber(lease_end) then
  return 'lost'
end
local first = redis.call('LINDEX', lane, 0)
if not first or string.sub(first, 1, #delivery + 1) ~= delivery .. '\n' then
  return 'lost'
end

redis.call('LPOP', lane)
if redis.call('EXISTS', lane) == 0 then
  redis.call('ZREM', lanes, name)
end

if #ARGV > 4 then
  redis.call('HSET', refs, unpack(ARGV, 5))
  if redis.call('EXISTS', record) == 0 then
    redis.call('PEXPIRE', refs, memory)
  end
end

return 'ok'
