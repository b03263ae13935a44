--- A disc as an ISO file, or as a BIN file with its CUE sheet.
-- @module discrecorder.export

local and_wait = require "discrecorder.waiting"
local check = require("discrecorder.options").check
local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new
local sheet = require "discrecorder.sheet"

local export = {}

local RAW <const> = 2352
local PREGAP <const> = 150

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

-- One BIN with the tracks behind each other; what is between them on the disc
-- (run-out, pregap) was never in a file, so the sheet says PREGAP.
local function sheet_of(bin, tracks)
  local disc = {files = {{name = bin:match "[^/]+$", type = "binary"}},
    tracks = {}}
  local offset = 0
  for i, track in ipairs(tracks) do
    local pregap = i > 1 and PREGAP or 0
    local parts = {{file = 1, offset = offset, length = track.blocks}}
    if pregap > 0 then
      table.insert(parts, 1, {silence = true, length = pregap})
    end
    disc.tracks[i] = {
      number = track.number, session = track.session, kind = "data",
      mode = "mode1/2352", pregap = pregap, parts = parts,
    }
    offset = offset + track.blocks * RAW
  end
  disc.files[1].bytes = offset
  return sheet.format(disc, "cue")
end

local function exists(path)
  local file = io.open(path, "r")
  return file and file:close() or false
end

local function put(path, text)
  local file, reason = io.open(path, "w")
  local written = file and file:write(text)
  local closed = file and file:close()
  if written and closed then
    return true
  end
  return new_failure("file_access", reason or path .. " cannot be written")
end

local function start_cue(rec, path, tracks, speed)
  local bin = path:gsub("%.[Cc][Uu][Ee]$", ".bin")
  if exists(path) then
    return new_failure("file_exists", path .. " exists already")
  end
  local text, unsaid, why = sheet_of(bin, tracks)
  if not text then
    return nil, unsaid, why
  end
  local pieces, at = {}, 0
  for i, track in ipairs(tracks) do
    pieces[i] = {
      start = track.start, blocks = track.blocks, store = true, offset = at,
    }
    at = at + track.blocks * RAW
  end
  local job, failure, code = core.scan_start(rec, {
    file = bin, raw = true, pieces = pieces, speed = speed,
  })
  if not job then
    return nil, failure, code
  end
  return job, function()
    return put(path, text)
  end
end

-- What can be overwritten has one track, as long as the disc: of it only the
-- volume is worth a file, where there is one.
local function cut_to_volume(rec, tracks, medium)
  if medium.state == "overwritable" then
    local track = tracks[1]
    track.blocks = extent.volume_blocks(rec, track) or track.blocks
  end
end

local makers <const> = {[".iso"] = start_iso, [".cue"] = start_cue}

--- Start to export the disc that is in a recorder: all that was recorded; of a
-- disc that can be overwritten as much as its volume says it has.
-- @tparam Recorder rec
-- @tparam string path `OUT.iso`, or `OUT.cue` with `OUT.bin` beside it; they
-- must not exist yet
-- @tparam[opt] table options `speed`: kB/s at most
-- @treturn[1] Job its result: `ok`, `tracks`, `seconds`, `warnings`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (another ending), file_exists,
-- file_access, medium_not_present, invalid_image, generic (cannot be read)
function export.start(rec, path, options)
  options = options or {}
  if type(path) ~= "string" then
    error("export: the path is a string", 2)
  end
  check("export", options, {speed = true})
  local make = makers[(path:match "%.%w+$" or ""):lower()]
  if not make then
    return new_failure("unsupported",
      ("%s: the name ends in neither .iso nor .cue"):format(path))
  end
  local tracks, medium, code = extent.tracks(rec)
  if not tracks then
    return nil, medium, code
  end
  cut_to_volume(rec, tracks, medium)
  local job, after, which = make(rec, path, tracks, options.speed)
  if not job then
    return nil, after, which
  end
  return job:complete_with(function(found, unread, reason)
    if not found then
      return nil, unread, reason
    end
    if after then
      local done, undone, why = after()
      if not done then
        return nil, undone, why
      end
    end
    return {
      ok = true,
      tracks = tracks,
      seconds = found.seconds,
      warnings = found.warnings,
    }
  end)
end

--- Export and wait for the end.
-- @param ... as @{export.start}
-- @function export.run
export.run = and_wait(export.start)

return export
