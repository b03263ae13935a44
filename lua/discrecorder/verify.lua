--- Checking a disc: by the report of its burn, against an image, against
-- folders, by the tags on it, or only that it can be read.
-- @module discrecorder.verify

local and_wait = require "discrecorder.waiting"
local check_options = require("discrecorder.options").check
local compare = require "discrecorder.compare"
local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new
local sessions = require "discrecorder.sessions"
local sheet = require "discrecorder.sheet"
local units = require "discrecorder.sheet.units"
local verify_audio = require "discrecorder.verify_audio"
local verify_session = require "discrecorder.verify_session"

local verify = {}

local OPTIONS <const> = {
  against = true, invalid_utf8 = true, exclude = true, follow_links = true,
  report = true, session = "integer", speed = true,
}

-- A way of checking prepares a list of pieces to read, and judges what was
-- found: it gives nil, or a failure's three values.

-- === by report ===

local function differ(message, ...)
  return new_failure("verify_failed", message:format(...))
end

-- Of a stream's last block not all counts. Older reports say nothing of it.
local function is_length(track)
  local bytes = track.bytes
  local block = (track.kind == "audio" or track.sectors) and units.RAW
    or extent.BLOCK
  return bytes == nil or math.type(bytes) == "integer" and bytes > 0
    and bytes <= track.blocks * block
end

local function check_report(report)
  local tracks = type(report) == "table" and report.tracks
  if type(tracks) ~= "table" or #tracks == 0 then
    return new_failure("bad_file", "this is no report of a burn")
  end
  for i = 1, #tracks do
    local track = tracks[i]
    if type(track) ~= "table" or math.type(track.start) ~= "integer"
      or math.type(track.blocks) ~= "integer" or track.blocks < 1
      or track.blocks > 0x7FFFFFFF or track.start < 0
      or track.start > 0x7FFFFFFF - track.blocks
      or type(track.sha256) ~= "string" or not is_length(track) then
      return new_failure("bad_file",
        "this report lacks what a track is checked by: start, blocks, sha256")
    end
  end
  return true
end

local function by_report(rec, options)
  local report = options.report
  local good, failure, code = check_report(report)
  if not good then
    return nil, failure, code
  end
  local pieces, some_audio = {}, false
  for i, track in ipairs(report.tracks) do
    pieces[i] = {
      start = track.start, blocks = track.blocks, bytes = track.bytes,
      audio = track.kind == "audio", sectors = track.sectors == true,
    }
    some_audio = some_audio or pieces[i].audio
  end
  return {
    pieces = pieces,
    kind = "report",
    offset = some_audio and verify_audio.offset(rec, report) or nil,
    judge = function(found)
      for i, track in ipairs(report.tracks) do
        if found.pieces[i].sha256 ~= track.sha256 then
          return differ("track %d reads with other bytes than were burned", i)
        end
      end
    end,
  }
end

-- === against an image ===

-- A burn pads a track up to its least length and for reading ahead.
local TRACK_MIN <const>, PADDING <const> = 300, 150

-- What can be overwritten has one track as long as the disc: that says nothing.
local function more_than_image(track, blocks, medium)
  local more = track.blocks - blocks - math.max(PADDING, TRACK_MIN - blocks)
  return more > 0 and medium.state ~= "overwritable" and {{
    code = "more_on_disc",
    message = ("the disc goes on for %d blocks after the image"):format(
      track.blocks - blocks),
  }} or {}
end

local function by_image(tracks, medium, image)
  if image.length % extent.BLOCK ~= 0 then
    return new_failure("bad_file",
      ("the image (%d bytes) is no whole number of blocks"):format(
        image.length))
  end
  local track = tracks[1]
  local blocks = image.length // extent.BLOCK
  if blocks > track.blocks then
    return differ("the image has %d blocks and the disc's first %strack %d",
      blocks, verify_audio.has(medium) and "data " or "", track.blocks)
  end
  return {
    kind = "image",
    pieces = {{start = track.start, blocks = blocks, against = image}},
    warnings = more_than_image(track, blocks, medium),
  }
end

-- === by the tags that libisofs leaves ===

local SUPERBLOCK_TAG <const>, SESSION_TAG <const> = 2, 1

-- At the start of a disc that grew: which block the tree starts at that it
-- shows.
local function relocated(block)
  local tag = block and require("discrecorder.tree").md5_tag(block)
  return tag and tag.type == extent.RELOCATED_TAG and tag.next or nil
end

-- The tag behind the volume descriptors leads to the next one and so to the
-- session's, which covers all before it.
local function find_session_tag(rec, track)
  local tree = require "discrecorder.tree"
  for block = track.start + 16, track.start + 32 do
    local data = block < track.start + track.blocks and rec:read(block, 1)
    local tag = data and tree.md5_tag(data)
    if tag and tag.type == SUPERBLOCK_TAG then
      for _ = 1, 3 do
        if tag.next <= block or tag.next >= track.start + track.blocks then
          return nil
        end
        data = rec:read(tag.next, 1)
        tag = data and tree.md5_tag(data)
        if not tag then
          return {missing = true}
        elseif tag.type == SESSION_TAG then
          return tag
        end
      end
    end
  end
end

-- What the tag covers, then the rest of the track.
local function cover(pieces, track, tag)
  local covered = 0
  if tag then
    covered = tag.blocks
    table.insert(pieces, {start = track.start, blocks = covered, md5 = true})
  end
  if covered < track.blocks then
    table.insert(pieces, {
      start = track.start + covered, blocks = track.blocks - covered,
      audio = track.audio, sectors = track.mode_2,
    })
  end
end

local function is_usable(tag, track)
  return tag and not tag.missing and tag.start == track.start
    and tag.blocks > 0 and tag.blocks <= track.blocks
end

local function by_itself(rec, parts)
  local pieces, sums, damaged = {}, {}, nil
  for _, track in ipairs(parts) do
    local tag = not track.audio and find_session_tag(rec, track) or nil
    if tag and tag.missing then
      damaged = track
    end
    if not is_usable(tag, track) then
      tag = nil
    else
      sums[#pieces + 1] = {md5 = tag.md5, track = track}
    end
    cover(pieces, track, tag)
  end
  return {
    kind = next(sums) and "tags" or "readable",
    pieces = pieces,
    judge = function(found)
      for i, sum in pairs(sums) do
        if found.pieces[i].md5 ~= sum.md5 then
          return differ("%s does not agree with the MD5 tag on the disc",
            sum.track.name)
        end
      end
      if damaged then
        return differ("%s: an MD5 tag on the disc is damaged", damaged.name)
      end
    end,
  }
end

-- === which of them ===

-- Where a volume says what it is (ECMA-119 6.7.1; ECMA-167 2/8).
local VOLUME <const> = 16

local function is_volume(descriptor)
  return descriptor ~= nil and (descriptor:sub(1, 6) == "\1CD001"
    or descriptor:sub(2, 6) == "BEA01")
end

local function file_is_volume(path)
  local file <close> = core.input(path)
  return file and file:seek("set", VOLUME * extent.BLOCK)
    and is_volume(file:read(6))
end

-- The path of what was named, when it is one.
local function path_of(against)
  local path = type(against) == "table" and #against == 1
    and next(against, 1) == nil and against[1] or against
  return type(path) == "string" and path ~= "" and path or nil
end

-- One regular file alone is an image, unless the disc holds a volume and the
-- file none: then it was burned as a file. All else is files and folders.
local function image_of(rec, track, against)
  local path = path_of(against)
  if not path then
    return nil
  end
  local is_folder = io.open(path .. "/.", "r")
  if is_folder then
    is_folder:close()
    return nil
  end
  local file, failure, code = require("discrecorder.source").file(path)
  if file and not file_is_volume(path) and track.blocks > VOLUME
    and is_volume((rec:read(track.start + VOLUME, 1))) then
    return nil
  end
  return file, failure, code
end

-- Of a refusal because of audio.
local function advise(failure)
  failure.advice = "Compare it with its sheet, or with the report of its burn."
  return failure
end

-- One session in place of all data tracks, as far as it can be read.
local function only_session(rec, tracks, medium, number)
  local session, failure, code =
    sessions.find(sessions.of(rec, medium), number)
  if not session then
    return nil, failure, code
  end
  local data, audio, why = sessions.data_of(session, tracks)
  if not data then
    return nil, advise(audio), why
  end
  data.name = ("session %d"):format(number)
  return {data}
end

-- What `read` makes of a disc with several sessions is longer than any track.
local function by_any_image(rec, tracks, medium, image, options)
  if image.length > tracks[1].blocks * extent.BLOCK then
    local number = options.session or tracks[#tracks].session
    local check, failure, code = verify_session.by_image(rec, number,
      path_of(options.against), image.length)
    if check ~= false then
      return check, failure, code
    end
  end
  return by_image(tracks, medium, image)
end

-- The check of some tracks that the options ask for.
local function check_of(rec, tracks, medium, options)
  if options.session then
    local only, missing, why = only_session(rec, tracks, medium,
      options.session)
    if not only then
      return nil, missing, why
    end
    tracks = only
  end
  if options.against == nil then
    return by_itself(rec, options.session and tracks
      or sessions.parts(rec, tracks, medium, relocated))
  end
  local image, failure, code = image_of(rec, tracks[1], options.against)
  if image then
    return by_any_image(rec, tracks, medium, image, options)
  elseif failure then
    return nil, failure, code
  end
  return compare.folders(rec, tracks, options)
end

-- Files, images and sessions are data, whatever else is on the disc; reports
-- and sheets know of audio, and by itself all of it is read.
local function prepare(rec, options)
  local known, unknown, reason = rec:medium()
  if not known then
    return nil, unknown, reason
  end
  local is_sheet = verify_audio.needs_sheet(known)
    and type(options.against) == "string" and sheet.is_one(options.against)
  local is_data = not is_sheet and (options.against or options.session)
  local tracks, medium, code =
    (is_data and extent.data_tracks or extent.all_tracks)(rec)
  if not tracks then
    return nil, code == "unsupported" and advise(medium) or medium, code
  end
  local check, failure, why
  if options.report then
    check, failure, why = by_report(rec, options)
  elseif is_sheet then
    check, failure, why = verify_audio.by_sheet(rec, tracks, options.against,
      options.session)
  else
    check, failure, why = check_of(rec, tracks, medium, options)
  end
  return check, check and medium or failure, why
end

local function result_of(check, found, medium)
  local warnings = table.move(found.warnings, 1, #found.warnings, 1, {})
  local own = check.warnings or {}
  table.move(own, 1, #own, #warnings + 1, warnings)
  local result = {
    ok = true,
    verified = check.kind,
    method = found.method,
    offset = check.offset and found.offset or nil,
    seconds = found.seconds,
    medium = medium,
    warnings = warnings,
    stretches = {},
  }
  for i, piece in ipairs(check.pieces) do
    if not piece.name then
      table.insert(result.stretches, {
        start = piece.start,
        blocks = piece.blocks,
        sha256 = found.pieces[i].sha256,
        unread = found.pieces[i].unread,
      })
    end
  end
  result.files = check.files
  return result
end

local function start_check(rec, check, medium, options)
  local job, why, reason = core.scan_start(rec, {
    pieces = check.pieces,
    refresh = true,
    keep_going = check.keep_going,
    speed = options.speed,
    offset = check.offset,
  })
  if not job then
    return nil, why, reason
  end
  return job:complete_with(function(found, unread, because)
    if not found and not check.explain then
      return nil, unread, because
    elseif not found then
      return check.explain(unread, because)
    end
    if check.judge then
      local _, differing, kind = check.judge(found)
      if differing then
        return nil, differing, kind
      end
    end
    return result_of(check, found, medium)
  end)
end

--- Start to check a disc. It is read past the drive's buffer.
--
-- @tparam Recorder rec
-- @tparam[opt] table options
--
-- - `report`: the report of its burn: every track must have the same SHA-256;
--   audio at the offset that this drive has
-- - `against`: an image file (one file alone, unless it holds no ISO 9660 or
--   UDF volume and the disc does), also one that @{discrecorder.read} made of a
--   disc with several sessions; or folders and files as they were given to
--   @{discrecorder.burn.tree}, with `exclude`, `follow_links`,
--   `invalid_utf8` as they were then: every file on the disc must have the same
--   bytes; of a CD with audio its CUE sheet, TOC file or NRG image: samples,
--   and MCN, ISRCs and CD-TEXT where it has them. What is no sheet is compared
--   with the data of such a CD
-- - neither: the MD5 tags on the disc when it has some
--   (`xorriso -md5 on`), else only that every block can be read
-- - `session`: check what this session showed, and not the last one; without
--   `against` only its own blocks; a sheet is compared with this session (1)
-- - `speed`: kB/s at most
-- @treturn[1] Job its result: `ok`, `verified` (`"report"`, `"image"`,
-- `"sheet"`, `"files"`, `"tags"`, `"readable"`), `stretches` (what was read,
-- but files: {start, blocks, sha256}, and `unread` samples of audio), `offset`
-- (of audio, in samples), `files` (how many), `method`, `seconds`, `medium`,
-- `warnings`
-- @return[2] nil
-- @treturn[2] table failure; of a check, `report` has what was found
-- @treturn[2] string code: verify_failed, medium_not_present, invalid_image
-- (nothing on it), unsupported (no such session; audio, and no sheet),
-- bad_file, generic (cannot be read; with `lba`)
function verify.start(rec, options)
  options = options or {}
  check_options("verify", options, OPTIONS)
  if options.session and options.report then
    error("verify: either a report or a session", 2)
  end
  local check, medium, code = prepare(rec, options)
  if not check then
    return nil, medium, code
  end
  return start_check(rec, check, medium, options)
end

--- Check a disc and wait for the end.
-- @param ... as @{verify.start}
-- @function verify.run
verify.run = and_wait(verify.start)

return verify
