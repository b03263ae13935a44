--- Recorders on discs whose last user was killed: the system closes its files a
-- moment after it is gone, and the lock on a disc file goes with them.
local discrecorder = require "discrecorder"

local TRIES <const> = 200 -- of 50 ms

-- @string address
-- @tparam[opt] table options
return function(address, options)
  local rec, failure, code
  for _ = 1, TRIES do
    rec, failure, code = discrecorder.recorder(address, options)
    if code ~= "device_not_accessible" then
      break
    end
    os.execute "sleep 0.05"
  end
  return rec, failure, code
end
