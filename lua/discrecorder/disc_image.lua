--- A CD as one raw file and the sheet that says what is where in it.
-- @module discrecorder.disc_image

local cdtext = require "discrecorder.cdtext"
local contents = require "discrecorder.contents"
local core = require "discrecorder.core"
local file = require "discrecorder.file"
local new_failure = require("discrecorder.failure").new
local rescue = require "discrecorder.rescue"
local sheet = require "discrecorder.sheet"
local units = require "discrecorder.sheet.units"

local disc_image = {}

local RAW <const> = units.RAW

local function blocks_of(track)
  return track.start + track.blocks - track.from
end

-- The tracks behind each other. What is before a track on the disc and in no
-- file (run-out, pauses of silence) the sheet tells as PREGAP; but the disc's
-- first one. So does POSTGAP of what is behind a session's last track, since
-- the next session's data holds addresses.
local function lay_out(disc, bin)
  local offset = 0
  disc.files = {{name = bin:match "[^/]+$", path = bin, type = "binary"}}
  for i, track in ipairs(disc.tracks) do
    local blocks = blocks_of(track)
    local unit = units.per_block(track)
    local function silence(count)
      return {silence = true, length = count * unit}
    end
    local before = track.pregap - (track.start - track.from)
    local behind = track.stop - track.start - track.blocks
    local following = disc.tracks[i + 1]
    track.offset = offset
    track.parts = {{file = 1, offset = offset, length = blocks * unit}}
    if before > 0 then
      table.insert(track.parts, 1, silence(before))
    end
    if following and following.session ~= track.session and behind > 0 then
      table.insert(track.parts, silence(behind))
    end
    offset = offset + blocks * RAW
  end
  disc.files[1].bytes = offset
end

-- Of all sheets only a CUE sheet knows that a track is a copy already.
local function drop_scms(disc, format)
  for _, track in ipairs(disc.tracks) do
    if track.flags.scms and format ~= "cue" then
      track.flags.scms = nil
      table.insert(disc.warnings, {
        code = "scms_left_out",
        message = ("track %d is a copy (SCMS), which the sheet cannot say")
          :format(track.number),
      })
    end
  end
end

local function leave_out(disc, what, code)
  table.insert(disc.warnings, {
    code = "code_left_out",
    message = ("%s, %s, is none that a sheet can have"):format(what, code),
  })
end

-- Discs have codes whose check digit or country is wrong: sheets do not.
local function drop_codes(disc)
  if disc.mcn and not units.mcn(disc.mcn) then
    leave_out(disc, "the disc's catalogue number", disc.mcn)
    disc.mcn = nil
  end
  for _, track in ipairs(disc.tracks) do
    if track.isrc and units.isrc(track.isrc) ~= track.isrc then
      leave_out(disc, ("the ISRC of track %d"):format(track.number), track.isrc)
      track.isrc = nil
    end
  end
end

-- What a CUE sheet does not say of CD-TEXT, or would say in other packs, stands
-- in a file of packs beside it.
local function needs_packs(disc, format)
  if format ~= "cue" or not disc.packs then
    return false
  end
  local texts = cdtext.of_disc(disc)
  return #disc.translations > 0 or not texts
    or cdtext.encode(texts) ~= disc.packs
end

-- May a file be written? Where a reading goes on it may be there, or as much of
-- it as was written.
local function is_free(path, bytes, goes_on)
  if not file.exists(path) then
    return true
  end
  local there = goes_on and file.read(path, #bytes)
  return there and bytes:sub(1, #there) == there
end

local function add_packs(disc, list, path)
  local packs = path:gsub("%.%w+$", ".cdt")
  disc.cd_text_file = packs:match "[^/]+$"
  table.insert(list, {packs, disc.packs})
end

-- Whatever a disc says must not keep it from being read: texts that a sheet
-- cannot have (of several lines) are left out of it.
local function without_texts(disc, list, path, format)
  disc.text, disc.translations = {}, {}
  for _, track in ipairs(disc.tracks) do
    track.text = {}
  end
  table.insert(disc.warnings, {
    code = "cd_text_left_out",
    message = "the sheet cannot have the disc's CD-TEXT as it is",
  })
  if format == "cue" and not disc.cd_text_file then
    add_packs(disc, list, path)
  end
  return sheet.format(disc, format)
end

-- The files besides the raw one, as {path, bytes}. Where a reading goes on they
-- may be there, or as much as was written when it was broken off.
local function texts_of(disc, path, format, goes_on)
  local list = {}
  if needs_packs(disc, format) then
    add_packs(disc, list, path)
  end
  local text, failure, code = sheet.format(disc, format)
  if not text and disc.packs and code == "unsupported" then
    text, failure, code = without_texts(disc, list, path, format)
  end
  if not text then
    return nil, failure, code
  end
  table.insert(list, {path, text})
  for _, one in ipairs(list) do
    if not is_free(one[1], one[2], goes_on) then
      return new_failure("file_exists", one[1] .. " exists already")
    end
  end
  return list
end

local function pieces_of(disc)
  local pieces = {}
  for i, track in ipairs(disc.tracks) do
    pieces[i] = {
      start = track.from, blocks = blocks_of(track),
      audio = track.kind == "audio", store = true,
      offset = track.offset,
    }
  end
  return pieces
end

--- What a disc is as one raw file, and what is to be read for it.
-- @tparam Recorder rec
-- @tparam string path of the sheet, `OUT.cue` or `OUT.toc`
-- @tparam[opt] string map a file by which the reading may go on
-- @treturn[1] table `disc` (@{discrecorder.contents}, with `files` and parts),
-- `medium`, `bin` (path), `texts` ({path, bytes}), `pieces`, `goes_on`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_exists, unsupported, medium_not_present,
-- invalid_image
function disc_image.plan(rec, path, map)
  local disc, medium, code = contents.read(rec)
  if not disc then
    return nil, medium, code
  end
  local bin = path:gsub("%.%w+$", ".bin")
  local format = path:match("%w+$"):lower()
  if format == "toc" and disc.tracks[#disc.tracks].session > 1 then
    return new_failure("unsupported",
      "a TOC file knows one session, and the disc has several",
      {advice = "Export the disc to OUT.cue, which says where they begin."})
  end
  drop_codes(disc)
  drop_scms(disc, format)
  lay_out(disc, bin)
  local goes_on = map and rescue.begun(bin, map)
  local texts, failure, why = texts_of(disc, path, format, goes_on)
  if not texts then
    return nil, failure, why
  end
  return {
    disc = disc, medium = medium, bin = bin, texts = texts,
    pieces = pieces_of(disc), goes_on = goes_on,
  }
end

-- Write what stands beside the raw file.
local function write_texts(plan)
  for _, text in ipairs(plan.texts) do
    -- What is there now was there when the reading went on.
    local write = plan.goes_on and file.write or file.create
    local done, failure, code = write(text[1], text[2])
    if not done then
      return nil, failure, code
    end
  end
  return true
end

local function result_of(plan, found)
  local warnings = {}
  table.move(plan.disc.warnings, 1, #plan.disc.warnings, 1, warnings)
  table.move(found.warnings, 1, #found.warnings, #warnings + 1, warnings)
  local tracks = {}
  for i, track in ipairs(plan.disc.tracks) do
    local piece = found.pieces[i]
    tracks[i] = {
      number = track.number, session = track.session, kind = track.kind,
      start = track.start, blocks = track.blocks, pregap = track.pregap,
      isrc = track.isrc, sha256 = piece.sha256, unread = piece.unread,
    }
  end
  local files = {plan.bin}
  for i, text in ipairs(plan.texts) do
    files[i + 1] = text[1]
  end
  return {
    ok = true,
    tracks = tracks,
    mcn = plan.disc.mcn,
    offset = found.offset ~= 0 and found.offset or nil,
    files = files,
    resumed = found.resumed,
    seconds = found.seconds,
    warnings = warnings,
  }
end

local function start_reading(rec, plan, options)
  if not options.map then
    return core.scan_start(rec, {
      file = plan.bin, raw = true, pieces = plan.pieces,
      speed = options.speed, offset = options.offset,
    })
  end
  return rescue.start(rec, {
    file = plan.bin, map = options.map, medium = plan.medium, block = RAW,
    blocks = plan.disc.files[1].bytes // RAW, pieces = plan.pieces,
    retries = options.retries, speed = options.speed, offset = options.offset,
    twice = options.twice,
  })
end

--- Start to read a CD to one raw file with its sheet.
-- @tparam Recorder rec
-- @tparam string path `OUT.cue` or `OUT.toc`; `OUT.bin` goes beside it
-- @tparam table options as of @{discrecorder.export.start}
-- @treturn[1] Job
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code
function disc_image.start(rec, path, options)
  local plan, unplanned, because = disc_image.plan(rec, path, options.map)
  if not plan then
    return nil, unplanned, because
  end
  local job, failure, code = start_reading(rec, plan, options)
  if not job then
    return nil, failure, code
  end
  return job:complete_with(function(found, unread, reason)
    -- What a map tells of stays, and is worth its sheet.
    if found or options.map and file.exists(options.map) then
      local done, undone, why = write_texts(plan)
      if not done then
        return nil, undone, why
      end
    end
    if not found then
      return nil, unread, reason
    end
    return result_of(plan, found)
  end)
end

return disc_image
