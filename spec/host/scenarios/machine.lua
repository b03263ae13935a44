-- This machine, and drives in another one.
local disc = require "discrecorder"
local doctor = require "discrecorder.doctor"
local inhibitor = require "discrecorder.inhibitor"
local must = require "spec.host.scenarios.must"
local serve = require "discrecorder.serve"
local tgt = require "spec.support.tgt"

-- What is refused for a reason of the machine's is as good as what is done.
local function or_refused(value, failure, code)
  if not value and code == "no_memory" then
    error(failure, 0)
  end
  return value
end

local function hold()
  local held <close> = or_refused(inhibitor.hold "trying")
  return held
end

local function served(at)
  local list = or_refused(serve.start({at.address}))
  if list then
    must(serve.stop(list))
  end
end

local function to_nobody()
  or_refused(disc.recorder "iscsi://user:word@127.0.0.1:1/iqn.a.b:c/1")
end

local scenarios = {
  {name = "doctor", run = function(at)
    must(doctor.examine {address = at.address})
  end},
  {name = "inhibitor", run = hold},
  {name = "serve", run = served},
  {name = "iSCSI, nobody there", run = to_nobody},
}

local target, address

local function from_target()
  local rec <close> = must(disc.recorder(address))
  must(rec:medium())
  must(rec:read(0, 16))
end

if not tgt.missing() then
  table.insert(scenarios, {
    name = "iSCSI, a drive",
    prepare = function()
      target = tgt.start()
      address = target:disc(("x"):rep(2048 * 320))
    end,
    run = from_target,
    finish = function()
      if target then
        target:stop()
      end
    end,
  })
end

for _, scenario in ipairs(scenarios) do
  scenario.reads = true
end

return scenarios
