--- One run: a job, a fault at one of its packets, and all that must be so
-- afterwards (docs/faults-outcomes.md).
--
--     local done = try(shop, job, clean, packet, "sense:3/0C/00")
--     done.outcome, done.wrong   -- "ok" or a code; {"what is not as it must"}
local checks = require "spec.faults.checks"
local classes = require "spec.faults.classes"
local disc = require "discrecorder"
local leaks = require "spec.faults.leaks"
local outcomes = require "spec.faults.outcomes"

local function collect()
  collectgarbage()
  collectgarbage()
end

-- A failure that was raised is a table.
local function told(why)
  return debug.traceback(tostring(why), 2)
end

-- The job itself, by a recorder with the fault.
local function act(shop, job, path, rule, run)
  local rec, failure, code = disc.recorder("virtual:" .. path,
    {faults = {rule}, trace = shop.trace})
  if not rec then
    run.failure, run.code, run.unopened = failure, code, true
    return
  end
  local hand = rec:operator()
  local begun = hand:clock()
  run.result, run.failure, run.code, run.others = job.act(rec, shop)
  run.took = hand:clock() - begun
  run.locked = hand:is_locked()
  local state, _, why = rec:get_recorder_state()
  run.state, run.why = state, why
  run.told = not run.stays and rec:medium() or nil
end

return function(shop, job, clean, packet, fault)
  local path = shop:lay(job.disc)
  local rule, stays = classes.rule(fault, packet)
  local run = {job = job, packet = packet, fault = fault, stays = stays,
    clean = clean, path = path, shop = shop, wrong = {},
    may = outcomes.of(fault, packet, job, clean)}
  local before = leaks.look()
  local ok, why = xpcall(act, told, shop, job, path, rule, run)
  collect()
  run.outcome = run.result and "ok" or run.code or "nothing"
  if not ok then
    run.outcome = "raised"
    table.insert(run.wrong, why)
  else
    ok, why = xpcall(checks.all, told, run)
    if not ok then
      table.insert(run.wrong, why)
    end
  end
  collect()
  leaks.compare(before, leaks.look(), shop.laid, run.wrong)
  return run
end
