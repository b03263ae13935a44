--- The stretches that a sheet's track is made of (docs/sheets.md), as sources.
-- @module discrecorder.album.parts

local core = require "discrecorder.core"
local fields = require "discrecorder.fields"
local model = require "discrecorder.sheet.model"
local source = require "discrecorder.source"
local units = require "discrecorder.sheet.units"

local parts = {}

local FRAME <const> = 4 -- bytes

-- A part from a place in it on, of a length.
local function cut(disc_part, skip, length)
  local part = fields.copy(disc_part)
  part.length = length
  if part.offset then
    part.offset = part.offset + skip * FRAME
  elseif part.from then
    part.from = part.from + skip
  end
  return part
end

--- Cut a list in two, so many frames from its start.
-- @tparam {table,...} list of parts of audio
-- @int frames
-- @treturn {table,...} before
-- @treturn {table,...} after
function parts.split(list, frames)
  local before, after = {}, {}
  for _, part in ipairs(list) do
    if frames <= 0 then
      table.insert(after, part)
    elseif part.length and part.length <= frames then
      table.insert(before, part)
      frames = frames - part.length
    else
      table.insert(before, cut(part, 0, frames))
      table.insert(after, cut(part, frames,
        part.length and part.length - frames))
      frames = 0
    end
  end
  return before, after
end

--- How many frames of silence a list is; nil when it is something else.
-- @tparam {table,...} list
-- @treturn ?integer
function parts.silence(list)
  local sum = 0
  for _, part in ipairs(list) do
    if not part.silence then
      return nil
    end
    sum = sum + part.length
  end
  return sum
end

local function source_of(disc, part, options)
  if part.silence then
    return part.length
  end
  local file = disc.files[part.file]
  local raw, from = nil, part.from
  if model.is_raw(file) then
    local big = (file.contents or file.type) == "motorola"
    raw, from = {byte_order = big and "big" or "little"}, part.offset // FRAME
  end
  return source.audio {
    path = file.path, from = from, length = part.length, raw = raw,
    dither = options.dither,
  }
end

local SYNC <const> = "\0" .. ("\xFF"):rep(10) .. "\0"

local function of_bcd(byte)
  return (byte >> 4) * 10 + (byte & 15)
end

--- Where data was on the disc that its file was read from: whole sectors say
-- it in their headers (ECMA-130 14).
-- @tparam table disc of @{discrecorder.sheet}
-- @tparam table part
-- @treturn ?integer a block
function parts.address(disc, part)
  local file <close> = core.input(disc.files[part.file].path)
  local header = file and file:seek("set", part.offset) and file:read(16)
  if not header or #header < 16 or header:sub(1, 12) ~= SYNC then
    return nil
  end
  local minute, second, frame = header:byte(13, 15)
  local at = (of_bcd(minute) * 60 + of_bcd(second)) * 75 + of_bcd(frame) - 150
  return at >= 0 and at or nil
end

--- One source for a list of parts.
-- @tparam table disc of @{discrecorder.sheet}
-- @tparam {table,...} list
-- @tparam table options `dither`
-- @treturn[1] Source
-- @return[2] nil
-- @treturn[2] table failure
function parts.source(disc, list, options)
  local sources = {}
  for i, part in ipairs(list) do
    local made, failure, code = source_of(disc, part, options)
    if not made then
      return nil, failure, code
    end
    sources[i] = made
  end
  if #sources == 1 and type(sources[1]) ~= "number" then
    return sources[1]
  end
  return source.join(sources)
end

-- As a source's last block is filled up: what a track would have.
local function filling(made)
  local over = made.length // FRAME % units.SAMPLES
  return over > 0 and units.SAMPLES - over or nil
end

local function append(track, more)
  local list = {track.source}
  table.insert(list, filling(track.source))
  table.insert(list, more)
  track.source = assert(source.join(list))
end

--- Take from tracks what they cannot have track at once. Audio before an index
-- 1 goes to the end of the track before, of the first track to its beginning.
-- @tparam {table,...} tracks of a job
-- @treturn {string,...} what they lose
function parts.flatten(tracks)
  local lost, pregaps, indexes = {}, false, false
  for i, track in ipairs(tracks) do
    if track.pregap_source and i == 1 then
      track.source = assert(source.join {track.pregap_source, track.source})
    elseif track.pregap_source then
      append(tracks[i - 1], track.pregap_source)
    end
    pregaps = pregaps or track.pregap_source ~= nil or track.pregap ~= nil
    indexes = indexes or track.index ~= nil
    track.pregap, track.pregap_source, track.index = nil, nil, nil
  end
  if pregaps then
    table.insert(lost, "pregaps of its own")
  end
  if indexes then
    table.insert(lost, "index points")
  end
  return lost
end

return parts
