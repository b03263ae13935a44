-- Burning data.
local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local disc = require "discrecorder"
local must = require "spec.host.scenarios.must"
local plan = require "discrecorder.plan"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"

local BUFFER <const> = 128 * 1024
local BYTES <const> = 2048 * 320

-- Bytes that the script brings, in so many tracks.
local function pushed(count, more)
  local work = {tracks = {}, buffer = BUFFER}
  for i = 1, count do
    local made = must(source.push(BYTES, BYTES))
    must(made:write(("x"):rep(BYTES)))
    must(made:finish())
    work.tracks[i] = {source = made}
  end
  for key, value in pairs(more or {}) do
    work[key] = value
  end
  return work
end

local function burned(rec, work)
  local report = must(rec:burn(work))
  assert(report.ok and (report.verified or work.simulate))
  return report
end

-- One track by a mode, on a disc.
local function by(name, medium, more)
  return {
    name = "burn, " .. name,
    disc = medium,
    run = function(_, rec)
      burned(rec, pushed(1, more))
    end,
  }
end

local function image(at, rec)
  local job <close> = must(burn.image_start(rec, at.input .. "/image",
    {buffer = BUFFER, keep_open = false}))
  must(job:progress())
  must(job:fd())
  local report = must(job:wait())
  assert(report.ok and report.verified)
end

local TREE <const> = {
  buffer = BUFFER, date = 1000000000, exclude = {"*.o"}, manifest = true,
  md5 = "files", verify = false,
}

local function tree(at, rec)
  must(burn.tree(rec, at.input .. "/tree", TREE))
end

local MORE <const> = {
  buffer = BUFFER, only_changed = true, remove_missing = true, verify = false,
}

local function first_session(at, rec)
  must(burn.tree(rec, at.input .. "/tree",
    {buffer = BUFFER, date = 1000000000, keep_open = true, verify = false}))
end

-- On top of the first one, whose tree is read through Lua.
local function second_session(at, rec)
  must(append.plan(rec, at.input, MORE))
  must(append.tree(rec, at.input .. "/tree", MORE))
  assert(#must(sessions.list(rec)) == 2)
end

-- By two recorders.
local function many(at, rec)
  local address = "virtual:" .. at.work .. "/second?medium=cd-r"
  local other <close> = must(disc.recorder(address))
  local work = pushed(1)
  work.stall = 60
  local results = must(burn.to_many(work, {rec, other}))
  assert(#results == 2 and results[2].report.verified)
end

-- From a pipe that nobody waits for: it is cancelled.
local function abandon(at, rec)
  local file <close> = must(io.open(at.input .. "/image", "rb"))
  local made = must(source.pipe(file, BYTES))
  local work = {tracks = {{source = made}}, buffer = BUFFER, keep_open = true}
  local _ <close> = must(rec:burn_start(work))
end

-- Without a length.
local function open_ended(_, rec)
  local made = must(source.push(nil, BYTES))
  must(made:write(("x"):rep(BYTES)))
  must(made:finish())
  burned(rec, {tracks = {{source = made}}, buffer = BUFFER})
end

return {
  {name = "plan", reads = true, run = function(_, rec)
    must(plan.plan(pushed(2), must(rec:medium())))
  end},
  {name = "burn, an image", run = image},
  by("track at once", nil, {mode = "tao"}),
  by("simulated", nil, {simulate = true}),
  by("session at once", nil, {mode = "sao"}),
  by("CD-R, kept open", "medium=cd-r", {keep_open = true}),
  by("DVD-R, incremental", "medium=dvd-r", {mode = "incremental"}),
  by("DVD-R, at once", "medium=dvd-r", {mode = "dao"}),
  by("DVD-RW, at once", "medium=dvd-rw", {mode = "dao"}),
  by("DVD+R", "medium=dvd+r"),
  by("BD-R", "medium=bd-r"),
  {name = "burn, two tracks", run = function(_, rec)
    burned(rec, pushed(2))
  end},
  {name = "burn, without a length", run = open_ended},
  {name = "burn, a tree", run = tree},
  {name = "append, a tree", prepare = first_session, run = second_session},
  {name = "burn, two recorders", run = many},
  {name = "burn, abandoned", run = abandon},
}
