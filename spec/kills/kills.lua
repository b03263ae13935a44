--- Programs that are killed, and power that fails: what is left is judged.
local images = require "spec.kills.images"
local judge = require "spec.kills.judge"
local programs = require "spec.kills.programs"
local random = require "spec.kills.random"
local readings = require "spec.kills.readings"
local run = require "spec.support.run"

local kills = {}
kills.__index = kills

local SHIM <const> = run.build .. "/spec/shim.so"
local CUT <const> = run.build .. "/spec/cut"
local MODES <const> = {"none", "all", "changes", "pages", "sectors", "early",
  "late"}

--- A folder for the images and what is done.
function kills.new()
  local self = setmetatable({folder = run.folder(run.memory()), runs = 0},
    kills)
  self.images = self.folder .. "/images"
  run.output("mkdir", self.images)
  images.make(self.images)
  return self
end

function kills:remove()
  collectgarbage()
  collectgarbage()
  run.remove(self.folder)
end

-- A folder for one run.
local function new_folder(self)
  self.runs = self.runs + 1
  local folder = ("%s/%d"):format(self.folder, self.runs)
  run.output("mkdir", folder)
  return folder
end

local function names(folder)
  local list = {}
  for name in run.output("ls", folder):gmatch "[^\n]+" do
    table.insert(list, name)
  end
  return list
end

-- A Lua program in a process of its own, seen from beneath; what it said.
-- @tparam table how `KILLS_AT` and so on; `seconds`: when it is killed by time
local function child(folder, how, ...)
  local env = {KILLS_FOLDER = folder}
  for name, value in pairs(run.lua_env) do
    env[name] = value
  end
  for name, value in pairs(how) do
    env[name] = name:find "^KILLS_" and value or env[name]
  end
  local before = os.getenv "LD_PRELOAD"
  env.LD_PRELOAD = (before and before .. " " or "") .. SHIM
  local words = {"lua5.4", ...}
  if how.seconds then
    words = {"timeout", "-s", "KILL", how.seconds, table.unpack(words)}
  end
  words.env, words.ours = env, true
  local result = run(words)
  assert(result.status == 0 or result.status == 137, result.stderr)
  return result
end

-- How many changes a program makes, with a log of them in the folder; counted
-- once.
local function clean_run(self, key, folder, ...)
  self.clean = self.clean or {}
  if not self.clean[key] then
    local log = ("%s/log.%s"):format(self.folder, key)
    local count = log .. ".count"
    child(folder, {KILLS_LOG = log, KILLS_COUNT = count}, ...)
    local changes = tonumber(run.slurp(count))
    assert(changes > 0, "the shim has seen nothing")
    self.clean[key] = {log = log, changes = changes}
  end
  return self.clean[key]
end

local function discard(folder)
  collectgarbage()
  run.output("rm", "-rf", folder)
end

-- {=== discs

local CHILD <const> = "spec/kills/child.lua"

local function clean_program(self, number)
  local known = self.clean and self.clean[number]
  if known then
    return known
  end
  local folder = new_folder(self)
  known = clean_run(self, number, folder, CHILD, number, folder, self.images)
  local contents = {}
  for _, name in ipairs(names(folder)) do
    if name:find "^told" then
      contents[name] = run.slurp(folder .. "/" .. name)
    end
  end
  known.contents = contents
  discard(folder)
  return known
end

-- At one of so many changes, or by time.
local function how_to_kill(draw, changes)
  if draw(5) == 0 then
    return {seconds = ("0.%03d"):format(20 + draw(100))}
  end
  return {KILLS_AT = 1 + draw(changes), KILLS_PART = draw(1001)}
end

--- Kill one program once.
-- @tparam integer number of the program
-- @tparam integer seed of the moment
-- @treturn string the state that the disc was found in
function kills:kill(number, seed)
  local how = how_to_kill(random.new(seed),
    clean_program(self, number).changes)
  local folder = new_folder(self)
  child(folder, how, CHILD, number, folder, self.images)
  local told = judge.told(names(folder), judge.slurp(folder))
  local state = judge.disc(programs[number], folder .. "/disc", told,
    self.images, seed, false)
  discard(folder)
  return state
end

-- Where something is put on the host's disk, and everywhere else.
local function moment(known, draw)
  if not known.syncs then
    known.syncs = {}
    local listed = run.output(CUT, known.log)
    known.logged = tonumber(listed:match "changes (%d+)")
    for at in listed:gmatch "sync (%d+)" do
      table.insert(known.syncs, tonumber(at))
    end
  end
  if draw(2) == 0 then
    return known.syncs[1 + draw(#known.syncs)] + draw(2)
  end
  return draw(known.logged + 1)
end

-- The files that a power cut leaves, and the names that had been told.
local function cut(known, folder, seed)
  local draw = random.new(seed)
  local at, mode = moment(known, draw), MODES[1 + draw(#MODES)]
  local told = {}
  for name in run.output(CUT, known.log, folder, at, mode, seed)
    :gmatch "[^\n]+" do
    table.insert(told, name)
  end
  return told
end

--- Let the power fail once in a program.
function kills:cut(number, seed)
  local known = clean_program(self, number)
  local folder = new_folder(self)
  local told = judge.told(cut(known, folder, seed), function(name)
    return known.contents[name]
  end)
  local state = judge.disc(programs[number], folder .. "/disc", told,
    self.images, seed, true)
  discard(folder)
  return state
end

-- ===}

-- {=== files that discs are read to

local READ_CHILD <const> = "spec/kills/read_child.lua"

-- The discs, and what a reading makes of one when nobody kills it.
local function clean_reading(self, number)
  if not self.discs then
    self.discs = self.folder .. "/discs"
    run.output("cp", "-r", self.images, self.discs)
    readings.make(self.discs)
  end
  local key = "reading" .. number
  local known = self.clean and self.clean[key]
  if not known then
    local folder = new_folder(self)
    known = clean_run(self, key, folder, READ_CHILD, number, self.discs,
      folder)
    known.whole = new_folder(self)
    assert(readings.read(number, self.discs, known.whole))
    discard(folder)
  end
  return known
end

--- Kill one reading once.
-- @tparam integer number in readings.list
-- @tparam integer seed
-- @treturn string what was found
function kills:kill_reading(number, seed)
  local known, folder = clean_reading(self, number), new_folder(self)
  child(folder, how_to_kill(random.new(seed), known.changes), READ_CHILD,
    number, self.discs, folder)
  local found = readings.judge(number, self.discs, folder, known.whole, false)
  discard(folder)
  return found
end

--- Let the power fail once in a reading.
function kills:cut_reading(number, seed)
  local known, folder = clean_reading(self, number), new_folder(self)
  cut(known, folder, seed)
  local found = readings.judge(number, self.discs, folder, known.whole, true)
  discard(folder)
  return found
end

-- ===}

return kills
