--- Albums: a CD from a sheet, or from sound files.
--
--    local album = require "discrecorder.album"
--    local report = assert(album.burn(rec, "album.cue"))
--    assert(album.burn(rec, {"one.flac", "two.mp3"}, {gap = 150}))
--
-- Every input is opened and checked when the job is made: before the first of
-- them is decoded, and before anything is written.
-- @module discrecorder.album

local and_wait = require "discrecorder.waiting"
local burn = require "discrecorder.burn"
local cdtext = require "discrecorder.cdtext"
local model = require "discrecorder.sheet.model"
local new_failure = require("discrecorder.failure").new
local parts = require "discrecorder.album.parts"
local sheet = require "discrecorder.sheet"
local source = require "discrecorder.source"
local units = require "discrecorder.sheet.units"

local album = {}

local TRACKS_MOST <const> = 99

-- How the album is made of its inputs; all else is the job's.
local OPTIONS <const> = {
  cd_text = true, dither = "boolean", encoding = "string", gap = "integer",
  mcn = "string", outside = "boolean",
}

-- What goes on in the options goes to the job as it is.
local function job_of(options)
  local job = burn.job_of(options)
  job.tracks = {}
  return job
end

local function stop(failure)
  error({album = failure}, 0)
end

-- The result of a function that gives nil, failure: what stops it is returned.
local function caught(f, ...)
  local ok, job, warnings = pcall(f, ...)
  if ok then
    return job, warnings
  elseif type(job) == "table" and job.album then
    return nil, job.album, job.album.code
  end
  error(job, 0)
end

local function need(value, failure)
  if value == nil then
    stop(failure)
  end
  return value
end

local function refuse(code, pattern, ...)
  local _, failure = new_failure(code, pattern:format(...))
  stop(failure)
end

-- The disc's texts, and those of its tracks.
local function drop_texts(job)
  local any = job.text ~= nil
  job.text = nil
  for _, track in ipairs(job.tracks) do
    any, track.text = any or track.text ~= nil, nil
  end
  return any
end

-- {=== from a sheet ===

-- Packs of a file are the world's: those that are wrong are left out.
local function packs_of(bytes, warnings)
  local packs, more = cdtext.sound(bytes)
  need(packs, more)
  table.move(more, 1, #more, #warnings + 1, warnings)
  return packs
end

-- The caller's text, or nil for none.
local function given_text(options, warnings)
  local text = options.cd_text or nil
  return type(text) == "string" and packs_of(text, warnings) or text
end

-- CD-TEXT as packs: the caller's, none, or the sheet's.
local function text_of(disc, options, warnings)
  if options.cd_text ~= nil and options.cd_text ~= true then
    return given_text(options, warnings)
  elseif disc.packs then
    return packs_of(disc.packs, warnings)
  end
  local texts = cdtext.of_disc(disc)
  if not texts then
    return nil
  end
  local packs, failure = cdtext.encode(texts)
  return need(packs, failure)
end

-- Mode 2 is recorded with the subheaders that a file has; of form 1 it may have
-- none.
local function has_sectors(track)
  return track.kind == "data2" and track.mode ~= "mode2/2048"
end

-- What of a data track's file comes from index 1 on, and how much silence is
-- behind it: padding. Its pregap stands in a sheet as silence, or as sectors of
-- the file, or both.
local function data_part(track)
  local list = table.move(track.parts, 1, #track.parts, 1, {})
  local padding = #list > 1 and list[#list].silence
    and table.remove(list).length or nil
  local silence = list[1].silence and table.remove(list, 1).length or 0
  local only = list[1]
  if #list ~= 1 or only.silence then
    refuse("unsupported", "track %d: its data comes from several places",
      track.number)
  end
  local before = math.max((track.pregap or 0) - silence, 0)
  return {
    file = only.file, length = only.length - before,
    offset = only.offset + before * units.block(track),
  }, padding
end

local function add_data(job, disc, track)
  if track.mode:find "^cdi" then
    refuse("unsupported", "track %d: CD-I cannot be recorded", track.number)
  end
  local part, padding = data_part(track)
  table.insert(job.tracks, {
    kind = track.kind, sectors = has_sectors(track) or nil,
    source = need(source.sectors(disc.files[part.file].path, track.mode,
      part.offset, part.length, has_sectors(track))),
    flags = model.flags(track), padding = padding,
    pregap = track.pregap and track.pregap > 0 and track.pregap or nil,
  })
end

local function add_audio(job, disc, track, options)
  local before, after = parts.split(track.parts,
    (track.pregap or 0) * units.SAMPLES)
  local silent = parts.silence(before)
  table.insert(job.tracks, {
    kind = "audio",
    source = need(parts.source(disc, after, options)),
    pregap = silent and silent > 0 and silent // units.SAMPLES or nil,
    pregap_source = not silent and need(parts.source(disc, before, options))
      or nil,
    index = track.indexes[1] and track.indexes or nil,
    isrc = track.isrc,
    flags = model.flags(track),
  })
end

-- The tracks, in a list for each session.
local function sessions_of(disc, options)
  local sessions = {}
  for i, track in ipairs(disc.tracks) do
    local before = disc.tracks[i - 1]
    if not before or before.session ~= track.session then
      table.insert(sessions, {tracks = {}})
    end
    local add = track.kind == "audio" and add_audio or add_data
    add(sessions[#sessions], disc, track, options)
  end
  return sessions
end

-- Data of later sessions holds addresses: each is as long as the sheet says,
-- and begins where its sectors say, if they do.
local function take_sessions(job, disc, sessions)
  local number = 0
  for i, session in ipairs(sessions) do
    for _, track in ipairs(session.tracks) do
      number = number + 1
      local audio = disc.tracks[number].kind == "audio"
      if not audio then
        track.padding = track.padding or 0
        track.at = i > 1
          and parts.address(disc, data_part(disc.tracks[number])) or nil
      end
      if audio or i == 1 then
        session.mcn = job.mcn
      end
    end
  end
  sessions[1].text = job.text
  job.sessions, job.mcn, job.text, job.tracks = sessions, nil, nil, nil
end

local function make_of_sheet(disc, options)
  local job = job_of(options)
  job.mcn = options.mcn or disc.mcn
  if disc.tracks[1].number ~= 1 then
    refuse("unsupported", "its first track is number %d",
      disc.tracks[1].number)
  end
  local sessions = sessions_of(disc, options)
  local warnings = table.move(disc.warnings or {}, 1, #(disc.warnings or {}), 1,
    {})
  job.text = text_of(disc, options, warnings)
  job.tracks = sessions[1].tracks
  if sessions[2] then
    take_sessions(job, disc, sessions)
  end
  return job, warnings
end

-- ===}

-- {=== from files ===

-- What all have in common, or nil.
local function common(list, key)
  local value = list[1].source.audio[key]
  for _, track in ipairs(list) do
    if track.source.audio[key] ~= value then
      return nil
    end
  end
  return value
end

-- The files' own titles and artists; all of them may be without.
local function take_tags(job, warnings)
  local any = false
  for _, track in ipairs(job.tracks) do
    local tags = track.source.audio
    track.text = {title = tags.title, performer = tags.artist}
    any = any or tags.title or tags.artist or tags.album
  end
  if not any then
    table.insert(warnings, {
      code = "no_tags",
      message = "no file says a title or an artist: there is no CD-TEXT",
    })
    drop_texts(job)
    return
  end
  job.text = {
    title = common(job.tracks, "album"),
    performer = common(job.tracks, "artist"),
  }
end

local function make_of_files(list, options)
  local job, warnings = job_of(options), {}
  if #list > TRACKS_MOST then
    refuse("unsupported", "%d files: a CD has %d tracks at most", #list,
      TRACKS_MOST)
  end
  for i, path in ipairs(list) do
    job.tracks[i] = {
      source = need(source.audio {path = path, dither = options.dither}),
      pregap = i > 1 and options.gap or nil,
    }
  end
  job.mcn = options.mcn
  if options.cd_text == "tags" then
    take_tags(job, warnings)
  elseif options.cd_text ~= true then
    job.text = given_text(options, warnings)
  end
  return job, warnings
end

-- ===}

-- What only a session at once has, left out or put elsewhere.
local function for_tao(job, warnings)
  local lost = parts.flatten(job.tracks)
  if drop_texts(job) then
    table.insert(lost, "CD-TEXT")
  end
  if #lost > 0 then
    table.insert(warnings, {
      code = "not_at_once",
      message = "track at once the disc has no " .. table.concat(lost, ", "),
    })
  end
  return job, warnings
end

local function make(what, options)
  local job, warnings
  if type(what) == "table" and not what.tracks then
    job, warnings = make_of_files(what, options)
  else
    local disc = what
    if type(what) == "string" then
      local read, failure = sheet.read(what, {
        encoding = options.encoding, outside = options.outside,
      })
      disc = need(read, failure)
    end
    job, warnings = make_of_sheet(disc, options)
  end
  if job.mode == "tao" and not job.sessions then
    return for_tao(job, warnings)
  elseif job.sessions and (job.mode or "auto") == "auto" then
    job.mode = "sao"
  elseif job.sessions and job.mode ~= "sao" then
    refuse("unsupported", "several sessions are burned with each at once: "
      .. "mode \"sao\"")
  end
  return job, warnings
end

local function check_arguments(what, options)
  local is_list = type(what) == "table" and not what.tracks
  if type(what) ~= "string" and type(what) ~= "table" or
      is_list and #what == 0 then
    error("album: a sheet or a list of files expected", 3)
  end
  burn.check_job("album", options, OPTIONS, 2)
  if options.cd_text == "tags" and not is_list then
    error("album: cd_text: tags are those of a list of files", 3)
  end
  if options.gap and options.gap < 0 then
    error("album: gap: blocks of 1/75 s", 3)
  end
end

--- Make a job: from a sheet (.cue, .toc, .nrg), a disc of
-- @{discrecorder.sheet}, or a list of sound files, a track each.
--
-- A sheet's pregaps, with silence or with audio, indexes, ISRCs, MCN, flags and
-- texts go to the job, its sessions become `sessions`; tracks that are spliced
-- from several files are, to the sample. With `mode = "tao"`, where all of that
-- is not, audio in a pregap becomes the end of the track before, as it plays.
-- @tparam string|table what
-- @tparam[opt] table options the keys of a job (@{discrecorder.burn.start}) but
-- `tracks`, and
--
-- - `cd_text` (true): false for none; or texts or packs, as a job's `text`, in
--   place of the sheet's; `"tags"`: titles and artists as the files of a list
--   have them
-- - `mcn`: the catalogue number, in place of the sheet's
-- - `gap` (none): of a list of files, blocks of 1/75 s of silence between them
-- - `dither` (true): as of @{discrecorder.source.audio}
-- - `encoding`, `outside`: as of @{discrecorder.sheet.read}
-- @treturn[1] table job
-- @treturn[1] {table,...} warnings of the sheet: `code`, `message`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: those of @{discrecorder.sheet.read},
-- @{discrecorder.source.audio} and @{discrecorder.cdtext.encode}; unsupported
function album.job(what, options)
  options = options or {}
  check_arguments(what, options)
  return caught(make, what, options)
end

--- Start to burn an album.
-- @tparam Recorder rec
-- @tparam string|table what as of @{album.job}
-- @tparam[opt] table options the same
-- @treturn[1] Job as of @{discrecorder.burn.start}
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: those of @{album.job} and @{discrecorder.burn.start}
function album.burn_start(rec, what, options)
  options = options or {}
  check_arguments(what, options)
  local job, warnings, code = caught(make, what, options)
  if not job then
    return nil, warnings, code
  end
  return burn.start(rec, job, warnings)
end

--- Burn an album and wait for the end: the report.
-- @function album.burn
album.burn = and_wait(album.burn_start)

return album
