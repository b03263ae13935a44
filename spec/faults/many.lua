--- Jobs that are burned by several recorders, one of which has the fault: the
-- others come out good, and nothing else is told of them.
local burn = require "discrecorder.burn"
local disc = require "discrecorder"
local shops = require "spec.faults.shop"

local many = {list = {}}

-- Which of the recorders has the fault: neither the first nor the last.
local FAULTY <const> = 2

-- Everybody has to wait for everybody. How long, by the machine's clock, is
-- nothing that a fault can do: time is the drives' own.
local BUFFER <const>, STALL <const> = 131072, 3600

-- What the results say of the recorder with the fault, as of a burn; and all.
local function of_faulty(results, failure, code)
  local all = results or failure.results
  local mine = all and all[FAULTY]
  local others = {all = all, failure = failure, code = code}
  if not mine then
    return nil, failure, code, others
  elseif mine.ok then
    return mine.report, nil, nil, others
  end
  return nil, mine.failure, mine.code, others
end

local function act_on(discs)
  return function(rec, shop)
    local list = {}
    for i, name in ipairs(discs) do
      list[i] = assert(disc.recorder("virtual:"
        .. shop:lay(name, "other" .. i)))
    end
    table.insert(list, FAULTY, rec)
    local report, failure, code, others = of_faulty(burn.to_many(
      shops.job(shops.ONE, {as_needed = true, buffer = BUFFER, stall = STALL}),
      list))
    others.addresses, others.states, others.locked = {}, {}, {}
    for i, one in ipairs(list) do
      others.addresses[i] = one.address
      if one ~= rec then
        others.states[i] = one:get_recorder_state()
        others.locked[i] = one:operator():is_locked()
        one:close()
      end
    end
    return report, failure, code, others
  end
end

-- The table of results, and the failure of the whole.
local function check_results(run, wrong)
  local others = run.others
  for i, address in ipairs(others.addresses) do
    local one = others.all[i]
    if one.address ~= address then
      wrong(run, "result %d is of %s", i, tostring(one.address))
    elseif one.ok ~= (one.report ~= nil) or one.ok ~= (one.failure == nil) then
      wrong(run, "result %d is neither good nor bad", i)
    end
  end
  if #others.all ~= #others.addresses then
    wrong(run, "%d results of %d recorders", #others.all, #others.addresses)
  elseif run.failure and (others.code ~= run.code
      or others.failure.code ~= run.code
      or not others.failure.message:find "^1 of 3 recorders failed; number 2: ")
  then
    wrong(run, "one recorder failed, and all of it is told as %s",
      tostring(others.failure))
  end
end

local function check_other(run, wrong, i, check_tracks)
  local one, others = run.others.all[i], run.others
  if not one.ok or not one.report.ok or not one.report.verified then
    return wrong(run, "recorder %d failed too: %s", i, tostring(one.failure))
  elseif others.states[i] ~= "idle" or others.locked[i] then
    wrong(run, "recorder %d is %s, its tray %s", i, others.states[i],
      others.locked[i] and "locked" or "free")
  end
  local rec <close> = assert(disc.recorder(one.address))
  local medium = assert(rec:medium())
  if medium.state ~= one.report.medium.state then
    wrong(run, "recorder %d: its report says %s, the disc is %s", i,
      one.report.medium.state, medium.state)
  end
  check_tracks(run, rec, one.report.tracks, shops.ONE)
end

local function also(run, wrong, check_tracks)
  if run.unopened then
    return
  elseif not run.others.all then
    return wrong(run, "there are no results: %s", tostring(run.failure))
  end
  check_results(run, wrong)
  for i = 1, #run.others.all do
    if i ~= FAULTY then
      check_other(run, wrong, i, check_tracks)
    end
  end
end

for _, row in ipairs {
  {"many-cd", "cd-rw", "complete", {"cd-r", "dvd-r"}},
  {"many-dvd", "dvd+rw, formatted", "overwritable", {"dvd+r", "cd-rw"}},
} do
  table.insert(many.list, {
    name = row[1], kind = "several recorders", disc = row[2], state = row[3],
    holds = shops.ONE, burns = true, proves = true, also = also,
    act = act_on(row[4]),
  })
end

return many
