--- Reading a disc to a file.
-- @module discrecorder.read

local and_wait = require "discrecorder.waiting"
local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new

local read = {}

local OPTIONS <const> = {speed = true, track = true, whole = true}

local function choose(tracks, number)
  if not number then
    return tracks[#tracks]
  end
  for _, track in ipairs(tracks) do
    if track.number == number then
      return track
    end
  end
end

--- Start to read a track to an image file.
--
-- Of a track that holds an ISO 9660 volume, as many blocks are read as the
-- volume says it has: the image that was burned, without the padding after it.
--
-- @tparam Recorder rec
-- @tparam string path the file; it must not exist yet, and is taken away again
-- after a failure
-- @tparam[opt] table options `track` (the last one), `whole` (false): all of
-- the track, its padding too; `speed`: kB/s at most
-- @treturn[1] Job its result: `blocks`, `sha256`, `start`, `seconds`, `method`,
-- `whole`: was it all of the track, also for want of a volume, `warnings`
-- (`speed_not_set`: the drive keeps its own speed)
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, invalid_image, unsupported,
-- file_exists, file_access, generic (cannot be read; with `lba`)
function read.start(rec, path, options)
  options = options or {}
  for key in pairs(options) do
    if not OPTIONS[key] then
      error(("read: unknown key '%s'"):format(tostring(key)), 2)
    end
  end
  if type(path) ~= "string" then
    error("read: the path is a string", 2)
  elseif options.track and math.type(options.track) ~= "integer" then
    error("read: track is a number", 2)
  elseif options.whole ~= nil and type(options.whole) ~= "boolean" then
    error("read: whole is true or false", 2)
  end
  local tracks, failure, code = extent.tracks(rec)
  if not tracks then
    return nil, failure, code
  end
  local track = choose(tracks, options.track)
  if not track then
    return new_failure("unsupported",
      ("there is no track %s on the disc"):format(options.track))
  end
  local volume = not options.whole and extent.volume_blocks(rec, track)
  local blocks = volume or track.blocks
  local job, why, which = core.scan_start(rec, {
    file = path,
    speed = options.speed,
    pieces = {{start = track.start, blocks = blocks, store = true}},
  })
  if not job then
    return nil, why, which
  end
  return job:complete_with(function(found, unread, reason)
    if not found then
      return nil, unread, reason
    end
    return {
      ok = true,
      track = track.number,
      start = track.start,
      blocks = blocks,
      sha256 = found.pieces[1].sha256,
      seconds = found.seconds,
      method = found.method,
      warnings = found.warnings,
      whole = not volume,
    }
  end)
end

--- Read a track to an image file and wait for the end.
-- @param ... as @{read.start}
-- @function read.run
read.run = and_wait(read.start)

return read
