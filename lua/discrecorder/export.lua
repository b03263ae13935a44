--- A disc as an ISO file, or as a raw file with its sheet.
-- @module discrecorder.export

local and_wait = require "discrecorder.waiting"
local check = require("discrecorder.options").check
local core = require "discrecorder.core"
local disc_image = require "discrecorder.disc_image"
local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new

local export = {}

-- Each track at its own address, so that later sessions, whose addresses count
-- from the disc's start, are found; what lies between is a hole.
local function start_iso(rec, path, tracks, speed)
  local pieces = {}
  for i, track in ipairs(tracks) do
    pieces[i] = {
      start = track.start,
      blocks = track.blocks,
      store = true,
      offset = track.start * extent.BLOCK,
    }
  end
  return core.scan_start(rec, {file = path, pieces = pieces, speed = speed})
end

-- What can be overwritten has one track, as long as the disc: of it only the
-- volume is worth a file, where there is one.
local function cut_to_volume(rec, tracks, medium)
  if medium.state == "overwritable" then
    local track = tracks[1]
    track.blocks = extent.volume_blocks(rec, track) or track.blocks
  end
end

local function iso(rec, path, options)
  local tracks, medium, code = extent.tracks(rec)
  if not tracks then
    return nil, medium, code
  end
  cut_to_volume(rec, tracks, medium)
  local job, failure, why = start_iso(rec, path, tracks, options.speed)
  if not job then
    return nil, failure, why
  end
  return job:complete_with(function(found, unread, reason)
    if not found then
      return nil, unread, reason
    end
    return {
      ok = true,
      tracks = tracks,
      seconds = found.seconds,
      warnings = found.warnings,
    }
  end)
end

local makers <const> = {
  [".iso"] = iso, [".cue"] = disc_image.start, [".toc"] = disc_image.start,
}

local OPTIONS <const> = {
  map = "string", offset = "integer", retries = "integer", speed = true,
  twice = "boolean",
}

--- Start to export the disc that is in a recorder: all that was recorded; of a
-- disc that can be overwritten as much as its volume says it has.
--
-- A CD becomes a raw file with its sheet, audio and data: pregaps, index
-- points, MCN, ISRCs, flags and CD-TEXT are found and stand in the sheet (a
-- `.cdt` file of packs beside a CUE sheet takes what that does not say).
-- @tparam Recorder rec
-- @tparam string path `OUT.iso` (data alone), or `OUT.cue` or `OUT.toc`
-- (cdrdao's) with `OUT.bin` beside it; they must not exist yet
-- @tparam[opt] table options `speed`: kB/s at most; `offset`: how many samples
-- too late this drive has audio, as AccurateRip lists it (0; -2940 to 2940);
-- `map` and `retries` as @{discrecorder.read.start} has them (not for an ISO:
-- that is what `read` is for); with a map `twice`: audio is read again, and
-- counts when two readings agree (docs/copy.md)
-- @treturn[1] Job its result: `ok`, `tracks` (of a CD with `sha256`, and
-- `unread`: samples at the end of a track that the drive cannot reach at that
-- offset; they are silence), `mcn`, `files`, `offset`, `seconds`, `warnings`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (another ending; audio to `.iso`),
-- file_exists, file_access, medium_not_present, invalid_image, generic (cannot
-- be read)
function export.start(rec, path, options)
  options = options or {}
  if type(path) ~= "string" then
    error("export: the path is a string", 2)
  end
  check("export", options, OPTIONS)
  local make = makers[(path:match "%.%w+$" or ""):lower()]
  if not make then
    return new_failure("unsupported",
      ("%s: the name ends in none of .iso, .cue, .toc"):format(path))
  elseif make == iso and options.offset then
    error("export: an ISO has no audio to be shifted", 2)
  elseif make == iso and options.map then
    error("export: read takes a map for an ISO", 2)
  elseif (options.retries or options.twice) and not options.map then
    error("export: retries and twice need a map", 2)
  end
  return make(rec, path, options)
end

--- Export and wait for the end.
-- @param ... as @{export.start}
-- @function export.run
export.run = and_wait(export.start)

return export
