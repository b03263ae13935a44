--- Writing an image of 2 GiB onto a virtual BD-RE, formatted by the burn, and a
-- DVD+R, without reading it back: wall time, processor time, memory.
--
-- All are run in turn: both burns, tee with openssl, which does the same work,
-- and cat, which does no more than copy.
local measure = require "measure"
local scratch = require "scratch"

local large = {}

local GIB <const> = 2
local ROOM <const> = (2 * GIB + 0.5) * 1024 * 1024 * 1024
local ROUNDS <const> = 5

local HASHED <const> = 'tee "$2" <"$1" | openssl dgst -sha256'
local COPIED <const> = 'cat "$1" >"$2"'

-- One run: seconds, cpu, kib; what it made is gone afterwards.
local function once(command, out)
  os.remove(out)
  local took = measure.run(command)
  os.remove(out)
  return took
end

-- The medians of each, by name: {seconds =, cpu =, kib =}.
local function medians(runs)
  local figures = {}
  for name, list in pairs(runs) do
    figures[name] = {}
    for _, key in ipairs{"seconds", "cpu", "kib"} do
      local values = {}
      for i, one in ipairs(list) do
        values[i] = one[key]
      end
      figures[name][key] = measure.median(values)
    end
  end
  return figures
end

--- Let all of them run.
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] string why there is nothing to measure
function large.prepare(here)
  if (scratch.free() or 0) < ROOM then
    return nil, ("less than %.1f GiB is free in /dev/shm")
      :format(ROOM / (1024 * 1024 * 1024))
  end
  local image, out = here:random("image", GIB * 1024), here:path("out")
  local function burn(medium)
    return {"lua5.4", "bench/large_burn.lua", image,
      ("virtual:%s?medium=%s"):format(out, medium)}
  end
  local commands = {
    {"bd", burn "bd-re"}, {"dvd", burn "dvd%2Br"},
    {"hashed", measure.shell(HASHED, image, out)},
    {"copied", measure.shell(COPIED, image, out)},
  }
  local runs = {}
  for round = 0, ROUNDS do -- the first one warms up
    for _, one in ipairs(commands) do
      local name, command = table.unpack(one)
      runs[name] = runs[name] or {}
      runs[name][round] = once(command, out)
    end
  end
  large.figures = medians(runs)
  return true
end

local function wall(name)
  return function()
    local ours, theirs = large.figures[name], large.figures.hashed
    return ours.seconds / theirs.seconds,
      ("%.3f s against %.3f s"):format(ours.seconds, theirs.seconds)
  end
end

-- CPU seconds for each GiB more than a copy takes.
local function cpu(name)
  return function()
    local ours, theirs = large.figures[name], large.figures.copied
    return (ours.cpu - theirs.cpu) / GIB,
      ("CPU %.3f s against %.3f s for %d GiB"):format(
        ours.cpu, theirs.cpu, GIB)
  end
end

local function memory(name)
  return function()
    return large.figures[name].kib / 1024
  end
end

-- The ring, and 12 MiB for all else.
local PEAK_MIB <const> = 16 + 12

large.rows = {
  {"bd_write_2g", 1.25, wall "bd"},
  {"dvd_write_2g", 1.25, wall "dvd"},
  {"bd_write_2g_cpu_s_per_gib", 2.0, cpu "bd"},
  {"dvd_write_2g_cpu_s_per_gib", 2.0, cpu "dvd"},
  {"bd_write_2g_peak_mib", PEAK_MIB, memory "bd"},
  {"dvd_write_2g_peak_mib", PEAK_MIB, memory "dvd"},
}

return large
