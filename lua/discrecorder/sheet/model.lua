--- The one model of a disc: what every reader ends with, and what every writer
-- may rely on. docs/sheets.md describes the fields.
-- @module discrecorder.sheet.model

local fault = require "discrecorder.sheet.fault"
local units = require "discrecorder.sheet.units"

local model = {}

local RAW <const> = {binary = true, motorola = true}

--- Whether a file is raw: parts of it are found by `offset`, in bytes.
-- @tparam table file
-- @treturn boolean
function model.is_raw(file)
  return RAW[file.contents or file.type] or false
end

local FLAGS <const> = {"copy", "four_channels", "pre_emphasis", "scms"}

--- The flags of a track, as a track of a job has them.
-- @tparam table track
-- @treturn table|nil those that are true; nil when none is
function model.flags(track)
  local flags = {}
  for _, name in ipairs(FLAGS) do
    flags[name] = track.flags and track.flags[name] or nil
  end
  return next(flags) and flags or nil
end

-- How much a file has of what a part is counted in, from where it begins.
local function available(track, file, part)
  if model.is_raw(file) then
    if not file.bytes then
      return nil
    end
    local bytes, per_block = units.block(track)
    local rest = file.bytes - part.offset
    -- A file may end within its last block: the rest is filled up.
    return track.kind == "audio" and rest * per_block // bytes
      or -(-rest // bytes)
  end
  return file.samples and file.samples - part.from
end

--- Give a part that goes to the end of its file its length, if that is known;
-- stops the reading when the file is too short for it.
-- @tparam table disc
-- @tparam table track
-- @tparam table part
function model.measure(disc, track, part)
  if part.silence then
    return
  end
  local file = disc.files[part.file]
  local most = available(track, file, part)
  if not most then
    return
  elseif most < (part.length or 0) or most < 0 or not part.length and
      most == 0 then
    fault.at(part.line or track.line, "'%s' is too short for track %d",
      file.name, track.number)
  end
  part.length = part.length or most
end

-- The blocks of a track in all, nil when a part's length is not known.
local function total(track)
  local sum = 0
  for _, part in ipairs(track.parts) do
    if not part.length then
      return nil
    end
    sum = sum + part.length
  end
  local per_block = units.per_block(track)
  return -(-sum // per_block)
end

local function check_indexes(track, lines)
  local last = 0
  for i, at in ipairs(track.indexes) do
    if at <= last then
      fault.at(lines[i + 1], "index %d of track %d comes before index %d",
        i + 1, track.number, i)
    elseif track.blocks and at >= track.blocks then
      fault.at(lines[i + 1], "index %d of track %d is beyond its end", i + 1,
        track.number)
    end
    last = at
  end
  if #track.indexes > 98 then
    fault.at(track.line, "track %d has an index over 99", track.number)
  end
end

-- How many blocks of a track come before one of its marks (CUE): the parts
-- before it, and how far it is in its own. Nil while a length is not known.
local function position(track, mark)
  local units_before = mark.within
  for i = 1, mark.after do
    if not track.parts[i].length then
      return nil
    end
    units_before = units_before + track.parts[i].length
  end
  return -(-units_before // units.per_block(track))
end

-- The marks become the pregap and the indexes, now that all lengths are there.
-- Gives the line of each, by its index.
local function place_marks(track)
  local marks, lines = track.marks, {}
  if not marks then
    return lines
  end
  track.marks = nil
  track.pregap = position(track, marks[1])
  for i = 1, #marks do
    local at = i > 1 and track.pregap and position(track, marks[i])
    track.indexes[i - 1] = at and at - track.pregap or nil
    lines[i] = marks[i].line
  end
  return lines
end

local function finish_track(disc, track, looked)
  for i, part in ipairs(track.parts) do
    model.measure(disc, track, part)
    if not part.length and i < #track.parts and looked then
      fault.at(part.line or track.line,
        "track %d goes on after a file whose length is not known",
        track.number)
    end
  end
  local lines = track.lines or place_marks(track)
  local blocks = total(track)
  track.blocks = blocks and track.pregap and blocks - track.pregap
  if track.blocks and track.blocks <= 0 then
    fault.at(lines[1] or track.line, "index 1 of track %d is beyond its end",
      track.number)
  end
  check_indexes(track, lines)
end

--- End the reading of a sheet: lengths are filled in, and what does not fit
-- together stops it.
-- @tparam table disc
-- @tparam boolean looked whether its files were looked at
-- @treturn table disc
function model.finish(disc, looked)
  if #disc.tracks == 0 then
    fault.at(nil, "there is no track in it")
  end
  for i, track in ipairs(disc.tracks) do
    if i > 1 and track.number ~= disc.tracks[i - 1].number + 1 then
      fault.at(track.line, "track %d follows track %d", track.number,
        disc.tracks[i - 1].number)
    end
    finish_track(disc, track, looked)
  end
  for _, track in ipairs(disc.tracks) do
    track.line, track.lines = nil, nil
    for _, part in ipairs(track.parts) do
      part.line = nil
    end
  end
  return disc
end

-- Cut so many units off the beginning of a track's parts.
local function cut(disc, track, count)
  while count > 0 do
    local part = track.parts[1]
    local most = math.min(count, part.length or count)
    if part.length == most then
      table.remove(track.parts, 1)
    else
      part.length = part.length and part.length - most
      if part.offset and model.is_raw(disc.files[part.file]) then
        local bytes, per_block = units.block(track)
        part.offset = part.offset + most // per_block * bytes
      elseif part.from then
        part.from = part.from + most
      end
    end
    count = count - most
  end
end

--- What every session begins with is no part of a disc here: of the first track
-- of later ones a sheet may say it, as a pregap.
-- @tparam table disc whose reading has ended
-- @treturn table disc
function model.without_pauses(disc)
  for i, track in ipairs(disc.tracks) do
    local before = disc.tracks[i - 1]
    if before and before.session ~= track.session and track.pregap then
      local skipped = math.min(track.pregap, units.PREGAP)
      track.pregap = track.pregap - skipped
      cut(disc, track, skipped * units.per_block(track))
    end
  end
  return disc
end

--- A track without anything in it yet.
-- @tparam integer number
-- @tparam string mode one of the modes
-- @tparam ?integer line
-- @treturn table
function model.track(number, mode, line)
  if number < 1 or number > 99 then
    fault.at(line, "there is no track %d: they are 1 to 99", number)
  end
  return {
    number = number,
    session = 1,
    mode = mode,
    kind = units.modes[mode].kind,
    flags = {},
    text = {},
    parts = {},
    indexes = {},
    remarks = {},
    pregap = 0,
    line = line,
  }
end

--- A disc without anything on it yet.
-- @tparam string format
-- @treturn table
function model.disc(format)
  return {
    format = format,
    files = {},
    tracks = {},
    text = {},
    translations = {},
    remarks = {},
    warnings = {},
  }
end

--- The type of a disc, by its tracks: where a sheet does not say it.
-- @tparam table disc
-- @treturn string
function model.type(disc)
  local kinds = {}
  for _, track in ipairs(disc.tracks) do
    kinds[track.kind] = true
    kinds.cd_i = kinds.cd_i or track.mode:find "^cdi" ~= nil
  end
  return kinds.cd_i and "cd_i" or kinds.data2 and "cd_rom_xa"
    or kinds.data and "cd_rom" or "cd_da"
end

-- What a writer is given is the caller's: whatever is wrong in it raises.

local function wrong(pattern, ...)
  error("sheet: " .. pattern:format(...), 0)
end

local function is_count(value)
  return math.type(value) == "integer" and value >= 0
end

local function check_part(disc, track, part, i)
  local what = ("track %d, part %d"):format(track.number, i)
  if type(part) ~= "table" then
    wrong("%s: table expected", what)
  elseif not is_count(part.length) and (part.silence or part.length) then
    wrong("%s: its length is no number of blocks or samples", what)
  end
  local file = disc.files[part.file]
  if not part.silence and type(file) ~= "table" then
    wrong("%s: no such file", what)
  elseif not part.silence
      and not is_count(model.is_raw(file) and part.offset or
        not model.is_raw(file) and part.from) then
    wrong("%s: it has no beginning", what)
  end
end

local function check_track(disc, track, i, first)
  if type(track) ~= "table" or not units.modes[track.mode]
      or units.modes[track.mode].kind ~= track.kind then
    wrong("track %d: no such mode and kind", i)
  elseif track.number ~= first + i - 1 or track.number > 99 then
    wrong("track %d: its number is not %d, or over 99", i, first + i - 1)
  elseif track.isrc and units.isrc(track.isrc) ~= track.isrc then
    wrong("track %d: '%s' is no ISRC", i, track.isrc)
  elseif type(track.parts) ~= "table" or #track.parts == 0 then
    wrong("track %d: it has no parts", i)
  elseif not is_count(track.pregap or 0) then
    wrong("track %d: its pregap is no number of blocks", i)
  end
  for n, part in ipairs(track.parts) do
    check_part(disc, track, part, n)
  end
  local last = 0
  for n, at in ipairs(track.indexes or {}) do
    if not is_count(at) or at <= last or n > 98 then
      wrong("track %d: index %d is out of order", i, n + 1)
    end
    last = at
  end
end

--- Check a disc that a caller wants written; raises when it is none.
-- @tparam table disc
function model.check(disc)
  if type(disc) ~= "table" or type(disc.tracks) ~= "table"
      or type(disc.files) ~= "table" or #disc.tracks == 0 then
    wrong("a disc has tracks and files")
  elseif disc.mcn and units.mcn(disc.mcn) ~= disc.mcn then
    wrong("'%s' is no catalogue number", disc.mcn)
  end
  local first = disc.tracks[1].number
  if not is_count(first) or first < 1 then
    wrong("track 1: its number is not 1 to 99")
  end
  for i, track in ipairs(disc.tracks) do
    check_track(disc, track, i, first)
  end
end

return model
