--- Decoding an album against flac, one track after the other: what source.audio
-- gives goes nowhere, as does what flac gives.
local measure = require "measure"

local audio = {}

local TRACKS <const> = 12
local SECONDS <const> = 60

-- All tracks by one interpreter, whose paths are in the environment.
local OURS <const> = [[
  local source = require "discrecorder.source"
  local tracks = {}
  for i, path in ipairs(arg) do
    tracks[i] = assert(source.audio(path))
  end
  for _, track in ipairs(tracks) do
    assert(track:open())
    repeat
      local part, failure = track:read(1 << 16)
      assert(not failure, failure)
    until not part
  end]]

--- Where the tracks are.
function audio.paths(here, count)
  local list = {}
  for i = 1, count do
    list[i] = here:path(("track%02d.flac"):format(i))
  end
  return list
end

--- Pink noise over two tones, as loud as music: FLAC takes it to about 70%.
function audio.make_tracks(here, count, seconds)
  if not os.execute("command -v flac sox >/dev/null") then
    return nil, "flac and sox are missing"
  end
  for i, path in ipairs(audio.paths(here, count)) do
    local wav = path:gsub("flac$", "wav")
    measure.run{
      "sox", "-R", "-n", "-r", "44100", "-b", "16", "-c", "2", wav, "synth",
      seconds, "pinknoise", "pinknoise", "synth", "sine", "mix", 200 + 20 * i,
      "sine", "mix", 300 + 20 * i, "gain", "-n", "-3",
    }
    measure.run{"flac", "-s", "-5", "--delete-input-file", wav}
  end
  return true
end

function audio.prepare(here)
  return audio.make_tracks(here, TRACKS, SECONDS)
end

--- Seconds that flac takes to decode files, one after another, into nothing.
function audio.decode(tracks)
  return measure.run(measure.shell(
    'for track; do flac -d -s -c "$track" >/dev/null || exit; done',
    table.unpack(tracks))).seconds
end

audio.rows = {
  {"audio_flac", 1.3, function(here)
    local tracks = audio.paths(here, TRACKS)
    local script = here:path "decode.lua"
    local file <close> = assert(io.open(script, "w"))
    file:write(OURS)
    file:flush()
    return measure.ratio(function()
      return measure.run{"lua5.4", script, table.unpack(tracks)}.seconds
    end, function()
      return audio.decode(tracks)
    end)
  end},
}

return audio
