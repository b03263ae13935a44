--- Eight recorders from one source, in one process, against tee.
--
-- The burns are a Lua script of their own (bench/many_burn.lua), since the
-- command has one recorder.
local measure = require "measure"

local many = {}

local COPIES <const> = 8
local MIB <const> = 256

local TEE <const> = 'out=$2; tee "$out.1" "$out.2" "$out.3" "$out.4" ' ..
  '"$out.5" "$out.6" "$out.7" <"$1" >"$out.8"'

-- Seconds of a command that makes the files PATH.1 and up.
local function seconds(command, path)
  local function remove()
    for i = 1, COPIES do
      os.remove(path .. "." .. i)
    end
  end
  remove()
  local took = measure.run(command).seconds
  remove()
  return took
end

function many.prepare(here)
  here:random("source", MIB)
end

many.rows = {
  {"many_256m", 1.3, function(here)
    local source = here:path("source")
    local disc, out = here:path("disc"), here:path("out")
    return measure.ratio(function()
      return seconds(
        {"lua5.4", "bench/many_burn.lua", source, disc, COPIES}, disc)
    end, function()
      return seconds(measure.shell(TEE, source, out), out)
    end)
  end},
}

return many
