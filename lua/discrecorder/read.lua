--- Reading a disc to a file.
-- @module discrecorder.read

local and_wait = require "discrecorder.waiting"
local check = require("discrecorder.options").check
local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new
local rescue = require "discrecorder.rescue"
local sessions = require "discrecorder.sessions"

local read = {}

local OPTIONS <const> = {
  map = "string", retries = "integer", session = "integer", speed = true,
  track = "integer", whole = "boolean",
}

local function check_arguments(path, options)
  check("read", options, OPTIONS, 2)
  if type(path) ~= "string" then
    error("read: the path is a string", 3)
  elseif options.session and (options.track or options.whole) then
    error("read: either a session or a track", 3)
  elseif options.retries and not options.map then
    error("read: retries need a map", 3)
  end
end

-- Read pieces to a file: all of them, or with a map what can be read of them.
local function start_pieces(rec, path, options, pieces, blocks, medium)
  if not options.map then
    return core.scan_start(rec, {
      file = path, speed = options.speed, pieces = pieces,
    })
  end
  return rescue.start(rec, {
    file = path, map = options.map, medium = medium, block = extent.BLOCK,
    blocks = blocks, pieces = pieces, retries = options.retries,
    speed = options.speed,
  })
end

-- Put something over what a file holds; it is taken away when that fails.
local function put_over(path, over)
  local file, reason = core.output(path, "within")
  local done = file and file:seek("set", over.offset)
  if done then
    done, reason = file:write(over.bytes)
  end
  if file then
    local closed, why = file:close()
    done, reason = done and closed, reason or why
  end
  if done then
    return true
  end
  os.remove(path)
  return new_failure("file_access", ("%s: %s"):format(path, reason))
end

-- What the caller did not choose to leave out.
local function warn_of_audio(warnings, medium, options)
  for _, track in ipairs(medium.tracks) do
    if track.kind == "audio" and not (options.session or options.track) then
      table.insert(warnings, {
        code = "audio_left_out",
        message = "the disc has audio too, which is in no image: export it to "
          .. "OUT.cue",
      })
      break
    end
  end
  return warnings
end

-- What a session showed, as a file that begins with the disc's first block.
local function start_session(rec, path, options, number, medium)
  local pieces, over, blocks = sessions.image_of(rec, number)
  if not pieces then
    return nil, over, blocks
  end
  local job, why, which = start_pieces(rec, path, options, pieces, blocks,
    medium)
  if not job then
    return nil, why, which
  end
  return job:complete_with(function(found, unread, reason)
    if not found then
      return nil, unread, reason
    end
    if over then
      local done, failure, code = put_over(path, over)
      if not done then
        return nil, failure, code
      end
    end
    return {
      ok = true,
      session = number,
      start = 0,
      blocks = blocks,
      seconds = found.seconds,
      method = found.method,
      warnings = warn_of_audio(found.warnings, medium, options),
      whole = false,
    }
  end)
end

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

-- All of a track, or as much as its volume says; and whether it said. Where a
-- reading goes on, as much as it was to be at first.
local function blocks_of(rec, path, options, track)
  local bytes = options.map and rescue.begun(path, options.map)
  if bytes and bytes > 0 and bytes % extent.BLOCK == 0
    and bytes <= track.blocks * extent.BLOCK then
    return bytes // extent.BLOCK, bytes < track.blocks * extent.BLOCK
  end
  local volume = not options.whole and extent.volume_blocks(rec, track)
  return volume or track.blocks, volume and true
end

local function result_of(track, blocks, told, found, warnings)
  return {
    ok = true,
    track = track.number,
    start = track.start,
    blocks = blocks,
    sha256 = found.pieces[1].sha256,
    seconds = found.seconds,
    method = found.method,
    warnings = warnings,
    resumed = found.resumed,
    whole = not told,
  }
end

--- Start to read a disc to an image file.
--
-- Of a track that holds an ISO 9660 or UDF volume, as many blocks are read as
-- the volume says it has: the image that was burned, without the padding after
-- it.
-- On a disc with several sessions the image begins with the first block and
-- shows what one of them showed (docs/append.md).
-- Audio is in no image: of a CD-Extra and of a mixed mode CD the data is read,
-- and where the audio was is a hole.
--
-- @tparam Recorder rec
-- @tparam string path the file; it must not exist yet, and is taken away again
-- after a failure, unless there is a map
-- @tparam[opt] table options `session` (the last one, where there are several),
-- or `track` (the last one) and `whole` (false): all of the track, its padding
-- too; `speed`: kB/s at most; `map`: a file by which a damaged disc is read and
-- the reading goes on where it ended, with `retries` (3) of what cannot be read
-- (docs/copy.md)
-- @treturn[1] Job its result: `blocks`, `start`, `seconds`, `method`; of a
-- track `track`, `sha256`, and `whole`: was it all of it, also for want of a
-- volume; of a session `session`; `warnings` (`speed_not_set`: the drive keeps
-- its own speed; `audio_left_out`, unless a session or track was named). With a
-- map `resumed`; of a failure `report` has `bad` ({start, blocks}),
-- `bad_blocks`, `left_blocks`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, invalid_image, unsupported (no
-- such track or session, or it is audio), file_exists, file_access, generic
-- (cannot be read; with `lba`), bad_file (the map), wrong_disc (the map is
-- another's)
function read.start(rec, path, options)
  options = options or {}
  check_arguments(path, options)
  local tracks, medium, code = extent.data_tracks(rec)
  if not tracks then
    return nil, medium, code
  end
  local last = tracks[#tracks]
  local number = options.session
  if last.session > 1 and not (number or options.track or options.whole) then
    local block, failure, why = sessions.descriptors(rec, last)
    if why and not extent.is_other_kind(failure) then
      return nil, failure, why
    end
    number = block and last.session
  end
  if number then
    return start_session(rec, path, options, number, medium)
  end
  local track = choose(tracks, options.track)
  if not track then
    return new_failure("unsupported",
      ("there is no data track %d on the disc"):format(options.track))
  end
  local blocks, told = blocks_of(rec, path, options, track)
  local job, why, which = start_pieces(rec, path, options,
    {{start = track.start, blocks = blocks, store = true}}, blocks, medium)
  if not job then
    return nil, why, which
  end
  return job:complete_with(function(found, unread, reason)
    if not found then
      return nil, unread, reason
    end
    return result_of(track, blocks, told, found,
      warn_of_audio(found.warnings, medium, options))
  end)
end

--- Read a disc to an image file and wait for the end.
-- @param ... as @{read.start}
-- @function read.run
read.run = and_wait(read.start)

return read
