--- An album of 70 minutes, from FLAC files to a session at once, against
-- decoding the same files one after another; and the memory it takes.
local audio = require "audio"
local measure = require "measure"
local scratch = require "scratch"

local album = {}

local TRACKS <const> = 12
local SECONDS <const> = 350

-- The ring, and all else.
local PEAK_MIB <const> = 16 + 24

local function command_of(here)
  return here:burn("audio", "--no-verify", table.unpack(
    audio.paths(here, TRACKS)))
end

function album.prepare(here)
  return audio.make_tracks(here, TRACKS, SECONDS)
end

album.rows = {
  {"album_sao_70min", 1.3, function(here)
    local command, disc = command_of(here)
    return measure.ratio(function()
      return scratch.seconds(command, disc)
    end, function()
      return audio.decode(audio.paths(here, TRACKS))
    end)
  end},
  {"album_sao_70min_peak_mib", PEAK_MIB, function(here)
    local command, disc = command_of(here)
    return measure.repeated(function()
      os.remove(disc)
      local kib = measure.run(command).kib
      os.remove(disc)
      return kib / 1024
    end)
  end},
}

return album
