-- postpone gives a leased lane back before its lease ends.
--
-- KEYS[1]  lanes  ZSET  lanes by the time from which anybody may claim them
-- ARGV[1]  the lane's name
-- ARGV[2]  the end of the lease (ms), which is its fence
-- ARGV[3]  when it is due again (real time, ms)
-- Answers:
--   ok    it is due again then
--   lost  the lease is somebody else's or nobody's

local lanes = KEYS[1]
local name, lease_end, due = ARGV[1], ARGV[2], ARGV[3]

local score = redis.call('ZSCORE', lanes, name)
if not score or tonumber(score) ~= tonumber(lease_end) then
  return 'lost'
end

redis.call('ZADD', lanes, due, name)
return 'ok'
