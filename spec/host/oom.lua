-- What oom.c runs while allocations fail: scenarios, each with a disc of its
-- own that `prepare` makes once; those that `reads` write no disc. Called with
-- a folder for what they all read; gives `names`, and functions of a scenario's
-- number and a folder.
local disc = require "discrecorder"
local must = require "spec.host.scenarios.must"
local source = require "discrecorder.source"

local BLOCK <const>, BLOCKS <const> = 2048, 320

local folder = ...

local scenarios = {}
for _, name in ipairs {
  "recorder", "burning", "audio", "overwriting", "reading", "copying", "sheets",
  "mastering", "machine",
} do
  for _, scenario in ipairs(require("spec.host.scenarios." .. name)) do
    table.insert(scenarios, scenario)
  end
end

-- {=== what they read

local input = folder .. "/input"

local function write(name, content)
  local file <close> = assert(io.open(input .. "/" .. name, "wb"))
  assert(file:write(content))
end

local function blocks(size)
  local list = {}
  for i = 1, BLOCKS do
    list[i] = string.pack("<I4", i):rep(size // 4)
  end
  return table.concat(list)
end

local function wave(samples)
  return "RIFF" .. string.pack("<I4", #samples + 36) .. "WAVEfmt "
    .. string.pack("<I4I2I2I4I4I2I2", 16, 1, 2, 44100, 176400, 4, 16)
    .. "data" .. string.pack("<I4", #samples) .. samples
end

assert(os.execute(("mkdir -p '%s/tree/sub'"):format(input)))
write("image", blocks(BLOCK))
write("tree/leaf", "leaf\n")
write("tree/sub/big", ("0123456789"):rep(5000))
write("one.wav", wave(blocks(2352)))
write("two.wav", wave(blocks(2352):reverse()))
write("album.cue", [[
CATALOG 4006381333931
TITLE "The Album"
PERFORMER "Somebody"
FILE "one.wav" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    FLAGS DCP
    ISRC USABC9912345
    INDEX 01 00:00:00
    INDEX 02 00:02:00
FILE "two.wav" WAVE
  TRACK 02 AUDIO
    TITLE "Second"
    PREGAP 00:02:00
    INDEX 01 00:00:00
]])

-- ===}

local places = {} -- of what is tried, by scenario

local function place(scenario, work)
  return {
    input = input,
    work = work,
    disc = work .. "/disc",
    address = ("virtual:%s/disc?%s"):format(work,
      scenario.disc or "medium=cd-rw"),
  }
end

-- The disc before a try.
local function prepare(number, work)
  places = {} -- one may be left, of a scenario that failed
  collectgarbage()
  collectgarbage()
  local scenario = scenarios[number]
  local at = place(scenario, work)
  do
    local rec <close> = must(disc.recorder(at.address))
    if scenario.prepare then
      scenario.prepare(at, rec)
    end
  end
  collectgarbage()
  collectgarbage()
end

local function begin(number, work)
  local scenario = scenarios[number]
  local at = place(scenario, work)
  at.rec = must(disc.recorder(at.address, scenario.options))
  places[number] = at
  if scenario.begin then
    scenario.begin(at)
  end
end

local function run(number)
  local at = places[number]
  scenarios[number].run(at, at.rec)
end

-- {=== afterwards

local function differ(a, b, path)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a ~= b and ("%s: %s, %s"):format(path, a, b) or nil
  end
  local keys = {}
  for key in pairs(a) do
    keys[key] = true
  end
  for key in pairs(b) do
    keys[key] = true
  end
  for key in pairs(keys) do
    local told = differ(a[key], b[key], path .. "." .. key)
    if told then
      return told
    end
  end
end

local REWRITABLE <const> = {
  ["bd-re"] = true, ["cd-rw"] = true, ["dvd+rw"] = true, ["dvd-ram"] = true,
  ["dvd-rw"] = true,
}

-- What becomes of a burn on a disc that cannot take one.
local REFUSED <const> = {complete = true, damaged = true}

-- A burn works, or is refused because of what the disc is.
local function burn_once_more(rec, medium)
  local made = must(source.bytes(("x"):rep(BLOCK * BLOCKS)))
  local kind = medium.profile:match "^%a+[-+]%a+"
  local report, failure = rec:burn {
    tracks = {{source = made}},
    as_needed = REWRITABLE[kind] or nil,
    append = medium.state == "appendable" and not REWRITABLE[kind] or nil,
  }
  if not report and (REWRITABLE[kind] or not REFUSED[medium.state]) then
    error(("%s %s: %s"):format(medium.profile, medium.state, failure), 0)
  end
end

-- The recorder is as good as before: it tells the same as a drive made anew
-- with its disc, and burns.
local function again(number)
  local at = places[number]
  places[number] = nil
  if scenarios[number].again then
    scenarios[number].again(at)
  end
  at.rec:close() -- where it was open exclusively
  must(at.rec:load())
  local told = must(at.rec:medium())
  if told.background_format == "running" then
    told.background_format = "suspended" -- a drive made anew found it so
  end
  if told.state == "blank" then
    -- A blank DVD-R has more at once, and page 05h is as a burn set it.
    told.free_blocks = nil
  end
  at.rec = nil
  collectgarbage()
  collectgarbage()
  local rec <close> = must(disc.recorder(at.address))
  local medium = must(rec:medium())
  medium.free_blocks = told.free_blocks and medium.free_blocks
  local other = differ(told, medium, "medium")
  if other then
    error("told before, told anew: " .. other, 0)
  end
  if not scenarios[number].reads then
    burn_once_more(rec, medium)
  end
end

-- ===}

local function finish()
  for _, scenario in ipairs(scenarios) do
    if scenario.finish then
      scenario.finish()
    end
  end
end

local names = {}
for i, scenario in ipairs(scenarios) do
  names[i] = scenario.name
end

return {
  names = names, prepare = prepare, begin = begin, run = run, again = again,
  finish = finish,
}
