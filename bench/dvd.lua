--- Writing onto a virtual DVD+R by the direct path, against a burning program
-- that writes the same image to a file and hashes nothing.
local measure = require "measure"
local scratch = require "scratch"

local dvd = {}

local MIB <const> = 600

local XORRISO <const> =
  'xorriso -as cdrecord "dev=stdio:$2" fs=64m "$1" 2>/dev/null'

function dvd.prepare(here)
  here:random("image", MIB)
end

dvd.rows = {
  {"dvd_write_600m", 1.0, function(here)
    local path, out = here:path("image"), here:path("out")
    local command, disc = here:burn_on("dvd%2Br", "write", path, "--no-verify")
    return measure.ratio(function()
      return scratch.seconds(command, disc)
    end, function()
      return scratch.seconds(measure.shell(XORRISO, path, out), out)
    end)
  end},
}

return dvd
