--- discrecorder serve
-- @module discrecorder.cli.serve

local format = require "discrecorder.cli.format"

local serve = {
  name = "serve",
  summary = "Make recorders devices of this machine (/dev/srN), as root.",
}

-- How often each recorder is looked at, in seconds.
local TICK <const> = 0.2

function serve.declare(command)
  command:description(
    "Make virtual recorders devices of this machine's kernel, /dev/srN with " ..
    "its /dev/sgN, for every program on it, until SIGINT or SIGTERM. Needs " ..
    "root and the kernel's modules target_core_user and tcm_loop."
  )
  command:argument("address", "The recorders."):args("+")
  command:option("--hurry",
    "How many times as fast as real time a virtual drive's clock goes: with " ..
    "1000 a drive that is busy for 20 s is so for 20 ms.")
    :argname("N"):convert(tonumber):default("1")
end

function serve.check(arguments)
  local hurry = arguments.hurry
  if not (hurry and hurry > 0 and hurry <= 1e9) then
    return "--hurry is a number above 0"
  end
end

local function tell(console, served)
  local rows, list = {}, {}
  for i, one in ipairs(served) do
    rows[i] = {one.sr, one.sg or "-", one.address}
    list[i] = {address = one.address, sr = one.sr, sg = one.sg}
  end
  if served.removed > 0 then
    console:note("Removed %d left over from a server that was killed.",
      served.removed)
  end
  console:result{ok = true, served = list, removed = served.removed}
  for _, line in ipairs(format.columns(rows)) do
    console:say("%s", line)
  end
  return console:flush()
end

-- Until a signal comes, or one of them cannot be served any more.
local function wait(served, signals)
  while signals:count() == 0 do
    for _, one in ipairs(served) do
      local still, failure, code = one.handle:wait(TICK / #served)
      if not still then
        return nil, failure, code
      end
    end
  end
  return true
end

function serve.run(session)
  local arguments = session.arguments
  local library = require "discrecorder.serve"
  local signals = require("discrecorder.core").catch_signals()
  local served, failure, code = library.start(arguments.address, {
    hurry = arguments.hurry,
    trace = arguments.trace,
  })
  if not served then
    return nil, failure, code
  end
  local done, why, which = true, nil, nil
  if tell(session.console, served) then
    done, why, which = wait(served, signals)
  end
  local stopped, later, latest = library.stop(served)
  if not done then
    return nil, why, which
  elseif not stopped then
    return nil, later, latest
  end
  return true
end

return {serve}
