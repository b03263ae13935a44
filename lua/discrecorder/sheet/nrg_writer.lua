--- Nero's images (NRG), version 2, disc-at-once: writing.
-- @module discrecorder.sheet.nrg_writer

local core = require "discrecorder.core"
local fault = require "discrecorder.sheet.fault"
local model = require "discrecorder.sheet.model"
local units = require "discrecorder.sheet.units"

local nrg_writer = {}

local EEXIST <const> = 17
local STEP <const> = 256 * 1024

local CODES <const> = {
  ["mode1/2048"] = 0x00, ["mode2/2048"] = 0x02, ["mode2/2336"] = 0x03,
  ["mode1/2352"] = 0x05, ["mode2/2352"] = 0x06, ["audio"] = 0x07,
  ["cdg/2448"] = 0x10,
}

local function cannot(pattern, ...)
  fault.with("unsupported", nil, "an image of Nero's cannot be made: "
    .. pattern, ...)
end

-- The tracks' bytes ----------------------------------------------------------

local function put(out, bytes)
  local done, reason = out:write(bytes)
  if not done then
    fault.with("file_access", nil, "%s", reason)
  end
end

local function put_zeros(out, count)
  while count > 0 do
    local step = math.min(count, STEP)
    put(out, ("\0"):rep(step))
    count = count - step
  end
end

local function swapped(bytes)
  return (bytes:gsub("(.)(.)", "%2%1"))
end

-- Bytes of a file, and zeros for those that it has not (its last block).
local function copy(out, file, from, count)
  local handle <close> = core.input(file.path)
  if not handle or not handle:seek("set", from) then
    fault.with("file_access", nil, "'%s' cannot be read", file.name)
  end
  local swap = (file.contents or file.type) == "motorola"
  while count > 0 do
    local bytes = handle:read(math.min(count, STEP))
    if not bytes then
      break
    end
    count = count - #bytes
    put(out, swap and swapped(bytes) or bytes)
  end
  put_zeros(out, count)
end

-- Where the bytes of a part begin in its file.
local function beginning(file, part)
  if model.is_raw(file) then
    return part.offset
  elseif not file.pcm then
    cannot("'%s' is no WAVE of 44.1 kHz, 16 bits, two channels", file.name)
  end
  return file.pcm + part.from * 4
end

local function put_track(out, disc, track)
  local bytes, per_block = units.block(track)
  local count = 0
  for _, part in ipairs(track.parts) do
    local size = part.length * bytes // per_block
    if part.silence then
      put_zeros(out, size)
    else
      local file = disc.files[part.file]
      copy(out, file, beginning(file, part), size)
    end
    count = count + size
  end
  local missing = -count % bytes
  put_zeros(out, missing)
  return count + missing
end

-- The description ------------------------------------------------------------

local function bcd(number)
  return number // 10 << 4 | number % 10
end

local function control(track)
  local flags = track.flags or {}
  return (track.kind == "audio" and 0 or 4) + (flags.copy and 2 or 0)
    + (flags.pre_emphasis and 1 or 0) + (flags.four_channels and 8 or 0)
end

local function cue_entry(track, number, index, address)
  return string.pack(">BBBBi4", control(track) << 4 | 1, number, bcd(index),
    0, address)
end

local function cues(session)
  local first = session[1]
  local list = {cue_entry(first.track, 0, 0, first.address)}
  for _, place in ipairs(session) do
    local track = place.track
    local number = bcd(track.number)
    table.insert(list, cue_entry(track, number, 0, place.address))
    local start = place.address + place.pregap
    table.insert(list, cue_entry(track, number, 1, start))
    for n, at in ipairs(track.indexes or {}) do
      table.insert(list, cue_entry(track, number, n + 1, start + at))
    end
  end
  table.insert(list, cue_entry(session[#session].track, 0xAA, 1,
    session.lead_out))
  return table.concat(list)
end

local TYPES <const> = {cd_rom_xa = 0x20, cd_i = 0x10}

local function extents(disc, session)
  local first, last = session[1].track, session[#session].track
  local list = {string.pack(">c13BBBBB", disc.mcn or "", 0,
    TYPES[disc.type] or 0, 1, first.number, last.number)}
  for _, place in ipairs(session) do
    local track = place.track
    local bytes = units.block(track)
    table.insert(list, string.pack(">c12I2BBI2i8i8i8", track.isrc or "",
      bytes, CODES[track.mode], 0, 1, place.offset,
      place.offset + place.pregap * bytes, place.stop))
  end
  local body = table.concat(list)
  return string.pack("<I4", #body + 4) .. body
end

local function chunk(id, data)
  return id .. string.pack(">I4", #data) .. data
end

local function packs_of(disc)
  if disc.packs then
    return disc.packs
  end
  local cdtext = require "discrecorder.cdtext"
  local texts = cdtext.of_disc(disc)
  if not texts then
    return nil
  end
  local packs, failure, code = cdtext.encode(texts)
  if not packs then
    fault.with(code, nil, "%s", failure.message)
  end
  return packs
end

-- A disc's texts are those of its first session.
local function description(disc, sessions, offset)
  local packs, list = packs_of(disc), {}
  for i, session in ipairs(sessions) do
    table.insert(list, chunk("CUEX", cues(session)))
    table.insert(list, chunk("DAOX", extents(disc, session)))
    table.insert(list, i == 1 and packs and chunk("CDTX", packs) or "")
    table.insert(list, chunk("SINF", string.pack(">I4", #session)))
  end
  table.insert(list, chunk("MTYP", string.pack(">I4", 1)))
  table.insert(list, chunk("END!", ""))
  table.insert(list, "NER5" .. string.pack(">I8", offset))
  return table.concat(list)
end

local function check(disc)
  for _, track in ipairs(disc.tracks) do
    if not CODES[track.mode] then
      cannot("track %d is %s", track.number, track.mode)
    elseif track.flags and track.flags.scms then
      cannot("track %d has the SCMS flag", track.number)
    end
    for _, part in ipairs(track.parts) do
      if not part.length or not track.pregap then
        cannot("the length of track %d is not known", track.number)
      elseif not part.silence then
        beginning(disc.files[part.file], part)
      end
    end
  end
end

-- Lists of {track =, offset =, stop =, address =, pregap =}, each with its
-- session's `lead_out`; and where the last one ends. Offsets are bytes.
local function write_tracks(out, disc)
  local sessions, session, at, address = {}, nil, 0, -units.PREGAP
  for i, track in ipairs(disc.tracks) do
    local before, lead = disc.tracks[i - 1], 0
    if not before or (before.session or 1) ~= (track.session or 1) then
      if session then
        session.lead_out = address
        address = address + units.border(#sessions) - units.PREGAP
      end
      session = {}
      table.insert(sessions, session)
      lead = units.PREGAP -- that every session begins with is in the image
    end
    local bytes = units.block(track)
    put_zeros(out, lead * bytes)
    local size = put_track(out, disc, track) + lead * bytes
    table.insert(session, {
      track = track, offset = at, stop = at + size, address = address,
      pregap = track.pregap + lead,
    })
    at, address = at + size, address + size // bytes
  end
  session.lead_out = address
  return sessions, at
end

local function write(out, disc)
  local sessions, at = write_tracks(out, disc)
  put(out, description(disc, sessions, at))
end

--- Write an image; what was begun is taken away again when it cannot be ended.
-- @tparam string path
-- @tparam table disc
-- @treturn boolean true
function nrg_writer.write(path, disc)
  check(disc)
  local out, reason, errno = core.output(path, "new")
  if errno == EEXIST then
    fault.with("file_exists", nil, "it exists already")
  elseif not out then
    fault.with("file_access", nil, "%s", reason)
  end
  local ok, stopped = pcall(write, out, disc)
  local closed, unwritten = out:close()
  if not ok or not closed then
    os.remove(path)
    if not ok then
      error(stopped, 0)
    end
    fault.with("file_access", nil, "%s", unwritten)
  end
  return true
end

return nrg_writer
