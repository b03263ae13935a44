--- Copies: from disc to disc, from an image to a disc, from a disc to an image.
--
--    local copy = require "discrecorder.copy"
--    assert(copy.run(from, to))               -- two recorders
--    assert(copy.run(from, "album.cue"))
--    assert(copy.run("album.cue", to, {as_needed = true}))
--
-- From drive to drive nothing is kept in between: what is read is written, read
-- back, and compared.
-- @module discrecorder.copy

local and_wait = require "discrecorder.waiting"
local burn = require "discrecorder.burn"
local cdtext = require "discrecorder.cdtext"
local contents = require "discrecorder.contents"
local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local is_object = require("discrecorder.options").is_object
local model = require "discrecorder.sheet.model"
local new_failure = require("discrecorder.failure").new
local sessions = require "discrecorder.copy.sessions"
local sheet = require "discrecorder.sheet"

local copy = {}

-- How it is read; all else is the burn's.
local OPTIONS <const> = {
  map = "string", offset = "integer", outside = "boolean", retries = "integer",
  twice = "boolean",
}

-- Zeros that the engine writes after data on a CD, and would write again
-- (docs/engine.md).
local PADDING <const> = 150

local function has_cd(rec)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  elseif medium.state == "none" then
    return new_failure("medium_not_present",
      "copy: there is no disc in the recorder")
  end
  return (medium.profile or ""):find "^cd" ~= nil
end

-- {=== from disc to disc ===

-- How much of a data track is copied onto a CD. Form 2 has no padding, and is
-- not read so.
local function without_padding(rec, track)
  local blocks = track.blocks - PADDING
  local tail = blocks > 0 and rec:read(track.start + blocks, PADDING)
  return tail and not tail:find "[^\0]" and blocks or track.blocks
end

local function refuse(pattern, ...)
  return new_failure("unsupported", pattern:format(...), {
    advice = "Read it to a file with `export` or `read`.",
  })
end

-- A part of the disc, for core.disc_sources.
local function part_of(start, blocks, kind)
  return {
    start = start, blocks = blocks, audio = kind == "audio",
    sectors = kind == "data2",
  }
end

-- The tracks of a job, and the parts of the disc that are their sources: a
-- track's `source` and `pregap_source` are numbers of parts at first.
local function lay_out(rec, disc, to_cd)
  local tracks, parts = {}, {}
  local function part(start, blocks, kind)
    table.insert(parts, part_of(start, blocks, kind))
    return #parts
  end
  local at_once = false
  for _, track in ipairs(disc.tracks) do
    at_once = at_once or track.kind ~= "data"
  end
  for i, track in ipairs(disc.tracks) do
    local kind = track.kind
    local before = track.start - track.from
    tracks[i] = {
      kind = kind,
      sectors = kind == "data2" or nil,
      flags = model.flags(track),
      isrc = track.isrc,
      index = track.indexes[1] and track.indexes or nil,
      pregap_source = before > 0 and part(track.from, before, kind) or nil,
      -- Mode 1 alone is written track at once: the drive makes the pauses.
      pregap = at_once and before == 0 and track.pregap > 0
        and track.pregap or nil,
      source = part(track.start, (kind == "audio" or not to_cd)
        and track.blocks or without_padding(rec, track), kind),
    }
  end
  return tracks, parts
end

-- CD-TEXT as the disc has it; packs that are none (their CRC is wrong) cannot
-- be recorded as such. What else is odd the burn tells.
local function text_of(disc)
  local warnings = {}
  for _, warning in ipairs(disc.warnings) do
    if warning.code ~= "bad_cd_text" then
      table.insert(warnings, warning)
    end
  end
  if not disc.packs then
    return nil, warnings
  end
  local packs, more = cdtext.sound(disc.packs)
  if not packs then
    more = {{code = "bad_cd_text",
      message = ("CD-TEXT is left out: %s"):format(more.message)}}
  end
  return packs, table.move(more, 1, #more, #warnings + 1, warnings)
end

-- Session after session, at once: then each is as long as it was.
local function sessions_job(disc, medium, job, to_cd)
  if not to_cd then
    return refuse("the CD has several sessions: they can be copied to a CD "
      .. "alone, since other discs have theirs elsewhere")
  elseif (job.mode or "auto") ~= "auto" and job.mode ~= "sao" then
    return refuse("the CD has several sessions: they are copied with each "
      .. "session at once (mode \"sao\")")
  end
  local parts = {}
  local done, failure, code = sessions.put(disc, job,
    function(start, blocks, kind)
      table.insert(parts, part_of(start, blocks, kind))
      return #parts
    end)
  if not done then
    return nil, failure, code
  end
  local warnings
  -- It is the first lead-in that players look at, and drives read.
  job.sessions[1].text, warnings = text_of(disc)
  job.mode = "sao"
  if job.keep_open == nil then
    job.keep_open = medium.state == "appendable"
  end
  return job, parts, warnings
end

local function cd_job(rec, options, to_cd)
  local disc, medium, code = contents.read(rec)
  if not disc then
    return nil, medium, code
  end
  local job = burn.job_of(options)
  if disc.tracks[#disc.tracks].session > 1 then
    return sessions_job(disc, medium, job, to_cd)
  end
  local parts, warnings
  job.tracks, parts = lay_out(rec, disc, to_cd)
  job.mcn = disc.mcn
  job.text, warnings = text_of(disc)
  return job, parts, warnings
end

-- DVDs and BDs: the one track; of what can be overwritten, its volume.
local function data_job(rec, options)
  local tracks, medium, code = extent.tracks(rec)
  if not tracks then
    return nil, medium, code
  elseif #tracks > 1 then
    return refuse("the disc has %d tracks: where the second of a DVD or BD "
      .. "begins lies with the drive, and its data holds addresses", #tracks)
  end
  local track = tracks[1]
  local blocks = medium.state == "overwritable"
    and extent.volume_blocks(rec, track) or track.blocks
  local job = burn.job_of(options)
  job.tracks = {{source = 1}}
  if blocks < 1 then
    return new_failure("invalid_image", "there is nothing in the disc's track")
  end
  return job, {{start = track.start, blocks = blocks}}, {}
end

local function take_sources(job, made)
  for _, session in ipairs(job.sessions or {job}) do
    for _, track in ipairs(session.tracks) do
      track.source = made[track.source]
      track.pregap_source = track.pregap_source and made[track.pregap_source]
    end
  end
end

local function close_all(sources)
  for _, one in ipairs(sources) do
    one:close()
  end
end

-- With one drive the disc that is read would have to be the one that is
-- written.
local function check_two(from, to)
  if from ~= to and from:get_path() ~= to:get_path()
    and from:get_recorder_guid() ~= to:get_recorder_guid() then
    return true
  end
  return new_failure("unsupported",
    "a disc cannot be copied from a recorder to the same recorder", {
      culprit = "program",
      advice = "Copy it to an image (OUT.iso, or OUT.cue for a CD), change the "
        .. "disc, and copy the image to the recorder.",
    })
end

local function from_disc(from, to, options)
  local ok, wrong, kind = check_two(from, to)
  if not ok then
    return nil, wrong, kind
  end
  local from_cd, unknown, why = has_cd(from)
  if from_cd == nil then
    return nil, unknown, why
  end
  local to_cd, unasked, which = has_cd(to)
  if to_cd == nil then
    return nil, unasked, which
  end
  local make = from_cd and cd_job or data_job
  local job, parts, warnings = make(from, options, to_cd)
  if not job then
    return nil, parts, warnings
  end
  local sources, failure, code = core.disc_sources(from, parts, options.offset)
  if not sources then
    return nil, failure, code
  end
  take_sources(job, sources)
  local work, refused, reason = burn.start(to, job, warnings)
  if not work then
    close_all(sources)
    return nil, refused, reason
  end
  return work:complete_with(function(report, failed, how)
    close_all(sources)
    return report, failed, how
  end)
end

-- ===}

-- {=== from and to images ===

local function from_image(path, to, options)
  local job = burn.job_of(options)
  if sheet.is_one(path) then
    job.outside = options.outside
    return require("discrecorder.album").burn_start(to, path, job)
  end
  return burn.image_start(to, path, job)
end

local function to_image(from, path, options)
  local how = {
    speed = options.read_speed, map = options.map, retries = options.retries,
    offset = options.offset,
  }
  if path:lower():find "%.iso$" then
    return require("discrecorder.read").start(from, path, how)
  end
  how.twice = options.twice
  return require("discrecorder.export").start(from, path, how)
end

-- ===}

local READING <const> = {"map", "retries", "offset", "twice"}

-- What has no meaning for this kind of copy is the caller's mistake.
local function check_arguments(from, to, options)
  local to_disc = is_object(to, "Recorder")
  local from_path = type(from) == "string"
  if not (from_path or is_object(from, "Recorder"))
    or not (to_disc or type(to) == "string") or from_path and not to_disc then
    error("copy: from a recorder or an image to a recorder, or from a "
      .. "recorder to an image", 3)
  end
  burn.check_job("copy", options, OPTIONS, 2)
  for _, key in ipairs(READING) do
    if options[key] and (from_path or to_disc and key ~= "offset") then
      error(("copy: there is no %s in such a copy"):format(key), 3)
    end
  end
  if options.outside and not from_path then
    error("copy: outside is for sheets", 3)
  end
end

--- Start to copy.
--
-- From a disc to a disc: on CDs any sessions and tracks of audio and of data,
-- with pregaps, index points, MCN, ISRCs, flags and CD-TEXT; on DVDs and BDs
-- one track. The recorder that is read is busy as long as the copy goes on.
--
-- Of a CD of several sessions all are planned before the first is burned, and
-- each track comes to be where it was; it is left open if it was
-- (docs/copy.md).
-- @tparam Recorder|string from a recorder; or an image: a CUE sheet, TOC file
-- or NRG image (@{discrecorder.album.burn_start}), or blocks of 2048 bytes
-- (@{discrecorder.burn.image_start})
-- @tparam Recorder|string to a recorder, or `OUT.iso`
-- (@{discrecorder.read.start}), `OUT.cue`, `OUT.toc`
-- (@{discrecorder.export.start})
-- @tparam[opt] table options the keys of a job (@{discrecorder.burn.start}), of
-- which `read_speed` counts where an image is made; `offset` of the drive that
-- reads; `map`, `retries` and `twice` of an image that is made; `outside`: a
-- sheet may name files outside its folder
-- @treturn[1] Job its result is that of the function above; from disc to disc
-- the report of the burn
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (one recorder for both; several tracks
-- of a DVD or BD; sessions that would come to be elsewhere), and those of
-- these functions
function copy.start(from, to, options)
  options = options or {}
  check_arguments(from, to, options)
  if type(from) == "string" then
    return from_image(from, to, options)
  elseif type(to) == "string" then
    return to_image(from, to, options)
  end
  return from_disc(from, to, options)
end

--- Copy and wait for the end.
-- @param ... as @{copy.start}
-- @function copy.run
copy.run = and_wait(copy.start)

return copy
