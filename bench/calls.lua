--- What a single call costs.
local discrecorder = require "discrecorder"
local measure = require "measure"

local calls = {}

-- A virtual recorder for the time of `body`, opened exclusively.
local function with_recorder(here, body)
  local address = ("virtual:%s?medium=cd-rw"):format(here:path("disc"))
  local rec <close> = assert(discrecorder.recorder(address))
  assert(rec:open_exclusive())
  return body(rec)
end

-- Nanoseconds for one of so many calls; body(rec, times) makes them.
local function nanoseconds(times, body)
  return function(here)
    return with_recorder(here, function(rec)
      return measure.repeated(function()
        local start = os.clock()
        body(rec, times)
        return (os.clock() - start) / times * 1e9
      end)
    end)
  end
end

local function get_state(rec, times)
  for _ = 1, times do
    rec:get_recorder_state()
  end
end

local function test_unit_ready(rec, times)
  local cdb = ("\0"):rep(6)
  for _ = 1, times do
    assert(rec:command(cdb))
  end
end

function calls.prepare()
end

calls.rows = {
  {"get_recorder_state_ns", 200, nanoseconds(1000000, get_state)},
  {"command_ns", 1500, nanoseconds(200000, test_unit_ready)},
}

return calls
