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

local function once(shop, job, clean, packet, fault)
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

-- What is told of a run, which is all that is kept of it: its result would
-- count as memory in use.
local function brief(run)
  return {outcome = run.outcome, took = run.took, wrong = run.wrong,
    word = run.may.word,
    failure = run.shop.trace and run.failure and tostring(run.failure)}
end

-- Bytes of the heap that a run may add; by a repetition, of which as much is
-- told, hardly any. What the C library keeps for its threads counts as used,
-- unless it is told to keep nothing (`make faults`).
local KEEPS <const> = not (os.getenv "GLIBC_TUNABLES" or ""):find(
  "tcache_count=0", 1, true)
local FIRST <const> = KEEPS and 4096 or 400
local LATER <const> = KEEPS and 4096 or 100
local TRIES <const> = 8

local last

-- What is used for the first time stays, a thread's stack is kept when another
-- was not free yet; what grows every time leaks.
return function(...)
  local least = FIRST
  for i = 0, TRIES do
    local before = leaks.heap()
    last = brief(once(...))
    local limit = i == 0 and FIRST or LATER
    local grown = leaks.heap(before + limit) - before
    if grown <= limit then
      return last
    end
    least = i == 1 and grown or math.min(least, grown)
  end
  table.insert(last.wrong, ("it leaves %d bytes each time"):format(least))
  return last
end
