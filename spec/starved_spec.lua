-- A machine that has no time for a burn, and a drive that does not wait for it:
-- its clock goes with the machine's, and its buffer lasts for an eighth of a
-- second.

local burning = require "spec.support.burning"
local run = require "spec.support.run"

-- 706 kB/s, the lowest speed of a CD-RW, 25 times as fast.
local LIVE <const> = "&clock=machine&pace=25&buffer=2M"
local BLOCKS <const> = 8000 -- they take the drive nearly a second
local MODES <const> = {"tao", "sao"}

local SHIM <const> = run.build .. "/spec/shim.so"
-- Of what changes the disc file: by then the drive records, and has not half of
-- the blocks.
local STOP_AT <const> = 20

-- Burns, and tells what came of it.
local CHILD <const> = [[
  local job = assert(assert(disc.recorder(arg[1])):burn_start {
    tracks = {{source = assert(source.file(arg[2]))}}, speed = 1,
    mode = arg[3], underrun_free = arg[4] == "true",
  })
  local progress
  repeat
    job:wait(0.001)
    progress = job:progress()
  until job:done() or progress.phase == "writing" and progress.done > 0
  print "writing"
  io.stdout:flush()
  local report, failure, code = job:wait()
  report = report or failure.report
  local track = report.tracks[1]
  print(code or "ok", failure and failure.culprit, report.ok, report.verified,
    track.start, track.blocks, track.padding, report.medium.state)
]]

local burns = {}

after_each(function()
  for _, burn in ipairs(burns) do
    if not burn.over then -- it may have been left stopped
      burn.process.signal "CONT"
      burn.process.wait()
    end
    burn.bench:remove()
  end
  burns = {}
end)

-- {=== a burn in a process of its own

local Burn = {}
Burn.__index = Burn

local function begin(mode, protected, stops)
  local bench = burning.bench("medium=cd-rw" .. LIVE)
  burning.blank_disc(bench.disc_path)
  local env = {}
  for name, value in pairs(run.lua_env) do
    env[name] = value
  end
  if stops then
    local before = os.getenv "LD_PRELOAD"
    env.LD_PRELOAD = (before and before .. " " or "") .. SHIM
    env.KILLS_FOLDER = run.output("realpath", bench.scratch.folder)
    env.KILLS_AT, env.KILLS_STOP = STOP_AT, 1
  end
  local image = bench:image(BLOCKS)
  local burn = {bench = bench, image = image, process = run.start {
    "lua5.4", burning.child(bench:path "burn.lua", CHILD), bench.address,
    image, mode, tostring(protected), env = env, ours = true,
  }}
  table.insert(burns, setmetatable(burn, Burn))
end

local function signal_all(name)
  for _, burn in ipairs(burns) do
    burn.process.signal(name)
  end
end

-- Its state as the system has it ("T": stopped), nil when it has ended.
local function state_of(pid)
  local file <close> = io.open(("/proc/%d/stat"):format(pid))
  return file and file:read "a":match "^.*%) (%a)"
end

-- True once it is stopped, false once it has ended.
function Burn:stopped()
  local pid = self.process.pid()
  for _ = 1, 3000 do
    local state = state_of(pid)
    if state == nil or state == "Z" then
      return false
    elseif state == "T" then
      return true
    end
    os.execute "sleep 0.01"
  end
  error "it neither stops nor ends"
end

-- What it said at its end.
function Burn:told()
  local result = self.process.wait()
  self.over = true
  assert.are.equal(0, result.status, result.stderr)
  local words = {}
  for word in result.stdout:match "\n(.+)\n$":gmatch "%S+" do
    table.insert(words, word)
  end
  return {code = words[1], culprit = words[2], ok = words[3] == "true",
    verified = words[4] == "true", state = words[8],
    track = {start = tonumber(words[5]), blocks = tonumber(words[6]),
      padding = tonumber(words[7])}}
end

-- What is told of a burn that went well, or was lost for want of data, is what
-- is on the disc. Gives the code.
function Burn:tells_the_truth()
  local bench, told, content = self.bench, self:told(), run.slurp(self.image)
  assert.are.equal(bench:medium().state, told.state)
  if told.code == "ok" then
    assert.is_true(told.ok and told.verified)
    assert.are.equal("complete", told.state)
    bench:has(told.track, content)
    return "ok"
  end
  assert.are.equal("loss_of_streaming", told.code)
  assert.are.equal("data", told.culprit)
  assert.is_false(told.ok or told.verified)
  assert.is_true(told.track.blocks < BLOCKS)
  bench:begins(told.track, content)
  return told.code
end

local function all_are(code)
  for _, burn in ipairs(burns) do
    assert.are.equal(code, burn:tells_the_truth())
  end
end

-- }===

-- In the midst of a WRITE, for four times as long as the buffer lasts: this is
-- no race.
describe("a burn that the machine stops", function()
  local function stop(protected)
    for _, mode in ipairs(MODES) do
      begin(mode, protected, true)
    end
    for _, burn in ipairs(burns) do
      -- One without protection may have been lost before, on a busy machine.
      assert.is_true(burn:stopped() or not protected)
    end
    os.execute "sleep 0.5"
    signal_all "CONT"
  end

  it("is good, with underrun protection", function()
    stop(true)
    for _ = 1, 3 do -- again, wherever they are
      signal_all "STOP"
      os.execute "sleep 0.2"
      signal_all "CONT"
      os.execute "sleep 0.05"
    end
    all_are "ok"
  end)

  it("is told as lost, without", function()
    stop(false)
    all_are "loss_of_streaming"
  end)
end)

-- The system gives it what others leave: on one core with them, hardly any.
describe("a burn on a machine that is at work", function()
  local function can(...)
    return run(...).status == 0
  end

  -- While it records, for a second and a half.
  local function starve(protected)
    local core = run.slurp "/proc/self/status"
      :match "Cpus_allowed_list:%s*(%d+)"
    if not (can("taskset", "-c", core, "true") and
        can("chrt", "-i", "0", "true")) then
      pending "this machine lets nobody say who goes first"
    end
    for _, mode in ipairs(MODES) do
      begin(mode, protected)
    end
    for _, burn in ipairs(burns) do
      burn.process.line_of_stdout()
    end
    local others = {}
    for i = 1, 2 do
      others[i] = run.start("timeout", "1.5", "taskset", "-c", core, "sh",
        "-c", "while :; do :; done")
    end
    for _, burn in ipairs(burns) do
      local pid = burn.process.pid()
      run("taskset", "-a", "-p", "-c", core, pid)
      run("chrt", "-a", "-i", "-p", "0", pid)
    end
    for _, other in ipairs(others) do
      assert.are.equal(124, other.wait().status)
    end
    for _, burn in ipairs(burns) do
      run("chrt", "-a", "-o", "-p", "0", burn.process.pid())
    end
  end

  it("is good, with underrun protection", function()
    starve(true)
    all_are "ok"
  end)

  it("is good or told as lost, without", function()
    starve(false)
    for _, burn in ipairs(burns) do
      burn:tells_the_truth()
    end
  end)
end)
