--- What the types of the core gain in Lua: each `x_start` that gives a Job gets
-- an `x` that starts it and waits, a Recorder learns to burn, and what waits
-- without an end does so in slices.
-- @module discrecorder.methods

local and_wait = require "discrecorder.waiting"
local core = require "discrecorder.core"
local erasing = require "discrecorder.erasing"

local recorder = core.recorder_methods()
local job = core.job_methods()
local source = core.source_methods()

-- A script that waits stays open to Ctrl-C: the interpreter looks at it only
-- between calls.
local SLICE <const> = 0.2

local wait_once = job.wait_once or job.wait
job.wait_once = wait_once

function job.wait(self, seconds)
  if seconds then
    return wait_once(self, seconds)
  end
  while not self:done() do
    wait_once(self, SLICE)
  end
  return wait_once(self, 0)
end

local write_once = source.write_once or source.write
source.write_once = write_once

function source.write(self, data, seconds)
  if seconds ~= nil then
    return write_once(self, data, seconds)
  end
  local taken = 0
  repeat
    local more, failure, code = self:write_slice(data, taken)
    if not more then
      return nil, failure, code
    end
    taken = taken + more
  until taken == #data
  return taken
end

for _, name in ipairs {
  "eject", "finish", "format", "load", "wait_medium",
} do
  recorder[name] = and_wait(recorder[name .. "_start"])
end

local erase = and_wait(recorder.erase_start)

function recorder.erase(self, full)
  return erasing.told(self, erase(self, full))
end

--- Burn a job, as @{discrecorder.burn.start}.
-- @function recorder:burn_start
function recorder.burn_start(self, work)
  return require("discrecorder.burn").start(self, work)
end

--- Burn a job and wait: @{discrecorder.burn.run}.
-- @function recorder:burn
recorder.burn = and_wait(recorder.burn_start)

return {recorder = recorder, job = job, source = source}
