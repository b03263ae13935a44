--- What asking for a medium and planning a job cost on a full disc of 100 GB
-- and more, against a new one of the same kind and 25 GB: they grow neither
-- with the disc nor with what is on it.
local discrecorder = require "discrecorder"
local measure = require "measure"
local plan = require "discrecorder.plan"

local medium = {}

local CLUSTER <const> = 32 -- blocks
local BLOCK <const> = 2048

local function opened(here, kind)
  local rec = assert(discrecorder.recorder(
    ("virtual:%s?medium=%s"):format(here:path(kind), kind)))
  assert(rec:open_exclusive())
  return rec
end

local function formatted(here, kind)
  local rec = opened(here, kind)
  assert(rec:format())
  return rec
end

local function write(rec, lba)
  local cdb = (">BBI4BI2B"):pack(0x2A, 0, lba, 0, CLUSTER, 0)
  assert(rec:command(cdb, "out", ("x"):rep(CLUSTER * BLOCK)))
end

-- Written at its beginning and at its end: the file between is a hole.
local function full_bd_re(here)
  local rec = formatted(here, "bd-re-tl")
  write(rec, 0)
  write(rec, assert(rec:medium()).capacity_blocks - CLUSTER)
  assert(rec:command("\x35" .. ("\0"):rep(9))) -- SYNCHRONIZE CACHE
  return rec
end

local function new_bd_re(here)
  return formatted(here, "bd-re")
end

-- A track reserved and never written costs no room: after it comes the last
-- cluster.
local function full_bd_r(here)
  local rec = opened(here, "bd-r-ql")
  local blocks = assert(rec:medium()).free_blocks - CLUSTER
  assert(rec:command((">BI4I4B"):pack(0x53, 0, blocks, 0))) -- RESERVE TRACK
  assert(rec:command((">BBBBI2I4"):pack(0x5B, 0, 1, 0, 1, 0))) -- CLOSE TRACK
  write(rec, blocks)
  assert(rec:command((">BBBBI2I4"):pack(0x5B, 0, 1, 0, 2, 0)))
  assert(rec:command((">BBBBI2I4"):pack(0x5B, 0, 2, 0, 0, 0))) -- CLOSE SESSION
  return rec
end

local function new_bd_r(here)
  return opened(here, "bd-r")
end

-- What to call again and again, for a recorder.
local function asking(rec)
  return function()
    return assert(rec:medium())
  end
end

local function planning(rec)
  local known = assert(rec:medium())
  local job = {as_needed = true, tracks = {{length = 1000 * BLOCK}}}
  return function()
    return assert(plan.plan(job, known))
  end
end

local function seconds(times, call)
  local start = os.clock()
  for _ = 1, times do
    call()
  end
  return os.clock() - start
end

-- The full disc's cost in that of the new one's.
local function against(times, what, full, new)
  return function(here)
    local large <close> = full(here)
    local small <close> = new(here)
    local a, b = what(large), what(small)
    return (measure.ratio(function()
      return seconds(times, a)
    end, function()
      return seconds(times, b)
    end))
  end
end

function medium.prepare()
end

medium.rows = {
  {"medium_100g", 1.25, against(2000, asking, full_bd_re, new_bd_re)},
  {"plan_100g", 1.25, against(20000, planning, full_bd_re, new_bd_re)},
  {"medium_128g", 1.25, against(2000, asking, full_bd_r, new_bd_r)},
}

return medium
