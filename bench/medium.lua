--- What asking for a medium and planning a job cost on a full disc of 100 GB,
-- against a blank CD-RW: they do not grow with the disc. Asking may take three
-- times as long, since a BD-RE also has formats, a media id and spare areas to
-- be asked for.
local discrecorder = require "discrecorder"
local measure = require "measure"
local plan = require "discrecorder.plan"

local medium = {}

local CLUSTER <const> = 32 -- blocks
local BLOCK <const> = 2048

local function opened(here, name, kind)
  local rec = assert(discrecorder.recorder(
    ("virtual:%s?medium=%s"):format(here:path(name), kind)))
  assert(rec:open_exclusive())
  return rec
end

-- Written at its beginning and at its end: the file between is a hole.
local function full_bd_re(here)
  local rec = opened(here, "large", "bd-re-tl")
  assert(rec:format())
  for _, lba in ipairs{0, rec:medium().capacity_blocks - CLUSTER} do
    local write = (">BBI4BI2B"):pack(0x2A, 0, lba, 0, CLUSTER, 0)
    assert(rec:command(write, "out", ("x"):rep(CLUSTER * BLOCK)))
  end
  assert(rec:command("\x35" .. ("\0"):rep(9))) -- SYNCHRONIZE CACHE
  return rec
end

local function blank_cd_rw(here)
  return opened(here, "small", "cd-rw")
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

-- The large disc's cost in that of the small one's.
local function against(times, what)
  return function(here)
    local large <close> = full_bd_re(here)
    local small <close> = blank_cd_rw(here)
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
  {"medium_100g", 3.0, against(2000, asking)},
  {"plan_100g", 1.5, against(20000, planning)},
}

return medium
