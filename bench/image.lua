--- Writing an image, with and without reading it back, and the memory it takes.
--
-- What is written against has to do the same work: read the image, hash it,
-- write it; then read it once more and hash it.
local measure = require "measure"
local scratch = require "scratch"

local image = {}

local MIB <const> = 600
local SMALL_MIB <const> = 2

local WRITE <const> = 'tee "$2" <"$1" | openssl dgst -sha256'
local VERIFY <const> = WRITE .. ' && openssl dgst -sha256 "$1"'

-- Ours against a script, with the image as $1 and a file to write as $2.
local function against(script, ...)
  local options = {...}
  return function(here)
    local path = here:path("image")
    local command, disc = here:burn("write", path, table.unpack(options))
    local out = here:path("out")
    return measure.ratio(function()
      return scratch.seconds(command, disc)
    end, function()
      return scratch.seconds(measure.shell(script, path, out), out)
    end)
  end
end

-- The most memory of a write that is read back, in MiB.
local function memory(name)
  return function(here)
    local command, disc = here:burn("write", here:path(name))
    return measure.repeated(function()
      os.remove(disc)
      local kib = measure.run(command).kib
      os.remove(disc)
      return kib / 1024
    end)
  end
end

function image.prepare(here)
  here:random("image", MIB)
  here:random("small", SMALL_MIB)
end

-- The ring, for a short job no longer than that, and 12 MiB for all else.
local RING_MIB <const> = 16
local ELSE_MIB <const> = 12

image.rows = {
  {"write_600m", 1.25, against(WRITE, "--no-verify")},
  {"write_verify_600m", 1.25, against(VERIFY)},
  {"write_600m_peak_mib", RING_MIB + ELSE_MIB, memory("image")},
  {"write_2m_peak_mib", SMALL_MIB + ELSE_MIB, memory("small")},
}

return image
