--- Nero's images (NRG), versions 1 and 2: reading what they say of a disc.
--
-- The tracks' bytes come first in such a file, then chunks that describe them,
-- then where the first chunk is. Numbers are big-endian, and none is trusted.
-- Disc-at-once has cue entries (CUES, CUEX) and offsets (DAOI, DAOX), track-at-
-- once only extents (ETNF, ETN2).
-- @module discrecorder.sheet.nrg

local fault = require "discrecorder.sheet.fault"
local model = require "discrecorder.sheet.model"
local units = require "discrecorder.sheet.units"

local nrg = {}

local LONGEST <const> = 1024 * 1024 -- of all chunks together

-- Modes by their code, as others found them out.
local MODES <const> = {
  [0x00] = "mode1/2048", [0x02] = "mode2/2048", [0x03] = "mode2/2336",
  [0x05] = "mode1/2352", [0x06] = "mode2/2352", [0x07] = "audio",
  [0x10] = "cdg/2448",
}

local function footer(file, size)
  file:seek("set", math.max(size - 12, 0))
  local tail = file:read(12) or ""
  if #tail == 12 and tail:sub(1, 4) == "NER5" then
    return string.unpack(">I8", tail, 5), size - 12
  elseif #tail >= 8 and tail:sub(-8, -5) == "NERO" then
    return string.unpack(">I4", tail, #tail - 3), size - 8
  end
  fault.at(nil, "it does not end as an image of Nero's does")
end

-- All chunks, as a list of {id, data}.
local function read_chunks(file, first, last)
  if first < 0 or first > last or last - first > LONGEST then
    fault.at(nil, "its description is not where it says")
  end
  file:seek("set", first)
  local bytes, at, list = file:read(last - first) or "", 1, {}
  while at + 7 <= #bytes do
    local id, length = string.unpack(">c4I4", bytes, at)
    if id == "END!" then
      return list
    elseif at + 7 + length > #bytes then
      break
    end
    table.insert(list, {id = id, data = bytes:sub(at + 8, at + 7 + length)})
    at = at + 8 + length
  end
  fault.at(nil, "its description is cut off")
end

local function rows(data, first, width)
  local at = first - width
  return function()
    at = at + width
    if at + width - 1 <= #data then
      return at
    end
  end
end

local function bcd(byte)
  return (byte >> 4) * 10 + (byte & 15)
end

-- Cue entries: by track number a list of indexes, and the control bits.
local function read_cues(session, data, in_msf)
  session.cues = {}
  for at in rows(data, 1, 8) do
    local control, number, index = data:byte(at, at + 2)
    local address
    if in_msf then
      local _, m, s, f = data:byte(at + 4, at + 7)
      address = (m * 60 + s) * 75 + f - units.PREGAP
    else
      address = string.unpack(">i4", data, at + 4)
    end
    number = bcd(number)
    if number >= 1 and number <= 99 then
      local cue = session.cues[number] or {indexes = {}}
      session.cues[number] = cue
      cue.control = control >> 4
      cue.indexes[bcd(index)] = address
    end
  end
end

local function text_of(bytes)
  return bytes:match "^[^%z]*"
end

local function read_dao(session, data, format, width)
  if #data < 22 then
    fault.at(nil, "its list of tracks is cut off")
  end
  session.mcn = text_of(data:sub(5, 17))
  session.first = data:byte(21)
  session.tracks = {}
  for at in rows(data, 23, width) do
    local isrc, size, mode = string.unpack(">c12I2B", data, at)
    local index0, index1, stop = string.unpack(format, data, at + 18)
    table.insert(session.tracks, {
      isrc = text_of(isrc), size = size, mode = mode,
      index0 = index0, index1 = index1, stop = stop,
    })
  end
end

local function read_etn(session, data, format, width)
  session.tracks = {}
  for at in rows(data, 1, width) do
    local offset, length, mode = string.unpack(format, data, at)
    table.insert(session.tracks, {
      mode = mode, index0 = offset, index1 = offset, stop = offset + length,
    })
  end
end

-- A chunk's name, and what to do with it in the session that is being read.
local readers <const> = {
  CUEX = function(session, data)
    read_cues(session, data, false)
  end,
  CUES = function(session, data)
    read_cues(session, data, true)
  end,
  DAOX = function(session, data)
    read_dao(session, data, ">i8i8i8", 42)
  end,
  DAOI = function(session, data)
    read_dao(session, data, ">I4I4I4", 30)
  end,
  ETN2 = function(session, data)
    read_etn(session, data, ">i8i8I4", 32)
  end,
  ETNF = function(session, data)
    read_etn(session, data, ">I4I4I4", 20)
  end,
}

-- Control bits of Q (MMC: 4 data, 2 copy, 1 pre-emphasis, 8 four channels).
local function set_flags(track, control)
  local flags = track.flags
  flags.copy = control & 2 ~= 0 or nil
  if track.kind == "audio" then
    flags.pre_emphasis = control & 1 ~= 0 or nil
    flags.four_channels = control & 8 ~= 0 or nil
  end
end

local function set_indexes(track, indexes)
  for i = 2, 99 do
    if not indexes[i] then
      return
    elseif not indexes[1] then
      fault.at(nil, "track %d has no index 1", track.number)
    end
    track.indexes[i - 1] = indexes[i] - indexes[1]
  end
end

local function add_track(disc, session, found, number, is_first)
  local mode = MODES[found.mode]
  if not mode then
    fault.with("unsupported", nil, "track %d is of mode %d", number,
      found.mode)
  end
  local track = model.track(number, mode)
  local bytes, per_block = units.block(track)
  if found.size and found.size ~= bytes or found.index0 < 0
      or found.index1 < found.index0 or found.stop <= found.index1
      or (found.index1 - found.index0) % bytes ~= 0
      or (found.stop - found.index0) % bytes ~= 0 then
    fault.at(nil, "track %d does not begin and end with whole blocks", number)
  end
  local pregap = (found.index1 - found.index0) // bytes
  -- What every session begins with is no part of the model.
  local skipped = is_first and math.min(pregap, units.PREGAP) or 0
  track.pregap = pregap - skipped
  track.session = session.number
  track.parts[1] = {
    file = 1,
    offset = found.index0 + skipped * bytes,
    length = ((found.stop - found.index0) // bytes - skipped) * per_block,
  }
  if found.isrc and found.isrc ~= "" then
    track.isrc = units.isrc(found.isrc)
    if not track.isrc then
      fault.at(nil, "'%s' is no ISRC", found.isrc)
    end
  end
  local cue = session.cues and session.cues[number]
  if cue then
    set_flags(track, cue.control)
    set_indexes(track, cue.indexes)
  end
  table.insert(disc.tracks, track)
end

local function add_session(disc, session)
  if not session.tracks then
    return
  end
  local number = #disc.tracks
  if number == 0 and session.first and session.first > 0 then
    number = session.first - 1
  end
  for i, found in ipairs(session.tracks) do
    add_track(disc, session, found, number + i, i == 1)
  end
  if session.mcn and session.mcn:find "[^0]" then
    local mcn, why = units.mcn(session.mcn)
    if not mcn then
      fault.at(nil, "'%s' is no catalogue number: %s", session.mcn, why)
    end
    disc.mcn = mcn
  end
end

-- What stands in a session's CDTX; packs that are none are not worth the image.
local function add_texts(disc, packs)
  if not packs or packs == "" then
    return
  end
  local cdtext = require "discrecorder.cdtext"
  local texts, failure = cdtext.decode(packs)
  if texts then
    disc.packs = packs
    cdtext.attach(disc, texts)
  else
    table.insert(disc.warnings, {
      code = "bad_cd_text", message = failure.message,
    })
  end
end

--- Read an image.
-- @param file opened for reading
-- @tparam string path
-- @treturn table disc; its one file is the image
function nrg.parse(file, path)
  local size = file:seek "end"
  local chunks = read_chunks(file, footer(file, size))
  local disc = model.disc "nrg"
  disc.files[1] = {
    name = path:match "[^/]+$", path = path, type = "binary",
    contents = "binary", bytes = size,
  }
  local session, packs = {number = 1}, nil
  for _, chunk in ipairs(chunks) do
    if chunk.id == "SINF" then
      add_session(disc, session)
      session = {number = session.number + 1}
    elseif chunk.id == "CDTX" then
      packs = packs or chunk.data
    elseif readers[chunk.id] then
      readers[chunk.id](session, chunk.data)
    end
  end
  add_session(disc, session)
  disc.type = model.type(disc)
  model.finish(disc, true)
  add_texts(disc, packs)
  return disc
end

return nrg
