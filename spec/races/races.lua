--- Work that is broken off at a moment that a seed draws: cancelled, closed,
-- dropped; or the interpreter is left. Afterwards nothing is left of it, the
-- recorder is usable and the disc tells the truth.
local core = require "discrecorder.core"
local moments = require "spec.races.moments"
local random = require "spec.kills.random"
local recorders = require "spec.races.recorders"
local run = require "spec.support.run"
local ways = require "spec.races.ways"
local work = require "spec.races.work"

local races = {}
races.__index = races

-- Polls of what should be over, a hundredth of a second each.
local PATIENCE <const> = 6000

-- How often a work goes on to its end, to be learned from.
local LESSONS <const> = 3

-- What a process has from its first thread on stays: the thread sanitizer's.
local function start_a_thread(folder)
  local rec <close> = recorders.sound(("virtual:%s/started?medium=cd-r")
    :format(folder))
  assert(assert(rec:load_start()):wait())
end

--- A folder of its own, in memory if there is any.
function races.new()
  local self = setmetatable({folder = run.folder(run.memory()), discs = {},
    met = {}, known = {}}, races)
  work.make(self.folder)
  start_a_thread(self.folder)
  return self
end

function races:remove()
  self.discs = {}
  collectgarbage()
  collectgarbage()
  run.remove(self.folder)
end

-- Descriptors and threads of this process.
local function open_things()
  return #core.folder "/proc/self/fd", #core.folder "/proc/self/task"
end

-- Until a condition holds; a hang is what takes longer.
local function wait_until(holds, what)
  for _ = 1, PATIENCE do
    collectgarbage()
    if holds() then
      return
    end
    os.execute "sleep 0.01"
  end
  error(what)
end

local function new_work(folder, number)
  local w = {folder = ("%s/work%d"):format(folder, number), images = folder,
    recorders = {}}
  work.list[number].setup(w)
  return w
end

-- The discs of a work, made once.
local function work_of(self, number)
  local w = self.discs[number]
  if not w then
    w = new_work(self.folder, number)
    run.output("mkdir", "-p", w.folder)
    if work.list[number].prepare then
      work.list[number].prepare(w)
    end
    self.discs[number] = w
    collectgarbage()
    collectgarbage()
  end
  return w
end

-- Whether a job uses it still: one that was dropped goes on until its drive
-- comes back.
local function is_at_work(rec)
  local state = rec:get_recorder_state()
  if state ~= "idle" and state ~= "opened" then
    return true
  end
  local medium, failure = rec:medium()
  return not medium and tostring(failure):find "is at work" ~= nil
end

local function are_idle(w)
  for _, rec in ipairs(w.recorders) do
    if is_at_work(rec) then
      return false
    end
  end
  return true
end

-- A drive that has polls left to be busy for says so, each time after as long
-- as anybody waits for one.
local function answers(rec)
  for _ = 1, 10 do
    local medium, failure = rec:medium()
    if medium then
      return
    end
    assert(tostring(failure):find "not ready after", tostring(failure))
  end
  error "it is never ready again"
end

-- Each answers, and lets go of its drive.
local function are_usable(w)
  for _, rec in ipairs(w.recorders) do
    answers(rec)
    if rec:get_recorder_state() == "opened" then
      assert(rec:close())
    end
  end
  w.recorders = {}
end

local function begun(one, w, draw)
  local job, failure = one.start(w, draw)
  return assert(job, tostring(failure))
end

-- Start a work and go on to a moment of it; and in which phase that is.
local function started(one, w, draw, moment, names)
  local job = begun(one, w, draw)
  moment(job, draw, names, function()
    if one.feed then
      one.feed(w)
    end
  end)
  return job, job:done() and "over" or job:progress().phase
end

local function count(self, one, phase, way)
  local met = self.met[one.name] or {}
  self.met[one.name] = met
  met[phase] = met[phase] or {}
  met[phase][way] = (met[phase][way] or 0) + 1
end

-- Start it, break it off; what came of it. Nothing of the job is held after.
local function broken_off(self, one, w, way, draw, phase)
  local moment = phase and moments.aimed
    or moments.list[1 + draw(#moments.list)]
  local job, met = started(one, w, draw, moment,
    phase and {phase} or self.known[one.name])
  count(self, one, met, way[1])
  local got = way[2](job, draw, w)
  return got and {result = got[1] or nil, failure = got[2]} or {}
end

--- One round: a work is started, and broken off.
-- @tparam integer seed
-- @tparam[opt] table aim `number` of the work and `phase`, if it comes to that
-- @treturn string work and way
function races:round(seed, aim)
  local draw = random.new(seed)
  local number = 1 + draw(#work.list)
  local way = ways.off[1 + draw(#ways.off)]
  number = aim and aim.number or number
  local one = work.list[number]
  if one.name:find "pushed" and way[1] == "wait to the end" then
    way = ways.off[1] -- it would not come
  end
  local name = ("%s: %s"):format(one.name, way[1])
  local w = work_of(self, number)
  local files, threads = open_things()
  w.slow = aim ~= nil
  local outcome = broken_off(self, one, w, way, draw, aim and aim.phase)
  w.slow = nil
  wait_until(function()
    return are_idle(w)
  end, name .. ": a recorder is not idle")
  are_usable(w)
  one.check(w, outcome)
  outcome = nil -- luacheck: ignore 311
  wait_until(function()
    local now, running = open_things()
    return now <= files and running <= threads
  end, name .. ": a descriptor or a thread is left")
  return name
end

-- {=== phases

-- A work goes on to its end; the phases that it is seen in.
local function watch(one, w, draw, seen)
  local job = begun(one, w, draw)
  for _ = 1, moments.WATCHED do
    seen[job:progress().phase] = true
    if job:done() then
      break
    elseif one.feed then
      one.feed(w)
    end
  end
  local got = ways.ended(job)
  return {result = got[1] or nil, failure = got[2]}
end

--- Learn the phases that each work has: by letting it go on to its end on a
-- slow drive, several times.
function races:learn()
  for number, one in ipairs(work.list) do
    local w, seen = work_of(self, number), {}
    w.slow = true
    for i = 1, LESSONS do
      local outcome = watch(one, w, random.new(i), seen)
      wait_until(function()
        return are_idle(w)
      end, one.name .. ": a recorder is not idle")
      are_usable(w)
      one.check(w, outcome)
    end
    w.slow = nil
    local names = {}
    for phase in pairs(seen) do
      table.insert(names, phase)
    end
    table.sort(names)
    self.known[one.name] = names
  end
end

--- What was learned of, and no work was broken off in.
-- @treturn {table,...} `number` and `name` of a work, `phase`
function races:missed()
  local list = {}
  for number, one in ipairs(work.list) do
    for _, phase in ipairs(self.known[one.name] or {}) do
      if not (self.met[one.name] or {})[phase] then
        table.insert(list, {number = number, name = one.name, phase = phase})
      end
    end
  end
  return list
end

-- "closing 12 in 7 ways"
local function phase_line(phase, met)
  local times, kinds = 0, 0
  for _, count_of in pairs(met or {}) do
    times, kinds = times + count_of, kinds + 1
  end
  return ("%s %d in %d ways"):format(phase, times, kinds)
end

--- How often each work was broken off in each of its phases.
-- @treturn {string,...} a line of each work
function races:lines()
  local lines = {}
  for i, one in ipairs(work.list) do
    local words, met = {}, self.met[one.name] or {}
    for j, phase in ipairs(self.known[one.name] or {}) do
      words[j] = phase_line(phase, met[phase])
    end
    lines[i] = ("%s: %s"):format(one.name, table.concat(words, ", "))
  end
  return lines
end

-- ===}

--- Forget all discs: after a round that went wrong.
function races:forget()
  for number, w in pairs(self.discs) do
    w.recorders = {}
    self.discs[number] = nil
    collectgarbage()
    collectgarbage()
    run.output("rm", "-rf", w.folder)
  end
end

-- {=== leaving

--- Start a work, and leave the interpreter at a moment of it: for child.lua.
-- @tparam integer seed
-- @tparam string folder of who started the process
function races.leave(seed, folder)
  local draw = random.new(seed)
  local number = 1 + draw(#work.list)
  local way = ways.out[1 + draw(#ways.out)]
  local w = new_work(folder, number)
  w.slow = draw(2) == 0
  local phase
  races.left, phase = started(work.list[number], w, draw,
    moments.list[1 + draw(#moments.list)]) -- somebody holds it
  io.stdout:write(phase, "\n")
  way[3](races.left)
end

--- A process is left so, and what it leaves is judged.
-- @tparam integer seed
-- @treturn string work and way
function races:exit(seed)
  local draw = random.new(seed)
  local number = 1 + draw(#work.list)
  local way = ways.out[1 + draw(#ways.out)]
  local one, w = work.list[number], work_of(self, number)
  collectgarbage()
  collectgarbage()
  local result = run{"timeout", "-s", "KILL", ways.WATCHDOG, "lua5.4",
    "spec/races/child.lua", seed, self.folder, env = run.lua_env, ours = true}
  local name = ("%s: %s"):format(one.name, way[1])
  assert(result.status == way[2], ("%s ended with %d: %s"):format(name,
    result.status, result.stderr))
  local phase = result.stdout:match "[^\n]+"
  assert(phase, ("%s did not come to that: %s"):format(name, result.stderr))
  count(self, one, phase, "left: " .. way[1])
  one.check(w, {left = true})
  return name
end

-- ===}

return races
