-- Reading, checking and rescuing.
local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local core = require "discrecorder.core"
local disc = require "discrecorder"
local must = require "spec.host.scenarios.must"
local read = require "discrecorder.read"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local report -- of the image that was burned

local function image(at, rec)
  report = must(burn.image(rec, at.input .. "/image", {keep_open = false}))
end

local OPEN <const> = {date = 1000000000, keep_open = true, verify = false,
  manifest = true, md5 = "files"}

local function tree(at, rec)
  must(burn.tree(rec, at.input .. "/tree", OPEN))
end

local function two_sessions(at, rec)
  tree(at, rec)
  must(append.tree(rec, at.input .. "/image", OPEN))
end

-- A block that cannot be read, the first three times.
local DAMAGED <const> = {
  faults = {{lba = 100, sense = {3, 0x11, 0x05}, times = 3}},
}

local function rescue(at, rec)
  local result, failure, code = read.run(rec, at.work .. "/out",
    {map = at.work .. "/map", retries = 0, whole = true})
  if not result and code ~= "generic" then
    error(failure, 0)
  end
end

-- What the disc master stands on: samples that are kept; a tree that boots.
local function keep()
  local kept <close> = must(core.source_gather())
  local bytes <const> = ("x"):rep((1 << 20) - 1)
  must(core.gather_add(kept, bytes, #bytes))
  must(core.gather_add(kept, bytes, 2))
end

local function boot(at)
  local made <close> = must(source.tree {
    paths = {at.input .. "/image"}, boot = {{image = "/image", hidden = true}},
  })
  must(made:open())
  must(made:read(1 << 16))
end

local function save(at)
  local made <close> = must(source.file(at.input .. "/image"))
  must(made:save(at.work .. "/saved"))
  must(made:open())
  local part, failure
  repeat
    part, failure = made:read(65536)
    must(not failure, failure)
  until not part
end

local scenarios = {
  {name = "source, saved", run = save},
  {name = "source, samples kept", run = keep},
  {name = "source, a tree that boots", run = boot},
  {name = "read", prepare = image, run = function(at, rec)
    must(rec:read(0, 16))
    must(read.run(rec, at.work .. "/out"))
  end},
  {name = "read, a session", prepare = two_sessions, run = function(at, rec)
    assert(#must(sessions.list(rec)) == 2)
    must(read.run(rec, at.work .. "/out", {session = 1}))
  end},
  {name = "rescue", options = DAMAGED, prepare = image, run = rescue},
  {name = "medium, burned", prepare = two_sessions, run = function(_, rec)
    must(rec:medium())
  end},
  {name = "verify, an image", prepare = image, run = function(at, rec)
    must(verify.run(rec, {against = at.input .. "/image"}))
  end},
  {name = "verify, a report", prepare = image, run = function(_, rec)
    must(verify.run(rec, {report = report}))
  end},
  {name = "verify, a folder", prepare = tree, run = function(at, rec)
    must(verify.run(rec, {against = at.input .. "/tree"}))
  end},
  {name = "verify, its own tags", prepare = tree, run = function(_, rec)
    must(verify.run(rec))
  end},
  {name = "address, a wrong one", run = function()
    local rec, failure, code = disc.recorder "virtual:?medium=cd-r"
    if rec or code == "no_memory" then
      error(failure, 0)
    end
  end},
}

for _, scenario in ipairs(scenarios) do
  scenario.reads = true
end

return scenarios
