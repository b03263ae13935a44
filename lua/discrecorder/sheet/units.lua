--- Times, and the numbers that a disc and its tracks bear.
-- @module discrecorder.sheet.units

local units = {}

--- Samples (of all channels) in a block of 1/75 s.
units.SAMPLES = 588

--- Bytes in a block of audio, and of a whole sector.
units.RAW = 2352

--- Blocks before the first track of a session, which no file keeps.
units.PREGAP = 150

-- Lead-out and lead-in between two sessions and the pause before the next one's
-- first track, in blocks (Orange Book; MMC-6 4.2.3.6.2).
local FIRST_BORDER <const>, LATER_BORDER <const> = 11400, 6900

--- From a session's end to where the next one's first track begins, when it has
-- no pregap but the two seconds that every session begins with.
-- @int number of the session that ends
-- @treturn integer blocks
function units.border(number)
  return number == 1 and FIRST_BORDER or LATER_BORDER
end

local LONGEST <const> = 999 -- minutes; no disc has as many

--- Blocks from MM:SS:FF.
-- @tparam string text
-- @treturn integer|nil
function units.parse_msf(text)
  local m, s, f = text:match "^(%d%d?%d?):(%d%d?):(%d%d?)$"
  m, s, f = math.tointeger(m), math.tointeger(s), math.tointeger(f)
  if not m or m > LONGEST or s > 59 or f > 74 then
    return nil
  end
  return (m * 60 + s) * 75 + f
end

--- MM:SS:FF of blocks.
-- @tparam integer blocks
-- @treturn string
function units.msf(blocks)
  return ("%02d:%02d:%02d"):format(
    blocks // (75 * 60), blocks // 75 % 60, blocks % 75)
end

--- A media catalogue number: 13 digits whose last checks the others (EAN-13).
-- @tparam string text
-- @treturn[1] string the digits
-- @return[2] nil
-- @treturn[2] string why it is none
function units.mcn(text)
  if not text:find "^%d+$" or #text ~= 13 then
    return nil, "not 13 digits"
  end
  local sum = 0
  for i = 1, 12 do
    sum = sum + (text:byte(i) - 48) * (i % 2 == 0 and 3 or 1)
  end
  local digit = (10 - sum % 10) % 10
  if text:byte(13) - 48 ~= digit then
    return nil, ("its check digit should be %d"):format(digit)
  end
  return text
end

--- An ISRC (ISO 3901): country, registrant, year, designation. Hyphens and
-- small letters are put right.
-- @tparam string text
-- @treturn string|nil twelve characters
function units.isrc(text)
  local plain = text:gsub("%-", ""):upper()
  if #plain == 12 and plain:find "^%u%u[%u%d][%u%d][%u%d]%d+$" then
    return plain
  end
end

--- The modes of a track: its kind, and the bytes of a block in a file.
units.modes = {
  ["audio"] = {kind = "audio", bytes = 2352},
  ["cdg/2448"] = {kind = "audio", bytes = 2448},
  ["mode1/2048"] = {kind = "data", bytes = 2048},
  ["mode1/2352"] = {kind = "data", bytes = 2352},
  ["mode2/2048"] = {kind = "data2", bytes = 2048},
  ["mode2/2324"] = {kind = "data2", bytes = 2324},
  ["mode2/2336"] = {kind = "data2", bytes = 2336},
  ["mode2/2352"] = {kind = "data2", bytes = 2352},
  ["cdi/2336"] = {kind = "data2", bytes = 2336},
  ["cdi/2352"] = {kind = "data2", bytes = 2352},
}

--- What a track's parts are counted in: samples to a block, or blocks.
-- @tparam table track with `kind`
-- @treturn integer units in a block
function units.per_block(track)
  return track.kind == "audio" and units.SAMPLES or 1
end

--- Bytes that so many units take up in a raw file, and back.
-- @tparam table track with `kind`, `mode`
-- @treturn integer bytes of a block
-- @treturn integer units of a block
function units.block(track)
  return units.modes[track.mode].bytes, units.per_block(track)
end

return units
